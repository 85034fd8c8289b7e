//! What Traefik gets certificates by.

use super::flags::Flags;
use crate::traefik::objects::Text;

/// A resolver of certificates.
#[derive(Clone, Debug, Hash)]
pub struct Resolver {
    /// Its name, in small letters.
    pub name: Text,
    /// How it asks for them by ACME, if it does.
    pub acme: Option<Acme>,
}

/// What a resolver is told of ACME (`pkg/provider/acme`).
#[derive(Clone, Debug, Hash)]
pub struct Acme {
    /// The file that it keeps certificates in; its folder is the root.
    pub storage: Text,
    /// Whether it is told how to prove whose a host is.
    pub challenge: bool,
    /// The entrypoint by which it proves that, over HTTP.
    pub entry_point: Option<Text>,
}

impl Resolver {
    pub(super) fn read(name: Text, flags: &Flags<'_>) -> Self {
        const CHALLENGES: [&str; 3] = ["tlschallenge", "dnschallenge", "httpchallenge"];
        let section = format!("certificatesresolvers.{name}.acme");
        let own = flags.below(format!("{section}."));
        let acme = flags.section(&section).then(|| Acme {
            storage: own.text("storage").unwrap_or("acme.json").into(),
            challenge: CHALLENGES.iter().any(|challenge| own.section(challenge)),
            entry_point: own.text("httpchallenge.entrypoint").map(Text::from),
        });
        Self { name, acme }
    }
}
