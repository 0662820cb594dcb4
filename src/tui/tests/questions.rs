//! How forms and questions look, at the smallest size and at others.

use insta::assert_snapshot;

use super::actions::{answer, missing};
use super::operations::plan;
use super::scene::{Scene, scene};
use crate::config::Environment;
use crate::job::Access;
use crate::op::{Plan, Step};
use crate::text::width;
use crate::tui::glyph::Charset;
use crate::tui::jobs::Record;
use crate::tui::msg::{Key, Msg};
use crate::tui::theme::Palette;

const SMALL: (u16, u16) = (80, 24);

fn asked(keys: &str, plan: &Plan) -> Scene {
    let mut scene = scene();
    answer(scene.keys(keys), plan);
    scene
}

#[test]
fn forms() {
    let mut scene = scene();
    assert_snapshot!("form", scene.keys(":cleanup\n").text(SMALL));
    scene.press(Key::Tab).keys("logs").press(Key::Tab).keys(" ").press(Key::Tab).keys("often\n");
    assert_snapshot!("form_with_error", scene.text(SMALL));
    scene.press(Key::Esc).keys(":optimize\n").press(Key::Tab).keys(" ");
    assert_snapshot!("form_of_choices", scene.text((120, 40)));
    scene.model.look.charset = Charset::Ascii;
    let text = scene.text(SMALL);
    assert!(text.is_ascii(), "{text}");
}

#[test]
fn planning() {
    let mut scene = scene();
    scene.keys(":cleanup\n").press(Key::Ctrl('u')).press(Key::Enter);
    scene.send(Msg::Planned("cleanup".to_owned(), 0, Ok(Box::new(plan()))));
    let late = "cannot plan for shared: no answer within 2.0 s".to_owned();
    scene.send(Msg::Planned("cleanup".to_owned(), 2, Err(late)));
    assert_snapshot!("planning", scene.text(SMALL));
}

#[test]
fn questions_by_risk() {
    assert_snapshot!("question_destructive", asked("c", &plan()).text(SMALL));
    assert_snapshot!("question_destructive_large", asked("c", &plan()).text((200, 60)));
    let mut typed = asked("c", &plan());
    assert_snapshot!("question_typed", typed.keys("client").press(Key::Tab).text(SMALL));
    let mut scene = scene();
    scene.model.environment = Environment::Development;
    answer(scene.keys("a"), &plan());
    assert_snapshot!("question_reversible", scene.text((120, 40)));
    let mut looks = super::scene::scene();
    looks.keys(":index\n").press(Key::Enter);
    answer(&mut looks, &plan());
    assert_snapshot!("answer_of_a_look", looks.text(SMALL));
}

#[test]
fn what_cannot_be_run() {
    let refusal = Some("rebuilding needs 1.9 GiB, and 610 MiB are free on /var/lib/data".to_owned());
    assert_snapshot!("question_refused", asked("c", &Plan { refusal, ..plan() }).text(SMALL));
    let nothing = Plan { summary: "no row is older than 30 days".to_owned(), ..Plan::default() };
    assert_snapshot!("question_nothing", asked("c", &nothing).text(SMALL));
}

#[test]
fn the_first_question_of_an_installation() {
    let mut scene = scene();
    scene.send(Msg::Recorded(Record { standing: missing(), ..Record::default() }.into()));
    answer(scene.keys("4a"), &Plan { steps: vec![Step::new("analyze global_tasks")], ..plan() });
    assert_snapshot!("question_consent", scene.text(SMALL));
}

#[test]
fn several_databases_in_one_question() {
    let mut scene = scene();
    scene.keys(":cleanup\n").press(Key::Ctrl('u')).press(Key::Enter);
    scene.send(Msg::Planned("cleanup".to_owned(), 0, Ok(Box::new(plan()))));
    scene.send(Msg::Planned("cleanup".to_owned(), 1, Ok(Box::default())));
    scene.send(Msg::Planned("cleanup".to_owned(), 2, Err("no answer within 2.0 s".to_owned())));
    assert_snapshot!("question_several", scene.text((120, 40)));
}

#[test]
fn read_only() {
    let mut scene = scene();
    scene.model.access = Access::ReadOnly;
    assert_snapshot!("read_only", scene.text(SMALL));
    assert_snapshot!("read_only_palette", scene.keys(":").text(SMALL));
    scene.press(Key::Esc);
    assert_snapshot!("read_only_pressed", scene.keys("c").text((120, 40)));
}

/// A plan longer than the screen.
fn long() -> Plan {
    let steps =
        (1..=40).map(|n| Step::new(format!("第 {n} 步 delete from client_access_logs")).sql("DELETE …".repeat(20)));
    Plan { steps: steps.collect(), ..plan() }
}

#[test]
fn a_long_plan_is_scrolled_and_its_buttons_stay() {
    let mut scene = asked("c", &long());
    scene.press(Key::PageDown).press(Key::PageDown);
    assert_snapshot!("question_scrolled", scene.text(SMALL));
    for _ in 0..40 {
        scene.press(Key::PageDown);
    }
    let screen = scene.text(SMALL);
    assert!(screen.contains("40. 第 40 步") && screen.contains("[ Cancel ]"), "{screen}");
}

#[test]
fn a_question_fits_every_screen() {
    for (columns, rows) in [(60, 14), (61, 15), (80, 24), (119, 30), (200, 60), (250, 80)] {
        for palette in [Palette::Dark, Palette::Plain] {
            let mut scene = asked("c", &long());
            scene.model.look.palette = palette;
            let buffer = scene.buffer((columns, rows));
            for row in super::scene::rows(&buffer) {
                assert_eq!(width(&row), usize::from(columns), "{row:?}");
            }
            let text = super::scene::text(&buffer);
            assert!(text.contains("[ Cancel ]") && text.contains("To go on, type"), "{text}");
        }
    }
}

const HOSTILE: &str = "\u{1b}[31mred\u{1b}]0;title\u{7}\u{202e}drowssap\r\n\0\u{9b}31m";

/// Text from a server is cleaned where it comes in; this is the second wall.
#[test]
fn hostile_text_reaches_no_cell() {
    let step = Step { title: HOSTILE.into(), sql: vec![HOSTILE.into()], ..Step::default() }.fact(HOSTILE, HOSTILE);
    let plan = Plan { summary: HOSTILE.into(), steps: vec![step], warnings: vec![HOSTILE.into()], ..Plan::default() };
    let mut scene = asked("c", &plan);
    let text = scene.text(SMALL);
    assert_eq!(text.chars().find(|c| c.is_control() && *c != '\n'), None, "{text:?}");
}
