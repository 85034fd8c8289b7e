//! The Secrets of `basicAuth` and `digestAuth`
//! (`pkg/provider/kubernetes/crd/kubernetes.go`, `pkg/middlewares/auth`).

use super::{Build, Text};
use crate::traefik::fault::{Fault, Target, What};
use crate::traefik::objects::{Middleware, MiddlewareKind};

impl Build<'_> {
    /// The Secret of a password (`createBasicAuthMiddleware`).
    pub(super) fn password(
        &self,
        namespace: &str,
        field: &str,
        secret: Option<&Text>,
        basic: bool,
    ) -> Result<(), (String, What)> {
        let path = format!("spec.{field}.secret");
        let Some(name) = secret else {
            return Err((path, What::Refused("it names no Secret".to_owned())));
        };
        let found = self.secrets.get(&(namespace, &**name));
        let Some(secret) = found.and_then(|index| self.objects.secrets.get(*index)) else {
            if !self.objects.all_secrets {
                return Ok(());
            }
            let name = format!("{namespace}/{name}").into();
            return Err((path, What::Missing { target: Target::Secret, name }));
        };
        let Some(keys) = &secret.keys else { return Ok(()) };
        let wanted = if basic && secret.kind.as_deref() == Some("kubernetes.io/basic-auth") {
            let has = |key: &str| keys.iter().any(|own| &**own == key);
            (!has("username") || !has("password")).then_some("both `username` and `password`")
        } else {
            (keys.len() != 1).then_some("exactly one key")
        };
        match wanted {
            Some(wanted) => {
                Err((path, What::SecretKeys { secret: secret.meta.at, wanted, login: true }))
            }
            None => Ok(()),
        }
    }

    /// Whether the lines of a login's Secret are of its kind (`basicUserParser`,
    /// `digestUserParser`, `pkg/middlewares/auth`).
    pub(super) fn credentials(&self, middleware: &Middleware) -> Result<(), Fault> {
        let Some(
            kind @ (MiddlewareKind::BasicAuth(Some(name)) | MiddlewareKind::DigestAuth(Some(name))),
        ) = middleware.kinds.first()
        else {
            return Ok(());
        };
        let found = self.secrets.get(&(&*middleware.meta.namespace, &**name));
        let secret = found.and_then(|index| self.objects.secrets.get(*index));
        let Some((secret, lines)) = secret.and_then(|own| Some((own, own.lines.as_ref()?))) else {
            return Ok(());
        };
        let is_basic = matches!(kind, MiddlewareKind::BasicAuth(_));
        if is_basic && secret.kind.as_deref() == Some("kubernetes.io/basic-auth") {
            return Ok(());
        }
        let (field, parts, wanted) = if is_basic {
            ("basicAuth", 2, "lines of the form `NAME:HASH`")
        } else {
            ("digestAuth", 3, "lines of the form `NAME:REALM:HASH`")
        };
        if !lines.is_empty() && lines.iter().all(|own| *own == parts) {
            return Ok(());
        }
        let what = What::SecretKeys { secret: secret.meta.at, wanted, login: true };
        Err(Fault::new(middleware.meta.at, format!("spec.{field}.secret"), what))
    }
}
