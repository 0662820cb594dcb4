//! A console that looks at given servers: keys go in, a screen comes out as text.

use std::path::PathBuf;
use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::operations;
use super::service::{frozen, service};
use crate::clock::Moment;
use crate::config::{Account, Config, Endpoint, Environment, Pool, Sampling, Target, Thresholds, Tls, Ui};
use crate::sample::{Picture, ServerSnapshot};
use crate::secret::SecretSource;
use crate::tui::glyph::Charset;
use crate::tui::model::{Look, Model, Table};
use crate::tui::msg::{Effect, Key, Msg};
use crate::tui::theme::Palette;
use crate::tui::update::update;
use crate::tui::view::view;

/// The sizes that screens are looked at.
pub const SIZES: [(u16, u16); 3] = [(80, 24), (120, 40), (200, 60)];

/// A console and what it has asked for.
pub struct Scene {
    pub model: Model,
    pub effects: Vec<Effect>,
}

/// A console on the service, everything well.
pub fn scene() -> Scene {
    scene_of(|_, server| vec![server])
}

/// A console on what becomes of the service.
pub fn scene_of(change: impl FnOnce(Moment, ServerSnapshot) -> Vec<ServerSnapshot>) -> Scene {
    let now = frozen();
    let servers = change(now, service(now));
    let mut scene = Scene { model: model(&servers, now), effects: Vec::new() };
    scene.send(Msg::Sampled(now, picture(servers)));
    let shelf = super::migrations::shelf(&scene.model.config.targets);
    scene.send(Msg::Shelved(Arc::new(shelf)));
    scene
}

pub fn picture(servers: Vec<ServerSnapshot>) -> Picture {
    Picture::new(servers.into_iter().map(Arc::new).collect())
}

fn model(servers: &[ServerSnapshot], now: Moment) -> Model {
    let names = servers.iter().flat_map(|server| &server.databases);
    let config = Config {
        path: PathBuf::from("config.yaml"),
        environment: Environment::Production,
        targets: names.map(|database| target(&database.name.0)).collect(),
        thresholds: Thresholds::default(),
        sampling: Sampling::default(),
        ui: Ui::default(),
        ledger: crate::config::LedgerSettings::default(),
        worker: crate::config::WorkerSettings::default(),
        retention: Vec::new(),
        migrations: crate::config::MigrationSettings { directory: "migrations".into(), databases: Vec::new() },
        warnings: Vec::new(),
    };
    let look = Look { palette: Palette::Dark, charset: Charset::Unicode };
    let table = Table { ops: operations::OPS, groups: operations::GROUPS };
    Model { table, ..Model::new(Arc::new(config), look, (80, 24), now) }
}

fn target(name: &str) -> Target {
    Target {
        name: name.into(),
        schema: format!("comfyui_{name}"),
        endpoint: Endpoint::Socket("/run/mysqld/mysqld.sock".into()),
        tls: Tls::default(),
        account: Account { user: "deck".to_owned(), secret: SecretSource::None },
        operator: None,
        pool: Pool::default(),
    }
}

impl Scene {
    pub fn send(&mut self, msg: Msg) -> &mut Self {
        self.effects.extend(update(&mut self.model, msg));
        self
    }

    pub fn press(&mut self, key: Key) -> &mut Self {
        self.send(Msg::Key(key))
    }

    /// Presses the keys of a text, one after the other; a line break is Enter.
    pub fn keys(&mut self, keys: &str) -> &mut Self {
        for key in keys.chars() {
            self.press(if key == '\n' { Key::Enter } else { Key::Char(key) });
        }
        self
    }

    pub fn resize(&mut self, (columns, rows): (u16, u16)) -> &mut Self {
        self.send(Msg::Resized(columns, rows))
    }

    /// The screen at a size.
    pub fn buffer(&mut self, size: (u16, u16)) -> Buffer {
        self.resize(size);
        let mut buffer = Buffer::empty(Rect::new(0, 0, size.0, size.1));
        view(&self.model, &mut buffer);
        buffer
    }

    /// The screen at a size, as text: a line for each row, spaces at its end left out.
    pub fn text(&mut self, size: (u16, u16)) -> String {
        text(&self.buffer(size))
    }
}

/// What a terminal would show of it.
pub fn text(buffer: &Buffer) -> String {
    rows(buffer).iter().map(|row| format!("{}\n", row.trim_end())).collect()
}

/// Its rows; the cells that a wide character covers are left out, as a terminal does.
pub fn rows(buffer: &Buffer) -> Vec<String> {
    let width = usize::from(buffer.area.width.max(1));
    buffer.content.chunks(width).map(row).collect()
}

fn row(cells: &[ratatui::buffer::Cell]) -> String {
    let mut text = String::new();
    let mut covered = 0;
    for cell in cells {
        if covered == 0 {
            text.push_str(cell.symbol());
            covered = crate::text::width(cell.symbol()).max(1);
        }
        covered -= 1;
    }
    text
}
