//! Paths that would fail, by the hop at which they end.

use super::prelude::*;
use super::{
    j0511_told_otherwise, j0512_no_dns, j0513_no_such_port, j0514_no_pods, j0515_not_let_out,
    j0516_not_let_in, j0517_sees_no_route, j0518_no_entrypoint, j0519_no_route_takes,
    j0520_other_answers, j0521_turned_away, j0522_by_chance, j0569_speaks_otherwise,
};
use crate::proof::demand::Demand;
use crate::proof::trail::{Broken, Involved, Step};

/// How many of the paths that one cause breaks are named.
const NAMED: usize = 3;

fn meta(step: Step) -> &'static Meta {
    match step {
        Step::Pods | Step::Told => &j0511_told_otherwise::META,
        Step::Dns => &j0512_no_dns::META,
        Step::Alias | Step::Name | Step::ServicePort => &j0513_no_such_port::META,
        Step::Target => &j0514_no_pods::META,
        Step::Egress | Step::Outside => &j0515_not_let_out::META,
        Step::Ingress => &j0516_not_let_in::META,
        Step::Access => &j0517_sees_no_route::META,
        Step::Entrypoint => &j0518_no_entrypoint::META,
        Step::Route => &j0519_no_route_takes::META,
        Step::Backend => &j0520_other_answers::META,
        Step::Scheme => &j0569_speaks_otherwise::META,
        Step::Middleware => &j0521_turned_away::META,
        Step::Chance => &j0522_by_chance::META,
    }
}

/// The paths that one cause breaks; the first is told in full.
pub(crate) fn broken(paths: &[(&Demand, Box<Broken>)]) -> Option<Diag> {
    let (demand, broken) = paths.first()?;
    let name = |demand: &Demand| match demand.client {
        Some(_) => "a client outside".to_owned(),
        None => format!("`{}` in `{}`", demand.component, demand.namespace),
    };
    let others: std::collections::BTreeSet<String> = paths
        .iter()
        .skip(1)
        .map(|(other, _)| name(other))
        .filter(|other| *other != name(demand))
        .collect();
    let also = if others.is_empty() {
        String::new()
    } else {
        let named: Vec<&str> = others.iter().take(NAMED).map(String::as_str).collect();
        let more = others.len().saturating_sub(NAMED);
        let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
        format!(" (nor would {}{rest})", named.join(", "))
    };
    let message =
        format!("{} would not reach `{}`: {}{also}", name(demand), demand.target(), broken.clause);
    let mut places = broken.places.iter();
    let mut diag = match places.next() {
        Some(Involved { span, label, field }) => {
            Diag::new(meta(broken.step), *span, label, message).in_field(field, None)
        }
        None => Diag::new(meta(broken.step), demand.span, "", message),
    };
    for Involved { span, label, field } in places {
        // Several objects may come from one place.
        if !diag.labels.iter().any(|known| known.span == *span) {
            diag = diag.with(*span, label).in_field(field, None);
        }
    }
    Some(diag.help(broken.help.clone()))
}
