//! The walls between the rooms, as a text search: a room may name only the
//! rooms before it, and some outside crates belong to one room alone.
//!
//! To move a wall, write down why in `docs/decisions/` and change the tables.

use std::path::{Path, PathBuf};
use std::{fs, io};

/// Which rooms each file may name. The longest path that a file's path starts
/// with decides; a room may always name itself.
const ROOMS: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("trace", &["model"]),
    ("source", &["model", "trace"]),
    ("decode", &["model"]),
    ("conversation", &["model", "trace", "decode"]),
    ("filter", &["model", "trace", "decode", "conversation"]),
    ("timeline", &["model", "trace", "conversation"]),
    ("words", &["model", "trace", "decode", "conversation", "timeline"]),
    ("words/filter", &["filter"]),
    // What went wrong is told by matching on the errors themselves.
    ("words/errors", &["model", "trace", "source", "session"]),
    ("words/lab", &["model", "source"]),
    ("words/lab_request", &["session"]),
    ("words/simulating", &["model", "session"]),
    ("words/conditions", &["model", "source", "session", "filter"]),
    // What an interface is, and whether it can be captured.
    ("words/interfaces", &["model", "source"]),
    ("session", &["model", "trace", "source"]),
    // Reading a capture of any size means to understand it on the way.
    ("session/capture", &["model", "trace", "source", "conversation"]),
    // So do those that look into it on threads of their own.
    ("session/part", &["model", "trace", "source", "conversation"]),
    ("session/rows", &["model", "trace", "source", "decode", "conversation"]),
    ("session/searching", &["model", "trace", "source", "conversation", "filter"]),
    // What is asked for may be a display filter, which remembers what passed.
    ("session/conditions", &["model", "trace", "source", "conversation", "filter"]),
    ("view", &["model", "trace", "decode", "conversation", "timeline", "words"]),
    (
        "view/window",
        &[
            "model",
            "trace",
            "decode",
            "conversation",
            "filter",
            "timeline",
            "words",
            "session",
            "source::file",
            "source::programs",
            "source::shipped",
        ],
    ),
    ("cli", &["model", "trace", "source", "decode", "conversation", "filter", "timeline", "words", "session", "view"]),
];

/// Outside crates and parts of the standard library that belong to some rooms
/// alone.
const OUTSIDE: &[(&str, &[&str])] = &[
    ("etherparse::", &["decode"]),
    ("egui::", &["view/window"]),
    ("eframe::", &["view/window"]),
    ("pnet::", &["source"]),
    ("rustix::", &["source"]),
    // The session tells a taken port from other errors.
    ("libc::", &["source", "session"]),
    ("netlink_", &["source"]),
    ("fluent_bundle::", &["words"]),
    ("clap::", &["cli"]),
    ("Instant", &["source", "view/window"]),
    ("SystemTime", &["source", "view/window"]),
];

/// What of a line is code: not its comment, not what stands in quotation marks.
fn code(line: &str) -> String {
    let mut code = String::new();
    let mut quoted = false;
    let mut characters = line.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\\' if quoted => {
                characters.next();
            }
            '"' => quoted = !quoted,
            '/' if !quoted && characters.peek() == Some(&'/') => break,
            character if !quoted => code.push(character),
            _ => {}
        }
    }
    code
}

/// Where `word` stands in `code` as a whole word, not as the end of another.
fn positions<'a>(code: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    let part = |character: char| character.is_alphanumeric() || character == '_';
    code.match_indices(word).map(|(at, _)| at).filter(move |at| {
        let before = code[..*at].chars().next_back();
        let after = code[at + word.len()..].chars().next();
        let ends = word.ends_with(':') || word.ends_with('_') || !after.is_some_and(part);
        !before.is_some_and(part) && ends
    })
}

/// The paths behind each `crate::` (or `wirelens::`, in the binary): with a
/// list in braces, one for each of its items.
fn named(code: &str) -> Vec<String> {
    let mut named = Vec::new();
    for start in positions(code, "crate::") {
        let rest = &code[start + "crate::".len()..];
        let end = rest.find(|end: char| !(end.is_alphanumeric() || end == '_' || end == ':')).unwrap_or(rest.len());
        let path = rest[..end].trim_end_matches(':').to_owned();
        match rest[end..].strip_prefix('{') {
            Some(list) => {
                let items = list.split('}').next().unwrap_or_default().split(',');
                let items = items.map(|item| item.trim().split("::{").next().unwrap_or_default());
                named.extend(items.filter(|item| !item.is_empty()).map(|item| {
                    let separator = if path.is_empty() { "" } else { "::" };
                    format!("{path}{separator}{item}")
                }));
            }
            None => named.push(path),
        }
    }
    named
}

/// The longest entry of `table` for a file, `conversation/tcp.rs`.
fn rule<'a, T>(table: &'a [(&str, T)], file: &str) -> Option<(&'a str, &'a T)> {
    let file = file.trim_end_matches(".rs");
    let inside = |room: &str| file == room || file.strip_prefix(room).is_some_and(|rest| rest.starts_with('/'));
    let rules = table.iter().filter(|(room, _)| inside(room));
    rules.max_by_key(|(room, _)| room.len()).map(|(room, value)| (*room, value))
}

/// What a file names that it may not: its line, and the complaint.
fn violations(file: &str, text: &str) -> Vec<String> {
    let mut violations = Vec::new();
    if matches!(file, "lib.rs" | "main.rs") {
        return violations;
    }
    let Some((room, allowed)) = rule(ROOMS, file) else {
        return vec![format!("src/{file}:1: is in no room of this test")];
    };
    let own = room.split('/').next().unwrap_or(room);
    // A list of names may run over several lines.
    let mut open = String::new();
    for (number, line) in (1..).zip(text.lines()) {
        let mut code = code(line);
        let mut complain = |what: String| violations.push(format!("src/{file}:{number}: {room} may not name {what}"));
        for (outside, rooms) in OUTSIDE {
            let at_home =
                rooms.iter().any(|home| file.trim_end_matches(".rs") == *home || file.starts_with(&format!("{home}/")));
            if !at_home && positions(&code, outside).next().is_some() {
                complain(outside.trim_end_matches(':').to_owned());
            }
        }
        if !open.is_empty() {
            code = format!("{open} {}", code.trim());
            open.clear();
        }
        if let Some(start) = code.rfind("crate::")
            && code[start..].matches('{').count() > code[start..].matches('}').count()
            && code.trim_start().starts_with("use ")
        {
            open = code;
            continue;
        }
        for path in named(&code) {
            let inside =
                |home: &str| path == home || path.strip_prefix(home).is_some_and(|rest| rest.starts_with("::"));
            if path.is_empty() || inside(own) || allowed.iter().any(|home| inside(home)) {
                continue;
            }
            complain(format!("crate::{path}"));
        }
    }
    violations
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            sources(&path, found)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    Ok(())
}

#[test]
fn every_room_keeps_to_its_walls() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files).unwrap();
    files.sort();
    assert!(files.len() > 60, "{} files", files.len());
    let mut found = Vec::new();
    for path in files {
        let file = path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
        found.extend(violations(&file, &fs::read_to_string(&path).unwrap()));
    }
    assert!(found.is_empty(), "{} walls are broken:\n{}", found.len(), found.join("\n"));
}

#[test]
fn the_checker_sees_what_it_is_for() {
    let cases: [(&str, &str, &[&str]); 14] = [
        ("model/seq.rs", "use crate::model::Span;", &[]),
        ("model/seq.rs", "use crate::words::Words;", &["src/model/seq.rs:1: model may not name crate::words::Words"]),
        (
            "decode/tcp.rs",
            "\nlet x = crate::trace::Trace::default();",
            &["src/decode/tcp.rs:2: decode may not name crate::trace::Trace::default"],
        ),
        (
            "conversation.rs",
            "use crate::{model::Span, source::live};",
            &["src/conversation.rs:1: conversation may not name crate::source::live"],
        ),
        (
            "timeline.rs",
            "use crate::{\n    model::Span,\n    view::Picture,\n};",
            &["src/timeline.rs:4: timeline may not name crate::view::Picture"],
        ),
        ("view/terminal/ladder.rs", "// as crate::source does\nlet x = \"crate::source\";", &[]),
        (
            "view/window/app.rs",
            "use crate::source::{file, live};",
            &["src/view/window/app.rs:1: view/window may not name crate::source::live"],
        ),
        (
            "view/json.rs",
            "use crate::session::Session;",
            &["src/view/json.rs:1: view may not name crate::session::Session"],
        ),
        ("words/errors.rs", "use crate::source::file::FileError;\nuse crate::words::Words;", &[]),
        (
            "words/numbers.rs",
            "use crate::source::file::FileError;",
            &["src/words/numbers.rs:1: words may not name crate::source::file::FileError"],
        ),
        ("timeline.rs", "use std::time::Instant;", &["src/timeline.rs:1: timeline may not name Instant"]),
        (
            "conversation/tcp.rs",
            "use etherparse::TcpSlice;",
            &["src/conversation/tcp.rs:1: conversation may not name etherparse"],
        ),
        ("conversation/tcp.rs", "let instant = my_etherparse::x(Instantly);", &[]),
        ("kitchen/sink.rs", "", &["src/kitchen/sink.rs:1: is in no room of this test"]),
    ];
    for (file, text, expected) in cases {
        assert_eq!(violations(file, text), expected, "{file}: {text}");
    }
}
