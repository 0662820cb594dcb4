//! What the console shows to accounts that may see nothing, something and everything: figures, or the reason and the
//! statement to paste; never an empty list without a word.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, reason = "a test may")]

mod common;
#[path = "common/service.rs"]
mod service;

use std::path::PathBuf;
use std::time::Duration;

use common::link;
use dbdeck::clock::Moment;
use dbdeck::config::{Config, load};
use dbdeck::demo::launcher::PrivateServer;
use dbdeck::report::{DatabaseReport, Report};
use dbdeck::sample::{Fleet, Interest, Picture};
use dbdeck::server::Unavailable;
use dbdeck::server::error::Lack;
use dbdeck::tui::glyph::Charset;
use dbdeck::tui::model::{Look, Model};
use dbdeck::tui::msg::{Key, Msg};
use dbdeck::tui::screen::SCREENS;
use dbdeck::tui::theme::Palette;
use dbdeck::tui::update::update;
use dbdeck::tui::view::view;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use service::service;

const SIZE: (u16, u16) = (200, 50);

fn configuration(server: &PrivateServer, user: &str) -> PathBuf {
    let path = server.directory().join(format!("{user}.yaml"));
    let socket = server.socket();
    let text = format!("mysql:\n  one: {{socket: {}, user: {user}, database: svc_one}}\n", socket.display());
    std::fs::write(&path, text).unwrap();
    path
}

/// One complete look.
async fn picture(config: &Config) -> Picture {
    let mut fleet = Fleet::start(config, Interest::ALL);
    tokio::time::timeout(Duration::from_secs(20), fleet.complete()).await.expect("all was read within 20 s");
    fleet.picture()
}

/// What the report lacks. A rate needs a second look, and is not missed before.
fn lacks(picture: &Picture) -> Vec<Unavailable> {
    let report = Report::of(picture, &[], Moment::now());
    let of_database = |database: DatabaseReport<'_>| {
        let queries = database.queries.err().filter(|lack| lack.kind != Lack::Answer);
        [database.connections.err(), database.size.err(), database.tables.err(), queries]
    };
    report.databases.into_iter().flat_map(of_database).flatten().collect()
}

/// The text of every screen, as this account sees it.
async fn screens(config: &Config) -> Vec<(&'static str, String)> {
    let look = Look { palette: Palette::Plain, charset: Charset::Unicode };
    let mut model = Model::new(config.clone().into(), look, SIZE, Moment::now());
    update(&mut model, Msg::Sampled(Moment::now(), picture(config).await));
    let mut shown = Vec::new();
    for screen in SCREENS {
        update(&mut model, Msg::Key(Key::Char(screen.key())));
        shown.push((screen.title(), text(&model)));
    }
    shown
}

fn text(model: &Model) -> String {
    let mut buffer = Buffer::empty(Rect::new(0, 0, SIZE.0, SIZE.1));
    view(model, &mut buffer);
    let rows = buffer.content.chunks(usize::from(SIZE.0));
    rows.map(|row| row.iter().map(ratatui::buffer::Cell::symbol).collect::<String>() + "\n").collect()
}

#[tokio::test]
async fn every_screen_has_figures_or_the_missing_grant() {
    let server = service(&["one"]).await;
    let mut root = link(&server.root()).await;
    let grants = [("nothing", None), ("process", Some("PROCESS ON *.*")), ("everything", Some("ALL ON *.*"))];
    for (user, grant) in grants {
        root.execute(format!("CREATE USER {user}@localhost")).await.unwrap();
        if let Some(grant) = grant {
            root.execute(format!("GRANT {grant} TO {user}@localhost")).await.unwrap();
        }
    }
    let process = "GRANT PROCESS ON *.* TO";
    let check = async |user: &str, expected: &[(&str, &str)], absent: &str| {
        let shown = screens(&load(&configuration(&server, user)).unwrap()).await;
        for (title, words) in expected {
            let (_, text) = shown.iter().find(|(shown, _)| shown == title).unwrap();
            assert!(text.contains(words), "{user} on {title} does not see {words:?}:\n{text}");
        }
        for (title, text) in &shown {
            assert!(absent.is_empty() || !text.contains(absent), "{user} on {title} sees {absent:?}:\n{text}");
        }
    };
    let blind = [
        ("Overview", "NOT PERMITTED"),
        ("Overview", process),
        ("Activity", process),
        ("Queries", "performance_schema"),
        ("Tables", process),
        ("Checks", "forbidden"),
    ];
    check("nothing", &blind, "").await;
    let looking = [("Overview", "of 30"), ("Overview", "KiB"), ("Tables", "任"), ("Queries", "digests")];
    check("process", &looking, process).await;
    check("everything", &looking, "GRANT").await;
    server.stop().await.unwrap();
}

#[tokio::test]
async fn the_grants_that_the_report_names_bring_its_figures() {
    let server = service(&["one"]).await;
    let mut root = link(&server.root()).await;
    for (user, grant) in [("nothing", "USAGE"), ("process", "PROCESS")] {
        root.execute(format!("CREATE USER {user}@localhost")).await.unwrap();
        root.execute(format!("GRANT {grant} ON *.* TO {user}@localhost")).await.unwrap();
        let config = load(&configuration(&server, user)).unwrap();
        let mut given = Vec::new();
        loop {
            let lacks = lacks(&picture(&config).await);
            assert!(lacks.iter().all(|lack| !lack.reason.is_empty() && !lack.remedy.is_empty()), "{user}: {lacks:?}");
            let Some(lack) = lacks.into_iter().find(|lack| lack.kind == Lack::Permission) else { break };
            assert!(!given.contains(&lack.remedy), "{user}: {lack:?} after {given:?}");
            root.execute(lack.remedy.trim_end_matches(';')).await.unwrap();
            given.push(lack.remedy);
        }
        eprintln!("{user}: {given:?}");
    }
    server.stop().await.unwrap();
}
