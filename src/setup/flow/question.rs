//! The questions as data: what is asked, how the answer is given, and what it means.

use super::Stage;
use crate::units::DatabaseName;

/// One question with its present answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Which.
    pub key: Key,
    /// What is asked, in a few words.
    pub label: String,
    /// What it means and what is usual, in a sentence or two.
    pub help: &'static str,
    /// How the answer is given.
    pub kind: Kind,
    /// The present answer as text; of a secret, where it comes from.
    pub value: String,
    /// What is wrong with what was last entered.
    pub mistake: Option<String>,
}

/// How an answer is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A line of text.
    Text,
    /// A password, without echo; empty keeps what [`Question::value`] says.
    Secret,
    /// One of these words, each with what it means.
    Choice(Vec<(String, String)>),
}

/// Which question.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// Which of the servers that were found, or another one.
    Server,
    /// The socket of another one.
    Socket,
    /// The host of another one.
    Host,
    /// Its port.
    Port,
    /// How the way there is encrypted.
    Tls,
    /// The administrative account.
    AdminUser,
    /// Its password.
    AdminPassword,
    /// What kind of installation it becomes.
    Environment,
    /// A database's name on the server.
    Schema(DatabaseName),
    /// The service's account for a database.
    User(DatabaseName),
    /// That account's password.
    Password(DatabaseName),
    /// The account that dbdeck itself uses.
    Operator,
    /// Its password.
    OperatorPassword,
    /// From where the accounts may log in.
    Hosts,
    /// Whether they need an encrypted connection.
    RequireTls,
    /// What becomes of accounts with another password.
    Passwords,
    /// What is made.
    Create,
    /// The administrator of the service's site.
    Administrator,
    /// Their mail address.
    Email,
    /// The migration files.
    Migrations,
    /// The configuration file.
    Config,
}

impl Key {
    /// The stage that asks it.
    pub fn stage(&self) -> Stage {
        match self {
            Self::Server | Self::Socket | Self::Host | Self::Port | Self::Tls => Stage::Server,
            Self::AdminUser | Self::AdminPassword => Stage::Admin,
            _ => Stage::Names,
        }
    }

    /// The option of the command line that answers it. Passwords are named by where they come from, with `-file`, `-env`
    /// or `-stdin` behind this.
    pub fn flag(&self) -> &'static str {
        match self {
            Self::Server | Self::Socket => "socket",
            Self::Host => "host",
            Self::Port => "port",
            Self::Tls => "tls",
            Self::AdminUser => "admin-user",
            Self::AdminPassword => "admin-password",
            Self::Environment => "environment",
            Self::Schema(_) => "schema",
            Self::User(_) => "user",
            Self::Password(_) => "password",
            Self::Operator => "operator",
            Self::OperatorPassword => "operator-password",
            Self::Hosts => "account-host",
            Self::RequireTls => "require-tls",
            Self::Passwords => "change-passwords",
            Self::Create => "without",
            Self::Administrator => "administrator",
            Self::Email => "email",
            Self::Migrations => "migrations",
            Self::Config => "config",
        }
    }

    /// Whether it is a password.
    pub fn is_secret(&self) -> bool {
        matches!(self, Self::AdminPassword | Self::Password(_) | Self::OperatorPassword)
    }

    pub(super) fn label(&self) -> String {
        match self {
            Self::Server => "Server".to_owned(),
            Self::Socket => "Socket".to_owned(),
            Self::Host => "Host".to_owned(),
            Self::Port => "Port".to_owned(),
            Self::Tls => "Encryption".to_owned(),
            Self::AdminUser => "Administrative account".to_owned(),
            Self::AdminPassword => "Its password".to_owned(),
            Self::Environment => "Environment".to_owned(),
            Self::Schema(name) => format!("Database of {name}"),
            Self::User(name) => format!("Account of {name}"),
            Self::Password(name) => format!("Password of {name}"),
            Self::Operator => "Account of dbdeck".to_owned(),
            Self::OperatorPassword => "Password of dbdeck".to_owned(),
            Self::Hosts => "They log in from".to_owned(),
            Self::RequireTls => "Encrypted only".to_owned(),
            Self::Passwords => "Other passwords".to_owned(),
            Self::Create => "Make".to_owned(),
            Self::Administrator => "Administrator".to_owned(),
            Self::Email => "Mail address".to_owned(),
            Self::Migrations => "Migration files".to_owned(),
            Self::Config => "Configuration file".to_owned(),
        }
    }

    pub(super) fn help(&self) -> &'static str {
        match self {
            Self::Server => "The servers that answer on this machine. Choose another one to name its socket or host.",
            Self::Socket => "The file that the server listens on; `SELECT @@socket` on the server says which.",
            Self::Host => "The name or address of the server's machine.",
            Self::Port => "The server's TCP port; 3306 unless somebody changed it.",
            Self::Tls => "Whether passwords and data cross the network encrypted, and how much is checked.",
            Self::AdminUser => {
                "An account that may create databases and accounts. It is used now and stored nowhere; root of this \
                 machine usually gets in by the socket."
            }
            Self::AdminPassword => "Leave it empty when the account needs none (root by the socket).",
            Self::Environment => "Production is marked on every screen and asks more before it changes anything.",
            Self::Schema(_) => "The name of the database on the server. One that is there already is kept.",
            Self::User(_) => "The account that the service itself uses for this database.",
            Self::Password(_) => {
                "Leave it empty for a generated one: 24 letters and digits, written into the configuration."
            }
            Self::Operator => {
                "The account that dbdeck uses for its own work; `none` leaves it with those of the service."
            }
            Self::OperatorPassword => "Leave it empty for a generated one, written into the configuration.",
            Self::Hosts => {
                "From where the accounts may log in, separated by commas: localhost, addresses, names; % is everywhere."
            }
            Self::RequireTls => "Whether the server refuses these accounts on a connection that is not encrypted.",
            Self::Passwords => {
                "An account that is there with another password is kept as it is, or gets the one above."
            }
            Self::Create => "What is made besides databases: all, or all without the parts that you name.",
            Self::Administrator => "Who logs in to the service's site first. The password is generated and shown once.",
            Self::Email => "The administrator's mail address.",
            Self::Migrations => "The directory of the migration files; empty when there are none.",
            Self::Config => "Where dbdeck's configuration is written. What is not dbdeck's in it stays as it is.",
        }
    }
}
