//! TCP segments, with numbers that count from a connection's first.

use std::net::IpAddr;

use hashbrown::HashMap;

use super::Way;
use super::collected::Layer;
use super::options::{self, Outcome};
use super::push;
use super::{dns, lines};
use crate::decode::FieldId;

/// What each connection's numbers count from.
#[derive(Debug, Default)]
pub(super) struct Connections {
    /// By both ends, the lesser first; a base for the numbers of each.
    bases: HashMap<[(IpAddr, u16); 2], [u32; 2]>,
}

impl Connections {
    /// What the numbers of a segment with an acknowledgment count from: the
    /// sender's, the receiver's. Nothing when it is the connection's first or
    /// a SYN: it shows its numbers as they are, and others count from them.
    fn bases(&mut self, ends: [(IpAddr, u16); 2], numbers: [u32; 2], syn: bool) -> ([u32; 2], bool) {
        let [from, to] = ends;
        let turned = from > to;
        let key = if turned { [to, from] } else { [from, to] };
        let turn = |[first, second]: [u32; 2]| if turned { [second, first] } else { [first, second] };
        if !syn && let Some(bases) = self.bases.get(&key) {
            return (turn(*bases), true);
        }
        let [sequence, acknowledgment] = numbers;
        let fresh = [sequence, acknowledgment.wrapping_sub(1)];
        self.bases.insert(key, turn(fresh));
        (fresh, false)
    }
}

const FIN: u64 = 1;
const SYN: u64 = 2;
const RST: u64 = 4;
const ACK: u64 = 16;
const URG: u64 = 32;

const FLAGS: [(u64, char); 8] =
    [(FIN, 'F'), (SYN, 'S'), (RST, 'R'), (8, 'P'), (ACK, '.'), (URG, 'U'), (64, 'E'), (128, 'W')];

/// Appends a segment. `end` is where the packet says its bytes end; `rest` is
/// what lies behind the header.
pub(super) fn append(
    out: &mut String,
    connections: &mut Connections,
    way: &Way,
    tcp: Layer<'_>,
    rest: &[Layer<'_>],
    end: usize,
) {
    let all = end.saturating_sub(tcp.start());
    let kept = tcp.kept().min(all);
    let (Some(from), Some(to)) = (tcp.number(FieldId::TCP_SRCPORT), tcp.number(FieldId::TCP_DSTPORT)) else {
        way.without_ports(out);
        out.push_str("[|tcp]");
        return;
    };
    way.with_ports(out, from, to);
    let length = tcp.number(FieldId::TCP_HDR_LEN).and_then(|length| usize::try_from(length).ok());
    let (Some(length), true) = (length, kept >= 20) else {
        out.push_str(" [|tcp]");
        return;
    };
    if length < 20 {
        push(out, format_args!(" tcp {} [bad hdr length {length} - too short, < 20]", all - length));
        return;
    }
    let number = |field| tcp.number(field).unwrap_or(0);
    let flags = number(FieldId::TCP_FLAGS);
    out.push_str("Flags [");
    for (flag, letter) in FLAGS {
        out.extend((flags & flag != 0).then_some(letter));
    }
    if FLAGS.iter().all(|(flag, _)| flags & flag == 0) {
        out.push_str("none");
    }
    out.push(']');
    let Some(data) = all.checked_sub(length) else {
        push(out, format_args!(" [bad hdr length {length} - too long, > {all}]"));
        return;
    };
    let exact = |field| u32::try_from(number(field)).unwrap_or(0);
    let (mut sequence, mut acknowledgment) = (exact(FieldId::TCP_SEQ_RAW), exact(FieldId::TCP_ACK_RAW));
    let mut behind = 0;
    if flags & ACK != 0 {
        let port = |number: u64| u16::try_from(number).unwrap_or(0);
        let ends = [(way.source, port(from)), (way.destination, port(to))];
        let (bases, known) = connections.bases(ends, [sequence, acknowledgment], flags & SYN != 0);
        behind = bases[1];
        if known {
            sequence = sequence.wrapping_sub(bases[0]);
            acknowledgment = acknowledgment.wrapping_sub(bases[1]);
        }
    }
    if data > 0 || flags & (SYN | FIN | RST) != 0 {
        push(out, format_args!(", seq {sequence}"));
        if data > 0 {
            push(out, format_args!(":{}", sequence.wrapping_add(u32::try_from(data).unwrap_or(0))));
        }
    }
    if flags & ACK != 0 {
        push(out, format_args!(", ack {acknowledgment}"));
    }
    push(out, format_args!(", win {}", number(FieldId::TCP_WINDOW_SIZE_VALUE)));
    if flags & URG != 0 {
        push(out, format_args!(", urg {}", number(FieldId::TCP_URGENT_POINTER)));
    }
    if length > 20 && options::append(out, tcp, length, behind) == Outcome::Broken {
        return;
    }
    push(out, format_args!(", length {data}"));
    if data > 0 && flags & RST == 0 {
        payload(out, [from, to], tcp, rest, data);
    }
}

fn payload(out: &mut String, ports: [u64; 2], tcp: Layer<'_>, rest: &[Layer<'_>], data: usize) {
    let payload = tcp.bytes(FieldId::TCP_PAYLOAD).unwrap_or_default();
    let payload = payload.get(..data).unwrap_or(payload);
    if !ports.contains(&53) {
        return lines::append(out, ports, payload, payload.len() < data);
    }
    if data < 2 {
        return push(out, format_args!(" [DNS over TCP: length {data} < 2] (invalid)"));
    }
    let message = rest.first().filter(|layer| layer.is(FieldId::DNS));
    // Where no message was found, the length that should stand before it is
    // still what its two bytes say.
    let stated = message.and_then(|message| message.number(FieldId::DNS_LENGTH));
    let stated = stated.or_else(|| payload.first_chunk::<2>().map(|two| u16::from_be_bytes(*two).into()));
    let inside = u64::try_from(data - 2).unwrap_or(0);
    match (stated, message) {
        (Some(stated), _) if stated != inside => {
            push(out, format_args!(" [prefix length({stated}) != length({inside})] (invalid)"));
        }
        (Some(_), _) if inside < 12 => push(out, format_args!(" domain [length {inside} < 12] (invalid)")),
        (Some(_), Some(message)) => {
            out.push(' ');
            dns::append(out, *message, inside);
        }
        _ => out.push_str(" [|domain]"),
    }
}
