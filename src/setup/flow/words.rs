//! The words in which choices are shown and taken.

use std::path::PathBuf;

use super::check;
use crate::config::{Endpoint, Environment, TlsMode};
use crate::setup::answers::{Create, Passwords};

/// The words of the choice between servers that were found and others.
pub const OTHER_SOCKET: &str = "socket";
pub const OTHER_HOST: &str = "host";

pub const TLS_MODES: [(&str, &str, TlsMode); 5] = [
    ("preferred", "when the server offers it", TlsMode::Preferred),
    ("required", "always, unverified", TlsMode::Required),
    ("verify_ca", "always, its certificate signed by an authority that this machine trusts", TlsMode::VerifyCa),
    ("verify_identity", "always, its certificate issued to this host", TlsMode::VerifyIdentity),
    ("disabled", "never", TlsMode::Disabled),
];

pub const ENVIRONMENTS: [(&str, &str, Environment); 3] = [
    ("development", "a private playground", Environment::Development),
    ("staging", "like production, with nobody hurt", Environment::Staging),
    ("production", "the real thing: marked on every screen", Environment::Production),
];

/// The parts that can be left out, in the order in which they are made.
pub const PARTS: [&str; 6] = ["tables", "rows", "record", "accounts", "migrations", "administrator"];

pub const NO_HOST: &str = "name the server's machine: a name or an address";

pub fn host_and_port(endpoint: &Endpoint) -> (String, u16) {
    match endpoint {
        Endpoint::Tcp { host, port } => (host.clone(), *port),
        Endpoint::Socket(_) => (String::new(), 3306),
    }
}

pub fn one_of<T: Copy>(what: &str, words: &[(&str, &str, T)], text: &str) -> Result<T, String> {
    let found = words.iter().find(|(word, _, _)| *word == text.trim());
    let known = || words.iter().map(|(word, _, _)| *word).collect::<Vec<_>>().join(", ");
    found.map(|(_, _, value)| *value).ok_or_else(|| format!("there is no such {what}; there are {}", known()))
}

pub fn yes_or_no(text: &str) -> Result<bool, String> {
    match text.trim() {
        "yes" => Ok(true),
        "no" => Ok(false),
        _ => Err("answer yes or no".to_owned()),
    }
}

pub fn passwords(text: &str) -> Result<Passwords, String> {
    match text.trim() {
        "keep" => Ok(Passwords::Keep),
        "change" => Ok(Passwords::Change),
        _ => Err("answer keep or change".to_owned()),
    }
}

pub fn hosts(text: &str) -> Result<Vec<String>, String> {
    let mut hosts = Vec::new();
    for part in text.split(',').filter(|part| !part.trim().is_empty()) {
        let host = check::host(part)?;
        if !hosts.contains(&host) {
            hosts.push(host);
        }
    }
    Ok(hosts)
}

pub fn path(text: &str) -> Option<PathBuf> {
    let text = text.trim();
    (!text.is_empty()).then(|| PathBuf::from(text))
}

pub fn of_create(create: Create) -> String {
    let without: Vec<&str> = PARTS.into_iter().filter(|part| !has_part(create, part)).collect();
    if without.is_empty() { "all".to_owned() } else { format!("all without {}", without.join(", ")) }
}

pub fn has_part(create: Create, part: &str) -> bool {
    match part {
        "tables" => create.tables,
        "rows" => create.rows,
        "record" => create.record,
        "migrations" => create.migrations,
        "accounts" => create.accounts,
        _ => create.administrator,
    }
}

/// `all`, or `all without rows, administrator`.
pub fn create(text: &str) -> Result<Create, String> {
    let wrong = || format!("write all, or `all without` and some of {}", PARTS.join(", "));
    let rest = text.trim().strip_prefix("all").ok_or_else(wrong)?.trim();
    let without = rest.strip_prefix("without").unwrap_or(rest);
    let mut create = Create::ALL;
    for part in without.split([',', ' ']).map(str::trim).filter(|part| !part.is_empty()) {
        match part {
            "tables" => create.tables = false,
            "rows" => create.rows = false,
            "record" => create.record = false,
            "migrations" => create.migrations = false,
            "accounts" => create.accounts = false,
            "administrator" => create.administrator = false,
            _ => return Err(wrong()),
        }
    }
    Ok(create)
}
