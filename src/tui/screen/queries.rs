//! Statements by pattern, from the best source each server offers; the source is named.

use std::cmp::Ordering;
use std::hash::{DefaultHasher, Hash};
use std::time::Duration;

use crate::sample::slow::SlowPattern;
use crate::sample::snapshot::Digest;
use crate::sample::{Interest, Section, ServerSnapshot};
use crate::server::Unavailable;
use crate::tui::list::{Cell, Column, Found, Listing, Width, any_contains};
use crate::tui::model::{Model, Reader};
use crate::tui::theme::Role;
use crate::units::{Rate, Rows, Span};

/// The screen.
pub struct Queries;

/// One pattern, and where it was counted.
#[derive(Clone)]
pub struct Row<'a> {
    server: &'a ServerSnapshot,
    source: Source<'a>,
}

#[derive(Clone)]
enum Source<'a> {
    Digest(&'a Digest),
    Slow(&'a SlowPattern),
}

impl Row<'_> {
    fn schema(&self) -> &str {
        let schema = match &self.source {
            Source::Digest(digest) => &digest.total.schema,
            Source::Slow(pattern) => &pattern.schema,
        };
        schema.as_deref().unwrap_or_default()
    }

    fn database(&self) -> String {
        let known = self.server.databases.iter().find(|database| database.schema == self.schema());
        known.map_or_else(|| self.schema().to_owned(), |database| database.name.to_string())
    }

    fn text(&self) -> &str {
        match &self.source {
            Source::Digest(digest) => &digest.total.text,
            Source::Slow(pattern) => &pattern.fingerprint,
        }
    }

    fn count(&self) -> u64 {
        match &self.source {
            Source::Digest(digest) => digest.total.count,
            Source::Slow(pattern) => pattern.count as u64,
        }
    }

    fn total(&self) -> Duration {
        match &self.source {
            Source::Digest(digest) => digest.total.total,
            Source::Slow(pattern) => pattern.total,
        }
    }

    fn mean(&self) -> Duration {
        self.total().checked_div(u32::try_from(self.count()).unwrap_or(u32::MAX)).unwrap_or_default()
    }

    fn longest(&self) -> Duration {
        match &self.source {
            Source::Digest(digest) => digest.total.longest,
            Source::Slow(pattern) => pattern.longest,
        }
    }

    fn rate(&self) -> Option<Rate> {
        match &self.source {
            Source::Digest(digest) => digest.rate,
            Source::Slow(_) => None,
        }
    }

    fn load(&self) -> Option<f64> {
        match &self.source {
            Source::Digest(digest) => digest.load,
            Source::Slow(_) => None,
        }
    }

    fn examined(&self) -> Option<Rows> {
        match &self.source {
            Source::Digest(digest) => Some(digest.total.examined),
            Source::Slow(_) => None,
        }
    }
}

fn descending(a: Option<f64>, b: Option<f64>) -> Ordering {
    b.unwrap_or(-1.0).total_cmp(&a.unwrap_or(-1.0))
}

impl Listing for Queries {
    type Row<'a> = Row<'a>;
    const TITLE: &'static str = "Queries";
    const KEY: char = '3';
    const DOC: &'static str = "Show which statements cost the most, now and since the server began to count.";
    const INTEREST: Interest = Interest { sizes: false, tables: false, statements: true };
    const NOUN: (&'static str, &'static str) = ("statement", "statements");
    const SORT: usize = 1;
    const COLUMNS: &'static [Column<Self>] = &[
        Column {
            title: "now",
            width: Width::Right(8),
            from: 60,
            cell: |row| Cell::maybe(row.rate()),
            order: |a, b| descending(a.rate().map(|r| r.0), b.rate().map(|r| r.0)),
        },
        Column {
            title: "load",
            width: Width::Right(6),
            from: 60,
            cell: |row| Cell::maybe(row.load().map(|load| format!("{:.1} %", load * 100.0))),
            order: |a, b| descending(a.load(), b.load()).then_with(|| b.total().cmp(&a.total())),
        },
        Column {
            title: "total",
            width: Width::Right(8),
            from: 0,
            cell: |row| Cell::text(Span(row.total())),
            order: |a, b| b.total().cmp(&a.total()),
        },
        Column {
            title: "count",
            width: Width::Right(10),
            from: 90,
            cell: |row| Cell::text(Rows(row.count())),
            order: |a, b| b.count().cmp(&a.count()),
        },
        Column {
            title: "mean",
            width: Width::Right(8),
            from: 0,
            cell: |row| Cell::text(Span(row.mean())),
            order: |a, b| b.mean().cmp(&a.mean()),
        },
        Column {
            title: "longest",
            width: Width::Right(8),
            from: 70,
            cell: |row| {
                let role = if row.longest() >= Duration::from_secs(1) { Role::Warn } else { Role::Text };
                Cell::with(Span(row.longest()), role)
            },
            order: |a, b| b.longest().cmp(&a.longest()),
        },
        Column {
            title: "examined",
            width: Width::Right(13),
            from: 120,
            cell: |row| Cell::maybe(row.examined()),
            order: |a, b| b.examined().cmp(&a.examined()),
        },
        Column {
            title: "database",
            width: Width::Left(10),
            from: 80,
            cell: |row| Cell::text(row.database()),
            order: |a, b| a.schema().cmp(b.schema()),
        },
        Column {
            title: "statement",
            width: Width::Rest,
            from: 0,
            cell: |row| Cell::text(row.text()),
            order: |a, b| a.text().cmp(b.text()),
        },
    ];

    fn rows(model: &Model) -> Found<Row<'_>> {
        let mut found = Found::none("no statement has been counted yet");
        for server in model.shown().servers() {
            if server.digests.is_none() {
                found.empty = "";
            }
            let (text, role) = source(server);
            found.note(&server.endpoint, text, role);
            found.rows.extend(of_server(server));
        }
        found
    }

    fn identify(row: &Row<'_>, hasher: &mut DefaultHasher) {
        (&row.server.endpoint, row.schema(), row.text()).hash(hasher);
    }

    fn contains(row: &Row<'_>, needle: &str) -> bool {
        any_contains(&[row.schema(), &row.database(), row.text()], needle)
    }

    fn detail(row: &Row<'_>) -> Reader {
        let mut figures = vec![
            format!("server      {}", row.server.endpoint),
            format!("database    {} ({})", row.database(), row.schema()),
            format!("executions  {}", Rows(row.count())),
            format!(
                "time        {} in all, {} mean, {} longest",
                Span(row.total()),
                Span(row.mean()),
                Span(row.longest())
            ),
        ];
        let mut sections = vec![Section::sql("statement", row.text())];
        match &row.source {
            Source::Digest(digest) => figures.extend(costs(digest)),
            Source::Slow(pattern) => sections.push(Section::sql("longest execution", &pattern.example)),
        }
        sections.insert(0, Section::words("figures", figures));
        Reader { title: "statement".to_owned(), sections, inquiry: None, scroll: 0 }
    }

    fn copied(row: &Row<'_>) -> String {
        row.text().to_owned()
    }
}

fn costs(digest: &Digest) -> Vec<String> {
    let total = &digest.total;
    let per = |rows: Rows| Rows(rows.0.checked_div(total.count).unwrap_or(0));
    let mut lines = vec![
        format!("rows        {} examined, {} sent, {} changed", total.examined, total.sent, total.affected),
        format!(
            "each        {} examined, {} sent, {} changed",
            per(total.examined),
            per(total.sent),
            per(total.affected)
        ),
    ];
    if total.errors > 0 {
        lines.push(format!("errors      {}", Rows(total.errors)));
    }
    if total.without_index > 0 {
        lines.push(format!("no index    {} of the executions", Rows(total.without_index)));
    }
    lines
}

/// Digests, else the slow log, else what was seen in the process list.
fn of_server(server: &ServerSnapshot) -> Vec<Row<'_>> {
    if let Some(Ok(digests)) = server.digests.as_ref().map(|digests| &digests.value) {
        return digests.iter().map(|digest| Row { server, source: Source::Digest(digest) }).collect();
    }
    let patterns = match server.slow_log.as_ref().map(|log| &log.value) {
        Some(Ok(log)) => &log.patterns,
        _ => &*server.slow,
    };
    patterns.iter().map(|pattern| Row { server, source: Source::Slow(pattern) }).collect()
}

/// Where the figures come from, and what would give better ones.
fn source(server: &ServerSnapshot) -> (String, Role) {
    let digests = match server.digests.as_ref().map(|digests| &digests.value) {
        None => return ("not read yet".to_owned(), Role::Quiet),
        Some(Ok(_)) => return ("statement digests, since the server began to count".to_owned(), Role::Quiet),
        Some(Err(lack)) => lack,
    };
    let digests = better("digests", digests);
    let text = match server.slow_log.as_ref().map(|log| &log.value) {
        Some(Ok(log)) => {
            let place = log.file.as_ref().map_or("mysql.slow_log".to_owned(), |file| file.display().to_string());
            format!("the slow log {place}{digests}")
        }
        Some(Err(lack)) => format!("{SEEN}{}{digests}", better("slow log", lack)),
        None => format!("{SEEN}{digests}"),
    };
    (text, Role::Warn)
}

const SEEN: &str = "statements of 1 s and more that dbdeck saw running, last 5 min";

fn better(what: &str, lack: &Unavailable) -> String {
    format!("\n  no {what}: {}\n    {}", lack.reason, lack.remedy)
}
