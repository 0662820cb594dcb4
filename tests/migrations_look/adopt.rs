//! Adopting databases that were made by other means: what is there already, and what other tools have recorded.

use dbdeck::migration::baseline::{Effect, traces};
use dbdeck::migration::foreign::{Tool, ledgers, matches};
use dbdeck::migration::{Catalogue, MigrationFile};

use crate::stage::Stage;

/// A tool, the statements that make and fill its table, and for each file that it knows whether it is applied.
type Case = (Tool, &'static [&'static str], &'static [(&'static str, bool)]);

/// As each tool makes its table, and what it writes when it has applied its files.
const LEDGERS: &[Case] = &[
    (
        Tool::Dbmate,
        &[
            "create table if not exists `schema_migrations` (version varchar(128) primary key, dump mediumtext)",
            "insert into schema_migrations (version, dump) values ('20250101090000', '')",
        ],
        &[("2025_01_01_090000_users", true)],
    ),
    (
        Tool::Dbmate,
        &[
            "create table if not exists `schema_migrations` (version varchar(128) primary key)",
            "insert into schema_migrations (version) values ('20250101090000'), ('20250102090000')",
        ],
        &[("2025_01_01_090000_users", true), ("2025_01_02_090000_0002_notes", true)],
    ),
    (
        Tool::GolangMigrate,
        &[
            "CREATE TABLE `schema_migrations` (version bigint not null primary key, dirty boolean not null)",
            "INSERT INTO `schema_migrations` (version, dirty) VALUES (20250102090000, 1)",
        ],
        &[("2025_01_01_090000_users", true), ("2025_01_02_090000_0002_notes", false)],
    ),
    (
        Tool::Flyway,
        &[
            "CREATE TABLE `flyway_schema_history` (`installed_rank` INT NOT NULL, `version` VARCHAR(50), \
             `description` VARCHAR(200) NOT NULL, `type` VARCHAR(20) NOT NULL, `script` VARCHAR(1000) NOT NULL, \
             `checksum` INT, `installed_by` VARCHAR(100) NOT NULL, `installed_on` TIMESTAMP NOT NULL DEFAULT \
             CURRENT_TIMESTAMP, `execution_time` INT NOT NULL, `success` BOOL NOT NULL, PRIMARY KEY (`installed_rank`)) \
             ENGINE=InnoDB",
            "CREATE INDEX `flyway_schema_history_s_idx` ON `flyway_schema_history` (`success`)",
            "INSERT INTO flyway_schema_history VALUES \
             (1, '1', 'users', 'SQL', 'V1__users.sql', -1, 'root', NOW(), 5, 1), \
             (2, '2', 'notes', 'SQL', 'V2__notes.sql', 77, 'root', NOW(), 5, 0)",
        ],
        &[("2025_01_01_090000_users", true), ("2025_01_02_090000_0002_notes", false)],
    ),
    (
        Tool::Sqlx,
        &[
            "CREATE TABLE IF NOT EXISTS _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT NOT NULL, \
             installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, success BOOLEAN NOT NULL, checksum BLOB NOT NULL, \
             execution_time BIGINT NOT NULL)",
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
             VALUES (1, 'anything', TRUE, UNHEX(SHA2('-- Database: client\n-- Description: What 2025_01_03_rows is for\n\
             INSERT INTO users VALUES (1);', 384)), 100)",
        ],
        &[("2025_01_03_rows", true)],
    ),
    (
        Tool::Goose,
        &[
            "CREATE TABLE goose_db_version (id serial NOT NULL, version_id bigint NOT NULL, is_applied boolean NOT NULL, \
             tstamp timestamp NULL default now(), PRIMARY KEY(id))",
            "INSERT INTO goose_db_version (version_id, is_applied) VALUES (0, 1), (20250101090000, 1), (2, 1), (2, 0)",
        ],
        &[("2025_01_01_090000_users", true), ("2025_01_02_090000_0002_notes", false)],
    ),
];

fn files(stage: &Stage) -> Catalogue {
    stage.file("client", "2025_01_01_090000_users", "CREATE TABLE users (id INT, name VARCHAR(9));");
    stage.file("client", "2025_01_02_090000_0002_notes", "ALTER TABLE users ADD note TEXT, ADD INDEX idx_name (name);");
    stage.file("client", "2025_01_03_rows", "INSERT INTO users VALUES (1);");
    Catalogue::read(&stage.configure("operator", "only-for-this-test", None))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_records_of_other_tools_are_recognised() {
    let mut stage = Stage::start().await;
    let catalogue = files(&stage);
    let files: Vec<&MigrationFile> = catalogue.files.iter().collect();
    assert_eq!(ledgers(&mut stage.root, "svc_client").await.unwrap(), []);
    for (tool, statements, expected) in LEDGERS {
        stage.run("DROP DATABASE svc_client").await;
        stage.run("CREATE DATABASE svc_client CHARACTER SET utf8mb4").await;
        stage.run("USE svc_client").await;
        for statement in *statements {
            stage.run(statement).await;
        }
        let found = ledgers(&mut stage.root, "svc_client").await.unwrap();
        assert_eq!(found.iter().map(|ledger| ledger.tool).collect::<Vec<_>>(), [*tool]);
        let found = matches(&found[0], &files);
        let found: Vec<(&str, bool)> = found.iter().map(|it| (it.name.as_str(), it.is_applied)).collect();
        assert_eq!(found, *expected, "{tool:?}");
    }
    stage.server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_there_is_seen_statement_by_statement() {
    let mut stage = Stage::start().await;
    files(&stage);
    stage.file(
        "client",
        "2025_01_04_forms",
        "SET @s = (SELECT IF(COUNT(*) = 0, 'ALTER TABLE users ADD COLUMN age INT', 'DO 0') FROM information_schema.COLUMNS);\n\
         PREPARE p FROM @s;\nEXECUTE p;\nDEALLOCATE PREPARE p;",
    );
    stage.file("client", "2025_01_05_scratch", "CREATE TABLE scratch (a INT);\nDROP TABLE scratch;");
    stage.file("client", "2025_01_06_old", "CREATE TABLE old (a INT);");
    stage.file(
        "client",
        "2025_01_07_away",
        "DROP TABLE old;\nCREATE VIEW v AS SELECT 1;\nCREATE PROCEDURE P() SELECT 1;",
    );
    let catalogue = Catalogue::read(&stage.configure("operator", "only-for-this-test", None));
    let files: Vec<&MigrationFile> = catalogue.files.iter().collect();
    for statement in [
        "USE svc_client",
        "CREATE TABLE users (id INT, Name VARCHAR(9), age INT)",
        "CREATE VIEW v AS SELECT 1",
        "CREATE PROCEDURE p() SELECT 1",
    ] {
        stage.run(statement).await;
    }
    let before = stage.state().await;
    let found = traces(&mut stage.root, "svc_client", &files).await.unwrap();
    let found: Vec<(Effect, String)> = found.iter().map(|it| (it.effect(), it.evidence())).collect();
    let expected = [
        (Effect::There, "table users is there, column id of users is there, column name of users is there"),
        (Effect::NotThere, "column note of users is not there, index idx_name of users is not there"),
        (Effect::Unknown, "rows cannot be seen"),
        (Effect::There, "column age of users is there"),
        (
            Effect::Unknown,
            "table scratch is not there, which its statement 2 explains, \
             column a of scratch is not there, which its statement 2 explains",
        ),
        (
            Effect::Unknown,
            "table old is not there, which 2025_01_07_away explains, \
             column a of old is not there, which 2025_01_07_away explains",
        ),
        (Effect::There, "table old is not there, view v is there, procedure P is there"),
    ];
    assert_eq!(found, expected.map(|(effect, evidence)| (effect, evidence.to_owned())));
    assert_eq!(stage.state().await, before, "looking has changed something");
    stage.server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_is_adopted_and_what_is_not_there_is_named() {
    let mut stage = Stage::start().await;
    files(&stage);
    stage.run("USE svc_client").await;
    stage.run("CREATE TABLE users (id INT, name VARCHAR(9))").await;
    for statement in LEDGERS[4].1 {
        stage.run(statement).await;
    }
    let before = stage.state().await;
    let planned = stage.says(&["migrate", "--baseline", "--dry-run"], 0);
    assert_eq!(stage.state().await, before, "planning has changed something");
    for words in [
        "marks 2 migrations as applied",
        "column name of users is there",
        "sqlx has applied version 1 \"anything\" (the same bytes)",
        "client 2025_01_02_090000_0002_notes is not marked: column note of users is not there",
    ] {
        assert!(planned.contains(words), "{words}: {planned}");
    }
    stage.says(&["migrate", "--baseline", "--yes"], 0);
    let status = stage.json(&["migration-status", "--json", "--database", "client"], 3);
    let entries = status["databases"][0]["migrations"].as_array().unwrap();
    let standings: Vec<&str> = entries.iter().map(|entry| entry["standing"].as_str().unwrap()).collect();
    assert_eq!(standings, ["applied", "out_of_order", "applied"]);
    stage.says(&["migrate", "--baseline", "2025_01_02_090000_0002_notes", "--yes"], 0);
    stage.says(&["migration-status", "--check"], 0);
    stage.server.stop().await.unwrap();
}
