//! What the sender's kernel said of its congestion window when it was asked.
//! No segment carries it.

use super::{Element, Graph, GraphKind, Meaning, Nothing, Quantity, extent, seconds};
use crate::conversation::{End, TcpConversation};

/// The samples of `from`'s socket.
pub(super) fn graph(tcp: &TcpConversation, from: End) -> Result<Graph, Nothing> {
    let (start, mut end) = extent(tcp.segments.iter().map(|segment| segment.at)).ok_or(Nothing::NoSegment)?;
    let samples = tcp.samples.of(from).iter().filter_map(|sample| {
        let value = f64::from(sample.said.metrics.filter(|metrics| metrics.cwnd > 0)?.cwnd);
        Some(Element::sampled(seconds(sample.at, start), value))
    });
    // A simulated TCP tells at every step.
    let steps = tcp.steps.of(from).iter().filter(|step| step.at >= start).filter_map(|step| {
        let inside = step.said.inside.as_ref()?;
        let segments = f64::from(inside.cwnd?) / f64::from(inside.mss.max(1));
        Some(Element::sampled(seconds(step.at, start), segments))
    });
    let mut elements: Vec<Element> = steps.collect();
    if elements.is_empty() {
        elements.extend(samples);
    }
    let samples = elements;
    // A kernel may be asked after the last segment.
    end = samples.iter().fold(end, |end, sample| end.max(sample.at));
    let mut graph = Graph::of(GraphKind::Congestion, from, Quantity::Segments, start, end);
    graph.add(Meaning::CongestionSampled, samples);
    if graph.layers.is_empty() { Err(Nothing::NotSampled) } else { Ok(graph) }
}
