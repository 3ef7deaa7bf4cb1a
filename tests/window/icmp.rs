//! ICMP errors in the window: in the ladder, in the inspector, place by place.

use eframe::egui::Key;
use eframe::egui::accesskit::Role;
use egui_kittest::kittest::Queryable as _;
use wirelens::model::{Event, Frame, LinkType, Place, Span, Timestamp, What};
use wirelens::source::file;
use wirelens::trace::{Notes, Trace};
use wirelens::words::Language;

use crate::harness::Screen;
use crate::lanes::opened;

/// A connection with a segment that is too long for a link behind the router,
/// as the client and the router see it.
fn narrow() -> Trace {
    let ip = |from: u8, to: u8, protocol: u8, ttl: u8, payload: &[u8]| {
        let length = u16::try_from(20 + payload.len()).unwrap().to_be_bytes();
        let head = [0x45, 0, length[0], length[1], 0, 7, 0x40, 0, ttl, protocol, 0, 0, 10, 0, 0, from, 10, 0, 0, to];
        [&head[..], payload].concat()
    };
    let segment = |client: bool, flags: u8, seq: u32, ack: u32, length: usize| {
        let (from, to) = if client { ([0x9c, 0x40], [0, 80]) } else { ([0, 80], [0x9c, 0x40]) };
        let tail = [0x50, flags, 0xfa, 0, 0, 0, 0, 0];
        let bytes = [&from[..], &to, &seq.to_be_bytes(), &ack.to_be_bytes(), &tail, &vec![b'x'; length]].concat();
        if client { ip(1, 2, 6, 64, &bytes) } else { ip(2, 1, 6, 63, &bytes) }
    };
    let long = segment(true, 0x18, 1, 1, 1460);
    let error = ip(9, 1, 1, 64, &[&[3, 4, 0, 0, 0, 0, 0x05, 0x78][..], &long[..28]].concat());
    let mut trace = Trace::new(Notes::default());
    let place =
        trace.add_place(Place::Interface { name: "client:eth0".into(), description: None, link_type: LinkType::RAW });
    let frames = [
        segment(true, 0x02, 0, 0, 0),
        segment(false, 0x12, 0, 1, 0),
        segment(true, 0x10, 1, 1, 0),
        long,
        error,
        segment(true, 0x18, 1, 1, 1360),
        segment(false, 0x10, 1, 1361, 0),
    ];
    for (millis, bytes) in (0..).zip(frames) {
        let at = Timestamp::from_nanos(1_800_000_000_000_000_000) + Span::from_millis(millis);
        trace.push(Event { at, place, what: What::Frame(Frame::whole(bytes)) });
    }
    trace
}

#[test]
fn an_error_stands_in_the_ladder_and_is_explained() {
    let path = std::env::temp_dir().join(format!("wirelens-icmp-{}.pcapng", std::process::id()));
    file::save(&narrow(), &path).unwrap();
    let mut harness = opened(Screen::dark([1440.0, 1000.0]), Language::English, &path);
    std::fs::remove_file(path).unwrap();
    let spoken = "frame 5, server → client, ICMP fragmentation needed and DF set, next-hop MTU 1400, from 10.0.0.9";
    harness.get_by_role_and_label(Role::Button, spoken).click();
    harness.run();
    harness.get_by_label("#5 ICMP fragmentation needed and DF set, next-hop MTU 1400");
    harness.get_by_label("10.0.0.9 → client");
    harness.get_by_label_contains("ICMP from 10.0.0.9, neither of the two ends");
    harness.get_by_label_contains("its segments carry at most 1360 B from here on");
    harness.get_by_label_contains("RFC 1191 §4");
    harness.get_by_label("quotes frame 4").click();
    harness.run();
    harness.get_by_label("#4 PSH ACK");
    // It is one of those that the keys go through.
    for title in ["#5 ICMP fragmentation needed and DF set, next-hop MTU 1400", "#6 PSH ACK"] {
        harness.key_press(Key::ArrowRight);
        harness.run();
        harness.get_by_label(title);
    }
}
