//! The stages of the compiler, as codes are grouped.

/// The stages, by the first two digits of a code, and how they are called
/// wherever codes are listed.
pub static STAGES: [(&str, &str); 9] = [
    ("J01", "Syntax and files"),
    ("J02", "The language"),
    ("J03", "Names and references"),
    ("J04", "The order"),
    ("J05", "Routing"),
    ("J06", "Kubernetes' rules"),
    ("J07", "The Elastic stack"),
    ("J08", "Versions and reapers"),
    ("J09", "Security and capacity"),
];

/// The stage of the compiler that a code belongs to, in words.
pub fn stage(code: &str) -> &'static str {
    STAGES.iter().find(|(prefix, _)| code.starts_with(prefix)).map_or("Others", |(_, stage)| stage)
}
