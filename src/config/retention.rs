//! How long rows are kept: one policy says it of one table.

use std::time::Duration;

use super::model::Target;
use crate::units::DatabaseName;

/// How long the rows of a table are kept, or those of them that fit a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Its name, unique.
    pub name: String,
    /// The configured database.
    pub database: DatabaseName,
    /// The table.
    pub table: String,
    /// The column of time that a row's age is counted from.
    pub time: String,
    /// How old a row becomes.
    pub keep: Duration,
    /// What else must be true of a row that is removed, in SQL.
    pub condition: Option<String>,
    /// Tables whose rows belong to rows of this one, and go before them.
    pub children: Vec<Child>,
    /// Whether rows are archived before they are removed.
    pub archive: bool,
    /// How long one transaction should take; `None` is the worker's.
    pub batch_target: Option<Duration>,
    /// The column with the path of a file that belongs to a row.
    pub files: Option<String>,
}

/// A table whose rows belong to another's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Child {
    /// The table.
    pub table: String,
    /// Its column that says whom a row belongs to.
    pub column: String,
    /// The column of the policy's table that it refers to.
    pub parent: String,
    /// The column with the path of a file that belongs to a row.
    pub files: Option<String>,
}

const DAY: Duration = Duration::from_hours(24);

/// The service's own retention, for those of its databases that are configured under their usual names.
pub fn of_the_service(targets: &[Target]) -> Vec<Policy> {
    let mut policies = client();
    policies.extend(shared());
    policies.extend(admin());
    policies.retain(|policy| targets.iter().any(|target| target.name == policy.database));
    policies
}

fn policy(database: &str, name: &str, table: &str, time: &str, keep: Duration) -> Policy {
    Policy {
        name: name.to_owned(),
        database: DatabaseName::from(database),
        table: table.to_owned(),
        time: time.to_owned(),
        keep,
        condition: None,
        children: Vec::new(),
        archive: false,
        batch_target: None,
        files: None,
    }
}

fn client() -> Vec<Policy> {
    let child = |table: &str, files: Option<&str>| Child {
        table: table.to_owned(),
        column: "task_id".to_owned(),
        parent: "id".to_owned(),
        files: files.map(str::to_owned),
    };
    let tasks = Policy {
        condition: Some("status IN ('completed', 'failed', 'cancelled')".to_owned()),
        children: vec![child("client_task_parameters", None), child("client_task_results", Some("file_path"))],
        ..policy("client", "client_tasks", "client_tasks", "created_at", DAY * 30)
    };
    let uploads = Policy {
        files: Some("file_path".to_owned()),
        ..policy("client", "client_uploads", "client_uploads", "created_at", DAY * 30)
    };
    vec![tasks, uploads, policy("client", "client_access_logs", "client_access_logs", "created_at", DAY * 30)]
}

fn shared() -> Vec<Policy> {
    let files = |name, time, keep, condition: &str| Policy {
        condition: Some(condition.to_owned()),
        files: Some("file_path".to_owned()),
        ..policy("shared", name, "global_files", time, keep)
    };
    let finished = |table, time, condition: &str| Policy {
        condition: Some(condition.to_owned()),
        ..policy("shared", table, table, time, DAY * 30)
    };
    vec![
        files("expired_files", "expires_at", Duration::ZERO, "is_temporary = 1"),
        files("temporary_files", "created_at", DAY, "is_temporary = 1 AND expires_at IS NULL"),
        finished("task_queue_status", "updated_at", "status IN ('failure', 'success')"),
        finished("node_task_assignments", "assigned_at", "status IN ('completed', 'failed', 'cancelled')"),
    ]
}

fn admin() -> Vec<Policy> {
    let levels = [("debug", 7), ("info", 14), ("warning", 30), ("error", 60), ("critical", 90)];
    let log = |(level, days): (&str, u32)| Policy {
        condition: Some(format!("level = '{}'", level.to_uppercase())),
        ..policy("admin", &format!("system_logs_{level}"), "system_logs", "created_at", DAY * days)
    };
    let mut policies: Vec<Policy> = levels.into_iter().map(log).collect();
    policies.push(policy("admin", "performance_metrics", "performance_metrics", "recorded_at", DAY * 7));
    policies.push(policy("admin", "performance_metrics_minutely", MINUTELY, "bucket_start", DAY * 90));
    policies
}

const MINUTELY: &str = "performance_metrics_minutely";
