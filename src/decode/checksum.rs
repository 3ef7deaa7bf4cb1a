//! The Internet checksum (RFC 1071) and what can be said about one.

use std::net::IpAddr;

/// What a checksum in a captured frame tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is what the bytes add up to.
    Right,
    /// It is not.
    Wrong {
        /// What the bytes add up to.
        expected: u16,
    },
    /// The sender's kernel wrote only the pseudo-header's sum and left the
    /// rest to the network hardware; on loopback nobody ever finishes it.
    LeftToHardware,
    /// The bytes are not all here.
    Unverifiable,
}

/// The ones' complement sum of `bytes` as 16-bit words, on top of `sum`.
pub(super) fn add(sum: u32, bytes: &[u8]) -> u32 {
    let (words, rest) = bytes.as_chunks::<2>();
    let mut sum = u64::from(sum);
    for word in words {
        sum += u64::from(u16::from_be_bytes(*word));
    }
    if let [last] = rest {
        sum += u64::from(*last) << 8;
    }
    while sum > 0xFFFF {
        sum = (sum & 0xFFFF) + (sum >> 16);
    }
    u32::try_from(sum).unwrap_or(0)
}

/// The sum folded to 16 bits.
fn fold(sum: u32) -> u16 {
    let sum = (sum & 0xFFFF) + (sum >> 16);
    u16::try_from((sum & 0xFFFF) + (sum >> 16)).unwrap_or(u16::MAX)
}

/// The pseudo-header's sum (RFC 9293 §3.1, RFC 8200 §8.1).
fn pseudo_header(source: IpAddr, destination: IpAddr, protocol: u8, length: u32) -> u32 {
    let sum = match (source, destination) {
        (IpAddr::V4(from), IpAddr::V4(to)) => add(add(0, &from.octets()), &to.octets()),
        (IpAddr::V6(from), IpAddr::V6(to)) => add(add(0, &from.octets()), &to.octets()),
        // One packet has one version.
        _ => 0,
    };
    add(add(sum, &[0, protocol]), &length.to_be_bytes())
}

/// Judges a transport checksum. `segment` is the whole header and payload as
/// captured, `stored` the checksum in it, `wire_length` its length on the wire.
pub(super) fn judge(
    source: IpAddr,
    destination: IpAddr,
    protocol: u8,
    segment: &[u8],
    stored: u16,
    wire_length: u32,
) -> Verdict {
    let partial = fold(pseudo_header(source, destination, protocol, wire_length));
    if u32::try_from(segment.len()) != Ok(wire_length) {
        return if stored == partial { Verdict::LeftToHardware } else { Verdict::Unverifiable };
    }
    // Summing the stored checksum too gives all ones if it is right.
    let sum = fold(add(u32::from(partial), segment));
    if sum == 0xFFFF {
        Verdict::Right
    } else if stored == partial {
        Verdict::LeftToHardware
    } else {
        let without = fold(add(u32::from(partial) + u32::from(!stored), segment));
        Verdict::Wrong { expected: !without }
    }
}

/// Judges an IPv4 header's checksum.
pub(super) fn judge_ipv4(header: &[u8], stored: u16) -> Verdict {
    let sum = fold(add(0, header));
    if sum == 0xFFFF { Verdict::Right } else { Verdict::Wrong { expected: !fold(add(u32::from(!stored), header)) } }
}

/// Judges a checksum over nothing but `bytes`, all of which were kept.
pub(super) fn judge_bare(bytes: &[u8], stored: u16) -> Verdict {
    judge_ipv4(bytes, stored)
}

/// How Wireshark numbers verdicts (`tcp.checksum.status`): wrong 0, right 1,
/// not verified 2. What is left to the hardware does not add up.
pub(super) const fn status(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Wrong { .. } | Verdict::LeftToHardware => 0,
        Verdict::Right => 1,
        Verdict::Unverifiable => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 1071 §3: 00 01 f2 03 f4 f5 f6 f7 sums to ddf2.
    #[test]
    fn the_rfcs_own_example() {
        assert_eq!(fold(add(0, &[0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7])), 0xddf2);
    }

    /// An IPv4 header of our own loopback capture: 127.0.0.1 → 127.0.0.1, 60
    /// bytes, TTL 64, TCP, id 0, DF.
    #[test]
    fn an_ipv4_header_is_judged() {
        let mut header = [0x45, 0, 0, 0x3c, 0, 0, 0x40, 0, 64, 6, 0x3c, 0xba, 127, 0, 0, 1, 127, 0, 0, 1];
        assert_eq!(judge_ipv4(&header, 0x3cba), Verdict::Right);
        header[8] = 63;
        assert_eq!(judge_ipv4(&header, 0x3cba), Verdict::Wrong { expected: 0x3dba });
    }

    #[test]
    fn a_partial_checksum_is_a_third_verdict() {
        let ends = |segment: &[u8], stored| judge([127, 0, 0, 1].into(), [127, 0, 0, 1].into(), 6, segment, stored, 20);
        // 7f00 + 0001 twice, protocol 6, length 20 = fe1c.
        let mut segment = [0_u8; 20];
        segment[0..4].copy_from_slice(&[0xb7, 0xb8, 0x27, 0x0f]);
        segment[16..18].copy_from_slice(&0xfe1c_u16.to_be_bytes());
        assert_eq!(ends(&segment, 0xfe1c), Verdict::LeftToHardware);
        segment[16..18].copy_from_slice(&0x1234_u16.to_be_bytes());
        let Verdict::Wrong { expected } = ends(&segment, 0x1234) else { panic!("0x1234 is wrong") };
        segment[16..18].copy_from_slice(&expected.to_be_bytes());
        assert_eq!(ends(&segment, expected), Verdict::Right);
        assert_eq!(ends(&segment[..18], expected), Verdict::Unverifiable);
    }
}
