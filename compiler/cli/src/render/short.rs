//! A line for each diagnostic, as editors and `grep` read it.

use std::io::{self, Write};

use super::place::Range;
use super::{Told, one_line};

/// Writes `path:line:column: error[J0201]: message`, columns in characters.
pub(super) fn write(told: &Told<'_>, out: &mut dyn Write) -> io::Result<()> {
    for diag in &told.diags {
        let Range { line, column, .. } = Range::of(diag.span(), told.sources);
        writeln!(
            out,
            "{}:{line}:{column}: {}[{}]: {}",
            one_line(&told.path(diag.span())),
            diag.meta.severity.as_str(),
            diag.meta.code,
            one_line(&diag.message),
        )?;
    }
    Ok(())
}
