//! `dbdeck doctor --isolation`: the proof of the setup, on any day.

use super::exit::{Exit, Failure};
use super::init::show;
use super::page::print;
use super::run::Form;
use crate::config::Config;
use crate::setup::proof;

/// Proves it and prints the matrix and what is wrong.
///
/// # Errors
/// When standard output cannot be written; a server that cannot be reached is part of the answer.
pub async fn run(config: &Config, mut form: Form) -> Result<Exit, Failure> {
    let matrix = proof::prove(config).await;
    print(&show::proof(&matrix, &mut form))?;
    Ok(match (matrix.unreachable.is_empty(), matrix.is_right()) {
        (false, _) => Exit::Unreachable,
        (true, true) => Exit::Done,
        (true, false) => Exit::Attention,
    })
}
