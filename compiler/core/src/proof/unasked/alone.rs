//! Hosts that are all of a text, without a URL around them.

use super::{Form, option_of};
use crate::network::addresses::Address;
use crate::network::values::{Field, Value, before_host, hosts, pair};

/// The host that a text is.
pub(super) fn of<'t>(all: &[Value<'_>], value: &Value<'t>) -> Option<(Form, Address<'t>)> {
    by_name(all, value).or_else(|| by_itself(value))
}

/// The whole text of a variable for a host, with the port in the variable beside.
fn by_name<'t>(all: &[Value<'_>], value: &Value<'t>) -> Option<(Form, Address<'t>)> {
    let Field::Variable(name) = value.field else { return None };
    if before_host(name).is_none() || value.text.contains([':', '/']) {
        return None;
    }
    let (host, _, beside) = hosts(all, value, true).into_iter().next()?;
    let own = pair(all, name);
    let form = if own.is_some() { Form::Pair } else { Form::Host };
    Some((form, Address { host, port: own.or(beside), scheme: None }))
}

/// A variable or a word that can hardly be anything but a host, whatever it is called:
/// a name of three labels and more. One of two, as `slack.com`, may stand for a firm.
fn by_itself<'t>(value: &Value<'t>) -> Option<(Form, Address<'t>)> {
    const FEWEST: usize = 3;
    let host = match value.field {
        Field::Variable(name) if is_of_name(name) => return None,
        Field::Variable(_) => value.text,
        Field::Word => match option_of(value.text) {
            Some(_) => value.text.split_once('=')?.1,
            None => value.text,
        },
        Field::Entry(_) | Field::Run | Field::Manifest(_) => return None,
    };
    let host = host.trim();
    let is_label = |label: &str| {
        !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let labels = host.split('.').count();
    (labels >= FEWEST && host.split('.').all(is_label))
        .then_some((Form::Host, Address { host, port: None, scheme: None }))
}

/// Whether a variable of this name holds a name to say, and none to ask.
fn is_of_name(name: &str) -> bool {
    const WORDS: [&str; 9] =
        ["DOMAIN", "DOMAINS", "EMAIL", "FROM", "MAIL", "NAME", "REALM", "SNI", "ZONE"];
    name.split(|c: char| !c.is_ascii_alphanumeric())
        .any(|word| WORDS.iter().any(|own| word.eq_ignore_ascii_case(own)))
}
