//! This machine's part of the record: a file of lines that only grows, for when the database cannot be written.
//!
//! Four files of one name: the lines (`.jsonl`), those that are on their way into the database (`.merging.jsonl`), those
//! that were last merged (`.merged.jsonl`, kept so that `#L3` can still be looked up), and the lock (`.lock`, which holds
//! the last local number too). All processes of one user on one machine share them. A line is written whole, under the
//! lock, and is on the disk when the call returns; whatever moment a process or the machine dies at, at most the last line
//! is torn, and it is skipped by name.
//!
//! Deliberately absent: beats. A job of this file is alive as long as its process is.

mod directory;
mod line;
mod merge;
mod process;

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::os::unix::fs::FileExt;
use std::path::PathBuf;

use chrono::{DateTime, Utc};

pub use line::{Line, Reading, What};
pub use merge::Batch;
pub use process::is_running;

use directory::{Directory, Mode};

/// Why the file cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct FileError(pub String);

impl FileError {
    fn of(doing: &str, path: &std::path::Path, error: impl std::fmt::Display) -> Self {
        Self(format!("cannot {doing} {}: {error}", path.display()))
    }
}

/// A file larger than this is looked through for what is too old.
const LARGE: u64 = 1 << 20;

/// The files; nothing is opened or made until something is written.
#[derive(Debug, Clone)]
pub struct Files {
    directory: PathBuf,
    name: String,
}

impl Files {
    /// The files of that name in that directory.
    pub fn new(directory: PathBuf, name: String) -> Self {
        Self { directory, name }
    }

    /// Where the lines are.
    pub fn path(&self) -> PathBuf {
        self.directory.join(self.current())
    }

    /// Writes a job down and numbers it.
    ///
    /// # Errors
    /// [`FileError`]: nothing is written.
    pub fn open(&self, what: impl FnOnce(u64) -> Line) -> Result<u64, FileError> {
        let directory = Directory::make(&self.directory)?;
        let mut lock = directory.lock(&self.lock())?;
        let number = self.next_number(&mut lock)?;
        self.write(&directory, &self.current(), line::text(&[what(number)]))?;
        Ok(number)
    }

    /// Writes lines down, all or none.
    ///
    /// # Errors
    /// [`FileError`]: nothing is written.
    pub fn append(&self, lines: &[Line]) -> Result<(), FileError> {
        let directory = Directory::make(&self.directory)?;
        let _lock = directory.lock(&self.lock())?;
        self.write(&directory, &self.current(), line::text(lines))
    }

    /// Everything that is not in the database yet. Writes nothing, not even the directory.
    ///
    /// # Errors
    /// [`FileError`].
    pub fn read(&self) -> Result<Reading, FileError> {
        self.read_all(&[self.merging(), self.current()])
    }

    /// As [`Files::read`], and what was last merged.
    ///
    /// # Errors
    /// [`FileError`].
    pub fn read_with_merged(&self) -> Result<Reading, FileError> {
        self.read_all(&[self.merged(), self.merging(), self.current()])
    }

    /// Takes out what is about jobs that were asked for before then, when the file is large. For a record that is kept on
    /// this machine only; what is on its way into a database is left alone.
    ///
    /// # Errors
    /// [`FileError`]: the file is as it was.
    pub fn forget(&self, before: DateTime<Utc>) -> Result<(), FileError> {
        let Some(directory) = Directory::look(&self.directory)? else { return Ok(()) };
        let _lock = directory.lock(&self.lock())?;
        let Some(mut file) = directory.open(&self.current(), Mode::Read)? else { return Ok(()) };
        if length(&file).is_ok_and(|length| length < LARGE) {
            return Ok(());
        }
        let lines = Reading::of(&self.path(), &content(&mut file, &self.path())?).lines;
        let kept = line::since(&lines, before);
        if kept.len() < lines.len() {
            directory.replace(&self.current(), &format!("{}.new", self.name), &line::text(&kept))?;
        }
        Ok(())
    }

    fn read_all(&self, names: &[String]) -> Result<Reading, FileError> {
        let mut all = Reading::default();
        let Some(directory) = Directory::look(&self.directory)? else { return Ok(all) };
        let _lock = directory.share(&self.lock())?;
        for name in names {
            if let Some(mut file) = directory.open(name, Mode::Read)? {
                let path = self.directory.join(name);
                all.extend(Reading::of(&path, &content(&mut file, &path)?));
            }
        }
        Ok(all)
    }

    /// Under the lock. A line that was torn by a power cut is closed first, so that it spoils no other.
    fn write(&self, directory: &Directory, name: &str, mut text: String) -> Result<(), FileError> {
        let failed = |error: std::io::Error| FileError::of("write", &self.directory.join(name), error);
        let mut file = directory.create(name)?;
        let before = length(&file).map_err(failed)?;
        if before > 0 && last_byte(&file, before).map_err(failed)? != b'\n' {
            text.insert(0, '\n');
        }
        if let Err(error) = file.write_all(text.as_bytes()).and_then(|()| file.sync_data()) {
            // A half-written line is taken back; where even that fails, it is skipped like any torn one.
            let _ = file.set_len(before);
            return Err(failed(error));
        }
        if before == 0 { directory.sync() } else { Ok(()) }
    }

    fn next_number(&self, lock: &mut File) -> Result<u64, FileError> {
        let path = self.directory.join(self.lock());
        let last: u64 = content(lock, &path)?.trim().parse().unwrap_or(0);
        let text = format!("{:020}\n", last + 1);
        let written = lock.write_all_at(text.as_bytes(), 0).and_then(|()| lock.sync_data());
        written.map_err(|error| FileError::of("write", &path, error))?;
        Ok(last + 1)
    }

    fn current(&self) -> String {
        format!("{}.jsonl", self.name)
    }

    fn merging(&self) -> String {
        format!("{}.merging.jsonl", self.name)
    }

    fn merged(&self) -> String {
        format!("{}.merged.jsonl", self.name)
    }

    fn lock(&self) -> String {
        format!("{}.lock", self.name)
    }
}

fn length(file: &File) -> std::io::Result<u64> {
    Ok(file.metadata()?.len())
}

fn last_byte(file: &File, length: u64) -> std::io::Result<u8> {
    let mut byte = [0];
    file.read_exact_at(&mut byte, length - 1)?;
    Ok(byte[0])
}

/// The whole file as text; bytes that are none are replaced, and their line is then not understood.
fn content(file: &mut File, path: &std::path::Path) -> Result<String, FileError> {
    let mut bytes = Vec::new();
    let read = file.seek(SeekFrom::Start(0)).and_then(|_| file.read_to_end(&mut bytes));
    read.map_err(|error| FileError::of("read", path, error))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests;
