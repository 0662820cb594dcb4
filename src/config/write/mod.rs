//! Writing a configuration: what is wanted is put into the text that is there, and everything else in it stays as it is,
//! byte for byte.
//!
//! Reading order: this file · `edit` (places in the text) · `yaml` (how values are spelled) · [`disk`] (the file itself).
//!
//! Invariant: a text that is returned was read back and says what was wanted. Where that cannot be reached with small
//! changes (a block in braces, a value by an alias), nothing is changed and the operator is told what to write.
//! Deliberately absent: writing the file out anew from the model. That would lose comments and foreign sections.

pub mod disk;

mod edit;
#[cfg(test)]
mod tests;
mod yaml;

use std::path::{Path, PathBuf};

use super::check::check;
use super::model::{Account, Config, Endpoint, Environment, Target, Tls, TlsMode};
use super::problem::ConfigError;
use crate::secret::{ExposeSecret as _, SecretSource};
use edit::Text;
use yaml::Scalar;

/// What the configuration is to say. Of a target, everything but its `operator` counts.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// The databases; others that are there stay.
    pub targets: Vec<Target>,
    /// The account of dbdeck; `None` leaves what is there.
    pub operator: Option<Account>,
    /// What kind of installation it is.
    pub environment: Environment,
    /// Where migrations lie; `None` leaves what is there.
    pub migrations: Option<PathBuf>,
}

/// Begins every file that is made here.
const HEADER: &str =
    "# The configuration of dbdeck. config.example.yaml explains every key. It holds passwords: keep it to yourself.\n";

/// The ways in which a password is given.
const PASSWORDS: [&str; 4] = ["password", "password_env", "password_file", "password_command"];

/// Puts what is wanted into a text; `None` makes a new one. A text that says it already comes back as it is.
///
/// # Errors
/// The text is not YAML, or what is wanted does not fit into it by small changes; the sentences say what to write.
pub fn merged(path: &Path, text: Option<&str>, wanted: &Wanted) -> Result<String, ConfigError> {
    let old = text.unwrap_or(HEADER);
    if text.is_some() && check(path, old).is_ok_and(|config| says(&config, wanted)) {
        return Ok(old.to_owned());
    }
    let put = put(Text::new(old), wanted).map_err(|sentence| ConfigError::of_file(path, sentence))?;
    let new = put.finish();
    let config = check(path, &new)?;
    if says(&config, wanted) {
        return Ok(new);
    }
    Err(ConfigError::of_file(
        path,
        "the file is written in a way that cannot be changed safely; add the databases yourself",
    ))
}

/// A text as the configuration at that path would be read.
///
/// # Errors
/// Everything that is wrong with it.
pub fn parsed(path: &Path, text: &str) -> Result<Config, ConfigError> {
    check(path, text)
}

/// Whether there is a `mysql` section, right or wrong, whose databases are to be taken over.
///
/// # Errors
/// The text is not YAML.
pub fn has_databases(path: &Path, text: &str) -> Result<bool, ConfigError> {
    let read = Text::new(text).tree();
    let tree = read.map_err(|sentence| ConfigError::of_file(path, sentence))?;
    Ok(edit::find(&tree, &["mysql"]).is_some())
}

fn put(mut text: Text, wanted: &Wanted) -> Result<Text, String> {
    let default = wanted.environment == Environment::default();
    if !default || text.has(&["environment"])? || text.is_bare()? {
        text.set(&["environment"], &environment(wanted.environment))?;
    }
    for target in &wanted.targets {
        let name = target.name.0.as_str();
        put_endpoint(&mut text, name, target)?;
        put_account(&mut text, &["mysql", name], &target.account)?;
        text.set(&["mysql", name, "database"], &Scalar::text(&target.schema))?;
        text.set(&["mysql", name, "pool_size"], &Scalar::number(target.pool.size))?;
        text.set(&["mysql", name, "max_overflow"], &Scalar::number(target.pool.max_overflow))?;
        put_tls(&mut text, name, &target.tls)?;
    }
    if let Some(operator) = &wanted.operator {
        put_account(&mut text, &["operator"], operator)?;
    }
    if let Some(directory) = &wanted.migrations {
        text.set(&["migrations", "directory"], &of_path(directory))?;
    }
    Ok(text)
}

fn put_endpoint(text: &mut Text, name: &str, target: &Target) -> Result<(), String> {
    match &target.endpoint {
        Endpoint::Socket(path) => {
            text.remove(&["mysql", name, "host"])?;
            text.remove(&["mysql", name, "port"])?;
            text.set(&["mysql", name, "socket"], &of_path(path))
        }
        Endpoint::Tcp { host, port } => {
            text.remove(&["mysql", name, "socket"])?;
            text.set(&["mysql", name, "host"], &Scalar::text(host))?;
            text.set(&["mysql", name, "port"], &Scalar::number(*port))
        }
    }
}

/// The user, and the password in the way it is given and in no other.
fn put_account(text: &mut Text, block: &[&str], account: &Account) -> Result<(), String> {
    let at = |key: &'static str| [block, &[key]].concat();
    text.set(&at("user"), &Scalar::text(&account.user))?;
    let (given, value) = spelled(&account.secret);
    for other in PASSWORDS.into_iter().filter(|key| *key != given) {
        text.remove(&at(other))?;
    }
    if given.is_empty() { Ok(()) } else { text.set(&at(given), &value) }
}

fn spelled(secret: &SecretSource) -> (&'static str, Scalar) {
    match secret {
        SecretSource::None => ("", Scalar::text("")),
        SecretSource::Literal(password) => ("password", Scalar::quoted(password.expose_secret())),
        SecretSource::Env(name) => ("password_env", Scalar::text(name)),
        SecretSource::File(path) => ("password_file", of_path(path)),
        SecretSource::Command(command) => ("password_command", Scalar::quoted(command)),
    }
}

fn of_path(path: &Path) -> Scalar {
    Scalar::text(&path.display().to_string())
}

/// Only what is not the default is written.
fn put_tls(text: &mut Text, name: &str, tls: &Tls) -> Result<(), String> {
    let block = ["mysql", name, "tls"];
    if *tls == Tls::default() {
        return text.remove(&block);
    }
    text.set(&["mysql", name, "tls", "mode"], &mode(tls.mode))?;
    for (key, path) in [("ca", &tls.ca), ("cert", &tls.cert), ("key", &tls.key)] {
        let place = ["mysql", name, "tls", key];
        match path {
            Some(path) => text.set(&place, &of_path(path))?,
            None => text.remove(&place)?,
        }
    }
    Ok(())
}

fn mode(mode: TlsMode) -> Scalar {
    Scalar::text(match mode {
        TlsMode::Disabled => "disabled",
        TlsMode::Preferred => "preferred",
        TlsMode::Required => "required",
        TlsMode::VerifyCa => "verify_ca",
        TlsMode::VerifyIdentity => "verify_identity",
    })
}

fn environment(environment: Environment) -> Scalar {
    Scalar::text(match environment {
        Environment::Development => "development",
        Environment::Staging => "staging",
        Environment::Production => "production",
    })
}

/// Whether a configuration says what is wanted.
fn says(config: &Config, wanted: &Wanted) -> bool {
    let has = |target: &Target| config.targets.iter().any(|other| is_same(target, other));
    let operated = wanted.operator.as_ref().is_none_or(|operator| {
        let own = |target: &Target| target.operator.as_ref().is_some_and(|other| is_same_account(operator, other));
        config.targets.iter().filter(|target| wanted.targets.iter().any(|it| it.name == target.name)).all(own)
    });
    let migrations = wanted.migrations.as_ref().is_none_or(|directory| {
        let base = config.path.parent().unwrap_or(Path::new(""));
        config.migrations.directory == base.join(directory)
    });
    wanted.targets.iter().all(has) && operated && migrations && config.environment == wanted.environment
}

fn is_same(one: &Target, other: &Target) -> bool {
    let place = |target: &Target| (target.name.clone(), target.schema.clone(), target.endpoint.clone());
    place(one) == place(other)
        && one.tls == other.tls
        && one.pool == other.pool
        && is_same_account(&one.account, &other.account)
}

fn is_same_account(one: &Account, other: &Account) -> bool {
    one.user == other.user && one.secret.is_same(&other.secret)
}
