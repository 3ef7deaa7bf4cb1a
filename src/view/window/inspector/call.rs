//! The socket call that is selected: what it returned, how long it blocked,
//! which segments it has to do with.

use super::super::command::Command;
use super::super::document::{Document, Selection};
use super::super::egui::{RichText, Ui};
use super::super::theme::Theme;
use super::super::{fonts, hexdump};
use super::section;
use crate::conversation::CallIndex;
use crate::model::{Call, CallOutcome, Place};
use crate::words::{Words, span};

/// Shows a call; returns what the reader asked for.
pub(super) fn show(ui: &mut Ui, document: &Document, index: CallIndex, words: &Words) -> Option<Command> {
    let theme = Theme::of(ui);
    let all = document.all();
    let record = all.call(index)?;
    let link = all.link(index)?;
    let mut asked = None;
    ui.label(RichText::new(record.call.to_string()).font(fonts::numbers(fonts::TITLE)));
    if let Some(Place::Program { name, role, pid, .. }) = document.trace().place(record.program) {
        let who = words.say("ui-process", &[("who", &words.program_role(*role)), ("name", name), ("pid", pid)]);
        ui.label(RichText::new(who).color(theme.soft));
    }
    section(ui, &words.word("ui-call-result"));
    ui.label(RichText::new(words.outcome(record)).font(fonts::numbers(fonts::BODY)));
    if let Some(CallOutcome::Failed { errno, error }) = &record.outcome {
        ui.label(format!("{error} ({errno})"));
    }
    if let Some((picture, _)) = document.picture() {
        let start = span(picture.timeline.since_start(record.entered));
        ui.label(words.say("ui-call-entered", &[("at", &start)]));
    }
    if let Some(returned) = record.returned {
        ui.label(words.say("ui-call-blocked", &[("span", &span(returned.since(record.entered)))]));
    }
    section(ui, &words.word("ui-call-segments"));
    let name = format!("{}()", record.call.name());
    if link.causes.is_empty() {
        ui.label(words.say("call-no-causes", &[("call", &name)]));
    }
    for frame in &link.causes {
        if ui.link(words.say("call-causes", &[("call", &name), ("frames", &frame.0)])).clicked() {
            asked = Some(Selection::Segment(*frame));
        }
    }
    if let Some(frame) = link.released_by
        && ui.link(words.say("call-released-by", &[("frame", &frame.0)])).clicked()
    {
        asked = Some(Selection::Segment(frame));
    }
    let payload = match (&record.call, &record.outcome) {
        (Call::Send { bytes, .. }, _) => Some(bytes),
        (_, Some(CallOutcome::Received { received, .. })) => Some(received),
        _ => None,
    };
    if let Some(bytes) = payload.filter(|bytes| !bytes.is_empty()) {
        section(ui, &words.word("ui-bytes"));
        hexdump::show(ui, bytes, None, words);
    }
    asked.map(Command::Select)
}
