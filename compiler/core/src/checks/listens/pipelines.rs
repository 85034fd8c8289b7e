//! Inputs over UDP in pipelines of Logstash (Logstash, "Udp input plugin").

use jtc_syntax::Span;

use super::is_inward;
use crate::diagnostics::{Report, j0575_listens_elsewhere as d};
use crate::model::NOWHERE;
use crate::model::settings::Settings;

/// The inputs over UDP of pipelines that the topology writes.
pub(super) struct Pipelines {
    inputs: Vec<(Input, Span)>,
    /// The first file.
    span: Span,
    /// Whether there must be one.
    needed: bool,
}

/// An input, as far as it says numbers and names.
#[derive(Debug, Default, PartialEq, Eq)]
struct Input {
    port: Option<u16>,
    host: Option<String>,
}

impl Pipelines {
    /// Those in the files of a folder; none where the topology writes none there, or says
    /// elsewhere which there are.
    pub(super) fn read(settings: &Settings, folder: &str, needed: bool) -> Option<Self> {
        let files = settings.config_files.iter().filter(|(_, at)| at.span != NOWHERE);
        let own: Vec<_> = files.filter(|(path, _)| path.starts_with(folder)).collect();
        let (_, first) = own.first()?;
        let elsewhere = settings.config_files.keys().any(|path| path.ends_with("pipelines.yml"))
            || settings.args.as_ref().is_some_and(|at| at.span != NOWHERE);
        let inputs = own
            .iter()
            .flat_map(|(_, at)| inputs(&at.value.0).into_iter().map(|input| (input, at.span)));
        Some(Self { inputs: inputs.collect(), span: first.span, needed: needed && !elsewhere })
    }

    /// Whether one of them listens at the port of the pods.
    pub(super) fn check(&self, name: &str, there: (&str, u16, Span), report: &mut Report) {
        let (_, declared, _) = there;
        let fits = |input: &Input| input.port.is_none_or(|port| port == declared);
        let mut right = self.inputs.iter().filter(|(input, _)| fits(input)).peekable();
        if right.peek().is_none() {
            match self.inputs.first() {
                Some((Input { port: Some(port), .. }, span)) => {
                    report.push(d::port(name, *span, *port, there));
                }
                _ if self.needed => report.push(d::no_input(name, self.span, declared)),
                _ => {}
            }
            return;
        }
        let inward = |(input, span): &(Input, Span)| {
            Some((input.host.clone().filter(|host| is_inward(host))?, *span))
        };
        let hosts: Vec<_> = right.map(inward).collect();
        if let Some(Some((host, span))) = hosts.first()
            && hosts.iter().all(Option::is_some)
        {
            report.push(d::host(name, *span, host));
        }
    }
}

/// The inputs over UDP of a pipeline.
fn inputs(pipeline: &str) -> Vec<Input> {
    let lines = pipeline.lines().map(|line| line.split('#').next().unwrap_or(line));
    let text = lines.collect::<Vec<_>>().join(" ");
    let spaced = text.replace('{', " { ").replace('}', " } ").replace("=>", " => ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut found: Vec<Input> = Vec::new();
    let mut is_udp = false;
    for (index, word) in words.iter().enumerate() {
        let next = |by: usize| words.get(index + by).copied();
        let value = || next(2).filter(|_| next(1) == Some("=>"));
        match *word {
            "udp" if next(1) == Some("{") => {
                is_udp = true;
                found.push(Input::default());
            }
            "}" => is_udp = false,
            "port" | "host" if is_udp => {
                let said = value().map(|text| text.trim_matches(['"', '\'']));
                if let (Some(input), Some(said)) = (found.last_mut(), said) {
                    match *word {
                        "port" => input.port = said.parse().ok(),
                        _ => input.host = Some(said.to_owned()),
                    }
                }
            }
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(port: Option<u16>, host: Option<&str>) -> Input {
        Input { port, host: host.map(str::to_owned) }
    }

    #[test]
    fn inputs_over_udp_are_found_among_others() {
        let text = "input { udp { port => 6000 } tcp { port => 7000 } }";
        assert_eq!(inputs(text), [input(Some(6000), None)]);
        let text = "input {\n udp {\n  # port => 1\n  port=>\"6000\"\n host => \"127.0.0.1\" }\n}";
        assert_eq!(inputs(text), [input(Some(6000), Some("127.0.0.1"))]);
        assert_eq!(inputs("input { udp { port => \"${PORT}\" } }"), [input(None, None)]);
        assert!(inputs("input { beats { port => 5044 } }").is_empty());
    }
}
