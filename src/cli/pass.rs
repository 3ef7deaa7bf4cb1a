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
            Place::Program { .. } | Place::Kernel { .. } | Place::Wire { .. } => None,
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
    /// Only frames of this conversation.
    conversation: Option<u32>,
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
        Ok(Self { filter, conversation: None })
    }

    /// Those of them that belong to this conversation, if one is given.
    pub(super) fn of(self, conversation: Option<u32>) -> Self {
        Self { conversation, ..self }
    }

    /// Whether this frame is one of them.
    pub(super) fn has(&mut self, frame: &Passing<'_>) -> bool {
        if self.conversation.is_some_and(|id| frame.row.conversation != Some(id)) {
            return false;
        }
        self.filter.is_none() || self.selects(&frame.glance, frame.row, &frame.label())
    }

    /// The same where the frame comes from no file.
    pub(super) fn selects(&mut self, glance: &Glance<'_>, row: &Row, label: &Label<'_>) -> bool {
        let Some((filter, collected)) = &mut self.filter else { return true };
        collected.clear();
        conversation::fields(glance, row, label, collected);
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
    Save(FileError),
    /// One frame could not be.
    Unwritten(WriteError),
    /// There is no conversation with this number, only so many.
    NoConversation(u32, usize),
}

/// What the pass told beside its frames.
#[derive(Default)]
pub(super) struct Passed {
    pub(super) survey: Survey,
    pub(super) summary: Summary,
    pub(super) damage: Option<Damage>,
    /// What the saved file has no room for: calls, comments, options.
    pub(super) left_out: u64,
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
                    Place::Program { .. } | Place::Kernel { .. } | Place::Wire { .. } => LinkType::ETHERNET,
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
                        writer.frame(&record).map_err(Stopped::Unwritten)?;
                    }
                    see(&passing).map_err(Stopped::Output)?;
                }
            }
            Ok(Some(item)) => {
                if let Some(writer) = &mut saved {
                    writer.item(&item).map_err(Stopped::Unwritten)?;
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
    match chosen.conversation {
        Some(id) if survey.conversation(id).is_none() => Err(Stopped::NoConversation(id, survey.len())),
        _ => Ok(Passed { survey, summary: reader.finish(), damage, left_out: 0 }),
    }
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
    let written = output.write(|out| {
        let passed = match save {
            None => over(path, chosen, None, |frame| see(frame, out)),
            Some(target) => over_saving(path, target, chosen, |frame| see(frame, out)),
        };
        match passed {
            Err(Stopped::Output(error)) => Err(error),
            Ok(passed) => {
                ended = Some(Ok(passed));
                Ok(())
            }
            // What is only begun takes nobody's place.
            Err(stopped) => {
                ended = Some(Err(stopped));
                Err(io::ErrorKind::InvalidInput.into())
            }
        }
    });
    let failed = |error: &FileError, path: &Path| Err(Failure::new(Status::Failed, words.file_error_at(error, path)));
    match ended {
        Some(Ok(passed)) => {
            written?;
            if passed.left_out > 0 {
                output.note(&words.say("saved-left-out", &[("count", &passed.left_out)]));
            }
            Ok(passed)
        }
        Some(Err(Stopped::Refused(error))) => failed(&error, path),
        Some(Err(Stopped::Save(error))) => failed(&error, save.unwrap_or(path)),
        Some(Err(Stopped::NoConversation(id, count))) => {
            let sentence = words.say("no-conversation", &[("id", &id), ("count", &count)]);
            Err(Failure::new(Status::Usage, sentence))
        }
        // A closed pipe: its reader has seen enough.
        Some(Err(Stopped::Output(_) | Stopped::Unwritten(_))) | None => written.map(|()| Passed::default()),
    }
}

/// As [`over`], with the chosen frames saved to `target`: all of them, also
/// when nobody reads what `see` writes any more. Where the capture cannot be
/// read, what was at `target` before still is.
fn over_saving(
    path: &Path,
    target: &Path,
    chosen: &mut Chosen,
    mut see: impl FnMut(&Passing<'_>) -> io::Result<()>,
) -> Result<Passed, Stopped> {
    let format = if target.extension().is_some_and(|end| end == "pcap" || end == "cap") {
        // Before the last frame nobody knows whether all fit into
        // microseconds.
        Format::Pcap { nanoseconds: true }
    } else {
        Format::Pcapng
    };
    let (mut unheard, mut refused) = (None, None);
    let saved = file::save_with(target, |out| {
        let mut writer = Writer::new(out, format);
        let mut failure = None;
        let passed = over(path, chosen, Some(&mut writer), |frame| {
            if unheard.is_none() {
                unheard = see(frame).err();
            }
            Ok(())
        });
        let passed = passed.map_err(|stopped| match stopped {
            Stopped::Unwritten(error) => error,
            stopped @ (Stopped::Refused(_) | Stopped::NoConversation(..)) => {
                failure = Some(stopped);
                io::Error::from(io::ErrorKind::InvalidInput).into()
            }
            Stopped::Save(_) | Stopped::Output(_) => io::Error::from(io::ErrorKind::Other).into(),
        });
        refused = failure;
        let passed = passed?;
        let written = writer.finish(passed.summary.notes.drops)?;
        Ok(Passed { left_out: written.left_out, ..passed })
    });
    match (refused, saved, unheard) {
        (Some(stopped), ..) => Err(stopped),
        (None, Err(error), _) => Err(Stopped::Save(error)),
        (None, Ok(_), Some(error)) => Err(Stopped::Output(error)),
        (None, Ok(passed), None) => Ok(passed),
    }
}
