//! What a packet table says of single frames of a capture of any size: read
//! and understood on a thread of its own when somebody looks at them.
//!
//! A TCP segment's numbers take a memory of its connection. The frame is
//! handed out at once with what it says itself, and once more when the
//! connection's earlier frames have been gone through. Where that was is
//! remembered, so that the next look costs little. Has no opinion on how a row
//! is written.

use std::collections::BTreeMap;
use std::io;
use std::thread;

use crossbeam_channel::{Receiver, Sender, TryRecvError, TrySendError, bounded};

use super::capture::{Batch, BatchFrame};
use super::opening::Looker;
use crate::conversation::{Glance, Label, Row, Survey};
use crate::decode::Carried;
use crate::trace::FrameNumber;

/// Questions that wait; only the last one is answered.
const QUESTIONS: usize = 8;
/// Answers that wait; behind them the thread stands still.
const ANSWERS: usize = 1024;
/// Entries of the index that are looked through before others may.
const ENTRIES: u32 = 64 * 1024;
/// Frames that are read at once.
const FRAMES: usize = 1024;
/// Connections that are remembered.
const WALKERS: usize = 128;
/// Frames of one connection between two places to start from.
const CHECKPOINT: u32 = 8192;
/// Places to start from that are kept of all connections.
const CHECKPOINTS: usize = 4096;

/// One frame of a packet table.
#[derive(Clone, Debug)]
pub struct FrameRow {
    frame: BatchFrame,
    bytes: Vec<u8>,
    interface: Option<String>,
    /// What it turned out to be.
    pub row: Box<Row>,
    /// All that a memory tells is in `row`; without it the numbers are those of
    /// the header.
    pub is_exact: bool,
}

impl FrameRow {
    /// Its number.
    pub const fn number(&self) -> FrameNumber {
        self.frame.number
    }

    /// Its bytes, when and where it was seen.
    pub fn glance(&self) -> Glance<'_> {
        Glance {
            number: self.frame.number,
            at: self.frame.entry.at,
            place: self.frame.entry.place,
            link_type: self.frame.link_type,
            original_length: self.frame.entry.original_length,
            bytes: &self.bytes,
        }
    }

    /// What the file says of it beside its bytes.
    pub fn label(&self) -> Label<'_> {
        Label { interface: self.interface.as_deref(), comment: self.frame.comment.as_deref() }
    }
}

/// What became of one frame that was asked for.
#[derive(Debug)]
pub enum Answer {
    /// Here it is.
    Row(Box<FrameRow>),
    /// Its bytes went to make room.
    Dropped(FrameNumber),
    /// It cannot be read.
    Failed(FrameNumber, io::Error),
    /// The file was deleted, or another one took its place. What is open can
    /// still be read. Told once.
    Gone,
}

/// The thread that reads rows. Dropping it ends it.
#[derive(Debug)]
pub struct Rows {
    questions: Sender<Vec<FrameNumber>>,
    answers: Receiver<Answer>,
}

impl Rows {
    /// Starts the thread.
    ///
    /// # Errors
    /// Where none can be started.
    pub fn start(looker: Looker) -> io::Result<Self> {
        let (questions, asked) = bounded(QUESTIONS);
        let (told, answers) = bounded(ANSWERS);
        let mut work = Work {
            looker,
            asked,
            newer: None,
            told,
            batch: Batch::default(),
            walkers: BTreeMap::new(),
            tick: 0,
            gone: false,
        };
        thread::Builder::new().name("rows".into()).spawn(move || work.run())?;
        Ok(Self { questions, answers })
    }

    /// Asks for these frames, numbers ascending, instead of those asked for
    /// before; tells whether the question was taken: it is not while too many
    /// wait.
    pub fn ask(&self, numbers: Vec<FrameNumber>) -> bool {
        match self.questions.try_send(numbers) {
            Ok(()) => true,
            Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => false,
        }
    }

    /// What comes.
    pub const fn answers(&self) -> &Receiver<Answer> {
        &self.answers
    }
}

/// Goes through the frames of one connection.
struct Walker {
    survey: Survey,
    /// Every frame of the connection before this one has been taken in.
    next: FrameNumber,
    /// How many those are.
    taken: u32,
    /// Earlier places to start from.
    checkpoints: Vec<(FrameNumber, Survey)>,
    /// When it was wanted last.
    used: u64,
}

impl Walker {
    fn new(first: FrameNumber) -> Self {
        Self { survey: Survey::default(), next: first, taken: 0, checkpoints: Vec::new(), used: 0 }
    }

    /// Goes back, if it must, so that `number` is still before it.
    fn back_to(&mut self, number: FrameNumber, first: FrameNumber) {
        if self.next <= number {
            return;
        }
        self.checkpoints.retain(|(from, _)| *from <= number);
        let (next, survey) = self.checkpoints.last().cloned().unwrap_or((first, Survey::default()));
        self.next = next;
        self.survey = survey;
        self.taken = u32::try_from(self.checkpoints.len()).unwrap_or(0).saturating_mul(CHECKPOINT);
    }

    fn take(&mut self, glance: &Glance<'_>) -> &Row {
        if self.taken > 0
            && self.taken.is_multiple_of(CHECKPOINT)
            && self.checkpoints.last().is_none_or(|(from, _)| *from < glance.number)
        {
            self.checkpoints.push((glance.number, self.survey.clone()));
        }
        self.taken = self.taken.saturating_add(1);
        self.next = FrameNumber(glance.number.0.saturating_add(1));
        self.survey.take(glance)
    }
}

/// Nobody listens any more, or something else is wanted.
struct Interrupted;

struct Work {
    looker: Looker,
    asked: Receiver<Vec<FrameNumber>>,
    /// What was asked while something else was gone through.
    newer: Option<Vec<FrameNumber>>,
    told: Sender<Answer>,
    batch: Batch,
    walkers: BTreeMap<u32, Walker>,
    tick: u64,
    /// That the file is gone was told.
    gone: bool,
}

impl Work {
    fn run(&mut self) {
        while let Some(wanted) = self.newer.take().or_else(|| self.asked.recv().ok()) {
            let wanted = self.asked.try_iter().last().unwrap_or(wanted);
            // What was begun and is not wanted any more stays undone.
            self.answer(&wanted).ok();
            self.looker.wake();
        }
    }

    fn tell(&self, answer: Answer) -> Result<(), Interrupted> {
        self.told.send(answer).map_err(|_| Interrupted)
    }

    fn answer(&mut self, wanted: &[FrameNumber]) -> Result<(), Interrupted> {
        let mut segments: Vec<(FrameNumber, u32)> = Vec::new();
        let read = self.looker.read(wanted.iter().copied(), &mut self.batch);
        if read.is_err() {
            // One by one: some may still be there.
            for number in wanted {
                if let Err(error) = self.looker.read([*number], &mut self.batch) {
                    self.tell(Answer::Failed(*number, error))?;
                } else {
                    self.tell_plain(&mut segments)?;
                }
            }
        } else {
            self.tell_plain(&mut segments)?;
        }
        if !self.gone && self.looker.is_gone() {
            self.gone = true;
            self.tell(Answer::Gone)?;
        }
        self.looker.wake();
        self.walk(&segments)
    }

    /// Tells what the frames of the batch say themselves; notes those of which
    /// a memory tells more.
    fn tell_plain(&self, segments: &mut Vec<(FrameNumber, u32)>) -> Result<(), Interrupted> {
        for frame in self.batch.frames() {
            let Some(glance) = self.batch.glance(frame) else {
                self.tell(Answer::Dropped(frame.number))?;
                continue;
            };
            let row = Row::alone(&glance);
            let remembers = matches!(row.headers.carried, Carried::Tcp(_));
            if remembers && let Some(conversation) = frame.entry.conversation {
                segments.push((frame.number, conversation));
            }
            self.tell(Answer::Row(Box::new(self.row(frame, &glance, row, !remembers))))?;
        }
        Ok(())
    }

    fn row(&self, frame: &BatchFrame, glance: &Glance<'_>, row: Row, is_exact: bool) -> FrameRow {
        FrameRow {
            frame: frame.clone(),
            bytes: glance.bytes.to_vec(),
            interface: self.batch.label(frame).interface.map(ToOwned::to_owned),
            row: Box::new(row),
            is_exact,
        }
    }

    /// Goes through the connections of these segments up to them.
    fn walk(&mut self, segments: &[(FrameNumber, u32)]) -> Result<(), Interrupted> {
        let Some((last, _)) = segments.last().copied() else { return Ok(()) };
        self.prepare(segments);
        let from = segments.iter().filter_map(|(_, id)| self.walkers.get(id)).map(|walker| walker.next).min();
        let mut next = from.unwrap_or(last).0;
        while next <= last.0 {
            let end = next.saturating_add(ENTRIES).min(last.0.saturating_add(1));
            let walkers = &self.walkers;
            let wanted = |conversation: Option<u32>, number: FrameNumber| {
                conversation
                    .and_then(|id| walkers.get(&id))
                    .is_some_and(|walker| walker.used == self.tick && walker.next <= number)
            };
            let numbers: Vec<FrameNumber> = self.looker.look(|capture| {
                let index = capture.index();
                let known = (next..end).filter_map(|number| Some((number, index.get(FrameNumber(number))?)));
                let own = known.filter(|(number, entry)| wanted(entry.conversation, FrameNumber(*number)));
                own.map(|(number, _)| FrameNumber(number)).collect()
            });
            for numbers in numbers.chunks(FRAMES) {
                match self.asked.try_recv() {
                    Err(TryRecvError::Empty) => {}
                    Err(TryRecvError::Disconnected) => return Err(Interrupted),
                    Ok(newer) => {
                        self.newer = Some(newer);
                        return Err(Interrupted);
                    }
                }
                // The frames themselves have been told; why they cannot be
                // read, too.
                self.looker.read(numbers.iter().copied(), &mut self.batch).map_err(|_| Interrupted)?;
                self.take(segments)?;
            }
            next = end;
        }
        Ok(())
    }

    /// A walker for each connection, not beyond its first segment asked for.
    fn prepare(&mut self, segments: &[(FrameNumber, u32)]) {
        self.tick += 1;
        let looker = &self.looker;
        for (number, id) in segments {
            let first =
                || looker.look(|capture| capture.survey().conversation(*id)).map_or(*number, |brief| brief.first);
            let walker = self.walkers.entry(*id).or_insert_with(|| Walker::new(first()));
            if walker.used != self.tick {
                walker.used = self.tick;
                walker.back_to(*number, first());
            }
        }
        let kept =
            |walkers: &BTreeMap<u32, Walker>| walkers.values().map(|walker| walker.checkpoints.len()).sum::<usize>();
        while self.walkers.len() > WALKERS || kept(&self.walkers) > CHECKPOINTS {
            let oldest = self.walkers.iter().filter(|(_, walker)| walker.used != self.tick);
            let Some(oldest) = oldest.min_by_key(|(_, walker)| walker.used).map(|(id, _)| *id) else { break };
            self.walkers.remove(&oldest);
        }
    }

    /// Takes the batch in, and tells those that were asked for.
    fn take(&mut self, segments: &[(FrameNumber, u32)]) -> Result<(), Interrupted> {
        let mut exact = Vec::new();
        for frame in self.batch.frames() {
            let walker = frame.entry.conversation.and_then(|id| self.walkers.get_mut(&id));
            let (Some(walker), Some(glance)) = (walker, self.batch.glance(frame)) else { continue };
            walker.survey.set_places(self.batch.interfaces());
            let row = walker.take(&glance);
            if segments.binary_search_by_key(&frame.number, |(number, _)| *number).is_ok() {
                exact.push((frame, row.clone()));
            }
        }
        for (frame, row) in exact {
            if let Some(glance) = self.batch.glance(frame) {
                self.tell(Answer::Row(Box::new(self.row(frame, &glance, row, true))))?;
            }
        }
        Ok(())
    }
}
