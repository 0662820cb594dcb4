//! Who logs in, and where the password comes from: the four ways of saying it, of which one may be used.

use super::Checker;
use super::section::Section;
use crate::config::file::{Entry, Node};
use crate::config::model::Account;
use crate::secret::SecretSource;

/// The keys of an `operator` block.
pub(super) const ACCOUNT: &[&str] = &["user", "password", "password_env", "password_file", "password_command"];

/// The ways to give a password.
const PASSWORDS: &[&str] = &["password", "password_env", "password_file", "password_command"];

impl Checker {
    /// The account of an `operator` block.
    pub(super) fn operator(&mut self, entry: &Entry) -> Option<Account> {
        let from = self.section(entry, "`operator`".to_owned(), ACCOUNT)?;
        self.account(&from)
    }

    /// The account that a block with `user` and a password describes.
    pub(super) fn account(&mut self, from: &Section<'_>) -> Option<Account> {
        let user = self.required(from, "user");
        let secret = self.secret(from);
        Some(Account { user: user?, secret: secret? })
    }

    /// The text of a key that has to be there.
    pub(super) fn required(&mut self, from: &Section<'_>, key: &str) -> Option<String> {
        self.required_node(from, key).and_then(|node| self.text(key, node))
    }

    /// The value of a key that has to be there.
    pub(super) fn required_node<'n>(&mut self, from: &Section<'n>, key: &str) -> Option<&'n Node> {
        let node = from.get(key);
        if node.is_none() {
            self.problem(from.at, format!("{} has no `{key}`; add one", from.title));
        }
        node
    }

    fn secret(&mut self, from: &Section<'_>) -> Option<SecretSource> {
        let mut given = PASSWORDS.iter().filter_map(|key| from.entry(key));
        let Some(first) = given.next() else { return Some(SecretSource::None) };
        let others: Vec<_> = given.collect();
        for other in &others {
            let sentence = format!("`{}` and `{}` both give a password; keep one", first.key, other.key);
            self.problem(other.at.max(first.at), sentence);
        }
        let secret = self.secret_from(&first.key, &first.value);
        if others.is_empty() { secret } else { None }
    }

    fn secret_from(&mut self, key: &str, node: &Node) -> Option<SecretSource> {
        match key {
            "password_env" => self.variable(key, node).map(SecretSource::Env),
            "password_file" => self.file(key, node).map(SecretSource::File),
            "password_command" => self.text(key, node).map(SecretSource::Command),
            _ => self.literal(key, node),
        }
    }

    /// A password in the file; `""` says that there is none.
    fn literal(&mut self, key: &str, node: &Node) -> Option<SecretSource> {
        match super::value::spelled(node) {
            Some("") => Some(SecretSource::None),
            Some(password) => Some(SecretSource::Literal(password.into())),
            None => self.text(key, node).map(|password| SecretSource::Literal(password.into())),
        }
    }

    fn variable(&mut self, key: &str, node: &Node) -> Option<String> {
        let name = self.text(key, node)?;
        let starts_well = name.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '_');
        if starts_well && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_') {
            return Some(name);
        }
        self.problem(node.at, format!("`{key}` takes the name of an environment variable (letters, digits and `_`)"));
        None
    }
}
