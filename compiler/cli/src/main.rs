//! `jtc`, the Jobmon topology compiler: arguments to files to exit code.
//!
//! The only crate of the compiler that reads and writes. Exit codes: 0 done,
//! 1 the topology has errors or is not formatted, 2 usage or files, 70 a bug.

mod args;
mod commands;
mod error;
mod files;
mod output;
mod render;
mod repair;
mod replace;
mod ui;
mod watch;

use std::panic::{self, AssertUnwindSafe};
use std::process::ExitCode;

use clap::Parser;

use args::{Args, Command};
use error::{CliError, ErrorKind, Outcome};
use ui::Ui;

/// A compiler allocates little else than small pieces, on several threads at
/// once. docs/performance.md tells what this allocator saves.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    guarded(|| {
        let args = match Args::try_parse() {
            Ok(args) => args,
            Err(error) => return parse_failure(&error),
        };
        let ui = Ui::new(args.color, args.narrate);
        match run(&args.command, ui) {
            Ok(outcome) => outcome.into(),
            Err(error) => {
                report(&error, ui);
                ExitCode::from(error.code())
            }
        }
    })
}

fn run(command: &Command, ui: Ui) -> Result<Outcome, CliError> {
    match command {
        Command::Compile(command) => command.run(ui),
        Command::Check(command) => command.run(ui),
        Command::Graph(command) => command.run(ui),
        Command::Explain(command) => command.run(),
        Command::Trace(command) => command.run(ui),
        Command::Fmt(command) => command.run(ui),
        Command::Init(command) => command.run(),
        Command::Lsp(command) => command.run(),
        Command::Completions(command) => command.run(),
    }
}

fn report(error: &CliError, ui: Ui) {
    match error.kind {
        ErrorKind::BrokenPipe => {}
        ErrorKind::Usage | ErrorKind::Files | ErrorKind::Internal => ui.error(&error.to_string()),
    }
}

/// Help and version are what was asked for, and go to standard output; the
/// rest is a mistake.
fn parse_failure(error: &clap::Error) -> ExitCode {
    // A stream that is closed can't be told anything.
    let _ = error.print();
    u8::try_from(error.exit_code()).map_or(ExitCode::from(2), ExitCode::from)
}

/// Runs and turns a panic, which is always a bug, into a message and exit
/// code 70. `RUST_BACKTRACE` adds where it happened.
fn guarded(body: impl FnOnce() -> ExitCode) -> ExitCode {
    let standard = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if std::env::var_os("RUST_BACKTRACE").is_some_and(|value| value != "0") {
            standard(info);
        }
        let what = info.payload_as_str().unwrap_or("an unknown panic");
        let place = info.location().map(|place| format!(" at {}:{}", place.file(), place.line()));
        Ui::new(args::When::Auto, false).error(&format!(
            "this is a bug in jtc {}: {what}{}\n  hint: please report it, with the topology if you can; \
             RUST_BACKTRACE=1 shows more",
            env!("CARGO_PKG_VERSION"),
            place.unwrap_or_default(),
        ));
    }));
    panic::catch_unwind(AssertUnwindSafe(body)).unwrap_or_else(|_| ExitCode::from(70))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_ends_in_70() {
        assert_eq!(guarded(|| panic!("made for this test")), ExitCode::from(70));
        assert_eq!(guarded(|| ExitCode::from(1)), ExitCode::from(1));
    }
}
