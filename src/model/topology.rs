//! A topology: hosts, routers, switches, hubs, and the cables between them.
//!
//! Owns what there is and how it hangs together. Has no opinion on whether it
//! is built of real hosts or played, or on how it is written in a file.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A text in both languages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bilingual {
    /// English.
    pub en: String,
    /// 简体中文.
    pub zh: String,
}

/// A checked topology.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Topology {
    /// What it is, in a few words.
    pub title: Bilingual,
    /// What is to be seen in it.
    pub about: Bilingual,
    /// Everything that has a name, in the order of the file.
    pub nodes: Vec<Node>,
    /// What joins them, in the order of the file.
    pub cables: Vec<Cable>,
    /// The host on which the client's side of a program runs.
    pub client: NodeId,
    /// The host on which the server's side runs.
    pub server: NodeId,
    /// The host that knows names, if there is one of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_server: Option<NodeId>,
}

/// A node's place in [`Topology::nodes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NodeId(pub usize);

/// A cable's place in [`Topology::cables`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CableId(pub usize);

/// A host, a router, a switch or a hub.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Node {
    /// Its name, at most 15 letters.
    pub name: String,
    /// What it does.
    pub kind: NodeKind,
}

/// What a node does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum NodeKind {
    /// Speaks IP.
    Host(Host),
    /// Passes frames on by their destination MAC address, which it learns
    /// (IEEE 802.1D §7.8).
    Switch,
    /// Passes every frame on to everybody.
    Hub,
}

/// Something that speaks IP.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Host {
    /// Its interfaces, by name.
    pub interfaces: BTreeMap<String, Interface>,
    /// Where it sends what is on no network of its own, one for IPv4 and one
    /// for IPv6 at most.
    pub gateways: Vec<IpAddr>,
    /// Further routes: a network, and to whom.
    pub routes: Vec<(IpNetwork, IpAddr)>,
    /// It passes packets on that are not for it: it is a router.
    pub forwards: bool,
    /// The interface behind whose address everybody else hides (RFC 3022).
    pub nat: Option<String>,
}

/// An interface of a host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interface {
    /// Its MAC address: locally administered, `02:00:00:00:node:interface`,
    /// both counted from 1.
    pub mac: [u8; 6],
    /// Its addresses, with their networks.
    pub addresses: Vec<IpNetwork>,
    /// The largest packet it sends, in bytes.
    pub mtu: u32,
}

/// An address and how many of its bits name the network: `192.168.1.10/24`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct IpNetwork {
    /// The address.
    pub address: IpAddr,
    /// The bits that name the network, at most 32 or 128.
    pub prefix: u8,
}

/// Two ends, joined.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cable {
    /// Both ends.
    pub ends: [Port; 2],
    /// What it does to frames beside carrying them.
    pub quality: Quality,
}

/// Where a cable is plugged in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Port {
    /// Of which node.
    pub node: NodeId,
    /// Its interface; a switch's and a hub's are called after the node at the
    /// other end.
    pub interface: String,
}

/// What a cable does to frames; by default nothing but to carry them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quality {
    /// How long every frame takes, one way.
    pub delay: Duration,
    /// Bits a second; `None`: as fast as they come.
    pub bandwidth: Option<u64>,
    /// Frames that wait while others are sent; those that find it full are
    /// lost.
    pub queue: Option<usize>,
}

impl Topology {
    /// The node with this name.
    pub fn node(&self, name: &str) -> Option<NodeId> {
        self.nodes.iter().position(|node| node.name == name).map(NodeId)
    }

    /// One node.
    pub fn get(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(id.0)
    }

    /// One node, where it speaks IP.
    pub fn host(&self, id: NodeId) -> Option<&Host> {
        match &self.get(id)?.kind {
            NodeKind::Host(host) => Some(host),
            NodeKind::Switch | NodeKind::Hub => None,
        }
    }

    /// Everything that speaks IP.
    pub fn hosts(&self) -> impl Iterator<Item = (NodeId, &Node, &Host)> {
        self.nodes.iter().enumerate().filter_map(|(index, node)| match &node.kind {
            NodeKind::Host(host) => Some((NodeId(index), node, host)),
            NodeKind::Switch | NodeKind::Hub => None,
        })
    }

    /// Every address of a host.
    pub fn addresses(&self, id: NodeId) -> impl Iterator<Item = IpAddr> {
        let interfaces = self.host(id).into_iter().flat_map(|host| host.interfaces.values());
        interfaces.flat_map(|interface| &interface.addresses).map(|network| network.address)
    }

    /// What a place is called: `router:eth1`.
    pub fn place(&self, port: &Port) -> String {
        let node = self.get(port.node).map_or("", |node| &node.name);
        format!("{node}:{}", port.interface)
    }

    /// The cables that are plugged in at a node, in their order.
    pub fn cables_of(&self, node: NodeId) -> impl Iterator<Item = CableId> {
        let has = move |cable: &Cable| cable.ends.iter().any(|port| port.node == node);
        self.cables.iter().enumerate().filter(move |(_, cable)| has(cable)).map(|(index, _)| CableId(index))
    }

    /// The cable at a place, `router:eth1`.
    pub fn cable_at(&self, place: &str) -> Option<CableId> {
        let is_there = |cable: &Cable| cable.ends.iter().any(|port| self.place(port) == place);
        self.cables.iter().position(is_there).map(CableId)
    }

    /// One cable.
    pub fn cable(&self, id: CableId) -> Option<&Cable> {
        self.cables.get(id.0)
    }

    /// The first address of a host.
    pub fn address(&self, id: NodeId) -> Option<IpAddr> {
        self.addresses(id).next()
    }
}

impl IpNetwork {
    /// Reads `192.168.1.10/24`.
    pub fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = text.split_once('/')?;
        let address: IpAddr = address.parse().ok()?;
        let prefix: u8 = prefix.parse().ok()?;
        (prefix <= Self::bits(address)).then_some(Self { address, prefix })
    }

    const fn bits(address: IpAddr) -> u8 {
        match address {
            IpAddr::V4(_) => 32,
            IpAddr::V6(_) => 128,
        }
    }

    /// The address as a number, at the upper end of 128 bits.
    fn number(address: IpAddr) -> u128 {
        match address {
            IpAddr::V4(address) => u128::from(address.to_bits()) << 96,
            IpAddr::V6(address) => address.to_bits(),
        }
    }

    /// The other way round, for an address of the same kind as ours.
    fn address_of(self, number: u128) -> IpAddr {
        match self.address {
            IpAddr::V4(_) => IpAddr::V4(u32::try_from(number >> 96).unwrap_or_default().into()),
            IpAddr::V6(_) => IpAddr::V6(number.into()),
        }
    }

    fn mask_number(self) -> u128 {
        // A file may have a prefix that is too long: all bits.
        u128::MAX.checked_shl(128_u32.saturating_sub(u32::from(self.prefix))).unwrap_or(0)
    }

    /// Whether an address is in this network.
    pub fn contains(self, address: IpAddr) -> bool {
        let differs = Self::number(self.address) ^ Self::number(address);
        self.address.is_ipv4() == address.is_ipv4() && differs & self.mask_number() == 0
    }

    /// The address of the network itself: the bits of the host are 0.
    pub fn network(self) -> IpAddr {
        self.address_of(Self::number(self.address) & self.mask_number())
    }

    /// The highest address of the network: the bits of the host are 1.
    pub fn last(self) -> IpAddr {
        self.address_of(Self::number(self.address) | !self.mask_number())
    }

    /// The mask: ones for the network, zeros for the host.
    pub fn mask(self) -> IpAddr {
        self.address_of(self.mask_number())
    }

    /// The wildcard: the mask, turned round.
    pub fn wildcard(self) -> IpAddr {
        self.address_of(!self.mask_number())
    }

    /// How many bits name the host, at most 32 or 128.
    pub fn host_bits(self) -> u8 {
        Self::bits(self.address).saturating_sub(self.prefix)
    }

    /// How many addresses there are; `None` where it is 2^128.
    pub fn size(self) -> Option<u128> {
        1_u128.checked_shl(self.host_bits().into())
    }

    /// The address of everybody in the network (RFC 922 §7). Networks of two
    /// addresses have none (RFC 3021), nor has IPv6 (RFC 4291 §2).
    pub fn broadcast(self) -> Option<IpAddr> {
        (self.address.is_ipv4() && self.prefix < 31).then(|| self.last())
    }

    /// The first and the last address that hosts may have.
    pub fn hosts(self) -> (IpAddr, IpAddr) {
        let (first, last) = (Self::number(self.network()), Self::number(self.last()));
        if self.broadcast().is_none() {
            return (self.network(), self.last());
        }
        // IPv4's numbers stand at the upper end.
        (self.address_of(first + (1 << 96)), self.address_of(last - (1 << 96)))
    }

    /// Whether the address is one that no host may have: the network's own or
    /// the broadcast address. Networks of two addresses have neither (RFC
    /// 3021), nor has IPv6.
    pub fn is_reserved(self) -> bool {
        let IpAddr::V4(address) = self.address else { return false };
        if self.prefix >= 31 {
            return false;
        }
        let host = u32::MAX.checked_shr(u32::from(self.prefix)).unwrap_or(0);
        let part = address.to_bits() & host;
        part == 0 || part == host
    }
}

impl std::fmt::Display for IpNetwork {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix)
    }
}
