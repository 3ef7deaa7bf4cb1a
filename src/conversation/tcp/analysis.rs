//! tshark's verdict on each segment of a connection, and ours.
//!
//! One rule is one function in one file; this file is the order in which they
//! are asked. The rules, their order and their names are tshark 4.0's, odd
//! ones included: whoever compares the two must find them alike. What we say
//! instead where tshark misleads is in [`verdict`]; the differences are argued
//! in `docs/tshark-differences.md`.
//!
//! Has no opinion on which frames belong to a connection (the
//! [tracker](super::tracker) has), and keeps no frame.

/// Accurate ECN, in its three bits.
mod accurate_ecn;
/// It acknowledges what is not in the capture.
mod ack_lost_segment;
/// What a segment changes in its sender.
mod advance;
/// Bytes on their way, bytes since the last PSH.
mod bytes_in_flight;
/// How much of a connection is in the capture.
mod completeness;
/// What is remembered.
mod connection;
/// The same acknowledgment again.
mod duplicate_ack;
/// What duplicate ACKs asked for.
mod fast_retransmission;
/// A set of findings.
mod findings;
/// From SYN to ACK.
mod initial_rtt;
/// The number before the next one.
mod keep_alive;
/// The answer to it.
mod keep_alive_ack;
/// Something before it is not in the capture.
mod lost_segment;
/// Late rather than sent again.
mod out_of_order;
/// What is not acknowledged.
mod pending;
/// Numbers that were used before.
mod resent;
/// Sent again, and how long after.
mod retransmission;
/// Another connection on the same ports.
mod reused_ports;
/// What is known of one segment.
mod row;
/// Tiny captures told in a line a segment.
#[cfg(test)]
mod scene;
/// The segment that is looked at.
mod segment;
/// Sent again after it was acknowledged.
mod spurious_retransmission;
/// Each rule shown by a tiny capture.
#[cfg(test)]
mod tests;
/// What we say instead.
mod verdict;
/// All that the window allows.
mod window_full;
/// From the field to bytes.
mod window_scale;
/// Nothing but another window.
mod window_update;
/// A closed window.
mod zero_window;
/// A byte against a closed window.
mod zero_window_probe;
/// The answer to it.
mod zero_window_probe_ack;

pub use findings::Findings;
pub use row::TcpRow;
pub use verdict::{Finding, Verdicts};

pub(super) use connection::{Connection, Side};
pub(super) use reused_ports::Reuse;

use ack_lost_segment::{Unseen, ack_lost_segment};
use connection::Half;
use pending::Sent;
use segment::Segment;

use crate::decode::{OptionsEnd, TcpHeader};
use crate::model::{SeqNumber, Span, Timestamp};
use crate::trace::FrameNumber;

/// One frame's segment, on its way through a connection.
#[derive(Clone, Copy, Debug)]
pub(super) struct Passage<'a> {
    pub(super) frame: FrameNumber,
    pub(super) at: Timestamp,
    pub(super) tcp: &'a TcpHeader,
    pub(super) sender: Side,
    /// An ICMP error quotes it.
    pub(super) quoted: bool,
}

impl Passage<'_> {
    /// What the passage means for the connection its ports lead to.
    pub(super) fn reuse(&self, connection: &Connection) -> Reuse {
        reused_ports::reuse(self.tcp, connection.half(self.sender))
    }

    /// Takes the segment in. `reuse` says how it came to this connection:
    /// [`Reuse::Anew`] where the connection begins with it.
    pub(super) fn take(&self, stream: u32, opens: bool, reuse: Reuse, connection: &mut Connection, row: &mut TcpRow) {
        let mut told = Told::default();
        match reuse {
            Reuse::No => {}
            Reuse::Anew => {
                connection.completeness = completeness::SYN;
                told.findings |= Findings::REUSED_PORTS;
            }
            Reuse::Again => {
                let sender = connection.half_mut(self.sender);
                sender.expected = sender.contiguous;
                told.touched = true;
            }
            Reuse::OtherAnswer => {
                let sender = connection.half_mut(self.sender);
                sender.base = Some(self.tcp.seq);
                sender.pending.forget_base();
                told.findings |= Findings::REUSED_PORTS;
            }
        }
        let shown_completeness = connection.completeness;
        connection.half_mut(self.sender).sacked = 0;
        let length = if self.quoted { None } else { self.tcp.payload_length() };
        if let Some(length) = length {
            self.set_bases(connection);
            let segment = Segment::new(self.frame, self.at, self.tcp, length);
            self.analyse(&segment, connection, &mut told);
        }
        *row = self.row(stream, connection);
        row.opens = opens;
        row.completeness = shown_completeness;
        connection.latest = self.at;
        if self.tcp.header_length < 20 {
            return;
        }
        let counted = length.unwrap_or(0);
        match (opens, reuse) {
            (true, Reuse::Anew) => connection.completeness |= completeness::bits(self.tcp.flags, counted),
            (true, _) => completeness::begin(self.tcp.flags, counted, connection),
            (false, _) => completeness::go_on(self.tcp.flags, counted, connection),
        }
        row.accurate_ecn = accurate_ecn::accurate_ecn(self.tcp, connection);
        self.time_handshake(connection, length);
        if self.tcp.flags.syn() {
            connection.half_mut(self.sender).syn_window = true;
        } else if self.tcp.flags.ack() {
            connection.half_mut(self.sender).syn_window = false;
        }
        if self.tcp.kept < 20 {
            return;
        }
        self.take_options(length.is_some(), connection);
        let shown_ack = SeqNumber::new(row.ack.unwrap_or(0));
        let stops = match self.tcp.options.end {
            OptionsEnd::Whole | OptionsEnd::Malformed => false,
            OptionsEnd::EmptySack => {
                SeqNumber::new(0).before_or_at(shown_ack) || self.tcp.kept < u32::from(self.tcp.header_length)
            }
            // What an error quotes of the options is all there is of them.
            OptionsEnd::Cut => !self.quoted || self.tcp.kept <= 20,
        };
        if stops {
            return;
        }
        told.fill(self.at, row, connection);
        window_scale::decide(self.tcp.flags, connection, self.sender);
    }

    /// What can be said of a frame that shows a segment already taken in.
    #[inline]
    pub(super) fn row(&self, stream: u32, connection: &Connection) -> TcpRow {
        let (sender, peer) = (connection.half(self.sender), connection.half(self.sender.peer()));
        let length = if self.quoted { None } else { self.tcp.payload_length() };
        // Without a length nothing is counted from anywhere.
        let base = |half: &Half| if length.is_some() { half.base.unwrap_or(connection::NONE).raw() } else { 0 };
        let seq = self.tcp.seq.raw().wrapping_sub(base(sender));
        let behind = u32::from(self.tcp.flags.syn() || self.tcp.flags.fin());
        // A header that claims to be shorter than it is ends the reading.
        let whole = self.tcp.header_length >= 20;
        let timed = whole && self.tcp.kept >= 20;
        let raw_window = u32::from(self.tcp.window.0);
        let scaled = !self.tcp.flags.syn() && length.is_some();
        TcpRow {
            stream,
            from_first: self.sender == connection.first_sender,
            completeness: connection.completeness,
            length,
            seq,
            next_seq: length.filter(|_| whole).map(|length| seq.wrapping_add(length).wrapping_add(behind)),
            ack: whole.then(|| {
                let base = if self.tcp.flags.ack() { base(peer) } else { 0 };
                self.tcp.ack.raw().wrapping_sub(base)
            }),
            window: whole.then(|| if scaled { sender.shift.window(raw_window) } else { raw_window }),
            scale_factor: (whole && !self.tcp.flags.syn()).then(|| sender.shift.factor()),
            handshake_rtt: connection.handshake.then_some(connection.first_rtt),
            time_relative: timed.then(|| self.at.since(connection.began)),
            time_delta: timed.then(|| self.at.since(connection.latest)),
            ..TcpRow::default()
        }
    }

    /// The first segment of a direction, or the first one that acknowledges
    /// it, says where its numbers count from.
    fn set_bases(&self, connection: &mut Connection) {
        let sender = connection.half_mut(self.sender);
        if sender.base.is_none() {
            sender.base = Some(if self.tcp.flags.syn() { self.tcp.seq } else { self.tcp.seq - 1 });
            sender.pending.forget_base();
        }
        let peer = connection.half_mut(self.sender.peer());
        if self.tcp.flags.ack() && peer.base.is_none() {
            peer.base = Some(self.tcp.ack - 1);
            peer.pending.forget_base();
        }
    }

    /// The rules, in tshark's order.
    fn analyse(&self, segment: &Segment, connection: &mut Connection, told: &mut Told) {
        if segment.flags.ack() {
            connection.half_mut(self.sender.peer()).flight_unknown = false;
        }
        let mut found = Findings::NONE;
        if zero_window_probe::zero_window_probe(
            segment,
            connection.half(self.sender),
            connection.half(self.sender.peer()),
        ) {
            found |= Findings::ZERO_WINDOW_PROBE;
        } else {
            found |= self.about_windows(segment, connection, told);
        }
        duplicate_ack::begin_row(segment, connection.half_mut(self.sender));
        let unseen = ack_lost_segment(segment, connection.half(self.sender.peer()));
        if matches!(unseen, Unseen::Told | Unseen::ToldOnce) {
            found |= Findings::ACK_LOST_SEGMENT;
        }
        told.touched |= unseen != Unseen::No;
        unseen.remember(connection.half_mut(self.sender.peer()));
        if segment.uses_numbers() && !found.contains(Findings::KEEP_ALIVE) {
            let (sender, peer) = (connection.half(self.sender), connection.half(self.sender.peer()));
            let again = resent::resent(segment, connection, sender, peer);
            if again == Findings::RETRANSMISSION {
                told.timeout = Some(retransmission::timeout(segment, sender));
            }
            found |= again;
        }
        told.findings |= found;
        told.verdicts = verdict::judge(self, segment, connection, told.findings);
        let mptcp = connection.mptcp;
        advance::advance(segment, connection.half_mut(self.sender), found, mptcp);
        verdict::remember(self, segment, connection, told.findings, told.verdicts);
        if let Some(acked) = connection.half_mut(self.sender.peer()).pending.acknowledge(segment.ack) {
            told.acked = Some(acked);
            told.touched = true;
        }
        let sacked = connection.half(self.sender.peer()).sacked;
        let sender = connection.half_mut(self.sender);
        if let Some(bytes) = bytes_in_flight::bytes_in_flight(segment, sender, sacked) {
            told.touched = true;
            told.bytes_in_flight = bytes;
            let since_push = bytes_in_flight::push_bytes_sent(segment, sender);
            told.push_bytes_sent = if bytes == 0 { 0 } else { since_push };
        }
    }

    /// The rules that a zero-window probe takes no part in.
    fn about_windows(&self, segment: &Segment, connection: &mut Connection, told: &mut Told) -> Findings {
        let (sender, peer) = (connection.half(self.sender), connection.half(self.sender.peer()));
        let mut found = Findings::NONE;
        if zero_window::zero_window(segment) {
            found |= Findings::ZERO_WINDOW;
        }
        let lost = lost_segment::lost_segment(segment, sender);
        if lost {
            found |= Findings::LOST_SEGMENT;
        }
        if keep_alive::keep_alive(segment, sender) {
            found |= Findings::KEEP_ALIVE;
        }
        if window_update::window_update(segment, sender) {
            found |= Findings::WINDOW_UPDATE;
        }
        if window_full::window_full(segment, peer) {
            found |= Findings::WINDOW_FULL;
        }
        if keep_alive_ack::keep_alive_ack(segment, sender, peer) {
            found |= Findings::KEEP_ALIVE_ACK;
        } else if zero_window_probe_ack::zero_window_probe_ack(segment, sender, peer) {
            found |= Findings::ZERO_WINDOW_PROBE_ACK;
        } else if duplicate_ack::duplicate_ack(segment, connection, sender) {
            found |= Findings::DUPLICATE_ACK;
            let sender = connection.half_mut(self.sender);
            told.duplicate = Some((duplicate_ack::count(sender), sender.first_of_repeats));
        }
        if lost {
            connection.half_mut(self.sender).flight_unknown = true;
        }
        found
    }

    fn time_handshake(&self, connection: &mut Connection, length: Option<u32>) {
        let before = connection.first_rtt;
        initial_rtt::initial_rtt(self.tcp.flags, self.at, connection);
        if before == Span::ZERO && verdict::ends_handshake(self, connection, length) {
            connection.handshake = true;
        }
    }

    fn take_options(&self, has_length: bool, connection: &mut Connection) {
        let options = &self.tcp.options;
        window_scale::announce(self.tcp, connection, self.sender);
        if has_length {
            connection.mptcp |= options.mptcp;
        }
        // tshark counts three of the four that fit.
        let blocks = options.sack.iter().take(options.sack_blocks.min(3).into());
        connection.half_mut(self.sender).sacked =
            blocks.fold(0, |sum: u32, (left, right)| sum.wrapping_add(right.wrapping_sub(*left)));
    }
}

/// What the rules said of one segment.
#[derive(Default)]
struct Told {
    findings: Findings,
    verdicts: Verdicts,
    /// tshark keeps a record of this frame, and prints it.
    touched: bool,
    acked: Option<Sent>,
    duplicate: Option<(u32, FrameNumber)>,
    timeout: Option<(Span, FrameNumber)>,
    bytes_in_flight: u32,
    push_bytes_sent: u32,
}

impl Told {
    fn fill(&self, at: Timestamp, row: &mut TcpRow, connection: &Connection) {
        row.verdicts = self.verdicts;
        if !self.touched && self.findings.is_empty() {
            return;
        }
        row.findings = self.findings;
        if let Some(acked) = self.acked {
            row.acks_frame = Some(acked.frame);
            row.ack_rtt = some_span(at.since(acked.at));
        }
        row.initial_rtt = some_span(connection.first_rtt);
        row.bytes_in_flight = (self.bytes_in_flight != 0).then_some(self.bytes_in_flight);
        row.push_bytes_sent = (self.push_bytes_sent != 0).then_some(self.push_bytes_sent);
        row.duplicate_ack = self.duplicate;
        if let Some((timeout, frame)) = self.timeout
            && timeout != Span::ZERO
        {
            row.rto = Some((timeout, frame));
        }
    }
}

fn some_span(span: Span) -> Option<Span> {
    (span != Span::ZERO).then_some(span)
}

/// Whether `span` is neither negative nor as long as `limit`.
fn within(span: Span, limit: Span) -> bool {
    span >= Span::ZERO && span < limit
}
