//! The terminal: taken, and given back on every way out.
//!
//! Raw mode and the alternate screen are undone by `Drop`, and by the panic hook before the panic is printed. A panic
//! anywhere (also in a sampling task) is noted, and the console ends: a defect must not go on half-alive.

use std::io::{self, BufWriter, Stdout, Write};
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crossterm::clipboard::CopyToClipboard;
use crossterm::event::{self, DisableMouseCapture, EnableMouseCapture, Event};
use crossterm::terminal::{
    Clear, ClearType, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use crossterm::{cursor, execute};
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use ratatui::buffer::Buffer;
use tokio::sync::mpsc;

static PANICKED: AtomicBool = AtomicBool::new(false);
static TAKEN: AtomicBool = AtomicBool::new(false);

/// The terminal while it is ours.
pub struct Screen {
    terminal: Terminal<CrosstermBackend<BufWriter<Stdout>>>,
    mouse: Mouse,
}

impl Screen {
    /// Takes the terminal over.
    ///
    /// # Errors
    /// When there is none, or it cannot be set up.
    pub fn take(mouse: Mouse) -> io::Result<Self> {
        restore_on_panic();
        enter(mouse)?;
        Ok(Self { terminal: blank()?, mouse })
    }

    /// Gives the terminal back as it was found, to another program; nobody may read keys any more.
    pub fn lend(&self) {
        restore();
    }

    /// Takes it again, whatever the other program has left on it.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn take_back(&mut self) -> io::Result<()> {
        enter(self.mouse)?;
        self.terminal = blank()?;
        Ok(())
    }

    /// Columns and rows.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn size(&self) -> io::Result<(u16, u16)> {
        let size = self.terminal.size()?;
        Ok((size.width, size.height))
    }

    /// Draws what has changed.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn draw(&mut self, view: impl FnOnce(&mut Buffer)) -> io::Result<()> {
        self.terminal.draw(|frame| view(frame.buffer_mut()))?;
        Ok(())
    }

    /// Forgets what is on the terminal, so that the next frame is drawn whole.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn clear(&mut self) -> io::Result<()> {
        execute!(self.terminal.backend_mut(), Clear(ClearType::All))?;
        self.terminal = blank()?;
        Ok(())
    }

    /// Puts a text on the clipboard of the operator's own terminal (OSC 52), which works over SSH.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn copy(&mut self, text: &str) -> io::Result<()> {
        execute!(self.terminal.backend_mut(), CopyToClipboard::to_clipboard_from(text))
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        restore();
    }
}

/// A terminal on which nothing is drawn yet. The library's own way to clear one asks it where its cursor is, and waits for
/// an answer that the reader of keys may get.
fn blank() -> io::Result<Terminal<CrosstermBackend<BufWriter<Stdout>>>> {
    Terminal::new(CrosstermBackend::new(BufWriter::with_capacity(16 * 1024, io::stdout())))
}

fn enter(mouse: Mouse) -> io::Result<()> {
    enable_raw_mode()?;
    TAKEN.store(true, Ordering::Relaxed);
    // Cleared as well: a terminal that knows no second screen stays on its first.
    execute!(io::stdout(), EnterAlternateScreen, Clear(ClearType::All), cursor::Hide)?;
    if mouse == Mouse::On {
        execute!(io::stdout(), EnableMouseCapture)?;
    }
    Ok(())
}

/// What is typed, and the thread that reads it.
pub struct Keys {
    receiver: mpsc::Receiver<io::Result<Event>>,
    thread: std::thread::JoinHandle<()>,
}

impl Keys {
    /// The next event; `None` when there are no more.
    pub async fn recv(&mut self) -> Option<io::Result<Event>> {
        self.receiver.recv().await
    }

    /// Reads no more: what is typed from now on is another program's. Takes as long as the reader waits for a key.
    pub async fn stop(self) {
        drop(self.receiver);
        // A reader that panicked reads no more either.
        let _ = tokio::task::spawn_blocking(|| self.thread.join()).await;
    }
}

/// What is typed, read by a thread of its own until nobody wants it any more.
///
/// Not by a task: when a terminal goes, the library that reads it spins on the end of file for ever, and a spinning task
/// stops the runtime's clock and signals with it. A thread that spins is left behind by the end of the process.
///
/// # Errors
/// When the thread cannot be started.
pub fn events() -> io::Result<Keys> {
    let (sender, receiver) = mpsc::channel(64);
    let read = move || {
        while !sender.is_closed() {
            let event = match event::poll(READ) {
                Ok(false) => continue,
                Ok(true) => event::read(),
                Err(error) => Err(error),
            };
            if sender.blocking_send(event).is_err() {
                break;
            }
        }
    };
    let thread = std::thread::Builder::new().name("keys".to_owned()).spawn(read)?;
    Ok(Keys { receiver, thread })
}

/// How long the reader waits for a key before it looks whether it is still wanted.
const READ: Duration = Duration::from_millis(250);

/// Whether the mouse is listened to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mouse {
    /// It is; the terminal's own selection then needs Shift.
    On,
    /// It is not.
    Off,
}

/// Whether anything has panicked since the terminal was taken.
pub fn has_panicked() -> bool {
    PANICKED.load(Ordering::Relaxed)
}

/// Whether the terminal has gone away: its other end was closed, without a signal reaching us.
pub fn is_gone() -> bool {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let stdin = rustix::stdio::stdin();
    let mut polled = [PollFd::new(&stdin, PollFlags::empty())];
    let at_once = Timespec { tv_sec: 0, tv_nsec: 0 };
    let asked = poll(&mut polled, Some(&at_once));
    asked.is_ok() && polled[0].revents().intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL)
}

/// Once: leaving the alternate screen a second time would move the cursor back over what was printed since. Nothing
/// can be done about a terminal that refuses to be restored: it is gone.
fn restore() {
    if !TAKEN.swap(false, Ordering::Relaxed) {
        return;
    }
    let mut out = io::stdout();
    let _ = execute!(out, DisableMouseCapture, LeaveAlternateScreen, cursor::Show);
    let _ = disable_raw_mode();
    let _ = out.flush();
}

fn restore_on_panic() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            restore();
            PANICKED.store(true, Ordering::Relaxed);
            before(panic);
        }));
    });
}
