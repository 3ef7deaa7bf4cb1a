//! What a frame and a connection cost:
//! `cargo test --release --test analysis -- --ignored --nocapture costs`.

use std::hint::black_box;
use std::time::Instant;

use wirelens::conversation::Tracker;
use wirelens::decode;
use wirelens::model::{LinkType, Timestamp};
use wirelens::trace::FrameNumber;

/// Ethernet, IPv4 and TCP with timestamps, 66 bytes, from host 1 to host 2.
fn segment(forward: bool, port: u16, host: u16, numbers: (u32, u32), flags: u8, length: u16) -> [u8; 66] {
    let mut bytes = [0; 66];
    bytes[12..14].copy_from_slice(&[8, 0]);
    bytes[14] = 0x45;
    bytes[16..18].copy_from_slice(&(52 + length).to_be_bytes());
    bytes[22..24].copy_from_slice(&[64, 6]);
    let [high, low] = host.to_be_bytes();
    let (client, server) = ([10, 1, high, low], [10, 0, 0, 1]);
    let (from, to) = if forward { (client, server) } else { (server, client) };
    bytes[26..30].copy_from_slice(&from);
    bytes[30..34].copy_from_slice(&to);
    let (from, to) = if forward { (port, 80) } else { (80, port) };
    bytes[34..36].copy_from_slice(&from.to_be_bytes());
    bytes[36..38].copy_from_slice(&to.to_be_bytes());
    bytes[38..42].copy_from_slice(&numbers.0.to_be_bytes());
    bytes[42..46].copy_from_slice(&numbers.1.to_be_bytes());
    bytes[46..50].copy_from_slice(&[0x80, flags, 0xFF, 0xFF]);
    bytes[54..58].copy_from_slice(&[1, 1, 8, 10]);
    bytes
}

/// A million frames of `flows` downloads side by side: a window of 20
/// segments, an ACK for every second one.
fn downloads(flows: u32) -> Vec<[u8; 66]> {
    let mut frames = Vec::new();
    let mut place = 0_u32;
    while frames.len() < 1_000_000 {
        for flow in 0..flows {
            let (port, host) = (u16::try_from(1_024 + flow % 60_000).unwrap(), u16::try_from(flow % 251).unwrap());
            for part in 0..20 {
                frames.push(segment(false, port, host, ((place + part) * 1_448 + 1, 1), 0x10, 1_448));
            }
            for part in (2..=20).step_by(2) {
                frames.push(segment(true, port, host, (1, (place + part) * 1_448 + 1), 0x10, 0));
            }
        }
        place += 20;
    }
    frames.truncate(1_000_000);
    frames
}

fn resident_kibibytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("RssAnon")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[expect(clippy::disallowed_methods, reason = "this measures")]
fn nanos_a_frame(count: usize, work: impl FnOnce()) -> f64 {
    let begun = Instant::now();
    work();
    begun.elapsed().as_secs_f64() * 1e9 / f64::from(u32::try_from(count).unwrap())
}

#[test]
#[ignore = "measures; run it alone, in release"]
fn costs() {
    for flows in [1, 100, 10_000] {
        let frames = downloads(flows);
        let headers_alone = nanos_a_frame(frames.len(), || {
            for bytes in &frames {
                black_box(decode::headers(LinkType::ETHERNET, black_box(bytes), 1_514));
            }
        });
        let mut tracker = Tracker::default();
        let both = nanos_a_frame(frames.len(), || {
            for (number, bytes) in (1..).zip(&frames) {
                let headers = decode::headers(LinkType::ETHERNET, bytes, 1_514);
                let at = Timestamp::from_nanos(i64::from(number) * 10_000);
                black_box(tracker.segment(FrameNumber(number), at, &headers));
            }
        });
        eprintln!("{flows} flows: headers {headers_alone:.0} ns a frame, with the tracker {both:.0} ns");
        assert_eq!(tracker.count(), flows);
    }
    let before = resident_kibibytes();
    let mut tracker = Tracker::default();
    let flood = nanos_a_frame(1_000_000, || {
        for number in 0..1_000_000_u32 {
            let (port, host) = (u16::try_from(number % 60_000).unwrap(), u16::try_from(number / 60_000).unwrap());
            let bytes = segment(true, port, host, (number.wrapping_mul(77_777), 0), 2, 0);
            let headers = decode::headers(LinkType::ETHERNET, &bytes, 66);
            tracker.segment(FrameNumber(number + 1), Timestamp::from_nanos(i64::from(number)), &headers);
        }
    });
    let bytes = (resident_kibibytes() - before) * 1_024 / u64::from(tracker.count());
    eprintln!("{} connections of one SYN: {bytes} bytes each, {flood:.0} ns", tracker.count());
    assert!(bytes <= 536, "512 MiB for a million");
}
