//! What planning fixes of a policy: handed from the plan to the run, so that what was shown is what is done.

use std::path::PathBuf;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::keys::{Key, Place};
use crate::server::sql;
use crate::units::DatabaseName;

/// What the run has to know of the planning.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Details {
    /// What is to be done, in this order.
    pub tasks: Vec<Task>,
    /// Policies that cannot be carried out.
    pub left_out: usize,
}

/// One policy on its table, ready to be carried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// The policy.
    pub policy: String,
    /// The configured database.
    pub database: DatabaseName,
    /// The database on the server.
    pub schema: String,
    /// The table.
    pub table: String,
    /// What a row must meet to be removed: the cutoff as an absolute time, and the policy's condition.
    pub condition: String,
    /// The cutoff.
    pub cutoff: DateTime<Utc>,
    /// What names a row.
    pub key: Key,
    /// What the table is walked along: the key itself, or an index on the time with the key behind it.
    pub walk: Key,
    /// The smallest and the largest value of the key's first column among the rows that were counted.
    pub bounds: Option<(String, String)>,
    /// Whether nearly every number between the bounds is a row: then the end of a batch need not be looked up.
    pub counted_keys: bool,
    /// Rows that were counted, those of whole partitions included.
    pub rows: u64,
    /// Most rows of one transaction.
    pub most: u64,
    /// How long one transaction may take.
    pub target: Duration,
    /// Tables whose rows go first.
    pub children: Vec<ChildTask>,
    /// Partitions that are past retention as a whole.
    pub partitions: Vec<Expired>,
    /// Whether these are dropped with their rows; else their rows are removed one by one, and they are dropped empty.
    pub drops_rows: bool,
    /// What is written of removed rows.
    pub keeps: Keeps,
}

/// A table whose rows go with those of the task's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChildTask {
    /// The table.
    pub table: String,
    /// Its column that names the parent.
    pub column: String,
    /// The parent's column that is named.
    pub parent: String,
    /// The column with the path of a file.
    pub files: Option<String>,
    /// Rows that were counted.
    pub rows: u64,
}

/// A partition that is past retention as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expired {
    /// Its name.
    pub name: String,
    /// Its limit, as the server writes it.
    pub limit: String,
    /// Rows that were counted.
    pub rows: u64,
}

/// What is written of removed rows, before they go.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Keeps {
    /// The directory of the archive, when the rows are archived or their files listed.
    pub directory: Option<PathBuf>,
    /// Whether the rows themselves are kept.
    pub rows: bool,
    /// The column with the path of a file, and the list that it is appended to.
    pub files: Option<String>,
    /// The list of paths.
    pub list: Option<PathBuf>,
}

/// Where a batch ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// With that row, if there is one.
    At(Place),
    /// Nothing is left to begin with.
    Over,
    /// It has to be looked up.
    Unknown,
}

impl Task {
    /// The table with its database, quoted.
    pub fn name(&self) -> String {
        self.name_of(&self.table)
    }

    /// Rows of the table and its children.
    pub fn total(&self) -> u64 {
        self.rows + self.children.iter().map(|child| child.rows).sum::<u64>()
    }

    /// Another table of the same database, quoted.
    pub fn name_of(&self, table: &str) -> String {
        format!("{}.{}", sql::ident(&self.schema), sql::ident(table))
    }

    /// Whether rows are named one by one in the statement that removes them, because something has to be done with
    /// exactly those first.
    pub fn is_exact(&self) -> bool {
        !self.children.is_empty() || self.keeps.directory.is_some()
    }

    /// The end of a batch of so many numbers that begins behind a key.
    pub fn end(&self, from: Option<&Place>, most: u64) -> End {
        self.counted_end(from, most).unwrap_or(End::Unknown)
    }

    fn counted_end(&self, from: Option<&Place>, most: u64) -> Option<End> {
        let (least, last) = self.bounds.as_ref().filter(|_| self.counted_keys)?;
        let last: i128 = last.parse().ok()?;
        let before = match from.and_then(|place| place.first()) {
            Some(key) => key.parse().ok()?,
            None => least.parse::<i128>().ok()? - 1,
        };
        let end = || End::At(vec![(before + i128::from(most)).min(last).to_string()]);
        Some(if before < last { end() } else { End::Over })
    }

    /// Where a row is removed from: bounds and condition.
    pub fn wanted(&self) -> String {
        let first = self.key.columns.first().map(|column| sql::ident(column)).unwrap_or_default();
        match &self.bounds {
            Some((least, most)) => format!("{first} >= {least} AND {first} <= {most} AND {}", self.condition),
            None => self.condition.clone(),
        }
    }

    /// The statement of one batch, for people.
    pub fn form(&self) -> String {
        let place = |mark: &str| self.walk.columns.iter().map(|_| mark.to_owned()).collect();
        let range = format!("{} AND {}", self.walk.behind(&place(":from")), self.walk.up_to(&place(":to")));
        let named = if self.is_exact() { format!(" AND {} IN (:rows)", self.key.list()) } else { String::new() };
        format!("DELETE FROM {} WHERE {range}{named} AND {}", self.name(), self.condition)
    }

    /// The statement that removes the children of a batch, for people.
    pub fn form_of(&self, child: &ChildTask) -> String {
        format!("DELETE FROM {} WHERE {} IN (:parents)", self.name_of(&child.table), sql::ident(&child.column))
    }

    /// The statement that drops an expired partition.
    pub fn drop_of(&self, partition: &Expired) -> String {
        format!("ALTER TABLE {} DROP PARTITION {}", self.name(), sql::ident(&partition.name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_batch_is_counted_up_to_the_last_row() {
        let key = Key { index: "PRIMARY".to_owned(), columns: vec!["id".to_owned()] };
        let task = |counted_keys| Task {
            policy: String::new(),
            database: "one".into(),
            schema: String::new(),
            table: String::new(),
            condition: String::new(),
            cutoff: DateTime::UNIX_EPOCH,
            key: key.clone(),
            walk: key.clone(),
            bounds: Some(("-5".to_owned(), "1000".to_owned())),
            counted_keys,
            rows: 0,
            most: 0,
            target: Duration::ZERO,
            children: Vec::new(),
            partitions: Vec::new(),
            drops_rows: false,
            keeps: Keeps::default(),
        };
        let check = |from: Option<&str>, expected: Option<&str>| {
            let from: Option<Place> = from.map(|key| vec![key.to_owned()]);
            let expected = expected.map_or(End::Over, |key| End::At(vec![key.to_owned()]));
            assert_eq!(task(true).end(from.as_ref(), 100), expected, "{from:?}");
        };
        check(None, Some("94"));
        check(Some("94"), Some("194"));
        check(Some("950"), Some("1000"));
        check(Some("1000"), None);
        assert_eq!(task(false).end(None, 100), End::Unknown);
    }
}
