//! Asking the kernel about its sockets: sock_diag(7).
//!
//! Owns the bytes of questions and answers. Has no opinion on when to ask.
//!
//! Parsed by hand: the messages are a few fixed structures, and every length
//! in them is checked. `netlink-packet-sock-diag` gives up on a whole answer
//! where one attribute surprises it, and drops how long TIME-WAIT still lasts.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::os::fd::{AsFd as _, OwnedFd};

use netlink_sys::{Socket, SocketAddr as Group, protocols::NETLINK_SOCK_DIAG};
use rustix::net::sockopt::set_socket_recv_buffer_size;

use crate::model::{Protocol, SocketQueues, SocketState, SocketTimer, Span, TcpMetrics, TcpState, TimerKind};

/// `SOCK_DIAG_BY_FAMILY` of `<linux/sock_diag.h>`.
const BY_FAMILY: u16 = 20;
/// `NLMSG_ERROR`, `NLMSG_DONE`.
const ERROR: u16 = 2;
const DONE: u16 = 3;
/// `NLM_F_REQUEST | NLM_F_DUMP`.
const DUMP: u16 = 0x301;
/// The length of `nlmsghdr`; lengths are rounded up to 4.
const HEADER: usize = 16;
/// The length of `nlmsghdr` and `inet_diag_req_v2`.
const QUESTION: usize = 72;
/// The length of `inet_diag_msg`; attributes follow.
const FIXED: usize = 72;
/// `INET_DIAG_INFO`, `INET_DIAG_PROTOCOL`.
const INFO: u16 = 2;
const PROTOCOL: u16 = 10;
/// `SKNLGRP_INET_TCP_DESTROY` and its three sisters, as a mask.
const DESTROYED: u32 = 0b1111;
/// Every state of `<net/tcp_states.h>` but `TCP_BOUND_INACTIVE`, which has no
/// name in the RFC: it costs a walk through one more table.
const STATES: u32 = 0x1ffe;
/// Room for the kernel's own words about destroyed sockets, in bytes.
const RECEIVE_BUFFER: usize = 4 << 20;

/// A socket to ask, of the network namespace this is called in: it stays
/// there whoever uses it. It also hears of every TCP and UDP socket that is
/// destroyed.
pub(in crate::source) fn open() -> io::Result<OwnedFd> {
    let mut socket = Socket::new(NETLINK_SOCK_DIAG)?;
    // Only a comfort; without privilege net.core.rmem_max is the limit.
    set_socket_recv_buffer_size(&socket, RECEIVE_BUFFER).ok();
    socket.bind(&Group::new(0, DESTROYED)).or_else(|_| socket.bind(&Group::new(0, 0)))?;
    socket.as_fd().try_clone_to_owned()
}

/// Something that can be asked for in one go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Question {
    pub(super) protocol: Protocol,
    /// Sockets of IPv6, and not of IPv4.
    pub(super) ipv6: bool,
}

impl Question {
    /// All there is to know.
    pub(super) const ALL: [Self; 4] = [
        Self { protocol: Protocol::Tcp, ipv6: false },
        Self { protocol: Protocol::Tcp, ipv6: true },
        Self { protocol: Protocol::Udp, ipv6: false },
        Self { protocol: Protocol::Udp, ipv6: true },
    ];

    /// As it is asked; the answers carry `sequence`.
    pub(super) fn bytes(self, sequence: u32) -> [u8; QUESTION] {
        let family = if self.ipv6 { libc::AF_INET6 } else { libc::AF_INET };
        let mut bytes = [0; QUESTION];
        let fields: [&[u8]; 8] = [
            &72_u32.to_ne_bytes(),
            &BY_FAMILY.to_ne_bytes(),
            &DUMP.to_ne_bytes(),
            &sequence.to_ne_bytes(),
            &[0; 4],
            &[u8::try_from(family).unwrap_or(0), self.number(), 1 << (INFO - 1), 0],
            &STATES.to_ne_bytes(),
            // Any addresses, any ports.
            &[0; 48],
        ];
        for (byte, value) in bytes.iter_mut().zip(fields.into_iter().flatten()) {
            *byte = *value;
        }
        bytes
    }

    /// As in an IP header.
    const fn number(self) -> u8 {
        match self.protocol {
            Protocol::Tcp => 6,
            Protocol::Udp => 17,
        }
    }
}

/// What tells a socket from all others for as long as the system runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cookie(u64);

#[cfg(test)]
impl Cookie {
    pub(super) const fn of(number: u64) -> Self {
        Self(number)
    }
}

/// One message of the kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// A socket there is.
    Socket(Cookie, SocketState),
    /// A socket that is no more.
    Destroyed(Cookie, SocketState),
    /// The answer is complete.
    Done,
    /// The question was refused: the number of the error.
    Refused(i32),
    /// It cannot be read, or is none we know.
    Unreadable,
}

/// The messages in what was received at once. `asked` is the question they
/// answer and the number it carried; what carries none was said unasked, and
/// what carries another answers nobody any more. The sockets' `within` is left
/// at zero.
pub(super) fn messages(mut bytes: &[u8], asked: Option<(Question, u32)>) -> Vec<Told> {
    let mut told = Vec::new();
    while !bytes.is_empty() {
        let header = (|| {
            let length = usize::try_from(u32_at(bytes, 0)?).ok()?;
            let body = bytes.get(HEADER..length)?;
            Some((length, u16_at(bytes, 4)?, u32_at(bytes, 8)?, body))
        })();
        let Some((length, kind, sequence, body)) = header else {
            told.push(Told::Unreadable);
            return told;
        };
        let answers = asked.filter(|(_, number)| *number == sequence);
        if sequence == 0 || answers.is_some() {
            let read = match (kind, answers) {
                (DONE, Some(_)) => Some(Told::Done),
                (ERROR, Some(_)) => u32_at(body, 0).map(|error| Told::Refused(error.cast_signed().saturating_neg())),
                (BY_FAMILY, Some((question, _))) => {
                    socket(body, question.protocol).map(|(cookie, state)| Told::Socket(cookie, state))
                }
                (BY_FAMILY, None) => destroyed(body),
                _ => None,
            };
            told.push(read.unwrap_or(Told::Unreadable));
        }
        bytes = bytes.get(length.next_multiple_of(4)..).unwrap_or_default();
    }
    told
}

fn destroyed(body: &[u8]) -> Option<Told> {
    let protocol = match attribute(body, PROTOCOL)? {
        [6, ..] => Protocol::Tcp,
        [17, ..] => Protocol::Udp,
        _ => return None,
    };
    let (cookie, state) = socket(body, protocol)?;
    // Its queues hold what is left of its accounts, which is no number of
    // bytes; and nobody waits any more.
    Some(Told::Destroyed(cookie, SocketState { destroyed: true, queues: None, timer: None, ..state }))
}

/// An `inet_diag_msg` with its attributes.
fn socket(body: &[u8], protocol: Protocol) -> Option<(Cookie, SocketState)> {
    let fixed: &[u8; FIXED] = body.first_chunk()?;
    let [family, state, timer, retries, ..] = *fixed;
    let port = |at| fixed.get(at..)?.first_chunk().map(|bytes| u16::from_be_bytes(*bytes));
    let address = |at: usize, port| {
        let address = fixed.get(at..)?.first_chunk::<16>()?;
        let ip = match i32::from(family) {
            libc::AF_INET => IpAddr::from(Ipv4Addr::from_octets(*address.first_chunk()?)),
            libc::AF_INET6 => IpAddr::from(Ipv6Addr::from_octets(*address)).to_canonical(),
            _ => return None,
        };
        Some(SocketAddr::new(ip, port))
    };
    let local = address(8, port(4)?)?;
    let peer = address(24, port(6)?)?;
    let cookie = Cookie(u64::from(u32_at(fixed, 44)?) | u64::from(u32_at(fixed, 48)?) << 32);
    let number = |at| u32_at(fixed, at);
    let state = match protocol {
        Protocol::Tcp => Some(tcp_state(state)?),
        Protocol::Udp => None,
    };
    let kind = match timer {
        1 => Some(TimerKind::Retransmission),
        2 => Some(TimerKind::Keepalive),
        3 => Some(TimerKind::TimeWait),
        4 => Some(TimerKind::ZeroWindowProbe),
        _ => None,
    };
    let expires_ms = number(52)?;
    let measured = protocol == Protocol::Tcp && state != Some(TcpState::Listen) && peer.port() != 0;
    let state = SocketState {
        protocol,
        local,
        peer: (peer.port() != 0).then_some(peer),
        state,
        within: Span::ZERO,
        destroyed: false,
        queues: Some(SocketQueues { recv: number(56)?, send: number(60)? }),
        timer: kind.map(|kind| SocketTimer { kind, expires_ms, retries }),
        metrics: attribute(body, INFO).filter(|_| measured).and_then(metrics),
    };
    Some((cookie, state))
}

/// Linux's states (`<net/tcp_states.h>`) by the RFC's names. A request that
/// waits for the handshake's last ACK (`TCP_NEW_SYN_RECV`) is in SYN-RECEIVED.
const fn tcp_state(number: u8) -> Option<TcpState> {
    Some(match number {
        1 => TcpState::Established,
        2 => TcpState::SynSent,
        3 | 12 => TcpState::SynReceived,
        4 => TcpState::FinWait1,
        5 => TcpState::FinWait2,
        6 => TcpState::TimeWait,
        7 => TcpState::Closed,
        8 => TcpState::CloseWait,
        9 => TcpState::LastAck,
        10 => TcpState::Listen,
        11 => TcpState::Closing,
        _ => return None,
    })
}

/// What we want of `tcp_info`; `None` where a kernel gives less.
fn metrics(info: &[u8]) -> Option<TcpMetrics> {
    Some(TcpMetrics {
        rtt_us: u32_at(info, 68)?,
        rttvar_us: u32_at(info, 72)?,
        cwnd: u32_at(info, 80)?,
        retransmits: u32_at(info, 100)?,
    })
}

/// The first attribute of this kind behind the fixed part.
fn attribute(body: &[u8], wanted: u16) -> Option<&[u8]> {
    let mut rest = body.get(FIXED..)?;
    loop {
        let length = usize::from(u16_at(rest, 0)?);
        let kind = u16_at(rest, 2)?;
        let value = rest.get(4..length)?;
        if kind == wanted {
            return Some(value);
        }
        rest = rest.get(length.next_multiple_of(4)..)?;
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().map(|bytes| u16::from_ne_bytes(*bytes))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|bytes| u32::from_ne_bytes(*bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TCP: Question = Question::ALL[0];
    const TCP6: Question = Question::ALL[1];
    const UDP: Question = Question::ALL[2];
    const NUMBER: u32 = 7;

    /// A message of the kernel.
    fn message(kind: u16, sequence: u32, body: &[u8]) -> Vec<u8> {
        let length = u32::try_from(HEADER + body.len()).unwrap();
        let mut bytes = [length.to_ne_bytes(), [0; 4], sequence.to_ne_bytes(), [0; 4]].concat();
        bytes[4..6].copy_from_slice(&kind.to_ne_bytes());
        bytes.extend(body);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        bytes
    }

    /// An `inet_diag_msg` of 127.0.0.1:9999 and 127.0.0.1:40000.
    fn fixed(state: u8, timer: [u8; 2], expires: u32, queues: [u32; 2]) -> Vec<u8> {
        let mut body = vec![2, state, timer[0], timer[1]];
        body.extend([9999_u16.to_be_bytes(), 40_000_u16.to_be_bytes()].concat());
        for _ in 0..2 {
            body.extend([127, 0, 0, 1]);
            body.extend([0; 12]);
        }
        body.extend([0; 4]);
        body.extend([0x11_u32.to_ne_bytes(), 0x22_u32.to_ne_bytes()].concat());
        for number in [expires, queues[0], queues[1], 1000, 4711] {
            body.extend(number.to_ne_bytes());
        }
        assert_eq!(body.len(), FIXED);
        body
    }

    fn attribute(kind: u16, value: &[u8]) -> Vec<u8> {
        let mut bytes = [u16::try_from(4 + value.len()).unwrap().to_ne_bytes(), kind.to_ne_bytes()].concat();
        bytes.extend(value);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        bytes
    }

    /// A `tcp_info` in which each number is its own place.
    fn info(length: usize) -> Vec<u8> {
        (0..).step_by(4).flat_map(u32::to_ne_bytes).take(length).collect()
    }

    fn expected(state: TcpState) -> SocketState {
        SocketState {
            protocol: Protocol::Tcp,
            local: "127.0.0.1:9999".parse().unwrap(),
            peer: Some("127.0.0.1:40000".parse().unwrap()),
            state: Some(state),
            within: Span::ZERO,
            destroyed: false,
            queues: Some(SocketQueues { recv: 5, send: 9 }),
            timer: None,
            metrics: None,
        }
    }

    fn only(bytes: &[u8], question: Question) -> Told {
        let told = messages(bytes, Some((question, NUMBER)));
        assert_eq!(told.len(), 1, "{told:?}");
        told[0]
    }

    fn only_state(bytes: &[u8], question: Question) -> SocketState {
        let told = only(bytes, question);
        let Told::Socket(Cookie(0x22_0000_0011), state) = told else { panic!("{told:?}") };
        state
    }

    #[test]
    fn a_question_is_what_the_kernel_expects() {
        let bytes = UDP.bytes(0x0102_0304);
        assert_eq!(u32_at(&bytes, 0), Some(72));
        assert_eq!((u16_at(&bytes, 4), u16_at(&bytes, 6)), (Some(20), Some(0x301)));
        assert_eq!(u32_at(&bytes, 8), Some(0x0102_0304));
        assert_eq!(bytes[16..20], [2, 17, 2, 0]);
        assert_eq!(u32_at(&bytes, 20), Some(STATES));
        assert_eq!(TCP6.bytes(1)[16..18], [10, 6]);
    }

    #[test]
    fn a_connection_is_told_with_what_tcp_measured() {
        let body = [fixed(1, [1, 2], 204, [5, 9]), attribute(8, &[0]), attribute(INFO, &info(248))].concat();
        let told = only_state(&message(BY_FAMILY, NUMBER, &body), TCP);
        let timer = SocketTimer { kind: TimerKind::Retransmission, expires_ms: 204, retries: 2 };
        let metrics = TcpMetrics { rtt_us: 68, rttvar_us: 72, cwnd: 80, retransmits: 100 };
        let (timer, metrics) = (Some(timer), Some(metrics));
        assert_eq!(told, SocketState { timer, metrics, ..expected(TcpState::Established) });
    }

    /// Each of Linux's numbers, in order from 1.
    #[test]
    fn states_have_the_names_of_the_rfc() {
        let names = [
            "ESTABLISHED",
            "SYN-SENT",
            "SYN-RECEIVED",
            "FIN-WAIT-1",
            "FIN-WAIT-2",
            "TIME-WAIT",
            "CLOSED",
            "CLOSE-WAIT",
            "LAST-ACK",
            "LISTEN",
            "CLOSING",
            "SYN-RECEIVED",
        ];
        for (number, name) in (1..).zip(names) {
            assert_eq!(tcp_state(number).map(TcpState::name), Some(name), "{number}");
        }
        assert_eq!((tcp_state(0), tcp_state(13), tcp_state(255)), (None, None, None));
    }

    #[test]
    fn time_wait_has_a_timer_and_nothing_measured() {
        let told = only_state(&message(BY_FAMILY, NUMBER, &fixed(6, [3, 0], 59_996, [0, 0])), TCP);
        assert_eq!(told.timer, Some(SocketTimer { kind: TimerKind::TimeWait, expires_ms: 59_996, retries: 0 }));
        assert_eq!((told.state, told.metrics), (Some(TcpState::TimeWait), None));
    }

    #[test]
    fn a_listener_has_no_peer_and_an_accept_queue() {
        let mut body = fixed(10, [0, 0], 0, [3, 5]);
        body[6..8].fill(0);
        body.extend(attribute(INFO, &info(248)));
        let told = only_state(&message(BY_FAMILY, NUMBER, &body), TCP);
        let queues = Some(SocketQueues { recv: 3, send: 5 });
        assert_eq!(told, SocketState { peer: None, queues, ..expected(TcpState::Listen) });
    }

    #[test]
    fn a_socket_of_ipv6_that_speaks_ipv4_has_addresses_of_ipv4() {
        let mut body = fixed(1, [0, 0], 0, [5, 9]);
        body[0] = 10;
        for at in [8, 24] {
            body[at..at + 16].copy_from_slice(&"::ffff:127.0.0.1".parse::<Ipv6Addr>().unwrap().octets());
        }
        assert_eq!(only_state(&message(BY_FAMILY, NUMBER, &body), TCP6), expected(TcpState::Established));
        body[8..24].copy_from_slice(&Ipv6Addr::LOCALHOST.octets());
        let told = only_state(&message(BY_FAMILY, NUMBER, &body), TCP6);
        assert_eq!(told.local, "[::1]:9999".parse().unwrap());
    }

    #[test]
    fn udp_has_no_state() {
        let told = only_state(&message(BY_FAMILY, NUMBER, &fixed(7, [0, 0], 0, [5, 9])), UDP);
        assert_eq!(told, SocketState { protocol: Protocol::Udp, state: None, ..expected(TcpState::Closed) });
    }

    #[test]
    fn the_end_of_a_socket_is_told_unasked() {
        let body =
            [fixed(7, [0, 0], 0, [0, u32::MAX]), attribute(PROTOCOL, &[6]), attribute(INFO, &info(232))].concat();
        let bytes = message(BY_FAMILY, 0, &body);
        for asked in [Some((UDP, NUMBER)), None] {
            let told = messages(&bytes, asked);
            let [Told::Destroyed(_, state)] = told[..] else { panic!("{told:?}") };
            assert!(state.destroyed && state.queues.is_none() && state.timer.is_none());
            assert_eq!((state.protocol, state.metrics.map(|metrics| metrics.cwnd)), (Protocol::Tcp, Some(80)));
        }
        let nobody = [fixed(7, [0, 0], 0, [0, 0]), attribute(PROTOCOL, &[132])].concat();
        assert_eq!(only(&message(BY_FAMILY, 0, &nobody), TCP), Told::Unreadable);
    }

    #[test]
    fn an_answer_ends_and_another_questions_answer_is_none() {
        let socket = |sequence| message(BY_FAMILY, sequence, &fixed(1, [0, 0], 0, [0, 0]));
        let bytes = [socket(NUMBER - 1), socket(NUMBER), message(DONE, NUMBER, &[0; 4])].concat();
        let told = messages(&bytes, Some((TCP, NUMBER)));
        assert!(matches!(told[..], [Told::Socket(..), Told::Done]), "{told:?}");
        let refused = message(ERROR, NUMBER, &(-libc::ENOENT).to_ne_bytes());
        assert_eq!(only(&refused, TCP), Told::Refused(libc::ENOENT));
    }

    #[test]
    fn less_than_we_want_of_tcp_info_is_none_of_it() {
        for length in [0, 68, 103] {
            let body = [fixed(1, [0, 0], 0, [5, 9]), attribute(INFO, &info(length))].concat();
            assert_eq!(only_state(&message(BY_FAMILY, NUMBER, &body), TCP).metrics, None, "{length}");
        }
    }

    #[test]
    fn lengths_that_lie_are_counted_and_believed_by_nobody() {
        let whole = message(BY_FAMILY, NUMBER, &[fixed(1, [0, 0], 0, [5, 9]), attribute(INFO, &info(248))].concat());
        for lie in [0_u32, 15, u32::try_from(whole.len()).unwrap() + 1, u32::MAX] {
            let mut bytes = whole.clone();
            bytes[..4].copy_from_slice(&lie.to_ne_bytes());
            assert_eq!(messages(&bytes, Some((TCP, NUMBER))), [Told::Unreadable], "{lie}");
        }
        // An attribute that is longer than its message, or shorter than itself.
        for lie in [0_u16, 3, 253, u16::MAX] {
            let mut bytes = whole.clone();
            bytes[HEADER + FIXED..HEADER + FIXED + 2].copy_from_slice(&lie.to_ne_bytes());
            assert_eq!(only_state(&bytes, TCP).metrics, None, "{lie}");
        }
        let mut strange = whole.clone();
        strange[HEADER] = 1;
        assert_eq!(only(&strange, TCP), Told::Unreadable, "an address family nobody asked for");
        strange = whole;
        strange[HEADER + 1] = 14;
        assert_eq!(only(&strange, TCP), Told::Unreadable, "a state without a name");
    }

    #[test]
    fn cut_anywhere_it_is_one_unreadable_message() {
        let whole = message(BY_FAMILY, NUMBER, &[fixed(1, [0, 0], 0, [5, 9]), attribute(INFO, &info(248))].concat());
        assert!(messages(&[], Some((TCP, NUMBER))).is_empty());
        for length in 1..whole.len() {
            assert_eq!(messages(&whole[..length], Some((TCP, NUMBER))), [Told::Unreadable], "{length}");
        }
        // Cut where its own length says so: the fixed part must be whole.
        for length in 0..FIXED {
            let told = only(&message(BY_FAMILY, NUMBER, &fixed(1, [0, 0], 0, [5, 9])[..length]), TCP);
            assert_eq!(told, Told::Unreadable, "{length}");
        }
    }
}
