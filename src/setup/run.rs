//! Doing what was planned, one step at a time.

use super::flow::Progress;
use super::step::Step;
use crate::secret::SecretString;

/// What happens meanwhile.
#[derive(Debug, Clone)]
pub enum Event {
    /// The steps as they stand now; all that follows counts in them.
    Planned(Vec<Step>),
    /// A step has come this far.
    Step {
        /// Its place in the plan, from 0.
        index: usize,
        /// How far.
        progress: Progress,
    },
    /// A password that is shown now and kept nowhere; told before it is used.
    ShownOnce {
        /// Whose.
        name: String,
        /// The password.
        password: SecretString,
    },
    /// It is over: well, or for this reason.
    Ended(Result<(), String>),
}
