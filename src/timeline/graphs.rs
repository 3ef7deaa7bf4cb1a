//! Graphs of one conversation over time: what is drawn, in seconds from its
//! first segment and in bytes, seconds or bits a second.
//!
//! Owns the series and how little of them must be looked at to draw a part
//! (`Layer::columns`). A pure function of a conversation; knows no pixel, no
//! colour and no language. All numbers are those of the place where the
//! capture was made: a round trip is what lay between a segment and its
//! acknowledgment *there*.

/// Datagrams over time.
mod datagrams;
/// Drawing a million elements by looking at a thousand.
mod detail;
/// What is sent and not acknowledged, against what may be.
mod flight;
/// Sequence numbers without a wrap.
mod numbers;
/// Bytes in buckets of time.
mod rate;
/// From a segment to its acknowledgment.
mod round_trip;
/// What the kernel said of its congestion window.
mod sampled;
/// Sequence numbers over time.
mod sequence;
/// Stories, with the graphs they must give.
#[cfg(test)]
mod tests;

pub use detail::{Column, Layer};

use crate::conversation::{Conversation, End, Segment};
use crate::model::{SeqNumber, Timestamp};
use crate::trace::FrameNumber;

/// Which graph.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GraphKind {
    /// Sequence numbers as points (W. R. Stevens, *TCP/IP Illustrated*); of
    /// UDP, the sizes of datagrams.
    #[default]
    Stevens,
    /// Segments as bars between acknowledgment and window, as `tcptrace -S`
    /// draws them.
    Tcptrace,
    /// From each segment to its acknowledgment.
    RoundTrip,
    /// Bytes in flight against the peer's window.
    InFlight,
    /// Bytes sent and acknowledged in a second.
    Throughput,
    /// The window that the receiver advertises.
    Window,
    /// The sender's congestion window, where its kernel was asked.
    Congestion,
}

impl GraphKind {
    /// All, in the order in which they are offered.
    pub const ALL: [Self; 7] = [
        Self::Stevens,
        Self::Tcptrace,
        Self::RoundTrip,
        Self::InFlight,
        Self::Throughput,
        Self::Window,
        Self::Congestion,
    ];
}

/// What the vertical axis counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    /// Sequence numbers from the sender's initial one; [`Graph::base`] is 0.
    Sequence,
    /// Bytes.
    Bytes,
    /// Seconds.
    Seconds,
    /// Bits in a second.
    BitsPerSecond,
    /// Segments of the maximum size.
    Segments,
}

/// How a layer is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A dot at the `low` of each element.
    Dots,
    /// A sign at the `low` of each element.
    Signs,
    /// A vertical bar from `low` to `high`.
    Bars,
    /// `high` holds until the next element, the last one to [`Graph::end`].
    Steps,
}

/// What a layer shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Meaning {
    /// The next byte that the receiver expects.
    Acknowledged,
    /// The number behind the last byte that the receiver allows.
    WindowEdge,
    /// A block that the receiver holds out of order (RFC 2018).
    Sack,
    /// A block that the receiver got twice (RFC 2883).
    DuplicateSack,
    /// Payload sent for the first time.
    Data,
    /// Numbers that were sent before.
    Again,
    /// Overtaken on its way.
    OutOfOrder,
    /// A segment that one place saw and the next one did not.
    Lost,
    /// The same acknowledgment again.
    DuplicateAck,
    /// The receiver can take nothing more.
    ZeroWindow,
    /// It fills the receiver's window to the last byte.
    WindowFull,
    /// SYN.
    Syn,
    /// FIN.
    Fin,
    /// RST.
    Reset,
    /// The time to an acknowledgment of exactly this segment.
    RoundTrip,
    /// The time to an acknowledgment that covers later segments too: what the
    /// receiver waited is in it.
    RoundTripCovered,
    /// The time to a SACK block that covers it (RFC 2018): its acknowledgment
    /// had to wait for what was missing before it.
    RoundTripBySack,
    /// The time to the acknowledgment of a segment that was sent more than
    /// once, where the timestamps option says of which copy (RFC 7323 §4).
    RoundTripByTimestamps,
    /// What the sender's kernel said: smoothed, *sampled*.
    RoundTripSampled,
    /// The same, as our own TCP told it at each change of its state.
    RoundTripTold,
    /// Bytes sent and neither acknowledged nor reported as received.
    InFlight,
    /// Bytes the receiver says it can take.
    Window,
    /// All payload, what is sent again too.
    Throughput,
    /// The payload of datagrams.
    Rate,
    /// Payload newly acknowledged.
    GoodputAcknowledged,
    /// Payload sent for the first time, where no acknowledgment was captured.
    GoodputFirstSent,
    /// What the sender's kernel said of its congestion window: *sampled*.
    CongestionSampled,
    /// The congestion window as the simulator's TCP told it at every step.
    CongestionSimulated,
    /// Its slow start threshold, told likewise.
    ThresholdSimulated,
    /// A datagram's payload.
    Datagram,
    /// An ICMP error about a datagram.
    Error,
}

impl Meaning {
    /// How it is drawn. Data is [`Form::Dots`] or [`Form::Bars`], as the
    /// graph has it: see [`Graph::form`].
    const fn form(self) -> Form {
        match self {
            Self::Acknowledged
            | Self::WindowEdge
            | Self::InFlight
            | Self::Window
            | Self::Throughput
            | Self::Rate
            | Self::GoodputAcknowledged
            | Self::GoodputFirstSent
            | Self::CongestionSimulated
            | Self::ThresholdSimulated => Form::Steps,
            Self::Sack | Self::DuplicateSack => Form::Bars,
            Self::Data
            | Self::RoundTrip
            | Self::RoundTripCovered
            | Self::RoundTripBySack
            | Self::RoundTripByTimestamps
            | Self::RoundTripSampled
            | Self::RoundTripTold
            | Self::CongestionSampled
            | Self::Datagram => Form::Dots,
            Self::Again
            | Self::OutOfOrder
            | Self::Lost
            | Self::DuplicateAck
            | Self::ZeroWindow
            | Self::WindowFull
            | Self::Syn
            | Self::Fin
            | Self::Reset
            | Self::Error => Form::Signs,
        }
    }

    /// Whether its values are what the receiver allows: often far above all
    /// else.
    pub const fn is_limit(self) -> bool {
        matches!(self, Self::WindowEdge | Self::Window)
    }
}

/// One point, bar or step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Element {
    /// When: seconds from the conversation's first segment.
    pub at: f64,
    /// The value, in the graph's [`Quantity`]; of what covers several, the
    /// first.
    pub low: f64,
    /// The value behind the last of them; otherwise as `low`.
    pub high: f64,
    /// The frame that brings it; of a bucket, its first; `None` for samples
    /// and empty buckets.
    pub frame: Option<FrameNumber>,
    /// Of a round trip: the frame that ends it.
    pub answer: Option<FrameNumber>,
}

impl Element {
    /// A single value.
    const fn point(at: f64, value: f64, frame: FrameNumber) -> Self {
        Self { at, low: value, high: value, frame: Some(frame), answer: None }
    }

    /// A value that no frame brings.
    const fn sampled(at: f64, value: f64) -> Self {
        Self { at, low: value, high: value, frame: None, answer: None }
    }

    /// A range of values.
    const fn bar(at: f64, low: f64, high: f64, frame: FrameNumber) -> Self {
        Self { at, low, high, frame: Some(frame), answer: None }
    }
}

/// A rectangle in a graph's own units.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    /// Seconds: first and last.
    pub at: (f64, f64),
    /// The graph's [`Quantity`]: least and greatest.
    pub value: (f64, f64),
}

impl Bounds {
    fn around(self, other: Self) -> Self {
        Self {
            at: (self.at.0.min(other.at.0), self.at.1.max(other.at.1)),
            value: (self.value.0.min(other.value.0), self.value.1.max(other.value.1)),
        }
    }
}

/// Why there is nothing to draw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nothing {
    /// UDP has none of what this graph shows.
    NotInUdp(GraphKind),
    /// No segment, or datagram, went this way.
    NoSegment,
    /// No segment carried data this way.
    NoData,
    /// All of it went in one moment: there is no rate.
    OneMoment,
    /// The receiver sent nothing: it advertised no window.
    NoAnswer,
    /// No acknowledgment of anything that went this way was captured.
    NotAcknowledged,
    /// Every acknowledged segment was sent more than once: nothing says which
    /// copy an acknowledgment is for (Karn; RFC 6298 §3).
    AllSentAgain,
    /// The SYNs were not captured: a window is a number without its scale.
    ScaleNotSeen,
    /// Nobody asked the sender's kernel; no segment carries a congestion
    /// window.
    NotSampled,
}

/// What a reader must know of a graph.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Remark {
    /// Each value is the mean over this many seconds.
    Bucket(f64),
    /// The window is left out: the SYNs with its scale were not captured.
    ScaleNotSeen,
    /// So many segments are left out because they were sent more than once and
    /// nothing says which copy was acknowledged (Karn).
    SentAgain(u32),
}

/// One graph of one conversation, in one direction.
#[derive(Clone, Debug)]
pub struct Graph {
    /// Which.
    pub kind: GraphKind,
    /// Who sends what it shows.
    pub from: End,
    /// What the vertical axis counts.
    pub quantity: Quantity,
    /// The conversation's first segment: second 0.
    pub start: Timestamp,
    /// The conversation's last moment, in seconds from `start`; behind it only
    /// what was sampled and the rest of a bucket.
    pub end: f64,
    /// The sender's initial sequence number, which counts as 0.
    pub base: Option<SeqNumber>,
    /// From the lowest to the topmost; none is empty.
    pub layers: Vec<Layer>,
    /// What must be said with it.
    pub remarks: Vec<Remark>,
}

impl Graph {
    /// Makes a graph of what `from` sends.
    ///
    /// # Errors
    /// Why there is nothing to draw.
    pub fn new(conversation: Conversation<'_>, kind: GraphKind, from: End) -> Result<Self, Nothing> {
        match conversation {
            Conversation::Udp(udp) => match kind {
                GraphKind::Stevens => datagrams::sizes(udp, from),
                GraphKind::Throughput => rate::of_datagrams(udp, from),
                GraphKind::Tcptrace
                | GraphKind::RoundTrip
                | GraphKind::InFlight
                | GraphKind::Window
                | GraphKind::Congestion => Err(Nothing::NotInUdp(kind)),
            },
            Conversation::Tcp(tcp) => match kind {
                GraphKind::Stevens | GraphKind::Tcptrace => sequence::graph(tcp, kind, from),
                GraphKind::RoundTrip => round_trip::graph(tcp, from),
                GraphKind::InFlight => flight::graph(tcp, from),
                GraphKind::Throughput => rate::of_segments(tcp, from),
                GraphKind::Window => flight::window(tcp, from),
                GraphKind::Congestion => sampled::graph(tcp, from),
            },
        }
    }

    /// An empty one over `end` seconds.
    const fn of(kind: GraphKind, from: End, quantity: Quantity, start: Timestamp, end: f64) -> Self {
        Self { kind, from, quantity, start, end, base: None, layers: Vec::new(), remarks: Vec::new() }
    }

    /// Adds a layer above the others, unless it is empty.
    fn add(&mut self, meaning: Meaning, elements: Vec<Element>) {
        if !elements.is_empty() {
            self.layers.push(Layer::new(meaning, elements));
        }
    }

    /// How a layer of this graph is drawn.
    pub const fn form(&self, meaning: Meaning) -> Form {
        match (self.kind, meaning) {
            (GraphKind::Tcptrace, Meaning::Data | Meaning::Again | Meaning::OutOfOrder) => Form::Bars,
            _ => meaning.form(),
        }
    }

    /// Where a moment stands, in seconds.
    pub fn at(&self, moment: Timestamp) -> f64 {
        seconds(moment, self.start)
    }

    /// The layer that shows this.
    pub fn layer(&self, meaning: Meaning) -> Option<&Layer> {
        self.layers.iter().find(|layer| layer.meaning() == meaning)
    }

    /// How many elements show this.
    pub fn count(&self, meaning: Meaning) -> usize {
        self.layer(meaning).map_or(0, |layer| layer.elements().len())
    }

    /// What is worth seeing at first: all of `shown`, but what the receiver
    /// allows only where that is not so much more than all else that nothing
    /// else could be told apart. `None` where nothing is shown.
    pub fn fit(&self, shown: impl Fn(Meaning) -> bool) -> Option<Bounds> {
        self.worth_seeing(shown, Layer::bounds)
    }

    /// The same of what there is from one moment to another.
    pub fn fit_between(&self, from: f64, to: f64, shown: impl Fn(Meaning) -> bool) -> Option<Bounds> {
        self.worth_seeing(shown, |layer| {
            let level = layer.before(from).filter(|_| self.form(layer.meaning()) == Form::Steps);
            let level = level.map(|level| (level.high, level.high));
            let values = layer.values(from, to).into_iter().chain(level);
            let value = values.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))?;
            Some(Bounds { at: (from, to), value })
        })
    }

    fn worth_seeing(&self, shown: impl Fn(Meaning) -> bool, of: impl Fn(&Layer) -> Option<Bounds>) -> Option<Bounds> {
        let bounds = |limit: bool| {
            let layers = self.layers.iter().filter(|layer| shown(layer.meaning()));
            let chosen = layers.filter(|layer| layer.meaning().is_limit() == limit);
            chosen.filter_map(&of).reduce(Bounds::around)
        };
        match (bounds(false), bounds(true)) {
            (Some(own), Some(limit)) => {
                let height = own.value.1 - own.value.0.min(limit.value.0);
                // What is flat already cannot be pressed flat.
                let comparable = height <= 0.0 || limit.value.1 - own.value.0 <= MOST_ABOVE * height;
                Some(if comparable { own.around(limit) } else { own })
            }
            (own, limit) => own.or(limit),
        }
    }
}

/// How many times higher than all else a limit may be to be seen at first.
const MOST_ABOVE: f64 = 4.0;

/// Seconds between two moments.
fn seconds(at: Timestamp, start: Timestamp) -> f64 {
    coordinate(at.since(start).nanos()) / 1e9
}

/// A number that is counted, as a coordinate.
#[expect(clippy::cast_precision_loss, reason = "exact below 2^53: 9 PB, or a hundred days of nanoseconds")]
const fn coordinate(number: i64) -> f64 {
    number as f64
}

/// When a conversation begins, and its latest moment, where clocks go back too.
fn moments(all: impl Iterator<Item = Timestamp>) -> Option<(Timestamp, Timestamp)> {
    let (mut first, mut latest) = (None, None);
    for at in all {
        first = first.or(Some(at));
        latest = latest.max(Some(at));
    }
    first.zip(latest)
}

/// The same, the latter in seconds from the former.
fn extent(all: impl Iterator<Item = Timestamp>) -> Option<(Timestamp, f64)> {
    moments(all).map(|(start, latest)| (start, seconds(latest, start)))
}

/// Whether it carries a piece of its sender's stream: what stands in a reset is
/// none (RFC 9293 §3.5.2).
const fn carries_data(segment: &Segment) -> bool {
    segment.length > 0 && !segment.flags.rst()
}

/// Whether our verdict has this finding.
fn found(segment: &Segment, name: &str) -> bool {
    segment.findings.iter().any(|finding| finding.name == name)
}

/// Whether it repeats numbers that were sent before, by our verdict.
fn is_again(segment: &Segment) -> bool {
    let again = |name: &str| {
        matches!(
            name,
            "tcp.analysis.retransmission"
                | "tcp.analysis.fast_retransmission"
                | "tcp.analysis.spurious_retransmission"
                | "tcp.analysis.zero_window_probe"
        )
    };
    segment.findings.iter().any(|finding| again(finding.name))
}
