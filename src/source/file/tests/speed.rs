//! How fast a capture is drained, against a bare walk over the same file.
//!
//! `cargo test --release --no-default-features --lib -- --ignored --nocapture source::file::tests::speed`

use std::fs::File;
use std::hint::black_box;
use std::io::{BufWriter, Read};
use std::time::Duration;

use super::super::*;
use super::interface;
use crate::model::{LinkType, PlaceId, Timestamp};
use crate::source::clock;

const RECORDS: u32 = 1_400_000;

/// 1 GB of frames of 60 to 1,514 bytes.
fn generate(path: &Path, format: Format) {
    let mut writer = Writer::new(BufWriter::new(File::create(path).unwrap()), format);
    writer.place(&interface("lo", None, LinkType::ETHERNET)).unwrap();
    let bytes = vec![0x5a; 1_514];
    for number in 0..RECORDS {
        let length = [60, 66, 1_514, 1_514, 66, 700, 1_200, 420][usize::try_from(number % 8).unwrap()];
        let frame = RecordFrame {
            at: Timestamp::from_nanos(1_700_000_000_000_000_000 + i64::from(number) * 1_000),
            place: PlaceId(0),
            offset: 0,
            original_length: u32::try_from(length).unwrap(),
            bytes: &bytes[..length],
            comment: None,
            options: RawOptions::default(),
        };
        writer.frame(&frame).unwrap();
    }
    writer.finish(None).unwrap();
}

/// Reads 1 MiB at a time and steps from header to header: behind `first` bytes,
/// each tells at `length_at` how long it is, with or without itself.
fn walk(path: &Path, first: usize, header: usize, length_at: usize) -> (u32, u64) {
    let mut file = File::open(path).unwrap();
    let mut buffer = vec![0; 1 << 20];
    let mut end = file.read(&mut buffer).unwrap();
    let (mut start, mut records, mut bytes) = (first, 0, 0);
    loop {
        while end >= start + header.max(length_at + 4) {
            let length = u32::from_le_bytes(buffer[start + length_at..start + length_at + 4].try_into().unwrap());
            let step = usize::try_from(length).unwrap() + header;
            if start + step > end {
                break;
            }
            records += 1;
            bytes += u64::from(length);
            start += step;
        }
        buffer.copy_within(start..end, 0);
        end -= start;
        start = 0;
        match file.read(&mut buffer[end..]).unwrap() {
            0 => return (records, bytes),
            count => end += count,
        }
    }
}

fn drain(path: &Path) -> (u32, u64) {
    let mut reader = Reader::new(File::open(path).unwrap()).unwrap();
    let (mut frames, mut bytes) = (0, 0);
    while let Some(item) = reader.next().unwrap() {
        if let Item::Frame(frame) = item {
            frames += 1;
            bytes += u64::try_from(frame.bytes.len()).unwrap();
            black_box(frame);
        }
    }
    (frames, bytes)
}

/// The least processor time of several runs, and what they found.
fn best(mut run: impl FnMut() -> (u32, u64)) -> (Duration, (u32, u64)) {
    let runs = (0..9).map(|_| {
        let start = clock::worked();
        let found = run();
        (clock::worked().saturating_sub(start), found)
    });
    runs.min_by_key(|(worked, _)| *worked).unwrap()
}

#[test]
#[ignore = "measures with a file of 1 GB; meaningful with --release only"]
fn draining_against_a_bare_walk() {
    let directory = std::env::temp_dir().join(format!("wirelens-speed-{}", std::process::id()));
    std::fs::create_dir(&directory).unwrap();
    let formats = [
        ("x.pcap", Format::Pcap { nanoseconds: false }, (24, 16, 8), RECORDS),
        // Section, interface, packets.
        ("x.pcapng", Format::Pcapng, (0, 0, 4), RECORDS + 2),
    ];
    for (name, format, (first, header, length_at), records) in formats {
        let path = directory.join(name);
        generate(&path, format);
        let (bare, found) = best(|| walk(&path, first, header, length_at));
        let (ours, frames) = best(|| drain(&path));
        assert_eq!((frames.0, found.0), (RECORDS, records));
        let megabytes = std::fs::metadata(&path).unwrap().len() / 1_000_000;
        let ratio = ours.as_secs_f64() / bare.as_secs_f64();
        eprintln!("{name}, {megabytes} MB, {RECORDS} frames: bare walk {bare:.1?}, Reader {ours:.1?}: {ratio:.2} to 1");
        std::fs::remove_file(&path).unwrap();
    }
    std::fs::remove_dir(&directory).unwrap();
}
