//! From files to the topology as written.
//!
//! Driven by the node table: what validation passed is read here, and what it
//! refused is left out, since a report with an error never reaches emission.
//! Invariant: every value keeps the place that set it.

mod define;
mod elastic;
mod load;
pub mod manifest;
mod namespace;
mod program;
mod slips;
mod yaml;

use jtc_syntax::{Node, Span};

use crate::components::table::ROOT;
use crate::diagnostics::{self as d, Report};
use crate::model::declared::Topology;
use crate::model::settings::Content;
use crate::schema::access::NodeExt;
use crate::schema::validate;
use crate::sources::{Files, Sources};

pub use load::{Cache, Top};
pub use slips::Slips;

/// Reads the root file and all it includes. Besides the topology it answers
/// what slips of the text cost, so that what follows from them can be left out.
pub fn lower(
    root: &str,
    files: &dyn Files,
    cache: &mut Cache,
    report: &mut Report,
) -> (Sources, Topology, Slips) {
    let mut loaded = load::load(root, files, cache, report);
    let mut slips = std::mem::take(&mut loaded.slips);
    let mut sources = std::mem::take(&mut loaded.sources);
    let nodes = loaded.nodes();
    let whole = (!loaded.incomplete).then_some(loaded.start);
    let mut refused = Report::default();
    validate::children(&ROOT, &nodes.iter().copied(), whole, &mut refused);
    slips.refuse(&refused, &nodes);
    edition_first(&nodes, loaded.start, &mut refused);
    let mut tops: Vec<Span> = nodes.iter().map(|node| node.span).collect();
    tops.sort();
    let mut cx = Lowering {
        files,
        sources: &mut sources,
        report: &mut refused,
        topology: Topology::default(),
        read: Vec::new(),
    };
    for node in nodes {
        cx.top(node);
        if !cx.read.is_empty() {
            let read = std::mem::take(&mut cx.read);
            cx.topology.read.insert(node.span, read);
        }
    }
    let topology = cx.topology;
    slips.doubt(&refused, &tops);
    report.append(refused);
    (sources, topology, slips)
}

/// What lowering carries along.
struct Lowering<'a> {
    files: &'a dyn Files,
    sources: &'a mut Sources,
    report: &'a mut Report,
    topology: Topology,
    /// The texts of other files that the node at hand takes in.
    read: Vec<Content>,
}

impl Lowering<'_> {
    fn top(&mut self, node: &Node) {
        match &*node.name.text {
            "cluster" => self.topology.cluster = define::cluster(node),
            "external" => insert(&mut self.topology.externals, node, define::external(node)),
            "secret" => insert(&mut self.topology.secrets, node, define::secret(node)),
            "database" => insert(&mut self.topology.databases, node, define::database(node)),
            "version" => insert(&mut self.topology.versions, node, define::version(node)),
            "elk" => {
                let elk = elastic::elk(self, node);
                insert(&mut self.topology.elks, node, Some(elk));
            }
            "namespace" => {
                let namespace = namespace::namespace(self, node);
                insert(&mut self.topology.namespaces, node, Some(namespace));
            }
            "reapers" if self.topology.reapers.is_none() => {
                self.topology.reapers = Some(namespace::reapers(self, node));
            }
            "defaults" => self.topology.defaults = program::parts(self, node),
            _ => {}
        }
    }
}

/// The first of a name holds; validation has reported the second.
fn insert<T>(table: &mut crate::model::declared::Table<T>, node: &Node, value: Option<T>) {
    if let (Some(name), Some(value)) = (node.arg_text(0), value) {
        table.entry(name.value).or_insert(value);
    }
}

/// The place of a node's first argument, or of its name.
fn name_span(node: &Node) -> Span {
    node.arg(0).map_or(node.name.span, |entry| entry.value_span)
}

/// What isn't known, and is no node at all perhaps, doesn't count.
fn edition_first(nodes: &[&Node], root: Span, report: &mut Report) {
    let mut known = nodes.iter().filter(|node| ROOT.child(&node.name.text).is_some());
    let Some(first) = known.next().filter(|first| &*first.name.text != "edition") else { return };
    if let Some(edition) = known.find(|node| &*node.name.text == "edition") {
        report.push(d::j0211_edition_first::diag(edition, first, root));
    }
}
