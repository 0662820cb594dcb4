//! `migration-status --json`: snake case, figures as numbers, `null` with a reason where a database could not be asked.

use serde_json::{Map, Value, json};

use super::{Seen, Trouble};
use crate::cli::migrations::problems;
use crate::migration::doubt::Verdict;
use crate::migration::{Catalogue, Entry, Fate, Interruption, Standing};

/// The whole document.
pub fn of(catalogue: &Catalogue, seen: &[Seen<'_>]) -> Value {
    json!({
        "directory": catalogue.directory,
        "directory_missing": catalogue.missing,
        "problems": problems(catalogue),
        "databases": seen.iter().map(|seen| database(seen, catalogue)).collect::<Vec<_>>(),
    })
}

fn database(seen: &Seen<'_>, catalogue: &Catalogue) -> Value {
    let mut object = Map::new();
    let mut put = |key: &str, value: Value| object.insert(key.to_owned(), value);
    put("name", json!(seen.target.name));
    put("database", json!(seen.target.schema));
    put("server", json!(seen.target.endpoint.to_string()));
    match &seen.stand {
        Ok(stand) => {
            put("counts", json!(stand.standings.counts()));
            let entries = stand.standings.entries.iter();
            put("migrations", entries.map(|entry| migration(entry, seen, catalogue)).collect());
        }
        Err(trouble) => {
            let (reason, remedy, reachable) = match trouble {
                Trouble::Unreachable(error) => (error.to_string(), "", false),
                Trouble::Unavailable(lack) => (lack.reason.clone(), lack.remedy.as_str(), true),
            };
            put("counts", Value::Null);
            put("migrations", Value::Null);
            put("migrations_reason", json!(reason));
            put("migrations_remedy", json!(remedy));
            put("reachable", json!(reachable));
        }
    }
    Value::Object(object)
}

fn migration(entry: &Entry, seen: &Seen<'_>, catalogue: &Catalogue) -> Value {
    let mut object = Map::new();
    let mut put = |key: &str, value: Value| object.insert(key.to_owned(), value);
    put("name", json!(entry.name));
    put("standing", json!(entry.standing.word()));
    put("cosmetic", json!(entry.cosmetic));
    let file = catalogue.find(&entry.name);
    put("path", json!(file.map(|file| &file.path)));
    put("description", json!(file.and_then(|file| file.header.description.as_ref())));
    match &entry.standing {
        Standing::Applied { at } | Standing::Edited { at } | Standing::Missing { at } => {
            put("applied_at", json!(at));
        }
        Standing::Pending => {}
        Standing::OutOfOrder { behind } => {
            put("behind", json!(behind));
        }
        Standing::Failed { step, error } => {
            put("step", json!(step));
            put("error", json!(error));
        }
        Standing::Interrupted { step } => {
            put("step", json!(step));
        }
    }
    if let Some(interruption) = seen.interruption(&entry.name) {
        object.extend(fate(interruption));
    }
    Value::Object(object)
}

fn fate(interruption: &Interruption) -> Map<String, Value> {
    let step = &interruption.step;
    let (fate, reason, thread) = match &interruption.fate {
        Fate::AtWork(thread) => ("at_work", None, Some(thread.0)),
        Fate::Ended(Verdict::Done) => ("done", None, None),
        Fate::Ended(Verdict::NotDone) => ("not_done", None, None),
        Fate::Ended(Verdict::InDoubt(reason)) => ("in_doubt", Some(reason), None),
    };
    let fields = [
        ("line", json!(step.line)),
        ("column", json!(step.column)),
        ("statement", json!(step.statement)),
        ("began", json!(step.began)),
        ("fate", json!(fate)),
        ("doubt", json!(reason)),
        ("thread", json!(thread)),
    ];
    fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}
