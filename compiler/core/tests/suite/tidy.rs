//! How the code is laid out: the stages use only what stands before them, no
//! file is too long to read, and nothing tells of the machine it was made on.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{files_below, relative, repository};

/// The modules of the core, each using only those before it.
const ORDER: &[&str] = &[
    "text",
    "traefik_api",
    "traefik_crds",
    "moved",
    "model",
    "fingerprint",
    "traefik",
    "schema",
    "sources",
    "components",
    "network",
    "proof",
    "names",
    "reference",
    "lower",
    "resolve",
    "graph",
    "checks",
    "plan",
    "emit",
    "write",
    "driver",
    "lib",
];

/// What goes against the order, and why it may.
const EXCEPTIONS: &[(&str, &str, &str)] = &[
    (
        "model",
        "components",
        "a resolved namespace holds its row of the table of releases, which is plain data",
    ),
    ("graph", "plan", "`jtc graph` shows each object with its wave"),
    (
        "emit",
        "write",
        "what writes a value knows nothing of objects, and so is the last, and a leaf",
    ),
];

/// The most lines of a file of code.
const LONGEST: usize = 600;

/// Folders that are made, or fetched, or not ours.
const NOT_OURS: &[&str] = &["target", ".git", "node_modules", "__pycache__"];

/// All files of the repository.
fn files() -> Vec<PathBuf> {
    let root = repository();
    let mut files = Vec::new();
    for entry in fs::read_dir(&root).expect("the repository") {
        let path = entry.expect("an entry of the repository").path();
        let name = relative(&path, &root);
        if NOT_OURS.contains(&name.as_str()) {
            continue;
        }
        if path.is_dir() { files.extend(files_below(&path)) } else { files.push(path) }
    }
    files.retain(|path| !path.iter().any(|part| NOT_OURS.iter().any(|name| part == *name)));
    files.sort();
    files
}

fn read(path: &Path) -> Option<String> {
    String::from_utf8(fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
        .ok()
}

/// The code of a file without its comments and without the tests at its end.
fn code(text: &str) -> String {
    let before = text.split("#[cfg(test)]\nmod ").next().unwrap_or(text);
    let lines = before.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

/// The modules of the crate that a code names.
fn used(code: &str) -> Vec<String> {
    let mut used = Vec::new();
    for rest in code.split("crate::").skip(1) {
        match rest.strip_prefix('{') {
            Some(group) => used.extend(heads(group)),
            None => used.push(word(rest)),
        }
    }
    used
}

fn word(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// The first word of each item of `a, b::{c, d}, e as f}`.
fn heads(group: &str) -> Vec<String> {
    let mut heads = Vec::new();
    let (mut depth, mut start) = (0_usize, 0);
    for (at, letter) in group.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            '}' | ',' if depth == 0 => {
                heads.push(word(group[start..at].trim_start()));
                start = at + 1;
                if letter == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    heads.retain(|head| !head.is_empty());
    heads
}

#[test]
fn groups_of_imports_are_read() {
    assert_eq!(
        used("use crate::{a, b::{c, d}, e as f};\nuse crate::g::h; crate::i()"),
        ["a", "b", "e", "g", "i"]
    );
}

#[test]
fn stages_use_only_what_stands_before_them() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let rank: BTreeMap<&str, usize> =
        ORDER.iter().enumerate().map(|(rank, name)| (*name, rank)).collect();
    let mut wrong = Vec::new();
    let mut needed = vec![false; EXCEPTIONS.len()];
    for path in files_below(&src) {
        let name = relative(&path, &src);
        let module = name.split('/').next().unwrap_or_default().trim_end_matches(".rs").to_owned();
        // A diagnostic is data about a stage, and may take that stage's types;
        // every stage tells of what is wrong.
        if module == "diagnostics" || name.ends_with("/tests.rs") || name.contains("/tests/") {
            continue;
        }
        let Some(own) = rank.get(module.as_str()) else {
            wrong.push(format!("{name}: the module `{module}` is in no order"));
            continue;
        };
        for other in used(&code(&read(&path).unwrap_or_default())) {
            if other == module
                || other == "diagnostics"
                || other == "syntax"
                || rank.get(&*other).is_some_and(|rank| rank < own)
            {
                continue;
            }
            match EXCEPTIONS.iter().position(|(from, to, _)| *from == module && *to == other) {
                Some(exception) => needed[exception] = true,
                None => wrong.push(format!(
                    "{name}: `{module}` uses `{other}`, which does not stand before it"
                )),
            }
        }
    }
    for ((from, to, why), needed) in EXCEPTIONS.iter().zip(needed) {
        if !needed {
            wrong.push(format!("`{from}` no longer uses `{to}`: the exception can go ({why})"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_file_of_code_is_too_long() {
    let mut long = Vec::new();
    for path in files() {
        if path.extension().is_some_and(|extension| extension == "rs") {
            let lines = read(&path).unwrap_or_default().lines().count();
            if lines > LONGEST {
                long.push(format!("{}: {lines} lines", relative(&path, &repository())));
            }
        }
    }
    assert!(long.is_empty(), "more than {LONGEST} lines:\n{}", long.join("\n"));
}

/// Each crate opens with what it is for.
#[test]
fn every_crate_and_module_says_what_it_is_for() {
    let mut silent = Vec::new();
    for path in files() {
        let name = relative(&path, &repository());
        let source = path.extension().is_some_and(|extension| extension == "rs");
        // The tests of a module are part of what it says of itself.
        if source
            && !name.ends_with("/tests.rs")
            && !read(&path).unwrap_or_default().starts_with("//!")
        {
            silent.push(name);
        }
    }
    assert!(
        silent.is_empty(),
        "files that don't begin with what they are for:\n{}",
        silent.join("\n")
    );
}

#[test]
fn nothing_tells_of_the_machine_it_was_made_on() {
    // In pieces, so that this file is none of them.
    let homes = [
        ["/ro", "ot/"].concat(),
        ["/ho", "me/"].concat(),
        ["/Us", "ers/"].concat(),
        ["/wo", "rk/"].concat(),
    ];
    let mut found = Vec::new();
    for path in files() {
        let Some(text) = read(&path) else { continue };
        for (number, line) in text.lines().enumerate() {
            if homes.iter().any(|home| starts_a_path(line, home)) {
                found.push(format!("{}:{}: {line}", relative(&path, &repository()), number + 1));
            }
        }
    }
    assert!(found.is_empty(), "paths of a machine:\n{}", found.join("\n"));
}

/// Whether a line has a path that starts so, and doesn't merely contain it.
fn starts_a_path(line: &str, home: &str) -> bool {
    line.match_indices(home).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|before| {
            before.is_alphanumeric() || matches!(before, '/' | '.' | '-' | '_' | '~' | '*' | '}')
        })
    })
}
