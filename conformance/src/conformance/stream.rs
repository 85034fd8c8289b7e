//! The stream that `jtc compile` writes: documents in the order in which
//! they are to be applied, each with a comment that tells its wave.

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::cluster::discovery::text;

/// One emitted object.
#[derive(Clone)]
pub(crate) struct Document {
    /// The wave the object belongs to.
    pub(crate) wave: usize,
    /// The place in the topology, `FILE:LINE`.
    pub(crate) source: String,
    /// The document exactly as it was emitted.
    pub(crate) yaml: String,
    /// The same, read.
    pub(crate) value: Value,
}

impl Document {
    /// The object's kind.
    pub(crate) fn kind(&self) -> &str {
        text(&self.value, "/kind")
    }

    /// The object's `apiVersion`.
    pub(crate) fn api_version(&self) -> &str {
        text(&self.value, "/apiVersion")
    }

    /// The object's name.
    pub(crate) fn name(&self) -> &str {
        text(&self.value, "/metadata/name")
    }

    /// The object's namespace.
    pub(crate) fn namespace(&self) -> Option<&str> {
        self.value.pointer("/metadata/namespace").and_then(Value::as_str)
    }

    /// Whether it is that object.
    pub(crate) fn is(&self, kind: &str, namespace: Option<&str>, name: &str) -> bool {
        self.kind() == kind && self.namespace() == namespace && self.name() == name
    }

    /// How people call it: `Kind namespace/name (FILE:LINE)`.
    pub(crate) fn label(&self) -> String {
        let namespace = self.namespace().map(|name| format!("{name}/")).unwrap_or_default();
        format!("{} {namespace}{} ({})", self.kind(), self.name(), self.source)
    }
}

/// Reads a stream. Waves have to rise, and every document has to have one.
pub(crate) fn parse(stream: &str) -> Result<Vec<Document>> {
    let mut documents: Vec<Document> = Vec::new();
    for (index, yaml) in split(stream).into_iter().enumerate() {
        let document =
            read(&yaml).with_context(|| format!("document {} of the stream", index + 1))?;
        if let Some(before) = documents.last()
            && before.wave > document.wave
        {
            bail!(
                "{} of wave {} comes after wave {}",
                document.label(),
                document.wave,
                before.wave
            );
        }
        documents.push(document);
    }
    if documents.is_empty() {
        bail!("the stream holds no object");
    }
    Ok(documents)
}

/// The texts between lines that are `---`, without the empty ones.
fn split(stream: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    for line in stream.split_inclusive('\n') {
        if line.trim_end() == "---" {
            parts.push(String::new());
        } else if let Some(part) = parts.last_mut() {
            part.push_str(line);
        }
    }
    let has_content =
        |part: &String| part.lines().any(|line| !line.trim().is_empty() && !line.starts_with('#'));
    parts.retain(has_content);
    parts
}

fn read(yaml: &str) -> Result<Document> {
    let comment = yaml
        .lines()
        .find_map(|line| line.strip_prefix("# wave "))
        .context("there is no comment `# wave N, from FILE:LINE`")?;
    let (wave, source) = comment.split_once(", from ").context("the comment names no place")?;
    let value: Value = serde_saphyr::from_str(yaml)?;
    let document = Document {
        wave: wave.trim().parse()?,
        source: source.trim().to_owned(),
        yaml: yaml.to_owned(),
        value,
    };
    if document.kind().is_empty() || document.name().is_empty() {
        bail!("the object has no kind or no name");
    }
    Ok(document)
}

#[cfg(test)]
mod tests {
    use super::parse;

    const TWO: &str = "---\n# wave 1, from a.kdl:3\napiVersion: v1\nkind: Namespace\n\
        metadata:\n  name: x\n---\n# wave 2, from a.kdl:4\napiVersion: v1\nkind: Secret\n\
        metadata:\n  name: z\n  namespace: x\nstringData:\n  a: |\n    ---x\n";

    #[test]
    fn documents_keep_order_wave_and_text() {
        let documents = parse(TWO).expect("the stream is right");
        let labels: Vec<String> = documents.iter().map(super::Document::label).collect();
        assert_eq!(labels, ["Namespace x (a.kdl:3)", "Secret x/z (a.kdl:4)"]);
        assert!(documents[1].yaml.contains("---x"));
        assert_eq!(documents[1].wave, 2);
    }

    #[test]
    fn a_wave_that_falls_is_refused() {
        let falling = TWO.replace("wave 1,", "wave 3,");
        assert!(parse(&falling).is_err());
        assert!(parse("").is_err());
        assert!(parse("kind: X\nmetadata: {name: a}\n").is_err());
    }
}
