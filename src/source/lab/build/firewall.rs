//! Not letting packets for a port in, nor through: two rules for each protocol.
//!
//! Owns what they say. What a host answers in its own name where a packet is
//! rejected is the kernel's affair.

use std::io;

use netlink_sys::Socket;

use super::netfilter::{Batch, INET, attribute, equals, expression, meta, nested, number, payload};
use crate::model::Protocol;
use crate::source::lab::conditions::FirewallAction;

/// `NF_INET_LOCAL_IN`, `NF_INET_FORWARD`, with the names of our chains there.
const HOOKS: [(u32, &[u8]); 2] = [(1, b"input\0"), (2, b"forward\0")];
/// Where filters stand among others.
const PRIORITY: u32 = 0;
/// `NFT_META_L4PROTO`.
const TRANSPORT_PROTOCOL: u32 = 16;
/// `NFT_PAYLOAD_TRANSPORT_HEADER`; the destination port there, of TCP and UDP
/// alike.
const TRANSPORT_HEADER: u32 = 2;
const DESTINATION_PORT: (u32, u32) = (2, 2);
/// `NFT_REG_VERDICT`, `NF_DROP`.
const VERDICT: u32 = 0;
const DROP: u32 = 0;
/// `NFT_REJECT_TCP_RST`; `NFT_REJECT_ICMPX_UNREACH` with
/// `NFT_REJECT_ICMPX_PORT_UNREACH`, for either version of IP.
const RESET: u32 = 1;
const UNREACHABLE: u32 = 2;
const PORT_UNREACHABLE: u8 = 1;
/// What the table is called.
const TABLE: &[u8] = b"wirelens-firewall\0";

/// Packets for this port of this protocol, or of both, are dropped or rejected.
pub(super) fn close(socket: &Socket, port: u16, only: Option<Protocol>, action: FirewallAction) -> io::Result<()> {
    let mut batch = Batch::new(INET);
    batch.table(TABLE);
    for (hook, chain) in HOOKS {
        batch.chain(TABLE, chain, b"filter\0", hook, PRIORITY);
        for protocol in [Protocol::Tcp, Protocol::Udp] {
            if only.is_some_and(|only| only != protocol) {
                continue;
            }
            let number: u8 = match protocol {
                Protocol::Tcp => 6,
                Protocol::Udp => 17,
            };
            let (offset, length) = DESTINATION_PORT;
            let rule = [
                meta(TRANSPORT_PROTOCOL),
                equals(&[number]),
                payload(TRANSPORT_HEADER, offset, length),
                equals(&port.to_be_bytes()),
                answer(protocol, action),
            ];
            batch.rule(TABLE, chain, &rule);
        }
    }
    batch.send(socket)
}

/// What becomes of the packet.
fn answer(protocol: Protocol, action: FirewallAction) -> Vec<u8> {
    match (action, protocol) {
        (FirewallAction::Drop, _) => {
            let verdict = nested(2, &[nested(2, &[number(1, DROP)])]);
            expression(b"immediate\0", &[number(1, VERDICT), verdict])
        }
        (FirewallAction::Reject, Protocol::Tcp) => expression(b"reject\0", &[number(1, RESET)]),
        (FirewallAction::Reject, Protocol::Udp) | (FirewallAction::RejectIcmp, _) => {
            expression(b"reject\0", &[number(1, UNREACHABLE), attribute(2, &[PORT_UNREACHABLE])])
        }
    }
}
