//! Graphs against what tshark says of the captures that come with the program:
//! the fields themselves are held to tshark's by other tests.

use wirelens::conversation::{Conversation, Conversations, End, Ends, TcpConversation, conversations};
use wirelens::source::shipped::SHIPPED;
use wirelens::timeline::graphs::{Element, Graph, GraphKind, Layer, Meaning, Nothing};

fn shipped() -> Vec<(&'static str, Conversations)> {
    let all = SHIPPED.iter().filter_map(|shipped| Some((shipped.id, conversations(&shipped.open().ok()?.trace))));
    all.filter(|(_, all)| !all.tcp.is_empty()).collect()
}

/// Each end's segments, with a graph of what it sends.
fn each_direction(kind: GraphKind, mut check: impl FnMut(&str, &TcpConversation, End, Result<Graph, Nothing>)) {
    let mut checked = 0;
    for (id, all) in shipped() {
        for tcp in &all.tcp {
            for from in End::BOTH {
                check(id, tcp, from, Graph::new(Conversation::Tcp(tcp), kind, from));
                checked += 1;
            }
        }
    }
    assert!(checked > 20, "{checked}");
}

/// `tcp.analysis.bytes_in_flight` of every segment that has it.
#[test]
fn bytes_in_flight_are_tsharks() {
    let mut compared = Ends { client: 0, server: 0 };
    each_direction(GraphKind::InFlight, |id, tcp, from, graph| {
        for segment in tcp.segments.iter().filter(|segment| segment.from == from) {
            let Some(expected) = segment.row.bytes_in_flight else { continue };
            let steps = graph.as_ref().unwrap().layer(Meaning::InFlight).unwrap();
            let ours = steps.elements().iter().find(|step| step.frame == Some(segment.frame)).unwrap();
            assert_eq!(ours.high.to_bits(), f64::from(expected).to_bits(), "{id} {:?}", segment.frame);
            *compared.of_mut(from) += 1;
        }
    });
    assert!(compared.client > 20 && compared.server > 20, "{compared:?}");
}

/// `tcp.analysis.ack_rtt` with its frame, both ways round: what tshark
/// measures, we do, and no exact round trip of ours is unknown to it.
#[test]
fn round_trips_are_tsharks() {
    let mut compared = 0;
    each_direction(GraphKind::RoundTrip, |id, tcp, from, graph| {
        // What is one connection behind a translator is another one to tshark.
        let sockets = |end: End| {
            let sent = tcp.segments.iter().filter(move |segment| segment.from == end);
            sent.flat_map(|segment| &segment.seen_at).map(|seen| seen.sockets)
        };
        if End::BOTH.into_iter().any(|end| sockets(end).any(|seen| Some(seen) != sockets(end).next())) {
            return;
        }
        let answers = tcp.segments.iter().filter(|segment| segment.from != from);
        let theirs: Vec<(u32, u32, i64)> = answers
            .filter_map(|segment| Some((segment.row.acks_frame?.0, segment.frame.0, segment.row.ack_rtt?.nanos())))
            .collect();
        let ours: Vec<(u32, u32, i64)> =
            graph.ok().as_ref().and_then(|graph| graph.layer(Meaning::RoundTrip)).map_or_else(Vec::new, |layer| {
                let row = |element: &Element| {
                    let nanos = format!("{:.0}", element.high * 1e9).parse().unwrap();
                    (element.frame.unwrap().0, element.answer.unwrap().0, nanos)
                };
                layer.elements().iter().map(row).collect()
            });
        assert_eq!(ours, theirs, "{id} {from:?}");
        compared += ours.len();
    });
    assert!(compared > 60, "{compared}");
}

/// Places in 64 bits are tshark's relative numbers as long as these do not
/// wrap.
#[test]
fn places_are_relative_numbers() {
    each_direction(GraphKind::Stevens, |id, tcp, from, graph| {
        for segment in tcp.segments.iter().filter(|segment| segment.from == from && segment.length > 0) {
            let graph = graph.as_ref().unwrap();
            let meanings = [Meaning::Data, Meaning::Again, Meaning::OutOfOrder];
            let mut elements = meanings.iter().filter_map(|one| graph.layer(*one)).flat_map(Layer::elements);
            let ours = elements.find(|element| element.frame == Some(segment.frame)).unwrap();
            let first = segment.relative_seq + u32::from(segment.flags.syn());
            assert_eq!(ours.low.to_bits(), f64::from(first).to_bits(), "{id} {:?}", segment.frame);
        }
    });
}

/// Every graph of every capture that comes with the program, both ways.
#[test]
fn graphs_stay_within_their_bounds() {
    for shipped in SHIPPED {
        let all = conversations(&shipped.open().unwrap().trace);
        for conversation in all.all() {
            for (kind, from) in GraphKind::ALL.into_iter().flat_map(|kind| End::BOTH.map(|from| (kind, from))) {
                let Ok(graph) = Graph::new(conversation, kind, from) else { continue };
                let fit = graph.fit(|_| true).unwrap();
                // A kernel may have been asked before the first segment.
                let sampled = graph.layers.iter().any(|layer| layer.elements().iter().any(|one| one.frame.is_none()));
                assert!((fit.at.0 >= 0.0 || sampled) && fit.at.1 <= graph.end, "{} {kind:?}: {fit:?}", shipped.id);
                assert!(fit.value.0 >= 0.0 && fit.value.0 <= fit.value.1, "{} {kind:?}: {fit:?}", shipped.id);
                for layer in &graph.layers {
                    assert!(!layer.elements().is_empty());
                }
            }
        }
    }
}
