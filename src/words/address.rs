//! What an address says, line by line, and what is wrong with one.

use std::fmt::Display;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::numbers::grouped;
use super::{Words, printable, width};
use crate::decode::MacAddress;
use crate::decode::address::{
    Asked, BitsOf, Class, GroupScope, Interface, LINUX_EPHEMERAL, MacUse, MaskFrom, NotRead, Placed, PortRange,
    Subject, Wrong, embedded, full_form, group, mac_of_group, services_at, solicited_node, special,
};

/// One thing that is said of an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddressLine {
    /// What is said: `mask`, `network`.
    pub name: String,
    /// Its value.
    pub value: String,
    /// Why, or what of it; may be empty.
    pub why: String,
}

/// The lines as they come together.
struct Lines<'a> {
    words: &'a Words,
    lines: Vec<AddressLine>,
}

impl Lines<'_> {
    fn push(&mut self, name: &str, value: impl Display, why: impl Into<String>) {
        let name = self.words.word(&format!("address-name-{name}"));
        self.lines.push(AddressLine { name, value: value.to_string(), why: why.into() });
    }
}

impl Words {
    /// Everything that is said of what was asked.
    pub fn address_lines(&self, asked: &Asked) -> Vec<AddressLine> {
        let mut lines = Lines { words: self, lines: Vec::new() };
        match asked.subject {
            Subject::Ip(placed) => match placed.address() {
                IpAddr::V4(address) => self.ipv4_lines(address, placed, &mut lines),
                IpAddr::V6(address) => self.ipv6_lines(address, placed, asked.zone.as_deref(), &mut lines),
            },
            Subject::Mac(address) => self.mac_lines(address, &mut lines),
            Subject::Port(port) => self.port_lines(port, &mut lines),
        }
        if let Some(port) = asked.port {
            self.port_lines(port, &mut lines);
        }
        lines.lines
    }

    /// What comes of comparing two addresses, in sentences: who is asked for
    /// its MAC address. Nothing where there is one address alone.
    pub fn address_comparison(&self, asked: &Asked) -> Vec<String> {
        let (Subject::Ip(placed), Some(other)) = (asked.subject, asked.other) else { return Vec::new() };
        let mut sentences = vec![self.neighbours(placed, other.address())];
        // The other one decides by its own mask.
        if other.mask == MaskFrom::Said {
            sentences.push(self.neighbours(other, placed.address()));
            if placed.compare(other.address()).same != other.compare(placed.address()).same {
                sentences.push(self.word("address-disagree"));
            }
        }
        sentences
    }

    fn neighbours(&self, placed: Placed, other: IpAddr) -> String {
        let compared = placed.compare(other);
        let (address, prefix) = (placed.address(), placed.network.prefix);
        let key = match (compared.same, address.is_ipv4()) {
            (true, true) => "address-same",
            (true, false) => "address-same-ipv6",
            (false, true) => "address-not-same",
            (false, false) => "address-not-same-ipv6",
        };
        self.say(
            key,
            &[
                ("address", &address),
                ("other", &other),
                ("prefix", &prefix),
                ("own", &compared.own),
                ("others", &compared.other),
            ],
        )
    }

    /// Of what a line of bits is.
    pub fn address_bits(&self, what: BitsOf) -> String {
        self.word(match what {
            BitsOf::Address => "address-name-address",
            BitsOf::Mask => "address-name-mask",
            BitsOf::Network => "address-name-and",
            BitsOf::Other => "address-name-other",
            BitsOf::OtherNetwork => "address-name-and-other",
        })
    }

    fn ipv4_lines(&self, address: Ipv4Addr, placed: Placed, lines: &mut Lines<'_>) {
        let number = address.to_bits();
        lines.push("address", address, self.say("address-number", &[("decimal", &number), ("hex", &hex(number))]));
        self.kind_line(address.into(), lines);
        let class = Class::of(address);
        lines.push("class", class.letter(), self.class(class));
        if placed.mask == MaskFrom::None {
            self.group_line(address.into(), lines);
            return;
        }
        self.network_lines(placed, lines);
    }

    fn class(&self, class: Class) -> String {
        let (from, to) = class.first_octets();
        let bits = class.first_bits();
        let facts: [(&str, &dyn Display); 3] = [("bits", &bits), ("from", &from), ("to", &to)];
        let told = if let (Some(networks), Some(hosts), Some(prefix)) =
            (class.networks(), class.hosts(), class.prefix())
        {
            let (networks, hosts) = (grouped(networks.into()), grouped(hosts.into()));
            let sizes: [(&str, &dyn Display); 3] = [("networks", &networks), ("hosts", &hosts), ("prefix", &prefix)];
            self.say("address-class-hosts", &[facts, sizes].concat())
        } else {
            self.say(if class == Class::D { "address-class-d" } else { "address-class-e" }, &facts)
        };
        told + self.choose(" ", "") + &self.word("address-class-history")
    }

    /// Mask, network, broadcast, hosts.
    fn network_lines(&self, placed: Placed, lines: &mut Lines<'_>) {
        let network = placed.network;
        let is_four = network.address.is_ipv4();
        let prefix = network.prefix;
        let said = match placed.mask {
            MaskFrom::Said | MaskFrom::None => String::new(),
            MaskFrom::Class => {
                let letter = match network.address {
                    IpAddr::V4(address) => Class::of(address).letter(),
                    IpAddr::V6(_) => ' ',
                };
                self.say("address-mask-class", &[("class", &letter)])
            }
            MaskFrom::Usual => self.word("address-mask-usual"),
        };
        if is_four {
            lines.push("mask", format!("{}  =  /{prefix}", network.mask()), said);
            lines.push("wildcard", network.wildcard(), self.word("address-wildcard"));
        } else {
            lines.push("prefix", format!("/{prefix}"), said);
        }
        let and = self.word("address-and");
        lines.push("network", format!("{}/{prefix}", network.network()), and);
        if is_four {
            match network.broadcast() {
                Some(broadcast) => lines.push("broadcast", broadcast, self.word("address-broadcast")),
                None => lines.push("broadcast", self.word("address-none"), self.word("address-no-broadcast")),
            }
        }
        let (first, last) = network.hosts();
        let (value, bits) = (format!("{first} – {last}"), network.host_bits());
        let hosts = match (network.broadcast(), network.size()) {
            (Some(_), Some(size)) => {
                let hosts = many(size.saturating_sub(2));
                self.say("address-hosts", &[("hosts", &hosts), ("bits", &bits)])
            }
            (None, Some(1)) => self.word("address-one-host"),
            (None, Some(2)) if is_four => self.word("address-two-hosts"),
            (None | Some(_), size) => {
                let size = size.filter(|_| bits < 64).map_or_else(String::new, |size| format!(" = {}", many(size)));
                self.say("address-hosts-ipv6", &[("bits", &bits), ("size", &size)])
            }
        };
        lines.push("hosts", if first == last { first.to_string() } else { value }, hosts);
        if !is_four {
            return;
        }
        let is = |address: Option<IpAddr>| address == Some(network.address);
        if network.broadcast().is_some() && is(Some(network.network())) {
            lines.push("place", self.word("address-place-network"), self.word("address-place-no-host"));
        } else if is(network.broadcast()) {
            lines.push("place", self.word("address-place-broadcast"), self.word("address-place-no-host"));
        }
    }

    fn ipv6_lines(&self, address: Ipv6Addr, placed: Placed, zone: Option<&str>, lines: &mut Lines<'_>) {
        lines.push("canonical", address, "RFC 5952");
        lines.push("full", full_form(address), "RFC 4291 §2.2");
        if let Some(zone) = zone {
            lines.push("zone", printable(zone.as_bytes()), self.word("address-zone"));
        }
        self.kind_line(address.into(), lines);
        if let Some(inside) = embedded(address) {
            lines.push("embedded", inside, "");
        }
        if let Some(scope) = GroupScope::of(address) {
            let value = self.word(&format!("address-scope-{}", scope.name()));
            lines.push("scope", value, "RFC 4291 §2.7, RFC 7346");
            self.group_line(address.into(), lines);
            return;
        }
        if let Some(interface) = Interface::of(address) {
            let why = match interface.mac {
                Some(mac) => self.say("address-interface-mac", &[("mac", &mac)]),
                None => self.word("address-interface"),
            };
            lines.push("interface", interface.text(), why);
            let solicited = solicited_node(address);
            let mac = mac_of_group(solicited.into()).map(|mac| mac.to_string()).unwrap_or_default();
            lines.push("solicited", solicited, self.say("address-solicited", &[("mac", &mac)]));
        }
        if placed.mask != MaskFrom::None {
            self.network_lines(placed, lines);
        }
    }

    /// What the address is for, and where that is said.
    fn kind_line(&self, address: IpAddr, lines: &mut Lines<'_>) {
        let Some(special) = special(address) else { return };
        let reach = match (special.forwarded, special.global) {
            (true, true) => "address-reach-global",
            (true, false) => "address-reach-inside",
            (false, _) => "address-reach-link",
        };
        let block = if special.block.prefix == 0 { String::new() } else { format!("{} · ", special.block) };
        let why = format!("{block}{} · {}", special.cite, self.word(reach));
        lines.push("kind", self.word(&format!("address-kind-{}", special.name)), why);
    }

    /// A well-known group, and the MAC address of any.
    fn group_line(&self, address: IpAddr, lines: &mut Lines<'_>) {
        if let Some(group) = group(address) {
            lines.push("group", self.word(&format!("address-group-{}", group.name)), group.cite);
        }
        if let Some(mac) = mac_of_group(address) {
            let key = if address.is_ipv4() { "address-group-mac" } else { "address-group-mac-ipv6" };
            lines.push("mac", mac, self.word(key));
        }
    }

    fn mac_lines(&self, address: MacAddress, lines: &mut Lines<'_>) {
        lines.push("address", address, "");
        let used = MacUse::of(address);
        let key = format!("address-mac-{}", used.name());
        let kind = match used {
            MacUse::Ipv4Group(group) => self.say(&key, &[("group", &group)]),
            MacUse::Ipv6Group([a, b, c, d]) => {
                let group = format!("{a:02x}{b:02x}:{c:02x}{d:02x}");
                self.say(&key, &[("group", &group)])
            }
            MacUse::VirtualRouter(number) => self.say(&key, &[("number", &number)]),
            MacUse::Universal | MacUse::Local | MacUse::Null | MacUse::Broadcast | MacUse::Bridges | MacUse::Group => {
                self.word(&key)
            }
        };
        lines.push("kind", kind, "");
        let [first, second, third, ..] = address.0;
        lines.push("first-octet", format!("{first:08b}"), self.word("address-first-octet"));
        let bit = |key: &str, is: bool| self.word(&format!("address-bit-{key}-{}", u8::from(is)));
        lines.push("group-bit", bit("group", address.is_group()), "IEEE 802 §8.2");
        lines.push("local-bit", bit("local", address.is_local()), "IEEE 802 §8.2");
        if !address.is_local() && used != MacUse::Null {
            let oui = format!("{first:02x}:{second:02x}:{third:02x}");
            lines.push("oui", oui, self.word("address-oui"));
        }
        if matches!(used, MacUse::Universal | MacUse::Local) {
            lines.push("link-local", address.link_local(), self.word("address-link-local"));
        }
    }

    fn port_lines(&self, port: u16, lines: &mut Lines<'_>) {
        let range = PortRange::of(port);
        lines.push("port", port, format!("0x{port:04x}"));
        let key = format!("address-port-{}", range.name());
        lines.push("kind", self.word(&key), self.word(&format!("{key}-why")));
        let mut services = services_at(port).peekable();
        if services.peek().is_none() && port != 0 {
            lines.push("service", self.word("address-no-service"), "");
        }
        for service in services {
            let cite = if service.cite.is_empty() { String::new() } else { format!(" · {}", service.cite) };
            lines.push("service", service.called, format!("{} · {}{cite}", service.name, service.over));
        }
        let (least, most) = LINUX_EPHEMERAL;
        if (least..=most).contains(&port) {
            let why = self.say("address-ephemeral-why", &[("from", &least), ("to", &most)]);
            lines.push("ephemeral", self.word("address-ephemeral"), why);
        }
    }

    /// What is wrong with `text`, in lines for a font of fixed width: the
    /// sentence, the text, carets under what is wrong with it.
    pub fn address_error(&self, text: &str, error: &NotRead) -> String {
        let shown = |text: &str| printable(text.as_bytes());
        let sentence = self.address_wrong(&error.wrong);
        if matches!(error.wrong, Wrong::Empty | Wrong::TooLong { .. }) {
            return sentence;
        }
        let before = width(&shown(text.get(..error.span.start).unwrap_or(text)));
        let carets = "^".repeat(width(&shown(text.get(error.span.clone()).unwrap_or_default())).max(1));
        format!("{sentence}\n  {}\n  {:before$}{carets}", shown(text), "")
    }

    fn address_wrong(&self, wrong: &Wrong) -> String {
        let found = |key: &str, found: &str| self.say(key, &[("found", &format!("`{}`", printable(found.as_bytes())))]);
        match wrong {
            Wrong::Empty => self.word("address-wrong-empty"),
            Wrong::TooLong { length } => self.say("address-wrong-long", &[("length", length)]),
            Wrong::Nothing { found: text } => found("address-wrong-nothing", text),
            Wrong::OctetCount { found } => self.say("address-wrong-octets", &[("found", found)]),
            Wrong::Octet { found: text } if text.is_empty() => self.word("address-wrong-no-octet"),
            Wrong::Octet { found: text } => found("address-wrong-octet", text),
            Wrong::LeadingZero { found: text } => found("address-wrong-zero", text),
            Wrong::Prefix { found: text, most } => {
                let text = format!("`{}`", printable(text.as_bytes()));
                self.say("address-wrong-prefix", &[("found", &text), ("most", most)])
            }
            Wrong::Mask { found, nearest } => self.say("address-wrong-mask", &[("found", found), ("nearest", nearest)]),
            Wrong::Ipv6Character { found: character } => found("address-wrong-character", &character.to_string()),
            Wrong::Group { found: text } => found("address-wrong-group", text),
            Wrong::TwoGaps => self.word("address-wrong-gaps"),
            Wrong::GroupCount { found } => self.say("address-wrong-groups", &[("found", found)]),
            Wrong::Mac { found: text } => found("address-wrong-mac", text),
            Wrong::Port { found: text } => found("address-wrong-port", text),
            Wrong::Versions => self.word("address-wrong-versions"),
            Wrong::Extra { found: text } => found("address-wrong-extra", text),
        }
    }
}

fn hex(number: u32) -> String {
    format!("0x{number:08x}")
}

/// A count with its thousands apart, as far as that can be read.
fn many(count: u128) -> String {
    u64::try_from(count).map_or_else(|_| count.to_string(), grouped)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::address::{group_names, read, special_names};
    use crate::words::Language;

    #[test]
    fn everything_has_its_sentence_in_both_languages() {
        for words in Language::ALL.map(Words::new) {
            let has = |key: String| assert!(words.has(&key), "{:?}: {key}", words.language());
            special_names().for_each(|name| has(format!("address-kind-{name}")));
            group_names().for_each(|name| has(format!("address-group-{name}")));
            GroupScope::NAMED.map(GroupScope::name).into_iter().for_each(|name| has(format!("address-scope-{name}")));
            let texts = [
                "192.168.1.10/24 192.168.2.1/16",
                "10.1.2.3",
                "10.1.2.2/31",
                "10.1.2.3/32",
                "10.0.0.0/8",
                "10.255.255.255/8",
                "224.0.0.1",
                "240.0.0.1",
                "fe80::200:ff:fe00:101%eth0",
                "2001:db8::1/127",
                "::ffff:1.2.3.4",
                "ff02::fb",
                "ff0c::1",
                "fe80::1 fe80::2",
                "fe80::1 fd00::2",
                "02:00:00:00:01:01",
                "ff:ff:ff:ff:ff:ff",
                "00:00:00:00:00:00",
                "00:1b:21:01:02:03",
                "01:00:5e:00:00:01",
                "33:33:00:00:00:01",
                "01:80:c2:00:00:00",
                "00:00:5e:00:01:07",
                "01:00:5e:80:00:01",
                "0",
                "80",
                "9999",
                "40000",
                "60000/udp",
                "192.168.1.10:53",
            ];
            for text in texts {
                let asked = read(text).unwrap();
                let mut told = words.address_comparison(&asked);
                for line in words.address_lines(&asked) {
                    assert!(!line.name.is_empty() && !line.value.is_empty(), "{text}: {line:?}");
                    told.extend([line.name, line.value, line.why]);
                }
                told.extend(asked.bits().iter().map(|bits| words.address_bits(bits.what)));
                assert!(told.iter().all(|part| !part.contains('⟨') && !part.contains('{')), "{text}: {told:?}");
            }
        }
    }

    #[test]
    fn everything_that_can_be_wrong_has_its_sentence() {
        let found = || "x".to_owned();
        let zero = Ipv4Addr::UNSPECIFIED;
        let all = [
            Wrong::Empty,
            Wrong::TooLong { length: 300 },
            Wrong::Nothing { found: found() },
            Wrong::OctetCount { found: 3 },
            Wrong::Octet { found: found() },
            Wrong::Octet { found: String::new() },
            Wrong::LeadingZero { found: found() },
            Wrong::Prefix { found: found(), most: 32 },
            Wrong::Mask { found: zero, nearest: zero },
            Wrong::Ipv6Character { found: 'x' },
            Wrong::Group { found: found() },
            Wrong::TwoGaps,
            Wrong::GroupCount { found: 7 },
            Wrong::Mac { found: found() },
            Wrong::Port { found: found() },
            Wrong::Versions,
            Wrong::Extra { found: found() },
        ];
        for words in Language::ALL.map(Words::new) {
            let mut told: Vec<String> = all.iter().map(|wrong| words.address_wrong(wrong)).collect();
            assert!(told.iter().all(|sentence| !sentence.contains('⟨')), "{told:?}");
            let count = told.len();
            told.sort();
            told.dedup();
            assert_eq!(told.len(), count);
        }
    }

    #[test]
    fn carets_stand_under_what_is_wrong() {
        let words = Words::new(Language::English);
        let told = |text: &str| words.address_error(text, &read(text).unwrap_err());
        assert_eq!(
            told("192.168.1.300/24"),
            "expected a number from 0 to 255, found `300`\n  192.168.1.300/24\n            ^^^"
        );
        assert!(told("10.0.0.1 255.0.255.0").ends_with("\n           ^^^^^^^^^^^"));
    }
}
