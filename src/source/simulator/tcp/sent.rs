//! The retransmission queue: what was sent and is not acknowledged, and how
//! much of it is thought to be under way (RFC 9293 §3.3.1, RFC 6675 §4).

use std::collections::VecDeque;

use super::segment::{SackBlock, SackBlocks};
use crate::model::SeqNumber;
use crate::source::simulator::Moment;

/// A stretch that went out as one segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sent {
    /// Its first number.
    pub(super) seq: SeqNumber,
    /// The numbers it takes, SYN and FIN counted.
    pub(super) length: u32,
    /// When it went last.
    pub(super) at: Moment,
    /// How often it went.
    pub(super) times: u32,
    /// The peer has it, beyond a hole (RFC 2018).
    sacked: bool,
    /// It is thought to be lost and was not sent again since.
    lost: bool,
}

impl Sent {
    pub(super) fn end(&self) -> SeqNumber {
        self.seq + self.length
    }

    const fn under_way(&self) -> bool {
        !self.sacked && !self.lost
    }
}

/// The queue, in the order of sequence numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct SentQueue {
    entries: VecDeque<Sent>,
    /// Numbers under way: RFC 6675's pipe.
    flight: u32,
    /// How many entries wait to be sent again.
    lost: usize,
    /// No entry before this one is lost.
    search_from: usize,
    /// The end of the highest stretch the peer reported.
    highest_sacked: Option<SeqNumber>,
}

/// What an acknowledgment took off the queue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Taken {
    /// When the newest of them went, where it went only once (Karn's rule,
    /// RFC 6298 §3).
    pub(super) sent_at: Option<Moment>,
}

impl SentQueue {
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Numbers thought to be under way.
    pub(super) const fn flight(&self) -> u32 {
        self.flight
    }

    /// The oldest entry.
    pub(super) fn front(&self) -> Option<&Sent> {
        self.entries.front()
    }

    pub(super) fn push(&mut self, seq: SeqNumber, length: u32, at: Moment) {
        self.flight += length;
        self.entries.push_back(Sent { seq, length, at, times: 1, sacked: false, lost: false });
    }

    fn change(&mut self, index: usize, change: impl FnOnce(&mut Sent)) {
        let Some(entry) = self.entries.get_mut(index) else { return };
        let (was_lost, was_under_way) = (entry.lost, entry.under_way());
        change(entry);
        let (is_lost, is_under_way, length) = (entry.lost, entry.under_way(), entry.length);
        match (was_under_way, is_under_way) {
            (true, false) => self.flight -= length,
            (false, true) => self.flight += length,
            _ => {}
        }
        match (was_lost, is_lost) {
            (false, true) => {
                self.lost += 1;
                self.search_from = self.search_from.min(index);
            }
            (true, false) => self.lost -= 1,
            _ => {}
        }
    }

    /// Everything before `ack` has arrived.
    pub(super) fn acknowledge(&mut self, ack: SeqNumber) -> Taken {
        let mut taken = Taken::default();
        while let Some(entry) = self.entries.front() {
            if entry.end().after(ack) {
                break;
            }
            taken.sent_at = (entry.times == 1 && !entry.sacked).then_some(entry.at);
            self.change(0, |entry| (entry.sacked, entry.lost) = (false, false));
            if let Some(entry) = self.entries.pop_front() {
                self.flight -= entry.length;
            }
            self.search_from = self.search_from.saturating_sub(1);
        }
        // Half of a segment: only where somebody cut it on the way.
        if let Some(entry) = self.entries.front_mut()
            && entry.seq.before(ack)
        {
            let arrived = ack.offset_from(entry.seq).cast_unsigned();
            if entry.under_way() {
                self.flight -= arrived;
            }
            entry.seq = ack;
            entry.length -= arrived;
        }
        if self.highest_sacked.is_some_and(|end| end.before_or_at(ack)) {
            self.highest_sacked = None;
        }
        taken
    }

    /// The peer reports what it has beyond a hole; whether that was news.
    pub(super) fn report(&mut self, una: SeqNumber, nxt: SeqNumber, blocks: &SackBlocks) -> bool {
        let mut news = false;
        for SackBlock { start, end } in blocks.iter() {
            // RFC 2883 §4: a block below the acknowledgment reports a
            // duplicate. Beyond what was sent it means nothing.
            if start.before(una) || end.after(nxt) || !start.before(end) {
                continue;
            }
            let first = self.entries.partition_point(|entry| entry.seq.before(start));
            let mut index = first;
            while let Some(entry) = self.entries.get(index) {
                if entry.end().after(end) {
                    break;
                }
                if !entry.sacked {
                    news = true;
                    self.change(index, |entry| (entry.sacked, entry.lost) = (true, false));
                }
                index += 1;
            }
            if index > first {
                self.highest_sacked = Some(self.highest_sacked.map_or(end, |highest| highest.latest(end)));
            }
        }
        news
    }

    /// RFC 6675 §4, `IsLost`: more than two segments' bytes beyond it have
    /// arrived. Marks what is lost and was sent once; whether there was any.
    pub(super) fn mark_lost_below_reports(&mut self, mss: u32) -> bool {
        let Some(highest) = self.highest_sacked else { return false };
        let mut above = 0;
        let mut found = false;
        let mut index = self.entries.partition_point(|entry| entry.seq.before(highest));
        while index > 0 {
            index -= 1;
            let Some(entry) = self.entries.get(index) else { break };
            if entry.sacked {
                above += entry.length;
            } else if above > 2 * mss && !entry.lost && entry.times == 1 {
                found = true;
                self.change(index, |entry| entry.lost = true);
            }
        }
        found
    }

    /// The oldest is lost (RFC 5681 §3.2).
    pub(super) fn mark_front_lost(&mut self) {
        self.change(0, |entry| entry.lost = !entry.sacked);
    }

    /// The timer went off: nothing is thought to be under way any more. What
    /// the peer has reported is kept, unless the oldest is among it: then the
    /// peer has changed its mind (RFC 2018 §8).
    pub(super) fn mark_all_lost(&mut self) {
        let reneged = self.entries.front().is_some_and(|entry| entry.sacked);
        if reneged {
            self.highest_sacked = None;
        }
        for index in 0..self.entries.len() {
            self.change(index, |entry| {
                entry.sacked &= !reneged;
                entry.lost = !entry.sacked;
            });
        }
        self.search_from = 0;
    }

    /// The next entry to send again.
    pub(super) fn next_lost(&mut self) -> Option<(usize, Sent)> {
        if self.lost == 0 {
            return None;
        }
        let (index, entry) = self.entries.iter().enumerate().skip(self.search_from).find(|(_, entry)| entry.lost)?;
        self.search_from = index;
        Some((index, *entry))
    }

    /// An entry went out again.
    pub(super) fn sent_again(&mut self, index: usize, now: Moment) {
        self.change(index, |entry| {
            entry.lost = false;
            entry.at = now;
            entry.times += 1;
        });
    }

    /// The newest entry and its place.
    pub(super) fn last(&self) -> Option<(usize, Sent)> {
        let index = self.entries.len().checked_sub(1)?;
        Some((index, *self.entries.get(index)?))
    }

    /// Whether there is one entry alone.
    pub(super) fn is_single(&self) -> bool {
        self.entries.len() == 1
    }

    /// Whether the peer has reported something beyond a hole.
    pub(super) const fn reported(&self) -> bool {
        self.highest_sacked.is_some()
    }

    /// Whether the peer has reported what ends there.
    pub(super) fn reported_up_to(&self, end: SeqNumber) -> bool {
        self.highest_sacked == Some(end)
    }

    /// Cuts what is longer than `most` numbers into pieces.
    pub(super) fn cut(&mut self, most: u32) {
        let mut pieces = VecDeque::with_capacity(self.entries.len());
        for mut entry in self.entries.drain(..) {
            while entry.length > most {
                pieces.push_back(Sent { length: most, ..entry });
                self.lost += usize::from(entry.lost);
                (entry.seq, entry.length) = (entry.seq + most, entry.length - most);
            }
            pieces.push_back(entry);
        }
        self.entries = pieces;
        self.search_from = 0;
    }

    /// Drops everything (RFC 9293 §3.10.7.4: "all segment queues should be
    /// flushed").
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: SeqNumber = SeqNumber::new(u32::MAX - 149);

    /// Ten segments of 100 numbers, the second across the wrap.
    fn ten() -> SentQueue {
        let mut queue = SentQueue::default();
        for index in 0..10 {
            queue.push(START + index * 100, 100, Moment::from_millis(u64::from(index)));
        }
        queue
    }

    fn blocks(ranges: &[(u32, u32)]) -> SackBlocks {
        SackBlocks::of(ranges.iter().map(|(start, end)| SackBlock { start: START + *start, end: START + *end }), 4)
    }

    #[test]
    fn an_acknowledgment_takes_whole_and_half_segments() {
        let mut queue = ten();
        let taken = queue.acknowledge(START + 250);
        assert_eq!(taken.sent_at, Some(Moment::from_millis(1)));
        assert_eq!((queue.flight(), queue.front().unwrap().seq), (750, START + 250));
        queue.acknowledge(START + 1_000);
        assert!(queue.is_empty());
        assert_eq!(queue.flight(), 0);
    }

    #[test]
    fn what_was_sent_twice_measures_nothing() {
        let mut queue = ten();
        queue.mark_front_lost();
        assert_eq!(queue.flight(), 900);
        let (index, _) = queue.next_lost().unwrap();
        queue.sent_again(index, Moment::from_millis(50));
        assert_eq!(queue.flight(), 1_000);
        assert_eq!(queue.acknowledge(START + 100).sent_at, None);
    }

    /// RFC 6675 §4: lost is what has more than two segments' bytes above it.
    #[test]
    fn holes_below_reports_are_lost() {
        let mut queue = ten();
        assert!(queue.report(START, START + 1_000, &blocks(&[(300, 500)])));
        assert!(!queue.mark_lost_below_reports(100));
        assert!(queue.report(START, START + 1_000, &blocks(&[(600, 700), (300, 500)])));
        assert!(!queue.report(START, START + 1_000, &blocks(&[(600, 700)])), "no news");
        assert!(queue.mark_lost_below_reports(100));
        // 0..300 has three segments above it, 500..600 only one.
        assert_eq!(queue.flight(), 1_000 - 300 - 300);
        let (index, entry) = queue.next_lost().unwrap();
        assert_eq!((index, entry.seq), (0, START));
    }

    #[test]
    fn a_block_that_reports_a_duplicate_or_the_future_is_no_news() {
        let mut queue = ten();
        queue.acknowledge(START + 200);
        assert!(!queue.report(START + 200, START + 1_000, &blocks(&[(100, 200), (900, 1_100), (500, 400)])));
        assert_eq!(queue.flight(), 800);
    }

    #[test]
    fn a_timeout_loses_all_but_what_was_reported() {
        let mut queue = ten();
        queue.report(START, START + 1_000, &blocks(&[(500, 600)]));
        queue.mark_all_lost();
        assert_eq!(queue.flight(), 0);
        let mut again = Vec::new();
        while let Some((index, entry)) = queue.next_lost() {
            again.push(entry.seq.offset_from(START));
            queue.sent_again(index, Moment::START);
        }
        assert_eq!(again, [0, 100, 200, 300, 400, 600, 700, 800, 900]);
    }
}
