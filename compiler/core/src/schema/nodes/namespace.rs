//! What a namespace has beside its components.

use super::super::{AnyProps, NODE, NodeSpec, Occurs, PropSpec, Type, arg};
use super::program::{amounts, limits, requests};
use crate::text;

/// `labels K="V"`.
pub static LABELS: NodeSpec = NodeSpec {
    name: "labels",
    doc: "Labels, as properties.",
    any_props: Some(AnyProps {
        name: &text::LABEL_KEY,
        ty: Type::Text(&text::LABEL_VALUE),
        doc: "a label",
    }),
    occurs: Occurs::Many,
    example: "labels team=\"research\"",
    ..NODE
};

/// `annotations K="V"`.
pub static ANNOTATIONS: NodeSpec = NodeSpec {
    name: "annotations",
    doc: "Annotations, as properties.",
    any_props: Some(AnyProps { name: &text::LABEL_KEY, ty: Type::String, doc: "an annotation" }),
    occurs: Occurs::Many,
    example: "annotations \"example.org/contact\"=\"jobmon@example.org\"",
    ..NODE
};

/// `pod-security "baseline"`.
pub static POD_SECURITY: NodeSpec = NodeSpec {
    name: "pod-security",
    doc: "The Pod Security level that the namespaces enforce. The pods are checked against it.",
    args: &[arg(
        "level",
        Type::OneOf(&["restricted", "baseline", "privileged"]),
        "`baseline` unless said",
    )],
    example: "pod-security \"baseline\"",
    ..NODE
};

/// `quota { requests …; limits …; }`.
pub static QUOTA: NodeSpec = NodeSpec {
    name: "quota",
    doc: "What all pods of the namespace may use together: becomes a ResourceQuota.",
    children: &[&[&ALL_REQUESTS, &ALL_LIMITS]],
    example: "quota { requests cpu=\"20\" memory=\"40Gi\"; limits cpu=\"40\" memory=\"80Gi\"; }",
    ..NODE
};

/// What all pods together may take: of cores, more than a node has.
static TOTALS: [PropSpec; 2] = amounts(&text::CPU);
static ALL_REQUESTS: NodeSpec = requests(&TOTALS);
static ALL_LIMITS: NodeSpec = limits(&TOTALS);

/// `manifest "GLOB"`.
pub static MANIFEST: NodeSpec = NodeSpec {
    name: "manifest",
    doc: "Hand-written Kubernetes objects, from YAML or JSON files.\n\
          They join the graph, the checks and the order like the compiler's own. \
          An object without a namespace gets this one.",
    args: &[arg(
        "pattern",
        Type::Files(&["yaml", "yml", "json"]),
        "a path or pattern, relative to this file",
    )],
    occurs: Occurs::Many,
    example: "manifest \"extra/*.yaml\"",
    ..NODE
};
