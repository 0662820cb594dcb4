//! `mysql`: the databases, each with its server, its account and the application's pool.

use std::path::PathBuf;

use super::Checker;
use super::section::{Section, is_name, listed};
use crate::config::file::{Entry, Node, Value};
use crate::config::model::{Account, Endpoint, Pool, Target};
use crate::config::problem::Position;
use crate::config::suggest::nearest;
use crate::units::DatabaseName;

/// The keys of a database. The last three are the application's and mean nothing here.
pub(super) const DATABASE: &[&str] = &[
    "host",
    "port",
    "socket",
    "user",
    "password",
    "password_env",
    "password_file",
    "password_command",
    "database",
    "pool_size",
    "max_overflow",
    "tls",
    "operator",
    "charset",
    "pool_timeout",
    "pool_recycle",
];

const DEFAULT_PORT: u16 = 3306;

/// As many connections as a server can be told to accept (`max_connections`).
const MOST_CONNECTIONS: u32 = 100_000;

impl Checker {
    /// The databases in the order of the file; where a database has no operator of its own it gets the `operator`.
    pub(super) fn databases(&mut self, mysql: &Entry, operator: Option<&Account>) -> Vec<Target> {
        let entries = match &mysql.value.value {
            Value::Map(entries) if !entries.is_empty() => entries,
            Value::Map(_) | Value::Nothing => {
                self.problem(
                    mysql.at,
                    "`mysql` names no database; add one, such as `client:` with host, user and database",
                );
                return Vec::new();
            }
            _ => {
                self.problem(mysql.value.at, "`mysql` is not a block of databases; write their names below it");
                return Vec::new();
            }
        };
        let mut found: Vec<(Position, Target)> = Vec::new();
        for (index, entry) in entries.iter().enumerate() {
            if let Some(target) = self.database(&entries[..index], entry, operator) {
                self.not_twice(&found, entry.at, &target);
                found.push((entry.at, target));
            }
        }
        found.into_iter().map(|(_, target)| target).collect()
    }

    /// A database of the configuration, by its name there; one that has a problem of its own is one of them.
    pub(super) fn configured(&mut self, key: &str, node: &Node, known: &[&str]) -> Option<DatabaseName> {
        let name = self.text(key, node)?;
        if known.is_empty() || known.contains(&name.as_str()) {
            return Some(DatabaseName(name));
        }
        let meant = nearest(&name, known).map(|meant| format!("; did you mean `{meant}`?")).unwrap_or_default();
        self.problem(node.at, format!("`{key}` names no database of `mysql`; there are {}{meant}", listed(known)));
        None
    }

    /// Says that there is nothing to watch.
    pub(super) fn no_databases(&mut self, at: Position) -> Vec<Target> {
        self.problem(
            at,
            "there is no `mysql` section; add one with the databases, or choose another file with --config",
        );
        Vec::new()
    }

    fn database(&mut self, before: &[Entry], entry: &Entry, operator: Option<&Account>) -> Option<Target> {
        if !self.is_database(entry) {
            return None;
        }
        self.once(before, entry);
        let from = self.section(entry, format!("database `{}`", entry.key), DATABASE)?;
        let endpoint = self.endpoint(&from);
        let account = self.account(&from);
        let schema = self.required(&from, "database");
        let tls = self.tls(from.entry("tls"));
        let pool = self.pool(&from);
        let own = from.entry("operator").and_then(|entry| self.operator(entry));
        Some(Target {
            name: DatabaseName(entry.key.clone()),
            schema: schema?,
            endpoint: endpoint?,
            tls,
            account: account?,
            operator: own.or_else(|| operator.cloned()),
            pool,
        })
    }

    /// Whether an entry of `mysql` can be a database at all.
    fn is_database(&mut self, entry: &Entry) -> bool {
        let is_block = matches!(entry.value.value, Value::Map(_));
        let showable = is_name(&entry.key);
        if DATABASE.contains(&entry.key.as_str()) && !is_block {
            let key = &entry.key;
            self.problem(entry.at, format!("`{key}` stands beside the databases; indent it below the name of one"));
        } else if matches!(entry.value.value, Value::Nothing) {
            self.problem(entry.at, "this database has nothing below it; add its host, user and database");
        } else if !is_block {
            self.problem(entry.value.at, "this is not a database; a name below `mysql` takes a block of keys");
        } else if !showable {
            self.problem(entry.at, "the name of a database must be a word");
        } else {
            return true;
        }
        false
    }

    fn endpoint(&mut self, from: &Section<'_>) -> Option<Endpoint> {
        match (from.entry("host"), from.entry("socket")) {
            (Some(host), Some(socket)) => {
                let at = host.at.max(socket.at);
                self.problem(at, format!("{} has both `host` and `socket`; keep one", from.title));
                None
            }
            (Some(host), None) => {
                let port = self.port(from);
                Some(Endpoint::Tcp { host: self.text("host", &host.value)?, port: port? })
            }
            (None, Some(socket)) => {
                self.port_without_host(from);
                self.text("socket", &socket.value).map(|path| Endpoint::Socket(PathBuf::from(path)))
            }
            (None, None) => {
                self.problem(from.at, format!("{} has neither `host` nor `socket`; add one", from.title));
                None
            }
        }
    }

    fn port(&mut self, from: &Section<'_>) -> Option<u16> {
        let Some(node) = from.get("port") else { return Some(DEFAULT_PORT) };
        let port = self.count("port", node, 1..=u32::from(u16::MAX))?;
        u16::try_from(port).ok()
    }

    fn port_without_host(&mut self, from: &Section<'_>) {
        if let Some(port) = from.entry("port") {
            self.problem(port.at, "`port` has no meaning with `socket`; remove one of them");
        }
    }

    fn pool(&mut self, from: &Section<'_>) -> Pool {
        let mut pool = Pool::default();
        self.set_count(from, "pool_size", &mut pool.size, 1..=MOST_CONNECTIONS);
        self.set_count(from, "max_overflow", &mut pool.max_overflow, 0..=MOST_CONNECTIONS);
        pool
    }

    /// Two names for one database would count everything twice.
    fn not_twice(&mut self, found: &[(Position, Target)], at: Position, target: &Target) {
        let same = |other: &&(Position, Target)| {
            other.1.name != target.name
                && other.1.schema == target.schema
                && same_place(&other.1.endpoint, &target.endpoint)
        };
        if let Some((first, other)) = found.iter().find(same) {
            let sentence = format!(
                "`{}` is the same database as `{}` in line {} (same server, same name); remove one",
                target.name, other.name, first.line
            );
            self.problem(at, sentence);
        }
    }
}

/// The names below `mysql`: those of all databases, whether they are right or not.
pub(super) fn names(mysql: Option<&Entry>) -> Vec<&str> {
    let Some(Value::Map(entries)) = mysql.map(|entry| &entry.value.value) else { return Vec::new() };
    let is_database = |entry: &&Entry| is_name(&entry.key) && matches!(entry.value.value, Value::Map(_));
    entries.iter().filter(is_database).map(|entry| entry.key.as_str()).collect()
}

/// Host names are the same in upper and lower case.
fn same_place(one: &Endpoint, other: &Endpoint) -> bool {
    match (one, other) {
        (Endpoint::Tcp { host, port }, Endpoint::Tcp { host: other_host, port: other_port }) => {
            port == other_port && host.eq_ignore_ascii_case(other_host)
        }
        _ => one == other,
    }
}
