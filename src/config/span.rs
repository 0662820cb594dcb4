//! Spans of time as people write them: `30`, `1.5`, `500ms`, `5 min`, `1h`.

use std::time::Duration;

/// Reads a span; a number alone is seconds. `None` when it is not one, or is negative or beyond all measure.
pub fn parse(text: &str) -> Option<Duration> {
    let text = text.trim();
    let unit_at = text.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(unit_at);
    let seconds = number.parse::<f64>().ok()? * seconds_in(unit.trim())?;
    Duration::try_from_secs_f64(seconds).ok()
}

fn seconds_in(unit: &str) -> Option<f64> {
    match unit {
        "ms" => Some(0.001),
        "" | "s" | "sec" | "second" | "seconds" => Some(1.0),
        "m" | "min" | "minute" | "minutes" => Some(60.0),
        "h" | "hour" | "hours" => Some(3_600.0),
        "d" | "day" | "days" => Some(86_400.0),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_read_as_people_write_them() {
        let cases = [
            ("30", Some(30_000)),
            ("1.5", Some(1_500)),
            ("0", Some(0)),
            ("500ms", Some(500)),
            ("5 min", Some(300_000)),
            ("1h", Some(3_600_000)),
            (" 2 d ", Some(172_800_000)),
            ("", None),
            ("-1", None),
            ("s", None),
            ("1 fortnight", None),
            ("1h30m", None),
            ("1.2.3", None),
            ("inf", None),
            ("99999999999999999999999999", None),
        ];
        for (text, millis) in cases {
            assert_eq!(parse(text), millis.map(Duration::from_millis), "{text}");
        }
    }
}
