use super::MS;
use super::content::Content;
use super::frame::{Body, Packet, Path};
use super::random::Random;

/// A flow that is not TCP, all of it at once.
pub(crate) struct Exchange(Vec<Packet>);

impl Exchange {
    pub(crate) fn new(at: u64, path: &mut Path, random: &mut Random) -> Self {
        path.port[0] = random.between(32_768, 61_000) as u16;
        let mut packets = Vec::new();
        let mut push = |at: u64, body: Body| packets.push(Packet { at, body });
        let round_trip = random.between(MS / 2, 40 * MS);
        match random.below(100) {
            0..65 => {
                path.port[1] = 53;
                let (id, name, kind) = (random.next() as u16, random.below(5_000), random.chance(1, 3));
                let answers = if random.chance(1, 15) { 0 } else { random.between(1, 4) as u8 };
                push(at, Body::Dns { from: 0, message: dns(id, name, kind, None) });
                // Nobody answers; asked again five seconds later.
                let at = if random.chance(1, 50) {
                    push(at + 5_000 * MS, Body::Dns { from: 0, message: dns(id, name, kind, None) });
                    at + 5_000 * MS
                } else {
                    at
                };
                push(at + round_trip, Body::Dns { from: 1, message: dns(id, name, kind, Some(answers)) });
            }
            65..80 => {
                path.port[1] = random.between(46_000, 46_100) as u16;
                let mut at = at;
                for _ in 0..random.between(2, 80) {
                    at += random.between(MS / 10, 8 * MS);
                    let content = Content::plain(random.between(20, 1_250));
                    push(at, Body::Udp { from: usize::from(random.chance(2, 3)), content });
                }
            }
            80..84 => {
                path.port[1] = random.between(33_434, 33_500) as u16;
                let length = random.between(10, 60);
                push(at, Body::Udp { from: 0, content: Content::plain(length) });
                push(at + round_trip, Body::Unreachable { from: 1, length });
            }
            84..92 => {
                for sequence in 1..=random.between(1, 8) as u16 {
                    let at = at + u64::from(sequence) * 1_000 * MS;
                    push(at, Body::Echo { from: 0, sequence });
                    if random.chance(49, 50) {
                        push(at + round_trip, Body::Echo { from: 1, sequence });
                    }
                }
            }
            _ => {
                push(at, Body::Neighbour { from: 0 });
                push(at + MS / 3, Body::Neighbour { from: 1 });
            }
        }
        Self(packets)
    }

    /// Its packets; false when there are no more.
    pub(crate) fn go_on(&mut self, packets: &mut Vec<Packet>) -> bool {
        packets.append(&mut self.0);
        !packets.is_empty()
    }
}

/// A DNS query, or its response with so many answers (0: no such name).
fn dns(id: u16, host: u64, v6: bool, answers: Option<u8>) -> Vec<u8> {
    let mut message = id.to_be_bytes().to_vec();
    message.extend(match answers {
        None => [1, 0],
        Some(0) => [0x81, 0x83],
        Some(_) => [0x81, 0x80],
    });
    message.extend([0, 1, 0, answers.unwrap_or(0), 0, 0, 0, 0]);
    let host = format!("host{host}");
    for label in [host.as_str(), "example", "com"] {
        message.push(label.len() as u8);
        message.extend(label.as_bytes());
    }
    let kind = if v6 { 28 } else { 1 };
    message.extend([0, 0, kind, 0, 1]);
    for answer in 0..answers.unwrap_or(0) {
        message.extend([0xc0, 12, 0, kind, 0, 1, 0, 0, 1, 44]);
        if v6 {
            message.extend([0, 16, 0x20, 1, 0x0d, 0xb8, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, answer]);
        } else {
            message.extend([0, 4, 198, 18, 3, answer]);
        }
    }
    message
}
