//! The jobs of every console on this service: what runs, what waits, what was done and how it ended.

use std::cmp::Reverse;
use std::hash::{DefaultHasher, Hash};
use std::time::Duration;

use chrono::{DateTime, Local, Utc};

use super::Subject;
use crate::job::JobView;
use crate::sample::Interest;
use crate::tui::jobs::{detail, words};
use crate::tui::keymap::Context;
use crate::tui::list::{Cell, Column, Found, Listing, Width, any_contains};
use crate::tui::model::{Model, Reader};
use crate::tui::theme::Role;
use crate::units::{Bytes, Rows, Span};

/// The screen.
pub struct Jobs;

/// One job, and when it is looked at.
#[derive(Clone)]
pub struct Row<'a> {
    /// The job.
    pub job: &'a JobView,
    now: DateTime<Utc>,
}

impl Row<'_> {
    /// What is at work first, then what waits, then the newest.
    fn urgency(&self) -> impl Ord + use<> {
        (words::rank(self.job.state), Reverse(self.job.submitted))
    }

    fn duration(&self) -> Option<Duration> {
        words::duration(self.job, self.now)
    }

    fn role(&self) -> Role {
        words::mark(self.job.state).1
    }

    fn state(&self) -> String {
        format!("{} {}", words::mark(self.job.state).0, self.job.state)
    }

    /// The hour of today's, the day of older ones.
    fn began(&self) -> Option<String> {
        let (began, now) = (self.job.began?.with_timezone(&Local), self.now.with_timezone(&Local));
        let form = if began.date_naive() == now.date_naive() { "%H:%M:%S" } else { "%m-%d %H:%M" };
        Some(began.format(form).to_string())
    }
}

impl Listing for Jobs {
    type Row<'a> = Row<'a>;
    const TITLE: &'static str = "Jobs";
    const KEY: char = '7';
    const DOC: &'static str = "Show what every console runs and has run on this service.";
    const INTEREST: Interest = Interest { sizes: false, tables: false, statements: false };
    const NOUN: (&'static str, &'static str) = ("job", "jobs");
    const SORT: usize = 0;
    const CONTEXT: Context = Context::Jobs;
    const COLUMNS: &'static [Column<Self>] = &[
        Column {
            title: "state",
            width: Width::Left(13),
            from: 0,
            cell: |row| Cell::with(row.state(), row.role()),
            order: |a, b| a.urgency().cmp(&b.urgency()),
        },
        Column {
            title: "job",
            width: Width::Left(5),
            from: 0,
            cell: |row| Cell::text(row.job.name()),
            order: |a, b| b.job.submitted.cmp(&a.job.submitted),
        },
        Column {
            title: "operation",
            width: Width::Left(17),
            from: 0,
            cell: |row| Cell::with(&row.job.operation, Role::Strong),
            order: |a, b| a.job.operation.cmp(&b.job.operation),
        },
        Column {
            title: "databases",
            width: Width::Left(10),
            from: 70,
            cell: |row| Cell::text(row.job.about()),
            order: |a, b| a.job.databases.cmp(&b.job.databases),
        },
        Column {
            title: "who",
            width: Width::Left(18),
            from: 140,
            cell: |row| Cell::with(&row.job.operator, Role::Quiet),
            order: |a, b| a.job.operator.cmp(&b.job.operator),
        },
        Column {
            title: "from",
            width: Width::Left(8),
            from: 150,
            cell: |row| Cell::with(row.job.origin, Role::Quiet),
            order: |a, b| a.job.origin.to_string().cmp(&b.job.origin.to_string()),
        },
        Column {
            title: "began",
            width: Width::Left(11),
            from: 110,
            cell: |row| Cell::maybe(row.began()),
            order: |a, b| b.job.began.cmp(&a.job.began),
        },
        Column {
            title: "took",
            width: Width::Right(7),
            from: 90,
            cell: |row| Cell::maybe(row.duration().map(Span)),
            order: |a, b| b.duration().cmp(&a.duration()),
        },
        Column {
            title: "rows",
            width: Width::Right(11),
            from: 120,
            cell: |row| Cell::maybe((row.job.live.rows > 0).then_some(Rows(row.job.live.rows))),
            order: |a, b| b.job.live.rows.cmp(&a.job.live.rows),
        },
        Column {
            title: "bytes",
            width: Width::Right(9),
            from: 160,
            cell: |row| Cell::maybe((row.job.live.bytes > 0).then_some(Bytes(row.job.live.bytes))),
            order: |a, b| b.job.live.bytes.cmp(&a.job.live.bytes),
        },
        Column {
            title: "outcome",
            width: Width::Rest,
            from: 0,
            cell: |row| Cell::text(words::course(row.job, row.now)),
            order: |a, b| a.job.message.cmp(&b.job.message),
        },
    ];

    fn rows(model: &Model) -> Found<Row<'_>> {
        let now = words::present(model);
        let mut found = Found::none("no job has been run yet");
        for note in &model.jobs.record.notes {
            found.note(&"record", note, Role::Warn);
        }
        found.rows = model.jobs.iter().map(|job| Row { job, now }).collect();
        found
    }

    fn identify(row: &Row<'_>, hasher: &mut DefaultHasher) {
        row.job.uid.hash(hasher);
    }

    fn contains(row: &Row<'_>, needle: &str) -> bool {
        let job = row.job;
        any_contains(&[&job.line, &job.operator, &job.about(), &job.message, &job.name(), &row.state()], needle)
    }

    fn detail(row: &Row<'_>) -> Reader {
        detail::reader(row.job)
    }

    /// The command that asks for the same.
    fn copied(row: &Row<'_>) -> String {
        format!("dbdeck {}", row.job.line)
    }

    fn subject(row: &Row<'_>) -> Subject {
        Subject { database: row.job.databases.first().cloned(), ..Subject::default() }
    }
}
