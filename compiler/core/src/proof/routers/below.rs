//! Routers below others that no request gets to, as the rules above take none
//! that theirs would.

use crate::proof::ground::Running;
use crate::traefik::Fault;
use crate::traefik::What;
use crate::traefik::instance::{Action, Instance, Router};
use crate::traefik::rule::{self, Overlap, Rule};

/// The routers below others whose rules fit nothing that comes to them.
pub(super) fn idle<'g>(running: &'g Running<'_>) -> Vec<(&'g Router, Fault)> {
    let instance = &running.instance;
    let all = instance.routers.iter().enumerate();
    let below: Vec<usize> = instance.routers.iter().flat_map(|it| it.children.clone()).collect();
    all.filter(|(index, router)| below.contains(index) && router.status.is_enabled())
        // What it says is never true is told already.
        .filter(|(_, router)| router.notes.is_empty())
        .filter_map(|(index, router)| {
            let rule = router.rule.as_deref()?;
            let parents = above(instance, index);
            let takes = |parent: &&Router| passes(instance, parent, rule, &mut vec![index]);
            if parents.is_empty() || parents.iter().any(takes) {
                return None;
            }
            let names = parents.iter().filter_map(|parent| running.origin(parent.at));
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
fn above(instance: &Instance, index: usize) -> Vec<&Router> {
    let all = instance.routers.iter();
    all.filter(|router| router.serves() && router.children.contains(&index)).collect()
}

/// Whether a router may hand on something that a rule takes.
fn passes(instance: &Instance, router: &Router, rule: &Rule, seen: &mut Vec<usize>) -> bool {
    // What it changes, the rule sees.
    if router.middlewares.iter().flatten().any(|step| changes(instance, *step)) {
        return true;
    }
    let Some(own) = router.rule.as_deref() else { return true };
    let both = Rule::All(vec![own.clone(), rule.clone()]);
    if both.satisfiable() == Overlap::No {
        return false;
    }
    let index = instance.routers.iter().position(|other| std::ptr::eq(other, router));
    let Some(index) = index.filter(|index| !seen.contains(index)) else { return true };
    seen.push(index);
    let parents = above(instance, index);
    parents.is_empty() || parents.into_iter().any(|parent| passes(instance, parent, &both, seen))
}

/// Whether rules below may see another request after a middleware.
fn changes(instance: &Instance, step: usize) -> bool {
    let built = instance.middlewares.get(step);
    !matches!(
        built.map(|built| &built.action),
        Some(Ok(Action::Pass(_)
            | Action::Allow(..)
            | Action::Auth
            | Action::DenyEncoded(_)
            | Action::RedirectScheme { .. }
            | Action::RedirectRegex(..)
            | Action::Errors(..)))
    )
}
