//! DNS messages.

use super::collected::{Layer, Run};
use super::escape::escaped;
use super::push;
use crate::decode::FieldId;

const OPCODES: [&str; 16] = [
    "",
    " inv_q",
    " stat",
    " op3",
    " notify",
    " update",
    " op6",
    " op7",
    " op8",
    " updateA",
    " updateD",
    " updateDA",
    " updateM",
    " updateMA",
    " zoneInit",
    " zoneRef",
];

const RESPONSES: [&str; 16] = [
    "",
    " FormErr",
    " ServFail",
    " NXDomain",
    " NotImp",
    " Refused",
    " YXDomain",
    " YXRRSet",
    " NXRRSet",
    " NotAuth",
    " NotZone",
    " Resp11",
    " Resp12",
    " Resp13",
    " Resp14",
    " NoChange",
];

/// Types 1 to 48.
const TYPES: [&str; 48] = [
    "A", "NS", "MD", "MF", "CNAME", "SOA", "MB", "MG", "MR", "NULL", "WKS", "PTR", "HINFO", "MINFO", "MX", "TXT", "RP",
    "AFSDB", "X25", "ISDN", "RT", "NSAP", "NSAP_PTR", "SIG", "KEY", "PX", "GPOS", "AAAA", "LOC", "NXT", "EID",
    "NIMLOC", "SRV", "ATMA", "NAPTR", "KX", "CERT", "A6", "DNAME", "SINK", "OPT", "APL", "DS", "SSHFP", "IPSECKEY",
    "RRSIG", "NSEC", "DNSKEY",
];

const OPT: u64 = 41;

/// Appends a message of `length` bytes; `None` where something was missing.
pub(super) fn append(out: &mut String, dns: Layer<'_>, length: u64) {
    if message(out, dns).is_some() {
        push(out, format_args!(" ({length})"));
    } else {
        out.push_str(" [|domain]");
    }
}

fn message(out: &mut String, dns: Layer<'_>) -> Option<()> {
    let number = |field| dns.number(field);
    let flag = |field| dns.flag(field);
    let flags = number(FieldId::DNS_FLAGS)?;
    let opcode = number(FieldId::DNS_FLAGS_OPCODE).and_then(|code| OPCODES.get(usize::try_from(code).ok()?));
    push(out, format_args!("{}{}", number(FieldId::DNS_ID)?, opcode.unwrap_or(&"")));
    let response = flag(FieldId::DNS_FLAGS_RESPONSE);
    if response {
        response_name(out, dns, number(FieldId::DNS_FLAGS_RCODE)?);
        for (sign, shown) in [
            ('*', flag(FieldId::DNS_FLAGS_AUTHORITATIVE)),
            ('-', !flag(FieldId::DNS_FLAGS_RECAVAIL)),
            ('|', flag(FieldId::DNS_FLAGS_TRUNCATED)),
            ('$', flag(FieldId::DNS_FLAGS_AUTHENTICATED)),
        ] {
            out.extend(shown.then_some(sign));
        }
    } else {
        out.extend(flag(FieldId::DNS_FLAGS_RECDESIRED).then_some('+'));
        out.extend(flag(FieldId::DNS_FLAGS_CHECKDISABLE).then_some('%'));
        if flags & 0x06C0 != 0 {
            push(out, format_args!(" [b2&3=0x{:x}]", flags & 0x7FFF));
        }
    }
    let counts =
        [FieldId::DNS_COUNT_QUERIES, FieldId::DNS_COUNT_ANSWERS, FieldId::DNS_COUNT_AUTH_RR, FieldId::DNS_COUNT_ADD_RR]
            .map(number);
    let [Some(queries), Some(answers), Some(authorities), Some(additional)] = counts else { return None };
    if queries != 1 {
        push(out, format_args!(" [{queries}q]"));
    }
    let multicast = dns.is(FieldId::MDNS);
    if response {
        for _ in 1..queries {
            out.push(',');
        }
        push(out, format_args!(" {answers}/{authorities}/{additional}"));
        return records(out, dns, answers);
    }
    for (count, name) in [(answers, "a"), (authorities, "n"), (additional, "au")] {
        if count > 0 {
            push(out, format_args!(" [{count}{name}]"));
        }
    }
    let mut shown = 0;
    for question in dns.each().split(FieldId::DNS_QRY_NAME).take(usize::try_from(queries).unwrap_or(usize::MAX)) {
        let class = question.number(FieldId::DNS_QRY_CLASS)?;
        out.push(' ');
        kind_name(out, question.number(FieldId::DNS_QRY_TYPE)?);
        class_name(out, class);
        if multicast {
            out.push_str(if question.number(FieldId::DNS_QRY_QU) == Some(1) { " (QU)" } else { " (QM)" });
        }
        out.push_str("? ");
        name(out, question.bytes(FieldId::DNS_QRY_NAME)?);
        shown += 1;
    }
    (shown == queries).then_some(())
}

/// What the answer comes to; extensions add to its four bits (RFC 6891).
fn response_name(out: &mut String, dns: Layer<'_>, code: u64) {
    let code = code | (dns.number(FieldId::DNS_RESP_EXT_RCODE).unwrap_or(0) << 4);
    match usize::try_from(code).ok().and_then(|code| RESPONSES.get(code)) {
        Some(name) => out.push_str(name),
        None if code == 16 => out.push_str(" BadVers"),
        None if code == 23 => out.push_str(" BadCookie"),
        None => push(out, format_args!(" Resp{code}")),
    }
}

fn records(out: &mut String, dns: Layer<'_>, answers: u64) -> Option<()> {
    let kept = dns.start() + dns.kept();
    let questions = dns.each().last_end(FieldId::DNS_QRY_CLASS);
    let mut end = match dns.number(FieldId::DNS_COUNT_QUERIES) {
        Some(0) => dns.start() + 12,
        _ => questions?,
    };
    let mut shown = 0;
    for record in dns.each().split(FieldId::DNS_RESP_NAME).take(usize::try_from(answers).unwrap_or(usize::MAX)) {
        if shown > 0 {
            out.push(',');
        }
        let kind = record.number(FieldId::DNS_RESP_TYPE)?;
        let class = record.number(FieldId::DNS_RESP_CLASS);
        if kind != OPT {
            class?;
        }
        // tcpdump says nothing of a record that is cut behind its class.
        let Some(length) = record.number(FieldId::DNS_RESP_LEN) else { return Some(()) };
        if record.number(FieldId::DNS_RESP_CACHE_FLUSH) == Some(1) {
            out.push_str(" (Cache flush)");
        }
        class_name(out, class.unwrap_or(1));
        out.push(' ');
        kind_name(out, kind);
        data(out, kind, record)?;
        end = record.last_end(FieldId::DNS_RESP_LEN)? + usize::try_from(length).ok()?;
        if end > kept {
            return None;
        }
        shown += 1;
    }
    if shown == answers {
        return Some(());
    }
    // Nor of one of which only some bytes are there.
    (end != kept).then(|| out.extend((shown > 0).then_some(',')))
}

fn data(out: &mut String, kind: u64, record: Run<'_>) -> Option<()> {
    let named = match kind {
        1 | 28 => {
            let field = if kind == 1 { FieldId::DNS_A } else { FieldId::DNS_AAAA };
            push(out, format_args!(" {}", record.addresses(field).next()?));
            return Some(());
        }
        16 => {
            for text in record.all_bytes(FieldId::DNS_TXT) {
                out.push_str(" \"");
                escaped(out, text);
                out.push('"');
            }
            return Some(());
        }
        33 => {
            out.push(' ');
            name(out, record.bytes(FieldId::DNS_SRV_TARGET)?);
            let number = |field| record.number(field);
            let port = number(FieldId::DNS_SRV_PORT)?;
            let (priority, weight) = (number(FieldId::DNS_SRV_PRIORITY)?, number(FieldId::DNS_SRV_WEIGHT)?);
            push(out, format_args!(":{port} {priority} {weight}"));
            return Some(());
        }
        OPT => {
            push(out, format_args!(" UDPsize={}", record.number(FieldId::DNS_RR_UDP_PAYLOAD_SIZE)?));
            if record.number(FieldId::DNS_RESP_Z_DO) == Some(1) {
                out.push_str(" DO");
            }
            return Some(());
        }
        2 => FieldId::DNS_NS,
        5 => FieldId::DNS_CNAME,
        12 => FieldId::DNS_PTR_DOMAIN_NAME,
        15 => FieldId::DNS_MX_MAIL_EXCHANGE,
        39 => FieldId::DNS_DNAME,
        _ => return Some(()),
    };
    out.push(' ');
    name(out, record.bytes(named)?);
    if kind == 15 {
        push(out, format_args!(" {}", record.number(FieldId::DNS_MX_PREFERENCE)?));
    }
    Some(())
}

fn name(out: &mut String, text: &[u8]) {
    if text != b"<Root>" {
        escaped(out, text);
    }
    out.push('.');
}

fn kind_name(out: &mut String, kind: u64) {
    let listed = usize::try_from(kind).ok().and_then(|kind| TYPES.get(kind.checked_sub(1)?));
    let known = listed.copied().or(match kind {
        99 => Some("SPF"),
        100 => Some("UINFO"),
        101 => Some("UID"),
        102 => Some("GID"),
        103 => Some("UNSPEC"),
        104 => Some("UNSPECA"),
        249 => Some("TKEY"),
        250 => Some("TSIG"),
        251 => Some("IXFR"),
        252 => Some("AXFR"),
        253 => Some("MAILB"),
        254 => Some("MAILA"),
        255 => Some("ANY"),
        256 => Some("URI"),
        _ => None,
    });
    match known {
        Some(known) => out.push_str(known),
        None => push(out, format_args!("Type{kind}")),
    }
}

fn class_name(out: &mut String, class: u64) {
    match class {
        1 => {}
        3 => out.push_str(" CHAOS"),
        4 => out.push_str(" HS"),
        255 => out.push_str(" ANY"),
        _ => push(out, format_args!(" (Class {class})")),
    }
}
