//! What each frame of a trace in memory turned out to be, taken in as the
//! trace grows: a table's rows and a filter's questions take a memory.

use crate::conversation::{Glance, Label, Row, Survey, TcpRow, link_type};
use crate::model::{Place, Timestamp};
use crate::trace::{FrameNumber, Trace};

/// What of a frame cannot be told by its bytes alone.
#[derive(Clone, Debug, Default)]
struct Kept {
    tcp: Option<Box<TcpRow>>,
    udp_stream: Option<u32>,
}

/// Every frame so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    survey: Survey,
    kept: Vec<Kept>,
    /// When the last one was seen.
    last: Option<Timestamp>,
}

impl Known {
    /// Takes in what the trace has more.
    pub(super) fn follow(&mut self, trace: &Trace) {
        if self.kept.len() >= trace.frame_count() {
            return;
        }
        self.survey.set_places(trace.places().filter(|(_, place)| matches!(place, Place::Interface { .. })).count());
        let next = u32::try_from(self.kept.len()).unwrap_or(u32::MAX).saturating_add(1);
        for number in (next..).map(FrameNumber) {
            let Some((at, place, frame)) = trace.frame(number) else { break };
            let glance = Glance {
                number,
                at,
                place,
                link_type: link_type(trace, place),
                original_length: frame.original_length,
                bytes: &frame.bytes,
            };
            let row = self.survey.take(&glance);
            self.kept.push(Kept { tcp: row.tcp.map(Box::new), udp_stream: row.udp_stream });
            self.last = Some(at);
        }
    }

    /// Whether a frame of this moment would stand behind all others.
    pub(super) fn is_last(&self, at: Timestamp) -> bool {
        self.last.is_none_or(|last| last <= at)
    }

    /// How many frames were taken in.
    pub(super) const fn len(&self) -> usize {
        self.kept.len()
    }

    /// Every conversation in outline.
    pub(super) const fn survey(&self) -> &Survey {
        &self.survey
    }

    /// Whether something was found about a frame.
    pub(super) fn is_found(&self, number: FrameNumber) -> bool {
        self.get(number).and_then(|kept| kept.tcp.as_ref()).is_some_and(|tcp| tcp.has_findings())
    }

    fn get(&self, number: FrameNumber) -> Option<&Kept> {
        self.kept.get(usize::try_from(number.0.checked_sub(1)?).ok()?)
    }

    /// Shows a frame with what it turned out to be.
    pub(super) fn look<T>(
        &self,
        trace: &Trace,
        number: FrameNumber,
        see: impl FnOnce(&Glance<'_>, &Row, &Label<'_>) -> T,
    ) -> Option<T> {
        let kept = self.get(number)?;
        let (at, place, frame) = trace.frame(number)?;
        let moment = |number| trace.frame(FrameNumber(number)).map_or(at, |(at, ..)| at);
        let glance = Glance {
            number,
            at,
            place,
            link_type: link_type(trace, place),
            original_length: frame.original_length,
            bytes: &frame.bytes,
        };
        let interface = match trace.place(place) {
            Some(Place::Interface { name, .. }) => Some(name.as_str()).filter(|name| !name.is_empty()),
            Some(Place::Program { .. } | Place::Kernel { .. } | Place::Wire { .. }) | None => None,
        };
        let row = Row {
            tcp: kept.tcp.as_deref().copied(),
            udp_stream: kept.udp_stream,
            since_start: at.since(moment(1)),
            since_last: at.since(moment(number.0.saturating_sub(1).max(1))),
            ..Row::alone(&glance)
        };
        Some(see(&glance, &row, &Label { interface, comment: frame.comment.as_deref() }))
    }
}
