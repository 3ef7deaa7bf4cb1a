//! What ICMP errors do to TCP: which calls they end, and what their receiver
//! does next (RFC 1122 §4.2.3.9, RFC 1191, RFC 8201).
//!
//! Linux is told at once of anything "unreachable" while it opens a connection;
//! once it is open, TCP goes on and tries again.

use std::cmp::Reverse;

use super::calls::{CallIndex, CallRecord};
use super::causes::CallLink;
use super::{Datagram, DatagramContent, End, Ends, Segment, TcpConversation};
use crate::decode::IcmpMeaning;
use crate::model::{CallOutcome, Timestamp};
use crate::trace::FrameNumber;

/// What an end did with an ICMP error about its segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reaction {
    /// It sent segments with less payload from then on.
    SendsLess {
        /// The most payload in a segment before, in bytes.
        before: u32,
        /// The most afterwards.
        after: u32,
    },
    /// A call of its program failed.
    Fails(CallIndex),
    /// It went on: its next segment.
    GoesOn(FrameNumber),
}

impl TcpConversation {
    /// What the receiver of one of its [`errors`](Self::errors) did with it;
    /// `None` where neither its segments nor its calls tell.
    pub fn reaction(&self, error: &Datagram, links: &[CallLink]) -> Option<Reaction> {
        let end = error.from.peer();
        let told = |index: &&CallIndex| links.get(index.0).is_some_and(|link| link.released_by == Some(error.frame));
        if let Some(call) = self.calls.of(end).iter().find(told) {
            return Some(Reaction::Fails(*call));
        }
        let arrived = error.reached()?;
        let own = || self.segments.iter().filter(move |segment| segment.from == end);
        let next = own().find(|segment| segment.at >= arrived)?;
        if !is_too_big(error) {
            return Some(Reaction::GoesOn(next.frame));
        }
        // Of several about one flight the first is what it learns from.
        let before = |other: &&Datagram| other.frame < error.frame && other.from == error.from && is_too_big(other);
        if self.errors.iter().any(|other| before(&other)) {
            return None;
        }
        let most = |segments: &mut dyn Iterator<Item = &Segment>| segments.map(|segment| segment.length).max();
        let before = most(&mut own().filter(|segment| segment.at < arrived))?;
        let after = most(&mut own().filter(|segment| segment.at >= arrived))?;
        (0 < after && after < before).then_some(Reaction::SendsLess { before, after })
    }
}

fn is_too_big(error: &Datagram) -> bool {
    matches!(error.content, DatagramContent::Error { notice, .. } if notice.meaning == IcmpMeaning::TooBig)
}

/// Joins errors with the calls that failed of them.
pub(super) fn join(errors: &mut [Datagram], own: &Ends<Vec<CallIndex>>, calls: &[CallRecord], links: &mut [CallLink]) {
    for error in errors.iter_mut() {
        if let DatagramContent::Error { notice, .. } = error.content {
            error.cause = notice.cause();
        }
    }
    for end in End::BOTH {
        for index in own.of(end) {
            let (Some(call), Some(link)) = (calls.get(index.0), links.get_mut(index.0)) else { continue };
            let (Some(CallOutcome::Failed { error, .. }), Some(returned)) = (&call.outcome, call.returned) else {
                continue;
            };
            let came = |one: &&Datagram| {
                one.from != end
                    && may_fail_with(one, error)
                    && one.reached().is_some_and(|at: Timestamp| call.entered <= at && at <= returned)
            };
            if link.released_by.is_none() {
                let last = errors.iter().filter(came).max_by_key(|one| (one.reached(), Reverse(one.frame)));
                link.released_by = last.map(|one| one.frame);
            }
        }
    }
}

/// Whether a call may fail with `error` because of an ICMP error
/// (`icmp_err_convert` in Linux; for IPv6 `icmpv6_err_convert`).
fn may_fail_with(one: &Datagram, error: &str) -> bool {
    let DatagramContent::Error { notice, .. } = one.content else { return false };
    match notice.meaning {
        IcmpMeaning::PortUnreachable => error == "ECONNREFUSED",
        IcmpMeaning::HostUnreachable | IcmpMeaning::TimeExceeded => error == "EHOSTUNREACH",
        IcmpMeaning::NetworkUnreachable => error == "ENETUNREACH",
        IcmpMeaning::Prohibited => matches!(error, "EHOSTUNREACH" | "ENETUNREACH" | "EACCES"),
        IcmpMeaning::TooBig | IcmpMeaning::EchoRequest | IcmpMeaning::EchoReply => false,
        IcmpMeaning::Other => matches!(error, "ENOPROTOOPT" | "EPROTO" | "EHOSTDOWN" | "ENONET" | "EOPNOTSUPP"),
    }
}

#[cfg(test)]
mod tests;
