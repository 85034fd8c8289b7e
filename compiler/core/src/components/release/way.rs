//! Whether and how a reaper reaches a server of another release.

use super::{Access, Filter, Prefix, Release, Repair};

/// How a reaper reaches its server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Way {
    /// What the reaper puts before its routes.
    pub path: &'static str,
    /// Where its requests arrive, which decides what it is shown.
    pub arrives: &'static Prefix,
}

impl Way {
    /// Which runs the reaper is shown.
    pub fn filter(&self) -> Filter {
        self.arrives.filter
    }
}

/// Why a reaper doesn't reach its server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blocked {
    /// The server answers under none of the prefixes that the reaper can use.
    Prefix,
    /// It does, but only to who is logged in.
    Login,
    /// They call a route by different names.
    Routes,
}

/// How a reaper reaches a server: with `login` on or off, and with the prefix
/// that Traefik adds to requests for the reaper's alias, where it does.
pub fn way(
    reaper: &Release,
    server: &'static Release,
    login: bool,
    added: Option<&str>,
) -> Result<Way, Blocked> {
    if reaper.reaper.repair != Repair::Absent && reaper.reaper.repair != server.reaper.repair {
        return Err(Blocked::Routes);
    }
    let bare = reaper.reaper.prefixes.contains(&"");
    let bridged = added.filter(|_| bare).map(|added| ("", added.trim_end_matches('/')));
    let own = reaper.reaper.prefixes.iter().map(|path| (*path, *path));
    let mut served = bridged
        .into_iter()
        .chain(own)
        .filter_map(|(path, arrives)| {
            let arrives = server.prefixes.iter().find(|prefix| prefix.path == arrives)?;
            Some(Way { path, arrives })
        })
        .peekable();
    if served.peek().is_none() {
        return Err(Blocked::Prefix);
    }
    served.find(|way| way.arrives.is_open(login)).ok_or(Blocked::Login)
}

impl Prefix {
    /// Whether it answers who carries no password, with `login` on or off.
    pub fn is_open(&self, login: bool) -> bool {
        match self.access {
            Access::Open => true,
            Access::LoggedIn => false,
            Access::LoggedInIfOn => !login,
        }
    }
}

/// The way of a reaper that is told itself what its requests begin with; `path` is what
/// it would put before its routes of its own.
pub fn way_of(
    server: &'static Release,
    login: bool,
    (begins, path): (&str, &'static str),
) -> Result<Way, Blocked> {
    let arrives = server.prefixes.iter().find(|prefix| prefix.path == begins);
    let arrives = arrives.ok_or(Blocked::Prefix)?;
    if arrives.is_open(login) { Ok(Way { path, arrives }) } else { Err(Blocked::Login) }
}
