//! `jtc explain`: how something is written, or what a diagnostic means.

mod page;

use jtc_core::components::table;
use jtc_core::diagnostics::{self, Meta, suggest};
use jtc_core::schema::NodeSpec;

use crate::error::{CliError, Outcome};
use crate::ui;

/// Explain a node of the language, or a diagnostic
///
/// Without an argument lists all of them. A node that may stand in several
/// places is narrowed down by what it stands in, as in `namespace/elk`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
                        jtc explain\n  \
                        jtc explain route\n  \
                        jtc explain namespace/elk\n  \
                        jtc explain J0201")]
pub(crate) struct Explain {
    /// A node, or a code such as J0201
    #[arg(value_name = "NODE|CODE")]
    what: Option<String>,
}

/// A node and the nodes above it, the nearest last.
struct Found {
    spec: &'static NodeSpec,
    /// Each way down to it.
    paths: Vec<Vec<&'static str>>,
}

impl Explain {
    pub(crate) fn run(&self) -> Result<Outcome, CliError> {
        let text = match self.what.as_deref() {
            None => page::everything(&all()),
            Some(what) => lookup(what)?,
        };
        ui::stdout(|out| out.write_all(text.as_bytes()))?;
        Ok(Outcome::Done)
    }
}

fn lookup(what: &str) -> Result<String, CliError> {
    if let Some(meta) = diagnostics::find(what) {
        return Ok(page::diagnostic(meta));
    }
    let wanted: Vec<&str> = what.split('/').filter(|part| !part.is_empty()).collect();
    let found: Vec<Found> = all().into_iter().filter_map(|found| narrow(found, &wanted)).collect();
    if wanted.is_empty() || found.is_empty() {
        return Err(unknown(what, &wanted));
    }
    Ok(found.iter().map(page::node).collect::<Vec<_>>().join("\n"))
}

/// Every node, in the order of the table, each once with all ways to it.
fn all() -> Vec<Found> {
    let mut all: Vec<Found> = Vec::new();
    table::walk(&mut |above, spec| {
        if spec.name.is_empty() {
            return;
        }
        let path = above.iter().map(|above| above.name).filter(|name| !name.is_empty()).collect();
        match all.iter_mut().find(|found| std::ptr::eq(found.spec, spec)) {
            Some(found) => found.paths.push(path),
            None => all.push(Found { spec, paths: vec![path] }),
        }
    });
    all
}

/// The node, if its name and what it stands in are wanted.
fn narrow(found: Found, wanted: &[&str]) -> Option<Found> {
    let (name, above) = wanted.split_last()?;
    if !found.spec.name.eq_ignore_ascii_case(name) {
        return None;
    }
    let ends = |path: &Vec<&str>| path.ends_with(above);
    let paths: Vec<_> = found.paths.into_iter().filter(ends).collect();
    if paths.is_empty() { None } else { Some(Found { spec: found.spec, paths }) }
}

fn unknown(what: &str, wanted: &[&str]) -> CliError {
    let all = all();
    let names = all.iter().map(|found| found.spec.name);
    if let [.., _, name] = wanted
        && let Some(found) = all.iter().find(|found| found.spec.name == *name)
    {
        let places = page::parents(found).join(", ");
        return CliError::usage(format!("`{name}` doesn't stand there"))
            .hint(format!("it may stand in: {places}"));
    }
    if looks_like_code(what) {
        let codes = diagnostics::ALL.iter().map(|meta: &&Meta| meta.code);
        let error = CliError::usage(format!("there is no diagnostic `{what}`"));
        return match suggest(what, codes) {
            Some(code) => error.hint(format!("did you mean `{code}`?")),
            None => error.hint("`jtc explain` lists all of them"),
        };
    }
    let word = wanted.last().copied().unwrap_or(what);
    let error = CliError::usage(format!("there is no node or diagnostic `{what}`"));
    match suggest(word, names) {
        Some(name) => error.hint(format!("did you mean `{name}`?")),
        None => error.hint("`jtc explain` lists all of them"),
    }
}

fn looks_like_code(what: &str) -> bool {
    let digits = what.strip_prefix(['j', 'J']);
    digits.is_some_and(|digits| {
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    })
}
