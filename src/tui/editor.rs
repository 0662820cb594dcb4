//! A new migration file: its name and databases by the form, its text in an editor, written by the code of the command
//! `create`; and the operator's own editor for a file that is there.
//!
//! Deliberately absent: changing a file that is there in this editor. One that was applied must not be changed at all, and
//! for the others everybody has an editor of their own.

use std::path::PathBuf;

use ratatui::style::Style;
use ratatui_textarea::{Input, Key as Pressed, TextArea};

use super::form::{DATABASES, DESCRIPTION, Form, NAME};
use super::keymap::{self, Action, Context};
use super::list::shown;
use super::model::{Layer, Model, Reader};
use super::msg::{Effect, Key, Question};
use super::screen::migrations::Migrations;
use super::theme::Role;
use crate::job::Access;
use crate::migration::create::{self, Draft};

/// A text that is being written.
#[derive(Debug, Clone)]
pub struct Editor {
    /// The file's name, without `.sql`.
    pub name: String,
    /// The text.
    pub area: TextArea<'static>,
    /// The text as it was in the beginning.
    before: String,
    /// What is in the way, or what is asked.
    pub notice: Option<Notice>,
}

/// What is said below the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// It could not be written: why.
    Failed(String),
    /// Whether the text is to be thrown away.
    Leaving,
}

impl Editor {
    /// The text as it will be written.
    pub fn text(&self) -> String {
        let mut text = self.area.lines().join("\n");
        if !text.ends_with('\n') {
            text.push('\n');
        }
        text
    }
}

/// Asks what the new file is to be called, and for which databases it is.
pub fn draft(model: &mut Model) -> Vec<Effect> {
    if !is_off(model) {
        model.layer = Some(Layer::Form(Form::of_migration(&model.targets)));
    }
    Vec::new()
}

fn is_off(model: &mut Model) -> bool {
    let is_off = model.access == Access::ReadOnly;
    if is_off {
        model.warn("files are not changed: dbdeck is in read-only mode");
    }
    is_off
}

/// Opens the editor on a template.
///
/// # Errors
/// What is wrong with the answers, in a sentence.
pub fn open(model: &mut Model, form: &Form) -> Result<Vec<Effect>, String> {
    let (title, description) = (form.value(NAME), form.value(DESCRIPTION));
    if description.is_empty() {
        return Err("say in a sentence what it is for: it is shown wherever the migration is".to_owned());
    }
    let now = model.now.wall;
    let name = create::file_name(title, now).map_err(|error| error.to_string())?;
    let draft = Draft {
        title: title.to_owned(),
        databases: databases(model, form.value(DATABASES))?,
        description: description.to_owned(),
        author: model.operator.clone(),
        now,
    };
    let before = create::template(&draft);
    let mut area = TextArea::new(before.lines().map(str::to_owned).collect());
    area.set_cursor_line_style(Style::new());
    area.set_line_number_style(model.style(Role::Quiet));
    model.layer = Some(Layer::Editor(Box::new(Editor { name, area, before, notice: None })));
    Ok(Vec::new())
}

/// The databases as a header names them: all of them when none is said.
fn databases(model: &Model, said: &str) -> Result<String, String> {
    let names: Vec<&str> = said.split([' ', ',']).filter(|name| !name.is_empty()).collect();
    let is_known = |name: &str| model.targets.iter().any(|target| target.0 == name);
    match names.iter().find(|name| !is_known(name)) {
        Some(unknown) => Err(format!("there is no database {unknown:?} in the configuration")),
        None if names.is_empty() => Ok("all".to_owned()),
        None => Ok(names.join(", ")),
    }
}

/// A key in the editor.
pub fn typed(model: &mut Model, key: Key) -> Vec<Effect> {
    let Some(Layer::Editor(editor)) = &mut model.layer else { return Vec::new() };
    if editor.notice.take() == Some(Notice::Leaving) {
        if key == Key::Char('y') {
            model.layer = None;
        }
        return Vec::new();
    }
    match keymap::action(&[], Context::Editor, key) {
        Some(Action::Save) => return vec![Effect::Save(editor.name.clone(), editor.text())],
        Some(Action::Back) if editor.text() == editor.before => model.layer = None,
        Some(Action::Back) => editor.notice = Some(Notice::Leaving),
        _ => {
            editor.area.input(input(key));
        }
    }
    Vec::new()
}

fn input(key: Key) -> Input {
    let (key, ctrl) = match key {
        Key::Char(c) => (Pressed::Char(c), false),
        Key::Ctrl(c) => (Pressed::Char(c), true),
        Key::Enter => (Pressed::Enter, false),
        Key::Esc => (Pressed::Esc, false),
        Key::Tab | Key::BackTab => (Pressed::Tab, false),
        Key::Backspace => (Pressed::Backspace, false),
        Key::Up => (Pressed::Up, false),
        Key::Down => (Pressed::Down, false),
        Key::Left => (Pressed::Left, false),
        Key::Right => (Pressed::Right, false),
        Key::PageUp => (Pressed::PageUp, false),
        Key::PageDown => (Pressed::PageDown, false),
        Key::Home => (Pressed::Home, false),
        Key::End => (Pressed::End, false),
    };
    Input { key, ctrl, alt: false, shift: false }
}

/// The file was written, or was not: then the text stays.
pub fn saved(model: &mut Model, saved: Result<PathBuf, String>) {
    match (saved, &mut model.layer) {
        (Ok(path), layer) => {
            layer.take_if(|layer| matches!(layer, Layer::Editor(_)));
            model.say(format!("written: {}", path.display()));
        }
        (Err(sentence), Some(Layer::Editor(editor))) => editor.notice = Some(Notice::Failed(sentence)),
        (Err(sentence), _) => model.warn(sentence),
    }
}

/// The operator's own editor, on the file of the opened migration, else of the selected one.
pub fn elsewhere(model: &mut Model) -> Vec<Effect> {
    if is_off(model) {
        return Vec::new();
    }
    let Some(name) = chosen(model) else {
        model.say("there is no migration to edit; n writes a new one");
        return Vec::new();
    };
    let file = model.shelf.as_ref().and_then(|shelf| shelf.catalogue.find(&name));
    let Some(path) = file.map(|file| file.path.clone()) else {
        model.warn("its file is gone: there is nothing to edit");
        return Vec::new();
    };
    vec![Effect::Edit(path)]
}

/// The list may have been sorted anew since it was opened.
fn chosen(model: &Model) -> Option<String> {
    if let Some(Layer::Reader(Reader { inquiry: Some((Question::Migration(_, name), _)), .. })) = &model.layer {
        return Some(name.clone());
    }
    let shown = shown::<Migrations>(model);
    shown.found.rows.get(shown.place).map(|row| row.entry.name.clone())
}
