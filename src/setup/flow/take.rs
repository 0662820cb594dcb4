//! What each question takes: text is checked and becomes a part of the answers, or is refused in a sentence.

use std::path::PathBuf;

use super::question::Key;
use super::words::{
    ENVIRONMENTS, NO_HOST, OTHER_HOST, OTHER_SOCKET, TLS_MODES, create, host_and_port, hosts, one_of, passwords, path,
    yes_or_no,
};
use super::{Flow, check};
use crate::config::{Endpoint, Tls};
use crate::secret::{ExposeSecret as _, SecretSource, SecretString};
use crate::setup::DatabaseAnswer;
use crate::setup::answers::Secret;
use crate::units::DatabaseName;

impl Flow {
    /// Takes an answer. What it changes in other questions is seen in [`Flow::questions`].
    ///
    /// # Errors
    /// What is wrong with it, in a sentence; the question keeps it, and its answer from before.
    pub fn set(&mut self, key: &Key, text: &str) -> Result<(), String> {
        let taken = self.take(key, text);
        match &taken {
            Ok(()) => drop(self.mistakes.remove(key)),
            Err(sentence) => drop(self.mistakes.insert(key.clone(), sentence.clone())),
        }
        taken
    }

    /// Takes a password, from wherever it comes; [`SecretSource::None`] generates it, or is no password for the login.
    pub fn set_secret(&mut self, key: &Key, source: SecretSource) {
        let account = match key {
            Key::AdminPassword => {
                self.answers.admin.secret = source;
                return;
            }
            Key::OperatorPassword => self.answers.operator.as_mut(),
            Key::Password(name) => self.database(name).map(|database| &mut database.account),
            _ => None,
        };
        if let Some(account) = account {
            let given = !matches!(source, SecretSource::None);
            account.secret = if given { Secret::Given(source) } else { Secret::Generated };
        }
    }

    /// Takes a password that was typed; empty changes nothing.
    pub fn type_secret(&mut self, key: &Key, typed: SecretString) {
        if !typed.expose_secret().is_empty() {
            self.set_secret(key, SecretSource::Literal(typed));
        }
    }

    fn database(&mut self, name: &DatabaseName) -> Option<&mut DatabaseAnswer> {
        self.answers.databases.iter_mut().find(|database| database.name == *name)
    }

    fn take(&mut self, key: &Key, text: &str) -> Result<(), String> {
        match key {
            Key::Server => self.take_server(text),
            Key::Socket => self.take_socket(text),
            Key::Host => self.take_host(text),
            Key::Port => self.take_port(text),
            Key::Tls => one_of("mode of encryption", &TLS_MODES, text).map(|mode| {
                self.answers.tls = Tls { mode, ..self.answers.tls.clone() };
            }),
            Key::AdminUser => check::user(text).map(|user| self.answers.admin.user = user),
            Key::Operator => self.take_operator(text),
            Key::Schema(name) => {
                let schema = check::schema(text)?;
                self.database(name).map(|database| database.schema = schema).ok_or_else(|| unknown(name))
            }
            Key::User(name) => {
                let user = check::user(text)?;
                self.database(name).map(|database| database.account.user = user).ok_or_else(|| unknown(name))
            }
            Key::AdminPassword | Key::Password(_) | Key::OperatorPassword => {
                self.type_secret(key, text.into());
                Ok(())
            }
            key => self.take_whole(key, text),
        }
    }

    fn take_whole(&mut self, key: &Key, text: &str) -> Result<(), String> {
        let answers = &mut self.answers;
        match key {
            Key::Environment => answers.environment = one_of("environment", &ENVIRONMENTS, text)?,
            Key::Hosts => answers.hosts = hosts(text)?,
            Key::RequireTls => answers.require_tls = yes_or_no(text)?,
            Key::Passwords => answers.passwords = passwords(text)?,
            Key::Create => answers.create = create(text)?,
            Key::Administrator => answers.administrator.name = check::one_line("an administrator", text, 50)?,
            Key::Email => answers.administrator.email = check::email(text)?,
            Key::Migrations => answers.migrations = path(text),
            Key::Config => answers.config = path(text).ok_or("the configuration needs a file")?,
            _ => {}
        }
        Ok(())
    }

    fn take_server(&mut self, text: &str) -> Result<(), String> {
        let endpoint = match text {
            OTHER_SOCKET => Endpoint::Socket(PathBuf::new()),
            OTHER_HOST => Endpoint::Tcp { host: String::new(), port: 3306 },
            text => {
                let known = self.servers.iter().find(|server| server.to_string() == text);
                known.cloned().ok_or_else(|| format!("no server was found at {text:?}"))?
            }
        };
        self.move_to(endpoint);
        Ok(())
    }

    fn take_socket(&mut self, text: &str) -> Result<(), String> {
        let path = path(text).filter(|path| path.is_absolute());
        let path = path.ok_or("a socket is a file, with its whole path, such as /run/mysqld/mysqld.sock")?;
        self.move_to(Endpoint::Socket(path));
        Ok(())
    }

    fn take_host(&mut self, text: &str) -> Result<(), String> {
        let host = check::host(text).map_err(|_| NO_HOST.to_owned())?;
        let port = host_and_port(&self.answers.endpoint).1;
        self.move_to(Endpoint::Tcp { host, port });
        Ok(())
    }

    fn take_port(&mut self, text: &str) -> Result<(), String> {
        let port = text.trim().parse().ok().filter(|port| *port > 0);
        let port = port.ok_or("a port is a number from 1 to 65535")?;
        self.move_to(Endpoint::Tcp { host: host_and_port(&self.answers.endpoint).0, port });
        Ok(())
    }

    /// Another server: what was found on the one before says nothing any more.
    fn move_to(&mut self, endpoint: Endpoint) {
        if endpoint != self.answers.endpoint {
            self.answers.endpoint = endpoint;
            self.answers.hosts.clear();
            self.found = None;
        }
    }

    fn take_operator(&mut self, text: &str) -> Result<(), String> {
        if text.trim() == "none" {
            self.aside = self.answers.operator.take().or(self.aside.take());
            return Ok(());
        }
        let user = check::user(text)?;
        self.answers.operator = self.answers.operator.take().or(self.aside.take());
        let operator = self.answers.operator.as_mut().ok_or("there is no account for dbdeck to begin with")?;
        operator.user = user;
        Ok(())
    }
}

fn unknown(name: &DatabaseName) -> String {
    format!("there is no database {name} among the answers")
}
