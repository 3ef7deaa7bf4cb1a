//! For a newcomer: watch a handshake, open a capture, answer a question.
//!
//! ```text
//! ┌ Watch a handshake ┐ ┌ Open a capture ┐ ┌ Answer a question ┐
//! │ …            ▶    │ │ …   Open…      │ │ …   A   B   C     │
//! └───────────────────┘ └────────────────┘ └───────────────────┘
//! ```
//!
//! Owns the questions and which recording answers each. The answers are in
//! the recordings' packets, and a test looks for them there.

use std::path::PathBuf;

use super::command::Command;
use super::egui::{Align, Frame, Layout, Margin, RichText, Stroke, Ui, WidgetInfo, accesskit::Role};
use super::fonts;
use super::theme::{RADIUS, Theme};
use crate::words::{Words, printable};

/// The recording that a newcomer watches.
pub(super) const WATCHED: &str = "greeting";
/// Captures opened lately that are offered.
const RECENT: usize = 3;
/// Below this width the cards stand one below the other, in points.
const NARROW: f32 = 680.0;

/// A question whose answer is in a recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Question {
    /// The stem of its phrases.
    pub(super) key: &'static str,
    /// The right one of the three answers.
    pub(super) right: usize,
    /// The recording that shows it.
    pub(super) recording: &'static str,
    /// The frame to look at.
    pub(super) frame: u32,
}

/// The questions, in order.
pub(super) const QUESTIONS: [Question; 4] = [
    Question { key: "question-accept", right: 0, recording: "greeting", frame: 3 },
    Question { key: "question-refused", right: 1, recording: "refused", frame: 2 },
    Question { key: "question-three", right: 2, recording: "greeting-three-segments", frame: 15 },
    Question { key: "question-udp", right: 1, recording: "udp-hello-port-unreachable", frame: 2 },
];

/// The cards; which question is asked is kept between frames.
#[derive(Debug, Default)]
pub(super) struct Welcome {
    question: usize,
}

impl Welcome {
    /// Goes on to the next question.
    pub(super) const fn next(&mut self) {
        self.question = (self.question + 1) % QUESTIONS.len();
    }

    /// Shows the three cards; returns what was asked for.
    pub(super) fn show(&self, ui: &mut Ui, recent: &[PathBuf], words: &Words) -> Option<Command> {
        let mut command = None;
        let width = ui.available_width();
        let mut cards = |ui: &mut Ui, index: usize| match index {
            0 => card(ui, &words.word("welcome-watch"), &words.word("welcome-watch-about"), |ui| {
                let text = format!("▶ {}", words.word("welcome-watch-go"));
                if ui.add(Theme::of(ui).primary_button(text)).clicked() {
                    command = Some(Command::Watch);
                }
            }),
            1 => card(ui, &words.word("welcome-open"), &words.word("welcome-open-about"), |ui| {
                ui.horizontal_wrapped(|ui| {
                    if ui.button(words.word("welcome-open-go")).clicked() {
                        command = Some(Command::AskOpen);
                    }
                    for path in recent.iter().take(RECENT) {
                        let name = path.file_name().unwrap_or(path.as_os_str());
                        let name = printable(name.to_string_lossy().as_bytes());
                        let full = printable(path.to_string_lossy().as_bytes());
                        if ui.link(name).on_hover_text(full).clicked() {
                            command = Some(Command::Open(path.clone()));
                        }
                    }
                });
            }),
            _ => self.question(ui, words, &mut command),
        };
        if width < NARROW {
            for index in 0..3 {
                cards(ui, index);
                ui.add_space(6.0);
            }
        } else {
            ui.columns(3, |columns| {
                for (index, column) in columns.iter_mut().enumerate() {
                    column.with_layout(Layout::top_down(Align::Min), |ui| cards(ui, index));
                }
            });
        }
        command
    }

    fn question(&self, ui: &mut Ui, words: &Words, command: &mut Option<Command>) {
        let Some(question) = QUESTIONS.get(self.question) else { return };
        card(ui, &words.word("welcome-question"), &words.word(question.key), |ui| {
            for option in 0..3 {
                let text = words.word(&format!("{}-{option}", question.key));
                if ui.button(text).clicked() {
                    *command = Some(Command::Answer(self.question, option));
                }
            }
        });
    }
}

fn card(ui: &mut Ui, title: &str, about: &str, inside: impl FnOnce(&mut Ui)) {
    let theme = Theme::of(ui);
    let frame = Frame::NONE
        .fill(theme.panel)
        .stroke(Stroke::new(1.0, theme.line))
        .corner_radius(RADIUS)
        .inner_margin(Margin::symmetric(14, 10));
    let shown = frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.label(RichText::new(title).text_style(fonts::title()).color(theme.text));
        ui.label(RichText::new(about).color(theme.soft));
        ui.add_space(4.0);
        inside(ui);
    });
    shown.response.widget_info(|| WidgetInfo::labeled(Role::Group, true, title));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversation::{Conversation, conversations};
    use crate::source::shipped::SHIPPED;
    use crate::words::Language;

    /// What the answers claim is in the recordings.
    #[test]
    fn every_question_is_answered_by_its_recording() {
        for (index, question) in QUESTIONS.iter().enumerate() {
            let shipped = SHIPPED.iter().find(|shipped| shipped.id == question.recording).unwrap();
            let trace = shipped.open().unwrap().trace;
            let all = conversations(&trace);
            let conversation = all.all()[0];
            assert!(conversation.frames().iter().any(|frame| frame.0 == question.frame), "{}", question.key);
            match (index, conversation) {
                // connect() returned before accept() did.
                (0, Conversation::Tcp(_)) => {
                    let returned = |name: &str| {
                        let call = all.calls.iter().find(|record| record.call.name() == name).unwrap();
                        call.returned.unwrap()
                    };
                    assert!(returned("connect") < returned("accept"));
                }
                (1, Conversation::Tcp(tcp)) => assert!(tcp.segments[1].flags.rst()),
                (2, Conversation::Tcp(tcp)) => {
                    assert_eq!(tcp.closing, crate::conversation::Closing::ThreeSegment);
                    assert!(tcp.segments[usize::try_from(question.frame).unwrap() - 1].flags.fin());
                }
                (3, Conversation::Udp(udp)) => {
                    let content = &udp.datagrams[1].content;
                    assert!(matches!(content, crate::conversation::DatagramContent::Error { .. }));
                }
                _ => panic!("{}: another kind of conversation", question.key),
            }
        }
    }

    #[test]
    fn every_question_has_its_phrases() {
        for words in Language::ALL.map(Words::new) {
            for question in QUESTIONS {
                let parts = ["", "-0", "-1", "-2", "-why"];
                for key in parts.map(|part| format!("{}{part}", question.key)) {
                    assert!(!words.word(&key).contains('⟨'), "{key}");
                }
            }
        }
    }
}
