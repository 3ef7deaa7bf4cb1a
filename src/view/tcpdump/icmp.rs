//! ICMP.

use super::collected::Layer;
use super::push;
use crate::decode::FieldId;

/// Appends a message of `length` bytes; `quoted` is what it quotes.
pub(super) fn append(out: &mut String, icmp: Layer<'_>, quoted: &[Layer<'_>], length: usize) {
    let before = out.len();
    out.push_str("ICMP ");
    if message(out, icmp, quoted).is_some() {
        push(out, format_args!(", length {length}"));
    } else {
        out.truncate(before);
        out.push_str(" [|icmp]");
    }
}

fn message(out: &mut String, icmp: Layer<'_>, quoted: &[Layer<'_>]) -> Option<()> {
    let number = |field| icmp.number(field);
    if icmp.kept() < 8 {
        return None;
    }
    let code = number(FieldId::ICMP_CODE)?;
    match number(FieldId::ICMP_TYPE)? {
        kind @ (0 | 8) => {
            let name = if kind == 0 { "reply" } else { "request" };
            let (id, sequence) = (number(FieldId::ICMP_IDENT)?, number(FieldId::ICMP_SEQ)?);
            push(out, format_args!("echo {name}, id {id}, seq {sequence}"));
        }
        3 => unreachable(out, icmp, code, quoted)?,
        4 => out.push_str("source quench"),
        5 => {
            let target = quoted.first()?.address(FieldId::IP_DST)?;
            let gateway = icmp.address(FieldId::ICMP_REDIR_GW)?;
            match code {
                0 => push(out, format_args!("redirect {target} to net {gateway}")),
                1 => push(out, format_args!("redirect {target} to host {gateway}")),
                2 => push(out, format_args!("redirect-tos {target} to net {gateway}")),
                3 => push(out, format_args!("redirect-tos {target} to host {gateway}")),
                _ => push(out, format_args!("redirect-#{code} {target} to {gateway}")),
            }
        }
        9 => routers(out, icmp)?,
        10 => out.push_str("router solicitation"),
        11 => match code {
            0 => out.push_str("time exceeded in-transit"),
            1 => out.push_str("ip reassembly time exceeded"),
            _ => push(out, format_args!("time exceeded-#{code}")),
        },
        12 if code > 0 => push(out, format_args!("parameter problem - code {code}")),
        12 => push(out, format_args!("parameter problem - octet {}", number(FieldId::ICMP_POINTER)?)),
        13 => {
            let (id, sequence) = (number(FieldId::ICMP_IDENT)?, number(FieldId::ICMP_SEQ)?);
            push(out, format_args!("time stamp query id {id} seq {sequence}"));
        }
        14 => {
            let (id, sequence) = (number(FieldId::ICMP_IDENT)?, number(FieldId::ICMP_SEQ)?);
            push(out, format_args!("time stamp reply id {id} seq {sequence}: "));
            let times = [
                ("org ", FieldId::ICMP_ORIGINATE_TIMESTAMP),
                (", recv ", FieldId::ICMP_RECEIVE_TIMESTAMP),
                (", xmit ", FieldId::ICMP_TRANSMIT_TIMESTAMP),
            ];
            for (name, field) in times {
                let (seconds, millis) = (number(field)? / 1000, number(field)? % 1000);
                let (minutes, hours) = (seconds / 60 % 60, seconds / 3600);
                push(out, format_args!("{name}{hours:02}:{minutes:02}:{:02}.{millis:03}", seconds % 60));
            }
        }
        15 => out.push_str("information request"),
        16 => out.push_str("information reply"),
        17 => out.push_str("address mask request"),
        18 => {
            let Some(std::net::IpAddr::V4(mask)) = icmp.address(FieldId::ICMP_ADDRESS_MASK) else { return None };
            push(out, format_args!("address mask is 0x{:08x}", mask.to_bits()));
        }
        kind => push(out, format_args!("type-#{kind}")),
    }
    Some(())
}

fn unreachable(out: &mut String, icmp: Layer<'_>, code: u64, quoted: &[Layer<'_>]) -> Option<()> {
    let ip = quoted.first().filter(|layer| layer.is(FieldId::IP))?;
    let target = ip.address(FieldId::IP_DST)?;
    match code {
        0 => push(out, format_args!("net {target} unreachable")),
        1 => push(out, format_args!("host {target} unreachable")),
        2 => push(out, format_args!("{target} protocol {} unreachable", ip.number(FieldId::IP_PROTO)?)),
        3 => return port(out, target, *ip, quoted.get(1)),
        4 => {
            push(out, format_args!("{target} unreachable - need to frag"));
            if let Some(mtu) = icmp.number(FieldId::ICMP_MTU).filter(|mtu| *mtu > 0) {
                push(out, format_args!(" (mtu {mtu})"));
            }
        }
        5 => push(out, format_args!("{target} unreachable - source route failed")),
        6 => push(out, format_args!("net {target} unreachable - unknown")),
        7 => push(out, format_args!("host {target} unreachable - unknown")),
        8 => push(out, format_args!("{target} unreachable - source host isolated")),
        9 => push(out, format_args!("net {target} unreachable - admin prohibited")),
        10 => push(out, format_args!("host {target} unreachable - admin prohibited")),
        11 => push(out, format_args!("net {target} unreachable - tos prohibited")),
        12 => push(out, format_args!("host {target} unreachable - tos prohibited")),
        13 => push(out, format_args!("host {target} unreachable - admin prohibited filter")),
        14 => push(out, format_args!("host {target} unreachable - host precedence violation")),
        15 => push(out, format_args!("host {target} unreachable - precedence cutoff")),
        _ => push(out, format_args!("{target} unreachable - #{code}")),
    }
    Some(())
}

fn port(out: &mut String, target: std::net::IpAddr, ip: Layer<'_>, transport: Option<&Layer<'_>>) -> Option<()> {
    let protocol = ip.number(FieldId::IP_PROTO)?;
    let (name, field) = match protocol {
        6 => ("tcp", FieldId::TCP_DSTPORT),
        17 => ("udp", FieldId::UDP_DSTPORT),
        _ => {
            push(out, format_args!("{target} protocol {protocol} unreachable"));
            return Some(());
        }
    };
    let port = transport?.number(field)?;
    push(out, format_args!("{target} {name} port {port} unreachable"));
    Some(())
}

fn routers(out: &mut String, icmp: Layer<'_>) -> Option<()> {
    out.push_str("router advertisement lifetime ");
    let lifetime = icmp.number(FieldId::ICMP_LIFETIME)?;
    let (hours, minutes, seconds) = (lifetime / 3600, lifetime / 60 % 60, lifetime % 60);
    match lifetime {
        0..60 => push(out, format_args!("{seconds}")),
        60..3600 => push(out, format_args!("{minutes}:{seconds:02}")),
        _ => push(out, format_args!("{hours}:{minutes:02}:{seconds:02}")),
    }
    push(out, format_args!(" {}:", icmp.number(FieldId::ICMP_NUM_ADDRS)?));
    let levels = icmp.each().numbers(FieldId::ICMP_PREF_LEVEL).collect::<Vec<_>>();
    for (router, level) in icmp.each().addresses(FieldId::ICMP_ROUTER_ADDRESS).zip(levels) {
        push(out, format_args!(" {{{router} {level}}}"));
    }
    Some(())
}
