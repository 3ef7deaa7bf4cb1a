//! `wirelens list`: what there is to run and to look at.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;

use super::arguments::{List, ListFormat, Listed};
use super::output::Output;
use super::{Failure, Status};
use crate::model::Topology;
use crate::source::lab::conditions::{SETTINGS, short_name};
use crate::source::lab::topology;
use crate::source::programs::{PROGRAMS, Program};
use crate::source::shipped::{About, SHIPPED, Shipped};
use crate::source::simulator::scenario::{self, Scenario};
use crate::source::simulator::tcp::Profile;
use crate::words::{Words, width};

/// Lists what was asked for.
pub(super) fn list(asked: &List, words: &Words, output: &Output<'_>) -> Result<(), Failure> {
    let wanted = |what| asked.what.is_none_or(|only| only == what);
    let programs = wanted(Listed::Programs).then(|| programs(words));
    let labs = wanted(Listed::Labs).then(|| labs(words));
    let simulations = wanted(Listed::Simulations).then(|| simulations(words));
    let settings = wanted(Listed::Settings).then(|| settings(words));
    let captures = wanted(Listed::Captures).then(|| captures(words));
    let document = Document { format: "wirelens/1", programs, labs, simulations, settings, captures };
    match asked.format {
        ListFormat::Text => output.print(&text(&document, words)),
        ListFormat::Json => {
            let json = serde_json::to_string_pretty(&document)
                .map_err(|error| Failure::new(Status::Failed, words.say("document-failed", &[("reason", &error)])))?;
            output.print(&format!("{json}\n"))
        }
    }
}

#[derive(Serialize)]
struct Document {
    format: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    programs: Option<Vec<ProgramEntry>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    labs: Option<Vec<LabEntry>>,
    /// Kernel settings that can be changed in a lab.
    #[serde(skip_serializing_if = "Option::is_none")]
    settings: Option<Vec<KernelSettingEntry>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    simulations: Option<Vec<SimulationEntry>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    captures: Option<Vec<CaptureEntry>>,
}

#[derive(Serialize)]
struct ProgramEntry {
    id: &'static str,
    title: String,
    look: String,
    roles: Vec<&'static str>,
    settings: Vec<SettingEntry>,
    /// What the sides that read lines are given in a run, by side.
    input: BTreeMap<&'static str, String>,
}

#[derive(Serialize)]
struct SettingEntry {
    key: &'static str,
    default: &'static str,
    meaning: String,
}

#[derive(Serialize)]
struct LabEntry {
    id: &'static str,
    title: String,
    about: String,
    /// Every host by name, with its addresses.
    hosts: BTreeMap<String, Vec<String>>,
}

#[derive(Serialize)]
struct SimulationEntry {
    id: &'static str,
    title: String,
    about: String,
    /// Where Linux does otherwise than the RFC.
    #[serde(skip_serializing_if = "Option::is_none")]
    linux: Option<String>,
    /// Where the rules stand: `RFC 9293 3.5, figure 6`.
    citations: Vec<String>,
    topology: String,
    profile: &'static str,
    settings: BTreeMap<String, String>,
}

#[derive(Serialize)]
struct KernelSettingEntry {
    /// Without what stands before the last dot.
    id: &'static str,
    name: &'static str,
    meaning: String,
}

#[derive(Serialize)]
struct CaptureEntry {
    id: &'static str,
    title: String,
    about: String,
    command: String,
    kernel: String,
}

fn programs(words: &Words) -> Vec<ProgramEntry> {
    let entry = |program: &&Program| ProgramEntry {
        input: input(program),
        id: program.id,
        title: words.word(&format!("program-{}-title", program.id)),
        look: words.word(&format!("program-{}-look", program.id)),
        roles: program.roles.iter().map(|role| role.name()).collect(),
        settings: program
            .settings
            .iter()
            .map(|setting| SettingEntry {
                key: setting.key,
                default: setting.default,
                meaning: words.word(setting.meaning),
            })
            .collect(),
    };
    PROGRAMS.iter().map(entry).collect()
}

fn input(program: &Program) -> BTreeMap<&'static str, String> {
    // A program's own defaults and its own lines are never refused.
    let Ok(settings) = program.read_settings::<&str>(&[]) else { return BTreeMap::new() };
    let inputs = program.read_inputs::<&str>(&settings, &[]).unwrap_or_default();
    inputs.lines.iter().map(|(role, lines)| (role.name(), String::from_utf8_lossy(lines).into_owned())).collect()
}

fn labs(words: &Words) -> Vec<LabEntry> {
    // Those that come with us are never refused.
    let read = topology::SHIPPED.iter().filter_map(|shipped| Some((shipped.id, shipped.read().ok()?)));
    let entry = |(id, topology): (&'static str, Topology)| LabEntry {
        id,
        title: words.choose(&topology.title.en, &topology.title.zh).to_owned(),
        about: words.choose(&topology.about.en, &topology.about.zh).to_owned(),
        hosts: topology
            .hosts()
            .map(|(_, node, host)| {
                let addresses = host.interfaces.values().flat_map(|interface| &interface.addresses);
                (node.name.clone(), addresses.map(ToString::to_string).collect())
            })
            .collect(),
    };
    read.map(entry).collect()
}

fn simulations(words: &Words) -> Vec<SimulationEntry> {
    // Those that come with us are never refused.
    let read = scenario::SHIPPED.iter().filter_map(|shipped| Some((shipped.id, shipped.read().ok()?)));
    let entry = |(id, scenario): (&'static str, Scenario)| SimulationEntry {
        id,
        title: words.choose(&scenario.title.en, &scenario.title.zh).to_owned(),
        about: words.choose(&scenario.about.en, &scenario.about.zh).to_owned(),
        linux: scenario.linux.as_ref().map(|linux| words.choose(&linux.en, &linux.zh).to_owned()),
        citations: scenario.citations.iter().map(ToString::to_string).collect(),
        topology: scenario.topology.clone(),
        profile: match scenario.profile {
            Profile::Rfc => "rfc",
            Profile::LinuxLike => "linux",
        },
        settings: scenario
            .settings
            .iter()
            .map(|set| {
                let name = set.host.iter().map(|host| format!("{host}.{}", set.name)).next();
                (name.unwrap_or_else(|| set.name.clone()), set.value.clone())
            })
            .collect(),
    };
    read.map(entry).collect()
}

fn settings(words: &Words) -> Vec<KernelSettingEntry> {
    let entry = |name: &&'static str| {
        let id = short_name(name);
        KernelSettingEntry { id, name, meaning: words.word(&format!("setting-{}", id.replace('_', "-"))) }
    };
    SETTINGS.iter().map(entry).collect()
}

fn captures(words: &Words) -> Vec<CaptureEntry> {
    let entry = |shipped: &Shipped| {
        let About { title, about, command, kernel, .. } = shipped.about();
        CaptureEntry {
            id: shipped.id,
            title: words.choose(&title.en, &title.zh).to_owned(),
            about: words.choose(&about.en, &about.zh).to_owned(),
            command,
            kernel,
        }
    };
    SHIPPED.iter().map(entry).collect()
}

fn text(document: &Document, words: &Words) -> String {
    let mut text = String::new();
    if let Some(programs) = &document.programs {
        text.push_str(&words.word("list-programs"));
        text.push('\n');
        for program in programs {
            row(&mut text, 2, program.id, 24, &program.title);
            for setting in &program.settings {
                let default = if setting.default.is_empty() {
                    words.word("list-default-empty")
                } else {
                    words.say("list-default", &[("value", &setting.default)])
                };
                row(&mut text, 4, setting.key, 24, &format!("{} ({default})", setting.meaning));
            }
        }
    }
    if let Some(labs) = &document.labs {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&words.word("list-labs"));
        text.push('\n');
        for lab in labs {
            row(&mut text, 2, lab.id, 24, &lab.title);
        }
    }
    if let Some(simulations) = &document.simulations {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&words.word("list-simulations"));
        text.push('\n');
        for simulation in simulations {
            row(&mut text, 2, simulation.id, 28, &simulation.title);
        }
    }
    if let Some(settings) = &document.settings {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&words.word("list-settings"));
        text.push('\n');
        for setting in settings {
            row(&mut text, 2, setting.id, 30, &setting.meaning);
        }
    }
    if let Some(captures) = &document.captures {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&words.word("list-captures"));
        text.push('\n');
        for capture in captures {
            row(&mut text, 2, capture.id, 26, &capture.title);
        }
    }
    text
}

/// A name, indented, and behind it at column `column` what it is.
fn row(text: &mut String, indent: usize, name: &str, column: usize, what: &str) {
    let space = column.saturating_sub(indent + width(name)).max(2);
    // Writing to a String cannot fail.
    writeln!(text, "{:indent$}{name}{:space$}{what}", "", "").unwrap_or_default();
}
