//! The migrations of all databases, as the screen shows them.
//!
//! Reading order: this file (what is known, and news of it) · [`words`] (a standing in words) · [`detail`] (one migration in
//! full). What is known was read by the runtime; an opened migration follows every reading and every step of a job.

pub mod detail;
pub mod words;

use std::sync::Arc;

use super::model::{Layer, Model, Reader};
use super::msg::Question;
use crate::job::JobView;
use crate::migration::{Catalogue, History, Standings};
use crate::op::record::JobState;
use crate::sample::Answer;
use crate::units::DatabaseName;

/// The files, and what each database has of them, as of one reading.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Shelf {
    /// The files.
    pub catalogue: Catalogue,
    /// The databases, in the order of the configuration.
    pub databases: Vec<Shelved>,
}

/// What a database has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shelved {
    /// Its name.
    pub name: DatabaseName,
    /// How its migrations stand, and its record; or why that is not known.
    pub state: Result<(Standings, History), String>,
}

/// The operation that applies them.
const OPERATION: &str = "migrate";

/// The job of this console or another that is applying migrations to a database.
pub fn at_work<'m>(model: &'m Model, database: &DatabaseName) -> Option<&'m JobView> {
    let works = |job: &&JobView| matches!(job.state, JobState::Running | JobState::Paused | JobState::Stopping);
    model.jobs.iter().filter(works).find(|job| job.operation == OPERATION && job.databases.contains(database))
}

/// They were read.
pub fn shelved(model: &mut Model, shelf: Arc<Shelf>) {
    model.shelf = Some(shelf);
    follow(model);
}

/// Keeps an opened migration true.
pub fn follow(model: &mut Model) {
    let Some(Layer::Reader(Reader { inquiry: Some((Question::Migration(database, name), _)), .. })) = &model.layer
    else {
        return;
    };
    let fresh = answer(model, database, name);
    if let Some(Layer::Reader(Reader { inquiry: Some((_, slot)), .. })) = &mut model.layer {
        *slot = Some(fresh);
    }
}

/// A migration of a database in full, to be opened.
pub fn reader(model: &Model, database: &DatabaseName, name: &str) -> Reader {
    let answer = answer(model, database, name);
    let question = Question::Migration(database.clone(), name.to_owned());
    Reader {
        title: format!("{name} in {database}"),
        sections: Vec::new(),
        inquiry: Some((question, Some(answer))),
        scroll: 0,
    }
}

fn answer(model: &Model, database: &DatabaseName, name: &str) -> Result<Answer, String> {
    let shelf = model.shelf.as_ref().ok_or("the migrations have not been read yet")?;
    let shelved = shelf.databases.iter().find(|shelved| shelved.name == *database);
    let (standings, history) = shelved.ok_or("the database is gone")?.state.as_ref().map_err(Clone::clone)?;
    let entry = standings.entries.iter().find(|entry| entry.name == name).ok_or("the migration is gone")?;
    let job = at_work(model, database);
    let subject = detail::Subject { database, entry, file: shelf.catalogue.find(name), history, job };
    Ok(Answer { sections: subject.sections(super::jobs::words::present(model)) })
}
