//! `status --json`: snake case, bytes and seconds as numbers, `null` with a reason where a figure is not there.

use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::cli::json::{finding, put, trouble};
use crate::report::{DatabaseReport, Report, ServerReport, health};
use crate::sample::slow::SlowPattern;

/// The whole document; `watched` is the time in which rates and slow statements were seen.
pub fn of(report: &Report<'_>, watched: Duration) -> Value {
    json!({
        "at": report.now.wall.to_rfc3339(),
        "watched_seconds": watched.as_secs_f64(),
        "databases": report.databases.iter().map(|one| database(one, report)).collect::<Vec<_>>(),
        "servers": report.servers.iter().map(server).collect::<Vec<_>>(),
        "attention": report.attention.iter().map(|one| finding(one, report.now)).collect::<Vec<_>>(),
    })
}

fn database(one: &DatabaseReport<'_>, report: &Report<'_>) -> Value {
    let mut object = Map::new();
    object.insert("name".to_owned(), json!(one.name));
    object.insert("database".to_owned(), json!(one.schema));
    object.insert("server".to_owned(), json!(one.server));
    object.insert("health".to_owned(), json!(health(&one.state)));
    object.insert("trouble".to_owned(), trouble(&one.state));
    object.insert("connections".to_owned(), connections(one));
    put(&mut object, "queries_per_second", &one.queries);
    put(&mut object, "tables", &one.tables);
    put(&mut object, "size_bytes", &one.size);
    put(&mut object, "migrations", &one.migrations);
    object.insert("migrations_directory_missing".to_owned(), json!(one.no_directory));
    let largest = one.largest.iter().map(|(name, bytes)| json!({ "name": name, "size_bytes": bytes }));
    object.insert("largest_tables".to_owned(), largest.collect());
    object.insert("slow_statements".to_owned(), json!(one.slow_statements()));
    object.insert("slow_patterns".to_owned(), one.slow.iter().map(|pattern| slow(pattern)).collect());
    let attention = one.attention.iter().map(|one| finding(one, report.now));
    object.insert("attention".to_owned(), attention.collect());
    Value::Object(object)
}

fn connections(one: &DatabaseReport<'_>) -> Value {
    let mut object = Map::new();
    put(&mut object, "current", &one.connections);
    object.insert("limit".to_owned(), json!(one.limit));
    Value::Object(object)
}

fn slow(pattern: &SlowPattern) -> Value {
    json!({
        "statement": pattern.fingerprint,
        "count": pattern.count,
        "total_seconds": pattern.total.as_secs_f64(),
        "longest_seconds": pattern.longest.as_secs_f64(),
    })
}

fn server(one: &ServerReport<'_>) -> Value {
    json!({
        "id": one.id,
        "flavor": one.kind.map(|kind| kind.flavor),
        "version": one.kind.map(|kind| kind.version.to_string()),
        "health": health(&one.state),
        "trouble": trouble(&one.state),
        "uptime_seconds": one.uptime.map(|uptime| uptime.as_secs()),
        "connections": { "current": one.connections, "limit": one.limit },
        "queries_per_second": one.queries,
        "databases": one.databases,
    })
}
