//! The tables of the record, as they are created and extended: one source for dbdeck, `init` and whoever does it by hand.

use crate::server::script::{self, Options};

const SCHEMA: &str = include_str!("../../schema/dbdeck_migrations.sql");

/// The record of files.
pub const HISTORY: &str = "migration_history";

/// The record of statements.
pub const STEPS: &str = "dbdeck_migration_steps";

/// Columns that older installations' `migration_history` lacks, with their definitions.
pub const ADDED: &[(&str, &str)] = &[
    ("normal_checksum", "CHAR(64) NULL DEFAULT NULL COMMENT 'SHA-256 of its text without comments and white space'"),
    ("statements", "INT NULL DEFAULT NULL COMMENT 'Statements in it'"),
    ("applied_by", "VARCHAR(255) NULL DEFAULT NULL COMMENT 'Who had it applied, and from where'"),
    ("job", "CHAR(16) NULL DEFAULT NULL COMMENT 'dbdeck_jobs.uid'"),
];

/// The statements that create the tables; each can be repeated.
pub fn creation() -> Vec<String> {
    // The file is the program's own, and a test reads it.
    let statements = script::split(SCHEMA, Options::default()).unwrap_or_default();
    statements.iter().map(|statement| statement.text.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_services_schema_has_the_same_table() {
        let creation = creation();
        for schema in [
            include_str!("../../schema/client_database.sql"),
            include_str!("../../schema/admin_database.sql"),
            include_str!("../../schema/shared_database.sql"),
        ] {
            let statements = script::split(schema, Options::default()).unwrap();
            assert!(statements.iter().any(|statement| statement.text == creation[0]), "{schema}");
        }
    }

    #[test]
    fn the_schema_creates_both_tables_with_all_columns() {
        let statements = creation();
        assert_eq!(statements.len(), 2);
        for (statement, table) in statements.iter().zip([HISTORY, STEPS]) {
            assert!(statement.starts_with(&format!("CREATE TABLE IF NOT EXISTS {table} (")), "{statement}");
        }
        for (column, definition) in ADDED {
            let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            let expected = format!("{column} {definition}");
            assert!(words(&statements[0]).contains(&words(&expected)), "{expected}");
        }
    }
}
