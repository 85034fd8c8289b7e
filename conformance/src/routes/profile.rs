//! Static configurations of Traefik that the sets are tried with.

use super::generate::{Set, entry_points};

/// One configuration.
pub(crate) struct Profile {
    /// What it is about.
    pub(crate) name: &'static str,
    /// Arguments besides the entrypoints.
    pub(crate) args: &'static [&'static str],
    /// Arguments of the first entrypoint of each set, after its name.
    pub(crate) first: &'static [&'static str],
    /// What the label selector asks for besides the number of the batch.
    pub(crate) labels: &'static str,
    /// The ingress class of the route that says that everything is loaded.
    pub(crate) class: Option<&'static str>,
    /// Whether only some namespaces are watched.
    pub(crate) some_namespaces: bool,
}

const NONE: Profile = Profile {
    name: "as it comes",
    args: &[],
    first: &[],
    labels: "",
    class: None,
    some_namespaces: false,
};

const CRD: [&str; 9] = [
    "--providers.kubernetescrd.allowcrossnamespace=true",
    "--providers.kubernetescrd.allowexternalnameservices=true",
    "--providers.kubernetescrd.allowemptyservices=true",
    "--providers.kubernetescrd.disableclusterscoperesources=true",
    "--providers.kubernetescrd.nativelbbydefault=true",
    "--providers.kubernetescrd.safenaming=true",
    "--providers.kubernetescrd.ingressclass=special",
    "--providers.kubernetescrd.crossprovidernamespaces=r1,r2,r3",
    "--core.defaultrulesyntax=v3",
];

/// All of them, each tried as often as the others.
pub(crate) const PROFILES: [Profile; 14] = [
    NONE,
    Profile { name: "empty Services", args: &[CRD[2], CRD[3]], ..NONE },
    Profile { name: "cross-namespace", args: &[CRD[0]], ..NONE },
    Profile { name: "everything allowed", args: &[CRD[0], CRD[1], CRD[2]], ..NONE },
    Profile { name: "safe naming", args: &[CRD[5], CRD[0]], ..NONE },
    Profile { name: "ExternalName", args: &[CRD[1]], ..NONE },
    Profile { name: "ingress class", args: &[CRD[6]], class: Some("special"), ..NONE },
    Profile { name: "native load balancing", args: &[CRD[4], CRD[1]], ..NONE },
    Profile { name: "labels", labels: ",lane notin (b)", args: &[CRD[2]], ..NONE },
    Profile { name: "some namespaces", some_namespaces: true, args: &[CRD[0]], ..NONE },
    Profile { name: "references to other providers", args: &[CRD[7], CRD[0]], ..NONE },
    Profile {
        name: "entrypoints with settings",
        args: &[CRD[8], CRD[2]],
        first: &[
            "asdefault=true",
            "http.sanitizepath=false",
            "http.encodedcharacters.allowencodedslash=false",
        ],
        ..NONE
    },
    Profile {
        name: "entrypoints that redirect",
        args: &[],
        first: &[
            "http.redirections.entrypoint.to=:8443",
            "http.redirections.entrypoint.priority=30",
        ],
        ..NONE
    },
    Profile {
        name: "middlewares of entrypoints",
        args: &[],
        first: &["http.middlewares=nowhere@kubernetescrd"],
        ..NONE
    },
];

impl Profile {
    /// The arguments for a batch of sets, without what only a test needs.
    pub(crate) fn args(&self, batch: usize, sets: &[Set], sentinel: &str) -> Vec<String> {
        let mut args = vec![
            "--api.insecure=true".to_owned(),
            "--providers.kubernetescrd=true".to_owned(),
            format!("--providers.kubernetescrd.labelselector=batch={batch}{}", self.labels),
        ];
        args.extend(self.args.iter().map(|arg| (*arg).to_owned()));
        for set in sets {
            let names = entry_points(set.number);
            for (index, name) in names.iter().enumerate() {
                let suffix = if index == 2 { "/udp" } else { "" };
                let port = set.ports[index];
                args.push(format!("--entrypoints.{name}.address=127.0.0.1:{port}{suffix}"));
            }
            let first = self.first.iter().map(|arg| format!("--entrypoints.{}.{arg}", names[0]));
            args.extend(first);
        }
        if self.some_namespaces {
            let watched = sets.iter().flat_map(|set| &set.namespaces);
            let watched = watched.filter(|namespace| !namespace.ends_with("-y"));
            let watched: Vec<&str> =
                watched.map(String::as_str).chain(std::iter::once(sentinel)).collect();
            args.push(format!("--providers.kubernetescrd.namespaces={}", watched.join(",")));
        }
        args
    }
}
