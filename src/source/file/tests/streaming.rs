use std::io::{self, Read, Write as _};
use std::time::Duration;

use super::super::bytes::ByteOrder::{Big, Little};
use super::super::samples::{gzip, lcap, long_headers, rich_pcapng, small_pcap, small_pcapng, zstd};
use super::super::*;
use crate::model::{LinkType, Place};

/// The bytes of each frame stand where its offset says.
#[test]
fn offsets_are_those_of_the_frames_bytes() {
    let mut files = vec![small_pcap(Little), small_pcapng(Little)];
    files.extend([Little, Big].into_iter().flat_map(|order| [long_headers(order), lcap(order), rich_pcapng(order)]));
    for file in files {
        for packed in [file.clone(), gzip(&file), zstd(&file)] {
            let mut reader = Reader::with_spool(&packed[..]).unwrap();
            let spool = reader.frames().unwrap().unwrap();
            let (mut count, mut again) = (0, Vec::new());
            while let Some(item) = reader.next().unwrap() {
                let Item::Frame(frame) = item else { continue };
                let start = usize::try_from(frame.offset).unwrap();
                assert_eq!(frame.bytes, &file[start..start + frame.bytes.len()]);
                spool.bytes(frame.offset, u32::try_from(frame.bytes.len()).unwrap(), &mut again).unwrap();
                assert_eq!(frame.bytes, again);
                count += 1;
            }
            assert!(count > 1);
            assert_eq!(reader.offset(), u64::try_from(file.len()).unwrap());
            assert_eq!(reader.raw_offset(), u64::try_from(packed.len()).unwrap());
            assert_eq!(reader.compression().is_some(), packed != file);
        }
    }
}

#[test]
fn a_file_is_its_own_store_and_a_compressed_one_is_spooled() {
    let directory = std::env::temp_dir().join(format!("wirelens-streaming-{}", std::process::id()));
    std::fs::create_dir(&directory).unwrap();
    let file = small_pcap(Little);
    for (name, bytes) in [("a.pcap", file.clone()), ("a.pcap.gz", gzip(&file)), ("a.pcap.zst", zstd(&file))] {
        let path = directory.join(name);
        std::fs::write(&path, bytes).unwrap();
        let (mut reader, frames) = Reader::open(&path).unwrap();
        let mut bytes = Vec::new();
        while let Some(item) = reader.next().unwrap() {
            if let Item::Frame(frame) = item {
                frames.bytes(frame.offset, u32::try_from(frame.bytes.len()).unwrap(), &mut bytes).unwrap();
                assert_eq!(bytes, frame.bytes, "{name}");
            }
        }
    }
    let (_, frames) = Reader::open(&directory.join("a.pcap")).unwrap();
    std::fs::write(directory.join("a.pcap"), b"gone").unwrap();
    let error = frames.bytes(40, 3, &mut Vec::new()).unwrap_err();
    assert_eq!(error.to_string(), "the capture was cut since it was read: needed 43 bytes, found 4");
    std::fs::remove_dir_all(&directory).unwrap();
}

/// Writes `pieces` to a pipe that stays open, reads one frame after each, and
/// only then ends.
fn at_once(pieces: &[&[u8]]) {
    let (reader, mut writer) = io::pipe().unwrap();
    let (said, heard) = crossbeam_channel::bounded(64);
    let reading = std::thread::Builder::new()
        .name("reads the pipe".to_owned())
        .spawn(move || {
            let mut reader = Reader::new(reader).unwrap();
            while let Some(item) = reader.next().unwrap() {
                if let Item::Frame(frame) = item {
                    said.send(frame.bytes.len()).unwrap();
                }
            }
        })
        .unwrap();
    for piece in pieces {
        writer.write_all(piece).unwrap();
        heard.recv_timeout(Duration::from_secs(20)).expect("the frame comes while the pipe is open");
    }
    drop(writer);
    reading.join().unwrap();
}

#[test]
fn frames_come_out_of_a_pipe_that_stays_open() {
    let pcap = small_pcap(Little);
    at_once(&[&pcap[..40], &pcap[40..59], &pcap[59..]]);
    let pcapng = small_pcapng(Little);
    at_once(&[&pcapng[..100], &pcapng[100..152], &pcapng[152..]]);
    let pieces: Vec<Vec<u8>> = [&pcap[..40], &pcap[40..59], &pcap[59..]].into_iter().map(gzip).collect();
    at_once(&pieces.iter().map(Vec::as_slice).collect::<Vec<_>>());
    let pieces: Vec<Vec<u8>> = [&pcap[..40], &pcap[40..59], &pcap[59..]].into_iter().map(zstd).collect();
    at_once(&pieces.iter().map(Vec::as_slice).collect::<Vec<_>>());
}

/// What is collected is what comes item by item.
#[test]
fn the_items_of_a_rich_file_come_in_its_order() {
    let file = rich_pcapng(Little);
    let mut reader = Reader::new(&file[..]).unwrap();
    let mut seen = Vec::new();
    while let Some(item) = reader.next().unwrap() {
        seen.push(match item {
            Item::Place(Place::Interface { name, link_type: LinkType(number), .. }) => format!("{name}/{number}"),
            Item::Place(_) => "program".to_owned(),
            Item::Frame(frame) => {
                let text = std::str::from_utf8(frame.bytes).unwrap();
                format!("{text}@{} {:?} {}", frame.place.0, frame.comment, frame.options.bytes.len())
            }
            Item::Event(event) => format!("{event:?}"),
            Item::Notes(notes) => format!("{:?} {:?}", notes.system, notes.drops),
            Item::Aside(aside) => match aside.what {
                AsideKind::Section { comment, .. } => format!("section {comment:?}"),
                AsideKind::Interface { comment, snap_length, clock_offset, .. } => {
                    format!("interface {comment:?} {snap_length} {clock_offset}")
                }
                AsideKind::Frame { .. } => "frame".to_owned(),
                AsideKind::Block { block_type, .. } => format!("block {block_type:#x}"),
            },
        });
    }
    let expected = [
        "section Some(\"about it\")",
        "Some(\"Linux 6.1\") None",
        "interface Some(\"the uplink\") 96 3",
        "eth0/1",
        "block 0x4",
        "abc@0 Some(\"first\\nsecond\") 8",
        "block 0xa",
        "/101",
        "defg@1 None 0",
        "block 0xbad",
        "block 0x5",
        "section Some(\"about it\")",
        "/228",
        "hi@2 None 0",
        "block 0x40000bad",
        "Some(\"Linux 6.1\") Some(4)",
    ];
    assert_eq!(seen, expected);
    let summary = reader.finish();
    assert_eq!(summary.skipped, BTreeMap::from([(10, 1), (0x0bad, 1), (0x4000_0bad, 1)]));
    let names: Vec<(String, String)> =
        summary.names.iter().map(|(address, names)| (address.to_string(), names.join(","))).collect();
    assert_eq!(names, [("127.0.0.1".to_owned(), "local".to_owned()), ("::1".to_owned(), "a.b,c".to_owned())]);
    assert_eq!(summary.broken, None);
}

/// A claimed length costs no memory: only bytes that come do.
#[test]
fn memory_grows_with_the_bytes_that_are_there() {
    struct Largest(Vec<u8>, usize);
    impl Read for Largest {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            self.1 = self.1.max(into.len());
            let count = (&self.0[..]).read(into)?;
            self.0.drain(..count);
            Ok(count)
        }
    }
    let mut file = small_pcap(Little);
    let claimed = LONGEST_RECORD - 16;
    file.extend([0; 8]);
    file.extend(claimed.to_le_bytes());
    file.extend([0; 1000]);
    let mut source = Largest(file, 0);
    let opened = read(&mut source).unwrap();
    assert_eq!(opened.trace.frame_count(), 3);
    assert!(matches!(opened.damage.unwrap().kind, DamageKind::Cut { needed: LONGEST_RECORD, .. }));
    assert!(source.1 <= 1 << 20, "{} bytes were asked for", source.1);
}
