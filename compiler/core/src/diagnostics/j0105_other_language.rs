//! YAML, JSON, TOML or a shell's comment.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0105",
    severity: Severity::Error,
    title: "YAML, JSON or TOML in a topology",
    what: "A piece of text is written as in YAML, JSON or TOML: `name: value`, `\"name\": value`, `name = value`, `- item`, `[a, b]`, `---`, commas, `# comment`.",
    why: "A topology is KDL. There a name is followed by its values with only blanks between them, what belongs to it stands in `{ … }`, and a comment begins with `//`. Some YAML would even be read, with a colon as part of the name.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" {
    workload "report" image="example/report:1" {
        replicas: 2
    }
}
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" {
    workload "report" image="example/report:1" {
        replicas 2
    }
}
"#,
    fix: "`name: value` becomes `name \"value\"`; an indented block gets braces; `- a` and `[a, b]` become values side by side, `name \"a\" \"b\"`; commas and `---` go; `# …` becomes `// …`.",
};

/// What to do with an object of Kubernetes.
pub(crate) const MANIFEST: &str = "this is an object of Kubernetes: put it into a file of its own, as in `objects.yaml`, and write `manifest \"objects.yaml\"` in its namespace";

/// What follows a colon.
pub(crate) struct After<'t> {
    /// The rest of the line.
    pub(crate) rest: &'t str,
    /// Whether the name stands behind the name of a node.
    pub(crate) is_entry: bool,
    /// Whether a property has this name.
    pub(crate) is_property: bool,
}

impl After<'_> {
    /// The value, as KDL writes it.
    fn value(&self) -> Option<String> {
        let rest = self.rest.trim_start();
        if let Some(text) = rest.strip_prefix('"') {
            let text = text.split('"').next().filter(|text| text.len() < rest.len() - 1)?;
            return (!text.contains('\\') && text.len() < 40).then(|| format!("\"{text}\""));
        }
        let end = |c: char| c.is_whitespace() || ",;{}[]\"'#".contains(c);
        let word = rest.split(end).next().filter(|word| !word.is_empty() && word.len() < 40)?;
        Some(match word {
            "true" | "false" | "null" => format!("#{word}"),
            _ if word.bytes().all(|byte| byte.is_ascii_digit()) => word.to_owned(),
            _ if word.contains(|c: char| "|>&*!-".contains(c)) => return None,
            _ => format!("\"{word}\""),
        })
    }

    fn help(&self, name: &str) -> String {
        if self.rest.trim_start().starts_with('{') {
            return "take the `:` out".to_owned();
        }
        let value = self.value();
        let value = value.as_deref().unwrap_or("\"value\"");
        match (self.is_entry, self.is_property) {
            (false, _) => format!("write `{name} {value}` or `{name} {{ … }}`"),
            (true, true) => format!("write `{name}={value}`"),
            (true, false) => format!("take the `:` out: `\"{name}\" {value}`"),
        }
    }
}

/// `name: value`.
pub(crate) fn yaml_key(span: Span, name: &str, after: &After<'_>) -> Diag {
    if name.is_empty() {
        return Diag::new(
            &META,
            span,
            "no colon here",
            "this `:` is YAML; KDL has no colon after a name",
        );
    }
    let name = shorten(name);
    Diag::new(
        &META,
        span,
        "no colon here",
        format!("`{name}:` is YAML; KDL has no colon after a name"),
    )
    .help(after.help(&name))
}

/// `name:` at the end of a line, with a `}` below.
pub(crate) fn colon_for_brace(span: Span) -> Diag {
    Diag::new(
        &META,
        span,
        "`{` is meant",
        "this `:` is YAML; in KDL what belongs to a node stands between `{` and `}`",
    )
}

/// `"name": value`.
pub(crate) fn json_key(span: Span, name: &str, after: &After<'_>) -> Diag {
    let name = shorten(name);
    Diag::new(
        &META,
        span,
        "no colon here",
        format!("`\"{name}\":` is JSON; KDL has no colon after a name, and needs no quotes"),
    )
    .help(after.help(&name))
}

/// `{ "name": …`.
pub(crate) fn json_object(span: Span) -> Diag {
    Diag::new(&META, span, "begins an object of JSON", "`{ \"name\": … }` is JSON; in KDL a name stands before its `{`, and no colon after a name")
        .help("write `name \"value\"` for each pair, and `name { … }` around what belongs together; Kubernetes objects go into a file of their own, named by `manifest \"FILE\"`")
}

/// A comma after a value.
pub(crate) fn comma(span: Span) -> Diag {
    Diag::new(
        &META,
        span,
        "no comma here",
        "KDL has no commas: blanks separate values, and the end of the line ends a node",
    )
    .help("remove the comma")
}

/// `- item`.
pub(crate) fn list_item(span: Span) -> Diag {
    Diag::new(&META, span, "no list here", "`- item` is YAML; KDL has no lists")
        .help("remove the `-` if a whole line of a topology follows; values of one node stand side by side, as in `args \"a\" \"b\"`")
}

/// `---` or `...`.
pub(crate) fn document_marker(span: Span, mark: &str) -> Diag {
    let message = format!("`{mark}` is YAML; a topology has no documents in it");
    Diag::new(&META, span, "only in YAML", message).help("remove the line")
}

/// The line around code in Markdown.
pub(crate) fn fence(span: Span) -> Diag {
    Diag::new(&META, span, "only in Markdown", "a line with three backticks is Markdown, around code")
        .help("remove the lines with the backticks")
}

/// `[ … ]`.
pub(crate) fn brackets(span: Span) -> Diag {
    Diag::new(&META, span, "no list here", "`[ … ]` is YAML or JSON; KDL has no lists")
        .help("write the values side by side, as in `args \"a\" \"b\"`")
}

/// `name = value`.
pub(crate) fn assignment(span: Span, name: &str, after: &After<'_>) -> Diag {
    let name = shorten(name);
    let value = after.value();
    let value = value.as_deref().unwrap_or("\"value\"");
    Diag::new(
        &META,
        span,
        "no `=` here",
        format!("`{name} = …` is TOML; in KDL the value follows the name with a blank between"),
    )
    .help(format!("write `{name} {value}`"))
}

/// `name = {`; `name` is what stands before.
pub(crate) fn block_assignment(span: Span, name: &str) -> Diag {
    let message = format!("`{} = {{` is HCL or JSON; in KDL the block follows without `=`", shorten(name));
    Diag::new(&META, span, "no `=` here", message).help("take the `=` out")
}

/// `# …`; `comment` is the whole of it.
pub(crate) fn hash_comment(span: Span, comment: &str) -> Diag {
    let comment = shorten(comment.trim_start_matches('#').trim_end());
    Diag::new(&META, span, "no comment", "`#` begins no comment; KDL's comments begin with `//`")
        .help(format!("write `//{comment}`"))
}

/// `/ …`, `-- …` or `<!-- …`; `comment` is the whole of it.
pub(crate) fn foreign_comment(span: Span, mark: &str, comment: &str) -> Diag {
    let text = comment.trim_start_matches(mark).trim().trim_end_matches("-->").trim_end();
    Diag::new(
        &META,
        span,
        "no comment",
        format!("`{mark}` begins no comment; KDL's comments begin with `//`"),
    )
    .help(format!("write `// {}`", shorten(text)))
}

/// `[name]` at the start of a line.
pub(crate) fn table(span: Span, name: &str) -> Diag {
    let name = shorten(name);
    Diag::new(&META, span, "no table here", format!("`[{name}]` is TOML; in KDL what belongs together stands in braces"))
        .help(format!("write `{} {{ … }}` around the lines that belong to it, each as `name \"value\"`", head(&name)))
}

/// The head of a block for `[cluster.demo]`.
fn head(name: &str) -> String {
    match name.split_once('.') {
        Some((name, rest)) => format!("{name} \"{rest}\""),
        None => name.to_owned(),
    }
}
