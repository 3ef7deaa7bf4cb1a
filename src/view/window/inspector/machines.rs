//! What both ends' state machines did with a segment, by RFC 9293 §3.10.
//!
//! Inferred: from the states and numbers that the capture shows. Says only
//! what follows from them; what a kernel keeps to itself (buffers, timers,
//! congestion window) has no line here.

use super::Scene;
use super::ledger::{Ledger, Peer, end_of, states};
use crate::conversation::{End, Fate, Opening, Segment, TcpConversation};
use crate::model::{SeqNumber, TcpState};
use crate::words::grouped;

/// What one end did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Deed {
    /// Who, and in which state.
    pub(super) title: String,
    /// Each step: what, and the section that says so.
    pub(super) steps: Vec<(String, &'static str)>,
}

const ARRIVES: &str = "3.10.7.4";

/// The sender's deed, then the receiver's.
pub(super) fn deeds(scene: &Scene<'_>, tcp: &TcpConversation, index: usize) -> Vec<Deed> {
    let Some(segment) = tcp.segments.get(index) else { return Vec::new() };
    let (before, after) = Ledger::around(tcp, index);
    let story = Story { scene, tcp, segment, before: &before, after: &after };
    let receiver = segment.from.peer();
    vec![story.deed(segment.from, story.sent()), story.deed(receiver, story.received())]
}

struct Story<'a> {
    scene: &'a Scene<'a>,
    tcp: &'a TcpConversation,
    segment: &'a Segment,
    before: &'a Ledger,
    after: &'a Ledger,
}

type Step = (String, &'static str);

impl Story<'_> {
    fn deed(&self, end: End, steps: Vec<Step>) -> Deed {
        let words = self.scene.words;
        let [state, then] = self.states(end);
        let name =
            |state: Option<TcpState>| state.map_or_else(|| words.word("machine-unknown"), |state| state.to_string());
        let state = if state == then { name(state) } else { format!("{} → {}", name(state), name(then)) };
        let key = if end == self.segment.from { "machine-sender" } else { "machine-receiver" };
        Deed { title: words.say(key, &[("who", &words.end(end)), ("state", &state)]), steps }
    }

    fn states(&self, end: End) -> [Option<TcpState>; 2] {
        let states = states(self.tcp, end, self.segment);
        // Where nobody listens there is no connection at all.
        let refused = self.tcp.opening == Opening::Refused && end == End::Server;
        if refused && states == [None; 2] { [Some(TcpState::Closed); 2] } else { states }
    }

    fn peer(&self, end: End) -> (&Peer, &Peer) {
        (self.before.peers.of(end), self.after.peers.of(end))
    }

    /// A number of what `of` sends, as the reader wants it.
    fn number(&self, of: End, seq: SeqNumber) -> String {
        if self.scene.absolute { grouped(seq.raw().into()) } else { self.after.peers.of(of).relative(seq).to_string() }
    }

    /// `1 → 9`, or `1` where it has not moved.
    fn moves(&self, of: End, from: Option<SeqNumber>, to: Option<SeqNumber>) -> String {
        let number = |seq: Option<SeqNumber>| seq.map(|seq| self.number(of, seq));
        match (number(from), number(to)) {
            (Some(from), Some(to)) if from != to => format!("{from} → {to}"),
            (_, Some(number)) | (Some(number), None) => number,
            (None, None) => self.scene.words.word("unknown-end"),
        }
    }

    fn say(&self, key: &str, arguments: &[(&str, &dyn std::fmt::Display)]) -> String {
        self.scene.words.say(key, arguments)
    }

    fn sent(&self) -> Vec<Step> {
        let Segment { from, flags, length, .. } = *self.segment;
        let (before, after) = self.peer(from);
        let next = self.moves(from, before.next, after.next);
        let bytes = self.scene.words.bytes(length);
        let mut steps = Vec::new();
        if flags.rst() {
            steps.push((self.say("sent-reset", &[]), "3.5.2"));
            return steps;
        }
        if self.segment.repeats.is_some() {
            steps.push((self.say("sent-again", &[("next", &next)]), "3.10.8"));
        } else if flags.syn() {
            let (key, rule) = if flags.ack() { ("sent-syn-ack", "3.10.7.2") } else { ("sent-syn", "3.10.1") };
            steps.push((self.say(key, &[("next", &next)]), rule));
        } else if flags.fin() {
            steps.push((self.say("sent-fin", &[("next", &next), ("bytes", &bytes), ("length", &length)]), "3.10.4"));
        } else if length > 0 {
            steps.push((self.say("sent-data", &[("next", &next), ("bytes", &bytes)]), "3.10.2"));
        }
        if let Some(ack) = self.segment.ack {
            let expected = self.number(from.peer(), ack);
            let key = if steps.is_empty() { "sent-ack" } else { "sent-ack-too" };
            steps.push((self.say(key, &[("ack", &expected)]), ARRIVES));
        }
        if length > 0 {
            steps.extend(self.usable());
        }
        steps
    }

    /// What the peer's window still allows after it: U = SND.UNA + SND.WND −
    /// SND.NXT.
    fn usable(&self) -> Option<Step> {
        let own = self.after.peers.of(self.segment.from);
        let (window, _) = self.after.peers.of(self.segment.from.peer()).window?;
        let (oldest, next) = (own.unacknowledged?, own.next?);
        let left = i64::from(window) - i64::from(next.raw().wrapping_sub(oldest.raw()));
        let key = if left > 0 { "sent-usable" } else { "sent-window-full" };
        Some((self.say(key, &[("left", &grouped(left.max(0).unsigned_abs()))]), "3.8.6.2.1"))
    }

    fn received(&self) -> Vec<Step> {
        let receiver = self.segment.from.peer();
        if matches!(self.segment.fate, Fate::Lost { .. }) {
            return vec![(self.say("got-lost", &[]), "3.8.1")];
        }
        let [state, _] = self.states(receiver);
        match state {
            None => vec![(self.say("got-unknown", &[]), ARRIVES)],
            Some(TcpState::Closed) => vec![self.closed()],
            Some(TcpState::Listen) => self.listen(),
            Some(TcpState::SynSent) => self.syn_sent(),
            Some(
                TcpState::SynReceived
                | TcpState::Established
                | TcpState::FinWait1
                | TcpState::FinWait2
                | TcpState::CloseWait
                | TcpState::Closing
                | TcpState::LastAck
                | TcpState::TimeWait,
            ) => self.synchronized(),
        }
    }

    fn closed(&self) -> Step {
        let key = if self.segment.flags.rst() { "got-closed-reset" } else { "got-closed" };
        (self.say(key, &[]), "3.10.7.1")
    }

    fn listen(&self) -> Vec<Step> {
        const RULE: &str = "3.10.7.2";
        let flags = self.segment.flags;
        if flags.rst() {
            return vec![(self.say("got-listen-reset", &[]), RULE)];
        }
        if flags.ack() {
            return vec![(self.say("got-listen-ack", &[]), RULE)];
        }
        if !flags.syn() {
            return vec![(self.say("got-listen-other", &[]), RULE)];
        }
        let expected = self.number(self.segment.from, self.segment.seq + 1);
        let mut steps = vec![(self.say("got-listen-syn", &[("expected", &expected)]), RULE)];
        steps.push((self.say("linux-request", &[]), ""));
        steps
    }

    fn syn_sent(&self) -> Vec<Step> {
        const RULE: &str = "3.10.7.3";
        let (flags, receiver) = (self.segment.flags, self.segment.from.peer());
        let (before, after) = self.peer(receiver);
        let mut steps = Vec::new();
        if let (Some(ack), Some(syn), Some(next)) = (self.segment.ack, before.syn, before.next) {
            let good = syn.before(ack) && ack.before_or_at(next);
            let key = if good { "got-syn-sent-ack" } else { "got-syn-sent-bad-ack" };
            let (iss, ack, next) =
                (self.number(receiver, syn), self.number(receiver, ack), self.number(receiver, next));
            steps.push((self.say(key, &[("iss", &iss), ("ack", &ack), ("next", &next)]), RULE));
            if !good {
                return steps;
            }
        }
        if flags.rst() {
            let key = if flags.ack() { "got-syn-sent-reset" } else { "got-syn-sent-reset-without" };
            steps.push((self.say(key, &[]), RULE));
        } else if flags.syn() {
            let expected = self.number(self.segment.from, self.segment.seq + 1);
            let oldest = self.moves(receiver, before.unacknowledged.or(before.syn), after.unacknowledged.or(after.syn));
            let key = if flags.ack() { "got-syn-sent-syn-ack" } else { "got-syn-sent-syn" };
            steps.push((self.say(key, &[("expected", &expected), ("una", &oldest)]), RULE));
        } else {
            steps.push((self.say("got-syn-sent-other", &[]), RULE));
        }
        steps
    }

    /// First the numbers, then RST, SYN, ACK, text and FIN.
    fn synchronized(&self) -> Vec<Step> {
        let (flags, receiver) = (self.segment.flags, self.segment.from.peer());
        let (before, after) = self.peer(receiver);
        let mut steps = Vec::new();
        let acceptable = self.acceptable(&mut steps);
        if acceptable == Some(false) {
            return steps;
        }
        if flags.rst() {
            let exact = before.expected.is_none_or(|expected| expected == self.segment.seq);
            let key = if exact { "got-reset" } else { "got-reset-challenge" };
            steps.push((self.say(key, &[]), ARRIVES));
            return steps;
        }
        if flags.syn() && self.states(receiver) != [Some(TcpState::SynReceived); 2] {
            steps.push((self.say("got-syn", &[]), ARRIVES));
        }
        self.acknowledgment(before, after, &mut steps);
        let moved = self.moves(self.segment.from, before.expected, after.expected);
        let whole = self.scene.words.bytes(self.segment.length);
        if self.segment.length > 0 {
            let key = match before.expected {
                Some(expected) if end_of(self.segment).before_or_at(expected) => "got-text-old",
                Some(expected) if self.segment.seq.after(expected) => "got-text-queued",
                Some(_) | None => "got-text",
            };
            let hole = before.expected.map_or(0, |expected| self.segment.seq.raw().wrapping_sub(expected.raw()));
            let text = self.say(key, &[("bytes", &whole), ("expected", &moved), ("hole", &grouped(hole.into()))]);
            steps.push((text, ARRIVES));
        }
        if flags.fin() {
            let [state, then] = self.states(receiver);
            let key = if state == then { "got-fin-waits" } else { "got-fin" };
            steps.push((self.say(key, &[("expected", &moved)]), ARRIVES));
        }
        steps
    }

    /// The check of RFC 9293 §3.10.7.4, "first, check sequence number"; `None`
    /// where window or RCV.NXT are not known.
    fn acceptable(&self, steps: &mut Vec<Step>) -> Option<bool> {
        let (from, receiver) = (self.segment.from, self.segment.from.peer());
        let before = self.before.peers.of(receiver);
        let (expected, (window, _)) = (before.expected?, before.window?);
        let (first, end) = (self.segment.seq, end_of(self.segment));
        let inside = |seq: SeqNumber| expected.before_or_at(seq) && seq.before(expected + window);
        let empty = first == end;
        let acceptable = match (empty, window) {
            (true, 0) => first == expected,
            (true, _) => inside(first),
            (false, 0) => false,
            (false, _) => inside(first) || inside(end - 1),
        };
        let key = if acceptable { "got-inside" } else { "got-outside" };
        let (low, high) = (self.number(from, expected), self.number(from, expected + window));
        let seq = self.number(from, first);
        steps.push((self.say(key, &[("low", &low), ("seq", &seq), ("high", &high)]), ARRIVES));
        Some(acceptable)
    }

    fn acknowledgment(&self, before: &Peer, after: &Peer, steps: &mut Vec<Step>) {
        let receiver = self.segment.from.peer();
        let Some(ack) = self.segment.ack else {
            steps.push((self.say("got-no-ack", &[]), ARRIVES));
            return;
        };
        let oldest = before.unacknowledged.or(before.syn);
        let key = match (oldest, before.next) {
            (_, Some(next)) if ack.after(next) => "got-ack-ahead",
            (Some(oldest), _) if ack == oldest => "got-ack-unmoved",
            (Some(oldest), _) if ack.before(oldest) => "got-ack-old",
            _ => "got-ack",
        };
        let count = oldest.map_or(0, |oldest| ack.raw().wrapping_sub(oldest.raw()));
        let una = self.moves(receiver, oldest, after.unacknowledged.or(after.syn));
        let (ack, count) = (self.number(receiver, ack), grouped(count.into()));
        steps.push((self.say(key, &[("una", &una), ("ack", &ack), ("count", &count)]), ARRIVES));
        // SND.WND is what the sender of this segment announces in it.
        let window = |ledger: &Ledger| ledger.peers.of(self.segment.from).window.map(|(bytes, _)| bytes);
        if let (Some(old), Some(new)) = (window(self.before), window(self.after))
            && old != new
        {
            let (old, new) = (grouped(old.into()), grouped(new.into()));
            steps.push((self.say("got-window", &[("old", &old), ("new", &new)]), ARRIVES));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::arithmetic;
    use super::*;
    use crate::conversation::{conversations, story::story};
    use crate::words::{Language, Words};

    /// What both did with the segment of this index.
    fn told(lines: &str, index: usize) -> Vec<String> {
        let (trace, words) = (story(lines), Words::new(Language::English));
        let all = conversations(&trace);
        let scene = Scene { picture: None, words: &words, absolute: false };
        let deeds = deeds(&scene, &all.tcp[0], index);
        let sums = arithmetic::lines(&scene, &all.tcp[0], index);
        let sums = sums.into_iter().map(|line| format!("{}: {}", line.name, line.sum));
        deeds.into_iter().flat_map(|deed| deed.steps).map(|(step, _)| step).chain(sums).collect()
    }

    fn has(told: &[String], start: &str) {
        assert!(told.iter().any(|line| line.starts_with(start)), "{start:?} in {told:#?}");
    }

    const OPENED: &str = "0 > S 0 - 0
        10 < S. 0 1 0
        20 > . 1 1 0\n";

    #[test]
    fn data_is_taken_queued_and_taken_again() {
        let lines = format!(
            "{OPENED} 30 > P. 1 1 8
             40 > P. 19 1 10
             50 < . 1 9 0
             60 > P. 9 1 10
             70 < . 1 29 0
             80 > P. 9 1 10"
        );
        let first = told(&lines, 3);
        has(&first, "SEND: 8 B, SND.NXT 1 → 9");
        has(&first, "first, number: 1 ≤ 1 < 64241: in the window");
        has(&first, "seventh, text: takes 8 B, RCV.NXT 1 → 9");
        has(&first, "next ack: 1 + 8 B = 9");
        has(&first, "under way: 9 − 1 = 8");
        has(&told(&lines, 4), "seventh, text: 10 B behind a hole of 10 B; RCV.NXT stays 9");
        let ack = told(&lines, 5);
        has(&ack, "fifth, ACK: SND.UNA 1 → 9, 8 newly acknowledged");
        has(&ack, "ack: 1 + 8 B = 9");
        has(&ack, "round trip: t(6) − t(4) = 20.0 µs");
        has(&told(&lines, 6), "seventh, text: takes 10 B, RCV.NXT 9 → 29");
        let again = told(&lines, 8);
        has(&again, "sends again what was not acknowledged: SND.NXT stays 29");
        has(&again, "first, number: 9 is not within 29");
    }

    #[test]
    fn a_close_and_resets_are_told_step_by_step() {
        let close = told(&format!("{OPENED} 30 > F. 1 1 0"), 3);
        has(&close, "CLOSE: the FIN takes one number, SND.NXT 1 → 2");
        has(&close, "eighth, FIN: RCV.NXT 1 → 2");
        has(&close, "next ack: 1 + 0 B + FIN = 2");
        has(&told(&format!("{OPENED} 30 > R 1 - 0"), 3), "second, RST with exactly the expected number");
        has(&told(&format!("{OPENED} 30 > R 5 - 0"), 3), "second, RST in the window but not the expected number");
        let refused = "0 > S 0 - 0\n10 < R. 0 1 0";
        has(&told(refused, 0), "no connection: a reset is due");
        has(&told(refused, 1), "second, RST with an acceptable ACK: connection refused");
    }

    /// A round trip of what was sent twice proves nothing.
    #[test]
    fn what_was_sent_twice_is_not_measured() {
        let (trace, words) = (
            story(&format!("{OPENED} 30 > P. 1 1 8\n 240000 > P. 1 1 8\n 240010 < . 1 9 0")),
            Words::new(Language::English),
        );
        let all = conversations(&trace);
        let scene = Scene { picture: None, words: &words, absolute: false };
        let lines = arithmetic::lines(&scene, &all.tcp[0], 5);
        let trip = lines.iter().find(|line| line.name == "round trip").unwrap();
        assert!(trip.note.contains("RFC 6298 §3"), "{}", trip.note);
    }
}
