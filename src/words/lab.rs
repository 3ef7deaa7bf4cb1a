//! What is wrong with a topology or with a fault, in sentences.

use std::fmt::Display;

use super::{Words, printable, width};
use crate::model::{LinkAction, LinkActionKind};
use crate::source::lab::topology::{TopologyError, Wrong};
use crate::source::lab::wire::{PatternError, SegmentKind};

impl Words {
    /// What is wrong with a topology, with its line and a mark under the place.
    /// `name` is what was read.
    pub fn topology_error(&self, name: &str, error: &TopologyError) -> String {
        let what = self.wrong(&error.wrong);
        let (line, column) = (error.position.line, error.position.column);
        let sentence =
            self.say("topology-error", &[("name", &printable(name.as_bytes())), ("line", &line), ("what", &what)]);
        let shown = printable(error.line.as_bytes());
        // The mark stands under a character, which may take two columns.
        let before: String = error.line.chars().take(column.saturating_sub(1)).collect();
        let indent = width(&printable(before.as_bytes()));
        format!("{sentence}\n    {shown}\n    {:indent$}^", "")
    }

    fn wrong(&self, wrong: &Wrong) -> String {
        let named = |key, name: &str| self.say(key, &[("name", &printable(name.as_bytes()))]);
        match wrong {
            Wrong::Form(text) => named("topology-form", text.lines().next().unwrap_or_default()),
            Wrong::Name(name) => named("topology-name", name),
            Wrong::NameTwice(name) => named("topology-name-twice", name),
            Wrong::Unknown(name) => named("topology-unknown", name),
            Wrong::NoInterface { node, interface } => {
                let (node, interface) = (printable(node.as_bytes()), printable(interface.as_bytes()));
                self.say("topology-no-interface", &[("node", &node), ("interface", &interface)])
            }
            Wrong::NotNetwork(text) => named("topology-not-network", text),
            Wrong::NotAddress(text) => named("topology-not-address", text),
            Wrong::AddressTwice(address) => named("topology-address-twice", address),
            Wrong::Reserved(address) => named("topology-reserved", address),
            Wrong::GatewayOutside { gateway, networks } => {
                self.say("topology-gateway-outside", &[("gateway", gateway), ("networks", &networks.join(", "))])
            }
            Wrong::GatewayNobody(address) => named("topology-gateway-nobody", address),
            Wrong::CableTwice(port) => named("topology-cable-twice", port),
            Wrong::CableToItself(node) => named("topology-cable-to-itself", node),
            Wrong::Circle(nodes) => named("topology-circle", &nodes.join(" – ")),
            Wrong::NoCable(port) => named("topology-no-cable", port),
            Wrong::NotTime(text) => named("topology-not-time", text),
            Wrong::NotRate(text) => named("topology-not-rate", text),
            Wrong::Range { what, found, least, most } => {
                let numbers: [(&str, &dyn Display); 3] = [("found", found), ("least", least), ("most", most)];
                let [found, least, most] = numbers;
                self.say("topology-range", &[("what", what), found, least, most])
            }
            Wrong::TooMany { what, most } => self.say("topology-too-many", &[("what", what), ("most", most)]),
            Wrong::NotHost(name) => named("topology-not-host", name),
        }
    }

    /// What a wire did on purpose, and to which frame, where that was seen.
    pub fn link_action(&self, action: &LinkAction, frame: Option<u32>) -> String {
        let what = match action.what {
            LinkActionKind::Lost if action.pattern.is_none() => "wire-lost-pulled",
            LinkActionKind::Lost => "wire-lost",
            LinkActionKind::Delayed => "wire-delayed",
            LinkActionKind::Duplicated => "wire-duplicated",
            LinkActionKind::Swapped => "wire-swapped",
            LinkActionKind::QueueFull => "wire-queue-full",
            LinkActionKind::Unplugged => "wire-unplugged",
            LinkActionKind::Plugged => return self.word("wire-plugged"),
        };
        let frame = match frame {
            Some(frame) => self.say("wire-frame", &[("frame", &frame)]),
            None => self.say("wire-unseen", &[("length", &action.length)]),
        };
        let pattern = action.pattern.as_deref().unwrap_or_default();
        self.say(what, &[("frame", &frame), ("pattern", &pattern)])
    }

    /// Why a fault's pattern was refused.
    pub fn pattern_error(&self, error: &PatternError) -> String {
        match error {
            PatternError::Unknown { found } => {
                let known = SegmentKind::names().join(", ");
                self.say("pattern-unknown", &[("found", &printable(found.as_bytes())), ("known", &known)])
            }
            PatternError::Count { found } => self.say("pattern-count", &[("found", &printable(found.as_bytes()))]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Language;

    #[test]
    fn a_mark_stands_under_what_is_wrong() {
        let text = "[title]\nen = 'a'\nzh = 'b'\n[about]\nen = 'c'\nzh = 'd'\n[play]\nclient = 'a'\nserver = 'a'\n\
                    [[host]]\nname = 'a'\naddress = '10.0.0.1/33'\n";
        let error = crate::source::lab::topology::read(text).unwrap_err();
        let told = Words::new(Language::English).topology_error("x.toml", &error);
        let lines: Vec<&str> = told.lines().collect();
        assert_eq!(
            lines[0],
            "x.toml, line 12: expected an address and its network, 192.168.1.10/24, found 10.0.0.1/33"
        );
        assert_eq!(lines[1], "    address = '10.0.0.1/33'");
        assert_eq!(lines[2].find('^'), lines[1].find('\''));
    }

    #[test]
    fn everything_that_can_be_wrong_has_its_sentence() {
        let a = || "a".to_owned();
        let all = [
            Wrong::Form(a()),
            Wrong::Name(a()),
            Wrong::NameTwice(a()),
            Wrong::Unknown(a()),
            Wrong::NoInterface { node: a(), interface: a() },
            Wrong::NotNetwork(a()),
            Wrong::NotAddress(a()),
            Wrong::AddressTwice(a()),
            Wrong::Reserved(a()),
            Wrong::GatewayOutside { gateway: a(), networks: vec![a()] },
            Wrong::GatewayNobody(a()),
            Wrong::CableTwice(a()),
            Wrong::CableToItself(a()),
            Wrong::Circle(vec![a()]),
            Wrong::NoCable(a()),
            Wrong::NotTime(a()),
            Wrong::NotRate(a()),
            Wrong::Range { what: "mtu", found: 1, least: 2, most: 3 },
            Wrong::TooMany { what: "nodes", most: 64 },
            Wrong::NotHost(a()),
        ];
        for words in Language::ALL.map(Words::new) {
            let mut told: Vec<String> = all.iter().map(|wrong| words.wrong(wrong)).collect();
            let patterns = [PatternError::Unknown { found: a() }, PatternError::Count { found: a() }];
            told.extend(patterns.iter().map(|error| words.pattern_error(error)));
            for kind in [
                LinkActionKind::Lost,
                LinkActionKind::Delayed,
                LinkActionKind::Duplicated,
                LinkActionKind::Swapped,
                LinkActionKind::QueueFull,
                LinkActionKind::Unplugged,
            ] {
                let action = LinkAction::new(kind, Some("data>".to_owned()), b"");
                told.extend([words.link_action(&action, Some(7)), words.link_action(&action, None)]);
            }
            let count = told.len();
            told.sort();
            told.dedup();
            assert_eq!(told.len(), count, "{told:?}");
            assert!(
                told.iter().all(|sentence| !sentence.contains("topology-") && !sentence.contains("wire-")),
                "{told:?}"
            );
        }
    }
}
