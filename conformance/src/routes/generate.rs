//! Sets of routes: one to four namespaces with Services, middlewares and
//! routes that name each other, rightly and wrongly.

use std::net::Ipv4Addr;

use serde_json::{Map, Value, json};

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
            let method = random.pick(&["GET", "GET", "GET", "POST", "PUT"]);
            Asked { entry_point, method, host: host.clone(), target, headers }
        })
        .collect()
}

impl Maker<'_> {
    fn push(&mut self, value: Value) {
        self.objects.push(Made { value, address: None, ready: Vec::new() });
    }

    fn object(&mut self, kind: &str, name: &str, spec: Value) {
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
                self.object("Middleware", name, spec);
            }
        }
        for name in TRAEFIK_SERVICES {
            if self.random.chance(75) {
                let spec = self.traefik_service();
                self.object("TraefikService", name, spec);
            }
        }
        if self.random.chance(30) {
            self.object("ServersTransport", "fast", json!({ "serverName": "a" }));
        }
        if self.random.chance(30) {
            self.object("ServersTransportTCP", "fast", json!({ "dialTimeout": "1s" }));
        }
        if self.random.chance(25) {
            let spec = match self.random.below(4) {
                0 => json!({ "inFlightConn": { "amount": 100 } }),
                1 => json!({ "ipAllowList": { "sourceRange": ["10.0.0.0/8"] } }),
                2 => json!({ "ipAllowList": { "sourceRange": ["nobody"] } }),
                _ => json!({ "ipAllowList": { "sourceRange": ["127.0.0.0/8"] } }),
            };
            self.object("MiddlewareTCP", "gate", spec);
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
                self.object("TLSOption", name, spec);
            }
        }
        let count = self.random.range(1, 3);
        for name in self.names(count) {
            let spec = self.route();
            self.object("IngressRoute", name, spec);
            self.annotate();
        }
        if self.random.chance(30) {
            let name = *self.random.pick(&NAMES);
            let spec = self.route_tcp();
            self.object("IngressRouteTCP", name, spec);
        }
        if self.random.chance(35) {
            let name = *self.random.pick(&NAMES);
            let spec = self.route_udp();
            self.object("IngressRouteUDP", name, spec);
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
                spec["externalName"] = format!("e{}-{}.ext.test", c, d).into();
                if self.random.chance(40) {
                    spec.as_object_mut().map(|spec| spec.remove("ports"));
                }
            }
            1 => spec["clusterIP"] = "None".into(),
            // The same last numbers as the pods', so that both tell the Service.
            _ => spec["clusterIP"] = format!("10.96.{}.{}", c, d).into(),
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

    /// A name, mostly of this namespace, with fields for another.
    fn reference(&mut self, names: &[&str]) -> Map<String, Value> {
        let mut reference = Map::new();
        let name = *self.random.pick(names);
        let other = self.random.pick(&self.namespaces).clone();
        let name = match self.random.below(64) {
            0 => "missing".to_owned(),
            1 => format!("{other}-{name}@kubernetescrd"),
            2 => format!("{name}@file"),
            3 => {
                reference.insert("namespace".to_owned(), other.into());
                name.to_owned()
            }
            4 => {
                reference.insert("namespace".to_owned(), "nowhere".into());
                name.to_owned()
            }
            _ => name.to_owned(),
        };
        reference.insert("name".to_owned(), name.into());
        reference
    }

    fn middlewares(&mut self) -> Vec<Value> {
        let count = *self.random.pick(&[0, 0, 0, 0, 0, 1, 1, 2]);
        (0..count).map(|_| Value::Object(self.reference(&MIDDLEWARES))).collect()
    }

    fn service_ref(&mut self) -> Value {
        let mut service = if self.random.chance(12) {
            let mut service = self.reference(&TRAEFIK_SERVICES);
            service.insert("kind".to_owned(), "TraefikService".into());
            if self.random.chance(5) {
                let internal =
                    *self.random.pick(&["api@internal", "noop@internal", "ping@internal"]);
                service.insert("name".to_owned(), internal.into());
            }
            service
        } else {
            let mut service = self.reference(&SERVICES);
            let port = match self.random.below(30) {
                0 => json!(8081),
                1 => json!(443),
                2 => json!("http"),
                3 => json!("alt"),
                4 => json!(9999),
                _ => json!(8080),
            };
            if !self.random.chance(3) {
                service.insert("port".to_owned(), port);
            }
            service
        };
        let mut set = |percent: usize, field: &str, values: &[Value]| {
            if self.random.chance(percent) {
                service.insert(field.to_owned(), self.random.pick(values).clone());
            }
        };
        set(4, "serversTransport", &["fast".into(), "none".into(), "x@file".into()]);
        set(5, "scheme", &["http".into(), "https".into(), "h2c".into()]);
        set(4, "nativeLB", &[true.into(), false.into()]);
        set(3, "nodePortLB", &[true.into()]);
        set(4, "strategy", &["wrr".into(), "p2c".into(), "RoundRobin".into()]);
        set(2, "healthCheck", &[json!({ "path": "/", "interval": "1h" })]);
        set(8, "weight", &[0.into(), 1.into(), 3.into()]);
        set(4, "passHostHeader", &[false.into()]);
        if self.random.chance(4) {
            let middlewares = self.middlewares();
            service.insert("middlewares".to_owned(), middlewares.into());
        }
        Value::Object(service)
    }

    fn services(&mut self) -> Vec<Value> {
        let usual = *self.random.pick(&[1, 1, 1, 1, 2]);
        let count = if self.random.chance(3) { 0 } else { usual };
        (0..count).map(|_| self.service_ref()).collect()
    }

    fn route(&mut self) -> Value {
        let entry_points = self.entry_points(2);
        let own = entry_points.is_empty();
        let hosts = rules::hosts(self.number);
        let count = self.random.range(1, 3);
        let mut routes = Vec::new();
        for _ in 0..count {
            let mut route =
                json!({ "match": rules::http(self.random, &hosts, own), "kind": "Rule" });
            if self.random.chance(10) {
                route["match"] = "PathPrefix(`/`)".into();
                if own {
                    route["match"] = format!("Host(`{}`)", hosts[1]).into();
                }
            }
            match self.random.below(24) {
                0 => route["priority"] = 40.into(),
                1 => route["priority"] = 1.into(),
                2 => route["priority"] = (-3).into(),
                3 => route["priority"] = json!(9_223_372_036_854_774_784_i64),
                4 => route["priority"] = 0.into(),
                5 | 6 => route["priority"] = 15.into(),
                _ => {}
            }
            let middlewares = self.middlewares();
            if !middlewares.is_empty() {
                route["middlewares"] = middlewares.into();
            }
            let services = self.services();
            if !services.is_empty() {
                route["services"] = services.into();
            }
            if self.random.chance(2) {
                route["syntax"] = "v2".into();
            }
            // The same once more makes the same name.
            if self.random.chance(4) {
                routes.push(route.clone());
                let services = self.services();
                route["services"] = services.into();
            }
            routes.push(route);
        }
        let mut spec = json!({ "routes": routes });
        if !entry_points.is_empty() {
            spec["entryPoints"] = entry_points.into();
        }
        if self.random.chance(8) {
            let mut tls = json!({});
            if self.random.chance(50) {
                tls["secretName"] = "missing".into();
            }
            if self.random.chance(40) {
                tls["options"] = Value::Object(self.reference(&["strict"]));
            }
            spec["tls"] = tls;
        }
        if self.random.chance(5) {
            let parent = self.reference(&NAMES);
            spec["parentRefs"] = json!([parent]);
            if self.random.chance(70) {
                spec.as_object_mut().map(|spec| spec.remove("entryPoints"));
            }
        }
        spec
    }

    fn entry_points(&mut self, own: usize) -> Vec<Value> {
        let names = entry_points(self.number);
        let name = |index: usize| Value::from(names[index].clone());
        match self.random.below(28) {
            0 => Vec::new(),
            1 => vec![name(0), name(1)],
            2 => vec![name(0), "nowhere".into()],
            3 => vec!["nowhere".into()],
            4 => vec![name(2)],
            5 => vec![name(0).as_str().unwrap_or("").to_uppercase().into()],
            6..=8 => vec![name(1)],
            _ if own == 0 => vec![name(2)],
            _ => vec![name(0)],
        }
    }

    fn route_tcp(&mut self) -> Value {
        let count = self.random.range(1, 2);
        let tls = self.random.chance(40);
        let routes: Vec<Value> = (0..count)
            .map(|_| {
                let mut route = json!({ "match": rules::tcp(self.random, tls, self.number) });
                let services = self.l4_services();
                if !services.is_empty() {
                    route["services"] = services.into();
                }
                if self.random.chance(20) {
                    route["middlewares"] = json!([self.reference(&["gate"])]);
                }
                if self.random.chance(20) {
                    route["priority"] = 7.into();
                }
                route
            })
            .collect();
        let mut spec = json!({ "routes": routes });
        // On the second, so that HTTP on the first stays what it is.
        let name = &entry_points(self.number)[1];
        let entry_points = match self.random.below(6) {
            0 => vec!["nowhere".to_owned()],
            1 => vec![entry_points(self.number)[2].clone()],
            _ => vec![name.clone()],
        };
        spec["entryPoints"] = json!(entry_points);
        if tls {
            spec["tls"] = match self.random.below(3) {
                0 => json!({ "passthrough": true }),
                1 => json!({ "options": self.reference(&["strict"]) }),
                _ => json!({}),
            };
        }
        spec
    }

    fn route_udp(&mut self) -> Value {
        let count = *self.random.pick(&[1, 1, 1, 2]);
        let routes: Vec<Value> = (0..count)
            .map(|_| {
                let services = self.l4_services();
                if services.is_empty() { json!({}) } else { json!({ "services": services }) }
            })
            .collect();
        let entry_points = match self.random.below(8) {
            0 => vec!["nowhere".to_owned()],
            1 => vec![entry_points(self.number)[0].clone()],
            _ => vec![entry_points(self.number)[2].clone()],
        };
        json!({ "routes": routes, "entryPoints": entry_points })
    }

    fn l4_services(&mut self) -> Vec<Value> {
        // One and several under one name stop Traefik's provider: not in one set.
        let usual = if self.number.is_multiple_of(3) { 2 } else { 1 };
        let count = if self.random.chance(8) { 0 } else { usual };
        let one = |maker: &mut Self| {
            let mut service = maker.reference(&SERVICES);
            let port = match maker.random.below(6) {
                0 => json!("udp"),
                1 => json!("http"),
                2 => json!(9999),
                _ => json!(8081),
            };
            service.insert("port".to_owned(), port);
            if maker.random.chance(10) {
                service.insert("weight".to_owned(), 2.into());
            }
            if maker.random.chance(6) {
                service.insert("nativeLB".to_owned(), true.into());
            }
            Value::Object(service)
        };
        (0..count).map(|_| one(self)).collect()
    }

    fn traefik_service(&mut self) -> Value {
        let refs = |maker: &mut Self| {
            let count = maker.random.range(1, 2);
            (0..count).map(|_| maker.service_ref()).collect::<Vec<Value>>()
        };
        match self.random.below(8) {
            0 => {
                let mut mirroring = self.service_ref();
                mirroring["mirrors"] = json!([self.service_ref()]);
                json!({ "mirroring": mirroring })
            }
            1 => json!({ "highestRandomWeight": { "services": refs(self) } }),
            2 => json!({ "failover": {
                "service": self.service_ref(),
                "fallback": self.service_ref(),
                "errors": { "status": ["500-599"] },
            } }),
            3 => json!({}),
            _ => json!({ "weighted": { "services": refs(self) } }),
        }
    }

    fn middleware(&mut self) -> Value {
        match self.random.below(44) {
            0 | 1 | 26..=30 => json!({ "stripPrefix": { "prefixes": ["/a"] } }),
            2 => json!({ "stripPrefix": { "prefixes": ["/x", "/"] } }),
            3 | 31..=33 => json!({ "addPrefix": { "prefix": "/p" } }),
            4 => json!({ "replacePath": { "path": "/r%20s" } }),
            5 => json!({ "replacePathRegex": { "regex": "^/a(.*)$", "replacement": "/z$1" } }),
            6 => json!({ "stripPrefixRegex": { "regex": ["^/[ab]/"] } }),
            7 => json!({ "stripPrefixRegex": { "regex": ["^/(?=a)"] } }),
            8 => json!({ "redirectScheme": { "scheme": "https", "port": "8443" } }),
            9 => json!({ "redirectScheme": { "scheme": "http" } }),
            10 => json!({ "redirectRegex": {
                "regex": "^http://([^/]+)/a/(.*)$", "replacement": "http://${1}/b/${2}", "permanent": true,
            } }),
            11 => json!({ "basicAuth": { "secret": self.random.pick(&["password", "pair"]) } }),
            12 => json!({ "basicAuth": { "secret": self.random.pick(&["many", "missing"]) } }),
            13 | 34..=36 => json!({ "ipAllowList": { "sourceRange": ["127.0.0.0/8"] } }),
            14 => json!({ "ipAllowList": { "sourceRange": ["10.0.0.0/8"] } }),
            15 => json!({ "ipAllowList": { "sourceRange": [] } }),
            16 | 17 | 41..=43 => {
                let count = self.random.range(1, 2);
                let parts: Vec<_> = (0..count).map(|_| self.reference(&MIDDLEWARES)).collect();
                json!({ "chain": { "middlewares": parts } })
            }
            18 => json!({ "errors": {
                "status": [self.random.pick(&["404", "500-599", "4xx"])],
                "query": "/e", "service": self.service_ref(),
            } }),
            19 | 37..=40 => json!({ "headers": { "customRequestHeaders": { "X-Own": "1" } } }),
            20 => json!({ "headers": {} }),
            21 => json!({ "retry": { "attempts": 2 } }),
            22 => json!({}),
            23 => json!({ "compress": {}, "addPrefix": { "prefix": "/p" } }),
            24 => json!({ "encodedCharacters": { "allowEncodedSlash": false } }),
            _ => json!({ "replacePathRegex": { "regex": "(", "replacement": "/" } }),
        }
    }
}
