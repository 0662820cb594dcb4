//! Two addresses may lead to one server: whoever connects first watches it, the others hand their databases over.
//!
//! The watcher gives its claim up when it loses the server; a follower then tries its own address, so a server stays
//! watched as long as one configured way leads to it. Databases change hands with what was last seen of them: a server
//! that falls silent leaves old figures, not none.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::snapshot::ServerSnapshot;
use crate::config::Target;

/// The place of a server in the fleet.
pub type Place = usize;

/// Who watches which server, and for which databases.
#[derive(Default)]
pub struct Claims {
    ledger: Mutex<Ledger>,
    released: Notify,
}

#[derive(Default)]
struct Ledger {
    /// By the server's identity.
    watchers: HashMap<String, Claim>,
    /// By the follower they belong to: what its watcher saw last.
    returned: HashMap<Place, Arc<ServerSnapshot>>,
}

struct Claim {
    watcher: Place,
    followers: Vec<Follower>,
}

/// Who asks for a server, and what it hands over when somebody else has it.
#[derive(Debug, Clone)]
pub struct Follower {
    /// Its own place.
    pub place: Place,
    /// Its databases.
    pub targets: Vec<Target>,
    /// What it last saw of them itself.
    pub last: Arc<ServerSnapshot>,
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
    pub fn claim(&self, identity: &str, follower: Follower) -> Claimed {
        let mut ledger = self.lock();
        ledger.returned.remove(&follower.place);
        let new = || Claim { watcher: follower.place, followers: Vec::new() };
        let claim = ledger.watchers.entry(identity.to_owned()).or_insert_with(new);
        if claim.watcher == follower.place {
            return Claimed::Ours;
        }
        claim.followers.retain(|other| other.place != follower.place);
        claim.followers.push(follower);
        Claimed::By(claim.watcher)
    }

    /// Those who have handed their databases over to this watcher, in the order of the fleet.
    pub fn followers(&self, watcher: Place) -> Vec<Follower> {
        let ledger = self.lock();
        let claims = ledger.watchers.values().filter(|claim| claim.watcher == watcher);
        let mut followers: Vec<Follower> = claims.flat_map(|claim| claim.followers.iter().cloned()).collect();
        followers.sort_by_key(|follower| follower.place);
        followers
    }

    /// Gives the claim up, leaves what was last seen to the followers, and wakes them.
    pub fn release(&self, watcher: Place, last: &Arc<ServerSnapshot>) {
        let mut ledger = self.lock();
        let released: Vec<Claim> =
            ledger.watchers.extract_if(|_, claim| claim.watcher == watcher).map(|(_, claim)| claim).collect();
        for follower in released.iter().flat_map(|claim| &claim.followers) {
            ledger.returned.insert(follower.place, Arc::clone(last));
        }
        if !released.is_empty() {
            self.released.notify_waiters();
        }
    }

    /// What the watcher left to this follower; once.
    pub fn returned(&self, follower: Place) -> Option<Arc<ServerSnapshot>> {
        self.lock().returned.remove(&follower)
    }

    /// Waits until this follower's watcher has given up.
    pub async fn watcher_gone(&self, identity: &str, watcher: Place) {
        loop {
            let released = self.released.notified();
            if self.lock().watchers.get(identity).is_none_or(|claim| claim.watcher != watcher) {
                return;
            }
            released.await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn seen(endpoint: &str) -> Arc<ServerSnapshot> {
        Arc::new(ServerSnapshot::unseen(endpoint.to_owned(), Duration::from_secs(1)))
    }

    fn at(place: Place) -> Follower {
        Follower { place, targets: Vec::new(), last: seen("nowhere") }
    }

    #[test]
    fn the_first_watches_and_a_follower_takes_over() {
        let claims = Claims::default();
        assert_eq!(claims.claim("uuid", at(0)), Claimed::Ours);
        assert_eq!(claims.claim("uuid", at(1)), Claimed::By(0));
        assert_eq!(claims.claim("other", at(2)), Claimed::Ours);
        claims.release(0, &seen("first"));
        assert_eq!(claims.claim("uuid", at(1)), Claimed::Ours);
        assert_eq!(claims.claim("uuid", at(0)), Claimed::By(1), "the first follows when it comes back");
    }

    #[test]
    fn a_follower_gets_what_its_watcher_saw_last_once() {
        let claims = Claims::default();
        for place in 0..3 {
            claims.claim("uuid", at(place));
        }
        let places: Vec<Place> = claims.followers(0).iter().map(|follower| follower.place).collect();
        assert_eq!(places, [1, 2]);
        claims.release(0, &seen("first"));
        assert_eq!(claims.returned(2).map(|last| last.endpoint.clone()), Some("first".to_owned()));
        assert!(claims.returned(2).is_none(), "it was fetched");
        claims.claim("uuid", at(1));
        assert!(claims.returned(1).is_none(), "it is out of date");
    }
}
