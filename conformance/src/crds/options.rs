//! The options of Traefik's command line: names and kinds of values, from the
//! table of the module's own documentation, which is generated from its types.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use anyhow::{Context as _, Result, bail, ensure};

/// Where the module keeps the table.
pub(super) const SOURCE: &str =
    "docs/content/reference/install-configuration/configuration-options.md";

/// What names of the user's choice are called in the table.
const NAME: &str = "_name_";

/// A line for each option, sorted: its name, in small letters, `*` for a name
/// of the user's choice, and what its value is.
pub(super) fn generate(table: &str) -> Result<String> {
    let mut options: BTreeMap<String, &str> = BTreeMap::new();
    for line in table.lines().filter(|line| line.starts_with("| <a ")) {
        let row = line.trim().trim_matches('|');
        let (name, rest) = row
            .split_once('>')
            .and_then(|(_, rest)| rest.split_once("</a> |"))
            .with_context(|| format!("a line without a name: {line}"))?;
        let (_, default) =
            rest.rsplit_once('|').with_context(|| format!("`{name}` has no default"))?;
        if options.insert(name.replace(NAME, "*"), default.trim()).is_some() {
            bail!("`{name}` comes twice");
        }
    }
    ensure!(options.len() > 400, "only {} options in {SOURCE}", options.len());
    let sections: BTreeSet<&str> =
        options.keys().filter_map(|name| Some(name.rsplit_once('.')?.0)).collect();
    let mut out = String::new();
    for (name, default) in &options {
        let kind = match *default {
            // Such a section is there as soon as it is named.
            "true" | "false" if sections.contains(name.as_str()) => "section",
            "true" | "false" => "switch",
            number if number.parse::<i64>().is_ok() => "number",
            _ => "text",
        };
        writeln!(out, "{name} {kind}")?;
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::generate;

    #[test]
    fn a_line_that_is_no_option_is_told() {
        assert!(generate("| <a id=\"x\"> x |").is_err());
        assert!(generate("").is_err());
    }
}
