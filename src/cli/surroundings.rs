//! What the process was started in, as far as output depends on it; `main` fills it in.

use std::path::PathBuf;

use super::args::{Common, When};
use crate::config::{Config, Glyphs, Search};
use crate::op::record::Operator;
use crate::tui::glyph::Charset;
use crate::tui::model::Look;
use crate::tui::theme::{Colour, Palette};

/// Facts of the environment.
#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    /// `$DBDECK_CONFIG`.
    pub config: Option<PathBuf>,
    /// The user's configuration directory.
    pub home: Option<PathBuf>,
    /// Where programs keep what they remember for this user.
    pub state: Option<PathBuf>,
    /// Who runs dbdeck, and on which machine.
    pub operator: Operator,
    /// The program itself, to start it again.
    pub program: PathBuf,
    /// The operator's editor, as a command line: `$VISUAL`, else `$EDITOR`, else what every system has.
    pub editor: String,
    /// The locale of characters: `$LC_ALL`, else `$LC_CTYPE`, else `$LANG`.
    pub locale: String,
    /// `NO_COLOR` is set and not empty.
    pub no_color: bool,
    /// Standard output is a terminal.
    pub is_terminal: bool,
}

impl Surroundings {
    /// Where the configuration is looked for.
    pub fn search(&self, common: &Common) -> Search {
        Search { option: common.config.clone(), variable: self.config.clone(), home: self.home.clone() }
    }

    /// Whether output has colours.
    pub fn colour(&self, when: When) -> Colour {
        match when {
            When::Always => Colour::On,
            When::Auto if self.is_terminal && !self.no_color => Colour::On,
            When::Auto | When::Never => Colour::Off,
        }
    }

    /// Which characters output may have.
    pub fn charset(&self, wanted: Glyphs) -> Charset {
        let locale = self.locale.to_ascii_lowercase();
        match wanted {
            Glyphs::Unicode => Charset::Unicode,
            Glyphs::Auto if locale.contains("utf-8") || locale.contains("utf8") => Charset::Unicode,
            Glyphs::Auto | Glyphs::Ascii => Charset::Ascii,
        }
    }

    /// How the console is drawn.
    pub fn look(&self, config: &Config, when: When) -> Look {
        Look { palette: Palette::of(config.ui.theme, self.colour(when)), charset: self.charset(config.ui.glyphs) }
    }
}

/// Who runs dbdeck where no variable names them.
pub fn uid() -> String {
    format!("uid {}", rustix::process::getuid().as_raw())
}

/// The name of this machine.
pub fn host() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colour_is_for_terminals_that_want_it() {
        let check = |is_terminal, no_color, when, expected| {
            let around = Surroundings { no_color, is_terminal, ..Surroundings::default() };
            assert_eq!(around.colour(when), expected, "{is_terminal} {no_color} {when:?}");
        };
        check(true, false, When::Auto, Colour::On);
        check(true, true, When::Auto, Colour::Off);
        check(false, false, When::Auto, Colour::Off);
        check(false, true, When::Always, Colour::On);
        check(true, false, When::Never, Colour::Off);
    }

    #[test]
    fn the_locale_decides_about_characters() {
        let check = |locale: &str, wanted, expected| {
            let around = Surroundings { locale: locale.to_owned(), ..Surroundings::default() };
            assert_eq!(around.charset(wanted), expected, "{locale} {wanted:?}");
        };
        check("C.UTF-8", Glyphs::Auto, Charset::Unicode);
        check("zh_CN.utf8", Glyphs::Auto, Charset::Unicode);
        check("C", Glyphs::Auto, Charset::Ascii);
        check("", Glyphs::Auto, Charset::Ascii);
        check("C", Glyphs::Unicode, Charset::Unicode);
        check("C.UTF-8", Glyphs::Ascii, Charset::Ascii);
    }
}
