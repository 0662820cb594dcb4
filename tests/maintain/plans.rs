//! Looking never writes: whatever an operation plans, the server's counters of writes and its tables stay as they are.

use dbdeck::op::{Invocation, OpEntry};
use dbdeck::ops::{GROUPS, OPS};

use super::common::rows;
use super::stage::Stage;

const WRITES: &str = "SHOW GLOBAL STATUS WHERE Variable_name REGEXP \
     '^(Com_(insert|update|delete|replace|truncate|alter|create|drop|rename|optimize|analyze|repair|load|kill|grant|flush)|\
     Innodb_rows_(inserted|updated|deleted)|Binlog_)'";

fn line(entry: &OpEntry) -> String {
    let lines = [entry.meta.id.to_owned(), format!("{} 1", entry.meta.id)];
    let fits = |line: &String| Invocation::parse(OPS, GROUPS, line).is_ok();
    lines.into_iter().find(fits).unwrap_or_else(|| panic!("no line for {}", entry.meta.id))
}

#[tokio::test(flavor = "multi_thread")]
async fn no_plan_writes() {
    let mut stage = Stage::set(&[
        "CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, a INT, KEY (a), KEY b (a))",
        "CREATE TABLE p (id INT PRIMARY KEY) PARTITION BY HASH (id) PARTITIONS 3",
        "INSERT INTO t (a) VALUES (1), (2)",
    ])
    .await;
    let mut seen = Vec::new();
    for round in 0..2 {
        if round == 1 {
            for entry in OPS {
                stage.plan(&line(entry)).await;
            }
        }
        let mut state = rows(&mut stage.root, 2, "CHECKSUM TABLE t, p").await;
        state.extend(rows(&mut stage.root, 2, WRITES).await);
        assert!(state.len() > 10, "{state:?}");
        seen.push(state);
    }
    assert_eq!(seen[0], seen[1]);
    stage.end().await;
}
