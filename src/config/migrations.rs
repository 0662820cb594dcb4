//! Where migrations lie.

use std::path::PathBuf;

use super::model::Target;

/// Where migrations lie.
#[derive(Debug, Clone)]
pub struct MigrationSettings {
    /// The directory of the files; it need not be there.
    pub directory: PathBuf,
    /// All configured databases, in the order of the file: a migration may be for any of them, also while only some are
    /// looked at.
    pub databases: Vec<Target>,
}
