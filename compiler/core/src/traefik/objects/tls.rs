//! What TLS is made of: options, and how Traefik speaks with backends.

use serde_json::Value;

use super::json::{array, member, text, texts};
use super::{Meta, Text, Transport};

/// A `ServersTransport` or its like; `spec` has the `rootCAs`, and stands at `path`.
pub(super) fn transport(meta: Meta, spec: &Value, path: &str) -> Transport {
    let mut authorities = array(spec, "rootCAs").iter();
    let is_empty =
        |one: &Value| ["secret", "configMap"].iter().all(|field| one.get(field).is_none());
    let empty = authorities.position(is_empty);
    Transport { meta, empty_authority: empty.map(|at| format!("{path}.rootCAs[{at}]")) }
}

/// The first of `spec` that Traefik doesn't know: it then refuses the options
/// (`buildTLSConfig`, `pkg/tls/tlsmanager.go`). Versions that it doesn't know
/// are left at their defaults.
pub(super) fn unknown(spec: &Value) -> Option<(String, Text)> {
    const AUTH: [&str; 5] = [
        "NoClientCert",
        "RequestClientCert",
        "RequireAnyClientCert",
        "VerifyClientCertIfGiven",
        "RequireAndVerifyClientCert",
    ];
    const CIPHERS: [&str; 28] = [
        "TLS_RSA_WITH_RC4_128_SHA",
        "TLS_RSA_WITH_3DES_EDE_CBC_SHA",
        "TLS_RSA_WITH_AES_128_CBC_SHA",
        "TLS_RSA_WITH_AES_256_CBC_SHA",
        "TLS_RSA_WITH_AES_128_CBC_SHA256",
        "TLS_RSA_WITH_AES_128_GCM_SHA256",
        "TLS_RSA_WITH_AES_256_GCM_SHA384",
        "TLS_ECDHE_ECDSA_WITH_RC4_128_SHA",
        "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
        "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
        "TLS_ECDHE_RSA_WITH_RC4_128_SHA",
        "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA",
        "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
        "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
        "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256",
        "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256",
        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
        "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
        "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
        "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
        "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305",
        "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
        "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305",
        "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
        "TLS_AES_128_GCM_SHA256",
        "TLS_AES_256_GCM_SHA384",
        "TLS_CHACHA20_POLY1305_SHA256",
        "TLS_FALLBACK_SCSV",
    ];
    const CURVES: [&str; 14] = [
        "secp256r1",
        "CurveP256",
        "secp384r1",
        "CurveP384",
        "secp521r1",
        "CurveP521",
        "x25519",
        "X25519",
        "x25519mlkem768",
        "X25519MLKEM768",
        "secp256r1mlkem768",
        "SecP256r1MLKEM768",
        "secp384r1mlkem1024",
        "SecP384r1MLKEM1024",
    ];
    let auth = text(member(spec, "clientAuth"), "clientAuthType");
    if let Some(auth) = &auth
        && !AUTH.contains(&&**auth)
    {
        return Some(("spec.clientAuth.clientAuthType".to_owned(), auth.clone()));
    }
    // Whom it verifies it must know by somebody's signature.
    let verifies = auth.filter(|auth| auth.contains("Verify"));
    if let Some(auth) = verifies
        && array(member(spec, "clientAuth"), "secretNames").is_empty()
    {
        let path = "spec.clientAuth.clientAuthType".to_owned();
        return Some((path, format!("{auth}` without `secretNames").into()));
    }
    if let Some(fault) = no_version(spec) {
        return Some(fault);
    }
    let unknown = |field: &str, known: &dyn Fn(&str) -> bool| {
        let found = texts(spec, field).into_iter().enumerate().find(|(_, name)| !known(name));
        found.map(|(index, name)| (format!("spec.{field}[{index}]"), name))
    };
    unknown("cipherSuites", &|name| CIPHERS.contains(&name))
        .or_else(|| unknown("curvePreferences", &|name| CURVES.contains(&name)))
}

/// Versions of which none is left: nobody gets a connection. Go takes none below
/// 1.2 where `minVersion` says nothing (`crypto/tls`, `Config.MinVersion`).
fn no_version(spec: &Value) -> Option<(String, Text)> {
    const VERSIONS: [&str; 4] = ["VersionTLS10", "VersionTLS11", "VersionTLS12", "VersionTLS13"];
    let place = |field: &str| {
        let version = text(spec, field)?;
        VERSIONS.iter().position(|known| **known == *version)
    };
    let most = place("maxVersion")?;
    let least = place("minVersion").unwrap_or(2);
    let (most, least) = (VERSIONS.get(most).filter(|_| most < least)?, VERSIONS.get(least)?);
    Some(("spec.maxVersion".to_owned(), format!("{most}`, which is below `{least}").into()))
}
