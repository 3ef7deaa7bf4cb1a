//! Where the columns stand: wide enough for what was written in them so far,
//! from the start for what is usual.

use super::push;

/// How wide each column is, in characters.
#[derive(Clone, Copy, Debug)]
pub(super) struct Columns {
    number: usize,
    /// What stands before the decimal point.
    seconds: usize,
    /// Nine decimals, not six.
    nanoseconds: bool,
    source: usize,
    destination: usize,
    protocol: usize,
    length: usize,
}

impl Default for Columns {
    fn default() -> Self {
        // An IPv4 address has up to 15 characters.
        let address = 15;
        Self {
            number: 5,
            seconds: 3,
            nanoseconds: false,
            source: address,
            destination: address,
            protocol: 8,
            length: 6,
        }
    }
}

impl Columns {
    pub(super) fn header(&self, out: &mut String) {
        right(out, "No.", self.number);
        // Six decimals, and room for nine.
        right(out, "Time", self.seconds + 1 + 6);
        out.push_str("   ");
        right(out, "Source", self.source);
        out.push_str("→ ");
        left(out, "Destination", self.destination);
        left(out, "Protocol", self.protocol);
        right(out, "Length", self.length);
        out.push_str("Info\n");
    }

    pub(super) fn number(&mut self, number: u64, scratch: &mut String, out: &mut String) {
        scratch.clear();
        push(scratch, format_args!("{number}"));
        grow(&mut self.number, scratch);
        right(out, scratch, self.number);
    }

    /// Seconds since the first frame, with six decimals, from the first time
    /// on that needs them with nine.
    pub(super) fn time(&mut self, nanos: i64, scratch: &mut String, out: &mut String) {
        let sign = if nanos < 0 { "-" } else { "" };
        let (seconds, rest) = (nanos.unsigned_abs() / 1_000_000_000, nanos.unsigned_abs() % 1_000_000_000);
        self.nanoseconds |= rest % 1_000 != 0;
        scratch.clear();
        push(scratch, format_args!("{sign}{seconds}"));
        grow(&mut self.seconds, scratch);
        push(out, format_args!("{scratch:>width$}.{:06}", rest / 1_000, width = self.seconds));
        if self.nanoseconds {
            push(out, format_args!("{:03} ", rest % 1_000));
        } else {
            out.push_str("    ");
        }
    }

    pub(super) fn source(&mut self, address: &str, out: &mut String) {
        grow(&mut self.source, address);
        right(out, address, self.source);
        out.push_str("→ ");
    }

    pub(super) fn destination(&mut self, address: &str, out: &mut String) {
        grow(&mut self.destination, address);
        left(out, address, self.destination);
    }

    pub(super) fn protocol(&mut self, name: &str, out: &mut String) {
        grow(&mut self.protocol, name);
        left(out, name, self.protocol);
    }

    pub(super) fn length(&mut self, length: u64, scratch: &mut String, out: &mut String) {
        scratch.clear();
        push(scratch, format_args!("{length}"));
        grow(&mut self.length, scratch);
        right(out, scratch, self.length);
    }
}

/// Columns hold ASCII: bytes are characters.
fn grow(width: &mut usize, text: &str) {
    *width = text.len().max(*width);
}

fn right(out: &mut String, text: &str, width: usize) {
    push(out, format_args!("{text:>width$} "));
}

fn left(out: &mut String, text: &str, width: usize) {
    push(out, format_args!("{text:<width$} "));
}
