//! What keys do to lists, layers and panes.

use std::time::Duration;

use super::scene::{Scene, picture, scene, scene_of};
use super::service::service;
use crate::clock::Moment;
use crate::sample::{Inquiry, Interest};
use crate::tui::msg::{Effect, Key, Msg};

const SIZE: (u16, u16) = (120, 40);

fn enter(scene: &mut Scene, filter: &str) {
    scene.keys("/").keys(filter).press(Key::Enter);
}

/// The texts in the order in which the screen shows them.
fn order(scene: &mut Scene, texts: &[&str]) -> Vec<String> {
    let screen = scene.text(SIZE);
    let mut found: Vec<(usize, &str)> = texts.iter().filter_map(|text| Some((screen.find(text)?, *text))).collect();
    found.sort_unstable();
    found.into_iter().map(|(_, text)| text.to_owned()).collect()
}

#[test]
fn a_filter_keeps_or_leaves_out() {
    let tables = ["client_access_logs", "system_logs", "global_tasks"];
    let check = |filter: &str, expected: &[&str]| {
        let mut scene = scene();
        enter(scene.keys("4"), filter);
        assert_eq!(order(&mut scene, &tables), expected, "{filter:?}");
    };
    check("", &["global_tasks", "client_access_logs", "system_logs"]);
    check("logs", &["client_access_logs", "system_logs"]);
    check("LOGS", &["client_access_logs", "system_logs"]);
    check("!logs", &["global_tasks"]);
    check("!", &["global_tasks", "client_access_logs", "system_logs"]);
    check("admin", &["system_logs"]);
    check("InnoDB", &["global_tasks", "client_access_logs", "system_logs"]);
    check("nothing is called that", &[]);
}

#[test]
fn a_filter_is_typed_in_place() {
    let mut scene = scene();
    scene.keys("4/quit").press(Key::Backspace).keys("x");
    assert_eq!(scene.model.list().filter, "quix", "q and x are letters here");
    assert!(scene.effects.iter().all(|effect| *effect != Effect::Quit));
    scene.press(Key::Ctrl('u'));
    assert_eq!(scene.model.list().filter, "");
    scene.keys("logs").press(Key::Esc);
    assert_eq!((scene.model.list().filter.as_str(), scene.model.list().typing, scene.model.screen), ("", false, 3));
    enter(&mut scene, "logs");
    scene.press(Key::Esc);
    assert_eq!((scene.model.list().filter.as_str(), scene.model.screen), ("", 3), "Esc drops the filter first");
    scene.press(Key::Esc);
    assert_eq!(scene.model.screen, 0);
    enter(scene.keys("4"), "logs");
    scene.press(Key::Backspace);
    assert_eq!(scene.model.list().filter, "", "Backspace shows all");
}

#[test]
fn a_list_is_sorted_by_the_marked_column() {
    let tables = ["client_access_logs", "operator_notes", "global_tasks"];
    let check = |keys: &str, marked: &str, expected: &[&str]| {
        let mut scene = scene();
        scene.keys("4").keys(keys);
        assert!(scene.text(SIZE).contains(marked), "{keys:?}");
        assert_eq!(order(&mut scene, &tables), expected, "{keys:?}");
    };
    check("", "size↓", &["global_tasks", "client_access_logs", "operator_notes"]);
    check("S", "size↑", &["operator_notes", "client_access_logs", "global_tasks"]);
    check("s", "growth↓", &["global_tasks", "client_access_logs", "operator_notes"]);
    check("sssssssss", "database↓", &["operator_notes", "client_access_logs", "global_tasks"]);
    check("ssssssssss", "table↓", &["client_access_logs", "global_tasks", "operator_notes"]);
}

#[test]
fn what_waits_and_works_comes_before_what_sleeps() {
    let mut scene = scene();
    let rows = order(scene.keys("2"), &["waits for a row lock", "copy to tmp", "Sending data", "idle in transaction"]);
    assert_eq!(rows, ["waits for a row lock", "copy to tmp", "Sending data", "idle in transaction"]);
}

/// The servers once more, a moment later, with connections that were not there before and one that has gone.
fn later(scene: &mut Scene, change: impl Fn(&mut Vec<crate::server::read::Thread>)) {
    let now = Moment { instant: scene.model.now.instant + Duration::from_secs(1), ..scene.model.now };
    let mut server = service(now);
    let mut threads = (*server.threads.as_ref().expect("threads").value).clone();
    change(&mut threads);
    server.threads.as_mut().expect("threads").value = threads.into();
    scene.send(Msg::Sampled(now, picture(vec![server])));
}

fn opened(scene: &mut Scene) -> String {
    scene.press(Key::Enter);
    let title = match &scene.model.layer {
        Some(crate::tui::model::Layer::Reader(reader)) => reader.title.clone(),
        other => panic!("{other:?}"),
    };
    scene.press(Key::Esc);
    title
}

#[test]
fn the_cursor_stays_on_its_row_when_rows_come_and_go() {
    let mut scene = scene();
    scene.keys("2jj");
    assert_eq!(opened(&mut scene), "connection 4107");
    later(&mut scene, |threads| {
        let mut busy = threads[0].clone();
        (busy.id, busy.time) = (crate::units::ThreadId(9_999), Duration::from_secs(900));
        threads.push(busy);
    });
    assert_eq!(opened(&mut scene), "connection 4107", "a busier one came before it");
    later(&mut scene, |threads| threads.retain(|thread| thread.id.0 != 4_107));
    assert_eq!(opened(&mut scene), "connection 4113", "it has gone; the next one took its place");
    later(&mut scene, Vec::clear);
    scene.press(Key::Enter).keys("jy");
    assert!(scene.model.layer.is_none(), "there is nothing to open");
}

#[test]
fn a_paused_list_holds_still() {
    let mut scene = scene();
    let before = scene.keys("2p").text(SIZE);
    later(&mut scene, Vec::clear);
    assert_eq!(scene.text(SIZE).replace("PAUSED 1.0 s", "PAUSED 0 s").replace(' ', ""), before.replace(' ', ""));
    assert!(scene.keys("1").text(SIZE).contains("● live"), "the other screens go on");
    assert!(scene.keys("2p").text(SIZE).contains("0 connections"));
}

#[test]
fn q_and_ctrl_c_quit_from_everywhere() {
    for keys in ["", "2", "4\n", "?"] {
        for quit in [Key::Char('q'), Key::Ctrl('c')] {
            let mut scene = scene();
            scene.keys(keys);
            scene.press(quit);
            assert_eq!(scene.effects.last(), Some(&Effect::Quit), "{keys:?} {quit}");
        }
    }
}

#[test]
fn the_palette_does_what_it_finds() {
    let mut scene = scene();
    scene.keys(":gotab").press(Key::Enter);
    assert_eq!(scene.model.screen, 3);
    scene.keys(":reverse").press(Key::Enter);
    assert!(scene.model.list().reversed);
    scene.keys(":zzzz").press(Key::Enter);
    assert!(scene.model.layer.is_none());
    scene.keys(":quit").press(Key::Enter);
    assert_eq!(scene.effects.last(), Some(&Effect::Quit));
}

#[test]
fn every_command_of_the_palette_is_found_by_its_own_name() {
    for screen in "123478".chars() {
        let mut scene = scene();
        scene.keys(&screen.to_string());
        for command in crate::tui::commands::fitting(&scene.model, "") {
            let found = crate::tui::commands::fitting(&scene.model, &command.name);
            assert!(found.iter().take(2).any(|first| *first == command), "{}", command.name);
        }
    }
}

#[test]
fn enter_on_a_pane_shows_its_tables() {
    let mut scene = scene();
    scene.press(Key::Tab).press(Key::Enter);
    assert_eq!((scene.model.screen, scene.model.list().filter.as_str()), (3, "admin"));
    assert_eq!(scene.effects, [Effect::Watch(Interest { sizes: true, tables: true, statements: false })]);
}

#[test]
fn a_detail_asks_once_and_an_answer_to_another_is_dropped() {
    let mut scene = scene();
    scene.keys("4").press(Key::Enter);
    let asked = Inquiry::Table { database: "shared".into(), table: "global_tasks".to_owned() };
    assert_eq!(scene.effects.last(), Some(&Effect::Inquire(asked.clone().into())));
    let other = Inquiry::Table { database: "shared".into(), table: "other".to_owned() };
    scene.send(Msg::Answered(other.into(), Err("not for you".to_owned())));
    assert!(scene.text(SIZE).contains("asking the server"));
    scene.send(Msg::Answered(asked.into(), Err("no answer within 2.0 s".to_owned())));
    assert!(scene.text(SIZE).contains("no answer within 2.0 s"));
}

#[test]
fn copying_gives_what_is_selected() {
    let check = |keys: &str, expected: &str| {
        let mut scene = scene();
        scene.keys(keys).keys("y");
        assert_eq!(scene.effects.last(), Some(&Effect::Copy(expected.to_owned())), "{keys}");
        assert!(scene.text(SIZE).contains("copied"));
    };
    check("4", "comfyui_shared.global_tasks");
    check("2", "UPDATE global_tasks SET state = 'done' WHERE id = 8812");
    check("3", "SELECT * FROM `client_tasks` WHERE `user_id` = ? LIMIT ?");
}

#[test]
fn the_wheel_moves_and_a_click_on_a_tab_shows_it() {
    let mut scene = scene();
    scene.send(Msg::TabClicked(40)).send(Msg::Scrolled(crate::tui::msg::Turn::Down));
    assert_eq!((scene.model.screen, scene.model.list().place), (3, 3));
    scene.send(Msg::TabClicked(200));
    assert_eq!(scene.model.screen, 3, "there is no tab at that place");
}

#[test]
fn panes_without_databases_take_keys() {
    let mut scene = scene_of(|_, _| Vec::new());
    for key in [Key::Tab, Key::BackTab, Key::Down, Key::Enter] {
        scene.press(key);
    }
    assert_eq!((scene.model.pane, scene.model.screen), (0, 0));
}
