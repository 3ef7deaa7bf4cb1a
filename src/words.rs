//! Every sentence a person reads, in English and 简体中文.
//!
//! Owns the phrases ([Fluent](https://projectfluent.org) files) and how
//! numbers and payloads are written. Has no opinion on what is true: each
//! phrase is keyed by a value that says so.

/// What an address says by itself.
mod address;
/// Stories through several conversations, chapter by chapter.
mod chapters;
/// Two runs beside each other, in sentences.
mod compare;
/// What is wrong with what is to be made different in a lab.
mod conditions;
/// What went wrong.
mod errors;
/// What is said under a picture.
mod export;
/// What became of segments on their way.
mod fates;
/// The fields of headers: names, meanings and values.
mod fields;
/// What is wrong with a display filter.
mod filter;
/// Graphs: their names, axes and points.
pub mod graphs;
/// The interfaces of the system.
mod interfaces;
/// Messages on their way through a network.
pub mod journey;
/// What is wrong with a topology or a fault.
mod lab;
/// What is wrong with a run in a lab that was asked for.
mod lab_request;
/// Lifelines and what goes between them.
mod lanes;
/// Times, sizes and other numbers as people write them.
mod numbers;
/// The packet table, conversations and streams.
mod packets;
/// The rules behind the steps of the simulator's TCP, in sentences.
mod rules;
/// What the kernel said of its sockets, in sentences.
mod sampled;
/// What a segment means, in sentences.
mod segments;
/// Simulations: what is different about one, and what is wrong with it.
mod simulating;
/// What has just happened, and what both ends are and hold.
mod step;
/// Phrases said very often.
mod template;
/// Payloads and names made safe for a screen.
mod text;

use std::fmt;
use std::str::FromStr;

use fluent_bundle::{FluentArgs, FluentBundle, FluentResource, FluentValue};

pub use address::AddressLine;
pub use interfaces::{addresses, mac};
pub use numbers::{date, grouped, moment, span};
pub use step::Quantity;
pub use template::Template;
pub use text::{clip, printable, quoted, width, wrap};

use crate::conversation::{Closing, End, Opening};
use crate::model::Role;
use crate::timeline::PhaseKind;
use crate::trace::{Network, Origin};

/// A language of this program.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// 简体中文.
    Chinese,
}

impl Language {
    /// Both.
    pub const ALL: [Self; 2] = [Self::English, Self::Chinese];

    /// The word on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh",
        }
    }

    /// What a locale such as `zh_CN.UTF-8` asks for; English unless Chinese.
    pub fn of_locale(locale: &str) -> Self {
        if locale.to_ascii_lowercase().starts_with("zh") { Self::Chinese } else { Self::English }
    }

    /// The Fluent locale and its files.
    const fn sources(self) -> (&'static str, &'static [&'static str]) {
        match self {
            Self::English => (
                "en",
                &[
                    include_str!("words/en/address.ftl"),
                    include_str!("words/en/chapters.ftl"),
                    include_str!("words/en/conversation.ftl"),
                    include_str!("words/en/findings.ftl"),
                    include_str!("words/en/fields.ftl"),
                    include_str!("words/en/window.ftl"),
                    include_str!("words/en/command-line.ftl"),
                    include_str!("words/en/errors.ftl"),
                    include_str!("words/en/filter.ftl"),
                    include_str!("words/en/programs.ftl"),
                    include_str!("words/en/timeline.ftl"),
                    include_str!("words/en/step.ftl"),
                    include_str!("words/en/inspector.ftl"),
                    include_str!("words/en/graphs.ftl"),
                    include_str!("words/en/packets.ftl"),
                    include_str!("words/en/interfaces.ftl"),
                    include_str!("words/en/app.ftl"),
                    include_str!("words/en/export.ftl"),
                    include_str!("words/en/core.ftl"),
                    include_str!("words/en/lab.ftl"),
                    include_str!("words/en/fates.ftl"),
                    include_str!("words/en/conditions.ftl"),
                    include_str!("words/en/lanes.ftl"),
                    include_str!("words/en/network.ftl"),
                    include_str!("words/en/simulator.ftl"),
                    include_str!("words/en/compare.ftl"),
                    include_str!("words/en/scenarios.ftl"),
                    include_str!("words/en/rules.ftl"),
                    include_str!("words/en/journey.ftl"),
                    include_str!("words/en/simwin.ftl"),
                ],
            ),
            Self::Chinese => (
                "zh-CN",
                &[
                    include_str!("words/zh-CN/address.ftl"),
                    include_str!("words/zh-CN/chapters.ftl"),
                    include_str!("words/zh-CN/conversation.ftl"),
                    include_str!("words/zh-CN/findings.ftl"),
                    include_str!("words/zh-CN/fields.ftl"),
                    include_str!("words/zh-CN/window.ftl"),
                    include_str!("words/zh-CN/command-line.ftl"),
                    include_str!("words/zh-CN/errors.ftl"),
                    include_str!("words/zh-CN/filter.ftl"),
                    include_str!("words/zh-CN/programs.ftl"),
                    include_str!("words/zh-CN/timeline.ftl"),
                    include_str!("words/zh-CN/step.ftl"),
                    include_str!("words/zh-CN/inspector.ftl"),
                    include_str!("words/zh-CN/graphs.ftl"),
                    include_str!("words/zh-CN/packets.ftl"),
                    include_str!("words/zh-CN/interfaces.ftl"),
                    include_str!("words/zh-CN/app.ftl"),
                    include_str!("words/zh-CN/export.ftl"),
                    include_str!("words/zh-CN/core.ftl"),
                    include_str!("words/zh-CN/lab.ftl"),
                    include_str!("words/zh-CN/fates.ftl"),
                    include_str!("words/zh-CN/conditions.ftl"),
                    include_str!("words/zh-CN/lanes.ftl"),
                    include_str!("words/zh-CN/network.ftl"),
                    include_str!("words/zh-CN/simulator.ftl"),
                    include_str!("words/zh-CN/compare.ftl"),
                    include_str!("words/zh-CN/scenarios.ftl"),
                    include_str!("words/zh-CN/rules.ftl"),
                    include_str!("words/zh-CN/journey.ftl"),
                    include_str!("words/zh-CN/simwin.ftl"),
                ],
            ),
        }
    }
}

impl FromStr for Language {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|language| language.name() == name)
            .ok_or_else(|| format!("expected en or zh, found {name}"))
    }
}

/// The phrases of one language.
pub struct Words {
    language: Language,
    bundle: FluentBundle<FluentResource>,
}

impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Words").field("language", &self.language).finish_non_exhaustive()
    }
}

impl Words {
    /// Loads a language.
    pub fn new(language: Language) -> Self {
        let (locale, sources) = language.sources();
        let locales = locale.parse().into_iter().collect();
        let mut bundle = FluentBundle::new(locales);
        // The marks around placeholders would reach terminals and file names.
        bundle.set_use_isolating(false);
        // The files are part of the program: a test reads every phrase of them.
        for source in sources {
            let resource = FluentResource::try_new((*source).to_owned()).unwrap_or_else(|(partial, _)| partial);
            bundle.add_resource_overriding(resource);
        }
        Self { language, bundle }
    }

    /// Which language this is.
    pub const fn language(&self) -> Language {
        self.language
    }

    /// The phrase with this key, its placeholders filled.
    pub fn say(&self, key: &str, arguments: &[(&str, &dyn fmt::Display)]) -> String {
        let mut values = FluentArgs::new();
        for (name, value) in arguments {
            let text = value.to_string();
            // A whole number chooses the plural; it is never grouped.
            let value = text.parse::<i32>().map_or_else(|_| FluentValue::from(text), FluentValue::from);
            values.set(*name, value);
        }
        let Some(pattern) = self.bundle.get_message(key).and_then(|message| message.value()) else {
            return format!("⟨{key}⟩");
        };
        self.bundle.format_pattern(pattern, Some(&values), &mut Vec::new()).into_owned()
    }

    /// Of a text in both languages, the one to read.
    pub const fn choose<'a>(&self, english: &'a str, chinese: &'a str) -> &'a str {
        match self.language {
            Language::English => english,
            Language::Chinese => chinese,
        }
    }

    /// Whether there is a phrase with this key.
    pub fn has(&self, key: &str) -> bool {
        self.bundle.has_message(key)
    }

    /// A phrase without placeholders.
    pub fn word(&self, key: &str) -> String {
        self.say(key, &[])
    }

    /// Who.
    pub fn end(&self, end: End) -> String {
        self.word(match end {
            End::Client => "client",
            End::Server => "server",
        })
    }

    /// What a program is; where nobody knows its side, just that.
    pub fn program_role(&self, role: Option<Role>) -> String {
        self.word(role.map_or("role-unknown", Role::name))
    }

    /// How a connection began.
    pub fn opening(&self, opening: Opening) -> String {
        self.word(&format!("opening-{}", opening.name()))
    }

    /// How a connection ended.
    pub fn closing(&self, closing: Closing) -> String {
        self.word(&format!("closing-{}", closing.name()))
    }

    /// What a run of segments is for.
    pub fn phase(&self, phase: PhaseKind) -> String {
        match phase {
            PhaseKind::Before => self.word("phase-before"),
            PhaseKind::Opening(opening) => self.opening(opening),
            PhaseKind::Data => self.word("phase-data"),
            PhaseKind::Datagrams => self.word("phase-datagrams"),
            PhaseKind::Closing(closing) => self.closing(closing),
        }
    }

    /// The same where there is little room.
    pub fn phase_short(&self, phase: PhaseKind) -> String {
        match phase {
            PhaseKind::Before => self.word("phase-before-short"),
            PhaseKind::Opening(_) | PhaseKind::Data | PhaseKind::Datagrams | PhaseKind::Closing(_) => self.phase(phase),
        }
    }

    /// How we come to know.
    pub fn origin(&self, origin: Origin) -> String {
        self.word(match origin {
            Origin::Captured(Network::Private) => "origin-captured-private",
            Origin::Captured(Network::Host) => "origin-captured-host",
            Origin::Captured(Network::Lab) => "origin-captured-lab",
            Origin::Interface => "origin-interface",
            Origin::Simulated => "origin-simulated",
            Origin::Counterfactual => "origin-counterfactual",
            Origin::File => "origin-file",
        })
    }
}

#[cfg(test)]
mod tests;
