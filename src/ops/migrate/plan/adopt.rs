//! Adopting a database that was made by other means: its migrations are marked as applied where another tool has recorded
//! them, or where everything that they do is seen to be there. Nothing is run.
//!
//! What is seen outweighs what is recorded: a file whose table is missing is not marked, whatever a record says. Files that
//! are not marked are named, each with the reason, so that the operator can mark them one by one or have them applied.

use super::{Stand, special};
use crate::config::Target;
use crate::migration::baseline::{self, Effect, Traces};
use crate::migration::foreign::{self, Match};
use crate::migration::{Catalogue, MigrationFile, Standing};
use crate::op::{OpError, Plan, PlanCx};
use crate::server::{Link, ServerError};
use crate::units::DatabaseName;

/// What is thought of one file.
enum Opinion {
    /// It is to be marked: why.
    Mark(String),
    /// It is not: why.
    Leave(String),
}

/// Looks at every chosen database.
///
/// # Errors
/// [`OpError::Server`].
pub async fn adopt(cx: &PlanCx, catalogue: &Catalogue, stands: &[Stand]) -> Result<Plan, OpError> {
    let (mut marked, mut warnings) = (Vec::new(), Vec::new());
    for (target, stand) in cx.targets.iter().zip(stands) {
        let files = candidates(catalogue, stand);
        let mut link = cx.connect(target).await?;
        let found = look(&mut link, target, catalogue, &files).await;
        let opinions = found.map_err(OpError::server(format!("looking for what is there in {}", target.name)))?;
        for (file, opinion) in files.into_iter().zip(opinions) {
            sort(&stand.database, file, opinion, &mut marked, &mut warnings);
        }
    }
    Ok(Plan { warnings, ..special::marking(marked) })
}

fn sort<'a>(
    database: &'a DatabaseName,
    file: &'a MigrationFile,
    opinion: Opinion,
    marked: &mut Vec<(&'a MigrationFile, &'a DatabaseName, String)>,
    warnings: &mut Vec<String>,
) {
    match opinion {
        Opinion::Mark(evidence) => marked.push((file, database, evidence)),
        Opinion::Leave(reason) => warnings.push(format!("{database} {} is not marked: {reason}", file.name)),
    }
}

/// The files that nobody has begun in this database, in order.
fn candidates<'a>(catalogue: &'a Catalogue, stand: &'a Stand) -> Vec<&'a MigrationFile> {
    let is_untouched = |file: &&MigrationFile| {
        let entry = stand.standings.entries.iter().find(|entry| entry.name == file.name.text);
        entry.is_some_and(|entry| matches!(entry.standing, Standing::Pending | Standing::OutOfOrder { .. }))
    };
    catalogue.of(&stand.database).filter(is_untouched).collect()
}

/// An opinion for each file. All files of the database are looked at, because later ones may take away what earlier made.
async fn look(
    link: &mut Link,
    target: &Target,
    catalogue: &Catalogue,
    files: &[&MigrationFile],
) -> Result<Vec<Opinion>, ServerError> {
    let all: Vec<&MigrationFile> = catalogue.of(&target.name).collect();
    let traces = baseline::traces(link, &target.schema, &all).await?;
    let ledgers = foreign::ledgers(link, &target.schema).await?;
    let recorded: Vec<Match> = ledgers.iter().flat_map(|ledger| foreign::matches(ledger, files)).collect();
    let opinion = |file: &&MigrationFile| {
        let traces = traces.iter().find(|traces| traces.name == file.name.text);
        let recorded = recorded.iter().find(|found| found.name == file.name.text);
        opinion(traces, recorded)
    };
    Ok(files.iter().map(opinion).collect())
}

fn opinion(traces: Option<&Traces>, recorded: Option<&Match>) -> Opinion {
    let effect = traces.map_or(Effect::Unknown, Traces::effect);
    let seen = traces.map(Traces::evidence).unwrap_or_default();
    match (recorded, effect) {
        (Some(found), Effect::NotThere) if found.is_applied => {
            Opinion::Leave(format!("{}, but {seen}", found.evidence))
        }
        (Some(found), Effect::There) if found.is_applied => Opinion::Mark(format!("{}; {seen}", found.evidence)),
        (Some(found), Effect::Unknown) if found.is_applied => Opinion::Mark(found.evidence.clone()),
        (Some(found), _) => Opinion::Leave(found.evidence.clone()),
        (None, Effect::There) => Opinion::Mark(seen),
        (None, Effect::NotThere | Effect::Unknown) => Opinion::Leave(seen),
    }
}
