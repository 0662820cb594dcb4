//! `migrations`: every key optional.

use std::path::PathBuf;

use super::Checker;
use crate::config::Target;
use crate::config::file::Entry;
use crate::config::migrations::MigrationSettings;

pub(super) const MIGRATIONS: &[&str] = &["directory"];

/// Beside the configuration.
const DIRECTORY: &str = "migrations";

impl Checker {
    pub(super) fn migrations(&mut self, entry: Option<&Entry>, databases: &[Target]) -> MigrationSettings {
        let from = entry.and_then(|entry| self.section(entry, "`migrations`".to_owned(), MIGRATIONS));
        let said = from.and_then(|from| self.directory(&from, "directory"));
        let usual = || self.path.parent().map(PathBuf::from).unwrap_or_default().join(DIRECTORY);
        MigrationSettings { directory: said.unwrap_or_else(usual), databases: databases.to_vec() }
    }
}
