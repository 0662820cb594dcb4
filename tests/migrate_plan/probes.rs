//! A server's answers about changes of tables, compared with what it then does to a table with rows.

use dbdeck::ops::migrate::plan::{Answer, Lock, WAYS, Way, ask};
use dbdeck::server::script::Options;
use dbdeck::server::script::shape::shape;
use dbdeck::server::{Link, ServerError};

use crate::common::{launcher, link, rows};

/// Behind `ALTER TABLE t`; `t` has a foreign key, `r` has partitions.
const CHANGES: &[(&str, &str)] = &[
    ("t", "ADD c INT"),
    ("t", "ADD c INT FIRST"),
    ("t", "ADD c INT NOT NULL DEFAULT 7, ADD INDEX (c)"),
    ("t", "DROP COLUMN d"),
    ("t", "MODIFY a BIGINT"),
    ("t", "MODIFY a INT NOT NULL"),
    ("t", "RENAME COLUMN d TO e"),
    ("t", "CHANGE d e DATETIME"),
    ("t", "MODIFY v VARCHAR(60)"),
    ("t", "MODIFY v VARCHAR(300)"),
    ("t", "MODIFY v VARCHAR(10)"),
    ("t", "ADD INDEX dd (d)"),
    ("t", "ADD UNIQUE (id, d)"),
    ("t", "ADD FULLTEXT (v)"),
    ("t", "DROP INDEX k"),
    ("t", "DROP PRIMARY KEY, ADD PRIMARY KEY (id, b)"),
    ("t", "CONVERT TO CHARACTER SET latin1"),
    ("t", "DEFAULT CHARACTER SET latin1"),
    ("t", "ENGINE=InnoDB"),
    ("t", "ENGINE=MyISAM"),
    ("t", "ADD g INT AS (b + 1) VIRTUAL"),
    ("t", "ADD g INT AS (b + 1) STORED"),
    ("t", "ADD CONSTRAINT other FOREIGN KEY (b) REFERENCES p (id)"),
    ("t", "ADD CHECK (b < 1000)"),
    ("t", "COMMENT='; -- x'"),
    ("t", "ALTER b SET DEFAULT 4"),
    ("t", "AUTO_INCREMENT=1000"),
    ("t", "ROW_FORMAT=COMPRESSED"),
    ("t", "ROW_FORMAT=REDUNDANT"),
    ("t", "PARTITION BY HASH (id) PARTITIONS 2"),
    ("r", "REMOVE PARTITIONING"),
    ("r", "ADD PARTITION (PARTITION p2 VALUES LESS THAN (3000))"),
    ("r", "DROP PARTITION p0"),
    ("r", "REORGANIZE PARTITION p1 INTO (PARTITION x VALUES LESS THAN (1500), PARTITION y VALUES LESS THAN (2000))"),
    ("r", "REBUILD PARTITION p0"),
    ("r", "ADD c INT"),
];

/// Statements of their own.
const STATEMENTS: &[&str] = &["CREATE INDEX i ON t (d)", "CREATE UNIQUE INDEX i ON t (id, v)", "DROP INDEX k ON t"];

const STAGE: &[&str] = &[
    "DROP DATABASE IF EXISTS stage",
    "CREATE DATABASE stage CHARACTER SET utf8mb4",
    "USE stage",
    "CREATE TABLE p (id INT PRIMARY KEY)",
    "CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, a INT, b INT NOT NULL, v VARCHAR(20), d DATETIME, KEY k (a))",
    "CREATE TABLE r (id INT PRIMARY KEY, a INT) PARTITION BY RANGE (id) (PARTITION p0 VALUES LESS THAN (1000), \
     PARTITION p1 VALUES LESS THAN (2000))",
    "INSERT INTO p VALUES (1), (2)",
    "INSERT INTO t (a, b, v, d) VALUES (1, 1, 'x', NOW()), (2, 2, 'y', NOW())",
    "INSERT INTO t (a, b, v, d) SELECT x.a, 1 + x.b MOD 2, x.v, x.d FROM t AS x, t AS y, t AS z",
    "INSERT INTO r SELECT id, a FROM t UNION SELECT id + 1500, a FROM t",
];

async fn stage(root: &mut Link) {
    for statement in STAGE {
        root.execute(*statement).await.unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
}

/// Names and numbers of the files of the tables.
async fn files(root: &mut Link) -> Vec<String> {
    let source = root.caps.tablespaces;
    let sql = format!("SELECT NAME, SPACE FROM {source} WHERE NAME LIKE 'stage/%' ORDER BY NAME");
    rows(root, 2, &sql).await
}

#[tokio::test]
async fn a_server_does_what_it_answers() {
    let server = launcher().option("log_bin=binary").option("server_id=1").start().await.unwrap();
    let mut root = link(&server.root()).await;
    let changes = CHANGES.iter().map(|(table, change)| format!("ALTER TABLE {table} {change}"));
    let mut wrong = Vec::new();
    for statement in changes.chain(STATEMENTS.iter().map(|&statement| statement.to_owned())) {
        stage(&mut root).await;
        let before = files(&mut root).await;
        let answer = ask(&mut root, "stage", &statement).await.unwrap();
        assert_eq!(before, files(&mut root).await, "{statement} left something behind");
        assert_eq!(rows(&mut root, 1, "SELECT @@session.sql_log_bin").await, ["1"]);
        if let Err(reason) = compare(&mut root, &statement, &answer).await {
            wrong.push(format!("{statement}: {reason}\n{answer:?}"));
        }
    }
    server.stop().await.unwrap();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

async fn compare(root: &mut Link, statement: &str, answer: &Answer) -> Result<(), String> {
    let moved = match answer {
        Answer::Takes(way) => {
            refuses_gentler(root, statement, way).await?;
            let pinned = answer.pinned(statement, &shape(statement, Options::default())).ok_or("it has no pin")?;
            moves(root, &pinned).await?
        }
        Answer::Unchosen { .. } => moves(root, statement).await?,
        other => return Err(format!("no answer: {other:?}")),
    };
    stage(root).await;
    let left_to_itself = moves(root, statement).await?;
    match (answer.moves_rows(), moved, left_to_itself) {
        (answered, moved, _) if answered != moved => Err(format!("rows moved: {moved}")),
        (_, moved, left) if left != moved => Err(format!("left to itself, rows moved: {left}")),
        _ => Ok(()),
    }
}

async fn refuses_gentler(root: &mut Link, statement: &str, way: &Way) -> Result<(), String> {
    let pin = shape(statement, Options::default()).pin.ok_or("it has no pin")?;
    for (algorithm, lock) in WAYS.into_iter().take_while(|tried| *tried != (way.algorithm, way.lock)) {
        let gentler = pin.put(statement, algorithm.word(), lock.map(Lock::word));
        match root.execute(&gentler).await {
            Err(ServerError::Sql { code: 1845 | 1846, .. }) => {}
            other => return Err(format!("{gentler}: {other:?}")),
        }
    }
    Ok(())
}

/// Whether files went and came. A table of another engine has none any more.
async fn moves(root: &mut Link, statement: &str) -> Result<bool, String> {
    let before = files(root).await;
    root.execute(statement).await.map_err(|error| format!("{statement}: {error}"))?;
    let after = files(root).await;
    let gone = before.iter().any(|file| !after.contains(file));
    Ok(gone && (after.iter().any(|file| !before.contains(file)) || statement.contains("MyISAM")))
}
