//! What a cleanup writes down beside an archive, so that the next one knows what the last one was doing when it died.
//!
//! One line of JSON each, durable before the act: *opened* (the files are ready), *intent* (this part of the files is of
//! these rows, which are about to go), then *done* or *undone*. After the last line *append* announces that the paths are
//! added to the caller's list. A line that was torn in writing is the last one and was never acted upon.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::keys::{Key, Place};

/// Whose files these are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The job that began them.
    pub job: String,
    /// The configured database.
    pub database: String,
    /// The database on the server.
    pub schema: String,
    /// The table.
    pub table: String,
    /// The policy.
    pub policy: String,
    /// What names a row.
    pub key: Key,
    /// Whether rows are archived.
    pub rows: bool,
    /// The list that paths are appended to in the end.
    pub list: Option<PathBuf>,
}

/// Lengths of the archive and of the collected paths, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Ends {
    /// Of the archive.
    pub archive: u64,
    /// Of the paths.
    pub paths: u64,
}

/// A batch that is about to go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intent {
    /// The files before it.
    pub from: Ends,
    /// The files with it.
    pub to: Ends,
    /// Its rows, children included.
    pub rows: u64,
    /// The key of its first row.
    pub first: Place,
    /// The key of its last row.
    pub last: Place,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Line {
    /// The first line.
    Head(Head),
    /// The files have their beginning.
    Opened(Ends),
    /// This batch is about to go.
    Intent(Intent),
    /// It is gone.
    Done,
    /// It stays; the files are as before it.
    Undone,
    /// The paths are about to be appended to the list, which is so long.
    Append(u64),
}

/// What the lines come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// Whose files these are.
    pub head: Head,
    /// The files up to the last batch that is settled; `None` when they have no beginning yet.
    pub ends: Option<Ends>,
    /// Rows of the batches that are gone.
    pub rows: u64,
    /// The batch of which nobody knows whether it is gone.
    pub pending: Option<Intent>,
    /// How long the list was before the paths were appended to it.
    pub append: Option<u64>,
}

impl State {
    /// Reads a journal; `None` when not even its first line was finished: then nothing was done.
    pub fn read(text: &str) -> Option<Self> {
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        let mut lines = whole.lines().map_while(|line| serde_json::from_str(line).ok());
        let Some(Line::Head(head)) = lines.next() else { return None };
        let mut state = Self { head, ends: None, rows: 0, pending: None, append: None };
        lines.for_each(|line| state.note(line));
        Some(state)
    }

    /// Takes a line in.
    pub fn note(&mut self, line: Line) {
        match line {
            Line::Head(_) => {}
            Line::Opened(ends) => self.ends = Some(ends),
            Line::Intent(intent) => self.pending = Some(intent),
            Line::Done => {
                if let Some(intent) = self.pending.take() {
                    self.ends = Some(intent.to);
                    self.rows += intent.rows;
                }
            }
            Line::Undone => self.pending = None,
            Line::Append(length) => self.append = Some(length),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(lines: &[Line]) -> String {
        lines.iter().map(|line| serde_json::to_string(line).unwrap() + "\n").collect()
    }

    fn head() -> Head {
        let key = Key { index: "PRIMARY".to_owned(), columns: vec!["id".to_owned()] };
        let name = || "x".to_owned();
        Head {
            job: name(),
            database: name(),
            schema: name(),
            table: name(),
            policy: name(),
            key,
            rows: true,
            list: None,
        }
    }

    fn intent(from: u64, to: u64) -> Intent {
        let ends = |archive| Ends { archive, paths: 0 };
        Intent { from: ends(from), to: ends(to), rows: 10, first: vec!["1".to_owned()], last: vec!["9".to_owned()] }
    }

    #[test]
    fn a_journal_tells_what_is_settled_and_what_is_not() {
        let opened = || Line::Opened(Ends { archive: 100, paths: 0 });
        let check = |lines: &[Line], ends: Option<u64>, rows: u64, pending: bool| {
            let lines: Vec<Line> = std::iter::once(Line::Head(head())).chain(lines.iter().cloned()).collect();
            let state = State::read(&text(&lines)).unwrap();
            assert_eq!(state.ends.map(|ends| ends.archive), ends, "{lines:?}");
            assert_eq!((state.rows, state.pending.is_some()), (rows, pending), "{lines:?}");
        };
        check(&[], None, 0, false);
        check(&[opened()], Some(100), 0, false);
        check(&[opened(), Line::Intent(intent(100, 200))], Some(100), 0, true);
        check(&[opened(), Line::Intent(intent(100, 200)), Line::Done], Some(200), 10, false);
        check(&[opened(), Line::Intent(intent(100, 200)), Line::Undone], Some(100), 0, false);
        let two = [opened(), Line::Intent(intent(100, 200)), Line::Done, Line::Intent(intent(200, 300))];
        check(&two, Some(200), 10, true);
    }

    #[test]
    fn a_torn_line_was_never_acted_upon() {
        let whole = text(&[Line::Head(head()), Line::Opened(Ends::default()), Line::Intent(intent(0, 9))]);
        let before = text(&[Line::Head(head()), Line::Opened(Ends::default())]);
        for cut in before.len()..whole.len() {
            assert_eq!(State::read(&whole[..cut]).map(|state| state.pending), Some(None), "{cut}");
        }
        assert_eq!(State::read(&whole[..10]), None);
        assert_eq!(State::read(""), None);
    }
}
