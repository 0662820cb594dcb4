//! Configurations as people write them: [`broken`] (each fault with its place), [`good`], [`hostile`], and where they are [`found`].

mod broken;
mod found;
mod good;
mod hostile;

use std::path::PathBuf;

use tempfile::TempDir;

use super::{Config, ConfigError, load};

/// Stands beside every fault, and may appear in no message.
const CANARY: &str = "s3cr3t-canary";

/// A configuration file in a directory of its own, which only its owner can read.
struct Written {
    directory: TempDir,
    path: PathBuf,
}

fn written(content: &[u8]) -> Written {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("config.yaml");
    std::fs::write(&path, content).unwrap();
    set_mode(&path, 0o600);
    Written { directory, path }
}

impl Written {
    fn load(&self) -> Result<Config, ConfigError> {
        load(&self.path)
    }
}

fn set_mode(path: &std::path::Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

fn loaded(content: &str) -> Config {
    written(content.as_bytes()).load().unwrap_or_else(|error| panic!("{error}"))
}
