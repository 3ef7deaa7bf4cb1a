//! Packets that arrive and that nobody sent.

use std::net::SocketAddr;

use super::Director;
use crate::source::simulator::scenario::PacketPattern;
use crate::source::simulator::scenario::play::packets::segment;
use crate::source::simulator::scenario::play::sockets::{
    FIRST_PORT, SERVER_PORT, first_v4, identity, other_end, resolve,
};
use crate::source::simulator::scenario::play::{CALL, Missed};
use crate::source::simulator::tcp::Packet;
use crate::source::simulator::{Datagram, Ethernet, Payload};

impl Director<'_> {
    /// A packet arrives that nobody sent.
    pub(super) fn inject(&mut self, host: &str, pattern: &PacketPattern) -> Option<Missed> {
        let player = self.players.get(host)?;
        let (node, address) = (player.node, player.address);
        let stack = self.stage.network.stack(node)?;
        let newest = self.stage.log.newest(node).map(|id| identity(stack, id)).unwrap_or_default();
        let usual = first_v4(self.topology, other_end(self.topology, node));
        let usual = usual.map(|peer| SocketAddr::from((peer, FIRST_PORT)));
        let from = match &pattern.from {
            Some(from) => resolve(self.topology, node, Some(from)),
            None => newest.peer.or(usual),
        };
        let local = newest.local.unwrap_or(SocketAddr::from((address, SERVER_PORT)));
        let to = SocketAddr::new(local.ip(), pattern.to.unwrap_or(local.port()));
        let (Some(from), Some(own)) = (from, self.topology.host(node)) else { return Some(Missed::NoPeer) };
        if from.is_ipv4() != to.is_ipv4() {
            return Some(Missed::NoPeer);
        }
        let log = &mut self.stage.log;
        let segment = segment(pattern, log.beginning(from, to), log.beginning(to, from));
        if segment.flags.syn() {
            log.begins(from, to, segment.seq);
        }
        let port = own
            .interfaces
            .values()
            .position(|interface| interface.addresses.iter().any(|network| network.address == to.ip()));
        let interface = own.interfaces.values().nth(port.unwrap_or(0))?;
        let near = |peer: &&crate::model::Interface| {
            peer.addresses.iter().any(|network| network.address == from.ip() || own.gateways.contains(&network.address))
        };
        let peers = self.topology.hosts().flat_map(|(.., host)| host.interfaces.values());
        let source_mac = { peers }.find(near).map_or([2, 0, 0, 0, 0xFF, 1], |peer| peer.mac);
        let payload = Payload::Tcp { from: from.port(), to: to.port(), segment: segment.clone() };
        let datagram = Datagram {
            source: from.ip(),
            destination: to.ip(),
            ttl: 64,
            identification: 0,
            may_fragment: false,
            payload,
            why: None,
        };
        let frame = Ethernet { source: source_mac, destination: interface.mac, body: datagram.into_body() };
        self.stage.network.teach(node, from.ip(), source_mac);
        self.stage.appear(node, port.unwrap_or(0), &frame);
        // What is read takes a moment before it is answered.
        let next = self.now() + CALL;
        self.run_until(next);
        let now = self.now();
        if let Some(stack) = self.stage.network.stack_mut(node) {
            stack.arrives(now, &Packet { from, to, segment });
        }
        self.settle();
        None
    }
}
