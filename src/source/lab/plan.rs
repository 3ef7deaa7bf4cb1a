//! What it takes to build a topology: steps, as values, in their order.
//!
//! Owns which namespace, interface, address and route there will be, and which
//! cables we carry ourselves. Pure: what does the steps is beside it, and
//! needs no undoing, because everything vanishes with the process that did
//! them.
//!
//! A host has a network namespace of its own. Switches, hubs and the middles
//! of wires are together in one more, where no program ever runs.

use std::collections::BTreeSet;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::conditions::{Conditions, FirewallAction};
use super::wire::Fault;
use crate::model::{Cable, CableId, IpNetwork, NodeId, NodeKind, Port, Protocol, Quality, Topology};
use crate::source::programs::CoreSetup;

/// The first index we give to an interface: what a kernel makes by itself in a
/// new namespace (`lo`, tunnels) has lower ones. No two interfaces of a lab have
/// the same: Linux is quick to bring up a cable whose ends differ.
const FIRST_INDEX: u32 = 101;
/// What switches, hubs and wires carry, in bytes: more than any host sends, so
/// that a host's own MTU decides.
const MIDDLE_MTU: u32 = 9_500;
/// Linux's word for what IPv6 does without being asked.
const QUIET_IPV6: [(&str, &str); 4] = [
    ("net.ipv6.conf.default.accept_dad", "0"),
    ("net.ipv6.conf.default.accept_ra", "0"),
    ("net.ipv6.conf.default.autoconf", "0"),
    ("net.ipv6.conf.default.router_solicitations", "0"),
];

/// Everything it takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// In this order; those of the hosts come first.
    pub steps: Vec<BuildStep>,
    /// What is captured, and what it is called.
    pub taps: Vec<Tap>,
}

/// A host's place among the hosts of [`Topology::hosts`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct HostNumber(pub u32);

/// In which namespace an interface is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum At {
    /// A host's.
    Host(HostNumber),
    /// Where switches, hubs and the middles of wires are.
    Middle,
}

/// One end of a veth pair.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkEnd {
    /// Where it is.
    pub at: At,
    /// Its index there.
    pub index: u32,
    /// Its name there, at most 15 bytes.
    pub name: String,
    /// Its MAC address; the kernel's choice where it does not matter.
    pub mac: Option<[u8; 6]>,
    /// The largest packet it sends, in bytes.
    pub mtu: u32,
}

/// A cable that we carry ourselves, frame by frame.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WirePlan {
    /// What it joins, the end next to the client first: `client:eth0`,
    /// `switch:client`.
    pub ends: [String; 2],
    /// Its two interfaces in the middle, in the same order.
    pub indices: [u32; 2],
    /// What it does to every frame.
    pub quality: Quality,
    /// What it does to some.
    pub faults: Vec<Fault>,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "kebab-case")]
pub enum BuildStep {
    /// A network namespace with these kernel settings beside the pinned ones.
    Host {
        /// Its number; they come in order.
        host: HostNumber,
        /// Its name.
        name: String,
        /// Name below `/proc/sys/` with dots, and value.
        settings: Vec<(String, String)>,
        /// The same, set after the pinned ones because somebody asked for it:
        /// that the kernel takes them is a must.
        changed: Vec<(String, String)>,
        /// Programs may run on it, so its sockets are asked for.
        sampled: bool,
    },
    /// A switch, or a hub.
    Bridge {
        /// Its index in the middle.
        index: u32,
        /// Its name there.
        name: String,
        /// It remembers who is where; a hub does not.
        learns: bool,
    },
    /// A veth pair, its offloads off.
    Cable {
        /// Both ends.
        ends: [LinkEnd; 2],
    },
    /// An interface in the middle becomes a port of a bridge.
    Port {
        /// The interface.
        index: u32,
        /// The bridge.
        bridge: u32,
    },
    /// An interface is switched on.
    Up {
        /// Where it is.
        at: At,
        /// Which.
        index: u32,
    },
    /// An interface of a host gets an address.
    Address {
        /// The host.
        host: HostNumber,
        /// The interface.
        index: u32,
        /// The address and its network.
        network: IpNetwork,
    },
    /// A host learns a way.
    Route {
        /// The host.
        host: HostNumber,
        /// Where to; everywhere if not given.
        to: Option<IpNetwork>,
        /// To whom.
        via: IpAddr,
    },
    /// A router gives what leaves by one of its interfaces that interface's
    /// address (RFC 3022).
    Masquerade {
        /// The router.
        host: HostNumber,
        /// The interface.
        index: u32,
    },
    /// A host does not let packets for a port in, nor pass through.
    Firewall {
        /// The host.
        host: HostNumber,
        /// The port they are for.
        port: u16,
        /// Of which protocol; of both if not given.
        protocol: Option<Protocol>,
        /// What is done with them.
        action: FirewallAction,
    },
    /// A cable's two halves are joined by us.
    Wire(WirePlan),
    /// The programs on a host do without its kernel's TCP: they bring ours.
    Core {
        /// The host, which has no address as far as its kernel knows.
        host: HostNumber,
        /// Its interface.
        index: u32,
        /// What the programs are told.
        setup: CoreSetup,
    },
}

/// Why a host cannot do without its kernel.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoCore {
    /// It passes packets on, which its kernel does.
    #[error("{host} is a router: its kernel passes packets on")]
    Router {
        /// Its name.
        host: String,
    },
    /// It has not exactly one interface, with an IPv4 address.
    #[error("{host} has not exactly one interface with an IPv4 address")]
    Interfaces {
        /// Its name.
        host: String,
    },
    /// Programs run on hosts only.
    #[error("{host} is no host")]
    NotHost {
        /// Its name.
        host: String,
    },
}

/// An interface that is captured.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tap {
    /// On which host.
    pub host: HostNumber,
    /// Its index there.
    pub index: u32,
    /// What it is called, `client:eth0`.
    pub name: String,
}

impl Plan {
    /// The steps for a topology under these conditions. The cable next to the
    /// client is a wire, and so is every cable with a quality or a fault; the
    /// others are left to the kernel.
    ///
    /// Captured is every interface of every host. What a switch or a hub has at
    /// a port is what the host at the other end has: nothing changes on the way,
    /// so it would tell nothing new.
    pub fn of(topology: &Topology, conditions: &Conditions) -> Self {
        let topology = &conditions.applied_to(topology);
        let mut planner = Planner { topology, conditions, steps: Vec::new(), taps: Vec::new(), next: FIRST_INDEX };
        planner.hosts();
        let bridges = planner.bridges();
        let mut wires = Vec::new();
        for (cable, id) in topology.cables.iter().zip((0..).map(CableId)) {
            wires.extend(planner.cable(cable, id, &bridges));
        }
        planner.bring_up(&bridges);
        planner.address();
        planner.firewalls();
        planner.steps.extend(wires.into_iter().map(BuildStep::Wire));
        Self { steps: planner.steps, taps: planner.taps }
    }

    /// Lets the programs of a host bring our own TCP: its kernel gets no
    /// address, so that it neither answers nor knows of a connection.
    ///
    /// # Errors
    /// [`NoCore`]: it is not an ordinary host with one interface.
    pub fn do_without_kernel(&mut self, topology: &Topology, node: NodeId, setup: CoreSetup) -> Result<(), NoCore> {
        let name = topology.get(node).map(|node| node.name.clone()).unwrap_or_default();
        let (Some(own), Some(host)) = (number(topology, node), topology.host(node)) else {
            return Err(NoCore::NotHost { host: name });
        };
        if host.forwards {
            return Err(NoCore::Router { host: name });
        }
        let mut taps = self.taps.iter().filter(|tap| tap.host == own).map(|tap| tap.index);
        let (Some(index), None) = (taps.next(), taps.next()) else {
            return Err(NoCore::Interfaces { host: name });
        };
        let mut addresses = host.interfaces.values().flat_map(|interface| &interface.addresses);
        if !addresses.any(|network| network.address.is_ipv4()) {
            return Err(NoCore::Interfaces { host: name });
        }
        self.steps.retain(
            |step| !matches!(step, BuildStep::Address { host, .. } | BuildStep::Route { host, .. } if *host == own),
        );
        for step in &mut self.steps {
            if let BuildStep::Host { host, sampled, .. } = step {
                *sampled &= *host != own;
            }
        }
        self.steps.push(BuildStep::Core { host: own, index, setup });
        Ok(())
    }

    /// The hosts whose programs bring our own TCP, and what they are told.
    pub fn cores(&self) -> impl Iterator<Item = (&str, &CoreSetup)> {
        self.steps.iter().filter_map(|step| {
            if let BuildStep::Core { host, setup, .. } = step { Some((self.host_name(*host)?, setup)) } else { None }
        })
    }

    /// The name of a host.
    pub fn host_name(&self, number: HostNumber) -> Option<&str> {
        let mut hosts = self.steps.iter().filter_map(|step| {
            if let BuildStep::Host { host, name, .. } = step { Some((*host, name.as_str())) } else { None }
        });
        hosts.find(|(host, _)| *host == number).map(|(_, name)| name)
    }

    /// How many hosts it has.
    pub fn hosts(&self) -> usize {
        self.steps.iter().filter(|step| matches!(step, BuildStep::Host { .. })).count()
    }

    /// The ports that are closed: on which host, of which protocol where of one
    /// alone, and how.
    pub fn firewalls(&self) -> impl Iterator<Item = (&str, u16, Option<Protocol>, FirewallAction)> {
        let name = |number: HostNumber| {
            self.steps.iter().find_map(|step| {
                let BuildStep::Host { host, name, .. } = step else { return None };
                (*host == number).then_some(name.as_str())
            })
        };
        self.steps.iter().filter_map(move |step| {
            let BuildStep::Firewall { host, port, protocol, action } = step else { return None };
            Some((name(*host)?, *port, *protocol, *action))
        })
    }

    /// The wires, in their order.
    pub fn wires(&self) -> impl Iterator<Item = &WirePlan> {
        self.steps.iter().filter_map(|step| if let BuildStep::Wire(wire) = step { Some(wire) } else { None })
    }
}

/// The number of a host.
pub fn number(topology: &Topology, node: NodeId) -> Option<HostNumber> {
    topology.hosts().zip(0..).find(|((id, ..), _)| *id == node).map(|(_, number)| HostNumber(number))
}

/// A plan that grows.
struct Planner<'a> {
    topology: &'a Topology,
    conditions: &'a Conditions,
    steps: Vec<BuildStep>,
    taps: Vec<Tap>,
    next: u32,
}

impl Planner<'_> {
    fn index(&mut self) -> u32 {
        let index = self.next;
        self.next += 1;
        index
    }

    fn hosts(&mut self) {
        let ipv6 = self.topology.hosts().any(|(_, _, host)| {
            let mut networks = host.interfaces.values().flat_map(|interface| &interface.addresses);
            networks.any(|network| network.address.is_ipv6())
        });
        for ((id, node, host), number) in self.topology.hosts().zip(0..) {
            let forwards = if host.forwards { "1" } else { "0" };
            // Forwarding first: it changes others with it. Linux hands the
            // host's own values down to new namespaces.
            let mut settings = vec![
                ("net.ipv4.ip_forward", forwards),
                ("net.ipv4.conf.all.rp_filter", "0"),
                ("net.ipv4.conf.default.rp_filter", "0"),
                ("net.ipv4.conf.all.accept_redirects", "0"),
                ("net.ipv4.conf.default.accept_redirects", "0"),
                ("net.ipv4.icmp_ratelimit", "0"),
                // Programs have no privilege, and name servers port 53.
                ("net.ipv4.ip_unprivileged_port_start", "0"),
            ];
            if ipv6 {
                settings.push(("net.ipv6.conf.all.forwarding", forwards));
                settings.extend(QUIET_IPV6);
            } else {
                // Or multicast listener reports and neighbour discovery come
                // between.
                settings.push(("net.ipv6.conf.all.disable_ipv6", "1"));
                settings.push(("net.ipv6.conf.default.disable_ipv6", "1"));
            }
            self.steps.push(BuildStep::Host {
                host: HostNumber(number),
                name: node.name.clone(),
                settings: settings.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
                changed: self.conditions.settings_of(id),
                sampled: !host.forwards,
            });
        }
    }

    /// The index of each node's bridge, where it is one.
    fn bridges(&mut self) -> Vec<Option<u32>> {
        let topology = self.topology;
        let bridge = |(node, kind): (usize, &NodeKind)| {
            let learns = match kind {
                NodeKind::Host(_) => return None,
                NodeKind::Switch => true,
                NodeKind::Hub => false,
            };
            let index = self.index();
            self.steps.push(BuildStep::Bridge { index, name: format!("bridge{node}"), learns });
            Some(index)
        };
        topology.nodes.iter().map(|node| &node.kind).enumerate().map(bridge).collect()
    }

    /// A veth pair; or two, with us between them, which is the wire.
    fn cable(&mut self, cable: &Cable, id: CableId, bridges: &[Option<u32>]) -> Option<WirePlan> {
        let [first, second] = &cable.ends;
        let ports = if self.client_is_behind(second, cable) { [second, first] } else { [first, second] };
        let next_to_client = ports.iter().any(|port| port.node == self.topology.client);
        let ends = ports.map(|port| self.end(port));
        let plugged = ends.each_ref().map(|end| end.index);
        let faults = self.conditions.faults_of(self.topology, id);
        let wire = if next_to_client || cable.quality != Quality::default() || !faults.is_empty() {
            let indices = ends.map(|end| {
                let index = self.index();
                let middle =
                    LinkEnd { at: At::Middle, index, name: format!("wire{index}"), mac: None, mtu: MIDDLE_MTU };
                self.steps.push(BuildStep::Cable { ends: [end, middle] });
                index
            });
            Some(WirePlan {
                ends: ports.map(|port| self.topology.place(port)),
                indices,
                quality: cable.quality,
                faults,
            })
        } else {
            self.steps.push(BuildStep::Cable { ends });
            None
        };
        for (port, index) in ports.into_iter().zip(plugged) {
            if let Some(bridge) = bridges.get(port.node.0).copied().flatten() {
                self.steps.push(BuildStep::Port { index, bridge });
            }
        }
        wire
    }

    /// Whether the client is nearer to this end of a cable: it can be reached
    /// from there without the cable.
    fn client_is_behind(&self, port: &Port, cable: &Cable) -> bool {
        let mut reached = BTreeSet::from([port.node]);
        let mut todo = vec![port.node];
        while let Some(node) = todo.pop() {
            for other in self.topology.cables.iter().filter(|other| *other != cable) {
                let [first, second] = other.ends.each_ref().map(|port| port.node);
                let next = if first == node { second } else { first };
                if (first == node || second == node) && reached.insert(next) {
                    todo.push(next);
                }
            }
        }
        reached.contains(&self.topology.client)
    }

    /// Last: building a lab sends nothing that a firewall could be asked of.
    fn firewalls(&mut self) {
        for rule in &self.conditions.firewall {
            let Some(host) = number(self.topology, rule.host) else { continue };
            let (port, protocol, action) = (rule.port, rule.protocol, rule.action);
            self.steps.push(BuildStep::Firewall { host, port, protocol, action });
        }
    }

    /// Everything is switched on: what passes frames on first, so that nothing
    /// a host sends is lost.
    fn bring_up(&mut self, bridges: &[Option<u32>]) {
        let links =
            self.steps.iter().filter_map(|step| if let BuildStep::Cable { ends } = step { Some(ends) } else { None });
        let links: Vec<(At, u32)> = links.flatten().map(|end| (end.at, end.index)).collect();
        let (middle, hosts): (Vec<_>, Vec<_>) = links.into_iter().partition(|(at, _)| *at == At::Middle);
        let bridges = bridges.iter().flatten().map(|index| (At::Middle, *index));
        let ups: Vec<_> = bridges.chain(middle).chain(hosts).collect();
        self.steps.extend(ups.into_iter().map(|(at, index)| BuildStep::Up { at, index }));
    }

    /// Addresses, and when all are there, the ways to others.
    fn address(&mut self) {
        let topology = self.topology;
        for ((_, node, host), number) in topology.hosts().zip(0..).map(|(host, number)| (host, HostNumber(number))) {
            for (name, interface) in &host.interfaces {
                let name = format!("{}:{name}", node.name);
                let tap = self.taps.iter().find(|tap| tap.name == name);
                let Some(index) = tap.map(|tap| tap.index) else { continue };
                let networks = interface.addresses.iter();
                self.steps.extend(networks.map(|network| BuildStep::Address {
                    host: number,
                    index,
                    network: *network,
                }));
            }
            let outer = host.nat.as_ref().map(|interface| format!("{}:{interface}", node.name));
            let outer = self.taps.iter().find(|tap| outer.as_ref() == Some(&tap.name)).map(|tap| tap.index);
            self.steps.extend(outer.map(|index| BuildStep::Masquerade { host: number, index }));
            let ways = host.gateways.iter().map(|via| (None, *via));
            let ways = ways.chain(host.routes.iter().map(|(to, via)| (Some(*to), *via)));
            self.steps.extend(ways.map(|(to, via)| BuildStep::Route { host: number, to, via }));
        }
    }

    /// The end of a cable in an interface of a host or a port of a bridge.
    fn end(&mut self, port: &Port) -> LinkEnd {
        let index = self.index();
        let host = number(self.topology, port.node);
        let interface = self.topology.host(port.node).and_then(|host| host.interfaces.get(&port.interface));
        match host.zip(interface) {
            Some((host, interface)) => {
                self.taps.push(Tap { host, index, name: self.topology.place(port) });
                LinkEnd {
                    at: At::Host(host),
                    index,
                    name: port.interface.clone(),
                    mac: Some(interface.mac),
                    mtu: interface.mtu,
                }
            }
            None => LinkEnd { at: At::Middle, index, name: format!("port{index}"), mac: None, mtu: MIDDLE_MTU },
        }
    }
}

#[cfg(test)]
mod tests;
