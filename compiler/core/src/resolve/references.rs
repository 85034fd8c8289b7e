//! References of everything that stands in a topology, each checked where it
//! is written.

use super::look_up;
use crate::diagnostics::{self as d, Report};
use crate::model::At;
use crate::model::declared::{Auth, Middleware, Part, Parts, Topology};
use crate::model::settings::{EnvValue, KeyRef, Settings, VolumeSource};
use crate::schema::RefKind;

/// The keys that hold a database's address and credentials.
pub(crate) const DATABASE_KEYS: [&str; 4] = ["DB_HOST", "DB_PORT", "DB_USER", "DB_PASS"];

/// The keys of a certificate.
pub(crate) const CERTIFICATE_KEYS: [&str; 2] = ["tls.crt", "tls.key"];

struct Checker<'a> {
    topology: &'a Topology,
    report: &'a mut Report,
}

/// Checks secrets, keys, storage classes, pools and externals.
pub(super) fn check(topology: &Topology, report: &mut Report) {
    let mut checker = Checker { topology, report };
    for database in topology.databases.values() {
        look_up(&topology.externals, RefKind::External, &database.external, checker.report);
        checker.secret(&database.secret);
        match &database.uri_key {
            Some(key) => checker.key(&database.secret, key),
            None => {
                checker.database_keys(&database.secret);
            }
        }
    }
    checker.parts(&topology.defaults);
    for elk in topology.elks.values() {
        checker.parts(&elk.parts);
    }
    for namespace in topology.namespaces.values() {
        checker.parts(&namespace.parts);
        if let Some(elk) = &namespace.elk {
            checker.parts(&elk.parts);
        }
        for workload in namespace.workloads.values() {
            checker.settings(&workload.settings);
        }
        for middleware in namespace.middlewares.values() {
            if let Middleware::BasicAuth { secret, .. } = &middleware.value {
                checker.secret(secret);
                checker.users(secret);
            }
        }
        for secret in namespace.routes.values().filter_map(|route| route.tls.as_ref()) {
            checker.secret(secret);
            for key in CERTIFICATE_KEYS {
                checker.fixed_key(secret, key);
            }
        }
    }
    for reaper in topology.reapers.iter().flat_map(|reapers| &reapers.reapers) {
        checker.settings(&reaper.settings);
    }
}

impl Checker<'_> {
    fn secret(&mut self, at: &At<String>) {
        look_up(&self.topology.secrets, RefKind::Secret, at, self.report);
    }

    /// A key of a Secret; silent when the Secret itself is unknown.
    fn key(&mut self, secret: &At<String>, key: &At<String>) {
        if let Some(found) = self.topology.secrets.get(&secret.value)
            && !found.keys.contains_key(&key.value)
        {
            self.report.push(d::j0305_unknown_key::diag(key, &secret.value, found));
        }
    }

    /// A key whose name is not for a topology to choose.
    fn fixed_key(&mut self, secret: &At<String>, key: &str) {
        if let Some(found) = self.topology.secrets.get(&secret.value)
            && !found.keys.contains_key(key)
        {
            self.report.push(d::j0305_unknown_key::fixed(key, secret, found));
        }
    }

    /// The keys that each database has.
    fn database_keys(&mut self, secret: &At<String>) {
        let Some(found) = self.topology.secrets.get(&secret.value) else { return };
        let lacks: Vec<&str> =
            DATABASE_KEYS.into_iter().filter(|key| !found.keys.contains_key(*key)).collect();
        let (name, at) = (&secret.value, secret.span);
        self.report.extend(d::j0305_unknown_key::of_database(&lacks, at, name, found));
    }

    /// A Secret with names and passwords.
    fn users(&mut self, secret: &At<String>) {
        let Some(found) = self.topology.secrets.get(&secret.value) else { return };
        if !d::j0530_broken_middleware::takes(found, true) {
            self.report.push(d::j0530_broken_middleware::keys(secret.span, &secret.value, found));
        }
    }

    fn key_ref(&mut self, reference: &KeyRef) {
        let (secret, key, secrets) = (&reference.secret, &reference.key, &self.topology.secrets);
        let meant = secrets.get(&key.value).filter(|_| !secrets.contains_key(&secret.value));
        if meant.is_some_and(|meant| meant.keys.contains_key(&secret.value)) {
            self.report.push(d::j0301_unknown_name::swapped(secret, key));
            return;
        }
        self.secret(&reference.secret);
        self.key(&reference.secret, &reference.key);
    }

    fn class(&mut self, at: Option<&At<String>>) {
        if let Some(at) = at {
            look_up(&self.topology.cluster.storage_classes, RefKind::StorageClass, at, self.report);
        }
    }

    fn part<O>(&mut self, part: Option<&Part<O>>) {
        if let Some(part) = part {
            self.settings(&part.settings);
        }
    }

    fn parts(&mut self, parts: &Parts) {
        self.part(parts.server.as_deref());
        self.part(parts.gui.as_deref());
        self.part(parts.traefik.as_deref());
        self.part(parts.elasticsearch.as_deref());
        self.part(parts.logstash.as_deref());
        self.part(parts.kibana.as_deref());
        self.part(parts.apm.as_deref());
        self.part(parts.metricbeat.as_deref());
        if let Some(server) = &parts.server {
            if let Some(session) = &server.own.session {
                self.key_ref(session);
            }
            if let Some(At { value: Auth::Oidc { secret: Some(secret), .. }, .. }) =
                &server.own.auth
            {
                self.secret(secret);
            }
        }
        let balancer =
            parts.traefik.as_ref().and_then(|traefik| traefik.own.load_balancer.as_ref());
        if let Some(pool) = balancer.and_then(|balancer| balancer.value.pool.as_ref()) {
            look_up(&self.topology.cluster.address_pools, RefKind::AddressPool, pool, self.report);
        }
        let storage = parts.elasticsearch.as_ref().and_then(|part| part.own.storage.as_ref());
        self.class(storage.and_then(|storage| storage.value.class.as_ref()));
        if let Some(metricbeat) = &parts.metricbeat {
            if let Some(secret) = &metricbeat.own.secret {
                self.secret(secret);
            }
            if let Some(database) = &metricbeat.own.database {
                look_up(&self.topology.databases, RefKind::Database, database, self.report);
            }
        }
    }

    fn settings(&mut self, settings: &Settings) {
        for value in settings.env.values() {
            if let EnvValue::Secret(key) = &value.value {
                self.key_ref(key);
            }
        }
        for (secret, span) in &settings.env_from {
            self.secret(&At::new(secret.clone(), *span));
        }
        for volume in settings.volumes.values() {
            match &volume.value.source {
                VolumeSource::Secret(secret) => self.secret(secret),
                VolumeSource::Claim { class, .. } => {
                    if class.is_none() && self.topology.cluster.storage_classes.is_empty() {
                        self.report.push(d::j0306_no_storage_class::diag(
                            volume.span,
                            self.topology.cluster.span,
                        ));
                    }
                    self.class(class.as_ref());
                }
                VolumeSource::Empty => {}
            }
        }
        for probe in settings.probes.values() {
            if let crate::model::settings::Check::Http { path, .. } = &probe.value.check
                && !path.starts_with('/')
            {
                self.report.push(d::j0307_probe_path::diag(probe.span, path));
            }
        }
    }
}
