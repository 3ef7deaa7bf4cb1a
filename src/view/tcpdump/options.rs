//! TCP's options.

use super::collected::{Group, Layer};
use super::escape::hexadecimal;
use super::push;
use crate::decode::FieldId;

/// How far the list came.
#[derive(PartialEq, Eq)]
pub(super) enum Outcome {
    /// To its end.
    Whole,
    /// The line ends here: something was missing or contradicts itself.
    Broken,
}

/// Appends `, options […]`. `acknowledged` is what the numbers of SACK blocks
/// count from; `length` is that of the header.
pub(super) fn append(out: &mut String, tcp: Layer<'_>, length: usize, acknowledged: u32) -> Outcome {
    out.push_str(", options [");
    let header_end = tcp.start() + length;
    let mut end = tcp.start() + 20;
    let mut first = true;
    for option in tcp.groups(FieldId::TCP_OPTIONS) {
        if !first {
            out.push(',');
        }
        first = false;
        end = option.span.end;
        match write(out, &option, acknowledged) {
            Written::Whole => {}
            cut @ (Written::Cut | Written::CutMarked) => {
                out.push_str(if matches!(cut, Written::Cut) { " [|tcp]" } else { " [|tcp]>" });
                return Outcome::Broken;
            }
            Written::Bad => {
                out.push_str("[bad opt]");
                return Outcome::Broken;
            }
        }
        if option.field == FieldId::TCP_OPTIONS_EOL {
            // What stands behind the first one is not read.
            end = header_end;
            break;
        }
    }
    if end < header_end {
        if !first {
            out.push(',');
        }
        out.push_str(if tcp.kept() < length { " [|tcp]" } else { "[bad opt]" });
        return Outcome::Broken;
    }
    out.push(']');
    Outcome::Whole
}

enum Written {
    Whole,
    /// The capture did not keep all of it.
    Cut,
    /// The same, and the line ends with a `>`.
    CutMarked,
    /// Its length is not one it can have.
    Bad,
}

impl From<Option<()>> for Written {
    fn from(value: Option<()>) -> Self {
        value.map_or(Self::Cut, |()| Self::Whole)
    }
}

fn write(out: &mut String, option: &Group<'_>, acknowledged: u32) -> Written {
    let number = |field| option.run.number(field);
    let stated = number(FieldId::TCP_OPTION_LEN).unwrap_or(0);
    // tcpdump shows a wrong length of these and goes on.
    let expected = |out: &mut String, length: u64| {
        if stated != length {
            push(out, format_args!("[len {stated}]"));
        }
    };
    match option.field {
        FieldId::TCP_OPTIONS_EOL => out.push_str("eol"),
        FieldId::TCP_OPTIONS_NOP => out.push_str("nop"),
        FieldId::TCP_OPTIONS_MSS => {
            out.push_str("mss");
            let Some(size) = number(FieldId::TCP_OPTIONS_MSS_VAL) else { return Written::Cut };
            push(out, format_args!(" {size}"));
        }
        FieldId::TCP_OPTIONS_WSCALE => {
            out.push_str("wscale");
            let Some(shift) = number(FieldId::TCP_OPTIONS_WSCALE_SHIFT) else { return Written::CutMarked };
            push(out, format_args!(" {shift}"));
        }
        FieldId::TCP_OPTIONS_SACK_PERM => {
            out.push_str("sackOK");
            expected(out, 2);
        }
        FieldId::TCP_OPTIONS_SACK => return sack(out, option, stated, acknowledged),
        FieldId::TCP_OPTIONS_TIMESTAMP => {
            let (Some(value), Some(echo)) =
                (number(FieldId::TCP_OPTIONS_TIMESTAMP_TSVAL), number(FieldId::TCP_OPTIONS_TIMESTAMP_TSECR))
            else {
                // The mark is tcpdump's, and so that of the window scale.
                out.push_str("TS");
                return Written::CutMarked;
            };
            push(out, format_args!("TS val {value} ecr {echo}"));
        }
        FieldId::TCP_OPTIONS_MD5 => {
            out.push_str("md5 shared secret not supplied with -M, can't check - ");
            let Some(digest) = option.run.bytes(FieldId::TCP_OPTIONS_MD5_DIGEST) else { return Written::Cut };
            hexadecimal(out, digest);
        }
        FieldId::TCP_OPTIONS_AO => return authentication(out, option).into(),
        FieldId::TCP_OPTIONS_USER_TO => return user_timeout(out, option).into(),
        FieldId::TCP_OPTIONS_TFO => {
            out.push_str("tfo ");
            fast_open(out, option, stated.saturating_sub(2));
        }
        FieldId::TCP_OPTIONS_EXPERIMENTAL if number(FieldId::TCP_OPTION_KIND) == Some(254) && stated >= 4 => {
            return experiment(out, option, stated).into();
        }
        FieldId::MPTCP => {
            push(out, format_args!("mptcp {stated} "));
            return if multipath(out, option, stated).is_some() { Written::Whole } else { Written::Bad };
        }
        _ => return unknown(out, option, stated).into(),
    }
    Written::Whole
}

fn sack(out: &mut String, option: &Group<'_>, stated: u64, acknowledged: u32) -> Written {
    out.push_str("sack ");
    if stated < 2 || !(stated - 2).is_multiple_of(8) {
        out.push_str("invalid sack");
        return Written::Whole;
    }
    push(out, format_args!("{} ", (stated - 2) / 8));
    let edges = |field| {
        let number = move |value| u32::try_from(value).unwrap_or(0).wrapping_sub(acknowledged);
        option.run.numbers(field).map(number)
    };
    for (left, right) in edges(FieldId::TCP_OPTIONS_SACK_LE).zip(edges(FieldId::TCP_OPTIONS_SACK_RE)) {
        push(out, format_args!("{{{left}:{right}}}"));
    }
    Written::Whole
}

fn authentication(out: &mut String, option: &Group<'_>) -> Option<()> {
    let key = option.run.number(FieldId::TCP_OPTIONS_AO_KEYID)?;
    let next = option.run.number(FieldId::TCP_OPTIONS_AO_RNEXTKEYID)?;
    push(out, format_args!("tcp-ao keyid {key} rnextkeyid {next}"));
    if let Some(code) = option.run.bytes(FieldId::TCP_OPTIONS_AO_MAC) {
        out.push_str(" mac 0x");
        hexadecimal(out, code);
    }
    Some(())
}

fn user_timeout(out: &mut String, option: &Group<'_>) -> Option<()> {
    let minutes = option.run.number(FieldId::TCP_OPTIONS_USER_TO_GRANULARITY)?;
    let value = option.run.number(FieldId::TCP_OPTIONS_USER_TO_VAL)?;
    let stored = (minutes << 15) | value;
    // tcpdump takes the value for the upper bits.
    push(out, format_args!("uto 0x{stored:x} {}", stored >> 1));
    Some(())
}

fn fast_open(out: &mut String, option: &Group<'_>, length: u64) {
    match option.run.bytes(FieldId::TCP_OPTIONS_TFO_COOKIE) {
        None if length == 0 => out.push_str(" cookiereq"),
        Some(cookie) if length.is_multiple_of(2) && (4..=16).contains(&length) => {
            out.push_str(" cookie ");
            hexadecimal(out, cookie);
        }
        _ => out.push_str(" (invalid)"),
    }
}

fn experiment(out: &mut String, option: &Group<'_>, stated: u64) -> Option<()> {
    let number = option.run.number(FieldId::TCP_OPTIONS_EXPERIMENTAL_EXID)?;
    if option.run.has(FieldId::TCP_OPTIONS_TFO) {
        out.push_str("exp-tfo");
        fast_open(out, option, stated - 4);
    } else {
        push(out, format_args!("exp-{number:04x}"));
    }
    Some(())
}

fn unknown(out: &mut String, option: &Group<'_>, stated: u64) -> Option<()> {
    push(out, format_args!("unknown-{}", option.run.number(FieldId::TCP_OPTION_KIND)?));
    if stated > 2 {
        out.push_str(" 0x");
        if let Some(experiment) = option.run.number(FieldId::TCP_OPTIONS_EXPERIMENTAL_EXID) {
            push(out, format_args!("{experiment:04x}"));
        }
        let payload = option.run.bytes(FieldId::TCP_OPTIONS_UNKNOWN_PAYLOAD);
        let data = payload.or_else(|| option.run.bytes(FieldId::TCP_OPTIONS_EXPERIMENTAL_DATA));
        hexadecimal(out, data.unwrap_or_default());
    }
    Some(())
}

fn multipath(out: &mut String, option: &Group<'_>, stated: u64) -> Option<()> {
    let number = |field| option.run.number(field);
    match number(FieldId::TCP_OPTIONS_MPTCP_SUBTYPE)? {
        0 => {
            push(out, format_args!("capable v{}", number(FieldId::TCP_OPTIONS_MPTCP_VERSION)?));
            if !matches!(stated, 4 | 12 | 20 | 22 | 24) {
                return None;
            }
            if number(FieldId::TCP_OPTIONS_MPTCP_FLAGS)? & 0x80 != 0 {
                out.push_str(" csum");
            }
            if let Some(key) = number(FieldId::TCP_OPTIONS_MPTCP_SENDKEY) {
                push(out, format_args!(" {{0x{key:x}"));
                if let Some(key) = number(FieldId::TCP_OPTIONS_MPTCP_RECVKEY) {
                    push(out, format_args!(",0x{key:x}"));
                }
                out.push('}');
            }
        }
        1 => join(out, option, stated)?,
        2 => sequence_signal(out, option)?,
        3 => add_address(out, option, stated)?,
        4 => {
            out.push_str("rem-addr id");
            for address in option.run.numbers(FieldId::TCP_OPTIONS_MPTCP_ADDRID) {
                push(out, format_args!(" {address}"));
            }
        }
        5 => {
            out.push_str("prio");
            if number(FieldId::TCP_OPTIONS_MPTCP_BACKUP_FLAG) == Some(1) {
                out.push_str(" backup");
            }
            if let Some(address) = number(FieldId::TCP_OPTIONS_MPTCP_ADDRID) {
                push(out, format_args!(" id {address}"));
            }
        }
        6 => push(out, format_args!("fail seq {}", number(FieldId::TCP_OPTIONS_MPTCP_RAWDATASEQNO)?)),
        7 => push(out, format_args!("fast-close key 0x{:x}", number(FieldId::TCP_OPTIONS_MPTCP_RECVKEY)?)),
        _ => out.push_str("unknown"),
    }
    Some(())
}

fn join(out: &mut String, option: &Group<'_>, stated: u64) -> Option<()> {
    let number = |field| option.run.number(field);
    out.push_str("join");
    if stated == 24 {
        out.push_str(" hmac 0x");
        hexadecimal(out, option.run.bytes(FieldId::TCP_OPTIONS_MPTCP_SENDHMAC)?);
        return Some(());
    }
    if number(FieldId::TCP_OPTIONS_MPTCP_BACKUP_FLAG) == Some(1) {
        out.push_str(" backup");
    }
    push(out, format_args!(" id {}", number(FieldId::TCP_OPTIONS_MPTCP_ADDRID)?));
    if let Some(token) = number(FieldId::TCP_OPTIONS_MPTCP_RECVTOK) {
        push(out, format_args!(" token 0x{token:x}"));
    }
    if let Some(code) = number(FieldId::TCP_OPTIONS_MPTCP_SENDTRUNCHMAC) {
        push(out, format_args!(" hmac 0x{code:x}"));
    }
    push(out, format_args!(" nonce 0x{:x}", number(FieldId::TCP_OPTIONS_MPTCP_SENDRAND)?));
    Some(())
}

fn sequence_signal(out: &mut String, option: &Group<'_>) -> Option<()> {
    let number = |field| option.run.number(field);
    out.push_str("dss");
    let flags = number(FieldId::TCP_OPTIONS_MPTCP_FLAGS)?;
    if flags & 0x10 != 0 {
        out.push_str(" fin");
    }
    if flags & 1 != 0 {
        push(out, format_args!(" ack {}", number(FieldId::TCP_OPTIONS_MPTCP_RAWDATAACK)?));
    }
    if flags & 4 != 0 {
        let sequence = number(FieldId::TCP_OPTIONS_MPTCP_RAWDATASEQNO)?;
        let inner = number(FieldId::TCP_OPTIONS_MPTCP_SUBFLOWSEQNO)?;
        let length = number(FieldId::TCP_OPTIONS_MPTCP_DATALVLLEN)?;
        push(out, format_args!(" seq {sequence} subseq {inner} len {length}"));
        if let Some(sum) = number(FieldId::TCP_OPTIONS_MPTCP_CHECKSUM) {
            push(out, format_args!(" csum 0x{sum:x}"));
        }
    }
    Some(())
}

fn add_address(out: &mut String, option: &Group<'_>, stated: u64) -> Option<()> {
    let number = |field| option.run.number(field);
    out.push_str("add-addr");
    // Version 0 names the family where version 1 has the echo bit; version 1
    // proves itself with a code, its echo does not.
    match number(FieldId::TCP_OPTIONS_MPTCP_IPVER) {
        Some(family) => push(out, format_args!(" v0-ip{family}")),
        None if number(FieldId::TCP_OPTIONS_MPTCP_ECHO)? & 1 == 1 => out.push_str(" v1-echo"),
        None => out.push_str(" v1"),
    }
    push(out, format_args!(" id {}", number(FieldId::TCP_OPTIONS_MPTCP_ADDRID)?));
    let field = if stated < 20 { FieldId::TCP_OPTIONS_MPTCP_IPV4 } else { FieldId::TCP_OPTIONS_MPTCP_IPV6 };
    push(out, format_args!(" {}", option.run.addresses(field).next()?));
    if let Some(port) = number(FieldId::TCP_OPTIONS_MPTCP_PORT) {
        push(out, format_args!(":{port}"));
    }
    if let Some(code) = number(FieldId::TCP_OPTIONS_MPTCP_ADDADDRTRUNCHMAC) {
        push(out, format_args!(" hmac 0x{code:x}"));
    }
    Some(())
}
