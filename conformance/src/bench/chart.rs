//! A chart that renders what the compiler writes, as a peer to measure.
//!
//! It is made from the compiler's own output for one namespace of each shape:
//! the names, versions and hosts in it become values, and a template ranges
//! over the namespaces. Kinds, numbers and sizes of objects are the same by
//! construction; the templates decide nothing but the shape.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Result, bail, ensure};

use super::topology::{SHAPES, id, version};

/// Texts that are values of the whole chart.
const VALUES: [(&str, &str); 2] =
    [("registry.example.org", "registry"), ("db.example.org", "databaseHost")];

/// The templates of a chart, the same for any number of namespaces.
pub(super) struct Chart {
    /// Documents of each shape of namespace.
    shapes: Vec<Vec<String>>,
    /// Documents that are there once.
    once: Vec<String>,
    /// Definitions, which Helm doesn't run through its templates.
    definitions: Vec<String>,
}

impl Chart {
    /// Makes templates from the compiler's output for one namespace of each
    /// shape.
    pub(super) fn new(output: &str) -> Result<Self> {
        let mut chart =
            Self { shapes: vec![Vec::new(); SHAPES], once: Vec::new(), definitions: Vec::new() };
        for document in output.split("---\n").filter(|document| !document.trim().is_empty()) {
            if document.contains("\nkind: CustomResourceDefinition\n") {
                chart.definitions.push(document.to_owned());
                continue;
            }
            ensure!(
                !document.contains("{{"),
                "an object holds `{{{{`, which a template can't:\n{document}"
            );
            let owners: Vec<usize> =
                (0..SHAPES).filter(|index| document.contains(&id(*index))).collect();
            match (owners.as_slice(), owners.first().and_then(|owner| chart.shapes.get_mut(*owner)))
            {
                ([], _) => chart.once.push(document.to_owned()),
                ([owner], Some(shape)) => shape.push(template(document, *owner)),
                _ => bail!("an object belongs to several namespaces:\n{document}"),
            }
        }
        Ok(chart)
    }

    /// Writes the chart with the values for so many namespaces.
    pub(super) fn write(&self, folder: &Path, namespaces: usize) -> Result<()> {
        let templates = folder.join("templates");
        let definitions = folder.join("crds");
        std::fs::create_dir_all(&templates)?;
        std::fs::create_dir_all(&definitions)?;
        std::fs::write(folder.join("Chart.yaml"), "apiVersion: v2\nname: bench\nversion: 0.1.0\n")?;
        std::fs::write(definitions.join("definitions.yaml"), stream(&self.definitions))?;
        std::fs::write(templates.join("once.yaml"), stream(&self.once))?;
        let mut text = String::from("{{- range .Values.namespaces }}\n");
        for (shape, documents) in self.shapes.iter().enumerate() {
            let word = if shape == 0 { "if" } else { "else if" };
            let _ = writeln!(text, "{{{{- {word} eq .shape \"{shape}\" }}}}");
            text.push_str(&stream(documents));
        }
        text.push_str("{{- end }}\n{{- end }}\n");
        std::fs::write(templates.join("namespaces.yaml"), text)?;
        std::fs::write(folder.join("values.yaml"), values(namespaces))?;
        Ok(())
    }
}

fn stream(documents: &[String]) -> String {
    documents.iter().fold(String::new(), |text, document| text + "---\n" + document)
}

fn template(document: &str, owner: usize) -> String {
    let own = document.replace(&id(owner), "{{ .id }}").replace(version(owner), "{{ .version }}");
    VALUES
        .iter()
        .fold(own, |text, (value, name)| text.replace(value, &format!("{{{{ $.Values.{name} }}}}")))
}

fn values(namespaces: usize) -> String {
    let mut text = String::new();
    for (value, name) in VALUES {
        let _ = writeln!(text, "{name}: {value}");
    }
    text.push_str("namespaces:\n");
    for index in 0..namespaces {
        let shape = index % SHAPES;
        let _ = writeln!(
            text,
            "- id: \"{}\"\n  version: \"{}\"\n  shape: \"{shape}\"",
            id(index),
            version(index)
        );
    }
    text
}
