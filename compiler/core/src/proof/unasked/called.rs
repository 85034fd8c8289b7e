//! What a text of a program is called: by its variable, or by an option.

use crate::network::others::is_name_for_others;
use crate::network::values::{Field, Value};

/// The name of an option that a text is, where it is a word.
fn option<'t>(value: &Value<'t>) -> Option<&'t str> {
    option_of(value.text).filter(|_| value.field == Field::Word)
}

/// The name of an option that a word is.
pub(in crate::proof) fn option_of(word: &str) -> Option<&str> {
    word.split('=').next().filter(|name| name.starts_with('-'))
}

/// Texts, each with the one before it.
pub(in crate::proof) fn in_pairs<'v, 't>(
    all: impl Iterator<Item = &'v Value<'t>> + Clone,
) -> impl Iterator<Item = (Option<&'v Value<'t>>, &'v Value<'t>)>
where
    't: 'v,
{
    std::iter::once(None).chain(all.clone().map(Some)).zip(all)
}

/// Whether a text says what others may ask for, or where they come from; an option
/// may stand in the word before it.
pub(in crate::proof) fn is_for_others(before: Option<&Value<'_>>, value: &Value<'_>) -> bool {
    called(before, value).is_some_and(is_name_for_others)
}

/// What a text is called: the name of its variable, or the option that it is, or that
/// stands in the word before it.
pub(in crate::proof) fn called<'t>(
    before: Option<&Value<'t>>,
    value: &Value<'t>,
) -> Option<&'t str> {
    match value.field {
        Field::Variable(name) => Some(name),
        Field::Word => {
            let before = || before.filter(|value| !value.text.contains('=')).and_then(option);
            option(value).or_else(before)
        }
        Field::Entry(_) | Field::Run | Field::Manifest(_) => None,
    }
}
