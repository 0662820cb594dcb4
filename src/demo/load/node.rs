//! The GPU nodes and the workers of the queue, on the shared database.

use std::time::Duration;

use fastrand::Rng;

use super::session::Session;
use super::{Actor, milliseconds};
use crate::demo::words;
use crate::server::ServerError;

/// A node: takes the first task of the queue, reports progress, stores the result.
pub struct Node {
    name: &'static str,
    work: Option<Work>,
}

/// A task under way.
struct Work {
    row: u64,
    percent: u64,
}

impl Node {
    /// The node of that number.
    pub fn new(number: usize) -> Self {
        Self { name: words::NODES[number % words::NODES.len()], work: None }
    }

    /// Another node may be faster: then nothing changes, and the next round looks again.
    async fn take(&mut self, session: &mut Session) -> Result<(), ServerError> {
        let waiting = "SELECT id FROM global_tasks WHERE status = 'queued' ORDER BY priority DESC, created_at LIMIT 1";
        let Some(row) = session.rows(waiting).await?.first().and_then(|row| row.u64(0)) else { return Ok(()) };
        let name = self.name;
        let taken = session
            .run(&format!(
                "UPDATE global_tasks SET status = 'processing', node_id = '{name}', started_at = NOW() \
                 WHERE id = {row} AND status = 'queued'"
            ))
            .await?;
        if taken == 1 {
            session
                .run(&format!(
                    "INSERT INTO node_task_assignments (node_id, task_id, started_at, status) \
                     VALUES ('{name}', {row}, NOW(), 'running')"
                ))
                .await?;
            self.work = Some(Work { row, percent: 0 });
        }
        Ok(())
    }

    async fn report(&mut self, session: &mut Session, mut work: Work, rng: &mut Rng) -> Result<(), ServerError> {
        work.percent += rng.u64(10..35);
        if work.percent >= 100 {
            return finish(session, work.row, rng).await;
        }
        let (row, percent) = (work.row, work.percent);
        let sql = format!("UPDATE global_tasks SET progress = {percent}, message = '采样中 sampling' WHERE id = {row}");
        session.run(&sql).await?;
        self.work = Some(work);
        Ok(())
    }
}

impl Actor for Node {
    async fn act(&mut self, session: &mut Session, rng: &mut Rng) -> Result<Duration, ServerError> {
        match self.work.take() {
            Some(work) => self.report(session, work, rng).await?,
            None => self.take(session).await?,
        }
        Ok(milliseconds(rng, 400, 1_200))
    }
}

async fn finish(session: &mut Session, row: u64, rng: &mut Rng) -> Result<(), ServerError> {
    let failed = rng.u8(0..100) < 6;
    let status = if failed { "failed" } else { "completed" };
    session
        .run(&format!(
            "UPDATE global_tasks SET status = '{status}', progress = 100, completed_at = NOW(), \
             actual_time = TIMESTAMPDIFF(SECOND, started_at, NOW()) WHERE id = {row}"
        ))
        .await?;
    session
        .run(&format!(
            "UPDATE node_task_assignments SET status = '{status}', completed_at = NOW() \
             WHERE task_id = {row} AND status = 'running'"
        ))
        .await?;
    if !failed {
        let size = rng.u32(400_000..6_000_000);
        session
            .run(&format!(
                "INSERT INTO global_task_results (task_id, result_type, file_name, file_size, mime_type) \
                 VALUES ({row}, 'image', 'ComfyUI_{row}.png', {size}, 'image/png')"
            ))
            .await?;
    }
    Ok(())
}

/// A worker of the queue: looks what waits, and what its own tasks do.
pub struct Poller;

impl Actor for Poller {
    async fn act(&mut self, session: &mut Session, rng: &mut Rng) -> Result<Duration, ServerError> {
        let sql = if rng.bool() {
            "SELECT COUNT(*) FROM global_tasks WHERE status = 'queued'".to_owned()
        } else {
            format!("SELECT status, progress, node_id FROM global_tasks WHERE id = {}", rng.u32(1..20_000))
        };
        session.rows(&sql).await?;
        if rng.u8(0..60) == 0 {
            session.leave();
            return Ok(milliseconds(rng, 2_000, 12_000));
        }
        Ok(milliseconds(rng, 500, 2_000))
    }
}
