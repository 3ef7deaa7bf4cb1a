//! The numbers of socket calls by the names the manual gives them.
//!
//! Has no opinion on which of them matter.

use std::time::Duration;

/// Defines a table once for the numbers and the names; `None` for a number
/// that is not in it.
macro_rules! table {
    ($(#[$meta:meta])* $function:ident: $($name:ident)*) => {
        $(#[$meta])*
        fn $function(number: i32) -> Option<&'static str> {
            match number {
                $(libc::$name => Some(stringify!($name)),)*
                _ => None,
            }
        }
    };
}

table! {
    /// socket(2), address families.
    domain_name: AF_UNSPEC AF_UNIX AF_INET AF_INET6 AF_NETLINK AF_PACKET AF_BLUETOOTH AF_CAN AF_VSOCK AF_ALG AF_XDP
}
table! {
    /// socket(2), types.
    kind_name: SOCK_STREAM SOCK_DGRAM SOCK_RAW SOCK_RDM SOCK_SEQPACKET
}
table! {
    /// socket(7), options.
    socket_option: SO_DEBUG SO_REUSEADDR SO_TYPE SO_ERROR SO_DONTROUTE SO_BROADCAST SO_SNDBUF SO_RCVBUF SO_KEEPALIVE
        SO_OOBINLINE SO_PRIORITY SO_LINGER SO_REUSEPORT SO_PASSCRED SO_PEERCRED SO_RCVLOWAT SO_SNDLOWAT SO_RCVTIMEO
        SO_SNDTIMEO SO_BINDTODEVICE SO_ATTACH_FILTER SO_DETACH_FILTER SO_TIMESTAMP SO_TIMESTAMPNS SO_ACCEPTCONN
        SO_PEERSEC SO_SNDBUFFORCE SO_RCVBUFFORCE SO_MARK SO_PROTOCOL SO_DOMAIN SO_RXQ_OVFL SO_PEEK_OFF SO_BUSY_POLL
        SO_INCOMING_CPU SO_ZEROCOPY
}
table! {
    /// tcp(7), options.
    tcp_option: TCP_NODELAY TCP_MAXSEG TCP_CORK TCP_KEEPIDLE TCP_KEEPINTVL TCP_KEEPCNT TCP_SYNCNT TCP_LINGER2
        TCP_DEFER_ACCEPT TCP_WINDOW_CLAMP TCP_INFO TCP_QUICKACK TCP_CONGESTION TCP_USER_TIMEOUT TCP_FASTOPEN
        TCP_FASTOPEN_CONNECT TCP_NOTSENT_LOWAT TCP_ULP
}
table! {
    /// ip(7), options.
    ip_option: IP_TOS IP_TTL IP_HDRINCL IP_OPTIONS IP_RECVOPTS IP_PKTINFO IP_MTU_DISCOVER IP_RECVERR IP_RECVTTL
        IP_RECVTOS IP_FREEBIND IP_TRANSPARENT IP_MULTICAST_IF IP_MULTICAST_TTL IP_MULTICAST_LOOP IP_ADD_MEMBERSHIP
        IP_DROP_MEMBERSHIP IP_BIND_ADDRESS_NO_PORT
}
table! {
    /// ipv6(7), options.
    ipv6_option: IPV6_V6ONLY IPV6_UNICAST_HOPS IPV6_MULTICAST_IF IPV6_MULTICAST_HOPS IPV6_MULTICAST_LOOP
        IPV6_RECVPKTINFO IPV6_MTU_DISCOVER IPV6_RECVERR IPV6_TCLASS IPV6_RECVTCLASS IPV6_ADD_MEMBERSHIP
}

/// `AF_INET`.
pub(super) fn domain(number: i32) -> String {
    domain_name(number).map_or_else(|| format!("AF {number}"), str::to_owned)
}

/// `SOCK_STREAM`, with `|SOCK_NONBLOCK` where it is; `SOCK_CLOEXEC`, which
/// changes nothing on the wire, is left out.
pub(super) fn kind(number: i32) -> String {
    let plain = number & !(libc::SOCK_CLOEXEC | libc::SOCK_NONBLOCK);
    let name = kind_name(plain).map_or_else(|| format!("SOCK {plain}"), str::to_owned);
    if number & libc::SOCK_NONBLOCK == 0 { name } else { format!("{name}|SOCK_NONBLOCK") }
}

/// `SO_REUSEADDR`, `TCP_NODELAY`, or the numbers.
pub(super) fn option(level: i32, number: i32) -> String {
    let name = match level {
        libc::SOL_SOCKET => socket_option(number),
        libc::IPPROTO_TCP => tcp_option(number),
        libc::IPPROTO_IP => ip_option(number),
        libc::IPPROTO_IPV6 => ipv6_option(number),
        _ => None,
    };
    name.map_or_else(|| format!("level {level}, option {number}"), str::to_owned)
}

/// `SHUT_WR`.
pub(super) fn how(number: i32) -> String {
    match number {
        libc::SHUT_RD => "SHUT_RD".to_owned(),
        libc::SHUT_WR => "SHUT_WR".to_owned(),
        libc::SHUT_RDWR => "SHUT_RDWR".to_owned(),
        other => other.to_string(),
    }
}

/// The flags of a `recv` or `send`, ` | ` between them.
pub(super) fn message_flags(flags: i32) -> String {
    let known = [
        (libc::MSG_OOB, "MSG_OOB"),
        (libc::MSG_PEEK, "MSG_PEEK"),
        (libc::MSG_DONTROUTE, "MSG_DONTROUTE"),
        (libc::MSG_TRUNC, "MSG_TRUNC"),
        (libc::MSG_DONTWAIT, "MSG_DONTWAIT"),
        (libc::MSG_WAITALL, "MSG_WAITALL"),
        (libc::MSG_ERRQUEUE, "MSG_ERRQUEUE"),
        (libc::MSG_NOSIGNAL, "MSG_NOSIGNAL"),
        (libc::MSG_MORE, "MSG_MORE"),
    ];
    let names: Vec<&str> = known.iter().filter(|(flag, _)| flags & flag != 0).map(|(_, name)| *name).collect();
    names.join(" | ")
}

/// `O_NONBLOCK`, the one file status flag that matters to a socket.
pub(super) fn status_flags(flags: i32) -> &'static str {
    if flags & libc::O_NONBLOCK == 0 { "0" } else { "O_NONBLOCK" }
}

/// A span as the manual would write it in seconds: `1.5 s`.
pub(super) fn seconds(span: Duration) -> String {
    format!("{} s", span.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_their_names() {
        assert_eq!((domain(2), domain(16), domain(99)), ("AF_INET".into(), "AF_NETLINK".into(), "AF 99".into()));
        assert_eq!(kind(libc::SOCK_STREAM | libc::SOCK_CLOEXEC), "SOCK_STREAM");
        assert_eq!(kind(libc::SOCK_DGRAM | libc::SOCK_NONBLOCK), "SOCK_DGRAM|SOCK_NONBLOCK");
        assert_eq!(option(libc::SOL_SOCKET, libc::SO_REUSEADDR), "SO_REUSEADDR");
        assert_eq!(option(libc::IPPROTO_TCP, libc::TCP_NODELAY), "TCP_NODELAY");
        assert_eq!(option(77, 3), "level 77, option 3");
        assert_eq!(message_flags(libc::MSG_PEEK | libc::MSG_DONTWAIT), "MSG_PEEK | MSG_DONTWAIT");
        assert_eq!(seconds(Duration::from_millis(1500)), "1.5 s");
    }
}
