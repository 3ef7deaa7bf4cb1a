//! What is seen beside the lifelines: times, states, samples, calls, exits.

use super::super::super::document::Selection;
use super::super::super::egui::{Align2, pos2};
use super::super::declutter::Lane;
use super::super::sight::{Sight, beside};
use super::{Builder, CallSeen, REACHING, Seen, StateSeen, TICK, What, lines};
use crate::conversation::End;
use crate::model::Span;
use crate::timeline::layout::Unit;
use crate::timeline::present::Stage;

/// Samples are not painted closer than this, in points.
const SAMPLE: f32 = 7.0;
/// Calls shorter than this say their result on the line of their name.
const INLINE: f32 = 13.0;

impl Builder<'_> {
    /// Arrows that say what they are say when they were seen, and how long
    /// after the arrow before.
    pub(super) fn times(&mut self) {
        if let Some(y) = self.scene.present {
            let at = self.sight.time_text(y);
            self.want(What::Present, Lane::Times, 0, 0, at, Align2::LEFT_CENTER);
        }
        let labelled: Vec<usize> = self
            .scene
            .labels
            .iter()
            .filter_map(|label| if let What::Arrow(index) = label.what { Some(index) } else { None })
            .collect();
        let timeline = self.texts.picture.timeline;
        for index in labelled {
            let Some((leaves, _)) = self.layout.arrows.get(index) else { continue };
            let at = self.sight.time_text(self.sight.y(*leaves));
            self.want(What::Time(index), Lane::Times, 1, 1, at, Align2::LEFT_CENTER);
            let before = index.checked_sub(1).and_then(|before| timeline.arrows.get(before));
            let step = timeline.arrows.get(index).zip(before).map(|(arrow, before)| arrow.at.since(before.at));
            if let Some(step) = step.filter(|step| *step > Span::ZERO) {
                let at = pos2(at.x, at.y + 14.0);
                self.want(What::Step(step), Lane::Times, 9, 0, at, Align2::LEFT_CENTER);
            }
        }
    }

    /// In true time: round times, so that an empty part of the picture says
    /// where it is.
    pub(super) fn ticks(&mut self) {
        if self.layout.scale.unit() != Unit::Nanosecond {
            return;
        }
        let step = self.sight.step(self.layout, TICK).nanos();
        let zero = self.layout.at(self.texts.picture.timeline.zero);
        let (top, bottom) = self.sight.heights();
        #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "saturates: times are i64")]
        let (first, last) = (
            ((top.max(0.0) - zero) / step as f64).ceil() as i64,
            ((bottom.min(self.layout.height) - zero) / step as f64).floor() as i64,
        );
        for number in (first..=last).take(REACHING) {
            let since = number.saturating_mul(step);
            #[expect(clippy::cast_precision_loss, reason = "a height")]
            let at = self.sight.time_text(self.sight.y(zero + since as f64));
            self.want(What::Tick(Span::from_nanos(since)), Lane::Times, 5, 0, at, Align2::LEFT_CENTER);
        }
    }

    pub(super) fn states(&mut self, end: End) {
        let spans = self.layout.index.states.of(end);
        let lane = match end {
            End::Client => Lane::ClientStates,
            End::Server => Lane::ServerStates,
        };
        let now = self.texts.look.now.map(|now| self.layout.present(now));
        for (_, seen) in self.seen(spans) {
            let (place, count) = match seen {
                Seen::One(place) => (place, 1),
                // The last one holds on; what lasted no time at all is not missed.
                Seen::Many(places) => {
                    let lasts = |place: &usize| spans.get(*place).is_some_and(|state| state.to > state.from);
                    let most = places.len().saturating_sub(REACHING);
                    (places.end.saturating_sub(1), most + places.clone().take(REACHING).filter(lasts).count())
                }
            };
            let Some(stretch) = spans.get(place) else { continue };
            let future = now.is_some_and(|now| stretch.from > now);
            let to = now.filter(|_| !future).map_or(stretch.to, |now| stretch.to.min(now));
            let (top, bottom) = (self.sight.y(stretch.from), self.sight.y(to));
            let bottom = if now.is_none() { bottom - 2.0 } else { bottom };
            let bottom = bottom.max(top + 2.0);
            self.scene.states.push(StateSeen { end, index: stretch.index, top, bottom, future });
            if future {
                continue;
            }
            // A long state keeps its name in view.
            let y = (top + 7.0).max(self.sight.rect.top() + 9.0).min((bottom - 7.0).max(top + 7.0));
            let at = self.sight.state_text(end, y);
            let lines = lines(bottom.min(self.sight.rect.bottom()) - 7.0 - y);
            self.want(What::State(end, stretch.index, lines), lane, 2, 1, at, beside(end));
            if count > 1 {
                let weight = u32::try_from(count - 1).unwrap_or(u32::MAX);
                let at = self.sight.state_text(end, y + 13.0);
                self.want(What::Many(count), lane, 3, weight, at, beside(end));
            }
        }
    }

    /// What the kernel said, as dots on the bar; a cross where it said
    /// something else than was inferred.
    pub(super) fn samples(&mut self, end: End) {
        let (top, bottom) = self.sight.heights();
        let now = self.texts.look.now.map(|now| self.layout.present(now));
        let bottom = now.map_or(bottom, |now| now.min(bottom));
        for (heights, differs) in [(self.layout.samples.of(end), false), (self.layout.doubts.of(end), true)] {
            let mut next = top;
            while let Some(height) = heights.get(heights.partition_point(|height| *height < next)) {
                if *height > bottom {
                    break;
                }
                self.scene.samples.push((end, self.sight.y(*height), differs));
                let apart = if differs { SAMPLE / 2.0 } else { SAMPLE };
                next = height + f64::from(apart) / self.sight.unit;
                if next <= *height {
                    break;
                }
            }
        }
    }

    pub(super) fn calls(&mut self, end: End) {
        let spans = self.layout.index.calls.of(end);
        let lane = match end {
            End::Client => Lane::ClientCalls,
            End::Server => Lane::ServerCalls,
        };
        let now = self.texts.look.now.map(|now| (now, self.layout.present(now)));
        for (height, seen) in self.seen(spans) {
            let (place, count, top, to) = match seen {
                Seen::One(place) => {
                    let Some(stretch) = spans.get(place) else { continue };
                    (place, 1, self.sight.y(stretch.from), stretch.to)
                }
                Seen::Many(places) => (places.start, places.len(), self.sight.y(height), spans.furthest(places)),
            };
            let Some(index) = spans.get(place).map(|stretch| stretch.index) else { continue };
            let stages = now.map(|(now, _)| self.layout.call_stage(end, index, now));
            let future = stages.is_some_and(|(enter, _)| enter == Stage::Future);
            let open = stages.is_some_and(|(_, leave)| leave == Stage::Future) && !future;
            let to = now.filter(|_| open).map_or(to, |(_, now)| to.min(now));
            let bottom = self.sight.y(to).max(top + 4.0);
            let hit = Sight::bar(self.sight.calls_x(end), 5.0, top - 2.0, bottom + 2.0);
            let number = self.scene.calls.len();
            self.scene.calls.push(CallSeen { end, index, count, top, bottom, future, hit });
            if future {
                continue;
            }
            let at = self.sight.call_text(end, top + 6.0);
            if count > 1 {
                let weight = u32::try_from(count).unwrap_or(u32::MAX);
                self.want(What::Many(count), lane, 3, weight, at, beside(end));
                continue;
            }
            let Some(call) = self.texts.picture.timeline.calls.of(end).get(index) else { continue };
            let selected = self.texts.look.selection == Selection::Call(call.call);
            let placed = self.layout.calls.of(end).get(index).is_some_and(|height| height.inline);
            let inline = !open && (placed || to == f64::INFINITY || bottom - top < INLINE);
            let lines = if inline { 0 } else { lines(bottom - 6.0 - at.y) };
            self.want(What::Call(number, inline, lines), lane, if selected { 1 } else { 2 }, 1, at, beside(end));
            if !inline && !open {
                let at = self.sight.call_text(end, bottom);
                self.want(What::Outcome(number), lane, 3, 1, at, beside(end));
            }
        }
    }

    pub(super) fn exits(&mut self) {
        for (index, (exit, height)) in self.texts.picture.timeline.exits.iter().zip(&self.layout.exits).enumerate() {
            let y = self.sight.y(*height) + 6.0;
            let come = self.texts.look.now.is_none_or(|now| self.layout.exit_stage(index, now) != Stage::Future);
            if !self.sight.shows(y - 8.0, y + 8.0) || !come {
                continue;
            }
            self.scene.exits.push((index, y));
            let lane = match exit.end {
                End::Client => Lane::ClientCalls,
                End::Server => Lane::ServerCalls,
            };
            self.want(What::Exit(index), lane, 2, 1, self.sight.call_text(exit.end, y), beside(exit.end));
        }
    }
}
