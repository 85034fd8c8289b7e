//! `$(NAME)` in what containers are told.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use k8s_openapi::api::core::v1::Container;

use super::{Field, containers, said, template};
use crate::model::object::Object;
use crate::text::expand::{expand, may_expand, names};

/// How many bytes are put together for a container at most.
const MOST_EXPANDED: usize = 1 << 20;

/// The texts in which Kubernetes puts what variables hold: of each container, by the
/// object and its place there, those at some places among its variables and words.
#[derive(Debug, Default)]
pub struct Expanded(BTreeMap<(usize, usize), BTreeMap<usize, String>>);

impl Expanded {
    /// Puts in what is known.
    pub fn of(objects: &[Object]) -> Self {
        let mut all = BTreeMap::new();
        for (at, object) in objects.iter().enumerate() {
            let spec = template(&object.body).and_then(|template| template.spec.as_ref());
            for (place, container) in spec.into_iter().flat_map(containers).enumerate() {
                let texts = said(container).enumerate();
                let texts: Vec<(usize, &str)> = texts
                    .filter_map(|(index, (_, text))| {
                        Some((index, text.filter(|it| may_expand(it))?))
                    })
                    .collect();
                // Few have any.
                if !texts.is_empty() {
                    all.insert((at, place), within(container, &texts));
                }
            }
        }
        Self(all)
    }

    /// Those of a container of an object.
    pub(super) fn of_container(&self, at: usize, place: usize) -> Option<&BTreeMap<usize, String>> {
        self.0.get(&(at, place))
    }
}

/// Those of a container, of which these texts may name variables, by their places. A
/// variable is known to what stands behind it.
fn within(container: &Container, texts: &[(usize, &str)]) -> BTreeMap<usize, String> {
    let mut all = BTreeMap::new();
    let named: BTreeSet<&str> = texts.iter().flat_map(|(_, text)| names(text)).collect();
    let mut known: BTreeMap<&str, Cow<'_, str>> = BTreeMap::new();
    let mut left = MOST_EXPANDED;
    let mut texts = texts.iter().peekable();
    for (index, (field, text)) in said(container).enumerate() {
        let whole = match texts.next_if(|(at, _)| *at == index) {
            Some((_, text)) => {
                let value = |name: &str| known.get(name).map(|value| &**value);
                let whole = expand(text, left, value);
                left -= whole.as_ref().map_or(0, String::len);
                all.extend(whole.clone().map(|whole| (index, whole)));
                whole.map(Cow::Owned)
            }
            None => text.map(Cow::Borrowed),
        };
        if let Field::Variable(name) = field
            && named.contains(name)
        {
            match whole {
                Some(whole) => drop(known.insert(name, whole)),
                None => drop(known.remove(name)),
            }
        }
    }
    all
}
