//! Stories for tests: one segment a line, written short.

use super::conversations;
use crate::model::{
    Event, Frame, LinkAction, LinkActionKind, LinkType, Place, PlaceId, SeqNumber, Span, TcpFlags, Timestamp, What,
};
use crate::trace::{Notes, Trace};

/// Both initial sequence numbers are just before a wrap, so every story is a
/// wrap test.
pub(crate) const CLIENT_ISN: SeqNumber = SeqNumber::new(u32::MAX - 5);
pub(crate) const SERVER_ISN: SeqNumber = SeqNumber::new(u32::MAX - 2);

/// The first moment of every story.
pub(crate) const START: Timestamp = Timestamp::from_nanos(1_800_000_000_000_000_000);

/// A trace of one connection between 10.0.0.1:40000 and 10.0.0.2:80. Each line
/// is `MICROSECONDS > FLAGS SEQ ACK LENGTH` (`<` for the server), numbers
/// relative, flags as tcpdump writes them (`S.` is SYN and ACK), `-` for no
/// ACK. Behind these may stand `win=N` (as in the header; 64240 without),
/// `scale=N` and `ts=VALUE,ECHO`, and `sack=LEFT-RIGHT` once a block, relative.
pub(crate) fn story(lines: &str) -> Trace {
    let mut trace = Trace::new(Notes::default());
    let place = trace.add_place(Place::Interface { name: "lo".into(), description: None, link_type: LinkType::RAW });
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [at, direction, flags, seq, ack, length, extras @ ..] = &words[..] else {
            panic!("six words a line, or more: {line}")
        };
        let micros: i64 = at.parse().unwrap();
        let (seq, ack, length) = (seq.parse().unwrap(), ack.parse().ok(), length.parse().unwrap());
        let bytes = segment(*direction == ">", flags, seq, ack, length, extras);
        trace.push(Event {
            at: START + Span::from_nanos(micros * 1000),
            place,
            what: What::Frame(Frame::whole(bytes)),
        });
    }
    trace
}

/// The story as the interfaces of both hosts saw it, a hundred milliseconds
/// apart; but these segments arrive after so many, once, twice or never.
pub(crate) fn across(lines: &str, ways: &[(usize, &[i64])]) -> Trace {
    let whole = story(lines);
    let mut trace = Trace::new(Notes::default());
    for name in ["client:eth0", "server:eth0"] {
        trace.add_place(Place::Interface { name: name.into(), description: None, link_type: LinkType::RAW });
    }
    trace.add_place(Place::Wire { ends: ["client:eth0".into(), "server:eth0".into()] });
    let mut events = Vec::new();
    for (index, (_, at, _, frame)) in whole.frames().enumerate() {
        let (near, far) = if frame.bytes[12..16] == [10, 0, 0, 1] { (0, 1) } else { (1, 0) };
        let way = ways.iter().find(|(one, _)| *one == index).map_or(&[100_i64][..], |(_, way)| way);
        events.push((at, PlaceId(near), frame.clone()));
        events.extend(way.iter().map(|millis| (at + Span::from_millis(*millis), PlaceId(far), frame.clone())));
    }
    events.sort_by_key(|(at, ..)| *at);
    for (at, place, frame) in events {
        trace.push(Event { at, place, what: What::Frame(frame) });
    }
    trace
}

/// The wire of such a trace did this to a segment.
pub(crate) fn act(trace: &mut Trace, segment: usize, what: LinkActionKind, pattern: Option<&str>) -> PlaceId {
    let wire = PlaceId(2);
    let segment = conversations(trace).tcp[0].segments[segment].clone();
    let bytes = trace.frame(segment.frame).unwrap().2.bytes.to_vec();
    let action = LinkAction::new(what, pattern.map(str::to_owned), &bytes);
    let at = segment.at + Span::from_nanos(1_000);
    trace.insert(Event { at, place: wire, what: What::LinkAction(action) });
    wire
}

/// One segment of each kind that a wire can do something to: lost, delayed,
/// duplicated, and two that change places.
pub(crate) fn faults() -> Trace {
    let lines = "
        0        > S   0  -  0
        101000   < S.  0  1  0
        202000   > .   1  1  0
        300000   > P.  1  1  5 ts=1,1
        600000   > P.  1  1  5 ts=2,1
        701000   < .   1  6  0 ts=3,2
        900000   > P.  6  1  7 ts=4,3
        1200000  > P.  6  1  7 ts=5,3
        1301000  < .   1  13 0 ts=6,5
        1401000  < .   1  13 0 ts=7,5 sack=6-13
        1600000  < P.  1  13 9 ts=8,5
        1701000  > .   13 10 0 ts=9,8
        1731000  > .   13 10 0 ts=10,8 sack=1-10
        2000000  > P.  13 10 3 ts=11,8
        2001000  > P.  16 10 4 ts=12,8
        2102000  < .   10 13 0 ts=13,9 sack=16-20
        2104000  < .   10 20 0 ts=14,11
    ";
    let mut trace = across(lines, &[(3, &[]), (6, &[500]), (10, &[100, 130]), (13, &[103])]);
    for (segment, what, pattern) in [
        (3, LinkActionKind::Lost, "data>"),
        (6, LinkActionKind::Delayed, "data>#3"),
        (10, LinkActionKind::Duplicated, "data<"),
        (13, LinkActionKind::Swapped, "data>#5"),
    ] {
        act(&mut trace, segment, what, Some(pattern));
    }
    trace
}

fn segment(to_server: bool, letters: &str, seq: u32, ack: Option<u32>, length: u16, extras: &[&str]) -> Vec<u8> {
    let flags = letters.chars().fold(TcpFlags::default(), |flags, letter| {
        flags.with(match letter {
            'S' => TcpFlags::SYN,
            'F' => TcpFlags::FIN,
            'R' => TcpFlags::RST,
            'P' => TcpFlags::PSH,
            '.' => TcpFlags::ACK,
            _ => panic!("{letter} is no flag"),
        })
    });
    let (ports, isns) =
        if to_server { ([40_000_u16, 80], (CLIENT_ISN, SERVER_ISN)) } else { ([80, 40_000], (SERVER_ISN, CLIENT_ISN)) };
    let mut bytes = Vec::new();
    bytes.extend(ports[0].to_be_bytes());
    bytes.extend(ports[1].to_be_bytes());
    bytes.extend((isns.0 + seq).raw().to_be_bytes());
    bytes.extend(ack.map_or(0, |ack| (isns.1 + ack).raw()).to_be_bytes());
    let (window, options) = window_and_options(extras, isns.1);
    let words = u8::try_from(5 + options.len() / 4).unwrap();
    bytes.extend([words << 4, flags.bits()]);
    bytes.extend(window.to_be_bytes());
    bytes.extend([0; 4]);
    bytes.extend(options);
    bytes.extend(vec![b'x'; length.into()]);
    ipv4(6, to_server, &bytes)
}

/// The window in the header, and the options filled up to whole words.
fn window_and_options(extras: &[&str], peer_isn: SeqNumber) -> (u16, Vec<u8>) {
    let (mut window, mut options, mut blocks) = (0xfaf0, Vec::new(), Vec::new());
    for extra in extras {
        let (name, value) = extra.split_once('=').unwrap();
        let pair = |between| -> (u32, u32) {
            let (first, second): (&str, &str) = value.split_once(between).unwrap();
            (first.parse().unwrap(), second.parse().unwrap())
        };
        match name {
            "win" => window = value.parse().unwrap(),
            "scale" => options.extend([3, 3, value.parse().unwrap()]),
            "ts" => {
                let (sent, echoed) = pair(',');
                options.extend([8, 10]);
                options.extend([sent, echoed].map(u32::to_be_bytes).concat());
            }
            "sack" => {
                let (left, right) = pair('-');
                blocks.extend([left, right].map(|number| (peer_isn + number).raw().to_be_bytes()).concat());
            }
            _ => panic!("{extra} is no option"),
        }
    }
    if !blocks.is_empty() {
        options.extend([5, u8::try_from(2 + blocks.len()).unwrap()]);
        options.extend(blocks);
    }
    options.resize(options.len().next_multiple_of(4), 1);
    (window, options)
}

/// A trace of datagrams between 10.0.0.1:40000 and 10.0.0.2:53. Each line is
/// `MICROSECONDS > LENGTH` (`<` for the server), or `MICROSECONDS ! N` for the
/// server's ICMP port unreachable about the datagram N lines before (0: the
/// last one).
pub(crate) fn datagrams(lines: &str) -> Trace {
    let mut trace = Trace::new(Notes::default());
    let link_type = LinkType::RAW;
    let place = trace.add_place(Place::Interface { name: "lo".into(), description: None, link_type });
    let mut sent: Vec<Vec<u8>> = Vec::new();
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [at, what, length] = words[..] else { panic!("three words a line: {line}") };
        let (micros, length): (i64, u16) = (at.parse().unwrap(), length.parse().unwrap());
        let bytes = if what == "!" {
            let message = [&[3, 3, 0, 0, 0, 0, 0, 0], &sent[sent.len() - 1 - usize::from(length)][..28]].concat();
            ipv4(1, false, &message)
        } else {
            let to_server = what == ">";
            let ports = if to_server { [40_000_u16, 53] } else { [53, 40_000] };
            let mut datagram = [ports[0].to_be_bytes(), ports[1].to_be_bytes()].concat();
            datagram.extend((8 + length).to_be_bytes());
            datagram.extend([0, 0]);
            datagram.extend(vec![b'x'; length.into()]);
            ipv4(17, to_server, &datagram)
        };
        sent.push(bytes.clone());
        let at = START + Span::from_nanos(micros * 1000);
        trace.push(Event { at, place, what: What::Frame(Frame::whole(bytes)) });
    }
    trace
}

/// An IPv4 packet between 10.0.0.1 and 10.0.0.2.
fn ipv4(protocol: u8, to_server: bool, payload: &[u8]) -> Vec<u8> {
    let (client, server) = ([10, 0, 0, 1], [10, 0, 0, 2]);
    let (source, destination) = if to_server { (client, server) } else { (server, client) };
    let mut bytes = vec![0x45, 0];
    bytes.extend(u16::try_from(20 + payload.len()).unwrap().to_be_bytes());
    // Packets of different lengths have different identifications.
    bytes.extend(u16::try_from(payload.len()).unwrap().to_be_bytes());
    bytes.extend([0x40, 0, 64, protocol, 0, 0]);
    bytes.extend(source);
    bytes.extend(destination);
    bytes.extend(payload);
    bytes
}
