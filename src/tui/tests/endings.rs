//! What keys do to jobs, and how a console with running jobs ends.

use std::sync::Arc;
use std::time::Duration;

use insta::assert_snapshot;

use super::actions::answer;
use super::operations::plan;
use super::scene::Scene;
use super::strip::{ended, job, with};
use crate::clock::Moment;
use crate::job::JobView;
use crate::op::cx::Wish;
use crate::op::record::{JobState, JobUid};
use crate::tui::model::Layer;
use crate::tui::msg::{Effect, Key, Msg};

const SIZE: (u16, u16) = (100, 30);

fn running(number: u64, operation: &str) -> JobView {
    job(number, operation, "client", JobState::Running)
}

fn uid(number: u64) -> JobUid {
    running(number, "cleanup").uid
}

/// A console whose job 41 can be resumed, and 42 cannot.
fn busy() -> Scene {
    with(vec![running(41, "cleanup"), running(42, "maintain optimize")], vec![])
}

fn become_(scene: &mut Scene, states: [JobState; 2]) {
    let jobs = [running(41, "cleanup"), running(42, "maintain optimize")];
    let jobs = jobs.into_iter().zip(states).map(|(job, state)| JobView { state, message: "so it ended".into(), ..job });
    scene.send(Msg::Jobs(Arc::new(jobs.collect())));
}

fn effects(scene: &mut Scene) -> Vec<Effect> {
    let mut effects = std::mem::take(&mut scene.effects);
    effects.retain(|effect| !matches!(effect, Effect::Watch(_)));
    effects
}

#[test]
fn a_job_is_cancelled_after_one_question() {
    for keys in ["x", "7x"] {
        let mut scene = busy();
        scene.keys(keys);
        assert!(scene.text(SIZE).contains("stop #42 maintain optimize on client?"), "{keys:?}");
        scene.press(Key::Enter);
        assert_eq!(effects(&mut scene), [], "{keys:?}: it runs on");
        scene.keys("x").press(Key::Tab).press(Key::Enter);
        assert_eq!(effects(&mut scene), [Effect::Cancel(uid(42))], "{keys:?}");
    }
}

#[test]
fn the_question_before_a_cancel() {
    assert_snapshot!("cancel_question", busy().keys("x").text((80, 24)));
}

#[test]
fn a_job_rests_and_goes_on() {
    let mut scene = busy();
    scene.keys("7jp");
    assert_eq!(effects(&mut scene), [Effect::Wish(uid(41), Wish::Pause)]);
    become_(&mut scene, [JobState::Paused, JobState::Running]);
    scene.keys("p");
    assert_eq!(effects(&mut scene), [Effect::Wish(uid(41), Wish::Run)]);
    scene.keys("kp");
    assert_eq!(effects(&mut scene), [], "this one cannot");
    assert!(scene.text((140, 30)).contains("cannot rest"));
}

#[test]
fn the_job_of_another_console_is_out_of_reach() {
    let other = JobView { operator: "bob@db-2".to_owned(), ..running(38, "cleanup") };
    for keys in ["7x", "7p"] {
        let mut scene = with(vec![], vec![other.clone()]);
        scene.keys(keys);
        assert_eq!(effects(&mut scene), [], "{keys:?}");
        assert!(scene.text((160, 30)).contains("belongs to bob@db-2"), "{keys:?}");
    }
}

#[test]
fn what_was_interrupted_is_resumed_and_what_was_done_is_run_again() {
    let check = |state, resumes: Option<JobUid>| {
        let mut scene = with(vec![], vec![ended(37, "cleanup", state, "81 200 rows")]);
        scene.keys("7r");
        assert_eq!(effects(&mut scene), [Effect::Plan("cleanup --database client".to_owned())], "{state}");
        answer(&mut scene, &plan());
        scene.keys("client").press(Key::Tab).press(Key::Enter);
        let asked = effects(&mut scene);
        let [Effect::Submit(orders)] = asked.as_slice() else { panic!("{asked:?}") };
        assert_eq!(orders[0].resumes, resumes, "{state}");
    };
    check(JobState::Interrupted, Some(uid(37)));
    check(JobState::HandedOver, Some(uid(37)));
    check(JobState::Done, None);
    check(JobState::Cancelled, None);
}

#[test]
fn what_is_not_known_any_more_cannot_be_run_again() {
    let mut scene =
        with(vec![], vec![JobView { line: "polish --all".into(), ..ended(3, "polish", JobState::Done, "") }]);
    scene.keys("7r");
    assert_eq!(effects(&mut scene), []);
    assert!(scene.text((160, 30)).contains("unrecognized subcommand 'polish'"));
}

#[test]
fn quitting_asks_while_jobs_run() {
    let mut scene = busy();
    assert_snapshot!("quit", scene.keys("q").text((80, 24)));
    scene.press(Key::Enter);
    assert_eq!((effects(&mut scene), scene.model.layer.is_none()), (vec![], true), "stay is marked");
    scene.keys("q").press(Key::Esc);
    assert_eq!(effects(&mut scene), []);
    become_(&mut scene, [JobState::Done, JobState::Done]);
    scene.keys("q");
    assert_eq!(effects(&mut scene), [Effect::Quit]);
}

#[test]
fn a_question_about_jobs_that_have_ended_goes() {
    let mut scene = busy();
    scene.keys("q");
    become_(&mut scene, [JobState::Done, JobState::Running]);
    let Some(Layer::Dialog(dialog)) = &scene.model.layer else { panic!("{:?}", scene.model.layer) };
    assert_eq!(dialog.buttons.len(), 3, "the one that is left cannot be handed over");
    become_(&mut scene, [JobState::Done, JobState::Done]);
    assert!(scene.model.layer.is_none());
    assert_eq!(effects(&mut scene), [], "the operator decides");
}

/// Quits, and chooses the button at that place.
fn quit(place: usize) -> Scene {
    let mut scene = busy();
    scene.keys("q");
    for _ in 0..place {
        scene.press(Key::Tab);
    }
    scene.press(Key::Enter);
    scene
}

#[test]
fn waiting_ends_with_the_last_job() {
    let mut scene = quit(1);
    assert_eq!(effects(&mut scene), [Effect::TakeNoMore]);
    assert_snapshot!("waiting", scene.text((80, 24)));
    become_(&mut scene, [JobState::Done, JobState::Running]);
    assert_eq!(effects(&mut scene), []);
    become_(&mut scene, [JobState::Done, JobState::Done]);
    assert_eq!(effects(&mut scene), [Effect::Quit]);
    let mut scene = quit(1);
    effects(&mut scene);
    scene.press(Key::Esc);
    assert_eq!((effects(&mut scene), scene.model.layer.is_none()), (vec![Effect::GoOn], true));
}

#[test]
fn only_what_can_be_resumed_is_handed_over() {
    let mut scene = quit(2);
    assert_eq!(effects(&mut scene), [Effect::TakeNoMore, Effect::Wish(uid(41), Wish::HandOver)]);
    become_(&mut scene, [JobState::HandedOver, JobState::Running]);
    assert_eq!(effects(&mut scene), [], "the other one is waited for");
    become_(&mut scene, [JobState::HandedOver, JobState::Done]);
    assert_eq!(effects(&mut scene), [Effect::HandOver(vec![uid(41)]), Effect::Quit]);
}

#[test]
fn a_cancel_that_is_not_confirmed_is_told() {
    let mut scene = quit(3);
    assert_eq!(effects(&mut scene), [Effect::TakeNoMore, Effect::Cancel(uid(42)), Effect::Cancel(uid(41))]);
    become_(&mut scene, [JobState::Cancelled, JobState::Stopping]);
    scene.press(Key::Tab).press(Key::Enter);
    assert_eq!(effects(&mut scene), [Effect::GoOn], "there is nothing but to stay");
    let mut scene = quit(3);
    become_(&mut scene, [JobState::Cancelled, JobState::Stopping]);
    let later = Moment { instant: scene.model.now.instant + Duration::from_secs(11), ..scene.model.now };
    scene.send(Msg::Tick(later));
    assert_snapshot!("in_doubt", scene.text((80, 24)));
    effects(&mut scene);
    scene.press(Key::Tab).press(Key::Enter);
    assert_eq!(effects(&mut scene), [Effect::Quit]);
}

#[test]
fn an_end_that_was_not_wanted_is_shown_before_the_console_ends() {
    let mut scene = quit(1);
    effects(&mut scene);
    become_(&mut scene, [JobState::Failed, JobState::Done]);
    assert_eq!(effects(&mut scene), []);
    assert!(scene.text(SIZE).contains("Not all went as wanted"));
    scene.press(Key::Tab).press(Key::Enter);
    assert_eq!(effects(&mut scene), [Effect::Quit]);
}
