//! Reads a statement word by word, past comments, white space and the marks of executable comments.

use super::{Class, Object};
use crate::server::script::Options;
use crate::server::script::scan::{self, Kind as Kind_, Token};

/// A place in a statement.
#[derive(Clone)]
pub(super) struct Reader<'a> {
    sql: &'a str,
    options: Options,
    at: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(sql: &'a str, options: Options) -> Self {
        Self { sql, options, at: 0 }
    }

    /// The byte behind what was read.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// The byte where the next token begins.
    pub(super) fn next_at(&self) -> usize {
        self.peek().map_or(self.at, |token| token.start)
    }

    /// What was not read yet.
    pub(super) fn rest(&self) -> &'a str {
        &self.sql[self.at..]
    }

    /// The next token, without taking it.
    fn peek(&self) -> Option<Token> {
        let mut at = self.at;
        while at < self.sql.len() {
            let token = scan::next(self.sql, at, true, self.options).unwrap_or_else(|(token, _)| token);
            match token.kind {
                Kind_::Space | Kind_::Comment | Kind_::OpenExecutable | Kind_::CloseExecutable => at = token.end,
                _ => return Some(token),
            }
        }
        None
    }

    fn text(&self, token: Token) -> &'a str {
        &self.sql[token.start..token.end]
    }

    /// Takes the next token, whatever it is.
    pub(super) fn token(&mut self) -> Option<(Kind_, &'a str)> {
        let token = self.peek()?;
        self.at = token.end;
        Some((token.kind, self.text(token)))
    }

    /// Takes the next word, in capitals; nothing when it is none.
    pub(super) fn word(&mut self) -> Option<String> {
        let token = self.peek().filter(|token| token.kind == Kind_::Word)?;
        self.at = token.end;
        Some(self.text(token).to_ascii_uppercase())
    }

    /// Takes these words where they come next, all of them or none.
    pub(super) fn skip_words(&mut self, words: &[&str]) -> bool {
        let begin = self.at;
        for word in words {
            if self.word().as_deref() != Some(word) {
                self.at = begin;
                return false;
            }
        }
        true
    }

    /// Takes a mark where it comes next.
    pub(super) fn skip_mark(&mut self, mark: u8) -> bool {
        let found = self.peek().filter(|token| token.kind == Kind_::Mark && self.sql.as_bytes()[token.start] == mark);
        if let Some(token) = found {
            self.at = token.end;
        }
        found.is_some()
    }

    /// Whether a word comes later, outside of parentheses.
    pub(super) fn has(&self, word: &str) -> bool {
        let mut reader = self.clone();
        let mut depth = 0_usize;
        while let Some((kind, text)) = reader.token() {
            match (kind, text) {
                (Kind_::Mark, "(") => depth += 1,
                (Kind_::Mark, ")") => depth = depth.saturating_sub(1),
                (Kind_::Word, text) if depth == 0 && text.eq_ignore_ascii_case(word) => return true,
                _ => {}
            }
        }
        false
    }

    /// Takes a name, quoted or not; the quotes go.
    pub(super) fn name(&mut self) -> Option<String> {
        let token = self.peek()?;
        let text = self.text(token);
        let name = match token.kind {
            Kind_::Word => text.to_owned(),
            Kind_::Quoted => unquoted(text),
            _ => return None,
        };
        self.at = token.end;
        Some(name)
    }

    /// `@name`, without the sign.
    pub(super) fn variable(&mut self) -> Option<String> {
        if !self.skip_mark(b'@') {
            return None;
        }
        self.name()
    }

    /// A name that may have its database before it.
    pub(super) fn object(&mut self, class: Class) -> Option<Object> {
        let first = self.name()?;
        if !self.skip_mark(b'.') {
            return Some(Object { class, schema: None, name: first });
        }
        let name = self.name()?;
        Some(Object { class, schema: Some(first), name })
    }

    /// Passes over what may stand between `CREATE`, `ALTER` or `DROP` and the kind of thing.
    pub(super) fn class_word(&mut self) -> Option<String> {
        loop {
            let word = self.word()?;
            match word.as_str() {
                "OR" | "REPLACE" | "UNIQUE" | "FULLTEXT" | "SPATIAL" | "ONLINE" | "OFFLINE" | "IGNORE"
                | "AGGREGATE" | "VECTOR" => {}
                "ALGORITHM" => self.skip_setting(),
                "DEFINER" => self.skip_definer(),
                "SQL" => self.skip_security(),
                _ => return Some(word),
            }
        }
    }

    /// `= word`.
    fn skip_setting(&mut self) {
        self.skip_mark(b'=');
        self.word();
    }

    /// `= user[@host]`, or `= CURRENT_USER[()]`.
    fn skip_definer(&mut self) {
        self.skip_mark(b'=');
        self.token();
        if self.skip_mark(b'@') {
            self.token();
        }
        if self.skip_mark(b'(') {
            self.skip_mark(b')');
        }
    }

    /// `SECURITY word`.
    fn skip_security(&mut self) {
        self.word();
        self.word();
    }
}

fn unquoted(text: &str) -> String {
    let quote = &text[..1];
    let inner = text.strip_prefix(quote).unwrap_or(text);
    inner.strip_suffix(quote).unwrap_or(inner).replace(&quote.repeat(2), quote)
}
