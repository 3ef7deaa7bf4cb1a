//! What a line is first of all: what was found, then what it is, as
//! Wireshark's colouring rules order it; and its colour in a terminal, one of
//! the sixteen that a reader's own theme sets. A colour says nothing that the
//! line does not say in words.

use super::Protocol;
use crate::model::TcpFlags;

/// Ends a colour.
pub(super) const PLAIN: &str = "\x1b[0m";

/// What a line is first of all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineKind {
    /// TCP was found to be in trouble.
    Trouble,
    /// An ICMP error.
    Warning,
    /// A reset.
    Reset,
    /// ARP.
    Arp,
    /// ICMP that is no error.
    Icmp,
    /// HTTP.
    Http,
    /// It opens or closes a connection.
    Opening,
    /// UDP and what it carries.
    Datagram,
    /// TCP and what it carries.
    Segment,
    /// Everything else.
    Other,
}

/// What a line's kind depends on.
pub(super) struct Seen {
    pub(super) protocol: Protocol,
    /// TCP was found to be in trouble.
    pub(super) bad: bool,
    pub(super) flags: TcpFlags,
    pub(super) icmp_error: bool,
}

/// What a line is first of all.
pub(super) fn kind(seen: &Seen) -> LineKind {
    match seen.protocol {
        _ if seen.bad => LineKind::Trouble,
        _ if seen.icmp_error => LineKind::Warning,
        _ if seen.flags.contains(TcpFlags::RST) => LineKind::Reset,
        Protocol::Arp => LineKind::Arp,
        Protocol::Icmp | Protocol::Icmpv6 => LineKind::Icmp,
        Protocol::Http => LineKind::Http,
        _ if seen.flags.contains(TcpFlags::SYN) || seen.flags.contains(TcpFlags::FIN) => LineKind::Opening,
        Protocol::Udp | Protocol::Dns | Protocol::MulticastDns => LineKind::Datagram,
        Protocol::Tcp | Protocol::Multipath | Protocol::Tls | Protocol::Ssh | Protocol::Bgp => LineKind::Segment,
        Protocol::Unknown | Protocol::Link | Protocol::Ip | Protocol::Ipv6 => LineKind::Other,
    }
}

/// The colour's ANSI sequence, if there is one.
pub(super) const fn of(kind: LineKind) -> Option<&'static str> {
    Some(match kind {
        LineKind::Trouble => "\x1b[1;31m",
        LineKind::Warning => "\x1b[1;33m",
        LineKind::Reset => "\x1b[31m",
        LineKind::Arp => "\x1b[33m",
        LineKind::Icmp => "\x1b[35m",
        LineKind::Http => "\x1b[32m",
        LineKind::Opening => "\x1b[1m",
        LineKind::Datagram => "\x1b[36m",
        LineKind::Segment => "\x1b[34m",
        LineKind::Other => return None,
    })
}
