//! One migration of one database in full: how it stands, what failed and where, its statements, what its file says.

use chrono::{DateTime, Utc};

use super::words;
use crate::job::JobView;
use crate::migration::doubt::Judged;
use crate::migration::{Allow, Entry, Header, History, MigrationFile, Standing, StepRow, StepState};
use crate::ops::migrate::run::card::Card;
use crate::sample::Section;
use crate::server::script::Statement;
use crate::text::{clean, clean_lines, truncate};
use crate::tui::jobs::words as job_words;
use crate::units::{DatabaseName, Rows, Span};

/// What is known of it.
pub struct Subject<'a> {
    /// In which database.
    pub database: &'a DatabaseName,
    /// How it stands there.
    pub entry: &'a Entry,
    /// Its file, if there is one.
    pub file: Option<&'a MigrationFile>,
    /// The database's record.
    pub history: &'a History,
    /// Who is applying migrations to the database.
    pub job: Option<&'a JobView>,
}

/// Columns of a statement that are shown in the list of steps.
const EXCERPT: usize = 44;

impl Subject<'_> {
    /// Headed paragraphs.
    pub fn sections(&self, now: DateTime<Utc>) -> Vec<Section> {
        let card = self.card();
        let mut sections = Vec::new();
        if let Some(job) = self.job {
            sections.push(Section::words("at work", vec![format!("{}: {}", job.name(), job_words::course(job, now))]));
        }
        match card {
            Some(card) => sections.push(Section::words("failure", card.lines().map(str::to_owned).collect())),
            None if self.is_running() => {}
            None => sections.push(Section::words("standing", words::sentences(self.entry))),
        }
        sections.push(Section::words("statements", self.steps()));
        if let Some(file) = self.file {
            sections.push(Section::words("file", about(file)));
            sections.push(Section::sql("SQL", &shown(&file.text)));
        }
        sections
    }

    fn is_running(&self) -> bool {
        self.job.is_some() && matches!(self.entry.standing, Standing::Interrupted { .. })
    }

    fn recorded(&self) -> impl Iterator<Item = &StepRow> {
        self.history.steps(&self.entry.name)
    }

    /// Of a statement that the server refused, when the record and the file have it.
    fn card(&self) -> Option<String> {
        let Standing::Failed { step: Some(step), error } = &self.entry.standing else { return None };
        let (file, row) = (self.file?, self.recorded().find(|row| row.step == *step)?);
        let done: Vec<(u64, u64)> =
            self.recorded().filter(|row| row.state == StepState::Done).map(|row| (row.step, row.line)).collect();
        let card = Card {
            database: &self.database.0,
            name: &self.entry.name,
            path: &file.path,
            step: (*step, file.statements().map_or(0, |statements| statements.len())),
            at: (place(row.line), place(row.column)),
            statement: &row.statement,
            reason: row.error.as_deref().unwrap_or(error),
            partly: Judged::read(&row.kind) == Judged::NotAtAll,
            done: &done,
        };
        Some(card.text())
    }

    /// Those that are recorded, then those of the file that are not begun.
    fn steps(&self) -> Vec<String> {
        let mut lines: Vec<String> = self.recorded().flat_map(|row| self.step(row)).collect();
        let begun = self.recorded().count();
        if begun == 0 && !self.entry.standing.is_open() {
            return vec!["the record does not have them: another tool applied it, or an older version".to_owned()];
        }
        let statements = self.file.map(|file| file.statements().unwrap_or_default()).unwrap_or_default();
        lines.extend(statements.iter().enumerate().skip(begun).map(|(index, statement)| waiting(index + 1, statement)));
        lines
    }

    fn step(&self, row: &StepRow) -> Vec<String> {
        let is_at_work = self.job.is_some();
        let (mark, word) = match row.state {
            StepState::Done => ("✓", String::new()),
            StepState::Failed => ("✗", "failed".to_owned()),
            StepState::Undone => ("○", "not done".to_owned()),
            StepState::Begun if is_at_work => ("●", "running".to_owned()),
            StepState::Begun => ("▲", "in doubt".to_owned()),
        };
        let took = row.began.zip(row.ended).and_then(|(began, ended)| (ended - began).to_std().ok());
        let took = took.map(|took| Span(took).to_string());
        let rows = (row.rows > 0).then(|| Rows(row.rows).counted());
        let told = [Some(word), rows, took].into_iter().flatten().filter(|text| !text.is_empty());
        let told = told.collect::<Vec<_>>().join(", ");
        let mut lines = vec![line(mark, row.step, row.line, &row.statement, &told)];
        lines.extend(row.error.iter().map(|error| format!("      {}", clean(error.as_bytes()))));
        lines
    }
}

fn place(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX).max(1)
}

fn waiting(number: usize, statement: &Statement<'_>) -> String {
    line("○", number as u64, statement.line as u64, statement.text, "")
}

fn line(mark: &str, number: u64, at: u64, statement: &str, told: &str) -> String {
    let words = statement.split_whitespace().collect::<Vec<_>>().join(" ");
    let excerpt = truncate(&clean(words.as_bytes()), EXCERPT);
    format!("{mark} {number:>2}  line {at:<4} {told:<14} {excerpt}")
}

/// The file and what it says of itself.
fn about(file: &MigrationFile) -> Vec<String> {
    let Header { databases, description, author, created, after, timeout, allow } = &file.header;
    let names = |names: &[DatabaseName]| names.iter().map(|name| name.0.as_str()).collect::<Vec<_>>().join(", ");
    let afters: Vec<String> = after
        .iter()
        .map(|after| match &after.database {
            Some(database) => format!("{database}@{}", after.name),
            None => after.name.clone(),
        })
        .collect();
    let allowed = allow.iter().map(|allow: &Allow| allow.word()).collect::<Vec<_>>().join(", ");
    let lines = [
        ("path", Some(file.path.display().to_string())),
        ("databases", Some(names(databases))),
        ("for", description.clone()),
        ("author", author.clone()),
        ("created", created.clone()),
        ("after", (!afters.is_empty()).then(|| afters.join(", "))),
        ("timeout", timeout.map(|timeout| Span(timeout).to_string())),
        ("allows", (!allowed.is_empty()).then_some(allowed)),
        ("taken back", file.down.as_ref().map(|path| format!("by {}", path.display()))),
    ];
    lines.into_iter().filter_map(|(name, value)| Some(format!("{name:<11} {}", value?))).collect()
}

/// The text as it can be shown: tabs as spaces, nothing that a terminal would obey.
fn shown(text: &str) -> String {
    clean_lines(text.replace('\t', "    ").as_bytes())
}
