//! Small changes to the text of a file: a value is replaced where it stands, a key is added behind its neighbours, a key
//! goes with its line.
//!
//! Places come from the same reader that checks the file; ends of values and of blocks are found in the text. What is
//! found wrongly shows when the text is read back, which the caller does.

use super::yaml::Scalar;
use crate::config::check::SECTIONS;
use crate::config::file::{self, Entry, Node, Value};

/// A text in change.
pub struct Text {
    /// The byte-order mark, when there is one.
    mark: &'static str,
    /// Each with its ending, but perhaps the last.
    lines: Vec<String>,
    /// How lines end.
    ending: &'static str,
}

impl Text {
    /// A text as it is.
    pub fn new(text: &str) -> Self {
        let body = text.strip_prefix(MARK);
        let ending = if text.contains("\r\n") { "\r\n" } else { "\n" };
        let lines = body.unwrap_or(text).split_inclusive('\n').map(str::to_owned).collect();
        Self { mark: body.map_or("", |_| MARK), lines, ending }
    }

    /// The text as it has become.
    pub fn finish(self) -> String {
        self.mark.to_owned() + &self.lines.concat()
    }

    /// The sections that are read here.
    pub fn tree(&self) -> Result<Node, String> {
        let read = file::read(&self.lines.concat(), SECTIONS);
        read.map_err(|error| format!("line {}, column {}: {}", error.at.line, error.at.column, error.sentence))
    }

    /// Whether nothing is said in it.
    pub fn is_bare(&self) -> Result<bool, String> {
        Ok(matches!(self.tree()?.value, Value::Nothing))
    }

    /// Whether there is such a key.
    pub fn has(&self, path: &[&str]) -> Result<bool, String> {
        Ok(find(&self.tree()?, path).is_some())
    }

    /// Gives a key a value, and makes it and the blocks around it where they are not there.
    pub fn set(&mut self, path: &[&str], value: &Scalar) -> Result<(), String> {
        let tree = self.tree()?;
        match find(&tree, path) {
            Some(entry) if value.is_in(&entry.value) => Ok(()),
            Some(entry) => self.replace(path, entry, &value.spelled()),
            None => self.add(&tree, path, &format!(" {}", value.spelled())),
        }
    }

    /// Removes a key with all below it, if it is there.
    pub fn remove(&mut self, path: &[&str]) -> Result<(), String> {
        let tree = self.tree()?;
        let Some(entry) = find(&tree, path) else { return Ok(()) };
        let begin = self.line_of(path, entry)?;
        let end = self.end(begin, Extent::Content);
        self.lines.drain(begin..=end);
        Ok(())
    }

    fn add(&mut self, tree: &Node, path: &[&str], value: &str) -> Result<(), String> {
        let Some((key, block)) = path.split_last() else { return Ok(()) };
        let line = format!("{key}:{value}");
        if block.is_empty() {
            self.append(&line);
            return Ok(());
        }
        let Some(entry) = find(tree, block) else {
            self.add(tree, block, "")?;
            return self.add(&self.tree()?, path, value);
        };
        let begin = self.line_of(block, entry)?;
        let (behind, indent) = match &entry.value.value {
            Value::Nothing => (begin, indent(&self.lines[begin]) + STEP),
            Value::Map(entries) => self.behind_last(block, entries)?,
            _ => return Err(refusal(path)),
        };
        self.insert(behind + 1, &format!("{:indent$}{line}", ""));
        Ok(())
    }

    /// The line behind which an entry is added, and how far it is indented.
    fn behind_last(&self, block: &[&str], entries: &[Entry]) -> Result<(usize, usize), String> {
        let last = entries.last().ok_or_else(|| refusal(block))?;
        let line = self.line_of(block, last)?;
        Ok((self.end(line, Extent::WithComments), indent(&self.lines[line])))
    }

    /// A new section, with an empty line before it.
    fn append(&mut self, line: &str) {
        let at = self.lines.len();
        self.insert(at, line);
        if at > 0 && !self.lines[at - 1].trim().is_empty() && !self.lines[at - 1].starts_with('#') {
            self.insert(at, "");
        }
    }

    fn insert(&mut self, at: usize, line: &str) {
        if let Some(before) = at.checked_sub(1).and_then(|before| self.lines.get_mut(before))
            && !before.ends_with('\n')
        {
            before.push_str(self.ending);
        }
        self.lines.insert(at, format!("{line}{}", self.ending));
    }

    /// Replaces the value on the key's line; what stands behind it, a comment for example, stays.
    fn replace(&mut self, path: &[&str], entry: &Entry, value: &str) -> Result<(), String> {
        if matches!(entry.value.value, Value::Map(_) | Value::List) {
            return Err(refusal(path));
        }
        let at = self.line_of(path, entry)?;
        let line = &self.lines[at];
        let (head, rest) = split_key(line).ok_or_else(|| refusal(path))?;
        let old = old_value(rest).ok_or_else(|| refusal(path))?;
        self.lines[at] = format!("{head} {value}{}", &rest[old..]);
        Ok(())
    }

    /// The line of an entry that begins its line, from 0. One in braces does not.
    fn line_of(&self, path: &[&str], entry: &Entry) -> Result<usize, String> {
        let line = usize::try_from(entry.at.line).ok().and_then(|line| line.checked_sub(1));
        let line = line.filter(|line| *line < self.lines.len()).ok_or_else(|| refusal(path))?;
        let column = u64::try_from(indent(&self.lines[line])).unwrap_or(u64::MAX) + 1;
        if entry.at.column == column { Ok(line) } else { Err(refusal(path)) }
    }

    /// The last line of the entry that begins at a line.
    fn end(&self, begin: usize, extent: Extent) -> usize {
        let own = indent(&self.lines[begin]);
        let mut end = begin;
        for (at, line) in self.lines.iter().enumerate().skip(begin + 1) {
            let (is_blank, is_comment) = (line.trim().is_empty(), line.trim_start().starts_with('#'));
            if !is_blank && !is_comment && indent(line) <= own {
                break;
            }
            let counts = !is_blank && (!is_comment || extent == Extent::WithComments);
            if counts && indent(line) > own {
                end = at;
            }
        }
        end
    }
}

const MARK: &str = "\u{feff}";

/// How far a block is indented in the one around it.
const STEP: usize = 2;

/// What belongs to an entry.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Extent {
    /// Its keys and values.
    Content,
    /// And comments behind them that are indented as they are.
    WithComments,
}

/// The entry at a path of keys.
pub fn find<'n>(tree: &'n Node, path: &[&str]) -> Option<&'n Entry> {
    let (first, rest) = path.split_first()?;
    let Value::Map(entries) = &tree.value else { return None };
    let entry = entries.iter().find(|entry| entry.key == *first)?;
    if rest.is_empty() { Some(entry) } else { find(&entry.value, rest) }
}

fn refusal(path: &[&str]) -> String {
    format!(
        "`{}` is written in a way that cannot be changed safely (in braces, by an alias); change it yourself",
        path.join(".")
    )
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// The key with its colon, and what stands behind it.
fn split_key(line: &str) -> Option<(&str, &str)> {
    let begin = indent(line);
    let after = match line[begin..].chars().next()? {
        quote @ ('"' | '\'') => begin + 1 + line[begin + 1..].find(quote)? + 1,
        _ => begin,
    };
    let colon = after + line[after..].find(':')? + 1;
    Some(line.split_at(colon))
}

/// Where a value that begins behind a colon ends. `None` for what is more than a value on one line.
fn old_value(rest: &str) -> Option<usize> {
    let begin = rest.len() - rest.trim_start_matches([' ', '\t']).len();
    let value = &rest[begin..];
    match value.chars().next() {
        None | Some('\r' | '\n') => Some(0),
        Some('#') => Some(begin.saturating_sub(1)),
        Some('"') => Some(begin + 1 + double_quoted(&value[1..])?),
        Some('\'') => Some(begin + 1 + single_quoted(&value[1..])?),
        Some('&' | '*' | '!' | '|' | '>' | '{' | '[') => None,
        Some(_) => {
            let end = value.find(" #").or_else(|| value.find("\t#")).unwrap_or(value.len());
            Some(begin + value[..end].trim_end().len())
        }
    }
}

fn double_quoted(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            '"' if !escaped => return Some(at + 1),
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    None
}

fn single_quoted(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match (bytes[at], bytes.get(at + 1)) {
            (b'\'', Some(b'\'')) => at += 2,
            (b'\'', _) => return Some(at + 1),
            _ => at += 1,
        }
    }
    None
}
