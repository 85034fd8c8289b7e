//! Clients outside of the cluster, who come in by a load balancer.

use anyhow::{Context as _, Result, bail, ensure};
use jtc_core::components::program::Peer;
use jtc_core::model::settings::Protocol;
use jtc_core::proof::demand::Demand;
use jtc_core::traefik::{Answer, Request};

use super::send::{self, Sent};
use super::{Scene, mark, right};
use crate::cluster::discovery::text;

impl Scene<'_> {
    /// Each route that a load balancer exposes gets the request that the proof
    /// has for it, or a datagram: it arrives at the program of the route, or is
    /// sent elsewhere or asked for a password by a middleware of that route.
    pub(super) fn clients(&self, demands: &[&Demand]) -> Result<String> {
        let (mut arrived, mut turned, mut datagrams) = (0, 0, 0);
        for &demand in demands {
            let (Some(client), Peer::Traefik { namespace, service, protocol, asks, .. }) =
                (&demand.client, &*demand.to)
            else {
                continue;
            };
            let services =
                self.cluster.client.list(&format!("/api/v1/namespaces/{namespace}/services"))?;
            let balanced = services.iter().find(|one| text(one, "/spec/type") == "LoadBalancer");
            let balanced = balanced.with_context(|| format!("{namespace} has no load balancer"))?;
            let place = self.behind(balanced, *service, *protocol)?;
            let running = self.running(namespace)?;
            let udp = *protocol == Protocol::Udp;
            let entrypoints = &running.config.entry_points;
            let entrypoint = entrypoints
                .iter()
                .find(|one| one.udp == udp && one.port == Some(place.port()))
                .with_context(|| format!("no entrypoint of {namespace} is at {place}"))?;
            if udp {
                let mark = format!("{namespace}/{}/outside", entrypoint.name);
                send::udp(place, &mark, "a line")?;
                let arrivals = self.wait(&mark);
                let [arrival] = arrivals.as_slice() else {
                    bail!("the datagram to {mark} arrives {} times", arrivals.len());
                };
                right(arrival, namespace, &asks.app)?;
                datagrams += 1;
                continue;
            }
            let example = client.example.as_ref();
            let example = example.context("no request is known that the route takes")?;
            ensure!(!asks.tls && example.client.is_none(), "{example}: not spoken here");
            let headers: Vec<(&str, &str)> =
                example.headers.iter().map(|(name, value)| (&**name, &**value)).collect();
            let (method, host, target) = (&*example.method, &*example.host, &*example.target);
            let request = Request {
                method,
                headers: &headers,
                ..Request::get(&entrypoint.name, host, target)
            };
            let answer = running.instance.answer(&request);
            let mark = mark();
            let sent = Sent { headers: &headers, ..Sent::new(method, host, target) };
            let answered = send::http(place, sent, &mark)?;
            self.agrees(&answer, answered.as_ref(), &mark)
                .with_context(|| format!("{namespace}: {example}"))?;
            match answer {
                Answer::Redirect { middleware: Some(_), .. } | Answer::Refused { .. } => {
                    turned += 1;
                }
                _ => {
                    let arrivals = self.echoes.of(&mark);
                    let arrival = arrivals.first();
                    let arrival = arrival.with_context(|| format!("{example} doesn't arrive"))?;
                    right(arrival, namespace, &asks.app).with_context(|| example.to_string())?;
                    arrived += 1;
                }
            }
        }
        ensure!(arrived > 0, "no route is exposed");
        Ok(format!(
            "requests that arrive: {arrived}, that a middleware turns away: {turned}, datagrams: {datagrams}"
        ))
    }
}
