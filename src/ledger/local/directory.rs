//! A directory that is this user's alone, and files in it that nobody else can have put there.
//!
//! Everything is opened relative to the open directory and without following links, so that what was checked is what is
//! used.

use std::fs::{DirBuilder, File};
use std::os::fd::OwnedFd;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, FileType, FlockOperation, Mode as Bits, OFlags, Stat};
use rustix::io::Errno;

use super::FileError;

/// What a file is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// To be read.
    Read,
    /// To be read and added to; made when it is not there.
    Append,
    /// To be read and written; made when it is not there.
    Write,
}

/// The open directory.
pub struct Directory {
    fd: OwnedFd,
    path: PathBuf,
}

impl Directory {
    /// Opens it, and makes it (0700, and what leads to it) when it is not there.
    pub fn make(path: &Path) -> Result<Self, FileError> {
        let made = DirBuilder::new().recursive(true).mode(0o700).create(path);
        made.map_err(|error| FileError::of("make", path, error))?;
        Self::look(path)?.ok_or_else(|| FileError::of("open", path, "it is gone again"))
    }

    /// Opens it; `None` when it is not there.
    pub fn look(path: &Path) -> Result<Option<Self>, FileError> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let fd = match rustix::fs::open(path, flags, Bits::empty()) {
            Ok(fd) => fd,
            Err(Errno::NOENT) => return Ok(None),
            Err(error) => return Err(FileError::of("open", path, error)),
        };
        let stat = rustix::fs::fstat(&fd).map_err(|error| FileError::of("look at", path, error))?;
        refuse_foreign(&stat, path)?;
        if stat.st_mode & 0o022 != 0 {
            return Err(FileError::of("use", path, "others may write into it (chmod go-w)"));
        }
        Ok(Some(Self { fd, path: path.to_owned() }))
    }

    /// Opens a file; `None` when it is to be read and not there.
    pub fn open(&self, name: &str, mode: Mode) -> Result<Option<File>, FileError> {
        let path = self.path.join(name);
        let common = OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::NONBLOCK;
        let flags = match mode {
            Mode::Read => OFlags::RDONLY,
            Mode::Append => OFlags::RDWR | OFlags::CREATE | OFlags::APPEND,
            Mode::Write => OFlags::RDWR | OFlags::CREATE,
        };
        let fd = match rustix::fs::openat(&self.fd, name, flags | common, Bits::RUSR | Bits::WUSR) {
            Ok(fd) => fd,
            Err(Errno::NOENT) if mode == Mode::Read => return Ok(None),
            Err(Errno::LOOP) => return Err(FileError::of("use", &path, "it is a symbolic link")),
            Err(error) => return Err(FileError::of("open", &path, error)),
        };
        Self::check(&fd, &path, mode)?;
        Ok(Some(File::from(fd)))
    }

    /// Opens a file to be added to, and makes it when it is not there.
    pub fn create(&self, name: &str) -> Result<File, FileError> {
        self.made(name, Mode::Append)
    }

    /// Waits for the lock that all writers take; it is let go with the file.
    pub fn lock(&self, name: &str) -> Result<File, FileError> {
        let file = self.made(name, Mode::Write)?;
        self.flock(file, name, FlockOperation::LockExclusive)
    }

    /// Takes the lock if nobody has it.
    pub fn try_lock(&self, name: &str) -> Result<Option<File>, FileError> {
        let file = self.made(name, Mode::Write)?;
        match rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => Ok(Some(file)),
            Err(Errno::WOULDBLOCK) => Ok(None),
            Err(error) => Err(FileError::of("lock", &self.path.join(name), error)),
        }
    }

    /// Keeps writers out while something is read. Makes no file: where there is no lock, nothing was ever written.
    pub fn share(&self, name: &str) -> Result<Option<File>, FileError> {
        let Some(file) = self.open(name, Mode::Read)? else { return Ok(None) };
        self.flock(file, name, FlockOperation::LockShared).map(Some)
    }

    /// Gives a file another name, in place of what had it; on the disk when this returns.
    pub fn rename(&self, from: &str, to: &str) -> Result<(), FileError> {
        let renamed = rustix::fs::renameat(&self.fd, from, &self.fd, to);
        renamed.map_err(|error| FileError::of("rename", &self.path.join(from), error))?;
        self.sync()
    }

    /// Replaces a file's content at once, by way of a file of another name.
    pub fn replace(&self, name: &str, by_way_of: &str, text: &str) -> Result<(), FileError> {
        use std::io::Write as _;
        let path = self.path.join(by_way_of);
        let mut file = self.made(by_way_of, Mode::Write)?;
        let written = file.set_len(0).and_then(|()| file.write_all(text.as_bytes())).and_then(|()| file.sync_data());
        written.map_err(|error| FileError::of("write", &path, error))?;
        self.rename(by_way_of, name)
    }

    /// Whether there is a file of that name with something in it.
    pub fn has(&self, name: &str) -> bool {
        rustix::fs::statat(&self.fd, name, AtFlags::SYMLINK_NOFOLLOW).is_ok_and(|stat| stat.st_size > 0)
    }

    /// Puts the names of new files on the disk.
    pub fn sync(&self) -> Result<(), FileError> {
        rustix::fs::fsync(&self.fd).map_err(|error| FileError::of("write", &self.path, error))
    }

    fn made(&self, name: &str, mode: Mode) -> Result<File, FileError> {
        self.open(name, mode)?.ok_or_else(|| FileError::of("make", &self.path.join(name), "it is not there"))
    }

    fn flock(&self, file: File, name: &str, operation: FlockOperation) -> Result<File, FileError> {
        loop {
            match rustix::fs::flock(&file, operation) {
                Ok(()) => return Ok(file),
                Err(Errno::INTR) => {}
                Err(error) => return Err(FileError::of("lock", &self.path.join(name), error)),
            }
        }
    }

    fn check(fd: &OwnedFd, path: &Path, mode: Mode) -> Result<(), FileError> {
        let stat = rustix::fs::fstat(fd).map_err(|error| FileError::of("look at", path, error))?;
        refuse_foreign(&stat, path)?;
        if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
            return Err(FileError::of("use", path, "it is not a plain file"));
        }
        if mode != Mode::Read && stat.st_mode & 0o077 != 0 {
            let hidden = rustix::fs::fchmod(fd, Bits::RUSR | Bits::WUSR);
            hidden.map_err(|error| FileError::of("hide from others", path, error))?;
        }
        Ok(())
    }
}

fn refuse_foreign(stat: &Stat, path: &Path) -> Result<(), FileError> {
    if stat.st_uid == rustix::process::geteuid().as_raw() {
        return Ok(());
    }
    Err(FileError::of("use", path, format!("it belongs to another user (uid {})", stat.st_uid)))
}
