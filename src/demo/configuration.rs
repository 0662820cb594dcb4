//! The configuration file of a demo: the service's own block, and the operator.

use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::PathBuf;

use super::DemoError;
use super::databases::{DATABASES, Database, DemoAccount, OPERATOR};
use super::launcher::PrivateServer;
use crate::secret::ExposeSecret as _;

/// Writes it beside the server, readable by us alone.
pub fn write(server: &PrivateServer, accounts: &[DemoAccount]) -> Result<PathBuf, DemoError> {
    let path = server.directory().join("config.yaml");
    let opened = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
    match opened.and_then(|mut file| file.write_all(text(server, accounts).as_bytes())) {
        Ok(()) => Ok(path),
        Err(error) => Err(DemoError::Configuration { path, error }),
    }
}

fn text(server: &PrivateServer, accounts: &[DemoAccount]) -> String {
    let password = |user: &str| {
        let account = accounts.iter().find(|account| account.user == user);
        account.map(|account| account.password.expose_secret().to_owned()).unwrap_or_default()
    };
    let mut text = String::from("# Made by `dbdeck demo`, for its private server.\nenvironment: development\nmysql:\n");
    for Database { name, schema, user, pool: (size, overflow), .. } in DATABASES {
        let socket = server.socket();
        let (socket, password) = (socket.display(), password(user));
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            "  {name}:\n    socket: \"{socket}\"\n    user: {user}\n    password: \"{password}\"\n    \
             database: {schema}\n    pool_size: {size}\n    max_overflow: {overflow}\n"
        );
    }
    let _ = write!(text, "operator:\n  user: {OPERATOR}\n  password: \"{}\"\n", password(OPERATOR));
    text
}
