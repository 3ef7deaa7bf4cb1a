//! What is made different from the topology as it stands: faults on its cables,
//! their qualities, firewalls, kernel settings.
//!
//! Owns what can be asked for, and what becomes of a topology by it. Pure: it
//! is read elsewhere, and built elsewhere.

/// Kernel settings that may be changed.
mod settings;

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::topology::MTU;
use super::wire::Fault;
use crate::model::{CableId, NodeId, NodeKind, Protocol, Topology};

pub use settings::{SETTINGS, find_setting, nearest_setting, short_name};

/// Everything that is made different. Nothing, by default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conditions {
    /// What cables do to some frames; of those that a frame matches, the first
    /// decides.
    pub faults: Vec<CableFault>,
    /// What cables do to every frame.
    pub cables: BTreeMap<CableId, CableChange>,
    /// What hosts and routers let pass.
    pub firewall: Vec<FirewallRule>,
    /// Kernel settings; a later one counts where two are for the same.
    pub settings: Vec<SettingChange>,
}

/// A fault and where it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CableFault {
    /// What is done, and to which frames.
    pub fault: Fault,
    /// On which cable; on those next to the client if not given.
    pub cable: Option<CableId>,
}

/// What is changed of a cable; what is not given stays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CableChange {
    /// How long every frame takes, one way; at most
    /// [`LONGEST_DELAY`](super::wire::LONGEST_DELAY).
    pub delay: Option<Duration>,
    /// Bits a second, from 1.
    pub bandwidth: Option<u64>,
    /// Frames that wait while others are sent.
    pub queue: Option<usize>,
    /// The largest packet, in bytes, 576 to 9000: of the interfaces at both
    /// ends.
    pub mtu: Option<u32>,
}

/// Packets for one port, which a host does not let in and a router does not let
/// through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FirewallRule {
    /// Where.
    pub host: NodeId,
    /// The port they are for, from 1.
    pub port: u16,
    /// Of which protocol; of both if not given.
    pub protocol: Option<Protocol>,
    /// What is done with them.
    pub action: FirewallAction,
}

/// What a firewall does with a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FirewallAction {
    /// Nothing is said to anybody.
    Drop,
    /// As if nobody listened: a RST for TCP, an ICMP "port unreachable" for UDP.
    Reject,
    /// An ICMP "port unreachable" for both.
    RejectIcmp,
}

/// A kernel setting of one host or of all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettingChange {
    /// Of which; of every host and router if not given.
    pub host: Option<NodeId>,
    /// Its name below `/proc/sys/` with dots, one of [`SETTINGS`].
    pub name: String,
    /// What it is set to; the kernel may refuse it.
    pub value: String,
}

impl FirewallAction {
    /// All of them, with their names.
    const ALL: [(&'static str, Self); 3] =
        [("drop", Self::Drop), ("reject", Self::Reject), ("reject-icmp", Self::RejectIcmp)];

    /// What can be named.
    pub fn names() -> [&'static str; 3] {
        Self::ALL.map(|(name, _)| name)
    }

    /// The word on the command line.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, action)| *action == self).map_or("", |(name, _)| name)
    }

    /// The one with this name.
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, action)| *action)
    }
}

impl Conditions {
    /// Whether everything is as the topology has it.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The topology with its cables as they are under these conditions.
    #[must_use]
    pub fn applied_to(&self, topology: &Topology) -> Topology {
        let mut changed = topology.clone();
        for (id, change) in &self.cables {
            let Some(cable) = changed.cables.get_mut(id.0) else { continue };
            let quality = &mut cable.quality;
            quality.delay = change.delay.unwrap_or(quality.delay);
            quality.bandwidth = change.bandwidth.or(quality.bandwidth);
            quality.queue = change.queue.or(quality.queue);
            let Some(mtu) = change.mtu.map(|mtu| mtu.clamp(*MTU.start(), *MTU.end())) else { continue };
            for port in cable.ends.clone() {
                if let Some(NodeKind::Host(host)) = changed.nodes.get_mut(port.node.0).map(|node| &mut node.kind)
                    && let Some(interface) = host.interfaces.get_mut(&port.interface)
                {
                    interface.mtu = mtu;
                }
            }
        }
        changed
    }

    /// The faults of one cable, in their order.
    pub fn faults_of(&self, topology: &Topology, cable: CableId) -> Vec<Fault> {
        let next_to_client = topology.cables_of(topology.client).any(|id| id == cable);
        let here = |fault: &&CableFault| fault.cable.map_or(next_to_client, |id| id == cable);
        self.faults.iter().filter(here).map(|fault| fault.fault.clone()).collect()
    }

    /// What is set on one host, in its order.
    pub fn settings_of(&self, host: NodeId) -> Vec<(String, String)> {
        let here = |change: &&SettingChange| change.host.is_none_or(|only| only == host);
        self.settings.iter().filter(here).map(|change| (change.name.clone(), change.value.clone())).collect()
    }
}

#[cfg(test)]
mod tests;
