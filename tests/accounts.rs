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
use dbdeck::sample::{Fleet, Interest};
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

/// The text of every screen, as this account sees it.
async fn screens(config: &Config) -> Vec<(&'static str, String)> {
    let mut fleet = Fleet::start(config, Interest::ALL);
    tokio::time::timeout(Duration::from_secs(20), fleet.complete()).await.expect("all was read within 20 s");
    let look = Look { palette: Palette::Plain, charset: Charset::Unicode };
    let mut model = Model::new(config, look, SIZE, Moment::now());
    update(&mut model, Msg::Sampled(Moment::now(), fleet.picture()));
    let mut shown = Vec::new();
    for screen in SCREENS {
        update(&mut model, Msg::Key(Key::Char(screen.key())));
        shown.push((screen.title(), text(&model)));
    }
    fleet.stop();
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
