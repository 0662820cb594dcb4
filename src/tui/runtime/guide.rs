//! The guide of a first setup on a terminal: keys, what takes a server and time as tasks, and drawing what has changed.
//!
//! However it ends, a run is stopped where nothing is half-done; what is not over then is found by the next run.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::time::Duration;

use crossterm::event::Event as Typed;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::keys;
use crate::setup::proof::{self, Matrix};
use crate::setup::record::Recording;
use crate::setup::run::{Event, Run};
use crate::setup::{Answers, Flow, Work, look};
use crate::tui::model::Look;
use crate::tui::msg::Msg as Console;
use crate::tui::setup::{Effect, Ending, Guide, Msg, Plan, update, view};
use crate::tui::terminal::{Mouse, Screen, events, has_panicked, is_gone};

/// How often it is looked whether the terminal is still there.
const TICK: Duration = Duration::from_millis(500);

/// The time that a step at work has when the terminal goes.
const LAST_STEP: Duration = Duration::from_secs(5);

/// Puts a run on record before anything is done; `None` where nothing is to be done.
pub type Record =
    dyn Fn(Answers, Plan) -> Pin<Box<dyn Future<Output = Result<Option<Recording>, String>> + Send>> + Send + Sync;

/// Guides until the end, or until the operator, a signal or the terminal ends it.
///
/// # Errors
/// When the terminal cannot be set up or fails.
pub async fn guide(flow: Flow, look: Look, record: Box<Record>) -> io::Result<Ending> {
    let screen = Screen::take(Mouse::Off)?;
    let guide = Guide::new(flow, look, screen.size()?);
    let (answers, answered) = mpsc::channel(64);
    let desk = Desk { screen, guide, record: record.into(), answers, task: None, stop: CancellationToken::new() };
    desk.serve(answered).await
}

struct Desk {
    screen: Screen,
    guide: Guide,
    record: std::sync::Arc<Record>,
    answers: mpsc::Sender<Msg>,
    task: Option<JoinHandle<()>>,
    stop: CancellationToken,
}

/// Whether the guide goes on.
#[derive(PartialEq, Eq)]
enum Flows {
    On,
    Ended,
}

impl Desk {
    async fn serve(mut self, mut answered: mpsc::Receiver<Msg>) -> io::Result<Ending> {
        let mut events = events()?;
        let mut ticks = tokio::time::interval(TICK);
        let (mut terminated, mut hung_up) = (signal(SignalKind::terminate())?, signal(SignalKind::hangup())?);
        let mut interrupted = signal(SignalKind::interrupt())?;
        while !has_panicked() {
            self.screen.draw(|buffer| view(&self.guide, buffer))?;
            let flows = tokio::select! {
                biased;
                event = events.recv() => self.typed(event)?,
                _ = terminated.recv() => Flows::Ended,
                _ = hung_up.recv() => Flows::Ended,
                _ = interrupted.recv() => Flows::Ended,
                Some(answer) = answered.recv() => self.take(answer)?,
                _ = ticks.tick() => if is_gone() { Flows::Ended } else { Flows::On },
            };
            if flows == Flows::Ended {
                break;
            }
        }
        let ending = self.guide.ending();
        self.wind_down(answered).await;
        Ok(ending)
    }

    /// The step at work is given time to end; what else is at work only looks.
    async fn wind_down(mut self, mut answered: mpsc::Receiver<Msg>) {
        self.stop.cancel();
        let is_running = self.guide.is_running();
        let Some(mut task) = self.task.take() else { return };
        if is_running {
            let heard = async { while answered.recv().await.is_some() {} };
            tokio::select! {
                _ = &mut task => {}
                () = heard => {}
                () = tokio::time::sleep(LAST_STEP) => {}
            }
        }
        task.abort();
    }

    /// The end of the events, or an error among them, is the end of the terminal.
    fn typed(&mut self, event: Option<io::Result<Typed>>) -> io::Result<Flows> {
        let Some(Ok(event)) = event else { return Ok(Flows::Ended) };
        match keys::message(&event) {
            Some(Console::Key(key)) => self.take(Msg::Key(key)),
            Some(Console::Resized(columns, rows)) => self.take(Msg::Resized(columns, rows)),
            _ => Ok(Flows::On),
        }
    }

    fn take(&mut self, msg: Msg) -> io::Result<Flows> {
        for effect in update(&mut self.guide, msg) {
            match effect {
                Effect::Quit => return Ok(Flows::Ended),
                Effect::Repaint => self.screen.clear()?,
                Effect::Stop => self.stop.cancel(),
                Effect::Abandon => self.task.iter().for_each(JoinHandle::abort),
                Effect::Work(work, answers, plan) => self.work(work, *answers, *plan),
            }
        }
        Ok(Flows::On)
    }

    fn work(&mut self, work: Work, answers: Answers, plan: Plan) {
        let tell = self.answers.clone();
        self.stop = CancellationToken::new();
        let task = match work {
            Work::Look => tokio::spawn(look_at(answers, tell)),
            Work::Prove => tokio::spawn(prove(answers, tell)),
            Work::Run => tokio::spawn(run(answers, plan, std::sync::Arc::clone(&self.record), self.stop.clone(), tell)),
        };
        self.task = Some(task);
    }
}

/// Nobody listens to any of these when the guide has ended.
async fn look_at(answers: Answers, tell: mpsc::Sender<Msg>) {
    let found = look::look(&answers).await.map_err(|error| error.to_string());
    let _ = tell.send(Msg::Looked(Box::new(found))).await;
}

async fn prove(answers: Answers, tell: mpsc::Sender<Msg>) {
    let answer = match crate::config::load(&answers.config) {
        _ if !answers.create.accounts => Msg::Proved(Matrix::default()),
        Ok(config) => Msg::Proved(proof::prove(&config).await),
        Err(error) => Msg::Failed(error.to_string()),
    };
    let _ = tell.send(answer).await;
}

async fn run(
    answers: Answers,
    plan: Plan,
    record: std::sync::Arc<Record>,
    stop: CancellationToken,
    tell: mpsc::Sender<Msg>,
) {
    let recording = match record(answers.clone(), plan).await {
        Ok(recording) => recording,
        Err(sentence) => {
            let _ = tell.send(Msg::Failed(sentence)).await;
            return;
        }
    };
    // Steps are few, and the channel to the guide is bounded: events wait here, never in the run.
    let (send, mut events) = mpsc::unbounded_channel::<Event>();
    let forward = async {
        while let Some(event) = events.recv().await {
            let _ = tell.send(Msg::Happened(event)).await;
        }
    };
    let work = async move {
        let mut told = move |event: Event| drop(send.send(event));
        // How it ended is its last event.
        let _ = Run { answers: &answers, recording, stop }.run(&mut told).await;
    };
    tokio::join!(work, forward);
}
