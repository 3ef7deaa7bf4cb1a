//! What a capture file says that no event holds: kept as it stands, so that
//! saving the trace again loses nothing.
//!
//! Owns storing it and where it stood. What the bytes mean is not known here.

/// Something of a pcapng file that is no event and no place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aside {
    /// Whether numbers in it stand with their upper byte first.
    pub big_endian: bool,
    /// What it is.
    pub what: AsideKind,
}

/// What kind of thing is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AsideKind {
    /// A section begins here: interfaces are counted anew, and what follows is
    /// in its byte order. The first one is here only where it says something.
    Section {
        /// What a person wrote about it, a line each.
        comment: Option<String>,
        /// Its header's options, raw, without the end mark.
        options: Vec<u8>,
    },
    /// More on the interface that is described next.
    Interface {
        /// What a person wrote about it, a line each.
        comment: Option<String>,
        /// The most bytes kept of each frame; 0 for no limit.
        snap_length: u32,
        /// Its clock starts so many seconds after 1970. Zero in a [`Trace`]:
        /// there the events themselves tell.
        ///
        /// [`Trace`]: super::Trace
        clock_offset: i64,
        /// Its options beyond name, description and clock, raw.
        options: Vec<u8>,
    },
    /// More on the frame that comes next: options beyond comments, raw.
    Frame {
        /// Flags, hashes, queues, what other tools add.
        options: Vec<u8>,
    },
    /// A whole block: statistics, names, secrets, what nobody knows. Moments
    /// in statistics are nanoseconds since 1970.
    Block {
        /// Its type (draft-ietf-opsawg-pcapng, section 10.1).
        block_type: u32,
        /// What stands between its two lengths.
        body: Vec<u8>,
    },
}

impl Aside {
    /// How much memory its raw bytes take.
    pub fn size(&self) -> usize {
        match &self.what {
            AsideKind::Section { options, .. }
            | AsideKind::Interface { options, .. }
            | AsideKind::Frame { options } => options.len(),
            AsideKind::Block { body, .. } => body.len(),
        }
    }
}

/// Between which places and which events something stood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// How many places come before it.
    pub places: usize,
    /// How many events come before it.
    pub events: usize,
}
