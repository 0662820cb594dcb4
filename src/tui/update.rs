//! What a message changes. No input, no output: effects are returned for the runtime to carry out.

use super::keymap::{self, Action, Context};
use super::model::{Layer, ListState, Model, Reader, Stays};
use super::msg::{Answer, Effect, Key, Msg, Question, Turn};
use super::screen::{SCREENS, overview};
use super::view::{help, reader, text_room};
use super::{commands, dialog, editor, form, jobs, leave, migrations, order};
use crate::advise::Facts;
use crate::clock::Moment;
use crate::sample::Picture;

/// How many lines the wheel moves.
const WHEEL: usize = 3;

/// Takes a message in and returns what shall be done.
pub fn update(model: &mut Model, msg: Msg) -> Vec<Effect> {
    match msg {
        Msg::Tick(now) => return tick(model, now),
        Msg::Sampled(now, picture) => sampled(model, now, picture),
        Msg::Resized(columns, rows) => model.size = (columns, rows),
        Msg::Answered(question, answer) => answered(model, &question, answer),
        Msg::Saved(saved) => editor::saved(model, saved),
        Msg::Edited(sentence) => model.warn(sentence),
        Msg::Shelved(shelf) => migrations::shelved(model, shelf),
        Msg::Jobs(own) => {
            let effects = jobs::changed(model, own);
            migrations::follow(model);
            return effects.into_iter().chain(leave::follow(model)).collect();
        }
        Msg::Recorded(record) => return jobs::recorded(model, record),
        Msg::Planned(line, place, plan) => return order::planning::planned(model, &line, place, plan),
        Msg::Refused(why) => model.warn(why),
        Msg::Key(key) => return pressed(model, key),
        Msg::Scrolled(turn) => return scrolled(model, turn),
        Msg::TabClicked(column) => return clicked(model, column),
    }
    Vec::new()
}

fn tick(model: &mut Model, now: Moment) -> Vec<Effect> {
    model.now = now;
    let is_old = |at: Moment| now.since(at.instant).as_secs() >= 5;
    model.said.take_if(|said| said.stays == Stays::Moments && is_old(said.at));
    advise(model);
    leave::follow(model)
}

fn sampled(model: &mut Model, now: Moment, picture: Picture) {
    (model.now, model.picture) = (now, picture);
    advise(model);
}

fn advise(model: &mut Model) {
    let (picture, thresholds, warnings) = (&model.picture, &model.thresholds, &model.warnings);
    let facts = Facts { picture, thresholds, warnings, now: model.now };
    model.board.update(&facts);
}

/// An answer to something that has been closed meanwhile is dropped.
fn answered(model: &mut Model, question: &Question, answer: Result<Answer, String>) {
    if let Some(Layer::Reader(Reader { inquiry: Some((asked, slot)), .. })) = &mut model.layer
        && asked == question
    {
        *slot = Some(answer);
    }
}

fn pressed(model: &mut Model, key: Key) -> Vec<Effect> {
    model.said.take_if(|said| said.stays == Stays::UntilKey);
    match model.layer {
        Some(Layer::Commands { .. }) => return commands::typed(model, key),
        Some(Layer::Dialog(_)) => return dialog::typed(model, key),
        Some(Layer::Form(_)) => return form::typed(model, key),
        Some(Layer::Editor(_)) => return editor::typed(model, key),
        _ => {}
    }
    if model.layer.is_none() && model.list().typing {
        type_filter(model.list_mut(), key);
        return Vec::new();
    }
    keymap::action(model.table.ops, context(model), key).map_or_else(Vec::new, |action| act(model, action))
}

/// Where the operator is, as the key table sees it.
pub fn context(model: &Model) -> Context {
    match model.layer {
        Some(Layer::Dialog(_)) => Context::Dialog,
        Some(Layer::Form(_)) => Context::Form,
        Some(Layer::Editor(_)) => Context::Editor,
        Some(Layer::Reader(Reader { inquiry: Some((Question::Migration(..), _)), .. })) => Context::Migration,
        Some(_) => Context::Reader,
        None => SCREENS[model.screen].context(),
    }
}

fn type_filter(list: &mut ListState, key: Key) {
    match key {
        Key::Enter => list.typing = false,
        Key::Esc | Key::Ctrl('c') => {
            list.typing = false;
            list.filter.clear();
        }
        Key::Backspace => {
            list.filter.pop();
        }
        Key::Ctrl('u') => list.filter.clear(),
        Key::Char(c) => list.filter.push(c),
        _ => {}
    }
}

/// Does what an action means; the palette enters here too.
pub fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    match action {
        Action::Quit => return leave::quit(model),
        Action::Repaint => return vec![Effect::Repaint],
        Action::Screen(place) => return go(model, place),
        Action::Back => return back(model),
        Action::Help => model.layer = Some(Layer::Help { scroll: 0 }),
        Action::Palette => model.layer = Some(Layer::Commands { query: String::new(), place: 0 }),
        Action::Operate(place) => return order::by_key(model, place),
        Action::Fill(place) => return order::by_name(model, place),
        Action::New => return editor::draft(model),
        Action::Edit => return editor::elsewhere(model),
        Action::Stop | Action::Rest | Action::Again => return jobs::keys::act(model, action),
        action if model.layer.is_some() => return act_on_layer(model, action),
        action => return SCREENS[model.screen].act(action, model),
    }
    Vec::new()
}

/// Shows another screen and says what is looked at from now on.
pub fn go(model: &mut Model, place: usize) -> Vec<Effect> {
    model.layer = None;
    model.screen = place.min(SCREENS.len() - 1);
    vec![Effect::Watch(SCREENS[model.screen].interest())]
}

fn back(model: &mut Model) -> Vec<Effect> {
    if model.layer.take().is_some() {
        return Vec::new();
    }
    let list = model.list_mut();
    if !list.filter.is_empty() {
        list.filter.clear();
        return Vec::new();
    }
    go(model, 0)
}

fn act_on_layer(model: &mut Model, action: Action) -> Vec<Effect> {
    if let Some(Layer::Dialog(open)) = &mut model.layer {
        dialog::scroll(open, action, model.size);
        return Vec::new();
    }
    let (columns, rows) = text_room(model.size);
    let length = match &model.layer {
        Some(Layer::Help { .. }) => help::length(model, columns),
        Some(Layer::Reader(reader)) => reader::length(reader, columns),
        _ => 0,
    };
    let (page, last) = (rows.saturating_sub(1).max(1), length.saturating_sub(rows));
    let Some(Layer::Help { scroll } | Layer::Reader(Reader { scroll, .. })) = &mut model.layer else {
        return Vec::new();
    };
    match action {
        Action::Copy => return copy_layer(model),
        action => *scroll = moved(*scroll, action, page, last + 1),
    }
    Vec::new()
}

fn copy_layer(model: &mut Model) -> Vec<Effect> {
    let Some(Layer::Reader(open)) = &model.layer else { return Vec::new() };
    let text = reader::text(open);
    model.say("copied");
    vec![Effect::Copy(text)]
}

/// A place in a list of that length after a movement.
pub fn moved(place: usize, action: Action, page: usize, length: usize) -> usize {
    let target = match action {
        Action::Up => place.saturating_sub(1),
        Action::Down => place + 1,
        Action::PageUp => place.saturating_sub(page),
        Action::PageDown => place + page,
        Action::Top => 0,
        Action::Bottom => length,
        _ => place,
    };
    target.min(length.saturating_sub(1))
}

fn scrolled(model: &mut Model, turn: Turn) -> Vec<Effect> {
    let action = match turn {
        Turn::Up => Action::Up,
        Turn::Down => Action::Down,
    };
    (0..WHEEL).flat_map(|_| act(model, action)).collect()
}

/// A question is answered or left by a key before anything else is looked at.
fn clicked(model: &mut Model, column: u16) -> Vec<Effect> {
    if !context(model).leads_away() {
        return Vec::new();
    }
    super::view::tab_at(model, column).map_or_else(Vec::new, |place| go(model, place))
}

/// Opens one thing in full, and asks about it what is not known yet.
pub fn open(model: &mut Model, reader: Reader) -> Vec<Effect> {
    let unanswered = reader.inquiry.as_ref().filter(|(_, answer)| answer.is_none());
    let question = unanswered.map(|(question, _)| question.clone());
    model.layer = Some(Layer::Reader(reader));
    question.map(Effect::Inquire).into_iter().collect()
}

/// Moves to the tables of a database: what Enter does on a pane.
pub fn show_tables(model: &mut Model, database: &crate::units::DatabaseName) -> Vec<Effect> {
    let Some(place) = SCREENS.iter().position(|screen| screen.title() == overview::DRILL_DOWN) else {
        return Vec::new();
    };
    model.lists[place].filter.clone_from(&database.0);
    go(model, place)
}
