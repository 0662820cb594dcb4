//! Statement by statement: what is known about it, and what speaks against it.

use crate::migration::{Allow, History, MigrationFile};
use crate::op::{Plan, Step};
use crate::ops::upkeep;
use crate::server::script::shape::{Kind, Shape, shape};
use crate::server::script::{Options, Statement};
use crate::units::{Bytes, Span};

use super::answer::{Answer, Waits, Way};
use super::order::{Unit, Wanted, shown};
use super::pace;
use super::site::Site;

/// What is said where the server was not asked yet.
const NOT_ASKED: &str = "asked on an empty clone right before it runs (--probe asks now)";

/// The steps so far, and what was found out on the way.
#[derive(Debug)]
pub struct Review<'a> {
    wanted: &'a Wanted,
    histories: Vec<&'a History>,
    steps: Vec<Step>,
    refusals: Vec<String>,
    warnings: Vec<String>,
    destroys: bool,
}

/// A statement, and everything that is known of it.
struct Case<'a> {
    unit: &'a Unit,
    file: &'a MigrationFile,
    statement: &'a Statement<'a>,
    shape: Shape,
    answer: Option<&'a Answer>,
    site: &'a Site,
}

impl<'a> Review<'a> {
    pub fn new(wanted: &'a Wanted, histories: Vec<&'a History>) -> Self {
        Self { wanted, histories, steps: Vec::new(), refusals: Vec::new(), warnings: Vec::new(), destroys: false }
    }

    /// Adds what is done before the first file of a database.
    pub fn record(&mut self, database: &str, statements: Vec<String>) {
        if !statements.is_empty() {
            let title = format!("{database}: make or extend the record of migrations");
            let in_a_line = |statement: String| statement.split_whitespace().collect::<Vec<_>>().join(" ");
            self.steps.push(Step { sql: statements.into_iter().map(in_a_line).collect(), ..Step::new(title) });
        }
    }

    /// Adds the statements of a file from where it goes on; one answer for each of them, or none at all.
    pub fn file(&mut self, unit: &Unit, file: &MigrationFile, site: &Site, answers: &[Answer]) {
        let statements = file.statements().unwrap_or_default();
        let skipped = usize::try_from(unit.from - 1).unwrap_or(usize::MAX);
        for (index, statement) in statements.iter().skip(skipped).enumerate() {
            let shape = shape(statement.text, Options::default());
            let case = Case { unit, file, statement, shape, answer: answers.get(index), site };
            self.steps.push(case.step(&self.histories));
            self.judge(&case);
        }
        if unit.from > 1 {
            let done = unit.from - 1;
            self.warnings.push(format!("{}: {} goes on behind its statement {done}", unit.database, shown(file)));
        }
    }

    fn judge(&mut self, case: &Case<'_>) {
        if !case.shape.destroys.is_empty() {
            self.destroys = true;
            let what = format!("takes {} away for good", case.shape.destroys.join(", "));
            self.must_be_allowed(case, Allow::Destructive, &what);
        }
        match case.answer {
            Some(Answer::Refuses(reason)) => self.refuse(case, &format!("the server refuses it: {reason}")),
            Some(answer) => {
                self.judge_waits(case, answer);
                self.judge_room(case, answer);
            }
            None => {}
        }
        if let Some(reason) = case.site.no_programs.as_ref().filter(|_| case.makes_program()) {
            self.refuse(case, reason);
        }
    }

    fn judge_waits(&mut self, case: &Case<'_>, answer: &Answer) {
        match answer.waits() {
            Some(Waits::Nobody) => {}
            Some(waits) => self.must_be_allowed(case, Allow::Blocking, &format!("{} while it runs", waits.words())),
            None if matches!(answer, Answer::Later(_)) => {}
            None => self.warnings.push(format!("{}: who waits while it runs is not known", case.place())),
        }
    }

    /// A disk that fills up stops the whole server.
    fn judge_room(&mut self, case: &Case<'_>, answer: &Answer) {
        let room = case.table().filter(|_| answer.moves_rows()).and_then(|table| case.site.room(table));
        if let Some((needs, Some(free))) = room
            && !upkeep::fits(needs, free)
        {
            self.refuse(case, &upkeep::no_room(needs, free));
        }
    }

    fn must_be_allowed(&mut self, case: &Case<'_>, allow: Allow, what: &str) {
        if !self.wanted.allows(allow, case.file) {
            let word = allow.word();
            let ways = format!("allow it with `-- Allow: {word}` in the header of the file, or with --allow {word}");
            self.refuse(case, &format!("{what}; {ways}"));
        }
    }

    fn refuse(&mut self, case: &Case<'_>, why: &str) {
        self.refusals.push(format!("{}: {}: {why}", case.place(), case.words()));
    }

    /// The plan.
    pub fn plan(mut self, units: &[Unit]) -> Plan {
        if self.destroys {
            self.warnings.push("no backup is known to dbdeck: what is taken away is gone for good".to_owned());
        }
        let refusal = (!self.refusals.is_empty()).then(|| self.refusals.join("\n"));
        let details = serde_json::json!({ "units": units });
        Plan {
            summary: summary(units),
            steps: self.steps,
            destroys: self.destroys,
            warnings: self.warnings,
            refusal,
            details,
        }
    }
}

fn summary(units: &[Unit]) -> String {
    let mut databases: Vec<&str> = Vec::new();
    for unit in units {
        if !databases.contains(&unit.database.as_str()) {
            databases.push(&unit.database);
        }
    }
    match units {
        [] => "no migration is pending".to_owned(),
        [unit] => format!("{} in {}", unit.name, unit.database),
        _ => format!("{} migrations in {}", units.len(), databases.join(", ")),
    }
}

impl Case<'_> {
    /// `2025_03_14_x.sql:12 (client)`.
    fn place(&self) -> String {
        format!("{}:{} ({})", shown(self.file), self.statement.line, self.unit.database)
    }

    /// The beginning of the statement, in one line.
    fn words(&self) -> String {
        let line = self.statement.text.split_whitespace().collect::<Vec<_>>().join(" ");
        let line = crate::text::clean(line.as_bytes());
        match line.char_indices().nth(60) {
            Some((end, _)) => format!("{}…", &line[..end]),
            None => line,
        }
    }

    fn table(&self) -> Option<&str> {
        let is_own = |schema: &Option<String>| schema.as_ref().is_none_or(|schema| *schema == self.site.schema);
        let table = self.shape.objects.first().filter(|object| is_own(&object.schema))?;
        self.site.table(&table.name).map(|facts| facts.table.as_str())
    }

    fn makes_program(&self) -> bool {
        use crate::server::script::shape::Class;
        let is_created = |text: &str| text.split_whitespace().any(|word| word.eq_ignore_ascii_case("CREATE"));
        let is_program = self.shape.objects.iter().any(|it| matches!(it.class, Class::Trigger | Class::Function));
        is_program && !self.statement.text.to_ascii_uppercase().starts_with("DROP") && is_created(self.statement.text)
    }

    fn step(&self, histories: &[&History]) -> Step {
        let title = format!("{} {}:{}", self.unit.database, shown(self.file), self.statement.line);
        let mut step = Step::new(title).sql(self.statement.text).fact("kind", kind_words(&self.shape.kind));
        for destroyed in &self.shape.destroys {
            step = step.fact("takes away", destroyed);
        }
        if let Some(table) = self.table() {
            step = self.with_table(step, table, histories);
        }
        step
    }

    fn with_table(&self, mut step: Step, table: &str, histories: &[&History]) -> Step {
        if let Some((rows, size)) = self.site.size(table) {
            step = step.fact("table", format!("{table}: about {}, {size}", rows.counted()));
            (step.rows, step.bytes) = (Some(rows.0), Some(size.0));
        }
        if self.shape.table.is_some() {
            step = self.with_answer(step, table, histories);
        }
        if self.shape.kind == Kind::Ddl
            && let Some(obstacle) = self.site.obstacle(table)
        {
            step = step.fact("would wait for", obstacle.words);
        }
        match self.site.lag {
            Some(lag) => step.fact("replica", format!("this server is {} behind its source", Span(lag))),
            None => step,
        }
    }

    fn with_answer(&self, step: Step, table: &str, histories: &[&History]) -> Step {
        let Some(answer) = self.answer else { return step.fact("algorithm", NOT_ASKED) };
        let mut step = step.fact("algorithm", answer.words());
        if let Some(waits) = answer.waits() {
            step = step.fact("meanwhile", waits.words());
        }
        if let Answer::Takes(Way { why_not, .. }) = answer
            && !why_not.is_empty()
        {
            step = step.fact("not gentler", why_not.join("; "));
        }
        if self.site.is_related(table) {
            step = step.fact("asked without", "its foreign keys, which a clone does not have");
        }
        if !answer.moves_rows() {
            return step;
        }
        if let Some((needs, free)) = self.site.room(table) {
            let free = free.map_or_else(|| "not known".to_owned(), |free: Bytes| free.to_string());
            step = step.fact("disk needed", format!("{needs} at most, of {free} free"));
        }
        let expected = self.site.size(table).and_then(|(rows, _)| pace::expected(histories, rows));
        expected.into_iter().fold(step, |step, words| step.fact("expected", words))
    }
}

/// What it is, and what an interruption would mean where that is not obvious.
fn kind_words(kind: &Kind) -> &'static str {
    match kind {
        Kind::Ddl => "definition, done whole or not at all",
        Kind::Rows => "rows, in one transaction with its record",
        Kind::Call => "procedure: when it is interrupted, somebody has to look",
        Kind::Session | Kind::Temporary => "session only, said again when the file goes on",
        Kind::Execute(_) => "prepared statement: what it is shows when it runs",
        Kind::Prepare(..) => "prepares a statement",
        Kind::Begin | Kind::Commit | Kind::Rollback => "the script's own transaction",
        Kind::LockTables | Kind::UnlockTables => "locks of tables",
        Kind::Repeatable => "done twice it is done once",
        Kind::Other => "unknown: when it is interrupted, somebody has to look",
    }
}
