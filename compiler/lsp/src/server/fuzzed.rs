//! A server without a client or a clock, message by message; for fuzzing.

use lsp_server::{Connection, Message};
use serde_json::Value;

use super::{Ended, Server};
use crate::transport;

/// A session in which a panic is one.
pub struct Fuzzed {
    server: Server,
    client: Connection,
}

impl Default for Fuzzed {
    fn default() -> Self {
        let (server, client) = Connection::memory();
        Self { server: Server::new(server.sender, false), client }
    }
}

impl Fuzzed {
    /// Takes the body of a message in and works it off; answers how the
    /// session ended, when it has.
    pub fn receive(&mut self, body: &[u8]) -> Option<Ended> {
        match transport::decode(body) {
            Ok(message) => self.server.receive(message),
            Err(answer) => self.server.state.send(*answer),
        }
        if self.server.queue.is_empty() { None } else { self.server.step() }
    }

    /// Nothing comes for a while, so that diagnostics are told.
    pub fn rest(&mut self) {
        self.server.publish();
        self.server.state.tidy();
    }

    /// What the client gets.
    pub fn sent(&self) -> Vec<Value> {
        let messages: Vec<Message> = self.client.receiver.try_iter().collect();
        messages.iter().filter_map(|message| serde_json::to_value(message).ok()).collect()
    }

    /// The open documents, by their addresses.
    pub fn texts(&self) -> Vec<(String, String)> {
        let documents = self.server.state.documents.values();
        documents.map(|it| (it.uri.to_string(), it.text.to_string())).collect()
    }
}
