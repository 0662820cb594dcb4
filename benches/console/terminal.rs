//! A real terminal around a real program: what it draws, when, and how many bytes that took.
//!
//! The reader takes the time as soon as bytes arrive and judges the wanted condition on the screen they make, so
//! that no polling enters a measurement. The terminal answers no queries: a program that waits for an answer loses.

use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize};

use crate::contender::Condition;

const ROWS: u16 = 40;
const COLUMNS: u16 = 120;
/// How long a program may take to end after it was told to.
const FAREWELL: Duration = Duration::from_secs(3);

/// A program in a terminal of its own; dropped, it is ended.
pub struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    writer: Box<dyn Write + Send>,
    _master: Box<dyn MasterPty + Send>,
    shared: Arc<Shared>,
    /// The program's process.
    pub pid: u32,
    /// Just before the program was started.
    pub started: Instant,
}

struct Shared {
    view: Mutex<View>,
    changed: Condvar,
}

struct View {
    parser: vt100::Parser,
    bytes: u64,
    wanted: Option<Wanted>,
    met: Option<Instant>,
    ended: bool,
}

struct Wanted {
    condition: Condition,
    before: String,
}

impl Terminal {
    /// Starts the program at 120x40.
    pub fn start(command: &CommandBuilder) -> Result<Self> {
        let size = PtySize { rows: ROWS, cols: COLUMNS, pixel_width: 0, pixel_height: 0 };
        let pair = portable_pty::native_pty_system().openpty(size)?;
        let reader = pair.master.try_clone_reader()?;
        let writer = pair.master.take_writer()?;
        let shared = Arc::new(Shared { view: Mutex::new(View::blank()), changed: Condvar::new() });
        let watching = Arc::clone(&shared);
        std::thread::spawn(move || watching.watch(reader));
        let started = Instant::now();
        let child = pair.slave.spawn_command(command.clone())?;
        let pid = child.process_id().context("the program has no process id")?;
        Ok(Self { child, writer, _master: pair.master, shared, pid, started })
    }

    /// The moment at which the screen first met the condition; `before` is the screen as it is now.
    pub fn wait(&self, condition: &Condition, limit: Duration) -> Result<Instant> {
        self.shared.want(condition);
        self.shared.await_wanted(limit)
    }

    /// From writing the keys to the bytes that make the screen meet the condition.
    pub fn press(&mut self, keys: &str, condition: &Condition, limit: Duration) -> Result<Duration> {
        if self.shared.want(condition) {
            bail!("the screen showed the effect of {keys:?} before the key");
        }
        let pressed = Instant::now();
        self.send(keys)?;
        let seen = self.shared.await_wanted(limit).with_context(|| format!("no effect of {keys:?}"))?;
        Ok(seen.duration_since(pressed))
    }

    /// Writes keys without waiting for anything.
    pub fn send(&mut self, keys: &str) -> Result<()> {
        self.writer.write_all(keys.as_bytes())?;
        self.writer.flush()?;
        Ok(())
    }

    /// Bytes that the program has written so far.
    pub fn bytes(&self) -> u64 {
        self.shared.view().bytes
    }

    /// The screen as text, for a report of what went wrong.
    pub fn screen(&self) -> String {
        self.shared.view().parser.screen().contents()
    }

    /// Ends the program the way a person does, else by its id.
    pub fn quit(mut self, keys: &str) {
        let _ = self.send(keys);
        let deadline = Instant::now() + FAREWELL;
        let mut view = self.shared.view();
        while !view.ended && Instant::now() < deadline {
            view = self.shared.pause(view, deadline);
        }
    }
}

impl Drop for Terminal {
    /// Hang-up, a moment of grace, then the hard way; a program that has ended is only collected.
    fn drop(&mut self) {
        if !matches!(self.child.try_wait(), Ok(Some(_))) {
            let _ = self.child.kill();
        }
        let _ = self.child.wait();
    }
}

impl Shared {
    fn view(&self) -> MutexGuard<'_, View> {
        self.view.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Remembers what is waited for; whether it is there already.
    fn want(&self, condition: &Condition) -> bool {
        let mut view = self.view();
        let before = view.parser.screen().contents();
        view.met = None;
        view.wanted = Some(Wanted { condition: condition.clone(), before });
        view.judge(Instant::now());
        view.met.is_some()
    }

    fn await_wanted(&self, limit: Duration) -> Result<Instant> {
        let deadline = Instant::now() + limit;
        let mut view = self.view();
        loop {
            if let Some(met) = view.met {
                return Ok(met);
            }
            if view.ended {
                bail!("the program ended");
            }
            if Instant::now() >= deadline {
                bail!("not within {} s", limit.as_secs());
            }
            view = self.pause(view, deadline);
        }
    }

    fn pause<'a>(&self, view: MutexGuard<'a, View>, deadline: Instant) -> MutexGuard<'a, View> {
        let left = deadline.saturating_duration_since(Instant::now());
        self.changed.wait_timeout(view, left).unwrap_or_else(PoisonError::into_inner).0
    }

    fn watch(&self, mut reader: Box<dyn Read + Send>) {
        let mut buffer = vec![0; 65_536];
        while let Ok(count @ 1..) = reader.read(&mut buffer) {
            let arrived = Instant::now();
            let mut view = self.view();
            view.parser.process(&buffer[..count]);
            view.bytes += count as u64;
            view.judge(arrived);
            self.changed.notify_all();
        }
        self.view().ended = true;
        self.changed.notify_all();
    }
}

impl View {
    fn blank() -> Self {
        let [rows, columns] = [ROWS, COLUMNS].map(|size| NonZeroU16::new(size).unwrap_or(NonZeroU16::MIN));
        Self { parser: vt100::Parser::new(rows, columns, 0), bytes: 0, wanted: None, met: None, ended: false }
    }

    fn judge(&mut self, now: Instant) {
        let Some(wanted) = self.wanted.as_ref().filter(|_| self.met.is_none()) else { return };
        if wanted.condition.holds(&wanted.before, &self.parser.screen().contents()) {
            self.met = Some(now);
        }
    }
}
