//! Packets as packetdrill writes them: `S. 0:0(0) ack 1 win 65535 <mss 1460>`.

use super::super::cursor::Cursor;
use super::super::{OptionPattern, PacketPattern, ScenarioError, Wanted, Wrong};
use super::call::endpoint;
use crate::model::TcpFlags;

/// The largest payload that a packet may carry, in bytes.
const MOST_PAYLOAD: u32 = 1_460;

/// A packet.
pub(super) fn packet(cursor: &mut Cursor<'_>) -> Result<PacketPattern, ScenarioError> {
    let mut packet = PacketPattern { flags: flags(cursor)?, ..PacketPattern::default() };
    cursor.spaces();
    if !cursor.rest().starts_with(|first: char| first.is_ascii_digit()) {
        return Err(cursor.expected(Wanted::Numbers));
    }
    let mark = cursor.mark();
    let from = cursor.number_u32()?;
    cursor.sign(":")?;
    let to = cursor.number_u32()?;
    cursor.sign("(")?;
    let found = cursor.number_u32()?;
    cursor.sign(")")?;
    let expected = to.wrapping_sub(from);
    if found != expected {
        return Err(cursor.wrong(mark, Wrong::Length { from, to, expected, found }));
    }
    if found > MOST_PAYLOAD {
        let most = u64::from(MOST_PAYLOAD);
        return Err(cursor.wrong(mark, Wrong::Range { found: found.to_string(), least: 0, most }));
    }
    (packet.seq, packet.length) = (from, found);
    while !cursor.is_done() {
        field(cursor, &mut packet)?;
    }
    if packet.flags.ack() && packet.ack.is_none() {
        return Err(cursor.expected(Wanted::Sign("ack")));
    }
    Ok(packet)
}

/// `S`, `.`, `P.`, `F.`, `R.`, `S.`: the bits by their letters, ACK by a dot.
fn flags(cursor: &mut Cursor<'_>) -> Result<TcpFlags, ScenarioError> {
    cursor.spaces();
    let mark = cursor.mark();
    let letters = cursor.take_while(|letter| letter.is_ascii_alphabetic() || letter == '.');
    let mut flags = TcpFlags::default();
    for letter in letters.chars() {
        let bit = match letter {
            'S' => TcpFlags::SYN,
            'F' => TcpFlags::FIN,
            'R' => TcpFlags::RST,
            'P' => TcpFlags::PSH,
            '.' => TcpFlags::ACK,
            'U' => TcpFlags::URG,
            'E' => TcpFlags::ECE,
            'W' => TcpFlags::CWR,
            _ => TcpFlags::default(),
        };
        if bit == TcpFlags::default() || flags.contains(bit) {
            cursor.back_to(mark);
            return Err(cursor.expected(Wanted::Flags));
        }
        flags = flags.with(bit);
    }
    if letters.is_empty() { Err(cursor.expected(Wanted::Flags)) } else { Ok(flags) }
}

fn field(cursor: &mut Cursor<'_>, packet: &mut PacketPattern) -> Result<(), ScenarioError> {
    let mark = cursor.mark();
    if cursor.eat("<") {
        packet.options = Some(options(cursor, &mut packet.more_options)?);
        return Ok(());
    }
    match cursor.word() {
        "ack" => packet.ack = Some(cursor.number_u32()?),
        "win" => packet.window = Some(cursor.number_u16()?),
        "urg" => packet.urgent = Some(cursor.number_u16()?),
        "from" => packet.from = Some(endpoint(cursor)?),
        "to" => {
            cursor.sign(":")?;
            packet.to = Some(cursor.number_u16()?);
        }
        _ => {
            cursor.back_to(mark);
            return Err(cursor.expected(Wanted::PacketField));
        }
    }
    Ok(())
}

/// Behind `<`: `mss 1460,sackOK,TS val 1 ecr 0,nop,wscale 7>`.
fn options(cursor: &mut Cursor<'_>, more: &mut bool) -> Result<Vec<OptionPattern>, ScenarioError> {
    let mut options = Vec::new();
    if cursor.eat(">") {
        return Ok(options);
    }
    loop {
        cursor.spaces();
        let mark = cursor.mark();
        if cursor.eat("...") {
            *more = true;
        } else {
            match cursor.word() {
                "nop" | "eol" => {}
                "mss" => options.push(OptionPattern::Mss(cursor.number_u16()?)),
                "wscale" => {
                    let shift = cursor.number(0, 14)?;
                    options.push(OptionPattern::WindowScale(u8::try_from(shift).unwrap_or(14)));
                }
                "sackOK" => options.push(OptionPattern::SackPermitted),
                "TS" if cursor.eat_word("val") => {
                    let value = cursor.number_u32()?;
                    if !cursor.eat_word("ecr") {
                        return Err(cursor.expected(Wanted::Sign("ecr")));
                    }
                    options.push(OptionPattern::Timestamps(Some((value, cursor.number_u32()?))));
                }
                "TS" => options.push(OptionPattern::Timestamps(None)),
                "sack" => {
                    cursor.spaces();
                    while cursor.rest().starts_with(|first: char| first.is_ascii_digit()) {
                        let start = cursor.number_u32()?;
                        cursor.sign(":")?;
                        options.push(OptionPattern::Sack(start, cursor.number_u32()?));
                        cursor.spaces();
                    }
                }
                _ => {
                    cursor.back_to(mark);
                    return Err(cursor.expected(Wanted::PacketOption));
                }
            }
        }
        if cursor.eat(">") {
            return Ok(options);
        }
        cursor.sign(",")?;
    }
}
