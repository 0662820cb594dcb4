//! A task of the past, as both the client's and the shared database tell it.

use fastrand::Rng;

use super::insert::Value;
use crate::demo::random::{pick, rank, uuid, weighted};
use crate::demo::words::{self, TaskType};

/// A task and what became of it.
#[derive(Debug)]
pub struct Task {
    /// Its row in `global_tasks`.
    pub global_row: i64,
    /// Its row in `client_tasks`; `None` when an administrator submitted it.
    pub client_row: Option<i64>,
    /// Its UUID.
    pub id: String,
    /// Its UUID in the worker queue.
    pub queue_id: String,
    /// Who submitted it.
    pub owner: String,
    /// What is generated.
    pub kind: TaskType,
    /// By which workflow.
    pub workflow: &'static str,
    /// What it should show.
    pub prompt: String,
    negative: Option<&'static str>,
    model: &'static str,
    /// Width and height in pixels.
    pub size: (i64, i64),
    steps: i64,
    cfg: f64,
    sampler: &'static str,
    scheduler: &'static str,
    seed: i64,
    /// Where it stands.
    pub state: State,
    /// The node that works on it.
    pub node: usize,
    /// Submitted, in Unix time.
    pub created: i64,
    started: i64,
    /// When it ended, or when its row last changed.
    pub ended: i64,
}

/// Where a task stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// No node has it.
    Queued,
    /// A node works on it; some nodes never come back.
    Processing,
    /// Done.
    Completed,
    /// Given up by the node.
    Failed,
    /// Given up by its owner.
    Cancelled,
}

impl State {
    /// The value in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Processing => "processing",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// Nothing will happen to it any more.
    pub fn is_final(self) -> bool {
        !matches!(self, Self::Queued | Self::Processing)
    }
}

/// Columns that both tables have, in the order of [`Task::values`].
macro_rules! task_columns {
    () => {
        "task_type, workflow_name, prompt, negative_prompt, model_name, width, height, steps, cfg_scale, sampler, \
         scheduler, seed, status, progress, message, error_message, estimated_time, actual_time, started_at, \
         completed_at, created_at, updated_at"
    };
}
pub(super) use task_columns;

/// Outcomes by weight; one in two hundred stays where it is for ever.
const OUTCOMES: [(u32, State); 4] =
    [(880, State::Completed), (65, State::Failed), (50, State::Cancelled), (5, State::Processing)];
const SIZES: [(u32, (i64, i64)); 4] = [(5, (1024, 1024)), (3, (832, 1216)), (2, (1216, 832)), (1, (512, 512))];

impl Task {
    /// A task submitted at `created`, as it stands at `now`; its rows are the caller's to number.
    pub fn draw(rng: &mut Rng, owner: String, created: i64, now: i64) -> Self {
        let kind = words::task_type(rng);
        let started = created + rng.i64(1..40);
        let duration = if kind == TaskType::Image { rng.i64(8..55) } else { rng.i64(90..300) };
        let mut ended = started + duration;
        let mut state = weighted(rng, &OUTCOMES);
        if started > now {
            (state, ended) = (State::Queued, created);
        } else if ended > now {
            (state, ended) = (State::Processing, now);
        }
        Self {
            global_row: 0,
            client_row: None,
            id: uuid(rng),
            queue_id: uuid(rng),
            owner,
            kind,
            workflow: words::workflow(rng, kind),
            prompt: words::prompt(rng),
            negative: words::negative_prompt(rng),
            model: weighted(rng, &words::MODELS),
            size: weighted(rng, &SIZES),
            steps: rng.i64(20..40),
            cfg: 4.0 + 0.5 * f64::from(rng.u8(0..10)),
            sampler: pick(rng, &words::SAMPLERS),
            scheduler: pick(rng, &words::SCHEDULERS),
            seed: rng.i64(0..4_294_967_296),
            state,
            node: rank(rng, words::NODES.len()),
            created,
            started,
            ended,
        }
    }

    /// The values of `task_columns!`.
    pub fn values(&self) -> [Value<'_>; 22] {
        use Value::{Int, Null, Real, Text, Time};
        let started = self.state != State::Queued;
        let is_final = self.state.is_final();
        let only = |condition: bool, value| if condition { value } else { Null };
        [
            Text(self.kind.as_str()),
            Text(self.workflow),
            Text(&self.prompt),
            Value::maybe(self.negative, Text),
            Text(self.model),
            Int(self.size.0),
            Int(self.size.1),
            Int(self.steps),
            Real(self.cfg),
            Text(self.sampler),
            Text(self.scheduler),
            Int(self.seed),
            Text(self.state.as_str()),
            Int(self.progress()),
            only(self.state == State::Completed, Text("完成 done")),
            only(self.state == State::Failed, Text("CUDA out of memory")),
            Int(if self.kind == TaskType::Image { 25 } else { 180 }),
            only(is_final, Int(self.seconds())),
            only(started, Time(self.started)),
            only(is_final, Time(self.ended)),
            Time(self.created),
            Time(self.ended),
        ]
    }

    /// How long a node worked on it.
    pub fn seconds(&self) -> i64 {
        self.ended - self.started
    }

    /// When a node began.
    pub fn started(&self) -> Option<i64> {
        (self.state != State::Queued).then_some(self.started)
    }

    fn progress(&self) -> i64 {
        match self.state {
            State::Queued => 0,
            State::Completed => 100,
            State::Processing | State::Failed | State::Cancelled => 10 + self.seed % 80,
        }
    }
}
