//! Slow statements as our own eyes saw them: every refresh shows what is running and for how long, so a statement
//! that takes longer than a second or two is caught on every server, with no log and no setting.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::time::{Duration, Instant};

use crate::server::read::Thread;
use crate::server::script::fingerprint;
use crate::units::ThreadId;

/// How far back the list looks.
pub const WINDOW: Duration = Duration::from_secs(300);

/// A statement is slow from here on.
pub const SLOW: Duration = Duration::from_secs(1);

/// One execution that was seen to be slow.
#[derive(Debug, Clone)]
struct Sighting {
    thread: ThreadId,
    started: Instant,
    seen: Instant,
    time: Duration,
    schema: Option<String>,
    fingerprint: String,
    example: String,
}

/// Slow executions of one pattern in one schema, within the window.
#[derive(Debug, Clone, PartialEq)]
pub struct SlowPattern {
    /// The default database.
    pub schema: Option<String>,
    /// The statement without its values.
    pub fingerprint: String,
    /// The longest execution's text, as far as the process list gave it.
    pub example: String,
    /// Executions.
    pub count: usize,
    /// Their time together, as far as seen.
    pub total: Duration,
    /// The longest.
    pub longest: Duration,
    /// When the oldest of them began.
    pub first_seen: Instant,
    /// When one was last seen.
    pub last_seen: Instant,
}

/// The memory of slow executions of one server.
#[derive(Debug, Clone, Default)]
pub struct SlowWatch {
    sightings: VecDeque<Sighting>,
    running: HashMap<ThreadId, usize>,
    forgotten: usize,
}

/// Beyond so many executions in the window the oldest are forgotten.
const CAPACITY: usize = 2_000;

impl SlowWatch {
    /// Looks at one process list.
    pub fn observe(&mut self, threads: &[Thread], now: Instant) {
        self.forget(now);
        let slow = threads.iter().filter(|t| t.is_working() && t.time >= SLOW && !t.statement.is_empty());
        let mut running = HashMap::new();
        for thread in slow {
            running.insert(thread.id, self.note(thread, now));
        }
        self.running = running;
    }

    /// Extends the sighting of the same execution, or begins one. Two executions on one thread differ in their start;
    /// a second of tolerance covers servers that count whole seconds.
    fn note(&mut self, thread: &Thread, now: Instant) -> usize {
        let started = now.checked_sub(thread.time).unwrap_or(now);
        if let Some(place) = self.running.get(&thread.id).copied()
            && let Some(known) = place.checked_sub(self.forgotten).and_then(|index| self.sightings.get_mut(index))
            && known.thread == thread.id
            && started.saturating_duration_since(known.started) < SLOW
        {
            known.time = thread.time;
            known.seen = now;
            return place;
        }
        self.sightings.push_back(Sighting {
            thread: thread.id,
            started,
            seen: now,
            time: thread.time,
            schema: thread.schema.clone(),
            fingerprint: fingerprint(&thread.statement),
            example: thread.statement.clone(),
        });
        self.forgotten + self.sightings.len() - 1
    }

    fn forget(&mut self, now: Instant) {
        while self
            .sightings
            .front()
            .is_some_and(|old| now.saturating_duration_since(old.seen) > WINDOW || self.sightings.len() > CAPACITY)
        {
            self.sightings.pop_front();
            self.forgotten += 1;
        }
    }

    /// The patterns of the window, by total time, costliest first.
    pub fn patterns(&self) -> Vec<SlowPattern> {
        let mut patterns: BTreeMap<(Option<&str>, &str), SlowPattern> = BTreeMap::new();
        for sighting in &self.sightings {
            let key = (sighting.schema.as_deref(), sighting.fingerprint.as_str());
            let fresh = || SlowPattern::new(sighting.schema.clone(), sighting.fingerprint.clone(), sighting.seen);
            patterns.entry(key).or_insert_with(fresh).add(sighting.time, &sighting.example, sighting.seen);
        }
        let mut patterns: Vec<SlowPattern> = patterns.into_values().collect();
        patterns.sort_by_key(|pattern| std::cmp::Reverse(pattern.total));
        patterns
    }
}

impl SlowPattern {
    /// A pattern that has not been counted yet.
    pub fn new(schema: Option<String>, fingerprint: String, at: Instant) -> Self {
        let (total, longest) = (Duration::ZERO, Duration::ZERO);
        Self { schema, fingerprint, example: String::new(), count: 0, total, longest, first_seen: at, last_seen: at }
    }

    /// Counts one execution.
    pub fn add(&mut self, time: Duration, text: &str, at: Instant) {
        self.count += 1;
        self.total += time;
        self.first_seen = self.first_seen.min(at.checked_sub(time).unwrap_or(at));
        self.last_seen = self.last_seen.max(at);
        if time >= self.longest {
            self.longest = time;
            text.clone_into(&mut self.example);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(id: u64, seconds: f64, statement: &str) -> Thread {
        Thread {
            id: ThreadId(id),
            command: "Query".into(),
            time: Duration::from_secs_f64(seconds),
            statement: statement.into(),
            ..Thread::default()
        }
    }

    #[test]
    fn one_execution_is_counted_once_and_two_are_two() {
        let mut watch = SlowWatch::default();
        let start = Instant::now();
        let at = |seconds: u64| start + Duration::from_secs(seconds);
        watch.observe(&[query(1, 0.5, "SELECT 1")], at(1));
        assert!(watch.patterns().is_empty(), "half a second is not slow");
        watch.observe(&[query(1, 1.5, "SELECT 1"), query(2, 9.0, "SELECT 22")], at(2));
        watch.observe(&[query(1, 2.5, "SELECT 1")], at(3));
        watch.observe(&[query(1, 1.2, "SELECT 1")], at(9));
        let patterns = watch.patterns();
        assert_eq!(patterns.len(), 1, "values do not make a pattern");
        assert_eq!(patterns[0].count, 3);
        assert_eq!(patterns[0].longest, Duration::from_secs(9));
        watch.observe(&[], at(3) + WINDOW + WINDOW);
        assert!(watch.patterns().is_empty(), "the window has passed");
    }
}
