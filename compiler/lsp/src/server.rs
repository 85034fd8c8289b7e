//! The loop: messages in, answers and diagnostics out.
//!
//! One thread, since an analysis uses all cores by itself. Messages that have
//! come in are worked off before diagnostics are made, so that a burst of
//! keystrokes costs one analysis, and none is behind.

use std::collections::{BTreeSet, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use crossbeam_channel::RecvTimeoutError;
use lsp_server::{Connection, ErrorCode, Message, Notification, Request, Response};
use serde_json::Value;

use crate::routes;
use crate::state::{Phase, State};
use crate::transport;

pub(crate) mod fuzzed;

/// Diagnostics are not kept back for longer, however much comes in.
const PATIENCE: Duration = Duration::from_millis(300);

/// How a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// With `shutdown` and `exit`.
    Orderly,
    /// With `exit` alone.
    Abrupt,
    /// The client was gone.
    Disconnected,
}

/// Serves a client until it is done.
pub fn serve(connection: &Connection) -> Ended {
    let mut server = Server::new(connection.sender.clone(), true);
    let mut published = Instant::now();
    loop {
        while let Ok(message) = connection.receiver.try_recv() {
            server.receive(message);
        }
        if let Some(ended) = server.step() {
            return ended;
        }
        if server.queue.is_empty() || published.elapsed() > PATIENCE {
            server.publish();
            published = Instant::now();
        }
        if server.queue.is_empty() {
            server.state.tidy();
            let next = match server.state.rest() {
                Some(rest) => connection.receiver.recv_timeout(rest),
                None => connection.receiver.recv().map_err(RecvTimeoutError::from),
            };
            match next {
                Ok(message) => server.receive(message),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Ended::Disconnected,
            }
        }
    }
}

struct Server {
    state: State,
    queue: VecDeque<Message>,
    /// Requests in the queue that the client no longer wants.
    cancelled: BTreeSet<String>,
    /// Whether a panic becomes an answer.
    guarded: bool,
}

impl Server {
    fn new(sender: crate::state::Sender, guarded: bool) -> Self {
        let state = State::new(sender);
        Self { state, queue: VecDeque::new(), cancelled: BTreeSet::new(), guarded }
    }

    /// Takes a message in; it is worked off later.
    fn receive(&mut self, message: Message) {
        match message {
            Message::Notification(Notification { method, params })
                if method == "$/cancelRequest" =>
            {
                if let Some(id) = params.get("id") {
                    self.cancelled.insert(id.to_string());
                }
            }
            message => self.queue.push_back(message),
        }
    }

    /// Works off one message; answers how the session ended, when it has.
    fn step(&mut self) -> Option<Ended> {
        match self.queue.pop_front() {
            Some(Message::Request(request)) => {
                let response = self.request(request);
                self.state.send(Message::Response(response));
            }
            Some(Message::Notification(Notification { method, params })) => {
                if method == "exit" {
                    let orderly = self.state.phase == Phase::ShutDown;
                    return Some(if orderly { Ended::Orderly } else { Ended::Abrupt });
                }
                self.notification(&method, params);
            }
            // Answers to what the server asks say nothing that it needs.
            Some(Message::Response(_)) => {}
            None => self.cancelled.clear(),
        }
        None
    }

    fn request(&mut self, request: Request) -> Response {
        let Request { id, method, params } = request;
        let wire = serde_json::to_value(&id).map(|id| id.to_string()).unwrap_or_default();
        let refuse =
            |code: ErrorCode, why: &str| Response::new_err(id.clone(), code as i32, why.to_owned());
        if self.cancelled.remove(&wire) {
            return refuse(ErrorCode::RequestCanceled, "cancelled");
        }
        match self.state.phase {
            Phase::New if method != "initialize" => {
                return refuse(ErrorCode::ServerNotInitialized, "`initialize` comes first");
            }
            Phase::Running | Phase::ShutDown if method == "initialize" => {
                return refuse(ErrorCode::InvalidRequest, "`initialize` comes once");
            }
            Phase::ShutDown => {
                return refuse(ErrorCode::InvalidRequest, "after `shutdown` comes only `exit`");
            }
            Phase::New | Phase::Running => {}
        }
        let answered = self.guard(&method, |state| routes::request(state, &method, params));
        match answered {
            Some(Some(Ok(result))) => Response { id, response_result: Ok(result) },
            Some(Some(Err(failure))) => Response::new_err(id, failure.code, failure.message),
            Some(None) => refuse(ErrorCode::MethodNotFound, &format!("`{method}` is not served")),
            None => refuse(ErrorCode::InternalError, "this is a bug in jtc; please report it"),
        }
    }

    fn notification(&mut self, method: &str, params: Value) {
        // The protocol wants what comes outside of the session to be dropped.
        if self.state.phase != Phase::Running {
            return;
        }
        let done = self.guard(method, |state| routes::notification(state, method, params));
        if let Some(Some(Err(failure))) = done {
            self.state.send(transport::log(&format!("`{method}`: {}", failure.message)));
        }
    }

    fn publish(&mut self) {
        if self.state.phase == Phase::Running {
            self.guard("diagnostics", State::publish);
        }
    }

    /// Runs a handler; nothing when it panicked.
    fn guard<T>(&mut self, what: &str, body: impl FnOnce(&mut State) -> T) -> Option<T> {
        if !self.guarded {
            return Some(body(&mut self.state));
        }
        let state = &mut self.state;
        let result = catch_unwind(AssertUnwindSafe(|| body(state)));
        if result.is_err() {
            // What was made may be half made.
            self.state.forget();
            let text = format!("`{what}` failed: this is a bug in jtc; please report it");
            self.state.send(transport::log(&text));
        }
        result.ok()
    }
}
