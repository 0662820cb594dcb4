//! JSON in which nothing is silently missing: a figure that is not there is `null` with its reason beside it.

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::advise::Finding;
use crate::clock::Moment;
use crate::sample::State;
use crate::server::error::Known;

/// Puts a figure; or `null`, and `…_reason` and `…_remedy` beside it.
pub fn put<T: Serialize>(object: &mut Map<String, Value>, key: &str, known: &Known<T>) {
    let value = known.as_ref().map_or(Value::Null, |value| json!(value));
    object.insert(key.to_owned(), value);
    if let Err(lack) = known {
        object.insert(format!("{key}_reason"), json!(lack.reason));
        object.insert(format!("{key}_remedy"), json!(lack.remedy));
    }
}

/// Why a server is not live, and since how many seconds; `null` when it is.
pub fn trouble(state: &State) -> Value {
    match state {
        State::Connecting | State::Live => Value::Null,
        State::Stale { age } => json!({ "reason": "no answer", "seconds": age.as_secs_f64() }),
        State::Down { age, why, next_try } => {
            json!({ "reason": why, "seconds": age.as_secs_f64(), "next_try_seconds": next_try.as_secs_f64() })
        }
    }
}

/// One line of what needs attention.
pub fn finding(finding: &Finding, now: Moment) -> Value {
    json!({
        "rule": finding.rule,
        "severity": finding.severity,
        "subject": finding.subject.to_string(),
        "text": finding.text,
        "remedy": finding.remedy,
        "since_seconds": now.since(finding.since).as_secs_f64(),
    })
}

/// A document as it is printed.
pub fn document(value: &Value) -> String {
    format!("{value:#}\n")
}
