//! What can be exported, by the ending of its name.
//!
//! Owns the list of endings. Has no opinion on where what is drawn comes from
//! and none on where it goes.

use std::path::Path;

use super::rows;

/// What an ending asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A picture in pixels.
    Png,
    /// A picture in lines and text.
    Svg,
    /// A sequence diagram in Mermaid's language.
    Mermaid,
    /// The ladders, as in a terminal.
    Text,
    /// A row a frame.
    Rows(rows::Format),
    /// The capture itself.
    Capture,
}

/// The endings, in lower case.
pub const ENDINGS: [(&str, Kind); 8] = [
    ("png", Kind::Png),
    ("svg", Kind::Svg),
    ("mmd", Kind::Mermaid),
    ("txt", Kind::Text),
    ("csv", Kind::Rows(rows::Format::Csv)),
    ("ndjson", Kind::Rows(rows::Format::Ndjson)),
    ("pcapng", Kind::Capture),
    ("pcap", Kind::Capture),
];

/// A text in a file has so many columns, wherever it was made.
pub const TEXT_WIDTH: usize = 100;

/// The ending of a name, in lower case; empty where there is none.
pub fn ending(path: &Path) -> String {
    path.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase()
}

impl Kind {
    /// What a name asks for.
    pub fn of(path: &Path) -> Option<Self> {
        let ending = ending(path);
        ENDINGS.iter().find(|(name, _)| *name == ending).map(|(_, kind)| *kind)
    }
}
