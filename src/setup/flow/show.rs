//! What is asked in each stage, and what each question shows.

use super::question::{Key, Kind, Question};
use super::words::{ENVIRONMENTS, OTHER_HOST, OTHER_SOCKET, TLS_MODES, host_and_port, of_create};
use super::{Flow, Stage};
use crate::config::Endpoint;
use crate::secret::SecretSource;
use crate::setup::answers::{AccountAnswer, Answers, Passwords, Secret};

impl Flow {
    /// The questions of this stage, with their answers.
    pub fn questions(&self) -> Vec<Question> {
        self.keys().into_iter().map(|key| self.question(key)).collect()
    }

    fn keys(&self) -> Vec<Key> {
        match self.stage {
            Stage::Server => self.server_keys(),
            Stage::Admin => vec![Key::AdminUser, Key::AdminPassword],
            Stage::Names => self.name_keys(),
            _ => Vec::new(),
        }
    }

    fn server_keys(&self) -> Vec<Key> {
        let mut keys = vec![Key::Server];
        match &self.answers.endpoint {
            endpoint if self.servers.contains(endpoint) => {}
            Endpoint::Socket(_) => keys.push(Key::Socket),
            Endpoint::Tcp { .. } => keys.extend([Key::Host, Key::Port, Key::Tls]),
        }
        keys
    }

    fn name_keys(&self) -> Vec<Key> {
        let Answers { databases, operator, create, .. } = &self.answers;
        let mut keys = vec![Key::Environment];
        keys.extend(databases.iter().map(|database| Key::Schema(database.name.clone())));
        for database in databases {
            keys.extend([Key::User(database.name.clone()), Key::Password(database.name.clone())]);
        }
        keys.push(Key::Operator);
        keys.extend(operator.as_ref().map(|_| Key::OperatorPassword));
        keys.extend([Key::Hosts, Key::RequireTls, Key::Passwords, Key::Create]);
        if create.administrator {
            keys.extend([Key::Administrator, Key::Email]);
        }
        keys.extend([Key::Migrations, Key::Config]);
        keys
    }

    fn question(&self, key: Key) -> Question {
        let (label, help, kind, value) = (key.label(), key.help(), self.kind(&key), self.value(&key));
        let mistake = self.mistakes.get(&key).or_else(|| self.together.get(&key)).cloned();
        Question { key, label, help, kind, value, mistake }
    }

    fn kind(&self, key: &Key) -> Kind {
        let choice = |words: &[(&str, &str)]| {
            Kind::Choice(words.iter().map(|(word, what)| ((*word).to_owned(), (*what).to_owned())).collect())
        };
        match key {
            key if key.is_secret() => Kind::Secret,
            Key::Server => self.servers_to_choose(),
            Key::Tls => choice(&TLS_MODES.map(|(word, what, _)| (word, what))),
            Key::Environment => choice(&ENVIRONMENTS.map(|(word, what, _)| (word, what))),
            Key::RequireTls => choice(&[("no", "any connection will do"), ("yes", "encrypted ones only")]),
            Key::Passwords => choice(&[("keep", "named, and left as it is"), ("change", "given the password above")]),
            _ => Kind::Text,
        }
    }

    fn servers_to_choose(&self) -> Kind {
        let found = self.servers.iter().map(|server| (server.to_string(), "answers on this machine".to_owned()));
        let others = [(OTHER_SOCKET, "another socket of this machine"), (OTHER_HOST, "a server on the network")];
        Kind::Choice(found.chain(others.map(|(word, what)| (word.to_owned(), what.to_owned()))).collect())
    }

    fn value(&self, key: &Key) -> String {
        let Answers { endpoint, tls, admin, operator, administrator, .. } = &self.answers;
        match key {
            Key::Server => self.chosen_server(),
            Key::Socket => matches!(endpoint, Endpoint::Socket(_)).then(|| endpoint.to_string()).unwrap_or_default(),
            Key::Host => host_and_port(endpoint).0,
            Key::Port => host_and_port(endpoint).1.to_string(),
            Key::Tls => TLS_MODES.iter().find(|mode| mode.2 == tls.mode).map_or("", |mode| mode.0).to_owned(),
            Key::AdminUser => admin.user.clone(),
            Key::AdminPassword => of_source(&admin.secret, "none"),
            Key::Operator => operator.as_ref().map_or("none", |operator| &operator.user).to_owned(),
            Key::OperatorPassword => operator.as_ref().map(of_account).unwrap_or_default(),
            Key::Administrator => administrator.name.clone(),
            Key::Email => administrator.email.clone(),
            Key::Schema(name) => self.answers.database(name).map(|it| it.schema.clone()).unwrap_or_default(),
            Key::User(name) => self.answers.database(name).map(|it| it.account.user.clone()).unwrap_or_default(),
            Key::Password(name) => self.answers.database(name).map(|it| of_account(&it.account)).unwrap_or_default(),
            key => self.value_of_whole(key),
        }
    }

    /// The answers that are about the installation as a whole.
    fn value_of_whole(&self, key: &Key) -> String {
        let Answers { environment, hosts, require_tls, passwords, create, migrations, config, .. } = &self.answers;
        match key {
            Key::Environment => ENVIRONMENTS.iter().find(|it| it.2 == *environment).map_or("", |it| it.0).to_owned(),
            Key::Hosts => hosts.join(", "),
            Key::RequireTls => if *require_tls { "yes" } else { "no" }.to_owned(),
            Key::Passwords => if *passwords == Passwords::Change { "change" } else { "keep" }.to_owned(),
            Key::Create => of_create(*create),
            Key::Migrations => migrations.as_ref().map(|path| path.display().to_string()).unwrap_or_default(),
            Key::Config => config.display().to_string(),
            _ => String::new(),
        }
    }

    fn chosen_server(&self) -> String {
        match &self.answers.endpoint {
            endpoint if self.servers.contains(endpoint) => endpoint.to_string(),
            Endpoint::Socket(_) => OTHER_SOCKET.to_owned(),
            Endpoint::Tcp { .. } => OTHER_HOST.to_owned(),
        }
    }
}

fn of_account(account: &AccountAnswer) -> String {
    match &account.secret {
        Secret::Generated => "generated".to_owned(),
        Secret::Given(source) => of_source(source, "none"),
    }
}

fn of_source(source: &SecretSource, none: &str) -> String {
    match source {
        SecretSource::None => none.to_owned(),
        SecretSource::Literal(_) => "given".to_owned(),
        source => format!("from {source}"),
    }
}
