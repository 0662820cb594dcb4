//! A hand-built server with the service's three databases, every figure the same in every run.

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{Local, TimeZone};

use crate::clock::Moment;
use crate::migration::{Entry, Standing, Standings};
use crate::sample::growth::Growth;
use crate::sample::rate::Rates;
use crate::sample::slow::SlowPattern;
use crate::sample::snapshot::{Digest, MigrationStand, Table};
use crate::sample::{Aged, DatabaseSnapshot, Health, Ring, ServerSnapshot};
use crate::server::Unavailable;
use crate::server::caps::Caps;
use crate::server::dialect::{Flavor, ServerKind, Version};
use crate::server::error::Known;
use crate::server::read::{Counters, DigestRow, TableFacts, Thread, Transaction};
use crate::units::{Bytes, Rate, Rows, ThreadId};

const MIB: u64 = 1 << 20;
const MINUTE: Duration = Duration::from_secs(60);

/// A moment that is the same in every run and every time zone, and late enough to have a past.
pub fn frozen() -> Moment {
    let wall = Local.with_ymd_and_hms(2026, 3, 14, 14, 3, 27).single().expect("an hour that exists");
    Moment { instant: Instant::now() + Duration::from_hours(24), wall }
}

/// A reading that was taken.
#[allow(clippy::unnecessary_wraps, reason = "it is what a snapshot holds")]
pub fn read<T>(now: Moment, value: T) -> Option<Aged<Known<Arc<T>>>> {
    Some(Aged { at: now.instant, value: Ok(Arc::new(value)) })
}

/// A reading that could not be taken.
#[allow(clippy::unnecessary_wraps, reason = "it is what a snapshot holds")]
pub fn lacking<T>(now: Moment, lack: Unavailable) -> Option<Aged<Known<Arc<T>>>> {
    Some(Aged { at: now.instant, value: Err(lack) })
}

/// Live, with every right, at work.
pub fn service(now: Moment) -> ServerSnapshot {
    let mut server = ServerSnapshot::unseen("/run/mysqld/mysqld.sock".to_owned(), Duration::from_secs(1));
    server.health = Health::Live;
    server.answered = Some(now.instant);
    let kind = ServerKind { flavor: Flavor::MariaDb, version: Version(10, 11, 19) };
    let account = "deck@localhost".to_owned();
    server.caps = Some(Arc::new(Caps { kind, account, max_connections: 151, ..Caps::default() }));
    let counters = Counters { uptime: 41 * 86_400, threads_connected: 28, ..Counters::default() };
    server.counters = Some(Aged { at: now.instant, value: counters });
    server.rates = Rates { queries: Some(Rate(1085.0)), ..Rates::default() };
    server.threads = Some(Aged { at: now.instant, value: Arc::new(threads()) });
    server.transactions = read(now, transactions());
    server.digests = read(now, digests());
    server.replication = read(now, Vec::new());
    server.slow = Arc::new(slow(now));
    server.databases = databases(now);
    server
}

fn databases(now: Moment) -> Vec<DatabaseSnapshot> {
    vec![
        database(now, ("client", "comfyui_client"), (7, 30), (412.0, 2_100), client_tables()),
        database(now, ("admin", "comfyui_admin"), (2, 15), (18.0, 900), admin_tables()),
        database(now, ("shared", "comfyui_shared"), (19, 45), (655.0, 3_400), shared_tables()),
    ]
}

fn database(
    now: Moment,
    (name, schema): (&str, &str),
    (connections, pool_limit): (u32, u32),
    (rate, mean_micros): (f64, u64),
    tables: Vec<Table>,
) -> DatabaseSnapshot {
    DatabaseSnapshot {
        name: name.into(),
        schema: schema.to_owned(),
        pool_limit,
        connections: Some(Ok(connections)),
        working: Some(Ok(1)),
        queries: Some(Ok(Rate(rate))),
        mean_time: Some(Duration::from_micros(mean_micros)),
        tables: read(now, tables),
        migrations: read(now, applied(14)),
        connection_history: history(f64::from(connections)),
        query_history: history(rate),
    }
}

/// So many migrations, all applied.
pub fn applied(count: usize) -> MigrationStand {
    let entry = |number: usize| Entry {
        name: format!("2026_03_{number:02}_change"),
        standing: Standing::Applied { at: None },
        cosmetic: false,
    };
    let standings = Standings { entries: (1..=count).map(entry).collect() };
    MigrationStand { standings, ..MigrationStand::default() }
}

/// Four minutes of readings that rise and fall around a value, and a gap.
fn history(value: f64) -> Ring {
    let mut ring = Ring::default();
    for step in 0..240_u32 {
        let wave = (value * f64::from(4 + (step / 4 * 7) % 5 + step % 2) / 6.0).round();
        ring.push((!(150..160).contains(&step) && step != 237).then_some(wave));
    }
    ring
}

fn table(name: &str, mib: u64, rows: u64, gained: i64, comment: &str) -> Table {
    let bytes = Bytes(mib * MIB);
    let facts = TableFacts {
        table: name.to_owned(),
        engine: Some("InnoDB".to_owned()),
        rows: Some(Rows(rows)),
        data: Some(Bytes(bytes.0 / 3 * 2)),
        index: Some(Bytes(bytes.0 / 3)),
        free: Some(Bytes(4 * MIB)),
        comment: comment.to_owned(),
        ..TableFacts::default()
    };
    let growth = Growth { gained: gained * 1_048_576, over: MINUTE * 60, from: bytes };
    Table { name: name.to_owned(), bytes, partitions: 0, growth: Some(growth), facts: Some(facts) }
}

fn client_tables() -> Vec<Table> {
    let logs = table("client_access_logs", 812, 4_120_000, 3, "访问日志 (access log)");
    vec![
        Table { partitions: 34, ..logs },
        table("client_tasks", 210, 182_400, 1, "任务"),
        table("client_task_files", 96, 61_300, 0, ""),
        table("client_sessions", 31, 9_020, 0, ""),
        table("client_uploads", 18, 7_310, 0, ""),
        table("client_users", 6, 1_204, 0, "用户"),
        table("client_settings", 0, 0, 0, ""),
    ]
}

fn admin_tables() -> Vec<Table> {
    let mut old = table("operator_notes", 2, 310, 0, "notes of the operators");
    if let Some(facts) = &mut old.facts {
        facts.engine = Some("MyISAM".to_owned());
    }
    vec![
        Table { partitions: 34, ..table("performance_metrics", 240, 1_900_000, 9, "性能指标") },
        table("system_logs", 51, 402_000, 0, ""),
        table("nodes", 4, 12, 0, ""),
        old,
    ]
}

fn shared_tables() -> Vec<Table> {
    vec![
        table("global_tasks", 1946, 5_204_118, 120, "所有任务"),
        table("global_files", 610, 804_000, -2, ""),
        table("global_queue", 8, 40, 0, ""),
    ]
}

fn thread(id: u64, user: &str, schema: &str, seconds: f64, statement: &str) -> Thread {
    let command = if statement.is_empty() { "Sleep" } else { "Query" };
    Thread {
        id: ThreadId(id),
        user: user.to_owned(),
        host: "10.0.3.17".to_owned(),
        schema: Some(schema.to_owned()),
        command: command.to_owned(),
        time: Duration::from_secs_f64(seconds),
        state: if statement.is_empty() { String::new() } else { "Sending data".to_owned() },
        statement: statement.to_owned(),
        progress: None,
    }
}

fn threads() -> Vec<Thread> {
    let (client, admin, shared) = ("comfyui_client_user", "comfyui_admin_user", "comfyui_shared_user");
    let mut altering = thread(4_210, admin, "comfyui_admin", 73.0, "ALTER TABLE system_logs ADD COLUMN node_id INT");
    (altering.state, altering.progress) = ("copy to tmp table".to_owned(), Some(0.62));
    vec![
        thread(4_107, client, "comfyui_client", 4.2, "SELECT * FROM client_tasks WHERE prompt LIKE '%一只猫，水彩%'"),
        thread(4_112, shared, "comfyui_shared", 6.8, "UPDATE global_tasks SET state = 'done' WHERE id = 8812"),
        thread(4_113, shared, "comfyui_shared", 95.0, ""),
        altering,
        thread(4_230, client, "comfyui_client", 0.0, ""),
        thread(4_231, client, "comfyui_client", 12.0, ""),
        thread(18_446_744, client, "comfyui_client", 310.0, ""),
    ]
}

fn transactions() -> Vec<Transaction> {
    let seconds = Duration::from_secs;
    let open = |id, age| Transaction { thread: ThreadId(id), age: seconds(age), ..Transaction::default() };
    vec![
        Transaction { waiting: Some(seconds(6)), ..open(4_112, 7) },
        Transaction { modified: Rows(1), locked: Rows(3), ..open(4_113, 96) },
    ]
}

fn digests() -> Vec<Digest> {
    let digest = |schema: &str, count, mean_micros: u64, rate: f64, text: &str| {
        let mean = Duration::from_micros(mean_micros);
        let total = DigestRow {
            schema: Some(schema.to_owned()),
            digest: text.to_owned(),
            text: text.to_owned(),
            count,
            total: mean * u32::try_from(count).unwrap_or(u32::MAX),
            longest: mean * 9,
            examined: Rows(count * 41),
            sent: Rows(count * 2),
            ..DigestRow::default()
        };
        let load = rate * mean.as_secs_f64();
        Digest { total, rate: Some(Rate(rate)), load: Some(load) }
    };
    vec![
        digest("comfyui_client", 904_112, 2_100, 212.0, "SELECT * FROM `client_tasks` WHERE `user_id` = ? LIMIT ?"),
        digest("comfyui_shared", 51_004, 91_000, 0.4, "UPDATE `global_tasks` SET `state` = ? WHERE `id` = ?"),
        digest("comfyui_client", 2_400_118, 310, 190.0, "INSERT INTO `client_access_logs` VALUES ( … )"),
        digest("comfyui_admin", 12, 1_800_000, 0.0, "SELECT `节点` , SUM ( `value` ) FROM `performance_metrics`"),
    ]
}

fn slow(now: Moment) -> Vec<SlowPattern> {
    let pattern = |schema: &str, text: &str, times: &[u64], ago| {
        let at = now.instant.checked_sub(Duration::from_secs(ago)).unwrap_or(now.instant);
        let mut pattern = SlowPattern::new(Some(schema.to_owned()), text.to_owned(), at);
        for time in times {
            pattern.add(Duration::from_millis(*time), text, at);
        }
        pattern
    };
    vec![
        pattern("comfyui_client", "SELECT * FROM client_tasks WHERE prompt LIKE ?", &[1_800, 1_200, 1_100], 4),
        pattern("comfyui_client", "DELETE FROM client_sessions WHERE seen < ?", &[1_300], 190),
        pattern("comfyui_shared", "UPDATE global_tasks SET state = ? WHERE id = ?", &[4_200], 12),
    ]
}
