//! The network's cables, as a frame takes them: what is plugged in where, and
//! which cables switches and hubs join to one link.
//!
//! The topology may come from somebody else's file: nothing is believed of it.

use std::collections::BTreeMap;

use crate::decode::MacAddress;
use crate::model::{Host, Interface, NodeId, NodeKind, Place, PlaceId, Span, Topology};
use crate::trace::Trace;

/// How long a frame takes at most on a link whose cables do not delay it.
const LONGEST: Span = Span::from_millis(500);
/// How long a frame may wait in the queue of a cable.
const QUEUED: Span = Span::from_millis(10_000);

/// One end of a cable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Plug {
    /// The cable, as an index of [`Topology::cables`].
    pub(super) cable: usize,
    /// Which of its ends: 0 or 1.
    pub(super) end: usize,
}

impl Plug {
    /// The other end of the cable.
    pub(super) const fn other(self) -> Self {
        Self { cable: self.cable, end: 1 - self.end }
    }
}

/// A topology with a trace's places on it.
pub(super) struct Atlas<'a> {
    pub(super) map: &'a Topology,
    /// For each place, the plug whose interface it is.
    places: Vec<Option<Plug>>,
    /// For each place, the cable whose wire it is.
    wires: Vec<Option<usize>>,
    /// The plugs of each node, in the order of the cables.
    nodes: Vec<Vec<Plug>>,
    /// For each cable, the number of the link it is part of.
    links: Vec<usize>,
    /// For each link, how long a frame takes on it at most.
    patience: BTreeMap<usize, i64>,
    /// Who has a MAC address on a link.
    addresses: BTreeMap<(usize, [u8; 6]), Plug>,
}

impl<'a> Atlas<'a> {
    pub(super) fn new(map: &'a Topology, trace: &Trace) -> Self {
        let mut nodes = vec![Vec::new(); map.nodes.len()];
        let mut names = BTreeMap::new();
        for (cable, both) in map.cables.iter().enumerate() {
            for (end, port) in both.ends.iter().enumerate() {
                let plug = Plug { cable, end };
                if let Some(plugs) = nodes.get_mut(port.node.0) {
                    plugs.push(plug);
                }
                let name = map.get(port.node).map_or("", |node| &node.name);
                names.insert(format!("{name}:{}", port.interface), plug);
            }
        }
        let place = |place: &Place| match place {
            Place::Interface { name, .. } => (names.get(name).copied(), None),
            Place::Wire { ends: [first, second] } => {
                let cables = [first, second].map(|name| names.get(name).map(|plug| plug.cable));
                (None, cables.into_iter().flatten().next())
            }
            Place::Program { .. } | Place::Kernel { .. } => (None, None),
        };
        let (places, wires) = trace.places().map(|(_, found)| place(found)).unzip();
        let mut atlas = Self {
            map,
            places,
            wires,
            nodes,
            links: Vec::new(),
            patience: BTreeMap::new(),
            addresses: BTreeMap::new(),
        };
        atlas.links = atlas.join();
        for (cable, link) in map.cables.iter().zip(&atlas.links) {
            let delay = i64::try_from(cable.quality.delay.as_nanos()).unwrap_or(i64::MAX);
            let queue = if cable.quality.bandwidth.is_some() { QUEUED.nanos() } else { 0 };
            let patience = atlas.patience.entry(*link).or_insert(LONGEST.nanos());
            *patience = patience.saturating_add(delay).saturating_add(queue);
        }
        for (cable, both) in map.cables.iter().enumerate() {
            for end in 0..both.ends.len() {
                let plug = Plug { cable, end };
                if let (Some(interface), Some(link)) = (atlas.interface(plug), atlas.link(plug)) {
                    atlas.addresses.entry((link, interface.mac)).or_insert(plug);
                }
            }
        }
        atlas
    }

    /// Numbers the links: cables that switches and hubs join have the same.
    fn join(&self) -> Vec<usize> {
        let mut links: Vec<Option<usize>> = vec![None; self.map.cables.len()];
        for start in 0..links.len() {
            let mut todo = vec![start];
            while let Some(cable) = todo.pop() {
                match links.get_mut(cable) {
                    Some(link @ None) => *link = Some(start),
                    Some(Some(_)) | None => continue,
                }
                for end in [0, 1] {
                    let Some(node) = self.node(Plug { cable, end }) else { continue };
                    if self.host(node).is_none() {
                        todo.extend(self.plugs(node).iter().map(|plug| plug.cable));
                    }
                }
            }
        }
        links.into_iter().map(Option::unwrap_or_default).collect()
    }

    /// The plug that a captured interface is.
    pub(super) fn plug(&self, place: PlaceId) -> Option<Plug> {
        self.places.get(usize::try_from(place.0).ok()?).copied().flatten()
    }

    /// The cable that a wire of ours is.
    pub(super) fn wire(&self, place: PlaceId) -> Option<usize> {
        self.wires.get(usize::try_from(place.0).ok()?).copied().flatten()
    }

    /// The link that a plug is part of.
    pub(super) fn link(&self, plug: Plug) -> Option<usize> {
        self.links.get(plug.cable).copied()
    }

    /// What a cable is plugged into.
    pub(super) fn node(&self, plug: Plug) -> Option<NodeId> {
        Some(self.map.cables.get(plug.cable)?.ends.get(plug.end)?.node)
    }

    /// The kind of node at a plug.
    pub(super) fn kind(&self, plug: Plug) -> Option<&'a NodeKind> {
        Some(&self.map.get(self.node(plug)?)?.kind)
    }

    /// The cables plugged into a node.
    pub(super) fn plugs(&self, node: NodeId) -> &[Plug] {
        self.nodes.get(node.0).map_or(&[], Vec::as_slice)
    }

    /// A node, where it speaks IP.
    pub(super) fn host(&self, node: NodeId) -> Option<&'a Host> {
        self.map.host(node)
    }

    /// The interface of a host at a plug.
    pub(super) fn interface(&self, plug: Plug) -> Option<&'a Interface> {
        let port = self.map.cables.get(plug.cable)?.ends.get(plug.end)?;
        self.host(port.node)?.interfaces.get(&port.interface)
    }

    /// What the interface at a plug is called.
    pub(super) fn port_name(&self, plug: Plug) -> Option<&'a str> {
        Some(&self.map.cables.get(plug.cable)?.ends.get(plug.end)?.interface)
    }

    /// Who has this MAC address on a link.
    pub(super) fn owner(&self, link: usize, mac: MacAddress) -> Option<Plug> {
        self.addresses.get(&(link, mac.0)).copied()
    }

    /// The plugs of hosts on a link.
    pub(super) fn hosts_on(&self, link: usize) -> impl Iterator<Item = Plug> {
        let cables = self.links.iter().enumerate().filter(move |(_, own)| **own == link);
        let plugs = cables.flat_map(|(cable, _)| [Plug { cable, end: 0 }, Plug { cable, end: 1 }]);
        plugs.filter(|plug| self.interface(*plug).is_some())
    }

    /// How long a frame takes on a link at most, if nobody delays it on purpose.
    pub(super) fn patience(&self, link: usize) -> Span {
        self.patience.get(&link).map_or(LONGEST, |nanos| Span::from_nanos(*nanos))
    }
}
