//! Painting: the same timeline in a terminal, as JSON, in a window.
//!
//! Changes the model only by a command, opens no socket and decodes nothing.

/// The machine-readable document of `--format json`.
pub mod json;
/// One line a frame, as `tcpdump -n` prints it.
pub mod tcpdump;
/// The packet list in a terminal.
pub mod table;
/// The ladder in a terminal.
pub mod terminal;
/// The egui window.
#[cfg(feature = "window")]
pub mod window;

use crate::conversation::{Conversation, Conversations};
use crate::timeline::Timeline;
use crate::trace::Trace;

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
