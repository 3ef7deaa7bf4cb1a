//! Bytes in buckets of time: throughput and goodput.

use super::numbers::Numbers;
use super::{Element, Graph, GraphKind, Meaning, Nothing, Quantity, Remark, carries_data, coordinate, moments};
use crate::conversation::{DatagramContent, End, TcpConversation, UdpConversation};
use crate::model::{Span, Timestamp};
use crate::trace::FrameNumber;

/// A conversation is cut into at most this many buckets, and one for its last
/// moment.
const MOST: i64 = 200;

/// Bytes by time.
struct Buckets {
    start: Timestamp,
    /// Nanoseconds.
    length: i64,
    /// Bytes, and the first frame that brought some.
    sums: Vec<(u64, Option<FrameNumber>)>,
}

/// The least of 1, 2, 5, 10, … nanoseconds that cuts a span into no more than
/// [`MOST`] pieces.
fn bucket(whole: Span) -> i64 {
    let least = whole.nanos().max(0) / MOST + i64::from(whole.nanos().max(0) % MOST > 0);
    let mut power = 1_i64;
    loop {
        for factor in [1, 2, 5] {
            let length = power.saturating_mul(factor);
            if length >= least {
                return length;
            }
        }
        power = power.saturating_mul(10);
    }
}

impl Buckets {
    fn new(start: Timestamp, whole: Span) -> Self {
        let length = bucket(whole);
        Self { start, length, sums: vec![(0, None); place(whole, length) + 1] }
    }

    /// What lies before the start counts with the first bucket: only a clock
    /// that goes back brings it.
    fn add(&mut self, at: Timestamp, bytes: u64, frame: FrameNumber) {
        let index = place(at.since(self.start), self.length);
        if let Some((sum, first)) = self.sums.get_mut(index) {
            *sum += bytes;
            if bytes > 0 {
                first.get_or_insert(frame);
            }
        }
    }

    fn is_empty(&self) -> bool {
        self.sums.iter().all(|(sum, _)| *sum == 0)
    }

    /// Seconds.
    fn seconds(&self) -> f64 {
        coordinate(self.length) / 1e9
    }

    /// Bits a second.
    fn elements(&self) -> Vec<Element> {
        let of = |(index, (sum, frame)): (i64, &(u64, Option<FrameNumber>))| {
            let value = coordinate(i64::try_from(*sum).unwrap_or(i64::MAX)) * 8.0 / self.seconds();
            let at = coordinate(index.saturating_mul(self.length)) / 1e9;
            Element { at, low: value, high: value, frame: *frame, answer: None }
        };
        (0_i64..).zip(&self.sums).map(of).collect()
    }

    /// Where the last one ends, in seconds.
    fn end(&self) -> f64 {
        let count = i64::try_from(self.sums.len()).unwrap_or(i64::MAX);
        coordinate(count.saturating_mul(self.length)) / 1e9
    }
}

/// In which bucket a moment lies.
fn place(since: Span, length: i64) -> usize {
    usize::try_from(since.nanos() / length).unwrap_or(0)
}

/// Throughput and goodput of what `from` sends.
pub(super) fn of_segments(tcp: &TcpConversation, from: End) -> Result<Graph, Nothing> {
    let mut numbers = Numbers::of(tcp, from).ok_or(Nothing::NoSegment)?;
    let (start, end) = moments(tcp.segments.iter().map(|segment| segment.at)).ok_or(Nothing::NoSegment)?;
    if !tcp.segments.iter().any(|segment| segment.from == from && carries_data(segment)) {
        return Err(Nothing::NoData);
    }
    if end <= start {
        return Err(Nothing::OneMoment);
    }
    let mut sent = Buckets::new(start, end.since(start));
    let mut first_sent = Buckets::new(start, end.since(start));
    let mut acknowledged = Buckets::new(start, end.since(start));
    // The highest acknowledgment so far, and where SYN and FIN stand.
    let mut highest = None;
    let (mut syn, mut fin) = (None, None);
    for segment in &tcp.segments {
        if segment.from == from {
            let first = numbers.place(segment.seq);
            if !segment.flags.rst() {
                sent.add(segment.at, segment.length.into(), segment.frame);
                first_sent.add(segment.at, segment.new_bytes.into(), segment.frame);
                let behind = numbers.reach(segment.seq + segment.length + segment.flags.sequence_length());
                syn = syn.or(segment.flags.syn().then_some(first));
                fin = fin.or(segment.flags.fin().then_some(behind - 1));
                highest = highest.or(Some(first));
            }
        } else if let Some(ack) = segment.ack.filter(|_| !segment.flags.rst()) {
            let ack = numbers.reach(ack);
            let before = *highest.get_or_insert(ack);
            if ack > before {
                let control = [syn, fin].into_iter().flatten().filter(|place| (before..ack).contains(place)).count();
                let bytes = u64::try_from(ack - before).unwrap_or(0);
                let bytes = bytes.saturating_sub(u64::try_from(control).unwrap_or(0));
                acknowledged.add(segment.at, bytes, segment.frame);
                highest = Some(ack);
            }
        }
    }
    let mut graph = Graph::of(GraphKind::Throughput, from, Quantity::BitsPerSecond, start, sent.end());
    graph.remarks.push(Remark::Bucket(sent.seconds()));
    graph.add(Meaning::Throughput, sent.elements());
    if acknowledged.is_empty() {
        graph.add(Meaning::GoodputFirstSent, first_sent.elements());
    } else {
        graph.add(Meaning::GoodputAcknowledged, acknowledged.elements());
    }
    Ok(graph)
}

/// The rate of what `from` sends.
pub(super) fn of_datagrams(udp: &UdpConversation, from: End) -> Result<Graph, Nothing> {
    let sent = udp.datagrams.iter().filter(|one| one.from == from && one.content == DatagramContent::Data);
    if sent.clone().next().is_none() {
        return Err(Nothing::NoSegment);
    }
    let (start, end) = moments(udp.datagrams.iter().map(|datagram| datagram.at)).ok_or(Nothing::NoSegment)?;
    if end <= start {
        return Err(Nothing::OneMoment);
    }
    let mut buckets = Buckets::new(start, end.since(start));
    for datagram in sent {
        buckets.add(datagram.at, datagram.length.into(), datagram.frame);
    }
    let mut graph = Graph::of(GraphKind::Throughput, from, Quantity::BitsPerSecond, start, buckets.end());
    graph.remarks.push(Remark::Bucket(buckets.seconds()));
    graph.add(Meaning::Rate, buckets.elements());
    Ok(graph)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_is_a_round_number_and_there_are_not_too_many() {
        let cases = [
            (0, 1),
            (1, 1),
            (100_000, 500),
            (1_000_000_000, 5_000_000),
            (200_000_000_000, 1_000_000_000),
            (200_000_000_001, 2_000_000_000),
            (i64::MAX, 50_000_000_000_000_000),
        ];
        for (nanos, expected) in cases {
            assert_eq!(bucket(Span::from_nanos(nanos)), expected, "{nanos}");
            assert!(place(Span::from_nanos(nanos), expected) <= 200);
        }
        assert_eq!(place(Span::from_nanos(-7), 1), 0);
    }
}
