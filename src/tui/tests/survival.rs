//! Whatever is pressed, at whatever size, with whatever state: the console goes on, and Esc leads home.

use proptest::prelude::*;

use super::scene::{Scene, scene, scene_of};
use super::{operations, strip};
use crate::job::JobView;
use crate::op::record::JobState;
use crate::tui::glyph::Charset;
use crate::tui::msg::{Effect, Key, Msg, Turn};
use crate::tui::screen::SCREENS;

const NAMED: [Key; 13] = [
    Key::Enter,
    Key::Esc,
    Key::Tab,
    Key::BackTab,
    Key::Backspace,
    Key::Up,
    Key::Down,
    Key::Left,
    Key::Right,
    Key::PageUp,
    Key::PageDown,
    Key::Home,
    Key::End,
];

fn key() -> impl Strategy<Value = Key> {
    prop_oneof![
        4 => prop::sample::select(NAMED.as_slice()),
        6 => prop::sample::select("1234789?:/!sSpyghjklGq xcaoKr客".chars().collect::<Vec<_>>()).prop_map(Key::Char),
        1 => prop::sample::select("bcflu".chars().collect::<Vec<_>>()).prop_map(Key::Ctrl),
        1 => any::<char>().prop_map(Key::Char),
    ]
}

/// Something that happens, given by a key or by the terminal.
fn msg() -> impl Strategy<Value = Msg> {
    prop_oneof![
        12 => key().prop_map(Msg::Key),
        1 => (0_u16..300, 0_u16..100).prop_map(|(columns, rows)| Msg::Resized(columns, rows)),
        1 => any::<bool>().prop_map(|up| Msg::Scrolled(if up { Turn::Up } else { Turn::Down })),
        1 => (0_u16..300).prop_map(Msg::TabClicked),
        1 => prop::collection::vec(job(), 0..4).prop_map(|jobs| Msg::Jobs(jobs.into())),
        2 => (0_usize..4, any::<bool>()).prop_map(|(place, fails)| planned(place, fails)),
    ]
}

/// A job of this console in any state.
fn job() -> impl Strategy<Value = JobView> {
    use JobState::{Cancelled, Done, Failed, HandedOver, Interrupted, Paused, Queued, Running, Stopping};
    let states = vec![Queued, Running, Paused, Stopping, Done, Failed, Cancelled, Interrupted, HandedOver];
    (0_u64..4, prop::sample::select(states)).prop_map(|(number, state)| strip::job(number, "cleanup", "client", state))
}

/// What `c` on the first pane asks for is planned.
fn planned(place: usize, fails: bool) -> Msg {
    let plan = if fails { Err("no answer within 2.0 s".to_owned()) } else { Ok(Box::new(operations::plan())) };
    Msg::Planned("cleanup --database client".to_owned(), place, plan)
}

fn draw(scene: &mut Scene) {
    let size = (scene.model.size.0.max(1), scene.model.size.1.max(1));
    scene.buffer(size);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_sequence_of_keys_breaks_the_console(msgs in prop::collection::vec(msg(), 1..40)) {
        let mut scene = scene();
        for msg in msgs {
            scene.send(msg);
            draw(&mut scene);
        }
        for _ in 0..4 {
            scene.press(Key::Esc);
        }
        prop_assert_eq!(scene.model.screen, 0);
        prop_assert!(scene.model.layer.is_none() && !scene.model.list().typing);
    }

    #[test]
    fn esc_never_quits(msgs in prop::collection::vec(msg(), 1..40)) {
        let mut scene = scene();
        scene.model.picture = crate::sample::Picture::default();
        for msg in msgs {
            scene.send(msg);
        }
        scene.effects.clear();
        for _ in 0..4 {
            scene.press(Key::Esc);
        }
        prop_assert!(!scene.effects.contains(&Effect::Quit));
    }

    /// Places that point nowhere, databases that are not there, no server at all.
    #[test]
    fn a_frame_is_drawn_at_any_size_and_in_any_state(
        (columns, rows) in (1_u16..=300, 1_u16..=100),
        screen in 0..SCREENS.len(),
        (pane, place, sort) in (0_usize..99, 0_usize..9_999, 0_usize..4),
        (servers, databases) in (0_usize..4, 0_usize..30),
        keys in prop::collection::vec(key(), 0..4),
        ascii in any::<bool>(),
    ) {
        let mut scene = scene_of(|_, server| {
            let template = server.databases[0].clone();
            let named = |number: usize| crate::sample::DatabaseSnapshot {
                name: crate::units::DatabaseName(format!("db{number}")),
                ..template.clone()
            };
            let server = |_| crate::sample::ServerSnapshot {
                databases: (0..databases).map(named).collect(),
                ..server.clone()
            };
            (0..servers).map(server).collect()
        });
        let model = &mut scene.model;
        (model.screen, model.pane) = (screen, pane);
        model.look.charset = if ascii { Charset::Ascii } else { Charset::Unicode };
        (model.list_mut().place, model.list_mut().sort) = (place, Some(sort));
        scene.buffer((columns, rows));
        for key in keys {
            scene.press(key);
            scene.buffer((columns, rows));
        }
    }
}

#[test]
fn every_small_size_is_survived() {
    let mut scene = scene();
    for (columns, rows) in (1..90).flat_map(|columns| (1..30).map(move |rows| (columns, rows))) {
        scene.buffer((columns, rows));
    }
}
