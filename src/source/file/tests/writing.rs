use std::io;

use super::super::bytes::ByteOrder::{Big, Little};
use super::super::samples::{Sample, none, rich_pcapng, small_pcap, small_pcapng};
use super::super::*;
use super::{interface, read_all};
use crate::model::{ExitStatus, LinkType, Place, PlaceId, Timestamp};
use crate::trace::Notes;

/// Remembers each call.
#[derive(Default)]
struct Calls(Vec<Vec<u8>>);

impl io::Write for &mut Calls {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.push(bytes.to_vec());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Reads `file` and writes it item by item.
fn copied(file: &[u8], format: Format) -> (Vec<u8>, Written) {
    let mut copy = Vec::new();
    let mut reader = Reader::new(file).unwrap();
    let mut writer = Writer::new(&mut copy, format);
    while let Some(item) = reader.next().unwrap() {
        writer.item(&item).unwrap();
    }
    let written = writer.finish(None).unwrap();
    (copy, written)
}

#[test]
fn a_copy_made_item_by_item_is_the_same() {
    let mut ours = Vec::new();
    write(&super::round_trip::story(), &mut ours).unwrap();
    let mut files = vec![ours];
    files.extend(
        [Little, Big].into_iter().flat_map(|order| [small_pcap(order), small_pcapng(order), rich_pcapng(order)]),
    );
    for file in files {
        let opened = read_all(&file);
        let (copy, written) = copied(&file, Format::Pcapng);
        assert_eq!(read_all(&copy).trace, opened.trace);
        assert_eq!(usize::try_from(written.frames).unwrap(), opened.trace.frame_count());
        assert_eq!(written.left_out, 0);
    }
}

#[test]
fn moments_before_1970_are_copied_where_the_interface_says_so() {
    let offset = Sample::new(Little).u64((-10_i64).cast_unsigned()).bytes;
    let file = Sample::new(Little)
        .section()
        .interface(1, 0, |options| options.option(14, &offset))
        .packet(0, 1, b"abc", none)
        .bytes;
    let (copy, _) = copied(&file, Format::Pcapng);
    assert_eq!(super::frames(&read_all(&copy)), super::frames(&read_all(&file)));

    let mut writer = Writer::new(Vec::new(), Format::Pcapng);
    writer.place(&interface("lo", None, LinkType::ETHERNET)).unwrap();
    let early = frame(-1, 0);
    assert!(matches!(writer.frame(&early), Err(WriteError::Moment { at }) if at == early.at));
    writer.frame(&frame(0, 0)).unwrap();
}

const fn frame(nanos: i64, place: u32) -> RecordFrame<'static> {
    RecordFrame {
        at: Timestamp::from_nanos(nanos),
        place: PlaceId(place),
        offset: 0,
        original_length: 9,
        bytes: b"abc",
        comment: None,
        options: RawOptions { big_endian: false, bytes: &[] },
    }
}

/// After each flush the file is whole, whatever comes next.
#[test]
fn what_is_killed_after_a_flush_has_lost_nothing() {
    let program = Place::Program { name: "x".to_owned(), role: None, pid: 1, command: Vec::new() };
    let exit = Event { at: Timestamp::from_nanos(7), place: PlaceId(1), what: What::Exit(ExitStatus::Code(0)) };
    let mut calls = Calls::default();
    let mut writer = Writer::new(&mut calls, Format::Pcapng);
    writer.notes(&Notes { system: Some("Linux".to_owned()), ..Notes::default() });
    writer.place(&interface("lo", None, LinkType::ETHERNET)).unwrap();
    writer.flush().unwrap();
    // The open block is written: these have to ride on one of their own.
    writer.place(&program).unwrap();
    for _ in 0..3 {
        writer.event(&exit).unwrap();
        writer.flush().unwrap();
        writer.frame(&frame(5, 0)).unwrap();
        writer.flush().unwrap();
    }
    writer.finish(Some(3)).unwrap();
    let records: Vec<&[u8]> = calls.0.iter().map(Vec::as_slice).collect();
    for count in 1..=records.len() {
        let opened = read_all(&records[..count].concat());
        assert_eq!(opened.damage, None, "each call writes whole blocks");
    }
    let opened = read_all(&records.concat());
    assert_eq!(opened.trace.events().len(), 6);
    assert_eq!((opened.trace.notes.drops, opened.trace.notes.system.as_deref()), (Some(3), Some("Linux")));
    assert_eq!((opened.trace.asides(), opened.not_understood), (&[][..], 0));
}

#[test]
fn pcap_comes_back_with_its_precision() {
    for (nanos, digits) in [(1_234_567_000, "\u{d4}"), (1_234_567_891, "\u{4d}")] {
        let mut trace = Trace::default();
        let place = trace.add_place(interface("lo", None, LinkType::RAW));
        for number in 0..3_i64 {
            let what = What::Frame(Frame { original_length: 70, ..Frame::whole(*b"abc") });
            trace.push(Event { at: Timestamp::from_nanos(nanos + number * 1_000), place, what });
        }
        let format = Format::of(&trace, Path::new("x.PCAP"));
        let mut calls = Calls::default();
        let written = write_as(&trace, format, &mut calls).unwrap();
        assert_eq!(written, Written { frames: 3, left_out: 0 });
        assert_eq!(calls.0.len(), 4, "one call for the header, one for each record");
        let file = calls.0.concat();
        assert_eq!(file[0], u8::try_from(digits.chars().next().unwrap()).unwrap());
        assert_eq!(super::frames(&read_all(&file)), super::frames(&Opened { trace, ..Opened::default() }));
    }
    assert_eq!(Format::of(&Trace::default(), Path::new("x.pcapng")), Format::Pcapng);
    assert_eq!(Format::of(&Trace::default(), Path::new("x.cap")), Format::Pcap { nanoseconds: false });
}

#[test]
fn pcap_leaves_out_what_it_has_no_room_for_and_says_how_much() {
    let story = super::round_trip::story();
    let mut file = Vec::new();
    let written = write_as(&story, Format::Pcap { nanoseconds: true }, &mut file).unwrap();
    // Five events and a comment.
    assert_eq!(written, Written { frames: 1, left_out: 6 });
    assert_eq!(super::frames(&read_all(&file)).len(), 1);
    let mut empty = Vec::new();
    write_as(&Trace::default(), Format::Pcap { nanoseconds: false }, &mut empty).unwrap();
    assert_eq!((empty.len(), read_all(&empty).trace.frame_count()), (24, 0));
}

#[test]
fn pcap_refuses_what_it_cannot_say() {
    let mut trace = Trace::default();
    let places = [LinkType::ETHERNET, LinkType::RAW].map(|link_type| trace.add_place(interface("", None, link_type)));
    let event =
        |place, nanos| Event { at: Timestamp::from_nanos(nanos), place, what: What::Frame(Frame::whole(*b"abc")) };
    trace.push(event(places[0], 1));
    let format = Format::Pcap { nanoseconds: true };
    write_as(&trace, format, &mut Vec::new()).expect("an interface without frames is no reason");
    trace.push(event(places[1], 2));
    let mut out = Vec::new();
    let error = write_as(&trace, format, &mut out).unwrap_err();
    assert_eq!(error.to_string(), "frames of link types 1 and 101 do not fit one pcap file, pcapng holds both");
    assert_eq!(out, b"");
    let path = std::env::temp_dir().join(format!("wirelens-mixed-{}.pcap", std::process::id()));
    assert!(matches!(save(&trace, &path), Err(FileError::MixedLinkTypes { .. })));
    assert!(!path.exists());

    for nanos in [-1, 4_294_967_296_000_000_000] {
        let mut trace = Trace::default();
        let place = trace.add_place(interface("", None, LinkType::RAW));
        trace.push(event(place, nanos));
        assert!(matches!(write_as(&trace, format, &mut Vec::new()), Err(WriteError::Moment { .. })));
    }
}
