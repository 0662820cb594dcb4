//! What is wrong with a configuration, said so that it can be mended without reading this program.
//!
//! Invariant: a sentence never repeats a value of the file. A password ends up in the wrong place sooner or later
//! (`password:secret` without its space, a password as `password_file`), so only names that are dbdeck's own,
//! names of databases, policies and their tables, and positions are shown.

use std::fmt;
use std::path::{Path, PathBuf};

/// Everything that is wrong with the configuration, in the order of the file; never empty.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", one_per_line(.problems))]
pub struct ConfigError {
    /// What is wrong, first line of the file first.
    pub problems: Vec<Problem>,
}

/// One thing that is wrong; shown as `path:line:column: sentence`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file, unless there is none.
    pub path: Option<PathBuf>,
    /// Where in the file, unless it is about the file as a whole.
    pub at: Option<Position>,
    /// What is wrong and what to do.
    pub sentence: String,
}

/// A place in the file. Columns count characters, as editors do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// From 1.
    pub line: u64,
    /// From 1.
    pub column: u64,
}

impl ConfigError {
    /// The whole file cannot be used, for one reason.
    pub(super) fn of_file(path: &Path, sentence: impl Into<String>) -> Self {
        Self { problems: vec![Problem { path: Some(path.to_owned()), at: None, sentence: sentence.into() }] }
    }

    /// There is no file to speak of.
    pub(super) fn no_file(sentence: String) -> Self {
        Self { problems: vec![Problem { path: None, at: None, sentence }] }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(path) = &self.path {
            write!(f, "{}:", path.display())?;
        }
        if let Some(at) = self.at {
            write!(f, "{at}:")?;
        }
        let gap = if self.path.is_some() { " " } else { "" };
        write!(f, "{gap}{}", self.sentence)
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

fn one_per_line(problems: &[Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}
