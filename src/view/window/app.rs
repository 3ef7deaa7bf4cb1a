//! The window's state, its panels and its commands.

/// The bars and the lines above the picture.
mod bars;
/// What is told above the picture.
mod message;

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::command::{Command, Tab};
use super::console::Typing;
use super::document::{Document, Selection};
use super::egui::{self, CentralPanel, Frame, Key, Margin, Modifiers, Panel, RichText, Ui};
use super::files::{FileDialog, Purpose};
use super::graphs::Graphs;
use super::inspector::Inspector;
use super::interfaces::Interfaces;
use super::library::Shelf;
use super::own::OwnPrograms;
use super::packets::Packets;
use super::theme::Theme;
use super::transport::Playback;
use super::{console, ladder, library};
use crate::filter::{Filter, FilterError};
use crate::session::opening::Opening;
use crate::session::{self, CommandLine, Commands, Plan, Request, Session, Update};
use crate::source::file;
use crate::source::programs;
use crate::source::shipped::SHIPPED;
use crate::trace::{Network, Trace};
use crate::words::{Language, Words};
use message::{Message, show_message};

/// How the window is opened.
#[derive(Clone, Debug)]
pub struct Options {
    /// This program, which runs again as helper and as the programs.
    pub executable: PathBuf,
    /// The language at the start.
    pub language: Language,
    /// Where programs run.
    pub network: Network,
}

/// The window.
pub struct App {
    options: Options,
    words: Words,
    document: Document,
    session: Option<Session>,
    selection: Selection,
    inspector: Inspector,
    shelf: Shelf,
    playback: Playback,
    /// What stands below the picture.
    tab: Tab,
    packets: Packets,
    graphs: Graphs,
    /// The dialog that chooses an interface, while it is open.
    interfaces: Option<Interfaces>,
    viewport: ladder::Viewport,
    absolute: bool,
    /// The selected segment was chosen by key: bring it into view.
    reveal: bool,
    dialog: Option<FileDialog>,
    /// Who types into the programs: the reader, or the lines they bring along.
    types: bool,
    typing: Typing,
    own: OwnPrograms,
    message: Option<Message>,
    folder: PathBuf,
    /// The file of a capture that is too large to be in memory.
    source: Option<PathBuf>,
    /// The large capture of which everything was told.
    told: Option<PathBuf>,
    /// What is typed into the filter's field, and what is wrong with it.
    filter: String,
    filter_error: Option<FilterError>,
}

/// How long a command of the reader's has to listen before the next is started.
const LISTEN_WAIT: Duration = Duration::from_secs(1);
/// Files of more bytes than this are read while they are looked at, and never
/// wholly in memory.
const LARGE: u64 = 16 * 1024 * 1024;
/// Updates taken in one frame; the rest waits for the next.
const UPDATES_A_FRAME: usize = 2048;

impl App {
    /// A window with nothing in it yet.
    pub fn new(options: Options) -> Self {
        let words = Words::new(options.language);
        Self {
            words,
            document: Document::default(),
            session: None,
            selection: Selection::None,
            inspector: Inspector::default(),
            shelf: Shelf::None,
            playback: Playback::default(),
            tab: Tab::default(),
            packets: Packets::default(),
            graphs: Graphs::default(),
            interfaces: None,
            viewport: ladder::Viewport::default(),
            absolute: false,
            reveal: false,
            dialog: None,
            types: false,
            typing: Typing::default(),
            own: OwnPrograms::default(),
            message: None,
            folder: std::env::current_dir().unwrap_or_default(),
            source: None,
            told: None,
            filter: String::new(),
            filter_error: None,
            options,
        }
    }

    /// What is shown.
    pub const fn document(&self) -> &Document {
        &self.document
    }

    /// Whether a program is running.
    pub const fn is_running(&self) -> bool {
        self.session.is_some()
    }

    /// Runs a bundled program, as the Run button does.
    pub fn run_program(&mut self, ctx: &egui::Context, id: &'static str) {
        self.carry_out(ctx, Command::Run(id));
    }

    /// Shows one of the recordings that come with the program.
    pub fn open_shipped(&mut self, ctx: &egui::Context, index: usize) {
        self.carry_out(ctx, Command::OpenShipped(index));
    }

    /// Opens a capture, as the dialog and a dropped file do.
    pub fn open_file(&mut self, ctx: &egui::Context, path: &Path) {
        self.carry_out(ctx, Command::Open(path.to_owned()));
    }

    /// Paints one frame and carries out what was asked for.
    pub fn show(&mut self, ui: &mut Ui) {
        self.take_updates();
        self.take_frames();
        let mut commands = self.keys(ui);
        let bar = |ui: &Ui| Frame::NONE.fill(Theme::of(ui).panel).inner_margin(Margin::symmetric(14, 8));
        Panel::top("top").frame(bar(ui)).show(ui, |ui| commands.extend(self.top_bar(ui)));
        Panel::bottom("status").frame(bar(ui)).show(ui, |ui| self.status_bar(ui));
        let side = |ui: &Ui| Frame::NONE.fill(Theme::of(ui).panel).inner_margin(Margin::symmetric(12, 12));
        Panel::left("library").frame(side(ui)).default_size(190.0).show(ui, |ui| {
            commands.extend(library::show(ui, self.shelf, &self.words));
        });
        Panel::right("inspector").frame(side(ui)).default_size(372.0).show(ui, |ui| {
            let asked = self.inspector.show(ui, &self.document, self.selection, &self.words);
            commands.extend(asked.map(Command::Select));
        });
        Panel::bottom("below").frame(side(ui)).resizable(true).default_size(176.0).show(ui, |ui| {
            commands.extend(self.below(ui));
        });
        Panel::bottom("transport").frame(side(ui)).show(ui, |ui| {
            if let Some((picture, _)) = self.document.picture() {
                commands.extend(self.playback.show(ui, &picture, self.selection, &self.words));
            }
        });
        let page = Frame::NONE.fill(Theme::of(ui).background).inner_margin(Margin::symmetric(14, 10));
        CentralPanel::default().frame(page).show(ui, |ui| commands.extend(self.page(ui)));
        if let Some(dialog) = &mut self.dialog {
            commands.extend(dialog.show(ui, &self.words));
        }
        if self.own.open {
            commands.extend(self.own.show(ui, &self.words));
        }
        if let Some(interfaces) = &mut self.interfaces {
            commands.extend(interfaces.show(ui, &self.words));
        }
        for command in commands {
            self.carry_out(ui.ctx(), command);
        }
    }

    /// Consoles, packets or graphs.
    fn below(&mut self, ui: &mut Ui) -> Vec<Command> {
        let mut commands = Vec::new();
        ui.horizontal(|ui| {
            for (tab, key) in
                [(Tab::Consoles, "tab-consoles"), (Tab::Packets, "tab-packets"), (Tab::Graphs, "tab-graphs")]
            {
                if ui.selectable_label(self.tab == tab, self.words.word(key)).clicked() {
                    commands.push(Command::ShowTab(tab));
                }
            }
        });
        match self.tab {
            Tab::Consoles => {
                commands.extend(console::show(ui, self.document.trace(), &mut self.typing, &self.words));
            }
            Tab::Packets => commands.extend(self.packets.show(ui, &self.document, self.selection, &self.words)),
            Tab::Graphs => {
                if let Some((picture, _)) = self.document.picture() {
                    commands.extend(self.graphs.show(ui, &picture, self.selection, &self.words));
                }
            }
        }
        commands
    }

    fn take_updates(&mut self) {
        let Some(session) = &self.session else { return };
        let mut ended = None;
        for update in session.updates().try_iter().take(UPDATES_A_FRAME) {
            match update {
                Update::Place(place) => {
                    self.document.grow().add_place(place);
                }
                Update::Event(event) => self.document.insert(event),
                Update::Notes(notes) => self.document.grow().notes = notes,
                Update::Ended(result) => ended = Some(result),
            }
        }
        self.document.refresh();
        if self.selection == Selection::None
            && let Some(first) = self.document.step(Selection::None, 0)
        {
            self.selection = Selection::Segment(first);
        }
        if let Some(result) = ended {
            self.session = None;
            self.typing = Typing::default();
            let remarks = &self.document.trace().notes.remarks;
            if !remarks.is_empty() {
                let lines: Vec<String> = remarks.iter().map(|remark| self.words.command_remark(remark)).collect();
                self.message = Some(Message { text: lines.join("\n"), remedy: None, is_error: false });
            }
            if let Err(error) = result {
                let text = self.words.session_error(&error);
                let remedy = error.remedy(&self.options.executable);
                self.message = Some(Message { text, remedy, is_error: true });
            }
        }
    }

    /// Takes what has been read of a large capture.
    fn take_frames(&mut self) {
        let Some(opening) = self.document.opening() else { return };
        if opening.has_ended() && self.told != self.source {
            self.told.clone_from(&self.source);
            let damage = opening.look(|capture| capture.opened().damage.clone());
            let text = damage.map(|damage| self.words.damage(&damage));
            self.message = text.map(|text| Message { text, remedy: None, is_error: true });
        }
        if let Err(source) = self.document.fetch() {
            let text = self.words.file_error(&file::FileError::Read { source });
            self.message = Some(Message { text, remedy: None, is_error: true });
        }
        if self.selection == Selection::None
            && let Some(first) = self.document.step(Selection::None, 0)
        {
            self.selection = Selection::Segment(first);
        }
    }

    fn keys(&self, ui: &Ui) -> Vec<Command> {
        if self.dialog.is_some() || self.own.open || ui.ctx().text_edit_focused() {
            return Vec::new();
        }
        let mut commands = Vec::new();
        ui.input_mut(|input| {
            let mut key = |modifiers, key, command: Command| {
                if input.consume_key(modifiers, key) {
                    commands.push(command);
                }
            };
            key(Modifiers::COMMAND, Key::O, Command::AskOpen);
            key(Modifiers::COMMAND, Key::S, Command::AskSave);
            key(Modifiers::NONE, Key::ArrowRight, Command::Step(1));
            key(Modifiers::NONE, Key::ArrowLeft, Command::Step(-1));
            key(Modifiers::NONE, Key::Plus, Command::Zoom(1.25));
            key(Modifiers::NONE, Key::Equals, Command::Zoom(1.25));
            key(Modifiers::NONE, Key::Minus, Command::Zoom(0.8));
            key(Modifiers::NONE, Key::Num0, Command::ResetZoom);
            key(Modifiers::NONE, Key::Escape, Command::Dismiss);
            for file in &input.raw.dropped_files {
                commands.push(Command::Open(file.path().to_owned()));
            }
        });
        commands
    }

    fn page(&mut self, ui: &mut Ui) -> Vec<Command> {
        let mut commands = Vec::new();
        if let Some(message) = &self.message {
            commands.extend(show_message(ui, message, &self.words));
        }
        commands.extend(self.reading(ui));
        let Some((picture, layout)) = self.document.picture() else {
            if self.message.is_none() {
                let key = if self.session.is_some() { "ui-starting" } else { "ui-nothing-open" };
                ui.centered_and_justified(|ui| {
                    ui.label(RichText::new(self.words.word(key)).color(Theme::of(ui).faint))
                });
            }
            return commands;
        };
        commands.extend(self.headline(ui));
        commands.extend(self.filter_field(ui));
        let look = ladder::Look {
            words: &self.words,
            absolute: self.absolute,
            selection: self.selection,
            selected: self.document.selected(),
            reveal: self.reveal,
            now: self.playback.now(),
            live: self.session.is_some(),
        };
        let clicked = ladder::show(ui, &mut self.viewport, &picture, layout, &look);
        commands.extend(clicked.map(Command::Select));
        self.reveal = false;
        commands
    }

    fn carry_out(&mut self, ctx: &egui::Context, command: Command) {
        match command {
            Command::Run(id) => self.run(ctx, id),
            Command::AskOwn => self.own.open = true,
            Command::RunOwn => self.run_own(ctx),
            Command::Stop => {
                if let Some(session) = &self.session {
                    session.command(session::Command::Stop);
                } else if let Some(opening) = self.document.opening() {
                    opening.stop();
                }
            }
            Command::Type(role, line) => {
                if let Some(session) = &self.session {
                    session.command(session::Command::Input { role, bytes: format!("{line}\n").into_bytes() });
                }
            }
            Command::EndInput(role) => {
                if let Some(session) = &self.session {
                    session.command(session::Command::EndInput(role));
                }
            }
            Command::SetTyping(types) => self.types = types,
            Command::AskOpen => self.dialog = Some(FileDialog::new(Purpose::Open, &self.folder)),
            Command::AskSave => {
                if !self.document.trace().events().is_empty() {
                    self.dialog = Some(FileDialog::new(Purpose::Save, &self.folder));
                }
            }
            Command::Open(path) => self.open(ctx, &path),
            Command::OpenShipped(index) => {
                if let Some(shipped) = SHIPPED.get(index) {
                    self.opened(shipped.open());
                    self.shelf = Shelf::Shipped(index);
                }
            }
            Command::Save(path) => self.save(&path),
            Command::Dismiss => {
                if self.dialog.take().is_none() && !std::mem::take(&mut self.own.open) {
                    self.message = None;
                }
            }
            Command::ShowConversation(index) => {
                self.document.show(index);
                self.take_frames();
                self.select(self.document.step(Selection::None, 0).map_or(Selection::None, Selection::Segment));
            }
            Command::Select(selection) => {
                self.reveal = true;
                self.select(selection);
            }
            Command::Step(by) => {
                if let Some(frame) = self.document.step(self.selection, by) {
                    self.reveal = true;
                    self.select(Selection::Segment(frame));
                }
            }
            Command::Transport(asked) => {
                let selected = self
                    .document
                    .picture()
                    .and_then(|(picture, _)| self.playback.carry_out(asked, &picture, self.selection));
                if let Some(selected) = selected {
                    self.reveal = true;
                    self.select(selected);
                }
            }
            Command::GoTo(frame) => {
                let conversation = self.document.conversation_of(frame);
                if let Some(index) = conversation.filter(|index| *index != self.document.shown()) {
                    self.document.show(index);
                    self.take_frames();
                }
                self.reveal = true;
                self.select(conversation.map_or(Selection::Frame(frame), |_| Selection::Segment(frame)));
            }
            Command::ShowTab(tab) => self.tab = tab,
            Command::AskInterface => self.interfaces = Some(Interfaces::default()),
            Command::Capture(_) => {}
            Command::LookFor(text) => {
                let filter = if text.trim().is_empty() { Ok(None) } else { Filter::parse(&text).map(Some) };
                self.filter_error = match filter {
                    Ok(filter) => {
                        self.document.look_for(filter);
                        None
                    }
                    Err(error) => Some(error),
                };
                self.filter = text;
            }
            Command::SetScale(scale) => self.document.set_scale(scale),
            Command::Zoom(by) => self.viewport.zoom(by),
            Command::ResetZoom => self.viewport.reset(),
            Command::SetAbsolute(absolute) => self.absolute = absolute,
            Command::SetLanguage(language) => self.words = Words::new(language),
            Command::SetTheme(theme) => ctx.set_theme(theme),
        }
        ctx.request_repaint();
    }

    const fn select(&mut self, selection: Selection) {
        self.selection = selection;
    }

    fn clear(&mut self) {
        self.session = None;
        self.document = Document::default();
        self.selection = Selection::None;
        self.message = None;
        self.dialog = None;
        self.typing = Typing::default();
        self.own.open = false;
        self.source = None;
        self.told = None;
    }

    fn run(&mut self, ctx: &egui::Context, id: &'static str) {
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
            self.typing.readers = program.readers();
            programs::Inputs { open: true, ..programs::Inputs::default() }
        } else {
            program.read_inputs::<&str>(&settings, &[]).unwrap_or_default()
        };
        let executable = self.options.executable.clone();
        self.start(ctx, Request { program, settings, inputs, network: self.options.network, executable });
    }

    fn run_own(&mut self, ctx: &egui::Context) {
        let commands: Vec<CommandLine> =
            self.own.commands().into_iter().map(|text| CommandLine { text, input: None }).collect();
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

    fn start(&mut self, ctx: &egui::Context, plan: impl Into<Plan>) {
        let ctx = ctx.clone();
        match Session::start(plan, move || ctx.request_repaint_after(Duration::from_millis(8))) {
            Ok(session) => self.session = Some(session),
            Err(error) => {
                self.message = Some(Message { text: self.words.session_error(&error), remedy: None, is_error: true });
            }
        }
    }

    fn open(&mut self, ctx: &egui::Context, path: &Path) {
        if let Some(folder) = path.parent() {
            folder.clone_into(&mut self.folder);
        }
        if !std::fs::metadata(path).is_ok_and(|found| found.len() > LARGE) {
            self.opened(file::open(path));
            return;
        }
        let ctx = ctx.clone();
        match Opening::start(path, move || ctx.request_repaint_after(Duration::from_millis(50))) {
            Ok(opening) => {
                let scale = self.document.scale();
                self.clear();
                self.document = Document::large(opening);
                self.document.set_scale(scale);
                self.shelf = Shelf::None;
                self.source = Some(path.to_owned());
            }
            Err(error) => {
                self.dialog = None;
                self.message = Some(Message { text: self.words.file_error(&error), remedy: None, is_error: true });
            }
        }
    }

    /// Shows what was read; where nothing could be read, what was shown stays.
    fn opened(&mut self, opened: Result<file::Opened, file::FileError>) {
        match opened {
            Ok(opened) => {
                let scale = self.document.scale();
                let damage = opened.damage.map(|damage| self.words.damage(&damage));
                self.clear();
                self.show_trace(opened.trace);
                self.document.set_scale(scale);
                self.shelf = Shelf::None;
                self.message = damage.map(|text| Message { text, remedy: None, is_error: true });
            }
            Err(error) => {
                self.dialog = None;
                self.message = Some(Message { text: self.words.file_error(&error), remedy: None, is_error: true });
            }
        }
    }

    fn show_trace(&mut self, trace: Trace) {
        self.document = Document::new(trace);
        self.filter.clear();
        self.filter_error = None;
        if let Some(first) = self.document.step(Selection::None, 0) {
            self.selection = Selection::Segment(first);
        }
    }

    fn save(&mut self, path: &Path) {
        self.dialog = None;
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
