//! Whole partitions that are past retention.

use super::stage::Stage;

const POLICY: &str = "  logs: {database: one, table: logs, time: at, keep: 30d}";

/// Partitions `p0` (empty), `p1` and `p2` are past retention as a whole, `p3` in part, `pm` has no limit.
async fn logs(kind: &str, column: &str) -> Stage {
    let day = |days: i32| {
        let literal = format!("DATE(NOW()) - INTERVAL {days} DAY");
        if kind == "UNIX_TIMESTAMP(at)" { format!("UNIX_TIMESTAMP({literal})") } else { literal }
    };
    let mut stage = Stage::set(&[]).await;
    let mut limits = Vec::new();
    for days in [90, 60, 40, 20] {
        limits.push(stage.one(&format!("SELECT {}", day(days))).await);
    }
    let quote = if kind == "COLUMNS (at)" { "'" } else { "" };
    let range = if kind == "COLUMNS (at)" { kind.to_owned() } else { format!("({kind})") };
    let parts: Vec<String> = limits
        .iter()
        .enumerate()
        .map(|(place, limit)| format!("PARTITION p{place} VALUES LESS THAN ({quote}{limit}{quote})"))
        .collect();
    let create = format!(
        "CREATE TABLE logs (id BIGINT AUTO_INCREMENT, at {column}, text VARCHAR(20), PRIMARY KEY (id, at), KEY (at)) \
         PARTITION BY RANGE {range} ({}, PARTITION pm VALUES LESS THAN {})",
        parts.join(", "),
        if kind == "COLUMNS (at)" { "(MAXVALUE)" } else { "MAXVALUE" }
    );
    let fill = |days: u32, rows: u32| {
        format!("INSERT INTO logs (at, text) {} NOW() - INTERVAL {days} DAY, 'x' FROM seq", super::stage::numbers(rows))
    };
    stage.run_sql(&[&create, &fill(70, 100), &fill(50, 200), &fill(35, 300), &fill(25, 400), &fill(1, 500)]).await;
    stage
}

async fn parts(stage: &mut Stage) -> String {
    let names = "SELECT PARTITION_NAME FROM information_schema.PARTITIONS WHERE TABLE_SCHEMA = 'svc' \
                 AND TABLE_NAME = 'logs' ORDER BY PARTITION_ORDINAL_POSITION";
    stage.one(names).await
}

#[tokio::test(flavor = "multi_thread")]
async fn expired_partitions_are_dropped_and_the_rest_is_removed_by_rows() {
    for (kind, column) in [("UNIX_TIMESTAMP(at)", "TIMESTAMP NOT NULL"), ("COLUMNS (at)", "DATETIME NOT NULL")] {
        let mut stage = logs(kind, column).await;
        let config = stage.config(POLICY);
        let plan = stage.plan(&config, "cleanup").await;
        assert_eq!(plan.steps[0].rows, Some(600), "{plan:#?}");
        assert_eq!(plan.steps[0].sql.len(), 4, "{plan:#?}");
        stage.done(&config, "cleanup", "600 rows of 1 policy").await;
        assert_eq!(parts(&mut stage).await, "p3,pm");
        assert_eq!(stage.one("SELECT COUNT(*) FROM logs").await, "900");
        stage.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn with_an_archive_partitions_are_dropped_when_their_rows_are_in_it() {
    let mut stage = logs("UNIX_TIMESTAMP(at)", "TIMESTAMP NOT NULL").await;
    let config = stage.config(POLICY);
    stage.done(&config, "cleanup --archive", "600 rows of 1 policy").await;
    assert_eq!(parts(&mut stage).await, "p3,pm");
    stage.run_sql(&["CREATE DATABASE copy"]).await;
    let archives = stage.archives();
    stage.load(&archives[0], "copy");
    assert_eq!(stage.one("SELECT COUNT(*) FROM copy.logs").await, "600");
    assert_eq!(stage.one("SELECT COUNT(*) FROM copy.logs JOIN logs USING (id)").await, "0");
    stage.end().await;
}
