//! Values held against their types.

use jtc_syntax::{Entry, ValueKind};

use super::super::Type;
use crate::diagnostics::{self as d, Diag, Report};

/// The values of a node that are not what they should be.
#[derive(Default)]
pub(super) struct Values<'n> {
    wrong: Vec<(Type, &'n Entry, Diag)>,
}

impl<'n> Values<'n> {
    /// Checks the value `name` of the node `of`.
    pub(super) fn check(&mut self, ty: Type, entry: &'n Entry, name: &str, of: &str) {
        let what = if name == of { format!("`{of}`") } else { format!("`{name}` of `{of}`") };
        if let Some(diag) = refused(ty, entry, &what) {
            self.wrong.push((ty, entry, diag));
        }
    }

    pub(super) fn any_wrong(&self) -> bool {
        !self.wrong.is_empty()
    }

    /// Gives the first that is wrong another help.
    pub(super) fn say(&mut self, help: &str) {
        if let Some((.., diag)) = self.wrong.first_mut() {
            diag.help = Some(help.to_owned());
            diag.fix = None;
        }
    }

    /// Gives the last that is wrong another help.
    pub(super) fn say_last(&mut self, help: &str) {
        if let Some((.., diag)) = self.wrong.last_mut() {
            diag.help = Some(help.to_owned());
            diag.fix = None;
        }
    }

    /// Two values that have changed places are one mistake.
    pub(super) fn report(self, report: &mut Report) {
        if let [(ty, one, diag), (other_ty, other, _)] = self.wrong.as_slice()
            && refused(*ty, other, "").is_none()
            && refused(*other_ty, one, "").is_none()
        {
            report.push(d::j0204_wrong_type::swapped(diag.clone(), one, other));
            return;
        }
        for (.., diag) in self.wrong {
            report.push(diag);
        }
    }
}

/// Whether a value could stand there.
pub(crate) fn fits(ty: Type, entry: &Entry) -> bool {
    refused(ty, entry, "").is_none()
}

/// What is wrong with a value, if something is.
fn refused(ty: Type, entry: &Entry, what: &str) -> Option<Diag> {
    if let Some(ty) = &entry.ty {
        return Some(d::j0204_wrong_type::annotation(ty, entry));
    }
    match (ty, &entry.value.kind) {
        (Type::String | Type::Files(_) | Type::Rule | Type::Ref(_), ValueKind::String(_))
        | (Type::Bool, ValueKind::Bool(_)) => None,
        (Type::Text(kind), ValueKind::String(text)) => {
            let refusal = (kind.check)(text).err()?;
            let template = d::j0106_template::in_text(entry.value_span, text);
            let diag = || d::j0208_bad_value::text(kind, entry, text, what, refusal);
            Some(template.unwrap_or_else(diag))
        }
        (Type::OneOf(words), ValueKind::String(text)) => {
            (!words.contains(&&**text)).then(|| d::j0208_bad_value::word(words, entry, text, what))
        }
        (Type::Int(low, high), ValueKind::Integer(number)) => {
            (!(i128::from(low)..=i128::from(high)).contains(number))
                .then(|| d::j0208_bad_value::number(ty, entry, *number, what))
        }
        _ => Some(d::j0204_wrong_type::diag(ty, entry, what)),
    }
}
