//! `jtc compile`: the manifests, to standard output or a folder.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use jtc_core::Analysis;
use jtc_core::emit::{Document, Format};
use jtc_core::sources::Files;
use jtc_core::write::is_unprintable;
use serde::Serialize;
use serde_json::ser::Formatter;
use serde_json::{Map, Serializer, Value};

use crate::error::{CliError, Outcome};
use crate::files::OsFiles;
use crate::output::OutputFolder;
use crate::render::{self, Counts, MessageFormat, Options};
use crate::ui::{self, Ui, count};
use crate::watch::watch;

/// Examples, and how to apply the waves. All at once would fail on an empty
/// cluster: it has no kinds yet that are defined by the objects themselves, nor
/// namespaces to put Secrets into.
const HELP: &str = "\
Examples:
  jtc compile topology.kdl | less              to read
  jtc compile topology.kdl -o manifests        one file an object, in wave folders
  jtc compile --format json topology.kdl       one v1/List
  jtc compile - < topology.kdl                 from standard input
  jtc compile --watch topology.kdl -o manifests   again at each change

To apply, wave by wave, when the Secrets that `jtc check` lists are made:
  jtc compile topology.kdl -o manifests
  kubectl apply --server-side -f manifests/wave-00      # the namespaces, for the Secrets
  for wave in manifests/wave-*; do
    kubectl apply --server-side -f \"$wave\" || break
    for file in \"$wave\"/*.yaml; do
      case $file in
      */customresourcedefinition_*) kubectl wait --for=condition=Established -f \"$file\" ;;
      */deployment_* | */statefulset_*) kubectl rollout status --timeout=20m -f \"$file\" ;;
      */job_*) kubectl wait --for=condition=Complete --timeout=20m -f \"$file\" ;;
      esac || break 2
    done
  done";

/// Write the Kubernetes manifests of a topology
///
/// The objects come in an order that works on an empty cluster: all of a wave
/// may be applied at once when the waves before it are ready. Each carries a
/// comment with its wave and the line of the topology that it comes from.
/// Nothing is written when the topology has errors.
#[derive(Debug, clap::Args)]
#[command(after_help = HELP)]
pub(crate) struct Compile {
    /// The topology; `-` reads standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Write one file an object into this folder
    ///
    /// The files are `wave-NN/KIND_NAMESPACE_NAME.yaml`. What `jtc` wrote into
    /// the folder before is replaced as a whole; a folder with anything else in
    /// it is left alone. When something fails, the old content stays. `-` is
    /// standard output.
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// How to write the objects
    #[arg(long, value_enum, default_value_t = OutputFormat::Yaml, value_name = "FORMAT")]
    format: OutputFormat,
    /// Refuse to write anything when there are warnings
    #[arg(long)]
    deny_warnings: bool,
    /// Say nothing but errors
    #[arg(short, long)]
    quiet: bool,
    /// How to say what is wrong, on standard error
    #[arg(long, value_enum, default_value_t = MessageFormat::Human, value_name = "FORMAT")]
    message_format: MessageFormat,
    /// Compile again whenever a file that was read changes, until Ctrl-C
    ///
    /// Also when a file comes that a pattern matches. With errors, the folder
    /// keeps its old content.
    #[arg(short, long, requires = "output")]
    watch: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum OutputFormat {
    /// A stream of YAML documents
    Yaml,
    /// One `v1/List`; wave and source are the annotations `jtc/wave` and `jtc/source`, as JSON has no comments
    Json,
}

/// What a compilation leaves in memory.
type Compiled = (Analysis, Option<Vec<Document>>);

impl Compile {
    pub(crate) fn run(&self, ui: Ui) -> Result<Outcome, CliError> {
        if self.folder().is_some() && self.format == OutputFormat::Json {
            return Err(CliError::usage("`-o` writes YAML files, and `--format json` one list")
                .hint("leave one of them out"));
        }
        if self.watch {
            if self.folder().is_none() {
                return Err(CliError::usage("`--watch` writes a folder, not standard output")
                    .hint("name a folder, as in `-o manifests`"));
            }
            return watch(&self.file, self.folder(), ui, |files| {
                let (outcome, _) = self.compile(files, files.files(), ui)?;
                Ok(outcome)
            });
        }
        let files = OsFiles::open(&self.file)?;
        let (outcome, memory) = self.compile(&files, &files, ui)?;
        // The process ends here, and its memory with it: giving a million
        // small pieces back one by one before that only takes time.
        std::mem::forget(memory);
        Ok(outcome)
    }

    /// The folder that is written; without one it is standard output.
    fn folder(&self) -> Option<&Path> {
        self.output.as_deref().filter(|path| *path != Path::new("-"))
    }

    /// Compiles once, from `source`, which reads `files`.
    fn compile(
        &self,
        source: &dyn Files,
        files: &OsFiles,
        ui: Ui,
    ) -> Result<(Outcome, Compiled), CliError> {
        let folder =
            self.folder().map(|path| OutputFolder::claim(path, files.folder())).transpose();
        if folder.is_err() && self.watch {
            // What is wrong with the files is told all the same, and they are
            // what is watched next.
            self.tell(&jtc_core::analyze(files.root(), source), files, ui);
        }
        let folder = folder?;
        let format = match self.format {
            OutputFormat::Yaml => Format::Yaml,
            OutputFormat::Json => Format::Json,
        };
        let (analysis, documents) = jtc_core::compile(files.root(), source, format);
        if self.tell(&analysis, files, ui) {
            if self.watch
                && let Some(folder) = folder.filter(OutputFolder::exists)
            {
                ui::say(&format!("`{}` keeps its old content", folder.shown()));
            }
            return Ok((Outcome::Refused, (analysis, documents)));
        }
        let documents = documents.ok_or_else(|| {
            CliError::internal("a topology without errors has no output; this is a bug in jtc")
        })?;
        match (&folder, self.format) {
            (Some(folder), _) => {
                folder.replace(&documents, |document| format!("{}\n", origin(document)))?;
                self.tell_written(folder, &documents, &analysis);
            }
            (None, OutputFormat::Yaml) => ui::stdout(|out| write_yaml(&documents, out))?,
            (None, OutputFormat::Json) => write_json(&documents)?,
        }
        Ok((Outcome::Done, (analysis, Some(documents))))
    }

    /// Says what was written, and what is left to do.
    fn tell_written(&self, folder: &OutputFolder, documents: &[Document], analysis: &Analysis) {
        if self.quiet || self.message_format != MessageFormat::Human {
            return;
        }
        ui::say(&format!("wrote {} to `{}`", count(documents.len(), "object"), folder.shown()));
        let removed = analysis.removed();
        if !removed.is_empty() {
            ui::say("retired reapers leave these, to be removed where they still are:");
            ui::say(super::removals(&removed).trim_end());
        }
    }

    /// Says what is wrong, and whether the run is refused.
    fn tell(&self, analysis: &Analysis, files: &OsFiles, ui: Ui) -> bool {
        let options = Options { deny_warnings: self.deny_warnings, quiet: self.quiet };
        if self.message_format == MessageFormat::Human {
            return render::tell(analysis, files, options, ui);
        }
        // A stream that is closed can't be told anything.
        let _ = render::write(
            self.message_format,
            analysis,
            files,
            options,
            None,
            &mut io::stderr().lock(),
        );
        Counts::of(&analysis.diags).refused(self.deny_warnings)
    }
}

/// The comment that says where an object comes from. A path may hold any
/// character, a comment no line break, and none that YAML refuses.
fn origin(document: &Document) -> String {
    format!("# wave {}, from {}", document.wave, source(document))
}

fn source(document: &Document) -> String {
    format!("{}:{}", document.path.replace(is_unprintable, "?"), document.line)
}

fn write_yaml(documents: &[Document], out: &mut dyn Write) -> io::Result<()> {
    for document in documents {
        writeln!(out, "---\n{}", origin(document))?;
        out.write_all(document.text.as_bytes())?;
    }
    Ok(())
}

/// Writes one list, an object a line.
fn write_json(documents: &[Document]) -> Result<(), CliError> {
    let mut broken = None;
    ui::stdout(|out| {
        out.write_all(b"{\"apiVersion\":\"v1\",\"kind\":\"List\",\"items\":[")?;
        let mut separator = "\n";
        for document in documents {
            let Some(item) = annotated(document) else {
                broken = Some(document.id.to_string());
                return Ok(());
            };
            out.write_all(separator.as_bytes())?;
            item.serialize(&mut Serializer::with_formatter(&mut *out, Printable))?;
            separator = ",\n";
        }
        out.write_all(b"\n]}\n")
    })?;
    match broken {
        Some(id) => {
            Err(CliError::internal(format!("`{id}` is not a JSON object; this is a bug in jtc")))
        }
        None => Ok(()),
    }
}

/// JSON without blanks, with escapes for all characters that YAML refuses or
/// that nobody sees: so the list can be read as YAML too.
struct Printable;

impl Formatter for Printable {
    fn write_string_fragment<W: Write + ?Sized>(
        &mut self,
        out: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut rest = fragment;
        while let Some(at) = rest.find(is_unprintable) {
            let (clean, tail) = rest.split_at(at);
            out.write_all(clean.as_bytes())?;
            let mut chars = tail.chars();
            if let Some(hidden) = chars.next() {
                for unit in hidden.encode_utf16(&mut [0; 2]) {
                    write!(out, "\\u{unit:04x}")?;
                }
            }
            rest = chars.as_str();
        }
        out.write_all(rest.as_bytes())
    }
}

/// The object, with its wave and source as annotations.
fn annotated(document: &Document) -> Option<Value> {
    let mut item: Value = serde_json::from_str(&document.text).ok()?;
    let metadata = item.as_object_mut()?.entry("metadata").or_insert_with(empty).as_object_mut()?;
    let annotations = metadata.entry("annotations").or_insert_with(empty).as_object_mut()?;
    annotations.insert("jtc/wave".to_owned(), document.wave.to_string().into());
    annotations.insert("jtc/source".to_owned(), source(document).into());
    Some(item)
}

fn empty() -> Value {
    Value::Object(Map::new())
}

#[cfg(test)]
mod tests {
    use jtc_core::model::object::{Kind, ObjectId};
    use serde_json::json;

    use super::*;

    fn document(path: &str, text: &str) -> Document {
        let id = ObjectId::global(Kind::Namespace, "a");
        Document { id, wave: 2, path: path.into(), line: 7, text: text.to_owned() }
    }

    #[test]
    fn each_document_says_where_it_comes_from() {
        let mut out = Vec::new();
        let documents = [document("a.kdl", "kind: A\n"), document("b\nkind: Secret", "kind: B\n")];
        write_yaml(&documents, &mut out).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "---\n# wave 2, from a.kdl:7\nkind: A\n---\n# wave 2, from b?kind: Secret:7\nkind: B\n"
        );
    }

    #[test]
    fn no_path_breaks_the_comment() {
        for hidden in
            ['\n', '\r', '\u{7f}', '\u{85}', '\u{2028}', '\u{2029}', '\u{fffe}', '\u{ffff}']
        {
            let document = document(&format!("a{hidden}b.kdl"), "");
            assert_eq!(origin(&document), "# wave 2, from a?b.kdl:7");
        }
    }

    #[test]
    fn json_has_escapes_for_what_yaml_refuses() {
        let value = json!({"k\u{7f}": "a\u{9f}\u{fffe}\u{e0001}\"\n\u{e9}"});
        let mut out = Vec::new();
        value.serialize(&mut Serializer::with_formatter(&mut out, Printable)).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text, "{\"k\\u007f\":\"a\\u009f\\ufffe\\udb40\\udc01\\\"\\n\u{e9}\"}");
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
    }

    #[test]
    fn annotations_are_added_to_those_there_are() {
        let text = r#"{"kind":"A","metadata":{"name":"n","annotations":{"x":"y"}},"z":1}"#;
        assert_eq!(
            annotated(&document("a.kdl", text)).unwrap(),
            json!({"kind": "A", "metadata": {"name": "n", "annotations": {
                "x": "y", "jtc/wave": "2", "jtc/source": "a.kdl:7",
            }}, "z": 1})
        );
        assert_eq!(annotated(&document("a.kdl", "[]")), None);
    }
}
