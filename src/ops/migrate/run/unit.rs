//! One file in one database: is it still as planned, is it done already, where does it go on.

use std::time::Instant;

use super::Desk;
use super::journal::{self, End, Journal};
use super::orphan;
use super::script::{Direction, Script};
use super::session::{Session, leaves_something};
use crate::migration::doubt::{self, Verdict};
use crate::migration::history::{self, History, HistoryState, StepRow, StepState};
use crate::migration::{Catalogue, Checksums, MigrationFile, catalogue, file};
use crate::op::{JobCx, OpError, Place};
use crate::ops::migrate::work::{Mode, Settlement, Unit};
use crate::server::script::{self, Statement};
use crate::server::sql;

/// What came of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was done now.
    Done,
    /// Somebody else had done it since the plan was made.
    WasDone,
}

/// Does one file in one database.
///
/// # Errors
/// As the run.
pub async fn run(
    cx: &JobCx,
    place: &mut Place,
    desk: &mut Desk,
    catalogue: &Catalogue,
    unit: &Unit,
    may_block: bool,
) -> Result<Outcome, OpError> {
    let (database, name) = (&unit.database, &unit.migration);
    let found = catalogue.find(name).ok_or_else(|| {
        OpError::Changed(format!("{database}: the file of {name} is gone since the plan was made; nothing was done"))
    })?;
    let history = read(place, name).await?;
    let applied = history.row(name).is_some_and(|row| row.state == HistoryState::Success);
    let script = match &unit.mode {
        Mode::Up | Mode::Baseline(_) if applied => return Ok(Outcome::WasDone),
        Mode::Down if !applied => return Ok(Outcome::WasDone),
        Mode::Down => back(found, &cx.config.targets)?,
        _ => found.clone(),
    };
    if script.checksums.raw != unit.checksum {
        let path = script.path.display();
        return Err(OpError::Changed(format!("{path} has been changed since the plan was made; look at it again")));
    }
    let done = match &unit.mode {
        Mode::Up => apply(cx, place, desk, &script, history, (Direction::Up, may_block)).await,
        Mode::Down => apply(cx, place, desk, &script, history, (Direction::Down, may_block)).await,
        Mode::Baseline(evidence) => mark(cx, place, &script, evidence).await,
        Mode::Settle(settlement) => settle(cx, place, settlement).await,
    };
    done.map(|()| Outcome::Done)
}

/// The script that takes a file back; recorded under the file's name with `.down`.
fn back(found: &MigrationFile, targets: &[crate::config::Target]) -> Result<MigrationFile, OpError> {
    let name = &found.name;
    let path = found.down.clone().ok_or_else(|| OpError::Refused(format!("there is no {name}.down.sql")))?;
    let wrong = |what: String| OpError::Refused(format!("{}: {what}", path.display()));
    let raw = catalogue::read(&path).map_err(wrong)?;
    let text = file::fill(&raw, targets).map_err(|(line, what)| wrong(format!("line {line}: {what}")))?;
    Ok(MigrationFile { path: path.clone(), checksums: Checksums::of(&raw), text, ..found.clone() })
}

async fn apply(
    cx: &JobCx,
    place: &mut Place,
    desk: &mut Desk,
    file: &MigrationFile,
    mut history: History,
    (direction, may_block): (Direction, bool),
) -> Result<(), OpError> {
    let (target, name) = (place.target.clone(), &file.name.text);
    let refused = |error| OpError::Refused(format!("{}: {error}", file.path.display()));
    let statements = file.statements().map_err(refused)?;
    let journal = match direction {
        Direction::Up => Journal::up(cx, &target.schema, name),
        Direction::Down => Journal::down(cx, &target.schema, name),
    };
    let work = if let Some(work) = desk.work.take().filter(|work| work.link.is_usable()) {
        work
    } else {
        let work = connect(cx, place).await?;
        // Read with the lock: a statement of a dead run may have been settled until then.
        history = read(place, name).await?;
        work
    };
    let is_anew = direction == Direction::Up
        && history.row(name).is_none_or(|row| row.state == HistoryState::Rollback || history.steps.is_empty());
    let steps = if is_anew { Vec::new() } else { resolved(place, &journal, &statements, &history, name).await? };
    let account = work.link.caps().account.clone();
    let opening = match direction {
        Direction::Up => journal.opening(&target.name.0, file, &account, is_anew),
        Direction::Down => Vec::new(),
    };
    let done = steps.iter().filter(|row| row.state == StepState::Done).map(|row| (row.step, row.line)).collect();
    let mut script = Script {
        cx,
        main: place,
        work,
        file,
        journal,
        is_resumed: !steps.is_empty(),
        may_block,
        direction,
        done,
        without_transactions: desk.without_transactions.take(),
        opening,
        before: std::mem::take(&mut desk.unwritten),
        unwritten: Vec::new(),
        began: Instant::now(),
        closed: false,
        unkept: Vec::new(),
        session: Session::default(),
    };
    let result = script.run(&statements).await;
    let Script { work, before, unwritten, without_transactions, .. } = script;
    desk.unwritten = if before.is_empty() { unwritten } else { before };
    let is_as_new = !statements.iter().any(|statement| leaves_something(statement.text));
    desk.work = (result.is_ok() && is_as_new).then_some(work);
    let keeps_engines = is_as_new && statements.iter().all(|statement| keeps_engines(statement.text));
    desk.without_transactions = without_transactions.filter(|_| keeps_engines);
    result
}

/// A connection for files, with the lock of the work.
async fn connect(cx: &JobCx, place: &Place) -> Result<Place, OpError> {
    let target = place.target.clone();
    let link = place.link.another(&cx.config, &target).await;
    let link = link.map_err(OpError::server(format!("cannot work on {}", target.name)))?;
    let mut work = Place { target, link };
    orphan::take_lock(cx, &mut work).await?;
    work.link.execute("choosing the database", format!("USE {}", sql::ident(&work.target.schema))).await?;
    Ok(work)
}

async fn read(place: &mut Place, name: &str) -> Result<History, OpError> {
    let history = History::of(place.link.reading(), &place.target.schema, name).await;
    history.map_err(OpError::server(format!("reading the migrations of {}", place.target.name)))
}

/// What is recorded of the statements, every doubt resolved by looking.
async fn resolved(
    place: &mut Place,
    journal: &Journal,
    statements: &[Statement<'_>],
    history: &History,
    name: &str,
) -> Result<Vec<StepRow>, OpError> {
    let mut steps: Vec<StepRow> = journal.steps(history).cloned().collect();
    let mut settled = Vec::new();
    for row in &mut steps {
        if row.state == StepState::Begun {
            let verdict = doubt::verdict(place.link.reading(), row).await;
            let verdict = verdict.map_err(OpError::server(format!("looking what became of {name}")))?;
            row.state = match verdict {
                Verdict::Done => StepState::Done,
                Verdict::NotDone => StepState::Undone,
                Verdict::InDoubt(reason) => {
                    return Err(in_doubt(&place.target.name.0, name, row.step, &reason));
                }
            };
            settled.push(journal.ended(row.step, &End { state: row.state, ..End::undone() }));
        }
        check_unchanged(row, statements, name)?;
    }
    journal::write(&mut place.link, &settled).await?;
    Ok(steps)
}

/// A statement that is done must still be what the file says: what follows it builds on it.
fn check_unchanged(row: &StepRow, statements: &[Statement<'_>], name: &str) -> Result<(), OpError> {
    let place = usize::try_from(row.step).unwrap_or(usize::MAX).saturating_sub(1);
    let is_same = statements
        .get(place)
        .is_some_and(|statement| script::essence(statement.text) == script::essence(&row.statement));
    if row.state != StepState::Done || is_same {
        return Ok(());
    }
    Err(OpError::Changed(format!(
        "{name}: statement {} (line {}) is done, and the file has another one there now; put it back and mend only what \
         comes behind it",
        row.step, row.line
    )))
}

fn in_doubt(database: &str, name: &str, step: u64, reason: &str) -> OpError {
    let settle = format!("`dbdeck migrate --database {database} --settle {name}:{step}");
    OpError::Doubt(format!(
        "{database}: statement {step} of {name} was begun and its end is not known: {reason}; look at the database, then say \
         {settle}=done` or {settle}=undone`"
    ))
}

/// Whether a statement leaves it as it is which tables keep transactions. A table that is made with the server's own choice
/// of an engine may be any.
fn keeps_engines(statement: &str) -> bool {
    let words = statement.to_ascii_uppercase();
    let is_making = words.contains("CREATE") && words.contains("TABLE");
    words.contains("INNODB") || !(is_making || words.contains("ENGINE"))
}

/// Tables whose rows stay changed when a transaction is taken back.
pub async fn without_transactions(place: &mut Place) -> Result<Vec<String>, OpError> {
    let question = format!(
        "SELECT t.TABLE_NAME FROM information_schema.TABLES t JOIN information_schema.ENGINES e ON e.ENGINE = t.ENGINE \
         WHERE t.TABLE_SCHEMA = {} AND t.TABLE_TYPE = 'BASE TABLE' AND e.TRANSACTIONS <> 'YES'",
        sql::literal(&place.target.schema)
    );
    let rows = place.link.reading().rows(question).await;
    let rows = rows.map_err(OpError::server(format!("looking at the tables of {}", place.target.name)))?;
    Ok(rows.iter().filter_map(|row| row.verbatim(0)).collect())
}

/// Writes it down as applied without running it.
async fn mark(cx: &JobCx, place: &mut Place, file: &MigrationFile, evidence: &str) -> Result<(), OpError> {
    let journal = Journal::up(cx, &place.target.schema, &file.name.text);
    let account = place.link.caps().account.clone();
    let mut lines = journal.opening(&place.target.name.0, file, &account, true);
    lines.push(journal.marked(evidence));
    journal::write(&mut place.link, &lines).await
}

/// The operator knows what became of a statement.
async fn settle(cx: &JobCx, place: &mut Place, settlement: &Settlement) -> Result<(), OpError> {
    let Settlement { migration, step, done } = settlement;
    let history = read(place, migration).await?;
    let is_applied = history.row(migration).is_some_and(|row| row.state == HistoryState::Success);
    let (journal, script) = if is_applied {
        (Journal::down(cx, &place.target.schema, migration), history::down(migration))
    } else {
        (Journal::up(cx, &place.target.schema, migration), migration.clone())
    };
    if history.steps(&script).all(|row| row.step != *step) {
        return Err(OpError::Usage(format!("no statement {step} of {migration} is recorded in {}", place.target.name)));
    }
    let end = if *done { End::done(0) } else { End::undone() };
    journal::write(&mut place.link, &[journal.ended(*step, &end)]).await
}
