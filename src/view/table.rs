//! The packet list: one line a frame, as Wireshark's list has it.
//!
//! ```text
//!   No.       Time          Source → Destination     Protocol Length Info
//!     1   0.000000        10.9.0.1 → 10.9.0.2        TCP          60 40588 → 7000 [SYN] Seq=0 Win=64240 Len=0
//!     2   0.020320        10.9.0.2 → 10.9.0.1        TCP          60 7000 → 40588 [SYN, ACK] Seq=0 Ack=1 Win=65160 Len=0
//! ```
//!
//! Owns how a frame is said in one line, in Wireshark's words, and how the
//! lines stand below each other. Reads no bytes: a [`TableLine`](crate::view::table::TableLine) is handed
//! fields, those of the frame's bytes by [`dissect`](crate::decode::dissect),
//! those that take a memory (`tcp.seq`, `tcp.analysis.*`) by whoever has it,
//! in any order. Has no opinion on what was found: it repeats it.

/// The address resolution protocol.
mod arp;
/// Where the columns stand.
mod columns;
/// The domain name system.
mod dns;
/// HTTP/1.
mod http;
/// ICMP.
mod icmp;
/// `ICMPv6`.
mod icmpv6;
/// What comes before the network layer, and names for what is not read.
mod link;
/// Names that tables of numbers have.
mod names;
/// IPv4 and IPv6.
mod network;
/// Colours.
mod paint;
/// TCP.
mod tcp;
/// TLS.
mod tls;
/// UDP.
mod udp;

pub use paint::LineKind;

use std::fmt::Write as _;
use std::net::IpAddr;
use std::ops::Range;

use crate::decode::{FieldId, FieldSink, FieldValue, MacAddress};
use crate::model::LinkType;

/// What a reader may ask for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Whether lines have colours: by what was found, then by the protocol.
    /// The words of a line are the same without.
    pub colour: bool,
}

/// The innermost protocol that was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Protocol {
    /// None: the link layer is one we do not read.
    #[default]
    Unknown,
    /// The link layer, or what it carries, by its number.
    Link,
    Arp,
    Ip,
    Ipv6,
    Icmp,
    Icmpv6,
    Tcp,
    /// TCP with a multipath option.
    Multipath,
    Udp,
    Dns,
    MulticastDns,
    Http,
    Tls,
    Ssh,
    Bgp,
}

/// An address as a column has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Address {
    #[default]
    None,
    Mac(MacAddress),
    Ip(IpAddr),
}

/// The fields of one frame, and where the columns stand: a sink to be reused,
/// so that nothing is allocated once its buffers have grown.
#[derive(Debug, Default)]
pub struct TableLine {
    options: Options,
    columns: columns::Columns,
    frame: OfFrame,
    link: link::Link,
    arp: arp::Arp,
    network: network::Network,
    icmp: icmp::Icmp,
    icmpv6: icmpv6::Icmpv6,
    tcp: tcp::Tcp,
    udp: udp::Udp,
    dns: dns::Dns,
    http: http::Http,
    tls: tls::Tls,
    /// Kept to be written in and measured before it goes into a line.
    scratch: String,
}

/// What is known of the frame as a whole.
#[derive(Clone, Copy, Debug, Default)]
struct OfFrame {
    number: u64,
    /// Since the first frame, in nanoseconds.
    time: i64,
    /// On the wire, in bytes.
    length: u64,
    link_type: Option<LinkType>,
    protocol: Protocol,
    source: Address,
    destination: Address,
    /// How many headers and groups are open.
    depth: u32,
    /// Inside a message's header of this depth, fields are of the packet that
    /// it quotes.
    quoted_from: Option<u32>,
    /// Behind the header of a packet that is only a piece of a larger one.
    in_piece: bool,
}

impl TableLine {
    /// A table without lines.
    pub fn new(options: Options) -> Self {
        Self { options, ..Self::default() }
    }

    /// Forgets the frame, not where the columns stand.
    pub fn clear(&mut self) {
        self.frame = OfFrame::default();
        self.link.clear();
        self.arp.clear();
        self.network.clear();
        self.icmp.clear();
        self.icmpv6.clear();
        self.tcp.clear();
        self.udp = udp::Udp::default();
        self.dns.clear();
        self.http.clear();
        self.tls.clear();
    }

    /// What the frame starts with: named where nothing of it can be read.
    pub fn set_link_type(&mut self, link_type: LinkType) {
        self.frame.link_type = Some(link_type);
    }

    /// The frame of the echo request (ICMP or `ICMPv6`) that this frame
    /// answers, which takes a memory and has no field of its own.
    pub fn set_answered(&mut self, frame: u64) {
        self.icmp.answered = Some(frame);
        self.icmpv6.answered = Some(frame);
    }

    /// Appends the columns' names, with a line break.
    pub fn header(&self, out: &mut String) {
        self.columns.header(out);
    }

    /// Appends the frame's line, with a line break. Columns grow with what is
    /// written in them, so a line depends on those before it and on none that
    /// follow.
    pub fn line(&mut self, out: &mut String) {
        let mut scratch = std::mem::take(&mut self.scratch);
        let paint = if self.options.colour { paint::of(self.kind()) } else { None };
        out.push_str(paint.unwrap_or_default());
        self.columns.number(self.frame.number, &mut scratch, out);
        self.columns.time(self.frame.time, &mut scratch, out);
        scratch.clear();
        self.source(&mut scratch);
        self.columns.source(&scratch, out);
        scratch.clear();
        self.destination(&mut scratch);
        self.columns.destination(&scratch, out);
        scratch.clear();
        self.protocol(&mut scratch);
        self.columns.protocol(&scratch, out);
        self.columns.length(self.frame.length, &mut scratch, out);
        self.info(out);
        out.truncate(out.trim_end_matches(' ').len());
        if paint.is_some() {
            out.push_str(paint::PLAIN);
        }
        out.push('\n');
        self.scratch = scratch;
    }

    /// Appends who sent it: an IP address, else a hardware address, else
    /// nothing.
    pub fn source(&self, out: &mut String) {
        push_address(self.frame.source, out);
    }

    /// Appends who it is for.
    pub fn destination(&self, out: &mut String) {
        push_address(self.frame.destination, out);
    }

    /// Appends the innermost protocol's name.
    pub fn protocol(&self, out: &mut String) {
        let name = match self.shown() {
            Protocol::Unknown => return link::push_unknown_protocol(self.frame.link_type, out),
            Protocol::Link => return self.link.protocol(out),
            Protocol::Arp => self.arp.protocol(),
            Protocol::Ip => return self.network.protocol("IPv4", out),
            Protocol::Ipv6 => return self.network.protocol("IPv6", out),
            Protocol::Icmp => "ICMP",
            Protocol::Icmpv6 => "ICMPv6",
            Protocol::Tcp => "TCP",
            Protocol::Multipath => "MPTCP",
            Protocol::Udp => "UDP",
            Protocol::Dns => "DNS",
            Protocol::MulticastDns => "MDNS",
            Protocol::Http => "HTTP",
            Protocol::Tls => self.tls.protocol(),
            Protocol::Ssh => "SSH",
            Protocol::Bgp => "BGP",
        };
        out.push_str(name);
    }

    /// Appends what the frame says, in Wireshark's words.
    pub fn info(&self, out: &mut String) {
        match self.shown() {
            Protocol::Unknown => link::push_unknown_info(self.frame.link_type, out),
            Protocol::Link => self.link.info(out),
            Protocol::Arp => self.arp.info(out),
            Protocol::Ip => self.network.info(4, out),
            Protocol::Ipv6 => self.network.info(6, out),
            Protocol::Icmp => self.icmp.info(self.network.hops, out),
            Protocol::Icmpv6 => self.icmpv6.info(self.network.hops, out),
            Protocol::Udp => self.udp.info(self.network.payload, out),
            Protocol::Tcp | Protocol::Multipath | Protocol::Ssh | Protocol::Bgp => self.tcp.info(out),
            Protocol::Dns | Protocol::MulticastDns if self.dns.is_empty() => self.transport(out),
            Protocol::Dns | Protocol::MulticastDns => {
                self.tcp.findings(out);
                out.push_str(self.dns.info());
            }
            Protocol::Http => {
                self.tcp.findings(out);
                self.http.info(self.tcp.is_piece(), out);
            }
            Protocol::Tls => {
                self.tcp.findings(out);
                out.push_str(self.tls.info(self.tcp.is_piece()));
            }
        }
    }

    /// The ports, where what they carry says nothing itself.
    fn transport(&self, out: &mut String) {
        if self.tcp.is_there() {
            self.tcp.info(out);
        } else {
            self.udp.info(self.network.payload, out);
        }
    }

    /// The protocol that is shown: of data that came before, comes out of
    /// its turn or is a piece that says nothing yet, TCP has something to say.
    fn shown(&self) -> Protocol {
        let above = matches!(
            self.frame.protocol,
            Protocol::Dns | Protocol::Http | Protocol::Tls | Protocol::Ssh | Protocol::Bgp
        );
        let piece = self.frame.protocol == Protocol::Tls && self.tls.is_piece() && self.tcp.is_piece();
        if piece || above && self.tcp.is_out_of_turn() { Protocol::Tcp } else { self.frame.protocol }
    }

    /// What the frame is first of all, for a colour.
    pub fn kind(&self) -> LineKind {
        paint::kind(&paint::Seen {
            protocol: self.shown(),
            bad: self.tcp.is_bad(),
            flags: self.tcp.flags(),
            icmp_error: self.icmp.is_error() || self.icmpv6.is_error(),
        })
    }

    fn frame_field(&mut self, field: FieldId, value: &FieldValue<'_>) {
        match (field, value) {
            (FieldId::FRAME_NUMBER, FieldValue::Number(number)) => self.frame.number = *number,
            (FieldId::FRAME_LEN, FieldValue::Number(length)) => self.frame.length = *length,
            (FieldId::FRAME_TIME_RELATIVE, FieldValue::Nanos(nanos)) => self.frame.time = *nanos,
            _ => {}
        }
    }

    /// Addresses on the way to where they stand in the list.
    fn address_field(&mut self, field: FieldId, value: &FieldValue<'_>) {
        let address = if let FieldValue::Mac(address) = value {
            Address::Mac(*address)
        } else if let FieldValue::Address(address) = value {
            Address::Ip(*address)
        } else {
            return;
        };
        match field {
            FieldId::ETH_SRC | FieldId::SLL_SRC_ETH | FieldId::SLL_SRC_IPV4 | FieldId::IP_SRC | FieldId::IPV6_SRC => {
                self.frame.source = address;
            }
            FieldId::ETH_DST | FieldId::IP_DST | FieldId::IPV6_DST => self.frame.destination = address,
            // Who the sender speaks for, and where the packet goes in the end.
            FieldId::IPV6_OPT_MIPV6_HOME_ADDRESS => self.frame.source = address,
            FieldId::IPV6_ROUTING_SRC_ADDR | FieldId::IPV6_ROUTING_MIPV6_HOME_ADDRESS if self.network.is_routed() => {
                self.frame.destination = address;
            }
            // Segments stand in reverse order.
            FieldId::IPV6_ROUTING_SRH_ADDR if self.network.take_last_segment() => self.frame.destination = address,
            _ => {}
        }
    }

    /// Whether fields belong to a packet that a message quotes, or to what is
    /// only the first piece of what a larger packet carries.
    fn is_aside(&self) -> bool {
        self.frame.quoted_from.is_some() || self.frame.in_piece
    }

    /// The protocol of a header, if the list has a name for it. The frame has
    /// `kept` bytes of it.
    fn enter(&mut self, field: FieldId, kept: usize) {
        let protocol = match field {
            FieldId::ETH
            | FieldId::VLAN
            | FieldId::LLC
            | FieldId::SLL
            | FieldId::NULL
            | FieldId::MPLS
            | FieldId::CHDLC
            | FieldId::PPP
            | FieldId::PPPOED
            | FieldId::PPPOES => {
                self.link.enter(field);
                Protocol::Link
            }
            FieldId::ARP => Protocol::Arp,
            FieldId::IP => {
                self.network.enter();
                Protocol::Ip
            }
            FieldId::IPV6 => {
                self.network.enter();
                Protocol::Ipv6
            }
            FieldId::ICMP => Protocol::Icmp,
            FieldId::ICMPV6 => Protocol::Icmpv6,
            FieldId::TCP => {
                self.tcp.enter();
                Protocol::Tcp
            }
            FieldId::MPTCP => Protocol::Multipath,
            FieldId::UDP => Protocol::Udp,
            FieldId::DNS | FieldId::MDNS => {
                self.dns.enter(field == FieldId::MDNS);
                if field == FieldId::MDNS { Protocol::MulticastDns } else { Protocol::Dns }
            }
            FieldId::HTTP => Protocol::Http,
            FieldId::TLS => {
                self.tls.enter(kept);
                Protocol::Tls
            }
            FieldId::SSH => Protocol::Ssh,
            FieldId::BGP => Protocol::Bgp,
            FieldId::TCP_OPTIONS_SACK_PERM | FieldId::TCP_OPTIONS_MD5 | FieldId::TCP_OPTIONS_AO => {
                return self.tcp.option(field);
            }
            FieldId::TLS_HANDSHAKE | FieldId::TLS_ALERT_MESSAGE => return self.tls.message(field),
            _ => return,
        };
        self.frame.protocol = protocol;
    }
}

impl FieldSink for TableLine {
    fn wants(&self, group: FieldId) -> bool {
        !matches!(
            group,
            FieldId::IP_CHECKSUM
                | FieldId::TCP_CHECKSUM
                | FieldId::UDP_CHECKSUM
                | FieldId::ICMP_CHECKSUM
                | FieldId::ICMPV6_CHECKSUM
        )
    }

    fn open(&mut self, field: FieldId, span: Range<usize>, _bytes: &[u8]) {
        self.frame.depth += 1;
        let inside = matches!(self.frame.protocol, Protocol::Icmp | Protocol::Icmpv6);
        if inside && self.frame.quoted_from.is_none() && matches!(field, FieldId::IP | FieldId::IPV6) {
            // Until the message's own header ends.
            self.frame.quoted_from = Some(self.frame.depth - 1);
        }
        self.frame.in_piece |= self.network.is_fragment();
        if !self.is_aside() {
            self.enter(field, span.len());
        }
    }

    fn field(&mut self, field: FieldId, _span: Range<usize>, value: FieldValue<'_>) {
        // Families stand in the table one behind the other.
        if field < FieldId::ETH {
            return self.frame_field(field, &value);
        }
        if self.is_aside() {
            return;
        }
        self.address_field(field, &value);
        if field < FieldId::ARP {
            self.link.field(field, &value);
        } else if field < FieldId::SLL {
            self.arp.field(field, &value);
        } else if field < FieldId::IP {
            self.link.field(field, &value);
        } else if field < FieldId::ICMP {
            self.network.field(field, &value);
        } else if field < FieldId::ICMPV6 {
            self.icmp.field(field, &value);
        } else if field < FieldId::MPTCP {
            self.icmpv6.field(field, &value);
        } else if field < FieldId::UDP {
            self.tcp.field(field, &value);
        } else if field < FieldId::DNS {
            self.udp.field(field, &value);
        } else if field < FieldId::HTTP {
            self.dns.field(field, &value);
        } else if field < FieldId::TLS {
            self.http.field(field, &value);
        } else {
            self.tls.field(field, &value);
        }
    }

    fn close(&mut self) {
        if self.frame.quoted_from == Some(self.frame.depth) {
            self.frame.quoted_from = None;
        }
        self.frame.depth = self.frame.depth.saturating_sub(1);
    }
}

/// The value of a field that is a whole number.
fn number(value: &FieldValue<'_>) -> u64 {
    match value {
        FieldValue::Number(number) => *number,
        FieldValue::Checksum(stored, _) => u64::from(*stored),
        FieldValue::Boolean(is) => u64::from(*is),
        FieldValue::Present
        | FieldValue::Signed(_)
        | FieldValue::Mac(_)
        | FieldValue::Address(_)
        | FieldValue::Bytes(_)
        | FieldValue::Text(_)
        | FieldValue::Nanos(_) => 0,
    }
}

/// Appends what is formatted.
fn push(out: &mut String, what: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    out.write_fmt(what).unwrap_or_default();
}

/// Appends an address as `print` writes it.
fn push_value(field: FieldId, value: &FieldValue<'_>, out: &mut String) {
    crate::decode::print(field.kind(), value, out);
}

fn push_address(address: Address, out: &mut String) {
    match address {
        Address::None => {}
        Address::Mac(address) => push_value(FieldId::ETH_SRC, &FieldValue::Mac(address), out),
        Address::Ip(address) => push_value(FieldId::IP_SRC, &FieldValue::Address(address), out),
    }
}
