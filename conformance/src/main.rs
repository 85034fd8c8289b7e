//! Development commands of this repository, run as `cargo xtask COMMAND`.

mod bench;
mod cluster;
mod conformance;
mod crds;
mod editor;
mod editors;
mod fuzz;
mod licences;
mod paths;
mod process;
mod report;
mod routes;
mod tools;
mod traffic;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Development commands.
#[derive(Parser)]
#[command(name = "cargo xtask", version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// One variant a command; each is a module with `Options` and `run`.
#[derive(Subcommand)]
enum Command {
    /// Build and install the programs that the conformance suite runs.
    Tools(tools::Options),
    /// Write the go.mod from which a Kubernetes release is built.
    Gomod(tools::gomod::Options),
    /// Write Traefik's definitions from the pinned module.
    Crds(crds::Options),
    /// Run random texts through lexer, compiler, formatter and language server.
    Fuzz(fuzz::Options),
    /// Check the licences of all dependencies.
    Licences(licences::Options),
    /// Measure topologies of many namespaces, beside Helm.
    Bench(bench::Options),
    /// Apply every example to a real control plane and check what becomes of it.
    Conformance(conformance::Options),
}

fn main() -> ExitCode {
    if let Some(code) = fuzz::compile() {
        return code;
    }
    let result = match Cli::parse().command {
        Command::Tools(options) => tools::run(&options),
        Command::Gomod(options) => tools::gomod::run(&options),
        Command::Crds(options) => crds::run(&options),
        Command::Fuzz(options) => fuzz::run(&options),
        Command::Licences(options) => licences::run(&options),
        Command::Bench(options) => bench::run(&options),
        Command::Conformance(options) => conformance::run(&options),
    };
    match result {
        Ok(code) => code,
        Err(error) => {
            report::line(format_args!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}
