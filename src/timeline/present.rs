//! What has happened, seen from a moment of the conversation.

use super::layout::Layout;
use super::playback::Now;
use super::{MomentKind, Timeline};
use crate::conversation::{End, Ends};

/// Whether something has happened.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Stage {
    /// It has.
    Past,
    /// So much of it has, 0…1.
    Present(f32),
    /// It has not.
    Future,
}

/// Where everything stands among the moments.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Order {
    /// The moment each arrow leaves, and the one at which it has arrived.
    arrows: Vec<(usize, usize)>,
    /// The moment of each arrival that is one of its own.
    arrivals: Vec<usize>,
    /// The moments each call is entered and returns.
    calls: Ends<Vec<(usize, usize)>>,
    exits: Vec<usize>,
    quiets: Vec<usize>,
    cables: Vec<usize>,
    /// From where to where each moment takes place; nothing goes up again.
    heights: Vec<(f64, f64)>,
}

impl Order {
    pub(super) fn new(timeline: &Timeline, layout: &Layout) -> Self {
        let calls = |end| vec![(usize::MAX, usize::MAX); timeline.calls.of(end).len()];
        let mut order = Self {
            arrows: vec![(0, 0); timeline.arrows.len()],
            arrivals: vec![0; timeline.arrivals.len()],
            calls: Ends { client: calls(End::Client), server: calls(End::Server) },
            exits: vec![0; timeline.exits.len()],
            quiets: vec![0; timeline.quiets.len()],
            cables: vec![0; timeline.cables.len()],
            heights: Vec::with_capacity(timeline.moments.len()),
        };
        let mut lowest = 0.0_f64;
        let call = |end, index| layout.calls.of(end).get(index);
        for (number, moment) in timeline.moments.iter().enumerate() {
            let (slot, height) = match moment.what {
                MomentKind::Phase(index) => (None, layout.phases.get(index).map(|(from, _)| (*from, *from))),
                MomentKind::Arrow(index) => {
                    let apart = timeline.arrows.get(index).is_some_and(|arrow| arrow.apart);
                    let heights = layout.arrows.get(index).copied();
                    // What arrives apart has only left.
                    let heights = heights.map(|(from, to)| (from, if apart { from } else { to }));
                    let slot = order.arrows.get_mut(index).map(|(leaves, arrives)| {
                        *arrives = number;
                        leaves
                    });
                    (slot, heights)
                }
                MomentKind::Arrival(index) => {
                    let arrival = timeline.arrivals.get(index).filter(|arrival| !arrival.again);
                    if let Some((_, arrives)) = arrival.and_then(|arrival| order.arrows.get_mut(arrival.arrow)) {
                        *arrives = number;
                    }
                    let height = layout.arrivals.get(index);
                    (order.arrivals.get_mut(index), height.map(|height| (lowest.min(*height), *height)))
                }
                MomentKind::Enter(end, index) => (
                    order.calls.of_mut(end).get_mut(index).map(|(enter, _)| enter),
                    call(end, index).map(|call| (call.enter, call.enter)),
                ),
                MomentKind::Return(end, index) => (
                    order.calls.of_mut(end).get_mut(index).map(|(_, leave)| leave),
                    call(end, index).map(|call| (call.leave, call.leave)),
                ),
                MomentKind::Exit(index) => {
                    (order.exits.get_mut(index), layout.exits.get(index).map(|height| (*height, *height)))
                }
                MomentKind::Cable(index) => {
                    (order.cables.get_mut(index), layout.cables.get(index).map(|height| (*height, *height)))
                }
                MomentKind::Quiet(index) => (order.quiets.get_mut(index), layout.quiets.get(index).copied()),
            };
            if let Some(slot) = slot {
                *slot = number;
            }
            let (from, to) = height.unwrap_or((lowest, lowest));
            let from = from.max(lowest);
            lowest = to.max(from);
            order.heights.push((from, lowest));
        }
        order
    }

    fn stage(moment: Option<&usize>, now: Now) -> Stage {
        match moment.map(|moment| moment.cmp(&now.moment)) {
            Some(std::cmp::Ordering::Less) => Stage::Past,
            Some(std::cmp::Ordering::Equal) => Stage::Present(now.part.clamp(0.0, 1.0)),
            Some(std::cmp::Ordering::Greater) | None => Stage::Future,
        }
    }
}

impl Layout {
    /// Where the present stands.
    pub fn present(&self, now: Now) -> f64 {
        let last = self.order.heights.len().saturating_sub(1);
        let height = self.order.heights.get(now.moment.min(last));
        height.map_or(0.0, |(from, to)| from + (to - from) * f64::from(now.part.clamp(0.0, 1.0)))
    }

    /// Whether an arrow has left, and how far it is.
    pub fn arrow_stage(&self, index: usize, now: Now) -> Stage {
        let Some((leaves, arrives)) = self.order.arrows.get(index) else { return Stage::Future };
        if leaves == arrives {
            return Order::stage(Some(leaves), now);
        }
        if Order::stage(Some(leaves), now) == Stage::Future {
            return Stage::Future;
        }
        let (top, bottom) = self.arrows.get(index).copied().unwrap_or_default();
        let part = (self.present(now) - top) / (bottom - top).max(f64::EPSILON);
        if Order::stage(Some(arrives), now) == Stage::Past || part >= 1.0 {
            return Stage::Past;
        }
        #[expect(clippy::cast_possible_truncation, reason = "a part, 0…1")]
        let part = part.clamp(0.0, 1.0) as f32;
        Stage::Present(part)
    }

    /// Whether what arrives apart, or again, has arrived.
    pub fn arrival_stage(&self, index: usize, now: Now) -> Stage {
        Order::stage(self.order.arrivals.get(index), now)
    }

    /// Whether a call has been entered, and whether it has returned.
    pub fn call_stage(&self, end: End, index: usize, now: Now) -> (Stage, Stage) {
        let moments = self.order.calls.of(end).get(index);
        (Order::stage(moments.map(|(enter, _)| enter), now), Order::stage(moments.map(|(_, leave)| leave), now))
    }

    /// Whether a program has ended.
    pub fn exit_stage(&self, index: usize, now: Now) -> Stage {
        Order::stage(self.order.exits.get(index), now)
    }

    /// Whether a cable has been pulled or plugged in.
    pub fn cable_stage(&self, index: usize, now: Now) -> Stage {
        Order::stage(self.order.cables.get(index), now)
    }

    /// Whether a silence has begun, and how much of it has passed.
    pub fn quiet_stage(&self, index: usize, now: Now) -> Stage {
        Order::stage(self.order.quiets.get(index), now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversation::{Conversation, conversations, story::story};
    use crate::timeline::layout::Scale;

    #[test]
    fn the_present_only_goes_down_and_leaves_the_future_behind_it() {
        let trace = story("0 > S 0 - 0 \n 10 < S. 0 1 0 \n 20 > . 1 1 0 \n 900000 > P. 1 1 9 \n 900001 < . 1 10 0");
        let all = conversations(&trace);
        let timeline = Timeline::new(&trace, &all, Conversation::Tcp(&all.tcp[0]));
        for scale in [Scale::Folded, Scale::Even, Scale::True] {
            let layout = Layout::new(&timeline, scale);
            let mut last = f64::NEG_INFINITY;
            for moment in 0..timeline.moments.len() {
                for part in [0.0, 0.5, 1.0] {
                    let now = Now { moment, part };
                    let present = layout.present(now);
                    assert!(present >= last, "{scale:?} {moment} {part}");
                    last = present;
                    let past = (0..5).filter(|index| layout.arrow_stage(*index, now) == Stage::Past).count();
                    let before =
                        timeline.moments[..moment].iter().filter(|one| matches!(one.what, MomentKind::Arrow(_)));
                    assert_eq!(past, before.count());
                }
            }
        }
        let layout = Layout::new(&timeline, Scale::Folded);
        let now = Now { moment: timeline.moments.len() - 1, part: 0.5 };
        assert_eq!(layout.arrow_stage(4, now), Stage::Present(0.5));
        let (leaves, arrives) = layout.arrows[4];
        assert!((layout.present(now) - f64::midpoint(leaves, arrives)).abs() < 1e-9);
    }
}
