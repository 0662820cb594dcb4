//! The way of the lines into the database, by one process at a time.
//!
//! The lines are first put aside under another name, so that new ones can be written meanwhile. Only when all of them are
//! in the database are they given their last name. Who dies in between leaves them for the next, who writes them again:
//! jobs are known by their uid and steps by their place, so twice is once.

use std::fs::File;

use super::directory::{Directory, Mode};
use super::{FileError, Files, Line, Reading, content};

/// What there is to be merged.
pub enum Batch {
    /// Nothing.
    None,
    /// Another process is at it.
    Busy,
    /// These lines.
    Lines(Merging),
}

/// Lines that only this process merges, until this is dropped.
pub struct Merging {
    /// In the order in which they were written.
    pub lines: Vec<Line>,
    files: Files,
    directory: Directory,
    _lock: File,
}

impl Files {
    /// Puts all lines aside for merging, behind those that were left there.
    ///
    /// # Errors
    /// [`FileError`].
    pub fn begin_merge(&self) -> Result<Batch, FileError> {
        let Some(directory) = Directory::look(&self.directory)? else { return Ok(Batch::None) };
        if !directory.has(&self.merging()) && !directory.has(&self.current()) {
            return Ok(Batch::None);
        }
        let Some(lock) = directory.try_lock(&format!("{}.merge.lock", self.name))? else { return Ok(Batch::Busy) };
        let _writers = directory.lock(&self.lock())?;
        self.put_aside(&directory)?;
        let path = self.directory.join(self.merging());
        let Some(mut file) = directory.open(&self.merging(), Mode::Read)? else { return Ok(Batch::None) };
        let lines = Reading::of(&path, &content(&mut file, &path)?).lines;
        Ok(Batch::Lines(Merging { lines, files: self.clone(), directory, _lock: lock }))
    }

    /// Under the lock. Lines that are copied and then not taken away, because this process dies, are merged twice.
    fn put_aside(&self, directory: &Directory) -> Result<(), FileError> {
        if !directory.has(&self.current()) {
            return Ok(());
        }
        if !directory.has(&self.merging()) {
            return directory.rename(&self.current(), &self.merging());
        }
        let path = self.path();
        let mut current = directory.create(&self.current())?;
        self.write(directory, &self.merging(), content(&mut current, &path)?)?;
        let emptied = current.set_len(0).and_then(|()| current.sync_data());
        emptied.map_err(|error| FileError::of("empty", &path, error))
    }
}

impl Merging {
    /// All of them are in the database.
    ///
    /// # Errors
    /// [`FileError`]: they will be merged again, which changes nothing.
    pub fn finish(self) -> Result<(), FileError> {
        let _writers = self.directory.lock(&self.files.lock())?;
        self.directory.rename(&self.files.merging(), &self.files.merged())
    }
}
