//! From each segment to the first acknowledgment or SACK block that covers it.
//!
//! Where numbers were sent more than once an acknowledgment does not say for
//! which copy it is, and gives no time (Karn's algorithm, RFC 6298 §3), unless
//! it echoes the timestamp of one copy alone (RFC 7323 §4.1).

use std::collections::VecDeque;

use super::numbers::Numbers;
use super::sequence::is_duplicate;
use super::{Element, Graph, GraphKind, Meaning, Nothing, Quantity, Remark, extent, is_again, seconds};
use crate::conversation::{End, Segment, TcpConversation};
use crate::model::Timestamp;
use crate::trace::FrameNumber;

/// One time that a segment was sent.
#[derive(Clone, Copy, Debug)]
struct Copy {
    at: Timestamp,
    frame: FrameNumber,
    /// The value of its timestamps option.
    stamp: Option<u32>,
}

/// A segment that waits for its acknowledgment.
#[derive(Debug)]
struct Sent {
    start: i64,
    /// The number behind it, SYN and FIN counted.
    end: i64,
    first: Copy,
    /// The times it was sent again, in whole or in part.
    again: Vec<Copy>,
    /// It stands in the capture as a copy of something that does not.
    copy: bool,
}

/// What is collected.
#[derive(Default)]
struct Samples {
    exact: Vec<Element>,
    covered: Vec<Element>,
    by_sack: Vec<Element>,
    by_timestamps: Vec<Element>,
    /// Acknowledged, but nobody knows which copy.
    unknown: u32,
    /// Something was acknowledged.
    acknowledged: bool,
}

/// The round trips of what `from` sends.
pub(super) fn graph(tcp: &TcpConversation, from: End) -> Result<Graph, Nothing> {
    let mut numbers = Numbers::of(tcp, from).ok_or(Nothing::NoSegment)?;
    let (start, mut end) = extent(tcp.segments.iter().map(|segment| segment.at)).ok_or(Nothing::NoSegment)?;
    let mut waiting: VecDeque<Sent> = VecDeque::new();
    let mut samples = Samples::default();
    for segment in &tcp.segments {
        if segment.from == from {
            send(segment, &mut numbers, &mut waiting);
        } else if let Some(ack) = segment.ack {
            let place = numbers.reach(ack);
            while let Some(sent) = waiting.pop_front_if(|sent| sent.end <= place) {
                samples.take(&sent, place, segment, start);
            }
            let twice = is_duplicate(&segment.sack, |seq| numbers.place(seq), place);
            for (left, right) in segment.sack.iter().skip(usize::from(twice)) {
                let (left, right) = (numbers.place(*left), numbers.place(*right));
                let first = waiting.partition_point(|sent| sent.start < left);
                let behind = waiting.partition_point(|sent| sent.end <= right);
                if first < behind {
                    waiting.drain(first..behind).for_each(|sent| samples.take_held(&sent, segment, start));
                }
            }
        }
    }
    let [said, told] = [false, true].map(|exact| rtt_samples(tcp, from, start, exact));
    // A kernel may be asked after the last segment.
    end = said.iter().chain(&told).fold(end, |end, sample| end.max(sample.at));
    let mut graph = Graph::of(GraphKind::RoundTrip, from, Quantity::Seconds, start, end);
    if samples.unknown > 0 {
        graph.remarks.push(Remark::SentAgain(samples.unknown));
    }
    graph.add(Meaning::RoundTripSampled, said);
    graph.add(Meaning::RoundTripTold, told);
    graph.add(Meaning::RoundTripCovered, samples.covered);
    graph.add(Meaning::RoundTripBySack, samples.by_sack);
    graph.add(Meaning::RoundTrip, samples.exact);
    graph.add(Meaning::RoundTripByTimestamps, samples.by_timestamps);
    match (graph.layers.is_empty(), samples.acknowledged) {
        (false, _) => Ok(graph),
        (true, true) => Err(Nothing::AllSentAgain),
        (true, false) if tcp.segments.iter().all(|segment| segment.from != from) => Err(Nothing::NoSegment),
        (true, false) => Err(Nothing::NotAcknowledged),
    }
}

/// What the kernel at `from` had measured when it was asked; or, `exact`, what
/// our own TCP there told.
fn rtt_samples(tcp: &TcpConversation, from: End, start: Timestamp, exact: bool) -> Vec<Element> {
    let samples = tcp.samples.of(from).iter().filter(|sample| sample.exact == exact);
    let values = samples.filter_map(|sample| {
        let metrics = sample.said.metrics.filter(|metrics| metrics.rtt_us > 0)?;
        Some(Element::sampled(seconds(sample.at, start), f64::from(metrics.rtt_us) / 1e6))
    });
    values.collect()
}

fn send(segment: &Segment, numbers: &mut Numbers, waiting: &mut VecDeque<Sent>) {
    let count = segment.length + segment.flags.sequence_length();
    if count == 0 || segment.flags.rst() {
        return;
    }
    let stamp = segment.timestamps.map(|(value, _)| value);
    let copy = Copy { at: segment.at, frame: segment.frame, stamp };
    let first = numbers.place(segment.seq);
    let behind = numbers.reach(segment.seq + count);
    // Those waiting do not overlap: the first that ends behind its start.
    let place = waiting.partition_point(|sent| sent.end <= first);
    let mut overlaps = false;
    let mut reached = first;
    for sent in waiting.iter_mut().skip(place).take_while(|sent| sent.start < behind) {
        sent.again.push(copy);
        overlaps = true;
        reached = reached.max(sent.end);
    }
    if !overlaps {
        let again = is_again(segment);
        waiting.insert(place, Sent { start: first, end: behind, first: copy, again: Vec::new(), copy: again });
    } else if reached < behind {
        // What it has beyond the others was sent once, but not alone.
        let place = waiting.partition_point(|sent| sent.end <= reached);
        waiting.insert(place, Sent { start: reached, end: behind, first: copy, again: Vec::new(), copy: true });
    }
}

impl Copy {
    /// What is drawn of it, acknowledged by `answer`.
    fn answered(&self, answer: &Segment, start: Timestamp) -> Element {
        let value = seconds(answer.at, self.at);
        let at = seconds(self.at, start);
        Element { at, low: value, high: value, frame: Some(self.frame), answer: Some(answer.frame) }
    }
}

impl Sent {
    /// It was sent once, as far as anybody knows.
    const fn is_certain(&self) -> bool {
        self.again.is_empty() && !self.copy
    }
}

impl Samples {
    /// Takes in that a block of `by` covers all of `sent`. The timestamp it
    /// echoes is not that of a segment that came out of order (RFC 7323 §4.3).
    fn take_held(&mut self, sent: &Sent, by: &Segment, start: Timestamp) {
        self.acknowledged = true;
        if sent.is_certain() {
            self.by_sack.push(sent.first.answered(by, start));
        } else {
            self.unknown += 1;
        }
    }

    /// Takes in that `segment` acknowledges all of `sent`, and everything
    /// before `ack`.
    fn take(&mut self, sent: &Sent, ack: i64, segment: &Segment, start: Timestamp) {
        self.acknowledged = true;
        if sent.is_certain() {
            let layer = if sent.end == ack { &mut self.exact } else { &mut self.covered };
            layer.push(sent.first.answered(segment, start));
            return;
        }
        let echo = segment.timestamps.map(|(_, echo)| echo);
        let mut echoed =
            std::iter::once(&sent.first).chain(&sent.again).filter(|copy| copy.stamp.is_some() && copy.stamp == echo);
        match (echoed.next(), echoed.next()) {
            (Some(copy), None) => self.by_timestamps.push(copy.answered(segment, start)),
            _ => self.unknown += 1,
        }
    }
}
