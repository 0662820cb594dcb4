//! `dbdeck setup`: the guide on a full screen. What is asked and done is that of `dbdeck init`.

use anyhow::Context as _;
use std::io::IsTerminal as _;

use super::args::Common;
use super::exit::{Exit, Failure};
use super::init::{begin, recording};
use super::surroundings::Surroundings;
use crate::config::Glyphs;
use crate::op::record::Origin;
use crate::setup::{Flow, look};
use crate::tui::model::Look;
use crate::tui::runtime::guide::{self, Record};
use crate::tui::setup::Ending;
use crate::tui::theme::Palette;

/// Guides from an empty server to a running installation.
///
/// # Errors
/// [`Failure`], with the exit code that says why.
pub(super) async fn run(common: &Common, around: &Surroundings) -> Result<Exit, Failure> {
    if common.read_only {
        let sentence = "setup changes things, and this is read-only: `dbdeck init --dry-run` looks";
        return Err(Failure::Because(Exit::Failed, sentence.to_owned()));
    }
    if common.json || !around.is_terminal || !std::io::stdin().is_terminal() {
        let sentence = "the guide needs a terminal; `dbdeck init` does the same without questions";
        return Err(Failure::Usage(sentence.to_owned()));
    }
    let flow = Flow::new(begin::answers(common, around)?, look::servers());
    let look = Look {
        palette: Palette::of(crate::config::Theme::default(), around.colour(common.color)),
        charset: around.charset(Glyphs::default()),
    };
    let ending = guide::guide(flow, look, recorder(around.clone())).await.context("the guide has ended")?;
    Ok(match ending {
        Ending::Right => Exit::Done,
        Ending::Differs => Exit::Conflict,
        Ending::Flawed => Exit::Attention,
        Ending::Left => Exit::Interrupted,
    })
}

fn recorder(around: Surroundings) -> Box<Record> {
    Box::new(move |answers, plan| {
        let around = around.clone();
        Box::pin(async move {
            let Some(found) = plan.found else { return Ok(None) };
            let record = recording(&answers, &found, &plan.steps, Origin::Console, &around);
            record.await.map_err(|failure| failure.to_string())
        })
    })
}
