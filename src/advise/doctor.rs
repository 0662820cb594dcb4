//! What each feature needs on each server, and whether it is there.
//!
//! The rows are the same for `dbdeck doctor`, for the Checks screen and for the rule [`super::rule::blind`]. Adding a
//! feature is one line in [`FEATURES`].

use std::sync::Arc;
use std::time::Instant;

use crate::sample::{Aged, DatabaseSnapshot, Picture, ServerSnapshot, State};
use crate::server::Unavailable;
use crate::server::caps::Caps;
use crate::server::error::Known;

use super::facts::value;

/// One row of the diagnosis.
#[derive(Debug, Clone, PartialEq)]
pub struct Check {
    /// The server's address.
    pub server: String,
    /// The feature's name.
    pub feature: &'static str,
    /// What it shows.
    pub shows: &'static str,
    /// What is lost without it.
    pub needed: Needed,
    /// Whether it works there.
    pub standing: Standing,
}

/// What is lost without a feature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needed {
    /// A pane shows less.
    OnScreen,
    /// A pane shows less, unless there are statement digests.
    WithoutDigests,
    /// Nothing on the screen; backups want it.
    ForBackups,
}

/// Whether a feature works on a server.
#[derive(Debug, Clone, PartialEq)]
pub enum Standing {
    /// It does.
    Available,
    /// It does not, or only in part: why, and what to paste.
    Lacking(Unavailable),
    /// Nobody knows: the server was not asked yet, or does not answer.
    Unknown(String),
}

/// A feature and how to tell from a snapshot whether it works.
pub struct Feature {
    /// Its name.
    pub name: &'static str,
    /// What it shows, in a few words.
    pub shows: &'static str,
    /// What is lost without it.
    pub needed: Needed,
    look: fn(&ServerSnapshot) -> Standing,
}

/// Every feature that depends on a right or a setting of the server.
pub const FEATURES: &[Feature] = &[
    feature("counters", Needed::OnScreen, "queries per second, uptime, server load", counters),
    feature("connections", Needed::OnScreen, "connections of all accounts", |s| of(s.transactions.as_ref())),
    feature("transactions", Needed::OnScreen, "open and idle transactions", |s| of(s.transactions.as_ref())),
    feature("sizes", Needed::OnScreen, "sizes of tables, right at once", sizes),
    feature("table facts", Needed::OnScreen, "rows, engines and free space of tables", facts),
    feature("statement digests", Needed::OnScreen, "what each statement pattern costs", |s| of(s.digests.as_ref())),
    feature("slow log", Needed::WithoutDigests, "statements that were slow while nobody watched", slow_log),
    feature("replication", Needed::OnScreen, "whether replicas run, and their lag", |s| of(s.replication.as_ref())),
    feature("binary log", Needed::ForBackups, "restoring to a point in time", |s| of(s.binary_log.as_ref())),
    feature("disk space", Needed::OnScreen, "how full the data's disk is", |s| of(s.disk.as_ref())),
    feature("rights", Needed::OnScreen, "accounts with rights they should not have", |s| of(s.rights.as_ref())),
];

const fn feature(
    name: &'static str,
    needed: Needed,
    shows: &'static str,
    look: fn(&ServerSnapshot) -> Standing,
) -> Feature {
    Feature { name, shows, needed, look }
}

/// Asks every feature on every server.
pub fn doctor(picture: &Picture, now: Instant) -> Vec<Check> {
    picture.servers().flat_map(|server| checks(server, now)).collect()
}

/// Asks every feature on one server.
pub fn checks(server: &ServerSnapshot, now: Instant) -> impl Iterator<Item = Check> + '_ {
    FEATURES.iter().map(move |feature| Check {
        server: server.endpoint.clone(),
        feature: feature.name,
        shows: feature.shows,
        needed: feature.needed,
        standing: unreachable(server, now).unwrap_or_else(|| (feature.look)(server)),
    })
}

fn unreachable(server: &ServerSnapshot, now: Instant) -> Option<Standing> {
    match server.state(now) {
        State::Down { why, .. } => Some(Standing::Unknown(why)),
        State::Connecting => Some(Standing::Unknown("not asked yet".to_owned())),
        State::Live | State::Stale { .. } => None,
    }
}

/// The standing of a feature that is one reading.
fn of<T>(reading: Option<&Aged<Known<T>>>) -> Standing {
    match reading.map(|reading| &reading.value) {
        None => Standing::Unknown("not asked yet".to_owned()),
        Some(Ok(_)) => Standing::Available,
        Some(Err(lack)) => Standing::Lacking(lack.clone()),
    }
}

fn counters(server: &ServerSnapshot) -> Standing {
    match server.counters {
        Some(_) => Standing::Available,
        None => Standing::Unknown("not asked yet".to_owned()),
    }
}

/// Without PROCESS the tablespaces are closed and sizes come from the catalogue, whose figures may be old.
fn sizes(server: &ServerSnapshot) -> Standing {
    let lacking =
        server.databases.iter().map(|database| of(database.tables.as_ref())).find(|s| *s != Standing::Available);
    match (lacking, of(server.transactions.as_ref())) {
        (Some(standing), _) => standing,
        (None, Standing::Lacking(lack)) => {
            let reason = "sizes are the catalogue's and may be a day old".to_owned();
            Standing::Lacking(Unavailable { reason, ..lack })
        }
        (None, _) => Standing::Available,
    }
}

/// It is read where there are no digests; elsewhere the settings tell.
fn slow_log(server: &ServerSnapshot) -> Standing {
    if server.slow_log.is_some() {
        return of(server.slow_log.as_ref());
    }
    let Some(variables) = value(&server.variables) else { return of(server.variables.as_ref()) };
    let output = variables.log_output.as_deref().unwrap_or_default();
    if variables.slow_query_log == Some(true) && output != "NONE" {
        return Standing::Available;
    }
    let remedy = "SET GLOBAL log_output = 'TABLE', GLOBAL slow_query_log = ON;";
    Standing::Lacking(Unavailable::setting("the server does not log slow statements", remedy))
}

fn facts(server: &ServerSnapshot) -> Standing {
    if let Some(lack) = &server.facts_lack {
        return Standing::Lacking(lack.clone());
    }
    let standings = server.databases.iter().map(|database| match value(&database.tables) {
        Some(tables) if !tables.is_empty() && tables.iter().all(|table| table.facts.is_none()) => {
            hidden(server, database)
        }
        _ => of(database.tables.as_ref()),
    });
    standings.into_iter().find(|standing| *standing != Standing::Available).unwrap_or(Standing::Available)
}

/// The catalogue shows an account only the tables that it has some right on.
fn hidden(server: &ServerSnapshot, database: &DatabaseSnapshot) -> Standing {
    let grant = |caps: &Arc<Caps>| caps.grant("SELECT", &caps.scope_of(&database.schema));
    let remedy = server.caps.as_ref().map(grant).unwrap_or_default();
    let reason = format!("the catalogue shows this account no table of {}", database.schema);
    Standing::Lacking(Unavailable::permission(reason, remedy))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Stage, denied};
    use super::*;

    fn standings(change: impl FnOnce(&mut ServerSnapshot)) -> Vec<(&'static str, String)> {
        let mut stage = Stage::default();
        change(&mut stage.server);
        let checks = stage.picture();
        let word = |standing| match standing {
            Standing::Available => "available".to_owned(),
            Standing::Lacking(lack) => lack.remedy,
            Standing::Unknown(why) => why,
        };
        doctor(&checks, stage.now.instant).into_iter().map(|check| (check.feature, word(check.standing))).collect()
    }

    #[test]
    fn what_an_account_lacks_is_named_with_its_grant() {
        let all = standings(|_| {});
        assert!(all.iter().all(|(_, standing)| standing == "available"), "{all:?}");
        let blind = standings(|server| {
            server.transactions = Some(Aged { at: std::time::Instant::now(), value: Err(denied()) });
        });
        let lacking: Vec<_> =
            blind.iter().filter(|(_, standing)| standing.starts_with("GRANT")).map(|row| row.0).collect();
        assert_eq!(lacking, ["connections", "transactions", "sizes"]);
    }

    #[test]
    fn a_table_without_facts_was_hidden_by_the_catalogue() {
        let rows = standings(|server| {
            let table = crate::sample::snapshot::Table { name: "t".into(), ..Default::default() };
            server.databases[0].tables = Some(Aged { at: std::time::Instant::now(), value: Ok(Arc::new(vec![table])) });
        });
        let expected = "GRANT SELECT ON `comfyui\\_client`.* TO 'deck'@'localhost';";
        assert!(rows.contains(&("table facts", expected.to_owned())), "{rows:?}");
    }

    #[test]
    fn a_catalogue_that_did_not_answer_is_no_missing_right() {
        let lack = Unavailable { remedy: "later".to_owned(), ..Unavailable::answer("held") };
        let rows = standings(|server| server.facts_lack = Some(lack));
        assert!(rows.contains(&("table facts", "later".to_owned())), "{rows:?}");
    }

    #[test]
    fn a_server_that_is_down_has_no_diagnosis() {
        let rows = standings(|server| {
            let now = std::time::Instant::now();
            server.health = crate::sample::Health::Down { since: now, why: "gone".into(), next_try: now };
        });
        assert!(rows.iter().all(|(_, standing)| standing == "gone"), "{rows:?}");
    }
}
