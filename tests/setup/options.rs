//! What can be said on the command line, and what is said about what cannot.

use std::io::Write as _;
use std::process::{Command, Stdio};

use crate::common::rows;
use crate::stage::{Stage, run};

fn fed(mut command: Command, input: &str) -> i32 {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait().unwrap().code().unwrap()
}

#[tokio::test]
async fn passwords_come_from_files_variables_and_standard_input() {
    let stage = Stage::new().await;
    let mut root = stage.root().await;
    root.execute("CREATE USER boss@localhost IDENTIFIED BY 'it''s me'").await.unwrap();
    root.execute("GRANT ALL PRIVILEGES ON *.* TO boss@localhost WITH GRANT OPTION").await.unwrap();
    let file = stage.directory.join("client-password");
    std::fs::write(&file, "from \"a\" file\\\n").unwrap();
    let mut command =
        stage.init(&["--yes", "--admin-user", "boss", "--admin-password-stdin", "--password-stdin", "admin"]);
    command.arg("--password-file").arg(format!("client={}", file.display()));
    command.args(["--password-env", "shared=SHARED_PASSWORD"]).env("SHARED_PASSWORD", "from a variable");
    assert_eq!(fed(command, "it's me\nfrom standard input\n"), 0);
    let config = std::fs::read_to_string(stage.config()).unwrap();
    assert!(config.contains("password_file: ") && config.contains("password_env: SHARED_PASSWORD"), "{config}");
    assert!(config.contains("password: \"from standard input\""), "{config}");
    assert!(!config.contains("it's me") && !config.contains("from a variable") && !config.contains("boss"), "{config}");
    let users = "SELECT COUNT(*) FROM mysql.user WHERE User LIKE 'comfyui%' OR User = 'dbdeck_operator'";
    assert_eq!(rows(&mut root, 1, users).await, ["4"]);
    stage.stop().await;
}

#[tokio::test]
async fn a_foreign_configuration_keeps_all_that_is_its_own() {
    let stage = Stage::new().await;
    let foreign = "# The service's own file.\nredis:\n  host: cache   # keep\nlogging: {level: info}\n";
    std::fs::write(stage.config(), foreign).unwrap();
    let without = ["--yes", "--without", "administrator", "--without", "rows", "--operator", "watcher"];
    run(stage.init(&without)).ended(0);
    let config = std::fs::read_to_string(stage.config()).unwrap();
    assert!(config.starts_with(foreign), "{config}");
    let mut root = stage.root().await;
    assert_eq!(rows(&mut root, 1, "SELECT COUNT(*) FROM comfyui_admin.admin_users").await, ["0"]);
    assert_eq!(rows(&mut root, 1, "SELECT COUNT(*) FROM mysql.user WHERE User = 'watcher'").await, ["1"]);
    stage.stop().await;
}

#[tokio::test]
async fn what_is_wrong_is_said_with_the_exit_code_for_it_and_nothing_is_written() {
    let stage = Stage::new().await;
    let before = stage.written().await;
    let check = |arguments: &[&str], code: i32, words: &str| {
        let said = run(stage.init(arguments));
        assert!(said.err.contains(words), "{arguments:?}: {}", said.err);
        said.ended(code);
    };
    check(&["--yes", "--schema", "client=mysql"], 64, "--schema: mysql is the server's own database");
    check(&["--yes", "--schema", "nothing=x"], 64, "there is no database nothing");
    check(&["--yes", "--account-host", "a b"], 64, "--account-host");
    check(&["--yes", "--password-env", "client"], 64, "--password-env takes a database and a value");
    check(&["--yes", "--operator", "comfyui_client_user"], 64, "one of its own");
    check(&["--yes", "--admin-user", "nobody"], 2, "refuses the account \"nobody\"");
    check(&["--yes", "--read-only"], 2, "read-only");
    let mut elsewhere = stage.command(&["init", "--yes", "--socket"]);
    elsewhere.arg(stage.directory.join("no.sock"));
    run(elsewhere).ended(6);
    std::fs::write(stage.config(), "mysql: {client: {user: x}}\n").unwrap();
    check(&["--yes"], 78, "config.yaml:1");
    assert_eq!(stage.written().await, before);
    stage.stop().await;
}

/// One flavor has a mode in which names in grants are names; the other never has.
#[tokio::test]
async fn grants_name_one_database_whichever_way_the_server_reads_names() {
    let stage = Stage::new().await;
    let mut root = stage.root().await;
    let is_literal = root.execute("SET GLOBAL partial_revokes = ON").await.is_ok();
    run(stage.init(&["--yes"])).ended(0);
    let grants = rows(&mut root, 1, "SHOW GRANTS FOR comfyui_client_user@localhost").await.join("\n");
    let name = if is_literal { "`comfyui_client`.*" } else { "`comfyui\\_client`.*" };
    assert!(grants.contains(name), "{grants}");
    run(stage.command(&["doctor", "--isolation"])).ended(0);
    stage.stop().await;
}

/// One flavor makes itself a certificate when it is initialised.
#[tokio::test]
async fn encryption_is_required_where_the_server_has_it_and_refused_where_not() {
    let stage = Stage::new().await;
    let mut root = stage.root().await;
    let said = run(stage.init(&["--yes", "--require-tls"]));
    let required = "SELECT COUNT(*) FROM mysql.user WHERE User LIKE 'comfyui%' AND ssl_type = 'ANY'";
    if said.code == 0 {
        assert_eq!(rows(&mut root, 1, required).await, ["3"]);
    } else {
        assert!(said.err.contains("offers no encrypted connections"), "{}", said.err);
        said.ended(64);
        assert_eq!(rows(&mut root, 1, required).await, ["0"]);
    }
    stage.stop().await;
}
