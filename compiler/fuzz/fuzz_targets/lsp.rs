//! The message loop of the language server, over whole sessions.
//!
//! A session is a text. A line that begins with `@` is a message, by its
//! letter; the lines up to the next are its text, where it has one:
//!
//! | Line            | Message                                              |
//! | --------------- | ---------------------------------------------------- |
//! | `@o D`          | opens a document with the text                       |
//! | `@c D 1:2 3:4`  | puts the text in place of a range; `@c D` of all     |
//! | `@x D`, `@s D`  | closes, saves it                                     |
//! | `@q M D 1:2 3:4`| a request, M a letter of [`REQUESTS`]                |
//! | `@n`            | takes the next request back before it comes          |
//! | `@p`            | nothing comes for a while                            |
//! | `@w`            | the text as it stands, whatever it is                |
//! | `@z`, `@e`      | `shutdown`, `exit`                                   |
//!
//! D is a letter of [`DOCUMENTS`]; a number too large is the largest. What
//! stands before the first message is the client's choice of columns: `8`,
//! `16` or `32`, and `-` for a session without `initialize`.
#![no_main]

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use jtc_lsp::{Ended, Fuzzed};
use serde_json::{Value, json};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

libfuzzer_sys::fuzz_target!(init: prepare(), |bytes: &[u8]| session(bytes));

/// The files of the folder; the others are only in the editor.
const FILES: [(&str, &str); 2] = [
    (
        "main.kdl",
        "edition 1\ncluster \"c\" { kubernetes \"1.34\"; }\ninclude \"part.kdl\"\ninclude \"more/*.kdl\"\n",
    ),
    ("part.kdl", "external \"mysql\" host=\"db.example.org\" port=3306\n"),
];

/// One in so many sessions is compared with one that opens the same texts: that
/// takes as long as the session.
const COMPARED: u8 = 4;

const COLUMNS: [&str; 3] = ["16", "8", "32"];

thread_local! {
    /// Clients of each of [`COLUMNS`] between two sessions.
    static IDLE: RefCell<[Vec<Client>; 3]> = RefCell::default();
}

const DOCUMENTS: [&str; 6] =
    ["main.kdl", "part.kdl", "more/new.kdl", "other.kdl", "notes.yaml", "untitled:one"];

const REQUESTS: [&str; 20] = [
    "textDocument/completion",
    "textDocument/hover",
    "textDocument/definition",
    "textDocument/references",
    "textDocument/documentHighlight",
    "textDocument/prepareRename",
    "textDocument/rename",
    "textDocument/codeAction",
    "textDocument/codeLens",
    "textDocument/documentSymbol",
    "workspace/symbol",
    "textDocument/documentLink",
    "textDocument/foldingRange",
    "textDocument/formatting",
    "textDocument/rangeFormatting",
    "textDocument/selectionRange",
    "textDocument/semanticTokens/full",
    "textDocument/semanticTokens/range",
    "textDocument/inlayHint",
    "jtc/manifest",
];

fn folder() -> PathBuf {
    std::env::temp_dir().join("jtc-fuzz-lsp")
}

fn prepare() {
    // What would be done in parallel is done by this thread, without another
    // to wait for.
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread();
    pool.build_global().expect("no pool yet");
    fs::create_dir_all(folder().join("more")).expect("a folder");
    for (name, text) in FILES {
        fs::write(folder().join(name), text).expect("a file");
    }
}

fn uri(letter: Option<&str>) -> String {
    let letter = letter.and_then(|word| word.bytes().next()).unwrap_or_default();
    let name = DOCUMENTS[usize::from(letter.wrapping_sub(b'a')) % DOCUMENTS.len()];
    if name.contains(':') {
        name.to_owned()
    } else {
        format!("file://{}/{name}", folder().display())
    }
}

fn position(word: Option<&str>) -> Value {
    let number = |digits: &str| match digits {
        digits if digits.bytes().all(|digit| digit.is_ascii_digit()) && !digits.is_empty() => {
            digits.parse().unwrap_or(u32::MAX)
        }
        _ => 0,
    };
    let (line, character) = word.unwrap_or_default().split_once(':').unwrap_or_default();
    json!({ "line": number(line), "character": number(character) })
}

/// A client, with what it knows.
struct Client {
    server: Fuzzed,
    requests: u32,
    version: i32,
    diagnostics: BTreeMap<String, Value>,
}

impl Client {
    fn new() -> Self {
        Self { server: Fuzzed::default(), requests: 0, version: 0, diagnostics: BTreeMap::new() }
    }

    /// A client that has nothing open and nothing wrong.
    fn idle(columns: usize) -> Self {
        let kept = IDLE.with_borrow_mut(|idle| idle[columns].pop());
        kept.unwrap_or_else(|| {
            let mut client = Self::new();
            client.start(COLUMNS[columns]);
            client
        })
    }

    /// Closes what is open, for another session.
    fn leave(mut self, columns: usize) {
        for (uri, _) in self.server.texts() {
            self.tell("textDocument/didClose", json!({ "textDocument": { "uri": uri } }));
        }
        self.rest();
        let left = self.diagnostics.values().find(|found| **found != json!([]));
        assert_eq!(left, None, "diagnostics of documents that are closed");
        self.diagnostics.clear();
        IDLE.with_borrow_mut(|idle| idle[columns].push(self));
    }

    fn start(&mut self, columns: &str) {
        let capable = json!({
            "general": { "positionEncodings": [format!("utf-{columns}")] },
            "textDocument": {
                "completion": { "completionItem": { "snippetSupport": columns == "8" } },
                "hover": { "contentFormat": ["markdown"] },
                "publishDiagnostics": { "relatedInformation": true, "codeDescriptionSupport": true },
                "documentSymbol": { "hierarchicalDocumentSymbolSupport": columns != "32" },
            },
        });
        let folder = json!({ "uri": format!("file://{}", folder().display()), "name": "f" });
        self.ask("initialize", json!({ "capabilities": capable, "workspaceFolders": [folder] }));
        self.tell("initialized", json!({}));
    }

    /// A message that may be anything; what it is answered may be anything
    /// that is well made.
    fn send(&mut self, body: &[u8]) -> (Option<Ended>, Vec<Value>) {
        let ended = self.server.receive(body);
        (ended, self.read())
    }

    fn read(&mut self) -> Vec<Value> {
        let sent = self.server.sent();
        for message in &sent {
            ranges(message);
            assert_ne!(message["error"]["code"], -32603, "an internal error: {message}");
            if message["method"] == "textDocument/publishDiagnostics" {
                let uri = message["params"]["uri"].as_str().expect("an address").to_owned();
                self.diagnostics.insert(uri, message["params"]["diagnostics"].clone());
            }
        }
        sent
    }

    fn tell(&mut self, method: &str, params: Value) -> Option<Ended> {
        let message = json!({ "jsonrpc": "2.0", "method": method, "params": params });
        let (ended, sent) = self.send(message.to_string().as_bytes());
        assert!(sent.iter().all(|it| it.get("method").is_some()), "`{method}` is answered");
        ended
    }

    /// A request is answered once, by its own number; returns the answer.
    fn ask(&mut self, method: &str, params: Value) -> Value {
        self.requests += 1;
        let id = format!("own {}", self.requests);
        let message = json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params });
        let (ended, sent) = self.send(message.to_string().as_bytes());
        assert_eq!(ended, None);
        let answers = sent.iter().filter(|it| it.get("method").is_none());
        let ids: Vec<&Value> = answers.map(|answer| &answer["id"]).collect();
        assert_eq!(ids, [&json!(id)], "the answers to `{method}`");
        sent.into_iter().find(|it| it.get("method").is_none()).unwrap_or_default()
    }

    fn open(&mut self, uri: &str, text: &str) {
        self.version += 1;
        let document =
            json!({ "uri": uri, "languageId": "kdl", "version": self.version, "text": text });
        self.tell("textDocument/didOpen", json!({ "textDocument": document }));
    }

    fn rest(&mut self) {
        self.server.rest();
        let sent = self.read();
        assert!(sent.iter().all(|it| it.get("method").is_some()), "an answer to nothing");
    }

    /// What is wrong in the documents that are open.
    fn findings(&self) -> BTreeMap<&str, &Value> {
        let texts = self.server.texts();
        let is_open = |uri: &str| texts.iter().any(|(open, _)| open == uri);
        let found = self.diagnostics.iter().filter(|(uri, _)| is_open(uri));
        found.map(|(uri, found)| (uri.as_str(), found)).collect()
    }

    /// Does what a line says; answers how the session ended.
    fn act(&mut self, line: &str, text: &str) -> Option<Ended> {
        let mut words = line.split(' ');
        match words.next().unwrap_or_default() {
            "o" => self.open(&uri(words.next()), text),
            "c" => {
                let uri = uri(words.next());
                let (start, end) = (words.next(), words.next());
                let mut change = json!({ "text": text });
                if start.is_some() {
                    change["range"] = json!({ "start": position(start), "end": position(end) });
                }
                self.version += 1;
                let document = json!({ "uri": uri, "version": self.version });
                let params = json!({ "textDocument": document, "contentChanges": [change] });
                self.tell("textDocument/didChange", params);
            }
            "x" => {
                let params = json!({ "textDocument": { "uri": uri(words.next()) } });
                self.tell("textDocument/didClose", params);
            }
            "s" => {
                let params = json!({ "textDocument": { "uri": uri(words.next()) } });
                self.tell("textDocument/didSave", params);
            }
            "q" => self.request(&mut words, text),
            "n" => {
                let id = format!("own {}", self.requests + 1);
                self.tell("$/cancelRequest", json!({ "id": id }));
            }
            "p" => self.rest(),
            // No message leads out of the folder.
            "w" if !text.contains("file:") => return self.send(text.as_bytes()).0,
            "z" => {
                self.ask("shutdown", Value::Null);
            }
            "e" => return self.tell("exit", Value::Null),
            _ => {}
        }
        None
    }

    fn request<'l>(&mut self, words: &mut impl Iterator<Item = &'l str>, text: &str) {
        let letter = words.next().and_then(|word| word.bytes().next()).unwrap_or_default();
        let method = REQUESTS[usize::from(letter.wrapping_sub(b'a')) % REQUESTS.len()];
        let uri = uri(words.next());
        let (start, end) = (position(words.next()), position(words.next()));
        let known = self.diagnostics.get(&uri).cloned().unwrap_or_else(|| json!([]));
        // All of them at once: a server reads what it needs.
        self.ask(
            method,
            json!({
                "textDocument": { "uri": uri },
                "position": start,
                "positions": [start, end],
                "range": { "start": start, "end": end },
                "newName": text.trim_end(),
                "query": text.trim_end(),
                "options": { "tabSize": 4, "insertSpaces": true },
                "context": {
                    "includeDeclaration": text.is_empty(),
                    "diagnostics": known,
                    "only": if text.is_empty() { Value::Null } else { json!(["source.fixAll"]) },
                },
            }),
        );
    }
}

/// No range ends before it starts.
fn ranges(message: &Value) {
    let mut waiting = vec![message];
    while let Some(value) = waiting.pop() {
        let place = |end: &str| {
            let place = value.get(end)?;
            Some((place.get("line")?.as_u64()?, place.get("character")?.as_u64()?))
        };
        if let (Some(start), Some(end)) = (place("start"), place("end")) {
            assert!(start <= end, "{value} in {message}");
        }
        match value {
            Value::Array(values) => waiting.extend(values),
            Value::Object(values) => waiting.extend(values.values()),
            _ => {}
        }
    }
}

/// Each request is answered, nothing fails inside, and at the end the client
/// knows what one would that opens the same texts now, which is asked of some.
fn session(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (first, rest) = text.split_once('@').unwrap_or((&text, ""));
    let columns = COLUMNS.iter().position(|it| *it == first.trim()).unwrap_or_default();
    // Messages that may be anything may also change what the server is.
    let is_plain = first.trim() != "-" && !format!("\n{rest}").contains("\n@w");
    let chance = bytes.iter().fold(0_u8, |sum, it| sum.wrapping_add(*it)) % 16;
    let is_alone = !is_plain || chance == 0;
    let mut client = if is_alone { Client::new() } else { Client::idle(columns) };
    if is_alone && first.trim() != "-" {
        client.start(COLUMNS[columns]);
    }
    for message in rest.split("\n@") {
        let (line, text) = message.split_once('\n').unwrap_or((message, ""));
        if client.act(line, text).is_some() {
            return;
        }
    }
    client.rest();
    let running = client.ask("workspace/symbol", json!({ "query": "" })).get("error").is_none();
    if running && !is_alone && !chance.is_multiple_of(COMPARED) {
        client.leave(columns);
        return;
    }
    if running && first.trim() != "-" {
        let mut other = if is_alone { Client::new() } else { Client::idle(columns) };
        if is_alone {
            other.start(COLUMNS[columns]);
        }
        for (uri, text) in client.server.texts() {
            other.open(&uri, &text);
        }
        other.rest();
        assert_eq!(client.findings(), other.findings(), "something is left from before");
        if !is_alone {
            other.leave(columns);
            client.leave(columns);
            return;
        }
    }
    client.ask("shutdown", Value::Null);
    let ended = client.tell("exit", Value::Null);
    assert!(ended.is_some_and(|ended| !running || ended == Ended::Orderly), "`exit` ends it");
}
