//! The guide, driven as a front end drives it, without a server.

use super::*;
use crate::secret::{ExposeSecret as _, SecretSource};
use crate::setup::found::FoundServer;

fn draw() -> impl FnMut() -> SecretString {
    let mut count = 0;
    move || {
        count += 1;
        format!("drawn-{count}").into()
    }
}

fn flow(servers: &[&str]) -> Flow {
    let servers = servers.iter().map(|path| Endpoint::Socket(path.into())).collect();
    Flow::new(Answers::usual("config.yaml".into(), draw()), servers)
}

fn found() -> Found {
    let server = FoundServer { here: "localhost".to_owned(), may_grant: true, ..FoundServer::default() };
    Found { server, ..Found::default() }
}

fn names() -> Flow {
    let mut flow = flow(&["/run/a.sock"]);
    flow.next().unwrap();
    assert_eq!(flow.next(), Ok(Some(Work::Look)));
    flow.looked(found());
    flow.next().unwrap();
    assert_eq!(flow.stage(), Stage::Names);
    flow
}

fn value(flow: &Flow, key: &Key) -> Option<String> {
    flow.questions().into_iter().find(|question| question.key == *key).map(|question| question.value)
}

#[test]
fn enter_alone_leads_to_the_review() {
    let mut flow = names();
    assert_eq!(flow.answers().hosts, ["localhost"]);
    assert_eq!(flow.next(), Ok(Some(Work::Look)));
    assert_eq!(flow.stage(), Stage::Review);
    flow.looked(found());
    assert!(flow.working().is_none() && flow.trouble().is_none());
}

#[test]
fn the_first_server_that_answers_is_proposed() {
    let check = |servers: &[&str], expected: &str| {
        assert_eq!(value(&flow(servers), &Key::Server).as_deref(), Some(expected), "{servers:?}");
    };
    check(&["/run/a.sock", "/run/b.sock"], "/run/a.sock");
    check(&["/run/b.sock", SOCKETS[0]], SOCKETS[0]);
    check(&[], "socket");
}

#[test]
fn another_server_is_asked_for_by_what_it_needs() {
    let keys = |flow: &Flow| flow.questions().into_iter().map(|question| question.key).collect::<Vec<_>>();
    let mut flow = flow(&["/run/a.sock"]);
    assert_eq!(keys(&flow), [Key::Server]);
    flow.set(&Key::Server, "socket").unwrap();
    assert_eq!(keys(&flow), [Key::Server, Key::Socket]);
    flow.set(&Key::Server, "host").unwrap();
    assert_eq!(keys(&flow), [Key::Server, Key::Host, Key::Port, Key::Tls]);
    assert_eq!(flow.next(), Err("name the server's machine: a name or an address".to_owned()));
    flow.set(&Key::Host, "db.example.org").unwrap();
    flow.set(&Key::Port, "3307").unwrap();
    assert_eq!(flow.answers().endpoint.to_string(), "db.example.org:3307");
    assert_eq!(flow.next(), Ok(None));
}

#[test]
fn wrong_answers_are_refused_in_a_sentence_and_the_old_ones_stay() {
    let client = || "client".into();
    let check = |key: Key, text: &str, words: &str| {
        let mut flow = names();
        let before = value(&flow, &key);
        let refused = flow.set(&key, text).unwrap_err();
        assert!(refused.contains(words), "{key:?} {text:?}: {refused}");
        assert_eq!(value(&flow, &key), before, "{key:?} {text:?}");
        assert_eq!(flow.next(), Err(refused), "{key:?} {text:?}");
    };
    check(Key::Schema(client()), "", "needs a name");
    check(Key::Schema(client()), "Mysql", "server's own");
    check(Key::Schema(client()), "a.b", "dot");
    check(Key::Schema(client()), &"x".repeat(65), "64");
    check(Key::Schema("none".into()), "x", "no database none");
    check(Key::User(client()), &"x".repeat(33), "32");
    check(Key::Hosts, "a b", "no host");
    check(Key::Hosts, "x';DROP", "no host");
    check(Key::Environment, "prod", "development, staging, production");
    check(Key::RequireTls, "maybe", "yes or no");
    check(Key::Create, "all without everything", "tables, rows, record");
    check(Key::Email, "nobody", "@");
    check(Key::Config, " ", "needs a file");
}

#[test]
fn answers_that_do_not_go_together_are_named_until_one_is_changed() {
    let check = |answers: &[(Key, &str)], words: &str, mended: (Key, &str)| {
        let mut flow = names();
        for (key, text) in answers {
            flow.set(key, text).unwrap();
        }
        let refused = flow.next().unwrap_err();
        assert!(refused.contains(words), "{answers:?}: {refused}");
        assert!(flow.questions().iter().any(|question| question.mistake.as_ref() == Some(&refused)));
        flow.set(&mended.0, mended.1).unwrap();
        assert_eq!(flow.next(), Ok(Some(Work::Look)), "{answers:?}");
    };
    let (client, admin) = (Key::Schema("client".into()), Key::Schema("admin".into()));
    check(&[(client.clone(), "one"), (admin, "ONE")], "taken twice", (client, "two"));
    let shared = Key::User("shared".into());
    check(&[(shared, "dbdeck_operator")], "one of its own", (Key::Operator, "watcher"));
    check(&[(Key::RequireTls, "yes")], "no encrypted", (Key::RequireTls, "no"));
}

#[test]
fn passwords_are_generated_unless_they_are_given() {
    let mut flow = names();
    let key = Key::Password("client".into());
    assert_eq!(value(&flow, &key).as_deref(), Some("generated"));
    flow.type_secret(&key, "".into());
    assert_eq!(value(&flow, &key).as_deref(), Some("generated"));
    flow.type_secret(&key, "s3cr3t-canary".into());
    assert_eq!(value(&flow, &key).as_deref(), Some("given"));
    flow.set_secret(&key, SecretSource::Env("CLIENT".to_owned()));
    assert_eq!(value(&flow, &key).as_deref(), Some("from the environment variable CLIENT"));
    flow.set_secret(&key, SecretSource::None);
    assert_eq!(value(&flow, &key).as_deref(), Some("generated"));
    assert!(!format!("{flow:?}").contains("drawn-1"));
}

#[test]
fn who_has_two_databases_has_one_password() {
    let mut flow = names();
    flow.set(&Key::User("admin".into()), "comfyui_client_user").unwrap();
    let answers = flow.answers();
    assert_eq!(answers.accounts().len(), 3);
    let SecretSource::Literal(password) = answers.password("comfyui_client_user") else { panic!("drawn") };
    assert_eq!(password.expose_secret(), "drawn-1");
}

#[test]
fn dbdecks_own_account_can_be_left_out_and_taken_back() {
    let mut flow = names();
    flow.set(&Key::Operator, "none").unwrap();
    assert_eq!(value(&flow, &Key::Operator).as_deref(), Some("none"));
    assert_eq!(value(&flow, &Key::OperatorPassword), None);
    flow.set(&Key::Operator, "watcher").unwrap();
    assert_eq!(flow.answers().operator.as_ref().map(|operator| operator.user.as_str()), Some("watcher"));
}

#[test]
fn a_server_on_which_nothing_can_be_made_goes_no_further() {
    let check = |server: FoundServer, words: &str| {
        let mut flow = flow(&["/run/a.sock"]);
        flow.next().unwrap();
        flow.next().unwrap();
        flow.looked(Found { server, ..Found::default() });
        assert!(flow.next().unwrap_err().contains(words));
        assert!(flow.back());
        assert_eq!(flow.stage(), Stage::Admin);
    };
    check(FoundServer { may_grant: true, read_only: true, ..FoundServer::default() }, "refuses writes");
    check(FoundServer { account: "app@%".to_owned(), ..FoundServer::default() }, "app@% may not create accounts");
}

#[test]
fn work_that_failed_is_said_and_can_be_done_again() {
    let mut flow = flow(&["/run/a.sock"]);
    flow.next().unwrap();
    assert_eq!(flow.next(), Ok(Some(Work::Look)));
    assert!(flow.next().is_err());
    flow.failed("cannot reach it");
    assert_eq!(flow.trouble(), Some("cannot reach it"));
    assert_eq!(flow.next(), Err("cannot reach it".to_owned()));
    assert_eq!(flow.again(), Some(Work::Look));
    assert!(flow.back());
    flow.looked(found());
    assert!(flow.found().is_none(), "an answer that came too late");
}

#[test]
fn every_question_is_explained_and_has_an_option() {
    let mut flow = flow(&["/run/a.sock"]);
    flow.set(&Key::Server, "host").unwrap();
    let mut questions = flow.questions();
    questions.extend(names().questions());
    for question in questions {
        assert!(question.help.ends_with('.') && !question.label.is_empty(), "{question:?}");
        assert!(!question.key.flag().is_empty());
        if let Kind::Choice(words) = &question.kind {
            assert!(words.iter().any(|(word, _)| *word == question.value), "{question:?}");
        }
    }
}
