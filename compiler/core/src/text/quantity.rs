//! Quantities: CPU and memory as Kubernetes writes them
//! (`k8s.io/apimachinery/pkg/api/resource`), ages and sizes as Elasticsearch
//! does.

use super::{Refusal, TextKind, checked_text};

/// Thousandths of a core.
fn parse_cpu_milli(text: &str) -> Result<u64, Refusal> {
    cpu_milli(text).map_err(|reason| {
        let refusal = Refusal::because(reason);
        match likely_cpu(text) {
            Some(instead) => refusal.offer(instead),
            None => refusal,
        }
    })
}

fn cpu_milli(text: &str) -> Result<u64, &'static str> {
    if let Some(number) = text.strip_suffix('m') {
        return number.parse().map_err(|_| "the part before `m` must be a whole number");
    }
    match text.parse::<f64>() {
        Ok(cores) if cores.is_finite() && (0.0..=100_000.0).contains(&cores) => {
            let milli = (cores * 1000.0).round();
            if (milli / 1000.0 - cores).abs() > 1e-9 {
                return Err("it is finer than a thousandth of a core");
            }
            // In range: 0 to 100,000,000.
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "checked above"
            )]
            Ok(milli as u64)
        }
        _ => Err("it is neither a number of cores nor a number with `m`"),
    }
}

/// The amount that was most likely meant: `1,5`, `2 cores`, `200Mi`.
fn likely_cpu(text: &str) -> Option<String> {
    let text = text.replace(',', ".");
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == ' ');
    let unit = text.get(digits.len()..)?.trim().to_ascii_lowercase();
    let instead = match unit.as_str() {
        "core" | "cores" | "cpu" | "cpus" | "vcpu" | "vcpus" => digits.to_owned(),
        "" if text.contains('.') => digits.to_owned(),
        "mi" | "mcpu" | "millicores" | "milli" => format!("{digits}m"),
        _ => return None,
    };
    cpu_milli(&instead).is_ok().then_some(instead)
}

/// Bytes, from a number with an optional suffix; whole bytes only.
fn parse_memory_bytes(text: &str) -> Result<u64, Refusal> {
    const SUFFIXES: [(&str, u64); 12] = [
        ("Ki", 1 << 10),
        ("Mi", 1 << 20),
        ("Gi", 1 << 30),
        ("Ti", 1 << 40),
        ("Pi", 1 << 50),
        ("Ei", 1 << 60),
        ("k", 1_000),
        ("M", 1_000_000),
        ("G", 1_000_000_000),
        ("T", 1_000_000_000_000),
        ("P", 1_000_000_000_000_000),
        ("E", 1_000_000_000_000_000_000),
    ];
    if text.contains(' ') {
        let joined = text.replace(' ', "");
        let refusal = Refusal::because("there is a blank in it");
        let instead = match parse_memory_bytes(&joined) {
            Ok(_) => Some(joined),
            Err(refusal) => refusal.instead,
        };
        return Err(match instead {
            Some(instead) => refusal.offer(instead),
            None => refusal,
        });
    }
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let suffix = text.get(digits.len()..).unwrap_or_default();
    let offer = |refusal: Refusal| {
        let upper = match suffix.to_ascii_lowercase().as_str() {
            "kb" | "ki" | "kib" | "k" => "Ki",
            "mb" | "mi" | "mib" | "m" => "Mi",
            "gb" | "gi" | "gib" | "g" => "Gi",
            "tb" | "ti" | "tib" | "t" => "Ti",
            _ => return refusal,
        };
        refusal.offer(format!("{digits}{upper}"))
    };
    let factor = match SUFFIXES.iter().find(|(name, _)| *name == suffix) {
        _ if suffix.is_empty() => 1,
        Some((_, factor)) => *factor,
        None if suffix == "m" => {
            return Err(offer(Refusal::because("`m` means thousandths of a byte here")));
        }
        None => return Err(offer(Refusal::because(format!("`{suffix}` is not a unit")))),
    };
    let number =
        digits.parse::<f64>().map_err(|_| Refusal::because("it does not start with a number"))?;
    #[expect(clippy::cast_precision_loss, reason = "a factor is a power or a round number")]
    let bytes = number * factor as f64;
    if !(0.0..=9.2e18).contains(&bytes) {
        return Err(Refusal::because("it is out of range"));
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked above")]
    Ok(bytes as u64)
}

/// Any amount, as the API server reads one (`resource.ParseQuantity`).
pub fn amount(text: &str) -> Option<f64> {
    const UNITS: [(&str, f64); 16] = [
        ("", 1.0),
        ("n", 1e-9),
        ("u", 1e-6),
        ("m", 1e-3),
        ("k", 1e3),
        ("M", 1e6),
        ("G", 1e9),
        ("T", 1e12),
        ("P", 1e15),
        ("E", 1e18),
        ("Ki", 1_024.0),
        ("Mi", 1_048_576.0),
        ("Gi", 1_073_741_824.0),
        ("Ti", 1_099_511_627_776.0),
        ("Pi", 1_125_899_906_842_624.0),
        ("Ei", 1_152_921_504_606_846_976.0),
    ];
    let end = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '+' | '-')));
    let (digits, unit) = text.split_at_checked(end.unwrap_or(text.len()))?;
    let number: f64 = digits.parse().ok()?;
    if let Some((_, factor)) = UNITS.iter().find(|(name, _)| *name == unit) {
        return Some(number * factor);
    }
    // An exponent, as in `1e3`.
    let power: i32 = unit.strip_prefix(['e', 'E'])?.parse().ok()?;
    Some(number * 10_f64.powi(power))
}

/// CPU.
pub static CPU: TextKind = TextKind {
    name: "amount of CPU",
    rule: "a number of cores, or thousandths of a core with `m`",
    example: "500m",
    pattern: Some("^([0-9]+m|[0-9]+(\\.[0-9]{1,3})?)$"),
    check: |text| parse_cpu_milli(text).map(|_| ()),
};
checked_text!(
    /// An amount of CPU.
    Cpu,
    CPU
);

impl Cpu {
    /// In thousandths of a core.
    pub fn milli(&self) -> u64 {
        // It has passed its kind, which reads it the same way.
        parse_cpu_milli(self.as_str()).unwrap_or_default()
    }
}

/// CPU of one program.
pub static CORES: TextKind = TextKind {
    check: |text| {
        /// No node has as many cores; thousandths were meant.
        const TOO_MANY: u64 = 250;
        let milli = parse_cpu_milli(text)?;
        if text.ends_with('m') || milli < TOO_MANY * 1000 {
            return Ok(());
        }
        let reason = format!("without `m` it is {text} whole cores, more than a node has");
        Err(Refusal::because(reason).offer(format!("{text}m")))
    },
    ..CPU
};

/// Bytes of which a program could live.
const LEAST_OF_USE: u32 = 1 << 20;

/// What a program can't have been meant to ask for: an amount of `cpu` or `memory` that
/// lost its unit.
pub fn lost_unit(what: &str, amount: &str) -> Option<Refusal> {
    let bytes = self::amount(amount).filter(|bytes| *bytes > 0.0)?;
    match what {
        "cpu" if amount.bytes().all(|byte| byte.is_ascii_digit()) => (CORES.check)(amount).err(),
        "memory" if bytes < f64::from(LEAST_OF_USE) => parse_bytes_of_use(amount).err(),
        _ => None,
    }
}

/// Bytes of which a program could live, or a disk: less is a number that lost its
/// unit. Nothing at all may be meant.
fn parse_bytes_of_use(text: &str) -> Result<u64, Refusal> {
    match parse_memory_bytes(text)? {
        bytes if bytes > 0 && bytes < u64::from(LEAST_OF_USE) => {
            let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
            let refusal = Refusal::because(format!("it is {bytes} bytes, too few for any program"));
            Err(refusal.offer(format!("{digits}Mi")))
        }
        bytes => Ok(bytes),
    }
}

/// Memory.
pub static MEMORY: TextKind = TextKind {
    name: "amount of memory",
    rule: "a number of bytes with a unit: Ki, Mi, Gi, Ti, or k, M, G, T",
    example: "512Mi",
    pattern: Some("^[0-9]+(\\.[0-9]+)?(Ki|Mi|Gi|Ti|Pi|Ei|k|M|G|T|P|E)?$"),
    check: |text| parse_bytes_of_use(text).map(|_| ()),
};
checked_text!(
    /// An amount of memory.
    Memory,
    MEMORY
);

impl Memory {
    /// In bytes.
    pub fn bytes(&self) -> u64 {
        // It has passed its kind, which reads it the same way.
        parse_memory_bytes(self.as_str()).unwrap_or_default()
    }
}

/// Storage.
pub static STORAGE: TextKind = TextKind {
    name: "amount of storage",
    rule: "a number of bytes with a unit: Ki, Mi, Gi, Ti, or k, M, G, T; more than 0",
    example: "120Gi",
    pattern: Some("^[0-9]+(\\.[0-9]+)?(Ki|Mi|Gi|Ti|Pi|Ei|k|M|G|T|P|E)?$"),
    check: |text| match parse_bytes_of_use(text)? {
        0 => Err(Refusal::because("it is nothing")),
        _ => Ok(()),
    },
};

fn number_with_unit(text: &str, units: &[&str], what: &str) -> Result<(), Refusal> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = text.get(digits.len()..).unwrap_or_default();
    let spaced = digits.trim_end();
    if !spaced.is_empty()
        && spaced.len() < digits.len()
        && units.iter().any(|known| unit.starts_with(known))
    {
        let near =
            units.iter().filter(|known| unit.starts_with(**known)).max_by_key(|known| known.len());
        let refusal = Refusal::because("there is a blank in it");
        return Err(match near {
            Some(near) => refusal.offer(format!("{spaced}{near}")),
            None => refusal,
        });
    }
    if digits.is_empty() || !digits.chars().all(|c| c.is_ascii_digit()) {
        return Err(Refusal::because("it must start with a whole number"));
    }
    if units.contains(&unit) {
        return Ok(());
    }
    let refusal = Refusal::because(if unit.is_empty() {
        format!("it has no unit: {what}")
    } else {
        format!("`{unit}` is not a unit: {what}")
    });
    let lower = unit.to_ascii_lowercase();
    let meant = units.iter().find(|candidate| {
        **candidate == lower
            || (!lower.is_empty() && candidate.starts_with(lower.trim_end_matches('i')))
    });
    Err(match meant {
        Some(meant) => refusal.offer(format!("{digits}{meant}")),
        None => refusal,
    })
}

/// An age, as in a lifecycle policy (Elasticsearch time units).
pub static AGE: TextKind = TextKind {
    name: "age",
    rule: "a whole number with `d`, `h`, `m` or `s`",
    example: "8d",
    pattern: Some("^[0-9]+(d|h|m|s|ms)$"),
    check: |text| number_with_unit(text, &["d", "h", "m", "s", "ms"], "d, h, m and s are"),
};

/// A size, as in a lifecycle policy (Elasticsearch byte units).
pub static BYTES: TextKind = TextKind {
    name: "size",
    rule: "a whole number with `b`, `kb`, `mb`, `gb` or `tb`",
    example: "3gb",
    pattern: Some("^[0-9]+(b|kb|mb|gb|tb|pb)$"),
    check: |text| {
        number_with_unit(text, &["b", "kb", "mb", "gb", "tb", "pb"], "kb, mb, gb and tb are")
    },
};

#[cfg(test)]
mod tests {
    use super::amount;

    #[test]
    fn amounts_are_read() {
        let milli = |text| amount(text).map(|amount| (amount * 1e3).round());
        assert_eq!(milli("1"), Some(1e3));
        assert_eq!(milli("250m"), Some(250.0));
        assert_eq!(milli("0.5"), Some(500.0));
        assert_eq!(milli("1e3"), Some(1e6));
        assert_eq!(milli("1Ki"), Some(1_024e3));
        assert_eq!(milli("2E"), Some(2e21));
        for text in ["", "1GB", "1 Gi", "x", "Mi", "1e", "--1"] {
            assert_eq!(amount(text), None, "{text}");
        }
    }
}
