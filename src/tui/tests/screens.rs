//! Every screen on a service that is well, at three sizes.

use insta::assert_snapshot;

use super::scene::{SIZES, scene};
use crate::tui::screen::SCREENS;

#[test]
fn every_screen_at_every_size() {
    for screen in SCREENS {
        for size in SIZES {
            let mut scene = scene();
            scene.keys(&screen.key().to_string());
            let name = format!("{}_{}x{}", screen.title().to_lowercase(), size.0, size.1);
            assert_snapshot!(name, scene.text(size));
        }
    }
}
