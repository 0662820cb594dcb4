//! The web client's back end.

use std::time::Duration;

use fastrand::Rng;

use super::session::Session;
use super::{Actor, milliseconds};
use crate::demo::random::{pick, rank, uuid, weighted};
use crate::demo::words;
use crate::server::ServerError;
use crate::server::sql::readable;

/// A worker that answers requests of whoever comes.
pub struct Client {
    people: Vec<String>,
    last_task: Option<String>,
}

impl Client {
    /// For these clients.
    pub fn new(people: Vec<String>) -> Self {
        Self { people, last_task: None }
    }

    async fn answer(
        &mut self,
        session: &mut Session,
        rng: &mut Rng,
        action: &str,
        person: &str,
    ) -> Result<(), ServerError> {
        match action {
            "submit_task" => self.submit(session, rng, person).await,
            "task_status" => self.look(session, person).await,
            _ => history(session, person).await,
        }
    }

    /// The back end writes both sides itself.
    async fn submit(&mut self, session: &mut Session, rng: &mut Rng, person: &str) -> Result<(), ServerError> {
        let task_type = words::task_type(rng);
        let (workflow, prompt) = (words::workflow(rng, task_type), words::prompt(rng));
        let (id, model) = (uuid(rng), weighted(rng, &words::MODELS));
        let columns = "task_type, workflow_name, prompt, model_name, width, height, steps, seed";
        let values = format!(
            "'{}', {}, {}, {}, 1024, 1024, {}, {}",
            task_type.as_str(),
            readable(workflow),
            readable(&prompt),
            readable(model),
            rng.u8(20..40),
            rng.u32(..)
        );
        session
            .run(&format!(
                "INSERT INTO client_tasks (task_id, client_id, {columns}) VALUES ('{id}', '{person}', {values})"
            ))
            .await?;
        session
            .run(&format!(
                "INSERT INTO comfyui_shared.global_tasks (task_id, source_type, source_user_id, {columns}) \
                 VALUES ('{id}', 'client', '{person}', {values})"
            ))
            .await?;
        self.last_task = Some(id);
        Ok(())
    }

    async fn look(&mut self, session: &mut Session, person: &str) -> Result<(), ServerError> {
        let sql = match &self.last_task {
            Some(id) => format!("SELECT status, progress, message FROM client_tasks WHERE task_id = '{id}'"),
            None => format!("SELECT quota_limit, quota_used FROM client_users WHERE client_id = '{person}'"),
        };
        session.rows(&sql).await.map(drop)
    }
}

impl Actor for Client {
    async fn act(&mut self, session: &mut Session, rng: &mut Rng) -> Result<Duration, ServerError> {
        let person = self.people[rank(rng, self.people.len())].clone();
        let (action, path, usual) = weighted(rng, &words::REQUESTS);
        self.answer(session, rng, action, &person).await?;
        let (browser, took) = (readable(pick(rng, &words::BROWSERS)), usual / 2 + rng.u32(0..=usual));
        session
            .run(&format!(
                "INSERT INTO client_access_logs (client_id, action, endpoint, user_agent, response_time, status_code) \
                 VALUES ('{person}', '{action}', '{path}', {browser}, {took}, 200)"
            ))
            .await?;
        if rng.u8(0..100) == 0 {
            session.leave();
            return Ok(milliseconds(rng, 3_000, 15_000));
        }
        Ok(milliseconds(rng, 150, 900))
    }
}

async fn history(session: &mut Session, person: &str) -> Result<(), ServerError> {
    let sql = format!(
        "SELECT task_id, task_type, status, prompt, created_at FROM client_tasks WHERE client_id = '{person}' \
         ORDER BY created_at DESC LIMIT 20"
    );
    session.rows(&sql).await.map(drop)
}

/// Brings what the nodes report to the clients' side; only tasks of the last hour can still change.
pub struct Relay;

impl Actor for Relay {
    async fn act(&mut self, session: &mut Session, rng: &mut Rng) -> Result<Duration, ServerError> {
        session
            .run(
                "UPDATE client_tasks AS mine JOIN comfyui_shared.global_tasks AS theirs ON theirs.task_id = mine.task_id \
                 SET mine.status = theirs.status, mine.progress = theirs.progress, mine.message = theirs.message, \
                 mine.started_at = theirs.started_at, mine.completed_at = theirs.completed_at \
                 WHERE mine.status IN ('queued', 'processing') AND mine.created_at > NOW() - INTERVAL 1 HOUR \
                 AND (theirs.status <> mine.status OR theirs.progress > mine.progress)",
            )
            .await?;
        Ok(milliseconds(rng, 1_500, 2_500))
    }
}
