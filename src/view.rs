//! Painting: the same timeline in a terminal, as JSON, in a window.
//!
//! Changes the model only by a command, opens no socket and decodes nothing.

/// What can be exported, by the ending of its name.
pub mod export;
/// The machine-readable document of `--format json`.
pub mod json;
/// One conversation as a sequence diagram in Mermaid's language.
pub mod mermaid;
/// A row a frame for other programs.
pub mod rows;
/// The packet list in a terminal.
pub mod table;
/// One line a frame, as `tcpdump -n` prints it.
pub mod tcpdump;
/// The ladder in a terminal.
pub mod terminal;
/// The egui window.
#[cfg(feature = "window")]
pub mod window;

use std::collections::BTreeSet;

use crate::conversation::{Conversation, Conversations};
use crate::timeline::Timeline;
use crate::trace::{FrameNumber, Trace};

/// What of a trace is wanted; everything by default.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wanted<'a> {
    /// Only the conversation with this number.
    pub conversation: Option<u32>,
    /// The frames that a filter selected, to be marked.
    pub frames: Option<&'a BTreeSet<FrameNumber>>,
}

impl Wanted<'_> {
    /// Whether this conversation is wanted.
    pub fn has(&self, id: u32) -> bool {
        self.conversation.is_none_or(|wanted| wanted == id)
    }

    /// Whether a filter selected this frame; `None` without a filter.
    pub fn selects(&self, frame: FrameNumber) -> Option<bool> {
        self.frames.map(|frames| frames.contains(&frame))
    }
}

/// Everything a painter needs of one conversation.
#[derive(Clone, Copy, Debug)]
pub struct Picture<'a> {
    /// The events.
    pub trace: &'a Trace,
    /// What they turned out to be.
    pub all: &'a Conversations,
    /// The conversation to paint.
    pub conversation: Conversation<'a>,
    /// Its timeline.
    pub timeline: &'a Timeline,
}
