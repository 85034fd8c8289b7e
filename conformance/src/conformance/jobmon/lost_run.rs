//! A workflow run that stopped to tell that it lives: which reaper finds it.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use super::Reaper;
use crate::cluster::Cluster;
use crate::conformance::container::database;
use crate::{process, tools};

/// The run, and its workflow.
const RUN: u32 = 7;

/// Puts a run that is lost into the database that it is given.
const LOSE: &str = "
import sqlite3, sys
with sqlite3.connect(sys.argv[1], timeout=30) as db:
    db.execute('INSERT INTO workflow (id, name, workflow_args, status) VALUES (?, ?, ?, ?)',
               (sys.argv[2], 'lost', '{}', 'G'))
    db.execute('INSERT INTO workflow_run (id, workflow_id, user, jobmon_version, '
               'jobmon_server_version, status, created_date, status_date, heartbeat_date) '
               'VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
               (sys.argv[2], sys.argv[2], 'somebody', '3.2.2', '3.2.2', 'L') + ('2024-01-01 00:00:00',) * 3)
";

/// Writes everything that a database holds.
const DUMP: &str = "
import json, sqlite3, sys
db = sqlite3.connect(sys.argv[1], timeout=30)
tables = db.execute(\"SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name\").fetchall()
print(json.dumps({name: db.execute('SELECT * FROM \"%s\" ORDER BY 1' % name).fetchall() for name, in tables}))
";

/// The state of the run and of its workflow.
const STATE: &str = "
import json, sqlite3, sys
db = sqlite3.connect(sys.argv[1], timeout=30)
ask = lambda table: db.execute('SELECT status FROM %s WHERE id = ?' % table, (sys.argv[2],)).fetchall()
print(json.dumps([row[0] for table in ('workflow_run', 'workflow') for row in ask(table)]))
";

/// Each namespace in turn loses a run. The reaper of the other one, which asks
/// for lost runs as well, must leave both databases as they are; that of the
/// namespace itself must reap it, and leave the other database as it is.
pub(super) fn check(cluster: &Cluster, reapers: &[Reaper]) -> Result<String> {
    let mut requests = 0;
    for own in reapers {
        let other = reapers.iter().find(|other| other.namespace != own.namespace);
        let other = other.context("there is only one reaper")?;
        let (mine, theirs) =
            (database(cluster, &own.namespace), database(cluster, &other.namespace));
        python(LOSE, &mine)?;
        let lost = python(DUMP, &mine)?;
        let before = python(DUMP, &theirs)?;
        ensure!(lost != before, "both databases are one");
        ensure!(state(&mine)? == json!(["L", "G"]), "the run isn't lost: {}", state(&mine)?);

        let wrong = format!("the reaper of {} changes", other.namespace);
        requests += other.run(cluster, &mut || Ok(true))?;
        ensure!(python(DUMP, &mine)? == lost, "{wrong} the database of {}", own.namespace);
        ensure!(python(DUMP, &theirs)? == before, "{wrong} what is not lost");

        let reaped = json!(["A", "A"]);
        requests += own
            .run(cluster, &mut || Ok(state(&mine)? == reaped))
            .with_context(|| format!("the run of {} isn't reaped", own.namespace))?;
        ensure!(
            python(DUMP, &theirs)? == before,
            "the reaper of {} changes the database of {}",
            own.namespace,
            other.namespace
        );
    }
    Ok(format!("{} runs, each reaped by its own reaper; {requests} requests", reapers.len()))
}

fn state(database: &Path) -> Result<Value> {
    Ok(serde_json::from_str(&python(STATE, database)?)?)
}

/// Runs a small program on a database, with the Python of Jobmon.
fn python(program: &str, database: &Path) -> Result<String> {
    process::stdout(
        Command::new(tools::program("jobmon", "bin/python")?)
            .args(["-c", program])
            .arg(database)
            .arg(RUN.to_string()),
    )
}
