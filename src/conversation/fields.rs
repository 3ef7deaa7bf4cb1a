//! A frame's fields, those that take a memory across frames among them.

use std::ops::Range;

use super::survey::{Glance, Row};
use super::tcp::analysis::{Findings, TcpRow};
use crate::decode::{self, Carried, FieldId, FieldSink, FieldValue, TcpHeader};
use crate::model::{PlaceId, Span};
use crate::trace::FrameNumber;

/// What a file says of a frame beside its bytes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Label<'a> {
    /// The name of its interface.
    pub interface: Option<&'a str>,
    /// What a person wrote about it.
    pub comment: Option<&'a str>,
}

/// Tells a frame's fields: `frame.*`, all that its bytes say, then what is
/// known from the frames before it.
pub fn fields(glance: &Glance<'_>, row: &Row, label: &Label<'_>, sink: &mut impl FieldSink) {
    let whole = 0..glance.bytes.len();
    sink.open(FieldId::FRAME, whole.clone(), glance.bytes);
    if sink.wants(FieldId::FRAME) {
        of_frame(glance, row, label, sink);
    }
    sink.close();
    decode::dissect(glance.link_type, glance.bytes, glance.original_length, sink);
    if let Some(stream) = row.udp_stream
        && sink.wants(FieldId::UDP)
    {
        sink.field(FieldId::UDP_STREAM, 0..0, FieldValue::Number(stream.into()));
    }
    let header = match &row.headers.carried {
        Carried::Tcp(tcp) => Some(tcp),
        Carried::IcmpError(error) => error.tcp.as_ref(),
        Carried::Udp(_)
        | Carried::Icmp
        | Carried::Arp
        | Carried::Fragment
        | Carried::Other
        | Carried::Unreadable
        | Carried::UnknownLink => None,
    };
    if let (Some(header), Some(tcp)) = (header, &row.tcp)
        && sink.wants(FieldId::TCP)
    {
        of_segment(header, tcp, sink);
        if sink.wants(FieldId::TCP_ANALYSIS) {
            of_analysis(tcp, sink);
        }
    }
}

fn of_frame(glance: &Glance<'_>, row: &Row, label: &Label<'_>, sink: &mut impl FieldSink) {
    let whole = 0..glance.bytes.len();
    let PlaceId(place) = glance.place;
    let kept = u64::try_from(glance.bytes.len()).unwrap_or(u64::MAX);
    let moment = FieldValue::Nanos(glance.at.nanos());
    let mut tell = |field, value: FieldValue<'_>| sink.field(field, whole.clone(), value);
    tell(FieldId::FRAME_INTERFACE_ID, FieldValue::Number(place.into()));
    if let Some(name) = label.interface {
        tell(FieldId::FRAME_INTERFACE_NAME, FieldValue::Text(name));
    }
    tell(FieldId::FRAME_TIME, moment);
    tell(FieldId::FRAME_TIME_EPOCH, moment);
    tell(FieldId::FRAME_TIME_DELTA, span(row.since_last));
    tell(FieldId::FRAME_TIME_RELATIVE, span(row.since_start));
    tell(FieldId::FRAME_NUMBER, number(glance.number.0));
    tell(FieldId::FRAME_LEN, number(glance.original_length));
    tell(FieldId::FRAME_CAP_LEN, FieldValue::Number(kept));
    if let Some(comment) = label.comment {
        tell(FieldId::FRAME_COMMENT, FieldValue::Text(comment));
    }
}

const fn span(span: Span) -> FieldValue<'static> {
    FieldValue::Nanos(span.nanos())
}

fn number(number: u32) -> FieldValue<'static> {
    FieldValue::Number(number.into())
}

/// Where a field is that follows from a piece of the TCP header.
fn at(header: &TcpHeader, piece: Range<u32>) -> Range<usize> {
    let end = header.offset + header.kept;
    let place = |distance: u32| usize::try_from((header.offset + distance).min(end)).unwrap_or(0);
    place(piece.start)..place(piece.end)
}

fn of_segment(header: &TcpHeader, tcp: &TcpRow, sink: &mut impl FieldSink) {
    let mut tell = |field, piece, value: FieldValue<'_>| sink.field(field, at(header, piece), value);
    tell(FieldId::TCP_STREAM, 0..4, number(tcp.stream));
    tell(FieldId::TCP_COMPLETENESS, 0..0, number(tcp.completeness.into()));
    tell(FieldId::TCP_SEQ, 4..8, number(tcp.seq));
    if let Some(next) = tcp.next_seq {
        tell(FieldId::TCP_NXTSEQ, 4..8, number(next));
    }
    if let Some(ack) = tcp.ack {
        tell(FieldId::TCP_ACK, 8..12, number(ack));
    }
    if let Some(window) = tcp.window {
        tell(FieldId::TCP_WINDOW_SIZE, 14..16, number(window));
    }
    if let Some(factor) = tcp.scale_factor {
        tell(FieldId::TCP_WINDOW_SIZE_SCALEFACTOR, 14..16, FieldValue::Signed(factor.into()));
    }
    tell(FieldId::TCP_FLAGS_STR, 12..14, FieldValue::Text(&tcp.flags_text(header)));
    if let Some(time) = tcp.time_relative {
        tell(FieldId::TCP_TIME_RELATIVE, 0..0, span(time));
    }
    if let Some(time) = tcp.time_delta {
        tell(FieldId::TCP_TIME_DELTA, 0..0, span(time));
    }
}

/// The fields of findings, in tshark's order. It prints two of them twice.
const FOUND: [(Findings, FieldId); 15] = [
    (Findings::REUSED_PORTS, FieldId::TCP_ANALYSIS_REUSED_PORTS),
    (Findings::RETRANSMISSION, FieldId::TCP_ANALYSIS_RETRANSMISSION),
    (Findings::FAST_RETRANSMISSION, FieldId::TCP_ANALYSIS_FAST_RETRANSMISSION),
    (Findings::SPURIOUS_RETRANSMISSION, FieldId::TCP_ANALYSIS_SPURIOUS_RETRANSMISSION),
    (Findings::OUT_OF_ORDER, FieldId::TCP_ANALYSIS_OUT_OF_ORDER),
    (Findings::LOST_SEGMENT, FieldId::TCP_ANALYSIS_LOST_SEGMENT),
    (Findings::ACK_LOST_SEGMENT, FieldId::TCP_ANALYSIS_ACK_LOST_SEGMENT),
    (Findings::WINDOW_UPDATE, FieldId::TCP_ANALYSIS_WINDOW_UPDATE),
    (Findings::WINDOW_FULL, FieldId::TCP_ANALYSIS_WINDOW_FULL),
    (Findings::KEEP_ALIVE, FieldId::TCP_ANALYSIS_KEEP_ALIVE),
    (Findings::KEEP_ALIVE_ACK, FieldId::TCP_ANALYSIS_KEEP_ALIVE_ACK),
    (Findings::DUPLICATE_ACK, FieldId::TCP_ANALYSIS_DUPLICATE_ACK),
    (Findings::ZERO_WINDOW_PROBE, FieldId::TCP_ANALYSIS_ZERO_WINDOW_PROBE),
    (Findings::ZERO_WINDOW, FieldId::TCP_ANALYSIS_ZERO_WINDOW),
    (Findings::ZERO_WINDOW_PROBE_ACK, FieldId::TCP_ANALYSIS_ZERO_WINDOW_PROBE_ACK),
];

fn of_analysis(tcp: &TcpRow, sink: &mut impl FieldSink) {
    let mut tell = |field, value: FieldValue<'_>| sink.field(field, 0..0, value);
    let frame = |FrameNumber(frame)| number(frame);
    let timed = tcp.initial_rtt.is_some() || tcp.bytes_in_flight.is_some() || tcp.acks_frame.is_some();
    if timed || !tcp.findings.is_empty() {
        tell(FieldId::TCP_ANALYSIS, FieldValue::Present);
    }
    if let Some(acked) = tcp.acks_frame {
        tell(FieldId::TCP_ANALYSIS_ACKS_FRAME, frame(acked));
    }
    if let Some(rtt) = tcp.ack_rtt {
        tell(FieldId::TCP_ANALYSIS_ACK_RTT, span(rtt));
    }
    if let Some(rtt) = tcp.initial_rtt {
        tell(FieldId::TCP_ANALYSIS_INITIAL_RTT, span(rtt));
    }
    if let Some(bytes) = tcp.bytes_in_flight {
        tell(FieldId::TCP_ANALYSIS_BYTES_IN_FLIGHT, number(bytes));
    }
    if let Some(bytes) = tcp.push_bytes_sent {
        tell(FieldId::TCP_ANALYSIS_PUSH_BYTES_SENT, number(bytes));
    }
    if tcp.findings.is_empty() {
        return;
    }
    tell(FieldId::TCP_ANALYSIS_FLAGS, FieldValue::Present);
    for (finding, field) in FOUND {
        if tcp.findings.contains(finding) {
            tell(field, FieldValue::Present);
        }
    }
    if let Some((count, first)) = tcp.duplicate_ack {
        tell(FieldId::TCP_ANALYSIS_DUPLICATE_ACK, FieldValue::Present);
        tell(FieldId::TCP_ANALYSIS_DUPLICATE_ACK_NUM, number(count));
        tell(FieldId::TCP_ANALYSIS_DUPLICATE_ACK_FRAME, frame(first));
    }
    if let Some((time, since)) = tcp.rto {
        tell(FieldId::TCP_ANALYSIS_RTO, span(time));
        tell(FieldId::TCP_ANALYSIS_RTO_FRAME, frame(since));
    }
}
