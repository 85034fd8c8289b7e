//! An editor: the language server's other end, over standard input and output
//! as real ones have it.

use std::io::{BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context as _, Result, bail, ensure};
use lsp_server::{Message, Notification, Request, RequestId};
use serde_json::{Value, json};

/// An editor with a server of its own.
pub(crate) struct Editor {
    server: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    requests: i32,
}

/// An open document.
pub(crate) struct Document {
    uri: String,
    version: i32,
}

/// A place in a text: line, and column in UTF-16 code units, both from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// The line.
    pub(crate) line: usize,
    /// The column.
    pub(crate) character: usize,
}

impl Place {
    /// The place of a byte offset.
    pub(crate) fn of(text: &str, offset: usize) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        let last = before.rsplit('\n').next().unwrap_or_default();
        Self { line: before.matches('\n').count(), character: last.encode_utf16().count() }
    }

    fn json(self) -> Value {
        json!({ "line": self.line, "character": self.character })
    }
}

impl Editor {
    /// Starts a server and says hello, with a folder open.
    pub(crate) fn start(jtc: &Path, folder: &Path) -> Result<Self> {
        let mut server = Command::new(jtc)
            .args(["lsp", "--stdio"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("can't start {}", jtc.display()))?;
        let input = server.stdin.take().context("the server's input")?;
        let output = BufReader::new(server.stdout.take().context("the server's output")?);
        let mut editor = Self { server, input, output, requests: 0 };
        editor.ask(
            "initialize",
            json!({
                "processId": null,
                "capabilities": { "textDocument": { "publishDiagnostics": {} } },
                "workspaceFolders": [{ "uri": uri(folder), "name": "test" }],
            }),
        )?;
        editor.tell("initialized", json!({}))?;
        Ok(editor)
    }

    fn send(&mut self, message: &Message) -> Result<()> {
        message.write(&mut self.input)?;
        Ok(self.input.flush()?)
    }

    fn tell(&mut self, method: &str, params: Value) -> Result<()> {
        self.send(&Message::Notification(Notification { method: method.to_owned(), params }))
    }

    fn ask(&mut self, method: &str, params: Value) -> Result<Value> {
        self.requests += 1;
        let id = RequestId::from(self.requests);
        let method = method.to_owned();
        self.send(&Message::Request(Request { id: id.clone(), method, params }))?;
        loop {
            if let Message::Response(response) = self.receive()?
                && response.id == id
            {
                return response
                    .response_result
                    .map_err(|error| anyhow::anyhow!("the server refused: {}", error.message));
            }
        }
    }

    fn receive(&mut self) -> Result<Message> {
        Message::read(&mut self.output)?.context("the server has ended")
    }

    /// Opens a document.
    pub(crate) fn open(&mut self, path: &Path, text: &str) -> Result<Document> {
        let document = Document { uri: uri(path), version: 1 };
        self.tell(
            "textDocument/didOpen",
            json!({ "textDocument": {
                "uri": document.uri, "languageId": "kdl", "version": 1, "text": text,
            } }),
        )?;
        Ok(document)
    }

    /// Replaces what stands between two places.
    pub(crate) fn edit(
        &mut self,
        document: &mut Document,
        start: Place,
        end: Place,
        text: &str,
    ) -> Result<()> {
        document.version += 1;
        self.tell(
            "textDocument/didChange",
            json!({
                "textDocument": { "uri": document.uri, "version": document.version },
                "contentChanges": [{
                    "range": { "start": start.json(), "end": end.json() },
                    "text": text,
                }],
            }),
        )
    }

    /// Waits for the diagnostics of what a document says now. Those of an
    /// older text may come before, and none may come of a newer.
    pub(crate) fn diagnostics(&mut self, document: &Document) -> Result<Vec<Value>> {
        loop {
            let Message::Notification(Notification { method, params }) = self.receive()? else {
                continue;
            };
            if method != "textDocument/publishDiagnostics" || params["uri"] != *document.uri {
                continue;
            }
            let version = params["version"].as_i64().context("a version")?;
            if version == i64::from(document.version) {
                let found = params["diagnostics"].as_array().context("diagnostics")?;
                return Ok(found.clone());
            }
            ensure!(version < i64::from(document.version), "version {version} is yet to come");
        }
    }

    /// The memory that the server holds, in bytes (`proc_pid_status(5)`).
    pub(crate) fn memory(&self) -> Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.server.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kibibytes = line.context("no VmRSS")?.trim().trim_end_matches("kB").trim();
        Ok(kibibytes.parse::<f64>()? * 1024.0)
    }

    /// Ends the session as the protocol has it.
    pub(crate) fn end(mut self) -> Result<()> {
        self.ask("shutdown", Value::Null)?;
        self.tell("exit", Value::Null)?;
        let status = self.server.wait()?;
        if !status.success() {
            bail!("the server ended with {status}");
        }
        Ok(())
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        // It has ended already, unless something failed.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// The address of a file.
fn uri(path: &Path) -> String {
    let path: PathBuf = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    format!("file://{}", path.display())
}
