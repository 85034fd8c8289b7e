//! claim without a storage class.

use super::prelude::*;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0306",
    severity: Severity::Error,
    title: "claim without a storage class",
    what: "A volume asks for a claim, and the topology knows no storage class.",
    why: "The claim would wait for ever on a cluster without a default class.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
namespace "tools" { workload "report" image="example/report:1" { volume "data" mount="/data" size="1Gi"; }; }
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; storage-class "local-ssd"; }
namespace "tools" { workload "report" image="example/report:1" { volume "data" mount="/data" size="1Gi"; }; }
"#,
    fix: "Add the storage classes of the cluster to `cluster`; `kubectl get storageclass` lists them.",
};

/// A claim, and the cluster without classes.
pub(crate) fn diag(volume: Span, cluster: Span) -> Diag {
    Diag::new(&META, volume, "needs a storage class", "the cluster has no storage class for this volume")
        .with(cluster, "of this cluster")
        .help("add `storage-class \"…\"` to `cluster`: `kubectl get storageclass` lists what there is")
}
