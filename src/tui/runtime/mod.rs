//! The loop: waits for keys, readings, answers and time; updates; draws at most thirty times a second, and a key at once.
//!
//! The one impure part of the console besides [`super::terminal`]. It awaits its own channels only: quitting and
//! drawing never wait for a database. What has to ask one is a task of its own ([`work`], [`record`]) that answers by a
//! message.
//!
//! However the console ends, its jobs are told to stop where nothing is half-done, and are given [`LAST_BATCH`] for it.
//! What is not over then is found interrupted by the next dbdeck, with what was done.

mod edit;
pub mod guide;
mod keys;
mod record;
mod shelf;
mod work;

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crossterm::event::Event;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, sleep_until};

use super::keymap::Context;
use super::model::{Look, Model};
use super::msg::{Effect, Msg, Question};
use super::order::Order;
use super::screen::SCREENS;
use super::terminal::{self, Mouse, Screen, has_panicked, is_gone};
use super::update::update;
use super::view::view;
use crate::clock::Moment;
use crate::config::Config;
use crate::job::{JobView, Runner};
use crate::ledger::Ledger;
use crate::op::cx::Wish;
use crate::op::record::JobUid;
use crate::sample::{Fleet, Interest};
use record::Reader;
use shelf::Librarian;

/// Thirty frames a second are enough for figures.
const FRAME: Duration = Duration::from_millis(33);

/// How often ages are looked at; a frame that comes out the same costs no byte.
const TICK: Duration = Duration::from_millis(500);

/// How often the record is read while it is shown.
const READ: Duration = Duration::from_secs(3);

/// The time that the jobs of a console that ends have for their last batch.
const LAST_BATCH: Duration = Duration::from_secs(5);

/// What the console works with besides the configuration.
#[derive(Clone)]
pub struct Workbench {
    /// Runs its jobs.
    pub runner: Runner,
    /// Keeps the record of all jobs.
    pub ledger: Ledger,
    /// Who is at the keyboard.
    pub operator: String,
    /// Their editor, as a command line.
    pub editor: String,
}

/// Runs the console until the operator, a signal or the terminal ends it. Returns the jobs that the operator wants
/// another process to go on with: whoever called starts it.
///
/// # Errors
/// When the terminal cannot be set up or fails.
pub async fn run(config: Arc<Config>, look: Look, bench: Workbench) -> io::Result<Vec<JobUid>> {
    let runner = bench.runner.clone();
    let served = serve(config, look, bench).await;
    wind_down(&runner).await;
    served
}

/// The terminal is given back when this returns.
async fn serve(config: Arc<Config>, look: Look, bench: Workbench) -> io::Result<Vec<JobUid>> {
    let mouse = if config.ui.mouse { Mouse::On } else { Mouse::Off };
    let screen = Screen::take(mouse)?;
    let model = Model::new(Arc::clone(&config), look, screen.size()?, Moment::now());
    let model = Model { operator: bench.operator.clone(), ..model };
    let fleet = Fleet::start(&config, SCREENS[model.screen].interest());
    let (answers, answered) = mpsc::channel(8);
    let reader = Reader::new(bench.ledger.clone(), answers.clone());
    let librarian = Librarian::new(Arc::clone(&config), answers.clone());
    let (asking, planning, editing) = (None, None, None);
    let (left, over, drawn, dirty) = (Vec::new(), 0, None, true);
    let desk = Desk {
        config,
        screen,
        model,
        fleet,
        bench,
        answers,
        reader,
        librarian,
        asking,
        planning,
        editing,
        left,
        over,
        drawn,
        dirty,
    };
    desk.serve(answered).await
}

/// The jobs finish their batch and stop; who does not within the time is left to its fate, which is recorded.
async fn wind_down(runner: &Runner) {
    runner.end(Wish::HandOver);
    let mut board = runner.board();
    let is_over = async {
        while board.borrow_and_update().iter().any(|job| !job.state.is_over()) {
            if board.changed().await.is_err() {
                break;
            }
        }
    };
    // Those that are not over in time are found by the next dbdeck.
    let _ = tokio::time::timeout(LAST_BATCH, is_over).await;
}

struct Desk {
    config: Arc<Config>,
    screen: Screen,
    model: Model,
    fleet: Fleet,
    bench: Workbench,
    /// What tasks have found out.
    answers: mpsc::Sender<Msg>,
    reader: Reader,
    librarian: Librarian,
    asking: Option<JoinHandle<()>>,
    planning: Option<JoinHandle<()>>,
    /// The file that the operator wants to edit.
    editing: Option<PathBuf>,
    /// What is left to another process.
    left: Vec<JobUid>,
    /// How many jobs of this console have ended.
    over: usize,
    drawn: Option<Instant>,
    dirty: bool,
}

/// Whether the console goes on.
#[derive(PartialEq, Eq)]
enum Flow {
    On,
    Ended,
}

impl Desk {
    async fn serve(mut self, mut answered: mpsc::Receiver<Msg>) -> io::Result<Vec<JobUid>> {
        let mut events = terminal::events()?;
        let mut board = self.bench.runner.board();
        let mut ticks = tokio::time::interval(TICK);
        let mut reads = tokio::time::interval(READ);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        reads.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let (mut terminated, mut hung_up) = (signal(SignalKind::terminate())?, signal(SignalKind::hangup())?);
        let mut interrupted = signal(SignalKind::interrupt())?;
        while !has_panicked() {
            if let Some(path) = self.editing.take() {
                events.stop().await;
                self.edit(&path).await?;
                (events, interrupted) = (terminal::events()?, signal(SignalKind::interrupt())?);
            }
            self.draw_when_due()?;
            let (dirty, next_frame) = (self.dirty, self.next_frame());
            let flow = tokio::select! {
                biased;
                event = events.recv() => self.typed(event)?,
                _ = terminated.recv() => Flow::Ended,
                _ = hung_up.recv() => Flow::Ended,
                _ = interrupted.recv() => Flow::Ended,
                Some(answer) = answered.recv() => self.take(answer)?,
                Ok(()) = board.changed() => {
                    let jobs = Arc::clone(&board.borrow_and_update());
                    self.see_deeds(&jobs);
                    self.take(Msg::Jobs(jobs))?
                }
                _ = ticks.tick() => self.tick()?,
                _ = reads.tick() => self.read(),
                () = self.fleet.changed() => {
                    let picture = self.fleet.picture();
                    self.take(Msg::Sampled(Moment::now(), picture))?
                }
                () = sleep_until(next_frame.into()), if dirty => Flow::On,
            };
            if flow == Flow::Ended {
                break;
            }
        }
        Ok(std::mem::take(&mut self.left))
    }

    /// A job that has ended has changed what is read seldom.
    fn see_deeds(&mut self, jobs: &[JobView]) {
        let over = jobs.iter().filter(|job| job.state.is_over()).count();
        if over != std::mem::replace(&mut self.over, over) {
            self.fleet.look_again();
        }
    }

    fn tick(&mut self) -> io::Result<Flow> {
        if is_gone() || has_panicked() {
            return Ok(Flow::Ended);
        }
        self.take(Msg::Tick(Moment::now()))
    }

    /// The end of the events, or an error among them, is the end of the terminal.
    fn typed(&mut self, event: Option<io::Result<Event>>) -> io::Result<Flow> {
        let Some(Ok(event)) = event else { return Ok(Flow::Ended) };
        self.drawn = None;
        keys::message(&event).map_or(Ok(Flow::On), |msg| self.take(msg))
    }

    fn take(&mut self, msg: Msg) -> io::Result<Flow> {
        self.dirty = true;
        for effect in update(&mut self.model, msg) {
            match effect {
                Effect::Quit => return Ok(Flow::Ended),
                Effect::Watch(interest) => self.watch(interest),
                Effect::Copy(text) => self.screen.copy(&text)?,
                Effect::Repaint => self.screen.clear()?,
                Effect::Inquire(question) => self.inquire(question),
                Effect::Plan(line) => self.plan(&line),
                Effect::Submit(orders) => self.submit(orders),
                Effect::Save(name, text) => self.save(name, text),
                Effect::Edit(path) => self.editing = Some(path),
                Effect::Consent => self.reader.consent(),
                Effect::Cancel(job) => self.bench.runner.cancel(&job),
                Effect::Wish(job, wish) => self.bench.runner.wish(&job, wish),
                Effect::TakeNoMore => self.bench.runner.end(Wish::Run),
                Effect::GoOn => self.bench.runner.go_on(),
                Effect::HandOver(jobs) => self.left = jobs,
            }
        }
        Ok(Flow::On)
    }

    /// One question at a time: whoever opens the next thing has stopped waiting for the last.
    fn inquire(&mut self, question: Question) {
        if let Some(before) = self.asking.take() {
            before.abort();
        }
        self.asking = match question {
            Question::Server(inquiry) => work::ask(inquiry, &self.config, self.answers.clone()),
            Question::Steps(job) => Some(self.reader.steps(job)),
            Question::Migration(..) => None,
        };
    }

    /// Another screen is shown: what only it shows is read at once.
    fn watch(&mut self, interest: Interest) {
        self.fleet.set_interest(interest);
        self.read();
    }

    /// Reads what the screen shows besides the servers' figures.
    fn read(&self) -> Flow {
        match SCREENS[self.model.screen].context() {
            Context::Panes | Context::Jobs => self.reader.read(),
            Context::Migrations => self.librarian.read(),
            _ => {}
        }
        Flow::On
    }

    /// One plan at a time, for the same reason.
    fn plan(&mut self, line: &str) {
        if let Some(before) = self.planning.take() {
            before.abort();
        }
        match work::plan(self.model.table, line, &self.config, self.answers.clone()) {
            Ok(task) => self.planning = Some(task),
            Err(usage) => self.refuse(usage.to_string()),
        }
    }

    fn submit(&mut self, orders: Vec<Order>) {
        for order in orders {
            let request = work::request(self.model.table, order, &self.config);
            let taken =
                request.and_then(|request| self.bench.runner.submit(request).map_err(|refusal| refusal.to_string()));
            if let Err(why) = taken {
                self.refuse(why);
            }
        }
    }

    /// The console itself has the place to show a refusal; nothing follows from it.
    fn refuse(&mut self, why: String) {
        update(&mut self.model, Msg::Refused(why));
    }

    fn next_frame(&self) -> Instant {
        self.drawn.map_or_else(Instant::now, |drawn| drawn + FRAME)
    }

    fn draw_when_due(&mut self) -> io::Result<()> {
        if self.dirty && self.drawn.is_none_or(|drawn| drawn.elapsed() >= FRAME) {
            self.screen.draw(|buffer| view(&self.model, buffer))?;
            (self.dirty, self.drawn) = (false, Some(Instant::now()));
        }
        Ok(())
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        self.fleet.stop();
        self.asking.iter().chain(&self.planning).for_each(JoinHandle::abort);
    }
}
