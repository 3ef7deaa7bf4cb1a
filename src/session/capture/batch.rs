//! Several frames read at once, without holding up whoever reads the capture:
//! frames that stand close together on a disk cost one call.

use std::io;
use std::ops::Range;
use std::sync::Arc;

use super::{Bytes, Capture};
use crate::conversation::{Glance, Label};
use crate::model::{LinkType, Place};
use crate::source::file::Frames;
use crate::trace::{Entry, FrameNumber};

/// Bytes between two frames that are read rather than jumped over.
const GAP: u64 = 4 * 1024;
/// No more is read at once, in bytes, unless one frame is longer.
const MOST: u64 = 1024 * 1024;

/// One frame of a batch.
#[derive(Clone, Debug)]
pub struct BatchFrame {
    /// Its number.
    pub number: FrameNumber,
    /// What the index says of it.
    pub entry: Entry,
    /// What it starts with.
    pub link_type: LinkType,
    /// What a person wrote about it.
    pub comment: Option<String>,
    /// Where in the batch its bytes are; `None` where they went to make room.
    span: Option<Range<usize>>,
}

/// Frames with their bytes.
#[derive(Debug, Default)]
pub struct Batch {
    frames: Vec<BatchFrame>,
    places: Arc<[Place]>,
    bytes: Vec<u8>,
    /// What is read at once.
    run: Vec<u8>,
}

impl Batch {
    /// Notes which frames are wanted, numbers ascending, and where their bytes
    /// are. Those in memory are taken at once; for those on a disk there is
    /// [`read`](Self::read), for when nobody has to wait.
    pub(in super::super) fn locate(
        &mut self,
        capture: &Capture,
        numbers: impl IntoIterator<Item = FrameNumber>,
    ) -> Option<Arc<Frames>> {
        self.frames.clear();
        self.bytes.clear();
        if self.places.len() != capture.places.len() {
            self.places = capture.places.as_slice().into();
        }
        for number in numbers {
            let Some(entry) = capture.index.get(number) else { continue };
            let span = match &capture.bytes {
                Bytes::Disk(_) => None,
                Bytes::Memory(arena) => {
                    let length = usize::try_from(entry.kept).unwrap_or(usize::MAX);
                    arena.bytes(entry.offset, length).map(|bytes| append(&mut self.bytes, bytes))
                }
            };
            let comment = capture.comment(number).map(ToOwned::to_owned);
            self.frames.push(BatchFrame { number, entry, link_type: capture.link_type(entry.place), comment, span });
        }
        capture.disk()
    }

    /// Reads the bytes of every frame that was located.
    ///
    /// # Errors
    /// What the system says, or that the capture is not what it was. The
    /// frames before are there.
    pub(in super::super) fn read(&mut self, disk: &Frames) -> io::Result<()> {
        let mut first = 0;
        while let Some(start) = self.frames.get(first).map(|frame| frame.entry.offset) {
            let end_of = |entry: &Entry| entry.offset.saturating_add(entry.kept.into());
            let mut end = start;
            let mut behind = first;
            while let Some(BatchFrame { entry, .. }) = self.frames.get(behind) {
                let near = entry.offset >= end && entry.offset - end <= GAP && end_of(entry) - start <= MOST;
                if behind > first && !near {
                    break;
                }
                end = end_of(entry);
                behind += 1;
            }
            let length = u32::try_from(end - start).unwrap_or(u32::MAX);
            disk.bytes(start, length, &mut self.run)?;
            for frame in self.frames.get_mut(first..behind).unwrap_or_default() {
                let from = usize::try_from(frame.entry.offset - start).unwrap_or(usize::MAX);
                let to = from.saturating_add(usize::try_from(frame.entry.kept).unwrap_or(usize::MAX));
                frame.span = self.run.get(from..to).map(|bytes| append(&mut self.bytes, bytes));
            }
            first = behind;
        }
        Ok(())
    }

    /// The frames, in order.
    pub fn frames(&self) -> &[BatchFrame] {
        &self.frames
    }

    /// A frame of this batch as a survey sees it; `None` where its bytes are
    /// not here.
    pub fn glance(&self, frame: &BatchFrame) -> Option<Glance<'_>> {
        Some(Glance {
            number: frame.number,
            at: frame.entry.at,
            place: frame.entry.place,
            link_type: frame.link_type,
            original_length: frame.entry.original_length,
            bytes: self.bytes.get(frame.span.clone()?)?,
        })
    }

    /// What the file says of a frame beside its bytes.
    pub fn label<'a>(&'a self, frame: &'a BatchFrame) -> Label<'a> {
        let place = usize::try_from(frame.entry.place.0).ok().and_then(|id| self.places.get(id));
        let interface = match place {
            Some(Place::Interface { name, .. }) => Some(name.as_str()).filter(|name| !name.is_empty()),
            Some(Place::Program { .. } | Place::Kernel { .. } | Place::Wire { .. }) | None => None,
        };
        Label { interface, comment: frame.comment.as_deref() }
    }

    /// How many interfaces the capture has.
    pub fn interfaces(&self) -> usize {
        self.places.iter().filter(|place| matches!(place, Place::Interface { .. })).count()
    }
}

fn append(all: &mut Vec<u8>, bytes: &[u8]) -> Range<usize> {
    let start = all.len();
    all.extend_from_slice(bytes);
    start..all.len()
}
