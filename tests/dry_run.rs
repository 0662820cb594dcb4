//! Looking never writes: every operation of the table is planned on a service, and the service is as it was.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, reason = "a test may")]

mod common;

use std::process::{Command, Output};

use common::{link, rows, server_program};
use dbdeck::demo::history::Volume;
use dbdeck::demo::{Activity, Demo, DemoOptions};
use dbdeck::op::{OpEntry, Risk, Scope};
use dbdeck::ops::OPS;
use dbdeck::server::Link;

/// Everything that would show a write: the content of every table, the tables themselves, and what the server counts.
/// (Not the rows InnoDB inserts: MySQL counts those of its own temporary tables, so that a SELECT inserts some.)
async fn state(root: &mut Link) -> Vec<String> {
    let tables = "SELECT CONCAT('`', TABLE_SCHEMA, '`.`', TABLE_NAME, '`') FROM information_schema.TABLES \
                  WHERE TABLE_SCHEMA LIKE 'comfyui%' ORDER BY 1";
    let tables = rows(root, 1, tables).await;
    let mut state = rows(root, 2, &format!("CHECKSUM TABLE {}", tables.join(", "))).await;
    let counters = "SHOW GLOBAL STATUS WHERE Variable_name IN ('Innodb_rows_updated', \
                    'Innodb_rows_deleted', 'Com_insert', 'Com_update', 'Com_delete', 'Com_alter_table', 'Com_create_table', \
                    'Com_drop_table', 'Com_optimize', 'Com_analyze', 'Com_kill')";
    state.extend(rows(root, 2, counters).await);
    state
}

fn dry_run(demo: &Demo, entry: &OpEntry, thread: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dbdeck"));
    command.arg("--config").arg(demo.config_path()).args(entry.meta.words()).arg("--dry-run");
    if entry.meta.scope == Scope::Thread {
        command.arg(thread);
    }
    command.env("XDG_STATE_HOME", demo.server().directory()).output().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn planning_every_operation_leaves_the_service_as_it_was() {
    // The server's own statistics, which it counts again in the background, are no write of anybody's.
    let (volume, quiet) = (Volume::SMALL, vec!["innodb_stats_auto_recalc=OFF".to_owned()]);
    let (server, activity) = (server_program(), Activity::Silent);
    let options = DemoOptions { server, activity, volume, options: quiet, ..DemoOptions::default() };
    let demo = Demo::start(options, |_| {}).await.unwrap();
    let mut root = link(&demo.server().root()).await;
    let idle = link(&demo.server().root()).await;
    let before = state(&mut root).await;
    assert!(before.len() > 20, "{before:?}");
    for entry in OPS {
        let output = dry_run(&demo, entry, &idle.id.to_string());
        let (said, complained) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{}: {said}{complained}", entry.meta.id);
        assert!(said.contains("plan ") || entry.meta.risk == Risk::Looks, "{}: {said}", entry.meta.id);
        assert_eq!(state(&mut root).await, before, "{}", entry.meta.id);
    }
    assert!(!demo.server().directory().join("dbdeck").exists(), "a dry run has left a record");
    demo.stop().await.unwrap();
}
