//! What a deployment is made of: one file for each component, and the builder
//! that turns any program into objects.
//!
//! A component says what its program is in a [`Program`]: settings with the
//! layers merged, whom it talks to, what comes before it. [`build`] makes the
//! objects that every program has (account, claims, Service, workload,
//! autoscaler, disruption budget, policy), and the component adds what is its
//! own. Invariant: making objects can't fail, and making them twice gives the
//! same.

pub mod build;
pub mod program;
pub mod table;

pub mod apm;
pub mod bootstrap;
mod elastic;
pub mod elasticsearch;
pub mod elk;
pub mod gui;
pub mod kibana;
pub mod listens;
pub mod logstash;
pub mod manifests;
pub mod metricbeat;
pub mod migrate;
pub mod reapers;
pub mod release;
pub mod routes;
pub mod server;
pub mod site;
pub mod traefik;
pub mod workload;

mod list;

pub use list::{COMPONENTS, Component, find, programs};
pub use program::{Cx, Disk, Exposure, Home, Peer, Program, Runs, Talk, builtin, merge};
