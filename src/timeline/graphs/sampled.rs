//! What the sender's kernel said of its congestion window when it was asked, or
//! the simulator's TCP at each of its steps. No segment carries it.

use super::{Element, Graph, GraphKind, Meaning, Nothing, Quantity, extent, seconds};
use crate::conversation::{End, TcpConversation};
use crate::model::Inside;

/// What was said of `from`'s socket; where steps were told, they are exact.
pub(super) fn graph(tcp: &TcpConversation, from: End) -> Result<Graph, Nothing> {
    let (start, mut end) = extent(tcp.segments.iter().map(|segment| segment.at)).ok_or(Nothing::NoSegment)?;
    let told = |bytes: fn(&Inside) -> Option<u32>| -> Vec<Element> {
        let steps = tcp.steps.of(from).iter().filter(|step| step.at >= start).filter_map(|step| {
            let inside = step.said.inside.as_ref()?;
            let segments = f64::from(bytes(inside)?) / f64::from(inside.mss.max(1));
            Some(Element::sampled(seconds(step.at, start), segments))
        });
        steps.collect()
    };
    let mut layers = vec![
        (Meaning::CongestionSimulated, told(|inside| inside.cwnd)),
        (Meaning::ThresholdSimulated, told(|inside| inside.ssthresh)),
    ];
    if layers.iter().all(|(_, elements)| elements.is_empty()) {
        layers = [(Meaning::CongestionSampled, false), (Meaning::CongestionSimulated, true)]
            .map(|(meaning, exact)| {
                let samples = tcp.samples.of(from).iter().filter(|sample| sample.exact == exact);
                let values = samples.filter_map(|sample| {
                    let value = f64::from(sample.said.metrics.filter(|metrics| metrics.cwnd > 0)?.cwnd);
                    Some(Element::sampled(seconds(sample.at, start), value))
                });
                (meaning, values.collect())
            })
            .into();
    }
    // It may be told, or asked, after the last segment.
    end = layers.iter().flat_map(|(_, elements)| elements).fold(end, |end, element| end.max(element.at));
    let mut graph = Graph::of(GraphKind::Congestion, from, Quantity::Segments, start, end);
    for (meaning, elements) in layers {
        graph.add(meaning, elements);
    }
    if graph.layers.is_empty() { Err(Nothing::NotSampled) } else { Ok(graph) }
}
