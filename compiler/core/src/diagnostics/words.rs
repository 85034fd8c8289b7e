//! What a word was most likely meant to be.

/// Words of Kubernetes, Helm, Compose and of everyday, and how they are called
/// here. Where several are named, the first that is allowed at a place counts.
const ELSEWHERE: &[(&str, &[&str])] = &[
    ("addr", &["address", "host"]),
    ("capacity", &["size", "storage"]),
    ("configmap", &["config-file"]),
    ("container", &["workload"]),
    ("containerport", &["port"]),
    ("count", &["replicas", "nodes"]),
    ("cron", &["schedule"]),
    ("cronjob", &["workload"]),
    ("daemonset", &["workload"]),
    ("db", &["database"]),
    ("deployment", &["workload"]),
    ("depends-on", &["connect"]),
    ("disk", &["storage", "volume"]),
    ("dns", &["dns-domain"]),
    ("elastic", &["elk", "elasticsearch"]),
    ("entrypoint", &["command"]),
    ("environment", &["env"]),
    ("file", &["from"]),
    ("healthcheck", &["probe"]),
    ("hpa", &["replicas"]),
    ("import", &["include"]),
    ("ingress", &["route"]),
    ("ingressroute", &["route"]),
    ("interval", &["period"]),
    ("job", &["workload"]),
    ("k8s", &["kubernetes"]),
    ("lb", &["load-balancer"]),
    ("logging", &["elk"]),
    ("mem", &["memory"]),
    ("metadata", &["labels"]),
    ("mount-path", &["mount"]),
    ("mountpath", &["mount"]),
    ("ns", &["namespace"]),
    ("password", &["secret"]),
    ("path", &["mount"]),
    ("permission", &["permissions"]),
    ("pod", &["workload"]),
    ("pool", &["address-pool"]),
    ("project", &["rancher-project"]),
    ("proto", &["protocol"]),
    ("pvc", &["volume"]),
    ("reaper-namespace", &["reapers"]),
    ("live", &["liveness"]),
    ("node", &["host", "nodes"]),
    ("ready", &["readiness"]),
    ("rollingupdate", &["rolling"]),
    ("rox", &["ReadOnlyMany"]),
    ("rule", &["match"]),
    ("rwo", &["ReadWriteOnce"]),
    ("rwop", &["ReadWriteOncePod"]),
    ("rwx", &["ReadWriteMany"]),
    ("scale", &["replicas"]),
    ("schema", &["name"]),
    ("service", &["workload", "to"]),
    ("status", &["state"]),
    ("statefulset", &["workload"]),
    ("storageclassname", &["class"]),
    ("tag", &["image"]),
    ("target", &["to"]),
    ("url", &["host"]),
    ("uri", &["host"]),
    ("user-id", &["user"]),
    ("variable", &["env"]),
    ("version", &["kubernetes"]),
];

/// The closest of `candidates` to `word`, if one is close enough to be meant.
pub fn suggest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Longer than any name there is: nothing of it was a slip.
    if word.len() > 100 {
        return None;
    }
    let lower = word.to_lowercase();
    let longest_slip = match lower.chars().count() {
        0..=2 => 1,
        3..=5 => 2,
        _ => 3,
    };
    candidates
        .into_iter()
        .map(|candidate| {
            (strsim::damerau_levenshtein(&lower, &candidate.to_lowercase()), candidate)
        })
        .filter(|(distance, candidate)| *distance <= longest_slip && *distance < candidate.len())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// The one of `allowed` that `word` is called elsewhere.
pub fn called<'a>(word: &str, allowed: &[&'a str]) -> Option<&'a str> {
    let words = ELSEWHERE.iter().find(|(other, _)| *other == word)?.1;
    words.iter().find_map(|word| allowed.iter().copied().find(|known| known == word))
}

/// The node or property among `allowed` that `word` was meant to be: by its
/// spelling, by what it is called elsewhere, or as a part of it.
pub fn meant<'a>(word: &str, allowed: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    /// Shorter words are part of too many others.
    const SHORTEST_PART: usize = 4;
    if word.len() > 100 {
        return None;
    }
    let lower = word.to_lowercase();
    let allowed: Vec<&str> = allowed.into_iter().collect();
    let near = || suggest(word, allowed.iter().copied());
    let called = || called(&lower, &allowed);
    let part = || {
        let parts = allowed.iter().copied().filter(|known| known.len() >= SHORTEST_PART);
        parts
            .filter(|known| lower.starts_with(known) || lower.ends_with(known))
            .max_by_key(|known| known.len())
    };
    called().or_else(near).or_else(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_near_is_meant() {
        let meant = |word| meant(word, ["host", "port", "database", "replicas"]);
        for (word, is) in [
            ("hots", Some("host")),
            ("hostname", Some("host")),
            ("db", Some("database")),
            ("Replicas", Some("replicas")),
            ("scale", Some("replicas")),
            ("colour", None),
        ] {
            assert_eq!(meant(word), is, "{word}");
        }
    }
}
