//! CUBIC (RFC 9438), in whole numbers: floating point is not the same on every
//! machine, and the same seed must give the same bytes.

use std::time::Duration;

use crate::source::simulator::Moment;

/// What CUBIC remembers (RFC 9438 §4.1).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Cubic {
    /// `W_max`, in bytes: where the last loss was.
    largest: u32,
    /// The current epoch of congestion avoidance, if one has begun.
    epoch: Option<Epoch>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Epoch {
    start: Moment,
    /// K, in milliseconds: when the curve is back at `W_max`.
    plateau: u64,
    /// `cwnd_prior`, in bytes.
    prior: u32,
    /// `W_est`, in bytes: what Reno would have.
    reno: u32,
    /// Parts of a byte towards `reno`, in 1/2³² of it.
    rest: u64,
}

/// RFC 9438 §4.6: β = 0.7.
pub(super) const fn reduced(bytes: u32) -> u32 {
    bytes / 10 * 7
}

impl Cubic {
    /// RFC 9438 §4.7: a loss below the last one makes room for others.
    pub(super) fn lost(&mut self, cwnd: u32, mss: u32) {
        self.largest = if cwnd < self.largest { cwnd / 20 * 17 } else { cwnd };
        self.largest = self.largest.max(2 * mss);
        self.epoch = None;
    }

    /// The curve begins anew with the next acknowledgment.
    pub(super) fn forget_epoch(&mut self) {
        self.epoch = None;
    }

    /// cwnd after `acked` bytes more (RFC 9438 §4.3–4.5).
    pub(super) fn grown(&mut self, cwnd: u32, mss: u32, acked: u32, rtt: Duration, now: Moment) -> u32 {
        let largest = self.largest.max(cwnd);
        let epoch = self.epoch.get_or_insert_with(|| Epoch {
            start: now,
            // §4.2: K = cbrt((W_max − cwnd_epoch) / C), C = 0.4, in segments
            // and seconds; here in milliseconds.
            plateau: cube_root(u128::from(largest - cwnd) * 2_500_000_000 / u128::from(mss)),
            prior: largest,
            reno: cwnd,
            rest: 0,
        });
        // §4.3: W_est += α · acked / cwnd, α = 3 · (1 − β) / (1 + β) = 9/17
        // until it is back at cwnd_prior, 1 from there.
        let (above, below) = if epoch.reno < epoch.prior { (9_u64, 17_u64) } else { (1, 1) };
        let step = u64::from(acked) * u64::from(mss) * above / below;
        let whole = step / u64::from(cwnd.max(1));
        epoch.rest += ((step % u64::from(cwnd.max(1))) << 32) / u64::from(cwnd.max(1));
        let carried = whole + (epoch.rest >> 32);
        epoch.rest &= u64::from(u32::MAX);
        epoch.reno = epoch.reno.saturating_add(u32::try_from(carried).unwrap_or(u32::MAX));

        let elapsed = now.since(epoch.start);
        let curve = |at: Duration| {
            let millis = i128::try_from(at.as_millis()).unwrap_or(i128::MAX).min(1 << 40);
            let distance = millis - i128::from(epoch.plateau);
            let bytes = distance.pow(3) * i128::from(mss) * 4 / 10_000_000_000 + i128::from(largest);
            u32::try_from(bytes.max(0)).unwrap_or(u32::MAX)
        };
        // §4.3: below Reno's estimate, that.
        if curve(elapsed) < epoch.reno {
            return cwnd.max(epoch.reno);
        }
        // §4.4, §4.5: towards W_cubic(t + RTT), half as much again at most.
        let target = curve(elapsed + rtt).clamp(cwnd, cwnd.saturating_add(cwnd / 2));
        let grown = u64::from(target - cwnd) * u64::from(acked) / u64::from(cwnd.max(1));
        cwnd.saturating_add(u32::try_from(grown).unwrap_or(u32::MAX))
    }
}

/// The whole part of the cube root.
fn cube_root(value: u128) -> u64 {
    let (mut low, mut high) = (0_u64, 1 << 40);
    while low < high {
        let middle = (low + high).div_ceil(2);
        if u128::from(middle).pow(3) <= value { low = middle } else { high = middle - 1 }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;

    const MSS: u32 = 1_000;

    #[test]
    fn roots_are_whole_parts() {
        for (value, root) in [(0, 0), (1, 1), (7, 1), (8, 2), (26, 2), (27, 3), (1 << 60, 1 << 20)] {
            assert_eq!(cube_root(value), root, "{value}");
        }
    }

    /// RFC 9438 §4.2, by hand: from 70 to 100 segments takes cbrt(30 / 0.4) =
    /// 4.217 s, and growth is slowest there.
    #[test]
    fn the_curve_is_flat_where_the_loss_was() {
        let mut cubic = Cubic::default();
        cubic.lost(100 * MSS, MSS);
        let mut cwnd = 70 * MSS;
        let rtt = Duration::from_millis(100);
        let mut at = |millis: u64, cwnd: &mut u32| {
            let acked = *cwnd;
            *cwnd = cubic.grown(*cwnd, MSS, acked, rtt, Moment::from_millis(millis));
            *cwnd
        };
        at(0, &mut cwnd);
        let mut windows = Vec::new();
        for millis in (0..8_000).step_by(100) {
            windows.push(at(millis, &mut cwnd));
        }
        let (early, plateau, late) = (windows[10] - windows[0], windows[47] - windows[37], windows[79] - windows[69]);
        assert!(plateau < early && plateau < late, "{early} {plateau} {late}");
        assert!((99 * MSS..102 * MSS).contains(&windows[42]), "{}", windows[42]);
    }

    #[test]
    fn fast_convergence_gives_up_a_part() {
        let mut cubic = Cubic::default();
        cubic.lost(100 * MSS, MSS);
        cubic.lost(60 * MSS, MSS);
        assert_eq!(cubic.largest, 51 * MSS);
        assert_eq!(reduced(100 * MSS), 70 * MSS);
    }
}
