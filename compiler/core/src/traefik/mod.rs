//! Traefik v3 as it behaves: its static configuration, its Kubernetes
//! provider, its rules and its routers, without running it.
//!
//! [`Config::from_args`] reads the arguments of a container, [`Objects`] takes
//! the objects of the cluster, [`Instance::new`] makes of both what Traefik
//! would: every router with its state, and why it isn't served. Then
//! [`Instance::answer`] says who answers a request.
//!
//! ```
//! use jtc_core::traefik::{Answer, Config, Instance, Objects, Request};
//!
//! let args = ["--entrypoints.web.address=:80", "--providers.kubernetescrd=true"];
//! let config = Config::from_args(args);
//! let mut objects = Objects::default();
//! objects.add_value(7, &serde_json::json!({
//!     "apiVersion": "v1", "kind": "Service",
//!     "metadata": {"name": "web", "namespace": "a"},
//!     "spec": {"ports": [{"port": 80}]},
//! }));
//! objects.add_value(8, &serde_json::json!({
//!     "apiVersion": "traefik.io/v1alpha1", "kind": "IngressRoute",
//!     "metadata": {"name": "web", "namespace": "a"},
//!     "spec": {"routes": [{"match": "PathPrefix(`/`)", "kind": "Rule",
//!                          "services": [{"name": "web", "port": 80}]}]},
//! }));
//! let instance = Instance::new(&config, &objects);
//! let Answer::Backend(reached) = instance.answer(&Request::get("web", "traefik-a", "/x")) else {
//!     panic!("nobody answers");
//! };
//! assert_eq!(reached.backends[0].service.at, 7);
//! ```
//!
//! The model follows the sources of Traefik 3.7.13; comments name the file
//! that states a rule. `cargo xtask conformance --routes` holds it against the
//! real Traefik.

pub mod access;
pub mod config;
mod duration;
pub mod fault;
pub mod instance;
pub mod objects;
pub mod request;
pub mod rule;

pub use self::access::Access;
pub use self::config::{Config, EntryPoint};
pub use self::fault::{Fault, What};
pub use self::instance::{Answer, Backend, Instance, Reached, Router, Status};
pub use self::objects::{Objects, Protocol};
pub use self::request::Request;
pub use self::rule::Rule;
