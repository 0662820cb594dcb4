//! Single values: each reader returns the value, or reports at its place what it should have been.

use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::Checker;
use super::section::{Section, listed};
use crate::config::file::{Entry, Node, Value};
use crate::config::model::{Environment, Glyphs, Theme, TlsMode};
use crate::config::span;
use crate::config::suggest::nearest;
use crate::units::Span;

/// A value that is one of a few words.
pub(super) trait Choice: Copy + Default + 'static {
    /// What it is called in sentences.
    const WHAT: &'static str;
    /// Its words and what they stand for.
    const WORDS: &'static [(&'static str, Self)];
}

impl Choice for Environment {
    const WHAT: &'static str = "environment";
    const WORDS: &'static [(&'static str, Self)] =
        &[("development", Self::Development), ("staging", Self::Staging), ("production", Self::Production)];
}

impl Choice for TlsMode {
    const WHAT: &'static str = "tls mode";
    const WORDS: &'static [(&'static str, Self)] = &[
        ("disabled", Self::Disabled),
        ("preferred", Self::Preferred),
        ("required", Self::Required),
        ("verify_ca", Self::VerifyCa),
        ("verify_identity", Self::VerifyIdentity),
    ];
}

impl Choice for Theme {
    const WHAT: &'static str = "theme";
    const WORDS: &'static [(&'static str, Self)] = &[("dark", Self::Dark), ("light", Self::Light)];
}

impl Choice for Glyphs {
    const WHAT: &'static str = "set of glyphs";
    const WORDS: &'static [(&'static str, Self)] =
        &[("auto", Self::Auto), ("unicode", Self::Unicode), ("ascii", Self::Ascii)];
}

impl Checker {
    /// Text that is not empty; a number or a yes is taken as it is spelled.
    pub(super) fn text(&mut self, key: &str, node: &Node) -> Option<String> {
        let problem = match spelled(node).map(|text| text.strip_suffix('\n').unwrap_or(text)) {
            Some(text) if text.trim().is_empty() => format!("`{key}` is empty; write a value or remove the key"),
            Some(text) if text.chars().any(char::is_control) => {
                format!("`{key}` contains a control character or a line break; remove it")
            }
            Some(text) => return Some(text.to_owned()),
            None if matches!(node.value, Value::Nothing) => {
                format!("`{key}` is empty; write a value (in quotes if it begins with `#`) or remove the key")
            }
            None => {
                format!("`{key}` takes a text, and this is a list or a block; put it in quotes if it is meant as text")
            }
        };
        self.problem(node.at, problem);
        None
    }

    /// A whole number within `range`.
    pub(super) fn count(&mut self, key: &str, node: &Node, range: RangeInclusive<u32>) -> Option<u32> {
        let number = match &node.value {
            Value::Number(spelling) => spelling.parse().ok().filter(|number| range.contains(number)),
            _ => None,
        };
        if number.is_none() {
            let (least, most) = range.into_inner();
            self.problem(node.at, format!("`{key}` must be a whole number from {least} to {most}{}", unquoted(node)));
        }
        number
    }

    /// The file that `node` names, relative to the configuration's directory, if it can be read.
    pub(super) fn file(&mut self, key: &str, node: &Node) -> Option<PathBuf> {
        let written = self.text(key, node)?;
        let path = self.path.parent().map_or_else(|| PathBuf::from(&written), |directory| directory.join(&written));
        match unreadable(&path) {
            None => Some(path),
            Some(reason) => {
                self.problem(node.at, format!("`{key}` names a file that {reason}"));
                None
            }
        }
    }

    /// One of a few words.
    pub(super) fn choice<C: Choice>(&mut self, node: &Node) -> Option<C> {
        let word = spelled(node).unwrap_or_default().trim();
        let found = C::WORDS.iter().find(|(name, _)| *name == word).map(|(_, choice)| *choice);
        if found.is_none() {
            let words: Vec<_> = C::WORDS.iter().map(|(name, _)| *name).collect();
            let meant = nearest(word, &words).map(|meant| format!("; did you mean `{meant}`?")).unwrap_or_default();
            self.problem(node.at, format!("this is no {}; there are {}{meant}", C::WHAT, listed(&words)));
        }
        found
    }

    /// One of a few words at the top level, else the default.
    pub(super) fn choice_or_default<C: Choice>(&mut self, entry: Option<&Entry>) -> C {
        entry.and_then(|entry| self.choice(&entry.value)).unwrap_or_default()
    }

    /// Replaces `value` by what the section says, if it says something.
    pub(super) fn set_choice<C: Choice>(&mut self, section: &Section<'_>, key: &str, value: &mut C) {
        if let Some(choice) = section.get(key).and_then(|node| self.choice(node)) {
            *value = choice;
        }
    }

    /// Replaces `value` by the section's true or false.
    pub(super) fn set_flag(&mut self, section: &Section<'_>, key: &str, value: &mut bool) {
        match section.get(key).map(|node| (node.at, &node.value)) {
            None => {}
            Some((_, Value::Flag(set, _))) => *value = *set,
            Some((at, _)) => self.problem(at, format!("`{key}` must be true or false, without quotes")),
        }
    }

    /// Replaces `value` by the section's count.
    pub(super) fn set_count(&mut self, section: &Section<'_>, key: &str, value: &mut u32, range: RangeInclusive<u32>) {
        if let Some(number) = section.get(key).and_then(|node| self.count(key, node, range)) {
            *value = number;
        }
    }

    /// Replaces `value` by the section's percentage, above 0 and not above `most`.
    pub(super) fn set_percent(&mut self, section: &Section<'_>, key: &str, value: &mut f64, most: f64) {
        let Some(node) = section.get(key) else { return };
        let percent = match &node.value {
            Value::Number(spelling) => spelling.parse().ok().filter(|percent| *percent > 0.0 && *percent <= most),
            _ => None,
        };
        match percent {
            Some(percent) => *value = percent,
            None => {
                self.problem(node.at, format!("`{key}` must be a percentage above 0 and up to {most}, without `%`"));
            }
        }
    }

    /// How old something becomes before it is removed, at least an hour. Its unit has to be written: where seconds or
    /// minutes are read and days or months were meant, nearly everything goes.
    pub(super) fn age(&mut self, key: &str, node: &Node) -> Option<Duration> {
        let with_unit = spelled(node).filter(|text| text.trim_end().ends_with(char::is_alphabetic));
        let read = with_unit.and_then(span::parse).filter(|age| AGES.contains(age));
        if read.is_none() {
            let (least, most) = (Span(*AGES.start()), Span(*AGES.end()));
            let sentence = format!("`{key}` must be a span with its unit, such as 30d or 24h, from {least} to {most}");
            self.problem(node.at, sentence);
        }
        read
    }

    /// Replaces `value` by the section's span of time within `range`.
    pub(super) fn set_span(
        &mut self,
        section: &Section<'_>,
        key: &str,
        value: &mut Duration,
        range: RangeInclusive<Duration>,
    ) {
        let Some(node) = section.get(key) else { return };
        let (least, most) = (Span(*range.start()), Span(*range.end()));
        match spelled(node).and_then(span::parse) {
            Some(read) if range.contains(&read) => *value = read,
            Some(_) => self.problem(node.at, format!("`{key}` must be from {least} to {most}")),
            None => self.problem(node.at, format!("`{key}` must be seconds or a span such as 500ms, 30s, 5 min or 1h")),
        }
    }
}

/// How old something may become: an hour to a hundred years.
const AGES: RangeInclusive<Duration> = Duration::from_hours(1)..=Duration::from_hours(24 * 36_500);

/// The characters of a single value.
pub(super) fn spelled(node: &Node) -> Option<&str> {
    match &node.value {
        Value::Text(text) | Value::Number(text) | Value::Flag(_, text) => Some(text),
        Value::Nothing | Value::List | Value::Map(_) => None,
    }
}

/// A word of help for a number in quotes.
fn unquoted(node: &Node) -> &'static str {
    match &node.value {
        Value::Text(text) if text.trim().parse::<i64>().is_ok() => ", without quotes",
        _ => "",
    }
}

/// Why a file cannot be read. Pipes are not opened: that could wait for ever and takes their content away.
fn unreadable(path: &Path) -> Option<String> {
    use std::io::ErrorKind;
    let opened = std::fs::metadata(path).and_then(|about| {
        if about.is_file() {
            std::fs::File::open(path)?;
        }
        Ok(about)
    });
    match opened {
        Ok(about) if about.is_dir() => Some("is a directory".to_owned()),
        Ok(_) => None,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            Some("does not exist (a relative path begins at this file's directory, and `~` is not expanded)".to_owned())
        }
        Err(error) if error.kind() == ErrorKind::PermissionDenied => {
            Some("this user may not read; run dbdeck as its owner or change its mode".to_owned())
        }
        Err(error) => Some(format!("cannot be read: {}", error.kind())),
    }
}
