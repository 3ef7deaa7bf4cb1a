//! The filter the kernel applies to a packet socket before it counts, copies
//! or queues a frame: classic BPF.
//!
//! Owns the two programs we need. Has no opinion on what the frames say.

/// Which part of a decision a jump goes to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum To {
    Next,
    /// Over this many instructions.
    Over(usize),
    Keep,
    Refuse,
}

/// One instruction with its jumps still in words.
struct Instruction {
    code: u32,
    value: u32,
    yes: To,
    no: To,
}

/// Offset of the Ethernet type; the IP header follows it.
const ETHERNET_TYPE: u32 = 12;
const IP: u32 = 14;
const IPV6_HEADER: u32 = 40;
/// Longest frame kept, in bytes: all of it.
const WHOLE: u32 = 0x0004_0000;

/// Keeps TCP and UDP over IPv4 and IPv6 from or to one of `ports`, and the
/// ICMP errors over IPv4 that quote such a packet; refuses everything else.
/// Expects frames that start with an Ethernet header, and no IPv6 extension
/// headers.
pub(super) fn ports(ports: &[u16]) -> Vec<libc::sock_filter> {
    let ipv6 = {
        let mut code = vec![load_byte(IP + 6)];
        code.extend(tcp_or_udp());
        code.extend(one_of(ports, |offset| load_half(IP + IPV6_HEADER + offset)));
        code
    };
    let ipv4_ports = one_of(ports, |offset| load_half_indexed(IP + offset));
    let icmp = {
        // The quoted packet starts 8 bytes after the ICMP header does; ours
        // have no IP options.
        let mut code = vec![load_header_length(IP)];
        code.extend(one_of(ports, |offset| load_half_indexed(IP + 8 + 20 + offset)));
        code
    };
    let mut ipv4 = vec![load_byte(IP + 9), jump_if_equal(1, To::Next, To::Over(icmp.len()))];
    ipv4.extend(icmp);
    ipv4.extend(tcp_or_udp());
    // A later fragment has no ports.
    ipv4.push(load_half(IP + 6));
    ipv4.push(Instruction { code: libc::BPF_JMP | libc::BPF_JSET, value: 0x1fff, yes: To::Refuse, no: To::Next });
    ipv4.push(load_header_length(IP));
    ipv4.extend(ipv4_ports);

    let mut program = vec![load_half(ETHERNET_TYPE), jump_if_equal(0x86dd, To::Next, To::Over(ipv6.len()))];
    program.extend(ipv6);
    program.push(jump_if_equal(0x0800, To::Next, To::Refuse));
    program.extend(ipv4);
    assembled(&program)
}

/// Refuses everything.
pub(super) fn nothing() -> Vec<libc::sock_filter> {
    assembled(&[])
}

fn load_byte(offset: u32) -> Instruction {
    plain(libc::BPF_LD | libc::BPF_B | libc::BPF_ABS, offset)
}

fn load_half(offset: u32) -> Instruction {
    plain(libc::BPF_LD | libc::BPF_H | libc::BPF_ABS, offset)
}

fn load_half_indexed(offset: u32) -> Instruction {
    plain(libc::BPF_LD | libc::BPF_H | libc::BPF_IND, offset)
}

/// Makes the length of the IPv4 header at `offset` the index.
fn load_header_length(offset: u32) -> Instruction {
    plain(libc::BPF_LDX | libc::BPF_B | libc::BPF_MSH, offset)
}

fn plain(code: u32, value: u32) -> Instruction {
    Instruction { code, value, yes: To::Next, no: To::Next }
}

fn jump_if_equal(value: u32, yes: To, no: To) -> Instruction {
    Instruction { code: libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K, value, yes, no }
}

/// Goes on only if the protocol just loaded is TCP (6) or UDP (17).
fn tcp_or_udp() -> [Instruction; 2] {
    [jump_if_equal(6, To::Over(1), To::Next), jump_if_equal(17, To::Next, To::Refuse)]
}

/// Keeps the frame if either port is one of `ports`, else refuses it; `load`
/// loads the half word at an offset from the transport header.
fn one_of(ports: &[u16], load: impl Fn(u32) -> Instruction) -> Vec<Instruction> {
    let mut code = Vec::new();
    for offset in [0, 2] {
        code.push(load(offset));
        code.extend(ports.iter().map(|port| jump_if_equal(u32::from(*port), To::Keep, To::Next)));
    }
    code.push(Instruction { code: libc::BPF_JMP | libc::BPF_JA, value: 0, yes: To::Refuse, no: To::Refuse });
    code
}

/// Turns words into distances. The program ends with one instruction that
/// refuses and one that keeps.
fn assembled(program: &[Instruction]) -> Vec<libc::sock_filter> {
    let mut filter: Vec<libc::sock_filter> = program
        .iter()
        .enumerate()
        .map(|(index, instruction)| {
            let left = program.len() - index - 1;
            let distance = |to: To| match to {
                To::Next => 0,
                To::Over(count) => count,
                To::Refuse => left,
                To::Keep => left + 1,
            };
            let always = instruction.code == libc::BPF_JMP | libc::BPF_JA;
            let value =
                if always { u32::try_from(distance(instruction.yes)).unwrap_or(u32::MAX) } else { instruction.value };
            let short = |to: To| if always { 0 } else { u8::try_from(distance(to)).unwrap_or(u8::MAX) };
            statement(instruction.code, short(instruction.yes), short(instruction.no), value)
        })
        .collect();
    filter.push(statement(libc::BPF_RET | libc::BPF_K, 0, 0, 0));
    filter.push(statement(libc::BPF_RET | libc::BPF_K, 0, 0, WHOLE));
    filter
}

fn statement(code: u32, jt: u8, jf: u8, k: u32) -> libc::sock_filter {
    // Every code is one of the constants above, all below 256.
    libc::sock_filter { code: u16::try_from(code).unwrap_or(u16::MAX), jt, jf, k }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the kernel would do, for the instructions we use.
    fn keeps(filter: &[libc::sock_filter], frame: &[u8]) -> bool {
        let (mut at, mut accumulator, mut index) = (0, 0u32, 0usize);
        let byte = |offset: usize| frame.get(offset).copied().map(u32::from);
        let half = |offset: usize| Some(byte(offset)? << 8 | byte(offset + 1)?);
        loop {
            let libc::sock_filter { code, jt, jf, k } = filter[at];
            let offset = usize::try_from(k).unwrap();
            at += 1;
            let loaded = match code {
                0x30 => byte(offset),
                0x28 => half(offset),
                0x48 => half(index + offset),
                0xb1 => {
                    let Some(first) = byte(offset) else { return false };
                    index = usize::try_from((first & 15) * 4).unwrap();
                    continue;
                }
                0x15 | 0x45 => {
                    let yes = if code == 0x15 { accumulator == k } else { accumulator & k != 0 };
                    at += usize::from(if yes { jt } else { jf });
                    continue;
                }
                0x05 => {
                    at += offset;
                    continue;
                }
                0x06 => return k != 0,
                other => panic!("unknown instruction {other:#x}"),
            };
            match loaded {
                Some(value) => accumulator = value,
                None => return false,
            }
        }
    }

    fn frame(parts: &[&[u8]]) -> Vec<u8> {
        [&[0; 12], parts.concat().as_slice()].concat()
    }

    #[test]
    fn only_the_ports_pass() {
        let filter = ports(&[9999, 40000]);
        let ours: &[u8] = &[0xff, 0xff, 0x27, 0x0f];
        let answer: &[u8] = &[0x27, 0x0f, 0xff, 0xff];
        let other: &[u8] = &[0x12, 0x34, 0x43, 0x21];
        let ipv4 = |first: u8, protocol: u8, fragment: u8| {
            let mut header = vec![0x08, 0x00, first, 0, 0, 0, 0, 0, 0, fragment, 64, protocol];
            header.resize(2 + usize::from(first & 15) * 4, 0);
            header
        };
        let ipv6 = |protocol: u8| [&[0x86, 0xdd, 0x60, 0, 0, 0, 0, 0, protocol], &[0; 33][..]].concat();
        let cases = [
            (true, frame(&[&ipv4(0x45, 6, 0), ours])),
            (true, frame(&[&ipv4(0x45, 17, 0), answer])),
            (true, frame(&[&ipv4(0x46, 6, 0), ours])),
            (false, frame(&[&ipv4(0x45, 6, 0), other])),
            (false, frame(&[&ipv4(0x45, 6, 1), ours])),
            (false, frame(&[&ipv4(0x45, 47, 0), ours])),
            (true, frame(&[&ipv6(6), ours])),
            (false, frame(&[&ipv6(17), other])),
            (true, frame(&[&ipv4(0x45, 1, 0), &[3, 3, 0, 0, 0, 0, 0, 0], &ipv4(0x45, 17, 0)[2..], ours])),
            (false, frame(&[&ipv4(0x45, 1, 0), &[3, 3, 0, 0, 0, 0, 0, 0], &ipv4(0x45, 17, 0)[2..], other])),
            (false, frame(&[&[0x08, 0x06], ours])),
            (false, frame(&[&ipv4(0x45, 6, 0)])),
        ];
        for (index, (expected, frame)) in cases.iter().enumerate() {
            assert_eq!(keeps(&filter, frame), *expected, "case {index}");
            assert!(!keeps(&nothing(), frame), "case {index}");
        }
    }
}
