//! What a piece of text means, and how that looks: sixteen colours, none, on dark or on light.
//!
//! Views name a [`Role`]; only this file knows colours. State is never told by colour alone: every role that means
//! trouble comes with a mark or a word where it is used.

use ratatui::style::{Color, Modifier, Style};

use crate::config;
use crate::server::script::Ink;

/// What a piece of text means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Ordinary text.
    Text,
    /// Labels, units, borders: there when looked for.
    Quiet,
    /// Titles and the present screen.
    Strong,
    /// Keys that can be pressed.
    Key,
    /// All is well.
    Good,
    /// Deserves a look.
    Warn,
    /// Needs a hand.
    Bad,
    /// Figures in charts.
    Chart,
    /// The row under the cursor.
    Selected,
    /// Production is production.
    Production,
    /// A part of a statement.
    Sql(Ink),
}

/// Every role, for tests that look at all of them.
pub const ROLES: [Role; 15] = [
    Role::Text,
    Role::Quiet,
    Role::Strong,
    Role::Key,
    Role::Good,
    Role::Warn,
    Role::Bad,
    Role::Chart,
    Role::Selected,
    Role::Production,
    Role::Sql(Ink::Keyword),
    Role::Sql(Ink::Name),
    Role::Sql(Ink::Text),
    Role::Sql(Ink::Number),
    Role::Sql(Ink::Comment),
];

/// How roles look here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Palette {
    /// Sixteen colours on a dark ground.
    Dark,
    /// Sixteen colours on a light ground.
    Light,
    /// Bold, reverse and underline only.
    Plain,
}

impl Palette {
    /// The palette for a configured theme; `colour` is off with `NO_COLOR` and `--color never`.
    pub fn of(theme: config::Theme, colour: Colour) -> Self {
        match (colour, theme) {
            (Colour::Off, _) => Self::Plain,
            (Colour::On, config::Theme::Dark) => Self::Dark,
            (Colour::On, config::Theme::Light) => Self::Light,
        }
    }

    /// How a role looks.
    pub fn style(self, role: Role) -> Style {
        match self {
            Self::Plain => plain(role),
            Self::Dark => coloured(role, &DARK),
            Self::Light => coloured(role, &LIGHT),
        }
    }
}

/// Whether colours may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// They may.
    On,
    /// They may not.
    Off,
}

struct Hues {
    quiet: Color,
    key: Color,
    good: Color,
    warn: Color,
    bad: Color,
    chart: Color,
    keyword: Color,
    name: Color,
    number: Color,
}

const DARK: Hues = Hues {
    quiet: Color::DarkGray,
    key: Color::Cyan,
    good: Color::Green,
    warn: Color::Yellow,
    bad: Color::LightRed,
    chart: Color::Blue,
    keyword: Color::LightBlue,
    name: Color::Cyan,
    number: Color::Magenta,
};

/// Yellow and cyan vanish on white.
const LIGHT: Hues = Hues {
    quiet: Color::DarkGray,
    key: Color::Blue,
    good: Color::Green,
    warn: Color::Magenta,
    bad: Color::Red,
    chart: Color::Blue,
    keyword: Color::Blue,
    name: Color::Reset,
    number: Color::Magenta,
};

fn coloured(role: Role, hues: &Hues) -> Style {
    let style = Style::new();
    match role {
        Role::Text => style,
        Role::Quiet => style.fg(hues.quiet),
        Role::Strong => style.add_modifier(Modifier::BOLD),
        Role::Key => style.fg(hues.key).add_modifier(Modifier::BOLD),
        Role::Good => style.fg(hues.good),
        Role::Warn => style.fg(hues.warn).add_modifier(Modifier::BOLD),
        Role::Bad => style.fg(hues.bad).add_modifier(Modifier::BOLD),
        Role::Chart => style.fg(hues.chart),
        Role::Selected => style.add_modifier(Modifier::REVERSED),
        Role::Production => style.fg(hues.bad).add_modifier(Modifier::BOLD | Modifier::REVERSED),
        Role::Sql(ink) => painted(ink, hues),
    }
}

fn painted(ink: Ink, hues: &Hues) -> Style {
    match ink {
        Ink::Plain => Style::new(),
        Ink::Keyword => Style::new().fg(hues.keyword),
        Ink::Name => Style::new().fg(hues.name),
        Ink::Text => Style::new().fg(hues.good),
        Ink::Number => Style::new().fg(hues.number),
        Ink::Comment => Style::new().fg(hues.quiet),
    }
}

fn plain(role: Role) -> Style {
    let style = Style::new();
    match role {
        Role::Text | Role::Quiet | Role::Good | Role::Chart => style,
        Role::Sql(ink) if ink != Ink::Keyword => style,
        Role::Strong | Role::Key | Role::Warn | Role::Bad | Role::Sql(_) => style.add_modifier(Modifier::BOLD),
        Role::Selected | Role::Production => style.add_modifier(Modifier::REVERSED),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plain_palette_has_no_colour() {
        for role in ROLES {
            let style = Palette::Plain.style(role);
            assert_eq!((style.fg, style.bg), (None, None), "{role:?}");
        }
    }

    #[test]
    fn colours_are_among_the_sixteen() {
        for palette in [Palette::Dark, Palette::Light] {
            for role in ROLES {
                let style = palette.style(role);
                let named = |colour: Option<Color>| !matches!(colour, Some(Color::Rgb(..) | Color::Indexed(_)));
                assert!(named(style.fg) && named(style.bg), "{palette:?} {role:?}");
            }
        }
    }
}
