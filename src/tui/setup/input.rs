//! The answer that is being given: a line, a password without echo, or one of several words.

use std::fmt;

use crate::setup::flow::{Kind, Question};
use crate::tui::msg::Key;

/// Long enough for any password; typing does not leave copies behind.
const ROOM: usize = 512;

/// An answer that is being given.
#[derive(Default, PartialEq, Eq)]
pub struct Input {
    /// What was typed; of a choice, the word.
    pub text: String,
    manner: Manner,
}

/// How it is given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
enum Manner {
    #[default]
    Line,
    Password,
    OneOf(Vec<String>),
}

impl Input {
    /// For a question, with its present answer; a password begins empty.
    pub fn of(question: &Question) -> Self {
        let (text, manner) = match &question.kind {
            Kind::Text => (question.value.clone(), Manner::Line),
            Kind::Secret => (String::with_capacity(ROOM), Manner::Password),
            Kind::Choice(words) => {
                (question.value.clone(), Manner::OneOf(words.iter().map(|(word, _)| word.clone()).collect()))
            }
        };
        Self { text, manner }
    }

    /// Takes a key; `false` when it is none of an answer.
    pub fn take(&mut self, key: Key) -> bool {
        match (&self.manner, key) {
            (Manner::OneOf(_), Key::Up | Key::Left) => self.turn(|place, length| (place + length - 1) % length),
            (Manner::OneOf(_), Key::Down | Key::Right | Key::Char(' ')) => {
                self.turn(|place, length| (place + 1) % length);
            }
            (Manner::OneOf(words), Key::Char(c)) => {
                if let Some(word) = words.iter().find(|word| word.starts_with(c)) {
                    self.text.clone_from(word);
                }
            }
            (Manner::OneOf(_), _) => return false,
            (_, Key::Char(c)) if self.text.len() + c.len_utf8() <= ROOM => self.text.push(c),
            (_, Key::Backspace) => drop(self.text.pop()),
            (_, Key::Ctrl('u')) => self.text.clear(),
            _ => return false,
        }
        true
    }

    fn turn(&mut self, to: impl Fn(usize, usize) -> usize) {
        let Manner::OneOf(words) = &self.manner else { return };
        let place = words.iter().position(|word| *word == self.text).unwrap_or(0);
        if let Some(word) = words.get(to(place, words.len().max(1))) {
            self.text.clone_from(word);
        }
    }

    /// What is seen of it: of a password only how long it is.
    pub fn shown(&self) -> String {
        match self.manner {
            Manner::Password => "•".repeat(self.text.chars().count()),
            Manner::Line | Manner::OneOf(_) => self.text.clone(),
        }
    }

    /// Whether it is one of several words.
    pub fn is_choice(&self) -> bool {
        matches!(self.manner, Manner::OneOf(_))
    }

    /// Whether it is a password.
    pub fn is_password(&self) -> bool {
        self.manner == Manner::Password
    }
}

impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown())
    }
}
