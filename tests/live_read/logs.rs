//! The slow log, from its table and from its file.

use std::time::{Duration, Instant};

use dbdeck::demo::launcher::PrivateServer;
use dbdeck::server::read::slow_log::{SlowLog, SlowSource, Watermark};
use dbdeck::server::{Link, read};

use crate::common::{launcher, link};

const SWITCH_ON: &str = "SET GLOBAL slow_query_log = ON, GLOBAL long_query_time = 0.05";

async fn slow(server: &PrivateServer, text: &str) {
    let mut other = link(&server.root()).await;
    other.execute("SET time_zone = '+05:00'").await.unwrap();
    other.execute("USE own").await.unwrap();
    other.execute(format!("SELECT '{text}', SLEEP(0.1)")).await.unwrap();
}

/// A statement is answered before it is logged.
async fn look(root: &mut Link, after: Option<Watermark>, at_least: usize) -> SlowLog {
    let began = Instant::now();
    loop {
        let log = read::slow_log::read(root, after.clone()).await.unwrap().unwrap();
        if log.statements.len() >= at_least {
            return log;
        }
        assert!(began.elapsed() < Duration::from_secs(20), "waited 20 s for {at_least} statements: {log:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn check(root: &mut Link, after: Option<Watermark>, expected: &[&str]) -> (SlowSource, Option<Watermark>) {
    let log = look(root, after, expected.len()).await;
    let found: Vec<&str> = log.statements.iter().filter_map(|s| s.text.split('\'').nth(1)).collect();
    assert_eq!(found, expected, "{log:?}");
    for statement in &log.statements {
        assert_eq!(statement.schema.as_deref(), Some("own"), "{statement:?}");
        assert!(statement.query_time.as_millis() >= 90 && statement.query_time.as_secs() < 20, "{statement:?}");
    }
    (log.source, Some(log.next))
}

#[tokio::test]
async fn each_look_at_the_slow_log_goes_on_where_the_last_one_ended() {
    let server = launcher().start().await.unwrap();
    let mut root = link(&server.root()).await;
    root.execute("CREATE DATABASE own").await.unwrap();
    for (output, from_table) in [("TABLE", true), ("FILE", false)] {
        root.execute(format!("SET GLOBAL log_output = '{output}'")).await.unwrap();
        root.execute(SWITCH_ON).await.unwrap();
        slow(&server, "first").await;
        slow(&server, "second").await;
        let (source, after) = check(&mut root, None, &["first", "second"]).await;
        assert_eq!(source == SlowSource::Table, from_table, "{source:?}");
        let (_, after) = check(&mut root, after, &[]).await;
        slow(&server, "third").await;
        let (_, after) = check(&mut root, after, &["third"]).await;
        if from_table {
            root.execute("TRUNCATE TABLE mysql.slow_log").await.unwrap();
            slow(&server, "fourth").await;
            check(&mut root, after, &["fourth"]).await;
        }
    }
    server.stop().await.unwrap();
}
