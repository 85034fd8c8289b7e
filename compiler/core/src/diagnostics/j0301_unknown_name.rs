//! name that leads nowhere.

use super::prelude::*;
use crate::model::At;
use crate::schema::RefKind;

/// Documentation.
pub(crate) static META: Meta = Meta {
    code: "J0301",
    severity: Severity::Error,
    title: "name that leads nowhere",
    what: "A node refers to something by a name that nothing has.",
    why: "The object would refer to something that isn't there: pods that never start, or routes that answer 404.",
    wrong: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
secret "s" { keys "K"; }
namespace "tools" { workload "report" image="example/report:1" { env "X" secret="t" key="K"; }; }
"#,
    right: r#"edition 1
cluster "demo" { kubernetes "1.34"; }
secret "s" { keys "K"; }
namespace "tools" { workload "report" image="example/report:1" { env "X" secret="s" key="K"; }; }
"#,
    fix: "Mend the name, or define what it names.",
};

/// A target of a `connect` that has no port at all.
pub(crate) fn no_port(target: &At<String>) -> Diag {
    let name = shorten(&target.value);
    Diag::new(&META, target.span, "has no port", format!("`{name}` has no port that anybody could reach"))
        .help(if crate::components::find(&name).is_some() {
            format!("remove it: nothing can be asked of `{name}`")
        } else {
            format!("add a port to it, as in `workload \"{name}\" … {{ port \"http\" 8080; }}`")
        })
}

/// A component that is there, has no port, and so can't be led or talked to;
/// `known` are those that can.
pub(crate) fn portless<'a>(target: &At<String>, known: impl IntoIterator<Item = &'a str>) -> Diag {
    let diag = no_port(target);
    let known = list(known);
    if known.is_empty() || crate::components::find(&target.value).is_none() {
        return diag;
    }
    diag.help(format!("`{}` can't be a target: name one of {known}", target.value))
}

/// A program in the namespace of the reapers, which nobody talks to.
pub(crate) fn of_reapers(target: &At<String>) -> Diag {
    Diag::new(&META, target.span, "holds the reapers", format!("`{}` holds the reapers, and they can't be a target", target.value))
        .help("remove it, or name a component of another namespace, as in `connect \"NAMESPACE/server\"`: reapers have no port")
}

/// A middleware that stands in a manifest, which a `route` can't name.
pub(crate) fn by_hand(at: &At<String>, found: Diag) -> Diag {
    found.help(format!(
        "`{0}` is hand-written, and only a hand-written `IngressRoute` can name it: write that as a `manifest` in the place of this \
         `route`, or what it does as `middleware \"{0}\" {{ … }}` in the place of the manifest",
        at.value
    ))
}

/// A target of a reaper's `connect` that isn't outside.
pub(crate) fn by_reaper<'a>(target: &At<String>, known: impl IntoIterator<Item = &'a str>) -> Diag {
    if target.value.contains('/') {
        return Diag::new(&META, target.span, "can't be reached from here", format!("a reaper can't `connect` to `{}`", target.value))
            .help("remove it: a reaper asks the server of its `namespace` and Slack without a `connect`, and beside them only an `external`");
    }
    diag(RefKind::External, target, known)
}

/// A Secret and a key that have changed places.
pub(crate) fn swapped(secret: &At<String>, key: &At<String>) -> Diag {
    Diag::new(
        &META,
        secret.span,
        "this is a key",
        format!("`{}` is a key of the secret `{}`, and stands in its place", secret.value, key.value),
    )
    .with(key.span, "and this is the secret")
    .help(format!("the two have changed places: write `secret=\"{}\" key=\"{}\"`", key.value, secret.value))
}

/// How the message about a name begins.
fn there_is_no(kind: RefKind) -> String {
    let what = match kind {
        RefKind::Target => "component or external",
        RefKind::Elk => "`elk` profile",
        RefKind::StorageClass => "storage class",
        RefKind::AddressPool => "address pool",
        kind => kind.noun(),
    };
    format!("there is no {what} `")
}

/// The name that a diagnostic is about, if it is of this kind.
pub(crate) fn name_of(kind: RefKind, diag: &Diag) -> Option<&str> {
    let is_this = std::ptr::eq(diag.meta, &raw const META);
    let rest = diag.message.strip_prefix(&there_is_no(kind)).filter(|_| is_this)?;
    rest.strip_suffix('`')
}

/// `known` are the names that there are.
pub(crate) fn diag<'a>(kind: RefKind, at: &At<String>, known: impl IntoIterator<Item = &'a str>) -> Diag {
    let known: Vec<&str> = known.into_iter().collect();
    let noun = kind.noun();
    let diag = Diag::new(&META, at.span, "leads nowhere", format!("{}{}`", there_is_no(kind), shorten(&at.value)));
    let parts: Vec<&str> = at.value.split(',').map(str::trim).collect();
    if parts.len() > 1 && parts.iter().all(|part| known.contains(part)) {
        let each: Vec<String> = parts.iter().map(|part| format!("{noun}=\"{part}\"")).collect();
        return diag.help(format!("name each by itself: `{}`", each.join(" ")));
    }
    if let Some(meant) = suggest(&at.value, known.iter().copied()) {
        // Versions are all near each other.
        let diag = diag.help(match kind {
            RefKind::Version => format!("write `{meant}`, or define it: `version \"{}\" …`", shorten(&at.value)),
            _ => format!("write `{meant}`"),
        });
        let certain = match kind {
            RefKind::Version => false,
            // `http` and `https` are near each other, and each is what it says.
            RefKind::Port | RefKind::Entrypoint => at.value.trim_end_matches('s') != meant.trim_end_matches('s'),
            _ => true,
        };
        return match sure(&at.value, known.iter().copied()).filter(|_| certain) {
            Some(meant) => diag.rename(at, meant),
            None => diag,
        };
    }
    let shown = known.get(..known.len().min(12)).unwrap_or_default();
    let define = match kind {
        _ if at.value.trim().is_empty() => "write a name between the quotes".to_owned(),
        RefKind::External | RefKind::Secret | RefKind::Database | RefKind::Version | RefKind::Elk | RefKind::Namespace => {
            format!("define it: `{noun} \"{}\" …`", at.value)
        }
        RefKind::StorageClass | RefKind::AddressPool => {
            format!("add `{noun} \"{}\" …` to `cluster`", at.value)
        }
        RefKind::Entrypoint => format!("add `entrypoint \"{}\" port=…` to `traefik`", at.value),
        RefKind::Middleware => format!("add `middleware \"{}\" {{ … }}` to the namespace", at.value),
        RefKind::Port if at.value.bytes().all(|byte| byte.is_ascii_digit()) => {
            "a port goes by its name, not by its number".to_owned()
        }
        RefKind::Port => format!("add `port \"{}\" …` to the component it names", at.value),
        RefKind::Target => format!(
            "mend the name, or define it: `external \"{0}\" …`, or `workload \"{0}\" …` here (what stands in a `manifest` \
             can't be named)",
            at.value
        ),
        RefKind::Backend if at.value == "traefik" => {
            "name the program that Traefik is to lead to".to_owned()
        }
        RefKind::Backend if crate::components::find(&at.value).is_some() => {
            format!("add `{}` to that namespace, or mend the name", at.value)
        }
        RefKind::SecretKey | RefKind::Backend => "mend the name".to_owned(),
    };
    if shown.is_empty() {
        diag.help(define)
    } else {
        let more = if known.len() > shown.len() { " and others" } else { "" };
        diag.help(format!("{define}; known here: {}{more}", list(shown.iter().copied())))
    }
}
