use std::net::{IpAddr, SocketAddr};

use proptest::prelude::*;

use super::*;

/// A segment from port 40000 to 80, with these options and five bytes.
fn tcp(options: &[u8]) -> Vec<u8> {
    assert_eq!(options.len() % 4, 0);
    let words = u8::try_from(5 + options.len() / 4).unwrap();
    let mut bytes = vec![0x9C, 0x40, 0, 80, 0, 0, 0, 1, 0, 0, 0, 2, words << 4 | 1, 0x18, 0x12, 0x34, 0, 0, 0, 0];
    bytes.extend(options);
    bytes.extend(b"hello");
    bytes
}

/// IPv4 from 10.0.0.1 to 10.0.0.2 with these options.
fn v4(protocol: u8, options: &[u8], payload: &[u8]) -> Vec<u8> {
    let header = 20 + options.len();
    let mut bytes = vec![0x40 | u8::try_from(header / 4).unwrap(), 0];
    bytes.extend(u16::try_from(header + payload.len()).unwrap().to_be_bytes());
    bytes.extend([0, 7, 0x40, 0, 64, protocol, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2]);
    bytes.extend(options);
    bytes.extend(payload);
    bytes
}

/// IPv6 from `::1` to `::2`.
fn v6(next: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0x60, 0, 0, 0];
    bytes.extend(u16::try_from(payload.len()).unwrap().to_be_bytes());
    bytes.extend([next, 64]);
    for last in [1, 2] {
        bytes.extend([0; 15]);
        bytes.push(last);
    }
    bytes.extend(payload);
    bytes
}

fn behind(header: &[u8], payload: &[u8]) -> Vec<u8> {
    [header, payload].concat()
}

fn read(link_type: LinkType, bytes: &[u8]) -> Headers {
    headers(link_type, bytes, u32::try_from(bytes.len()).unwrap())
}

fn segment(headers: &Headers) -> TcpHeader {
    let Carried::Tcp(tcp) = headers.carried else { panic!("no segment: {headers:?}") };
    tcp
}

const MACS: [u8; 12] = [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1];

fn ethernet(ether_type: &[u8], payload: &[u8]) -> Vec<u8> {
    [&MACS, ether_type, payload].concat()
}

/// Every link layer that is read, around one IP packet.
fn around(packet: &[u8]) -> Vec<(LinkType, Vec<u8>)> {
    let length = u16::try_from(packet.len()).unwrap();
    let six = packet[0] >> 4 == 6;
    let ether_type: [u8; 2] = if six { [0x86, 0xDD] } else { [8, 0] };
    let ppp = if six { 0x57 } else { 0x21 };
    let mut ppoe = vec![0x88, 0x64, 0x11, 0, 0, 1];
    ppoe.extend((length + 2).to_be_bytes());
    ppoe.extend([0, ppp]);
    let mut snap = (length + 8).to_be_bytes().to_vec();
    snap.extend([0xAA, 0xAA, 3, 0, 0, 0]);
    snap.extend(ether_type);
    let mut nflog = vec![2, 0, 0, 0, 6, 0, 10, 0, b'a', 0, 0, 0];
    nflog.extend((length + 4).to_le_bytes());
    nflog.extend([9, 0]);
    vec![
        (LinkType::ETHERNET, ethernet(&ether_type, packet)),
        (LinkType::ETHERNET, ethernet(&[&[0x81, 0, 0, 5], &ether_type[..]].concat(), packet)),
        (LinkType::ETHERNET, ethernet(&[&[0x88, 0xA8, 0, 5, 0x81, 0, 0, 6], &ether_type[..]].concat(), packet)),
        (LinkType::ETHERNET, ethernet(&[&[0x91, 0, 0, 5].repeat(8), &ether_type[..]].concat(), packet)),
        (LinkType::ETHERNET, ethernet(&ppoe, packet)),
        (LinkType::ETHERNET, ethernet(&snap, packet)),
        (LinkType::ETHERNET, ethernet(&[0x88, 0x47, 0, 1, 0, 64, 0, 1, 1, 64], packet)),
        (LinkType::ETHERNET, ethernet(&[&[0x88, 0xE7, 0, 0, 0, 1], &MACS[..], &ether_type].concat(), packet)),
        (LinkType(10), behind(&[&[0x50], &MACS[..], &snap[2..]].concat(), packet)),
        (LinkType(242), behind(&[&[0; 40], &ether_type[..], &[0; 2]].concat(), packet)),
        (LinkType(239), behind(&nflog, packet)),
        (LinkType::NULL, behind(&[if six { 30 } else { 2 }, 0, 0, 0], packet)),
        (LinkType::LOOP, behind(&[0, 0, 0, if six { 24 } else { 2 }], packet)),
        (LinkType::LINUX_SLL, behind(&[&[0; 14], &ether_type[..]].concat(), packet)),
        (LinkType::LINUX_SLL2, behind(&[&ether_type[..], &[0; 18]].concat(), packet)),
        (LinkType::RAW, packet.to_vec()),
        (LinkType(12), packet.to_vec()),
        (LinkType(9), behind(&[0xFF, 3, 0, ppp], packet)),
        (LinkType(9), behind(&[ppp], packet)),
        (LinkType(50), behind(&[0xFF, 3, 0, ppp], packet)),
        (LinkType(104), behind(&[&[0x0F, 0], &ether_type[..]].concat(), packet)),
    ]
}

#[test]
fn every_link_layer_leads_to_the_segment() {
    for packet in [v4(6, &[], &tcp(&[])), v6(6, &tcp(&[]))] {
        for (link_type, frame) in around(&packet) {
            let headers = read(link_type, &frame);
            let tcp = segment(&headers);
            assert_eq!((tcp.source_port, tcp.destination_port), (40_000, 80), "{link_type:?}");
            assert_eq!((tcp.seq.raw(), tcp.ack.raw(), tcp.window, tcp.reserved), (1, 2, RawWindow(0x1234), 1));
            assert_eq!((tcp.payload_length(), tcp.kept), (Some(5), 25));
            assert_eq!(usize::try_from(tcp.offset).unwrap(), frame.len() - 25);
            assert_eq!(headers.ethernet.is_some(), link_type == LinkType::ETHERNET);
        }
    }
    for header in [&[1, 2, 0, 0, 240][..], &[1, 2, 0, 0, 212, 0, 0, 0]] {
        let frame = behind(header, &v4(6, &[], &tcp(&[])));
        assert_eq!(segment(&read(LinkType(129), &frame)).payload_length(), Some(5));
    }
    assert_eq!(read(LinkType(147), &[0; 60]).carried, Carried::UnknownLink);
    assert_eq!(read(LinkType::ETHERNET, &ethernet(&[8, 6], &[0; 28])).carried, Carried::Arp);
}

/// Ethernet's padding belongs to nobody, and a snaplen cut shortens nothing.
#[test]
fn lengths_are_those_on_the_wire() {
    let mut padded = ethernet(&[8, 0], &v4(6, &[], &tcp(&[])));
    padded.extend([0; 20]);
    assert_eq!(segment(&read(LinkType::ETHERNET, &padded)).payload_length(), Some(5));
    let packet = v4(6, &[], &tcp(&[]));
    let cut = segment(&headers(LinkType::RAW, &packet[..42], 45));
    assert_eq!((cut.payload_length(), cut.kept), (Some(5), 22));
    // Offloaded: the length is still to be filled in.
    for (mut packet, [high, low]) in [(packet, [2, 3]), (v6(6, &tcp(&[])), [4, 5])] {
        (packet[high], packet[low]) = (0, 0);
        let start = if high == 2 { 40 } else { 60 };
        assert_eq!(segment(&headers(LinkType::RAW, &packet, 9_000)).payload_length(), Some(9_000 - start));
    }
    // More than the frame had on the wire.
    let mut packet = v4(6, &[], &tcp(&[]));
    packet[2] = 0xFF;
    assert_eq!(segment(&read(LinkType::RAW, &packet)).payload_length(), Some(5));
}

/// RFC 2675: the length of a jumbogram is in its hop-by-hop options.
#[test]
fn extension_headers_are_stepped_over() {
    let jumbo = [&[6, 0, 0xC2, 4, 0, 0, 0, 8 + 22], &tcp(&[])[..]].concat();
    let mut packet = v6(0, &jumbo);
    (packet[4], packet[5]) = (0, 0);
    assert_eq!(segment(&read(LinkType::RAW, &packet)).payload_length(), Some(2));

    let one = [0; 15].into_iter().chain([9]).collect::<Vec<u8>>();
    let route = |kind, left| [&[6, 2, kind, left, 0, 0, 0, 0], &one[..], &tcp(&[])[..]].concat();
    let to = |packet: &[u8]| read(LinkType::RAW, packet).ip.unwrap().destination;
    assert_eq!(to(&v6(43, &route(0, 1))), "::9".parse::<IpAddr>().unwrap());
    assert_eq!(to(&v6(43, &route(2, 1))), "::9".parse::<IpAddr>().unwrap());
    assert_eq!(to(&v6(43, &route(0, 0))), "::2".parse::<IpAddr>().unwrap());
    assert_eq!(to(&v6(43, &route(4, 1))), "::2".parse::<IpAddr>().unwrap());

    let home = [&[6, 2, 1, 2, 0, 0, 0xC9, 16], &one[..], &tcp(&[])[..]].concat();
    let headers = read(LinkType::RAW, &v6(60, &home));
    assert_eq!(headers.ip.unwrap().source, "::9".parse::<IpAddr>().unwrap());
    assert_eq!(segment(&headers).payload_length(), Some(5));

    for packet in [v6(51, &[&[6, 1, 0, 0], &[0; 8][..], &tcp(&[])].concat())].into_iter().chain([v4(
        51,
        &[],
        &[&[6, 1, 0, 0], &[0; 8][..], &tcp(&[])].concat(),
    )]) {
        assert_eq!(segment(&read(LinkType::RAW, &packet)).payload_length(), Some(5));
    }
}

#[test]
fn fragments_are_pieces() {
    for flags in [[0x20, 0], [0, 1]] {
        let mut packet = v4(6, &[], &tcp(&[]));
        packet[6..8].copy_from_slice(&flags);
        assert_eq!(read(LinkType::RAW, &packet).carried, Carried::Fragment);
    }
    let fragment = |place: [u8; 2]| v6(44, &[&[6, 0, place[0], place[1], 0, 0, 0, 1], &tcp(&[])[..]].concat());
    assert_eq!(read(LinkType::RAW, &fragment([0, 1])).carried, Carried::Fragment);
    assert_eq!(read(LinkType::RAW, &fragment([0, 8])).carried, Carried::Fragment);
    assert_eq!(segment(&read(LinkType::RAW, &fragment([0, 0]))).payload_length(), Some(5));
}

#[test]
fn a_source_route_ends_at_its_last_address() {
    let route = [1, 131, 11, 4, 10, 0, 0, 8, 10, 0, 0, 9];
    let headers = read(LinkType::RAW, &v4(6, &route, &tcp(&[])));
    assert_eq!(headers.ip.unwrap().destination, "10.0.0.9".parse::<IpAddr>().unwrap());
    assert_eq!(segment(&headers).payload_length(), Some(5));
}

#[test]
fn errors_quote_the_segment_as_far_as_they_go() {
    let packet = v4(6, &[], &tcp(&[]));
    let error = |quote: &[u8]| {
        let message = v4(1, &[], &[&[3, 1, 0, 0, 0, 0, 0, 0], quote].concat());
        let Carried::IcmpError(error) = read(LinkType::RAW, &message).carried else { panic!("no error") };
        *error
    };
    let sockets = |quoted: Quoted| (quoted.source, quoted.destination);
    let ends: (SocketAddr, SocketAddr) = ("10.0.0.1:40000".parse().unwrap(), "10.0.0.2:80".parse().unwrap());
    let IcmpError { quoted, tcp: Some(tcp), .. } = error(&packet) else { panic!("nothing quoted") };
    assert_eq!((sockets(quoted), tcp.seq.raw(), tcp.kept), (ends, 1, 25));
    let IcmpError { quoted, tcp: Some(tcp), .. } = error(&packet[..36]) else { panic!("16 bytes are quoted") };
    assert_eq!((sockets(quoted), tcp.kept), (ends, 16));
    let IcmpError { quoted, tcp: None, .. } = error(&packet[..28]) else { panic!("8 bytes are quoted") };
    assert_eq!((sockets(quoted), quoted.identification), (ends, Some(7)));
    let short = read(LinkType::RAW, &v4(1, &[], &[&[3, 1, 0, 0, 0, 0, 0, 0], &packet[..23]].concat()));
    assert_eq!(short.carried, Carried::Icmp);
    assert_eq!(read(LinkType::RAW, &v4(1, &[], &[8, 0, 0, 0, 0, 0, 0, 0])).carried, Carried::Icmp);
    let six = v6(58, &[&[1, 4, 0, 0, 0, 0, 0, 0], &v6(17, &[0, 53, 0, 54, 0, 8, 0, 0])[..]].concat());
    let Carried::IcmpError(error) = read(LinkType::RAW, &six).carried else { panic!("no error") };
    assert!(matches!(*error, IcmpError { quoted: Quoted { protocol: 17, .. }, tcp: None, .. }));
}

#[test]
fn options_count_up_to_where_they_end() {
    let options = |bytes: &[u8]| segment(&read(LinkType::RAW, &v4(6, &[], &tcp(bytes)))).options;
    let syn = options(&[2, 4, 5, 0xB4, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 3, 3, 7]);
    assert_eq!((syn.maximum_segment_size, syn.window_scale, syn.sack_permitted), (Some(1460), Some(7), true));
    assert_eq!((syn.timestamps, syn.end), (Some((1, 0)), OptionsEnd::Whole));
    assert_eq!(options(&[1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2]).timestamps, Some((1, 2)));
    let sack = options(&[1, 1, 5, 18, 0, 0, 0, 9, 0, 0, 0, 10, 0, 0, 0, 20, 0, 0, 0, 30]);
    assert_eq!((sack.sack_blocks, sack.sack[..2].to_vec()), (2, vec![(9, 10), (20, 30)]));
    assert_eq!(options(&[30, 3, 0x10, 30, 3, 0x20, 1, 0]).mptcp, 0b110);
    // Behind an end-of-options nothing counts.
    assert_eq!(options(&[0, 3, 3, 7]).window_scale, None);
    let empty = options(&[3, 3, 7, 5, 2, 3, 3, 8]);
    assert_eq!((empty.window_scale, empty.end), (Some(7), OptionsEnd::EmptySack));
    for malformed in [[3, 3, 7, 9], [3, 3, 7, 2], [1, 5, 1, 0], [1, 5, 0, 0], [8, 9, 0, 0]] {
        assert_eq!(options(&malformed).end, OptionsEnd::Malformed, "{malformed:?}");
    }
    // A length that is wrong for its kind is stepped over.
    let wrong = options(&[3, 4, 7, 7, 3, 3, 2, 1]);
    assert_eq!((wrong.window_scale, wrong.end), (Some(2), OptionsEnd::Whole));
}

#[test]
fn cut_options_count_as_far_as_they_were_kept() {
    let packet = v4(6, &[], &tcp(&[1, 1, 5, 18, 0, 0, 0, 9, 0, 0, 0, 10, 0, 0, 0, 20, 0, 0, 0, 30]));
    let kept = |bytes: usize| headers(LinkType::RAW, &packet[..20 + bytes], 65);
    let options = |bytes| segment(&kept(bytes)).options;
    assert_eq!((options(40).end, options(40).sack_blocks), (OptionsEnd::Whole, 2));
    assert_eq!((options(39).end, options(39).sack_blocks), (OptionsEnd::Cut, 1));
    assert_eq!((options(20).end, options(20).sack_blocks), (OptionsEnd::Cut, 0));
    assert_eq!(segment(&kept(16)).kept, 16);
    assert_eq!(kept(15).carried, Carried::Unreadable);
    // The end of the options needs the rest of the header.
    let packet = v4(6, &[], &tcp(&[0, 0, 0, 0]));
    let ends = [43, 44].map(|kept| segment(&headers(LinkType::RAW, &packet[..kept], 49)).options.end);
    assert_eq!(ends, [OptionsEnd::Cut, OptionsEnd::Whole]);
}

/// What the other reader of frames says about the same bytes.
fn same_as_packet(link_type: LinkType, bytes: &[u8]) -> Result<(), TestCaseError> {
    let frame = crate::model::Frame::whole(bytes);
    let packet = super::super::packet(link_type, &frame);
    if let (super::super::Transport::Tcp(rich), Carried::Tcp(ours)) = (packet.transport, read(link_type, bytes).carried)
    {
        prop_assert_eq!((rich.source_port, rich.seq, rich.flags), (ours.source_port, ours.seq, ours.flags));
        prop_assert_eq!(rich.options.timestamps, ours.options.timestamps);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, ..ProptestConfig::default() })]

    /// Whatever the bytes: no panic, and every claim holds.
    #[test]
    fn any_bytes_are_read(
        link in prop::sample::select(vec![0_u16, 1, 9, 10, 12, 50, 101, 104, 108, 113, 129, 228, 229, 239, 242, 276]),
        bytes in prop::collection::vec(any::<u8>(), 0..120),
        wire: u32,
    ) {
        if let Carried::Tcp(tcp) = headers(LinkType(link), &bytes, wire).carried {
            prop_assert!(tcp.kept >= 16 && tcp.kept <= tcp.wire_length);
        }
    }

    /// The same for good frames with a few bytes overwritten and an end cut off.
    #[test]
    fn mutants_are_read(
        which in 0_usize..8 * 21,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
        keep: prop::sample::Index,
        wire in prop::sample::select(vec![0_u32, 60, 1_514, u32::MAX]),
    ) {
        let options = [1, 1, 5, 18, 0, 0, 0, 9, 0, 0, 0, 10, 0, 0, 0, 20, 0, 0, 0, 30];
        let segment = tcp(&options);
        let quote = |packet: &[u8], kind: u8| [&[kind, 1, 0, 0, 0, 0, 0, 0], packet].concat();
        let packets = [
            v4(6, &[], &segment),
            v4(6, &[1, 131, 11, 4, 10, 0, 0, 8, 10, 0, 0, 9], &segment),
            v4(17, &[], &[0, 53, 0, 54, 0, 8, 0, 0]),
            v4(1, &[], &quote(&v4(6, &[], &segment), 3)),
            v6(6, &segment),
            v6(0, &[&[60, 0, 0xC2, 4, 0, 0, 0, 99, 6, 2, 1, 2, 0, 0, 0xC9, 16], &[9; 16][..], &segment].concat()),
            v6(44, &[&[51, 0, 0, 0, 0, 0, 0, 1, 6, 1, 0, 0], &[0; 8][..], &segment].concat()),
            v6(58, &quote(&v6(6, &segment), 1)),
        ];
        let (link_type, mut frame) = around(&packets[which / 21]).swap_remove(which % 21);
        for (index, byte) in changes {
            let at = index.index(frame.len());
            frame[at] = byte;
        }
        if let Carried::Tcp(tcp) = headers(link_type, &frame, wire).carried {
            prop_assert!(tcp.kept >= 16 && tcp.kept <= tcp.wire_length);
        }
        same_as_packet(link_type, &frame)?;
        frame.truncate(keep.index(frame.len() + 1));
        headers(link_type, &frame, wire);
    }
}
