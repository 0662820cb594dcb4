//! The guide of a first setup without a terminal and without a server: each stage, and what goes wrong in it.

use insta::assert_snapshot;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::scene::{SIZES, text};
use crate::config::Endpoint;
use crate::server::read::DiskSpace;
use crate::setup::flow::Progress;
use crate::setup::found::FoundServer;
use crate::setup::proof::{Answer, Cell, Flaw, Matrix, Proven, Verb};
use crate::setup::run::Event;
use crate::setup::{Answers, Flow, Found, Work};
use crate::tui::glyph::Charset;
use crate::tui::model::Look;
use crate::tui::msg::Key;
use crate::tui::setup::{Effect, Ending, Guide, Msg, update, view};
use crate::tui::theme::Palette;
use crate::units::Bytes;

struct Scene {
    guide: Guide,
    effects: Vec<Effect>,
}

fn scene() -> Scene {
    let mut drawn = 0;
    let draw = || {
        drawn += 1;
        format!("drawn-password-{drawn:08}").into()
    };
    let servers = vec![Endpoint::Socket("/run/mysqld/mysqld.sock".into())];
    let flow = Flow::new(Answers::usual("/home/ann/config.yaml".into(), draw), servers);
    let look = Look { palette: Palette::Dark, charset: Charset::Unicode };
    Scene { guide: Guide::new(flow, look, (80, 24)), effects: Vec::new() }
}

fn found() -> Found {
    let server = FoundServer {
        kind: "MariaDB 10.11.19".to_owned(),
        account: "root@localhost".to_owned(),
        here: "localhost".to_owned(),
        charset: ("utf8mb4".to_owned(), "utf8mb4_general_ci".to_owned()),
        time_zone: "SYSTEM (+00:00)".to_owned(),
        binary_log: false,
        tls: true,
        may_grant: true,
        anonymous: vec!["localhost".to_owned()],
        schemas: vec!["shop".to_owned(), "会计".to_owned()],
        disk: Some(Ok(DiskSpace { path: "/var/lib/mysql".to_owned(), total: Bytes(80 << 30), free: Bytes(51 << 30) })),
        ..FoundServer::default()
    };
    Found { server, ..Found::default() }
}

impl Scene {
    fn send(&mut self, msg: Msg) -> &mut Self {
        self.effects.extend(update(&mut self.guide, msg));
        self
    }

    fn press(&mut self, key: Key) -> &mut Self {
        self.send(Msg::Key(key))
    }

    fn keys(&mut self, keys: &str) -> &mut Self {
        for key in keys.chars() {
            self.press(if key == '\n' { Key::Enter } else { Key::Char(key) });
        }
        self
    }

    fn looked(&mut self) -> &mut Self {
        self.send(Msg::Looked(Box::new(Ok(found()))))
    }

    fn names(&mut self) -> &mut Self {
        self.keys("\n\n\n").looked().keys("\n")
    }

    fn review(&mut self) -> &mut Self {
        self.names().press(Key::PageDown).looked()
    }

    fn happened(&mut self, index: usize, progress: Progress) -> &mut Self {
        self.send(Msg::Happened(Event::Step { index, progress }))
    }

    fn ended(&mut self) -> &mut Self {
        self.review().keys("y").send(Msg::Happened(Event::Ended(Ok(()))))
    }

    fn text(&mut self, size: (u16, u16)) -> String {
        self.send(Msg::Resized(size.0, size.1));
        let mut buffer = Buffer::empty(Rect::new(0, 0, size.0, size.1));
        view(&self.guide, &mut buffer);
        text(&buffer)
    }

    /// The work that is wanted last.
    fn wanted(&self) -> Option<Work> {
        self.effects.iter().rev().find_map(|effect| match effect {
            Effect::Work(work, ..) => Some(*work),
            _ => None,
        })
    }

    fn is_over(&self) -> bool {
        self.effects.iter().any(|effect| matches!(effect, Effect::Quit))
    }
}

/// Ends a chain of messages.
fn nothing(_: &mut Scene) {}

/// One account that may do everything in one database and nothing in the other.
fn matrix(flaw: bool) -> Matrix {
    let cell = |verb, allowed: bool| {
        let answer = if allowed { Answer::Allowed } else { Answer::Denied };
        Cell { verb, answer: answer.clone(), expected: answer }
    };
    let all = |allowed| Verb::ALL.map(|verb| cell(verb, allowed)).to_vec();
    let mut foreign = all(false);
    if flaw {
        foreign[0].answer = Answer::Allowed;
    }
    let proven = |user: &str, databases| Proven {
        user: user.to_owned(),
        server: "/run/mysqld/mysqld.sock".to_owned(),
        login: Ok(format!("{user}@localhost")),
        databases,
    };
    let client = proven("comfyui_client_user", vec![("client".into(), all(true)), ("admin".into(), foreign)]);
    let admin = proven("comfyui_admin_user", vec![("client".into(), all(false)), ("admin".into(), all(true))]);
    let flaws = flaw.then(|| Flaw {
        subject: "comfyui_client_user@localhost".to_owned(),
        text: "has SELECT on comfyui_admin and should not".to_owned(),
        remedy: "REVOKE SELECT ON `comfyui\\_admin`.* FROM 'comfyui_client_user'@'localhost';".to_owned(),
    });
    Matrix { accounts: vec![client, admin], flaws: flaws.into_iter().collect(), unreachable: Vec::new() }
}

#[test]
fn every_stage_at_every_size() {
    type Lead = fn(&mut Scene);
    let stages: [(&str, Lead); 9] = [
        ("server", |_| ()),
        ("login", |scene| nothing(scene.keys("\n\nsecret"))),
        ("look", |scene| nothing(scene.keys("\n\n\n").looked())),
        ("names", |scene| nothing(scene.names())),
        ("accounts", |scene| nothing(scene.names().keys("\n\n\n\n\n"))),
        ("review", |scene| nothing(scene.review())),
        ("run", |scene| {
            scene.review().keys("y").happened(0, Progress::Done).happened(1, Progress::Done);
            scene.happened(2, Progress::Running);
        }),
        ("proof", |scene| nothing(scene.ended().send(Msg::Proved(matrix(false))))),
        ("done", |scene| {
            let (name, password) = ("admin".to_owned(), "Xk3vPq9sTz7mWb2n".into());
            scene.review().keys("y").send(Msg::Happened(Event::ShownOnce { name, password }));
            scene.send(Msg::Happened(Event::Ended(Ok(())))).send(Msg::Proved(matrix(false))).keys("\n");
        }),
    ];
    for (name, lead) in stages {
        for size in SIZES {
            let mut scene = scene();
            lead(&mut scene);
            assert_snapshot!(format!("{name}_{}x{}", size.0, size.1), scene.text(size));
        }
    }
}

#[test]
fn what_goes_wrong_is_said_where_it_is() {
    let check = |name: &str, lead: fn(&mut Scene)| {
        let mut scene = scene();
        lead(&mut scene);
        assert_snapshot!(name, scene.text((80, 24)));
    };
    check("host_missing", |scene| nothing(scene.press(Key::Down).press(Key::Down).keys("\n\n\n\n\n")));
    check("look_failed", |scene| {
        let why = "/run/mysqld/mysqld.sock: access denied for root@localhost (using password: NO)".to_owned();
        scene.keys("\n\n\n").send(Msg::Looked(Box::new(Err(why))));
    });
    check("name_refused", |scene| nothing(scene.names().keys("\n").press(Key::Ctrl('u')).keys("mysql\n")));
    check("run_failed", |scene| {
        let why = "Make the database comfyui_client: error 1044: Access denied".to_owned();
        scene.review().keys("y").happened(0, Progress::Done).happened(1, Progress::Failed(why.clone()));
        scene.send(Msg::Happened(Event::Ended(Err(why))));
    });
    check("proof_flawed", |scene| nothing(scene.ended().send(Msg::Proved(matrix(true)))));
    check("done_flawed", |scene| nothing(scene.ended().send(Msg::Proved(matrix(true))).keys("\n")));
    check("leave", |scene| nothing(scene.names().press(Key::Ctrl('c'))));
}

#[test]
fn a_terminal_of_ascii_is_enough() {
    for (name, keys) in [("ascii_names", "\n\n"), ("ascii_server", "")] {
        let mut scene = scene();
        if !keys.is_empty() {
            scene.names().keys(keys);
        }
        scene.guide.look = Look { palette: Palette::Plain, charset: Charset::Ascii };
        let screen = scene.text((80, 24));
        assert!(screen.is_ascii(), "{screen}");
        assert_snapshot!(name, screen);
    }
}

#[test]
fn nothing_is_done_before_the_yes() {
    let mut scene = scene();
    scene.review().keys("\n\n\n");
    assert_eq!(scene.wanted(), Some(Work::Look));
    scene.keys("y");
    assert_eq!(scene.wanted(), Some(Work::Run));
    scene.send(Msg::Happened(Event::Ended(Ok(()))));
    assert_eq!(scene.wanted(), Some(Work::Prove), "what was made is proved at once");
}

#[test]
fn a_password_is_seen_nowhere() {
    let mut scene = scene();
    scene.keys("\n\nhunter2");
    let (screen, debug) = (scene.text((80, 24)), format!("{:?}", scene.guide.input));
    assert!(screen.contains("•••••••") && !screen.contains("hunter2") && !debug.contains("hunter2"), "{screen}");
    scene.keys("\n").looked().keys("\n").press(Key::PageDown).looked();
    for _ in 0..40 {
        let screen = scene.text((120, 40));
        assert!(!screen.contains("hunter2") && !screen.contains("drawn-password"), "{screen}");
        scene.press(Key::PageDown);
    }
}

#[test]
fn leaving_is_asked_and_a_run_ends_after_its_step() {
    let mut scene = scene();
    scene.press(Key::Esc).keys("n");
    assert!(!scene.is_over());
    scene.press(Key::Esc).keys("y");
    assert!(scene.is_over());
    assert_eq!(scene.guide.ending(), Ending::Left);

    let mut scene = self::scene();
    scene.review().keys("y").press(Key::Ctrl('c')).keys("y");
    assert!(!scene.is_over() && scene.effects.iter().any(|effect| matches!(effect, Effect::Stop)));
    scene.send(Msg::Happened(Event::Ended(Err("stopped".to_owned()))));
    assert!(scene.is_over());
}

#[test]
fn an_answer_that_comes_too_late_is_dropped() {
    let mut scene = scene();
    scene.keys("\n\n\n").press(Key::Esc);
    assert!(scene.effects.iter().any(|effect| matches!(effect, Effect::Abandon)));
    scene.send(Msg::Looked(Box::new(Err("too late".to_owned()))));
    assert_eq!(scene.guide.flow.trouble(), None);
}

#[test]
fn the_end_says_how_it_went() {
    let check = |matrix: Matrix, expected: Ending| {
        let mut scene = scene();
        scene.ended().send(Msg::Proved(matrix)).keys("\n");
        assert_eq!(scene.guide.ending(), expected);
    };
    check(matrix(false), Ending::Right);
    check(matrix(true), Ending::Flawed);
}
