//! The server through the protocol, as an editor talks to it.

mod editor;

mod actions;
mod completion;
mod diagnostics;
mod hover;
mod navigation;
mod outline;
mod rename;
mod survival;
mod typing;

/// A topology of two files.
const ROOT: &str = r#"edition 1
cluster "demo" {
    kubernetes "1.34"
    storage-class "ssd"
    address-pool "lan" addresses="10.20.0.16/29"
}
external "mysql" host="db.example.org" port=3306
secret "prod-db" { keys DB_HOST DB_PORT DB_USER DB_PASS; }
database "prod" external="mysql" secret="prod-db" name="docker"
version "3.3.1" { image "registry.example.org/jobmon:3.3.1"; }
defaults { server { grace 45; }; }
include "sites/*.kdl"
reapers "jobmon-reapers" {
    reaper "3.3.1" namespace="jobmon-prod"
}
"#;

/// What it includes.
const SITE: &str = r#"namespace "jobmon-prod" version="3.3.1" database="prod" {
    server {
        replicas 2
        env "MODE" "x"
    }
    middleware "slim" { compress; }
    route "extra" entrypoint="web" path="/x" middleware="slim" to="server"
    workload "report" image="registry.example.org/report:1" {
        env "PASS" secret="prod-db" key="DB_PASS"
        connect "server" port="http" host-env="H"
        connect "mysql"
    }
}
"#;

/// Both.
const FILES: [(&str, &str); 2] = [("topology.kdl", ROOT), ("sites/prod.kdl", SITE)];
