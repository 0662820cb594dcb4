//! A record in memory, for tests of what is done rather than of where it is kept.
#![allow(dead_code, clippy::unwrap_used, reason = "a test may, and each test crate uses its part")]

use std::sync::Mutex;

use dbdeck::op::record::{Entry, JobNumber, JobRecord, JobUid, RecordError, Recorder, Write};

/// Everything that was recorded, in order.
#[derive(Default)]
pub struct Memory {
    /// Jobs that were opened.
    pub opened: Mutex<Vec<JobRecord>>,
    /// What was written about them, beats left out.
    pub entries: Mutex<Vec<(JobUid, Entry)>>,
    /// Why nothing can be recorded.
    pub broken: Mutex<Option<String>>,
}

impl Memory {
    fn check(&self) -> Result<(), RecordError> {
        self.broken.lock().unwrap().clone().map_or(Ok(()), |reason| Err(RecordError(reason)))
    }

    /// What was written about a job.
    pub fn of(&self, job: &JobUid) -> Vec<Entry> {
        let entries = self.entries.lock().unwrap();
        entries.iter().filter(|(uid, _)| uid == job).map(|(_, entry)| entry.clone()).collect()
    }
}

impl Recorder for Memory {
    fn open<'a>(&'a self, record: &'a JobRecord) -> Write<'a, JobNumber> {
        Box::pin(async {
            self.check()?;
            let mut opened = self.opened.lock().unwrap();
            opened.push(record.clone());
            Ok(JobNumber::Shared(opened.len() as u64))
        })
    }

    fn write<'a>(&'a self, job: &'a JobUid, entry: Entry) -> Write<'a, ()> {
        Box::pin(async move {
            self.check()?;
            if !matches!(entry, Entry::Beat { .. }) {
                self.entries.lock().unwrap().push((job.clone(), entry));
            }
            Ok(())
        })
    }

    fn holder<'a>(&'a self, _: &'a str) -> Write<'a, Option<String>> {
        Box::pin(async { Ok(None) })
    }
}
