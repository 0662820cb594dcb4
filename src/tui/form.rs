//! Parameters, asked for one a line. The fields are declarations of a command line: an operation's own, so that a parameter
//! that is added there is asked for here, or those of a new migration file.
//!
//! Deliberately absent: any check of its own. What is filled in is a command line, on which the parser has the say, or goes
//! to whoever writes the file.

use clap::{Arg, ArgAction};

use super::editor;
use super::keymap::{self, Action, Context};
use super::model::{Layer, Model};
use super::msg::{Effect, Key};
use super::order;
use super::screen::Subject;
use crate::op::invocation::parameters;
use crate::op::{OpEntry, Scope};
use crate::units::DatabaseName;

/// A form.
#[derive(Debug, Clone)]
pub struct Form {
    /// What it is for.
    pub purpose: Purpose,
    /// What is asked for.
    pub fields: Vec<Field>,
    /// The field that is being filled in.
    pub focus: usize,
    /// Why it cannot be planned like that.
    pub error: Option<String>,
}

/// What a form is for.
#[derive(Debug, Clone, Copy)]
pub enum Purpose {
    /// An operation.
    Operation(&'static OpEntry),
    /// A new migration file.
    Migration,
}

/// One parameter.
#[derive(Debug, Clone)]
pub struct Field {
    /// Its name.
    pub label: String,
    /// What it means, its default, the values it can have.
    pub help: String,
    /// How it stands on the command line.
    kind: Kind,
    /// What was filled in; of a switch, anything at all means on.
    pub value: String,
    /// Whether nothing can be done without it.
    pub required: bool,
    /// What it is when nothing is filled in.
    default: Option<String>,
}

/// How a parameter stands on the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    /// By its place.
    Place,
    /// By its name and one value.
    Named(String),
    /// By its name, once for each value.
    Several(String),
    /// By its name alone.
    Switch(String),
    /// By its name and one of these.
    OneOf(String, Vec<String>),
}

/// The option that names databases, which every operation has.
const DATABASE: &str = "database";

/// What a new migration file is asked.
pub const NAME: &str = "name";
/// For which databases.
pub const DATABASES: &str = "databases";
/// What for.
pub const DESCRIPTION: &str = "description";

impl Form {
    /// The form of an operation, filled with what is selected.
    pub fn of(entry: &'static OpEntry, subject: &Subject, targets: &[DatabaseName]) -> Self {
        let command = parameters(entry);
        let mut fields = vec![databases(targets)];
        fields.extend(command.get_arguments().filter(|arg| !arg.is_hide_set()).map(Field::of));
        let thread = subject.thread.filter(|_| entry.meta.scope == Scope::Thread).map(|thread| thread.to_string());
        if let (Some(thread), Some(field)) = (thread, fields.iter_mut().find(|field| field.kind == Kind::Place)) {
            field.fill(&thread);
        }
        if let (Some(table), Some(field)) = (&subject.table, fields.iter_mut().find(|field| field.label == "table")) {
            field.fill(table);
        }
        if let Some(database) = &subject.database {
            fields[0].fill(&database.0);
        }
        let focus = fields.iter().position(|field| field.required && field.value.is_empty()).unwrap_or(0);
        Self { purpose: Purpose::Operation(entry), fields, focus, error: None }
    }

    /// The form of a new migration file.
    pub fn of_migration(targets: &[DatabaseName]) -> Self {
        let wanted = |name: &'static str, help: &'static str| Field::of(&Arg::new(name).required(true).help(help));
        let fields = vec![
            wanted(NAME, "What it is called, in a few words; the time and .sql are added."),
            Field { label: DATABASES.to_owned(), ..databases(targets) },
            wanted(DESCRIPTION, "What it is for, in one sentence."),
        ];
        Self { purpose: Purpose::Migration, fields, focus: 0, error: None }
    }

    /// What it is for, as its title.
    pub fn title(&self) -> &'static str {
        match self.purpose {
            Purpose::Operation(entry) => entry.meta.title,
            Purpose::Migration => "new migration",
        }
    }

    /// What was filled in; empty when nothing was, or there is no such field.
    pub fn value(&self, label: &str) -> &str {
        self.fields.iter().find(|field| field.label == label).map_or("", |field| field.value.trim())
    }

    /// The command line it makes; that of a new file is the command `create`.
    pub fn line(&self) -> String {
        let command = match self.purpose {
            Purpose::Operation(entry) => entry.meta.id,
            Purpose::Migration => "create",
        };
        let words = command.split(' ').map(str::to_owned);
        let words: Vec<String> = words.chain(self.fields.iter().flat_map(Field::words)).collect();
        shlex::try_join(words.iter().map(String::as_str)).unwrap_or_else(|_| words.join(" "))
    }
}

fn databases(targets: &[DatabaseName]) -> Field {
    let names: Vec<&str> = targets.iter().map(|name| name.0.as_str()).collect();
    Field {
        label: DATABASE.to_owned(),
        help: format!("Which of {}; several with spaces between them, all when empty.", names.join(", ")),
        kind: Kind::Several(DATABASE.to_owned()),
        value: String::new(),
        required: false,
        default: Some("all".to_owned()),
    }
}

impl Field {
    fn of(arg: &Arg) -> Self {
        let values: Vec<String> = arg.get_possible_values().iter().map(|value| value.get_name().to_owned()).collect();
        let kind = match arg.get_long().map(str::to_owned) {
            None => Kind::Place,
            Some(long) if !arg.get_action().takes_values() => Kind::Switch(long),
            Some(long) if matches!(arg.get_action(), ArgAction::Append) => Kind::Several(long),
            Some(long) if !values.is_empty() => Kind::OneOf(long, values.clone()),
            Some(long) => Kind::Named(long),
        };
        let label = arg.get_long().unwrap_or(arg.get_id().as_str()).to_owned();
        let defaults: Vec<_> = arg.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
        let default = (arg.get_action().takes_values() && !defaults.is_empty()).then(|| defaults.join(" "));
        let (help, required) = (help(arg, &values), arg.is_required_set());
        Self { label, help, kind, value: String::new(), required, default }
    }

    /// What it adds to the command line.
    fn words(&self) -> Vec<String> {
        if self.value.trim().is_empty() {
            return Vec::new();
        }
        match &self.kind {
            Kind::Place => vec![self.value.trim().to_owned()],
            Kind::Switch(long) => vec![format!("--{long}")],
            Kind::Named(long) | Kind::OneOf(long, _) => vec![format!("--{long}={}", self.value)],
            Kind::Several(long) => several(&self.value).iter().map(|value| format!("--{long}={value}")).collect(),
        }
    }

    /// Fills it with one value.
    fn fill(&mut self, value: &str) {
        let quoted = shlex::try_quote(value).map_or_else(|_| value.to_owned(), Into::into);
        self.value = if matches!(self.kind, Kind::Several(_)) { quoted } else { value.to_owned() };
    }

    /// How the value is shown.
    pub fn shown(&self) -> String {
        match (&self.kind, self.value.is_empty()) {
            (Kind::Switch(_), true) => "[ ]".to_owned(),
            (Kind::Switch(_), false) => "[x]".to_owned(),
            _ => self.value.clone(),
        }
    }

    /// What stands in its place while it is empty.
    pub fn placeholder(&self) -> String {
        match (&self.default, self.required, self.value.is_empty()) {
            (Some(default), _, true) => format!("({default})"),
            (None, true, true) => "(wanted)".to_owned(),
            _ => String::new(),
        }
    }

    /// Whether letters go into it.
    pub fn is_text(&self) -> bool {
        !matches!(self.kind, Kind::Switch(_) | Kind::OneOf(..))
    }

    fn take(&mut self, key: Key) {
        match (&self.kind, key) {
            (Kind::Switch(_), Key::Char(_)) => {
                self.value = if self.value.is_empty() { "on".to_owned() } else { String::new() }
            }
            (Kind::OneOf(_, values), Key::Char(' ') | Key::Right) => self.value = after(values, &self.value),
            (_, Key::Backspace) if !self.is_text() => self.value.clear(),
            (_, Key::Backspace) => {
                self.value.pop();
            }
            (_, Key::Ctrl('u')) => self.value.clear(),
            (_, Key::Char(c)) if self.is_text() => self.value.push(c),
            _ => {}
        }
    }
}

/// The values of one line, quoted as in a shell where they have spaces; a quote that is not closed is just a letter.
fn several(line: &str) -> Vec<String> {
    shlex::split(line).unwrap_or_else(|| line.split_whitespace().map(str::to_owned).collect())
}

/// The value after this one; behind the last one comes none.
fn after(values: &[String], value: &str) -> String {
    let place = values.iter().position(|one| one == value).map_or(0, |place| place + 1);
    values.get(place).cloned().unwrap_or_default()
}

fn help(arg: &Arg, values: &[String]) -> String {
    let mut text = arg.get_help().map(ToString::to_string).unwrap_or_default().replace('\n', " ");
    if !values.is_empty() && arg.get_action().takes_values() {
        text += &format!(" ({}: Space goes through them)", values.join(", "));
    }
    text
}

/// A key in the form.
pub fn typed(model: &mut Model, key: Key) -> Vec<Effect> {
    let Some(Layer::Form(form)) = &mut model.layer else { return Vec::new() };
    let fields = form.fields.len().max(1);
    match keymap::action(&[], Context::Form, key) {
        Some(Action::Next) => form.focus = (form.focus + 1) % fields,
        Some(Action::Previous) => form.focus = (form.focus + fields - 1) % fields,
        Some(Action::Back) => model.layer = None,
        Some(Action::Open) => return go_on(model),
        _ => {
            form.error = None;
            if let Some(field) = form.fields.get_mut(form.focus) {
                field.take(key);
            }
        }
    }
    Vec::new()
}

/// Enter: to the plan or the editor, unless something is wrong.
fn go_on(model: &mut Model) -> Vec<Effect> {
    let Some(Layer::Form(form)) = &model.layer else { return Vec::new() };
    let gone_on = match form.purpose {
        Purpose::Operation(_) => order::read(model, &form.line()).map(|wanted| order::plan(model, wanted)),
        Purpose::Migration => editor::open(model, &form.clone()),
    };
    match gone_on {
        Ok(effects) => effects,
        Err(sentence) => {
            if let Some(Layer::Form(form)) = &mut model.layer {
                form.error = Some(sentence);
            }
            Vec::new()
        }
    }
}
