//! The loop: waits for keys, readings, answers and time; updates; draws at most thirty times a second, and a key at once.
//!
//! The one impure file of the console besides [`super::terminal`]. It awaits its own channels only: quitting and
//! drawing never wait for a database.

use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseEventKind};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, sleep_until};

use super::model::{Look, Model};
use super::msg::{Effect, Inquiry, Key, Msg, Turn};
use super::screen::SCREENS;
use super::terminal::{Mouse, Screen, events, has_panicked, is_gone};
use super::update::update;
use crate::clock::Moment;
use crate::config::Config;
use crate::sample::{Answer, Fleet};

/// Thirty frames a second are enough for figures.
const FRAME: Duration = Duration::from_millis(33);

/// How often ages are looked at; a frame that comes out the same costs no byte.
const TICK: Duration = Duration::from_millis(500);

/// Runs the console until the operator, a signal or the terminal ends it.
///
/// # Errors
/// When the terminal cannot be set up or fails.
pub async fn run(config: Arc<Config>, look: Look) -> io::Result<()> {
    let mouse = if config.ui.mouse { Mouse::On } else { Mouse::Off };
    let screen = Screen::take(mouse)?;
    let model = Model::new(&config, look, screen.size()?, Moment::now());
    let fleet = Fleet::start(&config, SCREENS[model.screen].interest());
    let (answers, answered) = mpsc::channel(8);
    let desk = Desk { config, screen, model, fleet, answers, asking: None, drawn: None, dirty: true };
    desk.serve(answered).await
}

type Answered = (Inquiry, Result<Answer, String>);

struct Desk {
    config: Arc<Config>,
    screen: Screen,
    model: Model,
    fleet: Fleet,
    answers: mpsc::Sender<Answered>,
    asking: Option<JoinHandle<()>>,
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
    async fn serve(mut self, mut answered: mpsc::Receiver<Answered>) -> io::Result<()> {
        let mut events = events()?;
        let mut ticks = tokio::time::interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let (mut terminated, mut hung_up) = (signal(SignalKind::terminate())?, signal(SignalKind::hangup())?);
        let mut interrupted = signal(SignalKind::interrupt())?;
        while !has_panicked() {
            self.draw_when_due()?;
            let (dirty, next_frame) = (self.dirty, self.next_frame());
            let flow = tokio::select! {
                biased;
                event = events.recv() => self.typed(event)?,
                _ = terminated.recv() => Flow::Ended,
                _ = hung_up.recv() => Flow::Ended,
                _ = interrupted.recv() => Flow::Ended,
                Some((inquiry, answer)) = answered.recv() => self.take(Msg::Answered(inquiry, answer))?,
                _ = ticks.tick() => self.tick()?,
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
        Ok(())
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
        message(&event).map_or(Ok(Flow::On), |msg| self.take(msg))
    }

    fn take(&mut self, msg: Msg) -> io::Result<Flow> {
        self.dirty = true;
        for effect in update(&mut self.model, msg) {
            match effect {
                Effect::Quit => return Ok(Flow::Ended),
                Effect::Watch(interest) => self.fleet.set_interest(interest),
                Effect::Copy(text) => self.screen.copy(&text)?,
                Effect::Inquire(inquiry) => self.inquire(inquiry),
                Effect::Repaint => self.screen.clear()?,
            }
        }
        Ok(Flow::On)
    }

    /// One question at a time: whoever opens the next thing has stopped waiting for the last.
    fn inquire(&mut self, inquiry: Inquiry) {
        if let Some(before) = self.asking.take() {
            before.abort();
        }
        let target = self.config.targets.iter().find(|target| target.name == *inquiry.database()).cloned();
        let (answers, sampling) = (self.answers.clone(), self.config.sampling);
        let Some(target) = target else { return };
        self.asking = Some(tokio::spawn(async move {
            let answer = inquiry.ask(&target, sampling).await.map_err(|error| error.to_string());
            let _ = answers.send((inquiry, answer)).await;
        }));
    }

    fn next_frame(&self) -> Instant {
        self.drawn.map_or_else(Instant::now, |drawn| drawn + FRAME)
    }

    fn draw_when_due(&mut self) -> io::Result<()> {
        if self.dirty && self.drawn.is_none_or(|drawn| drawn.elapsed() >= FRAME) {
            self.screen.draw(&self.model)?;
            (self.dirty, self.drawn) = (false, Some(Instant::now()));
        }
        Ok(())
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        self.fleet.stop();
        if let Some(asking) = self.asking.take() {
            asking.abort();
        }
    }
}

fn message(event: &Event) -> Option<Msg> {
    match event {
        Event::Key(key) if key.kind != KeyEventKind::Release => pressed(*key).map(Msg::Key),
        Event::Resize(columns, rows) => Some(Msg::Resized(*columns, *rows)),
        Event::Mouse(mouse) => match mouse.kind {
            MouseEventKind::ScrollUp => Some(Msg::Scrolled(Turn::Up)),
            MouseEventKind::ScrollDown => Some(Msg::Scrolled(Turn::Down)),
            MouseEventKind::Down(_) if mouse.row == 1 => Some(Msg::TabClicked(mouse.column)),
            _ => None,
        },
        _ => None,
    }
}

fn pressed(key: KeyEvent) -> Option<Key> {
    Some(match key.code {
        KeyCode::Char(c) if key.modifiers.contains(KeyModifiers::CONTROL) => Key::Ctrl(c.to_ascii_lowercase()),
        KeyCode::Char(c) => Key::Char(c),
        KeyCode::Enter => Key::Enter,
        KeyCode::Esc => Key::Esc,
        KeyCode::Tab => Key::Tab,
        KeyCode::BackTab => Key::BackTab,
        KeyCode::Backspace => Key::Backspace,
        KeyCode::Up => Key::Up,
        KeyCode::Down => Key::Down,
        KeyCode::Left => Key::Left,
        KeyCode::Right => Key::Right,
        KeyCode::PageUp => Key::PageUp,
        KeyCode::PageDown => Key::PageDown,
        KeyCode::Home => Key::Home,
        KeyCode::End => Key::End,
        _ => return None,
    })
}
