//! Text from the network on its way to a terminal.

/// Appends bytes as tcpdump shows them: control characters as `^X`, what is
/// not ASCII as `M-…`. Nothing that a terminal obeys comes through.
pub(super) fn escaped(out: &mut String, bytes: &[u8]) {
    for byte in bytes {
        let mut byte = *byte;
        if byte >= 0x80 {
            out.push_str("M-");
            byte &= 0x7F;
        }
        if byte.is_ascii_graphic() || byte == b' ' {
            out.push(char::from(byte));
        } else {
            out.push('^');
            out.push(char::from(byte ^ 0x40));
        }
    }
}

/// Bytes in hexadecimal.
pub(super) fn hexadecimal(out: &mut String, bytes: &[u8]) {
    for byte in bytes {
        for digit in [byte >> 4, byte & 15] {
            out.extend(char::from_digit(digit.into(), 16));
        }
    }
}
