//! Who waits for whom in this process: one job at a time on a database, so many on a server, first come, first served.

use super::view::JobView;
use crate::config::Endpoint;
use crate::op::Conflicts;
use crate::op::record::JobState;
use crate::units::DatabaseName;

/// What a job occupies.
#[derive(Debug, Clone)]
pub(super) struct Claim {
    /// The databases.
    pub databases: Vec<DatabaseName>,
    /// Their servers.
    pub servers: Vec<Endpoint>,
    /// Whether it stands in anybody's way.
    pub conflicts: Conflicts,
}

/// What the job waits for, in words; `None` when it is its turn. `others` are the jobs submitted before it that are not
/// over, and `limit` is how many may be at work on one server.
pub(super) fn waits<'a>(
    own: &Claim,
    others: impl Iterator<Item = (&'a JobView, &'a Claim)> + Clone,
    limit: usize,
) -> Option<String> {
    if own.conflicts == Conflicts::Nothing {
        return None;
    }
    let counted = others.filter(|(_, claim)| claim.conflicts == Conflicts::Database);
    if let Some((job, database)) = counted.clone().find_map(|(job, claim)| {
        let shared = claim.databases.iter().find(|database| own.databases.contains(database))?;
        Some((job, shared))
    }) {
        return Some(format!("waits for {} {} on {database}", job.name(), job.operation));
    }
    let at_work = counted.filter(|(job, _)| job.state != JobState::Queued);
    let full = own.servers.iter().find_map(|server| {
        let there: Vec<_> = at_work.clone().filter(|(_, claim)| claim.servers.contains(server)).collect();
        (there.len() >= limit).then_some(there)
    })?;
    let names: Vec<String> = full.iter().map(|(job, _)| format!("{} {}", job.name(), job.operation)).collect();
    Some(format!("waits for {}: {limit} at once on a server", names.join(" or ")))
}
