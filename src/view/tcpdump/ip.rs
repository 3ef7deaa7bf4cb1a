//! IPv4 and IPv6 packets, and UDP, which needs nothing else.

use super::collected::Layer;
use super::escape::hexadecimal;
use super::{Line, Way, dns, icmp, icmpv6, push, tcp};
use crate::decode::FieldId;

/// Ports on which tcpdump takes a datagram for DNS.
const DNS: [u64; 2] = [53, 5353];

impl Line<'_> {
    /// A packet, what it carries, and where the frame (or what it is in) ends
    /// on the wire.
    pub(super) fn ip(&mut self, layer: Layer<'_>, rest: &[Layer<'_>], wire_end: usize) {
        if layer.is(FieldId::IP) { self.ipv4(layer, rest, wire_end) } else { self.ipv6(layer, rest, wire_end) }
    }

    fn ipv4(&mut self, layer: Layer<'_>, rest: &[Layer<'_>], wire_end: usize) {
        let number = |field| layer.number(field).and_then(|value| usize::try_from(value).ok());
        if let Some(version) = number(FieldId::IP_VERSION).filter(|version| *version != 4) {
            return self.push(format_args!("unknown ip {version}"));
        }
        self.out.push_str("IP ");
        if layer.kept() < 20 {
            return self.push(format_args!(" [|ip]"));
        }
        let header = number(FieldId::IP_HDR_LEN).unwrap_or(0);
        if header < 20 {
            return self.push(format_args!("bad-hlen {header}"));
        }
        let total = number(FieldId::IP_LEN).unwrap_or(0);
        if total < header {
            return self.push(format_args!("bad-len {total}"));
        }
        let (Some(source), Some(destination)) = (layer.address(FieldId::IP_SRC), layer.address(FieldId::IP_DST)) else {
            return self.push(format_args!(" [|ip]"));
        };
        let end = layer.start() + total;
        if let Some(missing) = end.checked_sub(wire_end).filter(|missing| *missing > 0) {
            self.push(format_args!("truncated-ip - {missing} bytes missing! "));
        }
        let mut way = Way { source, destination, said: false, piece: false };
        let protocol = layer.number(FieldId::IP_PROTO).unwrap_or(0);
        if number(FieldId::IP_FRAG_OFFSET).unwrap_or(0) > 0 {
            way.without_ports(self.out);
            return self.push(format_args!("ip-proto-{protocol}"));
        }
        way.piece = layer.flag(FieldId::IP_FLAGS_MF);
        self.payload(&way, protocol, layer.start() + header, end, rest);
    }

    fn ipv6(&mut self, layer: Layer<'_>, rest: &[Layer<'_>], wire_end: usize) {
        let number = |field| layer.number(field).and_then(|value| usize::try_from(value).ok());
        if let Some(version) = number(FieldId::IPV6_VERSION).filter(|version| *version != 6) {
            return self.push(format_args!("IP6 version error: {version} != 6"));
        }
        let length = number(FieldId::IPV6_PLEN);
        let (Some(source), Some(destination), Some(length), true) =
            (layer.address(FieldId::IPV6_SRC), layer.address(FieldId::IPV6_DST), length, layer.kept() >= 40)
        else {
            return self.push(format_args!(" [|ip6]"));
        };
        self.out.push_str("IP6 ");
        let end = layer.start() + 40 + length;
        if let Some(missing) = end.checked_sub(wire_end).filter(|missing| *missing > 0) {
            // The missing space is tcpdump's.
            self.push(format_args!("truncated-ip6 - {missing} bytes missing!"));
        }
        let mut way = Way { source, destination, said: false, piece: false };
        let mut protocol = layer.number(FieldId::IPV6_NXT).unwrap_or(0);
        let (mut start, mut rest) = (layer.start() + 40, rest);
        while let Some((extension, behind)) = rest.split_first() {
            if !is_extension(extension.field()) {
                break;
            }
            way.without_ports(self.out);
            way.said = true;
            way.piece |= extension.flag(FieldId::IPV6_FRAGHDR_MORE);
            let Some(next) = self.extension(*extension, end) else { return };
            (protocol, start, rest) = (next.protocol, next.start, behind);
        }
        if protocol == 59 {
            way.without_ports(self.out);
            return self.push(format_args!("no next header"));
        }
        self.payload(&way, protocol, start, end, rest);
    }

    /// `None` where the line ends.
    fn extension(&mut self, layer: Layer<'_>, end: usize) -> Option<Next> {
        let number = |field| layer.number(field);
        let stated = |field| number(field).and_then(|length| usize::try_from(length).ok());
        let (protocol, length) = match layer.field() {
            FieldId::IPV6_HOPOPTS => {
                self.out.push_str("HBH ");
                (number(FieldId::IPV6_HOPOPTS_NXT)?, stated(FieldId::IPV6_HOPOPTS_LEN_OCT)?)
            }
            FieldId::IPV6_DSTOPTS => {
                self.out.push_str("DSTOPT ");
                (number(FieldId::IPV6_DSTOPTS_NXT)?, stated(FieldId::IPV6_DSTOPTS_LEN_OCT)?)
            }
            FieldId::IPV6_FRAGHDR => {
                let offset = number(FieldId::IPV6_FRAGHDR_OFFSET)? * 8;
                let rest = end.saturating_sub(layer.start() + 8);
                self.push(format_args!("frag ({offset}|{rest})"));
                if offset > 0 {
                    return None;
                }
                self.out.push(' ');
                (number(FieldId::IPV6_FRAGHDR_NXT)?, 8)
            }
            FieldId::AH => {
                let (spi, sequence) = (number(FieldId::AH_SPI)?, number(FieldId::AH_SEQUENCE)?);
                self.push(format_args!("AH(spi=0x{spi:08x},seq=0x{sequence:x},icv=0x"));
                hexadecimal(self.out, layer.bytes(FieldId::AH_ICV).unwrap_or_default());
                self.out.push_str("): ");
                (number(FieldId::AH_NEXT_HEADER)?, (stated(FieldId::AH_LENGTH)? + 2) * 4)
            }
            _ => {
                self.routing(layer)?;
                (number(FieldId::IPV6_ROUTING_NXT)?, stated(FieldId::IPV6_ROUTING_LEN_OCT)?)
            }
        };
        Some(Next { protocol, start: layer.start() + length })
    }

    fn routing(&mut self, layer: Layer<'_>) -> Option<()> {
        let number = |field| layer.number(field);
        let kind = number(FieldId::IPV6_ROUTING_TYPE)?;
        let length = number(FieldId::IPV6_ROUTING_LEN)?;
        let left = number(FieldId::IPV6_ROUTING_SEGLEFT)?;
        self.push(format_args!("RT6 (len={length}, type={kind}"));
        let field = match kind {
            0 => {
                self.push(format_args!(" [Deprecated], segleft={left}"));
                FieldId::IPV6_ROUTING_SRC_ADDR
            }
            4 => {
                let last = number(FieldId::IPV6_ROUTING_SRH_LAST_ENTRY)?;
                let [high, low] = *layer.bytes(FieldId::IPV6_ROUTING_SRH_TAG)?.first_chunk::<2>()?;
                let tag = u16::from_be_bytes([high, low]);
                self.push(format_args!(", segleft={left}, last-entry={last}, tag={tag:x}"));
                FieldId::IPV6_ROUTING_SRH_ADDR
            }
            _ => {
                self.push(format_args!(", segleft={left}"));
                FieldId::IPV6_ROUTING_MIPV6_HOME_ADDRESS
            }
        };
        for (index, address) in layer.each().addresses(field).enumerate() {
            self.push(format_args!(", [{index}]{address}"));
        }
        self.out.push_str(") ");
        Some(())
    }

    /// What a packet carries between `start` and `end` on the wire.
    fn payload(&mut self, way: &Way, protocol: u64, start: usize, end: usize, rest: &[Layer<'_>]) {
        let length = end.saturating_sub(start);
        let Some((layer, behind)) = rest.split_first().filter(|(layer, _)| layer.start() == start) else {
            way.without_ports(self.out);
            return match protocol {
                6 => self.push(format_args!("[|tcp]")),
                17 => self.push(format_args!(" [|udp]")),
                1 => self.push(format_args!(" [|icmp]")),
                58 => self.push(format_args!(" [|icmp6]")),
                // The second space is tcpdump's.
                _ => self.push(format_args!(" ip-proto-{protocol} {length}")),
            };
        };
        match layer.field() {
            FieldId::TCP => tcp::append(self.out, self.connections, way, *layer, behind, end),
            FieldId::UDP => udp(self.out, way, *layer, behind, length),
            FieldId::ICMP if protocol == 1 && way.source.is_ipv6() => {
                way.without_ports(self.out);
                self.out.push_str("[ICMP requires IPv4] (invalid)");
            }
            FieldId::ICMP => {
                way.without_ports(self.out);
                icmp::append(self.out, *layer, behind, length);
            }
            FieldId::ICMPV6 => {
                way.without_ports(self.out);
                icmpv6::append(self.out, *layer, behind, length);
            }
            FieldId::IP | FieldId::IPV6 => {
                way.without_ports(self.out);
                self.ip(*layer, behind, end);
            }
            FieldId::AH => {
                way.without_ports(self.out);
                if let Some(next) = self.extension(*layer, end) {
                    let way = Way { said: true, ..*way };
                    self.payload(&way, next.protocol, next.start, end, behind);
                }
            }
            _ => {
                way.without_ports(self.out);
                self.push(format_args!(" ip-proto-{protocol} {length}"));
            }
        }
    }
}

/// What follows an extension header, and where.
struct Next {
    protocol: u64,
    start: usize,
}

fn is_extension(field: FieldId) -> bool {
    [FieldId::IPV6_HOPOPTS, FieldId::IPV6_DSTOPTS, FieldId::IPV6_ROUTING, FieldId::IPV6_FRAGHDR, FieldId::AH]
        .contains(&field)
}

/// A datagram in `length` bytes.
fn udp(out: &mut String, way: &Way, layer: Layer<'_>, rest: &[Layer<'_>], length: usize) {
    let number = |field| layer.number(field);
    let (Some(from), Some(to)) = (number(FieldId::UDP_SRCPORT), number(FieldId::UDP_DSTPORT)) else {
        way.without_ports(out);
        return out.push_str(" [|udp]");
    };
    way.with_ports(out, from, to);
    if length < 8 {
        return push(out, format_args!("truncated-udp {length}"));
    }
    let (Some(stated), true) = (number(FieldId::UDP_LENGTH), layer.kept() >= 8) else {
        return out.push_str(" [|udp]");
    };
    if stated < 8 {
        return push(out, format_args!("truncated-udplength {stated}"));
    }
    let data = stated - 8;
    let room = u64::try_from(length - 8).unwrap_or(u64::MAX);
    if ![from, to].iter().any(|port| DNS.contains(port)) {
        return if data > room && !way.piece {
            push(out, format_args!("UDP, bad length {data} > {room}"));
        } else {
            push(out, format_args!("UDP, length {data}"));
        };
    }
    match rest.first().filter(|layer| layer.is(FieldId::DNS) || layer.is(FieldId::MDNS)) {
        _ if data.min(room) < 12 => push(out, format_args!("domain [length {} < 12] (invalid)", data.min(room))),
        Some(message) => dns::append(out, *message, data.min(room)),
        None => out.push_str(" [|domain]"),
    }
}
