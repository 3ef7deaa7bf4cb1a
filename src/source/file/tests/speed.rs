//! How fast a capture is drained, against a bare walk over the same file.
//!
//! `cargo test --release --no-default-features --lib -- --ignored --nocapture source::file::tests::speed`

use std::fs::File;
use std::hint::black_box;
use std::io::{BufWriter, Read, Write as _};

use super::super::*;
use super::interface;
use crate::model::{LinkType, PlaceId, Span, Timestamp};
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

/// Reads 1 MiB at a time and steps from header to header.
fn walk(path: &Path, header: usize, length_at: usize, whole: bool) -> (u32, u64) {
    let mut file = File::open(path).unwrap();
    let mut buffer = vec![0; 1 << 20];
    let (mut start, mut end, mut records, mut bytes) = (24, 0, 0, 0);
    if whole {
        start = 0;
    }
    loop {
        while end >= start + header {
            let length = u32::from_le_bytes(buffer[start + length_at..start + length_at + 4].try_into().unwrap());
            let step = usize::try_from(length).unwrap() + if whole { 0 } else { header };
            if start + step > end {
                break;
            }
            records += 1;
            bytes += u64::from(length);
            start += step;
        }
        buffer.copy_within(start.min(end)..end, 0);
        end -= start.min(end);
        start = 0;
        let count = file.read(&mut buffer[end..]).unwrap();
        if count == 0 {
            return (records, bytes);
        }
        if bytes == 0 && !whole && records == 0 {
            start = 24;
        }
        end += count;
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

fn best(mut run: impl FnMut() -> (u32, u64)) -> (Span, (u32, u64)) {
    (0..7)
        .map(|_| {
            let start = clock::now();
            let found = run();
            (clock::now().since(start), found)
        })
        .min_by_key(|(span, _)| *span)
        .unwrap()
}

#[test]
#[ignore = "measures with a file of 1 GB; meaningful with --release only"]
fn draining_against_a_bare_walk() {
    let directory = std::env::temp_dir().join(format!("wirelens-speed-{}", std::process::id()));
    std::fs::create_dir(&directory).unwrap();
    for (name, format) in [("x.pcap", Format::Pcap { nanoseconds: false }), ("x.pcapng", Format::Pcapng)] {
        let path = directory.join(name);
        generate(&path, format);
        let whole = format == Format::Pcapng;
        let (bare, found) = best(|| if whole { walk(&path, 12, 4, true) } else { walk(&path, 16, 8, false) });
        let (ours, frames) = best(|| drain(&path));
        assert_eq!(frames.0, RECORDS);
        let size = std::fs::metadata(&path).unwrap().len();
        eprintln!(
            "{name}: {size} bytes, {} records; bare walk {:?} ms ({} records), Reader {} ms",
            frames.0,
            bare.nanos() / 1_000_000,
            found.0,
            ours.nanos() / 1_000_000,
        );
        std::fs::remove_file(&path).unwrap();
    }
    std::fs::remove_dir(&directory).unwrap();
}
