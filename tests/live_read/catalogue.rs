//! Tables and sizes: odd names, other engines, and the catalogue while a statement creates or alters a table.

use std::time::{Duration, Instant};

use dbdeck::demo::launcher::PrivateServer;
use dbdeck::secret::SecretSource;
use dbdeck::server::{Link, read, sql};
use dbdeck::units::{Bytes, Rows};

use crate::common::{launcher, link};

async fn run(link: &mut Link, statements: &[&str]) {
    for statement in statements {
        link.execute(statement).await.unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
}

#[tokio::test]
async fn odd_names_are_the_same_in_tablespaces_and_catalogue() {
    let server = launcher().start().await.unwrap();
    let mut root = link(&server.root()).await;
    let names = ["with space", "back`tick", "表格", "dash-ed", "a@b", "#P#", "Größe", "quo'te", "q\"q", "ta\\b", "%"];
    for schema in ["odd `schema` 数据", "plain"] {
        run(&mut root, &[&format!("CREATE DATABASE {} CHARACTER SET utf8mb4", sql::ident(schema))]).await;
        let place = |name: &str| format!("{}.{}", sql::ident(schema), sql::ident(name));
        for name in names {
            run(&mut root, &[&format!("CREATE TABLE {} (`c ``数` INT PRIMARY KEY)", place(name))]).await;
        }
        let schemas = [schema.to_owned()];
        let sizes = read::sizes::read(&mut root, &schemas).await.unwrap().unwrap();
        let facts = read::tables::read(&mut root, &schemas).await.unwrap().unwrap();
        let sorted = |mut names: Vec<String>| {
            names.sort();
            names
        };
        let expected = sorted(names.map(str::to_owned).to_vec());
        assert_eq!(sorted(facts.into_iter().map(|facts| facts.table).collect()), expected, "{schema}");
        assert_eq!(sorted(sizes.into_iter().map(|size| size.table).collect()), expected, "{schema}");
        for name in names {
            let columns = read::tables::columns(&mut root, schema, name).await.unwrap().unwrap();
            assert_eq!(columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>(), ["c `数"], "{name}");
        }
    }
    server.stop().await.unwrap();
}

#[tokio::test]
async fn a_service_account_sees_its_own_tables_whatever_their_engine() {
    let server = launcher().start().await.unwrap();
    let mut root = link(&server.root()).await;
    run(
        &mut root,
        &[
            "CREATE DATABASE own",
            "CREATE TABLE own.old (id INT NOT NULL, name VARCHAR(40), KEY one (name(10)), KEY two (name(10)), \
             UNIQUE three (id, name)) ENGINE=MyISAM COMMENT '旧表'",
            "INSERT INTO own.old VALUES (1, 'a'), (2, 'b'), (3, 'b')",
            "CREATE TABLE own.logs (id BIGINT AUTO_INCREMENT PRIMARY KEY) PARTITION BY RANGE (id) \
             (PARTITION p0 VALUES LESS THAN (10) COMMENT 'first', PARTITION rest VALUES LESS THAN MAXVALUE)",
            "CREATE VIEW own.seen AS SELECT 1",
            "CREATE USER service@localhost",
            "GRANT SELECT ON own.* TO service@localhost",
        ],
    )
    .await;
    let mut own = link(&server.login("service", SecretSource::None)).await;
    let mut facts = read::tables::read(&mut own, &["own".to_owned()]).await.unwrap().unwrap();
    facts.sort_by(|a, b| b.table.cmp(&a.table));
    let [old, logs] = &facts[..] else { panic!("views are left out: {facts:?}") };
    assert_eq!((old.engine.as_deref(), old.rows, old.comment.as_str()), (Some("MyISAM"), Some(Rows(3)), "旧表"));
    assert!(old.data.unwrap() > Bytes(0) && old.index.unwrap() > Bytes(1024) && old.problem.is_none(), "{old:?}");
    assert!(logs.partitioned && logs.auto_increment == Some(1), "{logs:?}");
    let age = chrono::Utc::now() - logs.created.unwrap();
    assert!(age.num_seconds() < 300 && age.num_seconds() > -5, "{logs:?}");

    let indexes = read::tables::indexes(&mut own, "own", "old").await.unwrap().unwrap();
    let shown: Vec<_> = indexes.iter().map(|i| (i.name.as_str(), i.columns.join(","), i.unique)).collect();
    let expected = [("one", "name(10)", false), ("three", "id,name", true), ("two", "name(10)", false)];
    assert_eq!(shown, expected.map(|(name, columns, unique)| (name, columns.to_owned(), unique)));
    let all = read::tables::indexes_of_schemas(&mut own, &["own".to_owned()]).await.unwrap().unwrap();
    let [logs, old] = &all[..] else { panic!("two tables have indexes: {all:?}") };
    assert!(logs.has_primary_key() && !old.has_primary_key() && logs.superfluous().next().is_none(), "{all:?}");
    assert_eq!(old.indexes, indexes);
    let superfluous: Vec<_> = old.superfluous().map(|(one, other)| (one.name.as_str(), other.name.as_str())).collect();
    assert_eq!(superfluous, [("two", "one")]);
    let partitions = read::tables::partitions(&mut own, "own", "logs").await.unwrap().unwrap();
    let shown: Vec<_> = partitions.iter().map(|p| (p.name.as_str(), p.description.as_deref().unwrap())).collect();
    assert_eq!(shown, [("p0", "10"), ("rest", "MAXVALUE")]);
    assert_eq!(read::tables::partitions(&mut own, "own", "old").await.unwrap().unwrap(), []);
    let missing = read::tables::columns(&mut own, "own", "no_such").await.unwrap().unwrap_err();
    assert!(missing.reason.contains("no_such"), "{missing:?}");
    server.stop().await.unwrap();
}

/// Runs a statement on a connection of its own until the returned task is asked to end.
async fn in_background(server: &PrivateServer, statement: &'static str) -> tokio::task::JoinHandle<()> {
    let mut other = link(&server.root()).await;
    tokio::spawn(async move {
        // Ended by KILL, or done: either way it is over.
        let _ = other.execute(statement).await;
    })
}

async fn thread_running(root: &mut Link, start: &str) -> Option<u64> {
    let threads = read::threads::read(root).await.unwrap();
    threads.iter().find(|thread| thread.statement.starts_with(start)).map(|thread| thread.id.0)
}

async fn wait_for(root: &mut Link, start: &str) -> u64 {
    let began = Instant::now();
    loop {
        if let Some(id) = thread_running(root, start).await {
            return id;
        }
        assert!(began.elapsed() < Duration::from_secs(20), "waited 20 s for {start}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Reads everything of the catalogue once; none of it may take longer than its limit.
async fn look(root: &mut Link, own: &[String]) -> (Bytes, usize) {
    let began = Instant::now();
    let sizes = read::sizes::read(root, own).await.unwrap().unwrap();
    let sizes_took = began.elapsed();
    let facts = read::tables::read(root, own).await.unwrap();
    let facts_took = began.elapsed().saturating_sub(sizes_took);
    assert!(sizes_took < Duration::from_secs(1), "sizes took {sizes_took:?}");
    assert!(facts_took < Duration::from_secs(2), "facts took {facts_took:?}");
    assert!(root.is_usable());
    let big = sizes.iter().find(|size| size.table == "big").map(|size| size.bytes).unwrap_or_default();
    (big, facts.map_or(0, |facts| facts.iter().filter(|facts| facts.problem.is_none()).count()))
}

#[tokio::test]
async fn sizes_are_right_at_once_and_readable_during_ddl() {
    let server = launcher().start().await.unwrap();
    let mut root = link(&server.root()).await;
    let own = ["own".to_owned()];
    run(&mut root, &["CREATE DATABASE own", "USE own", "CREATE TABLE big (id INT AUTO_INCREMENT PRIMARY KEY, t TEXT)"])
        .await;
    run(&mut root, &["INSERT INTO big (t) SELECT REPEAT('x', 2000) FROM information_schema.COLLATIONS LIMIT 200"])
        .await;
    let (before, _) = look(&mut root, &own).await;
    for _ in 0..7 {
        run(&mut root, &["INSERT INTO big (t) SELECT t FROM big"]).await;
    }
    let (after, readable) = look(&mut root, &own).await;
    assert!(after.0 > 45_000_000 && before.0 < 5_000_000, "{before} then {after}");
    assert_eq!(readable, 1);

    let create = in_background(&server, "CREATE TABLE own.copy AS SELECT b.*, SLEEP(0.5) s FROM own.big b").await;
    let id = wait_for(&mut root, "CREATE TABLE").await;
    for _ in 0..3 {
        assert_eq!(look(&mut root, &own).await, (after, 1), "during CREATE TABLE … SELECT");
    }
    if let Err(lack) = read::tables::columns(&mut root, "own", "copy").await.unwrap() {
        assert!(!lack.reason.is_empty(), "{lack:?}");
    }
    run(&mut root, &[&format!("KILL {id}")]).await;
    create.await.unwrap();

    let alter = in_background(&server, "ALTER TABLE own.big ADD COLUMN extra INT, ALGORITHM=COPY").await;
    let mut looks = 0;
    while !alter.is_finished() {
        let (size, _) = look(&mut root, &own).await;
        let running = thread_running(&mut root, "ALTER TABLE").await.is_some();
        // In its last moment the table has no name (0), or is the new copy already, packed a little differently.
        let is_right = size.0.abs_diff(after.0) < after.0 / 4;
        assert!(is_right || size.0 == 0 || !running, "{size} during ALTER, was {after}");
        looks += usize::from(running && is_right);
    }
    assert!(looks > 0, "the ALTER was seen");
    server.stop().await.unwrap();
}
