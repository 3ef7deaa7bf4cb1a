//! One pass over a capture of any size: each frame is understood and
//! forgotten.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use super::output::Output;
use super::{Failure, Status};
use crate::conversation::{self, Glance, Label, Row, Survey};
use crate::filter::{Collected, Filter};
use crate::model::{LinkType, Place};
use crate::source::file::{
    self, Damage, FileError, Format, Item, Opened, Reader, RecordFrame, Summary, WriteError, Writer,
};
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
    pub(super) row: &'a Row,
    /// Its interface.
    pub(super) place: &'a Place,
}

impl Passing<'_> {
    /// What the file says of it beside its bytes.
    pub(super) fn label(&self) -> Label<'_> {
        let interface = match self.place {
            Place::Interface { name, .. } => Some(name.as_str()).filter(|name| !name.is_empty()),
            Place::Program { .. } | Place::Kernel { .. } => None,
        };
        Label { interface, comment: self.record.comment }
    }
}

/// The display filter that `text` is.
pub(super) fn parse(text: &str, words: &Words) -> Result<Filter, Failure> {
    Filter::parse(text).map_err(|error| Failure::new(Status::Usage, words.filter_error(text, &error)))
}

/// Which frames are wanted.
pub(super) struct Chosen {
    filter: Option<(Filter, Collected)>,
}

impl Chosen {
    /// Those that the filter selects; all where there is none.
    pub(super) fn new(filter: Option<&str>, words: &Words) -> Result<Self, Failure> {
        let filter = match filter {
            None => None,
            Some(text) => {
                let filter = parse(text, words)?;
                let collected = Collected::new(filter.wanted());
                Some((filter, collected))
            }
        };
        Ok(Self { filter })
    }

    /// Whether this frame is one of them.
    pub(super) fn has(&mut self, frame: &Passing<'_>) -> bool {
        let Some((filter, collected)) = &mut self.filter else { return true };
        collected.clear();
        conversation::fields(&frame.glance, frame.row, &frame.label(), collected);
        filter.matches(collected)
    }
}

/// Why a pass did not come to its end.
pub(super) enum Stopped {
    /// The capture cannot be read at all.
    Refused(FileError),
    /// What was seen could not be written.
    Output(io::Error),
    /// What was seen could not be saved.
    Save(WriteError),
}

/// What the pass told beside its frames.
#[derive(Default)]
pub(super) struct Passed {
    pub(super) survey: Survey,
    pub(super) summary: Summary,
    pub(super) damage: Option<Damage>,
}

impl Passed {
    /// Says what there is to say about the file itself.
    pub(super) fn finish(&self, path: &Path, words: &Words, output: &Output<'_>) -> Result<(), Failure> {
        let summary = self.summary.clone();
        let told = Opened {
            broken: summary.broken,
            skipped: summary.skipped,
            not_understood: summary.not_understood,
            untimed: summary.untimed,
            ..Opened::default()
        };
        told_of_file(&Opened { damage: self.damage.clone(), ..told }, path, words, output)
    }
}

/// Says what there is to say about a file, and fails where it is damaged.
pub(super) fn told_of_file(opened: &Opened, path: &Path, words: &Words, output: &Output<'_>) -> Result<(), Failure> {
    for sentence in words.skipped(opened) {
        output.note(&sentence);
    }
    match (&opened.damage, &opened.broken) {
        (Some(damage), _) => Err(Failure::new(Status::Damaged, words.damage_at(damage, path))),
        (None, Some(broken)) => Err(Failure::new(Status::Damaged, words.broken(broken))),
        (None, None) => Ok(()),
    }
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

/// Shows the chosen frames of a capture to `see`, in order, as they come in;
/// writes them, and all that is no frame, to `saved`.
pub(super) fn over(
    path: &Path,
    chosen: &mut Chosen,
    mut saved: Option<&mut Writer<&mut dyn Write>>,
    mut see: impl FnMut(&Passing<'_>) -> io::Result<()>,
) -> Result<Passed, Stopped> {
    let mut reader = Reader::new(source(path).map_err(Stopped::Refused)?).map_err(Stopped::Refused)?;
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
                let passing = Passing { glance, record, row, place };
                if chosen.has(&passing) {
                    if let Some(writer) = &mut saved {
                        writer.frame(&record).map_err(Stopped::Save)?;
                    }
                    see(&passing).map_err(Stopped::Output)?;
                }
            }
            Ok(Some(item)) => {
                if let Some(writer) = &mut saved {
                    writer.item(&item).map_err(Stopped::Save)?;
                }
                if let Item::Place(place) = item {
                    places.push(place);
                    let interfaces = places.iter().filter(|place| matches!(place, Place::Interface { .. }));
                    survey.set_places(interfaces.count());
                }
            }
            Ok(None) => break None,
            Err(damage) => break Some(damage),
        }
    };
    Ok(Passed { survey, summary: reader.finish(), damage })
}

/// As [`over`], writing what `see` has for each frame to standard output, and
/// saving the frames where that is asked for.
pub(super) fn print(
    path: &Path,
    save: Option<&Path>,
    chosen: &mut Chosen,
    words: &Words,
    output: &Output<'_>,
    mut see: impl FnMut(&Passing<'_>, &mut dyn Write) -> io::Result<()>,
) -> Result<Passed, Failure> {
    let mut ended = None;
    output.write(|out| {
        ended = Some(match save {
            None => over(path, chosen, None, |frame| see(frame, out)),
            Some(target) => {
                let mut stopped = None;
                let format = if target.extension().is_some_and(|end| end == "pcap" || end == "cap") {
                    // Before the last frame nobody knows whether all fit
                    // into microseconds.
                    Format::Pcap { nanoseconds: true }
                } else {
                    Format::Pcapng
                };
                let saved = file::save_with(target, |file| {
                    let mut writer = Writer::new(file, format);
                    match over(path, chosen, Some(&mut writer), |frame| see(frame, out)) {
                        Ok(passed) => {
                            writer.finish(passed.summary.notes.drops)?;
                            Ok(Some(passed))
                        }
                        Err(Stopped::Save(error)) => Err(error),
                        Err(other) => {
                            stopped = Some(other);
                            writer.finish(None)?;
                            Ok(None)
                        }
                    }
                });
                match (saved, stopped) {
                    (Err(error), _) => Err(Stopped::Refused(error)),
                    (Ok(_), Some(stopped)) => Err(stopped),
                    (Ok(passed), None) => Ok(passed.unwrap_or_default()),
                }
            }
        });
        match ended.take_if(|ended| matches!(ended, Err(Stopped::Output(_)))) {
            Some(Err(Stopped::Output(error))) => Err(error),
            _ => Ok(()),
        }
    })?;
    match ended {
        Some(Ok(passed)) => Ok(passed),
        Some(Err(Stopped::Refused(error))) => Err(Failure::new(Status::Failed, words.file_error_at(&error, path))),
        Some(Err(Stopped::Save(error))) => {
            let path = path.to_owned();
            let error = FileError::Save { source: error.into(), path: path.clone() };
            Err(Failure::new(Status::Failed, words.file_error_at(&error, &path)))
        }
        // A closed pipe: its reader has seen enough.
        Some(Err(Stopped::Output(_))) | None => Ok(Passed::default()),
    }
}
