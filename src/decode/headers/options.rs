//! TCP's options (RFC 9293 §3.2), as far as they were kept.

use super::{OptionsEnd, TcpHeaderOptions};

const END: u8 = 0;
const NO_OPERATION: u8 = 1;
const MAXIMUM_SEGMENT_SIZE: u8 = 2;
const WINDOW_SCALE: u8 = 3;
const SACK_PERMITTED: u8 = 4;
const SACK: u8 = 5;
const TIMESTAMPS: u8 = 8;
const USER_TIMEOUT: u8 = 28;
const MPTCP: u8 = 30;

/// Reads the options of a header that has room for `region` bytes of them;
/// `kept` is what there is.
pub(super) fn read(kept: &[u8], region: usize) -> TcpHeaderOptions {
    let mut options = TcpHeaderOptions::default();
    // What nearly every segment carries.
    if let (12, &[NO_OPERATION, NO_OPERATION, TIMESTAMPS, 10, v0, v1, v2, v3, e0, e1, e2, e3]) = (region, kept) {
        options.timestamps = Some((u32::from_be_bytes([v0, v1, v2, v3]), u32::from_be_bytes([e0, e1, e2, e3])));
        return options;
    }
    options.end = walk(kept, region, &mut options);
    options
}

fn walk(mut kept: &[u8], mut region: usize, options: &mut TcpHeaderOptions) -> OptionsEnd {
    while region > 0 {
        match *kept {
            [] => return OptionsEnd::Cut,
            [END, ..] => return if kept.len() < region { OptionsEnd::Cut } else { OptionsEnd::Whole },
            [NO_OPERATION, ref rest @ ..] => {
                kept = rest;
                region -= 1;
            }
            [_] => return if region == 1 { OptionsEnd::Malformed } else { OptionsEnd::Cut },
            [_, 0 | 1, ..] => return OptionsEnd::Malformed,
            [kind, length, ref rest @ ..] => {
                let length = usize::from(length);
                if length > region {
                    // One needs the bytes to say so.
                    return if kept.len() + 2 < region { OptionsEnd::Cut } else { OptionsEnd::Malformed };
                }
                let body = rest.get(..length - 2);
                if kind == SACK {
                    options.take_sack(body.unwrap_or(rest));
                    if length < 10 && body.is_some() {
                        return OptionsEnd::EmptySack;
                    }
                }
                match body {
                    Some(body) => options.take(kind, body),
                    // Nobody looks at its bytes.
                    None if fixed_length(kind).is_some_and(|fixed| fixed != length) => {}
                    None => return OptionsEnd::Cut,
                }
                kept = kept.get(length..).unwrap_or_default();
                region -= length;
            }
        }
    }
    OptionsEnd::Whole
}

/// The length of the kinds that have one length only.
const fn fixed_length(kind: u8) -> Option<usize> {
    match kind {
        SACK_PERMITTED => Some(2),
        WINDOW_SCALE => Some(3),
        MAXIMUM_SEGMENT_SIZE | USER_TIMEOUT => Some(4),
        TIMESTAMPS => Some(10),
        _ => None,
    }
}

impl TcpHeaderOptions {
    fn take(&mut self, kind: u8, body: &[u8]) {
        match (kind, body) {
            (MAXIMUM_SEGMENT_SIZE, &[m0, m1]) => self.maximum_segment_size = Some(u16::from_be_bytes([m0, m1])),
            (WINDOW_SCALE, &[shift]) => self.window_scale = Some(shift),
            (SACK_PERMITTED, []) => self.sack_permitted = true,
            (TIMESTAMPS, &[v0, v1, v2, v3, e0, e1, e2, e3]) => {
                self.timestamps = Some((u32::from_be_bytes([v0, v1, v2, v3]), u32::from_be_bytes([e0, e1, e2, e3])));
            }
            (MPTCP, &[subtype, ..]) => self.mptcp |= 1 << (subtype >> 4),
            _ => {}
        }
    }

    /// Takes the whole blocks that are there.
    fn take_sack(&mut self, body: &[u8]) {
        let (blocks, _) = body.as_chunks::<8>();
        for &[l0, l1, l2, l3, r0, r1, r2, r3] in blocks {
            if let Some(free) = self.sack.get_mut(usize::from(self.sack_blocks)) {
                *free = (u32::from_be_bytes([l0, l1, l2, l3]), u32::from_be_bytes([r0, r1, r2, r3]));
                self.sack_blocks += 1;
            }
        }
    }
}
