//! The past of the shared database.

use fastrand::Rng;

use super::client::{Upload, result_values};
use super::insert::{Insert, Value};
use super::task::{State, Task, task_columns};
use crate::demo::random::uuid;
use crate::demo::words::{self, TaskType};
use Value::{Date, Int, Null, Real, Text, Time};

const DAY: i64 = 86_400;

/// The rows of its tables.
pub struct SharedRows {
    tasks: Insert,
    parameters: Insert,
    results: Insert,
    files: Insert,
    assignments: Insert,
    statistics: Insert,
    queue: Insert,
}

impl SharedRows {
    /// No rows yet.
    pub fn new() -> Self {
        Self {
            tasks: Insert::into(
                "global_tasks",
                concat!(
                    "id, task_id, source_type, source_user_id, priority, celery_task_id, node_id, ",
                    task_columns!()
                ),
            ),
            parameters: Insert::into(
                "global_task_parameters",
                "task_id, parameter_name, parameter_value, parameter_type, created_at",
            ),
            results: Insert::into(
                "global_task_results",
                "task_id, result_type, file_path, file_name, file_size, width, height, result_metadata, created_at, \
                 mime_type",
            ),
            files: Insert::into(
                "global_files",
                "file_id, source_type, source_user_id, original_name, file_name, file_path, file_size, mime_type, \
                 file_type, is_temporary, expires_at, created_at",
            ),
            assignments: Insert::into(
                "node_task_assignments",
                "node_id, task_id, assigned_at, started_at, completed_at, status",
            ),
            statistics: Insert::into(
                "system_statistics",
                "stat_date, total_tasks, completed_tasks, failed_tasks, client_tasks, admin_tasks, \
                 text_to_image_tasks, image_to_video_tasks, total_processing_time, average_processing_time, \
                 active_nodes",
            ),
            queue: Insert::into("task_queue_status", "task_id, queue_name, status, worker, created_at, updated_at"),
        }
    }

    /// All of its tables.
    pub fn tables(&mut self) -> [&mut Insert; 7] {
        [
            &mut self.tasks,
            &mut self.parameters,
            &mut self.results,
            &mut self.files,
            &mut self.assignments,
            &mut self.statistics,
            &mut self.queue,
        ]
    }

    /// A task with what belongs to it. A temporary file that was due long before `now` is gone already.
    pub fn task(&mut self, rng: &mut Rng, task: &Task, upload: Option<&Upload>, now: i64) {
        let source = if task.client_row.is_some() { "client" } else { "admin" };
        let node = task.started().map(|_| words::NODES[task.node]);
        let head = [Int(task.global_row), Text(&task.id), Text(source), Text(&task.owner), Int(1)];
        let mut values = head.to_vec();
        values.extend([Text(&task.queue_id), Value::maybe(node, Text)]);
        values.extend(task.values());
        self.tasks.row(&values);
        let strength = rng.i64(20..100).to_string();
        let parameter = [Text("lora_strength_percent"), Text(&strength), Text("int"), Time(task.created)];
        self.parameters.row(&[&[Int(task.global_row)][..], &parameter].concat());
        self.work(task, node);
        if task.state == State::Completed {
            self.result(rng, task, now);
        }
        if let Some(upload) = upload {
            let place = [Text(&upload.name), Text(&upload.path), Int(upload.size), Text("image/jpeg"), Text("image")];
            let head = [Text(&upload.file), Text("client"), Text(&task.owner), Text("照片 photo.jpg")];
            self.files.row(&[&head[..], &place, &[Int(0), Null, Time(upload.created)]].concat());
        }
    }

    /// What the node and the worker queue know of it.
    fn work(&mut self, task: &Task, node: Option<&'static str>) {
        let (assigned, queued) = match task.state {
            State::Queued => ("assigned", "pending"),
            State::Processing => ("running", "started"),
            State::Completed => ("completed", "success"),
            State::Failed => ("failed", "failure"),
            State::Cancelled => ("cancelled", "success"),
        };
        let queue = if task.kind == TaskType::Image { "image" } else { "video" };
        let end = [Time(task.created), Time(task.ended)];
        self.queue
            .row(&[&[Text(&task.queue_id), Text(queue), Text(queued), Value::maybe(node, Text)][..], &end].concat());
        if let Some((node, started)) = node.zip(task.started()) {
            let completed = if task.state.is_final() { Time(task.ended) } else { Null };
            let row = task.global_row;
            self.assignments.row(&[Text(node), Int(row), Time(started - 1), Time(started), completed, Text(assigned)]);
        }
    }

    fn result(&mut self, rng: &mut Rng, task: &Task, now: i64) {
        let output = task.output();
        let result = result_values(rng, task.global_row, task, &output);
        self.results.row(&[&result[..], &[Text(output.mime)]].concat());
        let due = task.ended + DAY;
        if due + 3 * DAY > now && rng.bool() {
            let id = uuid(rng);
            let head = [Text(&id), Text("system"), Null, Text(&output.name), Text(&output.name), Text(&output.path)];
            let kind = [Int(rng.i64(20_000..90_000)), Text(output.mime), Text(output.kind)];
            self.files.row(&[&head[..], &kind, &[Int(1), Time(due), Time(task.ended)]].concat());
        }
    }

    /// The figures of the day that begins at `day`.
    pub fn statistics(&mut self, day: i64, tasks: &[Task]) {
        let count = |wanted: &dyn Fn(&Task) -> bool| tasks.iter().filter(|task| wanted(task)).count();
        let completed = count(&|task| task.state == State::Completed);
        let images = count(&|task| task.kind == TaskType::Image);
        let clients = count(&|task| task.client_row.is_some());
        let seconds: i64 = tasks.iter().filter(|task| task.state.is_final()).map(Task::seconds).sum();
        let mean = seconds as f64 / completed.max(1) as f64;
        self.statistics.row(&[
            Date(day),
            Value::index(tasks.len()),
            Value::index(completed),
            Value::index(count(&|task| task.state == State::Failed)),
            Value::index(clients),
            Value::index(tasks.len() - clients),
            Value::index(images),
            Value::index(tasks.len() - images),
            Int(seconds),
            Real(mean),
            Value::index(words::NODES.len()),
        ]);
    }
}
