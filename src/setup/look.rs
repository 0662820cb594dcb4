//! Looking at what is there: at the server as a whole, and at what the answers are about. Nothing is changed, but that
//! each account of the answers tries to log in.

use std::time::Duration;

use super::answers::{AccountAnswer, Answers, DatabaseAnswer};
use super::found::{
    Found, FoundAccount, FoundDatabase, FoundFile, FoundLogin, FoundMigrations, FoundServer, FoundTable,
};
use super::plan::configuration;
use super::schema::{DEFAULTS, Defaults};
use super::step::Subject;
use crate::config::write::disk;
use crate::config::{Endpoint, Tls};
use crate::migration::{Catalogue, History, Standing, compare};
use crate::secret::SecretSource;
use crate::server::conn::Session;
use crate::server::dialect::{SOCKETS, SYSTEM_SCHEMAS};
use crate::server::read::disk as space;
use crate::server::read::rights::{self, On};
use crate::server::row::Row;
use crate::server::{Budgets, Link, Login, ServerError, sql};

/// Long enough for a busy server.
const PATIENCE: Budgets = Budgets { connect: Duration::from_secs(10), query: Duration::from_secs(20) };

/// Longest wait of a statement for the lock of a table.
const LOCK_WAIT: Duration = Duration::from_secs(10);

/// Statements mean the same on every server; a backslash in a password escapes.
const SQL_MODE: &str = "SET SESSION sql_mode = 'STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION'";

/// Tables in which other tools record migrations.
const LEDGERS: [&str; 6] = [
    "schema_migrations",
    "flyway_schema_history",
    "goose_db_version",
    "_sqlx_migrations",
    "DATABASECHANGELOG",
    "alembic_version",
];

/// Why nothing could be learned.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LookError {
    /// The server, or what it refuses.
    #[error("{0}")]
    Server(#[from] ServerError),
    /// The configuration file is there and cannot be read.
    #[error("cannot read {path}: {reason}")]
    File {
        /// The file.
        path: String,
        /// The operating system's reason.
        reason: String,
    },
}

/// The sockets of servers that accept a connection on this machine.
pub fn servers() -> Vec<Endpoint> {
    let mut found: Vec<std::path::PathBuf> = Vec::new();
    for path in SOCKETS {
        let real = std::fs::canonicalize(path).unwrap_or_else(|_| path.into());
        if std::os::unix::net::UnixStream::connect(path).is_ok() && !found.contains(&real) {
            found.push(real);
        }
    }
    found.into_iter().map(Endpoint::Socket).collect()
}

/// The administrative login.
pub fn login(answers: &Answers) -> Login {
    let Answers { endpoint, tls, admin, .. } = answers;
    Login { endpoint: endpoint.clone(), tls: tls.clone(), user: admin.user.clone(), secret: admin.secret.clone() }
}

/// A connection of the administrative account, to look and to work.
///
/// # Errors
/// As [`Link::open`].
pub async fn connect(answers: &Answers) -> Result<Link, ServerError> {
    let mut link = Link::open_for(Session::Work { lock_wait: LOCK_WAIT }, &login(answers), PATIENCE).await?;
    link.execute(SQL_MODE).await?;
    Ok(link)
}

/// Looks at everything.
///
/// # Errors
/// [`LookError`].
pub async fn look(answers: &Answers) -> Result<Found, LookError> {
    let mut link = connect(answers).await?;
    look_with(&mut link, answers).await
}

/// Looks at everything over a connection that is there.
///
/// # Errors
/// [`LookError`].
pub async fn look_with(link: &mut Link, answers: &Answers) -> Result<Found, LookError> {
    let mut found = Found { server: server(link).await?, config: file(answers)?, ..Found::default() };
    for answer in &answers.databases {
        found.databases.insert(answer.name.clone(), database(link, answer).await?);
    }
    for answer in answers.accounts() {
        account(link, answers, answer, &mut found).await?;
    }
    found.migrations = migrations(link, answers, &found).await?;
    Ok(found)
}

/// Looks again at what a step is about.
///
/// # Errors
/// [`LookError`].
pub async fn again(link: &mut Link, answers: &Answers, subject: &Subject, found: &mut Found) -> Result<(), LookError> {
    match subject {
        Subject::Configuration => found.config = file(answers)?,
        Subject::Migrations => found.migrations = migrations(link, answers, found).await?,
        Subject::Account(user) => {
            found.accounts.retain(|(known, _), _| known != user);
            if let Some(answer) = answers.accounts().into_iter().find(|answer| answer.user == *user) {
                account(link, answers, answer, found).await?;
            }
        }
        Subject::Database(name)
        | Subject::Tables(name)
        | Subject::Rows(name)
        | Subject::Record(name)
        | Subject::Administrator(name) => {
            if let Some(answer) = answers.database(name) {
                found.databases.insert(name.clone(), database(link, answer).await?);
            }
        }
    }
    Ok(())
}

fn file(answers: &Answers) -> Result<FoundFile, LookError> {
    let path = &answers.config;
    let failed =
        |error: std::io::Error| LookError::File { path: path.display().to_string(), reason: error.to_string() };
    let read = disk::read(path).map_err(failed)?;
    Ok(read.map(|(text, exposed)| FoundFile { text: Some(text), exposed }).unwrap_or_default())
}

/// The files of the configuration as it will be, and what of them is applied.
async fn migrations(link: &mut Link, answers: &Answers, found: &Found) -> Result<FoundMigrations, ServerError> {
    // A configuration that cannot be written is said by its own step.
    let Ok(config) = configuration(answers, found) else { return Ok(FoundMigrations::default()) };
    let catalogue = Catalogue::read(&config);
    let mut standing = FoundMigrations { files: catalogue.files.len(), ..FoundMigrations::default() };
    standing.problems.extend(catalogue.problems.iter().map(ToString::to_string));
    for answer in &answers.databases {
        let exists = found.databases.get(&answer.name).is_some_and(|database| database.made.is_some());
        let history = if exists { History::read(link, &answer.schema).await? } else { History::default() };
        for entry in compare(&catalogue, &answer.name, &history).entries {
            let name = format!("{} on {}", entry.name, answer.name);
            match entry.standing {
                Standing::Missing { .. } => standing.problems.push(format!("{name} is applied, and its file is gone")),
                Standing::Edited { .. } => {
                    standing.problems.push(format!("{name} is applied, and its file is another one now"));
                }
                other if other.is_open() => standing.pending.push(name),
                _ => {}
            }
        }
    }
    Ok(standing)
}

async fn server(link: &mut Link) -> Result<FoundServer, ServerError> {
    let asked = "SELECT SUBSTRING_INDEX(USER(), '@', -1), @@global.character_set_server, \
                 @@global.collation_server, IF(@@global.time_zone = 'SYSTEM', @@system_time_zone, @@global.time_zone)";
    let rows = link.rows(asked).await?;
    let row = rows.first().ok_or_else(|| ServerError::Unexpected("no settings".to_owned()))?;
    let own = rights::read(link).await?;
    let caps = link.caps.clone();
    let schemas = names(link, &schemas()).await?;
    Ok(FoundServer {
        kind: caps.kind.to_string(),
        account: caps.account.clone(),
        here: row.text_or_empty(0),
        charset: (row.text_or_empty(1), row.text_or_empty(2)),
        time_zone: row.text_or_empty(3),
        binary_log: caps.binary_log,
        read_only: caps.read_only,
        tls: offers_tls(link).await?,
        literal_grants: caps.literal_grants,
        may_grant: own.has("CREATE USER", On::Server) && own.has("GRANT OPTION", On::Server),
        operator_rights: caps.operator_rights(),
        anonymous: names(link, "SELECT Host FROM mysql.user WHERE User = '' ORDER BY Host").await?,
        ledgers: names(link, &ledgers()).await?,
        disk: Some(space::read(link).await?),
        schemas,
    })
}

fn schemas() -> String {
    let own = sql::list(&SYSTEM_SCHEMAS);
    format!("SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME NOT IN ({own}) ORDER BY SCHEMA_NAME")
}

fn ledgers() -> String {
    let tables = sql::list(&LEDGERS);
    format!(
        "SELECT CONCAT(TABLE_SCHEMA, '.', TABLE_NAME) FROM information_schema.TABLES WHERE TABLE_NAME IN ({tables}) \
         ORDER BY 1"
    )
}

/// Newer servers have no `have_ssl`; there a certificate says it.
async fn offers_tls(link: &mut Link) -> Result<bool, ServerError> {
    let rows = link.rows("SHOW GLOBAL VARIABLES WHERE Variable_name IN ('have_ssl', 'ssl_cert')").await?;
    let value = |name: &str| rows.iter().find(|row| row.text_or_empty(0) == name).map(|row| row.text_or_empty(1));
    Ok(match value("have_ssl") {
        Some(said) => said == "YES",
        None => value("ssl_cert").is_some_and(|path| !path.is_empty()),
    })
}

async fn names(link: &mut Link, sql: &str) -> Result<Vec<String>, ServerError> {
    Ok(link.rows(sql).await?.iter().map(|row| row.text_or_empty(0)).collect())
}

async fn database(link: &mut Link, answer: &DatabaseAnswer) -> Result<FoundDatabase, ServerError> {
    let mut found = FoundDatabase { made: made(link, &answer.schema).await?, ..FoundDatabase::default() };
    if found.made.is_none() {
        return Ok(found);
    }
    tables(link, &answer.schema, &mut found).await?;
    for defaults in DEFAULTS.iter().filter(|defaults| found.tables.contains_key(defaults.table)) {
        let keys = keys(link, &answer.schema, defaults).await?;
        found.rows.insert(defaults.what.to_owned(), keys);
    }
    if found.tables.contains_key("admin_users") {
        let asked = format!("SELECT username FROM {}.admin_users", sql::ident(&answer.schema));
        found.administrators = names(link, &asked).await?;
    }
    Ok(found)
}

async fn keys(link: &mut Link, schema: &str, defaults: &Defaults) -> Result<Vec<String>, ServerError> {
    names(link, &defaults.keys.replace("{}", &sql::ident(schema))).await
}

async fn made(link: &mut Link, schema: &str) -> Result<Option<(String, String)>, ServerError> {
    let asked = format!(
        "SELECT DEFAULT_CHARACTER_SET_NAME, DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA \
         WHERE SCHEMA_NAME = {}",
        sql::literal(schema)
    );
    let pair = |row: &Row| (row.text_or_empty(0), row.text_or_empty(1));
    Ok(link.rows(asked).await?.first().map(pair))
}

async fn tables(link: &mut Link, schema: &str, found: &mut FoundDatabase) -> Result<(), ServerError> {
    let schema = sql::literal(schema);
    let asked = format!("SELECT TABLE_NAME, ENGINE FROM information_schema.TABLES WHERE TABLE_SCHEMA = {schema}");
    for row in link.rows(asked).await? {
        let table = FoundTable { engine: row.text(1), columns: Vec::new() };
        found.tables.insert(row.text_or_empty(0), table);
    }
    let asked = format!("SELECT TABLE_NAME, COLUMN_NAME FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = {schema}");
    for row in link.rows(asked).await? {
        if let Some(table) = found.tables.get_mut(&row.text_or_empty(0)) {
            table.columns.push(row.text_or_empty(1));
        }
    }
    Ok(())
}

/// All accounts with the answer's user, also those from hosts that were not chosen.
async fn account(
    link: &mut Link,
    answers: &Answers,
    answer: &AccountAnswer,
    found: &mut Found,
) -> Result<(), ServerError> {
    let user = sql::literal(&answer.user);
    let rows = link.rows(format!("SELECT Host, ssl_type FROM mysql.user WHERE User = {user}")).await?;
    if rows.is_empty() {
        return Ok(());
    }
    let tried = try_login(answers, &answer.user).await;
    for row in rows {
        let host = row.text_or_empty(0);
        let Some(rights) = rights::read_of(link, &answer.user, &host).await? else { continue };
        let requires_tls = !row.text_or_empty(1).is_empty();
        let account = FoundAccount { login: tried.of(&host, &found.server.here), rights, requires_tls };
        found.accounts.insert((answer.user.clone(), host), account);
    }
    Ok(())
}

/// What came of a login with the chosen password.
struct Tried {
    /// The host of the account that the server took it for.
    matched: Option<String>,
    outcome: FoundLogin,
}

impl Tried {
    /// What it says of the account with this host. A refusal names no account: it counts for those that fit.
    fn of(&self, host: &str, here: &str) -> FoundLogin {
        match (&self.matched, &self.outcome) {
            (Some(matched), _) if matched != host => {
                FoundLogin::Untried(format!("from here the server takes the one from {matched}"))
            }
            (_, FoundLogin::Refused(_)) if host != here && host != "%" => {
                FoundLogin::Untried(format!("it logs in from {host}, and this is {here}"))
            }
            _ => self.outcome.clone(),
        }
    }
}

async fn try_login(answers: &Answers, user: &str) -> Tried {
    let secret = answers.password(user);
    match open_as(&answers.endpoint, &answers.tls, user, secret).await {
        Ok(link) => {
            let (matched_user, host) = link.caps.account.rsplit_once('@').unwrap_or((&link.caps.account, "%"));
            if matched_user == user {
                return Tried { matched: Some(host.to_owned()), outcome: FoundLogin::Works };
            }
            let why = format!("from here the server takes the anonymous account {:?}", link.caps.account);
            Tried { matched: None, outcome: FoundLogin::Untried(why) }
        }
        Err(ServerError::Refused { message, .. }) => Tried { matched: None, outcome: FoundLogin::Refused(message) },
        Err(error) => Tried { matched: None, outcome: FoundLogin::Untried(error.to_string()) },
    }
}

async fn open_as(endpoint: &Endpoint, tls: &Tls, user: &str, secret: SecretSource) -> Result<Link, ServerError> {
    let login = Login { endpoint: endpoint.clone(), tls: tls.clone(), user: user.to_owned(), secret };
    Link::open(&login, PATIENCE).await
}
