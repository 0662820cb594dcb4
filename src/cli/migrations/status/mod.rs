//! `dbdeck migration-status`: how the files and the record of each database compare, as a server says it now.
//!
//! Each database is asked on a connection of its own, on which the server itself refuses writes; one that cannot be asked
//! does not keep the others from being shown.

mod json;
mod text;

use futures_util::future::join_all;

use crate::cli::exit::{Exit, Failure};
use crate::cli::json::document;
use crate::cli::page;
use crate::cli::run::Form;
use crate::config::{Config, Target};
use crate::migration::doubt::Verdict;
use crate::migration::interruption::interruptions;
use crate::migration::records::denied;
use crate::migration::{Allow, Catalogue, Entry, Fate, History, Interruption, Standing, Standings, compare};
use crate::server::conn::Session;
use crate::server::{Budgets, Link, Login, ServerError, Unavailable};

/// One database, and what could be learnt of it.
struct Seen<'a> {
    target: &'a Target,
    stand: Result<Stand, Trouble>,
}

/// How the migrations of a database stand.
struct Stand {
    standings: Standings,
    interruptions: Vec<Interruption>,
}

/// Why a database could not be asked.
enum Trouble {
    /// There is nobody to ask.
    Unreachable(ServerError),
    /// It does not answer this question.
    Unavailable(Unavailable),
}

/// Prints how the migrations of the chosen databases stand.
///
/// # Errors
/// When standard output cannot be written.
pub async fn run(config: &Config, form: Form, check: bool) -> Result<Exit, Failure> {
    let catalogue = Catalogue::read(config);
    let seen = join_all(config.targets.iter().map(|target| see(config, &catalogue, target))).await;
    page::print(&match form {
        Form::Json => document(&json::of(&catalogue, &seen)),
        Form::Text(page) => text::of(&catalogue, &seen, page),
    })?;
    Ok(verdict(&catalogue, &seen, check))
}

async fn see<'a>(config: &Config, catalogue: &Catalogue, target: &'a Target) -> Seen<'a> {
    Seen { target, stand: stand(config, catalogue, target).await }
}

async fn stand(config: &Config, catalogue: &Catalogue, target: &Target) -> Result<Stand, Trouble> {
    let budgets = Budgets { connect: config.sampling.connect_budget, query: config.sampling.query_budget };
    let link = Link::open_for(Session::Plan, &Login::of(target), budgets).await;
    let mut link = link.map_err(Trouble::Unreachable)?;
    let history = History::read(&mut link, &target.schema).await.map_err(|error| trouble(error, &link, target))?;
    let standings = compare(catalogue, &target.name, &history);
    let interruptions = interruptions(&mut link, &target.schema, &history, &standings).await;
    Ok(Stand { interruptions: interruptions.map_err(|error| trouble(error, &link, target))?, standings })
}

fn trouble(error: ServerError, link: &Link, target: &Target) -> Trouble {
    if error.is_denied() {
        return Trouble::Unavailable(denied(link, &target.schema));
    }
    if error.is_harmless() {
        return Trouble::Unavailable(Unavailable::answer(error.to_string()));
    }
    Trouble::Unreachable(error)
}

impl Seen<'_> {
    fn interruption(&self, name: &str) -> Option<&Interruption> {
        let stand = self.stand.as_ref().ok()?;
        stand.interruptions.iter().find(|interruption| interruption.step.name == name)
    }

    /// Whether what the files and the record say cannot both be right.
    fn has_conflict(&self, catalogue: &Catalogue) -> bool {
        self.has(|entry| match entry.standing {
            Standing::Edited { .. } | Standing::Missing { .. } => true,
            Standing::OutOfOrder { .. } => {
                !catalogue.find(&entry.name).is_some_and(|file| file.header.allow.contains(&Allow::OutOfOrder))
            }
            _ => false,
        })
    }

    fn has_doubt(&self) -> bool {
        let in_doubt = |it: &Interruption| matches!(it.fate, Fate::Ended(Verdict::InDoubt(_)));
        self.stand.as_ref().is_ok_and(|stand| stand.interruptions.iter().any(in_doubt))
    }

    fn has(&self, is_meant: impl Fn(&Entry) -> bool) -> bool {
        self.stand.as_ref().is_ok_and(|stand| stand.standings.entries.iter().any(is_meant))
    }
}

/// The worst of all databases.
fn verdict(catalogue: &Catalogue, seen: &[Seen<'_>], check: bool) -> Exit {
    let any = |is_meant: &dyn Fn(&Seen<'_>) -> bool| seen.iter().any(is_meant);
    if any(&|seen| matches!(seen.stand, Err(Trouble::Unreachable(_)))) {
        Exit::Unreachable
    } else if seen.iter().any(Seen::has_doubt) {
        Exit::Doubt
    } else if any(&|seen| seen.has_conflict(catalogue)) {
        Exit::Conflict
    } else if any(&|seen| seen.stand.is_err()) {
        Exit::Failed
    } else if !catalogue.problems.is_empty() || (check && any(&|seen| seen.has(|entry| entry.standing.is_open()))) {
        Exit::Attention
    } else {
        Exit::Done
    }
}
