//! Plans beside the ordinary one: taking a migration back, marking one as applied, settling a statement in doubt.

use std::path::Path;

use super::Stand;
use crate::migration::history::HistoryState;
use crate::migration::{Catalogue, Checksums, MigrationFile, catalogue, file};
use crate::op::{OpError, Plan, PlanCx, Step};
use crate::ops::migrate::work::{Mode, Settlement, Unit, Work};
use crate::server::script::shape::shape;
use crate::server::script::{self, Options};
use crate::units::DatabaseName;

/// Takes a migration back, wherever it is applied, with its own script.
///
/// # Errors
/// [`OpError::Usage`] when there is none, [`OpError::Refused`] when it has no such script or that cannot be read.
pub fn down(cx: &PlanCx, catalogue: &Catalogue, stands: &[Stand], name: &str) -> Result<Plan, OpError> {
    let found = named(catalogue, name)?;
    let path = found.down.as_ref().ok_or_else(|| OpError::Refused(format!("there is no {}.down.sql", found.name)))?;
    let wrong = |what: String| OpError::Refused(format!("{}: {what}", path.display()));
    let raw = catalogue::read(path).map_err(wrong)?;
    let text = file::fill(&raw, &cx.config.targets).map_err(|(line, what)| wrong(format!("line {line}: {what}")))?;
    let statements = script::split(&text, Options::default()).map_err(|error| wrong(error.to_string()))?;
    let mut plan = Plan { summary: format!("takes {} back", found.name), ..Plan::default() };
    let mut work = Work::default();
    for database in holders(stands, found, true) {
        for statement in &statements {
            let title = format!("{database} {}:{}", shown(path), statement.line);
            let destroys = shape(statement.text, Options::default()).destroys;
            plan.destroys |= !destroys.is_empty();
            let step = Step::new(title).sql(statement.text);
            plan.steps.push(destroys.iter().fold(step, |step, what| step.fact("takes away", what)));
        }
        let checksum = Checksums::of(&raw).raw;
        work.units.push(Unit { checksum, ..unit(found, database, Mode::Down) });
    }
    Ok(Plan { details: serde_json::json!(work), ..plan })
}

/// Marks one migration as applied, on the operator's word.
///
/// # Errors
/// [`OpError::Usage`] when there is none.
pub fn mark(catalogue: &Catalogue, stands: &[Stand], name: &str) -> Result<Plan, OpError> {
    let found = named(catalogue, name)?;
    let evidence = "the operator says that its effect is there";
    let units = holders(stands, found, false).map(|database| (found, database, evidence.to_owned())).collect();
    Ok(marking(units))
}

/// Marks migrations as applied, each for its reason.
pub fn marking(found: Vec<(&MigrationFile, &DatabaseName, String)>) -> Plan {
    let mut plan =
        Plan { summary: format!("marks {} migrations as applied, and runs nothing", found.len()), ..Plan::default() };
    let mut work = Work::default();
    for (file, database, evidence) in found {
        plan.steps.push(Step::new(format!("{database} {}", file.name)).fact("evidence", &evidence));
        work.units.push(unit(file, database, Mode::Baseline(evidence)));
    }
    Plan { details: serde_json::json!(work), ..plan }
}

/// Settles a statement in doubt, on the operator's word.
///
/// # Errors
/// [`OpError::Usage`] when no such statement is recorded.
pub fn settle(catalogue: &Catalogue, stands: &[Stand], settlement: &Settlement) -> Result<Plan, OpError> {
    let Settlement { migration, step, done } = settlement;
    let found = named(catalogue, migration)?;
    let is_recorded =
        |stand: &&Stand| stand.history.steps.iter().any(|row| row.name.starts_with(migration) && row.step == *step);
    let mut plan = Plan::default();
    let mut work = Work::default();
    for stand in stands.iter().filter(is_recorded) {
        let word = if *done { "done" } else { "not done" };
        let recorded = stand.history.steps.iter().find(|row| row.name.starts_with(migration) && row.step == *step);
        let title = format!("{} {migration}: statement {step} is {word}", stand.database);
        let statement = recorded.map_or_else(String::new, |row| row.statement.clone());
        plan.steps.push(Step::new(title).fact("statement", crate::text::clean(statement.as_bytes())));
        work.units.push(unit(found, &stand.database, Mode::Settle(settlement.clone())));
    }
    if work.units.is_empty() {
        return Err(OpError::Usage(format!("no statement {step} of {migration} is recorded in the chosen databases")));
    }
    plan.summary = format!("settles statement {step} of {migration}");
    Ok(Plan { details: serde_json::json!(work), ..plan })
}

/// A unit of the run.
pub fn unit(file: &MigrationFile, database: &DatabaseName, mode: Mode) -> Unit {
    Unit { database: database.clone(), migration: file.name.text.clone(), checksum: file.checksums.raw.clone(), mode }
}

fn named<'a>(catalogue: &'a Catalogue, name: &str) -> Result<&'a MigrationFile, OpError> {
    let name = name.strip_suffix(".sql").unwrap_or(name);
    let directory = catalogue.directory.display();
    catalogue.find(name).ok_or_else(|| OpError::Usage(format!("there is no migration {name} in {directory}")))
}

/// The chosen databases that a file is for, in which it is applied, or is not.
fn holders<'a>(stands: &'a [Stand], file: &'a MigrationFile, applied: bool) -> impl Iterator<Item = &'a DatabaseName> {
    let is_meant = move |stand: &&Stand| {
        let row = stand.history.row(&file.name.text);
        let is_applied = row.is_some_and(|row| row.state == HistoryState::Success);
        file.header.databases.contains(&stand.database) && is_applied == applied
    };
    stands.iter().filter(is_meant).map(|stand| &stand.database)
}

fn shown(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
