//! Datagrams over time: how large each is.

use super::{Element, Graph, GraphKind, Meaning, Nothing, Quantity, extent, seconds};
use crate::conversation::{DatagramContent, End, UdpConversation};

/// The sizes of what `from` sends, and the errors that came back.
pub(super) fn sizes(udp: &UdpConversation, from: End) -> Result<Graph, Nothing> {
    let (start, end) = extent(udp.datagrams.iter().map(|datagram| datagram.at)).ok_or(Nothing::NoSegment)?;
    let (mut sent, mut errors) = (Vec::new(), Vec::new());
    for datagram in &udp.datagrams {
        let at = seconds(datagram.at, start);
        match datagram.content {
            DatagramContent::Data if datagram.from == from => {
                sent.push(Element::point(at, f64::from(datagram.length), datagram.frame));
            }
            DatagramContent::Error { about, .. } if datagram.from != from => {
                let found = about.and_then(|frame| {
                    let place = udp.datagrams.binary_search_by_key(&frame, |datagram| datagram.frame).ok()?;
                    udp.datagrams.get(place)
                });
                let size = found.map_or(0, |datagram| datagram.length);
                errors.push(Element::point(at, f64::from(size), datagram.frame));
            }
            DatagramContent::Data | DatagramContent::Error { .. } => {}
        }
    }
    let mut graph = Graph::of(GraphKind::Stevens, from, Quantity::Bytes, start, end);
    graph.add(Meaning::Datagram, sent);
    graph.add(Meaning::Error, errors);
    if graph.layers.is_empty() { Err(Nothing::NoSegment) } else { Ok(graph) }
}
