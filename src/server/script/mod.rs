//! SQL scripts: where each statement begins and ends, without understanding any of them.
//!
//! [`split`] gives the statements of a script as a server's own command-line client would send them, with line and
//! column; [`fingerprint()`] gives what statements that differ only in their values have in common; [`paint()`] tells key
//! words, strings and comments apart for a screen. All rest on one scanner (`scan`); bodies of stored programs are followed in `body`, so that they need no `DELIMITER`.
//!
//! A general SQL parser is no gate here: it refuses ordinary statements that the servers accept.
//! Deliberately absent: validation, the client's own commands (refused by name), and following a `SET sql_mode` inside
//! the script: the caller says once which mode it runs in.

mod body;
mod error;
mod fingerprint;
mod layout;
mod paint;
mod scan;
pub mod shape;
mod splitter;

pub use error::{Problem, ScriptError};
pub use fingerprint::fingerprint;
pub use paint::{Ink, paint};

use std::ops::Range;

/// The two settings of `sql_mode` that change where strings end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Options {
    /// `"` quotes names instead of strings.
    pub ansi_quotes: bool,
    /// A backslash in a string is an ordinary character.
    pub no_backslash_escapes: bool,
}

impl Options {
    /// From the value of `@@sql_mode`.
    pub fn of_sql_mode(sql_mode: &str) -> Self {
        let has = |name: &str| sql_mode.split(',').any(|mode| mode.trim().eq_ignore_ascii_case(name));
        Self { ansi_quotes: has("ANSI_QUOTES") || has("ANSI"), no_backslash_escapes: has("NO_BACKSLASH_ESCAPES") }
    }
}

/// One statement of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement<'a> {
    /// What goes to the server: from the first word to the last, comments between them included, without delimiter.
    pub text: &'a str,
    /// Its place in the script, in bytes: `&script[span] == text`.
    pub span: Range<usize>,
    /// The line of its first word, from 1.
    pub line: usize,
    /// The column of its first word in characters, from 1; a byte-order mark takes none.
    pub column: usize,
}

/// The statements of a script, in order. Comments and empty statements are left out; the last statement needs no
/// `;`, but one that began under another delimiter needs that.
///
/// # Errors
/// The first thing that is not closed or not SQL, with the place where it began.
pub fn split(script: &str, options: Options) -> Result<Vec<Statement<'_>>, ScriptError> {
    splitter::Splitter::new(script, options).statements()
}

/// What is left of a script when everything goes that no server minds: comments (but for hints and those that are
/// executed), white space, a byte-order mark, the way lines end.
pub fn essence(script: &str) -> String {
    let text = script.trim_start_matches('\u{feff}');
    let mut essence = String::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        let token = scan::next(text, at, true, Options::default()).unwrap_or_else(|(token, _)| token);
        at = token.end;
        let part = &text[token.start..token.end];
        let is_gap = match token.kind {
            scan::Kind::Space => true,
            scan::Kind::Comment => !part.starts_with("/*+"),
            _ => false,
        };
        if !is_gap {
            essence.push_str(part);
        } else if !essence.is_empty() && !essence.ends_with(' ') {
            essence.push(' ');
        }
    }
    essence.trim_end().replace("\r\n", "\n")
}

#[cfg(test)]
mod tests;
