//! A private server with two small databases, and a configuration for them.
#![allow(dead_code, clippy::unwrap_used, reason = "a test may, and each test crate uses its part")]

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use dbdeck::demo::launcher::{Launcher, PrivateServer};

use super::common::{launcher, link};

const PASSWORD: &str = "only-for-this-test";

/// Servers for a short life forget the last second when they are killed; an account must not be in it.
const DURABLE: &str = "innodb_flush_log_at_trx_commit=1";

/// Starts one with databases of these names, a table in each, and an account that may see everything.
pub async fn service(databases: &[&str]) -> PrivateServer {
    service_of(launcher(), databases).await
}

/// As [`service`], with a server of one's own choice.
pub async fn service_of(launcher: Launcher, databases: &[&str]) -> PrivateServer {
    let server = launcher.option(DURABLE).start().await.unwrap();
    let mut root = link(&server.root()).await;
    for name in databases {
        root.execute(format!("CREATE DATABASE svc_{name}")).await.unwrap();
        root.execute(format!("CREATE TABLE svc_{name}.任务 (id INT PRIMARY KEY, pad CHAR(200)) COMMENT '队列'"))
            .await
            .unwrap();
    }
    root.execute(format!("CREATE USER watcher@localhost IDENTIFIED BY '{PASSWORD}'")).await.unwrap();
    root.execute("GRANT SELECT, PROCESS ON *.* TO watcher@localhost".to_owned()).await.unwrap();
    server
}

/// Configured databases, each on the server behind a socket; lies in the first server's directory.
pub fn configuration(databases: &[(&str, &PrivateServer)]) -> PathBuf {
    let section = |name: &str, socket: &Path| {
        format!(
            "  {name}:\n    socket: {}\n    user: watcher\n    password: {PASSWORD}\n    database: svc_{name}\n",
            socket.display()
        )
    };
    let sections: String = databases.iter().map(|(name, server)| section(name, &server.socket())).collect();
    let path = databases[0].1.directory().join("config.yaml");
    std::fs::write(&path, format!("mysql:\n{sections}")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    path
}
