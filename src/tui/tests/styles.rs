//! What looks how: one place on a screen for each role, in every palette.

use ratatui::buffer::Buffer;
use ratatui::style::{Modifier, Style};

use super::scene::{rows, scene, scene_of};
use crate::sample::Health;
use crate::server::script::Ink;
use crate::text::width;
use crate::tui::theme::{Palette, ROLES, Role};

/// The style of the first cell of a text.
fn style_of(buffer: &Buffer, text: &str) -> Style {
    let found = rows(buffer).iter().enumerate().find_map(|(y, row)| Some((y, row.find(text)?, row.clone())));
    let (y, at, row) = found.unwrap_or_else(|| panic!("{text:?} is not on the screen"));
    let (x, y) = (u16::try_from(width(&row[..at])), u16::try_from(y));
    buffer[(x.expect("a column"), y.expect("a row"))].style()
}

fn looks(style: Style, palette: Palette, role: Role) -> bool {
    let wanted = palette.style(role);
    let colour = |style: Style| (style.fg.unwrap_or_default(), style.add_modifier);
    colour(style) == colour(wanted)
}

#[test]
fn every_role_is_seen_where_it_is_meant() {
    let cases = [
        (Role::Text, "client_tasks"),
        (Role::Quiet, "conns "),
        (Role::Strong, " 7 of 30"),
        (Role::Key, "Enter"),
        (Role::Good, "● live"),
        (Role::Warn, "▲ "),
        (Role::Bad, "✗ DOWN"),
        (Role::Chart, "█"),
        (Role::Selected, " 1 Overview"),
        (Role::Production, " PRODUCTION"),
        (Role::Sql(Ink::Keyword), "PRIMARY"),
        (Role::Sql(Ink::Name), "`path`"),
        (Role::Sql(Ink::Text), "'none'"),
        (Role::Sql(Ink::Number), "1.5"),
        (Role::Sql(Ink::Comment), "-- as everywhere"),
    ];
    assert_eq!(cases.map(|(role, _)| role), ROLES);
    for (palette, (role, text)) in
        [Palette::Dark, Palette::Light, Palette::Plain].into_iter().flat_map(|p| cases.map(|c| (p, c)))
    {
        let mut scene = match role {
            Role::Bad => down(),
            Role::Sql(_) => statement(),
            _ => scene(),
        };
        scene.model.look.palette = palette;
        let style = style_of(&scene.buffer((120, 40)), text);
        assert!(looks(style, palette, role), "{role:?} in {palette:?}: {text:?} is {style:?}");
    }
}

/// The SQL of a migration.
fn statement() -> super::scene::Scene {
    let mut scene = super::migrations::shown(|_| ());
    scene.resize((120, 40)).keys("\nG");
    scene
}

fn down() -> super::scene::Scene {
    scene_of(|now, mut server| {
        let next_try = now.instant;
        server.health = Health::Down { since: now.instant, why: "gone".into(), next_try };
        vec![server]
    })
}

#[test]
fn figures_that_are_not_fresh_do_not_shine() {
    let buffer = down().buffer((120, 40));
    assert!(looks(style_of(&buffer, " 7 of 30"), Palette::Dark, Role::Quiet));
}

#[test]
fn the_cursor_is_seen_without_colour() {
    let mut scene = scene();
    scene.model.look.palette = Palette::Plain;
    let buffer = scene.keys("4j").buffer((80, 24));
    assert!(style_of(&buffer, "client_access_logs").add_modifier.contains(Modifier::REVERSED));
    assert!(!style_of(&buffer, "global_tasks").add_modifier.contains(Modifier::REVERSED));
}
