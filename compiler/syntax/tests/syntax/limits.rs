//! Large and hostile texts: no crash, and time that grows with their length.

use std::fmt::Write as _;
use std::time::Duration;

use crate::common::FILE;
use jtc_syntax::{Parse, lex, parse, slices};
use rayon::ThreadPoolBuilder;

/// Everything the crate can do with a text.
fn read(text: &str) -> Parse {
    let parse = parse(FILE, text);
    let mut last = 0;
    for error in &parse.errors {
        assert!(error.span.start >= last, "the errors are not in order");
        last = error.span.start;
    }
    slices(text, &lex(text));
    parse
}

/// The processor time of this thread, which stands still while others are at
/// work on the machine.
#[cfg(unix)]
fn now() -> Duration {
    use rustix::time::{ClockId, clock_gettime};
    let time = clock_gettime(ClockId::ThreadCPUTime);
    let part = |number| u64::try_from(number).expect("no time before the start");
    Duration::from_secs(part(time.tv_sec)) + Duration::from_nanos(part(time.tv_nsec))
}

/// Elsewhere the clock has to do.
#[cfg(not(unix))]
fn now() -> Duration {
    static START: std::sync::LazyLock<std::time::Instant> =
        std::sync::LazyLock::new(std::time::Instant::now);
    START.elapsed()
}

fn time(work: impl FnOnce()) -> Duration {
    let start = now();
    work();
    now().saturating_sub(start)
}

/// Whether work on four times as much doesn't take much more than four times
/// as long, where quadratic is sixteen times; else the times. The best of some
/// attempts counts, since also a processor is slowed down by its neighbours.
fn is_linear(short: impl Fn(), long: impl Fn()) -> Result<(), [Duration; 2]> {
    const SLACK: Duration = Duration::from_millis(10);
    let mut best = [Duration::MAX; 2];
    for _ in 0..10 {
        best = [best[0].min(time(&short)), best[1].min(time(&long))];
        if best[1] < best[0] * 8 + SLACK {
            return Ok(());
        }
    }
    Err(best)
}

fn grows_with_length(name: &str, text: impl Fn(usize) -> String + Sync) {
    const COUNT: usize = 3_000;
    // All that is done in parallel is done by this one.
    let thread = ThreadPoolBuilder::new().num_threads(1).build().expect("a thread");
    thread.install(|| {
        let (short, long) = (text(COUNT), text(4 * COUNT));
        let times = is_linear(|| drop(read(&short)), || drop(read(&long)));
        assert_eq!(times, Ok(()), "{name:?}");
    });
}

#[test]
fn quadratic_work_is_noticed() {
    let text = "x".repeat(80_000);
    let quadratic = |length: usize| {
        let found = (0..length).filter(|end| text.as_bytes()[..*end].contains(&b'y'));
        assert_eq!(found.count(), 0);
    };
    assert!(is_linear(|| quadratic(20_000), || quadratic(80_000)).is_err());
    let linear = |length: usize| (0..length / 1_000).for_each(|_| quadratic(1_000));
    assert_eq!(is_linear(|| linear(20_000), || linear(80_000)), Ok(()));
}

#[test]
fn nesting_takes_time_by_its_length() {
    for (open, close) in [
        ("a {", "}"),
        ("a {\n", "}\n"),
        ("{", "}"),
        ("a {{", "}}"),
        ("/-a {", "}"),
        ("a /-{", "}"),
        ("/-", "a"),
        ("/*", "*/"),
        ("(", ")"),
        ("a [", "]"),
    ] {
        grows_with_length(open, |n| format!("{}{}\nnext 1", open.repeat(n), close.repeat(n)));
        grows_with_length(open, |n| open.repeat(n));
        grows_with_length(close, |n| close.repeat(n));
    }
}

#[test]
fn errors_take_time_by_their_number() {
    let pieces = "a: b\n|a \"x\n|a true\n|a 1Gi, \n|}\n|a {\n|  a {\n|a { \"x\n|a k=\n|[|'a |'a|\"\"\" |\
                  \x20 \"\"\"\n| #\"\"\"\n|a\"x\"|\"a\"b\"|{{|${|$(|a/|\\ |\\\n|# x\n|a = b\n|\0 |\u{feff}x|\
                  /* |/-\n|/-|;|=|(a |(a) |a:|\"\\q\"\n|- a\n|---\n|a\n{\n|http://x\n|a,|[\n|\n{|a\n\n|\
                  \"\"\"\n x\n  \"\"\"\n|\"|\"a|#\"|##\"\"\"\n";
    for piece in pieces.split('|') {
        grows_with_length(piece, |n| piece.repeat(n));
        grows_with_length(piece, |n| format!("a {{\n{}}}\n", piece.repeat(n)));
    }
}

#[test]
fn a_hundred_thousand_levels() {
    const LEVELS: usize = 100_000;
    let blocks = format!("{}{}\nnext 1", "a {".repeat(LEVELS), "}".repeat(LEVELS));
    let parse = read(&blocks);
    assert_eq!((parse.errors.len(), parse.document.nodes.len()), (1, 2));
    let comments = format!("{}{}\nnext 1", "/*".repeat(LEVELS), "*/".repeat(LEVELS));
    let parse = read(&comments);
    assert_eq!((parse.errors.len(), parse.document.nodes.len()), (0, 1));
    assert_eq!(read(&"a {".repeat(LEVELS)).errors.len(), 1);
}

#[test]
fn a_hundred_thousand_errors() {
    const ERRORS: usize = 100_000;
    for line in ["a: b\n", "a \"x\n", "a true\n"] {
        assert_eq!(read(&line.repeat(ERRORS)).errors.len(), ERRORS);
    }
}

#[test]
fn one_line_of_ten_megabytes() {
    const SIZE: usize = 10_000_000;
    let word = read(&"x".repeat(SIZE));
    assert_eq!((word.errors.len(), word.document.nodes.len()), (0, 1));
    let string = read(&format!("a \"{}\"", "x ".repeat(SIZE / 2)));
    assert_eq!(string.errors, []);
    let value = &string.document.nodes[0].entries[0].value;
    assert_eq!(value.as_str().map(str::len), Some(SIZE));
    for piece in ["a 1 b=\"c\" ", "a 1;", "\"a\" ", "#\"a\"# ", "a{b}; ", "é "] {
        grows_with_length(piece, |n| piece.repeat(n));
    }
}

#[test]
fn many_nodes_are_read_in_order_by_all_threads() {
    let mut text = String::new();
    for number in 0..20_000 {
        writeln!(text, "node{number} {number} {{ child k={number}; }}").unwrap();
    }
    let parse = read(&text);
    assert_eq!((parse.errors.len(), parse.document.nodes.len()), (0, 20_000));
    for (number, node) in (0_i128..).zip(&parse.document.nodes) {
        assert_eq!(node.entries[0].value.as_integer(), Some(number));
    }
}
