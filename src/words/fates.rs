//! What became of a segment or a datagram on its way, and whether that was on
//! purpose.

use super::Words;
use crate::conversation::{Fate, WireAction};
use crate::model::{LinkActionKind, Place, PlaceId};
use crate::timeline::Cable;
use crate::trace::Trace;

impl Words {
    /// What became of it, where that is remarkable, and where: each thing that
    /// a wire did on purpose with its cable; else what must have happened,
    /// *inferred*.
    pub fn fate(&self, trace: &Trace, fate: Fate, actions: &[WireAction]) -> Option<String> {
        if actions.is_empty() {
            return self.inferred(trace, fate).map(|what| self.say("fate-inferred", &[("what", &what)]));
        }
        let told = actions.iter().map(|action| {
            let what = self.done(action);
            match self.ends(trace, action.wire) {
                Some(ends) => self.say("fate-wire", &[("what", &what), ("ends", &ends)]),
                None => what,
            }
        });
        Some(told.collect::<Vec<String>>().join(", "))
    }

    /// The same without the place.
    pub fn fate_short(&self, fate: Fate, actions: &[WireAction]) -> Option<String> {
        if !actions.is_empty() {
            return Some(actions.iter().map(|action| self.done(action)).collect::<Vec<String>>().join(", "));
        }
        Some(self.word(match fate {
            Fate::Lost { .. } => "timeline-lost",
            Fate::Duplicated => "fate-duplicated",
            Fate::Delayed => "fate-delayed",
            Fate::Delivered | Fate::Unknown => return None,
        }))
    }

    /// What a wire did to it: `lost on purpose: data>#3`.
    pub fn done(&self, action: &WireAction) -> String {
        let key = match action.what {
            // Nobody asked for this one: the cable was out.
            LinkActionKind::Lost if action.pattern.is_none() => "fate-done-out",
            LinkActionKind::Lost => "fate-done-lost",
            LinkActionKind::Delayed => "fate-done-delayed",
            LinkActionKind::Duplicated => "fate-done-duplicated",
            LinkActionKind::Swapped => "fate-done-swapped",
            LinkActionKind::QueueFull => "fate-done-queue-full",
            LinkActionKind::Unplugged => "fate-done-unplugged",
            LinkActionKind::Plugged => "fate-done-plugged",
        };
        self.say(key, &[("pattern", &super::printable(action.pattern.as_deref().unwrap_or_default().as_bytes()))])
    }

    /// A cable is pulled or plugged in.
    pub fn cable(&self, trace: &Trace, cable: &Cable) -> String {
        let ends = self.ends(trace, cable.wire).unwrap_or_default();
        self.say(if cable.out { "fate-cable-out" } else { "fate-cable-in" }, &[("ends", &ends)])
    }

    fn inferred(&self, trace: &Trace, fate: Fate) -> Option<String> {
        match fate {
            Fate::Lost { after, before } => {
                let (after, before) = (self.place(trace, after), self.place(trace, before));
                Some(self.say("fate-lost-between", &[("after", &after), ("before", &before)]))
            }
            Fate::Duplicated => Some(self.word("fate-duplicated")),
            Fate::Delayed => Some(self.word("fate-delayed")),
            Fate::Delivered | Fate::Unknown => None,
        }
    }

    /// A place where segments are seen, or a wire between two.
    pub(super) fn place(&self, trace: &Trace, place: PlaceId) -> String {
        match trace.place(place) {
            Some(Place::Interface { name, .. }) if !name.is_empty() => super::printable(name.as_bytes()),
            _ => self.ends(trace, place).unwrap_or_else(|| self.say("place-number", &[("number", &place.0)])),
        }
    }

    /// Both ends of a wire: `client:eth0–server:eth0`.
    pub fn ends(&self, trace: &Trace, wire: PlaceId) -> Option<String> {
        match trace.place(wire) {
            Some(Place::Wire { ends }) => Some(super::printable(ends.join("–").as_bytes())),
            Some(Place::Interface { .. } | Place::Program { .. } | Place::Kernel { .. }) | None => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Timestamp;
    use crate::trace::FrameNumber;
    use crate::words::Language;

    #[test]
    fn every_action_is_told_with_its_pattern_and_its_cable() {
        let mut trace = Trace::default();
        let wire = trace.add_place(Place::Wire { ends: ["client:eth0".into(), "switch:client".into()] });
        let kinds = [
            LinkActionKind::Lost,
            LinkActionKind::Delayed,
            LinkActionKind::Duplicated,
            LinkActionKind::Swapped,
            LinkActionKind::QueueFull,
            LinkActionKind::Unplugged,
        ];
        for language in Language::ALL {
            let words = Words::new(language);
            for what in kinds {
                let pattern = (what != LinkActionKind::QueueFull).then(|| "data>#3".to_owned());
                let action = WireAction {
                    at: Timestamp::default(),
                    wire,
                    what,
                    pattern: pattern.clone(),
                    frame: FrameNumber(1),
                };
                let told = words.fate(&trace, Fate::Unknown, &[action]).unwrap();
                assert!(!told.contains('⟨') && told.contains("client:eth0–switch:client"), "{told}");
                assert_eq!(told.contains("data>#3"), pattern.is_some(), "{told}");
            }
        }
        let english = Words::new(Language::English);
        let lost = Fate::Lost { after: PlaceId(7), before: wire };
        let told = "lost between interface 7 and client:eth0–switch:client (inferred)";
        assert_eq!(english.fate(&trace, lost, &[]).as_deref(), Some(told));
        assert_eq!(english.fate(&trace, Fate::Delivered, &[]), None);
    }
}
