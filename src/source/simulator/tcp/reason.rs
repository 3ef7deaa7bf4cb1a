//! Why something is done: one value for each rule, with the section that holds
//! it. Sentences are made of these elsewhere.

/// What rules and sections are called.
mod names;

/// The rule behind a segment, a change of state or a silence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    // Calls.
    /// A program called OPEN, actively.
    ActiveOpen,
    /// A program called SEND.
    Send,
    /// A program called RECEIVE, and the window opened by enough.
    WindowUpdate,
    /// A program called CLOSE.
    Close,
    /// A program called ABORT.
    Abort,
    /// A program closed although data waited to be read.
    UnreadData,
    // No connection.
    /// A segment for nobody is answered with a reset.
    NoConnection,
    /// A reset for nobody is ignored.
    ResetForNobody,
    // LISTEN.
    /// A SYN came to a listener.
    SynToListener,
    /// An ACK came to a listener: it cannot be acceptable.
    AckToListener,
    /// A reset to a listener is ignored.
    ResetToListener,
    /// Neither SYN nor ACK nor RST came to a listener.
    NothingForListener,
    /// The listener has no room for another finished connection.
    QueueFull,
    /// The listener has no room for another half-open connection.
    SynQueueFull,
    /// The SYN queue is full: the answer itself remembers the SYN.
    CookieSent,
    /// An ACK brought a cookie back: the connection it stands for is made.
    CookieAccepted,
    /// Counterfactual: the server does not wait for the third step.
    TwoWayHandshake,
    // SYN-SENT.
    /// An ACK of what was never sent.
    AckOfNothingSent,
    /// A reset that acknowledges the SYN: connection refused.
    Refused,
    /// A reset without acceptable ACK.
    ResetWithoutAck,
    /// Neither SYN nor RST came in SYN-SENT.
    NeitherSynNorReset,
    /// The SYN was acknowledged by the peer's SYN.
    SynAcknowledged,
    /// Both ends sent a SYN.
    SimultaneousOpen,
    // The other states, in the order of §3.10.7.4.
    /// Outside the window: acknowledged again and dropped.
    NotAcceptable,
    /// Older than what was heard last (PAWS).
    OldTimestamp,
    /// Timestamps were agreed on, and there is none.
    MissingTimestamp,
    /// A reset with exactly the next number.
    Reset,
    /// A reset inside the window, but not the next number: challenged.
    ResetChallenged,
    /// A reset outside the window.
    ResetOutsideWindow,
    /// A reset in SYN-RECEIVED leads back to LISTEN.
    ResetBackToListen,
    /// A SYN on a connection that is synchronized: challenged.
    SynChallenged,
    /// Enough challenges were sent of late.
    ChallengeLimit,
    /// No ACK bit.
    NoAckBit,
    /// The SYN came again: its SYN-ACK may have been lost.
    SynAckAgain,
    /// The ACK of the SYN-ACK completes the handshake.
    HandshakeComplete,
    /// An ACK in SYN-RECEIVED that acknowledges something else.
    WrongAckInHandshake,
    /// An ACK of what was not sent yet.
    AckOfTheFuture,
    /// An ACK too old to be from this window.
    AckTooOld,
    /// The FIN was acknowledged.
    FinAcknowledged,
    /// Data came although the program had closed.
    DataAfterClose,
    /// The peer's FIN came.
    FinReceived,
    /// Text came although the peer's FIN had come.
    TextAfterFin,
    /// The peer's FIN came again in TIME-WAIT.
    FinAgain,
    /// A new SYN took over a connection in TIME-WAIT.
    TimeWaitReused,
    /// A SYN no newer than the connection in TIME-WAIT.
    OldSynInTimeWait,
    /// A reset in TIME-WAIT, which is not to be cut short.
    ResetInTimeWait,
    /// The urgent pointer was noted; what it points at stays in line.
    UrgentInLine,
    // What the network says.
    /// A router or host says the peer cannot be reached: that may pass.
    SoftError,
    /// The network's word ended the attempt to connect.
    Unreachable,
    /// The peer's host does not have the protocol or the port.
    HardError,
    /// A router says the segment is too large: smaller ones go.
    PathMtu,
    /// An ICMP error about what was not sent, or is acknowledged.
    ErrorOfNothingSent,
    // Acknowledging.
    /// At least every second full segment is acknowledged.
    EverySecondSegment,
    /// The delayed acknowledgment is due.
    DelayedAck,
    /// Delaying is switched off.
    AckAtOnce,
    /// The connection is new: delaying has not begun.
    QuickAck,
    /// Out of order: a duplicate ACK at once.
    OutOfOrder,
    /// A hole was filled, wholly or in part: an ACK at once.
    HoleFilled,
    /// Nothing new in it: acknowledged at once.
    DuplicateData,
    // Sending.
    /// An acknowledgment made room or let small segments go.
    AckMadeRoom,
    /// Two duplicate ACKs may each bring out a new segment.
    LimitedTransmit,
    /// The override timer lets a small segment go.
    Override,
    /// A closed window is asked.
    WindowProbe,
    // Sending again.
    /// The retransmission timer went off.
    RetransmissionTimeout,
    /// What was under way when the timer went off, as the window allows.
    AfterTimeout,
    /// Three duplicate ACKs.
    FastRetransmit,
    /// An ACK of a part of what was under way.
    PartialAck,
    /// The peer's SACK blocks show a hole.
    ReportedHole,
    /// The window opened: the probe's octet goes again.
    WindowOpened,
    /// The end of a flight was not acknowledged within two round trips.
    TailLossProbe,
    // Time.
    /// A silent peer is asked whether it is there.
    KeepAlive,
    /// It did not answer.
    KeepAliveUnanswered,
    /// Nothing was acknowledged for too long.
    UserTimeout,
    /// Two segment lifetimes have passed.
    TimeWaitOver,
    /// Counterfactual: TIME-WAIT takes no time.
    NoTimeWait,
    /// No program is left, and the peer does not close.
    FinWait2Over,
}

/// A section of an RFC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Citation {
    /// The number of the RFC.
    pub rfc: u16,
    /// The section, `3.10.7.4`.
    pub section: &'static str,
    /// Its title; empty where only the number is known for sure.
    pub title: &'static str,
}

impl Reason {
    /// Where the rule stands; `None` where no RFC has it.
    pub const fn citation(self) -> Option<Citation> {
        let (rfc, section) = match self {
            Self::ActiveOpen => (9293, "3.10.1"),
            Self::Send => (9293, "3.10.2"),
            Self::WindowUpdate => (9293, "3.8.6.2.2"),
            Self::Close => (9293, "3.10.4"),
            Self::Abort => (9293, "3.10.5"),
            Self::DataAfterClose => (9293, "3.6.1"),
            Self::UnreadData => (2525, "2.17"),
            Self::TimeWaitReused | Self::OldSynInTimeWait => (6191, "2"),
            Self::ResetInTimeWait => (1337, "3"),
            Self::CookieSent | Self::CookieAccepted => (4987, "3.6"),
            Self::UrgentInLine => (9293, "3.8.5"),
            Self::SoftError | Self::HardError | Self::ErrorOfNothingSent => (9293, "3.9.2.2"),
            Self::PathMtu => (1191, "3"),
            Self::TailLossProbe => (8985, "7"),
            Self::NoConnection | Self::ResetForNobody => (9293, "3.10.7.1"),
            Self::SynToListener | Self::AckToListener | Self::ResetToListener | Self::NothingForListener => {
                (9293, "3.10.7.2")
            }
            Self::AckOfNothingSent
            | Self::Refused
            | Self::ResetWithoutAck
            | Self::NeitherSynNorReset
            | Self::SynAcknowledged => (9293, "3.10.7.3"),
            Self::SimultaneousOpen => (9293, "3.5"),
            Self::NotAcceptable
            | Self::ResetOutsideWindow
            | Self::ResetBackToListen
            | Self::NoAckBit
            | Self::HandshakeComplete
            | Self::WrongAckInHandshake
            | Self::AckOfTheFuture
            | Self::FinAcknowledged
            | Self::FinReceived
            | Self::FinAgain
            | Self::TextAfterFin
            | Self::DuplicateData
            | Self::AckMadeRoom => (9293, "3.10.7.4"),
            Self::Reset => (9293, "3.5.3"),
            Self::OldTimestamp => (7323, "5.3"),
            Self::MissingTimestamp => (7323, "3.2"),
            Self::ResetChallenged => (5961, "3.2"),
            Self::SynChallenged => (5961, "4.2"),
            Self::ChallengeLimit => (5961, "7"),
            Self::AckTooOld => (5961, "5.2"),
            Self::EverySecondSegment | Self::DelayedAck | Self::AckAtOnce => (9293, "3.8.6.3"),
            Self::OutOfOrder | Self::HoleFilled => (5681, "4.2"),
            Self::LimitedTransmit => (3042, "2"),
            Self::Override => (9293, "3.8.6.2.1"),
            Self::WindowProbe | Self::WindowOpened => (9293, "3.8.6.1"),
            Self::RetransmissionTimeout => (6298, "5"),
            Self::AfterTimeout => (5681, "3.1"),
            Self::FastRetransmit => (5681, "3.2"),
            Self::PartialAck => (6582, "3.2"),
            Self::ReportedHole => (6675, "5"),
            Self::KeepAlive | Self::KeepAliveUnanswered => (9293, "3.8.4"),
            Self::UserTimeout | Self::TimeWaitOver => (9293, "3.10.8"),
            Self::QueueFull
            | Self::SynQueueFull
            | Self::TwoWayHandshake
            | Self::NoTimeWait
            | Self::FinWait2Over
            | Self::Unreachable
            | Self::QuickAck
            | Self::SynAckAgain => return None,
        };
        Some(Citation { rfc, section, title: names::title(rfc, section) })
    }

    /// Whether a program's call or the passing of time brought this about, and
    /// no segment that came.
    pub const fn of_a_call_or_timer(self) -> bool {
        matches!(
            self,
            Self::ActiveOpen
                | Self::Send
                | Self::WindowUpdate
                | Self::Close
                | Self::Abort
                | Self::UnreadData
                | Self::DelayedAck
                | Self::Override
                | Self::WindowProbe
                | Self::RetransmissionTimeout
                | Self::TailLossProbe
                | Self::KeepAlive
                | Self::KeepAliveUnanswered
                | Self::UserTimeout
                | Self::TimeWaitOver
                | Self::FinWait2Over
        )
    }

    /// Whether a real TCP would not do this: a rule was removed.
    pub const fn counterfactual(self) -> bool {
        matches!(self, Self::TwoWayHandshake | Self::NoTimeWait)
    }
}
