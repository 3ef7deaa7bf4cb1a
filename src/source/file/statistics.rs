//! The moments in an Interface Statistics Block (draft-ietf-opsawg-pcapng,
//! section 4.6): they are in the clock of its interface, which is another one
//! when the block is written again.

use super::bytes::{ByteOrder, Bytes};

/// When counting started and ended.
const MOMENTS: [u16; 2] = [2, 3];

/// The interface that the body of such a block names.
pub(super) fn interface(body: &[u8], order: ByteOrder) -> Option<u32> {
    Bytes::new(body, order).u32()
}

/// The body of such a block with `shift` done to each moment in it.
pub(super) fn shifted(body: &[u8], order: ByteOrder, shift: impl Fn(u64) -> u64) -> Vec<u8> {
    let mut shifted = body.to_vec();
    let mut replace = |at: usize| {
        let Some(moment) = shifted.get_mut(at..at.saturating_add(8)) else { return };
        let mut fields = Bytes::new(moment, order);
        let (Some(upper), Some(lower)) = (fields.u32(), fields.u32()) else { return };
        let ticks = shift(u64::from(upper) << 32 | u64::from(lower));
        let half = |ticks: u64| order.bytes32(u32::try_from(ticks).unwrap_or(u32::MAX));
        for (byte, new) in moment.iter_mut().zip(half(ticks >> 32).into_iter().chain(half(ticks & 0xffff_ffff))) {
            *byte = new;
        }
    };
    replace(4);
    let mut at = 12;
    while let Some(option) = body.get(at..) {
        let mut fields = Bytes::new(option, order);
        let (Some(code), Some(length)) = (fields.u16(), fields.u16()) else { break };
        let length = usize::from(length);
        if code == 0 || option.len() < length.saturating_add(4) {
            break;
        }
        if MOMENTS.contains(&code) && length == 8 {
            replace(at.saturating_add(4));
        }
        at = at.saturating_add(4).saturating_add(length.next_multiple_of(4));
    }
    shifted
}

#[cfg(test)]
mod tests {
    use super::super::samples::Sample;
    use super::*;

    #[test]
    fn every_moment_is_shifted_and_nothing_else() {
        for order in [ByteOrder::Little, ByteOrder::Big] {
            let body = |add: u64| {
                let moment = |at: u64| Sample::new(order).time((1 << 32) - 1 + at + add).bytes;
                let body = Sample::new(order).u32(7).time(5 + add).option(4, &[1; 8]).option(1, b"abc");
                let body = body.option(2, &moment(1)).option(3, &moment(2)).option(3, b"short").option(0, &[]);
                body.option(2, &[0; 8]).bytes
            };
            assert_eq!(shifted(&body(0), order, |ticks| ticks + 9), body(9));
            assert_eq!(interface(&body(0), order), Some(7));
            for length in 0..body(0).len() {
                shifted(&body(0)[..length], order, |ticks| !ticks);
            }
        }
    }
}
