//! The migrations of all databases: what is applied, what is not, and what is not as it should be.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash};
use std::time::Duration;

use chrono::Local;

use super::Subject;
use crate::migration::{Catalogue, Entry, HistoryRow, MigrationFile, Standing};
use crate::sample::Interest;
use crate::tui::jobs::words as job_words;
use crate::tui::keymap::Context;
use crate::tui::list::{Cell, Column, Found, Listing, Width, any_contains};
use crate::tui::migrations::{self, Shelved, at_work, words};
use crate::tui::model::{Model, Reader};
use crate::tui::theme::Role;
use crate::units::{DatabaseName, Span};

/// The screen.
pub struct Migrations;

/// One migration of one database.
#[derive(Clone)]
pub struct Row<'a> {
    model: &'a Model,
    database: &'a DatabaseName,
    /// How it stands.
    pub entry: &'a Entry,
    /// Its file.
    pub file: Option<&'a MigrationFile>,
    record: Option<&'a HistoryRow>,
    is_at_work: bool,
}

impl Row<'_> {
    fn state(&self) -> (String, Role) {
        words::state(self.entry, self.is_at_work)
    }

    fn description(&self) -> &str {
        self.file.and_then(|file| file.header.description.as_deref()).unwrap_or_default()
    }

    fn took(&self) -> Option<Duration> {
        self.record.and_then(|row| row.took_ms).map(Duration::from_millis)
    }

    fn by(&self) -> Option<&str> {
        self.record.and_then(|row| row.applied_by.as_deref())
    }

    fn applied(&self) -> Option<String> {
        let at = words::applied(&self.entry.standing)?;
        Some(at.with_timezone(&Local).format("%Y-%m-%d %H:%M").to_string())
    }

    /// What needs a hand first; what waits in the order in which it will be applied, what is applied with the newest first.
    fn urgency(&self) -> (u8, Option<&str>, Reverse<Option<&str>>) {
        let (rank, name) = (words::rank(&self.entry.standing), self.entry.name.as_str());
        let is_over = matches!(self.entry.standing, Standing::Applied { .. });
        if is_over { (rank, None, Reverse(Some(name))) } else { (rank, Some(name), Reverse(None)) }
    }
}

impl Listing for Migrations {
    type Row<'a> = Row<'a>;
    const TITLE: &'static str = "Migrations";
    const KEY: char = '5';
    const DOC: &'static str = "Show which migrations each database has, and apply those that it has not.";
    const INTEREST: Interest = Interest { sizes: false, tables: false, statements: false };
    const NOUN: (&'static str, &'static str) = ("migration", "migrations");
    const SORT: usize = 0;
    const CONTEXT: Context = Context::Migrations;
    const COLUMNS: &'static [Column<Self>] = &[
        Column {
            title: "state",
            width: Width::Left(14),
            from: 0,
            cell: |row| {
                let (text, role) = row.state();
                Cell::with(text, role)
            },
            order: |a, b| a.urgency().cmp(&b.urgency()),
        },
        Column {
            title: "database",
            width: Width::Left(9),
            from: 0,
            cell: |row| Cell::text(row.database),
            order: |a, b| a.database.cmp(b.database),
        },
        Column {
            title: "migration",
            width: Width::Rest,
            from: 0,
            cell: |row| Cell::with(&row.entry.name, Role::Strong),
            order: |a, b| b.entry.name.cmp(&a.entry.name),
        },
        Column {
            title: "applied",
            width: Width::Left(16),
            from: 80,
            cell: |row| Cell::maybe(row.applied()),
            order: |a, b| words::applied(&b.entry.standing).cmp(&words::applied(&a.entry.standing)),
        },
        Column {
            title: "took",
            width: Width::Right(7),
            from: 100,
            cell: |row| Cell::maybe(row.took().map(Span)),
            order: |a, b| b.took().cmp(&a.took()),
        },
        Column {
            title: "by",
            width: Width::Left(18),
            from: 140,
            cell: |row| Cell { role: Role::Quiet, ..Cell::maybe(row.by()) },
            order: |a, b| a.by().cmp(&b.by()),
        },
        Column {
            title: "for",
            width: Width::Rest,
            from: 120,
            cell: |row| Cell::text(row.description()),
            order: |a, b| a.description().cmp(b.description()),
        },
    ];

    fn rows(model: &Model) -> Found<Row<'_>> {
        let mut found = Found::none("there are no migrations");
        let Some(shelf) = &model.shelf else {
            found.empty = "";
            found.note(&"migrations", "not read yet", Role::Quiet);
            return found;
        };
        problems(&shelf.catalogue, &mut found);
        let files: Files<'_> = shelf.catalogue.files.iter().map(|file| (file.name.text.as_str(), file)).collect();
        for shelved in &shelf.databases {
            found.rows.extend(of_database(model, &files, shelved));
            match &shelved.state {
                Err(reason) => found.note(&shelved.name, reason, Role::Bad),
                Ok(_) => under_way(model, &shelved.name, &mut found),
            }
        }
        found
    }

    fn identify(row: &Row<'_>, hasher: &mut DefaultHasher) {
        (row.database, &row.entry.name).hash(hasher);
    }

    fn contains(row: &Row<'_>, needle: &str) -> bool {
        any_contains(&[&row.database.0, &row.entry.name, &row.state().0, row.description()], needle)
    }

    fn detail(row: &Row<'_>) -> Reader {
        migrations::reader(row.model, row.database, &row.entry.name)
    }

    fn copied(row: &Row<'_>) -> String {
        row.entry.name.clone()
    }

    /// All databases: they are planned together.
    fn subject(_row: &Row<'_>) -> Subject {
        Subject::default()
    }
}

/// What is wrong with the files as such.
fn problems(catalogue: &Catalogue, found: &mut Found<Row<'_>>) {
    if catalogue.missing {
        let directory = catalogue.directory.display();
        found.note(&"migrations", format!("there is no directory {directory}"), Role::Warn);
    }
    for problem in &catalogue.problems {
        let file = problem.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let line = problem.line.map(|line| format!("line {line}: ")).unwrap_or_default();
        found.note(&file, format!("{line}{}", problem.sentence), Role::Bad);
    }
}

/// The files by name: a thousand of them are looked up for each database on every frame.
type Files<'a> = HashMap<&'a str, &'a MigrationFile>;

fn of_database<'a>(model: &'a Model, files: &Files<'a>, shelved: &'a Shelved) -> Vec<Row<'a>> {
    let Ok((standings, history)) = &shelved.state else { return Vec::new() };
    let is_at_work = at_work(model, &shelved.name).is_some();
    let records: HashMap<&str, &HistoryRow> = history.rows.iter().map(|row| (row.name.as_str(), row)).collect();
    let row = |entry: &'a Entry| Row {
        model,
        database: &shelved.name,
        entry,
        file: files.get(entry.name.as_str()).copied(),
        record: records.get(entry.name.as_str()).copied(),
        is_at_work,
    };
    standings.entries.iter().map(row).collect()
}

/// What the job is at that is applying them.
fn under_way(model: &Model, database: &DatabaseName, found: &mut Found<Row<'_>>) {
    if let Some(job) = at_work(model, database) {
        let course = job_words::course(job, job_words::present(model));
        found.note(database, format!("{} at work: {course}", job.name()), Role::Strong);
    }
}
