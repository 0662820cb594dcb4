//! `status` for people: one paragraph per database, one per server, and what needs attention.

use std::fmt::Display;

use crate::advise::Finding;
use crate::cli::page::{Page, Tone};
use crate::report::{DatabaseReport, Report, ServerReport, health};
use crate::sample::State;
use crate::server::error::Known;
use crate::units::{Rows, Span};

/// The whole text.
pub fn of(report: &Report<'_>, mut page: Page) -> String {
    for one in &report.databases {
        database(one, &mut page);
    }
    for one in &report.servers {
        server(one, &mut page);
    }
    attention(report, &mut page);
    page.finish()
}

fn database(one: &DatabaseReport<'_>, page: &mut Page) {
    let name = page.tinted(Tone::Strong, one.name);
    let health = page.tinted(tone(&one.state), health(&one.state));
    page.line(format!("{name}  {health}  {} on {}", one.schema, one.server));
    figure(page, "connections", told(&one.connections, |current| format!("{current} of {}", one.limit)));
    figure(page, "queries", told(&one.queries, ToString::to_string));
    figure(page, "tables", told(&one.tables, ToString::to_string));
    figure(page, "size", told(&one.size, ToString::to_string));
    for (name, bytes) in &one.largest {
        page.line(format!("                 {bytes:>9}  {name}"));
    }
    figure(page, "migrations", migrations(one));
    figure(page, "slow", slow(one));
    page.line("");
}

fn migrations(one: &DatabaseReport<'_>) -> String {
    told(&one.migrations, |counts| {
        let words: Vec<String> = counts.words().iter().map(|(count, word)| format!("{count} {word}")).collect();
        match (words.as_slice(), one.no_directory) {
            ([], Some(directory)) => format!("no migrations directory ({})", directory.display()),
            ([], None) => "none".to_owned(),
            (words, _) => words.join(", "),
        }
    })
}

fn slow(one: &DatabaseReport<'_>) -> String {
    match one.slow.first() {
        None => "none while looking".to_owned(),
        Some(worst) => {
            format!("{} running, {} {}", one.slow_statements(), Span(worst.longest), worst.fingerprint)
        }
    }
}

fn server(one: &ServerReport<'_>, page: &mut Page) {
    let kind = one.kind.map_or_else(|| "unknown server".to_owned(), |kind| kind.to_string());
    let health = page.tinted(tone(&one.state), health(&one.state));
    page.line(format!("{}  {health}  {kind}", page.tinted(Tone::Strong, one.id)));
    if let State::Down { why, .. } = &one.state {
        figure(page, "reason", why);
    }
    if let (Some(current), Some(limit), Some(uptime)) = (one.connections, one.limit, one.uptime) {
        figure(page, "connections", format!("{} of {}", Rows(current), Rows(limit)));
        figure(page, "up", Span(uptime));
    }
    if let Some(queries) = one.queries {
        figure(page, "queries", queries);
    }
    page.line("");
}

fn figure(page: &mut Page, name: &str, text: impl Display) {
    page.line(format!("  {name:<13}{text}"));
}

fn attention(report: &Report<'_>, page: &mut Page) {
    let heading = page.tinted(Tone::Strong, "Needs attention");
    page.line(heading);
    if report.attention.is_empty() {
        page.line("  nothing");
    }
    for finding in report.attention {
        line(finding, page);
    }
}

fn line(finding: &Finding, page: &mut Page) {
    let severity = page.tinted(finding.severity.into(), format!("{:<9}", finding.severity));
    page.line(format!("  {severity}{}: {}", finding.subject, finding.text));
    for remedy in finding.remedy.lines() {
        page.line(format!("           {}", page.tinted(Tone::Quiet, remedy)));
    }
}

fn told<T>(known: &Known<T>, show: impl FnOnce(&T) -> String) -> String {
    match known {
        Ok(value) => show(value),
        Err(lack) => format!("unknown: {}", lack.reason),
    }
}

fn tone(state: &State) -> Tone {
    match state {
        State::Live => Tone::Good,
        State::Connecting | State::Stale { .. } => Tone::Warn,
        State::Down { .. } => Tone::Bad,
    }
}
