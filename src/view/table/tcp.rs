//! TCP: what was found, then ports, flags, numbers and options.

use super::{number, push};
use crate::decode::{FieldId, FieldValue};
use crate::model::TcpFlags;

/// Findings from the innermost on: each new one stands before the others.
const FINDINGS: [(u16, &str); 15] = [
    (ZERO_WINDOW, "[TCP ZeroWindow] "),
    (ZERO_WINDOW_PROBE, "[TCP ZeroWindowProbe] "),
    (ZERO_WINDOW_PROBE_ACK, "[TCP ZeroWindowProbeAck] "),
    (DUPLICATE, "[TCP Dup ACK"),
    (KEEP_ALIVE_ACK, "[TCP Keep-Alive ACK] "),
    (KEEP_ALIVE, "[TCP Keep-Alive] "),
    (WINDOW_FULL, "[TCP Window Full] "),
    (WINDOW_UPDATE, "[TCP Window Update] "),
    (ACK_LOST, "[TCP ACKed unseen segment] "),
    (LOST, "[TCP Previous segment not captured] "),
    (OUT_OF_ORDER, "[TCP Out-Of-Order] "),
    (SPURIOUS, "[TCP Spurious Retransmission] "),
    (FAST, "[TCP Fast Retransmission] "),
    (RETRANSMISSION, "[TCP Retransmission] "),
    (REUSED, "[TCP Port numbers reused] "),
];

const ZERO_WINDOW: u16 = 1;
const ZERO_WINDOW_PROBE: u16 = 1 << 1;
const ZERO_WINDOW_PROBE_ACK: u16 = 1 << 2;
const DUPLICATE: u16 = 1 << 3;
const KEEP_ALIVE_ACK: u16 = 1 << 4;
const KEEP_ALIVE: u16 = 1 << 5;
const WINDOW_FULL: u16 = 1 << 6;
const WINDOW_UPDATE: u16 = 1 << 7;
const ACK_LOST: u16 = 1 << 8;
const LOST: u16 = 1 << 9;
const OUT_OF_ORDER: u16 = 1 << 10;
const SPURIOUS: u16 = 1 << 11;
const FAST: u16 = 1 << 12;
const RETRANSMISSION: u16 = 1 << 13;
const REUSED: u16 = 1 << 14;

/// What a segment says that holds a piece of something longer.
pub(super) const PIECE: &str = "[TCP segment of a reassembled PDU]";

/// Found, but no trouble.
const HARMLESS: u16 = WINDOW_UPDATE | KEEP_ALIVE | KEEP_ALIVE_ACK;

#[derive(Debug, Default)]
pub(super) struct Tcp {
    there: bool,
    from: u64,
    to: u64,
    flags: Option<u64>,
    header_length: Option<u64>,
    raw_sequence: u64,
    raw_acknowledgment: u64,
    /// Counted from the connection's start, where that is known.
    sequence: Option<u64>,
    acknowledgment: Option<u64>,
    /// As the header has it.
    raw_window: u64,
    /// In bytes, where that is known.
    window: Option<u64>,
    urgent: u64,
    length: Option<u64>,
    /// The options behind the first line's numbers, as they come.
    options: String,
    /// Blocks the receiver has beyond the acknowledgment: raw numbers, with
    /// where in `options` each is written.
    blocks: Vec<Edge>,
    /// [`FINDINGS`].
    found: u16,
    duplicate_number: u64,
    duplicate_frame: u64,
    /// It holds a piece of something longer.
    piece: bool,
}

/// An end of a block.
#[derive(Clone, Copy, Debug)]
struct Edge {
    at: usize,
    left: bool,
    raw: u64,
}

impl Tcp {
    pub(super) fn clear(&mut self) {
        let (mut options, mut blocks) = (std::mem::take(&mut self.options), std::mem::take(&mut self.blocks));
        options.clear();
        blocks.clear();
        *self = Self { options, blocks, ..Self::default() };
    }

    /// A header begins. What memory told stays: it may come before.
    pub(super) fn enter(&mut self) {
        self.there = true;
        self.flags = None;
        self.options.clear();
        self.blocks.clear();
    }

    pub(super) fn is_there(&self) -> bool {
        self.there
    }

    pub(super) fn flags(&self) -> TcpFlags {
        let bits = self.flags.unwrap_or(0) & 0xFF;
        TcpFlags::from_bits(u8::try_from(bits).unwrap_or(0))
    }

    /// Whether something was found that is trouble.
    pub(super) fn is_bad(&self) -> bool {
        self.found & !HARMLESS != 0
    }

    /// An option that says all by being there.
    pub(super) fn option(&mut self, field: FieldId) {
        match field {
            FieldId::TCP_OPTIONS_SACK_PERM => self.options.push_str(" SACK_PERM"),
            FieldId::TCP_OPTIONS_MD5 => self.options.push_str(" MD5"),
            FieldId::TCP_OPTIONS_AO => self.options.push_str(" TCP AO"),
            _ => {}
        }
    }

    pub(super) fn field(&mut self, field: FieldId, value: &FieldValue<'_>) {
        match field {
            FieldId::TCP_SRCPORT => self.from = number(value),
            FieldId::TCP_DSTPORT => self.to = number(value),
            FieldId::TCP_FLAGS => self.flags = Some(number(value)),
            FieldId::TCP_HDR_LEN => self.header_length = Some(number(value)),
            FieldId::TCP_SEQ_RAW => self.raw_sequence = number(value),
            FieldId::TCP_ACK_RAW => self.raw_acknowledgment = number(value),
            FieldId::TCP_SEQ => self.sequence = Some(number(value)),
            FieldId::TCP_ACK => self.acknowledgment = Some(number(value)),
            FieldId::TCP_WINDOW_SIZE_VALUE => self.raw_window = number(value),
            FieldId::TCP_WINDOW_SIZE => self.window = Some(number(value)),
            FieldId::TCP_URGENT_POINTER => self.urgent = number(value),
            FieldId::TCP_LEN => self.length = Some(number(value)),
            FieldId::TCP_SEGMENT_DATA => self.piece = true,
            FieldId::TCP_ANALYSIS_DUPLICATE_ACK_NUM => {
                self.found |= DUPLICATE;
                self.duplicate_number = number(value);
            }
            FieldId::TCP_ANALYSIS_DUPLICATE_ACK_FRAME => self.duplicate_frame = number(value),
            FieldId::TCP_OPTIONS_SACK_LE => self.edge(true, number(value)),
            FieldId::TCP_OPTIONS_SACK_RE => self.edge(false, number(value)),
            _ => self.option_field(field, value),
        }
        self.found |= finding(field);
    }

    fn option_field(&mut self, field: FieldId, value: &FieldValue<'_>) {
        let name = match field {
            FieldId::TCP_OPTIONS_MSS_VAL => "MSS",
            FieldId::TCP_OPTIONS_WSCALE_MULTIPLIER => "WS",
            FieldId::TCP_OPTIONS_TIMESTAMP_TSVAL => "TSval",
            FieldId::TCP_OPTIONS_TIMESTAMP_TSECR => "TSecr",
            FieldId::TCP_OPTIONS_ACC_ECN_EE0B => "EE0B",
            FieldId::TCP_OPTIONS_ACC_ECN_ECEB => "ECEB",
            FieldId::TCP_OPTIONS_ACC_ECN_EE1B => "EE1B",
            FieldId::TCP_OPTIONS_USER_TO_VAL => "USER_TO",
            FieldId::TCP_OPTIONS_EXPERIMENTAL_EXID => {
                return push(&mut self.options, format_args!(" ExID={:04X}", number(value)));
            }
            FieldId::TCP_OPTIONS_TFO_REQUEST => return self.options.push_str(" TFO=R"),
            FieldId::TCP_OPTIONS_TFO_COOKIE => return self.options.push_str(" TFO=C"),
            _ => return,
        };
        push(&mut self.options, format_args!(" {name}={}", number(value)));
    }

    fn edge(&mut self, left: bool, raw: u64) {
        self.blocks.push(Edge { at: self.options.len(), left, raw });
    }

    /// Whether what it carries came before, or before its turn.
    pub(super) fn is_out_of_turn(&self) -> bool {
        self.found & (RETRANSMISSION | FAST | SPURIOUS | OUT_OF_ORDER) != 0
    }

    /// Whether it holds a piece of something longer.
    pub(super) fn is_piece(&self) -> bool {
        self.piece
    }

    /// What was found, each in brackets.
    pub(super) fn findings(&self, out: &mut String) {
        // A fast retransmission is one, too.
        let implied = if self.found & (FAST | SPURIOUS) == 0 { 0 } else { RETRANSMISSION };
        for (bit, name) in FINDINGS {
            if self.found & !implied & bit == 0 {
                continue;
            }
            out.push_str(name);
            if bit == DUPLICATE {
                push(out, format_args!(" {}#{}] ", self.duplicate_frame, self.duplicate_number));
            }
        }
    }

    pub(super) fn info(&self, out: &mut String) {
        self.findings(out);
        push(out, format_args!("{} → {}", self.from, self.to));
        if let Some(length) = self.header_length.filter(|length| *length < 20) {
            push(out, format_args!(", bogus TCP header length ({length}, must be at least 20)"));
            return;
        }
        let Some(flags) = self.flags else {
            out.push_str(" [Packet size limited during capture]");
            return;
        };
        out.push(' ');
        push_flags(flags, out);
        push(out, format_args!(" Seq={}", self.sequence.unwrap_or(self.raw_sequence)));
        if self.flags().ack() {
            push(out, format_args!(" Ack={}", self.acknowledgment.unwrap_or(self.raw_acknowledgment)));
        }
        push(out, format_args!(" Win={}", self.window.unwrap_or(self.raw_window)));
        if self.flags().contains(TcpFlags::URG) {
            push(out, format_args!(" Urg={}", self.urgent));
        }
        if let Some(length) = self.length {
            push(out, format_args!(" Len={length}"));
        }
        self.push_options(out);
        // What came before has been put where it belongs.
        if self.piece && !self.is_out_of_turn() {
            out.push(' ');
            out.push_str(PIECE);
        }
    }

    /// The options in their order. Blocks are counted from where the other
    /// end's numbers start, which follows from its acknowledgment in both
    /// forms.
    fn push_options(&self, out: &mut String) {
        let start = self.acknowledgment.map_or(0, |relative| self.raw_acknowledgment.wrapping_sub(relative));
        let mut written = 0;
        for edge in &self.blocks {
            out.push_str(self.options.get(written..edge.at).unwrap_or_default());
            written = edge.at;
            let name = if edge.left { "SLE" } else { "SRE" };
            // Sequence numbers have 32 bits.
            push(out, format_args!(" {name}={}", edge.raw.wrapping_sub(start) & 0xFFFF_FFFF));
        }
        out.push_str(self.options.get(written..).unwrap_or_default());
    }
}

fn finding(field: FieldId) -> u16 {
    match field {
        FieldId::TCP_ANALYSIS_ZERO_WINDOW => ZERO_WINDOW,
        FieldId::TCP_ANALYSIS_ZERO_WINDOW_PROBE => ZERO_WINDOW_PROBE,
        FieldId::TCP_ANALYSIS_ZERO_WINDOW_PROBE_ACK => ZERO_WINDOW_PROBE_ACK,
        FieldId::TCP_ANALYSIS_KEEP_ALIVE_ACK => KEEP_ALIVE_ACK,
        FieldId::TCP_ANALYSIS_KEEP_ALIVE => KEEP_ALIVE,
        FieldId::TCP_ANALYSIS_WINDOW_FULL => WINDOW_FULL,
        FieldId::TCP_ANALYSIS_WINDOW_UPDATE => WINDOW_UPDATE,
        FieldId::TCP_ANALYSIS_ACK_LOST_SEGMENT => ACK_LOST,
        FieldId::TCP_ANALYSIS_LOST_SEGMENT => LOST,
        FieldId::TCP_ANALYSIS_OUT_OF_ORDER => OUT_OF_ORDER,
        FieldId::TCP_ANALYSIS_SPURIOUS_RETRANSMISSION => SPURIOUS,
        FieldId::TCP_ANALYSIS_FAST_RETRANSMISSION => FAST,
        FieldId::TCP_ANALYSIS_RETRANSMISSION => RETRANSMISSION,
        FieldId::TCP_ANALYSIS_REUSED_PORTS => REUSED,
        _ => 0,
    }
}

/// `[SYN, ACK]`.
fn push_flags(flags: u64, out: &mut String) {
    const NAMES: [&str; 9] = ["FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR", "AE"];
    let mut before = "[";
    let named = NAMES.into_iter().enumerate().filter(|(bit, _)| flags >> bit & 1 == 1).map(|(_, name)| name);
    for name in named.chain((flags & 0xE00 != 0).then_some("Reserved")) {
        out.extend([before, name]);
        before = ", ";
    }
    out.push_str(if before == "[" { "[<None>]" } else { "]" });
}
