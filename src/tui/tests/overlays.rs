//! What lies over a screen, and what is typed into it.

use insta::assert_snapshot;

use super::scene::scene;
use crate::sample::{Answer, Inquiry, Section};
use crate::tui::glyph::Charset;
use crate::tui::msg::{Key, Msg};

const SMALL: (u16, u16) = (80, 24);

/// A name, the keys that lead there, and the size.
const CASES: [(&str, &str, (u16, u16)); 9] = [
    ("help", "?", SMALL),
    ("help_large", "?", (120, 60)),
    ("palette", "4:", SMALL),
    ("palette_typed", "4:rev", SMALL),
    ("palette_nothing", ":zzz", SMALL),
    ("filter_typed", "4/log", SMALL),
    ("filter_kept", "4/!log\n", SMALL),
    ("filter_fits_nothing", "4/zzz\n", SMALL),
    ("paused", "2p", SMALL),
];

#[test]
fn overlays() {
    for (name, keys, size) in CASES {
        let mut scene = scene();
        scene.keys(keys);
        assert_snapshot!(name, scene.text(size));
    }
}

#[test]
fn details() {
    for screen in "2348".chars() {
        let mut scene = scene();
        scene.keys(&format!("{screen}\n"));
        assert_snapshot!(format!("detail_{screen}"), scene.text(SMALL));
    }
}

#[test]
fn an_answer_that_is_longer_than_the_screen() {
    let mut scene = scene();
    scene.keys("4\n");
    let lines = (1..=40).map(|n| format!("column_{n:02}  varchar(255)  not null  列 {n}")).collect();
    let answer = Answer { sections: vec![Section::words("columns", lines)] };
    let inquiry = Inquiry::Table { database: "shared".into(), table: "global_tasks".to_owned() };
    scene.send(Msg::Answered(inquiry.into(), Ok(answer)));
    assert_snapshot!("answer", scene.text(SMALL));
    scene.press(Key::PageDown);
    assert_snapshot!("answer_page_2", scene.text(SMALL));
    scene.keys("G");
    assert_snapshot!("answer_end", scene.text(SMALL));
}

#[test]
fn a_terminal_without_utf8() {
    for (name, keys) in [("overview", "1"), ("activity", "2"), ("queries", "3"), ("detail", "4\n"), ("help", "?")] {
        let mut scene = scene();
        scene.model.look.charset = Charset::Ascii;
        scene.keys(keys);
        let text = scene.text(SMALL);
        assert!(text.is_ascii(), "{text}");
        assert_snapshot!(format!("ascii_{name}"), text);
    }
}
