//! From a key to a job: messages in, effects out.

use super::operations::plan;
use super::scene::{Scene, scene};
use crate::config::Environment;
use crate::job::Access;
use crate::op::Plan;
use crate::tui::jobs::{Record, Standing};
use crate::tui::model::Layer;
use crate::tui::msg::{Effect, Key, Msg};

const SIZE: (u16, u16) = (120, 40);

/// What the last effect plans.
fn planned(scene: &Scene) -> &str {
    match scene.effects.last() {
        Some(Effect::Plan(line)) => line,
        other => panic!("{other:?}"),
    }
}

/// Every job of what is being planned has this plan.
pub fn answer(scene: &mut Scene, plan: &Plan) {
    let Some(Layer::Planning(planning)) = &scene.model.layer else { panic!("{:?}", scene.model.layer) };
    let (line, jobs) = (planning.wanted.invocation.line.clone(), planning.sketches.len());
    for place in 0..jobs {
        scene.send(Msg::Planned(line.clone(), place, Ok(Box::new(plan.clone()))));
    }
}

/// The databases of the jobs that were submitted.
fn submitted(scene: &Scene) -> Vec<Vec<String>> {
    let orders = scene.effects.iter().filter_map(|effect| match effect {
        Effect::Submit(orders) => Some(orders),
        _ => None,
    });
    orders.flatten().map(|order| order.databases.iter().map(ToString::to_string).collect()).collect()
}

fn in_environment(environment: Environment) -> Scene {
    let mut scene = scene();
    scene.model.environment = environment;
    scene
}

#[test]
fn a_key_plans_for_what_is_selected() {
    let check = |keys: &str, expected: &str| {
        let mut scene = scene();
        scene.keys(keys);
        assert_eq!(planned(&scene), expected, "{keys:?}");
    };
    check("c", "cleanup --database client");
    check("llc", "cleanup --database shared");
    check("a", "maintain analyze --database client");
    check("4a", "maintain analyze --table global_tasks --database shared");
    check("4jo", "maintain optimize --table client_access_logs --database client");
    check("4c", "cleanup --database shared");
    check("2K", "kill 4112 --database shared");
}

#[test]
fn a_key_holds_only_where_it_is_about_something() {
    for keys in ["K", "2c", "3c", "3K", "8a", "7c", "4K", "?c", "4\nc"] {
        let mut scene = scene();
        scene.keys(keys);
        let plans = scene.effects.iter().any(|effect| matches!(effect, Effect::Plan(_)));
        assert!(!plans, "{keys:?}: {:?}", scene.effects);
    }
}

#[test]
fn what_is_missing_is_asked_for() {
    let mut scene = scene();
    scene.keys("o");
    assert!(matches!(scene.model.layer, Some(Layer::Form(_))), "optimize wants a table");
    scene.press(Key::Enter);
    assert!(scene.text(SIZE).contains("✗ the following required arguments were not provided: --table <NAME>"));
    scene.keys("client_tasks").press(Key::Tab).keys(" ").press(Key::Tab);
    scene.press(Key::Enter);
    assert_eq!(planned(&scene), "maintain optimize --table client_tasks --how online --database client");
}

#[test]
fn the_palette_opens_the_form() {
    let mut scene = scene();
    scene.keys(":cleanup\n");
    scene.press(Key::Ctrl('u')).keys("client shared").press(Key::Tab).keys("logs tasks").press(Key::Down).keys(" ");
    scene.press(Key::Enter);
    assert_eq!(planned(&scene), "cleanup --policy logs --policy tasks --archive --database client --database shared");
    scene.press(Key::Esc).keys(":cleanup\n").press(Key::Ctrl('u')).keys("nowhere\n");
    assert!(scene.text(SIZE).contains("there is no database"), "{}", scene.text(SIZE));
    scene.press(Key::Esc);
    assert!(scene.model.layer.is_none());
}

#[test]
fn a_name_that_looks_like_an_option_or_has_quotes_stays_a_name() {
    let mut scene = scene();
    scene.keys("o--yes\n");
    assert_eq!(planned(&scene), "maintain optimize '--table=--yes' --database client");
    scene.press(Key::Esc).keys("oit's a \"table\"\n");
    assert_eq!(planned(&scene), "maintain optimize --table \"it's a \\\"table\\\"\" --database client");
}

#[test]
fn a_selected_table_is_one_whatever_its_name() {
    let check = |name: &str, expected: &str| {
        let mut scene = super::scene::scene_of(|_, mut server| {
            let table = crate::sample::snapshot::Table { name: name.to_owned(), ..Default::default() };
            server.databases[0].tables.as_mut().expect("tables").value = Ok(vec![table].into());
            server.databases.truncate(1);
            vec![server]
        });
        scene.keys("4a");
        assert_eq!(planned(&scene), format!("maintain analyze {expected} --database client"));
    };
    check("two words", "--table 'two words'");
    check("it's", "--table \"it's\"");
    check("--yes", "'--table=--yes'");
    check("任务", "--table '任务'");
}

#[test]
fn what_is_planned_is_asked_about_with_cancel_marked() {
    let mut scene = in_environment(Environment::Development);
    answer(scene.keys("a"), &plan());
    let Some(Layer::Dialog(dialog)) = &scene.model.layer else { panic!("{:?}", scene.model.layer) };
    assert_eq!((dialog.focus, dialog.buttons[0].label.as_str()), (0, "Cancel"));
    scene.press(Key::Enter);
    assert_eq!((submitted(&scene), scene.model.layer.is_none()), (Vec::new(), true), "Enter on Cancel does nothing");
    answer(scene.keys("a"), &plan());
    scene.press(Key::Tab).press(Key::Enter);
    assert_eq!(submitted(&scene), [["client"]]);
}

#[test]
fn the_order_carries_the_plan_that_was_seen() {
    let mut scene = in_environment(Environment::Development);
    answer(scene.keys("a"), &plan());
    scene.press(Key::Right).press(Key::Enter);
    let Some(Effect::Submit(orders)) = scene.effects.last() else { panic!("{:?}", scene.effects) };
    assert_eq!((&*orders[0].plan, orders[0].line.as_str()), (&plan(), "maintain analyze --database client"));
}

#[test]
fn esc_leaves_at_every_station() {
    let mut scene = scene();
    for (keys, planned) in [(":cleanup\n", false), ("o", false), ("c", false), ("c", true)] {
        scene.keys(keys);
        if planned {
            answer(&mut scene, &plan());
        }
        assert!(scene.model.layer.is_some(), "{keys:?}");
        scene.press(Key::Esc);
        assert!(scene.model.layer.is_none(), "{keys:?}");
    }
    assert_eq!(submitted(&scene), Vec::<Vec<String>>::new());
}

#[test]
fn a_plan_that_comes_after_esc_is_dropped() {
    let mut scene = scene();
    scene.keys("c").press(Key::Esc);
    scene.send(Msg::Planned("cleanup --database client".to_owned(), 0, Ok(Box::new(plan()))));
    assert!(scene.model.layer.is_none());
    scene.keys("c");
    scene.send(Msg::Planned("cleanup --database shared".to_owned(), 0, Ok(Box::new(plan()))));
    assert!(matches!(scene.model.layer, Some(Layer::Planning(_))), "that was another plan");
}

#[test]
fn the_name_has_to_be_typed_where_something_goes_for_good() {
    let check = |environment, keys: &str, name: &str, expected: usize| {
        let mut scene = in_environment(environment);
        answer(scene.keys(keys), &plan());
        scene.keys(name).press(Key::Tab).press(Key::Enter);
        assert_eq!(submitted(&scene).len(), expected, "{environment:?} {keys} {name:?}");
    };
    check(Environment::Development, "c", "", 0);
    check(Environment::Development, "c", "clien", 0);
    check(Environment::Development, "c", "Client", 0);
    check(Environment::Development, "c", "client ", 0);
    check(Environment::Development, "c", "client", 1);
    check(Environment::Development, "a", "", 1);
    check(Environment::Production, "a", "", 0);
    check(Environment::Production, "a", "client", 1);
    check(Environment::Production, "2K", "shared", 1);
}

#[test]
fn several_databases_want_the_environments_name() {
    let check = |word: &str, expected: usize| {
        let mut scene = in_environment(Environment::Staging);
        scene.keys(":cleanup\n").press(Key::Ctrl('u')).press(Key::Enter);
        answer(&mut scene, &plan());
        scene.keys(word).press(Key::Tab).press(Key::Enter);
        assert_eq!(submitted(&scene).len(), expected, "{word:?}");
    };
    check("client", 0);
    check("staging", 3);
}

#[test]
fn only_what_can_be_run_is_run() {
    let refused = Plan { refusal: Some("the disk is full".to_owned()), ..plan() };
    let check = |results: [Result<Plan, String>; 3], expected: &[&str]| {
        let mut scene = in_environment(Environment::Staging);
        scene.keys(":cleanup\n").press(Key::Ctrl('u')).press(Key::Enter);
        let line = planned(&scene).to_owned();
        for (place, result) in results.into_iter().enumerate() {
            scene.send(Msg::Planned(line.clone(), place, result.map(Box::new)));
        }
        let word = if expected.len() == 1 { expected[0] } else { "staging" };
        scene.keys(word).press(Key::Tab).press(Key::Enter);
        assert_eq!(submitted(&scene).concat(), expected);
    };
    let failed = || Err("cannot plan for admin: no answer within 2.0 s".to_owned());
    check([Ok(plan()), failed(), Ok(plan())], &["client", "shared"]);
    check([Ok(plan()), failed(), Ok(Plan::default())], &["client"]);
    check([Ok(refused.clone()), failed(), Ok(Plan::default())], &[]);
}

#[test]
fn what_only_looks_is_answered_and_kept() {
    let check = |access, standing: Standing, expected: usize| {
        let mut scene = scene();
        scene.model.access = access;
        scene.send(Msg::Recorded(Record { standing, ..Record::default() }.into()));
        scene.keys(":index\n").press(Key::Enter);
        answer(&mut scene, &plan());
        assert!(matches!(scene.model.layer, Some(Layer::Reader(_))), "{:?}", scene.model.layer);
        assert_eq!(submitted(&scene).len(), expected, "{access:?}");
    };
    check(Access::Full, Standing::Settled, 1);
    check(Access::Full, missing(), 0);
    check(Access::ReadOnly, Standing::Settled, 0);
}

pub fn missing() -> Standing {
    let statements = vec!["CREATE TABLE `comfyui_admin`.`dbdeck_jobs` (\n  `id` BIGINT …\n)".to_owned()];
    Standing::Missing { place: "admin.dbdeck_jobs".to_owned(), statements }
}

#[test]
fn the_first_job_asks_for_the_records_tables_and_the_second_does_not() {
    let mut scene = in_environment(Environment::Development);
    scene.send(Msg::Recorded(Record { standing: missing(), ..Record::default() }.into()));
    answer(scene.keys("a"), &plan());
    assert!(scene.text(SIZE).contains("dbdeck keeps its record in admin.dbdeck_jobs, which will be created"));
    scene.press(Key::Tab).press(Key::Enter);
    let last = scene.effects.split_off(scene.effects.len() - 2);
    assert!(matches!(last.as_slice(), [Effect::Consent, Effect::Submit(_)]), "{last:?}");
    answer(scene.keys("a"), &plan());
    assert!(!scene.text(SIZE).contains("keeps its record"));
}

#[test]
fn read_only_leaves_every_operation_visible_and_does_none() {
    let mut scene = scene();
    scene.model.access = Access::ReadOnly;
    for keys in ["c", "a", "o", "4a", "2K", "1:cleanup\n", ":maintain\n"] {
        scene.keys(keys);
        assert!(scene.model.layer.is_none(), "{keys:?}");
        assert!(scene.text(SIZE).contains("is off: dbdeck is in read-only mode"), "{keys:?}");
    }
    assert!(scene.effects.iter().all(|effect| matches!(effect, Effect::Watch(_))), "{:?}", scene.effects);
    let overview = scene.keys("1").text(SIZE);
    assert!(overview.contains("c cleanup") && overview.contains("READ-ONLY"), "{overview}");
}

#[test]
fn a_refusal_is_told_until_a_key_is_pressed() {
    let mut scene = scene();
    scene.send(Msg::Refused("dbdeck is ending and takes no new job".to_owned()));
    scene.model.say("copied");
    assert!(scene.text(SIZE).contains("dbdeck is ending and takes no new job"));
    scene.press(Key::Down);
    assert!(!scene.text(SIZE).contains("dbdeck is ending"));
}
