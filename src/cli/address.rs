//! `wirelens address`: what an address says by itself.

use std::fmt::Write as _;
use std::net::IpAddr;

use serde::Serialize;

use super::arguments::{Address, ListFormat};
use super::output::Output;
use super::{Failure, Status};
use crate::decode::address::{
    self, Asked, Bits, Class, GroupScope, Interface, MacUse, MaskFrom, Placed, PortRange, Subject,
};
use crate::words::{Words, width, wrap};

/// Between a name and its value, in columns.
const GAP: usize = 2;
/// Reasons are given so many columns at least.
const NARROWEST: usize = 30;

/// Tells what was asked for.
pub(super) fn address(asked: &Address, words: &Words, output: &Output<'_>) -> Result<(), Failure> {
    let text = asked.address.join(" ");
    let read = address::read(&text).map_err(|error| Failure::new(Status::Usage, words.address_error(&text, &error)))?;
    match asked.format {
        ListFormat::Text => output.print(&page(&read, words, output.width)),
        ListFormat::Json => {
            let document = Document { format: "wirelens/1", asked: text, facts: facts(&read), bits: bits(&read) };
            let json = serde_json::to_string_pretty(&document)
                .map_err(|error| Failure::new(Status::Failed, words.say("document-failed", &[("reason", &error)])))?;
            output.print(&format!("{json}\n"))
        }
    }
}

/// Names, values, and behind or below them why.
fn page(asked: &Asked, words: &Words, columns: usize) -> String {
    let lines = words.address_lines(asked);
    let rows = asked.bits();
    let names: Vec<String> = rows.iter().map(|row| words.address_bits(row.what)).collect();
    let all = lines.iter().map(|line| &line.name).chain(&names);
    let column = all.map(|name| width(name)).max().unwrap_or_default() + GAP;
    let room = columns.saturating_sub(column).max(NARROWEST);
    let mut text = String::new();
    for line in &lines {
        let space = column.saturating_sub(width(&line.name));
        // Writing to a String cannot fail.
        write!(text, "{}{:space$}{}", line.name, "", line.value).unwrap_or_default();
        let fits = width(&line.value) + GAP + width(&line.why) <= room;
        match line.why.as_str() {
            "" => {}
            why if fits => write!(text, "{:GAP$}{why}", "").unwrap_or_default(),
            why => {
                for piece in wrap(why, room) {
                    write!(text, "\n{:column$}{piece}", "").unwrap_or_default();
                }
            }
        }
        text.push('\n');
    }
    match rows.len() {
        0 => {}
        1 => writeln!(text, "\n{}", words.word("address-bits-alone")).unwrap_or_default(),
        _ => writeln!(text, "\n{}", words.word("address-bits")).unwrap_or_default(),
    }
    for (row, name) in rows.iter().zip(&names) {
        let mut space = column.saturating_sub(width(name));
        text.push_str(name);
        for line in row.lines() {
            writeln!(text, "{:space$}{line}", "").unwrap_or_default();
            space = column;
        }
    }
    let compared = words.address_comparison(asked);
    if !compared.is_empty() {
        writeln!(text, "\n{}", words.word("address-comparison")).unwrap_or_default();
    }
    for sentence in compared {
        for piece in wrap(&sentence, columns) {
            text.extend([&piece, "\n"]);
        }
    }
    text
}

#[derive(Serialize)]
struct Document {
    format: &'static str,
    /// As it was written.
    asked: String,
    #[serde(flatten)]
    facts: Facts,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    bits: Vec<BitsEntry>,
}

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Facts {
    Ip(Box<IpFacts>),
    Mac(MacFacts),
    Port(PortFacts),
}

#[derive(Serialize)]
struct IpFacts {
    version: u8,
    address: IpAddr,
    /// IPv6 with all its digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    full: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    zone: Option<String>,
    /// What it is for, and where that is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    purpose: Option<Purpose>,
    #[serde(skip_serializing_if = "Option::is_none")]
    class: Option<char>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<&'static str>,
    /// To which frames to this group go.
    #[serde(skip_serializing_if = "Option::is_none")]
    group_mac: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ipv4_inside: Option<std::net::Ipv4Addr>,
    #[serde(skip_serializing_if = "Option::is_none")]
    interface: Option<InterfaceEntry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    network: Option<NetworkEntry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    port: Option<PortFacts>,
    #[serde(skip_serializing_if = "Option::is_none")]
    comparison: Option<ComparisonEntry>,
}

#[derive(Serialize)]
struct Purpose {
    name: &'static str,
    block: String,
    cite: &'static str,
    forwarded: bool,
    global: bool,
}

#[derive(Serialize)]
struct InterfaceEntry {
    identifier: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    made_from: Option<String>,
    solicited_node: std::net::Ipv6Addr,
}

#[derive(Serialize)]
struct NetworkEntry {
    /// `said`, `class` or `usual`: how the mask is known.
    mask_from: &'static str,
    prefix: u8,
    mask: IpAddr,
    wildcard: IpAddr,
    network: IpAddr,
    broadcast: Option<IpAddr>,
    first_host: IpAddr,
    last_host: IpAddr,
    /// In decimal: they may be more than a number of JSON holds.
    addresses: String,
}

#[derive(Serialize)]
struct ComparisonEntry {
    other: IpAddr,
    network: IpAddr,
    other_network: IpAddr,
    same: bool,
}

#[derive(Serialize)]
struct MacFacts {
    address: String,
    purpose: &'static str,
    group: bool,
    local: bool,
    oui: Option<String>,
    link_local: Option<std::net::Ipv6Addr>,
}

#[derive(Serialize)]
struct PortFacts {
    port: u16,
    range: &'static str,
    services: Vec<ServiceEntry>,
}

#[derive(Serialize)]
struct ServiceEntry {
    name: &'static str,
    called: &'static str,
    over: &'static str,
    cite: &'static str,
}

#[derive(Serialize)]
struct BitsEntry {
    of: &'static str,
    bits: String,
    edge: u8,
}

fn facts(asked: &Asked) -> Facts {
    match asked.subject {
        Subject::Ip(placed) => Facts::Ip(Box::new(ip(asked, placed))),
        Subject::Mac(address) => {
            let used = MacUse::of(address);
            let [first, second, third, ..] = address.0;
            let is_one = matches!(used, MacUse::Universal | MacUse::Local);
            Facts::Mac(MacFacts {
                address: address.to_string(),
                purpose: used.name(),
                group: address.is_group(),
                local: address.is_local(),
                oui: (!address.is_local()).then(|| format!("{first:02x}:{second:02x}:{third:02x}")),
                link_local: is_one.then(|| address.link_local()),
            })
        }
        Subject::Port(port) => Facts::Port(port_facts(port)),
    }
}

fn ip(asked: &Asked, placed: Placed) -> IpFacts {
    let address = placed.address();
    let special = address::special(address);
    let purpose = special.map(|special| Purpose {
        name: special.name,
        block: special.block.to_string(),
        cite: special.cite,
        forwarded: special.forwarded,
        global: special.global,
    });
    let (four, six) = match address {
        IpAddr::V4(address) => (Some(address), None),
        IpAddr::V6(address) => (None, Some(address)),
    };
    let interface = six.and_then(|address| Some((address, Interface::of(address)?)));
    let network = placed.network;
    let mask_from = match placed.mask {
        MaskFrom::Said => Some("said"),
        MaskFrom::Class => Some("class"),
        MaskFrom::Usual => Some("usual"),
        MaskFrom::None => None,
    };
    let (first_host, last_host) = network.hosts();
    IpFacts {
        version: if four.is_some() { 4 } else { 6 },
        address,
        full: six.map(address::full_form),
        zone: asked.zone.clone(),
        purpose,
        class: four.map(|address| Class::of(address).letter()),
        scope: six.and_then(GroupScope::of).map(GroupScope::name),
        group: address::group(address).map(|group| group.name),
        group_mac: address::mac_of_group(address).map(|mac| mac.to_string()),
        ipv4_inside: six.and_then(address::embedded),
        interface: interface.map(|(address, interface)| InterfaceEntry {
            identifier: interface.text(),
            made_from: interface.mac.map(|mac| mac.to_string()),
            solicited_node: address::solicited_node(address),
        }),
        network: mask_from.map(|mask_from| NetworkEntry {
            mask_from,
            prefix: network.prefix,
            mask: network.mask(),
            wildcard: network.wildcard(),
            network: network.network(),
            broadcast: network.broadcast(),
            first_host,
            last_host,
            // 2^128 is one more than the largest number.
            addresses: network.size().map_or_else(|| format!("{}6", u128::MAX / 10), |size| size.to_string()),
        }),
        port: asked.port.map(port_facts),
        comparison: asked.other.map(|other| {
            let compared = placed.compare(other.address());
            ComparisonEntry {
                other: other.address(),
                network: compared.own,
                other_network: compared.other,
                same: compared.same,
            }
        }),
    }
}

fn port_facts(port: u16) -> PortFacts {
    let services = address::services_at(port);
    let entry = |service: &address::Service| ServiceEntry {
        name: service.name,
        called: service.called,
        over: service.over,
        cite: service.cite,
    };
    PortFacts { port, range: PortRange::of(port).name(), services: services.map(entry).collect() }
}

fn bits(asked: &Asked) -> Vec<BitsEntry> {
    let entry = |bits: &Bits| BitsEntry { of: bits.what.name(), bits: bits.text(), edge: bits.edge };
    asked.bits().iter().map(entry).collect()
}
