//! An editor, as the server sees it: the protocol, and nothing else.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::thread::JoinHandle;
use std::time::Duration;

use jtc_lsp::{Ended, serve};
use lsp_server::{Connection, Message, Notification, Request, RequestId, ResponseError};
use lsp_types::{
    Diagnostic, DiagnosticSeverity, NumberOrString, Position, PublishDiagnosticsParams, Range,
    TextDocumentIdentifier, TextDocumentPositionParams, TextEdit, Uri,
};
use serde::Serialize;
use serde_json::{Value, json};
use tempfile::TempDir;

/// How long an answer may take before a test fails.
const PATIENCE: Duration = Duration::from_mins(1);

/// An editor with a folder of its own and a server that it talks to.
pub(crate) struct Editor {
    connection: Connection,
    server: Option<JoinHandle<Ended>>,
    folder: PathBuf,
    _dir: TempDir,
    /// What each open document says, and its version.
    documents: BTreeMap<String, (i32, String)>,
    /// What was published last for each document.
    published: BTreeMap<String, PublishDiagnosticsParams>,
    /// What the server asked or told besides.
    pub(crate) heard: Vec<(String, Value)>,
    requests: i32,
}

/// What most editors can do.
pub(crate) fn capabilities() -> Value {
    json!({
        "general": { "positionEncodings": ["utf-16"] },
        "workspace": {
            "workspaceEdit": { "documentChanges": true },
            "didChangeWatchedFiles": { "dynamicRegistration": true },
        },
        "textDocument": {
            "completion": { "completionItem": { "snippetSupport": true } },
            "hover": { "contentFormat": ["markdown", "plaintext"] },
            "documentSymbol": { "hierarchicalDocumentSymbolSupport": true },
            "publishDiagnostics": {
                "relatedInformation": true,
                "codeDescriptionSupport": true,
                "versionSupport": true,
                "tagSupport": { "valueSet": [1, 2] },
            },
        },
    })
}

impl Editor {
    /// Starts an editor in a folder with these files.
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let mut editor = Self::raw(files);
        editor.initialize(&capabilities());
        editor
    }

    /// Starts an editor that hasn't said anything yet.
    pub(crate) fn raw(files: &[(&str, &str)]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().canonicalize().unwrap();
        let (server, connection) = Connection::memory();
        let server = std::thread::spawn(move || serve(&server));
        let editor = Self {
            connection,
            server: Some(server),
            folder,
            _dir: dir,
            documents: BTreeMap::new(),
            published: BTreeMap::new(),
            heard: Vec::new(),
            requests: 0,
        };
        for (name, text) in files {
            editor.write(name, text);
        }
        editor
    }

    /// Says hello.
    pub(crate) fn initialize(&mut self, capabilities: &Value) -> Value {
        let folder = self.uri("");
        let answer = self
            .send(
                "initialize",
                &json!({
                    "processId": null,
                    "capabilities": capabilities,
                    "workspaceFolders": [{ "uri": folder.as_str(), "name": "test" }],
                }),
            )
            .unwrap();
        self.notify("initialized", &json!({}));
        answer
    }

    /// Writes a file to the disk.
    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// The folder.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The address of a file.
    pub(crate) fn uri(&self, name: &str) -> Uri {
        Uri::from_str(&format!("file://{}/{name}", self.folder.display())).unwrap()
    }

    /// Opens a file that is on the disk.
    pub(crate) fn open(&mut self, name: &str) {
        let text = std::fs::read_to_string(self.folder.join(name)).unwrap();
        self.open_with(name, &text);
    }

    /// Opens a document with a text.
    pub(crate) fn open_with(&mut self, name: &str, text: &str) {
        let uri = self.uri(name);
        self.notify(
            "textDocument/didOpen",
            &json!({ "textDocument": {
                "uri": uri.as_str(), "languageId": "kdl", "version": 1, "text": text,
            } }),
        );
        self.documents.insert(name.to_owned(), (1, text.to_owned()));
    }

    /// Closes a document.
    pub(crate) fn close(&mut self, name: &str) {
        let uri = self.uri(name);
        let document = json!({ "textDocument": { "uri": uri.as_str() } });
        self.notify("textDocument/didClose", &document);
        self.documents.remove(name);
    }

    /// Tells that a file has changed on the disk.
    pub(crate) fn changed(&self, name: &str) {
        let uri = self.uri(name);
        let change = json!({ "uri": uri.as_str(), "type": 2 });
        self.notify("workspace/didChangeWatchedFiles", &json!({ "changes": [change] }));
    }

    /// Replaces all of a document.
    pub(crate) fn replace(&mut self, name: &str, text: &str) {
        self.change(name, None, text);
        text.clone_into(&mut self.documents.get_mut(name).unwrap().1);
    }

    /// Replaces a range of bytes of a document.
    pub(crate) fn edit(&mut self, name: &str, start: usize, end: usize, text: &str) {
        let old = self.text(name).to_owned();
        let range = Range { start: position(&old, start), end: position(&old, end) };
        self.change(name, Some(range), text);
        let new = format!("{}{text}{}", &old[..start], &old[end..]);
        self.documents.get_mut(name).unwrap().1 = new;
    }

    fn change(&mut self, name: &str, range: Option<Range>, text: &str) {
        let uri = self.uri(name);
        let document = self.documents.get_mut(name).unwrap();
        document.0 += 1;
        let version = document.0;
        self.notify(
            "textDocument/didChange",
            &json!({
                "textDocument": { "uri": uri.as_str(), "version": version },
                "contentChanges": [{ "range": range, "text": text }],
            }),
        );
    }

    /// What a document says.
    pub(crate) fn text(&self, name: &str) -> &str {
        &self.documents[name].1
    }

    /// Tells the server something.
    pub(crate) fn notify(&self, method: &str, params: &Value) {
        let notification = Notification { method: method.to_owned(), params: params.clone() };
        self.connection.sender.send(Message::Notification(notification)).unwrap();
    }

    /// Asks for something, and waits for the answer.
    pub(crate) fn send(
        &mut self,
        method: &str,
        params: &impl Serialize,
    ) -> Result<Value, ResponseError> {
        self.requests += 1;
        let id = RequestId::from(self.requests);
        let params = serde_json::to_value(params).unwrap();
        let request = Request { id: id.clone(), method: method.to_owned(), params };
        self.connection.sender.send(Message::Request(request)).unwrap();
        loop {
            match self.receive() {
                Message::Response(response) if response.id == id => {
                    return response.response_result;
                }
                Message::Response(other) => panic!("{other:?} was not asked for"),
                message => self.hear(message),
            }
        }
    }

    /// Asks for something that must be answered.
    pub(crate) fn ask<R: lsp_types::request::Request>(&mut self, params: R::Params) -> R::Result
    where
        R::Params: Serialize,
    {
        let answer = self.send(R::METHOD, &params).unwrap();
        serde_json::from_value(answer).unwrap()
    }

    /// Waits, without a word, until a file has these codes.
    pub(crate) fn wait(&mut self, name: &str, codes: &[&str]) {
        loop {
            let found = self.all(name).into_iter().filter_map(|diagnostic| diagnostic.code);
            let found: Vec<NumberOrString> = found.collect();
            let wanted = codes.iter().map(|code| NumberOrString::String((*code).to_owned()));
            if wanted.eq(found) {
                break;
            }
            let message = self.receive();
            self.hear(message);
        }
    }

    fn receive(&self) -> Message {
        self.connection.receiver.recv_timeout(PATIENCE).expect("a message from the server")
    }

    fn hear(&mut self, message: Message) {
        match message {
            Message::Notification(Notification { method, params })
                if method == "textDocument/publishDiagnostics" =>
            {
                let params: PublishDiagnosticsParams = serde_json::from_value(params).unwrap();
                self.published.insert(params.uri.as_str().to_owned(), params);
            }
            Message::Notification(Notification { method, params })
            | Message::Request(Request { method, params, .. }) => self.heard.push((method, params)),
            Message::Response(response) => panic!("{response:?} was not asked for"),
        }
    }

    /// Waits until diagnostics are there for what the open documents say.
    pub(crate) fn settle(&mut self) {
        loop {
            let behind = self.documents.iter().any(|(name, (version, _))| {
                let published = self.published.get(self.uri(name).as_str());
                published.and_then(|published| published.version) != Some(*version)
            });
            if !behind {
                break;
            }
            let message = self.receive();
            self.hear(message);
        }
        // What is published besides comes at the latest when the server has
        // nothing else to do, which is after an answer.
        for _ in 0..2 {
            self.send("test/nothing", &json!(null)).unwrap_err();
        }
    }

    /// What is published for a file, hints left out.
    pub(crate) fn diagnostics(&mut self, name: &str) -> Vec<Diagnostic> {
        self.settle();
        self.all(name)
            .into_iter()
            .filter(|diagnostic| diagnostic.severity != Some(DiagnosticSeverity::HINT))
            .collect()
    }

    /// What is published for a file.
    pub(crate) fn all(&self, name: &str) -> Vec<Diagnostic> {
        let published = self.published.get(self.uri(name).as_str());
        published.map(|it| it.diagnostics.clone()).unwrap_or_default()
    }

    /// The codes of what is published, with lines from 1, as in `J0201:3`.
    pub(crate) fn codes(&mut self, name: &str) -> Vec<String> {
        let diagnostics = self.diagnostics(name).into_iter();
        diagnostics
            .map(|diagnostic| match diagnostic.code {
                Some(NumberOrString::String(code)) => {
                    format!("{code}:{}", diagnostic.range.start.line + 1)
                }
                other => panic!("{other:?} is no code"),
            })
            .collect()
    }

    /// A place in a document: after the first occurrence of a text, moved back
    /// by what stands behind its `|`.
    pub(crate) fn at(&self, name: &str, marked: &str) -> TextDocumentPositionParams {
        let (before, after) = marked.split_once('|').unwrap_or((marked, ""));
        let text = self.text(name);
        let start = text.find(&format!("{before}{after}")).expect("the marked text");
        TextDocumentPositionParams {
            text_document: self.document(name),
            position: position(text, start + before.len()),
        }
    }

    /// A document as requests name it.
    pub(crate) fn document(&self, name: &str) -> TextDocumentIdentifier {
        TextDocumentIdentifier { uri: self.uri(name) }
    }

    /// Ends the session, and says how the server saw it.
    pub(crate) fn end(mut self) -> Ended {
        self.send("shutdown", &json!(null)).unwrap();
        self.notify("exit", &json!(null));
        self.server.take().unwrap().join().unwrap()
    }

    /// Ends without a word.
    pub(crate) fn vanish(mut self) -> Ended {
        let server = self.server.take().unwrap();
        drop(self);
        server.join().unwrap()
    }
}

/// A byte offset in UTF-16 code units.
pub(crate) fn position(text: &str, offset: usize) -> Position {
    let before = &text[..offset];
    let line = before.matches('\n').count();
    let last = before.rsplit('\n').next().unwrap_or_default();
    Position {
        line: u32::try_from(line).unwrap(),
        character: u32::try_from(last.encode_utf16().count()).unwrap(),
    }
}

/// The byte offset of a place in UTF-16 code units.
fn offset(text: &str, at: Position) -> usize {
    let start: usize = text.split_inclusive('\n').take(at.line as usize).map(str::len).sum();
    let mut units = 0;
    let line = &text[start..];
    let in_line = line
        .char_indices()
        .find(|(_, c)| {
            let here = units >= at.character as usize || *c == '\n';
            units += c.len_utf16();
            here
        })
        .map_or(line.len(), |(index, _)| index);
    start + in_line
}

/// The text of a range.
pub(crate) fn slice(text: &str, range: Range) -> String {
    text[offset(text, range.start)..offset(text, range.end)].to_owned()
}

/// A text with edits applied, which must not overlap.
pub(crate) fn apply(text: &str, edits: &[TextEdit]) -> String {
    let mut edits: Vec<&TextEdit> = edits.iter().collect();
    edits.sort_by_key(|edit| edit.range.start);
    let mut out = String::new();
    let mut end = 0;
    for edit in edits {
        let start = offset(text, edit.range.start);
        assert!(end <= start, "edits overlap");
        out.push_str(&text[end..start]);
        out.push_str(&edit.new_text);
        end = offset(text, edit.range.end);
    }
    out.push_str(&text[end..]);
    out
}
