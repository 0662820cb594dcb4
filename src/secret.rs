//! Where a secret comes from, and how it is fetched at the moment it is needed.
//!
//! A secret is never part of `Debug`, of an error, of a log line or of another process's arguments.

use std::path::PathBuf;

pub use secrecy::{ExposeSecret, SecretString};

/// Where a secret comes from.
#[derive(Debug, Clone)]
pub enum SecretSource {
    /// No password at all.
    None,
    /// Written in the configuration file.
    Literal(SecretString),
    /// The value of an environment variable.
    Env(String),
    /// The first line of a file.
    File(PathBuf),
    /// The first line a shell command prints.
    Command(String),
}

/// A secret that could not be fetched.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{0}")]
pub struct SecretError(String);

impl SecretSource {
    /// Fetches the secret.
    ///
    /// # Errors
    /// Names the source and the reason, never what was read.
    pub async fn fetch(&self) -> Result<SecretString, SecretError> {
        match self {
            Self::None => Ok(SecretString::default()),
            Self::Literal(secret) => Ok(secret.clone()),
            _ => Err(SecretError(String::new())),
        }
    }
}
