//! One pass over a capture of any size: each frame is understood and
//! forgotten.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use super::{Failure, Status};
use crate::conversation::{Glance, Row, Survey};
use crate::model::{LinkType, Place};
use crate::source::file::{Damage, FileError, Item, Reader, RecordFrame, Summary};
use crate::source::shipped;
use crate::trace::FrameNumber;
use crate::words::Words;

/// A frame on its way past.
pub(super) struct Passing<'a> {
    /// As the survey sees it.
    pub(super) glance: Glance<'a>,
    /// As the file has it.
    pub(super) record: RecordFrame<'a>,
    /// What it turned out to be.
    pub(super) row: Row,
    /// Its interface.
    pub(super) place: &'a Place,
}

/// What the pass told beside its frames.
pub(super) struct Passed {
    pub(super) survey: Survey,
    pub(super) summary: Summary,
    pub(super) damage: Option<Damage>,
}

/// Where a capture is read from.
pub(super) fn source(path: &Path) -> Result<Box<dyn Read>, FileError> {
    if path == Path::new("-") {
        return Ok(Box::new(io::stdin().lock()));
    }
    match File::open(path) {
        Ok(file) => Ok(Box::new(file)),
        // The captures that come with us have names that no file has.
        Err(source) if source.kind() == io::ErrorKind::NotFound => match path.to_str().and_then(shipped::find) {
            Some(capture) => Ok(Box::new(capture.bytes())),
            None => Err(FileError::Open { source, path: path.to_owned() }),
        },
        Err(source) => Err(FileError::Open { source, path: path.to_owned() }),
    }
}

/// Shows every frame of a capture to `see`, in order, as it comes in, until
/// the capture ends or `see` has seen enough.
pub(super) fn over(
    path: &Path,
    words: &Words,
    mut see: impl FnMut(&Passing<'_>) -> Result<bool, Failure>,
) -> Result<Passed, Failure> {
    let refused = |error| Failure::new(Status::Failed, words.file_error_at(&error, path));
    let mut reader = Reader::new(source(path).map_err(refused)?).map_err(refused)?;
    let mut survey = Survey::default();
    let mut places: Vec<Place> = Vec::new();
    let mut number = 0_u32;
    let damage = loop {
        match reader.next() {
            Ok(Some(Item::Frame(record))) => {
                let Some(place) = usize::try_from(record.place.0).ok().and_then(|id| places.get(id)) else { continue };
                let link_type = match place {
                    Place::Interface { link_type, .. } => *link_type,
                    Place::Program { .. } | Place::Kernel { .. } => LinkType::ETHERNET,
                };
                number = number.saturating_add(1);
                let glance = Glance {
                    number: FrameNumber(number),
                    at: record.at,
                    place: record.place,
                    link_type,
                    original_length: record.original_length,
                    bytes: record.bytes,
                };
                let row = survey.take(&glance);
                if !see(&Passing { glance, record, row, place })? {
                    break None;
                }
            }
            Ok(Some(Item::Place(place))) => {
                places.push(place);
                survey.set_places(places.iter().filter(|place| matches!(place, Place::Interface { .. })).count());
            }
            Ok(Some(Item::Event(_) | Item::Notes(_) | Item::Aside(_))) => {}
            Ok(None) => break None,
            Err(damage) => break Some(damage),
        }
    };
    Ok(Passed { survey, summary: reader.finish(), damage })
}
