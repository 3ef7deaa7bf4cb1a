//! `wirelens capture`: an interface of this system, as it happens.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::time::Duration;

use super::arguments::{self, Drawing, Format};
use super::lines::Lines;
use super::output::Output;
use super::pass::Chosen;
use super::show::{self, Sum};
use super::{Failure, Status, interfaces, picture, run};
use crate::conversation::{Glance, Label, Row, Survey};
use crate::model::{Frame, LinkType, Place, PlaceId, Timestamp};
use crate::session::capture::Capture;
use crate::session::live::{Heard, Listening, LiveEnd};
use crate::source::file::{self, FileError, RawOptions, RecordFrame, WriteError, Writer};
use crate::trace::{FrameNumber, Notes};
use crate::words::{self, Words};

/// How long a wait for the next frame lasts; the capture's own thread ends it
/// sooner.
const WAIT: Duration = Duration::from_secs(1);

/// Captures until it is enough.
pub(super) fn capture(asked: &arguments::Capture, words: &Words, output: &Output<'_>) -> Result<(), Failure> {
    let drawing = &asked.drawing;
    picture::check(drawing, words)?;
    if asked.count == Some(0) {
        return Err(Failure::new(Status::Usage, words.word("capture-count-zero")));
    }
    let keep = asked.keep.as_deref().map(|filter| Chosen::new(Some(filter), words)).transpose()?;
    let shown = Chosen::new(drawing.filter.as_deref(), words)?;
    let listening = Listening::start(&asked.interface).map_err(|error| interfaces::failure(&error, words))?;
    let stop = listening.stopper();
    // Where signals cannot be handled Ctrl-C still ends us, only less politely.
    run::stop_on_signal(stop).ok();
    let interface = listening.interface();
    let name = words::printable(interface.name.as_bytes());
    let kind = words.interface_kind(&interface.kind);
    let saving = match drawing.write.as_deref() {
        Some(path) => Some(Saving::start(path, &listening.place(), &listening.notes(), words)?),
        None => None,
    };
    output.note(&words.say("capture-on", &[("interface", &name), ("kind", &kind)]));
    let mut head = String::new();
    let lines = match drawing.format {
        Some(Format::Tcpdump) => Some(Lines::tcpdump()),
        Some(Format::Table) => {
            let (table, its_head) = Lines::table(output);
            head = its_head;
            Some(table)
        }
        Some(Format::Ladder | Format::Hops | Format::Json | Format::Summary) | None => None,
    };
    let sum = drawing.filter.is_some().then(Sum::default);
    let mut work = Work {
        kept: Kept::new(drawing, &listening.place(), listening.notes()),
        keep: keep.map(|filter| Keep { filter, survey: surveyed(&listening.place()), seen: 0 }),
        link_type: link_type(&listening.place()),
        most: asked.count.unwrap_or(u64::MAX),
        filtered: 0,
        watch: Watch { shown, drawing, saving, name: interface.name.clone(), lines, line: head, sum, failed: None },
    };
    let (end, written) = work.listen(&listening, output);
    work.finish(&end, words, output)?;
    written
}

/// What -f does: it is asked about every frame, so it remembers every frame's
/// conversation.
struct Keep {
    filter: Chosen,
    survey: Survey,
    seen: u32,
}

/// What is in memory of the frames that are kept.
enum Kept {
    /// What their conversations have come to.
    Outlines { survey: Box<Survey>, notes: Box<Notes>, count: u32 },
    /// The frames themselves, the last ones.
    Frames(Box<Capture>),
}

impl Kept {
    fn new(drawing: &Drawing, place: &Place, notes: Notes) -> Self {
        match drawing.format {
            _ if picture::to_stdout(drawing) => Self::outlines(place, notes),
            Some(Format::Tcpdump | Format::Table) => Self::outlines(place, notes),
            Some(Format::Summary) if drawing.conversation.is_none() => Self::outlines(place, notes),
            Some(Format::Ladder | Format::Hops | Format::Json | Format::Summary) | None => {
                Self::Frames(Box::new(Capture::live(place.clone(), notes)))
            }
        }
    }

    fn outlines(place: &Place, notes: Notes) -> Self {
        Self::Outlines { survey: Box::new(surveyed(place)), notes: Box::new(notes), count: 0 }
    }

    fn take(&mut self, link_type: LinkType, at: Timestamp, frame: &Frame, see: impl FnMut(&Glance<'_>, &Row)) {
        match self {
            Self::Outlines { survey, count, .. } => take(survey, link_type, count, at, frame, see),
            Self::Frames(capture) => capture.take(at, frame, see),
        }
    }
}

/// A survey of one interface.
fn surveyed(place: &Place) -> Survey {
    let mut survey = Survey::default();
    survey.set_places(usize::from(matches!(place, Place::Interface { .. })));
    survey
}

const fn link_type(place: &Place) -> LinkType {
    match place {
        Place::Interface { link_type, .. } => *link_type,
        Place::Program { .. } | Place::Kernel { .. } | Place::Wire { .. } => LinkType::ETHERNET,
    }
}

/// Understands the next frame and shows it to `see`.
fn take(
    survey: &mut Survey,
    link_type: LinkType,
    count: &mut u32,
    at: Timestamp,
    frame: &Frame,
    mut see: impl FnMut(&Glance<'_>, &Row),
) {
    *count = count.saturating_add(1);
    let glance = Glance {
        number: FrameNumber(*count),
        at,
        place: PlaceId(0),
        link_type,
        original_length: frame.original_length,
        bytes: &frame.bytes,
    };
    see(&glance, survey.take(&glance));
}

/// A capture at work.
struct Work<'a> {
    kept: Kept,
    keep: Option<Keep>,
    link_type: LinkType,
    /// Frames that are enough.
    most: u64,
    /// Frames that -f did not select.
    filtered: u64,
    watch: Watch<'a>,
}

/// What happens to a frame that is kept, as it comes.
struct Watch<'a> {
    shown: Chosen,
    drawing: &'a Drawing,
    saving: Option<Saving<'a>>,
    /// The interface's.
    name: String,
    lines: Option<Lines>,
    /// What is to be written next.
    line: String,
    /// What -Y selects amounts to.
    sum: Option<Sum>,
    failed: Option<Stopped>,
}

/// Why it does not go on.
enum Stopped {
    /// Standard output cannot be written to.
    Output(io::Error),
    /// The file cannot be.
    Save(Failure),
}

impl Work<'_> {
    /// Listens until the end, writing a line for each frame where that is
    /// asked for; tells also whether standard output took them.
    fn listen(&mut self, listening: &Listening, output: &Output<'_>) -> (LiveEnd, Result<(), Failure>) {
        if self.watch.lines.is_none() {
            return (self.listen_to(listening, &mut io::sink()), Ok(()));
        }
        let mut end = LiveEnd::default();
        let written = output.write(|out| {
            end = self.listen_to(listening, out);
            match self.watch.failed.take_if(|stopped| matches!(stopped, Stopped::Output(_))) {
                Some(Stopped::Output(error)) => Err(error),
                Some(Stopped::Save(_)) | None => Ok(()),
            }
        });
        (end, written)
    }

    fn listen_to(&mut self, listening: &Listening, out: &mut dyn Write) -> LiveEnd {
        let mut count = 0;
        let mut stopping = false;
        // The head of a table.
        self.watch.write(out);
        self.watch.flush(out);
        loop {
            match listening.next(WAIT) {
                Heard::Frame(at, frame) => {
                    if stopping || !self.wants(at, &frame) {
                        continue;
                    }
                    count += 1;
                    let watch = &mut self.watch;
                    self.kept.take(self.link_type, at, &frame, |glance, row| watch.see(glance, row, &frame, out));
                    if !listening.has_more() {
                        watch.flush(out);
                    }
                    if count >= self.most || watch.failed.is_some() {
                        listening.stop();
                        stopping = true;
                    }
                }
                Heard::Nothing => {}
                Heard::End(end) => {
                    self.watch.flush(out);
                    return end;
                }
            }
        }
    }

    /// Whether -f selects a frame.
    fn wants(&mut self, at: Timestamp, frame: &Frame) -> bool {
        let Some(Keep { filter, survey, seen }) = &mut self.keep else { return true };
        let mut selected = false;
        let label = Label { interface: Some(&self.watch.name), comment: None };
        take(survey, self.link_type, seen, at, frame, |glance, row| selected = filter.selects(glance, row, &label));
        self.filtered += u64::from(!selected);
        selected
    }

    /// Draws what is drawn at the end, and says what there is to say.
    fn finish(self, end: &LiveEnd, words: &Words, output: &Output<'_>) -> Result<(), Failure> {
        let Self { kept, filtered, watch, .. } = self;
        let Watch { drawing, saving, sum, failed, .. } = watch;
        let saved = match (failed, saving) {
            (Some(Stopped::Save(failure)), _) => Err(failure),
            // A reader of the pipe who has closed it has read enough.
            (Some(Stopped::Output(error)), _) => output.write(|_| Err(error)),
            (None, Some(saving)) => saving.finish(end.dropped),
            (None, None) => Ok(()),
        };
        let count = match kept {
            Kept::Outlines { survey, mut notes, count } => {
                notes.drops = end.dropped;
                if drawing.format == Some(Format::Summary) {
                    show::summed_up(&notes, &survey, sum.as_ref(), words, output)?;
                }
                usize::try_from(count).unwrap_or(usize::MAX)
            }
            Kept::Frames(mut capture) => {
                capture.set_drops(end.dropped);
                draw(&capture, &Drawing { write: None, ..drawing.clone() }, words, output)?;
                capture.index().len()
            }
        };
        tell(end, count, filtered, words, output);
        saved?;
        end.error.as_ref().map_or(Ok(()), |error| Err(interfaces::failure(error, words)))
    }
}

/// Draws frames that are in memory.
fn draw(capture: &Capture, drawing: &Drawing, words: &Words, output: &Output<'_>) -> Result<(), Failure> {
    let reread = |source| Failure::new(Status::Failed, words.file_error(&FileError::Read { source }));
    match drawing.format {
        Some(Format::Ladder) | None if drawing.filter.is_none() => show::draw(capture, drawing, reread, words, output),
        _ => {
            show::tell_dropped(capture, words, output);
            picture::show(&capture.whole().map_err(reread)?, drawing, words, output)
        }
    }
}

/// How many there were, and what about them.
fn tell(end: &LiveEnd, kept: usize, filtered: u64, words: &Words, output: &Output<'_>) {
    output.note(&match end.dropped {
        Some(dropped) => words.say("capture-count", &[("kept", &kept), ("dropped", &dropped)]),
        None => words.say("capture-count-unknown", &[("kept", &kept)]),
    });
    if filtered > 0 {
        output.note(&words.say("capture-filtered", &[("count", &filtered)]));
    }
    if end.unstamped > 0 {
        output.note(&words.say("capture-unstamped", &[("count", &end.unstamped)]));
    }
    if let Some((counted, read)) = &end.miscounted {
        let (received, dropped) = (counted.received, counted.dropped);
        let counts: [(&str, &dyn std::fmt::Display); 3] =
            [("received", &received), ("dropped", &dropped), ("read", read)];
        output.note(&words.say("capture-miscounted", &counts));
    }
}

impl Watch<'_> {
    /// Saves a frame and writes its line.
    fn see(&mut self, glance: &Glance<'_>, row: &Row, frame: &Frame, out: &mut dyn Write) {
        let label = Label { interface: Some(&self.name), comment: None };
        if !self.shown.selects(glance, row, &label) {
            return;
        }
        if let Some(Err(stopped)) = self.saving.as_mut().map(|saving| saving.frame(glance.at, frame)) {
            self.failed = Some(stopped);
            return;
        }
        if let Some(sum) = &mut self.sum {
            sum.add(glance, row);
        }
        if let Some(lines) = &mut self.lines
            && self.drawing.conversation.is_none_or(|id| row.conversation == Some(id))
        {
            lines.append(glance, row, &label, &mut self.line);
            self.write(out);
        }
    }

    /// Writes the line at hand.
    fn write(&mut self, out: &mut dyn Write) {
        let written = out.write_all(self.line.as_bytes());
        self.line.clear();
        self.heed(written);
    }

    /// Lets a reader have all lines so far.
    fn flush(&mut self, out: &mut dyn Write) {
        if self.lines.is_some() {
            let written = out.flush();
            self.heed(written);
        }
    }

    /// Where nobody reads the lines any more, no more are made; the capture
    /// goes on where it is saved.
    fn heed(&mut self, written: io::Result<()>) {
        let Err(error) = written else { return };
        self.lines = None;
        if self.saving.is_none() || error.kind() != io::ErrorKind::BrokenPipe {
            self.failed.get_or_insert(Stopped::Output(error));
        }
    }
}

/// A file that is written as the frames come.
struct Saving<'a> {
    writer: Writer<Box<dyn Write>>,
    path: &'a Path,
    frames: u64,
    words: &'a Words,
}

impl<'a> Saving<'a> {
    fn start(path: &'a Path, place: &Place, notes: &Notes, words: &'a Words) -> Result<Self, Failure> {
        let out: Box<dyn Write> = if path == Path::new("-") {
            Box::new(io::stdout())
        } else {
            Box::new(File::create(path).map_err(|source| {
                let error = FileError::Save { source, path: path.to_owned() };
                Failure::new(Status::Failed, words.file_error_at(&error, path))
            })?)
        };
        let format = if path.extension().is_some_and(|end| end == "pcap" || end == "cap") {
            // Before the last frame nobody knows whether all fit into
            // microseconds.
            file::Format::Pcap { nanoseconds: true }
        } else {
            file::Format::Pcapng
        };
        let mut saving = Self { writer: Writer::new(out, format), path, frames: 0, words };
        saving.writer.notes(notes);
        // A reader of a pipe may begin.
        match saving.writer.place(place).and_then(|()| saving.writer.flush()) {
            Err(error) if !saving.is_closed(&error) => Err(saving.failure(error)),
            Ok(()) | Err(_) => Ok(saving),
        }
    }

    /// Writes a frame, at once: what is killed has lost none.
    fn frame(&mut self, at: Timestamp, frame: &Frame) -> Result<(), Stopped> {
        let record = RecordFrame {
            at,
            place: PlaceId(0),
            offset: 0,
            original_length: frame.original_length,
            bytes: &frame.bytes,
            comment: None,
            options: RawOptions::default(),
        };
        match self.writer.frame(&record).and_then(|()| self.writer.flush()) {
            Ok(()) => {
                self.frames += 1;
                Ok(())
            }
            Err(error) if self.is_closed(&error) => Err(Stopped::Output(error.into())),
            Err(error) => Err(Stopped::Save(self.failure(error))),
        }
    }

    /// Writes what was counted.
    fn finish(self, dropped: Option<u64>) -> Result<(), Failure> {
        let Self { writer, path, frames, words } = self;
        match writer.finish(dropped) {
            Err(error) if !is_closed(path, &error) => Err(not_saved(error, path, frames, words)),
            Ok(_) | Err(_) => Ok(()),
        }
    }

    fn is_closed(&self, error: &WriteError) -> bool {
        is_closed(self.path, error)
    }

    fn failure(&self, error: WriteError) -> Failure {
        not_saved(error, self.path, self.frames, self.words)
    }
}

/// Whether standard output was wanted and nobody reads it any more.
fn is_closed(path: &Path, error: &WriteError) -> bool {
    let closed = matches!(error, WriteError::Io(error) if error.kind() == io::ErrorKind::BrokenPipe);
    closed && path == Path::new("-")
}

fn not_saved(error: WriteError, path: &Path, frames: u64, words: &Words) -> Failure {
    let reason = words.io_reason(&error.into());
    let sentence = words.say("capture-save-failed", &[("reason", &reason), ("count", &frames)]);
    Failure::new(Status::Failed, words.at(&sentence, path))
}
