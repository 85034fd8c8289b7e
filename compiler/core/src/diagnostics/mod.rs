//! What `jtc` tells a person: one file for each diagnostic, and the data type
//! they all become.
//!
//! A diagnostic is plain data. It knows spans, never files, colours or
//! terminals; rendering belongs to whoever shows it.

mod apply;
pub(crate) mod closed;
pub(crate) mod named;
pub(crate) mod outside;
mod prelude;
mod report;
pub(crate) mod router;
pub(crate) mod routing;
mod stages;
mod sure;
pub(crate) mod syntax;
mod words;
pub use apply::{Repaired, repair};
pub use report::{Diag, Edit, Fix, Label, Meta, Piece, Report, Severity};
pub use stages::{STAGES, stage};
pub use sure::sure;
pub use words::{called, meant, suggest};

/// Declares the diagnostics: one line each, sorted by code.
macro_rules! diagnostics {
    ($($module:ident),* $(,)?) => {
        $(pub(crate) mod $module;)*
        /// Every diagnostic, sorted by code.
        pub static ALL: &[&Meta] = &[$(&$module::META),*];
    };
}

diagnostics! {
    j0101_no_meaning,
    j0102_text,
    j0103_braces,
    j0104_keyword,
    j0105_other_language,
    j0106_template,
    j0107_needs_quotes,
    j0108_too_deep,
    j0109_not_utf8,
    j0110_empty_file,
    j0111_include_nothing,
    j0112_include_outside,
    j0113_include_cycle,
    j0114_unreadable,
    j0115_included_twice,
    j0116_too_many_files,
    j0201_unknown_node,
    j0202_unknown_property,
    j0203_missing_value,
    j0204_wrong_type,
    j0205_missing_node,
    j0206_not_here,
    j0207_too_many,
    j0208_bad_value,
    j0209_duplicate,
    j0210_duplicate_property,
    j0211_edition_first,
    j0212_one_of,
    j0213_autoscaling,
    j0214_one_middleware,
    j0301_unknown_name,
    j0302_needs_version,
    j0303_elk_without_version,
    j0304_no_traefik,
    j0305_unknown_key,
    j0306_no_storage_class,
    j0307_probe_path,
    j0308_no_route,
    j0309_own_namespace,
    j0310_same_object,
    j0311_name_taken,
    j0312_variable_twice,
    j0313_two_of_one_name,
    j0401_cycle,
    j0501_protocol,
    j0502_rule_and_parts,
    j0503_bad_host_or_path,
    j0504_reserved_entrypoint,
    j0505_other_host,
    j0506_url_over_udp,
    j0507_udp_rule,
    j0508_second_udp_route,
    j0509_same_rule,
    j0510_refused_rule,
    j0511_told_otherwise,
    j0512_no_dns,
    j0513_no_such_port,
    j0514_no_pods,
    j0515_not_let_out,
    j0516_not_let_in,
    j0517_sees_no_route,
    j0518_no_entrypoint,
    j0519_no_route_takes,
    j0520_other_answers,
    j0521_turned_away,
    j0522_by_chance,
    j0523_not_watched,
    j0524_other_class,
    j0525_no_service,
    j0526_no_port,
    j0527_other_namespace,
    j0528_unusable_service,
    j0529_no_middleware,
    j0530_broken_middleware,
    j0531_no_traefik_object,
    j0532_unreadable_rule,
    j0533_old_rule,
    j0534_idle_rule,
    j0535_priority,
    j0536_unknown_entrypoint,
    j0537_entrypoint_protocol,
    j0538_same_identity,
    j0539_udp_taken,
    j0540_tls,
    j0541_no_ready_pods,
    j0542_refused_option,
    j0543_refused_argument,
    j0544_tie,
    j0545_possible_tie,
    j0546_shadowed,
    j0547_let_in,
    j0548_let_out,
    j0549_named_elsewhere,
    j0550_alias_past,
    j0551_opened_port,
    j0552_reads_across,
    j0553_not_exposed,
    j0554_host_twice,
    j0555_no_certificate,
    j0556_unreached,
    j0560_mistaken,
    j0561_balanced,
    j0562_unasked,
    j0563_no_such_port,
    j0564_no_such_name,
    j0565_beyond,
    j0566_ingress,
    j0567_plain_at_443,
    j0568_tls_at_80,
    j0569_speaks_otherwise,
    j0570_other_policy,
    j0571_other_provider,
    j0572_no_certificates,
    j0573_by_proxy,
    j0574_beside_pods,
    j0575_listens_elsewhere,
    j0576_ended,
    j0577_at_times,
    j0578_under_path,
    j0601_not_an_object,
    j0602_not_yaml,
    j0603_not_its_kind,
    j0604_manifest_reference,
    j0605_drain,
    j0606_over_limit,
    j0607_scale_without_request,
    j0608_long_name,
    j0609_job_and_service,
    j0610_shared_disk,
    j0611_probe_port,
    j0612_same_port,
    j0613_same_mount,
    j0614_quota,
    j0615_no_image,
    j0616_kubernetes_version,
    j0617_system_namespace,
    j0618_access,
    j0619_large_file,
    j0620_quota_too_small,
    j0621_removed_api,
    j0622_manifest_namespace,
    j0623_yaml_truth,
    j0624_selector,
    j0625_replicas_and_autoscaler,
    j0626_budget,
    j0627_alias_of_address,
    j0628_leads_nowhere,
    j0629_refused_text,
    j0630_low_port,
    j0631_limit_range,
    j0701_elasticsearch_nodes,
    j0702_no_elasticsearch,
    j0703_elastic_replicas,
    j0704_kibana_keys,
    j0705_elasticsearch_memory,
    j0706_shared_disk,
    j0707_retention_order,
    j0708_elastic_too_old,
    j0709_apm_integration,
    j0710_metricbeat_incomplete,
    j0801_too_old,
    j0802_newer_version,
    j0803_no_image,
    j0804_cannot_start,
    j0805_no_login,
    j0806_locked_out,
    j0807_prefix,
    j0808_routes,
    j0809_no_reaper,
    j0810_two_owners,
    j0811_not_needed,
    j0812_mutable_image,
    j0813_many_pods,
    j0814_name_too_long,
    j0815_same_name,
    j0816_no_database,
    j0817_uri_not_read,
    j0818_no_migration,
    j0819_missing_key,
    j0820_reaper_not_answered,
    j0821_left_behind,
    j0822_other_tag,
    j0823_idle_session,
    j0824_no_such_path,
    j0901_pod_security,
    j0902_pool,
    j0903_same_address,
}

/// The diagnostic with this code, as in `J0201`; letters in either case.
pub fn find(code: &str) -> Option<&'static Meta> {
    ALL.iter().copied().find(|meta| meta.code.eq_ignore_ascii_case(code))
}

/// `a`, `b` and `c`, each in backticks.
pub fn list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    match names.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [start @ .., last] => format!("{} and {last}", start.join(", ")),
    }
}

/// At most sixty characters of a text, for a message; what can't be seen is
/// escaped.
pub(crate) fn shorten(text: &str) -> String {
    let long = text.chars().nth(60).is_some();
    let mut short = String::new();
    for character in text.chars().take(if long { 57 } else { 60 }) {
        let bare = matches!(character, '"' | '\'' | '\\');
        if bare { short.push(character) } else { short.extend(character.escape_debug()) }
    }
    if long {
        short.push('…');
    }
    short
}
