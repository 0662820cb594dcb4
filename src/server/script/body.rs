//! Where the body of a stored program ends, so that a script needs no `DELIMITER` around it.
//!
//! Watches the words of one statement. Only `CREATE` or `ALTER` of a routine, trigger or event and the compound
//! statements that may stand alone (`BEGIN NOT ATOMIC`, `IF`, `CASE`, `LOOP`, `REPEAT`, `WHILE`, `FOR`) have a body;
//! `BEGIN` by itself opens a transaction. `IF(…)` and `REPEAT(…)` are functions except where a statement can begin, and
//! a `CASE` there is a statement, elsewhere an expression. Deliberately absent: any opinion on whether the body is right.

use super::scan::{Kind, Token};

/// The state of one statement.
#[derive(Debug)]
pub(super) struct Body {
    stage: Stage,
    blocks: Vec<(Block, usize)>,
    parens: usize,
    at_start: bool,
    previous: Previous,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Nothing seen yet.
    First,
    /// One word that may be a label.
    Label,
    /// `BEGIN`, and where: a block when `NOT` follows.
    Begin(usize),
    /// `BEGIN NOT`.
    BeginNot(usize),
    /// `CREATE` or `ALTER`: of what?
    Object { definer: bool },
    /// The program's name comes.
    Name(Opening),
    /// Between the name and the body.
    Header(Opening),
    /// Before a body or a handler's statement: characteristics and conditions, then its first word.
    Prelude,
    /// Inside the body.
    Statements,
    /// No body.
    Plain,
}

/// What the body comes after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Opening {
    /// The parameters of a routine.
    Parameters,
    /// This word, of a trigger (`ROW`) or an event (`DO`).
    Word(&'static str),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Block {
    Begin,
    If,
    Case,
    /// `CASE` as a value, and how deep in parentheses.
    CaseValue(usize),
    Loop,
    Repeat,
    /// A `REPEAT` after its `UNTIL`.
    Until,
    While,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Previous {
    Mark(u8),
    FirstWord,
    Handler,
    EndOfCase,
    Other,
}

impl Body {
    pub(super) fn new() -> Self {
        Self { stage: Stage::First, blocks: Vec::new(), parens: 0, at_start: true, previous: Previous::Other }
    }

    /// Whether a `;` here ends the statement.
    pub(super) fn is_closed(&self) -> bool {
        self.blocks.is_empty()
    }

    /// Where the innermost block begins that is still open.
    pub(super) fn open_since(&self) -> Option<usize> {
        self.blocks.last().map(|&(_, start)| start)
    }

    /// Takes notice of the next token of the statement; white space and comments are not shown to it.
    pub(super) fn see(&mut self, token: Token, text: &str) {
        if self.stage == Stage::Plain {
            return;
        }
        match token.kind {
            Kind::Word => self.word(&text.to_ascii_uppercase(), token.start),
            Kind::Mark => self.mark(text.as_bytes()[0]),
            _ => self.value(),
        }
    }

    fn word(&mut self, word: &str, at: usize) {
        let is_part_of_name = matches!(self.previous, Previous::Mark(b'.' | b'@'));
        let before = std::mem::replace(&mut self.previous, Previous::Other);
        match self.stage {
            _ if is_part_of_name => self.at_start = false,
            Stage::First => self.first(word, at),
            Stage::Begin(start) if word == "NOT" => self.stage = Stage::BeginNot(start),
            Stage::BeginNot(start) => self.begin_block(start),
            Stage::Object { definer } if before != Previous::Mark(b'=') => self.object(word, definer),
            Stage::Name(opening) if !matches!(word, "IF" | "NOT" | "EXISTS") => self.stage = Stage::Header(opening),
            Stage::Header(Opening::Word(last)) if word == last && self.parens == 0 => self.begin_prelude(),
            Stage::Prelude if self.parens == 0 => self.prelude(word, at),
            Stage::Statements => self.statement(word, at, before),
            Stage::Begin(_) | Stage::Label | Stage::Plain => self.stage = Stage::Plain,
            Stage::Object { .. } | Stage::Name(_) | Stage::Header(_) | Stage::Prelude => {}
        }
    }

    fn first(&mut self, word: &str, at: usize) {
        match word {
            "CREATE" | "ALTER" => self.stage = Stage::Object { definer: false },
            "BEGIN" => self.stage = Stage::Begin(at),
            _ if opened_by(word).is_some() => {
                self.begin_statements();
                self.statement(word, at, Previous::Other);
            }
            _ => self.stage = Stage::Label,
        }
    }

    fn object(&mut self, word: &str, definer: bool) {
        self.stage = match word {
            "PROCEDURE" | "FUNCTION" => Stage::Name(Opening::Parameters),
            "TRIGGER" => Stage::Name(Opening::Word("ROW")),
            "EVENT" => Stage::Name(Opening::Word("DO")),
            "DEFINER" => Stage::Object { definer: true },
            "OR" | "REPLACE" | "AGGREGATE" => Stage::Object { definer },
            "VIEW" | "TABLE" => Stage::Plain,
            _ if definer => Stage::Object { definer },
            _ => Stage::Plain,
        };
    }

    fn prelude(&mut self, word: &str, at: usize) {
        if opened_by(word).is_some() {
            self.begin_statements();
            self.statement(word, at, Previous::Other);
        } else if matches!(word, "RETURN" | "SELECT" | "INSERT" | "UPDATE" | "DELETE" | "REPLACE" | "CALL" | "WITH") {
            self.stage = Stage::Statements;
            self.at_start = false;
        }
    }

    fn statement(&mut self, word: &str, at: usize, before: Previous) {
        let first = std::mem::replace(&mut self.at_start, false);
        let top = self.blocks.last().map(|&(block, _)| block);
        match (word, top) {
            ("END", Some(block)) if first || block.ends_anywhere(self.parens) => self.end(block),
            ("CASE", _) if before == Previous::EndOfCase => {}
            ("CASE", _) if !first => self.blocks.push((Block::CaseValue(self.parens), at)),
            ("UNTIL", Some(Block::Repeat)) if first => self.replace_top(Block::Until),
            ("THEN" | "ELSE", Some(Block::If | Block::Case)) => self.at_start = true,
            ("DO", Some(Block::While)) if !first => self.at_start = true,
            ("FOR", _) if before == Previous::Handler => self.begin_prelude(),
            ("HANDLER", _) => self.previous = Previous::Handler,
            _ if first => self.first_of_statement(word, at),
            _ => {}
        }
    }

    fn first_of_statement(&mut self, word: &str, at: usize) {
        self.previous = Previous::FirstWord;
        let Some(block) = opened_by(word) else { return };
        self.blocks.push((block, at));
        self.at_start = matches!(block, Block::Begin | Block::Loop | Block::Repeat);
    }

    fn end(&mut self, block: Block) {
        self.blocks.pop();
        if block == Block::Case {
            self.previous = Previous::EndOfCase;
        }
    }

    fn replace_top(&mut self, block: Block) {
        if let Some(top) = self.blocks.last_mut() {
            top.0 = block;
        }
    }

    fn mark(&mut self, mark: u8) {
        let is_label = mark == b':' && self.previous == Previous::FirstWord;
        self.previous = Previous::Mark(mark);
        match (mark, self.stage) {
            (b';', _) => self.begin_statements(),
            (b'(', _) => self.parens += 1,
            (b')', _) => self.close_paren(),
            (b':', Stage::Label) => self.stage = Stage::First,
            (_, Stage::First | Stage::Label | Stage::Begin(_) | Stage::BeginNot(_)) => self.stage = Stage::Plain,
            (b',' | b':', Stage::Prelude) => {}
            (_, Stage::Prelude) => self.stage = Stage::Statements,
            _ => {}
        }
        self.at_start = match mark {
            b';' => true,
            b':' => is_label || self.stage == Stage::Prelude,
            _ => self.stage == Stage::Prelude,
        };
    }

    fn close_paren(&mut self) {
        self.parens = self.parens.saturating_sub(1);
        if self.parens == 0 && self.stage == Stage::Header(Opening::Parameters) {
            self.begin_prelude();
        }
    }

    /// A string, a number or a quoted name.
    fn value(&mut self) {
        let starts = self.at_start;
        self.previous = if starts { Previous::FirstWord } else { Previous::Other };
        match self.stage {
            Stage::First => self.stage = Stage::Label,
            Stage::Label | Stage::Begin(_) | Stage::BeginNot(_) => self.stage = Stage::Plain,
            Stage::Name(opening) => self.stage = Stage::Header(opening),
            Stage::Statements => self.at_start = false,
            Stage::Object { .. } | Stage::Header(_) | Stage::Prelude | Stage::Plain => {}
        }
    }

    fn begin_block(&mut self, start: usize) {
        self.blocks.push((Block::Begin, start));
        self.begin_statements();
    }

    fn begin_prelude(&mut self) {
        self.stage = Stage::Prelude;
        self.at_start = true;
    }

    fn begin_statements(&mut self) {
        self.stage = Stage::Statements;
        self.at_start = true;
        self.parens = 0;
    }
}

impl Block {
    /// Whether its `END` may come where no statement begins.
    fn ends_anywhere(self, parens: usize) -> bool {
        self == Self::Until || self == Self::CaseValue(parens)
    }
}

/// The block that a word opens at the beginning of a statement.
fn opened_by(word: &str) -> Option<Block> {
    match word {
        "BEGIN" => Some(Block::Begin),
        "IF" => Some(Block::If),
        "CASE" => Some(Block::Case),
        "LOOP" => Some(Block::Loop),
        "REPEAT" => Some(Block::Repeat),
        "WHILE" | "FOR" => Some(Block::While),
        _ => None,
    }
}
