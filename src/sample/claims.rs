//! Two addresses may lead to one server: whoever connects first watches it, the others hand their databases over.
//!
//! The watcher gives its claim up when it loses the server; a follower then tries its own address, so a server stays
//! watched as long as one configured way leads to it.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::config::Target;

/// The place of a server in the fleet.
pub type Place = usize;

/// Who watches which server, and for which databases.
#[derive(Default)]
pub struct Claims {
    watchers: Mutex<HashMap<String, Claim>>,
    released: Notify,
}

struct Claim {
    watcher: Place,
    followers: Vec<(Place, Vec<Target>)>,
}

/// What came of an attempt to claim a server.
#[derive(Debug, PartialEq, Eq)]
pub enum Claimed {
    /// It is ours to watch.
    Ours,
    /// Somebody else watches it and has taken our databases over.
    By(Place),
}

impl Claims {
    /// Claims the server with this identity, or joins the one who has it.
    pub fn claim(&self, identity: &str, place: Place, targets: &[Target]) -> Claimed {
        let mut watchers = self.lock();
        let claim = watchers.entry(identity.to_owned()).or_insert(Claim { watcher: place, followers: Vec::new() });
        if claim.watcher == place {
            return Claimed::Ours;
        }
        claim.followers.retain(|(follower, _)| *follower != place);
        claim.followers.push((place, targets.to_vec()));
        Claimed::By(claim.watcher)
    }

    /// The databases that others have handed over to this watcher, in the order of the fleet.
    pub fn handed_over(&self, place: Place) -> Vec<Target> {
        let watchers = self.lock();
        let mut followers: Vec<&(Place, Vec<Target>)> =
            watchers.values().filter(|claim| claim.watcher == place).flat_map(|claim| &claim.followers).collect();
        followers.sort_by_key(|(place, _)| *place);
        followers.into_iter().flat_map(|(_, targets)| targets.clone()).collect()
    }

    /// Gives the claim up and wakes the followers.
    pub fn release(&self, place: Place) {
        let mut watchers = self.lock();
        let before = watchers.len();
        watchers.retain(|_, claim| claim.watcher != place);
        if watchers.len() < before {
            self.released.notify_waiters();
        }
    }

    /// Waits until this follower's watcher has given up.
    pub async fn watcher_gone(&self, identity: &str, watcher: Place) {
        loop {
            let released = self.released.notified();
            if self.lock().get(identity).is_none_or(|claim| claim.watcher != watcher) {
                return;
            }
            released.await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Claim>> {
        self.watchers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_watches_and_a_follower_takes_over() {
        let claims = Claims::default();
        assert_eq!(claims.claim("uuid", 0, &[]), Claimed::Ours);
        assert_eq!(claims.claim("uuid", 1, &[]), Claimed::By(0));
        assert_eq!(claims.claim("other", 2, &[]), Claimed::Ours);
        claims.release(0);
        assert_eq!(claims.claim("uuid", 1, &[]), Claimed::Ours);
        assert_eq!(claims.claim("uuid", 0, &[]), Claimed::By(1), "the first follows when it comes back");
    }
}
