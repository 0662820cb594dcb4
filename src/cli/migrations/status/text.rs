//! `migration-status` for people: a line of counts for each database, and a line for everything that is not just applied.

use super::{Seen, Stand, Trouble};
use crate::cli::jobs::day;
use crate::cli::migrations::{tell_missing, tell_problems};
use crate::cli::page::{Page, Tone};
use crate::migration::doubt::Verdict;
use crate::migration::{Catalogue, Entry, Fate, Interruption, Standing};
use crate::text::{clean, truncate};

/// Columns of a statement that are shown.
const SHOWN: usize = 60;

/// The whole text.
pub fn of(catalogue: &Catalogue, seen: &[Seen<'_>], mut page: Page) -> String {
    if catalogue.missing {
        tell_missing(catalogue, &mut page);
        page.line("");
    }
    for seen in seen {
        let name = page.tinted(Tone::Strong, &seen.target.name);
        let summary = match &seen.stand {
            Ok(stand) => summary(stand),
            Err(Trouble::Unreachable(_)) => page.tinted(Tone::Bad, "unreachable"),
            Err(Trouble::Unavailable(_)) => page.tinted(Tone::Warn, "unknown"),
        };
        page.line(format!("{name}  {} on {}: {summary}", seen.target.schema, seen.target.endpoint));
        match &seen.stand {
            Ok(stand) => entries(stand, seen, catalogue, &mut page),
            Err(Trouble::Unreachable(error)) => page.line(format!("  {error}")),
            Err(Trouble::Unavailable(lack)) => {
                page.line(format!("  {}", lack.reason));
                let remedy = page.tinted(Tone::Quiet, &lack.remedy);
                page.line(format!("  {remedy}"));
            }
        }
        page.line("");
    }
    if !catalogue.problems.is_empty() {
        let heading = page.tinted(Tone::Strong, "Files that cannot be used");
        page.line(heading);
        tell_problems(catalogue.problems.iter(), &mut page);
    }
    page.finish()
}

fn summary(stand: &Stand) -> String {
    let counts: Vec<String> =
        stand.standings.counts().words().iter().map(|(count, word)| format!("{count} {word}")).collect();
    if counts.is_empty() { "no migrations".to_owned() } else { counts.join(", ") }
}

fn entries(stand: &Stand, seen: &Seen<'_>, catalogue: &Catalogue, page: &mut Page) {
    let applied = stand.standings.entries.iter().rev().find_map(|entry| match entry.standing {
        Standing::Applied { at } => Some((entry, at)),
        _ => None,
    });
    if let Some((entry, at)) = applied {
        let at = at.map_or_else(String::new, |at| format!(" at {}", day(at)));
        page.line(format!("  last applied: {}{at}", clean(entry.name.as_bytes())));
    }
    for entry in &stand.standings.entries {
        line(entry, seen, catalogue, page);
    }
}

fn line(entry: &Entry, seen: &Seen<'_>, catalogue: &Catalogue, page: &mut Page) {
    let description = catalogue.find(&entry.name).and_then(|file| file.header.description.clone()).unwrap_or_default();
    let (tone, details) = match &entry.standing {
        Standing::Applied { .. } if !entry.cosmetic => return,
        Standing::Applied { .. } => {
            (Tone::Quiet, "its file was changed since, in comments or white space only".to_owned())
        }
        Standing::Pending => (Tone::Warn, description),
        Standing::OutOfOrder { behind } => {
            (Tone::Bad, format!("it comes before {behind}, which is applied; allow out-of-order to apply it"))
        }
        Standing::Failed { step, error } => {
            let step = step.map_or_else(String::new, |step| format!("at statement {step}: "));
            (Tone::Bad, format!("{step}{}", error.lines().next().unwrap_or_default()))
        }
        Standing::Interrupted { step } => (Tone::Bad, format!("at statement {step}")),
        Standing::Edited { .. } => (Tone::Bad, "its file is another one now; put it back, or allow edited".to_owned()),
        Standing::Missing { .. } => (Tone::Bad, "it is applied, and its file is gone".to_owned()),
    };
    let word = if entry.cosmetic { "cosmetic".to_owned() } else { entry.standing.word().replace('_', " ") };
    let word = page.tinted(tone, format!("{word:<12}"));
    page.line(format!("  {word}{}  {}", clean(entry.name.as_bytes()), clean(details.as_bytes())));
    if let Some(interruption) = seen.interruption(&entry.name) {
        tell_fate(interruption, page);
    }
}

fn tell_fate(interruption: &Interruption, page: &mut Page) {
    let step = &interruption.step;
    let statement = truncate(&clean(step.statement.as_bytes()), SHOWN);
    page.line(format!("              line {}: {statement}", step.line));
    let fate = match &interruption.fate {
        Fate::AtWork(thread) => format!("a run is at work there now, on thread {thread}"),
        Fate::Ended(Verdict::Done) => "that statement is done; `dbdeck migrate` goes on behind it".to_owned(),
        Fate::Ended(Verdict::NotDone) => "that statement is not done; `dbdeck migrate` goes on with it".to_owned(),
        Fate::Ended(Verdict::InDoubt(reason)) => {
            let (name, step) = (&step.name, step.step);
            format!("in doubt: {reason}; look, then say `dbdeck migrate --settle {name}:{step}=done` or `…=undone`")
        }
    };
    page.line(format!("              {fate}"));
}
