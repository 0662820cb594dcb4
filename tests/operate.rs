//! Operations as commands, on a real server: what is asked, refused and recorded, and how each run ends.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, reason = "a test may")]

mod common;

use std::os::unix::fs::PermissionsExt as _;
use std::process::{Child, Command, Output, Stdio};

use common::{launcher, link, rows, wait_until};
use dbdeck::demo::launcher::PrivateServer;

/// A server with a table, of which half has expired.
struct Service {
    server: PrivateServer,
}

impl Service {
    async fn start() -> Self {
        let server = launcher().start().await.unwrap();
        let mut root = link(&server.root()).await;
        for sql in [
            "CREATE DATABASE svc_one",
            "CREATE TABLE svc_one.t (id INT PRIMARY KEY AUTO_INCREMENT, at TIMESTAMP NOT NULL)",
            "INSERT INTO svc_one.t (at) VALUES ('2020-01-01'), ('2020-01-02'), (NOW()), (NOW())",
        ] {
            root.execute(sql).await.unwrap();
        }
        let service = Self { server };
        service.configure("local");
        service
    }

    /// Writes the configuration; `when_down` is what happens when the record cannot be written.
    fn configure(&self, when_down: &str) {
        let socket = self.server.socket().display().to_string();
        let text = format!(
            "mysql:\n  one: {{socket: {socket}, user: root, password: '', database: svc_one}}\n\
             ledger: {{when_down: {when_down}}}\n\
             retention:\n  old: {{database: one, table: t, time: at, keep: 30d}}\n"
        );
        let path = self.server.directory().join("operate.yaml");
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    }

    /// From now on dbdeck works with an account that has these rights on the database and no other.
    async fn as_worker(&self, rights: &str, when_down: &str) {
        let mut root = link(&self.server.root()).await;
        root.execute("CREATE USER IF NOT EXISTS worker@localhost IDENTIFIED BY 'only-here'").await.unwrap();
        root.execute(format!("GRANT {rights} ON svc_one.* TO worker@localhost")).await.unwrap();
        self.configure(when_down);
        let path = self.server.directory().join("operate.yaml");
        let config = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, config.replace("user: root, password: ''", "user: worker, password: only-here")).unwrap();
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dbdeck"));
        command.arg("--config").arg(self.server.directory().join("operate.yaml")).args(arguments);
        command.env("XDG_STATE_HOME", self.server.directory().join("state")).stdin(Stdio::null());
        command
    }

    /// Runs it; after that the exit code and all words must be there, each on the stream it belongs to.
    fn check(&self, arguments: &[&str], code: i32, on_stdout: &[&str], on_stderr: &[&str]) -> Output {
        let output = self.command(arguments).output().unwrap();
        let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
        assert_eq!(output.status.code(), Some(code), "{arguments:?}\n{stdout}\n{stderr}");
        assert!(on_stdout.iter().all(|words| stdout.contains(words)), "{arguments:?}: {on_stdout:?}\n{stdout}");
        assert!(on_stderr.iter().all(|words| stderr.contains(words)), "{arguments:?}: {on_stderr:?}\n{stderr}");
        output
    }

    async fn rows_left(&self) -> String {
        rows(&mut link(&self.server.root()).await, 1, "SELECT COUNT(*) FROM svc_one.t").await.swap_remove(0)
    }

    async fn end(self) {
        self.server.stop().await.unwrap();
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn spawn(mut command: Command) -> Child {
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_changed_before_somebody_said_yes() {
    let service = Service::start().await;
    service.check(&["cleanup"], 64, &[], &["nobody to ask: add --yes, or --dry-run"]);
    service.check(&["--read-only", "cleanup", "--yes"], 2, &[], &["is off: dbdeck is in read-only mode"]);
    service.check(&["cleanup", "--plan", "0123456789abcdef"], 3, &[], &["the plan is now", "nothing was changed"]);
    service.check(&["cleanup", "--policy", "nope", "--yes"], 64, &[], &["nope", "old"]);
    service.check(&["cleanup", "--dry-run", "--database", "two"], 64, &[], &["there is no database", "one"]);
    assert_eq!(service.rows_left().await, "4");
    let tables = rows(&mut link(&service.server.root()).await, 1, "SHOW TABLES FROM svc_one").await;
    assert_eq!(tables, ["t"], "a refusal has left a record");
    service.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_reviewed_is_what_runs_and_it_is_on_record() {
    let service = Service::start().await;
    let plan = service.check(&["cleanup", "--dry-run", "--json"], 0, &["\"rows\": 2"], &[]);
    let plan: serde_json::Value = serde_json::from_slice(&plan.stdout).unwrap();
    assert_eq!(plan["jobs"][0]["line"], "cleanup --database one");
    service.check(&["cleanup", "--yes"], 0, &["#1 cleanup one: done: 2 rows of 1 policy"], &[]);
    assert_eq!(service.rows_left().await, "2");
    let mut root = link(&service.server.root()).await;
    let kept = "SELECT operation, command, state, rows_done, origin FROM svc_one.dbdeck_jobs";
    assert_eq!(rows(&mut root, 5, kept).await, ["cleanup|cleanup --database one|done|2|command"]);
    service.check(&["cleanup", "--yes"], 0, &["nothing to do"], &[]);
    service.check(&["audit"], 0, &["cleanup --database one", "done"], &[]);
    service.check(&["jobs", "show", "1"], 0, &["cleanup", "done", "DELETE FROM"], &[]);
    service.check(&["jobs", "show", "7"], 2, &[], &["7"]);
    service.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_at_once_is_one_and_the_other_says_who() {
    let service = Service::start().await;
    let mut other = link(&service.server.root()).await;
    assert_eq!(rows(&mut other, 1, "SELECT GET_LOCK('dbdeck:svc_one', 0)").await, ["1"]);
    let holder = format!("one is held by connection {} of root@localhost", other.id);
    service.check(&["cleanup", "--yes"], 4, &["refused", &holder], &[]);
    assert_eq!(service.rows_left().await, "4");
    let mut waiting = spawn(service.command(&["cleanup", "--yes", "--wait"]));
    let mut root = link(&service.server.root()).await;
    let jobs = "SELECT COUNT(*) FROM svc_one.dbdeck_jobs WHERE state = 'running'";
    while rows(&mut root, 1, jobs).await != ["1"] {
        assert!(waiting.try_wait().unwrap().is_none(), "it did not wait");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    rows(&mut other, 1, "SELECT RELEASE_LOCK('dbdeck:svc_one')").await;
    let output = waiting.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}{}", text(&output.stdout), text(&output.stderr));
    assert_eq!(service.rows_left().await, "2");
    service.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_not_there_is_6_and_nothing_is_recorded() {
    let mut service = Service::start().await;
    service.server.kill().await;
    service.check(&["cleanup", "--yes"], 6, &[], &["cannot plan for one", "no server listens there"]);
    assert!(!service.server.directory().join("state").exists());
    service.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_stops_the_statement_on_the_server() {
    let service = Service::start().await;
    let mut root = link(&service.server.root()).await;
    // A row that somebody holds: deleting waits for it.
    root.execute("START TRANSACTION").await.unwrap();
    root.execute("UPDATE svc_one.t SET at = at WHERE id = 1").await.unwrap();
    let child = spawn(service.command(&["cleanup", "--yes"]));
    let mut other = link(&service.server.root()).await;
    let ours = "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE INFO LIKE '%dbdeck job=%' \
                AND COMMAND = 'Query' AND ID <> CONNECTION_ID()";
    while rows(&mut other, 1, ours).await == ["0"] {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let pid = rustix::process::Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{}{}", text(&output.stdout), text(&output.stderr));
    assert!(text(&output.stdout).contains("cancelled"), "{}", text(&output.stdout));
    assert_eq!(rows(&mut other, 1, ours).await, ["0"]);
    root.execute("ROLLBACK").await.unwrap();
    assert_eq!(service.rows_left().await, "4");
    service.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_its_tables_the_record_is_kept_here_or_nothing_is_done() {
    let service = Service::start().await;
    service.as_worker("SELECT, DELETE, ALTER, DROP", "refuse").await;
    service.check(&["cleanup", "--yes"], 2, &["refused", "not recorded, so not done"], &[]);
    assert_eq!(service.rows_left().await, "4");
    service.as_worker("SELECT, DELETE, ALTER, DROP", "local").await;
    service.check(&["cleanup", "--yes"], 0, &["#L1 cleanup one: done"], &[]);
    assert_eq!(service.rows_left().await, "2");
    let state = service.server.directory().join("state/dbdeck");
    let modes =
        || std::fs::read_dir(&state).unwrap().map(|file| file.unwrap().metadata().unwrap().permissions().mode());
    wait_until("the record on this machine", || modes().count() > 0);
    assert!(modes().all(|mode| mode.trailing_zeros() >= 6), "others may read the record");
    service.check(&["jobs"], 0, &["L1", "cleanup", "done"], &[]);
    service.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_names_the_rights_that_are_lacking() {
    let service = Service::start().await;
    service.as_worker("SELECT", "local").await;
    let lacks = "this account lacks DELETE, ALTER, DROP on one: GRANT DELETE, ALTER, DROP ON";
    service.check(&["cleanup", "--dry-run"], 0, &[lacks], &[]);
    service.check(&["cleanup", "--yes"], 2, &["failed", "denied"], &[]);
    assert_eq!(service.rows_left().await, "4");
    service.end().await;
}
