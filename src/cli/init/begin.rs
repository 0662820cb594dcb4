//! From the configuration that is there and the options of the command line to the answers of the guide.

use std::io::BufRead as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::InitArgs;
use crate::cli::args::Common;
use crate::cli::exit::Failure;
use crate::cli::surroundings::Surroundings;
use crate::config::write::{disk, has_databases};
use crate::secret::{SecretSource, SecretString};
use crate::setup::flow::Key;
use crate::setup::password::Draw;
use crate::setup::{Answers, Flow, look};

/// The usual answers, with what the configuration says already.
///
/// # Errors
/// The configuration is there and wrong, or there is no randomness.
pub fn answers(common: &Common, around: &Surroundings) -> Result<Answers, Failure> {
    let path = around.search(common).place();
    let passwords = drawn()?;
    let mut passwords = passwords.into_iter();
    let draw = || passwords.next().unwrap_or_default();
    let read = disk::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
    match read {
        Some((text, _)) if has_databases(&path, &text)? => Ok(Answers::of(&crate::config::load(&path)?, draw)),
        _ => Ok(Answers::usual(path, draw)),
    }
}

/// More than any answers take.
const MOST_PASSWORDS: usize = 64;

fn drawn() -> Result<Vec<SecretString>, Failure> {
    let drawn = Draw::new().and_then(|mut draw| (0..MOST_PASSWORDS).map(|_| draw.password()).collect());
    let drawn: std::io::Result<Vec<SecretString>> = drawn;
    Ok(drawn.context("cannot draw passwords")?)
}

/// The guide with the options as its answers.
///
/// # Errors
/// An option that is wrong, named.
pub fn flow(args: &InitArgs, answers: Answers) -> Result<Flow, Failure> {
    let servers = if args.socket.is_some() || args.host.is_some() { Vec::new() } else { look::servers() };
    let mut taker = Taker { flow: Flow::new(answers, servers), lines: Vec::new() };
    taker.place(args)?;
    taker.passwords(args)?;
    taker.names(args)?;
    Ok(taker.flow)
}

struct Taker {
    flow: Flow,
    /// What standard input had, last line first.
    lines: Vec<SecretString>,
}

impl Taker {
    fn take(&mut self, key: &Key, text: Option<&str>) -> Result<(), Failure> {
        let Some(text) = text else { return Ok(()) };
        let taken = self.flow.set(key, text);
        taken.map_err(|sentence| Failure::Usage(format!("--{}: {sentence}", key.flag())))
    }

    fn place(&mut self, args: &InitArgs) -> Result<(), Failure> {
        self.take(&Key::Socket, args.socket.as_deref())?;
        self.take(&Key::Host, args.host.as_deref())?;
        self.take(&Key::Port, args.port.as_deref())?;
        self.take(&Key::Tls, args.tls.as_deref())?;
        self.take(&Key::AdminUser, args.admin_user.as_deref())
    }

    fn passwords(&mut self, args: &InitArgs) -> Result<(), Failure> {
        let standard_input = args.admin_password_stdin || args.operator_password_stdin;
        if standard_input || !args.password_stdin.is_empty() {
            self.lines = lines()?;
        }
        self.one_password(
            &Key::AdminPassword,
            args.admin_password_file.as_deref(),
            args.admin_password_env.as_deref(),
            args.admin_password_stdin,
        )?;
        for said in &args.password_file {
            let (name, path) = pair("password-file", said)?;
            self.give(&Key::Password(name.into()), SecretSource::File(absolute(Path::new(path))?))?;
        }
        for said in &args.password_env {
            let (name, variable) = pair("password-env", said)?;
            self.give(&Key::Password(name.into()), SecretSource::Env(variable.to_owned()))?;
        }
        for name in &args.password_stdin {
            let line = self.line()?;
            self.give(&Key::Password(name.as_str().into()), line)?;
        }
        self.take(&Key::Operator, args.operator.as_deref())?;
        self.one_password(
            &Key::OperatorPassword,
            args.operator_password_file.as_deref(),
            args.operator_password_env.as_deref(),
            args.operator_password_stdin,
        )
    }

    fn one_password(
        &mut self,
        key: &Key,
        file: Option<&Path>,
        variable: Option<&str>,
        is_typed: bool,
    ) -> Result<(), Failure> {
        if let Some(path) = file {
            self.flow.set_secret(key, SecretSource::File(absolute(path)?));
        }
        if let Some(variable) = variable {
            self.flow.set_secret(key, SecretSource::Env(variable.to_owned()));
        }
        if is_typed {
            let line = self.line()?;
            self.flow.set_secret(key, line);
        }
        Ok(())
    }

    /// The password of a database, which has to be one.
    fn give(&mut self, key: &Key, source: SecretSource) -> Result<(), Failure> {
        if let Key::Password(name) = key
            && self.flow.answers().database(name).is_none()
        {
            return Err(Failure::Usage(format!("there is no database {name} to give a password to")));
        }
        self.flow.set_secret(key, source);
        Ok(())
    }

    fn names(&mut self, args: &InitArgs) -> Result<(), Failure> {
        self.take(&Key::Environment, args.environment.as_deref())?;
        for said in &args.schema {
            let (name, schema) = pair("schema", said)?;
            self.take(&Key::Schema(name.into()), Some(schema))?;
        }
        for said in &args.user {
            let (name, user) = pair("user", said)?;
            self.take(&Key::User(name.into()), Some(user))?;
        }
        if !args.account_host.is_empty() {
            self.take(&Key::Hosts, Some(&args.account_host.join(",")))?;
        }
        self.take(&Key::RequireTls, args.require_tls.then_some("yes"))?;
        self.take(&Key::Passwords, args.change_passwords.then_some("change"))?;
        if !args.without.is_empty() {
            self.take(&Key::Create, Some(&format!("all without {}", args.without.join(", "))))?;
        }
        self.take(&Key::Administrator, args.administrator.as_deref())?;
        self.take(&Key::Email, args.email.as_deref())?;
        let migrations = args.migrations.as_deref().map(absolute).transpose()?;
        self.take(&Key::Migrations, migrations.map(|path| path.display().to_string()).as_deref())
    }

    fn line(&mut self) -> Result<SecretSource, Failure> {
        let missing = || Failure::Usage("standard input has fewer lines than passwords were announced".to_owned());
        self.lines.pop().map(SecretSource::Literal).ok_or_else(missing)
    }
}

/// All lines of standard input, last line first.
fn lines() -> Result<Vec<SecretString>, Failure> {
    let lines: std::io::Result<Vec<String>> = std::io::stdin().lock().lines().collect();
    let lines = lines.context("cannot read the passwords from standard input")?;
    Ok(lines.into_iter().rev().map(SecretString::from).collect())
}

fn pair<'a>(option: &str, said: &'a str) -> Result<(&'a str, &'a str), Failure> {
    let parts = said.split_once('=').filter(|(name, value)| !name.is_empty() && !value.is_empty());
    parts.ok_or_else(|| Failure::Usage(format!("--{option} takes a database and a value, as in client=…")))
}

/// The configuration is read from anywhere.
fn absolute(path: &Path) -> Result<PathBuf, Failure> {
    Ok(std::path::absolute(path).with_context(|| format!("no such path: {}", path.display()))?)
}
