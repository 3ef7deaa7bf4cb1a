//! Every field there is a name for: Wireshark's name, and the kind of its
//! values. Fields of a frame's bytes come from [`super::dissect`], those that
//! take a memory across frames (`tcp.stream`, `tcp.analysis.*`) from
//! [`crate::conversation`]; the names stand here together because a filter
//! asks for both.

/// A field, by its place in the table of all fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldId(u16);

/// What values a field has, and how they are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A header: it is there or not, and its bytes can be searched.
    Protocol,
    /// True or false, written `1` and `0`.
    Boolean,
    /// A whole number, written in decimal.
    Number,
    /// A signed whole number.
    Signed,
    /// A whole number, written in hexadecimal with this many digits.
    Hex(u8),
    /// A hardware address.
    Mac,
    /// An IPv4 address.
    Ipv4,
    /// An IPv6 address.
    Ipv6,
    /// Bytes.
    Bytes,
    /// Text.
    Text,
    /// A span of time, written in seconds with nine decimals.
    Span,
    /// A moment.
    Moment,
    /// The number of a frame.
    Frame,
    /// It is there, and that is all it says.
    Present,
}

/// A field's name and kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldInfo {
    /// Wireshark's name for it, `tcp.window_size_value`.
    pub name: &'static str,
    /// What its values are.
    pub kind: Kind,
}

macro_rules! fields {
    ($($id:ident $name:literal $kind:expr;)*) => {
        /// Counts the fields as they are declared.
        #[expect(non_camel_case_types, clippy::upper_case_acronyms, reason = "one name for the number and the field")]
        #[repr(u16)]
        enum Order { $($id,)* }

        /// The fields by name.
        #[expect(missing_docs, reason = "each is explained to readers in words/*/fields.ftl")]
        impl FieldId { $(pub const $id: Self = Self(Order::$id as u16);)* }

        static FIELDS: &[FieldInfo] = &[$(FieldInfo { name: $name, kind: $kind },)*];
    };
}

impl FieldId {
    /// Every field, in the order of the table.
    pub fn all() -> impl Iterator<Item = Self> {
        (0_u16..).zip(FIELDS).map(|(index, _)| Self(index))
    }

    /// Its place in the table, less than [`FieldId::count`].
    pub fn index(self) -> usize {
        usize::from(self.0)
    }

    /// How many fields there are.
    pub fn count() -> usize {
        FIELDS.len()
    }

    /// The field of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::all().find(|field| field.name() == name)
    }

    /// Its name and kind.
    pub fn info(self) -> FieldInfo {
        FIELDS.get(self.index()).copied().unwrap_or(FieldInfo { name: "", kind: Kind::Present })
    }

    /// Wireshark's name for it.
    pub fn name(self) -> &'static str {
        self.info().name
    }

    /// What its values are.
    pub fn kind(self) -> Kind {
        self.info().kind
    }
}

fields! {
    FRAME "frame" Kind::Protocol;
    FRAME_NUMBER "frame.number" Kind::Frame;
    FRAME_TIME_EPOCH "frame.time_epoch" Kind::Moment;
    FRAME_TIME_RELATIVE "frame.time_relative" Kind::Span;
    FRAME_TIME_DELTA "frame.time_delta" Kind::Span;
    FRAME_LEN "frame.len" Kind::Number;
    FRAME_CAP_LEN "frame.cap_len" Kind::Number;
    FRAME_INTERFACE_ID "frame.interface_id" Kind::Number;
    FRAME_INTERFACE_NAME "frame.interface_name" Kind::Text;
    FRAME_PROTOCOLS "frame.protocols" Kind::Text;
    FRAME_COMMENT "frame.comment" Kind::Text;

    ETH "eth" Kind::Protocol;
    ETH_DST "eth.dst" Kind::Mac;
    ETH_SRC "eth.src" Kind::Mac;
    ETH_ADDR "eth.addr" Kind::Mac;
    ETH_TYPE "eth.type" Kind::Hex(4);

    IP "ip" Kind::Protocol;
    IP_SRC "ip.src" Kind::Ipv4;
    IP_DST "ip.dst" Kind::Ipv4;
    IP_ADDR "ip.addr" Kind::Ipv4;

    TCP "tcp" Kind::Protocol;
    TCP_SRCPORT "tcp.srcport" Kind::Number;
    TCP_DSTPORT "tcp.dstport" Kind::Number;
    TCP_PORT "tcp.port" Kind::Number;
    TCP_STREAM "tcp.stream" Kind::Number;
    TCP_COMPLETENESS "tcp.completeness" Kind::Number;
    TCP_LEN "tcp.len" Kind::Number;
    TCP_SEQ "tcp.seq" Kind::Number;
    TCP_SEQ_RAW "tcp.seq_raw" Kind::Number;
    TCP_NXTSEQ "tcp.nxtseq" Kind::Number;
    TCP_ACK "tcp.ack" Kind::Number;
    TCP_ACK_RAW "tcp.ack_raw" Kind::Number;
    TCP_HDR_LEN "tcp.hdr_len" Kind::Number;
    TCP_FLAGS "tcp.flags" Kind::Hex(4);
    TCP_FLAGS_STR "tcp.flags.str" Kind::Text;
    TCP_WINDOW_SIZE_VALUE "tcp.window_size_value" Kind::Number;
    TCP_WINDOW_SIZE "tcp.window_size" Kind::Number;
    TCP_WINDOW_SIZE_SCALEFACTOR "tcp.window_size_scalefactor" Kind::Signed;
    TCP_CHECKSUM "tcp.checksum" Kind::Hex(4);
    TCP_CHECKSUM_STATUS "tcp.checksum.status" Kind::Number;
    TCP_TIME_RELATIVE "tcp.time_relative" Kind::Span;
    TCP_TIME_DELTA "tcp.time_delta" Kind::Span;
    TCP_PAYLOAD "tcp.payload" Kind::Bytes;

    TCP_ANALYSIS "tcp.analysis" Kind::Present;
    TCP_ANALYSIS_FLAGS "tcp.analysis.flags" Kind::Present;
    TCP_ANALYSIS_RETRANSMISSION "tcp.analysis.retransmission" Kind::Present;
    TCP_ANALYSIS_FAST_RETRANSMISSION "tcp.analysis.fast_retransmission" Kind::Present;
    TCP_ANALYSIS_SPURIOUS_RETRANSMISSION "tcp.analysis.spurious_retransmission" Kind::Present;
    TCP_ANALYSIS_OUT_OF_ORDER "tcp.analysis.out_of_order" Kind::Present;
    TCP_ANALYSIS_LOST_SEGMENT "tcp.analysis.lost_segment" Kind::Present;
    TCP_ANALYSIS_ACK_LOST_SEGMENT "tcp.analysis.ack_lost_segment" Kind::Present;
    TCP_ANALYSIS_DUPLICATE_ACK "tcp.analysis.duplicate_ack" Kind::Present;
    TCP_ANALYSIS_DUPLICATE_ACK_NUM "tcp.analysis.duplicate_ack_num" Kind::Number;
    TCP_ANALYSIS_DUPLICATE_ACK_FRAME "tcp.analysis.duplicate_ack_frame" Kind::Frame;
    TCP_ANALYSIS_ZERO_WINDOW "tcp.analysis.zero_window" Kind::Present;
    TCP_ANALYSIS_ZERO_WINDOW_PROBE "tcp.analysis.zero_window_probe" Kind::Present;
    TCP_ANALYSIS_ZERO_WINDOW_PROBE_ACK "tcp.analysis.zero_window_probe_ack" Kind::Present;
    TCP_ANALYSIS_WINDOW_FULL "tcp.analysis.window_full" Kind::Present;
    TCP_ANALYSIS_WINDOW_UPDATE "tcp.analysis.window_update" Kind::Present;
    TCP_ANALYSIS_KEEP_ALIVE "tcp.analysis.keep_alive" Kind::Present;
    TCP_ANALYSIS_KEEP_ALIVE_ACK "tcp.analysis.keep_alive_ack" Kind::Present;
    TCP_ANALYSIS_REUSED_PORTS "tcp.analysis.reused_ports" Kind::Present;
    TCP_ANALYSIS_ACKS_FRAME "tcp.analysis.acks_frame" Kind::Frame;
    TCP_ANALYSIS_ACK_RTT "tcp.analysis.ack_rtt" Kind::Span;
    TCP_ANALYSIS_INITIAL_RTT "tcp.analysis.initial_rtt" Kind::Span;
    TCP_ANALYSIS_BYTES_IN_FLIGHT "tcp.analysis.bytes_in_flight" Kind::Number;
    TCP_ANALYSIS_PUSH_BYTES_SENT "tcp.analysis.push_bytes_sent" Kind::Number;
    TCP_ANALYSIS_RTO "tcp.analysis.rto" Kind::Span;
    TCP_ANALYSIS_RTO_FRAME "tcp.analysis.rto_frame" Kind::Frame;

    UDP "udp" Kind::Protocol;
    UDP_SRCPORT "udp.srcport" Kind::Number;
    UDP_DSTPORT "udp.dstport" Kind::Number;
    UDP_PORT "udp.port" Kind::Number;
    UDP_STREAM "udp.stream" Kind::Number;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_names_one_field() {
        for field in FieldId::all() {
            assert_eq!(FieldId::named(field.name()), Some(field), "{} twice", field.name());
        }
    }
}
