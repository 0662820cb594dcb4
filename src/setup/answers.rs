//! Everything that is chosen before anything is done, with the usual choices filled in.
//!
//! Pure data. A generated password is drawn when the answers are made, so that all that follows from them is a function
//! of them. Deliberately absent: several servers at once. The databases that are set up together are on one; those of
//! the configuration that are elsewhere are left as they are.

use std::path::PathBuf;

use super::service::{self, DATABASES, Database};
use crate::config::{Account, Config, Endpoint, Environment, Pool, Target, Tls};
use crate::secret::{SecretSource, SecretString};
use crate::server::dialect::SOCKETS;
use crate::units::DatabaseName;

/// What was chosen.
#[derive(Debug, Clone)]
pub struct Answers {
    /// Where the server listens.
    pub endpoint: Endpoint,
    /// How the way there is encrypted.
    pub tls: Tls,
    /// Who may create accounts there; used for this run and stored nowhere.
    pub admin: Account,
    /// What kind of installation it becomes.
    pub environment: Environment,
    /// The databases, in the order of the configuration.
    pub databases: Vec<DatabaseAnswer>,
    /// The account that dbdeck itself will use; `None` leaves it with those of the service.
    pub operator: Option<AccountAnswer>,
    /// From where the accounts may log in; empty until the server has said from where this machine does.
    pub hosts: Vec<String>,
    /// Whether the accounts may log in over an encrypted connection only.
    pub require_tls: bool,
    /// What becomes of an account that is there with another password.
    pub passwords: Passwords,
    /// Which parts are made.
    pub create: Create,
    /// Who administers the service's site.
    pub administrator: Administrator,
    /// The migration files, when there are any.
    pub migrations: Option<PathBuf>,
    /// The configuration file.
    pub config: PathBuf,
}

/// One database.
#[derive(Debug, Clone)]
pub struct DatabaseAnswer {
    /// Its key in the configuration.
    pub name: DatabaseName,
    /// Its name on the server.
    pub schema: String,
    /// The service's account for it.
    pub account: AccountAnswer,
    /// The service's pool.
    pub pool: Pool,
}

/// An account that dbdeck makes.
#[derive(Debug, Clone)]
pub struct AccountAnswer {
    /// The user's name.
    pub user: String,
    /// Which of the two passwords it gets.
    pub secret: Secret,
    /// The generated one, whether it is used or not.
    pub drawn: SecretString,
}

/// Where the password of an account comes from.
#[derive(Debug, Clone)]
pub enum Secret {
    /// It is generated and written into the configuration file.
    Generated,
    /// It is given, and the configuration says from where.
    Given(SecretSource),
}

/// What becomes of an account that is there with another password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Passwords {
    /// It is named, and left.
    #[default]
    Keep,
    /// It gets the password of the configuration.
    Change,
}

/// Which parts are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools)] // what is made and what is not, each for itself
pub struct Create {
    /// Accounts with their rights.
    pub accounts: bool,
    /// The service's tables.
    pub tables: bool,
    /// Their default rows.
    pub rows: bool,
    /// What the migration files change.
    pub migrations: bool,
    /// The tables of dbdeck's own record.
    pub record: bool,
    /// The administrator of the service's site.
    pub administrator: bool,
}

impl Create {
    /// Everything.
    pub const ALL: Self =
        Self { accounts: true, tables: true, rows: true, migrations: true, record: true, administrator: true };
}

/// Who administers the service's site. The password is generated, shown once, and kept nowhere but as its hash.
#[derive(Debug, Clone)]
pub struct Administrator {
    /// The name to log in with.
    pub name: String,
    /// The mail address.
    pub email: String,
    /// The password, if the administrator is not there yet.
    pub drawn: SecretString,
}

impl Answers {
    /// The usual choices: the service's three databases on the server of this machine. `draw` makes a password.
    pub fn usual(config: PathBuf, mut draw: impl FnMut() -> SecretString) -> Self {
        Self {
            endpoint: Endpoint::Socket(PathBuf::from(SOCKETS[0])),
            tls: Tls::default(),
            admin: Account { user: "root".to_owned(), secret: SecretSource::None },
            environment: Environment::default(),
            databases: DATABASES.iter().map(|database| DatabaseAnswer::usual(database, draw())).collect(),
            operator: Some(AccountAnswer::generated(service::OPERATOR, draw())),
            hosts: Vec::new(),
            require_tls: false,
            passwords: Passwords::default(),
            create: Create::ALL,
            administrator: Administrator {
                name: "admin".to_owned(),
                email: "admin@localhost".to_owned(),
                drawn: draw(),
            },
            migrations: None,
            config,
        }
    }

    /// The usual choices, but for what a configuration has already: its databases on the server of the first, their
    /// accounts and the operator, with the passwords it says.
    pub fn of(config: &Config, mut draw: impl FnMut() -> SecretString) -> Self {
        let usual = Self::usual(config.path.clone(), &mut draw);
        let Some(first) = config.targets.first() else { return usual };
        let here: Vec<&Target> = config.targets.iter().filter(|target| target.endpoint == first.endpoint).collect();
        let known = |answer: &DatabaseAnswer| config.targets.iter().any(|target| target.name == answer.name);
        let databases = here.iter().map(|target| DatabaseAnswer::of(target, draw()));
        let databases = databases.chain(usual.databases.into_iter().filter(|answer| !known(answer))).collect();
        let operator = here.iter().find_map(|target| target.operator.as_ref());
        Self {
            endpoint: first.endpoint.clone(),
            tls: first.tls.clone(),
            environment: config.environment,
            operator: operator.map(|account| AccountAnswer::of(account, draw())).or(usual.operator),
            databases,
            ..usual
        }
    }

    /// Where the password of a user comes from. Who has several databases has one password.
    pub fn password(&self, user: &str) -> SecretSource {
        let account = self.accounts().into_iter().find(|account| account.user == user);
        account.map_or(SecretSource::None, AccountAnswer::source)
    }

    /// The database of that name.
    pub fn database(&self, name: &DatabaseName) -> Option<&DatabaseAnswer> {
        self.databases.iter().find(|database| database.name == *name)
    }

    /// The accounts that are made, each once: those of the databases in their order, the operator last.
    pub fn accounts(&self) -> Vec<&AccountAnswer> {
        let mut accounts: Vec<&AccountAnswer> = Vec::new();
        for account in self.databases.iter().map(|database| &database.account).chain(&self.operator) {
            if accounts.iter().all(|other| other.user != account.user) {
                accounts.push(account);
            }
        }
        accounts
    }
}

impl DatabaseAnswer {
    fn usual(database: &Database, drawn: SecretString) -> Self {
        Self {
            name: database.name.into(),
            schema: database.schema.to_owned(),
            account: AccountAnswer::generated(database.user, drawn),
            pool: database.pool,
        }
    }

    fn of(target: &Target, drawn: SecretString) -> Self {
        Self {
            name: target.name.clone(),
            schema: target.schema.clone(),
            account: AccountAnswer::of(&target.account, drawn),
            pool: target.pool,
        }
    }
}

impl AccountAnswer {
    /// An account with a generated password.
    pub fn generated(user: &str, drawn: SecretString) -> Self {
        Self { user: user.to_owned(), secret: Secret::Generated, drawn }
    }

    fn of(account: &Account, drawn: SecretString) -> Self {
        Self { user: account.user.clone(), secret: Secret::Given(account.secret.clone()), drawn }
    }

    /// Where its password comes from, as the configuration says it.
    pub fn source(&self) -> SecretSource {
        match &self.secret {
            Secret::Generated => SecretSource::Literal(self.drawn.clone()),
            Secret::Given(source) => source.clone(),
        }
    }
}
