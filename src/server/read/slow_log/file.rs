//! The tail of a slow-log file, in the formats of both flavors.
//!
//! An entry is some comment lines, perhaps `use schema;`, `SET timestamp=…;`, and the statement:
//!
//! ```text
//! # Time: 2026-11-22T23:40:39.458428Z
//! # User@Host: root[root] @ localhost []  Id:    57
//! # Query_time: 1.201530  Lock_time: 0.000000 Rows_sent: 1  Rows_examined: 1
//! use comfyui_client;
//! SET timestamp=1795390838;
//! SELECT …;
//! ```
//!
//! `use` is written only when the schema changes, so it is carried along, and unknown at the beginning of a tail.
//! Never more than [`TAIL`] bytes are read.

use std::io::SeekFrom;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _};

use super::{Place, SlowLog, SlowSource, SlowStatement, Watermark};
use crate::clock::Moment;
use crate::units::Rows;

/// The most that is read at one look.
const TAIL: u64 = 256 * 1024;

/// A local file answers at once; one on a dead network file system never does.
const PATIENCE: Duration = Duration::from_secs(1);

pub(super) async fn read(path: &Path, after: Option<Watermark>, now: Moment) -> std::io::Result<SlowLog> {
    let tail = tokio::time::timeout(PATIENCE, Tail::read(path, after)).await??;
    let used = whole_entries(&tail.bytes);
    let (statements, schema) = parse(&tail.bytes[..used], tail.schema, now);
    let place = Place::Bytes { inode: tail.inode, offset: tail.offset + used as u64, schema };
    Ok(SlowLog { source: SlowSource::File(path.to_owned()), statements, next: Watermark(place) })
}

/// The new part of the file.
struct Tail {
    inode: u64,
    /// Where it begins.
    offset: u64,
    /// The schema that was named last before it.
    schema: Option<String>,
    bytes: Vec<u8>,
}

impl Tail {
    async fn read(path: &Path, after: Option<Watermark>) -> std::io::Result<Self> {
        let metadata = tokio::fs::metadata(path).await?;
        if !metadata.is_file() {
            return Err(std::io::Error::other("it is not an ordinary file"));
        }
        let mut tail = Self::place(metadata.ino(), metadata.len(), after);
        let mut file = tokio::fs::File::open(path).await?;
        file.seek(SeekFrom::Start(tail.offset)).await?;
        file.take(TAIL).read_to_end(&mut tail.bytes).await?;
        Ok(tail)
    }

    /// Another inode or a shorter file is a new log; what is too long is cut at its beginning.
    fn place(inode: u64, length: u64, after: Option<Watermark>) -> Self {
        let cut = length.saturating_sub(TAIL);
        let (offset, schema) = match after {
            Some(Watermark(Place::Bytes { inode: old, offset, schema }))
                if old == inode && (cut..=length).contains(&offset) =>
            {
                (offset, schema)
            }
            _ => (cut, None),
        };
        Self { inode, offset, schema, bytes: Vec::new() }
    }
}

/// The last entry may be half-written: its statement ends with `;` and a line break.
fn whole_entries(bytes: &[u8]) -> usize {
    bytes.windows(2).rposition(|pair| pair == b";\n").map_or(0, |at| at + 2)
}

/// The statements, and the schema that was named last.
fn parse(bytes: &[u8], schema: Option<String>, now: Moment) -> (Vec<SlowStatement>, Option<String>) {
    let text = String::from_utf8_lossy(bytes);
    let mut parser = Parser { now: now.wall.timestamp(), schema, ..Parser::default() };
    for line in text.lines() {
        parser.line(line);
    }
    parser.finish();
    (parser.done, parser.schema)
}

#[derive(Default)]
struct Parser {
    now: i64,
    /// The schema of the last `use` or `Schema:`.
    schema: Option<String>,
    entry: Option<SlowStatement>,
    done: Vec<SlowStatement>,
}

impl Parser {
    fn line(&mut self, line: &str) {
        let in_statement = self.entry.as_ref().is_some_and(|entry| !entry.text.is_empty());
        if let Some(header) = line.strip_prefix("# ").filter(|header| !in_statement || begins_entry(header)) {
            self.header(header);
        } else if in_statement {
            self.statement(line);
        } else if let Some(schema) = line.strip_prefix("use ").and_then(|rest| rest.strip_suffix(';')) {
            self.schema = Some(crate::text::clean(schema.trim_matches('`').as_bytes()));
        } else if let Some(seconds) = line.strip_prefix("SET timestamp=") {
            self.timestamp(seconds);
        } else {
            self.statement(line);
        }
    }

    fn header(&mut self, header: &str) {
        if header.starts_with("Time: ") {
            return self.finish();
        }
        if header.starts_with("User@Host: ") {
            self.finish();
            self.entry = Some(SlowStatement::default());
        }
        let words: Vec<&str> = header.split_whitespace().collect();
        for pair in words.windows(2) {
            self.note(pair[0], pair[1]);
        }
    }

    fn note(&mut self, word: &str, value: &str) {
        if word == "Schema:" {
            // An empty one is followed by the next word.
            self.schema = (!value.ends_with(':')).then(|| crate::text::clean(value.as_bytes()));
        } else if let Some(entry) = &mut self.entry {
            entry.note(word, value);
        }
    }

    fn timestamp(&mut self, text: &str) {
        let seconds = text.split([';', '.']).next().and_then(|seconds| seconds.parse::<i64>().ok());
        if let (Some(entry), Some(seconds)) = (&mut self.entry, seconds) {
            entry.age = u64::try_from(self.now - seconds).ok().map(Duration::from_secs);
        }
    }

    fn statement(&mut self, line: &str) {
        let Some(entry) = &mut self.entry else { return };
        if entry.text.len() >= 1024 {
            return;
        }
        if !entry.text.is_empty() {
            entry.text.push(' ');
        }
        let line = crate::text::clean(line.as_bytes());
        entry.text.extend(line.chars().take(1024 - entry.text.len().min(1024)));
    }

    fn finish(&mut self) {
        let Some(mut entry) = self.entry.take().filter(|entry| !entry.text.is_empty()) else { return };
        entry.schema.clone_from(&self.schema);
        entry.text.truncate(entry.text.trim_end_matches([';', ' ']).len());
        self.done.push(entry);
    }
}

/// A statement may have comment lines of its own: only these two begin another entry.
fn begins_entry(header: &str) -> bool {
    header.starts_with("Time: ") || header.starts_with("User@Host: ")
}

impl SlowStatement {
    fn note(&mut self, word: &str, value: &str) {
        let seconds = || value.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        let rows = || Rows(value.parse().unwrap_or(0));
        match word {
            "Query_time:" => self.query_time = seconds().unwrap_or_default(),
            "Lock_time:" => self.lock_time = seconds().unwrap_or_default(),
            "Rows_sent:" => self.sent = rows(),
            "Rows_examined:" => self.examined = rows(),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(&str, Option<&str>, u64, u64)]) {
        let (found, _) = parse(text.as_bytes(), None, Moment::now());
        let shown: Vec<_> = found
            .iter()
            .map(|s| {
                (s.text.as_str(), s.schema.as_deref(), u64::try_from(s.query_time.as_millis()).unwrap(), s.examined.0)
            })
            .collect();
        assert_eq!(shown, expected, "{text}");
    }

    #[test]
    fn one_familys_entries() {
        check(
            "/usr/sbin/mysqld, Version: 9.7.4-2 ((Debian)). started with:\nTcp port: 0  Unix socket: /run/s.sock\n\
             Time                 Id Command    Argument\n# Time: 2026-11-22T23:40:39.458428Z\n\
             # User@Host: root[root] @ localhost []  Id:    57\n\
             # Query_time: 1.201530  Lock_time: 0.000000 Rows_sent: 1  Rows_examined: 7\nuse svc;\n\
             SET timestamp=1795390838;\nSELECT 1,\n# not a header\n  2;\n# Time: 2026-11-22T23:40:40.458428Z\n\
             # User@Host: root[root] @ localhost []  Id:    57\n\
             # Query_time: 0.5  Lock_time: 0.000000 Rows_sent: 1  Rows_examined: 0\nSET timestamp=1795390839;\nDO 2;\n",
            &[("SELECT 1, # not a header   2", Some("svc"), 1201, 7), ("DO 2", Some("svc"), 500, 0)],
        );
    }

    #[test]
    fn the_other_familys_entries() {
        check(
            "# Time: 261122 23:40:28\n# User@Host: root[root] @ localhost []\n\
             # Thread_id: 52  Schema: svc  QC_hit: No\n\
             # Query_time: 1.201201  Lock_time: 0.000000  Rows_sent: 1  Rows_examined: 3\n\
             # Rows_affected: 0  Bytes_sent: 197\nSET timestamp=1795390828;\nselect sleep(1.2);\n\
             # User@Host: root[root] @ localhost []\n# Thread_id: 52  Schema:   QC_hit: No\n\
             # Query_time: 2.0  Lock_time: 0.0  Rows_sent: 1  Rows_examined: 0\nSET timestamp=1795390829;\nselect 2;\n",
            &[("select sleep(1.2)", Some("svc"), 1201, 3), ("select 2", None, 2000, 0)],
        );
    }

    #[test]
    fn a_tail_begins_anywhere_and_ends_half_written() {
        let entry = "# User@Host: a[a] @ b []\n# Query_time: 1.0  Rows_examined: 0\nSELECT 1;\n";
        check(&format!("d;\nhalf a statement;\n{entry}"), &[("SELECT 1", None, 1000, 0)]);
        assert_eq!(whole_entries(format!("{entry}# User@Host: a[a]").as_bytes()), entry.len());
        assert_eq!(whole_entries(b"nothing whole"), 0);
        check("", &[]);
        check("# Query_time: nonsense\n# User@Host: x\n# Query_time: -1\nx\n", &[("x", None, 0, 0)]);
    }

    #[tokio::test]
    async fn each_look_goes_on_where_the_last_one_ended() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("slow.log");
        let entry = |n: u64| format!("# User@Host: a[a] @ b []\n# Query_time: 1.0\nSELECT {n};\n");
        let look = async |after| {
            let log = read(&path, after, Moment::now()).await.unwrap();
            (log.statements.into_iter().map(|s| s.text).collect::<Vec<_>>().join(" | "), Some(log.next))
        };
        std::fs::write(&path, entry(1) + "# User@Host: a[a]").unwrap();
        let (first, after) = look(None).await;
        std::fs::write(&path, entry(1) + &entry(2)).unwrap();
        let (second, after) = look(after).await;
        let (none, after) = look(after).await;
        std::fs::write(&path, entry(3)).unwrap();
        let (rotated, _) = look(after).await;
        assert_eq!([first, second, none, rotated], ["SELECT 1", "SELECT 2", "", "SELECT 3"]);
        assert!(read(directory.path(), None, Moment::now()).await.is_err(), "a directory is no log");
    }
}
