//! Every state that a pane can be in: empty, forbidden, off and unknown never look alike.

use std::sync::Arc;
use std::time::Duration;

use insta::assert_snapshot;

use super::scene::{Scene, scene_of};
use super::service::{applied, lacking, read};
use crate::clock::Moment;
use crate::migration::{Catalogue, Entry, Standing};
use crate::sample::snapshot::{MigrationStand, Table};
use crate::sample::{Health, ServerSnapshot};
use crate::server::Unavailable;
use crate::server::caps::Caps;

/// The overview, and the lists that are affected.
fn check(name: &str, screens: &str, change: impl Fn(Moment, &mut ServerSnapshot)) {
    let mut scene = scene_of(|now, mut server| {
        change(now, &mut server);
        vec![server]
    });
    for screen in screens.chars() {
        show(&mut scene, &format!("{name}_{screen}"), screen);
    }
}

fn show(scene: &mut Scene, name: &str, screen: char) {
    scene.keys(&screen.to_string());
    assert_snapshot!(name, scene.text((100, 30)));
}

fn ago(now: Moment, seconds: u64) -> std::time::Instant {
    now.instant.checked_sub(Duration::from_secs(seconds)).expect("the frozen moment has a past")
}

#[test]
fn connecting() {
    check("connecting", "1234", |_, server| {
        let mut unseen = ServerSnapshot::unseen(server.endpoint.clone(), server.interval);
        unseen.databases = server.databases.clone();
        for database in &mut unseen.databases {
            (database.connections, database.queries, database.tables) = (None, None, None);
        }
        *server = unseen;
    });
}

#[test]
fn migrations() {
    check("migrations", "1", |now, server| {
        let entry = |name: &str, standing| Entry { name: name.to_owned(), standing, cosmetic: false };
        let mut late = applied(14);
        let failed = Standing::Failed { step: Some(2), error: "error 1050: Table 'x' already exists".to_owned() };
        late.standings.entries.push(entry("2026_03_20_labels", failed));
        late.standings.entries.push(entry("2026_03_21_notes", Standing::Pending));
        server.databases[0].migrations = read(now, late);
        let grant = "GRANT SELECT ON `comfyui\\_admin`.* TO 'deck'@'localhost';";
        let lack = Unavailable::permission("the account may not read the record", grant);
        server.databases[1].migrations = lacking(now, lack);
        let catalogue = Arc::new(Catalogue { missing: true, ..Catalogue::default() });
        server.databases[2].migrations = read(now, MigrationStand { catalogue, ..MigrationStand::default() });
    });
}

#[test]
fn stale() {
    check("stale", "12", |now, server| {
        let next_try = now.instant + Duration::from_secs(3);
        let why = "no answer within 2.0 s".to_owned();
        server.answered = Some(ago(now, 14));
        server.health = Health::Silent { since: ago(now, 12), why, next_try };
    });
}

#[test]
fn down() {
    check("down", "12", |now, server| {
        let next_try = now.instant + Duration::from_secs(4);
        let why = "cannot reach /run/mysqld/mysqld.sock: connection refused: no server listens there".to_owned();
        server.answered = Some(ago(now, 75));
        server.health = Health::Down { since: ago(now, 73), why, next_try };
    });
}

#[test]
fn down_from_the_beginning() {
    check("never", "1", |now, server| {
        let next_try = now.instant + Duration::from_secs(4);
        let why = "db-7.example.net:3306 refuses the account \"deck\": Access denied for user 'deck'@'localhost'";
        server.answered = None;
        server.health = Health::Down { since: ago(now, 8), why: why.to_owned(), next_try };
    });
}

#[test]
fn forbidden() {
    check("forbidden", "124", |now, server| {
        let grant = "GRANT PROCESS ON *.* TO 'deck'@'localhost';";
        let lack = Unavailable::permission("the account may not see other connections", grant);
        server.transactions = lacking(now, lack.clone());
        for database in &mut server.databases {
            database.connections = Some(Err(lack.clone()));
            database.tables = lacking(now, lack.clone());
        }
    });
}

#[test]
fn off() {
    check("off", "13", |now, server| {
        let remedy = "in the server's option file, below [mysqld]: performance_schema = ON (and restart)";
        let digests = Unavailable::setting("the server does not count statements", remedy);
        let remedy = "SET GLOBAL log_output = 'FILE,TABLE', GLOBAL slow_query_log = ON;";
        let log = Unavailable::setting("the server does not log slow statements", remedy);
        for database in &mut server.databases {
            (database.queries, database.mean_time) = (Some(Err(digests.clone())), None);
        }
        server.digests = lacking(now, digests);
        server.slow_log = lacking(now, log);
    });
}

#[test]
fn empty() {
    check("empty", "1234", |now, server| {
        server.threads = server.threads.take().map(|threads| crate::sample::Aged { value: Arc::default(), ..threads });
        server.transactions = read(now, Vec::new());
        server.digests = read(now, Vec::new());
        server.slow = Arc::default();
        for database in &mut server.databases {
            database.connections = Some(Ok(0));
            database.tables = read(now, Vec::<Table>::new());
        }
    });
}

/// Three servers, one of each kind of trouble.
#[test]
fn several_servers() {
    let mut scene = scene_of(|now, server| {
        let place = |(index, endpoint): (usize, &str)| {
            let databases = vec![server.databases[index].clone()];
            ServerSnapshot { endpoint: endpoint.to_owned(), databases, ..server.clone() }
        };
        let mut servers: Vec<_> = ["db-1:3306", "db-2:3306", "db-3:3306"].into_iter().enumerate().map(place).collect();
        servers[1].answered = Some(ago(now, 9));
        let (since, next_try) = (ago(now, 30), now.instant + Duration::from_secs(2));
        servers[2].health = Health::Down { since, why: "connection lost: broken pipe".to_owned(), next_try };
        servers[2].caps = Some(Arc::new(Caps::default()));
        servers
    });
    for screen in ['1', '2', '3', '8'] {
        show(&mut scene, &format!("servers_{screen}"), screen);
    }
}
