//! From tokens to statements: delimiters, and what is refused.

use super::body::Body;
use super::scan::{self, Kind, Token, is_word};
use super::{Options, Problem, ScriptError, Statement};

/// First words that the client programs keep for themselves and no server statement begins with.
const CLIENT_COMMANDS: [&str; 20] = [
    "charset",
    "clear",
    "connect",
    "edit",
    "ego",
    "exit",
    "go",
    "nopager",
    "notee",
    "nowarning",
    "pager",
    "print",
    "prompt",
    "quit",
    "rehash",
    "source",
    "status",
    "system",
    "tee",
    "warnings",
];

pub(super) struct Splitter<'a> {
    script: &'a str,
    options: Options,
    at: usize,
    delimiter: &'a str,
    pending: Option<Pending>,
    /// Where the executable comment began that is open.
    executable: Option<usize>,
    place: Place,
    statements: Vec<Statement<'a>>,
}

/// The statement that is being read.
struct Pending {
    start: usize,
    end: usize,
    body: Body,
}

impl<'a> Splitter<'a> {
    pub(super) fn new(script: &'a str, options: Options) -> Self {
        let at = if script.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let place = Place { offset: at, line: 1, column: 1 };
        let statements = Vec::new();
        Self { script, options, at, delimiter: ";", pending: None, executable: None, place, statements }
    }

    pub(super) fn statements(mut self) -> Result<Vec<Statement<'a>>, ScriptError> {
        while self.at < self.script.len() {
            if self.delimiter_is_here() {
                self.finish();
                self.at += self.delimiter.len();
            } else {
                self.token()?;
            }
        }
        self.end()?;
        Ok(self.statements)
    }

    /// Inside an executable comment nothing can end: the server would be sent half a comment.
    fn delimiter_is_here(&self) -> bool {
        self.executable.is_none()
            && self.script[self.at..].starts_with(self.delimiter)
            && self.stands_alone()
            && (self.delimiter != ";" || self.pending.as_ref().is_none_or(|pending| pending.body.is_closed()))
    }

    /// A delimiter of letters is a word of its own (`go`); one of signs may follow a word (`END$$`).
    fn stands_alone(&self) -> bool {
        if !is_spelt(self.delimiter) {
            return true;
        }
        let bytes = self.script.as_bytes();
        let touches = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(|&byte| is_word(byte));
        !touches(self.at.checked_sub(1)) && !touches(Some(self.at + self.delimiter.len()))
    }

    fn token(&mut self) -> Result<(), ScriptError> {
        let token = match scan::next(self.script, self.at, self.executable.is_some(), self.options) {
            Ok(token) => self.clipped(token),
            Err((token, problem)) => return Err(self.error(token.start, problem)),
        };
        if self.is_delimiter_command(token) {
            return self.set_delimiter(token);
        }
        self.refuse_client_command(token)?;
        self.at = token.end;
        match token.kind {
            Kind::Space | Kind::Comment => return Ok(()),
            Kind::OpenExecutable => self.executable = self.executable.or(Some(token.start)),
            Kind::CloseExecutable => self.executable = None,
            _ => {}
        }
        self.add(token);
        Ok(())
    }

    fn add(&mut self, token: Token) {
        let text = &self.script[token.start..token.end];
        let pending =
            self.pending.get_or_insert_with(|| Pending { start: token.start, end: token.end, body: Body::new() });
        pending.end = token.end;
        if !matches!(token.kind, Kind::OpenExecutable | Kind::CloseExecutable) {
            pending.body.see(token, text);
        }
    }

    /// A word ends where a delimiter of signs begins in it.
    fn clipped(&self, token: Token) -> Token {
        if token.kind != Kind::Word || self.executable.is_some() || is_spelt(self.delimiter) {
            return token;
        }
        match self.script[token.start..token.end].find(self.delimiter) {
            Some(offset) if offset > 0 => Token { end: token.start + offset, ..token },
            _ => token,
        }
    }

    fn is_delimiter_command(&self, token: Token) -> bool {
        let is_word = token.kind == Kind::Word && self.text(token).eq_ignore_ascii_case("delimiter");
        let is_alone = self.script[token.end..].chars().next().is_none_or(char::is_whitespace);
        is_word && is_alone && self.executable.is_none() && (self.pending.is_none() || self.is_delimiter_line(token))
    }

    /// Inside a statement `delimiter` may be a column's name; a line of it and some signs is not.
    fn is_delimiter_line(&self, token: Token) -> bool {
        let is_first = self.script[..token.start].rsplit('\n').next().is_none_or(|line| line.trim().is_empty());
        let argument = self.line_after(token).trim();
        is_first && !argument.is_empty() && argument.bytes().all(|byte| b";/$|&\\!@%^~".contains(&byte))
    }

    fn set_delimiter(&mut self, token: Token) -> Result<(), ScriptError> {
        if self.pending.is_some() {
            return Err(self.error(token.start, Problem::DelimiterInStatement(self.delimiter.to_owned())));
        }
        let line = self.line_after(token);
        let mut words = line.split_whitespace();
        let delimiter = words.next().unwrap_or_default();
        let is_comment = |word: &str| word == "--" || word.starts_with('#');
        let is_usable = !delimiter.is_empty() && !delimiter.contains(['\\', '\'', '"', '`']) && !is_comment(delimiter);
        if !is_usable || !words.next().is_none_or(is_comment) {
            return Err(self.error(token.start, Problem::BadDelimiter));
        }
        self.delimiter = delimiter;
        self.at = token.end + line.len();
        Ok(())
    }

    fn refuse_client_command(&self, token: Token) -> Result<(), ScriptError> {
        let text = self.text(token);
        let is_short = token.kind == Kind::Mark && text.starts_with('\\') && text != "\\N";
        let is_long = token.kind == Kind::Word
            && self.pending.is_none()
            && CLIENT_COMMANDS.contains(&text.to_ascii_lowercase().as_str());
        if is_short || is_long {
            return Err(self.error(token.start, Problem::ClientCommand(text.trim_end().to_owned())));
        }
        Ok(())
    }

    fn finish(&mut self) {
        let Some(Pending { start, end, .. }) = self.pending.take() else { return };
        self.place = self.place.advanced(self.script, start);
        let Place { line, column, .. } = self.place;
        self.statements.push(Statement { text: &self.script[start..end], span: start..end, line, column });
    }

    fn end(&mut self) -> Result<(), ScriptError> {
        if let Some(start) = self.executable {
            return Err(self.error(start, Problem::UnclosedComment));
        }
        let Some(pending) = &self.pending else { return Ok(()) };
        if self.delimiter != ";" {
            return Err(self.error(pending.start, Problem::UnclosedDelimiter(self.delimiter.to_owned())));
        }
        if let Some(start) = pending.body.open_since() {
            return Err(self.error(start, Problem::UnclosedBody));
        }
        self.finish();
        Ok(())
    }

    fn text(&self, token: Token) -> &'a str {
        &self.script[token.start..token.end]
    }

    fn line_after(&self, token: Token) -> &'a str {
        let rest = &self.script[token.end..];
        rest.split('\n').next().unwrap_or(rest)
    }

    fn error(&self, offset: usize, problem: Problem) -> ScriptError {
        let Place { line, column, .. } = self.place.advanced(self.script, offset);
        ScriptError { line, column, offset, problem }
    }
}

fn is_spelt(delimiter: &str) -> bool {
    delimiter.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// A place in the script that only moves forward, so that counting lines stays linear.
#[derive(Clone, Copy)]
struct Place {
    offset: usize,
    line: usize,
    column: usize,
}

impl Place {
    fn advanced(self, script: &str, offset: usize) -> Self {
        let between = &script[self.offset..offset];
        let lines = between.bytes().filter(|&byte| byte == b'\n').count();
        let column = match between.rfind('\n') {
            Some(newline) => 1 + between[newline + 1..].chars().count(),
            None => self.column + between.chars().count(),
        };
        Self { offset, line: self.line + lines, column }
    }
}
