//! The file itself: replaced as a whole or not at all, and readable by its owner alone.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, fchown};
use std::path::{Path, PathBuf};

/// Writes a text with mode 0600: into a file beside it, onto the disk, and then in its place. Whoever owned the file
/// before owns it after; where it was a link, what it leads to is replaced.
///
/// # Errors
/// The operating system's; what was there is then as it was.
pub fn write(path: &Path, text: &str) -> io::Result<()> {
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(directory)?;
    let beside = beside(directory, &path);
    let written = write_beside(&beside, &path, text);
    if written.is_err() {
        // What could not be written is of no use; what is in the way is said by the error itself.
        let _ = fs::remove_file(&beside);
    }
    written?;
    File::open(directory)?.sync_all()
}

/// A name of our own: two processes never write into the same file.
fn beside(directory: &Path, path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    directory.join(format!(".{name}.{:08x}", fastrand::u32(..)))
}

fn write_beside(beside: &Path, path: &Path, text: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(beside)?;
    if let Ok(before) = fs::metadata(path) {
        let own = file.metadata()?;
        if (own.uid(), own.gid()) != (before.uid(), before.gid()) {
            fchown(&file, Some(before.uid()), Some(before.gid()))?;
        }
    }
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(beside, path)
}

/// The text of a file, and whether others than its owner may read it. No file is no text.
///
/// # Errors
/// It is there and cannot be read.
pub fn read(path: &Path) -> io::Result<Option<(String, bool)>> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some((text, fs::metadata(path)?.mode() & 0o077 != 0))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
