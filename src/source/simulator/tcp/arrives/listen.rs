//! LISTEN (RFC 9293 §3.10.7.2): what becomes of a segment, and the connection
//! that a SYN begins.

use crate::model::{RawWindow, SeqNumber, TcpFlags};
use crate::source::simulator::Moment;
use crate::source::simulator::tcp::{Connection, Handshake, Knobs, Opened, Options, Reason, Segment, State};

/// What a listener makes of a segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::source::simulator::tcp) enum ToListener {
    /// Nothing.
    Ignored(Reason),
    /// A reset.
    Answered(Segment, Reason),
    /// A new connection.
    Syn,
}

/// Judges a segment for a listener, in the RFC's order.
pub(in crate::source::simulator::tcp) fn judge(segment: &Segment) -> ToListener {
    // First: "an incoming RST segment … should be ignored".
    if segment.flags.rst() {
        return ToListener::Ignored(Reason::ResetToListener);
    }
    // Second: "any acknowledgment is bad if it arrives on a connection still
    // in the LISTEN state": <SEQ=SEG.ACK><CTL=RST>.
    if segment.flags.ack() {
        let reset = Segment::bare(TcpFlags::RST, segment.ack, SeqNumber::new(0));
        return ToListener::Answered(reset, Reason::AckToListener);
    }
    // Third: a SYN.
    if segment.flags.syn() {
        return ToListener::Syn;
    }
    // Fourth: anything else "should be dropped".
    ToListener::Ignored(Reason::NothingForListener)
}

impl Connection {
    /// Third: a SYN begins a connection. RCV.NXT = SEG.SEQ+1, IRS = SEG.SEQ,
    /// `<SEQ=ISS><ACK=RCV.NXT><CTL=SYN,ACK>`, SYN-RECEIVED.
    pub(in crate::source::simulator::tcp) fn spawned(knobs: Knobs, iss: SeqNumber, syn: &Segment, now: Moment) -> Self {
        let mut connection = Self::new(knobs, iss, now);
        connection.synchronize(syn, now);
        connection.window_of_syn(syn);
        connection.go(State::SynReceived { opened: Opened::Passively }, Reason::SynToListener);
        connection.record(now, 1);
        let flags = TcpFlags::SYN.with(TcpFlags::ACK);
        connection.emit(now, flags, iss, Vec::new(), Reason::SynToListener);
        // "Note that any other incoming control or data (combined with SYN)
        // will be processed in the SYN-RECEIVED state": data is queued.
        if !syn.payload.is_empty()
            && let Some(incoming) = &mut connection.incoming
        {
            incoming.take(syn.seq + 1, &syn.payload);
        }
        // Counterfactual: the client's word is enough.
        if knobs.handshake == Handshake::TwoWay {
            connection.count_syn_as_acknowledged();
            connection.establish(syn, Reason::TwoWayHandshake);
        }
        connection.arm(now);
        connection
    }

    /// The SYN-ACK of a cookie: what could not be remembered is not offered.
    pub(in crate::source::simulator::tcp) fn cookie_answer(knobs: &Knobs, iss: SeqNumber, syn: &Segment) -> Segment {
        let flags = TcpFlags::SYN.with(TcpFlags::ACK);
        let options = Options { mss: Some(knobs.mss), ..Options::default() };
        let window = RawWindow(u16::try_from(knobs.window).unwrap_or(u16::MAX));
        Segment { window, options, ..Segment::bare(flags, iss, syn.seq + 1) }
    }

    /// The connection that a cookie stands for, in SYN-RECEIVED: what the SYN
    /// and the SYN-ACK were follows from the ACK.
    pub(in crate::source::simulator::tcp) fn from_cookie(knobs: Knobs, ack: &Segment, mss: u16, now: Moment) -> Self {
        let options = Options { mss: Some(mss), ..Options::default() };
        let bare = Segment::bare(TcpFlags::SYN, ack.seq - 1, SeqNumber::new(0));
        let syn = Segment { options, window: ack.window, ..bare };
        let mut connection = Self::new(knobs, ack.ack - 1, now);
        connection.synchronize(&syn, now);
        connection.window_of_syn(&syn);
        connection.go(State::SynReceived { opened: Opened::Passively }, Reason::CookieAccepted);
        connection.record(now, 1);
        // When the SYN-ACK went nobody knows: nothing is measured by it.
        connection.out.queue.sent_again(0, now);
        connection
    }

    fn count_syn_as_acknowledged(&mut self) {
        self.out.queue.acknowledge(self.out.iss + 1);
        self.out.una = self.out.iss + 1;
        self.timers.user = None;
    }
}
