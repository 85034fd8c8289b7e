//! Messages over standard input and output.
//!
//! Framed as the protocol says: headers, an empty line, and as many bytes as
//! `Content-Length` has. What is no message is told to the client and passed
//! over, so that a slip of the client doesn't end the session.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::thread;

use lsp_server::{Connection, ErrorCode, Message, Notification, RequestId, Response};
use lsp_types::MessageType;
use lsp_types::notification::{LogMessage, Notification as _};
use serde_json::{Value, json};

use crate::server::{Ended, serve};

/// The most bytes that one message may have; a file may have a quarter.
const MOST: u64 = 256 << 20;

/// Serves a client over standard input and output until it is done.
pub fn stdio() -> io::Result<Ended> {
    let (server, client) = Connection::memory();
    let Connection { sender: to_server, receiver: from_server } = client;
    let answers = server.sender.clone();
    let writer = thread::Builder::new().name("writer".to_owned()).spawn(move || {
        let mut out = io::stdout().lock();
        // Whoever has closed the stream needs no answers.
        while let Ok(message) = from_server.recv() {
            if message.write(&mut out).and_then(|()| out.flush()).is_err() {
                break;
            }
        }
    })?;
    thread::Builder::new().name("reader".to_owned()).spawn(move || {
        let mut input = BufReader::new(io::stdin());
        while let Ok(Some(body)) = frame(&mut input) {
            let message = decode(&body);
            let last = matches!(&message, Ok(Message::Notification(it)) if it.method == "exit");
            let sent = match message {
                Ok(message) => to_server.send(message).is_ok(),
                Err(answer) => answers.send(*answer).is_ok(),
            };
            if last || !sent {
                break;
            }
        }
    })?;
    let ended = serve(&server);
    drop(server);
    // The reader has stopped too, at `exit` or the end of input, so that the
    // writer ends when all is written.
    let _ = writer.join();
    Ok(ended)
}

/// The next body; nothing at the end of the stream.
fn frame(input: &mut impl BufRead) -> io::Result<Option<Vec<u8>>> {
    let mut length: Option<u64> = None;
    loop {
        let mut line = Vec::new();
        if input.by_ref().take(64 << 10).read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        let line = String::from_utf8_lossy(&line);
        match (line.trim(), length) {
            ("", Some(length)) => return body(input, length),
            ("", None) => {}
            (header, _) => {
                if let Some((name, value)) = header.split_once(':')
                    && name.trim().eq_ignore_ascii_case("content-length")
                {
                    length = value.trim().parse().ok();
                }
            }
        }
    }
}

fn body(input: &mut impl BufRead, length: u64) -> io::Result<Option<Vec<u8>>> {
    let mut body = Vec::new();
    let kept = length.min(MOST);
    if u64::try_from(input.by_ref().take(kept).read_to_end(&mut body)?).unwrap_or(kept) < kept {
        return Ok(None);
    }
    if length > MOST {
        io::copy(&mut input.by_ref().take(length - MOST), &mut io::sink())?;
        body.clear();
    }
    Ok(Some(body))
}

/// Reads a message, or says what to answer to what is none.
pub(crate) fn decode(body: &[u8]) -> Result<Message, Box<Message>> {
    let value: Value = match serde_json::from_slice(body) {
        Ok(value) => value,
        Err(error) => return Err(Box::new(log(&format!("what came is not JSON: {error}")))),
    };
    let id = value.get("id").and_then(|id| serde_json::from_value::<RequestId>(id.clone()).ok());
    match (serde_json::from_value(value), id) {
        (Ok(message), _) => Ok(message),
        (Err(error), Some(id)) => Err(Box::new(Message::Response(Response::new_err(
            id,
            ErrorCode::InvalidRequest as i32,
            format!("that is no message of the protocol: {error}"),
        )))),
        (Err(error), None) => {
            Err(Box::new(log(&format!("that is no message of the protocol: {error}"))))
        }
    }
}

/// Tells the client something that it may show in its log.
pub(crate) fn log(text: &str) -> Message {
    let params = json!({ "type": MessageType::WARNING, "message": format!("jtc: {text}") });
    Message::Notification(Notification { method: LogMessage::METHOD.to_owned(), params })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames(text: &str) -> Vec<String> {
        let mut input = text.as_bytes();
        let mut found = Vec::new();
        while let Ok(Some(body)) = frame(&mut input) {
            found.push(String::from_utf8(body).unwrap());
        }
        found
    }

    #[test]
    fn frames_are_found_whatever_stands_between() {
        assert_eq!(
            frames("Content-Length: 2\r\n\r\n{}Content-Type: x\r\ncontent-length:3\n\n[1]"),
            ["{}", "[1]"]
        );
        assert_eq!(frames("nonsense\r\n\r\nContent-Length: 1\r\n\r\n1"), ["1"]);
        assert_eq!(frames("Content-Length: -1\r\n\r\nContent-Length: 1\r\n\r\n1"), ["1"]);
        assert_eq!(frames("Content-Length: 10\r\n\r\n{}"), [""; 0]);
    }

    #[test]
    fn what_is_no_message_is_told() {
        assert!(decode(br#"{"jsonrpc":"2.0","id":1,"method":"shutdown"}"#).is_ok());
        assert!(decode(br#"{"jsonrpc":"2.0","method":"exit"}"#).is_ok());
        let refused = |body: &[u8]| decode(body).unwrap_err();
        assert!(matches!(*refused(b"{"), Message::Notification(_)));
        assert!(matches!(*refused(b"[]"), Message::Notification(_)));
        assert!(matches!(*refused(br#"{"id":7}"#), Message::Response(_)));
    }
}
