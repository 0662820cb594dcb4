//! `retention`: the policies, each with its table; without the section those of the service.
//!
//! A condition is the operator's own SQL and goes into statements as it is: what would end a statement or hide the rest
//! of one is refused here, what the server thinks of it is said by a dry run.

use std::time::Duration;

use super::Checker;
use super::section::Section;
use super::value::spelled;
use super::worker::BATCH;
use crate::config::file::{Entry, Value};
use crate::config::model::Target;
use crate::config::retention::{Child, Policy, of_the_service};

pub(super) const POLICY: &[&str] =
    &["database", "table", "time", "keep", "condition", "children", "archive", "batch_target", "files"];

pub(super) const CHILD: &[&str] = &["column", "parent", "files"];

/// The column that a child refers to when nothing is said.
const PARENT: &str = "id";

impl Checker {
    /// The policies in the order of the file.
    pub(super) fn retention(&mut self, entry: Option<&Entry>, targets: &[Target], known: &[&str]) -> Vec<Policy> {
        let Some(entry) = entry else { return of_the_service(targets) };
        let entries = match &entry.value.value {
            Value::Map(entries) => entries.as_slice(),
            Value::Nothing => {
                self.problem(
                    entry.at,
                    "`retention` is empty; write `{}` for no policy, or remove it for the service's own",
                );
                &[]
            }
            _ => {
                self.problem(entry.value.at, "`retention` is not a block of policies; write their names below it");
                &[]
            }
        };
        let mut policies = Vec::new();
        for (index, entry) in entries.iter().enumerate() {
            policies.extend(self.policy(&entries[..index], entry, known));
        }
        policies
    }

    fn policy(&mut self, before: &[Entry], entry: &Entry, known: &[&str]) -> Option<Policy> {
        let from = self.named(before, entry, "policy", POLICY)?;
        let database = self.required_node(&from, "database").and_then(|node| self.configured("database", node, known));
        let (table, time) = (self.required(&from, "table"), self.required(&from, "time"));
        let keep = self.keep(&from);
        let mut archive = false;
        self.set_flag(&from, "archive", &mut archive);
        let mut batch = Duration::ZERO;
        self.set_span(&from, "batch_target", &mut batch, BATCH);
        let (condition, children) = (self.condition(&from), self.children(&from));
        Some(Policy {
            name: entry.key.clone(),
            database: database?,
            table: table?,
            time: time?,
            keep: keep?,
            condition,
            children,
            archive,
            batch_target: (!batch.is_zero()).then_some(batch),
            files: self.optional(&from, "files"),
        })
    }

    /// 0 suits a column that says when a row ends, as `expires_at` does.
    fn keep(&mut self, from: &Section<'_>) -> Option<Duration> {
        let node = self.required_node(from, "keep")?;
        if spelled(node) == Some("0") { Some(Duration::ZERO) } else { self.age("keep", node) }
    }

    fn children(&mut self, from: &Section<'_>) -> Vec<Child> {
        let Some(entry) = from.entry("children") else { return Vec::new() };
        let Value::Map(entries) = &entry.value.value else {
            self.problem(entry.value.at, "`children` is not a block; write the names of tables below it");
            return Vec::new();
        };
        let mut children = Vec::new();
        for (index, entry) in entries.iter().enumerate() {
            children.extend(self.child(&entries[..index], entry));
        }
        children
    }

    fn child(&mut self, before: &[Entry], entry: &Entry) -> Option<Child> {
        let from = self.named(before, entry, "child", CHILD)?;
        let column = self.required(&from, "column");
        let parent = self.optional(&from, "parent").unwrap_or_else(|| PARENT.to_owned());
        Some(Child { table: entry.key.clone(), column: column?, parent, files: self.optional(&from, "files") })
    }

    fn optional(&mut self, from: &Section<'_>, key: &str) -> Option<String> {
        self.text(key, from.get(key)?)
    }

    fn condition(&mut self, from: &Section<'_>) -> Option<String> {
        let node = from.get("condition")?;
        let condition = self.text("condition", node)?;
        if let Some(wrong) = wrong_in(&condition) {
            self.problem(node.at, format!("`condition` {wrong}; it takes one expression of SQL"));
        }
        Some(condition)
    }
}

/// What keeps a text from being one expression that ends where it ends. A backslash does: whether it keeps a string
/// open is up to the server's `sql_mode`.
fn wrong_in(condition: &str) -> Option<&'static str> {
    let (mut depth, mut quote, mut chars) = (0_i32, None, condition.chars().peekable());
    while let Some(c) = chars.next() {
        match (quote, c, chars.peek()) {
            (_, '\\', _) => return Some("contains a backslash"),
            (Some(open), c, _) if open == c => quote = None,
            (Some(_), ..) => {}
            (None, '\'' | '"' | '`', _) => quote = Some(c),
            (None, ';', _) => return Some("contains a `;`"),
            (None, '#', _) | (None, '-', Some('-')) | (None, '/', Some('*')) => return Some("contains a comment"),
            (None, '(', _) => depth += 1,
            (None, ')', _) => depth -= 1,
            _ => {}
        }
        if depth < 0 {
            return Some("closes a bracket that it did not open");
        }
    }
    match (depth, quote) {
        (0, None) => None,
        (_, Some(_)) => Some("does not close a quote"),
        _ => Some("does not close a bracket"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_is_one_expression() {
        let check = |condition, wrong: Option<&str>| {
            let found = wrong_in(condition);
            assert_eq!(found.is_some(), wrong.is_some(), "{condition}: {found:?}");
            assert!(wrong.is_none_or(|wrong| found.unwrap_or_default().contains(wrong)), "{condition}: {found:?}");
        };
        check("status IN ('completed', 'failed')", None);
        check("note = 'it''s; a -- # /* thing' AND (a - -1 > `b;`)", None);
        check("1=1); DROP TABLE x; --", Some("closes a bracket"));
        check("1=1; DROP TABLE x", Some("`;`"));
        check("1=1 -- no", Some("comment"));
        check("a = 'open", Some("quote"));
        check("a = '\\' OR 1=1 -- '", Some("backslash"));
        check("(a = 1", Some("bracket"));
    }
}
