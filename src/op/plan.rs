//! What an operation would do: shown before it is approved, kept after it was run.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::meta::{Meta, Risk};

/// What would be done, and what has to be known about it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Plan {
    /// All of it in one line, without full stop: `182 400 rows of 3 policies`.
    pub summary: String,
    /// What would be done, in this order. None: there is nothing to do.
    pub steps: Vec<Step>,
    /// Whether something goes for good in this run, though the operation as such takes nothing away.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub destroys: bool,
    /// What deserves a word before it is approved.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// Why it cannot be run as things are, and what would change that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<String>,
    /// What the run has to know of the planning, in the operation's own form. Part of the digest.
    #[serde(default, skip_serializing_if = "serde_json::Value::is_null")]
    pub details: serde_json::Value,
}

/// One thing that would be done.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Step {
    /// What, of what: `delete from client_access_logs`.
    pub title: String,
    /// What has to be known about it: name and value.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<(String, String)>,
    /// The exact statements, or their form where there will be many.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sql: Vec<String>,
    /// Rows it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
    /// Bytes it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
}

impl Step {
    /// A step of that title.
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), ..Self::default() }
    }

    /// Adds something to be known.
    #[must_use]
    #[allow(clippy::needless_pass_by_value)] // figures, names and fresh strings alike
    pub fn fact(mut self, name: &str, value: impl ToString) -> Self {
        self.facts.push((name.to_owned(), value.to_string()));
        self
    }

    /// Adds a statement.
    #[must_use]
    pub fn sql(mut self, statement: impl Into<String>) -> Self {
        self.sql.push(statement.into());
        self
    }
}

impl Plan {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// What this run can do to the data: as much as its operation, or more.
    pub fn risk(&self, meta: &Meta) -> Risk {
        if self.destroys { Risk::Destructive } else { meta.risk }
    }

    /// What names exactly what would be done: the same has the same digest everywhere. What was merely found beside it
    /// (facts, figures, warnings) may differ from one minute to the next and is no part of it.
    pub fn digest(&self) -> Digest {
        let steps: Vec<_> = self.steps.iter().map(|step| (&step.title, &step.sql)).collect();
        // These types hold nothing that JSON cannot: no other map keys than texts, no NaN.
        Digest::of(&serde_json::to_vec(&(steps, &self.refusal, &self.details)).unwrap_or_default())
    }
}

/// What names several plans together; of one plan its own.
pub fn digest_of<'a>(plans: impl IntoIterator<Item = &'a Plan>) -> Digest {
    let mut digests: Vec<Digest> = plans.into_iter().map(Plan::digest).collect();
    match digests.len() {
        1 => digests.swap_remove(0),
        _ => Digest::of(digests.iter().map(|digest| digest.0.as_str()).collect::<String>().as_bytes()),
    }
}

/// The first 16 hexadecimal digits of the SHA-256 of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Digest(pub String);

impl Digest {
    fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).iter().take(8).map(|byte| format!("{byte:02x}")).collect())
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_names_one_plan() {
        let plan = Plan { summary: "1 row".to_owned(), steps: vec![Step::new("delete")], ..Plan::default() };
        let read_back: Plan = serde_json::from_value(serde_json::json!(plan)).unwrap_or_default();
        assert_eq!(plan.digest(), read_back.digest());
        let other = Plan { details: serde_json::json!({ "cutoff": 1 }), ..plan.clone() };
        assert_ne!(plan.digest(), other.digest());
        let found = Step::new("delete").fact("oldest row", "yesterday");
        let later = Plan { summary: "2 rows".to_owned(), steps: vec![found], ..plan.clone() };
        assert_eq!(plan.digest(), later.digest());
        assert_eq!(plan.digest().0.len(), 16);
    }
}
