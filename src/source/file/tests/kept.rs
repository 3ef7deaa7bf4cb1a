use super::super::bytes::ByteOrder::{Big, Little};
use super::super::samples::{Sample, none, rich_pcapng};
use super::super::*;
use super::read_all;

fn again(trace: &Trace) -> Vec<u8> {
    let mut bytes = Vec::new();
    write(trace, &mut bytes).unwrap();
    bytes
}

/// Type and body of each block.
fn blocks(mut file: &[u8], big_endian: bool) -> Vec<(u32, Vec<u8>)> {
    let number = |bytes: &[u8]| {
        let bytes = bytes[..4].try_into().unwrap();
        if big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) }
    };
    let mut blocks = Vec::new();
    while !file.is_empty() {
        let length = usize::try_from(number(&file[4..])).unwrap();
        blocks.push((number(file), file[8..length - 4].to_vec()));
        file = &file[length..];
    }
    blocks
}

#[test]
fn what_others_wrote_is_there_again() {
    for order in [Little, Big] {
        let file = rich_pcapng(order);
        let opened = read_all(&file);
        assert_eq!((opened.damage.clone(), opened.broken.clone(), opened.not_kept), (None, None, 0));
        let saved = again(&opened.trace);
        let reread = read_all(&saved);
        assert_eq!(reread.trace, opened.trace);
        assert_eq!((&reread.skipped, &reread.names), (&opened.skipped, &opened.names));
        assert_eq!(again(&reread.trace), saved, "nothing more changes");
        let (before, after) = (blocks(&file, order == Big), blocks(&saved, order == Big));
        let types = |blocks: &[(u32, Vec<u8>)]| blocks.iter().map(|(kind, _)| *kind).collect::<Vec<_>>();
        assert_eq!(types(&after), types(&before));
        for ((kind, before), (_, after)) in before.iter().zip(&after) {
            match kind {
                1 | 6 | 0x0a0d_0d0a => {}
                // The clock started three seconds after 1970.
                5 => {
                    assert_eq!(before[..4], after[..4]);
                    assert_eq!(after[4..12], Sample::new(order).time(3_000_000_009).bytes);
                    assert_eq!(before[12..], after[12..]);
                }
                _ => assert_eq!(before, after, "block {kind:#x}"),
            }
        }
        // Every option of section, interface and packet, as it stood.
        let has = |text: &[u8]| saved.windows(text.len()).filter(|window| *window == text).count();
        for text in [&b"about it"[..], b"x86", b"theirs"] {
            assert_eq!(has(text), 2, "{}", String::from_utf8_lossy(text));
        }
        for text in [&b"Dumpcap"[..], b"another", b"the uplink", b"port 80", b"first", b"second", b"secret"] {
            assert_eq!(has(text), 1, "{}", String::from_utf8_lossy(text));
        }
        assert_eq!(has(&Sample::new(order).u64(1_000_000_000).bytes), 1, "the interface's speed");
        assert_eq!(has(&Sample::new(order).option(2, &Sample::new(order).u32(1).bytes).bytes), 1, "the flags");
    }
}

#[test]
fn the_check_sequence_length_of_pcap_becomes_an_option() {
    let file = Sample::new(Little).pcap(0xa1b2_c3d4, 0x2400_0001).record(0, 0, b"abc", 3).bytes;
    let opened = read_all(&file);
    let AsideKind::Interface { snap_length, options, .. } = &opened.trace.asides()[0].1.what else { panic!() };
    assert_eq!(*snap_length, 262_144);
    assert_eq!(options, &[13, 0, 1, 0, 32, 0, 0, 0], "32 bits");
    assert_eq!(read_all(&again(&opened.trace)).trace, opened.trace);
}

/// Section headers stay where they are: what follows means something else
/// without them.
#[test]
fn what_is_too_much_to_keep_is_counted() {
    let mut file = Sample::new(Little).section().interface(1, 0, none).bytes;
    let block = Sample::new(Little).block(0x777, |body| body.raw(&vec![7; 15 << 20])).bytes;
    for _ in 0..6 {
        file.extend_from_slice(&block);
    }
    file.extend(Sample::new(Little).section().interface(1, 0, none).packet(0, 1, b"abc", none).bytes);
    let opened = read_all(&file);
    assert_eq!((opened.not_kept, opened.trace.asides().len(), opened.trace.frame_count()), (2, 5, 1));
    assert_eq!(opened.skipped, BTreeMap::from([(0x777, 6)]));
}

/// What is ours in it is not kept a second time.
#[test]
fn a_file_of_ours_has_nothing_aside() {
    let opened = read_all(&again(&super::round_trip::story()));
    assert_eq!(opened.trace.asides(), []);
    assert_eq!(opened.trace.notes.drops, Some(2));
}
