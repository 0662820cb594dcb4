//! One migration: a file that says for which databases it is, and its statements.

use std::path::PathBuf;

use super::checksum::Checksums;
use super::header::Header;
use super::name::MigrationName;
use crate::config::Target;
use crate::server::script::{self, Options, ScriptError, Statement};

/// A migration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrationFile {
    /// What it is called.
    pub name: MigrationName,
    /// Where it is.
    pub path: PathBuf,
    /// What it says of itself.
    pub header: Header,
    /// Of the file, before placeholders are replaced.
    pub checksums: Checksums,
    /// Its text, placeholders replaced; lines and columns are those of the file but behind a placeholder on its line.
    pub text: String,
    /// The script that takes it back, when there is one.
    pub down: Option<PathBuf>,
}

impl MigrationFile {
    /// Its statements, as they are sent.
    ///
    /// # Errors
    /// The first place that cannot be understood.
    pub fn statements(&self) -> Result<Vec<Statement<'_>>, ScriptError> {
        script::split(&self.text, Options::default())
    }
}

/// Puts the names that the databases have on their servers in place of `${database.NAME}`.
///
/// # Errors
/// The line, from 1, and what is wrong in it.
pub fn fill(text: &str, targets: &[Target]) -> Result<String, (usize, String)> {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(OPENING) {
        let (before, found) = rest.split_at(at);
        filled.push_str(before);
        let line = filled.lines().count().max(1);
        let inner = &found[OPENING.len()..];
        let Some((name, behind)) = inner.split_once('}').filter(|(name, _)| !name.contains('\n')) else {
            return Err((line, "the placeholder `${database.` is not closed with }".to_owned()));
        };
        let Some(target) = targets.iter().find(|target| target.name.0 == name) else {
            let known: Vec<_> = targets.iter().map(|target| target.name.0.as_str()).collect();
            return Err((
                line,
                format!("there is no database {name:?} in the configuration; it has {}", known.join(", ")),
            ));
        };
        filled.push_str(&target.schema);
        rest = behind;
    }
    filled.push_str(rest);
    Ok(filled)
}

const OPENING: &str = "${database.";
