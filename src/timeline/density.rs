//! Arrows too many to be told apart: how many, from whom, and the most
//! remarkable of them.

use std::ops::Range;

use super::spans::Spans;
use super::{Arrow, ArrowKind};
use crate::conversation::{End, Ends};

/// So many masks make one of the next level.
const FAN: usize = 16;
/// Bits of one end's arrows in a mask.
const BITS: u32 = 8;

/// What some arrows are, taken together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Crowd {
    /// How many each end sent.
    pub count: Ends<usize>,
    /// The most remarkable kind each end sent; `None` where it sent nothing.
    pub strongest: Ends<Option<ArrowKind>>,
    /// Something was found about at least one of them.
    pub found: bool,
    /// At least one of them was lost.
    pub lost: bool,
}

impl Crowd {
    /// How many there are.
    pub const fn total(&self) -> usize {
        self.count.client + self.count.server
    }

    /// The most remarkable kind.
    pub fn kind(&self) -> Option<ArrowKind> {
        let ends = [self.strongest.client, self.strongest.server];
        ends.into_iter().flatten().max_by_key(|kind| strength(*kind))
    }
}

/// Sums over arrows in the order of their heights.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Density {
    /// How many the client sent before each place.
    client: Vec<u32>,
    /// What each arrow is, as a set of one; then of [`FAN`] of them; and so on.
    masks: Vec<Vec<u16>>,
}

const FOUND: u16 = 1 << 5;
const LOST: u16 = 1 << 6;

/// A reset is more remarkable than the end, the end than the beginning.
const KINDS: [ArrowKind; 5] = [ArrowKind::Ack, ArrowKind::Data, ArrowKind::Syn, ArrowKind::Fin, ArrowKind::Rst];

fn strength(kind: ArrowKind) -> usize {
    KINDS.iter().position(|other| *other == kind).unwrap_or(0)
}

fn mask(arrow: &Arrow) -> u16 {
    let mut mask = 1 << strength(arrow.kind);
    if arrow.found {
        mask |= FOUND;
    }
    if arrow.lost {
        mask |= LOST;
    }
    match arrow.from {
        End::Client => mask,
        End::Server => mask << BITS,
    }
}

impl Density {
    /// Sums up arrows in the order in which they stand in the picture.
    pub fn new(arrows: &[Arrow], order: &Spans) -> Self {
        let places = (0..order.len()).filter_map(|place| arrows.get(order.get(place)?.index));
        let mut sent = 0;
        let mut client = vec![0];
        let mut level = Vec::with_capacity(order.len());
        for arrow in places {
            sent += u32::from(arrow.from == End::Client);
            client.push(sent);
            level.push(mask(arrow));
        }
        let mut masks = vec![level];
        while let Some(level) = masks.last().filter(|level| level.len() > FAN) {
            masks.push(level.chunks(FAN).map(|block| block.iter().fold(0, |all, one| all | one)).collect());
        }
        Self { client, masks }
    }

    /// The arrows at these places of the order, together.
    pub fn crowd(&self, places: Range<usize>) -> Crowd {
        let Range { start: mut place, end } = places.clone();
        let mut all = 0;
        while place < end {
            let (mut size, mut value) = (1, 0);
            for (number, level) in self.masks.iter().enumerate() {
                let here = if number == 0 { 1 } else { size * FAN };
                let fits = number == 0 || place.is_multiple_of(here) && place + here <= end;
                let Some(mask) = level.get(place / here).filter(|_| fits) else { break };
                (size, value) = (here, *mask);
            }
            all |= value;
            place += size;
        }
        let sent = |place: usize| self.client.get(place).or(self.client.last()).map_or(0, |sent| *sent as usize);
        let client = sent(end) - sent(places.start);
        let [low, high] = [all & ((1 << BITS) - 1), all >> BITS];
        let strongest = |mask: u16| {
            let kinds = KINDS.iter().enumerate().rev();
            kinds.filter(|(bit, _)| mask & (1 << bit) != 0).map(|(_, kind)| *kind).next()
        };
        Crowd {
            count: Ends { client, server: places.len() - client },
            strongest: Ends { client: strongest(low), server: strongest(high) },
            found: (low | high) & FOUND != 0,
            lost: (low | high) & LOST != 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::conversation::{Conversation, conversations, story::story};
    use crate::timeline::Timeline;

    proptest! {
        /// Blocks are a short cut and change nothing.
        #[test]
        fn a_crowd_is_the_sum_of_its_arrows(list in prop::collection::vec(0_u8..8, 1..90), a in 0_usize..90, b in 0_usize..90) {
            let lines: Vec<String> = list.iter().enumerate().map(|(index, kind)| {
                let flags = ["P.", ".", "F.", "R.", "P.", ".", "P.", "."][usize::from(*kind)];
                format!("{index} {} {flags} {} 1 {}", if kind % 3 == 0 { '>' } else { '<' }, 1 + 5 * (index / 2), if flags == "P." { 5 } else { 0 })
            }).collect();
            let trace = story(&lines.join("\n"));
            let all = conversations(&trace);
            let timeline = Timeline::new(&trace, &all, Conversation::Tcp(&all.tcp[0]));
            let count = timeline.arrows.len();
            let order = Spans::new((0..count).map(|index| (f64::from(u32::try_from(index).unwrap()), 0.0)));
            let density = Density::new(&timeline.arrows, &order);
            let range = a.min(b).min(count)..a.max(b).min(count);
            let crowd = density.crowd(range.clone());
            let arrows = &timeline.arrows[range.clone()];
            prop_assert_eq!(crowd.total(), arrows.len());
            for end in End::BOTH {
                let own: Vec<&Arrow> = arrows.iter().filter(|arrow| arrow.from == end).collect();
                prop_assert_eq!(*crowd.count.of(end), own.len());
                prop_assert_eq!(*crowd.strongest.of(end), own.iter().map(|arrow| arrow.kind).max_by_key(|kind| strength(*kind)));
            }
            prop_assert_eq!(crowd.found, arrows.iter().any(|arrow| arrow.found));
        }
    }
}
