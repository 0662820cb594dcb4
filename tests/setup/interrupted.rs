//! Killed after every step in turn, and run again.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use crate::common::rows;
use crate::stage::{MIGRATIONS, Stage, run};

/// Each attempt has names of its own on one server: attempts do not help each other.
fn init(stage: &Stage, attempt: usize) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dbdeck"));
    let config = stage.directory.join(format!("{attempt}.yaml"));
    command.arg("--config").arg(config).args(["init", "--yes", "--socket"]).arg(stage.server.socket());
    for name in ["client", "admin", "shared"] {
        command.args([
            "--schema",
            &format!("{name}=k{attempt}_{name}"),
            "--user",
            &format!("{name}=k{attempt}_{name}"),
        ]);
    }
    command.args(["--operator", &format!("k{attempt}_operator"), "--migrations", MIGRATIONS]);
    command.env("XDG_STATE_HOME", &stage.directory).env("NO_COLOR", "1").env_remove("DBDECK_CONFIG");
    command
}

/// Kills it as soon as it has printed that many lines; how many it had printed by then.
fn killed_after(mut command: Command, lines: usize) -> usize {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let printed = BufReader::new(child.stdout.take().unwrap()).lines().take(lines).count();
    child.kill().unwrap();
    child.wait().unwrap();
    printed
}

#[tokio::test]
async fn whenever_it_is_killed_the_next_run_completes() {
    let stage = Stage::new().await;
    let whole = run(init(&stage, 0)).ended(0);
    let lines = whole.lines().take_while(|line| !line.contains("steps done")).count();
    // Two for each step, and the administrator's password.
    assert_eq!(lines, 2 * 15 + 1, "{whole}");
    let mut root = stage.root().await;
    for attempt in 1..=lines {
        assert_eq!(killed_after(init(&stage, attempt), attempt), attempt);
        let next = run(init(&stage, attempt)).ended(0);
        let done: usize = next.lines().find_map(|line| line.split_once(" steps done")).unwrap().0.parse().unwrap();
        assert!(done <= 15 - (attempt - 1) / 2, "{attempt}: {next}");
        let administrators = format!("SELECT COUNT(*) FROM k{attempt}_admin.admin_users");
        assert_eq!(rows(&mut root, 1, &administrators).await, ["1"], "{attempt}");
        let migrated = format!("SELECT SUM(status = 'success'), COUNT(*) FROM k{attempt}_admin.migration_history");
        assert_eq!(rows(&mut root, 2, &migrated).await, ["2|2"], "{attempt}");
    }
    stage.stop().await;
}
