use super::*;
use crate::decode;
use crate::model::{Frame, LinkType};
use crate::source::shipped::SHIPPED;

/// A SYN with MSS, SACK permitted, timestamps and window scale.
const SYN: [u8; 74] = [
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x08, 0x00, // Ethernet, both addresses zero
    0x45, 0, 0, 0x3c, 0x1c, 0x46, 0x40, 0, 64, 6, 0x20, 0x74, 127, 0, 0, 1, 127, 0, 0, 1, // IPv4
    0xb7, 0xb8, 0x27, 0x0f, 0xa3, 0x43, 0x50, 0xe9, 0, 0, 0, 0, 0xa0, 0x02, 0xfa, 0xf0, 0xfe, 0x30, 0, 0, // TCP
    2, 4, 0x05, 0xb4, 4, 2, 8, 10, 0, 0, 0, 41, 0, 0, 0, 0, 1, 3, 3, 7, // options
];

fn of(link_type: LinkType, bytes: &[u8]) -> Vec<Grid> {
    grids(&decode::fields(link_type, &Frame::whole(bytes)), bytes)
}

/// Every bit belongs to one cell, in order.
fn check(grid: &Grid) {
    let mut at = 0;
    for cell in &grid.cells {
        assert_eq!(cell.bits.start, at, "{grid:?}");
        assert!(!cell.bits.is_empty());
        assert_eq!(cell.span.start, grid.span.start + cell.bits.start / 8);
        at = cell.bits.end;
    }
    assert_eq!(at, grid.span.len() * 8, "{grid:?}");
}

fn cell(grid: &Grid, field: FieldId) -> &Cell {
    grid.cells.iter().find(|cell| cell.field == Some(field)).unwrap_or_else(|| panic!("no {}", field.name()))
}

#[test]
fn a_syn_is_laid_out_as_in_the_rfc() {
    let grids = of(LinkType::ETHERNET, &SYN);
    assert_eq!(grids.iter().map(|grid| grid.header).collect::<Vec<_>>(), [FieldId::ETH, FieldId::IP, FieldId::TCP]);
    grids.iter().for_each(check);
    let tcp = &grids[2];
    let at = |field, bits, value| {
        let cell = cell(tcp, field);
        assert_eq!((cell.bits.clone(), cell.number(&SYN)), (bits, Some(value)), "{}", field.name());
    };
    at(FieldId::TCP_DSTPORT, 16..32, 9999);
    at(FieldId::TCP_SEQ_RAW, 32..64, 0xa343_50e9);
    at(FieldId::TCP_HDR_LEN, 96..100, 10);
    at(FieldId::TCP_FLAGS_ACK, 107..108, 0);
    at(FieldId::TCP_FLAGS_SYN, 110..111, 1);
    at(FieldId::TCP_WINDOW_SIZE_VALUE, 112..128, 64_240);
    at(FieldId::TCP_OPTIONS_MSS_VAL, 176..192, 1460);
    at(FieldId::TCP_OPTIONS_TIMESTAMP_TSVAL, 224..256, 41);
    at(FieldId::TCP_OPTIONS_WSCALE_SHIFT, 312..320, 7);
    let kind = cell(tcp, FieldId::TCP_OPTION_KIND);
    assert_eq!(kind.title, Some(FieldId::TCP_OPTIONS_MSS), "a kind is called by its option");
    assert_eq!(cell(&grids[1], FieldId::IP_FLAGS_DF).number(&SYN), Some(1));
}

#[test]
fn a_cut_header_keeps_its_length_and_says_what_is_missing() {
    let cut = &SYN[..50];
    let frame = Frame { original_length: 74, ..Frame::whole(cut) };
    let grids = grids(&decode::fields(LinkType::ETHERNET, &frame), cut);
    grids.iter().for_each(check);
    let tcp = &grids[2];
    assert_eq!(tcp.span, 34..74);
    assert!(cell(tcp, FieldId::TCP_WINDOW_SIZE_VALUE).captured);
    let checksum = cell(tcp, FieldId::TCP_CHECKSUM);
    assert!(!checksum.captured && checksum.number(cut).is_none());
    let last = tcp.cells.last().unwrap();
    assert_eq!((last.field, last.captured, last.bits.clone()), (None, false, 160..320));
    // Cut within the options: what is there is named, the rest is missing.
    let cut = &SYN[..60];
    let frame = Frame { original_length: 74, ..Frame::whole(cut) };
    let tcp = &super::grids(&decode::fields(LinkType::ETHERNET, &frame), cut)[2];
    check(tcp);
    assert!(cell(tcp, FieldId::TCP_OPTIONS_MSS_VAL).captured);
    assert!(!tcp.cells.last().unwrap().captured);
}

#[test]
fn tags_arp_and_ipv6_have_their_own_grids() {
    let mut arp = vec![0xff; 6];
    arp.extend([2, 0, 0, 0, 0, 1, 0x81, 0, 0x60, 7, 0x08, 0x06]);
    arp.extend([0, 1, 8, 0, 6, 4, 0, 1, 2, 0, 0, 0, 0, 1, 10, 0, 0, 1, 0, 0, 0, 0, 0, 0, 10, 0, 0, 2]);
    let grids = of(LinkType::ETHERNET, &arp);
    grids.iter().for_each(check);
    assert_eq!(grids.iter().map(|grid| grid.header).collect::<Vec<_>>(), [FieldId::ETH, FieldId::VLAN, FieldId::ARP]);
    assert_eq!(cell(&grids[1], FieldId::VLAN_PRIORITY).number(&arp), Some(3));
    assert_eq!(cell(&grids[1], FieldId::VLAN_ID).number(&arp), Some(7));
    assert_eq!(cell(&grids[2], FieldId::ARP_DST_PROTO_IPV4).bits, 192..224);
    assert_eq!(cell(&grids[2], FieldId::ARP_SRC_HW_MAC).bits, 64..112);

    // A neighbor solicitation with the sender's hardware address.
    let mut v6 = vec![0x6b, 0x9a, 0xbc, 0xde, 0, 32, 58, 255];
    v6.extend([0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
    v6.extend([0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, 0, 0, 2]);
    v6.extend([135, 0, 0, 0, 0, 0, 0, 0, 0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2]);
    v6.extend([1, 1, 2, 0, 0, 0, 0, 1]);
    let grids = of(LinkType::RAW, &v6);
    grids.iter().for_each(check);
    assert_eq!(grids.len(), 2);
    assert_eq!(cell(&grids[0], FieldId::IPV6_TCLASS_DSCP).number(&v6), Some(0xb9 >> 2));
    assert_eq!(cell(&grids[0], FieldId::IPV6_FLOW).number(&v6), Some(0xa_bcde));
    assert_eq!(cell(&grids[0], FieldId::IPV6_DST).bits, 192..320);
    assert_eq!(cell(&grids[1], FieldId::ICMPV6_OPT_SRC_LINKADDR).bits, 208..256);
    // An advertisement's flags are bits of their own.
    let mut advertised = v6.clone();
    advertised[40] = 136;
    advertised[44] = 0x60;
    let icmp = &of(LinkType::RAW, &advertised)[1];
    check(icmp);
    let flag = |field| cell(icmp, field).number(&advertised);
    assert_eq!(flag(FieldId::ICMPV6_ND_NA_FLAG_R), Some(0));
    assert_eq!((flag(FieldId::ICMPV6_ND_NA_FLAG_S), flag(FieldId::ICMPV6_ND_NA_FLAG_O)), (Some(1), Some(1)));
}

#[test]
fn every_shipped_frame_is_covered_bit_for_bit_however_it_is_cut() {
    let mut seen = std::collections::BTreeSet::new();
    let mut quoted = 0;
    for shipped in SHIPPED {
        let trace = shipped.open().unwrap().trace;
        for (_, _, place, frame) in trace.frames().take(20) {
            let link_type = crate::conversation::link_type(&trace, place);
            for kept in (0..frame.bytes.len().min(120)).chain([frame.bytes.len()]) {
                let cut = &frame.bytes[..kept];
                let frame = Frame { original_length: frame.original_length, ..Frame::whole(cut) };
                for grid in grids(&decode::fields(link_type, &frame), cut) {
                    check(&grid);
                    seen.insert(grid.header);
                    quoted += u32::from(grid.quoted);
                }
            }
        }
    }
    for header in [FieldId::ETH, FieldId::IP, FieldId::TCP, FieldId::UDP, FieldId::ICMP] {
        assert!(seen.contains(&header), "{}", header.name());
    }
    assert!(quoted > 0, "an ICMP error quotes a packet");
}

/// Random bytes behind an Ethernet, IPv4 or IPv6 start never overlap or leave
/// a gap.
#[test]
fn no_bytes_break_the_grid() {
    use proptest::prelude::*;
    proptest!(|(bytes in proptest::collection::vec(any::<u8>(), 0..160), start in 0_usize..5, wire in 0_u32..200)| {
        let mut bytes = bytes;
        let heads: [&[u8]; 5] = [
            &[],
            &SYN[..34],
            &[0x46, 0, 0, 0x50, 0, 0, 0, 0, 64, 1, 0, 0],
            &[0x60, 0, 0, 0, 0, 60, 58, 64],
            &[0x60, 0, 0, 0, 0, 60, 0, 64],
        ];
        let head = heads[start];
        bytes.splice(..head.len().min(bytes.len()), head.iter().copied());
        let link_type = if start == 1 { LinkType::ETHERNET } else { LinkType::RAW };
        let original_length = wire.max(u32::try_from(bytes.len()).unwrap());
        let frame = Frame { original_length, ..Frame::whole(bytes.clone()) };
        for grid in grids(&decode::fields(link_type, &frame), &bytes) {
            check(&grid);
            for cell in &grid.cells {
                // Reads nothing past the captured bytes.
                assert!(cell.captured || cell.number(&bytes).is_none());
            }
        }
    });
}
