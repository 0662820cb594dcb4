//! Who may import whom: a module imports from its own layer and the layers below it, and nobody in a circle.

use std::collections::{BTreeMap, BTreeSet};

use crate::source::{Source, identifiers};
use crate::{Complaints, allows, obeys, refuses};

/// From the bottom to the top; `main` is above them all.
const LAYERS: [&[&str]; 11] = [
    &["units", "clock", "secret", "text"],
    &["config", "server"],
    &["migration"],
    &["sample", "advise"],
    &["report"],
    &["op"],
    &["ops"],
    &["job"],
    &["ledger", "schedule"],
    &["cli", "tui", "setup", "demo"],
    &["main"],
];

fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&module))
}

#[test]
fn modules_have_a_layer() {
    obeys(unknown_modules);
    allows(unknown_modules, "server/mod.rs", "");
    allows(unknown_modules, "lib.rs", "");
    refuses(unknown_modules, "helpers.rs", "", "`helpers` has no layer");
}

fn unknown_modules(sources: &[Source]) -> Complaints {
    let tops: BTreeMap<&str, &str> = sources.iter().map(|source| (source.top(), source.path.as_str())).collect();
    let unknown = tops.iter().filter(|(top, _)| **top != "lib" && layer(top).is_none());
    unknown
        .map(|(top, path)| {
            format!(
                "{path}: the module `{top}` has no layer; give it one in tests/architecture/layers.rs and in src/lib.rs"
            )
        })
        .collect()
}

#[test]
fn imports_point_downwards() {
    obeys(upward_imports);
    allows(upward_imports, "sample/rate.rs", "use crate::server::{Link, read};\nuse crate::{clock::Moment, units};");
    allows(upward_imports, "server/conn.rs", "use crate::config::Target; // not crate::tui\nuse super::caps;");
    allows(upward_imports, "main.rs", "use dbdeck::{cli, tui};");
    allows(upward_imports, "units.rs", "x\n#[cfg(test)]\nmod tests {\n    use crate::server;\n}");
    refuses(upward_imports, "server/conn.rs", "fn f() {\n    crate::sample::rate();\n}", "conn.rs:2");
    refuses(upward_imports, "server/conn.rs", "use crate::{\n    units::Bytes,\n    tui::{Model, View},\n};", "`tui`");
    refuses(upward_imports, "server/read/sizes.rs", "use super::super::super::sample::Rate;", "`sample`");
    refuses(upward_imports, "text.rs", "use super::server;", "`server`");
    refuses(upward_imports, "op/plan.rs", "use crate::ops::OPS;", "`ops`");
}

fn upward_imports(sources: &[Source]) -> Complaints {
    let mut complaints = Complaints::new();
    for source in sources {
        let Some(own) = layer(source.top()) else { continue };
        for (place, module) in imports(source) {
            if layer(module).is_some_and(|layer| layer > own) {
                let place = source.place(place);
                complaints.push(format!("{place}: `{}` is below `{module}` and may not import it", source.top()));
            }
        }
    }
    complaints
}

#[test]
fn modules_do_not_import_each_other_in_a_circle() {
    obeys(circles);
    let source = |path, text| Source::new(path, text);
    let line = [source("server/a.rs", "use crate::config;"), source("config/b.rs", "use crate::units;")];
    assert!(circles(&line).is_empty());
    let circle = [
        source("server/a.rs", "use crate::config;"),
        source("config/b.rs", "use crate::server;"),
        source("cli/c.rs", "use crate::server;"),
    ];
    assert_eq!(circles(&circle), ["src: these import each other: config, server"]);
}

type Graph<'a> = BTreeMap<&'a str, BTreeSet<&'a str>>;

fn circles(sources: &[Source]) -> Complaints {
    let mut graph = Graph::new();
    for source in sources {
        let others = imports(source).into_iter().map(|(_, module)| module);
        graph.entry(source.top()).or_default().extend(others.filter(|module| *module != source.top()));
    }
    while let Some(module) = outside_circles(&graph) {
        graph.remove(module);
    }
    let circle: Vec<&str> = graph.into_keys().collect();
    if circle.is_empty() {
        Complaints::new()
    } else {
        vec![format!("src: these import each other: {}", circle.join(", "))]
    }
}

/// A module that imports none of the others, or is imported by none of them.
fn outside_circles<'a>(graph: &Graph<'a>) -> Option<&'a str> {
    let is_leaf = |module: &str| graph[module].iter().all(|other| !graph.contains_key(other));
    let is_root = |module: &str| graph.values().all(|others| !others.contains(module));
    graph.keys().find(|module| is_leaf(module) || is_root(module)).copied()
}

/// The modules below the crate's root that a file names, with their places.
fn imports(source: &Source) -> Vec<(usize, &str)> {
    let code = source.shipped_code();
    let root = if source.top() == "main" { "dbdeck" } else { "crate" };
    let mut found = Vec::new();
    let mut supers = 0;
    for (place, word) in identifiers(code) {
        let after = place + word.len();
        let is_path = code[after..].starts_with("::");
        supers = if word == "super" && is_path { supers + 1 } else { 0 };
        if is_path && (word == root || supers > 0 && supers == source.depth()) {
            found.extend(first_segments(code, after + 2));
        }
    }
    found
}

/// The name behind `crate::`, or each first name within `crate::{…}`.
fn first_segments(code: &str, at: usize) -> Vec<(usize, &str)> {
    if !code[at..].starts_with('{') {
        return identifiers(&code[at..]).take(1).map(|(offset, word)| (at + offset, word)).collect();
    }
    let mut depth = 0;
    let mut found = Vec::new();
    for (offset, c) in code[at..].char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            break;
        }
        if depth == 1 && matches!(c, '{' | ',') {
            let start = at + offset + 1;
            found.extend(identifiers(&code[start..]).take(1).map(|(offset, word)| (start + offset, word)));
        }
    }
    found
}
