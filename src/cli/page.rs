//! Text on its way to standard output: lines, colours where they are wanted, ASCII where nothing else is understood.

use std::fmt::Display;
use std::io::{self, Write};

use anyhow::Context;

use crate::advise::Severity;
use crate::tui::glyph::Charset;
use crate::tui::theme::Colour;

/// A text in the making.
#[derive(Debug)]
pub struct Page {
    text: String,
    colour: Colour,
    charset: Charset,
}

/// What a word means, which decides its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// As it should be.
    Good,
    /// Look at it.
    Warn,
    /// Act on it.
    Bad,
    /// Beside the point.
    Quiet,
    /// A heading.
    Strong,
}

impl Tone {
    fn code(self) -> u8 {
        match self {
            Self::Good => 32,
            Self::Warn => 33,
            Self::Bad => 31,
            Self::Quiet => 2,
            Self::Strong => 1,
        }
    }
}

impl From<Severity> for Tone {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::Notice => Self::Quiet,
            Severity::Warning => Self::Warn,
            Severity::Critical => Self::Bad,
        }
    }
}

impl Page {
    /// An empty page.
    pub fn new(colour: Colour, charset: Charset) -> Self {
        Self { text: String::new(), colour, charset }
    }

    /// Adds a line.
    pub fn line(&mut self, text: impl Display) {
        self.text.push_str(text.to_string().trim_end());
        self.text.push('\n');
    }

    /// A word in its colour.
    pub fn tinted(&self, tone: Tone, text: impl Display) -> String {
        match self.colour {
            Colour::On => format!("\x1b[{}m{text}\x1b[0m", tone.code()),
            Colour::Off => text.to_string(),
        }
    }

    /// The text as the reader's terminal understands it.
    pub fn finish(mut self) -> String {
        self.take()
    }

    /// The same of what was written since the last time; more may follow.
    pub fn take(&mut self) -> String {
        let text = std::mem::take(&mut self.text);
        match self.charset {
            Charset::Unicode => text,
            Charset::Ascii => text.chars().map(ascii).collect(),
        }
    }
}

/// One character for one character, so that columns stay aligned.
fn ascii(c: char) -> char {
    match c {
        c if c.is_ascii() => c,
        'µ' => 'u',
        '…' => '~',
        '–' | '—' => '-',
        '·' => '.',
        _ => '?',
    }
}

/// Prints a text. A reader that has gone away is no error.
///
/// # Errors
/// When standard output cannot be written for another reason, a full disk for example.
pub fn print(text: &str) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result.context("cannot write to standard output"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_as_plain_as_its_reader() {
        let check = |colour, charset, expected: &str| {
            let mut page = Page::new(colour, charset);
            let word = page.tinted(Tone::Bad, "40 µs…");
            page.line(format!("{word} 表  "));
            assert_eq!(page.finish(), expected);
        };
        check(Colour::Off, Charset::Unicode, "40 µs… 表\n");
        check(Colour::Off, Charset::Ascii, "40 us~ ?\n");
        check(Colour::On, Charset::Unicode, "\x1b[31m40 µs…\x1b[0m 表\n");
    }
}
