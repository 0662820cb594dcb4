//! How a migration stands, in a sign, a word, and a sentence that says what can be done.

use chrono::{DateTime, Local, Utc};

use crate::migration::{Entry, Standing};
use crate::tui::theme::Role;

/// A sign and a word or two.
pub fn state(entry: &Entry, is_at_work: bool) -> (String, Role) {
    match &entry.standing {
        Standing::Interrupted { step } | Standing::Failed { step: Some(step), .. } if is_at_work => {
            (format!("● statement {step}"), Role::Strong)
        }
        Standing::Applied { .. } if entry.cosmetic => ("✓ reformatted".to_owned(), Role::Good),
        Standing::Applied { .. } => ("✓ applied".to_owned(), Role::Good),
        Standing::Pending => ("○ pending".to_owned(), Role::Text),
        Standing::OutOfOrder { .. } => ("▲ out of order".to_owned(), Role::Warn),
        Standing::Failed { step: Some(step), .. } => (format!("✗ failed at {step}"), Role::Bad),
        Standing::Failed { step: None, .. } => ("✗ failed".to_owned(), Role::Bad),
        Standing::Interrupted { .. } => ("▲ interrupted".to_owned(), Role::Warn),
        Standing::Edited { .. } => ("▲ edited".to_owned(), Role::Warn),
        Standing::Missing { .. } => ("▲ file missing".to_owned(), Role::Warn),
    }
}

/// What needs a hand first.
pub fn rank(standing: &Standing) -> u8 {
    match standing {
        Standing::Failed { .. } => 0,
        Standing::Interrupted { .. } => 1,
        Standing::Edited { .. } => 2,
        Standing::Missing { .. } => 3,
        Standing::OutOfOrder { .. } => 4,
        Standing::Pending => 5,
        Standing::Applied { .. } => 6,
    }
}

/// When it was applied, where it was and the record says.
pub fn applied(standing: &Standing) -> Option<DateTime<Utc>> {
    match standing {
        Standing::Applied { at } | Standing::Edited { at } | Standing::Missing { at } => *at,
        _ => None,
    }
}

/// The whole of it, and what comes next.
pub fn sentences(entry: &Entry) -> Vec<String> {
    let when = applied(&entry.standing).map(|at| format!(" {}", time(at))).unwrap_or_default();
    match &entry.standing {
        Standing::Applied { .. } if entry.cosmetic => {
            vec![format!("applied{when}; the file was changed since then in ways that no server minds")]
        }
        Standing::Applied { .. } => vec![format!("applied{when}")],
        Standing::Pending => vec!["not applied yet; m plans it".to_owned()],
        Standing::OutOfOrder { behind } => vec![
            format!("not applied, and it comes before {behind}, which is"),
            "It is refused unless the file says `-- Allow: out-of-order`, or `dbdeck migrate --allow out-of-order`"
                .to_owned(),
        ],
        Standing::Failed { error, .. } => vec!["not applied: the server refused a statement".to_owned(), error.clone()],
        Standing::Interrupted { step } => vec![
            format!("begun and not ended: what became of statement {step} is not recorded"),
            "m looks at the database, tells whether it was done, and goes on from there".to_owned(),
        ],
        Standing::Edited { .. } => vec![
            format!("applied{when}, and its file says something else now"),
            "Take the change back and write it into a new file (n).".to_owned(),
        ],
        Standing::Missing { .. } => {
            vec![format!("applied{when}, and its file is gone"), "Put the file back where it was.".to_owned()]
        }
    }
}

/// To the second, in this machine's time.
pub fn time(at: DateTime<Utc>) -> String {
    at.with_timezone(&Local).format("%Y-%m-%d %H:%M:%S").to_string()
}
