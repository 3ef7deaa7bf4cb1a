//! What both sides of a conversation said, in order: the payload put together
//! again, each byte once.

use std::ops::Range;

use super::{Conversation, DatagramContent, End, Ends, Segment};
use crate::model::{SeqNumber, Timestamp};
use crate::trace::{FrameNumber, Trace};

/// What both sides said, as far as it is wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stream {
    /// In the order in which the receivers had it.
    pub pieces: Vec<Piece>,
    /// There is more.
    pub is_cut: bool,
}

/// What one frame brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Who said it.
    pub from: End,
    /// The frame that brought it; of what is missing, the one that shows so.
    pub frame: FrameNumber,
    /// When.
    pub at: Timestamp,
    /// What.
    pub content: PieceContent,
}

/// Bytes, or where there should be some.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PieceContent {
    /// Payload.
    Bytes(Vec<u8>),
    /// So many bytes were sent and are not in the capture.
    Missing(u64),
}

/// Puts together what was said, about `most` bytes of it. Of bytes that were
/// sent several times the first are taken. Bytes that come out of their turn
/// stand where the hole before them is closed; one that never is, is missing as
/// soon as the receiver acknowledges it.
pub fn follow(trace: &Trace, conversation: Conversation<'_>, most: usize) -> Stream {
    let mut weaver = Weaver::default();
    let payload = |frame: FrameNumber, span: &Range<usize>| {
        trace.frame(frame).and_then(|(_, _, frame)| frame.bytes.get(span.clone())).unwrap_or_default()
    };
    match conversation {
        Conversation::Tcp(tcp) => {
            for segment in &tcp.segments {
                if weaver.length >= most {
                    return weaver.finish(true);
                }
                weaver.segment(segment, payload(segment.frame, &segment.payload));
            }
            for from in End::BOTH {
                weaver.end(from);
            }
        }
        Conversation::Udp(udp) => {
            for datagram in udp.datagrams.iter().filter(|datagram| datagram.content == DatagramContent::Data) {
                if weaver.length >= most {
                    return weaver.finish(true);
                }
                let bytes = payload(datagram.frame, &datagram.payload).to_vec();
                let start = SeqNumber::new(0);
                let stretch = Stretch {
                    from: datagram.from,
                    frame: datagram.frame,
                    at: datagram.at,
                    start,
                    length: datagram.length,
                    bytes: Some(bytes),
                };
                weaver.put(stretch);
            }
        }
    }
    weaver.finish(false)
}

/// A stretch of what one side sent.
#[derive(Clone, Debug)]
struct Stretch {
    from: End,
    frame: FrameNumber,
    at: Timestamp,
    start: SeqNumber,
    length: u32,
    /// What was kept of it, from its start on; `None` for a hole.
    bytes: Option<Vec<u8>>,
}

impl Stretch {
    fn end(&self) -> SeqNumber {
        self.start + self.length
    }

    fn is_hole(&self) -> bool {
        self.bytes.is_none()
    }

    /// The part of it from `start` to `end`; `None` where that is empty.
    fn between(&self, start: SeqNumber, end: SeqNumber) -> Option<Self> {
        let (start, end) = (start.latest(self.start), if end.before(self.end()) { end } else { self.end() });
        let length = distance(start, end);
        let part = |bytes: &Vec<u8>| {
            let rest = bytes.get(in_memory(distance(self.start, start))..).unwrap_or_default();
            rest.get(..in_memory(length)).unwrap_or(rest).to_vec()
        };
        (length > 0).then(|| Self { start, length, bytes: self.bytes.as_ref().map(part), ..*self })
    }
}

/// What one side has sent so far.
#[derive(Clone, Debug, Default)]
struct Half {
    /// The next number to come.
    next: Option<SeqNumber>,
    /// Ahead of it, in order.
    ahead: Vec<Stretch>,
    /// The number of the FIN.
    fin: Option<SeqNumber>,
    /// How many holes were told.
    holes: usize,
}

#[derive(Debug, Default)]
struct Weaver {
    stretches: Vec<Stretch>,
    /// Bytes in them.
    length: usize,
    halves: Ends<Half>,
}

/// How far it is from one number to a later one; 0 to an earlier one.
fn distance(from: SeqNumber, to: SeqNumber) -> u32 {
    u32::try_from(to.offset_from(from)).unwrap_or(0)
}

fn in_memory(length: u32) -> usize {
    usize::try_from(length).unwrap_or(usize::MAX)
}

impl Weaver {
    fn segment(&mut self, segment: &Segment, payload: &[u8]) {
        let flags = segment.flags;
        let start = segment.seq + u32::from(flags.syn());
        let half = self.halves.of_mut(segment.from);
        if flags.syn() {
            half.next.get_or_insert(start);
        }
        if flags.fin() {
            half.fin.get_or_insert(start + segment.length);
        }
        // What a reset carries is a remark, not part of the stream (RFC 9293,
        // section 3.5.3).
        if segment.length > 0 && !flags.rst() {
            half.next.get_or_insert(start);
            self.take(Stretch {
                from: segment.from,
                frame: segment.frame,
                at: segment.at,
                start,
                length: segment.length,
                bytes: Some(payload.to_vec()),
            });
        }
        if let Some(ack) = segment.ack {
            self.acknowledged(segment, ack);
        }
    }

    /// Takes in what one segment carries.
    fn take(&mut self, stretch: Stretch) {
        let half = self.halves.of_mut(stretch.from);
        let Some(next) = half.next else { return };
        if next.before(stretch.start) {
            let place = half.ahead.partition_point(|other| other.start.before_or_at(stretch.start));
            half.ahead.insert(place, stretch);
            return;
        }
        if half.holes > 0 {
            self.fill(&stretch);
        }
        if let Some(new) = stretch.between(next, stretch.end()) {
            self.go_on(new);
        }
    }

    /// Puts what comes next, and all that was waiting for it.
    fn go_on(&mut self, stretch: Stretch) {
        let from = stretch.from;
        let mut next = stretch.end();
        self.put(stretch);
        loop {
            let half = self.halves.of_mut(from);
            half.next = Some(next);
            if half.ahead.first().is_none_or(|first| next.before(first.start)) {
                return;
            }
            let first = half.ahead.remove(0);
            if let Some(new) = first.between(next, first.end()) {
                next = new.end();
                self.put(new);
            }
        }
    }

    fn put(&mut self, stretch: Stretch) {
        self.length += stretch.bytes.as_ref().map_or(0, Vec::len);
        self.stretches.push(stretch);
    }

    /// Closes holes that were told too early: packets may be captured in
    /// another order than they were received.
    fn fill(&mut self, late: &Stretch) {
        let mut place = 0;
        while let Some(hole) = self.stretches.get(place) {
            let found = late.between(hole.start, hole.end()).filter(|_| hole.is_hole() && hole.from == late.from);
            let Some(found) = found else {
                place += 1;
                continue;
            };
            self.length += found.bytes.as_ref().map_or(0, Vec::len);
            let (before, behind) = (hole.between(hole.start, found.start), hole.between(found.end(), hole.end()));
            let half = self.halves.of_mut(late.from);
            half.holes = half.holes + usize::from(before.is_some()) + usize::from(behind.is_some()) - 1;
            let instead: Vec<Stretch> = before.into_iter().chain([found]).chain(behind).collect();
            let count = instead.len();
            self.stretches.splice(place..=place, instead);
            place += count;
        }
    }

    /// The receiver has everything before `ack`: what of it was not captured
    /// will not come any more.
    fn acknowledged(&mut self, segment: &Segment, ack: SeqNumber) {
        let from = segment.from.peer();
        let half = self.halves.of_mut(from);
        let Some(next) = half.next else { return };
        let end = match half.fin {
            Some(fin) if fin.before(ack) => fin,
            // Perhaps a FIN that was not captured.
            None if ack == next + 1 && half.ahead.is_empty() => return,
            Some(_) | None => ack,
        };
        if next.before(end) {
            self.tell_hole(from, end, segment.frame, segment.at);
        }
    }

    /// Nothing up to `end` is here: tells so, and goes on with what is.
    fn tell_hole(&mut self, from: End, end: SeqNumber, frame: FrameNumber, at: Timestamp) {
        let mut missing_to = end;
        while let Half { next: Some(next), ahead, .. } = self.halves.of_mut(from) {
            let first = ahead.first();
            if let Some(first) = first.filter(|first| first.start.before(missing_to)) {
                missing_to = first.start;
            }
            let (frame, at) = first.map_or((frame, at), |first| (first.frame, first.at));
            let length = distance(*next, missing_to);
            if length == 0 {
                return;
            }
            let start = *next;
            self.halves.of_mut(from).holes += 1;
            self.go_on(Stretch { from, frame, at, start, length, bytes: None });
            missing_to = end;
        }
    }

    /// What still waits for its turn comes behind a hole.
    fn end(&mut self, from: End) {
        while let Some(first) = self.halves.of_mut(from).ahead.first() {
            let (start, frame, at) = (first.start, first.frame, first.at);
            self.tell_hole(from, start, frame, at);
        }
    }

    fn finish(self, is_cut: bool) -> Stream {
        let mut pieces: Vec<Piece> = Vec::with_capacity(self.stretches.len());
        for Stretch { from, frame, at, length, bytes, .. } in self.stretches {
            let kept = bytes.as_ref().map_or(0, Vec::len);
            if let Some(bytes) = bytes {
                pieces.push(Piece { from, frame, at, content: PieceContent::Bytes(bytes) });
            }
            // The capture was told to cut.
            let missing = u64::from(length).saturating_sub(u64::try_from(kept).unwrap_or(u64::MAX));
            match pieces.last_mut() {
                _ if missing == 0 => {}
                Some(Piece { from: last, content: PieceContent::Missing(before), .. }) if *last == from => {
                    *before += missing;
                }
                _ => pieces.push(Piece { from, frame, at, content: PieceContent::Missing(missing) }),
            }
        }
        Stream { pieces, is_cut }
    }
}

#[cfg(test)]
mod tests {
    use super::super::story::{datagrams, story};
    use super::super::{conversations, conversations_after};
    use super::*;

    /// A piece a line: `>5` five bytes from the client, `<?8` eight bytes of
    /// the server's that are missing, with the frame behind.
    fn told(lines: &str, most: usize) -> Vec<String> {
        let trace = story(lines);
        let all = conversations(&trace);
        let stream = follow(&trace, Conversation::Tcp(&all.tcp[0]), most);
        let mut told: Vec<String> = stream.pieces.iter().map(said).collect();
        if stream.is_cut {
            told.push("…".to_owned());
        }
        told
    }

    fn said(piece: &Piece) -> String {
        let from = if piece.from == End::Client { '>' } else { '<' };
        match &piece.content {
            PieceContent::Bytes(bytes) => format!("{from}{} {}", bytes.len(), piece.frame.0),
            PieceContent::Missing(count) => format!("{from}?{count} {}", piece.frame.0),
        }
    }

    const OPENING: &str = "
        0 > S 0 - 0
        10 < S. 0 1 0
        20 > . 1 1 0";

    fn opened(rest: &str) -> Vec<String> {
        told(&format!("{OPENING}\n{rest}"), usize::MAX)
    }

    #[test]
    fn both_sides_speak_in_turn_across_the_wrap() {
        let talk = "
            30 > P. 1 1 8
            40 < P. 1 9 3
            50 > P. 9 4 2
            60 > F. 11 4 0
            70 < F. 4 12 0
            80 > . 12 5 0";
        assert_eq!(opened(talk), [">8 4", "<3 5", ">2 6"]);
    }

    #[test]
    fn what_is_sent_again_is_there_once() {
        let again = "
            30 > P. 1 1 8
            40 > P. 1 1 8
            50 > P. 5 1 8
            60 > P. 1 1 20";
        assert_eq!(opened(again), [">8 4", ">4 6", ">8 7"]);
    }

    #[test]
    fn what_comes_out_of_its_turn_waits_for_it() {
        let unordered = "
            30 > P. 9 1 8
            40 > P. 17 1 8
            50 > P. 13 1 8
            60 > P. 1 1 8
            70 < . 1 25 0";
        assert_eq!(opened(unordered), [">8 7", ">8 4", ">4 6", ">4 5"]);
    }

    #[test]
    fn a_hole_is_told_when_it_is_acknowledged_or_at_the_end() {
        let hole = "
            30 > P. 1 1 8
            40 > P. 19 1 2
            50 < . 1 21 0
            60 > P. 21 1 1";
        assert_eq!(opened(hole), [">8 4", ">?10 5", ">2 5", ">1 7"]);
        let at_the_end = "
            30 > P. 1 1 8
            40 > P. 19 1 2
            50 > P. 31 1 2";
        assert_eq!(opened(at_the_end), [">8 4", ">?10 5", ">2 5", ">?10 6", ">2 6"]);
        let all_of_it = "
            30 > P. 1 1 8
            40 < . 1 109 0";
        assert_eq!(opened(all_of_it), [">8 4", ">?100 5"]);
    }

    /// The ACK was captured before what it acknowledges.
    #[test]
    fn a_hole_told_too_early_is_closed() {
        let early = "
            30 > P. 1 1 8
            40 < . 1 29 0
            50 > P. 14 1 5
            60 > P. 9 1 5
            70 > P. 29 1 1";
        assert_eq!(opened(early), [">8 4", ">5 7", ">5 6", ">?10 5", ">1 8"]);
        let whole = "
            30 < . 1 9 0
            40 > P. 1 1 8";
        assert_eq!(opened(whole), [">8 5"]);
    }

    #[test]
    fn a_fin_is_no_byte_and_neither_is_one_that_is_only_acknowledged() {
        let closed = "
            30 > P. 1 1 8
            40 > F. 9 1 0
            50 < . 1 10 0";
        assert_eq!(opened(closed), [">8 4"]);
        let unseen = "
            30 > P. 1 1 8
            40 < . 1 10 0";
        assert_eq!(opened(unseen), [">8 4"]);
    }

    #[test]
    fn no_more_is_put_together_than_is_wanted() {
        let talk = format!("{OPENING}\n30 > P. 1 1 8\n40 > P. 9 1 8\n50 > P. 17 1 8");
        assert_eq!(told(&talk, 9), [">8 4", ">8 5", "…"]);
        assert_eq!(told(&talk, 24), [">8 4", ">8 5", ">8 6"]);
    }

    /// In the middle of a connection the first number seen is the first.
    #[test]
    fn a_capture_may_begin_in_the_middle() {
        let middle = "
            0 > P. 100 200 8
            10 < P. 200 108 3
            20 > P. 108 203 2";
        assert_eq!(told(middle, usize::MAX), [">8 1", "<3 2", ">2 3"]);
        assert!(conversations_after(super::super::Earlier::default(), &story("")).is_empty());
    }

    #[test]
    fn datagrams_stand_as_they_were_sent() {
        let trace = datagrams("0 > 5\n10 < 3\n20 > 0\n30 ! 0");
        let all = conversations(&trace);
        let stream = follow(&trace, Conversation::Udp(&all.udp[0]), usize::MAX);
        assert_eq!(stream.pieces.iter().map(said).collect::<Vec<_>>(), [">5 1", "<3 2", ">0 3"]);
    }
}
