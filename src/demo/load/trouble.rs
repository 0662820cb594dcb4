//! What goes wrong on an ordinary day: a slow statement, a lock wait, a burst.

use std::time::Duration;

use fastrand::Rng;

use super::session::Session;
use super::{Actor, milliseconds};
use crate::server::ServerError;

/// The pauses between two troubles of a kind.
const PAUSE: (u64, u64) = (20_000, 40_000);

/// A statement of one to three seconds. The derived table is evaluated once: its `LIMIT` forbids the server to merge
/// it into the outer query, where it would sleep for every row.
#[derive(Default)]
pub struct SlowStatement {
    told: usize,
}

const SLOW: [&str; 2] = [
    "SELECT COUNT(*) FROM comfyui_shared.global_tasks AS task JOIN (SELECT SLEEP({}) AS pause LIMIT 1) AS slow \
     ON slow.pause = 0 WHERE task.prompt LIKE '%灯会%'",
    "SELECT task.workflow_name, AVG(task.actual_time) FROM comfyui_shared.global_tasks AS task JOIN (SELECT SLEEP({}) \
     AS pause LIMIT 1) AS slow ON slow.pause = 0 GROUP BY task.workflow_name",
];

impl Actor for SlowStatement {
    async fn act(&mut self, session: &mut Session, rng: &mut Rng) -> Result<Duration, ServerError> {
        let seconds = format!("{:.1}", 1.1 + 1.9 * rng.f64());
        self.told += 1;
        session.rows(&SLOW[self.told % SLOW.len()].replace("{}", &seconds)).await?;
        Ok(milliseconds(rng, PAUSE.0, PAUSE.1))
    }
}

/// Somebody changes a row and takes his time; somebody else wants the same row.
pub struct LockWait;

const HOT_ROW: &str = "UPDATE system_statistics SET active_nodes = active_nodes + 1 ORDER BY stat_date DESC LIMIT 1";

impl Actor for LockWait {
    async fn act(&mut self, session: &mut Session, rng: &mut Rng) -> Result<Duration, ServerError> {
        let mut waiter = session.another();
        session.run("START TRANSACTION").await?;
        session.run(HOT_ROW).await?;
        let holding = async {
            tokio::time::sleep(milliseconds(rng, 2_000, 5_000)).await;
            session.run("ROLLBACK").await
        };
        let (held, granted) = tokio::join!(holding, waiter.run(HOT_ROW));
        held.and(granted)?;
        session.leave();
        Ok(milliseconds(rng, PAUSE.0, PAUSE.1))
    }
}

/// Many short statements over some more connections.
pub struct Burst;

const CONNECTIONS: usize = 6;
const STATEMENTS: usize = 40;

impl Actor for Burst {
    async fn act(&mut self, session: &mut Session, rng: &mut Rng) -> Result<Duration, ServerError> {
        let bursts = (0..CONNECTIONS).map(|_| burst(session.another(), rng.fork()));
        futures_util::future::try_join_all(bursts).await?;
        Ok(milliseconds(rng, PAUSE.0, PAUSE.1))
    }
}

async fn burst(mut session: Session, mut rng: Rng) -> Result<(), ServerError> {
    for _ in 0..STATEMENTS {
        let row = rng.u32(1..20_000);
        session
            .rows(&format!("SELECT parameter_name, parameter_value FROM global_task_parameters WHERE task_id = {row}"))
            .await?;
        tokio::time::sleep(milliseconds(&mut rng, 5, 60)).await;
    }
    Ok(())
}
