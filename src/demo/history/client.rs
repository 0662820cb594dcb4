//! The past of the client database.

use fastrand::Rng;

use super::Volume;
use super::insert::{Insert, Value};
use super::task::{State, Task, task_columns};
use crate::demo::random::{moments, pick, rank, uuid, weighted};
use crate::demo::words::{self, TaskType};
use Value::{Int, Null, Text, Time};

/// The rows of its tables.
pub struct ClientRows {
    users: Insert,
    tasks: Insert,
    parameters: Insert,
    results: Insert,
    uploads: Insert,
    requests: Insert,
}

impl ClientRows {
    /// No rows yet.
    pub fn new() -> Self {
        Self {
            users: Insert::into(
                "client_users",
                "client_id, username, session_token, ip_address, user_agent, nickname, quota_used, created_at, \
                 last_access_at",
            ),
            tasks: Insert::into("client_tasks", concat!("id, task_id, client_id, ", task_columns!())),
            parameters: Insert::into("client_task_parameters", "task_id, parameter_name, parameter_value, created_at"),
            results: Insert::into(
                "client_task_results",
                "task_id, result_type, file_path, file_name, file_size, width, height, result_metadata, created_at",
            ),
            uploads: Insert::into(
                "client_uploads",
                "upload_id, file_id, client_id, original_name, file_name, file_path, file_size, mime_type, width, \
                 height, is_processed, created_at",
            ),
            requests: Insert::into(
                "client_access_logs",
                "client_id, action, endpoint, ip_address, user_agent, response_time, status_code, created_at",
            ),
        }
    }

    /// All of its tables.
    pub fn tables(&mut self) -> [&mut Insert; 6] {
        [
            &mut self.users,
            &mut self.tasks,
            &mut self.parameters,
            &mut self.results,
            &mut self.uploads,
            &mut self.requests,
        ]
    }

    /// Everybody, first seen some time in `[first, now)`.
    pub fn users(&mut self, rng: &mut Rng, people: &[String], first: i64, now: i64) {
        for (number, id) in people.iter().enumerate() {
            let created = rng.i64(first..now);
            let (token, address) = (uuid(rng), words::address(number));
            let name = format!("user{number:04}");
            let nickname = if number % 3 == 0 { format!("用户{number}") } else { format!("Guest {number}") };
            self.users.row(&[
                Text(id),
                if number % 4 == 0 { Null } else { Text(&name) },
                Text(&token),
                Text(&address),
                Text(pick(rng, &words::BROWSERS)),
                Text(&nickname),
                Int(rng.i64(0..50)),
                Time(created),
                Time(rng.i64(created..now)),
            ]);
        }
    }

    /// A client's task with what belongs to it.
    pub fn task(&mut self, rng: &mut Rng, task: &Task, upload: Option<&Upload>) {
        let Some(row) = task.client_row else { return };
        let mut values = vec![Int(row), Text(&task.id), Text(&task.owner)];
        values.extend(task.values());
        self.tasks.row(&values);
        for (name, value) in [("clip_skip", rng.i64(1..3)), ("lora_strength_percent", rng.i64(20..100))] {
            self.parameters.row(&[Int(row), Text(name), Text(&value.to_string()), Time(task.created)]);
        }
        if task.state == State::Completed {
            self.results.row(&result_values(rng, row, task, &task.output()));
        }
        if let Some(upload) = upload {
            self.uploads.row(&upload.values(&task.owner));
        }
    }

    /// The requests of the day that begins at `day`, up to `now`.
    pub fn requests(&mut self, rng: &mut Rng, people: &[String], volume: &Volume, day: i64, now: i64) {
        for second in moments(rng, volume.requests).into_iter().take_while(|second| day + second <= now) {
            let person = rank(rng, people.len());
            let (action, path, usual) = weighted(rng, &words::REQUESTS);
            let slow = if rng.u8(..) < 4 { 30 } else { 1 };
            self.requests.row(&[
                Text(&people[person]),
                Text(action),
                Text(path),
                Text(&words::address(person)),
                Text(words::BROWSERS[person % words::BROWSERS.len()]),
                Int(i64::from(usual * slow / 2 + rng.u32(0..=usual))),
                Int(weighted(rng, &[(955, 200), (20, 404), (12, 429), (8, 401), (5, 500)])),
                Time(day + second),
            ]);
        }
    }
}

/// The file a task made.
pub struct Output {
    /// Its name.
    pub name: String,
    /// Its path.
    pub path: String,
    /// The value of `result_type`.
    pub kind: &'static str,
    /// Its media type.
    pub mime: &'static str,
}

impl Task {
    /// The file it made.
    pub fn output(&self) -> Output {
        let (kind, mime, suffix) = match self.kind {
            TaskType::Image => ("image", "image/png", "png"),
            TaskType::Video => ("video", "video/mp4", "mp4"),
        };
        let name = format!("ComfyUI_{}.{suffix}", &self.id[..13]);
        Output { path: format!("outputs/{}/{name}", &self.id[..2]), name, kind, mime }
    }
}

/// The values of a result; the shared table has the media type in addition.
pub fn result_values<'a>(rng: &mut Rng, row: i64, task: &Task, output: &'a Output) -> [Value<'a>; 9] {
    [
        Int(row),
        Text(output.kind),
        Text(&output.path),
        Text(&output.name),
        Int(rng.i64(400_000..6_000_000)),
        Int(task.size.0),
        Int(task.size.1),
        Text(r#"{"format":"png","nsfw":false}"#),
        Time(task.ended),
    ]
}

/// The picture that a client uploads to have a video made of it.
pub struct Upload {
    /// Its UUID, the same in both databases.
    pub file: String,
    /// The UUID of the request that brought it.
    request: String,
    /// Its name as stored.
    pub name: String,
    /// Its path.
    pub path: String,
    /// Its size in bytes.
    pub size: i64,
    /// When it came.
    pub created: i64,
}

impl Upload {
    /// An upload for the task, a moment before it.
    pub fn draw(rng: &mut Rng, task: &Task) -> Self {
        let file = uuid(rng);
        let name = format!("{}.jpg", &file[..8]);
        let path = format!("uploads/{}/{name}", &file[..2]);
        Self { request: uuid(rng), size: rng.i64(90_000..4_000_000), created: task.created - 3, file, name, path }
    }

    fn values<'a>(&'a self, owner: &'a str) -> [Value<'a>; 12] {
        [
            Text(&self.request),
            Text(&self.file),
            Text(owner),
            Text("照片 photo.jpg"),
            Text(&self.name),
            Text(&self.path),
            Int(self.size),
            Text("image/jpeg"),
            Int(1280),
            Int(720),
            Int(1),
            Time(self.created),
        ]
    }
}
