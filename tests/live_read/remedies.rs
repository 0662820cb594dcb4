//! Accounts with no right, with PROCESS, with their own schema, and with everything: each reader gives figures, or a
//! remedy that makes the next reading give them. The remedies are carried out as they stand.

use std::io::Write as _;

use dbdeck::demo::launcher::PrivateServer;
use dbdeck::secret::SecretSource;
use dbdeck::server::error::{Known, Unavailable};
use dbdeck::server::{Link, read};

use crate::common::{launcher, link};

#[derive(Debug, Clone, Copy, PartialEq)]
enum Reader {
    Counters,
    Threads,
    Variables,
    Rights,
    Disk,
    Transactions,
    Sizes,
    Tables,
    Columns,
    Indexes,
    Partitions,
    Replication,
    Accounts,
    SlowLog,
    BinaryLog,
    Totals,
    Digests,
}

const READERS: [Reader; 17] = [
    Reader::Counters,
    Reader::Threads,
    Reader::Variables,
    Reader::Rights,
    Reader::Disk,
    Reader::Transactions,
    Reader::Sizes,
    Reader::Tables,
    Reader::Columns,
    Reader::Indexes,
    Reader::Partitions,
    Reader::Replication,
    Reader::Accounts,
    Reader::SlowLog,
    Reader::BinaryLog,
    Reader::Totals,
    Reader::Digests,
];

/// What the accounts are given at first.
const ACCOUNTS: [(&str, Option<&str>); 4] = [
    ("nothing", None),
    ("process", Some("PROCESS ON *.*")),
    ("service", Some("SELECT, INSERT, UPDATE, DELETE ON `live\\_own`.*")),
    ("everything", Some("ALL PRIVILEGES ON *.*")),
];

async fn take(reader: Reader, link: &mut Link) -> Known<usize> {
    let own = ["live_own".to_owned()];
    let (schema, table) = ("live_own", "parts");
    match reader {
        Reader::Counters => Ok(usize::try_from(read::counters::read(link).await.unwrap().questions).unwrap()),
        Reader::Threads => read::threads::read(link).await.map(|threads| Ok(threads.len())).unwrap(),
        Reader::Variables => Ok(usize::from(read::variables::read(link).await.unwrap().max_connections.is_some())),
        Reader::Rights => Ok(read::rights::read(link).await.unwrap().grants.len()),
        Reader::Disk => read::disk::read(link).await.unwrap().map(|_| 1),
        Reader::Transactions => read::transactions::read(link).await.unwrap().map(|found| found.len()),
        Reader::Sizes => read::sizes::read(link, &own).await.unwrap().map(|found| found.len()),
        Reader::Tables => read::tables::read(link, &own).await.unwrap().map(|found| found.len()),
        Reader::Columns => read::tables::columns(link, schema, table).await.unwrap().map(|found| found.len()),
        Reader::Indexes => read::tables::indexes(link, schema, table).await.unwrap().map(|found| found.len()),
        Reader::Partitions => read::tables::partitions(link, schema, table).await.unwrap().map(|found| found.len()),
        Reader::Replication => read::replication::read(link).await.unwrap().map(|found| found.len()),
        Reader::Accounts => read::rights::accounts(link).await.unwrap().map(|found| found.len()),
        Reader::SlowLog => read::slow_log::read(link, None).await.unwrap().map(|log| log.statements.len()),
        Reader::BinaryLog => read::binary_log::read(link).await.unwrap().map(|log| log.files.len()),
        Reader::Totals => read::statements::totals(link, &own).await.unwrap().map(|found| found.len()),
        Reader::Digests => read::statements::read(link, &own).await.unwrap().map(|found| found.len()),
    }
}

/// Carries a remedy out as an administrator would: statements in a client, lines in the option file.
async fn cure(server: &mut PrivateServer, remedy: &str) {
    if let Some(lines) = remedy.strip_prefix("in the server's option file, below [mysqld]: ") {
        let lines = lines.strip_suffix(" (and restart)").expect("it says that a restart is needed");
        let path = server.directory().join("server.cnf");
        let mut file = std::fs::OpenOptions::new().append(true).open(path).unwrap();
        writeln!(file, "{}", lines.replace(" and ", "\n")).unwrap();
        server.restart().await.unwrap();
        return;
    }
    let mut root = link(&server.root()).await;
    for statement in remedy.split(';').filter(|statement| !statement.trim().is_empty()) {
        root.execute(statement).await.unwrap_or_else(|error| panic!("{remedy}: {error}"));
    }
}

/// A setting may be wanting, and then a right; never the same thing twice.
async fn check(server: &mut PrivateServer, reader: Reader, user: &str) -> usize {
    let mut lacks: Vec<Unavailable> = Vec::new();
    loop {
        let mut own = link(&server.login(user, SecretSource::None)).await;
        match take(reader, &mut own).await {
            Ok(found) => return found,
            Err(lack) => {
                assert!(!lack.reason.is_empty() && !lack.remedy.is_empty(), "{reader:?} as {user}: {lack:?}");
                assert!(!lacks.contains(&lack) && lacks.len() < 2, "{reader:?} as {user}: {lack:?} after {lacks:?}");
                cure(server, &lack.remedy).await;
                lacks.push(lack);
            }
        }
    }
}

const SCHEMA: [&str; 4] = [
    "CREATE DATABASE live_own",
    "CREATE TABLE live_own.parts (id BIGINT PRIMARY KEY, k INT, KEY k (k)) \
     PARTITION BY RANGE (id) (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN MAXVALUE)",
    "CREATE TABLE live_own.plain (id BIGINT PRIMARY KEY)",
    "USE live_own",
];

#[tokio::test]
async fn every_reader_gives_figures_or_the_remedy_that_brings_them() {
    let mut server = launcher().option("performance_schema=OFF").start().await.unwrap();
    let mut root = link(&server.root()).await;
    for statement in SCHEMA {
        root.execute(statement).await.unwrap();
    }
    for reader in READERS {
        for (kind, grant) in ACCOUNTS {
            // A restart has closed the connection of the round before.
            let mut root = link(&server.root()).await;
            root.execute("USE live_own").await.unwrap();
            let user = format!("{kind}{}", reader as u8);
            root.execute(format!("CREATE USER {user}@localhost")).await.unwrap();
            if let Some(grant) = grant {
                root.execute(format!("GRANT {grant} TO {user}@localhost")).await.unwrap();
            }
            let found = check(&mut server, reader, &user).await;
            assert_eq!(found, expected(reader).unwrap_or(found), "{reader:?} as {user}");
        }
    }
    server.stop().await.unwrap();
}

/// How much there is to find, where it is the same for every account.
fn expected(reader: Reader) -> Option<usize> {
    match reader {
        Reader::Sizes | Reader::Tables | Reader::Columns | Reader::Indexes | Reader::Partitions => Some(2),
        Reader::Disk | Reader::Variables => Some(1),
        Reader::Replication => Some(0),
        _ => None,
    }
}

#[tokio::test]
async fn an_account_sees_its_own_rights() {
    let server = launcher().start().await.unwrap();
    let mut root = link(&server.root()).await;
    for statement in [
        "CREATE DATABASE live_own",
        "CREATE ROLE reader",
        "GRANT SELECT ON mysql.* TO reader",
        "CREATE USER service@localhost",
        "GRANT SELECT, INSERT ON `live\\_own`.* TO service@localhost",
        "GRANT reader TO service@localhost",
    ] {
        root.execute(statement).await.unwrap();
    }
    let mut own = link(&server.login("service", SecretSource::None)).await;
    let rights = read::rights::read(&mut own).await.unwrap();
    assert!(rights.has("INSERT", read::rights::On::Database("live_own")), "{rights:?}");
    assert!(!rights.has("INSERT", read::rights::On::Database("liveXown")), "{rights:?}");
    assert!(!rights.has("SELECT", read::rights::On::Table("mysql", "user")), "a role is not active by itself");
    own.execute("SET ROLE reader").await.unwrap();
    let rights = read::rights::read(&mut own).await.unwrap();
    assert!(rights.has("SELECT", read::rights::On::Table("mysql", "user")), "{rights:?}");
    let excess = read::rights::excess(&rights, &["live_own".to_owned()], &["live_own".to_owned(), "mysql".to_owned()]);
    assert_eq!(excess.iter().map(|e| e.opens.as_deref()).collect::<Vec<_>>(), [Some("mysql")], "{excess:?}");
    let all = read::rights::read(&mut root).await.unwrap();
    assert!(all.has("SUPER", read::rights::On::Server) && all.has("GRANT OPTION", read::rights::On::Server));
    server.stop().await.unwrap();
}
