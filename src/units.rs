//! Quantities with their unit: every figure that crosses a module border has one of these types.
//!
//! Each type knows how a person reads it (`Display`, never more than ten columns) and nothing else.
//! Deliberately absent: arithmetic between different units, and localisation.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// The short name of a configured database, the key below `mysql:` (`client`, `admin`, `shared`).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DatabaseName(pub String);

impl fmt::Display for DatabaseName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl From<&str> for DatabaseName {
    fn from(name: &str) -> Self {
        Self(name.to_owned())
    }
}

/// A connection's id as the server counts them; reused by the server after a restart only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Default)]
#[serde(transparent)]
pub struct ThreadId(pub u64);

impl fmt::Display for ThreadId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A size in bytes, shown in binary units with three significant digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize)]
#[serde(transparent)]
pub struct Bytes(pub u64);

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const UNITS: [&str; 5] = ["KiB", "MiB", "GiB", "TiB", "PiB"];
        if self.0 < 1024 {
            return f.pad(&format!("{} B", self.0));
        }
        let mut value = self.0 as f64 / 1024.0;
        let mut unit = 0;
        while value >= 999.5 && unit + 1 < UNITS.len() {
            value /= 1024.0;
            unit += 1;
        }
        f.pad(&format!("{} {}", three_digits(value), UNITS[unit]))
    }
}

impl std::iter::Sum for Bytes {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        Self(iter.map(|bytes| bytes.0).sum())
    }
}

/// A number of rows, its thousands kept apart by a narrow gap (an ordinary space).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize)]
#[serde(transparent)]
pub struct Rows(pub u64);

impl Rows {
    /// `1 row`, `182 400 rows`.
    pub fn counted(self) -> String {
        if self.0 == 1 { "1 row".to_owned() } else { format!("{self} rows") }
    }
}

impl fmt::Display for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.to_string();
        let mut text = String::with_capacity(digits.len() + digits.len() / 3);
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                text.push(' ');
            }
            text.push(digit);
        }
        f.pad(&text)
    }
}

/// Events per second.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Default, Serialize)]
#[serde(transparent)]
pub struct Rate(pub f64);

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self.0 {
            rate if rate <= 0.0 => "0/s".to_owned(),
            rate if rate < 9.95 => format!("{rate:.1}/s"),
            rate if rate < 99_999.5 => format!("{rate:.0}/s"),
            rate if rate < 9_999_500.0 => format!("{:.0}k/s", rate / 1e3),
            rate => format!("{:.0}M/s", rate / 1e6),
        };
        f.pad(&text)
    }
}

/// A share of a whole, 0 to 100 and beyond.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Default, Serialize)]
#[serde(transparent)]
pub struct Percent(pub f64);

impl Percent {
    /// `part` of `whole`; of nothing it is 0.
    pub fn of(part: f64, whole: f64) -> Self {
        if whole > 0.0 { Self(100.0 * part / whole) } else { Self(0.0) }
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{:.0} %", self.0))
    }
}

/// A span of time as a person says it: one number, one unit (`2.1 ms`, `41 s`, `6 h`, `41 d`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Span(pub Duration);

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.as_secs_f64();
        let text = match seconds {
            s if s <= 0.0 => "0 s".to_owned(),
            s if s < 0.001 => format!("{} µs", self.0.as_micros()),
            s if s < 0.9995 => format!("{} ms", three_digits(s * 1e3)),
            s if s < 9.95 => format!("{s:.1} s"),
            s if s < 120.0 => format!("{s:.0} s"),
            s if s < 7_200.0 => format!("{:.0} min", s / 60.0),
            s if s < 172_800.0 => format!("{:.0} h", s / 3_600.0),
            s => format!("{:.0} d", s / 86_400.0),
        };
        f.pad(&text)
    }
}

impl Serialize for Span {
    /// Seconds, as everywhere in `--json`.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.0.as_secs_f64())
    }
}

/// 1.24, 12.4, 124: what fits a narrow column and is still worth reading.
fn three_digits(value: f64) -> String {
    match value {
        v if v < 9.995 => format!("{v:.2}"),
        v if v < 99.95 => format!("{v:.1}"),
        v => format!("{v:.0}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_read_as_a_person_writes_them() {
        let shown: Vec<String> = vec![
            Bytes(0).to_string(),
            Bytes(1023).to_string(),
            Bytes(1024).to_string(),
            Bytes(1_331_439_861).to_string(),
            Bytes(u64::MAX).to_string(),
            Rows(7).to_string(),
            Rows(182_400).to_string(),
            Rows(1_000_000).to_string(),
            Rate(0.0).to_string(),
            Rate(0.4).to_string(),
            Rate(412.4).to_string(),
            Rate(123_456.0).to_string(),
            Percent::of(1.0, 0.0).to_string(),
            Percent::of(5.0, 8.0).to_string(),
        ];
        let expected = [
            "0 B",
            "1023 B",
            "1.00 KiB",
            "1.24 GiB",
            "16384 PiB",
            "7",
            "182 400",
            "1 000 000",
            "0/s",
            "0.4/s",
            "412/s",
            "123k/s",
            "0 %",
            "62 %",
        ];
        assert_eq!(shown, expected);
    }

    #[test]
    fn one_row_is_a_row() {
        assert_eq!([Rows(0), Rows(1), Rows(1200)].map(Rows::counted), ["0 rows", "1 row", "1 200 rows"]);
    }

    #[test]
    fn a_span_has_one_unit() {
        let cases = [
            (0, "0 s"),
            (40, "40 µs"),
            (2_100, "2.10 ms"),
            (999_700, "1.0 s"),
            (41_000_000, "41 s"),
            (180_000_000, "3 min"),
            (6 * 3_600_000_000, "6 h"),
            (41 * 86_400_000_000, "41 d"),
        ];
        for (micros, text) in cases {
            assert_eq!(Span(Duration::from_micros(micros)).to_string(), text, "{micros} µs");
        }
    }
}
