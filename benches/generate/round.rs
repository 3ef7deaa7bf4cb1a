use super::MS;
use super::content::Content;
use super::frame::{Body, Flags, Packet, Segment};
use super::random::Random;
use super::tcp::{Connection, Message};

/// The most segments in one go.
const BURST: u64 = 40;

/// A segment of data that passes the capture.
struct Passing {
    at: u64,
    /// Which of the round's segments.
    index: usize,
    /// It was lost before the capture, so the capture does not show it.
    hidden: bool,
    /// It was lost behind the capture.
    lost: bool,
}

/// Sends the next part of a message; what is left of it.
pub(crate) fn go_on(
    connection: &mut Connection,
    message: Message,
    packets: &mut Vec<Packet>,
    random: &mut Random,
) -> Message {
    let mss = u64::from(payload(connection));
    let window = u64::from(connection.ends[1 - message.from].window) << connection.ends[1 - message.from].scale;
    let left = message.size - message.sent;
    if left > 12 * mss && random.chance(1, 250) {
        return stall(connection, message, packets, random);
    }
    let burst = connection.ends[message.from].burst.min(window / mss - 1);
    let size = left.min(burst * mss);
    let pieces = cut(message, size, mss);
    let lost = Round::new(connection, message.from, &pieces, size == left).play(packets, random);
    let end = &mut connection.ends[message.from];
    end.burst = if lost { end.burst.div_ceil(2) } else { (end.burst + end.burst / 2).min(BURST) };
    end.next = end.next.wrapping_add(size as u32);
    Message { sent: message.sent + size, ..message }
}

/// Bytes of data in a full segment.
fn payload(connection: &Connection) -> u32 {
    connection.mss - if connection.timestamps { 12 } else { 0 }
}

/// `size` bytes of what is left of a message, in segments.
fn cut(message: Message, size: u64, mss: u64) -> Vec<Content> {
    let piece = |offset: u64| Content {
        kind: message.kind,
        size: message.size as u32,
        offset: (message.sent + offset) as u32,
        length: (size - offset).min(mss) as u32,
    };
    (0..size).step_by(mss as usize).map(piece).collect()
}

/// A burst of data and its acknowledgments, until all of it has arrived.
/// Numbers in here count from the first byte of the burst.
struct Round<'a> {
    connection: &'a mut Connection,
    from: usize,
    /// Both ends' numbers when it begins, the sender's first.
    numbers: (u32, u32),
    pieces: &'a [Content],
    /// Where each piece starts.
    starts: Vec<u32>,
    /// It ends the message: an answer may carry the last acknowledgment.
    last: bool,
    /// The first number the receiver waits for.
    expected: u32,
    /// What it has beyond that, the newest first.
    beyond: Vec<(u32, u32)>,
    /// Segments since its last acknowledgment.
    unacknowledged: u32,
    duplicates: u32,
}

impl<'a> Round<'a> {
    fn new(connection: &'a mut Connection, from: usize, pieces: &'a [Content], last: bool) -> Self {
        let first = pieces.first().map_or(0, |piece| piece.offset);
        let starts = pieces.iter().map(|piece| piece.offset - first).collect();
        let numbers = connection.numbers(from);
        Self {
            connection,
            from,
            numbers,
            pieces,
            starts,
            last,
            expected: 0,
            beyond: Vec::new(),
            unacknowledged: 0,
            duplicates: 0,
        }
    }

    /// All of it. True if something was lost.
    fn play(mut self, packets: &mut Vec<Packet>, random: &mut Random) -> bool {
        let mut pending = self.launch(random);
        let mut lost = false;
        let end = self.end(self.pieces.len() - 1);
        loop {
            while let Some(passing) = pending.pop() {
                lost |= passing.lost;
                self.connection.at = self.connection.at.max(passing.at);
                if !passing.hidden {
                    packets.push(self.data(&passing));
                }
                if !passing.lost
                    && let Some(again) = self.arrives(&passing, packets, random)
                {
                    let place = pending.partition_point(|other| other.at > again.at);
                    pending.insert(place, again);
                }
            }
            if self.expected == end {
                break;
            }
            // Nothing moves any more: the sender's timer runs out.
            self.connection.at += random.between(200, 320) * MS + self.connection.answer(1 - self.from);
            let at = self.connection.at;
            pending.push(Passing { at, index: self.missing(), hidden: false, lost: random.chance(1, 20) });
        }
        // The last acknowledgment is lost behind the capture: the data comes
        // again, and what is answered says so (D-SACK, RFC 2883).
        if self.unacknowledged == 0 && random.chance(1, 1_500) {
            self.connection.at += random.between(200, 320) * MS;
            let again = Passing { at: self.connection.at, index: self.pieces.len() - 1, hidden: false, lost: false };
            packets.push(self.data(&again));
            self.arrives(&again, packets, random);
        }
        self.connection.at += self.connection.answer(self.from);
        lost
    }

    /// The burst, in the order of time from its end to its beginning.
    fn launch(&mut self, random: &mut Random) -> Vec<Passing> {
        let gap = self.connection.gap;
        let mut at = self.connection.at;
        let mut late = false;
        let mut passing = Vec::with_capacity(self.pieces.len() + 4);
        for index in 0..self.pieces.len() {
            at += gap + random.below(gap / 4);
            let fate = random.below(1_600);
            // Overtaken by those behind it.
            let delay = if fate == 3 || fate == 4 { gap * random.between(2, 5) } else { 0 };
            late |= delay > 0;
            passing.push(Passing { at: at + delay, index, hidden: fate == 0, lost: fate <= 2 });
        }
        if late {
            passing.sort_by_key(|passing| passing.at);
        }
        passing.reverse();
        passing
    }

    fn end(&self, index: usize) -> u32 {
        self.starts[index] + self.pieces[index].length
    }

    /// The piece that holds the number the receiver waits for.
    fn missing(&self) -> usize {
        self.starts.partition_point(|start| *start <= self.expected) - 1
    }

    fn data(&self, passing: &Passing) -> Packet {
        let flags =
            if self.last && passing.index + 1 == self.pieces.len() { Flags::ACK | Flags::PSH } else { Flags::ACK };
        let sequence = self.numbers.0.wrapping_add(self.starts[passing.index]);
        let mut segment = self.connection.segment(passing.at, self.from, flags, sequence, self.numbers.1);
        segment.content = self.pieces[passing.index];
        Packet { at: passing.at, body: Body::Tcp(segment) }
    }

    /// A piece arrives: perhaps an acknowledgment, perhaps a repetition that it
    /// causes.
    fn arrives(&mut self, passing: &Passing, packets: &mut Vec<Packet>, random: &mut Random) -> Option<Passing> {
        let (start, end) = (self.starts[passing.index], self.end(passing.index));
        let at = passing.at + self.connection.answer(1 - self.from);
        // What comes next comes after every answer.
        self.connection.at = self.connection.at.max(at);
        let again = |index: usize, round: &Self| Passing {
            at: at + round.connection.answer(round.from),
            index,
            hidden: false,
            lost: false,
        };
        if start > self.expected {
            self.duplicates += 1;
            self.remember(start, end);
            packets.push(self.acknowledgment(at, None));
            return (self.duplicates == 3).then(|| again(self.missing(), self));
        }
        if start < self.expected {
            packets.push(self.acknowledgment(at, Some((start, end))));
            return None;
        }
        let filled = !self.beyond.is_empty();
        self.expected = end;
        while let Some(at) = self.beyond.iter().position(|(left, _)| *left == self.expected) {
            self.expected = self.beyond.remove(at).1;
        }
        self.unacknowledged += 1;
        let over = passing.index + 1 == self.pieces.len();
        let now = filled || self.unacknowledged >= 2;
        if now || over {
            // An answer carries it, or it waits for one in vain.
            if over && !now && self.last && random.chance(1, 2) {
                return None;
            }
            let delay = if over && !now && random.chance(1, 4) { 40 * MS } else { 0 };
            packets.push(self.acknowledgment(at + delay, None));
            self.connection.at = self.connection.at.max(at + delay);
            self.unacknowledged = 0;
            self.duplicates = 0;
        }
        (!self.beyond.is_empty()).then(|| again(self.missing(), self))
    }

    /// Notes what arrived before its turn, joined with its neighbours.
    fn remember(&mut self, mut start: u32, mut end: u32) {
        self.beyond.retain(|(left, right)| {
            let joined = *right == start || *left == end || (*left <= start && end <= *right);
            if joined {
                (start, end) = (start.min(*left), end.max(*right));
            }
            !joined
        });
        self.beyond.insert(0, (start, end));
    }

    fn acknowledgment(&self, at: u64, twice: Option<(u32, u32)>) -> Packet {
        let number = |offset: u32| self.numbers.0.wrapping_add(offset);
        let to = 1 - self.from;
        let mut segment = self.connection.segment(at, to, Flags::ACK, self.numbers.1, number(self.expected));
        if self.connection.sack {
            let blocks = twice.iter().chain(&self.beyond);
            for (place, (left, right)) in segment.sack.iter_mut().zip(blocks) {
                *place = (number(*left), number(*right));
            }
        }
        Packet { at, body: Body::Tcp(segment) }
    }
}

/// The receiver does not read: its window shrinks to nothing, the sender
/// probes, the window opens again.
fn stall(connection: &mut Connection, message: Message, packets: &mut Vec<Packet>, random: &mut Random) -> Message {
    let (from, to) = (message.from, 1 - message.from);
    let mss = u64::from(payload(connection));
    let (first, acknowledged) = connection.numbers(from);
    let scale = connection.ends[to].scale;
    let size = (random.between(4, 11) * mss) >> scale << scale;
    let announce = |connection: &Connection, at: u64, received: u64, window: u64| {
        let number = first.wrapping_add(received as u32);
        let mut segment = connection.segment(at, to, Flags::ACK, acknowledged, number);
        segment.window = window as u16;
        Packet { at, body: Body::Tcp(segment) }
    };
    let send = |at: u64, segment: Segment| Packet { at, body: Body::Tcp(segment) };
    packets.push(announce(connection, connection.at, 0, size >> scale));
    connection.at += connection.answer(from);
    let mut received = 0;
    for content in cut(message, size, mss) {
        connection.at += connection.gap;
        let number = first.wrapping_add(received as u32);
        let mut segment = connection.segment(connection.at, from, Flags::ACK, number, acknowledged);
        segment.content = content;
        packets.push(send(connection.at, segment));
        received += u64::from(content.length);
        let at = connection.at + connection.answer(to);
        packets.push(announce(connection, at, received, (size - received) >> scale));
    }
    connection.at += connection.answer(to);
    let probed = first.wrapping_add(size as u32);
    let new_byte = random.chance(1, 2);
    for probe in 0..random.below(4) {
        connection.at += (250 << probe) * MS;
        let number = if new_byte { probed } else { probed.wrapping_sub(1) };
        let mut segment = connection.segment(connection.at, from, Flags::ACK, number, acknowledged);
        if new_byte {
            let offset = (message.sent + size) as u32;
            segment.content = Content { kind: message.kind, size: message.size as u32, offset, length: 1 };
        }
        packets.push(send(connection.at, segment));
        connection.at += connection.answer(to);
        packets.push(announce(connection, connection.at, size, 0));
    }
    connection.at += random.between(1, 100) * MS;
    packets.push(announce(connection, connection.at, size, u64::from(connection.ends[to].window)));
    connection.at += connection.answer(from);
    connection.ends[from].next = probed;
    Message { sent: message.sent + size, ..message }
}
