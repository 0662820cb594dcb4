//! What needs attention in full, and what each feature needs on each server: every line with its remedy.

use std::hash::{DefaultHasher, Hash};

use crate::advise::{Check, Finding, RULES, Severity, Standing, doctor};
use crate::sample::{Interest, Section};
use crate::server::error::Lack;
use crate::tui::list::{Cell, Column, Found, Listing, Width, any_contains};
use crate::tui::model::{Model, Reader};
use crate::tui::screen::overview::mark;
use crate::tui::theme::Role;
use crate::units::Span;

/// The screen.
pub struct Checks;

/// One line.
#[derive(Clone)]
pub enum Row<'a> {
    /// Something that needs attention.
    Finding(&'a Finding, &'a Model),
    /// A feature on a server.
    Check(Check),
}

impl Row<'_> {
    /// Findings first, then what is lacking, then what is there.
    fn rank(&self) -> u8 {
        match self {
            Self::Finding(finding, _) => match finding.severity {
                Severity::Critical => 0,
                Severity::Warning => 1,
                Severity::Notice => 2,
            },
            Self::Check(check) => match check.standing {
                Standing::Lacking(_) => 3,
                Standing::Unknown(_) => 4,
                Standing::Available => 5,
            },
        }
    }

    fn state(&self) -> Cell {
        match self {
            Self::Finding(finding, _) => {
                let (sign, role) = mark(finding.severity);
                Cell::with(format!("{sign} {}", finding.severity), role)
            }
            Self::Check(check) => match &check.standing {
                Standing::Available => Cell::with("✓ available", Role::Good),
                Standing::Unknown(_) => Cell::with("○ unknown", Role::Quiet),
                Standing::Lacking(lack) => Cell::with(format!("▲ {}", word(lack.kind)), Role::Warn),
            },
        }
    }

    fn subject(&self) -> String {
        match self {
            Self::Finding(finding, _) => finding.subject.to_string(),
            Self::Check(check) => check.server.clone(),
        }
    }

    fn what(&self) -> &str {
        match self {
            Self::Finding(finding, _) => finding.rule,
            Self::Check(check) => check.feature,
        }
    }

    fn text(&self) -> String {
        match self {
            Self::Finding(finding, _) => finding.text.clone(),
            Self::Check(check) => match &check.standing {
                Standing::Available => check.shows.to_owned(),
                Standing::Unknown(why) => format!("{}: {why}", check.feature),
                Standing::Lacking(lack) => format!("{}: {}", check.feature, lack.reason),
            },
        }
    }

    fn remedy(&self) -> &str {
        match self {
            Self::Finding(finding, _) => &finding.remedy,
            Self::Check(Check { standing: Standing::Lacking(lack), .. }) => &lack.remedy,
            Self::Check(_) => "",
        }
    }
}

fn word(lack: Lack) -> &'static str {
    match lack {
        Lack::Permission => "forbidden",
        Lack::Setting => "off",
        Lack::Answer => "no answer",
        Lack::Absent => "absent",
    }
}

impl Listing for Checks {
    type Row<'a> = Row<'a>;
    const TITLE: &'static str = "Checks";
    const KEY: char = '8';
    const DOC: &'static str = "Show what needs attention, and what each feature needs on each server, with the remedy.";
    const INTEREST: Interest = Interest::ALL;
    const NOUN: (&'static str, &'static str) = ("check", "checks");
    const SORT: usize = 0;
    const COLUMNS: &'static [Column<Self>] = &[
        Column {
            title: "state",
            width: Width::Left(11),
            from: 0,
            cell: |row| row.state(),
            order: |a, b| a.rank().cmp(&b.rank()),
        },
        Column {
            title: "where",
            width: Width::Left(22),
            from: 80,
            cell: |row| Cell::with(row.subject(), Role::Strong),
            order: |a, b| a.subject().cmp(&b.subject()),
        },
        Column {
            title: "check",
            width: Width::Left(18),
            from: 100,
            cell: |row| Cell::text(row.what()),
            order: |a, b| a.what().cmp(b.what()),
        },
        Column {
            title: "finding",
            width: Width::Rest,
            from: 0,
            cell: |row| Cell::text(row.text()),
            order: |a, b| a.text().cmp(&b.text()),
        },
    ];

    fn rows(model: &Model) -> Found<Row<'_>> {
        let findings = model.findings().iter().map(|finding| Row::Finding(finding, model));
        let checks = doctor(model.shown(), model.now.instant).into_iter().map(Row::Check);
        Found { rows: findings.chain(checks).collect(), ..Found::none("no server is configured") }
    }

    fn identify(row: &Row<'_>, hasher: &mut DefaultHasher) {
        (row.subject(), row.what()).hash(hasher);
    }

    fn contains(row: &Row<'_>, needle: &str) -> bool {
        any_contains(&[&row.subject(), row.what(), &row.text(), row.remedy(), &row.state().text], needle)
    }

    fn detail(row: &Row<'_>) -> Reader {
        let mut sections = vec![Section::words(row.subject(), vec![row.text()])];
        if let Row::Finding(finding, model) = row {
            let rule = RULES.iter().find(|rule| rule.id() == finding.rule);
            sections.extend(rule.map(|rule| Section::words(rule.title(), vec![rule.doc().to_owned()])));
            let since = model.now.since(finding.since);
            sections.push(Section::words("since", vec![format!("{} ago", Span(since))]));
        }
        if let Row::Check(check) = row {
            sections.push(Section::words("what it shows", vec![check.shows.to_owned()]));
        }
        if !row.remedy().is_empty() {
            sections.push(Section::words("remedy", row.remedy().lines().map(str::to_owned).collect()));
        }
        Reader { title: row.what().to_owned(), sections, inquiry: None, scroll: 0 }
    }

    /// The remedy, ready to paste.
    fn copied(row: &Row<'_>) -> String {
        if row.remedy().is_empty() { row.text() } else { row.remedy().to_owned() }
    }
}
