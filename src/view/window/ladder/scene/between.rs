//! What is seen between the lifelines: arrows, alone and in crowds, what ties
//! them, silences.

use super::super::super::document::Selection;
use super::super::super::egui::{Align2, pos2};
use super::super::declutter::Lane;
use super::super::viewport::GAP;
use super::{ArrowSeen, Builder, CELL, Cluster, CopySeen, CrowdRow, Seen, TIES, What};
use crate::model::Span;
use crate::timeline::present::Stage;
use crate::timeline::{Arrow, ArrowKind};

/// A crowd is counted once in so many points.
const COUNTED: f32 = 48.0;
/// What a silence needs to say its length, in points.
const QUIET: f32 = 22.0;

impl Builder<'_> {
    pub(super) fn arrows(&mut self) {
        let spans = &self.layout.index.arrows;
        let (left, right) = self.sight.middle();
        let middle = f32::midpoint(left, right);
        let mut last_row = None;
        for (height, seen) in self.seen(spans) {
            match seen {
                Seen::One(place) => {
                    let Some((index, arrow)) = self.arrow(place) else { continue };
                    let Some(heights) = self.layout.arrows.get(index) else { continue };
                    self.add_arrow(index, arrow, *heights);
                }
                Seen::Many(places) => {
                    let y = self.sight.y(height);
                    let crowd = self.layout.density.crowd(places.clone());
                    let future = self.arrow(places.start).is_some_and(|(index, _)| self.stage(index) == Stage::Future);
                    self.scene.rows.push(CrowdRow { y, crowd, future });
                    let block = (height * self.sight.unit / f64::from(COUNTED)).floor();
                    let joins = last_row.is_some_and(|(before, bottom): (f64, f32)| {
                        (before - block).abs() < 0.5 && y - bottom < CELL / 2.0
                    });
                    last_row = Some((block, y + CELL));
                    match self.scene.clusters.last_mut().filter(|_| joins) {
                        Some(cluster) => {
                            cluster.places.end = places.end;
                            cluster.bottom = y + CELL;
                        }
                        None => {
                            self.scene.clusters.push(Cluster { places, top: y, bottom: y + CELL, crowd, length: None });
                        }
                    }
                }
            }
        }
        self.selected();
        self.clusters(middle);
        self.share_hits();
    }

    /// Arrows near each other share the room in which they are pointed at.
    fn share_hits(&mut self) {
        /// The part of the room that belongs to the upper one: the lower one has
        /// its label there.
        const UPPER: f32 = 0.4;
        let middles: Vec<f32> = self.scene.arrows.iter().map(ArrowSeen::middle).collect();
        for (arrow, [one, other]) in self.scene.arrows.iter_mut().zip(middles.array_windows()) {
            arrow.hit.1 = arrow.hit.1.min(one + (other - one).max(2.0) * UPPER);
        }
        for (arrow, [one, other]) in self.scene.arrows.iter_mut().skip(1).zip(middles.array_windows()) {
            arrow.hit.0 = arrow.hit.0.max(one + (other - one) * UPPER).min(arrow.hit.1 - 1.0);
        }
    }

    fn add_arrow(&mut self, index: usize, arrow: &Arrow, (leaves, arrives): (f64, f64)) {
        let (from, to) = (self.sight.y(leaves), self.sight.y(arrives));
        let stage = self.stage(index);
        let rank = match arrow.kind {
            _ if self.texts.is_selected(arrow) => 0,
            ArrowKind::Syn | ArrowKind::Fin | ArrowKind::Rst => 2,
            _ if arrow.found || arrow.lost => 2,
            ArrowKind::Data => 3,
            ArrowKind::Ack => 4,
        };
        let mut seen = ArrowSeen { index, from, to, stage, hit: (from.min(to) - 14.0, from.max(to) + 6.0) };
        seen.hit.1 = seen.hit.1.min(from.max(seen.near_end()) + 6.0);
        self.scene.arrows.push(seen);
        self.copies(index, from);
        if stage != Stage::Future {
            let (left, right) = self.sight.middle();
            // What is steep says it where it leaves.
            let at = pos2(f32::midpoint(left, right), seen.middle() - 14.0);
            self.want(What::Arrow(index), Lane::Middle, rank, 1, at, Align2::CENTER_CENTER);
        }
    }

    /// Where an arrow arrives once more.
    fn copies(&mut self, index: usize, from: f32) {
        let arrivals = &self.texts.picture.timeline.arrivals;
        let first = arrivals.partition_point(|arrival| arrival.arrow < index);
        for (number, arrival) in arrivals.iter().enumerate().skip(first) {
            if arrival.arrow != index {
                return;
            }
            let Some(height) = self.layout.arrivals.get(number).filter(|_| arrival.again) else { continue };
            let is_future = |now| self.layout.arrival_stage(number, now) == Stage::Future;
            let future = self.texts.look.now.is_some_and(is_future);
            self.scene.copies.push(CopySeen { index, from, to: self.sight.y(*height), future });
        }
    }

    /// What the reader has selected is seen even in a crowd.
    fn selected(&mut self) {
        let Selection::Segment(frame) = self.texts.look.selection else { return };
        let arrows = &self.texts.picture.timeline.arrows;
        let Ok(index) = arrows.binary_search_by_key(&frame, |arrow| arrow.frame) else { return };
        if self.scene.arrows.iter().any(|arrow| arrow.index == index) {
            return;
        }
        let (top, bottom) = self.sight.heights();
        if let (Some(arrow), Some(heights)) = (arrows.get(index), self.layout.arrows.get(index))
            && heights.1 >= top
            && heights.0 <= bottom
        {
            self.add_arrow(index, arrow, *heights);
            // The crowd can still be pointed at.
            if let Some(arrow) = self.scene.arrows.last_mut() {
                arrow.hit.1 = arrow.from.min(arrow.to) - CELL;
            }
            self.scene.arrows.sort_by(|one, other| one.from.total_cmp(&other.from));
        }
    }

    fn clusters(&mut self, middle: f32) {
        let mut clusters = std::mem::take(&mut self.scene.clusters);
        for (number, cluster) in clusters.iter_mut().enumerate() {
            cluster.crowd = self.layout.density.crowd(cluster.places.clone());
            let first = self.arrow(cluster.places.start).map(|(_, arrow)| arrow.at);
            let last = cluster.places.end.checked_sub(1).and_then(|last| self.arrow(last)).map(|(_, arrow)| arrow.at);
            cluster.length =
                first.zip(last).map(|(first, last)| last.since(first)).filter(|length| *length > Span::ZERO);
            let future = self.arrow(cluster.places.start).is_some_and(|(index, _)| self.stage(index) == Stage::Future);
            if !future {
                let at = pos2(middle, f32::midpoint(cluster.top, cluster.bottom));
                let weight = u32::try_from(cluster.crowd.total()).unwrap_or(u32::MAX);
                self.want(What::Cluster(number), Lane::Middle, 1, weight, at, Align2::CENTER_CENTER);
            }
        }
        self.scene.clusters = clusters;
    }

    pub(super) fn ties(&mut self) {
        let (top, bottom) = self.sight.heights();
        let ties = &self.layout.index.ties;
        for place in ties.reaching(ties.begun(bottom), top).take(TIES) {
            let Some(tie) = ties.get(place) else { continue };
            let (from, to) = (self.sight.y(tie.from), self.sight.y(tie.to));
            let arrow = self.texts.picture.timeline.arrows.get(tie.index);
            if let Some(arrow) = arrow.filter(|_| to - from >= 6.0 && self.stage(tie.index) != Stage::Future) {
                self.scene.ties.push((arrow.from, from, to));
            }
        }
    }

    /// Cables that are pulled and plugged in: a few in a whole run.
    pub(super) fn cables(&mut self) {
        let (left, right) = self.sight.middle();
        for (index, height) in self.layout.cables.iter().enumerate() {
            let y = self.sight.y(*height);
            let come = self.texts.look.now.is_none_or(|now| self.layout.cable_stage(index, now) != Stage::Future);
            if come && self.sight.shows(y, y) {
                self.scene.cables.push((index, y));
                let at = pos2(f32::midpoint(left, right), y);
                self.want(What::Cable(index), Lane::Middle, 1, 1, at, Align2::CENTER_CENTER);
            }
        }
    }

    pub(super) fn quiets(&mut self) {
        let spans = &self.layout.index.quiets;
        let (left, right) = self.sight.middle();
        for (_, seen) in self.seen(spans) {
            // Among several silences in one cell none but the last is long.
            let place = match seen {
                Seen::One(place) => place,
                Seen::Many(places) => places.end.saturating_sub(1),
            };
            let Some(stretch) = spans.get(place) else { continue };
            let (from, to) = (self.sight.y(stretch.from), self.sight.y(stretch.to));
            if to - from < 8.0 {
                continue;
            }
            self.scene.quiets.push((stretch.index, from, to));
            let come =
                self.texts.look.now.is_none_or(|now| self.layout.quiet_stage(stretch.index, now) != Stage::Future);
            if to - from >= QUIET && come {
                // In the middle of what can be seen of it.
                let seen = (from.max(self.sight.rect.top()), to.min(self.sight.rect.bottom()));
                let y = f32::midpoint(seen.0, seen.1).clamp(from + QUIET / 2.0, to - QUIET / 2.0);
                let what = What::Quiet(stretch.index, to - from - 8.0);
                self.want(what, Lane::Middle, 2, 1, pos2(f32::midpoint(left, right), y), Align2::CENTER_CENTER);
            }
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "a constant of a few points")]
    pub(super) fn time_wait(&mut self) {
        if self.texts.look.now.is_some() || self.texts.picture.timeline.time_wait().next().is_none() {
            return;
        }
        let bottom = self.sight.y(f64::INFINITY) - 4.0;
        let top = bottom - GAP as f32 + 8.0;
        if self.sight.shows(top, bottom) {
            self.scene.time_wait = Some((top, bottom));
            let (left, right) = self.sight.middle();
            let at = pos2(f32::midpoint(left, right), f32::midpoint(top, bottom));
            self.want(What::TimeWait, Lane::Middle, 1, 1, at, Align2::CENTER_CENTER);
        }
    }
}
