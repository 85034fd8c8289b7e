//! The objects of several namespaces together.

use super::{Meta, Objects};

impl Objects {
    /// Adds the objects of another set, whose `at` then count from `first`.
    pub fn join(&mut self, other: Self, first: usize) {
        fn join<T>(own: &mut Vec<T>, mut other: Vec<T>, shift: impl Fn(&mut T)) {
            other.iter_mut().for_each(shift);
            own.append(&mut other);
        }
        let meta = |meta: &mut Meta| meta.at = meta.at.saturating_add(first);
        join(&mut self.services, other.services, |one| meta(&mut one.meta));
        join(&mut self.routes, other.routes, |one| meta(&mut one.meta));
        join(&mut self.middlewares, other.middlewares, |one| meta(&mut one.meta));
        join(&mut self.tcp_middlewares, other.tcp_middlewares, |one| meta(&mut one.meta));
        join(&mut self.traefik_services, other.traefik_services, |one| meta(&mut one.meta));
        join(&mut self.transports, other.transports, |one| meta(&mut one.meta));
        join(&mut self.tcp_transports, other.tcp_transports, |one| meta(&mut one.meta));
        join(&mut self.tls_options, other.tls_options, |one| meta(&mut one.meta));
        join(&mut self.tls_stores, other.tls_stores, |one| meta(&mut one.meta));
        join(&mut self.secrets, other.secrets, |one| meta(&mut one.meta));
        self.all_secrets |= other.all_secrets;
        self.nodes |= other.nodes;
    }
}
