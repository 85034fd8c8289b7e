//! Differences that are known, each with its reason: the data file beside it.

use serde_json::Value;

use super::compare::Difference;

/// `[{"about": TEXT, "reason": TEXT}]`: a difference whose description holds
/// the text.
const KNOWN: &str = include_str!("known.json");

/// Why a difference is known; none when it is not.
pub(super) fn reason(difference: &Difference) -> Option<String> {
    let known: Value = serde_json::from_str(KNOWN).ok()?;
    let text = |entry: &Value, field: &str| entry[field].as_str().unwrap_or_default().to_owned();
    known.as_array()?.iter().find_map(|entry| {
        let about = text(entry, "about");
        let holds = [&difference.about, &difference.model, &difference.real]
            .into_iter()
            .any(|part| part.contains(&about));
        (!about.is_empty() && holds).then(|| text(entry, "reason"))
    })
}
