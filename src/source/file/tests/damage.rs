use std::io;

use super::super::bytes::ByteOrder::{Big, Little};
use super::super::samples::{Sample, gzip, lcap, long_headers, none, rich_pcapng, small_pcap, small_pcapng, zstd};
use super::super::*;
use super::read_all;

fn damage(bytes: &[u8]) -> Damage {
    read_all(bytes).damage.expect("damage is said")
}

#[test]
fn what_is_no_capture_is_told_apart() {
    assert!(matches!(read(&b""[..]), Err(FileError::Empty)));
    let text = read(&b"GET / HTTP/1.1"[..]).unwrap_err();
    assert_eq!(
        text.to_string(),
        "not a capture: expected the first bytes of pcap or pcapng, found 47 45 54 20 2f 20 48 54 54 50 2f 31"
    );
    assert!(matches!(read(&b"\xd4\xc3"[..]), Err(FileError::NotACapture { found }) if found == [0xd4, 0xc3]));
    let xz = read(&b"\xfd7zXZ\0"[..]).unwrap_err();
    assert!(matches!(xz, FileError::Compressed { by: Compression::Xz }));
    assert_eq!(xz.to_string(), "the capture is compressed with xz: unpack it first");
    assert!(matches!(
        read(&b"snoop\0\0\0\0\0\0\x02"[..]),
        Err(FileError::Unsupported(Unsupported::Format { name: "snoop" }))
    ));
    let old = Sample::new(Little).u32(0xa1b2_c3d4).u16(1).u16(2).raw(&[0; 16]).bytes;
    assert!(matches!(read(&old[..]), Err(FileError::Unsupported(Unsupported::PcapVersion { major: 1, minor: 2 }))));
    let new = Sample::new(Big).block(0x0a0d_0d0a, |body| body.u32(0x1a2b_3c4d).u16(2).u16(0).u64(0)).bytes;
    assert!(matches!(read(&new[..]), Err(FileError::Unsupported(Unsupported::PcapngVersion { major: 2, minor: 0 }))));
    let no_magic = b"\x0a\x0d\x0d\x0a\x1c\0\0\0abcd";
    assert!(matches!(read(&no_magic[..]), Err(FileError::NotACapture { .. })));
    let nowhere = Path::new("/nowhere/at/all.pcap");
    assert!(matches!(open(nowhere), Err(FileError::Open { path, .. }) if path == nowhere));
    assert!(matches!(open(Path::new("/")), Err(FileError::Read { .. })));
}

#[test]
fn an_impossible_length_is_said() {
    let pcap = Sample::new(Little).pcap(0xa1b2_c3d4, 1).record(0, 0, b"abc", 3).u32(0).u32(0).u32(u32::MAX).u32(9);
    let expected = Damage {
        offset: 24 + 19,
        kind: DamageKind::ImpossibleLength { length: u32::MAX, least: 16, most: LONGEST_RECORD },
        frames_read: 1,
    };
    assert_eq!(damage(&pcap.bytes), expected);
    assert_eq!(
        expected.to_string(),
        "after 1 frames, at byte 43: the record has an impossible length: \
         expected 16 to 16777216 bytes, found 4294967295"
    );
    for length in [0, 4, 11, LONGEST_RECORD + 1, u32::MAX] {
        let file = Sample::new(Big).section().u32(6).u32(length).raw(&[0; 40]).bytes;
        let kind = DamageKind::ImpossibleLength { length, least: 12, most: LONGEST_RECORD };
        assert_eq!(damage(&file), Damage { offset: 28, kind, frames_read: 0 });
    }
}

/// A reader that subtracts 12 from this length without a look panics.
#[test]
fn a_process_block_of_four_bytes_panics_nobody() {
    let file = Sample::new(Little).section().u32(0x8000_0001).u32(4).u32(4).u32(0).u32(0).bytes;
    assert_eq!(file.len(), 48);
    assert!(matches!(damage(&file).kind, DamageKind::ImpossibleLength { length: 4, .. }));
}

/// What is behind such a block is still there.
#[test]
fn blocks_with_impossible_content_are_passed_over_and_counted() {
    let start = || Sample::new(Little).section().interface(1, 0, none);
    let offset = u64::try_from(start().bytes.len()).unwrap();
    let corrupt = |block_type, length| DamageKind::CorruptBlock { block_type, length };
    let cases = [
        (start().block(6, |body| body.u32(0).u64(0).u32(5).u32(5).raw(b"abcd")), corrupt(6, 36)),
        (start().block(2, |body| body.u32(0).u64(0).u32(5).u32(5).raw(b"abcd")), corrupt(2, 36)),
        (start().block(2, none), corrupt(2, 12)),
        (start().block(3, none), corrupt(3, 12)),
        (start().block(5, none), corrupt(5, 12)),
        (start().block(1, |body| body.u16(1)), corrupt(1, 14)),
        (start().block(4, |body| body.u16(1).u16(9).raw(b"abcd")), corrupt(4, 20)),
        (start().packet(1, 0, b"", none), DamageKind::UnknownInterface { interface: 1, described: 1 }),
    ];
    for (sample, kind) in cases {
        let opened = read_all(&sample.packet(0, 9, b"behind", none).bytes);
        assert_eq!(opened.damage, None);
        assert_eq!(opened.broken, Some(Broken { first: Damage { offset, kind, frames_read: 0 }, count: 1 }));
        assert_eq!(super::frames(&opened), [(9_000, 0, crate::model::Frame::whole(*b"behind"))]);
    }
    let twice = Sample::new(Little).section().block(3, |body| body.u32(0)).packet(4, 0, b"", none).bytes;
    let broken = read_all(&twice).broken.unwrap();
    assert_eq!(broken.first.kind, DamageKind::UnknownInterface { interface: 0, described: 0 });
    assert_eq!(broken.count, 2);
    // The packet is good, its options are not.
    let options = start().packet(0, 9, b"good", |options| options.u16(1).u16(99).u32(0)).bytes;
    let opened = read_all(&options);
    assert_eq!(opened.trace.frame_count(), 1);
    assert_eq!(opened.broken.unwrap().first, Damage { offset, kind: corrupt(6, 44), frames_read: 0 });
}

/// Where a block's length cannot be trusted, nothing behind it can.
#[test]
fn blocks_that_contradict_themselves_are_said() {
    let start = || Sample::new(Little).section().interface(1, 0, none);
    let offset = u64::try_from(start().bytes.len()).unwrap();
    let cases = [
        (start().u32(3).u32(16).u32(0).u32(20), DamageKind::LengthsDiffer { block_type: 3, first: 16, last: 20 }),
        (
            start().u32(0x0a0d_0d0a).u32(28).raw(&[0; 20]),
            DamageKind::CorruptBlock { block_type: 0x0a0d_0d0a, length: 28 },
        ),
        (
            start().block(0x0a0d_0d0a, |body| body.u32(0x1a2b_3c4d).u16(1)),
            DamageKind::CorruptBlock { block_type: 0x0a0d_0d0a, length: 18 },
        ),
        (
            start().block(0x0a0d_0d0a, |body| body.u32(0x1a2b_3c4d).u16(9).u16(1).u64(0)),
            DamageKind::Unsupported(Unsupported::PcapngVersion { major: 9, minor: 1 }),
        ),
    ];
    for (sample, kind) in cases {
        assert_eq!(damage(&sample.bytes), Damage { offset, kind, frames_read: 0 });
    }
}

#[test]
fn a_failing_disk_is_no_end_of_file() {
    struct Failing;
    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::ErrorKind::TimedOut.into())
        }
    }
    let whole = small_pcap(Little);
    for kept in [whole.len(), whole.len() - 1] {
        let opened = read(whole[..kept].chain(Failing)).unwrap();
        let found = opened.damage.unwrap();
        assert_eq!(found.kind, DamageKind::ReadFailed { error: io::ErrorKind::TimedOut });
        assert_eq!(usize::try_from(found.frames_read).unwrap(), opened.trace.frame_count());
    }
    assert!(matches!(read(Failing), Err(FileError::Read { .. })));
}

/// Where each record of a file ends, and how many frames there are up to there.
fn record_ends(file: &[u8]) -> Vec<(usize, usize)> {
    (0..=file.len())
        .filter_map(|length| read(&file[..length]).ok().filter(|opened| opened.damage.is_none()).map(|o| (length, o)))
        .map(|(length, opened)| (length, opened.trace.frame_count()))
        .collect()
}

#[test]
fn every_truncation_gives_the_good_part_and_says_where_it_ends() {
    let header_and_three_records = [(24, 0), (40, 1), (59, 2), (135, 3)];
    let blocks = [(28, 0), (68, 0), (100, 1), (152, 2), (168, 2), (260, 3)];
    for (file, ends) in [
        (small_pcap(Little), &header_and_three_records[..]),
        (small_pcap(Big), &header_and_three_records),
        (small_pcapng(Little), &blocks),
        (small_pcapng(Big), &blocks),
    ] {
        assert_eq!(record_ends(&file), ends);
        let whole = super::frames(&read_all(&file));
        for length in 4..file.len() {
            let opened = read_all(&file[..length]);
            let good = ends.iter().rev().find(|(end, _)| *end <= length).copied().unwrap_or((0, 0));
            assert_eq!(super::frames(&opened), whole[..good.1], "cut at {length}");
            match opened.damage {
                None => assert_eq!(good.0, length),
                Some(damage) => {
                    assert_eq!(usize::try_from(damage.offset).unwrap(), good.0, "cut at {length}");
                    assert_eq!(usize::try_from(damage.frames_read).unwrap(), good.1);
                    let DamageKind::Cut { needed, available } = damage.kind else {
                        panic!("cut at {length}: {damage}");
                    };
                    assert_eq!(usize::try_from(available).unwrap(), length - good.0);
                    assert!(needed > available, "cut at {length}: {damage}");
                }
            }
        }
        for length in 0..4 {
            assert!(read(&file[..length]).is_err(), "cut at {length}");
        }
    }
}

/// Numbers that are always the same (`SplitMix64`).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(limit.max(1)).unwrap()).unwrap()
    }
}

/// Changes one to four things: a byte, four bytes to a number that hurts, the
/// end, a piece twice.
fn mutate(file: &[u8], numbers: &mut Numbers) -> Vec<u8> {
    let mut file = file.to_vec();
    for _ in 0..=numbers.below(4) {
        let at = numbers.below(file.len());
        match numbers.below(6) {
            0 | 1 => file[at..].iter_mut().take(1).for_each(|byte| *byte ^= 1 << (numbers.next() % 8)),
            2 | 3 => {
                let painful = [0, 1, 4, 11, 12, 0x7fff_ffff, 0x8000_0001, u32::MAX - 4, u32::MAX];
                let number = painful[numbers.below(painful.len())].to_le_bytes();
                let at = at / 4 * 4;
                for (byte, new) in file[at..].iter_mut().zip(number) {
                    *byte = new;
                }
            }
            4 => file.truncate(at),
            _ => {
                let piece = file[at..file.len().min(at + 64)].to_vec();
                file.splice(at..at, piece);
            }
        }
    }
    file
}

/// The captures that come with the program, where they are not too long to be
/// changed thousands of times, and one of everything made by hand.
fn seeds() -> Vec<Vec<u8>> {
    let mut ours = Vec::new();
    write(&super::round_trip::story(), &mut ours).unwrap();
    let mut seeds = vec![small_pcap(Little), small_pcap(Big), small_pcapng(Little), small_pcapng(Big), ours];
    seeds.extend([Little, Big].into_iter().flat_map(|order| [long_headers(order), lcap(order), rich_pcapng(order)]));
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("captures");
    let mut paths: Vec<_> = std::fs::read_dir(shipped).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "pcapng"));
    let shortest = paths.iter().map(|path| std::fs::read(path).unwrap()).min_by_key(Vec::len);
    seeds.extend(shortest);
    seeds
}

#[test]
fn thirty_thousand_mutants_panic_nobody() {
    let mut numbers = Numbers(1);
    let (mut refused, mut damaged, mut broken, mut whole) = (0, 0, 0, 0);
    let seeds = seeds();
    assert_eq!(seeds.len(), 12);
    for _ in 0..2_500 {
        for file in &seeds {
            let mutant = mutate(file, &mut numbers);
            match read(&mutant[..]) {
                Err(_) => refused += 1,
                Ok(opened) => {
                    let read_again = {
                        let mut again = Vec::new();
                        write(&opened.trace, &mut again).unwrap();
                        read_all(&again)
                    };
                    assert_eq!(read_again.trace, opened.trace);
                    broken += usize::from(opened.broken.is_some());
                    match opened.damage {
                        Some(damage) => {
                            assert!(damage.offset <= u64::try_from(mutant.len()).unwrap(), "{damage}");
                            damaged += 1;
                        }
                        None => whole += 1,
                    }
                }
            }
        }
    }
    // The mutator reaches all four ends.
    let reached = refused > 100 && damaged > 1_000 && broken > 1_000 && whole > 1_000;
    assert!(reached, "{refused} {damaged} {broken} {whole}");
}

/// A change to compressed bytes reaches the unpackers, which are not ours.
#[test]
fn two_thousand_compressed_mutants_panic_nobody() {
    let mut numbers = Numbers(2);
    let (mut refused, mut damaged) = (0, 0);
    for seed in [gzip(&rich_pcapng(Little)), zstd(&rich_pcapng(Little))] {
        for _ in 0..1_000 {
            match read(&mutate(&seed, &mut numbers)[..]) {
                Err(_) => refused += 1,
                Ok(opened) => damaged += usize::from(opened.damage.is_some()),
            }
        }
    }
    assert!(refused > 100 && damaged > 100, "{refused} {damaged}");
}
