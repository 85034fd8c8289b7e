//! How long logs are kept: the layers of `retention`, merged.

use jtc_syntax::Span;

use crate::model::resolved::Stack;

/// A new index from this size.
pub const ROLLOVER_SIZE: &str = "3gb";
/// A new index from this age.
pub const ROLLOVER_AGE: &str = "1d";
/// Cold from this age, where that is between the phases around it.
pub const COLD_AFTER: &str = "3d";
/// Deleted from this age.
pub const DELETE_AFTER: &str = "8d";
/// From the moment of the rollover.
const AT_ONCE: &str = "0ms";

/// Ages and sizes of a lifecycle policy, as Elasticsearch writes them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ages {
    /// A new index from this size.
    pub rollover_size: String,
    /// A new index from this age.
    pub rollover_age: String,
    /// Read-only and merged from this age.
    pub warm: String,
    /// Recovered last from this age.
    pub cold: Option<String>,
    /// Deleted from this age.
    pub delete: String,
    /// The places that say the ages of `warm`, `cold` and `delete`, where any
    /// does.
    pub places: [Option<Span>; 3],
    /// The nearest `retention`.
    pub span: Option<Span>,
}

/// The ages of a stack: those of the namespace, then of the profile, then what
/// is built in.
pub fn ages(stack: &Stack<'_>) -> Ages {
    let layers: Vec<_> = [stack.own, stack.profile]
        .into_iter()
        .flatten()
        .filter_map(|elk| elk.retention.as_ref())
        .collect();
    let said = |get: fn(&crate::model::declared::Retention) -> Option<&String>| {
        layers.iter().find_map(|layer| get(&layer.value)).cloned()
    };
    let warm_at = layers.iter().find_map(|layer| layer.value.warm_after.as_ref());
    let cold_at = layers.iter().find_map(|layer| layer.value.cold_after.as_ref());
    let delete_at = layers.iter().find_map(|layer| layer.value.delete_after.as_ref());
    let delete = delete_at.map_or_else(|| DELETE_AFTER.to_owned(), |at| at.value.clone());
    let warm = warm_at.map_or_else(|| AT_ONCE.to_owned(), |at| at.value.clone());
    let cold = cold_at.map(|at| at.value.clone()).or_else(|| {
        // Nobody asked for it, so it must not be what is wrong.
        let fits = millis(&warm) <= millis(COLD_AFTER) && millis(COLD_AFTER) < millis(&delete);
        fits.then(|| COLD_AFTER.to_owned())
    });
    Ages {
        rollover_size: said(|it| it.rollover_size.as_ref())
            .unwrap_or_else(|| ROLLOVER_SIZE.to_owned()),
        rollover_age: said(|it| it.rollover_age.as_ref())
            .unwrap_or_else(|| ROLLOVER_AGE.to_owned()),
        warm,
        cold,
        delete,
        places: [warm_at, cold_at, delete_at].map(|at| at.map(|at| at.span)),
        span: layers.first().map(|layer| layer.span),
    }
}

/// Milliseconds of an age such as `8d`; 0 for what isn't one.
pub fn millis(age: &str) -> u64 {
    let digits = age.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match age.get(digits.len()..) {
        Some("d") => 86_400_000,
        Some("h") => 3_600_000,
        Some("m") => 60_000,
        Some("s") => 1_000,
        _ => 1,
    };
    digits.parse::<u64>().unwrap_or_default().saturating_mul(unit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::declared::{Elk, Retention};
    use crate::model::{At, NOWHERE};
    use crate::text::Version;

    fn elk(retention: Retention) -> Elk {
        Elk { retention: Some(At::new(retention, NOWHERE)), ..Elk::default() }
    }

    fn of(own: Option<&Elk>, profile: Option<&Elk>) -> Ages {
        let text = At::new("8.19.3".to_owned(), NOWHERE);
        ages(&Stack {
            text: &text,
            version: Version::new(8, 19, 3),
            own,
            profile,
            metricbeat_database: None,
        })
    }

    #[test]
    fn the_namespace_wins_field_by_field() {
        let profile = elk(Retention {
            rollover_size: Some("5gb".to_owned()),
            delete_after: Some(At::new("30d".to_owned(), NOWHERE)),
            ..Retention::default()
        });
        let own = elk(Retention {
            delete_after: Some(At::new("4d".to_owned(), NOWHERE)),
            ..Retention::default()
        });
        let ages = of(Some(&own), Some(&profile));
        assert_eq!((&*ages.rollover_size, &*ages.rollover_age, &*ages.delete), ("5gb", "1d", "4d"));
        assert_eq!(ages.cold.as_deref(), Some("3d"));
    }

    #[test]
    fn a_phase_that_nobody_asked_for_gives_way() {
        let short = elk(Retention {
            delete_after: Some(At::new("2d".to_owned(), NOWHERE)),
            ..Retention::default()
        });
        assert_eq!(of(None, Some(&short)).cold, None);
        let late = elk(Retention {
            warm_after: Some(At::new("5d".to_owned(), NOWHERE)),
            ..Retention::default()
        });
        assert_eq!(of(None, Some(&late)).cold, None);
    }

    #[test]
    fn ages_are_compared_as_times() {
        assert!(millis("36h") > millis("1d"));
        assert_eq!(millis("2m"), millis("120s"));
        assert_eq!(millis("5ms"), 5);
        assert_eq!(millis("99999999999999999999d"), 0);
    }
}
