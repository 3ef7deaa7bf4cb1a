//! What wires did to segments and datagrams.
//!
//! Owns finding the segment that each of a trace's
//! [actions](crate::model::LinkAction) is about. What became of it is told
//! beside it.

use std::collections::BTreeMap;

use super::Sighting;
use crate::model::{LinkActionKind, PlaceId, Timestamp, What};
use crate::trace::{FrameNumber, Trace};

/// What a wire did to a segment or a datagram.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WireAction {
    /// When it came to the wire.
    pub at: Timestamp,
    /// Which wire.
    pub wire: PlaceId,
    /// What was done.
    pub what: LinkActionKind,
    /// The pattern that asked for it, `data>#3`; `None` where nobody did.
    pub pattern: Option<String>,
    /// The frame that came to the wire.
    pub frame: FrameNumber,
}

/// What all wires of a trace did, by the frame they did it to.
#[derive(Debug, Default)]
pub(super) struct WireActions(BTreeMap<FrameNumber, Vec<WireAction>>);

impl WireActions {
    /// Finds the frame of every action; those of no frame are in no
    /// conversation.
    pub(super) fn of(trace: &Trace) -> Self {
        let mut by_frame: BTreeMap<FrameNumber, Vec<WireAction>> = BTreeMap::new();
        for event in trace.events() {
            let What::LinkAction(action) = &event.what else { continue };
            let Some(frame) = trace.frame_of(event.at, action) else { continue };
            let (what, pattern) = (action.what, action.pattern.clone());
            let told = WireAction { at: event.at, wire: event.place, what, pattern, frame };
            by_frame.entry(frame).or_default().push(told);
        }
        Self(by_frame)
    }

    /// What was done to the segment or datagram that these frames show, in
    /// order.
    pub(super) fn to(&self, seen_at: &[Sighting]) -> Vec<WireAction> {
        if self.0.is_empty() {
            return Vec::new();
        }
        let of = |seen: &Sighting| self.0.get(&seen.frame).into_iter().flatten().cloned();
        let mut all: Vec<WireAction> = seen_at.iter().flat_map(of).collect();
        all.sort_by_key(|action| action.at);
        all
    }
}
