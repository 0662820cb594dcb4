//! Who takes part. A further tool is one file with one function, and one line in [`Cast::gather`].

mod dbdeck;
mod dolphie;

use std::path::Path;

use anyhow::{Result, ensure};
use portable_pty::CommandBuilder;

use crate::stage::Stage;

/// The contender whose budgets they are.
pub const OURS: &str = dbdeck::NAME;

/// A program that watches the server, and how to recognise on its screen what is measured.
pub struct Contender {
    pub name: &'static str,
    /// Complete, with a refresh of one second; no password in it.
    pub command: CommandBuilder,
    /// The first complete screen with figures.
    pub ready: Condition,
    /// Keys whose effect needs no server; after the last one the screen is where it began.
    pub keys: Vec<Key>,
    /// Makes it list every thread, idle ones too.
    pub list_all: Vec<Key>,
    /// As [`Contender::keys`], while every thread is listed.
    pub crowd_keys: Vec<Key>,
    /// Makes it remove the expired rows, and shows that it does; none where it cannot.
    pub delete: Vec<Key>,
    /// It says that the server is away.
    pub notices: Condition,
    /// Fresh figures arrive again, judged against the screen at the moment when the server came back.
    pub back: Condition,
    /// Ends it.
    pub quit: &'static str,
}

/// A key and its visible effect.
pub struct Key {
    pub press: &'static str,
    pub shows: Condition,
}

impl Key {
    pub fn new(press: &'static str, shows: Condition) -> Self {
        Self { press, shows }
    }
}

/// Something that can be seen on a screen.
#[derive(Debug, Clone)]
pub enum Condition {
    /// The text is there.
    Shows(&'static str),
    /// The text is not there.
    Lacks(&'static str),
    /// The text is there at least so often.
    AtLeast(usize, &'static str),
    /// The text is there less often.
    Fewer(usize, &'static str),
    /// A line with this text is there, and not the one that was there before.
    Moves(&'static str),
    All(Vec<Condition>),
    Any(Vec<Condition>),
}

impl Condition {
    /// Whether it holds now; `before` is the screen at the moment when the waiting began.
    pub fn holds(&self, before: &str, now: &str) -> bool {
        match self {
            Self::Shows(text) => now.contains(text),
            Self::Lacks(text) => !now.contains(text),
            Self::AtLeast(count, text) => now.matches(text).count() >= *count,
            Self::Fewer(count, text) => now.matches(text).count() < *count,
            Self::Moves(text) => {
                lines_with(now, text).next().is_some() && lines_with(now, text).ne(lines_with(before, text))
            }
            Self::All(parts) => parts.iter().all(|part| part.holds(before, now)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(before, now)),
        }
    }
}

fn lines_with<'a>(screen: &'a str, text: &'a str) -> impl Iterator<Item = &'a str> {
    screen.lines().filter(move |line| line.contains(text))
}

/// Those who take part, ours first, and those who could not, with the reason.
#[derive(Default)]
pub struct Cast {
    pub present: Vec<Contender>,
    pub absent: Vec<(&'static str, String)>,
}

impl Cast {
    /// Everyone, or the one of that name.
    ///
    /// # Errors
    /// Nobody has that name.
    pub fn gather(stage: &Stage, target: &Path, only: Option<&str>) -> Result<Self> {
        let mut cast = Self::default();
        cast.invite(only, dbdeck::NAME, || dbdeck::contender(stage));
        cast.invite(only, dolphie::NAME, || dolphie::contender(stage, target));
        let known = cast.present.len() + cast.absent.len() > 0;
        ensure!(known, "nobody has that name: {} and {} take part", dbdeck::NAME, dolphie::NAME);
        Ok(cast)
    }

    fn invite(&mut self, only: Option<&str>, name: &'static str, make: impl FnOnce() -> Result<Contender>) {
        if only.is_some_and(|only| only != name) {
            return;
        }
        match make() {
            Ok(contender) => self.present.push(contender),
            Err(error) => self.absent.push((name, format!("{error:#}"))),
        }
    }
}

/// A command in the same surroundings for everyone: no settings of the person who runs this.
fn command(program: impl AsRef<std::ffi::OsStr>, stage: &Stage) -> CommandBuilder {
    let mut command = CommandBuilder::new(program);
    command.env("HOME", stage.directory());
    command.env("TERM", "xterm-256color");
    command.env("LANG", "C.UTF-8");
    for name in ["LC_ALL", "NO_COLOR", "TMUX", "DBDECK_CONFIG", "DOLPHIE_CONFIG"] {
        command.env_remove(name);
    }
    command.cwd(stage.directory());
    command
}
