//! Routes that put a program with pages under a path: it must know that, or its pages ask
//! for their own files elsewhere.

use crate::components::kibana;
use crate::components::site::Made;
use crate::diagnostics::{Report, j0578_under_path as d};
use crate::model::declared::{Middleware, Namespace, Route};

/// Checks the routes of a namespace to Kibana and the GUI.
pub(super) fn check(decl: &Namespace, made: &Made, report: &mut Report) {
    for (name, route) in &decl.routes {
        let Some(path) = route.path.as_ref().filter(|path| path.value != "/") else { continue };
        // Who is sent elsewhere sees no page here.
        if passes(decl, route, |middleware| matches!(middleware, Middleware::Redirect { .. })) {
            continue;
        }
        match route.to.value.split(':').next() {
            Some("gui") => report.push(d::gui(name, path)),
            Some("kibana") => {
                let kibana = made.programs.iter().find(|program| &*program.component == "kibana");
                let Some(kibana) = kibana else { continue };
                let (base, rewrites) = kibana::base_path(&kibana.settings);
                let is_under = base.as_ref().is_some_and(|base| path.value.starts_with(base));
                // One of the two must take it off.
                let strips = passes(decl, route, |one| matches!(one, Middleware::StripPrefix(_)));
                if !is_under || rewrites == strips {
                    report.push(d::kibana(name, path, base.as_deref(), strips));
                }
            }
            _ => {}
        }
    }
}

/// Whether a route has a middleware of a kind.
fn passes(decl: &Namespace, route: &Route, is_one: impl Fn(&Middleware) -> bool) -> bool {
    let middlewares = route.middlewares.iter();
    let mut middlewares = middlewares.filter_map(|name| decl.middlewares.get(&name.value));
    middlewares.any(|at| is_one(&at.value))
}
