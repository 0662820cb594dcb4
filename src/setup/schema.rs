//! What the program's own scripts make: their tables and columns, read from the scripts themselves, and the keys of the
//! default rows.
//!
//! The scripts are written one column a line; a test on real servers compares what is read here with what they make.

use super::service::{self, Database};
use crate::migration::tables;
use crate::server::script::{self, Options};

/// A table that a script makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// Its name.
    pub name: String,
    /// The statement that makes it.
    pub statement: String,
    /// Its columns with their definitions.
    pub columns: Vec<(String, String)>,
}

/// The tables of a database of the service, with those of the record of migrations, which every database has.
pub fn tables_of(database: Option<&Database>) -> Vec<Expected> {
    let mut expected: Vec<Expected> = tables::creation().iter().filter_map(|text| table(text)).collect();
    for table in database.map(|database| made_by(database.tables)).unwrap_or_default() {
        if expected.iter().all(|other| other.name != table.name) {
            expected.push(table);
        }
    }
    expected
}

/// The tables of dbdeck's own record.
pub fn tables_of_record() -> Vec<Expected> {
    made_by(service::RECORD)
}

/// The statements that fill in the default rows.
pub fn rows_of(database: &Database) -> Vec<String> {
    database.rows.map(statements).unwrap_or_default()
}

/// Default rows: the table, what reads their keys, and the keys.
pub struct Defaults {
    /// What they are.
    pub what: &'static str,
    /// The table that has to be there to ask.
    pub table: &'static str,
    /// Reads the keys of those that are there; `{}` is the database.
    pub keys: &'static str,
    /// All keys.
    pub expected: &'static [&'static str],
}

/// The default rows of the admin database.
pub const DEFAULTS: [Defaults; 3] = [
    Defaults {
        what: "settings",
        table: "system_configs",
        keys: "SELECT config_key FROM {}.system_configs",
        expected: &SETTINGS,
    },
    Defaults {
        what: "workflows",
        table: "workflow_templates",
        keys: "SELECT name FROM {}.workflow_templates",
        expected: &WORKFLOWS,
    },
    Defaults {
        what: "parameters of workflows",
        table: "workflow_parameters",
        keys: "SELECT DISTINCT w.name FROM {}.workflow_templates AS w \
               JOIN {}.workflow_parameters AS p ON p.workflow_id = w.id",
        expected: &WORKFLOWS,
    },
];

const SETTINGS: [&str; 16] = [
    "system.name",
    "system.version",
    "task.default_priority",
    "task.max_concurrent",
    "file.max_size",
    "api.rate_limit",
    "site_name",
    "default_language",
    "client_daily_quota",
    "max_upload_size_mb",
    "max_queue_length",
    "task_timeout_seconds",
    "node_heartbeat_seconds",
    "client_retention_days",
    "temporary_file_hours",
    "maintenance_mode",
];

const WORKFLOWS: [&str; 3] = ["sdxl_text_to_image", "flux_text_to_image", "svd_image_to_video"];

fn made_by(script: &str) -> Vec<Expected> {
    statements(script).iter().filter_map(|text| table(text)).collect()
}

fn statements(script: &str) -> Vec<String> {
    // The scripts are the program's own, and tests read them.
    let statements = script::split(script, Options::default()).unwrap_or_default();
    statements.iter().map(|statement| statement.text.to_owned()).collect()
}

/// Reads `CREATE TABLE IF NOT EXISTS name (` and its columns.
fn table(statement: &str) -> Option<Expected> {
    let (head, body) = statement.split_once('\n')?;
    let name = head.strip_prefix("CREATE TABLE IF NOT EXISTS ")?.strip_suffix(" (")?;
    let lines = body.lines().take_while(|line| line.starts_with("  "));
    let columns = lines.filter_map(|line| column(line.trim().trim_end_matches(','))).collect();
    Some(Expected { name: name.to_owned(), statement: statement.to_owned(), columns })
}

/// A column's name and definition; `None` for a key.
fn column(line: &str) -> Option<(String, String)> {
    let (name, rest) = line.split_once(char::is_whitespace)?;
    let is_column = name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    let definition = rest.split_whitespace().collect::<Vec<_>>().join(" ");
    is_column.then(|| (name.to_owned(), definition))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::setup::service::{ADMIN, CLIENT, DATABASES, SHARED};

    #[test]
    fn the_scripts_make_the_tables_of_the_service() {
        let check = |database: &Database, count: usize, table: &str, columns: usize| {
            let tables = tables_of(Some(database));
            assert_eq!(tables.len(), count, "{}", database.name);
            let found = tables.iter().find(|expected| expected.name == table).unwrap();
            assert_eq!(found.columns.len(), columns, "{table}: {:?}", found.columns);
        };
        // The service's own, the history of migrations, and the steps of migrations.
        check(&CLIENT, 6 + 2, "client_users", 15);
        check(&ADMIN, 9 + 1 + 2, "admin_users", 13);
        check(&SHARED, 7 + 2, "system_statistics", 15);
        assert_eq!(tables_of(None).len(), 2);
        assert_eq!(tables_of_record().len(), 2);
        for table in DATABASES.iter().flat_map(|database| tables_of(Some(database))).chain(tables_of_record()) {
            assert!(table.columns.iter().all(|(_, definition)| definition.contains("COMMENT")), "{table:?}");
        }
    }

    #[test]
    fn the_default_rows_are_those_of_the_script() {
        let script = rows_of(&ADMIN);
        for (defaults, table) in DEFAULTS.iter().zip(["system_configs", "workflow_templates"]) {
            let insert = script.iter().find(|text| text.starts_with(&format!("INSERT IGNORE INTO {table} "))).unwrap();
            assert_eq!(insert.matches("\n  ('").count(), defaults.expected.len(), "{table}");
            assert!(defaults.expected.iter().all(|key| insert.contains(&format!("  ('{key}',"))), "{table}");
        }
    }
}
