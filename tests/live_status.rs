//! `status` and `doctor` on a real private server: figures where the account may see them, reasons where not.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, reason = "a test may")]

mod common;

use std::path::PathBuf;
use std::process::{Command, Output};

use common::{launcher, link};
use dbdeck::demo::launcher::PrivateServer;
use serde_json::Value;

const PASSWORD: &str = "only-for-this-test";

/// Two databases, an account with every right, and one that may only read the first database.
async fn server() -> PrivateServer {
    let server = launcher().start().await.unwrap();
    let mut root = link(&server.root()).await;
    for statement in [
        "CREATE DATABASE svc_one".to_owned(),
        "CREATE DATABASE svc_two".to_owned(),
        "CREATE TABLE svc_one.big (id INT PRIMARY KEY, pad CHAR(200)) ENGINE = InnoDB".to_owned(),
        "CREATE TABLE svc_one.old (id INT PRIMARY KEY) ENGINE = MyISAM".to_owned(),
        format!("CREATE USER watcher@localhost IDENTIFIED BY '{PASSWORD}'"),
        "GRANT ALL ON *.* TO watcher@localhost".to_owned(),
        format!("CREATE USER reader@localhost IDENTIFIED BY '{PASSWORD}'"),
        "GRANT SELECT ON svc_one.* TO reader@localhost".to_owned(),
    ] {
        root.execute(statement).await.unwrap();
    }
    server
}

fn configuration(server: &PrivateServer, user: &str) -> PathBuf {
    let socket = server.socket();
    let database = |name: &str, pool: u32| {
        format!(
            "  {name}:\n    socket: {}\n    user: {user}\n    password: {PASSWORD}\n    database: svc_{name}\n    \
             pool_size: {pool}\n    max_overflow: {pool}\n",
            socket.display()
        )
    };
    let path = server.directory().join(format!("{user}.yaml"));
    std::fs::write(&path, format!("mysql:\n{}{}", database("one", 5), database("two", 10))).unwrap();
    path
}

async fn run(path: &std::path::Path, arguments: &'static [&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dbdeck"));
    command.arg("--config").arg(path).args(arguments).env("LANG", "C.UTF-8");
    tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
}

async fn json(path: &std::path::Path, arguments: &'static [&str]) -> Value {
    let output = run(path, arguments).await;
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn status_shows_figures_or_the_missing_grant() {
    let server = server().await;
    let path = configuration(&server, "watcher");

    let document = json(&path, &["status", "--json"]).await;
    let (one, two) = (&document["databases"][0], &document["databases"][1]);
    assert_eq!(
        (&one["name"], &one["database"], &one["health"]),
        (&"one".into(), &"svc_one".into(), &"live".into()),
        "{one}"
    );
    assert_eq!((&one["tables"], &one["connections"]["limit"]), (&2.into(), &10.into()), "{one}");
    assert_eq!((&two["tables"], &two["connections"]["limit"]), (&0.into(), &20.into()), "{two}");
    assert!(one["connections"]["current"].is_u64() && one["size_bytes"].as_u64().unwrap() > 0, "{one}");
    assert_eq!(one["largest_tables"][0]["name"], "big");
    assert_eq!(one["slow_statements"], 0);
    let engine = one["attention"].as_array().unwrap().iter().find(|finding| finding["rule"] == "not-transactional");
    assert!(engine.unwrap()["remedy"].as_str().unwrap().contains("ALTER TABLE `svc_one`.`old` ENGINE = InnoDB"));
    let account = document["attention"].as_array().unwrap().iter().find(|finding| finding["rule"] == "excess-rights");
    assert_eq!(account.unwrap()["subject"], "watcher@localhost", "every right is too much for a service");
    let servers = document["servers"].as_array().unwrap();
    assert_eq!(servers.len(), 1, "two databases, one server");
    assert_eq!(servers[0]["databases"], serde_json::json!(["one", "two"]));
    assert!(servers[0]["queries_per_second"].as_f64().unwrap() > 0.0, "our own statements at least");
    assert_eq!(servers[0]["id"], one["server"]);

    let check = run(&path, &["status", "--check"]).await;
    assert_eq!(check.status.code(), Some(1), "a table without transactions: {check:?}");
    let text = String::from_utf8(check.stdout).unwrap();
    assert!(text.contains("one  live  svc_one on ") && text.contains("without transactions"), "{text}");

    let path = configuration(&server, "reader");
    let document = json(&path, &["status", "--json"]).await;
    let one = &document["databases"][0];
    assert!(one["connections"]["current"].is_null());
    let remedy = one["connections"]["current_remedy"].as_str().unwrap();
    assert_eq!(remedy, "GRANT PROCESS ON *.* TO 'reader'@'localhost';");
    server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn doctor_names_what_an_account_lacks() {
    let server = server().await;
    let of = async |user| {
        let document = json(&configuration(&server, user), &["doctor", "--json"]).await;
        let checks = document["servers"][0]["checks"].as_array().unwrap().clone();
        checks.into_iter().map(|check| (check["feature"].as_str().unwrap().to_owned(), check)).collect::<Vec<_>>()
    };
    let standing = |checks: &[(String, Value)], feature: &str| {
        let (_, check) = checks.iter().find(|(name, _)| name == feature).unwrap();
        (check["standing"].as_str().unwrap().to_owned(), check["remedy"].as_str().unwrap_or_default().to_owned())
    };
    let (all, little) = (of("watcher").await, of("reader").await);
    assert_eq!(standing(&all, "connections").0, "available", "{all:?}");
    for feature in ["sizes", "table facts", "replication", "disk space", "rights"] {
        assert_eq!(standing(&all, feature).0, "available", "{feature}");
    }
    let grant = "GRANT PROCESS ON *.* TO 'reader'@'localhost';".to_owned();
    assert_eq!(standing(&little, "connections"), ("lacking".to_owned(), grant.clone()));
    assert_eq!(standing(&little, "sizes"), ("lacking".to_owned(), grant));
    let (word, remedy) = standing(&little, "replication");
    assert!(word == "lacking" && remedy.starts_with("GRANT ") && remedy.ends_with("'reader'@'localhost';"), "{remedy}");
    let path = configuration(&server, "reader");
    server.stop().await.unwrap();
    assert!(!path.exists());
}
