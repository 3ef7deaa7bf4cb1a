//! Scenarios: what is said of them, what is wrong with one, and what became of
//! its claims.

use std::fmt::Display;
use std::io;

use super::in_quotes;
use crate::source::lab::topology;
use crate::source::simulator::Moment;
use crate::source::simulator::scenario::{
    Cited, Claim, Missed, Place, PlayError, SHIPPED, Scenario, ScenarioError, SocketOption, Stopped, Wanted, Wrong,
};
use crate::words::{Words, printable, width};

/// What is said of a scenario is no wider than this.
const COLUMNS: usize = 80;

impl Words {
    /// What a scenario is, what to look at, and where its rules stand.
    pub fn scenario_head(&self, scenario: &Scenario) -> String {
        let choose = |text: &crate::model::Bilingual| printable(self.choose(&text.en, &text.zh).as_bytes()).clone();
        let mut head = format!("{}\n", choose(&scenario.title));
        let linux = scenario.linux.as_ref().map(|text| self.say("scenario-linux", &[("text", &choose(text))]));
        for text in [Some(choose(&scenario.about)), linux].into_iter().flatten() {
            wrap(&mut head, &text);
        }
        let cited: Vec<String> = scenario.citations.iter().map(|cited| self.cited(cited)).collect();
        if !cited.is_empty() {
            wrap(&mut head, &cited.join(self.choose(" · ", " · ")));
        }
        head.push('\n');
        head
    }

    /// A place in an RFC.
    pub fn cited(&self, cited: &Cited) -> String {
        let text = format!("RFC {} §{}", cited.rfc, printable(cited.section.as_bytes()));
        match cited.figure {
            Some(figure) => self.say("scenario-figure", &[("cited", &text), ("figure", &figure)]),
            None => text,
        }
    }

    /// Neither a scenario nor a topology has this name.
    pub fn no_such_scenario(&self, found: &str) -> String {
        let scenarios: Vec<&str> = SHIPPED.iter().map(|shipped| shipped.id).collect();
        let topologies: Vec<&str> = topology::SHIPPED.iter().map(|shipped| shipped.id).collect();
        self.say(
            "scenario-unknown",
            &[
                ("found", &in_quotes(found)),
                ("scenarios", &scenarios.join(", ")),
                ("topologies", &topologies.join(", ")),
            ],
        )
    }

    /// Why a scenario's file cannot be read.
    pub fn scenario_not_read(&self, name: &str, error: &io::Error) -> String {
        let facts: [(&str, &dyn Display); 2] =
            [("reason", &self.io_reason(error)), ("path", &printable(name.as_bytes()))];
        self.say("scenario-not-read", &facts)
    }

    /// What is wrong with a scenario, with its line and a mark under the place.
    /// `name` is what was read.
    pub fn scenario_error(&self, name: &str, error: &ScenarioError) -> String {
        let what = self.wrong_in_scenario(&error.wrong);
        let facts: [(&str, &dyn Display); 3] =
            [("name", &printable(name.as_bytes())), ("line", &error.place.line), ("what", &what)];
        let sentence = self.say("scenario-error", &facts);
        format!("{sentence}{}", marked(&error.line, error.place))
    }

    fn wrong_in_scenario(&self, wrong: &Wrong) -> String {
        match wrong {
            Wrong::Expected { expected, found } => {
                let expected = self.wanted_in_scenario(*expected);
                if found.is_empty() {
                    return self.say("scenario-expected-end", &[("expected", &expected)]);
                }
                self.say("scenario-expected", &[("expected", &expected), ("found", &in_quotes(found))])
            }
            Wrong::Misplaced { name } => self.say("scenario-misplaced", &[("name", &in_quotes(name))]),
            Wrong::Missing { name } => self.say("scenario-missing", &[("name", name)]),
            Wrong::Setting(error) => self.simulator_setting_error(error),
            Wrong::CablesAlone { name } => self.say("scenario-cables-alone", &[("name", name)]),
            Wrong::Programs { name } => self.say("scenario-programs", &[("name", name)]),
            Wrong::Pattern(error) => self.pattern_error(error),
            Wrong::Filter { found } => self.say("scenario-filter", &[("found", &in_quotes(found))]),
            Wrong::NoHost { found, known } => {
                self.say("scenario-no-host", &[("found", &in_quotes(found)), ("known", &known.join(", "))])
            }
            Wrong::Range { found, least, most } => {
                self.say("scenario-range", &[("found", &in_quotes(found)), ("least", least), ("most", most)])
            }
            Wrong::Length { from, to, expected, found } => {
                self.say("scenario-length", &[("from", from), ("to", to), ("expected", expected), ("found", found)])
            }
            Wrong::EmptyTime => self.word("scenario-empty-time"),
            Wrong::BehindEnd => self.word("scenario-behind-end"),
            Wrong::NothingWaits => self.word("scenario-nothing-waits"),
            Wrong::TooMuch { what, most } => {
                let key = if *what == "lines" { "scenario-too-many-lines" } else { "scenario-too-many-bytes" };
                self.say(key, &[("most", most)])
            }
        }
    }

    fn wanted_in_scenario(&self, wanted: Wanted) -> String {
        self.word(match wanted {
            Wanted::HeadOrTime => "scenario-wants-head-or-time",
            Wanted::Time => "scenario-wants-time",
            Wanted::Subject => "scenario-wants-subject",
            Wanted::HostDoes => "scenario-wants-host-does",
            Wanted::WireDoes => "scenario-wants-wire-does",
            Wanted::Call => "scenario-wants-call",
            Wanted::Arguments(arguments) => return format!("`{arguments}`"),
            Wanted::SocketOption => {
                let known: Vec<&str> = SocketOption::NAMED.iter().map(|(name, _)| *name).collect();
                return self.say("scenario-wants-option", &[("known", &known.join(", "))]);
            }
            Wanted::Result => "scenario-wants-result",
            Wanted::Flags => "scenario-wants-flags",
            Wanted::Numbers => "scenario-wants-numbers",
            Wanted::PacketField => "scenario-wants-packet-field",
            Wanted::PacketOption => "scenario-wants-packet-option",
            Wanted::State => "scenario-wants-state",
            Wanted::Field => {
                let known: Vec<&str> =
                    crate::source::simulator::scenario::Field::NAMED.iter().map(|(name, _)| *name).collect();
                return self.say("scenario-wants-field", &[("known", &known.join(", "))]);
            }
            Wanted::Order => "scenario-wants-order",
            Wanted::Value => "scenario-wants-value",
            Wanted::Number => "scenario-wants-number",
            Wanted::Duration => "scenario-wants-duration",
            Wanted::Citation => "scenario-wants-citation",
            Wanted::Profile => "scenario-wants-profile",
            Wanted::NumberStyle => "scenario-wants-number-style",
            Wanted::Setting => "scenario-wants-setting",
            Wanted::Name => "scenario-wants-name",
            Wanted::Endpoint => "scenario-wants-endpoint",
            Wanted::Text => "scenario-wants-text",
            Wanted::Sign(sign) => return format!("`{sign}`"),
            Wanted::End => "scenario-wants-end",
        })
    }

    /// Why a scenario cannot be played so. `name` is what was read.
    pub fn play_error(&self, name: &str, error: &PlayError) -> String {
        match error {
            PlayError::Network(error) => self.simulator_network_error(error),
            PlayError::Scenario(error) => self.scenario_error(name, error),
            PlayError::Setting(error) => self.simulator_setting_error(error),
            PlayError::Filter { found } => self.say("scenario-filter", &[("found", &in_quotes(found))]),
            PlayError::NoFrame { found, most } => self.say("branch-no-frame", &[("found", found), ("most", most)]),
            PlayError::FromNowhere { found } => self.say("branch-from-nowhere", &[("found", found)]),
        }
    }

    /// A branch that cannot be.
    pub fn not_a_branch(&self, found: &str) -> String {
        self.say("branch-malformed", &[("found", &in_quotes(found))])
    }

    /// Why a play is over, where that is worth a word.
    pub fn scenario_stopped(&self, stopped: Stopped) -> Option<String> {
        match stopped {
            Stopped::Ended => None,
            Stopped::Limit(limit) => {
                let minutes = limit.as_secs().div_ceil(60);
                Some(self.say("simulate-unfinished", &[("minutes", &minutes)]))
            }
            Stopped::Frames(most) => Some(self.say("simulate-too-many-frames", &[("most", &most)])),
        }
    }

    /// How many claims were not met.
    pub fn claims_missed(&self, missed: usize, count: usize) -> String {
        self.say("claims-missed", &[("missed", &missed), ("count", &count)])
    }

    /// How a claim was not met, with its line and a mark under it; `None` of one
    /// that was.
    pub fn claim(&self, scenario: &Scenario, claim: &Claim) -> Option<String> {
        let missed = claim.missed.as_ref()?;
        let line = scenario.lines.get(claim.line)?;
        let what = self.missed(missed);
        let sentence = self.say("claim-missed", &[("line", &line.place.line), ("what", &what)]);
        Some(format!("{sentence}{}", marked(&line.text, line.place)))
    }

    fn missed(&self, missed: &Missed) -> String {
        let seconds = |moment: &Moment| moment.to_string();
        match missed {
            Missed::Packet { found, at } => {
                self.say("missed-packet", &[("found", &in_quotes(found)), ("at", &seconds(at))])
            }
            Missed::When { from, to, found } => {
                let facts: [(&str, &dyn Display); 3] =
                    [("from", &seconds(from)), ("to", &seconds(to)), ("found", &seconds(found))];
                self.say(if from == to { "missed-moment" } else { "missed-when" }, &facts)
            }
            Missed::NoPacket { until } => self.say("missed-no-packet", &[("until", &seconds(until))]),
            Missed::NotSilent { found, at } => {
                self.say("missed-not-silent", &[("found", &in_quotes(found)), ("at", &seconds(at))])
            }
            Missed::State { found } => self.say("missed-state", &[("found", found)]),
            Missed::Value { found: Some(found) } => self.say("missed-value", &[("found", found)]),
            Missed::Value { found: None } => self.word("missed-no-value"),
            Missed::Result { found } => self.say("missed-result", &[("found", found)]),
            Missed::Returned { to, found } => {
                self.say("missed-returned", &[("to", &seconds(to)), ("found", &seconds(found))])
            }
            Missed::Waits => self.word("missed-waits"),
            Missed::Late { wanted, now } => {
                self.say("missed-late", &[("wanted", &seconds(wanted)), ("now", &seconds(now))])
            }
            Missed::NoSocket { fd: Some(fd) } => self.say("missed-no-socket", &[("fd", fd)]),
            Missed::NoSocket { fd: None } => self.word("missed-no-host"),
            Missed::NoPeer => self.word("missed-no-peer"),
            Missed::NotReached => self.word("missed-not-reached"),
        }
    }
}

/// The line, and a mark under the place; nothing where there is no line.
fn marked(line: &str, place: Place) -> String {
    if line.is_empty() {
        return String::new();
    }
    // The mark stands under characters, which may take two columns.
    let mut characters = line.chars();
    let before: String = characters.by_ref().take(place.column.saturating_sub(1)).collect();
    let there: String = characters.take(place.width).collect();
    let [indent, wide] = [before, there].map(|text| width(&printable(text.as_bytes())));
    format!("\n    {}\n    {:indent$}{}", printable(line.as_bytes()), "", "^".repeat(wide.max(1)))
}

/// Adds text in lines that are not too wide: broken at spaces, or before any
/// wide character.
fn wrap(to: &mut String, text: &str) {
    let mut used = 0;
    let mut word = String::new();
    let mut space = false;
    let mut put = |word: &mut String, space: bool| {
        if word.is_empty() {
            return;
        }
        let wide = width(word);
        let closes = word.starts_with(['，', '。', '；', '：', '、', '！', '？', '）', '”']);
        if used > 0 && !closes && used + wide + usize::from(space) > COLUMNS {
            to.push('\n');
            used = 0;
        }
        if space && used > 0 {
            to.push(' ');
            used += 1;
        }
        to.push_str(word);
        used += wide;
        word.clear();
    };
    for letter in text.chars() {
        let wide = width(letter.encode_utf8(&mut [0; 4])) > 1;
        let closes = "，。；：、！？）”".contains(letter);
        if letter == ' ' {
            put(&mut word, space);
            space = true;
            continue;
        }
        // Before a wide character a line may end, but not before a sign that
        // closes, nor behind one that opens.
        if wide && !closes && !word.is_empty() && !word.ends_with(['（', '“']) {
            put(&mut word, space);
            space = false;
        }
        word.push(letter);
        if wide && !"（“".contains(letter) {
            put(&mut word, space);
            space = false;
        }
    }
    put(&mut word, space);
    to.push('\n');
}
