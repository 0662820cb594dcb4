//! The service's databases on a demo server. They are made as every installation is, by [`crate::setup`]; what is here is
//! the demo's own: an answer to every question, and partitions for the days of its history.

use std::path::PathBuf;

use tokio_util::sync::CancellationToken;

use super::launcher::PrivateServer;
use crate::secret::{SecretSource, SecretString};
use crate::server::sql::ident;
use crate::server::{Link, ServerError};
use crate::setup::answers::Create;
use crate::setup::password::Draw;
use crate::setup::run::{Run, RunError};
use crate::setup::{AccountAnswer, Answers};

pub use crate::setup::service::{ADMIN, CLIENT, DATABASES, Database, OPERATOR, SHARED};

/// The tables that are partitioned by day.
const PARTITIONED: [(Database, &str); 3] =
    [(CLIENT, "client_access_logs"), (ADMIN, "performance_metrics"), (ADMIN, "system_logs")];

const DAY: i64 = 86_400;

/// An account of the demo with its password.
#[derive(Debug, Clone)]
pub struct DemoAccount {
    /// The user's name.
    pub user: String,
    /// Drawn from the operating system, for this server only.
    pub password: SecretString,
}

impl DemoAccount {
    fn of(answer: &AccountAnswer) -> Self {
        Self { user: answer.user.clone(), password: answer.drawn.clone() }
    }
}

/// The usual answers, on this server. The administrators are in the history, and the tables of dbdeck's record are made
/// when somebody agrees to it, as anywhere.
///
/// # Errors
/// When the operating system has no randomness.
pub fn answers(server: &PrivateServer, config: PathBuf) -> std::io::Result<Answers> {
    let mut draw = Draw::new()?;
    // As many as there are accounts, and the administrator's, which is not used.
    let drawn: std::io::Result<Vec<SecretString>> = (0..=DATABASES.len() + 1).map(|_| draw.password()).collect();
    let mut drawn = drawn?.into_iter();
    let root = server.root();
    let usual = Answers::usual(config, || drawn.next().unwrap_or_default());
    let admin = crate::config::Account { user: root.user, secret: SecretSource::None };
    let create = Create { record: false, migrations: false, administrator: false, ..Create::ALL };
    Ok(Answers { endpoint: root.endpoint, admin, create, ..usual })
}

/// Makes the configuration, the databases, their tables and the accounts; a second time changes nothing.
///
/// # Errors
/// [`RunError`].
pub async fn create(answers: &Answers) -> Result<(), RunError> {
    let run = Run { answers, recording: None, stop: CancellationToken::new() };
    run.run(&mut |_| {}).await.map(drop)
}

/// The service's accounts and dbdeck's own, in the order of [`DATABASES`], the operator last.
pub fn accounts(answers: &Answers) -> Vec<DemoAccount> {
    answers.accounts().into_iter().map(DemoAccount::of).collect()
}

/// Splits the catch-all of the partitioned tables into days, from the day that begins at `first` (Unix time) on.
///
/// # Errors
/// The server's.
pub async fn partition(root: &mut Link, first: i64, days: i64) -> Result<(), ServerError> {
    for (database, table) in PARTITIONED {
        let days = (0..days).map(|day| first + day * DAY).map(|begin| {
            let name = chrono::DateTime::from_timestamp(begin, 0).unwrap_or_default().format("p%Y%m%d");
            format!("PARTITION {name} VALUES LESS THAN ({}), ", begin + DAY)
        });
        let schema = ident(database.schema);
        root.execute(format!(
            "ALTER TABLE {schema}.{table} REORGANIZE PARTITION p_future INTO ({}\
             PARTITION p_future VALUES LESS THAN MAXVALUE)",
            days.collect::<String>()
        ))
        .await?;
    }
    Ok(())
}
