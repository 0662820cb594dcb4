//! Paths of files that removed rows name: collected beside the archive, and appended to the caller's list in the end.
//!
//! The list never names a file whose row stays, not even for a moment. One path per line; a path that would not be one
//! line, or begins like one of these, is written as a JSON string.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

/// A path as a line, with its end; nothing for none.
pub fn line(path: &str) -> String {
    match path {
        "" => String::new(),
        path if path.starts_with('"') || path.chars().any(char::is_control) => {
            // A string is always JSON.
            serde_json::to_string(path).unwrap_or_default() + "\n"
        }
        path => format!("{path}\n"),
    }
}

/// The length of a list; 0 when there is none.
pub fn length(list: &Path) -> io::Result<u64> {
    match std::fs::metadata(list) {
        Ok(metadata) => Ok(metadata.len()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
        Err(error) => Err(error),
    }
}

/// Appends the paths to a list that was so long before the first attempt; what an attempt that died has already written is
/// not written again.
pub fn append(list: &Path, length: u64, paths: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().read(true).append(true).create(true).mode(0o600).open(list)?;
    let written = behind(&mut file, length)?;
    let missing = paths.strip_prefix(written.as_slice()).unwrap_or(paths);
    file.write_all(missing)?;
    file.sync_all()
}

fn behind(file: &mut File, length: u64) -> io::Result<Vec<u8>> {
    let mut written = Vec::new();
    if file.metadata()?.len() >= length {
        file.seek(SeekFrom::Start(length))?;
        file.read_to_end(&mut written)?;
    }
    Ok(written)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_one_line() {
        let check = |path: &str, expected: &str| assert_eq!(line(path), expected);
        check("/a/b c.png", "/a/b c.png\n");
        check("", "");
        check("图.png", "图.png\n");
        check("a\nb", "\"a\\nb\"\n");
        check("\"a\"", "\"\\\"a\\\"\"\n");
    }

    #[test]
    fn paths_are_appended_once_however_often_it_is_tried() {
        let directory = tempfile::tempdir().unwrap();
        let list = directory.path().join("list");
        let check = |before: &str, after: &str| {
            std::fs::write(&list, before).unwrap();
            append(&list, 2, b"x\ny\n").unwrap();
            assert_eq!(std::fs::read_to_string(&list).unwrap(), after);
        };
        check("a\n", "a\nx\ny\n");
        check("a\nx", "a\nx\ny\n");
        check("a\nx\ny\n", "a\nx\ny\n");
        std::fs::remove_file(&list).unwrap();
        append(&list, length(&list).unwrap(), b"x\n").unwrap();
        assert_eq!(std::fs::read_to_string(&list).unwrap(), "x\n");
    }
}
