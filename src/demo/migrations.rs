//! The migrations of a demo: the service's own, applied by an older tool, and two that are waiting.
//!
//! The record of the older ones is what such installations have: the first 16 digits of a checksum, and nothing of single
//! statements.

use std::path::Path;

use crate::config::{Config, Target};
use crate::migration::shipped::SHIPPED;
use crate::migration::{Catalogue, MigrationFile, tables};
use crate::server::sql::{ident, literal};
use crate::server::{Link, ServerError};

/// What is waiting: file name and text.
const WAITING: [(&str, &str); 2] = [
    (
        "2026_11_20_091500_client_tasks_by_model.sql",
        include_str!("../../assets/demo/migrations/2026_11_20_091500_client_tasks_by_model.sql"),
    ),
    (
        "2026_11_21_140000_task_owner_note.sql",
        include_str!("../../assets/demo/migrations/2026_11_21_140000_task_owner_note.sql"),
    ),
];

/// Digits of a checksum that older tools record.
const DIGITS: usize = 16;

/// Writes the files.
///
/// # Errors
/// The operating system's.
pub fn write(directory: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(directory)?;
    SHIPPED.iter().chain(&WAITING).try_for_each(|(name, text)| std::fs::write(directory.join(name), text))
}

/// Applies the service's own, and records them as of the day after they were written.
///
/// # Errors
/// The server's.
pub async fn apply(root: &mut Link, config: &Config) -> Result<(), ServerError> {
    let catalogue = Catalogue::read(config);
    for file in catalogue.files.iter().filter(|file| WAITING.iter().all(|(name, _)| !name.starts_with(&file.name.text)))
    {
        for target in config.targets.iter().filter(|target| file.header.databases.contains(&target.name)) {
            root.execute(format!("USE {}", ident(&target.schema))).await?;
            let statements = file.statements().map_err(|error| ServerError::Unexpected(error.to_string()))?;
            for statement in statements {
                root.rows(statement.text).await?;
            }
            root.execute(record(file, target)).await?;
        }
    }
    Ok(())
}

fn record(file: &MigrationFile, target: &Target) -> String {
    let (table, day) = (ident(tables::HISTORY), file.name.date + chrono::Days::new(1));
    format!(
        "INSERT INTO {table} (migration_name, database_name, executed_at, execution_time_ms, checksum) VALUES ({}, {}, \
         {}, 12, {})",
        literal(&file.name.text),
        literal(&target.name.0),
        literal(&format!("{day} 09:30:00")),
        literal(&file.checksums.raw[..DIGITS]),
    )
}
