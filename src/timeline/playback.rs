//! Going through a conversation moment by moment.

/// A moment of the picture as the present: what comes later has not happened
/// yet.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Now {
    /// The last moment that has happened or is happening, by index into
    /// [`Timeline::moments`](super::Timeline::moments).
    pub moment: usize,
    /// How much of it has happened, 0…1: an arrow on its way.
    pub part: f32,
}
