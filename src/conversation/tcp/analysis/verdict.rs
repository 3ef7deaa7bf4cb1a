//! Our own verdict, where tshark misleads or says nothing.
//!
//! Each rule looks at what tshark found and at what was known before the
//! segment; it either says something else instead, takes a finding back, or
//! adds one. Says only what the capture proves.

/// The answer to a segment that cannot belong to the connection.
mod challenge_ack;
/// Bytes that arrived twice.
mod d_sack;
/// What three duplicate ACKs asked for.
mod fast;
/// A FIN sent again after it was acknowledged.
mod fin_again;
/// The round trip of a real handshake.
mod handshake_rtt;
/// It acknowledges nothing.
mod no_ack_bit;
/// One byte is a retransmission, no keep-alive.
mod one_byte;
/// Zero-window probes of other kinds.
mod probe;
/// A copy is not out of order.
mod repeat;
/// An ACK again with nothing outstanding.
mod repeated_ack;
/// Two SYNs that crossed.
mod simultaneous_open;
/// The last segment again.
mod tail_loss_probe;
/// The retransmission timer went off.
mod timeout;

pub(super) use handshake_rtt::ends_handshake;

use super::{Connection, Findings, Half, Passage, Segment};
use crate::decode::TcpHeader;
use crate::model::SeqNumber;

/// What is to be told of a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finding {
    /// tshark's name where tshark has one, or `wirelens.…`.
    pub name: &'static str,
    /// What tshark says in its place.
    pub instead_of: Option<&'static str>,
}

/// Our rules that applied, as a set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Verdicts(u32);

/// One of them.
struct Rule {
    verdict: Verdicts,
    /// What it says; `None` where it only takes something back.
    name: Option<&'static str>,
    /// Findings of tshark's that are wrong then.
    instead_of: Findings,
}

macro_rules! verdicts {
    ($($(#[$doc:meta])* $id:ident = $bit:literal, $name:expr, [$($wrong:ident)*];)*) => {
        impl Verdicts {
            $($(#[$doc])* pub(super) const $id: Self = Self(1 << $bit);)*
        }

        const RULES: &[Rule] = &[$(Rule {
            verdict: Verdicts::$id,
            name: $name,
            instead_of: Findings::NONE$(.union(Findings::$wrong))*,
        },)*];
    };
}

verdicts! {
    ONE_BYTE = 0, Some("tcp.analysis.retransmission"), [KEEP_ALIVE];
    NOT_KEPT_ALIVE = 1, Some("tcp.analysis.duplicate_ack"), [KEEP_ALIVE_ACK];
    SIMULTANEOUS_OPEN = 2, Some("wirelens.simultaneous_open"), [RETRANSMISSION FAST_RETRANSMISSION OUT_OF_ORDER];
    HANDSHAKE_WINDOW = 3, None, [WINDOW_UPDATE];
    REPEATED_ACK = 4, Some("wirelens.repeated_ack"), [DUPLICATE_ACK];
    CHALLENGE_ACK = 5, Some("wirelens.challenge_ack"),
        [DUPLICATE_ACK WINDOW_UPDATE LOST_SEGMENT ACK_LOST_SEGMENT KEEP_ALIVE_ACK];
    ANSWER_AFTER_CHALLENGE = 6, None,
        [REUSED_PORTS LOST_SEGMENT ACK_LOST_SEGMENT RETRANSMISSION FAST_RETRANSMISSION OUT_OF_ORDER];
    FIN_AGAIN = 7, Some("tcp.analysis.spurious_retransmission"), [RETRANSMISSION OUT_OF_ORDER];
    REPEAT = 8, Some("tcp.analysis.retransmission"), [OUT_OF_ORDER];
    NO_ACK_BIT = 9, Some("wirelens.no_ack_bit"), [DUPLICATE_ACK];
    D_SACK = 10, Some("wirelens.d_sack"), [DUPLICATE_ACK];
    PROBE = 11, Some("tcp.analysis.zero_window_probe"),
        [KEEP_ALIVE RETRANSMISSION FAST_RETRANSMISSION OUT_OF_ORDER];
    PROBE_ACK = 12, Some("tcp.analysis.zero_window_probe_ack"), [];
    FAST = 13, Some("tcp.analysis.fast_retransmission"), [RETRANSMISSION OUT_OF_ORDER];
    NOT_FAST = 14, Some("tcp.analysis.retransmission"), [FAST_RETRANSMISSION];
    TIMEOUT = 15, Some("wirelens.retransmission_timeout"), [];
    TAIL_LOSS_PROBE = 16, Some("wirelens.tail_loss_probe"), [];
}

impl Verdicts {
    const NONE: Self = Self(0);

    const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    fn add(&mut self, other: Self, applies: bool) {
        if applies {
            self.0 |= other.0;
        }
    }

    /// tshark's findings that hold, then what our rules say.
    pub(super) fn findings(self, found: Findings) -> impl Iterator<Item = Finding> {
        let rules = RULES.iter().filter(move |rule| self.contains(rule.verdict));
        let wrong = rules.clone().fold(Findings::NONE, |wrong, rule| wrong | rule.instead_of);
        // tshark says `retransmission` beside its more special kinds.
        let special = Findings::FAST_RETRANSMISSION | Findings::SPURIOUS_RETRANSMISSION;
        let said = if found.intersects(special) { found.without(Findings::RETRANSMISSION) } else { found };
        let kept = said.without(wrong).names().map(|(_, name)| Finding { name, instead_of: None });
        let ours = rules.filter_map(move |rule| {
            let instead_of = said.names().find(|(finding, _)| rule.instead_of.contains(*finding));
            rule.name.map(|name| Finding { name, instead_of: instead_of.map(|(_, name)| name) })
        });
        kept.chain(ours)
    }
}

/// What our rules look at: the segment, what tshark found, and what was known
/// before.
#[derive(Clone, Copy)]
struct Case<'a> {
    segment: &'a Segment,
    tcp: &'a TcpHeader,
    found: Findings,
    connection: &'a Connection,
    sender: &'a Half,
    peer: &'a Half,
}

/// Asks every rule. Runs after tshark's rules and before the segment changes
/// what is known.
pub(super) fn judge(passage: &Passage<'_>, segment: &Segment, connection: &Connection, found: Findings) -> Verdicts {
    let (sender, peer) = (connection.half(passage.sender), connection.half(passage.sender.peer()));
    let case = Case { segment, tcp: passage.tcp, found, connection, sender, peer };
    let mut verdicts = Verdicts::NONE;
    verdicts.add(Verdicts::CHALLENGE_ACK, challenge_ack::challenge_ack(&case));
    verdicts.add(Verdicts::D_SACK, d_sack::d_sack(&case));
    verdicts.add(Verdicts::PROBE, probe::probe(&case));
    verdicts.add(Verdicts::PROBE_ACK, probe::probe_ack(&case));
    if found.is_empty() {
        return verdicts;
    }
    verdicts.add(Verdicts::HANDSHAKE_WINDOW, simultaneous_open::handshake_window(&case));
    verdicts.add(Verdicts::ANSWER_AFTER_CHALLENGE, challenge_ack::answer_after_challenge(&case));
    if found.contains(Findings::DUPLICATE_ACK) && verdicts == Verdicts::NONE {
        verdicts.add(Verdicts::NO_ACK_BIT, no_ack_bit::no_ack_bit(&case));
        verdicts.add(Verdicts::REPEATED_ACK, repeated_ack::repeated_ack(&case));
    }
    verdicts.add(Verdicts::NOT_KEPT_ALIVE, one_byte::not_kept_alive(&case));
    if found.intersects(AGAIN) && verdicts == Verdicts::NONE {
        verdicts = sent_again(&case);
    }
    verdicts
}

/// tshark's names for what was sent before.
const AGAIN: Findings = Findings::RETRANSMISSION.union(Findings::OUT_OF_ORDER).union(Findings::KEEP_ALIVE);

/// At most one rule says what it is; where it was sent again, one more may say
/// why.
fn sent_again(case: &Case<'_>) -> Verdicts {
    let mut verdicts = Verdicts::NONE;
    if simultaneous_open::simultaneous_open(case) {
        return Verdicts::SIMULTANEOUS_OPEN;
    } else if fin_again::fin_again(case) {
        return Verdicts::FIN_AGAIN;
    } else if fast::fast(case) {
        return Verdicts::FAST;
    }
    verdicts.add(Verdicts::NOT_FAST, fast::not_fast(case));
    verdicts.add(Verdicts::ONE_BYTE, one_byte::one_byte(case));
    verdicts.add(Verdicts::REPEAT, repeat::repeat(case));
    let again = case.found.contains(Findings::RETRANSMISSION) || verdicts != Verdicts::NONE;
    let because = case
        .found
        .without(Findings::RETRANSMISSION)
        .intersects(Findings::FAST_RETRANSMISSION | Findings::SPURIOUS_RETRANSMISSION);
    if again && (!because || verdicts.contains(Verdicts::NOT_FAST)) {
        verdicts.add(Verdicts::TIMEOUT, timeout::timeout(case));
        verdicts.add(Verdicts::TAIL_LOSS_PROBE, tail_loss_probe::tail_loss_probe(case));
    }
    verdicts
}

/// Takes in what the rules will ask of later segments. Runs after the segment
/// changed what tshark's rules know.
pub(super) fn remember(
    passage: &Passage<'_>,
    segment: &Segment,
    connection: &mut Connection,
    found: Findings,
    verdicts: Verdicts,
) {
    let flags = segment.flags;
    connection.half_mut(passage.sender.peer()).own.answered = true;
    let sender = connection.half_mut(passage.sender);
    let shift = sender.shift;
    let own = &mut sender.own;
    if flags.ack() {
        if own.acked != Some(segment.ack) || segment.length > 0 || flags.syn() || flags.fin() {
            own.duplicates = 0;
        }
        own.acked = Some(latest(own.acked, segment.ack));
        let window = if flags.syn() { Some(segment.window) } else { shift.known_window(segment.window) };
        if let Some(window) = window {
            own.right_edge = Some(latest(own.right_edge, segment.ack + window));
        }
    }
    if found.contains(Findings::DUPLICATE_ACK) && !verdicts.contains(Verdicts::REPEATED_ACK) {
        own.duplicates = own.duplicates.saturating_add(1);
    }
    if segment.uses_numbers() {
        own.answered = false;
        let again = found.intersects(AGAIN);
        own.resent = if again { Some(segment.seq) } else { own.resent };
    }
    own.asked |= flags.syn() && !flags.ack();
    own.agreed |= flags.syn() && flags.ack();
    own.challenged |= verdicts.contains(Verdicts::CHALLENGE_ACK) && !own.asked && !own.agreed;
    own.last = verdicts;
    own.last_flags = flags;
    own.last_seq = segment.seq;
}

fn latest(one: Option<SeqNumber>, other: SeqNumber) -> SeqNumber {
    one.map_or(other, |one| one.latest(other))
}

/// Each of our rules shown by a tiny capture.
#[cfg(test)]
mod tests;
