//! What options the two sides agreed on: an option counts only where both
//! SYNs had it (RFC 7323 §1.3, RFC 2018 §2), and what follows for each segment.

use std::cmp::Ordering;
use std::time::Duration;

use super::segment::{Options, SackBlocks, Timestamps};
use super::{Knobs, Segment};
use crate::model::{SeqNumber, WindowScale};
use crate::source::simulator::Moment;

/// RFC 9293 §3.7.1, MUST-15: what a peer takes that does not say.
pub(super) const DEFAULT_MSS: u32 = 536;
/// The same as the option would say it.
pub(super) const DEFAULT_MSS_OPTION: u16 = 536;
/// RFC 7323 §5.5: after so long without a segment the clock may have wrapped.
const OUTDATED: Duration = Duration::from_hours(24 * 24);

/// The agreement of one connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Agreed {
    /// By what the peer's windows are shifted.
    pub(super) peer_scale: WindowScale,
    /// By what ours are.
    pub(super) own_scale: WindowScale,
    /// Windows are shifted, be it by nothing.
    pub(super) scaled: bool,
    /// SACK both ways.
    pub(super) sack: bool,
    /// Timestamps both ways.
    pub(super) timestamps: Option<Clock>,
    /// The largest segment the peer takes, and we send, without options.
    pub(super) mss: u32,
}

/// `TS.Recent` and when it was heard (RFC 7323 §4.3, §5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Clock {
    recent: u32,
    heard: Moment,
}

/// What a SYN offers.
pub(super) fn offered(knobs: &Knobs, now: Moment) -> Options {
    Options {
        mss: Some(knobs.mss),
        window_scale: knobs.window_scale.then(|| WindowScale::new(knobs.window_shift())),
        sack_permitted: knobs.sack,
        timestamps: knobs.timestamps.then(|| Timestamps { value: clock(now), echo: 0 }),
        sack: SackBlocks::default(),
    }
}

/// `TSval`: milliseconds (RFC 7323 §5.4: 1 ms to 1 s).
pub(super) fn clock(now: Moment) -> u32 {
    u32::try_from(now.nanos() / 1_000_000 % (1 << 32)).unwrap_or_default()
}

impl Agreed {
    /// Before the peer's SYN.
    pub(super) fn nothing() -> Self {
        Self {
            peer_scale: WindowScale::default(),
            own_scale: WindowScale::default(),
            scaled: false,
            sack: false,
            timestamps: None,
            mss: DEFAULT_MSS,
        }
    }

    /// What our offer and the peer's SYN come to.
    pub(super) fn with_syn(knobs: &Knobs, syn: &Segment, now: Moment) -> Self {
        let scale = syn.options.window_scale.filter(|_| knobs.window_scale);
        Self {
            peer_scale: scale.unwrap_or_default(),
            own_scale: scale.map(|_| WindowScale::new(knobs.window_shift())).unwrap_or_default(),
            scaled: scale.is_some(),
            sack: knobs.sack && syn.options.sack_permitted,
            timestamps: (syn.options.timestamps)
                .filter(|_| knobs.timestamps)
                .map(|stamps| Clock { recent: stamps.value, heard: now }),
            mss: syn.options.mss.map_or(DEFAULT_MSS, u32::from).min(u32::from(knobs.mss)).max(1),
        }
    }

    /// The answer to a SYN: only what it offered.
    pub(super) fn answer(&self, knobs: &Knobs, now: Moment) -> Options {
        let offer = offered(knobs, now);
        Options {
            window_scale: offer.window_scale.filter(|_| self.scaled),
            sack_permitted: self.sack,
            timestamps: self.stamps(now),
            ..offer
        }
    }

    /// `TSval` and `TSecr` of a segment that goes now.
    pub(super) fn stamps(&self, now: Moment) -> Option<Timestamps> {
        self.timestamps.map(|agreed| Timestamps { value: clock(now), echo: agreed.recent })
    }

    /// Eff.snd.MSS (RFC 9293 §3.7.1): what is left for data.
    pub(super) fn effective_mss(&self, options: &Options) -> u32 {
        self.mss.saturating_sub(options.length()).max(1)
    }
}

impl Clock {
    /// PAWS, R1 (RFC 7323 §5.3): the segment is older than the last one heard.
    pub(super) fn is_older(&self, stamps: Timestamps, now: Moment) -> bool {
        SeqNumber::new(stamps.value).before(SeqNumber::new(self.recent)) && now.since(self.heard) < OUTDATED
    }

    /// The clock as it was heard last, beside a stamp.
    pub(super) fn compared_to(&self, stamps: Timestamps) -> Ordering {
        SeqNumber::new(self.recent).offset_from(SeqNumber::new(stamps.value)).cmp(&0)
    }

    /// RFC 7323 §4.3 (2): the clock follows a segment that spans what was
    /// acknowledged last.
    pub(super) fn follow(&mut self, stamps: Timestamps, seq: SeqNumber, last_ack: SeqNumber, now: Moment) {
        if !self.is_older(stamps, now) && seq.before_or_at(last_ack) {
            (self.recent, self.heard) = (stamps.value, now);
        }
    }
}

/// How long ago the echoed stamp was made (RFC 7323 §4.1); `None` where it
/// cannot be ours.
pub(super) fn elapsed(stamps: Timestamps, now: Moment) -> Option<Duration> {
    let millis = clock(now).wrapping_sub(stamps.echo);
    (millis < 1 << 24).then(|| Duration::from_millis(u64::from(millis)))
}

#[cfg(test)]
mod tests {
    use super::super::Profile;
    use super::*;
    use crate::model::TcpFlags;

    fn syn(options: Options) -> Segment {
        Segment { options, ..Segment::bare(TcpFlags::SYN, SeqNumber::new(1), SeqNumber::new(0)) }
    }

    #[test]
    fn an_option_counts_only_where_both_have_it() {
        let knobs = Profile::Rfc.knobs();
        let bare = Agreed::with_syn(&knobs, &syn(Options::default()), Moment::START);
        assert_eq!((bare.sack, bare.timestamps, bare.mss), (false, None, 536));
        let offer = syn(offered(&knobs, Moment::START));
        let none = Knobs { sack: false, timestamps: false, window_scale: false, ..knobs };
        let agreed = Agreed::with_syn(&none, &offer, Moment::START);
        assert_eq!(agreed.answer(&none, Moment::START).length(), 4, "only MSS");
        let both = Agreed::with_syn(&knobs, &offer, Moment::START);
        assert_eq!(both.effective_mss(&Options { timestamps: both.stamps(Moment::START), ..Options::default() }), 1448);
    }

    #[test]
    fn paws_lives_through_the_wrap_and_sleeps_after_24_days() {
        let mut clock = Clock { recent: u32::MAX, heard: Moment::START };
        let stamps = |value| Timestamps { value, echo: 0 };
        assert!(clock.is_older(stamps(u32::MAX - 1), Moment::START));
        assert!(!clock.is_older(stamps(3), Moment::START));
        let (seq, ahead) = (SeqNumber::new(7), SeqNumber::new(8));
        clock.follow(stamps(3), ahead, seq, Moment::START);
        assert!(clock.is_older(stamps(u32::MAX - 1), Moment::START), "it does not follow what is ahead");
        clock.follow(stamps(3), seq, seq, Moment::START);
        assert!(clock.is_older(stamps(2), Moment::START));
        assert!(!clock.is_older(stamps(2), Moment::START + OUTDATED));
    }
}
