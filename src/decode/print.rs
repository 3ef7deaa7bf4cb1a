//! How values are written: as `tshark -T fields` writes them.

use std::fmt::Write as _;
use std::net::{IpAddr, Ipv6Addr};

use super::{FieldValue, Kind, MacAddress, push_safe};
use crate::model::{CalendarTime, Timestamp};

/// Appends a value of this kind to `out`, as `tshark -T fields` writes it:
/// numbers in decimal or in hexadecimal with all digits, booleans as `1` and
/// `0`, times in seconds with nine decimals. Text is made safe for a terminal.
/// What is there without saying anything is `1`.
pub fn print(kind: Kind, value: &FieldValue<'_>, out: &mut String) {
    match value {
        FieldValue::Present => out.push('1'),
        FieldValue::Boolean(is) => out.push(if *is { '1' } else { '0' }),
        FieldValue::Number(number) => push_number(kind, *number, out),
        FieldValue::Checksum(stored, _) => push_number(kind, u64::from(*stored), out),
        FieldValue::Signed(number) => {
            if *number < 0 {
                out.push('-');
            }
            push_decimal(number.unsigned_abs(), out);
        }
        FieldValue::Mac(MacAddress(octets)) => {
            for (index, octet) in octets.iter().enumerate() {
                if index > 0 {
                    out.push(':');
                }
                push_octet(*octet, out);
            }
        }
        FieldValue::Address(IpAddr::V4(address)) => {
            for (index, octet) in address.octets().into_iter().enumerate() {
                if index > 0 {
                    out.push('.');
                }
                push_decimal(octet.into(), out);
            }
        }
        FieldValue::Address(IpAddr::V6(address)) => push_ipv6(*address, out),
        FieldValue::Bytes(bytes) => bytes.iter().for_each(|byte| push_octet(*byte, out)),
        FieldValue::Text(text) => push_safe(text, out),
        FieldValue::Nanos(nanos) if kind == Kind::Date => push_date(*nanos, out),
        FieldValue::Nanos(nanos) => push_seconds(*nanos, out),
    }
}

fn push_number(kind: Kind, number: u64, out: &mut String) {
    if let Kind::Hex(digits) = kind {
        out.push_str("0x");
        for place in (0..digits).rev() {
            push_digit(number >> (4 * u32::from(place)) & 15, out);
        }
    } else {
        push_decimal(number, out);
    }
}

fn push_decimal(number: u64, out: &mut String) {
    out.push_str(itoa::Buffer::new().format(number));
}

fn push_octet(octet: u8, out: &mut String) {
    push_digit(u64::from(octet >> 4), out);
    push_digit(u64::from(octet & 15), out);
}

fn push_digit(digit: u64, out: &mut String) {
    let digit = u32::try_from(digit).ok().and_then(|digit| char::from_digit(digit, 16));
    out.push(digit.unwrap_or('?'));
}

/// RFC 5952, and the old form of an IPv4 address in IPv6 (RFC 4291 §2.5.5.1)
/// as everybody's `inet_ntop` has it.
fn push_ipv6(address: Ipv6Addr, out: &mut String) {
    let written = match address.segments() {
        [0, 0, 0, 0, 0, 0, high, _] if high != 0 => {
            let [.., a, b, c, d] = address.octets();
            write!(out, "::{a}.{b}.{c}.{d}")
        }
        _ => write!(out, "{address}"),
    };
    // Writing to a String cannot fail.
    written.unwrap_or_default();
}

/// Seconds with nine decimals.
fn push_seconds(nanos: i64, out: &mut String) {
    if nanos < 0 {
        out.push('-');
    }
    let nanos = nanos.unsigned_abs();
    push_decimal(nanos / 1_000_000_000, out);
    out.push('.');
    push_nine(nanos % 1_000_000_000, out);
}

fn push_nine(nanos: u64, out: &mut String) {
    let mut unit = 100_000_000;
    while unit > 0 {
        push_digit(nanos / unit % 10, out);
        unit /= 10;
    }
}

/// `Jan  2, 1970 03:04:05.000000006 UTC`.
fn push_date(nanos: i64, out: &mut String) {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let CalendarTime { year, month, day, hour, minute, second, nanos } = Timestamp::from_nanos(nanos).into();
    let month = usize::from(month).checked_sub(1).and_then(|month| MONTHS.get(month)).copied().unwrap_or_default();
    // Writing to a String cannot fail.
    write!(out, "{month} {day:2}, {year} {hour:02}:{minute:02}:{second:02}.").unwrap_or_default();
    push_nine(nanos.into(), out);
    out.push_str(" UTC");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(kind: Kind, value: FieldValue<'_>) -> String {
        let mut out = String::new();
        print(kind, &value, &mut out);
        out
    }

    /// The expected texts are what tshark 4.0 prints.
    #[test]
    fn values_are_written_as_tshark_writes_them() {
        let number = |kind, number| printed(kind, FieldValue::Number(number));
        assert_eq!(number(Kind::Number, 0), "0");
        assert_eq!(number(Kind::Number, u64::MAX), "18446744073709551615");
        assert_eq!(number(Kind::Hex(4), 0x10), "0x0010");
        assert_eq!(printed(Kind::Signed, FieldValue::Signed(-2)), "-2");
        assert_eq!(printed(Kind::Span, FieldValue::Nanos(-1_500_000_000)), "-1.500000000");
        assert_eq!(printed(Kind::Moment, FieldValue::Nanos(1_555_002_999_743_518_000)), "1555002999.743518000");
        let date = |nanos| printed(Kind::Date, FieldValue::Nanos(nanos));
        assert_eq!(date(1_555_002_999_743_518_000), "Apr 11, 2019 17:16:39.743518000 UTC");
        assert_eq!(date(0), "Jan  1, 1970 00:00:00.000000000 UTC");
        assert_eq!(date(951_782_400_000_000_000), "Feb 29, 2000 00:00:00.000000000 UTC");
        assert_eq!(date(-1), "Dec 31, 1969 23:59:59.999999999 UTC");
        let address = |text: &str| printed(Kind::Ipv6, FieldValue::Address(text.parse().unwrap()));
        assert_eq!(address("::1"), "::1");
        assert_eq!(address("2001:db8:0:0:1:0:0:1"), "2001:db8::1:0:0:1");
        assert_eq!(address("::ffff:1.2.3.4"), "::ffff:1.2.3.4");
        assert_eq!(printed(Kind::Bytes, FieldValue::Bytes(&[0, 0xab])), "00ab");
        assert_eq!(printed(Kind::Mac, FieldValue::Mac(MacAddress([0, 1, 2, 0xa, 0xb, 0xff]))), "00:01:02:0a:0b:ff");
        assert_eq!(printed(Kind::Text, FieldValue::Text("a\u{202e}b\x1b[2J")), "a\\u{202e}b\\x1b[2J");
    }
}
