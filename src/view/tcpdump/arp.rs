//! ARP and its kin.

use super::collected::Layer;
use super::escape::hexadecimal;
use super::push;
use crate::decode::FieldId;

/// Appends a packet, `length` bytes long with the padding behind it.
pub(super) fn append(out: &mut String, arp: Layer<'_>, length: usize) {
    let before = out.len();
    out.push_str("ARP, ");
    match packet(out, arp) {
        Some(true) => push(out, format_args!(", length {length}")),
        Some(false) => {}
        None => {
            out.truncate(before);
            out.push_str(" [|arp]");
        }
    }
}

/// Whether the length follows.
fn packet(out: &mut String, arp: Layer<'_>) -> Option<bool> {
    let number = |field| arp.number(field);
    let protocol = number(FieldId::ARP_PROTO_TYPE)?;
    let sizes = [number(FieldId::ARP_HW_SIZE)?, number(FieldId::ARP_PROTO_SIZE)?];
    let operation = number(FieldId::ARP_OPCODE)?;
    if arp.kept() < usize::try_from(8 + 2 * (sizes[0] + sizes[1])).unwrap_or(usize::MAX) {
        return None;
    }
    if protocol != 0x0800 || sizes[1] != 4 {
        hardware(out, number(FieldId::ARP_HW_TYPE)?);
        let [hardware, inner] = sizes;
        push(out, format_args!(" (len {hardware}), "));
        if protocol == 0x0800 {
            out.push_str("IPv4");
        } else {
            push(out, format_args!("Unknown Protocol (0x{protocol:04x})"));
        }
        push(out, format_args!(" (len {inner})"));
        return Some(true);
    }
    let sender = arp.address(FieldId::ARP_SRC_PROTO_IPV4)?;
    let target = arp.address(FieldId::ARP_DST_PROTO_IPV4)?;
    let mac = |out: &mut String, mac, other| {
        if let Some(address) = arp.mac(mac) {
            push(out, format_args!("{address}"));
        } else if let Some(bytes) = arp.bytes(other) {
            for (index, byte) in bytes.iter().enumerate() {
                out.push_str(if index > 0 { ":" } else { "" });
                hexadecimal(out, &[*byte]);
            }
        }
    };
    let from = |out: &mut String| mac(out, FieldId::ARP_SRC_HW_MAC, FieldId::ARP_SRC_HW);
    let to = |out: &mut String| mac(out, FieldId::ARP_DST_HW_MAC, FieldId::ARP_DST_HW);
    match operation {
        1 => {
            push(out, format_args!("Request who-has {target}"));
            let empty = arp.mac(FieldId::ARP_DST_HW_MAC).is_some_and(|mac| mac.0 == [0; 6])
                || arp.bytes(FieldId::ARP_DST_HW).is_some_and(|bytes| bytes.iter().all(|byte| *byte == 0));
            if !empty && sizes[0] > 0 {
                out.push_str(" (");
                to(out);
                out.push(')');
            }
            push(out, format_args!(" tell {sender}"));
        }
        2 => {
            push(out, format_args!("Reply {sender} is-at "));
            from(out);
        }
        kind @ (3 | 8) => {
            out.push_str(if kind == 3 { "Reverse Request who-is " } else { "Inverse Request who-is " });
            to(out);
            out.push_str(" tell ");
            from(out);
        }
        4 => {
            out.push_str("Reverse Reply ");
            to(out);
            push(out, format_args!(" at {target}"));
        }
        9 => {
            out.push_str("Inverse Reply ");
            from(out);
            push(out, format_args!(" at {sender}"));
        }
        // tcpdump has the bytes on the lines that follow.
        10 => {
            out.push_str("NACK Reply ");
            return Some(false);
        }
        _ => {
            push(out, format_args!("Unknown ({operation}) "));
            return Some(false);
        }
    }
    Some(true)
}

fn hardware(out: &mut String, kind: u64) {
    match kind {
        1 => out.push_str("Ethernet"),
        6 => out.push_str("TokenRing"),
        7 => out.push_str("ArcNet"),
        15 => out.push_str("FrameRelay"),
        23 => out.push_str("Strip"),
        24 => out.push_str("IEEE 1394"),
        _ => push(out, format_args!("Unknown Hardware ({kind})")),
    }
}
