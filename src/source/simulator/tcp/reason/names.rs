//! What rules are called in files and on the command line, and what the
//! sections are called that hold them.

use super::Reason;

/// The titles of the sections that rules cite, as they stand in the RFCs. A
/// section whose title was not looked up is cited by its number.
const TITLES: &[(u16, &str, &str)] = &[
    (1191, "3", "Host specification"),
    (1337, "3", "Fixes for TWA Hazards"),
    (2525, "2.17", "Failure to RST on close with data pending"),
    (4987, "3.6", "SYN Cookies"),
    (5681, "3.1", "Slow Start and Congestion Avoidance"),
    (5681, "3.2", "Fast Retransmit/Fast Recovery"),
    (5681, "4.2", "Generating Acknowledgments"),
    (5961, "3.2", "Mitigation"),
    (5961, "4.2", "Mitigation"),
    (5961, "5.2", "Mitigation"),
    (5961, "7", "ACK Throttling"),
    (6191, "2", "Improved Processing of Incoming Connection Requests"),
    (6298, "5", "Managing the RTO Timer"),
    (6582, "3.2", "Specification"),
    (6675, "5", "Algorithm Details"),
    (7323, "3.2", "Timestamps Option"),
    (7323, "5.3", "Basic PAWS Algorithm"),
    (8985, "7", "TLP Algorithm Details"),
    (9293, "3.5", "Establishing a Connection"),
    (9293, "3.5.3", "Reset Processing"),
    (9293, "3.6.1", "Half-Closed Connections"),
    (9293, "3.8.4", "TCP Keep-Alives"),
    (9293, "3.8.5", "The Communication of Urgent Information"),
    (9293, "3.8.6.1", "Zero-Window Probing"),
    (9293, "3.8.6.2.1", "Sender's Algorithm -- When to Send Data"),
    (9293, "3.8.6.2.2", "Receiver's Algorithm -- When to Send a Window Update"),
    (9293, "3.8.6.3", "Delayed Acknowledgments -- When to Send an ACK Segment"),
    (9293, "3.9.2.2", "ICMP Messages"),
    (9293, "3.10.1", "OPEN Call"),
    (9293, "3.10.2", "SEND Call"),
    (9293, "3.10.4", "CLOSE Call"),
    (9293, "3.10.5", "ABORT Call"),
    (9293, "3.10.7.1", "CLOSED STATE"),
    (9293, "3.10.7.2", "LISTEN STATE"),
    (9293, "3.10.7.3", "SYN-SENT STATE"),
    (9293, "3.10.7.4", "Other States"),
    (9293, "3.10.8", "Timeouts"),
];

/// The title of a section; empty where it is not in the table.
pub(super) const fn title(rfc: u16, section: &str) -> &'static str {
    let mut rest = TITLES;
    while let [(known, theirs, title), more @ ..] = rest {
        if *known == rfc && same(theirs.as_bytes(), section.as_bytes()) {
            return title;
        }
        rest = more;
    }
    ""
}

const fn same(mut one: &[u8], mut other: &[u8]) -> bool {
    while let ([first, rest @ ..], [second, others @ ..]) = (one, other) {
        if *first != *second {
            return false;
        }
        (one, other) = (rest, others);
    }
    one.is_empty() && other.is_empty()
}

impl Reason {
    /// Every rule.
    pub const ALL: &'static [Self] = &[
        Self::ActiveOpen,
        Self::Send,
        Self::WindowUpdate,
        Self::Close,
        Self::Abort,
        Self::UnreadData,
        Self::NoConnection,
        Self::ResetForNobody,
        Self::SynToListener,
        Self::AckToListener,
        Self::ResetToListener,
        Self::NothingForListener,
        Self::QueueFull,
        Self::SynQueueFull,
        Self::CookieSent,
        Self::CookieAccepted,
        Self::TwoWayHandshake,
        Self::AckOfNothingSent,
        Self::Refused,
        Self::ResetWithoutAck,
        Self::NeitherSynNorReset,
        Self::SynAcknowledged,
        Self::SimultaneousOpen,
        Self::NotAcceptable,
        Self::OldTimestamp,
        Self::MissingTimestamp,
        Self::Reset,
        Self::ResetChallenged,
        Self::ResetOutsideWindow,
        Self::ResetBackToListen,
        Self::SynChallenged,
        Self::ChallengeLimit,
        Self::NoAckBit,
        Self::SynAckAgain,
        Self::HandshakeComplete,
        Self::WrongAckInHandshake,
        Self::AckOfTheFuture,
        Self::AckTooOld,
        Self::FinAcknowledged,
        Self::DataAfterClose,
        Self::FinReceived,
        Self::TextAfterFin,
        Self::FinAgain,
        Self::TimeWaitReused,
        Self::OldSynInTimeWait,
        Self::ResetInTimeWait,
        Self::UrgentInLine,
        Self::SoftError,
        Self::Unreachable,
        Self::HardError,
        Self::PathMtu,
        Self::ErrorOfNothingSent,
        Self::EverySecondSegment,
        Self::DelayedAck,
        Self::AckAtOnce,
        Self::QuickAck,
        Self::OutOfOrder,
        Self::HoleFilled,
        Self::DuplicateData,
        Self::AckMadeRoom,
        Self::LimitedTransmit,
        Self::Override,
        Self::WindowProbe,
        Self::RetransmissionTimeout,
        Self::AfterTimeout,
        Self::FastRetransmit,
        Self::PartialAck,
        Self::ReportedHole,
        Self::WindowOpened,
        Self::TailLossProbe,
        Self::KeepAlive,
        Self::KeepAliveUnanswered,
        Self::UserTimeout,
        Self::TimeWaitOver,
        Self::NoTimeWait,
        Self::FinWait2Over,
    ];

    /// What it is called in files and in JSON; it does not change.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ActiveOpen => "active-open",
            Self::Send => "send",
            Self::WindowUpdate => "window-update",
            Self::Close => "close",
            Self::Abort => "abort",
            Self::UnreadData => "unread-data",
            Self::NoConnection => "no-connection",
            Self::ResetForNobody => "reset-for-nobody",
            Self::SynToListener => "syn-to-listener",
            Self::AckToListener => "ack-to-listener",
            Self::ResetToListener => "reset-to-listener",
            Self::NothingForListener => "nothing-for-listener",
            Self::QueueFull => "queue-full",
            Self::SynQueueFull => "syn-queue-full",
            Self::CookieSent => "cookie-sent",
            Self::CookieAccepted => "cookie-accepted",
            Self::TwoWayHandshake => "two-way-handshake",
            Self::AckOfNothingSent => "ack-of-nothing-sent",
            Self::Refused => "refused",
            Self::ResetWithoutAck => "reset-without-ack",
            Self::NeitherSynNorReset => "neither-syn-nor-reset",
            Self::SynAcknowledged => "syn-acknowledged",
            Self::SimultaneousOpen => "simultaneous-open",
            Self::NotAcceptable => "not-acceptable",
            Self::OldTimestamp => "old-timestamp",
            Self::MissingTimestamp => "missing-timestamp",
            Self::Reset => "reset",
            Self::ResetChallenged => "reset-challenged",
            Self::ResetOutsideWindow => "reset-outside-window",
            Self::ResetBackToListen => "reset-back-to-listen",
            Self::SynChallenged => "syn-challenged",
            Self::ChallengeLimit => "challenge-limit",
            Self::NoAckBit => "no-ack-bit",
            Self::SynAckAgain => "syn-ack-again",
            Self::HandshakeComplete => "handshake-complete",
            Self::WrongAckInHandshake => "wrong-ack-in-handshake",
            Self::AckOfTheFuture => "ack-of-the-future",
            Self::AckTooOld => "ack-too-old",
            Self::FinAcknowledged => "fin-acknowledged",
            Self::DataAfterClose => "data-after-close",
            Self::FinReceived => "fin-received",
            Self::TextAfterFin => "text-after-fin",
            Self::FinAgain => "fin-again",
            Self::TimeWaitReused => "time-wait-reused",
            Self::OldSynInTimeWait => "old-syn-in-time-wait",
            Self::ResetInTimeWait => "reset-in-time-wait",
            Self::UrgentInLine => "urgent-in-line",
            Self::SoftError => "soft-error",
            Self::Unreachable => "unreachable",
            Self::HardError => "hard-error",
            Self::PathMtu => "path-mtu",
            Self::ErrorOfNothingSent => "error-of-nothing-sent",
            Self::EverySecondSegment => "every-second-segment",
            Self::DelayedAck => "delayed-ack",
            Self::AckAtOnce => "ack-at-once",
            Self::QuickAck => "quick-ack",
            Self::OutOfOrder => "out-of-order",
            Self::HoleFilled => "hole-filled",
            Self::DuplicateData => "duplicate-data",
            Self::AckMadeRoom => "ack-made-room",
            Self::LimitedTransmit => "limited-transmit",
            Self::Override => "override",
            Self::WindowProbe => "window-probe",
            Self::RetransmissionTimeout => "retransmission-timeout",
            Self::AfterTimeout => "after-timeout",
            Self::FastRetransmit => "fast-retransmit",
            Self::PartialAck => "partial-ack",
            Self::ReportedHole => "reported-hole",
            Self::WindowOpened => "window-opened",
            Self::TailLossProbe => "tail-loss-probe",
            Self::KeepAlive => "keep-alive",
            Self::KeepAliveUnanswered => "keep-alive-unanswered",
            Self::UserTimeout => "user-timeout",
            Self::TimeWaitOver => "time-wait-over",
            Self::NoTimeWait => "no-time-wait",
            Self::FinWait2Over => "fin-wait-2-over",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_rule_has_a_name_of_its_own_and_every_title_is_cited() {
        let names: BTreeSet<&str> = Reason::ALL.iter().map(|reason| reason.name()).collect();
        assert_eq!(names.len(), Reason::ALL.len());
        for reason in Reason::ALL {
            let spoken = format!("{reason:?}").to_lowercase();
            assert_eq!(reason.name().replace('-', ""), spoken);
        }
        let cited: BTreeSet<(u16, &str, &str)> = Reason::ALL
            .iter()
            .filter_map(|reason| reason.citation())
            .map(|cited| (cited.rfc, cited.section, cited.title))
            .collect();
        let (untitled, titled): (Vec<_>, Vec<_>) = cited.into_iter().partition(|(.., title)| title.is_empty());
        assert_eq!(untitled, [(3042, "2", "")]);
        assert_eq!(titled.len(), TITLES.len(), "every title is cited");
    }
}
