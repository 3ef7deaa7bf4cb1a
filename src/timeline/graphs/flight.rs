//! What is sent and not acknowledged, and how much the receiver allows.

use std::collections::BTreeMap;

use super::numbers::Numbers;
use super::sequence::is_duplicate;
use super::{
    Element, Graph, GraphKind, Meaning, Nothing, Quantity, Remark, carries_data, coordinate, extent, found, seconds,
};
use crate::conversation::{End, Segment, TcpConversation};
use crate::model::Timestamp;

/// What is on its way.
#[derive(Debug)]
struct Flight {
    numbers: Numbers,
    /// The lowest number that is not acknowledged.
    first: i64,
    /// The number behind the last one sent.
    next: i64,
    /// Blocks that the receiver holds out of order: start, end; none overlaps
    /// or touches another.
    held: BTreeMap<i64, i64>,
    /// Where SYN and FIN stand: they are numbers, not bytes.
    control: Vec<i64>,
}

impl Flight {
    /// Bytes sent and neither acknowledged nor held by the receiver.
    fn bytes(&self) -> i64 {
        let held: i64 = self.held.iter().map(|(start, end)| end - start).sum();
        let control = self.control.iter().filter(|place| (self.first..self.next).contains(place)).count();
        self.next - self.first - held - i64::try_from(control).unwrap_or(0)
    }

    fn send(&mut self, segment: &Segment) {
        let first = self.numbers.place(segment.seq);
        if segment.flags.syn() {
            self.note_control(first);
        }
        let behind = self.numbers.reach(segment.seq + segment.length + segment.flags.sequence_length());
        if segment.flags.fin() {
            self.note_control(behind - 1);
        }
        self.next = self.next.max(behind);
    }

    /// There are two of them, unless somebody makes them up.
    fn note_control(&mut self, place: i64) {
        const MOST: usize = 16;
        if !self.control.contains(&place) && self.control.len() < MOST {
            self.control.push(place);
        }
    }

    fn answer(&mut self, segment: &Segment) {
        let Some(ack) = segment.ack else { return };
        let ack = self.numbers.reach(ack);
        if ack > self.first {
            self.first = ack;
            // What is acknowledged was sent, whether it was captured or not.
            self.next = self.next.max(ack);
            while let Some(block) = self.held.first_entry().filter(|block| *block.key() < ack) {
                let end = block.remove();
                if end > ack {
                    self.held.insert(ack, end);
                }
            }
        }
        let twice = is_duplicate(&segment.sack, |seq| self.numbers.place(seq), ack);
        for (left, right) in segment.sack.iter().skip(usize::from(twice)) {
            let (left, right) = (self.numbers.place(*left), self.numbers.place(*right));
            self.hold(left.max(self.first), right.min(self.next));
        }
    }

    fn hold(&mut self, mut start: i64, mut end: i64) {
        if start >= end {
            return;
        }
        // Those that it overlaps or touches become one with it.
        while let Some((left, right)) = self.held.range(..=end).next_back().map(|(left, right)| (*left, *right))
            && right >= start
        {
            self.held.remove(&left);
            start = start.min(left);
            end = end.max(right);
        }
        self.held.insert(start, end);
    }
}

/// Bytes in flight of what `from` sends, against the peer's window.
pub(super) fn graph(tcp: &TcpConversation, from: End) -> Result<Graph, Nothing> {
    let numbers = Numbers::of(tcp, from).ok_or(Nothing::NoSegment)?;
    let (start, end) = extent(tcp.segments.iter().map(|segment| segment.at)).ok_or(Nothing::NoSegment)?;
    if !tcp.segments.iter().any(|segment| segment.from == from && carries_data(segment)) {
        return Err(Nothing::NoData);
    }
    let mut flight: Option<Flight> = None;
    let (mut steps, mut full) = (Vec::new(), Vec::new());
    for segment in tcp.segments.iter().filter(|segment| !segment.flags.rst()) {
        let known = flight.get_or_insert_with(|| {
            let first = match segment.ack.filter(|_| segment.from != from) {
                Some(ack) => numbers.place(ack),
                None if segment.from == from => numbers.place(segment.seq),
                None => 0,
            };
            Flight { numbers, first, next: first, held: BTreeMap::new(), control: Vec::new() }
        });
        let before = known.bytes();
        if segment.from == from {
            known.send(segment);
        } else {
            known.answer(segment);
        }
        let bytes = known.bytes();
        let carries = segment.from == from && carries_data(segment);
        let element = Element::point(seconds(segment.at, start), coordinate(bytes), segment.frame);
        if carries || bytes != before || steps.is_empty() {
            steps.push(element);
        }
        if found(segment, "tcp.analysis.window_full") && segment.from == from {
            full.push(element);
        }
    }
    let mut graph = Graph::of(GraphKind::InFlight, from, Quantity::Bytes, start, end);
    let (window, unscaled) = windows(tcp, from, start);
    if unscaled && window.is_empty() {
        graph.remarks.push(Remark::ScaleNotSeen);
    }
    graph.add(Meaning::Window, window);
    graph.add(Meaning::InFlight, steps);
    graph.add(Meaning::WindowFull, full);
    Ok(graph)
}

/// The window that the receiver of what `from` sends advertises.
pub(super) fn window(tcp: &TcpConversation, from: End) -> Result<Graph, Nothing> {
    let (start, end) = extent(tcp.segments.iter().map(|segment| segment.at)).ok_or(Nothing::NoSegment)?;
    let (window, unscaled) = windows(tcp, from, start);
    if window.is_empty() {
        return Err(if unscaled { Nothing::ScaleNotSeen } else { Nothing::NoAnswer });
    }
    let answers = tcp.segments.iter().filter(|segment| segment.from != from);
    let zero = answers.filter(|segment| found(segment, "tcp.analysis.zero_window"));
    let zero = zero.map(|segment| Element::point(seconds(segment.at, start), 0.0, segment.frame));
    let mut graph = Graph::of(GraphKind::Window, from, Quantity::Bytes, start, end);
    graph.add(Meaning::Window, window);
    graph.add(Meaning::ZeroWindow, zero.collect());
    Ok(graph)
}

/// What the receiver of what `from` sends says it can take, and whether a
/// window without its scale was among it. A reset's window says nothing.
fn windows(tcp: &TcpConversation, from: End, start: Timestamp) -> (Vec<Element>, bool) {
    let mut unscaled = false;
    let mut windows = Vec::new();
    for segment in tcp.segments.iter().filter(|segment| segment.from != from && !segment.flags.rst()) {
        match segment.window_size {
            Some(window) => {
                let value = f64::from(window.bytes());
                windows.push(Element::point(seconds(segment.at, start), value, segment.frame));
            }
            None => unscaled = true,
        }
    }
    (windows, unscaled)
}
