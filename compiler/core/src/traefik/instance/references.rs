//! References by name, across namespaces and providers
//! (`resolveReference`, `pkg/provider/kubernetes/crd/kubernetes.go`).

use super::names::join;
use super::{Build, Text};
use crate::traefik::fault::{Target, What};
use crate::traefik::objects::Reference;

/// What a reference leads to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Found {
    /// Something of this provider, by its joined name.
    Own(Text),
    /// Something of another provider: `NAME@PROVIDER`.
    Foreign(Text),
}

/// The provider's own name.
pub(super) const PROVIDER: &str = "kubernetescrd";

impl Build<'_> {
    /// The joined name that a reference means.
    pub(super) fn refer(
        &self,
        target: Target,
        parent: &str,
        reference: &Reference,
    ) -> Result<Found, What> {
        if reference.name.contains('@') {
            return self.qualified(target, parent, &reference.name);
        }
        let namespace = self.namespace(target, parent, reference)?;
        Ok(Found::Own(join(self.config.safe_naming, &namespace, &reference.name)))
    }

    /// `NAME@PROVIDER`.
    pub(super) fn qualified(
        &self,
        target: Target,
        parent: &str,
        name: &Text,
    ) -> Result<Found, What> {
        let own = name.rsplit_once('@').filter(|(_, provider)| *provider == PROVIDER);
        if own.is_some() && !self.config.allow_cross_namespace {
            return Err(What::ProviderForm { target, name: name.clone() });
        }
        if let Some(allowed) = &self.config.cross_provider_namespaces
            && !allowed.iter().any(|namespace| &**namespace == parent)
        {
            return Err(What::ProviderNotAllowed { target, name: name.clone() });
        }
        Ok(match own {
            Some((own, _)) => Found::Own(own.into()),
            None => Found::Foreign(name.clone()),
        })
    }

    /// The namespace that a reference means.
    pub(super) fn namespace(
        &self,
        target: Target,
        parent: &str,
        reference: &Reference,
    ) -> Result<Text, What> {
        let Some(namespace) = reference.namespace.as_ref().filter(|one| !one.is_empty()) else {
            return Ok(parent.into());
        };
        if !self.config.allow_cross_namespace && **namespace != *parent {
            let (namespace, name) = (namespace.clone(), reference.name.clone());
            return Err(What::OtherNamespace { target, namespace, name });
        }
        Ok(namespace.clone())
    }

    /// Whether something of another provider may exist: the internal one has
    /// services of its own, others are not known here.
    pub(super) fn foreign(&self, name: &str) -> bool {
        let provider = name.rsplit_once('@').map_or("", |(_, provider)| provider);
        self.config.other_providers.iter().any(|other| other.eq_ignore_ascii_case(provider))
    }
}
