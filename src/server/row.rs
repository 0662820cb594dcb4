//! A row as text: the one shape in which every server's answer is read.
//!
//! Statements go over the text protocol, where a number is its digits, so that the same reader serves a column
//! that is BIGINT on one server and VARCHAR on the next. A NULL, an absent column and an unreadable number are `None`.

use sqlx::Row as _;
use sqlx::mysql::MySqlRow;

use crate::text::clean;

/// One row of an answer; columns are counted from zero.
pub struct Row(pub(super) MySqlRow);

impl Row {
    /// The raw bytes; `None` for NULL.
    pub fn bytes(&self, column: usize) -> Option<&[u8]> {
        self.0.try_get_unchecked::<Option<&[u8]>, _>(column).ok().flatten()
    }

    /// Text fit for a screen: valid, without control characters.
    pub fn text(&self, column: usize) -> Option<String> {
        self.bytes(column).map(clean)
    }

    /// Text fit for a screen, empty for NULL.
    pub fn text_or_empty(&self, column: usize) -> String {
        self.text(column).unwrap_or_default()
    }

    /// Valid text exactly as it is, line breaks included: for comparing and for writing back, not for showing.
    pub fn verbatim(&self, column: usize) -> Option<String> {
        self.bytes(column).map(|bytes| String::from_utf8_lossy(bytes).into_owned())
    }

    /// A whole number; decimals are cut off.
    pub fn u64(&self, column: usize) -> Option<u64> {
        let text = std::str::from_utf8(self.bytes(column)?).ok()?;
        let whole = text.split('.').next()?;
        whole.parse().ok()
    }

    /// A number.
    pub fn f64(&self, column: usize) -> Option<f64> {
        std::str::from_utf8(self.bytes(column)?).ok()?.parse().ok()
    }

    /// A setting: `1`, `ON` and `YES` are true in any case.
    pub fn flag(&self, column: usize) -> Option<bool> {
        let text = self.bytes(column)?;
        Some(text == b"1" || text.eq_ignore_ascii_case(b"on") || text.eq_ignore_ascii_case(b"yes"))
    }

    /// The column of that name, where the order of columns differs between versions (`SHOW …`); any case.
    pub fn named(&self, name: &str) -> Option<usize> {
        use sqlx::Column as _;
        self.0.columns().iter().position(|column| column.name().eq_ignore_ascii_case(name))
    }
}

impl std::fmt::Debug for Row {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries((0..self.0.len()).map(|column| self.text(column))).finish()
    }
}
