//! One TCP connection: its numbers, its states, its beginning and its end.

/// What is to be said of each segment.
pub(super) mod analysis;
/// How a connection ends.
pub(super) mod closing;
/// Both ends' states.
pub(super) mod machine;
/// What both ends hold at a moment.
pub(super) mod moment;
/// Relative numbers and why they are what they are.
pub(super) mod numbers;
/// How a connection begins.
pub(super) mod opening;
/// Opening, closing and bytes of a connection, in constant size.
pub(super) mod outline;
/// Opening, data, closing.
mod phases;
/// What one end has received without a hole.
mod received;
/// A segment's header.
pub(super) mod shown;
/// Every connection of a capture, in one pass.
pub(super) mod tracker;
