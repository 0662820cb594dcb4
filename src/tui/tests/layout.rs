//! Promises about every screen: nothing is cut that matters, nothing breaks at the edges.

use insta::assert_snapshot;
use ratatui::layout::Rect;

use super::scene::{Scene, rows, scene, scene_of, text};
use crate::sample::snapshot::Table;
use crate::sample::{DatabaseSnapshot, ServerSnapshot};
use crate::text::width;
use crate::tui::glyph::Charset;
use crate::tui::msg::Key;
use crate::tui::screen::SCREENS;
use crate::tui::view::view;
use crate::units::{Bytes, DatabaseName};

#[test]
fn at_80x24_every_pane_shows_its_four_figures() {
    let screen = scene().text((80, 24));
    for label in ["conns", "queries", "size", "slow"] {
        assert_eq!(screen.matches(&format!("│ {label} ")).count(), 3, "{label}\n{screen}");
    }
    for figure in [" 7 of 30", "412/s", "1.15 GiB", "4 in 5 min", "19 of 45", "655/s", "2.50 GiB"] {
        assert!(screen.contains(figure), "{figure}\n{screen}");
    }
}

#[test]
fn footer_hints_are_whole_or_absent() {
    for (columns, keys) in (60..140).flat_map(|columns| ["1", "2", "4\n", "?", ":"].map(|keys| (columns, keys))) {
        let mut scene = scene();
        scene.keys(keys);
        scene.model.say("sorted by statement");
        let text = scene.text((columns, 24));
        let footer = text.lines().last().expect("a footer");
        assert!(!footer.contains('…'), "{columns}: {footer}");
        assert!(footer.contains("quit") || footer.contains("close"), "{columns}: {footer}");
    }
}

#[test]
fn a_terminal_that_is_too_small_says_so() {
    assert_snapshot!("too_small", scene().text((40, 10)));
    let tiny = scene().text((12, 2));
    assert_eq!(tiny, "dbdeck\n12x2 is too…\n");
}

#[test]
fn the_largest_terminal_is_used() {
    for screen in SCREENS {
        let mut scene = scene();
        scene.keys(&screen.key().to_string());
        let text = scene.text((250, 80));
        assert_eq!(text.lines().count(), 80, "{}", screen.title());
        let widest = text.lines().map(width).max();
        assert!(widest > Some(240), "{}: {widest:?}", screen.title());
    }
}

/// Every row of a frame takes exactly the columns there are, whatever it says: no border is moved by wide characters.
#[test]
fn wide_characters_move_no_border() {
    for (keys, charset) in
        [("1", Charset::Unicode), ("2", Charset::Unicode), ("3", Charset::Ascii), ("4", Charset::Ascii)]
    {
        let mut scene = scene_of(|_, mut server| {
            let database = &mut server.databases[0];
            database.name = "客户端数据库".into();
            database.tables.as_mut().expect("tables").value = Ok(vec![chinese_table()].into());
            vec![server]
        });
        scene.model.look.charset = charset;
        scene.keys(keys);
        for columns in [60, 61, 80, 81, 119] {
            let buffer = scene.buffer((columns, 24));
            for row in rows(&buffer) {
                assert_eq!(width(&row), usize::from(columns), "{row:?}");
            }
        }
    }
}

fn chinese_table() -> Table {
    Table {
        name: "客户端_访问日志_按天分区_很长的名字".to_owned(), bytes: Bytes(1 << 30), ..Table::default()
    }
}

const HOSTILE: &str = "\u{1b}[31mred\u{1b}]0;title\u{7}\u{202e}drowssap\r\n\0\u{9b}31m";

fn hostile() -> Scene {
    scene_of(|_, mut server| {
        server.endpoint = HOSTILE.to_owned();
        let mut threads = (*server.threads.as_ref().expect("threads").value).clone();
        for thread in &mut threads {
            (thread.user, thread.statement, thread.state) = (HOSTILE.into(), HOSTILE.repeat(99), HOSTILE.into());
        }
        server.threads.as_mut().expect("threads").value = threads.into();
        for database in &mut server.databases {
            make_hostile(database);
        }
        vec![server]
    })
}

fn make_hostile(database: &mut DatabaseSnapshot) {
    database.name = DatabaseName(format!("{}{HOSTILE}", database.name));
    let table = Table { name: HOSTILE.to_owned(), bytes: Bytes(7), ..Table::default() };
    database.tables.as_mut().expect("tables").value = Ok(vec![table].into());
}

/// Data is cleaned where it comes in; this is the second wall.
#[test]
fn no_control_character_reaches_a_cell() {
    for screen in SCREENS {
        let mut scene = hostile();
        scene.keys(&screen.key().to_string());
        for open in [false, true] {
            if open {
                scene.press(Key::Enter);
            }
            let text = text(&scene.buffer((120, 40)));
            let obeyed = |c: &char| c.is_control() && *c != '\n';
            assert_eq!(text.chars().find(obeyed), None, "{}: {text:?}", screen.title());
        }
    }
}

/// A server that says everything at once must not hide its own list.
#[test]
fn notes_take_a_third_at_most() {
    let mut scene = scene_of(|now, server| {
        let lack = crate::server::Unavailable::permission("reason ".repeat(60), "GRANT ".repeat(60));
        let copy = |index: usize| ServerSnapshot {
            endpoint: format!("db-{index}:3306"),
            transactions: super::service::lacking(
                now,
                crate::server::Unavailable { reason: format!("{index}"), ..lack.clone() },
            ),
            ..server.clone()
        };
        (0..9).map(copy).collect()
    });
    let screen = scene.keys("2").text((80, 24));
    let heading = screen.lines().position(|line| line.contains("statement")).expect("a heading");
    assert!(heading <= 2 + 7 + 1, "{screen}");
    assert!(screen.contains("more of this on 8 Checks"), "{screen}");
}

#[test]
fn a_frame_fills_any_area() {
    let scene = scene();
    let mut buffer = ratatui::buffer::Buffer::empty(Rect::new(3, 5, 90, 30));
    view(&scene.model, &mut buffer);
    assert!(rows(&buffer)[0].contains("dbdeck"));
}
