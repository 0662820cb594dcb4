//! The directory of migrations, watched: read again only when a file has come, gone or changed.
//!
//! Everybody who watches the same directory shares one of these. It asks the file system only, and may wait for it.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use super::catalogue::Catalogue;
use crate::config::MigrationSettings;

/// The files as they were read last.
#[derive(Debug)]
pub struct Shelf {
    settings: MigrationSettings,
    kept: Mutex<Option<(Stamp, Arc<Catalogue>)>>,
}

/// Name, time and length of every file, in order: what differs when a file is another one.
type Stamp = Vec<(String, Option<SystemTime>, u64)>;

impl Shelf {
    /// Nothing is read yet.
    pub fn new(settings: MigrationSettings) -> Self {
        Self { settings, kept: Mutex::new(None) }
    }

    /// The files as they are now.
    pub fn catalogue(&self) -> Arc<Catalogue> {
        let stamp = stamp(&self.settings.directory);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((old, catalogue)) = kept.as_ref()
            && *old == stamp
        {
            return Arc::clone(catalogue);
        }
        // The stamp is older than what is read: a change between the two is seen the next time.
        let catalogue = Arc::new(Catalogue::read_from(&self.settings));
        *kept = Some((stamp, Arc::clone(&catalogue)));
        catalogue
    }
}

/// What cannot be looked at has no place in it; the reading says why.
fn stamp(directory: &Path) -> Stamp {
    let entries = std::fs::read_dir(directory).into_iter().flatten().flatten();
    let mut stamp: Stamp = entries
        .map(|entry| {
            let found = std::fs::metadata(entry.path());
            let changed = found.as_ref().ok().and_then(|found| found.modified().ok());
            (entry.file_name().to_string_lossy().into_owned(), changed, found.map_or(0, |found| found.len()))
        })
        .collect();
    stamp.sort();
    stamp
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_read_again_when_one_has_changed() {
        let home = tempfile::tempdir().unwrap();
        let directory = home.path().join("migrations");
        let shelf = Shelf::new(MigrationSettings { directory: directory.clone(), databases: Vec::new() });
        assert!(shelf.catalogue().missing);
        std::fs::create_dir(&directory).unwrap();
        std::fs::write(directory.join("2025_01_01_a.sql"), "-- Database: all\nSELECT 1;").unwrap();
        let first = shelf.catalogue();
        assert_eq!((first.missing, first.files.len()), (false, 1));
        assert!(Arc::ptr_eq(&first, &shelf.catalogue()), "nothing has changed");
        std::fs::write(directory.join("2025_01_01_a.sql"), "-- Database: all\nSELECT 22;").unwrap();
        assert_ne!(first.files[0].text, shelf.catalogue().files[0].text);
        std::fs::remove_file(directory.join("2025_01_01_a.sql")).unwrap();
        assert!(shelf.catalogue().files.is_empty());
    }
}
