//! The service's three databases on a demo server: made, filled with tables, and given their accounts.

use std::fmt::Write as _;
use std::io::Read as _;

use crate::secret::{ExposeSecret as _, SecretString};
use crate::server::sql::{grant_pattern, ident, literal};
use crate::server::{Link, ServerError, script};

/// One of the service's databases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Database {
    /// Its key in the configuration.
    pub name: &'static str,
    /// Its name on the server.
    pub schema: &'static str,
    /// The service's account for it.
    pub user: &'static str,
    /// The service's pool: connections it keeps and connections it may add.
    pub pool: (u32, u32),
    /// The statements that make its tables, and its default rows.
    scripts: &'static [&'static str],
    /// Its tables that are partitioned by day.
    pub partitioned: &'static [&'static str],
}

/// What clients see.
pub const CLIENT: Database = Database {
    name: "client",
    schema: "comfyui_client",
    user: "comfyui_client_user",
    pool: (10, 20),
    scripts: &[include_str!("../../schema/client_database.sql")],
    partitioned: &["client_access_logs"],
};
/// What administrators see.
pub const ADMIN: Database = Database {
    name: "admin",
    schema: "comfyui_admin",
    user: "comfyui_admin_user",
    pool: (5, 10),
    scripts: &[include_str!("../../schema/admin_database.sql"), include_str!("../../schema/default_data.sql")],
    partitioned: &["performance_metrics", "system_logs"],
};
/// What both see.
pub const SHARED: Database = Database {
    name: "shared",
    schema: "comfyui_shared",
    user: "comfyui_shared_user",
    pool: (15, 30),
    scripts: &[include_str!("../../schema/shared_database.sql")],
    partitioned: &[],
};
/// All three.
pub const DATABASES: [Database; 3] = [CLIENT, ADMIN, SHARED];

/// The account that dbdeck itself uses.
pub const OPERATOR: &str = "dbdeck_operator";

const CHANGE_ROWS: &str = "SELECT, INSERT, UPDATE, DELETE";
/// Cleanup deletes and drops partitions, maintenance rebuilds, and the record has tables of its own.
const OPERATE: &str = "SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, DROP, INDEX";
const DAY: i64 = 86_400;

impl Database {
    /// Creates the database and its tables; a second time changes nothing.
    ///
    /// # Errors
    /// The server's, at the first statement it refuses.
    pub async fn create(&self, root: &mut Link) -> Result<(), ServerError> {
        let name = ident(self.schema);
        root.execute(format!("CREATE DATABASE IF NOT EXISTS {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci"))
            .await?;
        root.execute(format!("USE {name}")).await?;
        for text in self.scripts {
            let statements = script::split(text, script::Options::default());
            let statements = statements.map_err(|error| ServerError::Unexpected(error.to_string()))?;
            for statement in statements {
                root.execute(statement.text).await?;
            }
        }
        Ok(())
    }

    /// Splits the catch-all of the partitioned tables into days, from the day that begins at `first` (Unix time) on.
    ///
    /// # Errors
    /// The server's.
    pub async fn partition(&self, root: &mut Link, first: i64, days: i64) -> Result<(), ServerError> {
        for table in self.partitioned {
            let mut sql = format!("ALTER TABLE {}.{table} REORGANIZE PARTITION p_future INTO (", ident(self.schema));
            for begin in (0..days).map(|day| first + day * DAY) {
                let name = chrono::DateTime::from_timestamp(begin, 0).unwrap_or_default().format("p%Y%m%d");
                let _ = write!(sql, "PARTITION {name} VALUES LESS THAN ({}), ", begin + DAY);
            }
            sql.push_str("PARTITION p_future VALUES LESS THAN MAXVALUE)");
            root.execute(sql).await?;
        }
        Ok(())
    }
}

/// An account of the demo with its password.
#[derive(Debug, Clone)]
pub struct DemoAccount {
    /// The user's name.
    pub user: &'static str,
    /// Drawn from the operating system, for this server only.
    pub password: SecretString,
}

impl DemoAccount {
    /// An account that does not exist yet.
    ///
    /// # Errors
    /// When the operating system has no randomness.
    pub fn draw(user: &'static str) -> std::io::Result<Self> {
        let mut bytes = [0_u8; 16];
        std::fs::File::open("/dev/urandom")?.read_exact(&mut bytes)?;
        let mut password = String::new();
        for byte in bytes {
            // Writing to a string cannot fail.
            let _ = write!(password, "{byte:02x}");
        }
        Ok(Self { user, password: password.into() })
    }

    async fn create(&self, root: &mut Link, grants: &[String]) -> Result<(), ServerError> {
        let account = format!("{}@'localhost'", literal(self.user));
        let password = literal(self.password.expose_secret());
        root.execute(format!("CREATE USER {account} IDENTIFIED BY {password}")).await?;
        for grant in grants {
            root.execute(format!("GRANT {grant} TO {account}")).await?;
        }
        Ok(())
    }
}

/// The service's accounts and dbdeck's own, in the order of [`DATABASES`], the operator last.
///
/// # Errors
/// The server's, or [`ServerError::Secret`] when no password could be drawn.
pub async fn create_accounts(root: &mut Link) -> Result<Vec<DemoAccount>, ServerError> {
    let rows_of = |database: Database| format!("{CHANGE_ROWS} ON {}.*", grant_pattern(database.schema));
    let rights = [
        (CLIENT.user, vec![rows_of(CLIENT), rows_of(SHARED)]),
        (ADMIN.user, vec![format!("ALL PRIVILEGES ON {}.*", grant_pattern(ADMIN.schema)), rows_of(SHARED)]),
        (SHARED.user, vec![rows_of(SHARED)]),
        (OPERATOR, operator_rights(root)),
    ];
    let mut accounts = Vec::new();
    for (user, grants) in rights {
        let account = DemoAccount::draw(user).map_err(|error| ServerError::Secret(error.to_string()))?;
        account.create(root, &grants).await?;
        accounts.push(account);
    }
    Ok(accounts)
}

/// What it takes to look at everything and to do what the operations do, and no more: it creates no account and grants
/// no right.
fn operator_rights(root: &Link) -> Vec<String> {
    let work = |database: Database| format!("{OPERATE} ON {}.*", grant_pattern(database.schema));
    let mut rights: Vec<String> = DATABASES.map(work).into();
    for right in ["PROCESS", root.caps.replica_right, root.caps.binary_log_right, root.caps.kill_right] {
        rights.push(format!("{right} ON *.*"));
    }
    rights.push("SELECT ON `performance\\_schema`.*".to_owned());
    rights.extend(["SELECT ON mysql.slow_log", "SELECT ON mysql.innodb_table_stats"].map(str::to_owned));
    rights
}
