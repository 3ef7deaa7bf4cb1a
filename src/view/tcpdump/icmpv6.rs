//! `ICMPv6`, neighbor discovery, multicast listeners.

use super::collected::Layer;
use super::push;
use crate::decode::FieldId;

/// Appends a message of `length` bytes; `quoted` is what it quotes.
pub(super) fn append(out: &mut String, icmp: Layer<'_>, quoted: &[Layer<'_>], length: usize) {
    if icmp.kept() < 4 {
        out.push_str(" [|icmp6]");
        return;
    }
    out.push_str("ICMP6, ");
    if length == 0 {
        out.push_str("length 0 (invalid)");
        return;
    }
    if message(out, icmp, quoted, length).is_some() {
        push(out, format_args!(", length {length}"));
    } else {
        out.push_str(" [|icmp6]");
    }
}

fn message(out: &mut String, icmp: Layer<'_>, quoted: &[Layer<'_>], length: usize) -> Option<()> {
    let number = |field| icmp.number(field);
    let code = number(FieldId::ICMPV6_CODE)?;
    let target = || quoted.first()?.address(FieldId::IPV6_DST);
    match number(FieldId::ICMPV6_TYPE)? {
        1 => {
            out.push_str("destination unreachable, ");
            unreachable(out, code, quoted)?;
        }
        2 => {
            out.push_str("packet too big");
            push(out, format_args!(", mtu {}", number(FieldId::ICMPV6_MTU)?));
        }
        3 => {
            out.push_str("time exceeded in-transit");
            match code {
                0 => push(out, format_args!(" for {}", target()?)),
                1 => out.push_str(" (reassembly)"),
                _ => push(out, format_args!(", unknown code ({code})")),
            }
        }
        4 => {
            out.push_str("parameter problem");
            let problem = match code {
                0 => "erroneous",
                1 => "next header",
                2 => "option",
                3 => "incomplete header chain",
                _ => {
                    push(out, format_args!(", code-#{code}"));
                    return Some(());
                }
            };
            push(out, format_args!(", {problem} - octet {}", number(FieldId::ICMPV6_POINTER)?));
        }
        kind @ (128 | 129) => {
            out.push_str(if kind == 128 { "echo request" } else { "echo reply" });
            let id = number(FieldId::ICMPV6_ECHO_IDENTIFIER)?;
            push(out, format_args!(", id {id}, seq {}", number(FieldId::ICMPV6_ECHO_SEQUENCE_NUMBER)?));
        }
        130 if length >= 28 => query(out, icmp)?,
        kind @ 130..=132 => {
            out.push_str(match kind {
                130 => "multicast listener query",
                131 => "multicast listener report",
                _ => "multicast listener done",
            });
            let delay = number(FieldId::ICMPV6_MLD_MAXIMUM_RESPONSE_DELAY)?;
            let group = icmp.address(FieldId::ICMPV6_MLD_MULTICAST_ADDRESS)?;
            push(out, format_args!("max resp delay: {delay} addr: {group}"));
        }
        133 => out.push_str("router solicitation"),
        134 => {
            out.push_str("router advertisement");
            number(FieldId::ICMPV6_ND_RA_RETRANS_TIMER)?;
        }
        135 => {
            out.push_str("neighbor solicitation");
            push(out, format_args!(", who has {}", icmp.address(FieldId::ICMPV6_ND_NS_TARGET_ADDRESS)?));
        }
        136 => {
            out.push_str("neighbor advertisement");
            push(out, format_args!(", tgt is {}", icmp.address(FieldId::ICMPV6_ND_NA_TARGET_ADDRESS)?));
        }
        137 => {
            out.push_str("redirect");
            let destination = icmp.address(FieldId::ICMPV6_RD_NA_DESTINATION_ADDRESS)?;
            push(out, format_args!(", {destination} to {}", icmp.address(FieldId::ICMPV6_ND_RD_TARGET_ADDRESS)?));
        }
        143 => {
            out.push_str("multicast listener report v2");
            push(out, format_args!(", {} group record(s)", number(FieldId::ICMPV6_MLDR_NB_MCAST_RECORDS)?));
        }
        kind => push(out, format_args!("unknown icmp6 type ({kind})")),
    }
    Some(())
}

fn unreachable(out: &mut String, code: u64, quoted: &[Layer<'_>]) -> Option<()> {
    let ip = quoted.first().filter(|layer| layer.is(FieldId::IPV6));
    let target = ip.and_then(|ip| ip.address(FieldId::IPV6_DST));
    match code {
        0 => push(out, format_args!("unreachable route {}", target?)),
        // The second space is tcpdump's.
        1 => push(out, format_args!(" unreachable prohibited {}", target?)),
        2 => push(out, format_args!("beyond scope {}, source address {}", target?, ip?.address(FieldId::IPV6_SRC)?)),
        3 => push(out, format_args!("unreachable address {}", target?)),
        4 => {
            out.push_str("unreachable port");
            let transport = quoted.iter().find(|layer| layer.is(FieldId::TCP) || layer.is(FieldId::UDP))?;
            let (name, field) =
                if transport.is(FieldId::TCP) { ("tcp", FieldId::TCP_DSTPORT) } else { ("udp", FieldId::UDP_DSTPORT) };
            push(out, format_args!(", {} {name} port {}", target?, transport.number(field)?));
        }
        _ => push(out, format_args!("unknown unreach code ({code})")),
    }
    Some(())
}

fn query(out: &mut String, icmp: Layer<'_>) -> Option<()> {
    out.push_str("multicast listener query v2");
    let sources = icmp.number(FieldId::ICMPV6_MLD_NB_SOURCES)?;
    push(out, format_args!(" [gaddr {}", icmp.address(FieldId::ICMPV6_MLD_MULTICAST_ADDRESS)?));
    if sources > 0 {
        push(out, format_args!(", {sources} source(s)"));
    }
    out.push(']');
    Some(())
}
