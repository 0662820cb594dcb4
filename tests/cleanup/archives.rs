//! Archives: what was removed is in them, byte for byte.

use std::os::unix::fs::PermissionsExt as _;

use dbdeck::op::record::JobState;

use super::stage::Stage;

const POLICY: &str = "  odd:\n    database: one\n    table: odd\n    time: at\n    keep: 30d\n    archive: true\n\
                      \x20   children:\n      part:\n        column: odd_id\n";

const ODD: &str = "CREATE TABLE odd (
    id BIGINT AUTO_INCREMENT PRIMARY KEY, at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    `na``me 表` VARCHAR(200) NULL, texts LONGTEXT NULL, latin VARCHAR(50) CHARACTER SET latin1 NULL,
    chinese VARCHAR(50) CHARACTER SET gbk NULL, bytes VARBINARY(300) NULL, big LONGBLOB NULL, fixed BINARY(4) NULL,
    bits BIT(13) NULL, f FLOAT NULL, d DOUBLE NULL, m DECIMAL(30,10) NULL, j JSON NULL, dt DATETIME(6) NULL,
    da DATE NULL, ti TIME(3) NULL, y YEAR NULL, e ENUM('a','b''c') NULL, s SET('x','y') NULL, g POINT NULL,
    sum BIGINT GENERATED ALWAYS AS (y + 1) STORED, u BIGINT UNSIGNED ZEROFILL NULL) COMMENT 'it''s; odd'";

/// The values of one row each, columns that are not named are NULL.
const VALUES: [&str; 12] = [
    "texts = 'it''s \"quoted\" \\\\ back; -- no\\n/* two */ lines\\r\\0\\Z'",
    "texts = _utf8mb4 0xF09F9880, `na``me 表` = '中文 `; DROP TABLE odd; '",
    "texts = '', bytes = '', big = '', latin = ''",
    "latin = _latin1 0xE9FF80, chinese = _gbk 0xD6D0CEC4",
    "bytes = 0x00FF0A0D271A5C, fixed = 0x0041, bits = b'1010101010101'",
    "f = 0.1, d = 0.1, m = -12345678901234567890.0123456789",
    "f = 16777217, d = 1e308, u = 18446744073709551615",
    "f = 3.4028234e38, d = -2.2250738585072014e-308, m = 0",
    "dt = '2026-02-31 25:00:00', da = '2026-02-31', y = 0, e = 'nothing'",
    "dt = '0000-00-00', da = '0000-00-00', ti = '-838:59:59', y = 2155",
    "dt = '9999-12-31 23:59:59.999999', ti = '00:00:00.001', e = 'b''c', s = 'x,y'",
    "j = '{\"a\": [1, 2.5, \"\\\\u4e2d\\\\n\"], \"b\": null}', g = ST_GeomFromText('POINT(1.5 -2)')",
];

async fn odd() -> Stage {
    let stage = Stage::set(&[
        ODD,
        "CREATE TABLE part (id INT AUTO_INCREMENT PRIMARY KEY, odd_id BIGINT, blob_ BLOB, KEY (odd_id), \
         CONSTRAINT fk FOREIGN KEY (odd_id) REFERENCES odd (id))",
        "SET sql_mode = 'ALLOW_INVALID_DATES', time_zone = '+00:00'",
    ]);
    let mut stage = stage.await;
    for (days, values) in [31, 1].into_iter().flat_map(|days| VALUES.map(|values| (days, values))) {
        let insert = format!("INSERT INTO odd SET at = NOW() - INTERVAL {days} DAY, {values}");
        stage.run_sql(&[&insert]).await;
    }
    stage
        .run_sql(&[
            "INSERT INTO odd (at, big) VALUES (NOW() - INTERVAL 40 DAY, REPEAT(0x00FF27, 400000))",
            "INSERT INTO part (odd_id, blob_) SELECT id, CONCAT(id, 0x00) FROM odd",
            "INSERT INTO part (odd_id) VALUES (NULL)",
            "CREATE DATABASE ref",
            "CREATE TABLE ref.odd LIKE odd",
            "CREATE TABLE ref.part LIKE part",
        ])
        .await;
    let columns = "SELECT GROUP_CONCAT(CONCAT('`', REPLACE(COLUMN_NAME, '`', '``'), '`')) FROM information_schema.COLUMNS \
                   WHERE TABLE_SCHEMA = 'svc' AND TABLE_NAME = 'odd' AND COLUMN_NAME <> 'sum'";
    let columns = stage.one(columns).await;
    let fill = format!("INSERT INTO ref.odd ({columns}) SELECT {columns} FROM odd WHERE at < NOW() - INTERVAL 30 DAY");
    stage.run_sql(&[&fill, "INSERT INTO ref.part SELECT * FROM part WHERE odd_id IN (SELECT id FROM ref.odd)"]).await;
    stage
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_brings_back_exactly_what_was_removed() {
    let mut stage = odd().await;
    let config = stage.config(POLICY);
    stage.done(&config, "cleanup", "26 rows of 1 policy").await;
    let files = stage.files();
    assert_eq!(files.len(), 1, "{files:?}");
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&files[0]), mode(files[0].parent().unwrap())), (0o600, 0o700));
    stage.run_sql(&["CREATE DATABASE copy"]).await;
    stage.load(&files[0], "copy");
    for table in ["odd", "part"] {
        let checksum = |database: &str| format!("CHECKSUM TABLE {database}.{table}");
        let (copy, reference) = (stage.rows(2, &checksum("copy")).await, stage.rows(2, &checksum("ref")).await);
        let sum = |rows: &[String]| rows[0].split('|').next_back().unwrap().to_owned();
        assert_eq!(sum(&copy), sum(&reference), "{table}");
        let count = |database: &str| format!("SELECT COUNT(*) FROM {database}.{table}");
        assert_eq!(stage.one(&count("copy")).await, stage.one(&count("ref")).await);
    }
    assert_eq!(stage.one("SELECT COUNT(*) FROM odd").await, "12");
    assert_eq!(stage.one("SELECT COUNT(*) FROM part").await, "13");
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_that_cannot_be_written_keeps_every_row() {
    let mut stage = odd().await;
    std::fs::write(stage.server.directory().join("archive"), "in the way").unwrap();
    let config = stage.config(POLICY);
    let view = stage.run(&config, "cleanup").await;
    assert_eq!(view.state, JobState::Failed, "{}", view.message);
    assert!(view.message.contains("archive: Not a directory"), "{}", view.message);
    assert_eq!(stage.one("SELECT COUNT(*) FROM odd").await, "25");
    stage.end().await;
}
