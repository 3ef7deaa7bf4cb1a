//! `wirelens interfaces`: what there is to capture.

use std::fmt::Write as _;
use std::path::PathBuf;

use serde::Serialize;

use super::arguments::{Interfaces, ListFormat};
use super::output::Output;
use super::{Failure, Status};
use crate::session::live::{self, Interface, InterfaceError};
use crate::words::{self, Words, printable, width};

/// Lists every interface.
pub(super) fn interfaces(asked: &Interfaces, words: &Words, output: &Output<'_>) -> Result<(), Failure> {
    let interfaces = live::interfaces().map_err(|error| failure(&error, words))?;
    match asked.format {
        ListFormat::Text => output.print(&text(&interfaces, words)),
        ListFormat::Json => {
            let interfaces = interfaces.iter().map(|interface| entry(interface, words)).collect();
            let document = Document { format: "wirelens/1", interfaces };
            let json = serde_json::to_string_pretty(&document)
                .map_err(|error| Failure::new(Status::Failed, words.say("document-failed", &[("reason", &error)])))?;
            output.print(&format!("{json}\n"))
        }
    }
}

/// Why an interface cannot be captured: the sentence, and below it what helps.
pub(super) fn failure(error: &InterfaceError, words: &Words) -> Failure {
    let text = format!("{}\n{}", words.interface_error(error), help(error, words));
    let status = if error.is_permission() {
        Status::NoPermission
    } else if matches!(error, InterfaceError::Unknown { .. }) {
        Status::Usage
    } else {
        Status::Failed
    };
    Failure::new(status, text.trim_end().to_owned())
}

/// What helps, with its commands, line by line.
fn help(error: &InterfaceError, words: &Words) -> String {
    // Only for a command that the reader may type.
    let executable = std::env::current_exe().unwrap_or_else(|_| PathBuf::from("wirelens"));
    let mut text = String::new();
    let remedy = error.remedy(&executable);
    let detour = error.detour().filter(|detour| Some(detour) != remedy.as_ref());
    let lines =
        [(words.interface_help(error), remedy), (detour.is_some().then(|| words.word("interface-detour")), detour)];
    for (sentence, command) in lines {
        text.extend(sentence.map(|sentence| format!("{sentence}\n")));
        text.extend(command.map(|command| format!("    {command}\n")));
    }
    text
}

#[derive(Serialize)]
struct Document {
    format: &'static str,
    interfaces: Vec<Entry>,
}

#[derive(Serialize)]
struct Entry {
    index: u32,
    name: String,
    kind: &'static str,
    /// What made it, where it is of no kind that has a name here.
    #[serde(skip_serializing_if = "Option::is_none")]
    made_by: Option<String>,
    up: bool,
    carrier: bool,
    mtu: u32,
    mac: Option<String>,
    addresses: Vec<String>,
    link_type: Option<u16>,
    capture: Capture,
}

/// Whether it can be captured; if not, why, and what helps.
#[derive(Serialize)]
struct Capture {
    works: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    step: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    commands: Vec<String>,
}

fn entry(interface: &Interface, words: &Words) -> Entry {
    let error = interface.capture.as_ref().err();
    let refusal = match error {
        Some(InterfaceError::Refused { refusal, .. }) => Some(refusal),
        _ => None,
    };
    let executable = std::env::current_exe().unwrap_or_else(|_| PathBuf::from("wirelens"));
    let mut commands: Vec<String> =
        error.map(|error| error.remedy(&executable).into_iter().chain(error.detour()).collect()).unwrap_or_default();
    commands.dedup();
    Entry {
        index: interface.index,
        name: interface.name.clone(),
        kind: interface.kind.name(),
        made_by: interface.kind.made_by().map(str::to_owned),
        up: interface.up,
        carrier: interface.up && interface.carrier,
        mtu: interface.mtu,
        mac: interface.mac.map(words::mac),
        addresses: words::addresses(interface),
        link_type: interface.link_type.map(|link_type| link_type.0),
        capture: Capture {
            works: error.is_none(),
            step: refusal.map(|refusal| refusal.step.to_string()),
            error: refusal.map(crate::source::live::Refusal::errno_name),
            reason: error.map(|error| words.interface_error(error)),
            commands,
        },
    }
}

/// A table, and below it what is wrong and what helps, of each kind the first.
fn text(interfaces: &[Interface], words: &Words) -> String {
    if interfaces.is_empty() {
        return format!("{}\n", words.word("interface-none"));
    }
    let head = ["name", "kind", "state", "capture", "mtu", "mac", "addresses"]
        .map(|column| words.word(&format!("interface-column-{column}")));
    let rows = interfaces.iter().map(|interface| {
        let sign = if interface.capture.is_ok() { '✓' } else { '✕' };
        [
            printable(interface.name.as_bytes()),
            words.interface_kind(&interface.kind),
            words.interface_state(interface),
            format!("{sign} {}", words.interface_capture(interface)),
            interface.mtu.to_string(),
            interface.mac.map(words::mac).unwrap_or_default(),
            words::addresses(interface).join(", "),
        ]
    });
    let rows: Vec<[String; 7]> = std::iter::once(head).chain(rows).collect();
    let mut widths = [0; 7];
    for row in &rows {
        for (most, cell) in widths.iter_mut().zip(row) {
            *most = width(cell).max(*most);
        }
    }
    let mut text = String::new();
    for row in &rows {
        let mut line = String::new();
        for (cell, most) in row.iter().zip(widths) {
            // Writing to a String cannot fail.
            write!(line, "{cell}{:space$}", "", space = most - width(cell) + 2).unwrap_or_default();
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    let mut told: Vec<&InterfaceError> = Vec::new();
    for error in interfaces.iter().filter_map(|interface| interface.capture.as_ref().err()) {
        if told.iter().any(|other| std::mem::discriminant(*other) == std::mem::discriminant(error)) {
            continue;
        }
        told.push(error);
        write!(text, "\n{}\n{}", words.interface_error(error), help(error, words)).unwrap_or_default();
    }
    text
}
