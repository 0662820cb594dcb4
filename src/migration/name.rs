//! What a migration is called: `2025_03_14_add_nickname` or `2025_03_14_093000_add_nickname`.

use std::cmp::Ordering;
use std::fmt;

use chrono::{NaiveDate, NaiveTime};

/// The name of a file without `.sql`, and what is in it. Ordered by date, time (midnight when there is none) and text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrationName {
    /// All of it, as the record has it.
    pub text: String,
    /// The day it begins with.
    pub date: NaiveDate,
    /// The time behind it.
    pub time: Option<NaiveTime>,
    /// What comes after these.
    pub title: String,
}

impl MigrationName {
    /// Reads the name of a file without its `.sql`.
    ///
    /// # Errors
    /// What is wrong with it, and what would be right.
    pub fn parse(stem: &str) -> Result<Self, String> {
        let wrong = || format!("{stem:?} is no name of a migration; it is YYYY_MM_DD_name or YYYY_MM_DD_HHMMSS_name");
        let (day, rest) = stem.split_at_checked(10).ok_or_else(wrong)?;
        let has_form = day.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'_',
            _ => byte.is_ascii_digit(),
        });
        let rest = rest.strip_prefix('_').filter(|rest| has_form && !rest.is_empty()).ok_or_else(wrong)?;
        let no_day = |_| format!("{stem:?} begins with {day}, which is no day of the calendar");
        let date = NaiveDate::parse_from_str(day, "%Y_%m_%d").map_err(no_day)?;
        let (time, title) = time_of(rest).map_err(|time| format!("{stem:?} has {time}, which is no time of day"))?;
        if title.is_empty() {
            return Err(wrong());
        }
        Ok(Self { text: stem.to_owned(), date, time, title: title.to_owned() })
    }
}

/// Six digits between underscores are a time.
fn time_of(rest: &str) -> Result<(Option<NaiveTime>, &str), &str> {
    let (first, title) = rest.split_once('_').unwrap_or((rest, ""));
    if first.len() != 6 || !first.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok((None, rest));
    }
    let time = NaiveTime::parse_from_str(first, "%H%M%S").map_err(|_| first)?;
    Ok((Some(time), title))
}

impl Ord for MigrationName {
    fn cmp(&self, other: &Self) -> Ordering {
        let key = |name: &Self| (name.date, name.time.unwrap_or(NaiveTime::MIN));
        key(self).cmp(&key(other)).then_with(|| self.text.cmp(&other.text))
    }
}

impl PartialOrd for MigrationName {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for MigrationName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_begins_with_a_day() {
        let check = |stem: &str, expected: Result<(&str, bool), &str>| match (MigrationName::parse(stem), expected) {
            (Ok(name), Ok((title, timed))) => {
                assert_eq!((name.title.as_str(), name.time.is_some()), (title, timed), "{stem}");
            }
            (Err(sentence), Err(part)) => assert!(sentence.contains(part), "{sentence}"),
            (found, _) => panic!("{stem}: {found:?}"),
        };
        check("2025_03_14_add_nickname", Ok(("add_nickname", false)));
        check("2025_03_14_093000_add_nickname", Ok(("add_nickname", true)));
        check("2025_03_14_1_x", Ok(("1_x", false)));
        check("2025_02_30_x", Err("no day of the calendar"));
        check("2025_03_14_999999_x", Err("999999, which is no time of day"));
        check("2025_03_14_093000", Err("is no name of a migration"));
        check("2025_03_14_", Err("is no name of a migration"));
        check("20250314_x", Err("is no name of a migration"));
        check("2025-03-14-x", Err("is no name of a migration"));
        check("表", Err("is no name of a migration"));
    }

    #[test]
    fn names_are_in_the_order_of_time() {
        let mut names: Vec<_> = ["2025_03_14_b", "2025_03_14_000001_a", "2025_03_13_235959_z", "2025_03_14_a"]
            .iter()
            .filter_map(|name| MigrationName::parse(name).ok())
            .collect();
        names.sort();
        let texts: Vec<&str> = names.iter().map(|name| name.text.as_str()).collect();
        assert_eq!(texts, ["2025_03_13_235959_z", "2025_03_14_a", "2025_03_14_b", "2025_03_14_000001_a"]);
    }
}
