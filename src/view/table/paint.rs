//! Which colour a line has: first what was found, then what it is, as
//! Wireshark's rules order it. The sixteen colours that a reader's own theme
//! sets. A colour says nothing that the line does not say in words.

use super::Protocol;
use crate::model::TcpFlags;

/// Ends a colour.
pub(super) const PLAIN: &str = "\x1b[0m";

/// What a colour depends on.
pub(super) struct Seen {
    pub(super) protocol: Protocol,
    /// TCP was found to be in trouble.
    pub(super) bad: bool,
    pub(super) flags: TcpFlags,
    pub(super) icmp_error: bool,
}

/// The colour's ANSI sequence, if there is one.
pub(super) fn of(seen: &Seen) -> Option<&'static str> {
    let (trouble, reset, warning, opening) = ("\x1b[1;31m", "\x1b[31m", "\x1b[1;33m", "\x1b[1m");
    match seen.protocol {
        _ if seen.bad => Some(trouble),
        _ if seen.icmp_error => Some(warning),
        _ if seen.flags.contains(TcpFlags::RST) => Some(reset),
        Protocol::Arp => Some("\x1b[33m"),
        Protocol::Icmp | Protocol::Icmpv6 => Some("\x1b[35m"),
        Protocol::Http => Some("\x1b[32m"),
        _ if seen.flags.contains(TcpFlags::SYN) || seen.flags.contains(TcpFlags::FIN) => Some(opening),
        Protocol::Udp | Protocol::Dns | Protocol::MulticastDns => Some("\x1b[36m"),
        Protocol::Tcp | Protocol::Multipath | Protocol::Tls | Protocol::Ssh | Protocol::Bgp => Some("\x1b[34m"),
        Protocol::Unknown | Protocol::Link | Protocol::Ip | Protocol::Ipv6 => None,
    }
}
