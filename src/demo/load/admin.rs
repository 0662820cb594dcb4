//! The administration site and the nodes' heartbeat, on the admin database.

use std::fmt::Write as _;
use std::time::Duration;

use fastrand::Rng;

use super::session::Session;
use super::{Actor, milliseconds};
use crate::demo::random::weighted;
use crate::demo::words;
use crate::server::ServerError;
use crate::server::sql::readable;

/// Collects what the nodes report: heartbeat, measurements, log lines.
pub struct Probe;

impl Actor for Probe {
    async fn act(&mut self, session: &mut Session, rng: &mut Rng) -> Result<Duration, ServerError> {
        session
            .run(&format!(
                "UPDATE nodes SET last_heartbeat = NOW(), status = 'online', gpu_usage = {} WHERE id = {}",
                rng.u8(10..99),
                rng.usize(1..=words::NODES.len())
            ))
            .await?;
        session.run(&measurements(rng)).await?;
        let (level, module, message) = weighted(rng, &words::LOG_LINES);
        let message = readable(message);
        session
            .run(&format!("INSERT INTO system_logs (level, module, message) VALUES ('{level}', '{module}', {message})"))
            .await?;
        Ok(milliseconds(rng, 1_500, 3_000))
    }
}

fn measurements(rng: &mut Rng) -> String {
    let mut sql =
        "INSERT INTO performance_metrics (metric_type, metric_name, metric_value, unit, node_id) VALUES ".to_owned();
    for node in 1..=words::NODES.len() {
        for (kind, name, unit, usual, spread) in words::METRICS {
            let comma = if sql.ends_with("VALUES ") { "" } else { ", " };
            let value = usual + spread * (rng.f64() - 0.5);
            // Writing to a string cannot fail.
            let _ = write!(sql, "{comma}('{kind}', '{name}', {value:.2}, '{unit}', {node})");
        }
    }
    sql
}

/// An administrator with the dashboard open.
pub struct Dashboard;

const VIEWS: [&str; 4] = [
    "SELECT node_id, status, current_load, gpu_usage, last_heartbeat FROM nodes ORDER BY node_id",
    "SELECT level, COUNT(*) FROM system_logs WHERE created_at > NOW() - INTERVAL 1 HOUR GROUP BY level",
    "SELECT metric_name, AVG(metric_value) FROM performance_metrics WHERE recorded_at > NOW() - INTERVAL 10 MINUTE \
     GROUP BY metric_name",
    "SELECT stat_date, total_tasks, completed_tasks FROM comfyui_shared.system_statistics ORDER BY stat_date DESC LIMIT 7",
];

impl Actor for Dashboard {
    async fn act(&mut self, session: &mut Session, rng: &mut Rng) -> Result<Duration, ServerError> {
        session.rows(VIEWS[rng.usize(0..VIEWS.len())]).await?;
        Ok(milliseconds(rng, 400, 2_500))
    }
}
