use super::*;
use crate::model::{TcpFlags, WindowScale};

/// The first segment of our own greeting on loopback: a SYN with MSS 1460,
/// SACK, timestamps and window scale 7; partial checksum.
pub(crate) const SYN: [u8; 74] = [
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x08, 0x00, // Ethernet, both addresses zero
    0x45, 0, 0, 0x3c, 0x1c, 0x46, 0x40, 0, 64, 6, 0x20, 0x74, 127, 0, 0, 1, 127, 0, 0, 1, // IPv4
    0xb7, 0xb8, 0x27, 0x0f, 0xa3, 0x43, 0x50, 0xe9, 0, 0, 0, 0, 0xa0, 0x02, 0xfa, 0xf0, 0xfe, 0x30, 0, 0, // TCP
    2, 4, 0x05, 0xb4, 4, 2, 8, 10, 0, 0, 0, 41, 0, 0, 0, 0, 1, 3, 3, 7, // options
];

fn read(bytes: &[u8]) -> Packet {
    packet(LinkType::ETHERNET, &Frame::whole(bytes))
}

#[test]
fn a_syn_is_read_whole() {
    let packet = read(&SYN);
    assert_eq!(packet.remarks, []);
    let Transport::Tcp(tcp) = packet.transport else { panic!("TCP") };
    assert_eq!((tcp.source_port, tcp.destination_port), (47_032, 9999));
    assert_eq!((tcp.seq.raw(), tcp.ack), (0xa343_50e9, None));
    assert_eq!((tcp.flags, tcp.window.0, tcp.length), (TcpFlags::SYN, 64_240, 0));
    assert_eq!(tcp.checksum, Verdict::LeftToHardware);
    assert_eq!(
        tcp.options,
        TcpOptions {
            maximum_segment_size: Some(1460),
            window_scale: Some(WindowScale::new(7)),
            sack_permitted: true,
            timestamps: Some((41, 0)),
            sack: vec![],
        }
    );
}

/// The lengths in the IP header, not the captured bytes, say how much data a
/// segment carried; cut options do not hide the fixed header.
#[test]
fn a_cut_segment_keeps_its_fixed_header() {
    let mut bytes = SYN[..56].to_vec();
    bytes[16..18].copy_from_slice(&1060_u16.to_be_bytes());
    let frame = Frame { original_length: 1074, ..Frame::whole(bytes) };
    let packet = packet(LinkType::ETHERNET, &frame);
    assert_eq!(packet.remarks[0], Remark::Cut { kept: 56, wire: 1074 });
    let Transport::Tcp(tcp) = packet.transport else { panic!("TCP") };
    assert_eq!((tcp.length, tcp.payload.len()), (1000, 0));
    assert_eq!(tcp.checksum, Verdict::Unverifiable);
}

#[test]
fn an_unknown_option_is_stepped_over_and_a_bad_one_is_said() {
    let mut bytes = SYN;
    bytes[54] = 30; // MPTCP, four bytes long like the MSS option it replaces
    let Transport::Tcp(tcp) = read(&bytes).transport else { panic!("TCP") };
    assert_eq!(tcp.options.maximum_segment_size, None);
    assert_eq!(tcp.options.timestamps, Some((41, 0)));

    bytes[55] = 0;
    let packet = read(&bytes);
    assert_eq!(packet.remarks, [Remark::BadOption { offset: 54 }]);
}

#[test]
fn every_prefix_of_a_frame_is_a_packet() {
    for length in 0..SYN.len() {
        let packet = read(&SYN[..length]);
        let complete = matches!(packet.transport, Transport::Tcp(_));
        assert_eq!(complete, length >= 54, "{length} bytes");
        assert!(complete || !packet.remarks.is_empty(), "{length} bytes: dropped in silence");
        for header in fields(LinkType::ETHERNET, &Frame::whole(&SYN[..length])) {
            assert!(header.span.end <= length, "{} goes past {length} bytes", header.id.name());
        }
    }
}

#[test]
fn the_same_segment_is_found_behind_every_link_layer() {
    let ip = &SYN[14..];
    let null = [&[2, 0, 0, 0], ip].concat();
    let sll = [&[0, 0, 3, 4, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0], ip].concat();
    let sll2 = [&[8, 0, 0, 0, 0, 0, 0, 1, 3, 4, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0], ip].concat();
    for (link_type, bytes) in [
        (LinkType::RAW, ip.to_vec()),
        (LinkType::NULL, null.clone()),
        (LinkType::LOOP, null),
        (LinkType::LINUX_SLL, sll),
        (LinkType::LINUX_SLL2, sll2),
        (LinkType::PPP, [&[0xff, 3, 0, 0x21], ip].concat()),
        (LinkType::PPP_HDLC, [&[0x21], ip].concat()),
        (LinkType::C_HDLC, [&[0x0f, 0, 8, 0], ip].concat()),
    ] {
        let packet = packet(link_type, &Frame::whole(bytes));
        assert!(matches!(packet.transport, Transport::Tcp(_)), "{link_type:?}: {packet:?}");
    }
    let unknown = packet(LinkType(147), &Frame::whole(ip));
    assert_eq!(unknown.remarks, [Remark::UnknownLink(LinkType(147))]);
}

#[test]
fn fields_cover_the_headers_without_gaps() {
    let headers = fields(LinkType::ETHERNET, &Frame::whole(SYN));
    let names: Vec<&str> = headers.iter().map(|header| header.id.name()).collect();
    assert_eq!(names, ["eth", "ip", "tcp"]);
    for header in &headers {
        let mut at = header.span.start;
        for child in &header.children {
            assert!(child.span.start <= at, "{} starts behind a gap at {at}", child.id.name());
            at = at.max(child.span.end);
        }
        assert_eq!(at, header.span.end, "{} has bytes no field covers", header.id.name());
    }
    let options = headers[2].children.iter().find(|field| field.id == FieldId::TCP_OPTIONS).unwrap();
    assert_eq!(options.children.len(), 5);
    assert_eq!(options.children[2].span, 60..70);
}
