//! Where the page of a diagnostic is on the web.
//!
//! The pages stand in `docs/reference/diagnostics/`. Whoever builds `jtc` says
//! where that folder is published, in the variable `JTC_DOCS_URL`; at run time
//! the same variable says it anew. Without it nothing is linked:
//! `jtc explain` has every page.

use jtc_core::diagnostics::Meta;

/// Where the pages are, as whoever built this knew it.
const BUILT_IN: Option<&str> = option_env!("JTC_DOCS_URL");

/// The address of the page of a diagnostic, if it is known.
pub(super) fn page(meta: &Meta) -> Option<String> {
    let told = std::env::var("JTC_DOCS_URL").ok().filter(|told| !told.is_empty());
    let folder = told.or_else(|| BUILT_IN.map(str::to_owned))?;
    address(&folder, meta.code)
}

fn address(folder: &str, code: &str) -> Option<String> {
    let is_address = ["https://", "http://", "file://"].iter().any(|head| folder.starts_with(head))
        && folder.bytes().all(|byte| byte.is_ascii_graphic());
    is_address.then(|| format!("{}/{code}.md", folder.trim_end_matches('/')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_are_linked() {
        let page = Some("https://docs.example.org/j/J0201.md".to_owned());
        assert_eq!(address("https://docs.example.org/j", "J0201"), page);
        assert_eq!(address("https://docs.example.org/j/", "J0201"), page);
        for wrong in ["docs", "javascript:x", "https://a b", "https://a\u{1b}]"] {
            assert_eq!(address(wrong, "J0201"), None, "{wrong:?}");
        }
    }
}
