//! All stages of the compiler, over files in memory.
#![no_main]

use std::collections::BTreeMap;

use globset::GlobBuilder;
use jtc_core::emit::Format;
use jtc_core::sources::{FileProblem, Files};
use jtc_syntax::Span;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

libfuzzer_sys::fuzz_target!(init: alone(), |bytes: &[u8]| analyze(bytes));

/// What would be done in parallel is done by this thread, without another to
/// wait for.
fn alone() {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread();
    pool.build_global().expect("no pool yet");
}

/// Nothing panics, every place of a diagnostic is one, and there is output if
/// and only if there are no errors. A line `// file: NAME` begins another
/// file.
fn analyze(bytes: &[u8]) {
    let files = Memory::of(bytes);
    let analysis = jtc_core::analyze("main.kdl", &files);
    let check = |span: Span| {
        let Some(file) = analysis.sources.get(span.file) else { return };
        assert!(file.text.get(span.start as usize..span.end as usize).is_some(), "{span:?}");
    };
    for diag in &analysis.diags {
        assert!(!diag.message.is_empty());
        diag.labels.iter().for_each(|label| check(label.span));
        diag.fix.iter().flat_map(|fix| &fix.edits).for_each(|edit| check(edit.span));
    }
    assert_eq!(analysis.plan().is_some(), !analysis.has_errors());
    let documents = analysis.emit(Format::Yaml);
    assert_eq!(documents.is_some(), !analysis.has_errors());
    assert_eq!(documents.is_some(), analysis.emit(Format::Json).is_some());
}

/// Files in memory.
struct Memory(BTreeMap<String, Vec<u8>>);

impl Memory {
    fn of(bytes: &[u8]) -> Self {
        let mut files = BTreeMap::new();
        let (mut name, mut content) = ("main.kdl".to_owned(), Vec::new());
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            if let Some(next) = line.strip_prefix(b"// file: ") {
                let next = String::from_utf8_lossy(next).trim().to_owned();
                files.insert(std::mem::replace(&mut name, next), std::mem::take(&mut content));
            } else {
                content.extend_from_slice(line);
            }
        }
        files.insert(name, content);
        Self(files)
    }
}

impl Files for Memory {
    fn read(&self, path: &str) -> Result<Vec<u8>, FileProblem> {
        self.0.get(path).cloned().ok_or(FileProblem::Missing)
    }

    fn matching(&self, pattern: &str) -> Result<Vec<String>, FileProblem> {
        if !pattern.contains('*') {
            let found = self.0.contains_key(pattern);
            return if found { Ok(vec![pattern.to_owned()]) } else { Err(FileProblem::Missing) };
        }
        let glob = GlobBuilder::new(pattern).literal_separator(true).build();
        let matcher =
            glob.map_err(|error| FileProblem::Pattern(error.to_string()))?.compile_matcher();
        Ok(self.0.keys().filter(|path| matcher.is_match(path)).cloned().collect())
    }
}
