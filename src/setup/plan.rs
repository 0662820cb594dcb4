//! From what was chosen and what is there to what is to be done.

use super::answers::Answers;
use super::found::Found;
use super::step::Step;

/// The steps in the order in which they are done, also those that are done already.
pub fn plan(_answers: &Answers, _found: &Found) -> Vec<Step> {
    Vec::new()
}
