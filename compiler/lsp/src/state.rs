//! What the server knows between two messages.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use jtc_core::sources::SourceFile;
use jtc_core::syntax::{FileId, Parse, Span};
use lsp_server::{ErrorCode, Message, Notification, Request, RequestId};
use lsp_types::{Location, Position, Range, Uri};
use serde::Serialize;

use crate::client::Client;
use crate::convert;
use crate::files::Documents;
use crate::owners::Owners;
use crate::roots::Root;

/// Where messages to the client go.
pub(crate) type Sender = crossbeam_channel::Sender<Message>;

/// The disk is looked at no more often than this.
const LOOK: Duration = Duration::from_secs(1);

/// Looking at the disk takes no more than this part of the time.
const SHARE: u32 = 20;

/// Where a session is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Before `initialize`.
    New,
    /// Between `initialize` and `shutdown`.
    Running,
    /// After `shutdown`.
    ShutDown,
}

/// Why a request can't be answered.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    pub(crate) code: i32,
    pub(crate) message: String,
}

impl Failure {
    /// The request is well made, and can't be done.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { code: ErrorCode::RequestFailed as i32, message: message.into() }
    }

    /// The parameters are not what the method wants.
    pub(crate) fn params(error: &serde_json::Error) -> Self {
        Self { code: ErrorCode::InvalidParams as i32, message: error.to_string() }
    }
}

/// What the server knows.
pub(crate) struct State {
    sender: Sender,
    pub(crate) phase: Phase,
    pub(crate) client: Client,
    /// The client's folders, without links.
    pub(crate) folders: Vec<PathBuf>,
    pub(crate) documents: Documents,
    pub(crate) roots: BTreeMap<PathBuf, Root>,
    pub(crate) owners: Owners,
    /// What the client was told about each file.
    pub(crate) published: BTreeMap<PathBuf, crate::handlers::diagnostics::Published>,
    /// Whether something has changed since the last analysis.
    is_dirty: bool,
    /// Whether something was analysed that the client hasn't been told of.
    pub(crate) is_untold: bool,
    looked: Instant,
    /// How long the disk isn't looked at after that.
    pause: Duration,
    /// Whether something has changed on the disk that may be of a topology.
    pub(crate) is_unsure: bool,
    requests: i32,
}

impl State {
    pub(crate) fn new(sender: Sender) -> Self {
        Self {
            sender,
            phase: Phase::New,
            client: Client::default(),
            folders: Vec::new(),
            documents: BTreeMap::new(),
            roots: BTreeMap::new(),
            owners: Owners::default(),
            published: BTreeMap::new(),
            is_dirty: false,
            is_untold: false,
            looked: Instant::now(),
            pause: LOOK,
            is_unsure: false,
            requests: 0,
        }
    }

    /// Sends a message; a client that is gone gets none.
    pub(crate) fn send(&self, message: Message) {
        let _ = self.sender.send(message);
    }

    /// Tells the client something.
    pub(crate) fn notify(&self, method: &str, params: impl Serialize) {
        if let Ok(params) = serde_json::to_value(params) {
            let method = method.to_owned();
            self.send(Message::Notification(Notification { method, params }));
        }
    }

    /// Asks the client for something whose answer doesn't matter.
    pub(crate) fn ask(&mut self, method: &str, params: impl Serialize) {
        if let Ok(params) = serde_json::to_value(params) {
            self.requests = self.requests.wrapping_add(1);
            let id = RequestId::from(format!("jtc-{}", self.requests));
            let method = method.to_owned();
            self.send(Message::Request(Request { id, method, params }));
        }
    }

    /// A document has another text.
    pub(crate) fn changed(&mut self, place: &Path) {
        self.is_dirty = true;
        for root in self.roots.values_mut().filter(|root| root.file(place).is_some()) {
            root.is_dirty = true;
        }
    }

    /// Which files there are may have changed.
    pub(crate) fn moved(&mut self) {
        self.is_dirty = true;
        self.search_again();
        for root in self.roots.values_mut() {
            root.is_dirty = true;
        }
    }

    /// Everything but the documents is made anew.
    pub(crate) fn forget(&mut self) {
        self.is_dirty = true;
        self.search_again();
        self.roots.clear();
    }

    /// Does what can wait until the client has its answers.
    pub(crate) fn tidy(&mut self) {
        self.roots.values_mut().for_each(Root::tidy);
    }

    /// Notices what has changed on the disk without the client telling.
    pub(crate) fn look(&mut self) {
        if self.looked.elapsed() < self.pause {
            return;
        }
        let started = Instant::now();
        self.is_unsure = false;
        for root in self.roots.values_mut().filter(|root| !root.is_dirty) {
            root.is_dirty = root.is_stale(&self.documents);
            self.is_dirty |= root.is_dirty;
        }
        self.pause = LOOK.max(started.elapsed() * SHARE);
        self.looked = Instant::now();
    }

    /// How long nothing may come before the disk is looked at again; nothing
    /// where the client tells what changes there.
    pub(crate) fn rest(&self) -> Option<Duration> {
        let is_blind = self.is_unsure || !self.client.watches;
        let looks = is_blind && self.phase == Phase::Running && !self.roots.is_empty();
        looks.then(|| self.pause.saturating_sub(self.looked.elapsed()))
    }

    /// Analyses what has changed.
    pub(crate) fn refresh(&mut self) {
        if !self.is_dirty {
            return;
        }
        self.is_dirty = false;
        self.is_untold = true;
        // Nobody looks at them any more.
        if self.documents.is_empty() {
            self.roots.clear();
        }
        for root in self.roots.values_mut().filter(|root| root.is_dirty) {
            root.refresh(&self.documents);
        }
        self.find_owners();
    }

    /// Whether a document is analysed by itself although it is no root.
    pub(crate) fn is_alone(&self, place: &Path) -> bool {
        let text = self.documents.get(place).map(|document| document.text.trim());
        self.owners.is_alone(place) && text.is_some_and(|text| !text.is_empty())
    }

    /// A document as part of each topology that it is part of.
    pub(crate) fn views(&self, uri: &Uri) -> Vec<View<'_>> {
        let place = convert::place(uri);
        let owners = self.owners.of(&place).iter();
        owners
            .filter_map(|owner| {
                let root = self.roots.get(owner)?;
                let file = root.file(&place)?;
                let source = root.source(file)?;
                Some(View { state: self, root, file, source, tree: root.tree(file)? })
            })
            .collect()
    }

    /// A document as part of the nearest topology.
    pub(crate) fn view(&self, uri: &Uri) -> Result<View<'_>, Failure> {
        self.views(uri)
            .into_iter()
            .next()
            .ok_or_else(|| Failure::new(format!("`{}` is not an open topology", uri.as_str())))
    }

    /// The address of a file, as the client calls it.
    pub(crate) fn uri(&self, place: &Path) -> Option<Uri> {
        match self.documents.get(place) {
            Some(document) => Some(document.uri.clone()),
            None => convert::uri(place),
        }
    }

    /// A span as the client sees it.
    pub(crate) fn location(&self, root: &Root, span: Span) -> Option<Location> {
        let source = root.source(span.file)?;
        let uri = self.uri(root.place(span.file)?)?;
        Some(Location { uri, range: convert::range(source.lines(), span, self.client.columns) })
    }
}

/// A document as part of a topology.
#[derive(Clone, Copy)]
pub(crate) struct View<'a> {
    pub(crate) state: &'a State,
    pub(crate) root: &'a Root,
    pub(crate) file: FileId,
    pub(crate) source: &'a SourceFile,
    pub(crate) tree: &'a Parse,
}

impl<'a> View<'a> {
    /// The text.
    pub(crate) fn text(&self) -> &'a str {
        &self.source.text
    }

    /// A place of the client as a byte offset.
    pub(crate) fn offset(&self, position: Position) -> u32 {
        convert::offset(self.source.lines(), position, self.state.client.columns)
    }

    /// A span of this document as the client sees it.
    pub(crate) fn range(&self, span: Span) -> Range {
        convert::range(self.source.lines(), span, self.state.client.columns)
    }

    /// A range of the client as a span.
    pub(crate) fn span(&self, range: Range) -> Span {
        convert::span(self.file, self.source.lines(), range, self.state.client.columns)
    }

    /// A span of this document.
    pub(crate) fn at(&self, start: u32, end: u32) -> Span {
        Span::new(self.file, start, end)
    }
}
