//! Tiny captures for the tests of the rules, told in a line a segment.

use std::net::{IpAddr, Ipv4Addr};

use super::super::tracker::Tracker;
use super::TcpRow;
use crate::decode::{Carried, Headers, Ip, TcpHeader, TcpHeaderOptions};
use crate::model::{RawWindow, SeqNumber, TcpFlags, Timestamp};
use crate::trace::FrameNumber;

/// Both ends' first numbers: every scene goes through a wrap.
const FIRST: [u32; 2] = [u32::MAX - 5, u32::MAX - 2];

/// What is said of each line of a scene:
/// `MICROSECONDS > FLAGS SEQ ACK LENGTH [win=N] [ws=N] [sack=LEFT-RIGHT,…]`,
/// `<` for the server. Numbers are counted from each end's first one; flags as
/// tcpdump writes them (`S.` is SYN and ACK, `-` is none); a window not given
/// is 1000.
pub(super) fn rows(lines: &str) -> Vec<TcpRow> {
    let mut tracker = Tracker::default();
    let lines = lines.lines().map(str::trim).filter(|line| !line.is_empty());
    let row = |(frame, line): (u32, &str)| {
        let (at, headers) = headers(line);
        tracker.segment(FrameNumber(frame), at, &headers).unwrap()
    };
    (1..).zip(lines).map(row).collect()
}

/// tshark's names for each line, without `tcp.analysis.`.
pub(super) fn tshark(lines: &str) -> Vec<String> {
    let names = |row: &TcpRow| {
        let names: Vec<&str> = row.findings.names().map(|(_, name)| short(name)).collect();
        names.join(" ")
    };
    rows(lines).iter().map(names).collect()
}

/// Our names for each line, tshark's behind a slash where ours stand instead.
pub(super) fn ours(lines: &str) -> Vec<String> {
    let names = |row: &TcpRow| {
        let names = row.findings().map(|finding| match finding.instead_of {
            Some(instead) => format!("{}/{}", short(finding.name), short(instead)),
            None => short(finding.name).to_owned(),
        });
        names.collect::<Vec<String>>().join(" ")
    };
    rows(lines).iter().map(names).collect()
}

fn short(name: &'static str) -> &'static str {
    name.strip_prefix("tcp.analysis.").unwrap_or(name)
}

fn headers(line: &str) -> (Timestamp, Headers) {
    let mut words = line.split_whitespace();
    let mut word = || words.next().unwrap();
    let at = Timestamp::from_nanos(1_800_000_000_000_000_000 + word().parse::<i64>().unwrap() * 1_000);
    let side = usize::from(word() == "<");
    let flags = word().chars().fold(TcpFlags::default(), |flags, letter| {
        flags.with(match letter {
            'S' => TcpFlags::SYN,
            'F' => TcpFlags::FIN,
            'R' => TcpFlags::RST,
            'P' => TcpFlags::PSH,
            '.' => TcpFlags::ACK,
            _ => TcpFlags::default(),
        })
    });
    let mut number = |side: usize| FIRST[side].wrapping_add_signed(word().parse().unwrap());
    let (seq, ack) = (number(side), number(1 - side));
    let length: u32 = word().parse().unwrap();
    let mut window = 1_000;
    let mut options = TcpHeaderOptions::default();
    for word in words {
        match word.split_once('=').unwrap() {
            ("win", value) => window = value.parse().unwrap(),
            ("ws", value) => options.window_scale = Some(value.parse().unwrap()),
            ("sack", blocks) => {
                for (place, block) in options.sack.iter_mut().zip(blocks.split(',')) {
                    let (left, right) = block.split_once('-').unwrap();
                    let number = |text: &str| FIRST[1 - side].wrapping_add(text.parse().unwrap());
                    *place = (number(left), number(right));
                    options.sack_blocks += 1;
                }
            }
            _ => panic!("{word} is nothing known"),
        }
    }
    let tcp = TcpHeader {
        source_port: [40_000, 80][side],
        destination_port: [40_000, 80][1 - side],
        seq: SeqNumber::new(seq),
        ack: SeqNumber::new(if flags.ack() { ack } else { 0 }),
        flags,
        reserved: 0,
        window: RawWindow(window),
        header_length: 20,
        wire_length: 20 + length,
        offset: 0,
        kept: 20 + length,
        options,
    };
    let host = |side: u8| IpAddr::V4(Ipv4Addr::new(10, 0, 0, side));
    let (from, to) = if side == 0 { (host(1), host(2)) } else { (host(2), host(1)) };
    let ip = Ip { source: from, destination: to, ttl: 64, identification: None };
    (at, Headers { ethernet: None, cooked: None, ip: Some(ip), carried: Carried::Tcp(tcp) })
}
