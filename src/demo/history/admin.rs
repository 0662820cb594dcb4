//! The past of the admin database.

use fastrand::Rng;

use super::Volume;
use super::insert::{Insert, Value};
use crate::demo::random::{busyness, moments, weighted};
use crate::demo::words;
use Value::{Int, Null, Real, Text, Time};

const DAY: i64 = 86_400;
/// Days that the per-minute figures reach back.
const MINUTELY_DAYS: i64 = 2;

/// The rows of its tables.
pub struct AdminRows {
    users: Insert,
    models: Insert,
    nodes: Insert,
    metrics: Insert,
    minutes: Insert,
    logs: Insert,
}

impl AdminRows {
    /// No rows yet.
    pub fn new() -> Self {
        Self {
            users: Insert::into(
                "admin_users",
                "username, email, password_hash, display_name, role, last_login_ip, login_count, last_login_at",
            ),
            models: Insert::into(
                "models",
                "name, display_name, model_type, file_path, file_size, base_model, resolution, usage_count",
            ),
            nodes: Insert::into(
                "nodes",
                "id, node_id, name, host, port, api_url, status, supported_task_types, last_heartbeat",
            ),
            metrics: Insert::into(
                "performance_metrics",
                "metric_type, metric_name, metric_value, unit, node_id, recorded_at",
            ),
            minutes: Insert::into(
                "performance_metrics_minutely",
                "bucket_start, metric_type, metric_name, node_id, sample_count, min_value, max_value, mean_value",
            ),
            logs: Insert::into("system_logs", "level, module, message, node_id, ip_address, created_at"),
        }
    }

    /// All of its tables.
    pub fn tables(&mut self) -> [&mut Insert; 6] {
        [&mut self.users, &mut self.models, &mut self.nodes, &mut self.metrics, &mut self.minutes, &mut self.logs]
    }

    /// Administrators (who cannot log in: `!` is no hash), models and nodes.
    pub fn inventory(&mut self, rng: &mut Rng, now: i64) {
        for (name, display, role) in [
            ("root_admin", "Administrator", "super_admin"),
            ("li.wei", "李伟", "admin"),
            ("ops", "On call", "operator"),
        ] {
            let mail = format!("{name}@example.org");
            let login = [Text("192.0.2.7"), Int(rng.i64(3..400)), Time(now - rng.i64(600..90_000))];
            self.users.row(&[&[Text(name), Text(&mail), Text("!"), Text(display), Text(role)][..], &login].concat());
        }
        for (usage, name) in words::MODELS {
            let path = format!("models/checkpoints/{name}");
            let size = [Int(rng.i64(2_000_000_000..12_000_000_000)), Text("SDXL"), Text("1024x1024")];
            let head = [Text(name), Text(name.trim_end_matches(".safetensors")), Text("checkpoint"), Text(&path)];
            self.models.row(&[&head[..], &size, &[Int(i64::from(usage) * 600)]].concat());
        }
        for (number, node) in words::NODES.iter().enumerate() {
            let host = format!("{node}.example.org");
            let url = format!("http://{host}:8188");
            let head = [Value::index(number + 1), Text(node), Text(node), Text(&host), Int(8188), Text(&url)];
            let types = Text(r#"["text_to_image","image_to_video"]"#);
            self.nodes.row(&[&head[..], &[Text("online"), types, Time(now)]].concat());
        }
    }

    /// Measurements and log lines of the day that begins at `day`, up to `now`.
    pub fn day(&mut self, rng: &mut Rng, volume: &Volume, day: i64, now: i64) {
        for moment in (day..(day + DAY).min(now)).step_by(volume.metric_step) {
            self.measure(rng, moment);
        }
        if day > now - MINUTELY_DAYS * DAY {
            for minute in (day..(day + DAY).min(now)).step_by(volume.metric_step.min(60)) {
                self.minute(rng, minute);
            }
        }
        for second in moments(rng, volume.log_lines).into_iter().take_while(|second| day + second <= now) {
            let (level, module, message) = weighted(rng, &words::LOG_LINES);
            let node = if module == "node" { Int(rng.i64(1..=5)) } else { Null };
            self.logs.row(&[Text(level), Text(module), Text(message), node, Text("192.0.2.7"), Time(day + second)]);
        }
    }

    fn measure(&mut self, rng: &mut Rng, moment: i64) {
        for node in 1..=words::NODES.len() {
            for (kind, name, unit, usual, spread) in words::METRICS {
                let value = level(rng, moment, usual, spread);
                self.metrics.row(&[Text(kind), Text(name), Real(value), Text(unit), Value::index(node), Time(moment)]);
            }
        }
    }

    fn minute(&mut self, rng: &mut Rng, minute: i64) {
        for (kind, name, _, usual, spread) in words::METRICS {
            let mean = level(rng, minute, usual, spread);
            let (least, most) = (mean * 0.8, mean * 1.2);
            let values = [Int(6), Real(least), Real(most), Real(mean)];
            self.minutes.row(&[&[Time(minute), Text(kind), Text(name), Int(1)][..], &values].concat());
        }
    }
}

/// A measurement that follows the daily curve, within two decimals of anything a node reports.
fn level(rng: &mut Rng, moment: i64, usual: f64, spread: f64) -> f64 {
    let busy = busyness(moment / 3_600 % 24) - 1.0;
    (usual + spread * (0.6 * busy + 0.4 * (rng.f64() - 0.5))).clamp(0.0, 100.0)
}
