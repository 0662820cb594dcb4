//! The service's databases as they are at home: their names, accounts, pools and tables. All of it can be answered
//! otherwise; only which tables belong to which database cannot.

use crate::config::Pool;

/// One of the service's databases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Database {
    /// Its key in the configuration.
    pub name: &'static str,
    /// Its usual name on the server.
    pub schema: &'static str,
    /// The usual name of the service's account for it.
    pub user: &'static str,
    /// The service's pool.
    pub pool: Pool,
    /// The statements that make its tables.
    pub tables: &'static str,
    /// Those that fill in its default rows.
    pub rows: Option<&'static str>,
}

/// What clients see.
pub const CLIENT: Database = Database {
    name: "client",
    schema: "comfyui_client",
    user: "comfyui_client_user",
    pool: Pool { size: 10, max_overflow: 20 },
    tables: include_str!("../../schema/client_database.sql"),
    rows: None,
};
/// What administrators see.
pub const ADMIN: Database = Database {
    name: "admin",
    schema: "comfyui_admin",
    user: "comfyui_admin_user",
    pool: Pool { size: 5, max_overflow: 10 },
    tables: include_str!("../../schema/admin_database.sql"),
    rows: Some(include_str!("../../schema/default_data.sql")),
};
/// What both see.
pub const SHARED: Database = Database {
    name: "shared",
    schema: "comfyui_shared",
    user: "comfyui_shared_user",
    pool: Pool { size: 15, max_overflow: 30 },
    tables: include_str!("../../schema/shared_database.sql"),
    rows: None,
};
/// All three.
pub const DATABASES: [Database; 3] = [CLIENT, ADMIN, SHARED];

/// The account that dbdeck itself uses.
pub const OPERATOR: &str = "dbdeck_operator";

/// dbdeck's own record of what it does.
pub const RECORD: &str = include_str!("../../schema/dbdeck_ledger.sql");

/// The database of the service that is configured under this name.
pub fn database(name: &str) -> Option<&'static Database> {
    DATABASES.iter().find(|database| database.name == name)
}
