//! Whose MAC address is asked for: the receiver's own where it is on a network
//! of the sender's, a gateway's otherwise (RFC 1122 §3.3.1.1).

use std::net::IpAddr;

use super::tables::{Route, chosen_route, routes};
use crate::model::{IpNetwork, NodeId, Topology};

/// How a host finds out to whom it hands a packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GatewayChoice {
    /// The host.
    pub node: NodeId,
    /// Its own address with its network: of the interface the packet leaves
    /// by, or of the first one.
    pub own: IpNetwork,
    /// Where the packet is to go.
    pub target: IpAddr,
    /// Both are on the same network.
    pub same_network: bool,
    /// Both addresses in binary, octets with points between (IPv6: groups of
    /// 16 bits with colons): the host's own, the target's.
    pub binary: [String; 2],
    /// How many characters of each stand before the mask's edge.
    pub edge: usize,
    /// Whose MAC address it needs.
    pub asks: Asked,
    /// The line of the routing table that says so.
    pub route: Option<Route>,
}

/// Whose MAC address a host needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// The receiver's own.
    Target(IpAddr),
    /// A gateway's.
    Gateway(IpAddr),
    /// Nobody's: there is no way, and the packet is not sent.
    Nobody,
    /// Nobody's: the target is the host itself.
    Itself,
}

impl Asked {
    /// The address that is asked for.
    pub const fn address(self) -> Option<IpAddr> {
        match self {
            Self::Target(address) | Self::Gateway(address) => Some(address),
            Self::Nobody | Self::Itself => None,
        }
    }
}

/// To whom a host hands a packet for `target`; `None` where the node speaks no
/// IP, or has no address of this family.
pub fn gateway_choice(map: &Topology, node: NodeId, target: IpAddr) -> Option<GatewayChoice> {
    let host = map.host(node)?;
    let table = routes(map, node);
    let route = chosen_route(&table, target).and_then(|index| table.get(index));
    let own = |interface: Option<&str>| {
        let interfaces = host.interfaces.iter().filter(|(name, _)| interface.is_none_or(|wanted| wanted == *name));
        let networks = interfaces.flat_map(|(_, interface)| &interface.addresses);
        let family = networks.filter(|network| network.address.is_ipv4() == target.is_ipv4());
        // Of several the one that the next hop is on.
        let next = route.and_then(|route| route.via).unwrap_or(target);
        let family: Vec<IpNetwork> = family.copied().collect();
        family.iter().find(|network| network.contains(next)).or_else(|| family.first()).copied()
    };
    let own_network = own(route.map(|route| route.interface.as_str())).or_else(|| own(None))?;
    let mut networks = host.interfaces.values().flat_map(|interface| &interface.addresses);
    let is_itself = networks.any(|network| network.address == target);
    let asks = match route {
        _ if is_itself => Asked::Itself,
        None => Asked::Nobody,
        Some(Route { via: None, .. }) => Asked::Target(target),
        Some(Route { via: Some(via), .. }) => Asked::Gateway(*via),
    };
    let bits = usize::from(own_network.prefix);
    let group = if target.is_ipv4() { 8 } else { 16 };
    Some(GatewayChoice {
        node,
        own: own_network,
        target,
        same_network: own_network.contains(target),
        binary: [binary(own_network.address), binary(target)],
        edge: bits + bits.saturating_sub(1) / group,
        asks,
        route: route.cloned(),
    })
}

/// An address in binary: `11000000.10101000.00000001.01101000`.
fn binary(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.octets().map(|octet| format!("{octet:08b}")).join("."),
        IpAddr::V6(address) => address.segments().map(|group| format!("{group:016b}")).join(":"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_edge_counts_the_points() {
        let address = binary("192.168.1.104".parse().unwrap());
        assert_eq!(address, "11000000.10101000.00000001.01101000");
        let edge = |bits: usize| bits + bits.saturating_sub(1) / 8;
        assert_eq!(&address[..edge(24)], "11000000.10101000.00000001");
        assert_eq!(&address[..edge(25)], "11000000.10101000.00000001.0");
        assert_eq!(&address[..edge(8)], "11000000");
        assert_eq!(edge(0), 0);
        assert_eq!(edge(32), address.len());
    }
}
