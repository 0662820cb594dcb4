//! `dbdeck doctor`: what each feature needs on each server, and whether it is there.

use serde_json::{Value, json};

use super::exit::{Exit, Failure};
use super::page::{Page, Tone};
use super::run::Form;
use super::{json, page, watch};
use crate::advise::doctor::{Check, Standing, checks};
use crate::config::Config;
use crate::sample::{Picture, ServerSnapshot, State};

/// Looks at all servers once and prints the diagnosis.
///
/// # Errors
/// When standard output cannot be written; a server that cannot be reached is part of the answer.
pub async fn run(config: &Config, form: Form) -> Result<Exit, Failure> {
    let picture = watch::once(config).await;
    let now = std::time::Instant::now();
    let diagnoses: Vec<Diagnosis<'_>> =
        picture.servers().map(|server| (server, checks(server, now).collect())).collect();
    page::print(&match form {
        Form::Json => json::document(&document(&diagnoses)),
        Form::Text(page) => text(&diagnoses, page),
    })?;
    Ok(if is_unreachable(&picture) { Exit::Unreachable } else { Exit::Done })
}

type Diagnosis<'a> = (&'a ServerSnapshot, Vec<Check>);

fn is_unreachable(picture: &Picture) -> bool {
    let now = std::time::Instant::now();
    picture.servers().any(|server| matches!(server.state(now), State::Down { .. }))
}

fn document(diagnoses: &[Diagnosis<'_>]) -> Value {
    let servers = diagnoses.iter().map(|(server, checks)| {
        let caps = server.caps.as_deref();
        json!({
            "id": server.endpoint,
            "flavor": caps.map(|caps| caps.kind.flavor),
            "version": caps.map(|caps| caps.kind.version.to_string()),
            "account": caps.map(|caps| &caps.account),
            "checks": checks.iter().map(check).collect::<Vec<_>>(),
        })
    });
    json!({ "servers": servers.collect::<Vec<_>>() })
}

fn check(check: &Check) -> Value {
    let (kind, reason, remedy) = match &check.standing {
        Standing::Available => (Value::Null, Value::Null, Value::Null),
        Standing::Lacking(lack) => (json!(lack.kind), json!(lack.reason), json!(lack.remedy)),
        Standing::Unknown(why) => (Value::Null, json!(why), Value::Null),
    };
    json!({
        "feature": check.feature,
        "shows": check.shows,
        "standing": word(&check.standing).0,
        "lacks": kind,
        "reason": reason,
        "remedy": remedy,
    })
}

fn text(diagnoses: &[Diagnosis<'_>], mut page: Page) -> String {
    for (server, checks) in diagnoses {
        let kind = server.kind().unwrap_or_else(|| "unknown server".to_owned());
        let account = server.caps.as_ref().map(|caps| format!("  as {}", caps.account)).unwrap_or_default();
        page.line(format!("{}  {kind}{account}", page.tinted(Tone::Strong, &server.endpoint)));
        for check in checks {
            line(check, &mut page);
        }
        page.line("");
    }
    page.finish()
}

fn line(check: &Check, page: &mut Page) {
    let (word, tone) = word(&check.standing);
    let word = page.tinted(tone, format!("{word:<11}"));
    let (about, remedy) = match &check.standing {
        Standing::Available => (check.shows, ""),
        Standing::Lacking(lack) => (lack.reason.as_str(), lack.remedy.as_str()),
        Standing::Unknown(why) => (why.as_str(), ""),
    };
    page.line(format!("  {word}{:<20}{about}", check.feature));
    for remedy in remedy.lines() {
        page.line(format!("{:33}{remedy}", ""));
    }
}

fn word(standing: &Standing) -> (&'static str, Tone) {
    match standing {
        Standing::Available => ("available", Tone::Good),
        Standing::Lacking(_) => ("lacking", Tone::Warn),
        Standing::Unknown(_) => ("unknown", Tone::Quiet),
    }
}
