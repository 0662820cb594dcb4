//! All operations. Adding one is one file and one line in the list below: its command with help and completions, its
//! palette entry, key and form in the console, its name in the record all follow.

use crate::op::OpEntry;
use crate::op::invocation::Groups;

pub mod attempt;
pub mod tables;
pub mod upkeep;

/// Declares the file of each operation and lists them all, so that an operation is one file and one line.
macro_rules! operations {
    ($($file:ident => $operation:ty,)*) => {
        $(pub mod $file;)*

        /// All operations, in the order of help.
        pub const OPS: &[OpEntry] = &[$(OpEntry::of::<$operation>()),*];
    };
}

operations! {
    analyze => analyze::Analyze,
    cleanup => cleanup::Cleanup,
    index_check => index_check::IndexCheck,
    kill => kill::Kill,
    migrate => migrate::Migrate,
    optimize => optimize::Optimize,
}

/// The words that begin several operations, and what they are for.
pub const GROUPS: Groups =
    &[("maintain", "Keep the tables in shape."), ("index", "Look after the indexes of the tables.")];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::op::{Risk, Scope};

    #[test]
    fn the_table_is_sound() {
        let (mut names, mut keys) = (HashSet::new(), HashSet::new());
        for OpEntry { meta, .. } in OPS {
            assert!(names.insert(meta.id), "{} is there twice", meta.id);
            assert!(meta.key.is_none_or(|key| keys.insert(key)), "the key of {} is taken", meta.id);
            assert!(meta.doc.ends_with('.') && !meta.title.ends_with('.'), "{}", meta.id);
            assert!(meta.words().count() <= 2, "{} has too many words", meta.id);
            assert!(!meta.schedulable || meta.scope != Scope::Thread, "{} cannot be scheduled", meta.id);
            assert!(meta.risk == Risk::Looks || !meta.needs.is_empty(), "{} needs no right?", meta.id);
        }
        let groups: HashSet<&str> = OPS.iter().filter_map(|entry| Some(entry.meta.id.split_once(' ')?.0)).collect();
        assert!(groups.iter().all(|group| GROUPS.iter().any(|(word, _)| word == group)), "{groups:?}");
    }
}
