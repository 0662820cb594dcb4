//! What a cleanup that died left behind is settled before the next one begins.
//!
//! A batch is one transaction, so its rows are all there or all gone; its first and last row tell. All there: the archive
//! is cut back to before it. All gone: it stays in the archive. One of the two, because somebody else has removed a row
//! meanwhile: the batch did not go, and its frame is set aside, since it may be the only trace of that row.
//!
//! Nobody else is at it: the job holds the database's lock, which the server gives back only when the connection of the
//! one that died, and with it its last transaction, has ended.

use std::path::{Path, PathBuf};

use super::archive::{JOURNAL, Keeper, Names};
use super::journal::{Intent, State};
use super::policy::archive_directory;
use crate::op::{JobCx, OpError, Place};
use crate::server::{ServerError, sql};
use crate::units::Rows;

/// Settles the journals of a database.
///
/// # Errors
/// [`OpError::File`] and [`OpError::Server`]: nothing may be removed before this was settled.
pub async fn all(cx: &JobCx, place: &mut Place) -> Result<(), OpError> {
    let directory = archive_directory(&cx.config);
    for journal in journals(&directory).map_err(OpError::file(format!("reading {}", directory.display())))? {
        let text =
            std::fs::read_to_string(&journal).map_err(OpError::file(format!("reading {}", journal.display())))?;
        let Some(names) = names(&journal) else { continue };
        let Some(state) = State::read(&text) else { continue };
        if state.head.database == place.target.name.0 && state.head.schema == place.target.schema {
            one(cx, place, names, state).await?;
        }
    }
    Ok(())
}

fn journals(directory: &Path) -> std::io::Result<Vec<PathBuf>> {
    let entries = match std::fs::read_dir(directory) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut found = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.to_string_lossy().ends_with(JOURNAL) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn names(journal: &Path) -> Option<Names> {
    let name = journal.file_name()?.to_str()?;
    let base = name.strip_suffix(JOURNAL)?.to_owned();
    Some(Names { directory: journal.parent()?.to_owned(), base })
}

async fn one(cx: &JobCx, place: &mut Place, names: Names, state: State) -> Result<(), OpError> {
    let (job, policy, pending) = (state.head.job.clone(), state.head.policy.clone(), state.pending.clone());
    let step = cx.begin(format!("settle {policy} of job {job}, which did not end"), "").await?;
    let is_whole = |intent: &Intent| {
        let length = std::fs::metadata(names.partial()).map_or(0, |metadata| metadata.len());
        length >= intent.to.archive
    };
    let left = match &pending {
        Some(intent) if is_whole(intent) => Some(left(place, &state, intent).await?),
        _ => None,
    };
    if !names.partial().exists() {
        Keeper::forget(names).await?;
        return cx.settle(step, "it was complete", 0).await;
    }
    let batch = pending.map_or(0, |intent| intent.rows);
    let keeper = Keeper::reopen(names, state).await?;
    let outcome = match left {
        None => {
            keeper.undo().await?;
            "nothing was under way".to_owned()
        }
        Some(0) => {
            keeper.done().await?;
            format!("its last batch was gone: {} are in the archive", Rows(batch).counted())
        }
        Some(2) => {
            keeper.undo().await?;
            format!("its last batch had not gone: {} were taken out of the archive", Rows(batch).counted())
        }
        Some(_) => {
            keeper.set_aside().await?;
            format!("its last batch had not gone, and lacks rows: {} were set aside", Rows(batch).counted())
        }
    };
    keeper.finish().await?;
    cx.settle(step, outcome, 0).await
}

/// How many of the first and the last row of a batch are in the table: 0 to 2. Waits for whoever is changing them.
async fn left(place: &mut Place, state: &State, intent: &Intent) -> Result<usize, OpError> {
    let doing = format!("looking what is left of {}", state.head.table);
    let table = format!("{}.{}", sql::ident(&state.head.schema), sql::ident(&state.head.table));
    let mut left = 0;
    for row in [&intent.first, &intent.last] {
        let select = format!("SELECT 1 FROM {table} WHERE {} FOR UPDATE", state.head.key.at(row));
        match place.link.rows(&doing, select).await {
            Ok(rows) => left += usize::from(!rows.is_empty()),
            Err(OpError::Server { error: ServerError::Sql { code: NO_SUCH_TABLE, .. }, .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(left)
}

const NO_SUCH_TABLE: u16 = 1146;
