use std::net::{Ipv4Addr, Ipv6Addr};

/// A whole number: decimal, `0x1f`, `0b11`, or octal after a leading 0.
pub(super) fn number(word: &str) -> Option<i128> {
    let digits = |text: &str, radix| {
        // A sign has no place between prefix and digits.
        let digits = !text.is_empty() && text.chars().all(|digit| digit.is_digit(radix));
        digits.then(|| i128::from_str_radix(text, radix).ok()).flatten()
    };
    let lower = word.to_ascii_lowercase();
    if let Some(hexadecimal) = lower.strip_prefix("0x") {
        digits(hexadecimal, 16)
    } else if let Some(binary) = lower.strip_prefix("0b") {
        digits(binary, 2)
    } else if let Some(octal) = lower.strip_prefix('0').filter(|octal| !octal.is_empty()) {
        digits(octal, 8)
    } else {
        digits(&lower, 10)
    }
}

/// True or false, or a number: any but 0 is true.
pub(super) fn boolean(word: &str) -> Option<i128> {
    match word {
        "True" | "TRUE" | "true" => Some(1),
        "False" | "FALSE" | "false" => Some(0),
        word => number(word).map(|number| i128::from(number != 0)),
    }
}

/// A span in nanoseconds: seconds with a fraction, `0.25`; or with a unit,
/// `250ms`.
pub(super) fn span(word: &str) -> Option<i128> {
    const UNITS: [(&str, u32); 4] = [("ms", 6), ("us", 3), ("ns", 0), ("s", 9)];
    let unit = UNITS.into_iter().find_map(|(unit, power)| word.strip_suffix(unit).map(|rest| (rest, power)));
    let (text, power) = unit.unwrap_or((word, 9));
    decimal(text, power)
}

/// A decimal with a fraction, times ten to the `power`. `None` too where the
/// fraction has more digits than that leaves room for.
pub(super) fn decimal(text: &str, power: u32) -> Option<i128> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let places = u32::try_from(fraction.len()).ok()?;
    if !digits(whole) || !digits(fraction) || (whole.is_empty() && fraction.is_empty()) || places > power {
        return None;
    }
    let value = |text: &str| if text.is_empty() { Some(0) } else { text.parse::<i128>().ok() };
    let scale = 10_i128.checked_pow(power)?;
    let part = value(fraction)?.checked_mul(10_i128.checked_pow(power - places)?)?;
    value(whole)?.checked_mul(scale)?.checked_add(part)
}

/// Bytes in hexadecimal: `01:ff`, `01-ff`, `1.ff`, `0000.5e00.5301`, `01ff`,
/// `0x01ff`.
pub(super) fn bytes(word: &str) -> Option<Vec<u8>> {
    let byte = |text: &str| {
        let digits = (1..=2).contains(&text.len()) && text.bytes().all(|digit| digit.is_ascii_hexdigit());
        digits.then(|| u8::from_str_radix(text, 16).ok()).flatten()
    };
    // One digit is a byte only where it stands alone.
    let run = |text: &str| {
        let text = text.as_bytes();
        text.chunks(2).map(|pair| std::str::from_utf8(pair).ok().and_then(byte)).collect::<Option<Vec<u8>>>()
    };
    if let Some(separator) = [':', '-', '.'].into_iter().find(|separator| word.contains(*separator)) {
        let parts = || word.split(separator);
        if separator == '.' && parts().all(|part| part.len() == 4) {
            return run(&word.replace('.', ""));
        }
        return parts().map(byte).collect();
    }
    let word = word.strip_prefix("0x").or_else(|| word.strip_prefix("0X")).unwrap_or(word);
    if word.is_empty() || (word.len() > 1 && word.len() % 2 == 1) { None } else { run(word) }
}

/// Why an address is none.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NoAddress {
    /// What stands before the slash.
    Address,
    /// What stands behind it.
    Prefix { found: String, most: u8 },
}

/// An address, and a mask as wide as the prefix behind it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Network {
    pub(super) address: Vec<u8>,
    pub(super) mask: Option<Vec<u8>>,
}

/// `10.0.0.1`, `10.0.0.0/8`, `10.0.0.0/255.0.0.0`.
pub(super) fn ipv4(word: &str) -> Result<Network, NoAddress> {
    let (address, prefix) = split(word);
    let address = address.parse::<Ipv4Addr>().map_err(|_| NoAddress::Address)?;
    let mask = prefix.map(|prefix| {
        let bits = prefix.parse::<u8>().ok().filter(|bits| *bits <= 32);
        let dotted = || prefix.parse::<Ipv4Addr>().ok().map(u32::from);
        let mask = bits.map(|bits| u32::MAX.checked_shl(u32::from(32 - bits)).unwrap_or(0)).or_else(dotted);
        let mask = mask.filter(|mask| mask.leading_ones() + mask.trailing_zeros() >= 32);
        mask.map(|mask| mask.to_be_bytes().to_vec())
            .ok_or_else(|| NoAddress::Prefix { found: prefix.to_owned(), most: 32 })
    });
    Ok(Network { address: address.octets().to_vec(), mask: mask.transpose()? })
}

/// `fe80::1`, `fe80::/10`.
pub(super) fn ipv6(word: &str) -> Result<Network, NoAddress> {
    let (address, prefix) = split(word);
    let address = address.parse::<Ipv6Addr>().map_err(|_| NoAddress::Address)?;
    let mask = prefix.map(|prefix| {
        let bits = prefix.parse::<u8>().ok().filter(|bits| *bits <= 128);
        let mask = bits.map(|bits| u128::MAX.checked_shl(u32::from(128 - bits)).unwrap_or(0));
        mask.map(|mask| mask.to_be_bytes().to_vec())
            .ok_or_else(|| NoAddress::Prefix { found: prefix.to_owned(), most: 128 })
    });
    Ok(Network { address: address.octets().to_vec(), mask: mask.transpose()? })
}

fn split(word: &str) -> (&str, Option<&str>) {
    word.split_once('/').map_or((word, None), |(address, prefix)| (address, Some(prefix)))
}

/// A backslash before what cannot be escaped, and where it stands.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct BadEscape {
    pub(super) at: usize,
    pub(super) found: String,
}

/// A text in double quotes as the bytes it stands for. In a raw one a
/// backslash is a backslash; in a `pattern`, so is one before a character that
/// has no meaning here, because it has one in the regular expression.
pub(super) fn unescape(inside: &str, raw: bool, pattern: bool) -> Result<Vec<u8>, BadEscape> {
    if raw {
        return Ok(inside.as_bytes().to_vec());
    }
    let mut bytes = Vec::with_capacity(inside.len());
    let mut rest = inside;
    while let Some((before, escape)) = rest.split_once('\\') {
        bytes.extend_from_slice(before.as_bytes());
        let length = match one_escape(escape) {
            Some((value, length)) => {
                bytes.extend_from_slice(&value);
                length
            }
            None if pattern => {
                bytes.push(b'\\');
                0
            }
            None => {
                let found = format!("\\{}", escape.chars().next().map_or(String::new(), String::from));
                return Err(BadEscape { at: inside.len() - escape.len() - 1, found });
            }
        };
        rest = escape.get(length..).unwrap_or_default();
    }
    bytes.extend_from_slice(rest.as_bytes());
    Ok(bytes)
}

/// The character that comes after a backslash, and how much of the text it is.
fn one_escape(text: &str) -> Option<(Vec<u8>, usize)> {
    let digits = |from: usize, most: usize, radix: u32| {
        let digits = text.get(from..)?.chars().take(most).take_while(|digit| digit.is_digit(radix)).count();
        let value = u32::from_str_radix(text.get(from..from + digits)?, radix).ok()?;
        Some((value, from + digits))
    };
    let byte = |(value, length): (u32, usize)| Some((vec![u8::try_from(value).ok()?], length));
    let character = |wanted: usize| {
        let (value, length) = digits(1, wanted, 16).filter(|(_, length)| *length == wanted + 1)?;
        Some((char::from_u32(value)?.to_string().into_bytes(), length))
    };
    let simple = match text.bytes().next()? {
        b'\'' => b'\'',
        b'"' => b'"',
        b'\\' => b'\\',
        b'a' => 7,
        b'b' => 8,
        b'f' => 12,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'v' => 11,
        b'0'..=b'7' => return digits(0, 3, 8).and_then(byte),
        b'x' => return digits(1, 2, 16).and_then(byte),
        b'u' => return character(4),
        b'U' => return character(8),
        _ => return None,
    };
    Some((vec![simple], 1))
}

/// The one byte between single quotes.
pub(super) fn character(inside: &str) -> Option<u8> {
    match unescape(inside, false, false).ok()?.as_slice() {
        [byte] => Some(*byte),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        assert_eq!(number("80"), Some(80));
        assert_eq!(number("0x1F"), Some(31));
        assert_eq!(number("0b101"), Some(5));
        assert_eq!(number("0120"), Some(80));
        assert_eq!(number("0"), Some(0));
        for word in ["", "08", "0x", "0x+1", "1.5", "0o7", "abc", "+1", "9999999999999999999999999999999999999999999"] {
            assert_eq!(number(word), None, "{word}");
        }
        assert_eq!(boolean("2"), Some(1));
        assert_eq!(boolean("FALSE"), Some(0));
        assert_eq!(boolean("foo"), None);
    }

    #[test]
    fn spans_are_exact() {
        assert_eq!(span("0.1"), Some(100_000_000));
        assert_eq!(span("1."), Some(1_000_000_000));
        assert_eq!(span(".5"), Some(500_000_000));
        assert_eq!(span("250ms"), Some(250_000_000));
        assert_eq!(span("1.5us"), Some(1_500));
        assert_eq!(span("7ns"), Some(7));
        for word in ["", ".", "1e-3", "0.0000000001", "1.5ns", "ms", "1..2", "-1", "99999999999999999999999999999999"] {
            assert_eq!(span(word), None, "{word}");
        }
    }

    #[test]
    fn byte_strings() {
        assert_eq!(bytes("01:0:ff"), Some(vec![1, 0, 255]));
        assert_eq!(bytes("01-02"), Some(vec![1, 2]));
        assert_eq!(bytes("0.1.0.d"), Some(vec![0, 1, 0, 13]));
        assert_eq!(bytes("0000.5e00.5301"), Some(vec![0, 0, 0x5e, 0, 0x53, 1]));
        assert_eq!(bytes("535348"), Some(b"SSH".to_vec()));
        assert_eq!(bytes("0x535348"), Some(b"SSH".to_vec()));
        assert_eq!(bytes("5"), Some(vec![5]));
        for word in ["", "0x", "123", "01:", "01::02", "001:02", "gg", "01:-2", "00.5e00.5301"] {
            assert_eq!(bytes(word), None, "{word}");
        }
    }

    #[test]
    fn addresses_and_prefixes() {
        let network = ipv4("192.168.1.1/16").unwrap();
        assert_eq!(network.mask, Some(vec![255, 255, 0, 0]));
        assert_eq!(ipv4("192.168.1.1/255.255.0.0"), Ok(network));
        assert_eq!(ipv4("1.2.3.4/0").unwrap().mask, Some(vec![0; 4]));
        assert_eq!(ipv6("fe80::/10").unwrap().mask.unwrap()[..3], [255, 0b1100_0000, 0]);
        for word in ["300.1.1.1", "1.2.3", "1.2.3.4.5", "localhost", "10", "", "/8"] {
            assert_eq!(ipv4(word), Err(NoAddress::Address), "{word}");
        }
        for prefix in ["33", "", "255.0.255.0", "-1", "+8x"] {
            let found = prefix.to_owned();
            assert_eq!(ipv4(&format!("1.2.3.4/{prefix}")), Err(NoAddress::Prefix { found, most: 32 }));
        }
        assert_eq!(ipv6("::1/129"), Err(NoAddress::Prefix { found: "129".to_owned(), most: 128 }));
        assert_eq!(ipv6("fe80:"), Err(NoAddress::Address));
    }

    #[test]
    fn escapes() {
        let plain = |inside| unescape(inside, false, false);
        assert_eq!(plain(r#"a\"\\\n\x48\110\u4f60\U0001F600"#).unwrap(), "a\"\\\nHH你😀".as_bytes());
        assert_eq!(plain(r"\xff\377").unwrap(), [255, 255]);
        for inside in [r"\q", r"\x", r"\400", r"\u12", r"\ud800", r"\"] {
            assert!(plain(inside).is_err(), "{inside}");
        }
        assert_eq!(unescape(r"\d\\", true, false).unwrap(), br"\d\\");
        assert_eq!(unescape(r"\d\\.\.", false, true).unwrap(), br"\d\.\.");
        assert_eq!(character("A"), Some(65));
        assert_eq!(character(r"\x0a"), Some(10));
        assert_eq!(character("ab"), None);
        assert_eq!(character(""), None);
        assert_eq!(character("文"), None);
    }
}
