//! Where what is shown comes from: runs, recordings, files.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::super::console::Consoles;
use super::super::document::{Document, Selection};
use super::super::egui::Context;
use super::super::lanes;
use super::super::library::Shelf;
use super::super::settings::Settings;
use super::super::transport::Playback;
use super::history::History;
use super::loading::{Loaded, Loading};
use super::message::Message;
use super::{App, Options};
use crate::session::opening::Opening;
use crate::session::{CommandLine, Commands, Plan, Request, Session};
use crate::source::file;
use crate::source::programs;
use crate::words::{Words, printable};

/// How long a command of the reader's has to listen before the next is started.
const LISTEN_WAIT: Duration = Duration::from_secs(1);
/// Files of more bytes than this are read while they are looked at, and never
/// wholly in memory.
const LARGE: u64 = 16 * 1024 * 1024;
/// Files of no more bytes than this are read before the next frame: that takes
/// a few milliseconds.
const SMALL: u64 = 64 * 1024;

/// Something to tell, once the language is known.
pub(super) type Told = Box<dyn FnOnce(&Words) -> Message>;

/// What the window remembers, and what is wrong with it. A file that cannot be
/// understood is kept under another name.
pub(super) fn remembered(options: &Options) -> (Settings, Option<Told>) {
    let Some(path) = &options.settings else { return (Settings { welcome: false, ..Settings::default() }, None) };
    match Settings::load(path) {
        Ok(settings) => (settings, None),
        Err(why) => {
            let kept = path.with_extension("toml.bad");
            std::fs::rename(path, &kept).ok();
            let told = move |words: &Words| {
                let kept = printable(kept.to_string_lossy().as_bytes());
                let text = words.say("app-own-settings", &[("why", &why), ("kept", &kept)]);
                Message { text, remedy: None, is_error: true }
            };
            (Settings::default(), Some(Box::new(told)))
        }
    }
}

impl App {
    pub(super) fn clear(&mut self) {
        self.session = None;
        self.document = Document::default();
        self.selection = Selection::None;
        self.message = None;
        self.dialog = None;
        self.consoles = Consoles::default();
        self.filter.clear();
        self.pictures = lanes::Pictures::default();
        self.playback = Playback::default();
        self.history = History::default();
        self.loading = None;
        self.own.open = false;
        self.interfaces = None;
        self.source = None;
        self.told = None;
        self.lab = None;
        self.name = None;
        self.lab_dialog = None;
        self.beside = None;
        self.simulation = None;
        self.simulating = None;
        self.kept = None;
        self.waiting = None;
    }

    pub(super) fn run(&mut self, ctx: &Context, id: &'static str) {
        let Some(program) = programs::find(id) else { return };
        let scale = self.document.scale();
        self.clear();
        self.document.set_scale(scale);
        self.shelf = Shelf::Program(id);
        let settings = match program.read_settings::<&str>(&[]) {
            Ok(settings) => settings,
            Err(error) => {
                let text = self.words.setting_error(&error);
                self.message = Some(Message { text, remedy: None, is_error: true });
                return;
            }
        };
        // No text is given that could be refused.
        let types = self.types && !program.readers().is_empty();
        let inputs = if types {
            self.consoles.open(program.readers());
            programs::Inputs { open: true, ..programs::Inputs::default() }
        } else {
            program.read_inputs::<&str>(&settings, &[]).unwrap_or_default()
        };
        let executable = self.options.executable.clone();
        self.start(ctx, Request { program, settings, inputs, network: self.options.network, executable });
    }

    pub(super) fn run_own(&mut self, ctx: &Context) {
        let commands: Vec<CommandLine> =
            self.own.commands().into_iter().map(|text| CommandLine { text, host: None, input: None }).collect();
        let Ok(address) = self.own.address() else { return };
        if commands.is_empty() {
            self.own.open = true;
            return;
        }
        let scale = self.document.scale();
        self.clear();
        self.document.set_scale(scale);
        self.shelf = Shelf::Own;
        let addresses = address.into_iter().collect();
        let executable = self.options.executable.clone();
        self.start(ctx, Commands { commands, addresses, wait: LISTEN_WAIT, executable });
    }

    /// Starts a run; `false` where that could not be.
    pub(super) fn start(&mut self, ctx: &Context, plan: impl Into<Plan>) -> bool {
        let ctx = ctx.clone();
        match Session::start(plan, move || ctx.request_repaint_after(Duration::from_millis(8))) {
            Ok(session) => self.session = Some(session),
            Err(error) => {
                self.message = Some(Message { text: self.words.session_error(&error), remedy: None, is_error: true });
            }
        }
        self.session.is_some()
    }

    pub(super) fn open(&mut self, ctx: &Context, path: &Path) {
        self.dialog = None;
        let length = std::fs::metadata(path).map_or(0, |found| found.len());
        let failed = if length <= SMALL {
            let opened = file::open(path);
            let is_open = opened.is_ok();
            self.opened(opened);
            if is_open {
                self.settings.opened(path);
                self.name = path.file_name().map(|name| printable(name.to_string_lossy().as_bytes()));
            }
            return;
        } else if length <= LARGE {
            match Loading::start(ctx, path) {
                Ok(loading) => {
                    self.loading = Some(loading);
                    return;
                }
                Err(error) => error,
            }
        } else {
            let waking = ctx.clone();
            match Opening::start(path, move || waking.request_repaint_after(Duration::from_millis(50))) {
                Ok(opening) => {
                    self.replace(Document::large(opening));
                    self.source = Some(path.to_owned());
                    self.settings.opened(path);
                    return;
                }
                Err(error) => error,
            }
        };
        self.message = Some(Message { text: self.words.file_error(&failed), remedy: None, is_error: true });
    }

    /// Takes a capture that was read on its own thread.
    pub(super) fn take_loaded(&mut self) {
        let Some((path, loaded)) =
            self.loading.as_ref().and_then(|loading| Some((loading.path.clone(), loading.take()?)))
        else {
            return;
        };
        self.loading = None;
        let is_open = loaded.is_ok();
        if is_open {
            self.settings.opened(&path);
        }
        self.loaded(loaded);
        if is_open {
            self.name = path.file_name().map(|name| printable(name.to_string_lossy().as_bytes()));
        }
    }

    /// Shows what was read; where nothing could be read, what was shown stays.
    pub(super) fn opened(&mut self, opened: Result<file::Opened, file::FileError>) {
        self.loaded(opened.map(|opened| (Box::new(Document::new(opened.trace)), opened.damage)));
    }

    fn loaded(&mut self, loaded: Loaded) {
        self.dialog = None;
        let told = match loaded {
            Ok((document, damage)) => {
                self.replace(*document);
                damage.map(|damage| self.words.damage(&damage))
            }
            Err(error) => Some(self.words.file_error(&error)),
        };
        self.message = told.map(|text| Message { text, remedy: None, is_error: true });
    }

    /// Shows another document, by the same scale.
    pub(super) fn replace(&mut self, document: Document) {
        let scale = self.document.scale();
        self.clear();
        self.document = document;
        self.document.set_scale(scale);
        self.shelf = Shelf::None;
        if let Some(first) = self.document.step(Selection::None, 0) {
            self.selection = Selection::Segment(first);
        }
    }

    /// The folder in which a dialog starts.
    pub(super) fn folder(&self) -> PathBuf {
        let known = self.settings.folder.clone().filter(|folder| folder.is_dir());
        known.or_else(|| std::env::current_dir().ok()).unwrap_or_default()
    }

    pub(super) fn save(&mut self, ctx: &Context, path: &Path) {
        self.dialog = None;
        if self.save_live(ctx, path) {
            return;
        }
        let shown = crate::words::printable(path.to_string_lossy().as_bytes());
        let saved = match (&self.source, self.document.opening()) {
            (Some(source), Some(_)) => file::copy(source, path),
            _ => file::save(self.document.trace(), path),
        };
        self.message = Some(match saved {
            Ok(()) => Message { text: self.words.say("ui-saved", &[("path", &shown)]), remedy: None, is_error: false },
            Err(error) => Message { text: self.words.file_error(&error), remedy: None, is_error: true },
        });
    }
}
