//! Rows on their way into a table, many to a statement.

use std::fmt::Write as _;

use crate::server::sql::readable;

/// Large enough that the round trip does not count, far below any server's limit.
const STATEMENT: usize = 192 * 1024;

/// A value of a row.
#[derive(Debug, Clone, Copy)]
pub enum Value<'a> {
    /// Nothing known.
    Null,
    /// A whole number.
    Int(i64),
    /// A number with two decimals.
    Real(f64),
    /// Text, also that of an `ENUM` or of JSON.
    Text(&'a str),
    /// A moment in Unix time.
    Time(i64),
    /// The day of a moment in Unix time.
    Date(i64),
}

impl Value<'_> {
    /// A value that may be unknown.
    pub fn maybe<T>(known: Option<T>, value: impl FnOnce(T) -> Self) -> Self {
        known.map_or(Self::Null, value)
    }

    /// A reference that fits a node, a task: a whole number.
    pub fn index(number: usize) -> Self {
        Self::Int(i64::try_from(number).unwrap_or(i64::MAX))
    }

    fn write(self, sql: &mut String) {
        // Writing to a string cannot fail.
        let _ = match self {
            Self::Null => write!(sql, "NULL"),
            Self::Int(number) => write!(sql, "{number}"),
            Self::Real(number) => write!(sql, "{number:.2}"),
            Self::Text(text) => write!(sql, "{}", readable(text)),
            Self::Time(seconds) => write!(sql, "FROM_UNIXTIME({seconds})"),
            Self::Date(seconds) => write!(sql, "DATE(FROM_UNIXTIME({seconds}))"),
        };
    }
}

/// The rows of one table.
#[derive(Debug)]
pub struct Insert {
    table: &'static str,
    columns: &'static str,
    open: String,
    full: Vec<String>,
}

impl Insert {
    /// No rows yet.
    pub fn into(table: &'static str, columns: &'static str) -> Self {
        Self { table, columns, open: String::new(), full: Vec::new() }
    }

    /// Adds a row: as many values as there are columns.
    pub fn row(&mut self, values: &[Value<'_>]) {
        if self.open.is_empty() {
            let _ = write!(self.open, "INSERT INTO {} ({}) VALUES ", self.table, self.columns);
        } else {
            self.open.push(',');
        }
        for (place, value) in values.iter().enumerate() {
            self.open.push(if place == 0 { '(' } else { ',' });
            value.write(&mut self.open);
        }
        self.open.push(')');
        if self.open.len() > STATEMENT {
            self.full.push(std::mem::take(&mut self.open));
        }
    }

    /// The statements that are full; with `Rest::Too`, the begun one as well.
    pub fn take(&mut self, rest: Rest) -> Vec<String> {
        if rest == Rest::Too && !self.open.is_empty() {
            self.full.push(std::mem::take(&mut self.open));
        }
        std::mem::take(&mut self.full)
    }
}

/// What becomes of a statement that has room for more rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rest {
    /// It waits.
    Waits,
    /// It goes as it is.
    Too,
}
