//! Stories for tests: one segment a line, written short.

use crate::model::{Event, Frame, LinkType, Place, SeqNumber, TcpFlags, Timestamp, What};
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
/// ACK.
pub(crate) fn story(lines: &str) -> Trace {
    let mut trace = Trace::new(Notes::default());
    let place = trace.add_place(Place::Interface { name: "lo".into(), description: None, link_type: LinkType::RAW });
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [at, direction, flags, seq, ack, length] = words[..] else { panic!("six words a line: {line}") };
        let micros: i64 = at.parse().unwrap();
        let bytes = segment(direction == ">", flags, seq.parse().unwrap(), ack.parse().ok(), length.parse().unwrap());
        trace.push(Event {
            at: START + crate::model::Span::from_nanos(micros * 1000),
            place,
            what: What::Frame(Frame::whole(bytes)),
        });
    }
    trace
}

fn segment(to_server: bool, letters: &str, seq: u32, ack: Option<u32>, length: u16) -> Vec<u8> {
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
    let (client, server) = ([10, 0, 0, 1], [10, 0, 0, 2]);
    let (source, destination) = if to_server { (client, server) } else { (server, client) };
    let (ports, isns) =
        if to_server { ([40_000_u16, 80], (CLIENT_ISN, SERVER_ISN)) } else { ([80, 40_000], (SERVER_ISN, CLIENT_ISN)) };
    let mut bytes = vec![0x45, 0];
    bytes.extend((40 + length).to_be_bytes());
    bytes.extend([0, 0, 0x40, 0, 64, 6, 0, 0]);
    bytes.extend(source);
    bytes.extend(destination);
    bytes.extend(ports[0].to_be_bytes());
    bytes.extend(ports[1].to_be_bytes());
    bytes.extend((isns.0 + seq).raw().to_be_bytes());
    bytes.extend(ack.map_or(0, |ack| (isns.1 + ack).raw()).to_be_bytes());
    bytes.extend([0x50, flags.bits()]);
    bytes.extend([0xfa, 0xf0, 0, 0, 0, 0]);
    bytes.extend(vec![b'x'; length.into()]);
    bytes
}
