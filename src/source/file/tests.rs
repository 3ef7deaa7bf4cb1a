//! Reading what others write.

/// Compressed captures.
mod compressed;
/// What is said about files that break off, and that nothing panics.
mod damage;
/// What others wrote is there again when it is saved.
mod kept;
/// What is written comes back.
mod round_trip;
/// How fast it is.
mod speed;
/// Item by item.
mod streaming;
/// Writing item by item, and pcap.
mod writing;

use super::bytes::ByteOrder::{Big, Little};
use super::samples::{Sample, lcap, long_headers, none, small_pcap, small_pcapng};
use super::*;
use crate::model::{Frame, LinkType, Place, PlaceId, Timestamp};

pub(super) fn read_all(bytes: &[u8]) -> Opened {
    read(bytes).unwrap_or_else(|error| panic!("{error}"))
}

/// Moment, place and frame of each frame.
fn frames(opened: &Opened) -> Vec<(i64, u32, Frame)> {
    opened.trace.frames().map(|(_, at, place, frame)| (at.nanos(), place.0, frame.clone())).collect()
}

fn interface(name: &str, description: Option<&str>, link_type: LinkType) -> Place {
    Place::Interface { name: name.to_owned(), description: description.map(str::to_owned), link_type }
}

#[test]
fn pcap_reads_the_same_in_both_byte_orders() {
    let little = read_all(&small_pcap(Little));
    assert_eq!(little, read_all(&small_pcap(Big)));
    assert_eq!(little.damage, None);
    assert_eq!(little.trace.place(PlaceId(0)), Some(&interface("", None, LinkType::ETHERNET)));
    let cut = Frame { bytes: Box::from(*b"abc"), original_length: 1500, comment: None };
    let expected =
        [(1_500_000_000, 0, Frame::whole([])), (2_000_000_000, 0, cut), (3_999_999_000, 0, Frame::whole([7; 60]))];
    assert_eq!(frames(&little), expected);
}

#[test]
fn pcap_with_nanoseconds_counts_nanoseconds() {
    for order in [Little, Big] {
        let file = Sample::new(order).pcap(0xa1b2_3c4d, 101).record(u32::MAX, 999_999_999, b"a", 1).bytes;
        let opened = read_all(&file);
        assert_eq!(opened.trace.start(), Some(Timestamp::from_nanos(4_294_967_295_999_999_999)));
        assert_eq!(opened.trace.place(PlaceId(0)), Some(&interface("", None, LinkType::RAW)));
    }
}

#[test]
fn the_check_sequence_length_beside_the_link_type_is_no_part_of_it() {
    let file = Sample::new(Little).pcap(0xa1b2_c3d4, 0x4400_0001).bytes;
    assert_eq!(read_all(&file).trace.place(PlaceId(0)), Some(&interface("", None, LinkType::ETHERNET)));
}

#[test]
fn pcap_with_long_record_headers_is_read() {
    for order in [Little, Big] {
        let frame = || (1_000_002_000, 0, Frame { original_length: 9, ..Frame::whole(*b"abc") });
        assert_eq!(frames(&read_all(&long_headers(order))), [frame(), frame()]);
    }
}

#[test]
fn lcap_is_read_whether_hardware_or_software_wrote_it() {
    for order in [Little, Big] {
        let hardware = lcap(order);
        let mut software = Sample::new(order).u32(0x1c00_01ab).bytes;
        software.extend_from_slice(&hardware[4..]);
        let first = (1_000_002_000, 0, Frame { original_length: 9, ..Frame::whole(*b"abc") });
        let expected = [first, (3_000_004_000, 0, Frame::whole(*b"def"))];
        assert_eq!(frames(&read_all(&hardware)), expected);
        assert_eq!(frames(&read_all(&software)), expected);
    }
}

/// libpcap: before 2.3 the length on the wire comes first, in 2.3 it may.
#[test]
fn old_versions_have_their_lengths_the_other_way_round() {
    for ((major, minor), lengths) in
        [((2, 1), (9, 3)), ((2, 2), (9, 3)), ((2, 3), (9, 3)), ((2, 3), (3, 9)), ((2, 4), (3, 9)), ((543, 0), (9, 3))]
    {
        let header = Sample::new(Big).u32(0xa1b2_c3d4).u16(major).u16(minor).u64(0).u32(65_535).u32(1);
        let file = header.u32(1).u32(2).u32(lengths.0).u32(lengths.1).raw(b"abc").bytes;
        let frame = Frame { original_length: 9, ..Frame::whole(*b"abc") };
        assert_eq!(frames(&read_all(&file)), [(1_000_002_000, 0, frame)], "{major}.{minor}");
    }
}

#[test]
fn absurd_moments_are_kept() {
    let file = Sample::new(Little)
        .pcap(0xa1b2_c3d4, 1)
        .record(2_000_000_000, 0, b"", 0)
        .record(5, 3_000_000, b"", 0)
        .record(0, u32::MAX, b"", 0)
        .record(u32::MAX, u32::MAX, b"", 0)
        .bytes;
    let moments: Vec<i64> = frames(&read_all(&file)).into_iter().map(|(at, _, _)| at).collect();
    assert_eq!(
        moments,
        [2_000_000_000_000_000_000, 8_000_000_000, 4_294_967_295_000, 4_294_967_295_000_000_000 + 4_294_967_295_000]
    );
}

#[test]
fn pcapng_reads_the_same_in_both_byte_orders() {
    let little = read_all(&small_pcapng(Little));
    let big = read_all(&small_pcapng(Big));
    assert_eq!(frames(&little), frames(&big));
    assert!(little.trace.places().eq(big.trace.places()));
    assert_eq!(little.damage, None);
    assert_eq!(little.trace.place(PlaceId(0)), Some(&interface("eth0", None, LinkType::ETHERNET)));
    let commented = Frame { comment: Some("你好".to_owned()), ..Frame::whole(*b"abc") };
    assert_eq!(frames(&little), [(1, 0, Frame::whole([])), (2, 0, commented), (3, 0, Frame::whole([7; 60]))]);
    assert_eq!(little.skipped, BTreeMap::from([(0x777, 1)]));
}

#[test]
fn each_interface_keeps_its_own_clock_and_words() {
    for order in [Little, Big] {
        let file = Sample::new(order)
            .section()
            .interface(1, 0, |options| options.option(2, b"a\0").option(3, b"the first\0\0"))
            .interface(228, 0, |options| options.option(9, &[0x81]).option(0, &[]).option(2, b"behind the end"))
            .interface(113, 0, |options| options.option(14, &Sample::new(order).u64((-1_i64).cast_unsigned()).bytes))
            .packet(2, 1, b"c", none)
            .packet(1, 3, b"b", none)
            .packet(0, u64::MAX, b"a", none)
            .bytes;
        let opened = read_all(&file);
        let places: Vec<&Place> = opened.trace.places().map(|(_, place)| place).collect();
        let expected = [
            &interface("a", Some("the first"), LinkType::ETHERNET),
            &interface("", None, LinkType::IPV4),
            &interface("", None, LinkType::LINUX_SLL),
        ];
        assert_eq!(places, expected);
        let found: Vec<(i64, u32)> = frames(&opened).into_iter().map(|(at, place, _)| (at, place)).collect();
        assert_eq!(found, [(-999_999_000, 2), (1_500_000_000, 1), (i64::MAX, 0)]);
    }
}

#[test]
fn a_section_may_have_another_byte_order_and_starts_interfaces_anew() {
    let mut file = small_pcapng(Little);
    file.extend(small_pcapng(Big));
    let opened = read_all(&file);
    assert_eq!(opened.damage, None);
    let places: Vec<u32> = frames(&opened).into_iter().map(|(_, place, _)| place).collect();
    assert_eq!(places, [0, 0, 0, 1, 1, 1]);
    assert_eq!(opened.skipped, BTreeMap::from([(0x777, 2)]));
}

#[test]
fn simple_packets_are_as_long_as_the_interface_kept_and_have_no_time() {
    for order in [Little, Big] {
        let file = Sample::new(order)
            .section()
            .interface(1, 5, none)
            .block(3, |body| body.u32(9).padded(b"abcde"))
            .block(3, |body| body.u32(2).padded(b"ab"))
            .bytes;
        let opened = read_all(&file);
        let cut = Frame { bytes: Box::from(*b"abcde"), original_length: 9, comment: None };
        assert_eq!(frames(&opened), [(0, 0, cut), (0, 0, Frame::whole(*b"ab"))]);
        assert_eq!(opened.untimed, 2);
    }
}

#[test]
fn obsolete_packet_blocks_are_read() {
    for order in [Little, Big] {
        let file = Sample::new(order)
            .section()
            .interface(1, 0, none)
            .block(2, |body| {
                let body = body.u16(0).u16(0xffff).time(1 << 32).u32(3).u32(8).padded(b"abc");
                body.option(1, b"one").option(1, b"two").option(0, &[])
            })
            .bytes;
        let frame = Frame { bytes: Box::from(*b"abc"), original_length: 8, comment: Some("one\ntwo".to_owned()) };
        assert_eq!(frames(&read_all(&file)), [(4_294_967_296_000, 0, frame)]);
    }
}

#[test]
fn a_foreign_file_tells_its_system_and_its_drops() {
    for order in [Little, Big] {
        let drops = |count: u64| Sample::new(order).u64(count).bytes;
        let file = Sample::new(order)
            .block(0x0a0d_0d0a, |body| {
                body.u32(0x1a2b_3c4d).u16(1).u16(2).u64(u64::MAX).option(3, b"Linux 6.1").option(0, &[])
            })
            .interface(1, 0, none)
            .interface(1, 0, none)
            .block(5, |body| body.u32(0).time(1).option(5, &drops(4)))
            .block(5, |body| body.u32(1).time(1).option(5, &drops(3)))
            .block(5, |body| body.u32(0).time(2).option(5, &drops(5)))
            .bytes;
        let opened = read_all(&file);
        assert_eq!(opened.trace.notes.system.as_deref(), Some("Linux 6.1"));
        assert_eq!(opened.trace.notes.drops, Some(8));
        assert_eq!(opened.skipped, BTreeMap::new());
    }
}

#[test]
fn a_capture_may_come_in_small_pieces_and_be_longer_than_the_window() {
    struct Dribble(Vec<u8>, usize);
    impl Read for Dribble {
        fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
            let length = into.len().min(self.0.len() - self.1).min(1 + self.1 % 7919);
            into[..length].copy_from_slice(&self.0[self.1..self.1 + length]);
            self.1 += length;
            Ok(length)
        }
    }
    let large = vec![1; 3_000_000];
    let mut sample = Sample::new(Little).section().interface(1, 0, none);
    for number in 0..500 {
        sample = sample.packet(0, number, &[2; 1500], none);
    }
    let file = sample.packet(0, 7, &large, none).packet(0, 8, b"end", none).bytes;
    let opened = read(Dribble(file, 0)).unwrap();
    assert_eq!(opened.damage, None);
    assert_eq!(opened.trace.frame_count(), 502);
    assert_eq!(frames(&opened)[500].2.bytes.len(), large.len());
}
