//! New migration files: what is asked, the editor, and what can go wrong.

use insta::assert_snapshot;

use super::migrations::shown;
use super::scene::{SIZES, Scene};
use crate::job::Access;
use crate::tui::model::Layer;
use crate::tui::msg::{Effect, Key, Msg};

/// The form, filled in.
fn asked() -> Scene {
    let mut scene = shown(|_| ());
    scene.model.operator = "ann@db-1".to_owned();
    scene.keys("nadd 昵称 nickname").press(Key::Tab).keys("client shared").press(Key::Tab).keys("昵称 of users");
    scene
}

fn written() -> Scene {
    let mut scene = asked();
    scene.keys("\n").press(Key::Ctrl('x'));
    scene
}

fn is_open(scene: &Scene) -> bool {
    matches!(scene.model.layer, Some(Layer::Editor(_)))
}

#[test]
fn a_new_file_is_asked_for_and_written() {
    assert_snapshot!("asked", asked().text((80, 24)));
    for size in SIZES {
        let mut scene = written();
        scene.press(Key::Down).keys("SELECT 1; -- 表");
        assert_snapshot!(format!("editor_{}x{}", size.0, size.1), scene.text(size));
    }
    let mut scene = written();
    scene.press(Key::Ctrl('s'));
    let Some(Effect::Save(name, text)) = scene.effects.last() else { panic!("{:?}", scene.effects) };
    assert_eq!(name, "2026_03_14_140327_add_nickname");
    assert!(
        text.starts_with("-- Database: client, shared\n-- Description: 昵称 of users\n-- Author: ann@db-1\n"),
        "{text}"
    );
    assert!(is_open(&scene), "until it is written");
    scene.send(Msg::Saved(Ok("migrations/2026_03_14_140327_add_nickname.sql".into())));
    assert!(!is_open(&scene));
    assert!(scene.text((100, 30)).contains("written: migrations/2026"));
}

#[test]
fn wrong_answers_are_refused() {
    let check = |keys: [&str; 3], words: &str| {
        let mut scene = shown(|_| ());
        scene.keys("n").keys(keys[0]).press(Key::Tab).keys(keys[1]).press(Key::Tab).keys(keys[2]).keys("\n");
        let screen = scene.text((80, 24));
        assert!(screen.contains(words) && !is_open(&scene), "{words}\n{screen}");
    };
    check(["", "", "x"], "gives no name");
    check(["表", "", "x"], "gives no name");
    check(["x", "clint", "x"], "there is no database \"clint\"");
    check(["x", "", ""], "say in a sentence what it is for");
}

#[test]
fn a_text_is_not_thrown_away_by_accident() {
    let mut scene = written();
    scene.press(Key::Esc);
    assert!(!is_open(&scene), "nothing was written");
    let mut scene = written();
    scene.keys("x").press(Key::Esc);
    assert_snapshot!("leaving", scene.text((80, 24)));
    scene.keys("n");
    assert!(is_open(&scene));
    scene.press(Key::Ctrl('c')).keys("y");
    assert!(!is_open(&scene));
}

#[test]
fn a_file_that_cannot_be_written_keeps_its_text() {
    let mut scene = written();
    scene.keys("SELECT 7;").press(Key::Ctrl('s'));
    scene.send(Msg::Saved(Err("cannot write migrations/x.sql: No space left on device".to_owned())));
    let screen = scene.text((80, 24));
    assert!(is_open(&scene) && screen.contains("SELECT 7;") && screen.contains("✗ cannot write"), "{screen}");
}

#[test]
fn a_file_that_is_there_is_given_to_the_operators_editor() {
    let mut scene = shown(|_| ());
    scene.keys("e");
    assert_eq!(scene.effects.last(), Some(&Effect::Edit("migrations/2026_03_14_results.sql".into())));
    scene.effects.clear();
    scene.keys("\ne");
    assert_eq!(scene.effects.last(), Some(&Effect::Edit("migrations/2026_03_14_results.sql".into())));
    scene.press(Key::Esc).keys("/missing\ne");
    assert!(scene.text((100, 30)).contains("its file is gone"));
}

#[test]
fn in_read_only_mode_no_file_is_changed() {
    let mut scene = shown(|_| ());
    scene.model.access = Access::ReadOnly;
    scene.effects.clear();
    for key in ["n", "e"] {
        scene.keys(key);
        assert!(scene.effects.is_empty() && scene.model.layer.is_none());
        assert!(scene.text((100, 30)).contains("read-only mode"));
    }
}
