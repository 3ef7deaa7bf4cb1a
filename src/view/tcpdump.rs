//! `--format tcpdump`: the line that `tcpdump -n -r FILE` prints, for what we
//! decode; for the rest a line that says so. `docs/tcpdump.md` lists what
//! differs.
//!
//! Everything comes from decoded fields. Text from the network is escaped: no
//! control character reaches the terminal. Has no opinion on which frames are
//! shown, nor on the reader's clock: who calls knows how far its zone is from
//! UTC.

/// ARP.
mod arp;
/// The fields of one frame.
mod collected;
/// DNS.
mod dns;
/// Text that is safe to show.
mod escape;
/// ICMP.
mod icmp;
/// ICMPv6.
mod icmpv6;
/// IPv4, IPv6 and what they carry.
mod ip;
/// Protocols made of lines.
mod lines;
/// TCP's options.
mod options;
/// TCP.
mod tcp;

use std::fmt::Write as _;
use std::net::IpAddr;

pub use collected::Fields;

use collected::Layer;
use tcp::Connections;

use crate::decode::FieldId;
use crate::model::{LinkType, Timestamp};

/// What a line needs to know of a frame beside its fields.
#[derive(Clone, Copy, Debug)]
pub struct Captured {
    /// When.
    pub at: Timestamp,
    /// How far the reader's clock is ahead of UTC at that moment, in seconds.
    pub utc_offset: i32,
    /// What it starts with.
    pub link_type: LinkType,
    /// Its length on the wire, in bytes.
    pub original_length: u32,
}

/// Writes lines, one a frame, in the order of the file: the numbers of a
/// connection's later segments count from its first.
#[derive(Debug, Default)]
pub struct TcpdumpLines {
    connections: Connections,
}

impl TcpdumpLines {
    /// Appends the line of one frame, with its line break.
    pub fn append(&mut self, captured: &Captured, fields: &Fields, out: &mut String) {
        time(out, captured);
        out.push(' ');
        let layers = fields.layers();
        let mut line = Line { out, connections: &mut self.connections, captured };
        line.link(&layers);
        out.push('\n');
    }
}

fn push(out: &mut String, words: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    out.write_fmt(words).unwrap_or_default();
}

/// The time of day, in microseconds.
fn time(out: &mut String, captured: &Captured) {
    const SECOND: i128 = 1_000_000_000;
    let nanos = i128::from(captured.at.nanos()) + i128::from(captured.utc_offset) * SECOND;
    let seconds = nanos.div_euclid(SECOND).rem_euclid(24 * 3600);
    let micros = nanos.rem_euclid(SECOND) / 1000;
    push(out, format_args!("{:02}:{:02}:{:02}.{micros:06}", seconds / 3600, seconds / 60 % 60, seconds % 60));
}

/// Where a packet comes from and where it goes.
struct Way {
    source: IpAddr,
    destination: IpAddr,
    /// Both were said already, before an extension header.
    said: bool,
    /// The first piece of a larger packet.
    piece: bool,
}

impl Way {
    fn without_ports(&self, out: &mut String) {
        if !self.said {
            push(out, format_args!("{} > {}: ", self.source, self.destination));
        }
    }

    fn with_ports(&self, out: &mut String, from: u64, to: u64) {
        if self.said {
            push(out, format_args!("{from} > {to}: "));
        } else {
            push(out, format_args!("{}.{from} > {}.{to}: ", self.source, self.destination));
        }
    }
}

struct Line<'a> {
    out: &'a mut String,
    connections: &'a mut Connections,
    captured: &'a Captured,
}

impl Line<'_> {
    fn push(&mut self, words: std::fmt::Arguments<'_>) {
        push(self.out, words);
    }

    /// The frame's length on the wire, in bytes.
    fn wire(&self) -> usize {
        usize::try_from(self.captured.original_length).unwrap_or(usize::MAX)
    }

    fn link(&mut self, layers: &[Layer<'_>]) {
        let mut rest = layers;
        while let Some((layer, behind)) = rest.split_first() {
            match layer.field() {
                // Shown only where nothing behind them can be.
                FieldId::ETH | FieldId::VLAN | FieldId::LLC | FieldId::NULL | FieldId::PPP | FieldId::SLL => {
                    if layer.is(FieldId::SLL) && self.captured.link_type == LinkType::LINUX_SLL2 {
                        self.cooked(*layer);
                    }
                    rest = behind;
                }
                FieldId::PPPOES => {
                    let session = layer.number(FieldId::PPPOE_SESSION_ID).unwrap_or(0);
                    self.push(format_args!("PPPoE  [ses 0x{session:x}] "));
                    rest = behind;
                }
                FieldId::PPPOED => {
                    let name = match layer.number(FieldId::PPPOE_CODE) {
                        Some(0x09) => "PADI",
                        Some(0x07) => "PADO",
                        Some(0x19) => "PADR",
                        Some(0x65) => "PADS",
                        Some(0xA7) => "PADT",
                        _ => "discovery",
                    };
                    return self.push(format_args!("PPPoE {name}"));
                }
                FieldId::ARP => {
                    // LLC's frames say how long they are; the rest is padding.
                    let stated = layers.iter().find_map(|layer| layer.number(FieldId::ETH_LEN));
                    let end = stated.and_then(|length| usize::try_from(length).ok()).map(|length| length + 14);
                    let length = end.unwrap_or(usize::MAX).min(self.wire()).saturating_sub(layer.start());
                    return arp::append(self.out, *layer, length);
                }
                FieldId::IP | FieldId::IPV6 => return self.ip(*layer, behind, self.wire()),
                _ => break,
            }
        }
        self.unknown(layers);
    }

    /// An interface's name is not in a capture; tcpdump looks the number up on
    /// the machine it runs on.
    fn cooked(&mut self, layer: Layer<'_>) {
        let way = match layer.number(FieldId::SLL_PKTTYPE) {
            Some(0) => "In",
            Some(1) => "B",
            Some(2) => "M",
            Some(3) => "P",
            Some(4) => "Out",
            _ => "?",
        };
        self.push(format_args!("{:<5} {way:<3} ", "?"));
    }

    /// What is not decoded: where it came from and what it calls itself.
    fn unknown(&mut self, layers: &[Layer<'_>]) {
        let length = self.wire();
        let find = |field| layers.iter().find(|layer| layer.is(field));
        let number = |field| layers.iter().rev().find_map(|layer| layer.number(field));
        if let Some(ethernet) = find(FieldId::ETH) {
            let (Some(from), Some(to)) = (ethernet.mac(FieldId::ETH_SRC), ethernet.mac(FieldId::ETH_DST)) else {
                return self.push(format_args!(" [|ether]"));
            };
            self.push(format_args!("{from} > {to}, "));
        }
        let ether_type = number(FieldId::VLAN_ETYPE).or(number(FieldId::ETH_TYPE)).or(number(FieldId::SLL_ETYPE));
        match (find(FieldId::LLC), ether_type, number(FieldId::PPP_PROTOCOL)) {
            (None, Some(0x0800), _) => self.push(format_args!(" [|ip]")),
            (None, Some(0x86DD), _) => self.push(format_args!(" [|ip6]")),
            (None, Some(kind), _) => self.push(format_args!("ethertype Unknown (0x{kind:04x}), length {length}")),
            (Some(_), ..) => self.push(format_args!("802.3, length {length}")),
            (None, None, Some(kind)) => self.push(format_args!("unknown PPP protocol (0x{kind:04x}), length {length}")),
            (None, None, None) => {
                let kind = self.captured.link_type;
                self.push(format_args!("link type {}, length {length}", kind.0));
            }
        }
    }
}
