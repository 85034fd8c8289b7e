//! Routers below others: what of a rule can still be asked for, given all that
//! stands above it.

use std::collections::BTreeSet;

use crate::proof::ground::Running;
use crate::traefik::instance::{Action, Instance, Router};
use crate::traefik::rule::{self, Matcher, Overlap, Rule, Test, header_name};
use crate::traefik::{Fault, What};

/// The routers below others whose rules fit nothing that comes to them.
pub(super) fn idle<'g>(running: &'g Running<'_>) -> Vec<(&'g Router, Fault)> {
    let instance = &running.instance;
    let all = instance.routers.iter().enumerate();
    let below: BTreeSet<usize> =
        instance.routers.iter().flat_map(|it| it.children.iter().copied()).collect();
    all.filter(|(index, router)| below.contains(index) && router.status.is_enabled())
        // What it says is never true is told already.
        .filter(|(_, router)| router.notes.is_empty())
        .filter_map(|(index, router)| {
            let rule = router.rule.as_deref()?;
            let parents: Vec<usize> = above(instance, index).collect();
            let takes = |parent: &usize| reaches(instance, *parent, rule, &mut vec![index]);
            if parents.is_empty() || parents.iter().any(takes) {
                return None;
            }
            let names = parents.iter().filter_map(|parent| instance.routers.get(*parent));
            let names = names.filter_map(|parent| running.origin(parent.at));
            let names: Vec<String> = names.map(|origin| format!("`{}`", origin.id)).collect();
            let fault = rule::Fault {
                span: 0..router.rule_text.len(),
                reason: format!("no request that {} takes fits it", names.join(" or ")),
                instead: None,
            };
            let path = format!("spec.routes[{}].match", router.route);
            let what = What::NeverMatches(fault);
            Some((router, Fault { at: router.at, path, what }))
        })
        .collect()
}

/// The routers right above one that are served.
fn above(instance: &Instance, index: usize) -> impl Iterator<Item = usize> {
    let all = instance.routers.iter().enumerate();
    all.filter(move |(_, router)| router.serves() && router.children.contains(&index))
        .map(|(parent, _)| parent)
}

/// Whether a router may hand on something that a rule takes.
fn reaches(instance: &Instance, index: usize, rule: &Rule, seen: &mut Vec<usize>) -> bool {
    let Some(both) = given(instance, index, rule) else { return true };
    if both.satisfiable() == Overlap::No {
        return false;
    }
    if seen.contains(&index) {
        return true;
    }
    seen.push(index);
    let mut parents = above(instance, index).peekable();
    parents.peek().is_none() || parents.any(|parent| reaches(instance, parent, &both, seen))
}

/// What a rule below a router takes, as the request is when it comes to the
/// router: what middlewares change in between may then be anything, or is what
/// they make it. `None` where that isn't known.
fn given(instance: &Instance, index: usize, rule: &Rule) -> Option<Rule> {
    let router = instance.routers.get(index)?;
    let changed = Changed::by(instance, router)?;
    Some(Rule::All(vec![router.rule.as_deref()?.clone(), changed.rule(rule)]))
}

/// The same where nothing is changed in between; `None` otherwise.
pub(super) fn unchanged(instance: &Instance, index: usize, rule: &Rule) -> Option<Rule> {
    let router = instance.routers.get(index)?;
    let changed = Changed::by(instance, router)?;
    let own = router.rule.as_deref().filter(|_| !changed.path && changed.headers.is_empty())?;
    Some(Rule::All(vec![own.clone(), rule.clone()]))
}

/// What middlewares have changed.
#[derive(Default)]
struct Changed {
    path: bool,
    /// Headers, with their values; none for one that is taken out. `Err` where
    /// another value may stand beside, or instead.
    headers: Vec<(String, Result<Option<String>, ()>)>,
}

/// How deep chains of middlewares are followed.
const DEEPEST: usize = 20;

impl Changed {
    /// What a router's middlewares change before those below it are asked; `None`
    /// where nobody knows.
    fn by(instance: &Instance, router: &Router) -> Option<Self> {
        let mut changed = Self::default();
        // Those of entrypoints come before the router's own, and after its rule.
        let before = router.served.iter().flat_map(|served| &served.middlewares);
        for step in before.chain(&router.middlewares) {
            changed.pass(instance, step, 0)?;
        }
        Some(changed)
    }

    /// Passes a middleware; `None` where nobody knows what it does.
    fn pass(&mut self, instance: &Instance, step: &[usize], depth: usize) -> Option<()> {
        let [one] = step else { return None };
        if depth == DEEPEST {
            return None;
        }
        match instance.middlewares.get(*one)?.action.as_ref().ok()? {
            Action::AddPrefix(_) => self.path = true,
            Action::StripPrefix(..) | Action::StripPrefixRegex(_) => {
                self.path = true;
                self.headers.push(("X-Forwarded-Prefix".to_owned(), Err(())));
            }
            Action::ReplacePath(_) | Action::ReplacePathRegex(..) => {
                self.path = true;
                self.headers.push(("X-Replaced-Path".to_owned(), Err(())));
            }
            Action::Headers(headers) => {
                let set = headers.request.iter().map(|(name, value)| {
                    let value = Some(value.to_string()).filter(|value| !value.is_empty());
                    (header_name(name), Ok(value))
                });
                self.headers.extend(set);
            }
            Action::Chain(steps) => {
                for step in steps {
                    self.pass(instance, step, depth + 1)?;
                }
            }
            // The program may add headers, the plugin may do anything.
            Action::Forward(_) | Action::Plugin(_) => return None,
            Action::Pass(_)
            | Action::Allow(..)
            | Action::Auth
            | Action::Full
            | Action::DenyEncoded(_)
            | Action::RedirectScheme { .. }
            | Action::RedirectRegex(..)
            | Action::Errors(..) => {}
        }
        Some(())
    }

    /// A rule, with what has been changed in the place of what was asked. Where
    /// that isn't known a header of no request stands for it, which may be there
    /// or not.
    fn rule(&self, rule: &Rule) -> Rule {
        let all = |rules: &[Rule]| rules.iter().map(|rule| self.rule(rule)).collect();
        match rule {
            Rule::All(rules) => Rule::All(all(rules)),
            Rule::Any(rules) => Rule::Any(all(rules)),
            Rule::Not(rule) => Rule::Not(Box::new(self.rule(rule))),
            Rule::Matcher(matcher) => self.matcher(matcher),
        }
    }

    fn matcher(&self, matcher: &Matcher) -> Rule {
        let constant = |is_so| if is_so { Rule::All(Vec::new()) } else { Rule::Any(Vec::new()) };
        let anything = || {
            let test = Test::Header(format!("Jtc-{}", matcher.test), "1".to_owned());
            Rule::Matcher(Matcher { test, span: matcher.span.clone() })
        };
        let header = |name: &str, fits: &dyn Fn(&str) -> bool| {
            let name = header_name(name);
            let (_, value) = self.headers.iter().rev().find(|(own, _)| *own == name)?;
            Some(match value {
                Ok(value) => constant(value.as_deref().is_some_and(fits)),
                Err(()) => anything(),
            })
        };
        let changed = match &matcher.test {
            Test::Path(_) | Test::PathPrefix(_) | Test::PathRegexp(_) => self.path.then(anything),
            Test::Header(name, wanted) => header(name, &|value| value == wanted),
            Test::HeaderRegexp(name, pattern) => header(name, &|value| pattern.is_match(value)),
            _ => None,
        };
        changed.unwrap_or_else(|| Rule::Matcher(matcher.clone()))
    }
}
