//! Packets as they are written down: made, compared, and written down again.

use std::fmt::Write as _;

use super::stage::Sent;
use crate::model::{RawWindow, SeqNumber, TcpFlags, WindowScale};
use crate::source::simulator::scenario::{OptionPattern, PacketPattern};
use crate::source::simulator::tcp::{Options, SackBlock, SackBlocks, Segment, Timestamps};

/// The window of a packet from nowhere that does not say its own.
const USUAL_WINDOW: u16 = 65_535;

/// Whether a packet is as it is written down.
pub(super) fn matches(pattern: &PacketPattern, sent: &Sent) -> bool {
    let Segment { flags, window, urgent, options, payload, .. } = &sent.packet.segment;
    pattern.flags == *flags
        && pattern.seq == sent.seq
        && usize::try_from(pattern.length).is_ok_and(|length| length == payload.len())
        && pattern.ack.is_none_or(|ack| flags.ack() && ack == sent.ack)
        && pattern.window.is_none_or(|own| own == window.0)
        && pattern.urgent.is_none_or(|own| own == *urgent)
        && pattern.from.as_ref().is_none_or(|from| from.port == sent.packet.from.port())
        && pattern.to.is_none_or(|to| to == sent.packet.to.port())
        && pattern.options.as_ref().is_none_or(|wanted| match_options(wanted, pattern.more_options, options, sent))
}

fn match_options(wanted: &[OptionPattern], more: bool, options: &Options, sent: &Sent) -> bool {
    let found = written(options, sent.acknowledged_from);
    let same = |wanted: &OptionPattern, found: &OptionPattern| match (wanted, found) {
        (OptionPattern::Timestamps(None), OptionPattern::Timestamps(_)) => true,
        (wanted, found) => wanted == found,
    };
    wanted.iter().all(|wanted| found.iter().any(|found| same(wanted, found)))
        && (more || found.iter().all(|found| wanted.iter().any(|wanted| same(wanted, found))))
}

/// The options as they would be written down.
fn written(options: &Options, acknowledged_from: SeqNumber) -> Vec<OptionPattern> {
    let mut written = Vec::new();
    written.extend(options.mss.map(OptionPattern::Mss));
    if options.sack_permitted {
        written.push(OptionPattern::SackPermitted);
    }
    written.extend(options.timestamps.map(|stamps| OptionPattern::Timestamps(Some((stamps.value, stamps.echo)))));
    written.extend(options.window_scale.map(|scale| OptionPattern::WindowScale(scale.shift())));
    let distance = |number: SeqNumber| number.offset_from(acknowledged_from).cast_unsigned();
    written.extend(options.sack.iter().map(|block| OptionPattern::Sack(distance(block.start), distance(block.end))));
    written
}

/// A packet as it would be written down.
pub(super) fn text(sent: &Sent) -> String {
    let Segment { flags, window, urgent, options, payload, .. } = &sent.packet.segment;
    let letters = [
        (TcpFlags::SYN, 'S'),
        (TcpFlags::FIN, 'F'),
        (TcpFlags::RST, 'R'),
        (TcpFlags::PSH, 'P'),
        (TcpFlags::URG, 'U'),
        (TcpFlags::ECE, 'E'),
        (TcpFlags::CWR, 'W'),
        (TcpFlags::ACK, '.'),
    ];
    let mut text: String = letters.iter().filter(|(bit, _)| flags.contains(*bit)).map(|(_, letter)| *letter).collect();
    let length = u32::try_from(payload.len()).unwrap_or(u32::MAX);
    let mut push = |part: std::fmt::Arguments<'_>| text.write_fmt(part).unwrap_or_default();
    push(format_args!(" {}:{}({length})", sent.seq, sent.seq.wrapping_add(length)));
    if flags.ack() {
        push(format_args!(" ack {}", sent.ack));
    }
    push(format_args!(" win {}", window.0));
    if *urgent > 0 {
        push(format_args!(" urg {urgent}"));
    }
    let options: Vec<String> = written(options, sent.acknowledged_from).iter().map(option_text).collect();
    if !options.is_empty() {
        push(format_args!(" <{}>", options.join(",")));
    }
    text
}

fn option_text(option: &OptionPattern) -> String {
    match option {
        OptionPattern::Mss(mss) => format!("mss {mss}"),
        OptionPattern::WindowScale(shift) => format!("wscale {shift}"),
        OptionPattern::SackPermitted => "sackOK".to_owned(),
        OptionPattern::Timestamps(Some((value, echo))) => format!("TS val {value} ecr {echo}"),
        OptionPattern::Timestamps(None) => "TS".to_owned(),
        OptionPattern::Sack(start, end) => format!("sack {start}:{end}"),
    }
}

/// The segment of a packet from nowhere; numbers begin at `from` and at `to`.
pub(super) fn segment(pattern: &PacketPattern, from: SeqNumber, to: SeqNumber) -> Segment {
    let mut options = Options::default();
    let mut blocks = Vec::new();
    for option in pattern.options.iter().flatten() {
        match *option {
            OptionPattern::Mss(mss) => options.mss = Some(mss),
            OptionPattern::WindowScale(shift) => options.window_scale = Some(WindowScale::new(shift)),
            OptionPattern::SackPermitted => options.sack_permitted = true,
            OptionPattern::Timestamps(stamps) => {
                let (value, echo) = stamps.unwrap_or_default();
                options.timestamps = Some(Timestamps { value, echo });
            }
            OptionPattern::Sack(start, end) => blocks.push(SackBlock { start: to + start, end: to + end }),
        }
    }
    options.sack = SackBlocks::of(blocks.into_iter(), 4);
    Segment {
        seq: from + pattern.seq,
        ack: pattern.ack.map_or(SeqNumber::new(0), |ack| to + ack),
        flags: pattern.flags,
        window: RawWindow(pattern.window.unwrap_or(USUAL_WINDOW)),
        urgent: pattern.urgent.unwrap_or(0),
        options,
        payload: payload(usize::try_from(pattern.length).unwrap_or(0)),
    }
}

/// What programs say here, over and over.
pub(super) fn payload(count: usize) -> Vec<u8> {
    payload_from(0, count)
}

/// What they say behind the first `start` bytes.
pub(super) fn payload_from(start: usize, count: usize) -> Vec<u8> {
    b"hello\n".iter().copied().cycle().skip(start % 6).take(count).collect()
}
