//! What a message changes in the guide. No input, no output.

use super::input::Input;
use super::{Effect, Guide, Leaving, Msg, Plan};
use crate::setup::run::Event;
use crate::setup::{Stage, Step, Work};
use crate::tui::keymap::Action;
use crate::tui::msg::Key;
use crate::tui::update::moved;

/// Takes a message in and returns what shall be done.
pub fn update(guide: &mut Guide, msg: Msg) -> Vec<Effect> {
    match msg {
        Msg::Key(key) => return pressed(guide, key),
        Msg::Resized(columns, rows) => guide.size = (columns, rows),
        Msg::Looked(found) => match *found {
            Ok(found) => guide.flow.looked(found),
            Err(sentence) if guide.flow.working() == Some(Work::Look) => guide.flow.failed(sentence),
            Err(_) => {}
        },
        Msg::Happened(event) => return happened(guide, event),
        Msg::Failed(sentence) => guide.flow.failed(sentence),
        Msg::Proved(matrix) => guide.flow.proved(matrix),
    }
    Vec::new()
}

/// A run that has ended well is proved.
fn happened(guide: &mut Guide, event: Event) -> Vec<Effect> {
    let ended = match &event {
        Event::Ended(result) => Some(result.is_ok()),
        _ => None,
    };
    guide.flow.happened(event);
    match ended {
        Some(_) if guide.leaving == Leaving::AfterStep => vec![Effect::Quit],
        Some(true) => go_on(guide),
        _ => Vec::new(),
    }
}

fn pressed(guide: &mut Guide, key: Key) -> Vec<Effect> {
    match (guide.leaving, key) {
        (_, Key::Ctrl('l')) => return vec![Effect::Repaint],
        (Leaving::Asked, key) => return leave(guide, key),
        (Leaving::No, Key::Ctrl('c' | 'q')) => {
            guide.leaving = Leaving::Asked;
            return Vec::new();
        }
        _ => {}
    }
    if guide.flow.questions().is_empty() { look_on(guide, key) } else { answer(guide, key) }
}

/// The answer to whether to leave.
fn leave(guide: &mut Guide, key: Key) -> Vec<Effect> {
    guide.leaving = Leaving::No;
    match key {
        Key::Char('y') if guide.is_running() => {
            guide.leaving = Leaving::AfterStep;
            vec![Effect::Stop]
        }
        Key::Char('y') => vec![Effect::Quit],
        _ => Vec::new(),
    }
}

/// A key where something is asked.
fn answer(guide: &mut Guide, key: Key) -> Vec<Effect> {
    if guide.input.take(key) {
        return Vec::new();
    }
    match key {
        Key::Enter | Key::PageDown | Key::Tab | Key::Down => return forward(guide, key),
        Key::BackTab | Key::Up => guide.refocus(guide.focus.saturating_sub(1)),
        Key::Esc if guide.focus > 0 => guide.refocus(guide.focus - 1),
        Key::Esc => return back(guide),
        _ => {}
    }
    Vec::new()
}

/// To the next question, or out of the stage, if the answer is one.
fn forward(guide: &mut Guide, key: Key) -> Vec<Effect> {
    if !taken(guide) {
        return Vec::new();
    }
    if key == Key::PageDown || key == Key::Enter && is_last(guide) {
        return go_on(guide);
    }
    guide.refocus(guide.focus + 1);
    Vec::new()
}

/// An answer may have added questions.
fn is_last(guide: &Guide) -> bool {
    guide.focus + 1 >= guide.flow.questions().len()
}

/// Whether the answer was taken; what is wrong with it is with the question. What is as it was is not an answer anew.
fn taken(guide: &mut Guide) -> bool {
    guide.hindrance = None;
    let Some(question) = guide.question() else { return true };
    let input = std::mem::take(&mut guide.input);
    if input.is_password() {
        guide.flow.type_secret(&question.key, input.text.into());
        return true;
    }
    let is_unchanged = question.mistake.is_none() && input.text == question.value;
    let is_taken = is_unchanged || guide.flow.set(&question.key, &input.text).is_ok();
    guide.input = if is_taken { guide.question().as_ref().map(Input::of).unwrap_or_default() } else { input };
    is_taken
}

/// To the next stage; where an answer is in the way, to its question.
fn go_on(guide: &mut Guide) -> Vec<Effect> {
    guide.hindrance = None;
    match guide.flow.next() {
        Ok(work) => {
            guide.refocus(0);
            work.map(|work| order(guide, work)).into_iter().collect()
        }
        Err(sentence) => {
            let wrong = guide.flow.questions().iter().position(|question| question.mistake.is_some());
            match wrong {
                Some(place) => guide.refocus(place),
                None if guide.flow.trouble().is_none() => guide.hindrance = Some(sentence),
                None => {}
            }
            Vec::new()
        }
    }
}

fn order(guide: &Guide, work: Work) -> Effect {
    let plan = Plan { found: guide.flow.found().cloned(), steps: guide.flow.steps().to_vec() };
    Effect::Work(work, Box::new(guide.flow.answers().clone()), Box::new(plan))
}

/// A stage back; at the beginning, out.
fn back(guide: &mut Guide) -> Vec<Effect> {
    guide.hindrance = None;
    let is_abandoned = guide.flow.working().is_some();
    if guide.flow.back() {
        guide.refocus(0);
        return is_abandoned.then_some(Effect::Abandon).into_iter().collect();
    }
    guide.leaving = Leaving::Asked;
    Vec::new()
}

/// A key where nothing is asked.
fn look_on(guide: &mut Guide, key: Key) -> Vec<Effect> {
    let stage = guide.flow.stage();
    let is_idle = guide.flow.working().is_none();
    let has_trouble = guide.flow.trouble().is_some();
    match key {
        Key::Char('r') if is_idle && (has_trouble || guide.hindrance.is_some()) => {
            guide.hindrance = None;
            return guide.flow.again().map(|work| order(guide, work)).into_iter().collect();
        }
        Key::Enter if is_idle && !has_trouble && stage == Stage::Done => return vec![Effect::Quit],
        Key::Enter if is_idle && !has_trouble && (stage != Stage::Review || !is_due(guide)) => return go_on(guide),
        Key::Char('y') if is_idle && stage == Stage::Review => return go_on(guide),
        Key::Esc => return back(guide),
        Key::Char('q') => guide.leaving = Leaving::Asked,
        key => scroll(guide, key),
    }
    Vec::new()
}

/// Whether anything is to be done.
pub fn is_due(guide: &Guide) -> bool {
    guide.flow.steps().iter().any(Step::is_due)
}

fn scroll(guide: &mut Guide, key: Key) {
    let (rows, length) = super::view::extent(guide);
    let action = match key {
        Key::Up | Key::Char('k') => Action::Up,
        Key::Down | Key::Char('j') => Action::Down,
        Key::PageUp | Key::Ctrl('b') => Action::PageUp,
        Key::PageDown | Key::Ctrl('f') | Key::Char(' ') => Action::PageDown,
        Key::Home | Key::Char('g') => Action::Top,
        Key::End | Key::Char('G') => Action::Bottom,
        _ => return,
    };
    guide.scroll = moved(guide.scroll, action, rows.saturating_sub(1).max(1), length.saturating_sub(rows) + 1);
}
