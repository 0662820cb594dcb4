//! One connection whose every wait has a budget.
//!
//! After a missed budget the connection is dropped and every later call says [`ServerError::Lost`]: a late answer can
//! never be taken for the answer to another question. Dropping a waiting query leaves it running on the server, so
//! the session also carries the server's own statement limit (see [`super::dialect`]).

use std::future::Future;
use std::path::PathBuf;
use std::time::Duration;

use secrecy::ExposeSecret;
use sqlx::mysql::{MySqlConnectOptions, MySqlSslMode};
use sqlx::{AssertSqlSafe, ConnectOptions, Executor, MySqlConnection};

use super::caps::Caps;
use super::dialect;
use super::error::ServerError;
use super::row::Row;
use crate::config::{Account, Endpoint, Target, Tls, TlsMode};
use crate::secret::SecretSource;
use crate::units::ThreadId;

/// Where to, and as whom.
#[derive(Debug, Clone)]
pub struct Login {
    /// Where the server listens.
    pub endpoint: Endpoint,
    /// How the way there is encrypted; on a socket it is where the server offers it.
    pub tls: Tls,
    /// The user's name.
    pub user: String,
    /// Where the password comes from.
    pub secret: SecretSource,
}

impl Login {
    /// The login dbdeck uses for a target: the operator's account, else the service's own.
    pub fn of(target: &Target) -> Self {
        Self::with(target, target.login())
    }

    /// The login of the service itself.
    pub fn of_service(target: &Target) -> Self {
        Self::with(target, &target.account)
    }

    fn with(target: &Target, account: &Account) -> Self {
        Self {
            endpoint: target.endpoint.clone(),
            tls: target.tls.clone(),
            user: account.user.clone(),
            secret: account.secret.clone(),
        }
    }
}

/// The longest waits that are granted.
#[derive(Debug, Clone, Copy)]
pub struct Budgets {
    /// Resolve, connect, encrypt and log in, together.
    pub connect: Duration,
    /// One statement and its whole answer.
    pub query: Duration,
}

/// What a connection is for, which decides the limits of its session on the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Session {
    /// Reading figures: every statement ends within the budget.
    Look,
    /// Reading what an operation would do: as for figures, and the server refuses writes.
    Plan,
    /// An operation at work: a statement may take its time, a lock is waited for as long as this, in whole seconds.
    Work {
        /// Longest wait for a lock of a table or of a row, at least one second.
        lock_wait: Duration,
    },
}

/// An open connection.
pub struct Link {
    connection: Option<MySqlConnection>,
    budget: Duration,
    /// Where it leads.
    pub endpoint: Endpoint,
    /// Its id on the server.
    pub id: ThreadId,
    /// What this server can do, for this account.
    pub caps: Caps,
}

impl Link {
    /// Connects, logs in, finds out which server it is and sets the session's limits.
    ///
    /// # Errors
    /// [`ServerError::Unreachable`], [`ServerError::Refused`], [`ServerError::Budget`] or [`ServerError::Secret`].
    pub async fn open(login: &Login, budgets: Budgets) -> Result<Self, ServerError> {
        Self::open_for(Session::Look, login, budgets).await
    }

    /// As [`Link::open`], with a session of that kind.
    ///
    /// # Errors
    /// As [`Link::open`].
    pub async fn open_for(session: Session, login: &Login, budgets: Budgets) -> Result<Self, ServerError> {
        let secret = login.secret.fetch().await.map_err(|error| ServerError::Secret(error.to_string()))?;
        let options = options(login, secret.expose_secret());
        let failed = |error| ServerError::of_connect(error, login.endpoint.to_string(), &login.user);
        let connection = within(budgets.connect, async { options.connect().await.map_err(failed) }).await?;
        let mut link = Self {
            connection: Some(connection),
            budget: budgets.connect,
            endpoint: login.endpoint.clone(),
            id: ThreadId::default(),
            caps: Caps::default(),
        };
        link.introduce(session, budgets).await?;
        Ok(link)
    }

    async fn introduce(&mut self, session: Session, budgets: Budgets) -> Result<(), ServerError> {
        let rows = self.rows(dialect::WHICH_SERVER).await?;
        let (id, server) = dialect::recognise(&rows)?;
        self.id = id;
        self.execute(server.session(session, budgets.query)).await?;
        if session == Session::Plan {
            self.execute("SET SESSION TRANSACTION READ ONLY").await?;
        }
        let rows = self.rows(server.settings()).await?;
        self.caps = Caps::of(server, &rows)?;
        self.budget = budgets.query;
        Ok(())
    }

    /// All rows of one statement, in the text protocol.
    ///
    /// # Errors
    /// [`ServerError::Sql`] leaves the connection usable; every other error has closed it.
    pub async fn rows(&mut self, sql: impl AsRef<str> + Send) -> Result<Vec<Row>, ServerError> {
        let statement = AssertSqlSafe(sql.as_ref().to_owned());
        let rows = self.ask(async |connection| connection.fetch_all(sqlx::raw_sql(statement)).await).await?;
        Ok(rows.into_iter().map(Row).collect())
    }

    /// Runs one statement and returns the rows it affected.
    ///
    /// # Errors
    /// As [`Link::rows`].
    pub async fn execute(&mut self, sql: impl AsRef<str> + Send) -> Result<u64, ServerError> {
        let statement = AssertSqlSafe(sql.as_ref().to_owned());
        let result = self.ask(async |connection| connection.execute(sqlx::raw_sql(statement)).await).await?;
        Ok(result.rows_affected())
    }

    /// Grants later statements another budget.
    pub fn set_budget(&mut self, budget: Duration) {
        self.budget = budget;
    }

    /// Whether the connection can still be used.
    pub fn is_usable(&self) -> bool {
        self.connection.is_some()
    }

    /// Takes the connection out, and puts it back only after a complete answer: a future that is dropped half-way
    /// (a cancelled task) takes the connection with it.
    async fn ask<T>(
        &mut self,
        question: impl AsyncFnOnce(&mut MySqlConnection) -> Result<T, sqlx::Error>,
    ) -> Result<T, ServerError> {
        let Some(mut connection) = self.connection.take() else {
            return Err(ServerError::Lost { reason: "closed after an earlier failure".to_owned() });
        };
        let answer = async { question(&mut connection).await.map_err(ServerError::of_statement) };
        let answer = within(self.budget, answer).await;
        if answer.as_ref().err().is_none_or(ServerError::is_harmless) {
            self.connection = Some(connection);
        }
        answer
    }
}

async fn within<T>(budget: Duration, answer: impl Future<Output = Result<T, ServerError>>) -> Result<T, ServerError> {
    tokio::time::timeout(budget, answer).await.unwrap_or(Err(ServerError::Budget { budget }))
}

/// An empty password is sent as none: the driver would scramble it, and both servers refuse that. Nothing is set by the
/// driver on its own: [`super::dialect`] sets the whole session in one statement.
fn options(login: &Login, password: &str) -> MySqlConnectOptions {
    let options = MySqlConnectOptions::new()
        .username(&login.user)
        .pipes_as_concat(false)
        .no_engine_substitution(false)
        .timezone(None)
        .set_names(false)
        .statement_cache_capacity(0)
        .disable_statement_logging();
    let options = if password.is_empty() { options } else { options.password(password) };
    match &login.endpoint {
        // A socket needs no encryption, but the driver does: without it, it asks for a key to encrypt the password with,
        // where a server with `caching_sha2_password` expects the password itself, and refuses.
        Endpoint::Socket(path) => options.socket(path).ssl_mode(MySqlSslMode::Preferred),
        Endpoint::Tcp { host, port } => encrypted(options.host(host).port(*port), &login.tls),
    }
}

fn encrypted(mut options: MySqlConnectOptions, tls: &Tls) -> MySqlConnectOptions {
    let part = |path: &Option<PathBuf>| path.clone();
    if let Some(ca) = part(&tls.ca) {
        options = options.ssl_ca(ca);
    }
    if let Some(cert) = part(&tls.cert) {
        options = options.ssl_client_cert(cert);
    }
    if let Some(key) = part(&tls.key) {
        options = options.ssl_client_key(key);
    }
    options.ssl_mode(match tls.mode {
        TlsMode::Disabled => MySqlSslMode::Disabled,
        TlsMode::Preferred => MySqlSslMode::Preferred,
        TlsMode::Required => MySqlSslMode::Required,
        TlsMode::VerifyCa => MySqlSslMode::VerifyCa,
        TlsMode::VerifyIdentity => MySqlSslMode::VerifyIdentity,
    })
}
