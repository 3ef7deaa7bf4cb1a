//! What is shown is exported on a thread of its own: a long picture takes its
//! time, and the window goes on.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::thread;

use crossbeam_channel::{Receiver, TryRecvError, bounded};

use super::super::document::Document;
use super::super::egui::{Context, Ui};
use super::super::picture::{self, Drawn};
use super::App;
use super::message::Message;
use crate::conversation::{self, conversations};
use crate::source::file::{self, FileError};
use crate::timeline::Timeline;
use crate::timeline::layout::Scale;
use crate::trace::{FrameNumber, Trace};
use crate::view::export::{ENDINGS, Kind, TEXT_WIDTH};
use crate::view::rows::Rows;
use crate::view::{Picture, Wanted, mermaid, terminal};
use crate::words::{Language, Words, printable};

/// The width of a picture, in points, and the pixels of a point.
const WIDTH: f32 = 1000.0;
const PIXELS_PER_POINT: f32 = 2.0;

/// Something on its way to a file.
pub(super) struct Exporting {
    /// What there is to say when it is there.
    done: Receiver<Result<usize, FileError>>,
    path: PathBuf,
}

/// What is exported, and how it looks.
struct Job {
    trace: Trace,
    /// The number of the conversation that is shown, and whether it is the
    /// only one in the trace.
    id: u32,
    alone: bool,
    chosen: Option<BTreeSet<FrameNumber>>,
    language: Language,
    scale: Scale,
    dark: bool,
    absolute: bool,
    source: Option<String>,
    frames: usize,
    /// The network is shown, with the message in this frame.
    network: Option<FrameNumber>,
}

impl Job {
    /// Draws, and writes; how many segments had no room.
    fn run(&self, kind: Kind, path: &Path) -> Result<usize, FileError> {
        let words = Words::new(self.language);
        let failed = |source| FileError::Save { source, path: path.to_owned() };
        let (bytes, left_out) = self.bytes(kind, &words).map_err(failed)?;
        file::save_with(path, |out| Ok(out.write_all(&bytes)?))?;
        Ok(left_out)
    }

    fn bytes(&self, kind: Kind, words: &Words) -> io::Result<(Vec<u8>, usize)> {
        if let Kind::Rows(format) = kind {
            let (mut rows, mut text) = (Rows::new(format), String::new());
            rows.head(&mut text);
            conversation::each_frame(&self.trace, |glance, row, label| {
                if self.chosen.as_ref().is_none_or(|chosen| chosen.contains(&glance.number)) {
                    rows.append(glance, row, label, &mut text);
                }
            });
            return Ok((text.into_bytes(), 0));
        }
        let mut all = conversations(&self.trace);
        if self.alone {
            all.number(self.id);
        }
        let wanted = Wanted { conversation: None, frames: self.chosen.as_ref() };
        if kind == Kind::Text {
            let options = terminal::Options { width: TEXT_WIDTH, colour: false, absolute: self.absolute, rules: false };
            return Ok((terminal::page(&self.trace, &all, words, &options, wanted).into_bytes(), 0));
        }
        if let Some(frame) = self.network.filter(|_| matches!(kind, Kind::Png | Kind::Svg)) {
            let document = Document::new(self.trace.clone());
            let options = self.options(words);
            let drawn = if kind == Kind::Svg {
                picture::network_svg(&document, frame, &options).map(String::into_bytes)
            } else {
                picture::network_png(&document, frame, &options).map_err(io::Error::other)?
            };
            return drawn.map(|bytes| (bytes, 0)).ok_or_else(|| io::ErrorKind::InvalidInput.into());
        }
        let found = all.all().into_iter().find(|conversation| conversation.id() == self.id);
        let Some(conversation) = found else { return Err(io::ErrorKind::InvalidInput.into()) };
        let timeline = Timeline::new(&self.trace, &all, conversation);
        let picture = Picture { trace: &self.trace, all: &all, conversation, timeline: &timeline };
        if kind == Kind::Mermaid {
            return Ok((mermaid::diagram(&picture, words, self.absolute, wanted, self.frames).into_bytes(), 0));
        }
        let options = self.options(words);
        if kind == Kind::Svg {
            let Drawn { picture, left_out } = picture::svg(&picture, &options);
            return Ok((picture.into_bytes(), left_out));
        }
        let Drawn { picture, left_out } = picture::png(&picture, &options).map_err(io::Error::other)?;
        Ok((picture, left_out))
    }

    fn options<'a>(&'a self, words: &'a Words) -> picture::Options<'a> {
        picture::Options {
            words,
            scale: self.scale,
            dark: self.dark,
            width: WIDTH,
            pixels_per_point: PIXELS_PER_POINT,
            absolute: self.absolute,
            selected: self.chosen.as_ref(),
            source: self.source.as_deref(),
            frames: self.frames,
        }
    }
}

impl App {
    /// Begins to export what is shown.
    pub(super) fn export(&mut self, ctx: &Context, path: &Path) {
        self.dialog = None;
        let Some(kind) = Kind::of(path) else {
            let text = self.words.unknown_ending(path, ENDINGS.iter().map(|(name, _)| *name));
            self.message = Some(Message { text, remedy: None, is_error: true });
            return;
        };
        if kind == Kind::Capture {
            self.save(ctx, path);
            return;
        }
        let Some((picture, _)) = self.document.picture() else { return };
        let opening = self.document.opening();
        let name = self.source.as_deref().and_then(Path::file_name);
        let job = Job {
            trace: self.document.trace().clone(),
            id: picture.conversation.id(),
            alone: opening.is_some(),
            chosen: self.document.selected().cloned(),
            language: self.words.language(),
            scale: self.document.scale(),
            dark: ctx.theme() == super::super::egui::Theme::Dark,
            absolute: self.absolute,
            source: name.map(|name| name.to_string_lossy().into_owned()),
            frames: opening.map_or(picture.trace.frame_count(), |opening| opening.progress().frames),
            network: self.hops.frame().filter(|_| self.shows_network()),
        };
        let (tell, done) = bounded(1);
        let (ctx, target) = (ctx.clone(), path.to_owned());
        let write = move || {
            // Nobody waits any more once the window is closed.
            tell.send(job.run(kind, &target)).ok();
            ctx.request_repaint();
        };
        match thread::Builder::new().name("export".into()).spawn(write) {
            Ok(_) => self.exporting = Some(Exporting { done, path: path.to_owned() }),
            Err(source) => self.exported(path, Err(FileError::Save { source, path: path.to_owned() })),
        }
    }

    /// Says what became of an export.
    pub(super) fn take_exported(&mut self) {
        let Some(exporting) = &self.exporting else { return };
        let done = match exporting.done.try_recv() {
            Ok(done) => done,
            Err(TryRecvError::Empty) => return,
            // The thread has said on standard error why it ended.
            Err(TryRecvError::Disconnected) => {
                Err(FileError::Save { source: io::ErrorKind::Other.into(), path: exporting.path.clone() })
            }
        };
        let path = exporting.path.clone();
        self.exporting = None;
        self.exported(&path, done);
    }

    fn exported(&mut self, path: &Path, done: Result<usize, FileError>) {
        let name = printable(path.to_string_lossy().as_bytes());
        let (text, is_error) = match done {
            Ok(0) => (self.words.say("export-done", &[("path", &name)]), false),
            Ok(count) => {
                let limit = if Kind::of(path) == Some(Kind::Svg) { picture::MOST_POINTS } else { picture::MOST_PIXELS };
                let cut = self.words.say("export-cut", &[("count", &count), ("pixels", &limit)]);
                (format!("{} {cut}", self.words.say("export-done", &[("path", &name)])), false)
            }
            Err(error) => (self.words.file_error_at(&error, path), true),
        };
        self.message = Some(Message { text, remedy: None, is_error });
    }

    /// That something is being exported.
    pub(super) fn exporting(&self, ui: &mut Ui) {
        let Some(exporting) = &self.exporting else { return };
        let name = exporting.path.file_name().unwrap_or_default();
        let name = printable(name.to_string_lossy().as_bytes());
        ui.horizontal(|ui| {
            ui.spinner();
            ui.label(self.words.say("export-running", &[("name", &name)]));
        });
    }
}
