//! Where migrations lie.

use std::path::PathBuf;

/// Where migrations lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrationSettings {
    /// The directory of the files; it need not be there.
    pub directory: PathBuf,
}
