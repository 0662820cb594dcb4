//! A program in a pseudo-terminal, and what an operator would see of it.
#![allow(dead_code, clippy::unwrap_used, clippy::panic, reason = "a test may, and each test crate uses its part")]

use std::io::{Read, Write};
use std::num::NonZero;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, SlavePty, native_pty_system};
use rustix::process::{Pid, Signal, kill_process};

/// The longest wait for anything that has no promise of its own.
pub const LIMIT: Duration = Duration::from_secs(20);

/// A terminal and the program in it, which ends with this value.
pub struct Terminal {
    seen: Arc<Seen>,
    writer: Box<dyn Write + Send>,
    master: Box<dyn MasterPty + Send>,
    /// Held open, so that the settings of the terminal can be looked at when the program has ended.
    _slave: Box<dyn SlavePty + Send>,
    process: Process,
}

/// A program that ends with this value.
struct Process(Box<dyn Child + Send + Sync>);

struct Seen {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    screen: vt100::Parser,
    raw: Vec<u8>,
    watched: bool,
}

/// Whether the program gets the terminal as its controlling one, and with it the signal when it goes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Control {
    Controlling,
    JustATerminal,
}

/// The console on a configuration.
pub fn console(config: &Path) -> CommandBuilder {
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_dbdeck"));
    command.args(["--config".as_ref(), config.as_os_str()]);
    command.env_clear();
    command.env("LANG", "C.UTF-8");
    command.env("TERM", "xterm-256color");
    command
}

impl Terminal {
    /// Runs a program in a terminal of that many columns and rows.
    pub fn run(mut command: CommandBuilder, size: (u16, u16), control: Control) -> Self {
        let pair = native_pty_system().openpty(pty_size(size)).unwrap();
        command.set_controlling_tty(control == Control::Controlling);
        let process = Process(pair.slave.spawn_command(command).unwrap());
        let parser = vt100::Parser::new(cells(size.1), cells(size.0), 0);
        let state = State { screen: parser, raw: Vec::new(), watched: true };
        let seen = Arc::new(Seen { state: Mutex::new(state), changed: Condvar::new() });
        let reader = pair.master.try_clone_reader().unwrap();
        let for_reader = Arc::clone(&seen);
        std::thread::spawn(move || for_reader.follow(reader));
        let writer = pair.master.take_writer().unwrap();
        Self { seen, writer, master: pair.master, _slave: pair.slave, process }
    }

    /// The console, at a size.
    pub fn open(config: &Path, size: (u16, u16)) -> Self {
        Self::run(console(config), size, Control::Controlling)
    }

    /// Types.
    pub fn press(&mut self, keys: &str) {
        self.writer.write_all(keys.as_bytes()).unwrap();
        self.writer.flush().unwrap();
    }

    /// Gives the terminal another size; the program gets the signal.
    pub fn resize(&mut self, size: (u16, u16)) {
        self.seen.lock().screen.screen_mut().set_size(cells(size.1), cells(size.0));
        self.master.resize(pty_size(size)).unwrap();
    }

    /// What is on the screen.
    pub fn screen(&self) -> String {
        self.seen.lock().screen.screen().contents()
    }

    /// Everything the program ever wrote.
    pub fn raw(&self) -> Vec<u8> {
        self.seen.lock().raw.clone()
    }

    /// Asks the emulator something.
    pub fn ask<T>(&self, question: impl Fn(&vt100::Screen) -> T) -> T {
        question(self.seen.lock().screen.screen())
    }

    /// Waits until the screen fits, and says how long that took.
    pub fn wait_for(&self, what: &str, fits: impl Fn(&str) -> bool) -> Duration {
        self.wait_within(LIMIT, what, fits)
    }

    /// As [`Terminal::wait_for`], with a promise.
    pub fn wait_within(&self, limit: Duration, what: &str, fits: impl Fn(&str) -> bool) -> Duration {
        self.seen.wait(limit, what, |state| fits(&state.screen.screen().contents()))
    }

    /// Waits until the program has written a text.
    pub fn wait_for_bytes(&self, what: &str, bytes: &[u8]) {
        self.seen.wait(LIMIT, what, |state| state.raw.windows(bytes.len()).any(|window| window == bytes));
    }

    /// How the terminal treats what is typed, as the kernel says it.
    pub fn settings(&self) -> String {
        format!("{:?}", self.master.get_termios().unwrap())
    }

    /// Sends the program a signal.
    pub fn signal(&self, signal: Signal) {
        kill_process(self.pid(), signal).unwrap();
    }

    fn pid(&self) -> Pid {
        Pid::from_raw(i32::try_from(self.process.0.process_id().unwrap()).unwrap()).unwrap()
    }

    /// Waits for the program's end: its exit code, and how long that took.
    pub fn wait_end(&mut self, limit: Duration) -> (u32, Duration) {
        self.process.ended(limit)
    }

    /// Takes the terminal away, as a lost connection does, and waits for the program's end.
    pub fn vanish(mut self, limit: Duration) -> Duration {
        self.seen.lock().watched = false;
        self.press("?");
        let Self { seen, writer, master, mut process, .. } = self;
        while Arc::strong_count(&seen) > 1 {
            std::thread::yield_now();
        }
        drop((writer, master));
        process.ended(limit).1
    }
}

impl Process {
    fn ended(&mut self, limit: Duration) -> (u32, Duration) {
        let began = Instant::now();
        loop {
            if let Some(status) = self.0.try_wait().unwrap() {
                return (status.exit_code(), began.elapsed());
            }
            assert!(began.elapsed() < limit, "it still ran after {limit:?}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Seen {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// Ends with the terminal, or when nobody watches any more.
    fn follow(&self, mut reader: Box<dyn Read + Send>) {
        let mut bytes = [0; 8192];
        while let Ok(count @ 1..) = reader.read(&mut bytes) {
            let mut state = self.lock();
            state.screen.process(&bytes[..count]);
            state.raw.extend_from_slice(&bytes[..count]);
            self.changed.notify_all();
            if !state.watched {
                break;
            }
        }
    }

    fn wait(&self, limit: Duration, what: &str, fits: impl Fn(&State) -> bool) -> Duration {
        let began = Instant::now();
        let mut state = self.lock();
        while !fits(&state) {
            let left = limit.saturating_sub(began.elapsed());
            let screen = state.screen.screen().contents();
            assert!(!left.is_zero(), "waited {limit:?} for: {what}\n{screen}");
            state = self.changed.wait_timeout(state, left).unwrap().0;
        }
        began.elapsed()
    }
}

fn cells(count: u16) -> NonZero<u16> {
    NonZero::new(count).unwrap()
}

fn pty_size((cols, rows): (u16, u16)) -> PtySize {
    PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }
}
