//! The command line.

use clap::{Parser, Subcommand, ValueEnum};

use crate::commands::{check, compile, completions, explain, fmt, graph, init, lsp, trace};

/// Compiles a topology of Jobmon deployments to Kubernetes manifests.
#[derive(Debug, Parser)]
#[command(
    name = "jtc",
    version,
    about = "Compiles a topology of Jobmon deployments to Kubernetes manifests",
    long_about = "Compiles a topology, which says in KDL what is deployed in a cluster, to Kubernetes manifests \
                  in an order that works on an empty cluster.",
    arg_required_else_help = true,
    max_term_width = 100,
    after_help = "Examples:\n  \
                  jtc init --output topology.kdl               start a topology\n  \
                  jtc check topology.kdl                       what is wrong with it, and what it needs\n  \
                  jtc check --watch topology.kdl               the same, whenever it is saved\n  \
                  jtc compile topology.kdl -o manifests        one file an object, in wave folders\n  \
                  jtc compile topology.kdl | less              all of them, to read\n  \
                  jtc fmt topology.kdl                         its canonical layout\n  \
                  jtc explain route                            how something is written\n  \
                  jtc explain J0201                            what a diagnostic means\n\n\
                  `jtc compile --help` shows how to apply what comes out.\n\n\
                  Exit codes:\n  \
                  0   done\n  \
                  1   the topology has errors, or warnings under --deny-warnings; `fmt --check` found a file\n  \
                  2   the command line or a file is at fault\n  \
                  70  a bug in jtc"
)]
pub(crate) struct Args {
    /// When to colour messages
    #[arg(long, global = true, value_enum, default_value_t = When::Auto, value_name = "WHEN")]
    pub(crate) color: When,
    /// Say what is wrong in sentences, without drawings, as screen readers want it
    ///
    /// A dumb terminal (`TERM=dumb`) and the variable `NO_GRAPHICS=1` do the same.
    #[arg(long, global = true)]
    pub(crate) narrate: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// When to do something that suits a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum When {
    /// On a terminal, unless `NO_COLOR` is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Compile(compile::Compile),
    Check(check::Check),
    Graph(graph::Graph),
    Explain(explain::Explain),
    Trace(trace::Trace),
    Fmt(fmt::Fmt),
    Init(init::Init),
    Lsp(lsp::Lsp),
    Completions(completions::Completions),
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound() {
        super::Args::command().debug_assert();
    }

    #[test]
    fn every_command_shows_examples() {
        for command in super::Args::command().get_subcommands() {
            let help = command.clone().render_long_help().to_string();
            assert!(help.contains("Examples:"), "`{}` has no examples", command.get_name());
        }
    }
}
