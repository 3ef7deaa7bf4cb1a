//! What a link does to what is sent over it: delay, bandwidth, a queue that
//! overflows, loss, duplication, reordering. Chance comes from a seed.

use std::collections::VecDeque;
use std::time::Duration;

use super::{Moment, Random};

/// What a link does, the same in both directions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// How long each packet takes, one way.
    pub delay: Duration,
    /// Bits a second; `None`: sending takes no time.
    pub bandwidth: Option<u64>,
    /// How many packets may wait while another is sent; those that find it
    /// full are lost. `None`: any number.
    pub queue: Option<usize>,
    /// How many of a million packets are lost.
    pub loss: u32,
    /// How many of a million arrive twice.
    pub duplication: u32,
    /// How many of a million take up to four delays longer, so that others
    /// overtake them.
    pub reordering: u32,
}

impl Default for Link {
    /// 10 ms, and nothing else.
    fn default() -> Self {
        let delay = Duration::from_millis(10);
        Self { delay, bandwidth: None, queue: None, loss: 0, duplication: 0, reordering: 0 }
    }
}

/// What a rule of the reader's does with one packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It goes as the link has it.
    Pass,
    /// It is lost.
    Lose,
    /// It takes so much longer.
    Delay(Duration),
    /// It arrives twice, the second time so much later.
    Duplicate(Duration),
    /// It arrives behind the next packet that goes the same way.
    Swap,
}

/// What became of a packet that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It will arrive.
    Arrives(Moment),
    /// It will arrive twice.
    ArrivesTwice(Moment, Moment),
    /// It is lost by rule or by chance.
    Lost,
    /// The queue was full.
    Overflow,
    /// It waits for the next one to overtake it.
    Held,
}

/// One direction of a link.
#[derive(Clone, Debug, Default)]
pub(super) struct Lane {
    /// When the last packet will have left.
    free: Moment,
    /// When those that wait or are being sent will have left.
    leaving: VecDeque<Moment>,
}

impl Lane {
    /// What becomes of a packet of so many bytes.
    pub(super) fn send(&mut self, link: &Link, random: &mut Random, now: Moment, bytes: u64, verdict: Verdict) -> Fate {
        let lost = link.loss > 0 && random.happens(link.loss);
        let twice = link.duplication > 0 && random.happens(link.duplication);
        let late = link.reordering > 0 && random.happens(link.reordering);
        if lost || verdict == Verdict::Lose {
            return Fate::Lost;
        }
        let Some(left) = self.leave(link, now, bytes) else { return Fate::Overflow };
        let mut at = left + link.delay;
        if late {
            let most = u64::try_from(link.delay.as_nanos()).unwrap_or(u64::MAX).saturating_mul(4);
            at = at + Duration::from_nanos(random.below(most));
        }
        match verdict {
            Verdict::Pass | Verdict::Swap | Verdict::Lose if twice => Fate::ArrivesTwice(at, at),
            Verdict::Pass | Verdict::Swap | Verdict::Lose => Fate::Arrives(at),
            Verdict::Delay(span) => Fate::Arrives(at + span),
            Verdict::Duplicate(span) => Fate::ArrivesTwice(at, at + span),
        }
    }

    /// When the packet will have left; `None` where the queue is full.
    fn leave(&mut self, link: &Link, now: Moment, bytes: u64) -> Option<Moment> {
        let Some(bandwidth) = link.bandwidth else { return Some(now) };
        while self.leaving.front().is_some_and(|left| *left <= now) {
            self.leaving.pop_front();
        }
        // One of them is being sent, the others wait.
        if link.queue.is_some_and(|most| self.leaving.len() > most) {
            return None;
        }
        let takes = Duration::from_nanos(bytes.saturating_mul(8_000_000_000) / bandwidth.max(1));
        self.free = self.free.max(now) + takes;
        self.leaving.push_back(self.free);
        Some(self.free)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_queue_loses_and_an_empty_one_waits_its_turn() {
        let link = Link { bandwidth: Some(8_000_000), queue: Some(1), delay: Duration::ZERO, ..Link::default() };
        let (mut lane, mut random) = (Lane::default(), Random::new(1));
        let mut send = |at| lane.send(&link, &mut random, Moment::from_millis(at), 1_000, Verdict::Pass);
        assert_eq!(send(0), Fate::Arrives(Moment::from_millis(1)));
        assert_eq!(send(0), Fate::Arrives(Moment::from_millis(2)));
        assert_eq!(send(0), Fate::Overflow);
        assert_eq!(send(1), Fate::Arrives(Moment::from_millis(3)));
        assert_eq!(send(10), Fate::Arrives(Moment::from_millis(11)));
    }
}
