//! Routes, services and middlewares, right and wrong.

use serde_json::{Map, Value, json};

use super::{MIDDLEWARES, Maker, NAMES, SERVICES, TRAEFIK_SERVICES, entry_points};
use crate::routes::rules;

impl Maker<'_> {
    /// A name, mostly of this namespace, with fields for another.
    pub(super) fn reference(&mut self, names: &[&str]) -> Map<String, Value> {
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

    pub(super) fn middlewares(&mut self) -> Vec<Value> {
        let count = *self.random.pick(&[0, 0, 0, 0, 0, 1, 1, 2]);
        (0..count).map(|_| Value::Object(self.reference(&MIDDLEWARES))).collect()
    }

    pub(super) fn service_ref(&mut self) -> Value {
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

    pub(super) fn services(&mut self) -> Vec<Value> {
        let usual = *self.random.pick(&[1, 1, 1, 1, 2]);
        let count = if self.random.chance(3) { 0 } else { usual };
        (0..count).map(|_| self.service_ref()).collect()
    }

    pub(super) fn route(&mut self) -> Value {
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
        if self.random.chance(8) {
            let parent = self.reference(&NAMES);
            spec["parentRefs"] = json!([parent]);
            if self.random.chance(70) {
                spec.as_object_mut().map(|spec| spec.remove("entryPoints"));
            }
        }
        spec
    }

    pub(super) fn entry_points(&mut self, own: usize) -> Vec<Value> {
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

    pub(super) fn route_tcp(&mut self) -> Value {
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

    pub(super) fn route_udp(&mut self) -> Value {
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

    pub(super) fn l4_services(&mut self) -> Vec<Value> {
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

    pub(super) fn traefik_service(&mut self) -> Value {
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

    fn headers(&mut self) -> Value {
        let hosts = rules::hosts(self.number);
        let (one, two) = (&hosts[0], &hosts[1]);
        let sent = |name: &str, value: &str| json!({ "customRequestHeaders": { name: value } });
        match self.random.below(13) {
            12 => json!({ "accessControlAllowMethods": ["GET"] }),
            0 => sent("x-k", "v"),
            1 => sent("X-K", ""),
            2 => sent("Host", two),
            3 => json!({ "allowedHosts": [one.to_uppercase()] }),
            4 => json!({ "allowedHosts": [one], "customRequestHeaders": { "host": one } }),
            5 => json!({ "allowedHosts": [two, "v"], "hostsProxyHeaders": ["x-k"] }),
            6 => json!({ "allowedHosts": ["none.test"], "isDevelopment": true }),
            7 => json!({ "accessControlAllowOriginListRegex": ["^a(?=b)"] }),
            _ => sent("X-Own", "1"),
        }
    }

    pub(super) fn middleware(&mut self) -> Value {
        match self.random.below(47) {
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
            19 | 37..=40 => json!({ "headers": self.headers() }),
            20 => json!({ "headers": {} }),
            21 => json!({ "retry": { "attempts": 2 } }),
            22 => json!({}),
            23 => json!({ "compress": {}, "addPrefix": { "prefix": "/p" } }),
            45 => json!({ "basicAuth": { "secret": self.random.pick(&["digest", "pair"]) } }),
            46 => json!({ "digestAuth": { "secret": self.random.pick(&["digest", "password"]) } }),
            44 => json!({ "inFlightReq": { "amount": self.random.pick(&[0, 50]) } }),
            24 => json!({ "encodedCharacters": { "allowEncodedSlash": false } }),
            _ => json!({ "replacePathRegex": { "regex": "(", "replacement": "/" } }),
        }
    }
}
