//! What tshark says of TCP, frame by frame, beside what we say.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use wirelens::conversation::{Findings, TcpRow, Tracker};
use wirelens::decode::{self, Carried, Headers, TcpHeader};
use wirelens::model::{LinkType, Place, Span};
use wirelens::trace::Trace;

/// Where one of our frames says what tshark calls a field; empty where it
/// does not. `None`: not a field of this part of the program.
pub(crate) fn field(name: &str, frame: u32, tcp: &TcpHeader, row: &TcpRow) -> Option<String> {
    let number = |value: Option<u32>| value.map_or(String::new(), |value| value.to_string());
    // A header that claims to be shorter than it is ends the reading.
    let whole = tcp.header_length >= 20;
    let span = |value: Option<Span>| value.map_or(String::new(), seconds);
    let text = match name {
        "frame.number" => frame.to_string(),
        "tcp.stream" => row.stream.to_string(),
        "tcp.seq" => row.seq.to_string(),
        "tcp.ack" => number(row.ack),
        "tcp.len" => number(row.length),
        "tcp.nxtseq" => number(row.next_seq),
        "tcp.flags" if whole => format!("0x{:04x}", u16::from(tcp.reserved) << 8 | u16::from(tcp.flags.bits())),
        "tcp.flags.str" if whole => row.flags_text(tcp),
        "tcp.window_size_value" if whole => tcp.window.0.to_string(),
        "tcp.flags" | "tcp.flags.str" | "tcp.window_size_value" => String::new(),
        "tcp.window_size" => number(row.window),
        "tcp.window_size_scalefactor" => row.scale_factor.map_or(String::new(), |factor| factor.to_string()),
        "tcp.completeness" => row.completeness.to_string(),
        "tcp.time_relative" => span(row.time_relative),
        "tcp.time_delta" => span(row.time_delta),
        "tcp.analysis.acks_frame" => number(row.acks_frame.map(|frame| frame.0)),
        "tcp.analysis.ack_rtt" => span(row.ack_rtt),
        "tcp.analysis.initial_rtt" => span(row.initial_rtt),
        "tcp.analysis.bytes_in_flight" => number(row.bytes_in_flight),
        "tcp.analysis.push_bytes_sent" => number(row.push_bytes_sent),
        "tcp.analysis.duplicate_ack_num" => number(row.duplicate_ack.map(|(count, _)| count)),
        "tcp.analysis.duplicate_ack_frame" => number(row.duplicate_ack.map(|(_, frame)| frame.0)),
        "tcp.analysis.rto" => span(row.rto.map(|(rto, _)| rto)),
        "tcp.analysis.rto_frame" => number(row.rto.map(|(_, frame)| frame.0)),
        _ => {
            let (finding, _) = Findings::NAMED.iter().find(|(_, finding)| *finding == name)?;
            let times = usize::from(row.findings.contains(*finding));
            // tshark prints this one twice.
            let twice = if name == "tcp.analysis.duplicate_ack" { 2 } else { 1 };
            vec!["1"; times * twice].join(",")
        }
    };
    Some(text)
}

/// Seconds with nine decimals.
pub(crate) fn seconds(span: Span) -> String {
    let nanos = span.nanos();
    let sign = if nanos < 0 { "-" } else { "" };
    let nanos = nanos.unsigned_abs();
    format!("{sign}{}.{:09}", nanos / 1_000_000_000, nanos % 1_000_000_000)
}

/// A frame with a segment, and what is said of it.
pub(crate) struct Analysed {
    pub(crate) frame: u32,
    pub(crate) tcp: TcpHeader,
    pub(crate) row: TcpRow,
}

/// Takes a whole trace in.
pub(crate) fn analyse(trace: &Trace) -> (Vec<Analysed>, Tracker) {
    let links: BTreeMap<u32, LinkType> = trace
        .places()
        .filter_map(|(id, place)| match place {
            Place::Interface { link_type, .. } => Some((id.0, *link_type)),
            Place::Program { .. } | Place::Kernel { .. } | Place::Wire { .. } => None,
        })
        .collect();
    let mut tracker = Tracker::default();
    let mut rows = Vec::new();
    for (frame, at, place, bytes) in trace.frames() {
        let Some(link_type) = links.get(&place.0) else { continue };
        let headers: Headers = decode::headers(*link_type, &bytes.bytes, bytes.original_length);
        let Some(row) = tracker.segment(frame, at, &headers) else { continue };
        if let Carried::Tcp(tcp) = headers.carried {
            rows.push(Analysed { frame: frame.0, tcp, row });
        } else if let Carried::IcmpError(error) = headers.carried {
            rows.extend(error.tcp.map(|tcp| Analysed { frame: frame.0, tcp, row }));
        }
    }
    (rows, tracker)
}

/// How often both say the same of a field, and how not.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Score {
    pub(crate) same: usize,
    pub(crate) missed: usize,
    pub(crate) extra: usize,
    pub(crate) differ: usize,
}

impl Score {
    pub(crate) fn wrong(self) -> usize {
        self.missed + self.extra + self.differ
    }

    /// Takes one field of one frame; whether both say the same.
    pub(crate) fn take(&mut self, theirs: &str, ours: &str) -> bool {
        if theirs == ours {
            self.same += usize::from(!ours.is_empty());
            return true;
        }
        *match (theirs.is_empty(), ours.is_empty()) {
            (false, true) => &mut self.missed,
            (true, false) => &mut self.extra,
            _ => &mut self.differ,
        } += 1;
        false
    }
}

/// A table of scores, one line a field.
pub(crate) fn table(scores: &BTreeMap<String, Score>) -> String {
    let mut text = format!("{:42} {:>9} {:>7} {:>7} {:>7}\n", "field", "same", "missed", "extra", "differ");
    for (name, score) in scores {
        let Score { same, missed, extra, differ } = score;
        let line = writeln!(text, "{name:42} {same:9} {missed:7} {extra:7} {differ:7}");
        assert!(line.is_ok());
    }
    text
}
