//! Validated text: what a string in a topology may be.
//!
//! Each kind is a [`TextKind`], plain data that the node table points at, so
//! that validation, documentation and schema say the same. The newtypes of the
//! model hold text that has passed its kind, which is why emission can't fail.

pub mod addresses;
pub mod expand;
mod kubernetes;
mod quantity;
mod versions;

pub use kubernetes::{
    CIDR, CIDR_LIST, CRON, Cidr, DNS_LABEL, DNS_NAME, DnsLabel, ENV_NAME, FILE_PATH, FOLDER_PATH,
    IMAGE, IP, ImageRef, LABEL_KEY, LABEL_VALUE, PORT_NAME, QUALIFIED_NAME, SECRET_KEY,
    SERVICE_NAME, TIME_ZONE, TOPOLOGY_NAME,
};
pub use quantity::{AGE, BYTES, CORES, CPU, Cpu, MEMORY, Memory, STORAGE, amount, lost_unit};
pub use versions::{ELASTIC_VERSION, JOBMON_VERSION, KUBERNETES_VERSION, TRAEFIK_VERSION, Version};

/// A set of strings, with its documentation.
#[derive(Debug)]
pub struct TextKind {
    /// How it is called, as in "a DNS label".
    pub name: &'static str,
    /// What is allowed, as a sentence without a final stop.
    pub rule: &'static str,
    /// One that is allowed.
    pub example: &'static str,
    /// A regular expression for the schema, where one says it all.
    pub pattern: Option<&'static str>,
    /// Says why a string is not one.
    pub check: fn(&str) -> Result<(), Refusal>,
}

/// Why a string is refused, and what may have been meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// As in "it is 70 characters long, and 63 is the most".
    pub reason: String,
    /// What to write instead, where that can be told.
    pub instead: Option<String>,
    /// Whether nothing else can have been meant.
    pub certain: bool,
}

impl Refusal {
    /// A refusal that has no better text to offer.
    pub fn because(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), instead: None, certain: false }
    }

    /// Offers a text that may have been meant.
    #[must_use]
    pub fn offer(mut self, instead: impl Into<String>) -> Self {
        self.instead = Some(instead.into());
        self
    }

    /// Offers the text that must have been meant.
    #[must_use]
    pub fn mend(self, instead: impl Into<String>) -> Self {
        Self { certain: true, ..self.offer(instead) }
    }
}

/// Declares a newtype over text that has passed a kind.
macro_rules! checked_text {
    ($(#[$doc:meta])* $name:ident, $kind:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(std::sync::Arc<str>);

        impl $name {
            /// Checks the text.
            pub fn parse(text: &str) -> Result<Self, $crate::text::Refusal> {
                ($kind.check)(text).map(|()| Self(text.into()))
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}
pub(crate) use checked_text;
