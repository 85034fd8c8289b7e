//! What the two output streams are: terminal or not, coloured or not.

use std::io::{self, BufWriter, IsTerminal, Write};

use crate::args::When;
use crate::error::CliError;

/// Width of what is no terminal, in columns.
const PLAIN_WIDTH: usize = 100;

/// How to write to a person.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a power of a terminal of its own")]
pub(crate) struct Ui {
    /// Whether standard error takes colours.
    pub(crate) color: bool,
    /// Whether standard error takes more than ASCII.
    pub(crate) unicode: bool,
    /// Columns of standard error.
    pub(crate) width: usize,
    /// Whether nothing is drawn: whoever reads it may hear it.
    pub(crate) narrate: bool,
    /// Whether standard error takes links (OSC 8).
    pub(crate) links: bool,
}

impl Ui {
    /// Looks at the streams and the environment. `NO_COLOR` (any text but the
    /// empty one, see no-color.org) and a dumb terminal take no colours unless
    /// asked for. A dumb terminal, and whoever sets `NO_GRAPHICS`, gets
    /// sentences instead of drawings.
    pub(crate) fn new(when: When, narrate: bool) -> Self {
        let terminal = io::stderr().is_terminal();
        let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
        let dumb = set("TERM").is_some_and(|term| term == "dumb");
        let color = match when {
            When::Always => true,
            When::Never => false,
            When::Auto => terminal && !dumb && set("NO_COLOR").is_none(),
        };
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(set);
        let unicode = !dumb && locale.is_some_and(|locale| is_utf8(&locale.to_string_lossy()));
        let width = if terminal {
            terminal_size::terminal_size_of(io::stderr())
                .map_or(PLAIN_WIDTH, |(terminal_size::Width(width), _)| {
                    usize::from(width).clamp(40, 160)
                })
        } else {
            PLAIN_WIDTH
        };
        let narrate = narrate || dumb || set("NO_GRAPHICS").is_some_and(|value| value != "0");
        let links = when != When::Never
            && !narrate
            && supports_hyperlinks::on(supports_hyperlinks::Stream::Stderr);
        Self { color, unicode, width, narrate, links }
    }

    /// Writes an error to standard error.
    pub(crate) fn error(self, text: &str) {
        say(&format!("{} {text}", self.paint("error:", "1;31")));
    }

    /// Writes a warning to standard error.
    pub(crate) fn warning(self, text: &str) {
        say(&format!("{} {text}", self.paint("warning:", "1;33")));
    }

    fn paint(self, text: &str, style: &str) -> String {
        if self.color { format!("\u{1b}[{style}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

/// Writes a line to standard error; that it may be closed is nobody's concern.
pub(crate) fn say(text: &str) {
    let mut stderr = io::stderr().lock();
    let _ = stderr.write_all(text.as_bytes()).and_then(|()| stderr.write_all(b"\n"));
}

/// Writes to standard output in large pieces. A closed pipe ends the run
/// without an error.
pub(crate) fn stdout(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), CliError> {
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    write(&mut out).and_then(|()| out.flush()).map_err(|error| CliError::stdout(&error))
}

/// As in `C.UTF-8` or `de_DE.utf8`.
fn is_utf8(locale: &str) -> bool {
    let locale = locale.to_ascii_lowercase();
    locale.ends_with("utf-8")
        || locale.ends_with("utf8")
        || locale.contains("utf-8@")
        || locale.contains("utf8@")
}

/// `1 error`, `2 errors`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    format!("{} {noun}{}", thousands(number), if number == 1 { "" } else { "s" })
}

/// As in `100,000`.
fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(count(1, "error"), "1 error");
        assert_eq!(count(0, "error"), "0 errors");
        assert_eq!(count(999, "error"), "999 errors");
        assert_eq!(count(1_000, "error"), "1,000 errors");
        assert_eq!(count(1_234_567, "error"), "1,234,567 errors");
    }

    #[test]
    fn utf8_locales_are_known() {
        assert!(is_utf8("C.UTF-8") && is_utf8("de_DE.utf8") && is_utf8("de_DE.UTF-8@euro"));
        assert!(!is_utf8("C") && !is_utf8("POSIX") && !is_utf8("de_DE.ISO-8859-1"));
    }
}
