//! Sequence numbers over time: Stevens's points, and tcptrace's bars between
//! what is acknowledged and what the window allows.

use super::numbers::Numbers;
use super::{
    Element, Graph, GraphKind, Meaning, Nothing, Quantity, Remark, carries_data, coordinate, extent, found, is_again,
    seconds,
};
use crate::conversation::{End, Fate, Segment, TcpConversation};
use crate::model::{SeqNumber, Timestamp};

/// What is collected, a list for each layer.
#[derive(Default)]
struct Layers {
    data: Vec<Element>,
    again: Vec<Element>,
    out_of_order: Vec<Element>,
    lost: Vec<Element>,
    syn: Vec<Element>,
    fin: Vec<Element>,
    reset: Vec<Element>,
    acknowledged: Vec<Element>,
    window: Vec<Element>,
    sack: Vec<Element>,
    duplicate_sack: Vec<Element>,
    duplicate_ack: Vec<Element>,
    zero_window: Vec<Element>,
    window_full: Vec<Element>,
    /// The highest number that was acknowledged.
    highest_ack: Option<i64>,
    /// A window without its scale was seen.
    unscaled: bool,
}

/// Either graph of what `from` sends.
pub(super) fn graph(tcp: &TcpConversation, kind: GraphKind, from: End) -> Result<Graph, Nothing> {
    let numbers = Numbers::of(tcp, from).ok_or(Nothing::NoSegment)?;
    let (start, end) = extent(tcp.segments.iter().map(|segment| segment.at)).ok_or(Nothing::NoSegment)?;
    let mut graph = Graph::of(kind, from, Quantity::Sequence, start, end);
    graph.base = Some(numbers.base());
    let mut walk = Walk { kind, numbers, start, layers: Layers::default() };
    for segment in &tcp.segments {
        if segment.from == from {
            walk.sent(segment);
        } else if kind == GraphKind::Tcptrace {
            walk.answered(segment);
        }
    }
    let layers = walk.layers;
    if layers.unscaled && layers.window.is_empty() {
        graph.remarks.push(Remark::ScaleNotSeen);
    }
    graph.add(Meaning::WindowEdge, layers.window);
    graph.add(Meaning::Acknowledged, layers.acknowledged);
    graph.add(Meaning::Sack, layers.sack);
    graph.add(Meaning::DuplicateSack, layers.duplicate_sack);
    graph.add(Meaning::Data, layers.data);
    graph.add(Meaning::OutOfOrder, layers.out_of_order);
    graph.add(Meaning::Again, layers.again);
    graph.add(Meaning::DuplicateAck, layers.duplicate_ack);
    graph.add(Meaning::ZeroWindow, layers.zero_window);
    graph.add(Meaning::WindowFull, layers.window_full);
    graph.add(Meaning::Lost, layers.lost);
    graph.add(Meaning::Syn, layers.syn);
    graph.add(Meaning::Fin, layers.fin);
    graph.add(Meaning::Reset, layers.reset);
    if graph.layers.is_empty() { Err(Nothing::NoSegment) } else { Ok(graph) }
}

struct Walk {
    kind: GraphKind,
    numbers: Numbers,
    start: Timestamp,
    layers: Layers,
}

impl Walk {
    fn at(&self, segment: &Segment) -> f64 {
        seconds(segment.at, self.start)
    }

    /// A segment of the direction that is drawn.
    fn sent(&mut self, segment: &Segment) {
        let at = self.at(segment);
        let mark = |place: i64| Element::point(at, coordinate(place), segment.frame);
        let first = self.numbers.place(segment.seq);
        let data = first + i64::from(segment.flags.syn());
        let behind = data + i64::from(segment.length);
        let layers = &mut self.layers;
        if carries_data(segment) {
            let layer = if is_again(segment) {
                &mut layers.again
            } else if found(segment, "tcp.analysis.out_of_order") {
                &mut layers.out_of_order
            } else {
                &mut layers.data
            };
            layer.push(Element::bar(at, coordinate(data), coordinate(behind), segment.frame));
        }
        if segment.flags.rst() {
            // Its number may be anything: it moves nothing.
            layers.reset.push(mark(first));
            return;
        }
        if segment.flags.syn() {
            layers.syn.push(mark(first));
        }
        if segment.flags.fin() {
            layers.fin.push(mark(behind));
        }
        if matches!(segment.fate, Fate::Lost { .. }) {
            layers.lost.push(mark(behind));
        }
        if self.kind == GraphKind::Tcptrace && found(segment, "tcp.analysis.window_full") {
            layers.window_full.push(mark(behind));
        }
        self.numbers.reach(segment.seq + segment.length + segment.flags.sequence_length());
    }

    /// A segment of the other direction: what it acknowledges and allows.
    fn answered(&mut self, segment: &Segment) {
        let Some(ack) = segment.ack.filter(|_| !segment.flags.rst()) else { return };
        let at = self.at(segment);
        let place = self.numbers.reach(ack);
        let highest = self.layers.highest_ack.map_or(place, |highest| highest.max(place));
        self.layers.highest_ack = Some(highest);
        let mark = |place: i64| Element::point(at, coordinate(place), segment.frame);
        self.layers.acknowledged.push(mark(highest));
        match segment.window_size {
            Some(window) => self.layers.window.push(mark(place + i64::from(window.bytes()))),
            None => self.layers.unscaled = true,
        }
        self.sack(segment, at, place);
        if found(segment, "tcp.analysis.duplicate_ack") {
            self.layers.duplicate_ack.push(mark(place));
        }
        if found(segment, "tcp.analysis.zero_window") {
            self.layers.zero_window.push(mark(place));
        }
    }

    fn sack(&mut self, segment: &Segment, at: f64, ack: i64) {
        let twice = is_duplicate(&segment.sack, |seq| self.numbers.place(seq), ack);
        for (index, (left, right)) in segment.sack.iter().enumerate() {
            let (left, right) = (self.numbers.place(*left), self.numbers.place(*right));
            let bar = Element::bar(at, coordinate(left), coordinate(right), segment.frame);
            // A block that is none is what it is: a point.
            let bar = if left < right { bar } else { Element::point(at, coordinate(left), segment.frame) };
            if index == 0 && twice {
                self.layers.duplicate_sack.push(bar);
            } else {
                self.layers.sack.push(bar);
            }
        }
    }
}

/// Whether the first block tells of bytes that came twice: it lies below the
/// acknowledgment, or within the second block (RFC 2883 §4).
pub(super) fn is_duplicate(blocks: &[(SeqNumber, SeqNumber)], place: impl Fn(SeqNumber) -> i64, ack: i64) -> bool {
    let Some((left, right)) = blocks.first().map(|(left, right)| (place(*left), place(*right))) else { return false };
    let within =
        |(outer_left, outer_right): &(SeqNumber, SeqNumber)| place(*outer_left) <= left && right <= place(*outer_right);
    right <= ack || blocks.get(1).is_some_and(within)
}
