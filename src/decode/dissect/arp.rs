//! The address resolution protocol (RFC 826, RFC 5227).

use super::FieldSink;
use super::walk::{View, Walk};
use crate::decode::FieldId;

/// A packet; tells where it ends.
pub(super) fn packet<S: FieldSink>(walk: &mut Walk<'_, S>, view: View<'_>) -> usize {
    let at = view.start;
    let hardware = usize::from(view.u8(at + 4).unwrap_or(0));
    let protocol = usize::from(view.u8(at + 5).unwrap_or(0));
    let length = 8 + 2 * (hardware + protocol);
    walk.header(FieldId::ARP, &view, length, |walk| fields(walk, &view, hardware, protocol));
    at + length
}

fn fields<S: FieldSink>(walk: &mut Walk<'_, S>, view: &View<'_>, hardware: usize, protocol: usize) -> Option<()> {
    let at = view.start;
    let hardware_type = walk.u16(FieldId::ARP_HW_TYPE, view, at)?;
    let protocol_type = walk.u16(FieldId::ARP_PROTO_TYPE, view, at + 2)?;
    walk.u8(FieldId::ARP_HW_SIZE, view, at + 4)?;
    walk.u8(FieldId::ARP_PROTO_SIZE, view, at + 5)?;
    let opcode = walk.u16(FieldId::ARP_OPCODE, view, at + 6)?;
    let is_mac = matches!(hardware_type, 1 | 6) && hardware == 6;
    let is_ipv4 = protocol_type == 0x0800 && protocol == 4;
    let (sender, target) = (at + 8, at + 8 + hardware + protocol);
    if is_ipv4
        && matches!(opcode, 1 | 2)
        && let (Some(from), Some(to)) = (view.ipv4(sender + hardware), view.ipv4(target + hardware))
    {
        // RFC 5227: a probe asks without saying who; an announcement asks for
        // the sender's own address.
        let span = sender + hardware..target + hardware + 4;
        if from.is_unspecified() && opcode == 1 {
            walk.boolean(FieldId::ARP_ISPROBE, span, true);
        } else if from == to {
            walk.boolean(FieldId::ARP_ISGRATUITOUS, span.clone(), true);
            if opcode == 1 {
                walk.boolean(FieldId::ARP_ISANNOUNCEMENT, span, true);
            }
        }
    }
    let names = [
        (FieldId::ARP_SRC_HW_MAC, FieldId::ARP_SRC_HW, FieldId::ARP_SRC_PROTO_IPV4, FieldId::ARP_SRC_PROTO),
        (FieldId::ARP_DST_HW_MAC, FieldId::ARP_DST_HW, FieldId::ARP_DST_PROTO_IPV4, FieldId::ARP_DST_PROTO),
    ];
    for (start, (mac, other_hardware, ipv4, other_protocol)) in [sender, target].into_iter().zip(names) {
        if is_mac {
            walk.mac(mac, view, start)?;
        } else {
            walk.bytes(other_hardware, view, start, hardware)?;
        }
        if is_ipv4 {
            walk.ipv4(ipv4, view, start + hardware)?;
        } else {
            walk.bytes(other_protocol, view, start + hardware, protocol)?;
        }
    }
    Some(())
}
