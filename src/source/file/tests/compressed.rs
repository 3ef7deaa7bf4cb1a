use std::io::{self, Read};

use super::super::bytes::ByteOrder::Little;
use super::super::samples::{Sample, gzip, none, rich_pcapng, small_pcap, zstd};
use super::super::*;
use super::read_all;

/// So many frames of 1,000 bytes that hardly shrink.
fn many(count: u64) -> Vec<u8> {
    let mut state = 1_u64;
    let mut sample = Sample::new(Little).section().interface(1, 0, none);
    for number in 0..count {
        let frame: Vec<u8> = (0..1_000)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                (state >> 60).to_le_bytes()[0]
            })
            .collect();
        sample = sample.packet(0, number, &frame, none);
    }
    sample.bytes
}

#[test]
fn compressed_captures_are_the_same() {
    for file in [small_pcap(Little), rich_pcapng(Little), many(300)] {
        let plain = read_all(&file);
        assert_eq!(read_all(&gzip(&file)), plain);
        assert_eq!(read_all(&zstd(&file)), plain);
    }
}

/// gzip files and Zstandard frames may stand one behind the other; skippable
/// frames hold nothing.
#[test]
fn compressed_in_pieces_is_the_same() {
    let file = many(50);
    let (first, second) = file.split_at(20_001);
    let plain = read_all(&file);
    assert_eq!(read_all(&[gzip(first), gzip(b""), gzip(second)].concat()), plain);
    let skippable = Sample::new(Little).u32(0x184d_2a53).u32(3).raw(b"???").bytes;
    assert_eq!(read_all(&[&skippable[..], &zstd(first), &skippable, &zstd(second)].concat()), plain);
}

#[test]
fn what_is_compressed_and_cut_gives_its_good_packets() {
    let file = many(1_200);
    let whole = super::frames(&read_all(&file));
    for (packed, by) in [(gzip(&file), Compression::Gzip), (zstd(&file), Compression::Zstandard)] {
        for length in [packed.len() / 3, packed.len() / 2, packed.len() - 1] {
            let opened = read_all(&packed[..length]);
            let damage = opened.damage.clone().unwrap_or_else(|| panic!("{by}, cut at {length}"));
            let expected = DamageKind::PackedCut { by, packed: u64::try_from(length).unwrap() };
            assert_eq!(damage.kind, expected);
            let found = super::frames(&opened);
            assert_eq!(found, whole[..found.len()]);
            assert_eq!(damage.offset, 48 + 1_032 * u64::from(damage.frames_read));
            // No window of unpacked bytes is lost: at most a block of 128 KiB.
            let share = whole.len() * length / packed.len();
            assert!(found.len() + 130 + whole.len() / 20 > share, "{by}: {} of about {share}", found.len());
        }
    }
}

#[test]
fn what_is_compressed_and_corrupt_says_so() {
    let file = many(500);
    for (packed, by) in [(gzip(&file), Compression::Gzip), (zstd(&file), Compression::Zstandard)] {
        let mut flipped = packed.clone();
        let last = flipped.len() - 6;
        flipped[last] ^= 0xff;
        let damage = read_all(&flipped).damage.unwrap_or_else(|| panic!("{by}"));
        assert!(matches!(damage.kind, DamageKind::PackedCorrupt { by: found, .. } if found == by), "{damage}");
    }
    let error = read(&b"\x1f\x8b\x09\0\0\0\0\0\0\0\0\0\0"[..]).unwrap_err();
    assert!(matches!(error, FileError::Unpack { kind: DamageKind::PackedCorrupt { by: Compression::Gzip, .. } }));
    assert!(matches!(read(&gzip(b"")[..]), Err(FileError::Empty)));
    assert!(matches!(read(&gzip(b"hello")[..]), Err(FileError::NotACapture { .. })));
    let twice = gzip(&gzip(&small_pcap(Little)));
    assert!(matches!(read(&twice[..]), Err(FileError::Compressed { by: Compression::Gzip })));
}

/// Drains a reader; frames, and where it broke off.
fn drain(mut reader: Reader<impl Read>) -> (u64, Option<Damage>) {
    let mut frames = 0;
    loop {
        match reader.next() {
            Ok(Some(item)) => frames += u64::from(matches!(item, Item::Frame(_))),
            Ok(None) => return (frames, None),
            Err(damage) => {
                assert_eq!(reader.next(), Ok(None), "nothing comes after damage");
                return (frames, Some(damage));
            }
        }
    }
}

#[test]
fn bombs_stop_at_a_bound() {
    let mut bomb = small_pcap(Little);
    // Frames without bytes, without end.
    let count = 400_000;
    bomb.resize(135 + 16 * count, 0);
    for (packed, by) in [(gzip(&bomb), Compression::Gzip), (zstd(&bomb), Compression::Zstandard)] {
        assert!(packed.len() < 100_000);
        let by_size = Limits { unpacked: 3 << 20, ratio: u64::MAX, free: 0 };
        let by_ratio = Limits { unpacked: u64::MAX, ratio: 20, free: 2 << 20 };
        for (limits, most) in [(by_size, 3 << 20), (by_ratio, 2 << 20)] {
            let (frames, damage) = drain(Reader::with_limits(&packed[..], limits).unwrap());
            let Some(Damage { kind: DamageKind::UnpacksTooFar { by: found, unpacked, .. }, offset, .. }) = damage
            else {
                panic!("{by}: {damage:?}");
            };
            assert_eq!(found, by);
            assert!(unpacked > most && unpacked < most + (2 << 20), "{by}: {unpacked}");
            assert!(offset <= most && frames > 10_000, "{by}: {frames} frames to {offset}");
        }
        let (frames, damage) = drain(Reader::new(&packed[..]).unwrap());
        assert_eq!((frames, damage), (3 + u64::try_from(count).unwrap(), None), "{by} under the usual limits");
    }
}

#[test]
fn a_failing_disk_is_no_cut_archive() {
    struct Failing;
    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::ErrorKind::TimedOut.into())
        }
    }
    let file = many(600);
    for packed in [gzip(&file), zstd(&file)] {
        let opened = read(packed[..packed.len() / 2].chain(Failing)).unwrap();
        assert!(opened.trace.frame_count() > 100);
        assert_eq!(opened.damage.unwrap().kind, DamageKind::ReadFailed { error: io::ErrorKind::TimedOut });
        let error = read(packed[..14].chain(Failing)).unwrap_err();
        assert!(matches!(error, FileError::Read { source } if source.kind() == io::ErrorKind::TimedOut));
    }
}
