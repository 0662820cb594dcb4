//! The past of a service that never was: written by a seed, so that it is the same again.
//!
//! Every part of the data and every day draws from its own generator; all times count from the day the history ends on.
//! The same seed therefore gives the same rows, moved by the days between, as long as it ends at the same time of day.
//!
//! Reading order: [`task`] (what both databases tell) · `client`, `admin`, `shared` (rows of their tables) ·
//! [`insert`] (rows into statements). Deliberately absent: reading anything back.

mod admin;
mod client;
mod insert;
mod shared;
mod task;
mod write;

use fastrand::Rng;

use self::admin::AdminRows;
use self::client::{ClientRows, Upload};
use self::insert::{Insert, Rest};
use self::shared::SharedRows;
use self::task::Task;
use super::random::{generator, moments, rank, uuid};
use super::words::TaskType;

const DAY: i64 = 86_400;

/// What past to write.
#[derive(Debug, Clone, Copy)]
pub struct History {
    /// Decides everything that is drawn.
    pub seed: u64,
    /// How much.
    pub volume: Volume,
    /// Where it ends, in Unix time.
    pub now: i64,
}

/// How much of everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Volume {
    /// Days before today.
    pub days: i64,
    /// Clients.
    pub people: usize,
    /// Tasks on an ordinary day.
    pub tasks: u32,
    /// Requests per day.
    pub requests: u32,
    /// Log lines per day.
    pub log_lines: u32,
    /// Seconds between two measurements of a node.
    pub metric_step: usize,
}

impl Volume {
    /// A few hundred thousand rows over six and a half weeks: two of them past retention.
    pub const LIFELIKE: Self =
        Self { days: 45, people: 420, tasks: 480, requests: 2_000, log_lines: 400, metric_step: 900 };
    /// A thousand rows over three days, for tests.
    pub const SMALL: Self = Self { days: 3, people: 12, tasks: 30, requests: 60, log_lines: 20, metric_step: 14_400 };
}

/// The parts that draw for themselves.
const PEOPLE: u64 = 1;
const TASKS: u64 = 2;
const DETAILS: u64 = 3;
const REQUESTS: u64 = 4;
const ADMINISTRATION: u64 = 5;

impl History {
    /// Midnight (UTC) of the day it ends on.
    pub fn today(&self) -> i64 {
        self.now - self.now.rem_euclid(DAY)
    }

    /// Midnight of the first day.
    pub fn first_day(&self) -> i64 {
        self.today() - self.volume.days * DAY
    }

    /// The clients' UUIDs, the busiest first; the load goes on with the same ones.
    pub fn people(&self) -> Vec<String> {
        let mut rng = generator(self.seed, PEOPLE, 0);
        (0..self.volume.people).map(|_| uuid(&mut rng)).collect()
    }

    fn generator(&self, part: u64, day: i64) -> Rng {
        generator(self.seed, part, day)
    }
}

/// Statements for the three databases: client, admin, shared.
pub(super) type Statements = [Vec<String>; 3];

/// Tells a history day by day.
struct Narrator {
    history: History,
    people: Vec<String>,
    /// The next day to tell, counted from the first; rows are numbered through.
    day: i64,
    client_rows: i64,
    global_rows: i64,
    client: ClientRows,
    admin: AdminRows,
    shared: SharedRows,
}

impl Narrator {
    fn new(history: History) -> Self {
        let people = history.people();
        let (mut client, mut admin) = (ClientRows::new(), AdminRows::new());
        let first = history.first_day();
        client.users(&mut history.generator(PEOPLE, 1), &people, first, history.now);
        admin.inventory(&mut history.generator(ADMINISTRATION, -1), history.now);
        let shared = SharedRows::new();
        Self { history, people, day: 0, client_rows: 0, global_rows: 0, client, admin, shared }
    }

    /// The next day's tasks, numbered.
    fn tasks(&mut self, day: i64) -> Vec<Task> {
        let mut rng = self.history.generator(TASKS, self.day);
        let mut tasks = Vec::new();
        for second in moments(&mut rng, tasks_of_day(&self.history.volume, self.day)) {
            let of_client = rng.u8(0..12) != 0;
            let owner = if of_client { self.people[rank(&mut rng, self.people.len())].clone() } else { "1".to_owned() };
            let mut task = Task::draw(&mut rng, owner, day + second, self.history.now);
            if task.created > self.history.now {
                break;
            }
            self.global_rows += 1;
            task.global_row = self.global_rows;
            if of_client {
                self.client_rows += 1;
                task.client_row = Some(self.client_rows);
            }
            tasks.push(task);
        }
        tasks
    }

    fn tell_day(&mut self) {
        let (volume, now) = (self.history.volume, self.history.now);
        let day = self.history.first_day() + self.day * DAY;
        let tasks = self.tasks(day);
        let mut details = self.history.generator(DETAILS, self.day);
        for task in &tasks {
            let uploads = task.kind == TaskType::Video && task.client_row.is_some();
            let upload = uploads.then(|| Upload::draw(&mut details, task));
            self.client.task(&mut details, task, upload.as_ref());
            self.shared.task(&mut details, task, upload.as_ref(), now);
        }
        self.shared.statistics(day, &tasks);
        self.client.requests(&mut self.history.generator(REQUESTS, self.day), &self.people, &volume, day, now);
        self.admin.day(&mut self.history.generator(ADMINISTRATION, self.day), &volume, day, now);
    }

    fn collect(&mut self, rest: Rest) -> Statements {
        let take = |tables: &mut [&mut Insert]| tables.iter_mut().flat_map(|table| table.take(rest)).collect();
        [take(&mut self.client.tables()), take(&mut self.admin.tables()), take(&mut self.shared.tables())]
    }
}

/// Day by day: what has become full; in the end, what is left.
impl Iterator for Narrator {
    type Item = Statements;

    fn next(&mut self) -> Option<Statements> {
        let last = self.history.volume.days;
        if self.day > last {
            return None;
        }
        self.tell_day();
        self.day += 1;
        Some(self.collect(if self.day > last { Rest::Too } else { Rest::Waits }))
    }
}

/// A week has five busy days and two quiet ones, and the service grows.
fn tasks_of_day(volume: &Volume, day: i64) -> u32 {
    let weekday = if day % 7 < 5 { 110 } else { 75 };
    let growth = 80 + 40 * day / volume.days.max(1);
    let percent = u32::try_from(weekday * growth / 100).unwrap_or(100);
    volume.tasks * percent / 100
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: i64 = 1_760_000_000 - 1_760_000_000 % DAY + DAY / 2;

    fn told(seed: u64, now: i64) -> String {
        let statements = Narrator::new(History { seed, volume: Volume::SMALL, now });
        statements.flatten().flatten().collect::<Vec<_>>().join("\n")
    }

    /// Times as distances from the end.
    fn from_the_end(text: &str, now: i64) -> String {
        let mut parts = text.split("FROM_UNIXTIME(");
        let mut relative = parts.next().unwrap().to_owned();
        for part in parts {
            let (time, rest) = part.split_once(')').unwrap();
            let distance = time.parse::<i64>().unwrap() - now;
            relative.extend(["<", &distance.to_string(), ">", rest]);
        }
        relative
    }

    #[test]
    fn the_same_seed_tells_the_same_history_on_another_day() {
        let (today, later) = (NOON, NOON + 100 * DAY);
        assert!(from_the_end(&told(7, today), today) == from_the_end(&told(7, later), later));
        assert!(told(7, today) != told(8, today));
    }

    #[test]
    fn nothing_is_told_of_the_future_and_some_is_past_retention() {
        let history = History { seed: 1, volume: Volume { days: 40, ..Volume::SMALL }, now: NOON };
        let mut narrator = Narrator::new(history);
        let tasks: Vec<Task> = (0..=40)
            .flat_map(|day| {
                narrator.day = day;
                narrator.tasks(history.first_day() + day * DAY)
            })
            .collect();
        assert!(tasks.iter().all(|task| task.created <= NOON && task.ended <= NOON));
        assert!(tasks.iter().any(|task| task.created < NOON - 30 * DAY && task.state.is_final()));
    }
}
