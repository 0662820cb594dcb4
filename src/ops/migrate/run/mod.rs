//! Doing what was planned: file by file, database by database.
//!
//! Reading order: this file (the story) · [`unit`](mod@unit) (one file in one database) · [`script`] (its statements) · [`sending`] (one of them) · [`session`]
//! (what a script makes of its session) · [`journal`] (the record) · [`orphan`] (what a dead run left running) · [`card`]
//! (what a failure says).
//!
//! A file that fails stops the later files of its database and those that come after it elsewhere; the others go on.

pub mod card;
mod journal;
mod orphan;
mod script;
mod sending;
mod session;
mod unit;

use crate::migration::{Allow, Catalogue};
use crate::op::record::StepRecord;
use crate::op::{JobCx, OpError, Place, Plan, Progress, Unit as Counted};
use crate::units::DatabaseName;

use super::work::{Mode, Unit, Work};
use unit::Outcome;

/// Runs the plan.
///
/// # Errors
/// [`OpError::Failed`] with a card for each file that failed, [`OpError::Changed`], [`OpError::Doubt`], and what a broken
/// connection or the operator's wish ends with.
pub async fn run(cx: &JobCx, places: &mut [Place], plan: &Plan) -> Result<String, OpError> {
    let work: Work = serde_json::from_value(plan.details.clone())
        .map_err(|error| OpError::Refused(format!("the plan cannot be read: {error}")))?;
    let catalogue = Catalogue::read(&cx.config);
    for place in places.iter_mut().filter(|place| work.units.iter().any(|unit| unit.database == place.target.name)) {
        journal::prepare(place).await?;
    }
    let may_block = work.allowed.iter().any(|word| word == Allow::Blocking.word());
    let desks = places.iter().map(|_| Desk::default()).collect();
    let total = work.units.len() as u64;
    let mut round = Round { cx, catalogue: &catalogue, tally: Tally::default(), desks, total, may_block };
    let result = round.all(&work.units, places).await;
    round.tidy(places).await?;
    result?;
    round.end()
}

/// What is kept of a database between two of its files.
#[derive(Default)]
struct Desk {
    /// The connection that runs the files, while no file has left anything in its session.
    work: Option<Place>,
    /// The tables that keep no transactions, while no file has changed which these are.
    without_transactions: Option<Vec<String>>,
    /// What is still to be written of the last file: with the beginning of the next one, or beside another database's.
    unwritten: Vec<String>,
    /// Its step in the record of the job, and how many files were done.
    step: Option<(StepRecord, u64)>,
}

/// All files of a run.
struct Round<'a> {
    cx: &'a JobCx,
    catalogue: &'a Catalogue,
    tally: Tally,
    /// One for each place.
    desks: Vec<Desk>,
    total: u64,
    may_block: bool,
}

/// What has become of them.
#[derive(Default)]
struct Tally {
    applied: u64,
    there: u64,
    failures: Vec<(DatabaseName, String, OpError)>,
    skipped: Vec<(DatabaseName, String)>,
}

impl Round<'_> {
    async fn all(&mut self, units: &[Unit], places: &mut [Place]) -> Result<(), OpError> {
        for unit in units {
            self.turn(unit, places).await?;
        }
        Ok(())
    }

    /// Writes what is unwritten, and settles the steps, however the run has ended.
    async fn tidy(&mut self, places: &mut [Place]) -> Result<(), OpError> {
        for (desk, place) in self.desks.iter_mut().zip(places) {
            let lines = std::mem::take(&mut desk.unwritten);
            let written =
                if place.link.reading().is_usable() { journal::write(&mut place.link, &lines).await } else { Ok(()) };
            if let Some((step, done)) = desk.step.take() {
                self.cx.settle(step, format!("{} done", Counted::Migrations.show(done)), 0).await?;
            }
            written?;
        }
        Ok(())
    }

    /// The step of a database, written down before its first file is begun.
    async fn begin(&mut self, index: usize, unit: &Unit) -> Result<(), OpError> {
        if self.desks[index].step.is_none() {
            let title = format!("{}: {} migrations", unit.database, unit.mode.verb());
            let step = self.cx.begin(title, format!("from {} on", unit.migration)).await?;
            self.desks[index].step = Some((step, 0));
        }
        Ok(())
    }

    async fn turn(&mut self, unit: &Unit, places: &mut [Place]) -> Result<(), OpError> {
        self.cx.checkpoint().await?;
        if self.is_blocked(unit) {
            self.tally.skipped.push((unit.database.clone(), unit.migration.clone()));
            return Ok(());
        }
        self.show(unit);
        let Some(index) = places.iter().position(|place| place.target.name == unit.database) else { return Ok(()) };
        self.begin(index, unit).await?;
        match self.beside(index, unit, places).await? {
            Ok(Outcome::Done) => {
                self.tally.applied += 1;
                if let Some((_, done)) = &mut self.desks[index].step {
                    *done += 1;
                }
            }
            Ok(Outcome::WasDone) => self.tally.there += 1,
            Err(error @ (OpError::Cancelled | OpError::HandedOver | OpError::Unrecorded(_))) => return Err(error),
            Err(error) => self.tally.failures.push((unit.database.clone(), unit.migration.clone(), error)),
        }
        Ok(())
    }

    /// Runs one file, and writes beside it what is unwritten of another database.
    async fn beside(
        &mut self,
        index: usize,
        unit: &Unit,
        places: &mut [Place],
    ) -> Result<Result<Outcome, OpError>, OpError> {
        let (mut own, mut others) = (None, Vec::new());
        for (at, (desk, place)) in self.desks.iter_mut().zip(places).enumerate() {
            match at == index {
                true => own = Some((desk, place)),
                false if !desk.unwritten.is_empty() => others.push((std::mem::take(&mut desk.unwritten), place)),
                false => {}
            }
        }
        let Some((desk, place)) = own else { return Ok(Ok(Outcome::WasDone)) };
        let run = unit::run(self.cx, place, desk, self.catalogue, unit, self.may_block);
        let write = async {
            for (lines, place) in others {
                journal::write(&mut place.link, &lines).await?;
            }
            Ok::<(), OpError>(())
        };
        let (outcome, written) = tokio::join!(run, write);
        written.map(|()| outcome)
    }

    fn show(&self, unit: &Unit) {
        let done =
            self.tally.applied + self.tally.there + (self.tally.failures.len() + self.tally.skipped.len()) as u64;
        let phase = format!("{}: {}", unit.database, unit.migration);
        self.cx.progress(Progress { phase, unit: Counted::Migrations, done, total: Some(self.total) });
    }

    /// Whether something that comes before it was not applied.
    fn is_blocked(&self, unit: &Unit) -> bool {
        let failed = self.tally.failures.iter().map(|(database, name, _)| (database, name));
        let mut open = failed.chain(self.tally.skipped.iter().map(|(database, name)| (database, name)));
        let file = self.catalogue.find(&unit.migration);
        let after = file.map(|file| file.header.after.as_slice()).unwrap_or_default();
        open.any(|(database, name)| {
            let waits = |it: &crate::migration::After| {
                it.database.as_ref().unwrap_or(&unit.database) == database && it.name == *name
            };
            *database == unit.database || after.iter().any(waits)
        })
    }

    fn end(self) -> Result<String, OpError> {
        let Tally { applied, there, mut failures, skipped } = self.tally;
        let mut words = vec![Counted::Migrations.show(applied)];
        if there > 0 {
            words.push(format!("{there} had been applied meanwhile"));
        }
        if failures.is_empty() {
            return Ok(words.join(", "));
        }
        if !skipped.is_empty() {
            words.push(format!("{} behind not begun", skipped.len()));
        }
        let rest = words.join(", ");
        let is_card = |error: &OpError| matches!(error, OpError::Failed(_));
        if failures.len() == 1 && !is_card(&failures[0].2) {
            return Err(failures.swap_remove(0).2);
        }
        let cards: Vec<String> = failures.iter().map(|(_, _, error)| error.to_string()).collect();
        let text = format!("{}\n{rest}", cards.join("\n"));
        let has = |is_so: fn(&OpError) -> bool| failures.iter().any(|(_, _, error)| is_so(error));
        Err(match () {
            () if has(|error| matches!(error, OpError::Doubt(_))) => OpError::Doubt(text),
            () if has(|error| matches!(error, OpError::Changed(_))) => OpError::Changed(text),
            () => OpError::Failed(text),
        })
    }
}

impl Mode {
    /// What is done, in a word.
    fn verb(&self) -> &'static str {
        match self {
            Self::Up => "apply",
            Self::Down => "take back",
            Self::Baseline(_) => "mark as applied",
            Self::Settle(_) => "settle",
        }
    }
}
