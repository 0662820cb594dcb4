//! How values stand in the tables: enumerations by their names, times in UTC with microseconds, long text cut.

use chrono::{DateTime, NaiveDateTime, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::server::sql;

/// The name of a value of an enumeration, as in every JSON of it.
pub fn word<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

/// The value of that name.
pub fn value_of<T: DeserializeOwned>(word: &str) -> Option<T> {
    serde_json::from_value(serde_json::Value::String(word.to_owned())).ok()
}

/// A value as JSON, quoted for a statement.
pub fn json<T: Serialize>(value: &T) -> String {
    sql::literal(&serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned()))
}

/// A time, quoted for a statement.
pub fn time(at: DateTime<Utc>) -> String {
    format!("'{}'", at.format("%Y-%m-%d %H:%M:%S%.6f"))
}

/// A time as the server writes it.
pub fn time_of(text: &str) -> Option<DateTime<Utc>> {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f").ok().map(|at| at.and_utc())
}

/// Text quoted for a statement, of at most so many characters: a server in strict mode refuses what does not fit, others
/// cut it themselves.
pub fn text(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        None => sql::literal(text),
        Some(_) => sql::literal(&text.chars().take(limit - 1).chain(['…']).collect::<String>()),
    }
}

/// As [`text()`], or `NULL`.
pub fn optional(value: Option<&str>, limit: usize) -> String {
    value.map_or_else(|| "NULL".to_owned(), |value| text(value, limit))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::op::record::JobState;

    #[test]
    fn what_is_written_is_read_back() {
        for state in [JobState::Queued, JobState::HandedOver, JobState::Interrupted] {
            assert_eq!(value_of::<JobState>(&word(&state)), Some(state));
        }
        let at = DateTime::from_timestamp_micros(1_764_000_000_123_456).unwrap_or_default();
        assert_eq!(time_of(time(at).trim_matches('\'')), Some(at));
        assert_eq!(value_of::<JobState>("of a later version"), None);
    }

    #[test]
    fn long_text_is_cut() {
        assert_eq!(text("abc", 3), "'abc'");
        assert_eq!(text("abcd", 3), sql::literal("ab…"));
        assert_eq!(optional(None, 3), "NULL");
    }
}
