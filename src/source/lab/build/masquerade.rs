//! Letting a router hide everybody behind its own address (RFC 3022): one rule.
//!
//! Owns what it says. What is translated back, and remembered, is the kernel's
//! affair.

use std::io;

use netlink_sys::Socket;

use super::netfilter::{Batch, IPV4, equals, expression, meta, number};

/// `NF_INET_POST_ROUTING`, and the priority of translating sources there.
const POST_ROUTING: u32 = 4;
const SOURCE_PRIORITY: u32 = 100;
/// `NFT_META_OIF`.
const OUTGOING_INTERFACE: u32 = 5;
/// `NF_NAT_RANGE_PROTO_RANDOM_FULLY`: ports of its own choice, as home routers
/// choose them (RFC 6056), so that it is seen that ports are translated too.
const RANDOM_PORTS: u32 = 1 << 4;
/// What the table and the chain are called.
const TABLE: &[u8] = b"wirelens\0";
const CHAIN: &[u8] = b"postrouting\0";

/// Everything that leaves by this interface leaves with its address.
pub(super) fn behind(socket: &Socket, index: u32) -> io::Result<()> {
    let mut batch = Batch::new(IPV4);
    batch.table(TABLE);
    batch.chain(TABLE, CHAIN, b"nat\0", POST_ROUTING, SOURCE_PRIORITY);
    let translates = expression(b"masq\0", &[number(1, RANDOM_PORTS)]);
    batch.rule(TABLE, CHAIN, &[meta(OUTGOING_INTERFACE), equals(&index.to_ne_bytes()), translates]);
    batch.send(socket)
}
