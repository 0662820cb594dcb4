//! An empty server, set up at once.

use crate::common::rows;
use crate::stage::{Stage, mode, run};

#[tokio::test]
async fn an_empty_server_becomes_an_installation_and_a_second_run_changes_nothing() {
    let stage = Stage::new().await;
    let first = run(stage.init(&["--yes"]));
    eprintln!("{}\n{}", first.out, first.err);
    first.ended(0);
    assert_eq!(mode(&stage.config()), 0o600);
    let status = run(stage.command(&["status", "--check"]));
    eprintln!("{}\n{} {}", status.out, status.err, status.code);
    let again = run(stage.init(&["--yes"]));
    eprintln!("{}\n{} {}", again.out, again.err, again.code);
    let audit = run(stage.command(&["audit"]));
    eprintln!("{}\n{} {}", audit.out, audit.err, audit.code);
    eprintln!("{}", std::fs::read_to_string(stage.config()).unwrap());
    let mut root = stage.root().await;
    eprintln!(
        "{:?}",
        rows(&mut root, 1, "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA LIKE 'comfy%'").await
    );
    stage.stop().await;
}
