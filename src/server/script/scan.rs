//! The words of SQL: where a string, a comment, a name or a number begins and ends, and nothing about what they mean.
//!
//! The rules are those of the servers' own lexers. Every byte belongs to exactly one token, and a token never ends
//! inside a character. Deliberately absent: key words, operators of more than one character, dollar quoting.

use super::{Options, Problem};

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// White space.
    Space,
    /// A comment that no server executes, hints included.
    Comment,
    /// `/*!`, `/*!50003`, `/*M!`, `/*M!100100`: what follows is executed.
    OpenExecutable,
    /// The `*/` of an executable comment.
    CloseExecutable,
    /// A string in quotes.
    Text,
    /// A name in backticks, or in double quotes under `ANSI_QUOTES`.
    Quoted,
    /// A name or key word.
    Word,
    /// A number.
    Number,
    /// One other character; a backslash takes the one after it along.
    Mark,
}

/// One token: `text[start..end]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token {
    pub kind: Kind,
    pub start: usize,
    pub end: usize,
}

/// Reads the token that begins at `at`, which must be inside the text and at the start of a character.
///
/// # Errors
/// The token and what is not closed in it; the token then reaches to the end of the text.
pub(super) fn next(text: &str, at: usize, executable: bool, options: Options) -> Result<Token, (Token, Problem)> {
    let scan = Scan { bytes: text.as_bytes(), at, options };
    let token = |kind, end| Token { kind, start: at, end };
    let (kind, end) = scan.kind_and_end(text, executable);
    match end {
        Ok(end) => Ok(token(kind, end)),
        Err(problem) => Err((token(kind, text.len()), problem)),
    }
}

/// Whether a byte can be part of a name without quotes.
pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80
}

struct Scan<'a> {
    bytes: &'a [u8],
    at: usize,
    options: Options,
}

type End = Result<usize, Problem>;

impl Scan<'_> {
    fn kind_and_end(&self, text: &str, executable: bool) -> (Kind, End) {
        let rest = &self.bytes[self.at..];
        match rest {
            [b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c, ..] => (Kind::Space, Ok(self.run(is_space))),
            [b'#', ..] => (Kind::Comment, Ok(self.line_end())),
            [b'-', b'-', after @ ..] if after.first().is_none_or(|&b| is_space(b) || b.is_ascii_control()) => {
                (Kind::Comment, Ok(self.line_end()))
            }
            [b'/', b'*', b'!', ..] => (Kind::OpenExecutable, Ok(self.after_version(3))),
            [b'/', b'*', b'M', b'!', ..] => (Kind::OpenExecutable, Ok(self.after_version(4))),
            [b'/', b'*', ..] => (Kind::Comment, self.comment_end()),
            [b'*', b'/', ..] if executable => (Kind::CloseExecutable, Ok(self.at + 2)),
            [b'\'', ..] => (Kind::Text, self.text_end(b'\'')),
            [b'"', ..] if self.options.ansi_quotes => (Kind::Quoted, self.name_end(b'"')),
            [b'"', ..] => (Kind::Text, self.text_end(b'"')),
            [b'`', ..] => (Kind::Quoted, self.name_end(b'`')),
            [b'0'..=b'9', ..] => self.number_or_word(),
            [b'.', b'0'..=b'9', ..] if !self.after_name() => (Kind::Number, Ok(self.fraction_end(self.at))),
            [first, ..] if is_word(*first) => (Kind::Word, Ok(self.run(is_word))),
            [b'\\', ..] => (Kind::Mark, Ok(self.after_characters(text, 2))),
            _ => (Kind::Mark, Ok(self.after_characters(text, 1))),
        }
    }

    fn run(&self, belongs: impl Fn(u8) -> bool) -> usize {
        self.run_from(self.at, belongs)
    }

    fn run_from(&self, from: usize, belongs: impl Fn(u8) -> bool) -> usize {
        self.bytes[from..].iter().position(|&byte| !belongs(byte)).map_or(self.bytes.len(), |length| from + length)
    }

    fn line_end(&self) -> usize {
        self.run(|byte| byte != b'\n')
    }

    /// The version of an executable comment is five or six digits; other digits belong to the statement.
    fn after_version(&self, opener: usize) -> usize {
        let start = self.at + opener;
        let digits = self.run_from(start, |byte| byte.is_ascii_digit()) - start;
        start + if digits >= 5 { digits.min(6) } else { 0 }
    }

    fn comment_end(&self) -> End {
        let body = self.at + 2;
        let close = self.bytes[body..].windows(2).position(|pair| pair == b"*/");
        close.map(|offset| body + offset + 2).ok_or(Problem::UnclosedComment)
    }

    fn text_end(&self, quote: u8) -> End {
        let mut at = self.at + 1;
        while let Some(&byte) = self.bytes.get(at) {
            match byte {
                b'\\' if !self.options.no_backslash_escapes => at += 2,
                _ if byte == quote && self.bytes.get(at + 1) == Some(&quote) => at += 2,
                _ if byte == quote => return Ok(at + 1),
                _ => at += 1,
            }
        }
        Err(Problem::UnclosedString)
    }

    fn name_end(&self, quote: u8) -> End {
        let mut at = self.at + 1;
        while let Some(&byte) = self.bytes.get(at) {
            match byte {
                _ if byte == quote && self.bytes.get(at + 1) == Some(&quote) => at += 2,
                _ if byte == quote => return Ok(at + 1),
                _ => at += 1,
            }
        }
        Err(Problem::UnclosedName)
    }

    /// A name may begin with digits (`2fa_codes`), and may be all digits behind a dot (`db.2024`).
    fn number_or_word(&self) -> (Kind, End) {
        let word = self.run(is_word);
        let run = &self.bytes[self.at..word];
        let is_number = run.iter().all(u8::is_ascii_digit) || is_radix(run) || self.exponent_at(run).is_some();
        if !is_number || self.after_name() && self.bytes[self.at - 1] == b'.' {
            return (Kind::Word, Ok(word));
        }
        if is_radix(run) {
            return (Kind::Number, Ok(word));
        }
        (Kind::Number, Ok(self.fraction_end(self.run(|byte| byte.is_ascii_digit()))))
    }

    /// Where digits end in an exponent (`1e9`, `1e` before a sign and a digit).
    fn exponent_at(&self, run: &[u8]) -> Option<usize> {
        let digits = run.iter().position(|byte| !byte.is_ascii_digit())?;
        let end = self.exponent_end(self.at + digits);
        (end > self.at + digits && end >= self.at + run.len()).then_some(end)
    }

    fn fraction_end(&self, digits_end: usize) -> usize {
        let mut end = digits_end;
        if self.bytes.get(end) == Some(&b'.') {
            end = self.run_from(end + 1, |byte| byte.is_ascii_digit());
        }
        self.exponent_end(end)
    }

    fn exponent_end(&self, from: usize) -> usize {
        let digit = |at: usize| self.bytes.get(at).is_some_and(u8::is_ascii_digit);
        let sign = usize::from(matches!(self.bytes.get(from + 1), Some(b'+' | b'-')));
        match self.bytes.get(from) {
            Some(b'e' | b'E') if digit(from + 1 + sign) => self.run_from(from + 1 + sign, |byte| byte.is_ascii_digit()),
            _ => from,
        }
    }

    /// Whether the byte before is part of a name, so that a dot here (or just before) separates names.
    fn after_name(&self) -> bool {
        let before = |back: usize| self.at.checked_sub(back).map(|at| self.bytes[at]);
        let is_name = |byte: u8| is_word(byte) || byte == b'`' || byte == b'"';
        match before(1) {
            Some(b'.') => before(2).is_some_and(is_name),
            Some(byte) => is_name(byte),
            None => false,
        }
    }

    fn after_characters(&self, text: &str, count: usize) -> usize {
        text[self.at..].char_indices().nth(count).map_or(text.len(), |(offset, _)| self.at + offset)
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c)
}

/// `0x1F` and `0b101`.
fn is_radix(run: &[u8]) -> bool {
    match run {
        [b'0', b'x', digits @ ..] => !digits.is_empty() && digits.iter().all(u8::is_ascii_hexdigit),
        [b'0', b'b', digits @ ..] => !digits.is_empty() && digits.iter().all(|byte| matches!(byte, b'0' | b'1')),
        _ => false,
    }
}
