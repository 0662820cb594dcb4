//! The migrations: of five, two make a table, one adds a column to it, one an index, one writes a row.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::stage::DATABASES;

/// Writes them for both tools below a directory, and says how many are for each database.
pub fn write(directory: &Path, count: usize) -> Result<[usize; 3]> {
    let ours = ours(directory);
    let theirs = DATABASES.map(|database| theirs(directory, database));
    for directory in [&ours].into_iter().chain(&theirs) {
        std::fs::create_dir_all(directory).context("cannot make a directory for the migrations")?;
    }
    let mut counts = [0; 3];
    for number in 0..count {
        let place = number % DATABASES.len();
        let text = text(DATABASES[place], counts[place]);
        counts[place] += 1;
        std::fs::write(ours.join(format!("2025_01_01_m{number:06}.sql")), &text).context("cannot write")?;
        std::fs::write(theirs[place].join(format!("20250101{number:06}_m.sql")), &text).context("cannot write")?;
    }
    Ok(counts)
}

/// Where dbdeck's are.
pub fn ours(directory: &Path) -> PathBuf {
    directory.join("dbdeck")
}

/// Where the other tool's for one database are.
pub fn theirs(directory: &Path, database: &str) -> PathBuf {
    directory.join("dbmate").join(database)
}

/// Tables that so many files make.
pub fn tables(count: usize) -> usize {
    count / 5 * 2 + (count % 5).min(2)
}

fn text(database: &str, number: usize) -> String {
    let table = format!("t{}", number / 5);
    let statement = match number % 5 {
        0 => format!(
            "CREATE TABLE {table} (id BIGINT AUTO_INCREMENT PRIMARY KEY, state INT NOT NULL, note VARCHAR(100) NULL, \
             created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4"
        ),
        1 => format!("CREATE TABLE {table}_log (id BIGINT AUTO_INCREMENT PRIMARY KEY, text TEXT) ENGINE=InnoDB"),
        2 => format!("ALTER TABLE {table} ADD COLUMN owner VARCHAR(36) NULL"),
        3 => format!("CREATE INDEX idx_state ON {table} (state, created_at)"),
        _ => format!("INSERT INTO {table} (state, note) VALUES (1, 'first')"),
    };
    format!("-- Database: {database}\n-- Description: number {number}\n-- migrate:up\n{statement};\n-- migrate:down\n")
}
