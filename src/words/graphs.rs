//! Graphs: their names, their axes, their points, and each summed up in a
//! sentence.

use super::{Words, grouped, span};
use crate::conversation::{End, Segment};
use crate::model::Span;
use crate::timeline::graphs::{Bounds, Element, Graph, GraphKind, Layer, Meaning, Nothing, Quantity, Remark};

/// What stands between the parts of a line.
const BETWEEN: &str = " · ";

impl Words {
    /// A graph's short name.
    pub fn graph_name(&self, kind: GraphKind, udp: bool) -> String {
        self.word(graph_key(kind, udp))
    }

    /// What a graph shows, in a sentence.
    pub fn graph_about(&self, kind: GraphKind, udp: bool) -> String {
        self.word(&format!("{}-about", graph_key(kind, udp)))
    }

    /// Who sends and who receives.
    pub fn direction(&self, from: End) -> String {
        format!("{} → {}", self.end(from), self.end(from.peer()))
    }

    /// What the vertical axis counts.
    pub fn quantity(&self, quantity: Quantity, raw: bool) -> String {
        self.word(match quantity {
            Quantity::Sequence if raw => "graph-axis-sequence-raw",
            Quantity::Sequence => "graph-axis-sequence",
            Quantity::Bytes => "graph-axis-bytes",
            Quantity::Seconds => "graph-axis-time",
            Quantity::BitsPerSecond => "graph-axis-rate",
            Quantity::Segments => "graph-axis-segments",
        })
    }

    /// A layer's name.
    pub fn layer_name(&self, meaning: Meaning) -> String {
        self.word(layer_key(meaning))
    }

    /// What a layer shows, in a sentence.
    pub fn layer_about(&self, meaning: Meaning) -> String {
        self.word(&format!("{}-about", layer_key(meaning)))
    }

    /// Why there is nothing to draw.
    pub fn graph_nothing(&self, nothing: Nothing) -> String {
        self.word(match nothing {
            Nothing::NotInUdp(GraphKind::Window) => "graph-nothing-udp-window",
            Nothing::NotInUdp(GraphKind::Congestion) => "graph-nothing-udp-congestion",
            Nothing::NotInUdp(GraphKind::Tcptrace | GraphKind::Stevens) => "graph-nothing-udp-sequence",
            Nothing::NotInUdp(GraphKind::RoundTrip | GraphKind::InFlight | GraphKind::Throughput) => {
                "graph-nothing-udp-acknowledgments"
            }
            Nothing::NoSegment => "graph-nothing-segment",
            Nothing::NoData => "graph-nothing-data",
            Nothing::OneMoment => "graph-nothing-moment",
            Nothing::NoAnswer => "graph-nothing-answer",
            Nothing::NotAcknowledged => "graph-nothing-acknowledged",
            Nothing::AllSentAgain => "graph-nothing-karn",
            Nothing::ScaleNotSeen => "graph-nothing-scale",
            Nothing::NotSampled => "graph-nothing-sampled",
        })
    }

    /// What must be said with a graph.
    pub fn graph_remark(&self, remark: Remark) -> String {
        match remark {
            Remark::Bucket(length) => self.say("graph-remark-bucket", &[("length", &time(length))]),
            Remark::ScaleNotSeen => self.word("graph-remark-scale"),
            Remark::SentAgain(count) => self.say("graph-remark-karn", &[("count", &count)]),
        }
    }

    /// A graph in a sentence.
    pub fn graph_summary(&self, graph: &Graph, udp: bool) -> String {
        let name = self.graph_name(graph.kind, udp);
        let parts = match graph.quantity {
            Quantity::Sequence => self.sum_up_sequence(graph),
            Quantity::Seconds => self.sum_up_round_trips(graph),
            Quantity::Bytes if graph.kind == GraphKind::InFlight => self.sum_up_flight(graph),
            Quantity::Bytes if udp => self.sum_up_datagrams(graph),
            Quantity::Bytes | Quantity::Segments => self.sum_up_values(graph),
            Quantity::BitsPerSecond => self.sum_up_rates(graph),
        };
        let what = parts.join(self.choose(", ", "，"));
        self.say("graph-summary", &[("graph", &name), ("direction", &self.direction(graph.from)), ("what", &what)])
    }

    fn counted(&self, key: &str, count: usize) -> Option<String> {
        (count > 0).then(|| self.say(key, &[("count", &count)]))
    }

    /// From the least to the greatest, where they differ.
    fn range(&self, (low, high): (f64, f64), write: impl Fn(f64) -> String) -> String {
        let (low, high) = (write(low), write(high));
        if low == high { low } else { self.say("graph-sum-values", &[("low", &low), ("high", &high)]) }
    }

    fn sum_up_sequence(&self, graph: &Graph) -> Vec<String> {
        let data = [Meaning::Data, Meaning::Again, Meaning::OutOfOrder];
        let count: usize = data.into_iter().map(|meaning| graph.count(meaning)).sum();
        let mut parts = vec![self.say("graph-sum-segments", &[("count", &count)])];
        if let Some(Bounds { value, .. }) = graph.fit(|meaning| data.contains(&meaning)) {
            parts.push(self.say("graph-sum-numbers", &[("range", &self.range(value, whole))]));
        }
        for (key, meaning) in [
            ("graph-sum-again", Meaning::Again),
            ("graph-sum-out-of-order", Meaning::OutOfOrder),
            ("graph-sum-lost", Meaning::Lost),
            ("graph-sum-sack", Meaning::Sack),
            ("graph-sum-zero-window", Meaning::ZeroWindow),
        ] {
            parts.extend(self.counted(key, graph.count(meaning)));
        }
        parts
    }

    fn sum_up_round_trips(&self, graph: &Graph) -> Vec<String> {
        let measured = |meaning| !matches!(meaning, Meaning::RoundTripSampled | Meaning::RoundTripTold);
        let mut parts = Vec::new();
        let layers = || graph.layers.iter().filter(|layer| measured(layer.meaning()));
        if let Some(Bounds { value, .. }) = graph.fit(measured) {
            let mut values: Vec<f64> = layers().flat_map(Layer::elements).map(|element| element.high).collect();
            let middle = values.len() / 2;
            let median = *values.select_nth_unstable_by(middle, f64::total_cmp).1;
            parts.push(self.say("graph-sum-round-trips", &[("count", &values.len())]));
            parts.push(self.range(value, time));
            if values.len() > 2 {
                parts.push(self.say("graph-sum-median", &[("median", &time(median))]));
            }
        }
        parts.extend(self.counted("graph-sum-samples", graph.count(Meaning::RoundTripSampled)));
        parts.extend(self.counted("graph-sum-told", graph.count(Meaning::RoundTripTold)));
        parts
    }

    fn sum_up_flight(&self, graph: &Graph) -> Vec<String> {
        let bounds = |meaning| Some(graph.layer(meaning)?.bounds()?.value);
        let flight = bounds(Meaning::InFlight).map(|(_, most)| self.say("graph-sum-flight", &[("most", &bytes(most))]));
        let window =
            bounds(Meaning::Window).map(|value| self.say("graph-sum-window", &[("range", &self.range(value, bytes))]));
        flight.into_iter().chain(window).collect()
    }

    fn sum_up_datagrams(&self, graph: &Graph) -> Vec<String> {
        let mut parts = vec![self.say("graph-sum-datagrams", &[("count", &graph.count(Meaning::Datagram))])];
        let sizes = graph.layer(Meaning::Datagram).and_then(Layer::bounds);
        parts.extend(sizes.map(|sizes| self.range(sizes.value, bytes)));
        parts.extend(self.counted("graph-sum-errors", graph.count(Meaning::Error)));
        parts
    }

    fn sum_up_values(&self, graph: &Graph) -> Vec<String> {
        let Some(layer) = graph.layers.first() else { return Vec::new() };
        let count = layer.elements().len();
        let key = if layer.meaning() == Meaning::CongestionSimulated {
            "graph-sum-told"
        } else if graph.quantity == Quantity::Segments {
            "graph-sum-samples"
        } else {
            "graph-sum-windows"
        };
        let mut parts = vec![self.say(key, &[("count", &count)])];
        parts.extend(layer.bounds().map(|bounds| self.range(bounds.value, |value| self.value(graph, value, false))));
        parts.extend(self.counted("graph-sum-zero-window", graph.count(Meaning::ZeroWindow)));
        parts
    }

    fn sum_up_rates(&self, graph: &Graph) -> Vec<String> {
        let mut parts = Vec::new();
        for layer in &graph.layers {
            let name = self.layer_name(layer.meaning());
            let most = layer.bounds().map_or(0.0, |bounds| bounds.value.1);
            parts.push(self.say("graph-sum-rate", &[("name", &name), ("most", &rate(most))]));
        }
        parts.extend(graph.remarks.iter().map(|remark| self.graph_remark(*remark)));
        parts
    }

    /// A value as it is written in full.
    fn value(&self, graph: &Graph, value: f64, raw: bool) -> String {
        match graph.quantity {
            Quantity::Sequence => sequence(graph, value, raw),
            Quantity::Bytes => bytes(value),
            Quantity::Seconds => time(value),
            Quantity::BitsPerSecond => rate(value),
            Quantity::Segments => self.say("graph-segments", &[("count", &whole(value))]),
        }
    }

    /// One point of a graph: its frame, its time, what it is. `segment` is the
    /// one in its frame; `raw` asks for sequence numbers as they stand in the
    /// header.
    pub fn graph_point(
        &self,
        graph: &Graph,
        meaning: Meaning,
        element: &Element,
        segment: Option<&Segment>,
        raw: bool,
    ) -> String {
        let bucket = graph.remarks.iter().find_map(|remark| match remark {
            Remark::Bucket(length) => Some(*length),
            Remark::ScaleNotSeen | Remark::SentAgain(_) => None,
        });
        let mut parts = Vec::new();
        parts.extend(element.frame.map(|frame| self.say("ui-frame", &[("number", &frame.0)])));
        parts.push(match bucket {
            Some(length) => format!("{}…{}", time(element.at), time(element.at + length)),
            None => format!("+{}", time(element.at)),
        });
        let name = self.layer_name(meaning);
        let value = |value| self.value(graph, value, raw);
        if element.low < element.high {
            parts.push(format!("{name} {}…{}", value(element.low), value(element.high)));
        } else {
            parts.push(format!("{name} {}", value(element.high)));
        }
        if matches!(meaning, Meaning::Data | Meaning::Again | Meaning::OutOfOrder) {
            parts.extend(segment.map(|segment| bytes(segment.length.into())));
        }
        if let Some(length) = bucket {
            parts.push(bytes(element.high * length / 8.0));
        }
        parts.extend(element.answer.map(|frame| self.say("graph-answered", &[("number", &frame.0)])));
        parts.join(BETWEEN)
    }
}

const fn graph_key(kind: GraphKind, udp: bool) -> &'static str {
    match kind {
        GraphKind::Stevens if udp => "graph-datagrams",
        GraphKind::Stevens => "graph-stevens",
        GraphKind::Tcptrace => "graph-tcptrace",
        GraphKind::RoundTrip => "graph-round-trip",
        GraphKind::InFlight => "graph-in-flight",
        GraphKind::Throughput if udp => "graph-rate",
        GraphKind::Throughput => "graph-throughput",
        GraphKind::Window => "graph-window",
        GraphKind::Congestion => "graph-congestion",
    }
}

const fn layer_key(meaning: Meaning) -> &'static str {
    match meaning {
        Meaning::Acknowledged => "layer-acknowledged",
        Meaning::WindowEdge => "layer-window-edge",
        Meaning::Sack => "layer-sack",
        Meaning::DuplicateSack => "layer-duplicate-sack",
        Meaning::Data => "layer-data",
        Meaning::Again => "layer-again",
        Meaning::OutOfOrder => "layer-out-of-order",
        Meaning::Lost => "layer-lost",
        Meaning::DuplicateAck => "layer-duplicate-ack",
        Meaning::ZeroWindow => "layer-zero-window",
        Meaning::WindowFull => "layer-window-full",
        Meaning::Syn => "layer-syn",
        Meaning::Fin => "layer-fin",
        Meaning::Reset => "layer-reset",
        Meaning::RoundTrip => "layer-round-trip",
        Meaning::RoundTripCovered => "layer-round-trip-covered",
        Meaning::RoundTripBySack => "layer-round-trip-sack",
        Meaning::RoundTripByTimestamps => "layer-round-trip-timestamps",
        Meaning::RoundTripSampled => "layer-round-trip-sampled",
        Meaning::RoundTripTold => "layer-round-trip-told",
        Meaning::InFlight => "layer-in-flight",
        Meaning::Window => "layer-window",
        Meaning::Throughput => "layer-throughput",
        Meaning::Rate => "layer-rate",
        Meaning::GoodputAcknowledged => "layer-goodput-acknowledged",
        Meaning::GoodputFirstSent => "layer-goodput-first-sent",
        Meaning::CongestionSampled => "layer-congestion-sampled",
        Meaning::CongestionSimulated => "layer-congestion-simulated",
        Meaning::ThresholdSimulated => "layer-threshold-simulated",
        Meaning::Datagram => "layer-datagram",
        Meaning::Error => "layer-error",
    }
}

/// Rounded to a whole number.
fn rounded(value: f64) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "`as` saturates")]
    let whole = value.round() as i64;
    whole
}

/// A whole number in groups of three.
fn whole(value: f64) -> String {
    let number = rounded(value);
    let sign = if number < 0 { "−" } else { "" };
    format!("{sign}{}", grouped(number.unsigned_abs()))
}

/// A sequence number, relative or as it stands in the header.
pub fn sequence(graph: &Graph, value: f64, raw: bool) -> String {
    match graph.base.filter(|_| raw) {
        Some(base) => {
            let low = rounded(value).rem_euclid(1 << 32);
            grouped((base + u32::try_from(low).unwrap_or(0)).raw().into())
        }
        None => whole(value),
    }
}

fn time(seconds: f64) -> String {
    span(Span::from_nanos(rounded(seconds * 1e9)))
}

fn bytes(value: f64) -> String {
    format!("{} B", whole(value))
}

/// A rate with three digits that count: `6.55 Mbit/s`.
fn rate(value: f64) -> String {
    let (unit, name) = prefix(value);
    let scaled = value / unit;
    let digits = if unit <= 1.0 || scaled >= 100.0 { 0 } else { 1 + usize::from(scaled < 10.0) };
    format!("{scaled:.digits$} {name}bit/s")
}

/// What large numbers are divided by, and the letter for it.
fn prefix(value: f64) -> (f64, &'static str) {
    match value.abs() {
        1e12.. => (1e12, "T"),
        1e9.. => (1e9, "G"),
        1e6.. => (1e6, "M"),
        1e3.. => (1e3, "k"),
        _ => (1.0, ""),
    }
}

/// How many digits behind the point tell values apart that are `step` of a
/// unit apart.
fn digits(step: f64) -> usize {
    (0..9).find(|digits| step * 10_f64.powi(*digits) >= 0.999).map_or(9, |digits| usize::try_from(digits).unwrap_or(0))
}

fn number(value: f64, digits: usize) -> String {
    let text = format!("{:.digits$}", value.abs());
    if !text.contains(|digit: char| ('1'..='9').contains(&digit)) {
        return "0".to_owned();
    }
    let sign = if value < 0.0 { "−" } else { "" };
    format!("{sign}{text}")
}

/// A mark of an axis of time: `1.5 ms`. Marks are `step` seconds apart, and the
/// axis reaches to `most` seconds.
pub fn time_mark(value: f64, step: f64, most: f64) -> String {
    let (unit, name) = match most.abs() {
        // Below a nanosecond no clock counts.
        ..1e-6 => (1e-9, "ns"),
        ..1e-3 => (1e-6, "µs"),
        ..1.0 => (1e-3, "ms"),
        _ => (1.0, "s"),
    };
    format!("{} {name}", number(value / unit, digits(step / unit)))
}

/// A mark of any other axis: `16 kB`, `1.5 Mbit/s`, `10`; empty between two
/// whole numbers of what is counted in whole numbers.
pub fn value_mark(graph: &Graph, raw: bool, value: f64, step: f64, most: f64) -> String {
    match graph.quantity {
        Quantity::Seconds => time_mark(value, step, most),
        Quantity::Sequence if step >= 0.999 => sequence(graph, value, raw),
        Quantity::Segments if step >= 0.999 => whole(value),
        Quantity::Bytes if step >= 0.999 => {
            let (unit, name) = prefix(most);
            format!("{} {name}B", number(value / unit, digits(step / unit)))
        }
        Quantity::BitsPerSecond => {
            let (unit, name) = prefix(most);
            format!("{} {name}bit/s", number(value / unit, digits(step / unit)))
        }
        Quantity::Sequence | Quantity::Segments | Quantity::Bytes => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversation::{Conversation, conversations, story::story};
    use crate::words::Language;

    fn graph(kind: GraphKind) -> Graph {
        let lines = "
            0 > S 0 - 0
            118 < S. 0 1 0
            200 > . 1 1 0
            1000 > P. 1 1 1000
            1010 > P. 1001 1 1000
            1100 < . 1 1001 0
            300000 > P. 1001 1 1000
            300100 < . 1 2001 0";
        let all = conversations(&story(lines));
        Graph::new(Conversation::Tcp(&all.tcp[0]), kind, End::Client).unwrap()
    }

    #[test]
    fn marks_have_units_and_no_idle_digits() {
        let cases = [
            (0.0, 0.1, 0.5, "0 ms"),
            (0.0, 0.5, 30.0, "0 s"),
            (0.0015, 0.0005, 0.5, "1.5 ms"),
            (1.5, 0.1, 30.0, "1.5 s"),
            (20.0, 10.0, 30.0, "20 s"),
            (0.000_02, 0.000_01, 0.000_9, "20 µs"),
            (3e-9, 1e-9, 9e-7, "3 ns"),
            (-0.01, 0.01, 0.05, "−10 ms"),
            (-1e-12, 0.01, 0.05, "0 ms"),
        ];
        for (value, step, most, text) in cases {
            assert_eq!(time_mark(value, step, most), text);
        }
        let flight = graph(GraphKind::InFlight);
        assert_eq!(value_mark(&flight, false, 1500.0, 500.0, 2000.0), "1.5 kB");
        assert_eq!(value_mark(&flight, false, 500.0, 100.0, 900.0), "500 B");
        assert_eq!(value_mark(&flight, false, 0.5, 0.1, 0.9), "", "there is no half byte");
        let throughput = graph(GraphKind::Throughput);
        assert_eq!(value_mark(&throughput, false, 2.5e6, 5e5, 9e6), "2.5 Mbit/s");
    }

    #[test]
    fn raw_numbers_wrap_where_the_header_does() {
        let sequence_graph = graph(GraphKind::Stevens);
        assert_eq!(sequence(&sequence_graph, 1001.0, false), "1 001");
        assert_eq!(sequence(&sequence_graph, 0.0, true), grouped(u64::from(u32::MAX - 5)));
        assert_eq!(sequence(&sequence_graph, 7.0, true), "1");
    }

    #[test]
    fn a_graph_is_summed_up_in_a_sentence() {
        let english = Words::new(Language::English);
        let chinese = Words::new(Language::Chinese);
        assert_eq!(
            english.graph_summary(&graph(GraphKind::Tcptrace), false),
            "tcptrace, client → server: 3 segments with data, sequence numbers 1 to 2 001, 1 retransmission"
        );
        assert_eq!(
            english.graph_summary(&graph(GraphKind::RoundTrip), false),
            "RTT, client → server: 2 round trips, 100 µs to 118 µs"
        );
        assert_eq!(
            english.graph_summary(&graph(GraphKind::InFlight), false),
            "in flight, client → server: at most 2 000 B in flight, window 64 240 B"
        );
        for words in [&english, &chinese] {
            for kind in GraphKind::ALL {
                let Ok(graph) = std::panic::catch_unwind(|| graph(kind)) else { continue };
                assert!(!words.graph_summary(&graph, false).contains('⟨'));
            }
        }
    }

    #[test]
    fn a_point_says_which_frame_when_and_what() {
        let words = Words::new(Language::English);
        let point = |kind, meaning, index: usize| {
            let graph = graph(kind);
            words.graph_point(&graph, meaning, &graph.layer(meaning).unwrap().elements()[index], None, false)
        };
        assert_eq!(point(GraphKind::Tcptrace, Meaning::Again, 0), "frame 7 · +300 ms · retransmission 1 001…2 001");
        assert_eq!(
            point(GraphKind::RoundTrip, Meaning::RoundTrip, 0),
            "frame 1 · +0 · RTT 118 µs · answered by frame 2"
        );
        let bucket = point(GraphKind::Throughput, Meaning::GoodputAcknowledged, 0);
        assert_eq!(bucket, "frame 6 · 0…2.00 ms · goodput 4.00 Mbit/s · 1 000 B");
    }

    #[test]
    fn everything_has_a_phrase() {
        let meanings = [
            Meaning::Acknowledged,
            Meaning::WindowEdge,
            Meaning::Sack,
            Meaning::DuplicateSack,
            Meaning::Data,
            Meaning::Again,
            Meaning::OutOfOrder,
            Meaning::Lost,
            Meaning::DuplicateAck,
            Meaning::ZeroWindow,
            Meaning::WindowFull,
            Meaning::Syn,
            Meaning::Fin,
            Meaning::Reset,
            Meaning::RoundTrip,
            Meaning::RoundTripCovered,
            Meaning::RoundTripBySack,
            Meaning::RoundTripByTimestamps,
            Meaning::RoundTripSampled,
            Meaning::RoundTripTold,
            Meaning::InFlight,
            Meaning::Window,
            Meaning::Throughput,
            Meaning::Rate,
            Meaning::GoodputAcknowledged,
            Meaning::GoodputFirstSent,
            Meaning::CongestionSampled,
            Meaning::CongestionSimulated,
            Meaning::ThresholdSimulated,
            Meaning::Datagram,
            Meaning::Error,
        ];
        let mut nothings = vec![
            Nothing::NoSegment,
            Nothing::NoData,
            Nothing::OneMoment,
            Nothing::NoAnswer,
            Nothing::NotAcknowledged,
            Nothing::AllSentAgain,
            Nothing::ScaleNotSeen,
            Nothing::NotSampled,
        ];
        nothings.extend(GraphKind::ALL.map(Nothing::NotInUdp));
        for language in Language::ALL {
            let words = Words::new(language);
            let mut said: Vec<String> = Vec::new();
            said.extend(meanings.iter().flat_map(|one| [words.layer_name(*one), words.layer_about(*one)]));
            said.extend(nothings.iter().map(|one| words.graph_nothing(*one)));
            for (kind, udp) in GraphKind::ALL.into_iter().flat_map(|kind| [(kind, false), (kind, true)]) {
                said.extend([words.graph_name(kind, udp), words.graph_about(kind, udp)]);
            }
            for remark in [Remark::Bucket(0.005), Remark::ScaleNotSeen, Remark::SentAgain(3)] {
                said.push(words.graph_remark(remark));
            }
            for quantity in
                [Quantity::Sequence, Quantity::Bytes, Quantity::Seconds, Quantity::BitsPerSecond, Quantity::Segments]
            {
                said.extend([words.quantity(quantity, false), words.quantity(quantity, true)]);
            }
            for sentence in said {
                assert!(!sentence.contains('⟨'), "{language:?}: {sentence}");
            }
        }
    }
}
