//! Sets of routes: one to four namespaces with Services, middlewares and
//! routes that name each other, rightly and wrongly.

mod parts;

use std::net::Ipv4Addr;

use serde_json::{Value, json};

use super::random::Random;
use super::rules;

/// A set, and where it is served.
pub(crate) struct Set {
    /// Its number.
    pub(crate) number: usize,
    /// Its namespaces.
    pub(crate) namespaces: Vec<String>,
    /// Its objects.
    pub(crate) objects: Vec<Made>,
    /// The ports of its entrypoints: two of TCP, one of UDP.
    pub(crate) ports: [u16; 3],
    /// Requests of HTTP: entrypoint, method, host, target, headers.
    pub(crate) requests: Vec<Asked>,
}

/// One object.
pub(crate) struct Made {
    /// As it is applied.
    pub(crate) value: Value,
    /// The address of its pods, if it is a Service.
    pub(crate) address: Option<Ipv4Addr>,
    /// For each of its ports, whether it is served, whether it is ready, and
    /// whether its pods terminate.
    pub(crate) ready: Vec<(bool, bool, bool)>,
}

/// One request.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// 0 or 1.
    pub(crate) entry_point: usize,
    /// The method.
    pub(crate) method: &'static str,
    /// The header `Host`.
    pub(crate) host: String,
    /// The target.
    pub(crate) target: &'static str,
    /// Other headers.
    pub(crate) headers: Vec<(&'static str, &'static str)>,
}

/// The names of the entrypoints of a set.
pub(crate) fn entry_points(set: usize) -> [String; 3] {
    [format!("w{set}"), format!("x{set}"), format!("u{set}")]
}

/// Names of objects: joined with the namespaces some of them collide.
const NAMES: [&str; 6] = ["web", "x-web", "y", "x", "a.b", "a-b"];
const SERVICES: [&str; 3] = ["one", "two", "three"];
const MIDDLEWARES: [&str; 5] = ["strip", "guard", "all", "x-strip", "page"];
const TRAEFIK_SERVICES: [&str; 3] = ["mix", "x-mix", "other"];

struct Maker<'r> {
    random: &'r mut Random,
    number: usize,
    namespaces: Vec<String>,
    namespace: String,
    objects: Vec<Made>,
    addresses: &'r mut u32,
}

/// Makes a set.
pub(crate) fn set(random: &mut Random, number: usize, base: u16, addresses: &mut u32) -> Set {
    let all = [
        format!("r{number}"),
        format!("r{number}-x"),
        format!("r{number}-x-y"),
        format!("q{number}"),
    ];
    let count = *random.pick(&[1, 1, 2, 2, 3, 4]);
    let namespaces = all[..count].to_vec();
    let mut maker = Maker {
        random,
        number,
        namespaces: namespaces.clone(),
        namespace: String::new(),
        objects: Vec::new(),
        addresses,
    };
    for namespace in &namespaces {
        maker.namespace.clone_from(namespace);
        maker.fill();
    }
    let objects = maker.objects;
    let ports = [base, base + 1, base + 2];
    let requests = requests(random, number, ports);
    Set { number, namespaces, objects, ports, requests }
}

fn requests(random: &mut Random, number: usize, ports: [u16; 3]) -> Vec<Asked> {
    let count = 24;
    (0..count)
        .map(|_| {
            let entry_point = random.below(2);
            let hosts = rules::asked_hosts(number, ports[entry_point]);
            // Ordinary ones more often, as more rules match them.
            let host =
                if random.chance(50) { &hosts[random.below(2)] } else { random.pick(&hosts) };
            let target = if random.chance(40) {
                rules::TARGETS[random.below(5)]
            } else {
                random.pick(&rules::TARGETS)
            };
            let mut headers = Vec::new();
            if random.chance(30) {
                headers.push((*random.pick(&["X-K", "x-k"]), *random.pick(&["v", "w", " v "])));
            }
            if random.chance(5) {
                headers.push(("Authorization", "Basic dTpw"));
            }
            // Taken out, as nobody trusts who asks.
            if random.chance(5) {
                headers.push(("X-Forwarded-Proto", "https"));
            }
            let mut method = random.pick(&["GET", "GET", "GET", "POST", "PUT"]);
            if random.chance(4) {
                method = &"OPTIONS";
                headers.push(("Origin", "http://a.test"));
                headers.push(("Access-Control-Request-Method", "GET"));
            }
            Asked { entry_point, method, host: host.clone(), target, headers }
        })
        .collect()
}

impl Maker<'_> {
    fn push(&mut self, value: Value) {
        self.objects.push(Made { value, address: None, ready: Vec::new() });
    }

    fn object(&mut self, kind: &str, name: &str, spec: &Value) {
        let mut value = json!({
            "apiVersion": "traefik.io/v1alpha1",
            "kind": kind,
            "metadata": { "name": name, "namespace": self.namespace },
            "spec": spec,
        });
        if self.random.chance(60) {
            value["metadata"]["labels"] = json!({ "lane": self.random.pick(&["a", "b"]) });
        }
        self.push(value);
    }

    fn fill(&mut self) {
        for name in SERVICES {
            if self.random.chance(92) {
                self.service(name);
            }
        }
        self.secrets();
        for name in MIDDLEWARES {
            if self.random.chance(90) {
                let spec = self.middleware();
                self.object("Middleware", name, &spec);
            }
        }
        for name in TRAEFIK_SERVICES {
            if self.random.chance(75) {
                let spec = self.traefik_service();
                self.object("TraefikService", name, &spec);
            }
        }
        if self.random.chance(30) {
            self.object("ServersTransport", "fast", &json!({ "serverName": "a" }));
        }
        if self.random.chance(30) {
            self.object("ServersTransportTCP", "fast", &json!({ "dialTimeout": "1s" }));
        }
        if self.random.chance(25) {
            let spec = match self.random.below(5) {
                0 => json!({ "inFlightConn": { "amount": 100 } }),
                4 => json!({ "inFlightConn": { "amount": 0 } }),
                1 => json!({ "ipAllowList": { "sourceRange": ["10.0.0.0/8"] } }),
                2 => json!({ "ipAllowList": { "sourceRange": ["nobody"] } }),
                _ => json!({ "ipAllowList": { "sourceRange": ["127.0.0.0/8"] } }),
            };
            self.object("MiddlewareTCP", "gate", &spec);
        }
        if self.random.chance(25) {
            let name = *self.random.pick(&["strict", "default"]);
            let spec = match self.random.below(4) {
                0 => json!({ "cipherSuites": ["TLS_NO_SUCH"] }),
                1 => json!({ "curvePreferences": ["x1"] }),
                _ => json!({ "minVersion": "VersionTLS12" }),
            };
            // One for the whole of Traefik would change other sets.
            if name == "strict" {
                self.object("TLSOption", name, &spec);
            }
        }
        let count = self.random.range(1, 3);
        for name in self.names(count) {
            let spec = self.route();
            self.object("IngressRoute", name, &spec);
            self.annotate();
        }
        if self.random.chance(30) {
            let name = *self.random.pick(&NAMES);
            let spec = self.route_tcp();
            self.object("IngressRouteTCP", name, &spec);
        }
        if self.random.chance(35) {
            let name = *self.random.pick(&NAMES);
            let spec = self.route_udp();
            self.object("IngressRouteUDP", name, &spec);
        }
    }

    fn names(&mut self, count: usize) -> Vec<&'static str> {
        let mut names = Vec::new();
        for _ in 0..count {
            let name = *self.random.pick(&NAMES);
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// An ingress class, now and then, in the field or the annotation.
    fn annotate(&mut self) {
        if !self.random.chance(15) {
            return;
        }
        let class = *self.random.pick(&["", "traefik", "special", "nginx"]);
        let annotation = self.random.chance(40);
        let Some(made) = self.objects.last_mut() else { return };
        if annotation {
            made.value["metadata"]["annotations"] = json!({ "kubernetes.io/ingress.class": class });
        } else {
            made.value["spec"]["ingressClassName"] = class.into();
        }
    }

    fn address(&mut self) -> Ipv4Addr {
        *self.addresses += 1;
        Ipv4Addr::from(u32::from(Ipv4Addr::new(10, 77, 0, 0)) + *self.addresses)
    }

    fn service(&mut self, name: &str) {
        let address = self.address();
        let [_, _, c, d] = address.octets();
        let kind = self.random.below(18);
        let ports = match self.random.below(10) {
            0 => json!([{ "port": 8080, "targetPort": 8082 }]),
            1 => json!([{ "name": "https-a", "port": 8080 }, { "name": "alt", "port": 8081 }]),
            2 => json!([{ "name": "http", "port": 443, "targetPort": 8080 }]),
            3 => json!([
                { "name": "http", "port": 8080 },
                { "name": "udp", "port": 8081, "protocol": "UDP" },
            ]),
            4 => json!([
                { "name": "tcp", "port": 8081 },
                { "name": "udp", "port": 8081, "protocol": "UDP" },
            ]),
            _ => {
                json!([{ "name": "http", "port": 8080 }, { "name": "alt", "port": 8081, "targetPort": 8082 }])
            }
        };
        let mut spec = json!({ "ports": ports });
        match kind {
            0 => {
                spec["type"] = "ExternalName".into();
                spec["externalName"] = format!("e{c}-{d}.ext.test").into();
                if self.random.chance(40) {
                    spec.as_object_mut().map(|spec| spec.remove("ports"));
                }
            }
            1 => spec["clusterIP"] = "None".into(),
            // The same last numbers as the pods', so that both tell the Service.
            _ => spec["clusterIP"] = format!("10.96.{c}.{d}").into(),
        }
        let mut ready = Vec::new();
        let list = spec["ports"].as_array().cloned().unwrap_or_default();
        let mut slices = Vec::new();
        for (index, port) in list.iter().enumerate() {
            let state = self.random.below(40);
            let conditions = match state {
                // No slice at all.
                0 => None,
                1 => Some(json!({ "ready": false })),
                2 => Some(json!({ "ready": false, "serving": false })),
                3 => Some(json!({ "ready": true, "serving": false })),
                4 => Some(json!({ "ready": false, "serving": true, "terminating": true })),
                5 => Some(json!({})),
                _ => Some(json!({ "ready": true })),
            };
            let external = kind == 0;
            let get = |field: &str| {
                conditions.as_ref().and_then(|conditions| conditions[field].as_bool())
            };
            let serving = conditions.is_some() && get("serving").unwrap_or(true);
            let terminating = get("terminating").unwrap_or(false) && !external;
            ready.push((
                external || serving,
                external || get("ready").unwrap_or(false),
                terminating,
            ));
            if let Some(conditions) = conditions.filter(|_| !external) {
                slices.push(self.slice(name, index, port, address, &conditions));
            }
        }
        let value = json!({
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": { "name": name, "namespace": self.namespace },
            "spec": spec,
        });
        self.objects.push(Made { value, address: Some(address), ready });
        for slice in slices {
            self.push(slice);
        }
    }

    fn slice(
        &self,
        service: &str,
        index: usize,
        port: &Value,
        address: Ipv4Addr,
        conditions: &Value,
    ) -> Value {
        let number = port.get("targetPort").unwrap_or(&port["port"]);
        let mut own =
            json!({ "port": number, "protocol": port.get("protocol").unwrap_or(&"TCP".into()) });
        if let Some(name) = port.get("name") {
            own["name"] = name.clone();
        }
        json!({
            "apiVersion": "discovery.k8s.io/v1",
            "kind": "EndpointSlice",
            "metadata": {
                "name": format!("{service}-{index}"),
                "namespace": self.namespace,
                "labels": { "kubernetes.io/service-name": service },
            },
            "addressType": "IPv4",
            "ports": [own],
            "endpoints": [{ "addresses": [address.to_string()], "conditions": conditions }],
        })
    }

    fn secrets(&mut self) {
        for (name, kind, data) in [
            ("password", "Opaque", json!({ "users": "u:$apr1$abcdefgh$o5z9Kx0m3c1gU7n1yqkE30" })),
            ("digest", "Opaque", json!({ "users": "\nu:r:0123456789abcdef0123456789abcdef\n" })),
            ("pair", "kubernetes.io/basic-auth", json!({ "username": "u", "password": "p" })),
            ("many", "Opaque", json!({ "a": "u:x", "b": "u:x" })),
        ] {
            if self.random.chance(70) {
                let mut value = json!({
                    "apiVersion": "v1", "kind": "Secret", "type": kind,
                    "metadata": { "name": name, "namespace": self.namespace },
                    "stringData": data,
                });
                if self.random.chance(5) {
                    value["metadata"]["labels"] = json!({ "owner": "helm" });
                }
                self.push(value);
            }
        }
    }
}
