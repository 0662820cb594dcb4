//! The files of one policy's run: the archive, the collected paths, and the journal beside them.
//!
//! The archive is SQL that a stock client loads (`zstd -dc FILE | client DATABASE`): one frame with session settings and
//! the tables, then a frame for each batch, whose rows are one line each. Files are 0600 in a 0700 directory, and carry
//! `.partial` until everything in them is settled. A frame is durable, read back and counted before its rows may go.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::journal::{Ends, Head, Intent, Line, State};
use super::keys::Place;
use super::list;
use crate::op::OpError;

/// zstd's own default: past it, time grows faster than space shrinks.
const LEVEL: i32 = 3;

/// What is written of a batch before it goes.
#[derive(Debug, Default)]
pub struct Frame {
    /// Statements that bring its rows back.
    pub sql: String,
    /// Its rows, children included.
    pub rows: u64,
    /// The paths it names, as lines.
    pub paths: String,
    /// The key of its first row.
    pub first: Place,
    /// The key of its last row.
    pub last: Place,
}

/// The files, shared with the threads that write them: the runtime never waits for a disk.
#[derive(Debug, Clone)]
pub struct Keeper(Arc<Mutex<Files>>);

/// Where the files of a run lie.
#[derive(Debug, Clone)]
pub struct Names {
    /// The directory.
    pub directory: PathBuf,
    /// What all names begin with.
    pub base: String,
}

impl Names {
    /// The journal.
    pub fn journal(&self) -> PathBuf {
        self.with(JOURNAL)
    }

    /// The archive while it is written.
    pub fn partial(&self) -> PathBuf {
        self.with(".sql.zst.partial")
    }

    /// The archive.
    pub fn archive(&self) -> PathBuf {
        self.with(".sql.zst")
    }

    /// A batch of which only a part is left in the table.
    pub fn doubt(&self) -> PathBuf {
        self.with(".doubt.sql.zst")
    }

    /// The collected paths.
    pub fn paths(&self) -> PathBuf {
        self.with(".paths.partial")
    }

    fn with(&self, end: &str) -> PathBuf {
        self.directory.join(format!("{}{end}", self.base))
    }
}

/// How a journal's name ends.
pub const JOURNAL: &str = ".journal";

/// The files.
#[derive(Debug)]
pub struct Files {
    names: Names,
    state: State,
    journal: File,
    archive: File,
    paths: File,
}

impl Keeper {
    /// Makes the files of a run; `opening` is the archive's first frame.
    ///
    /// # Errors
    /// [`OpError::File`].
    pub async fn create(names: Names, head: Head, opening: String) -> Result<Self, OpError> {
        let files = blocking(move || Files::create(names, head, &opening)).await?;
        Ok(Self(Arc::new(Mutex::new(files))))
    }

    /// Takes up the files of a run that died.
    ///
    /// # Errors
    /// [`OpError::File`].
    pub async fn reopen(names: Names, state: State) -> Result<Self, OpError> {
        let files = blocking(move || Files::reopen(names, state)).await?;
        Ok(Self(Arc::new(Mutex::new(files))))
    }

    /// Removes what is left of a run whose archive has its name already.
    ///
    /// # Errors
    /// [`OpError::File`].
    pub async fn forget(names: Names) -> Result<(), OpError> {
        blocking(move || remove(&names.paths()).and_then(|()| remove(&names.journal()))).await
    }

    /// Writes a batch down; when this returns, its rows may go. Returns the bytes it takes.
    ///
    /// # Errors
    /// [`OpError::File`]: the files are as before, and the rows must stay.
    pub async fn keep(&self, frame: Frame) -> Result<u64, OpError> {
        self.with(move |files| files.keep(&frame)).await
    }

    /// Its rows are gone.
    ///
    /// # Errors
    /// [`OpError::File`].
    pub async fn done(&self) -> Result<(), OpError> {
        self.with(Files::done).await
    }

    /// Its rows stay.
    ///
    /// # Errors
    /// [`OpError::File`].
    pub async fn undo(&self) -> Result<(), OpError> {
        self.with(Files::undo).await
    }

    /// Only some of its rows are there: it is neither kept nor lost.
    ///
    /// # Errors
    /// [`OpError::File`].
    pub async fn set_aside(&self) -> Result<(), OpError> {
        self.with(Files::set_aside).await
    }

    /// Ends the files: the paths to their list, the archive to its name, the journal away. Does nothing while a batch is
    /// not settled. Returns the archive, when there is anything in it.
    ///
    /// # Errors
    /// [`OpError::File`].
    pub async fn finish(&self) -> Result<Option<PathBuf>, OpError> {
        self.with(Files::finish).await
    }

    async fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Files) -> io::Result<T> + Send + 'static,
    ) -> Result<T, OpError> {
        let files = Arc::clone(&self.0);
        blocking(move || work(&mut files.lock().unwrap_or_else(PoisonError::into_inner))).await
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> Result<T, OpError> {
    let result = tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| Err(io::Error::other(error)));
    result.map_err(OpError::file("writing the archive"))
}

impl Files {
    fn create(names: Names, head: Head, opening: &str) -> io::Result<Self> {
        DirBuilder::new().recursive(true).mode(0o700).create(&names.directory)?;
        let new = |path: PathBuf| OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(path);
        let journal = new(names.journal())?;
        let (archive, paths) = (new(names.partial())?, new(names.paths())?);
        let state = State { head: head.clone(), ends: None, rows: 0, pending: None, append: None };
        let mut files = Self { names, state, journal, archive, paths };
        files.note(Line::Head(head))?;
        let opening = files.append(opening, "")?;
        files.note(Line::Opened(opening))?;
        sync(&files.names.directory)?;
        Ok(files)
    }

    fn reopen(names: Names, state: State) -> io::Result<Self> {
        let open = |path: PathBuf| {
            OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path)
        };
        let mut journal = open(names.journal())?;
        let mut text = String::new();
        journal.read_to_string(&mut text)?;
        // What was torn is not continued.
        let whole = text.rfind('\n').map_or(0, |end| end + 1);
        journal.set_len(whole as u64)?;
        journal.seek(SeekFrom::End(0))?;
        let (archive, paths) = (open(names.partial())?, open(names.paths())?);
        let mut files = Self { names, state, journal, archive, paths };
        if files.state.pending.is_none() {
            files.cut()?;
        }
        Ok(files)
    }

    fn ends(&self) -> Ends {
        self.state.ends.unwrap_or_default()
    }

    fn note(&mut self, line: Line) -> io::Result<()> {
        let text = serde_json::to_string(&line)? + "\n";
        let before = self.journal.stream_position()?;
        let written = self.journal.write_all(text.as_bytes()).and_then(|()| self.journal.sync_data());
        if written.is_err() {
            // A full disk leaves half a line; nothing may follow it.
            self.journal.set_len(before)?;
            self.journal.seek(SeekFrom::Start(before))?;
        }
        written?;
        self.state.note(line);
        Ok(())
    }

    fn keep(&mut self, frame: &Frame) -> io::Result<u64> {
        let written = self.append(&frame.sql, &frame.paths).and_then(|to| {
            self.verify(frame, to)?;
            let (from, rows) = (self.ends(), frame.rows);
            let (first, last) = (frame.first.clone(), frame.last.clone());
            self.note(Line::Intent(Intent { from, to, rows, first, last }))?;
            Ok(to.archive - from.archive)
        });
        if written.is_err() {
            // Rows stay when this fails; what is behind the last settled batch is cut off before anything is added.
            let _ = self.cut();
        }
        written
    }

    /// Adds to the files and makes it durable; the ends with it.
    fn append(&mut self, sql: &str, paths: &str) -> io::Result<Ends> {
        let mut to = self.ends();
        if !sql.is_empty() {
            let frame = zstd::bulk::compress(sql.as_bytes(), LEVEL)?;
            self.archive.seek(SeekFrom::Start(to.archive))?;
            self.archive.write_all(&frame)?;
            self.archive.sync_data()?;
            to.archive += frame.len() as u64;
        }
        if !paths.is_empty() {
            self.paths.seek(SeekFrom::Start(to.paths))?;
            self.paths.write_all(paths.as_bytes())?;
            self.paths.sync_data()?;
            to.paths += paths.len() as u64;
        }
        Ok(to)
    }

    /// Reads a frame back: the same statements, and as many rows as are to go.
    fn verify(&mut self, frame: &Frame, to: Ends) -> io::Result<()> {
        if !self.state.head.rows {
            return Ok(());
        }
        let from = self.ends().archive;
        let mut written = vec![0; usize::try_from(to.archive - from).map_err(io::Error::other)?];
        self.archive.seek(SeekFrom::Start(from))?;
        self.archive.read_exact(&mut written)?;
        let read = zstd::stream::decode_all(written.as_slice())?;
        let rows = read.split(|byte| *byte == b'\n').filter(|line| line.first() == Some(&b'(')).count() as u64;
        if read != frame.sql.as_bytes() || rows != frame.rows {
            let told = frame.rows;
            return Err(io::Error::other(format!("the archive was read back with {rows} of {told} rows")));
        }
        Ok(())
    }

    fn done(&mut self) -> io::Result<()> {
        self.note(Line::Done)
    }

    fn undo(&mut self) -> io::Result<()> {
        if self.state.pending.is_none() {
            return Ok(());
        }
        self.cut()?;
        self.note(Line::Undone)
    }

    fn set_aside(&mut self) -> io::Result<()> {
        if let Some(pending) = self.state.pending.clone() {
            let mut frame = vec![0; usize::try_from(pending.to.archive - pending.from.archive).unwrap_or(0)];
            self.archive.seek(SeekFrom::Start(pending.from.archive))?;
            self.archive.read_exact(&mut frame)?;
            let mut doubt = OpenOptions::new().append(true).create(true).mode(0o600).open(self.names.doubt())?;
            doubt.write_all(&frame)?;
            doubt.sync_all()?;
        }
        self.undo()
    }

    /// Cuts the files behind the last batch that is settled.
    fn cut(&mut self) -> io::Result<()> {
        let ends = self.ends();
        self.archive.set_len(ends.archive)?;
        self.paths.set_len(ends.paths)?;
        self.archive.sync_data()?;
        self.paths.sync_data()
    }

    fn finish(&mut self) -> io::Result<Option<PathBuf>> {
        if self.state.pending.is_some() {
            return Ok(None);
        }
        self.hand_over_paths()?;
        let kept = self.state.head.rows && self.state.rows > 0;
        if kept {
            if self.names.partial().exists() {
                std::fs::rename(self.names.partial(), self.names.archive())?;
            }
        } else {
            remove(&self.names.partial())?;
        }
        remove(&self.names.paths())?;
        sync(&self.names.directory)?;
        remove(&self.names.journal())?;
        sync(&self.names.directory)?;
        Ok(kept.then(|| self.names.archive()))
    }

    fn hand_over_paths(&mut self) -> io::Result<()> {
        let Some(path) = self.state.head.list.clone() else { return Ok(()) };
        let mut paths = Vec::new();
        self.paths.seek(SeekFrom::Start(0))?;
        self.paths.read_to_end(&mut paths)?;
        if paths.is_empty() {
            return Ok(());
        }
        if self.state.append.is_none() {
            self.note(Line::Append(list::length(&path)?))?;
        }
        list::append(&path, self.state.append.unwrap_or_default(), &paths)
    }
}

fn remove(path: &Path) -> io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Makes names durable.
fn sync(directory: &Path) -> io::Result<()> {
    File::open(directory)?.sync_all()
}
