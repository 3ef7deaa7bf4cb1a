//! The window's state, its panels and its commands.

/// Runs in the lab, and the same run again.
mod again;
/// The bars and the lines above the picture.
mod bars;
/// What the reader asked for is done.
mod carry_out;
/// What is shown is exported.
mod exporting;
/// Views to go back to.
mod history;
/// The keys, and the list of them.
mod keys;
/// An interface that is captured.
mod live;
/// A capture read on a thread of its own.
mod loading;
/// The menus.
mod menus;
/// What is told above the picture.
mod message;
/// Simulations.
mod simulations;
/// Where what is shown comes from.
mod sources;

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::beside::{self, Beside};
use super::command::{Command, Panel, Tab};
use super::console::Consoles;
use super::conversations::ConversationList;
use super::desk::Desk;
use super::document::{Document, Selection};
use super::egui::{self, CentralPanel, Context, Frame, Margin, Ui};
use super::files::FileDialog;
use super::filter_field::FilterField;
use super::graphs::Graphs;
use super::hops::{self, Hops};
use super::inspector::Inspector;
use super::interfaces::Interfaces;
use super::knobs::Knobs;
use super::lab_dialog::LabDialog;
use super::library::Shelf;
use super::own::OwnPrograms;
use super::packets::Packets;
use super::settings::Settings;
use super::simulation::Simulated;
use super::stream::StreamView;
use super::theme::{self, Theme};
use super::transport::Playback;
use super::welcome::Welcome;
use super::{chapters, ladder, lanes, library, transport};
use crate::session::lab_request::LabRequest;
use crate::session::{Session, Update};
use crate::source::file;
use crate::timeline::compare::Side;
use crate::trace::Network;
use crate::words::{Language, Words};
use again::{Kept, Waiting};
use exporting::Exporting;
use history::History;
use loading::Loading;
use message::{Message, show_message};
use simulations::Simulating;

/// How the window is opened.
#[derive(Clone, Debug)]
pub struct Options {
    /// This program, which runs again as helper and as the programs.
    pub executable: PathBuf,
    /// The language where none was chosen in the window before.
    pub language: Language,
    /// That language was asked for: it counts for more than what was chosen.
    pub language_asked: bool,
    /// Where programs run.
    pub network: Network,
    /// The file with what the window remembers; without one it remembers
    /// nothing.
    pub settings: Option<PathBuf>,
}

/// The window.
#[expect(clippy::struct_excessive_bools, reason = "what is on and what is off in a window")]
pub struct App {
    options: Options,
    words: Words,
    document: Document,
    session: Option<Session>,
    selection: Selection,
    inspector: Inspector,
    shelf: Shelf,
    playback: Playback,
    packets: Packets,
    conversations: ConversationList,
    stream: StreamView,
    graphs: Graphs,
    /// The dialog that chooses an interface, while it is open.
    interfaces: Option<Interfaces>,
    /// The address desk, while it is open.
    desk: Option<Desk>,
    viewport: ladder::Viewport,
    pictures: lanes::Pictures,
    /// The network, and who passes through it.
    hops: Hops,
    /// The zoom of the pictures with more than two lifelines.
    zoom: f64,
    absolute: bool,
    /// The selected segment was chosen by key: bring it into view.
    reveal: bool,
    dialog: Option<FileDialog>,
    /// Who types into the programs: the reader, or the lines they bring along.
    types: bool,
    consoles: Consoles,
    own: OwnPrograms,
    message: Option<Message>,
    welcome: Welcome,
    /// The list of keys is shown.
    lists_keys: bool,
    settings: Settings,
    /// What of it is in the file.
    saved: Settings,
    history: History,
    /// A capture on its way.
    loading: Option<Loading>,
    /// Something on its way to a file.
    exporting: Option<Exporting>,
    /// The file of a capture that is too large to be in memory.
    source: Option<PathBuf>,
    /// The large capture of which everything was told.
    told: Option<PathBuf>,
    filter: FilterField,
    /// How the run that is shown was asked for, where it is one of the lab.
    lab: Option<LabRequest>,
    /// What the recording that is shown is called.
    name: Option<String>,
    /// The dialog that runs something in the lab, while it is open.
    lab_dialog: Option<LabDialog>,
    /// The run on the left of the one that is shown.
    beside: Option<Box<Beside>>,
    /// How what is shown was simulated, where it was.
    simulation: Option<Box<Simulated>>,
    /// A play on its way.
    simulating: Option<Simulating>,
    knobs: Knobs,
    /// Whether what is said of a simulation is told; as there is room if not
    /// asked.
    tells: Option<bool>,
    /// What was shown before the run that goes on.
    kept: Option<Box<Kept>>,
    /// What is to be done when it has ended.
    waiting: Option<Waiting>,
}

/// When to go on with what takes longer than one frame.
const SOON: Duration = Duration::from_millis(15);
/// From this height on there is room for what stands above the picture, in
/// points.
const HEADS_FROM: f32 = 340.0;
/// From this height on there is room for the chapters of a story, in points.
const CHAPTERS_FROM: f32 = 560.0;
/// The panel below takes no more of the window's height than this.
const BELOW: f32 = 0.6;
/// The width of the knobs, in points.
const KNOBS: f32 = 372.0;
/// Updates taken in one frame; the rest waits for the next.
const UPDATES_A_FRAME: usize = 2048;

impl App {
    /// A window with nothing in it yet.
    pub fn new(options: Options) -> Self {
        let (settings, message) = sources::remembered(&options);
        let language = settings.language().filter(|_| !options.language_asked);
        let words = Words::new(language.unwrap_or(options.language));
        let mut filter = FilterField::default();
        filter.set_history(settings.filters.clone());
        let message = message.map(|told| told(&words));
        Self {
            words,
            document: Document::default(),
            session: None,
            selection: Selection::None,
            inspector: Inspector::default(),
            shelf: Shelf::None,
            playback: Playback::default(),
            packets: Packets::default(),
            conversations: ConversationList::default(),
            stream: StreamView::default(),
            graphs: Graphs::default(),
            interfaces: None,
            desk: None,
            viewport: ladder::Viewport::default(),
            pictures: lanes::Pictures::default(),
            hops: Hops::default(),
            zoom: 1.0,
            absolute: false,
            reveal: false,
            dialog: None,
            types: false,
            consoles: Consoles::default(),
            own: OwnPrograms::default(),
            message,
            welcome: Welcome::default(),
            lists_keys: false,
            saved: settings.clone(),
            settings,
            history: History::default(),
            loading: None,
            exporting: None,
            source: None,
            told: None,
            filter,
            lab: None,
            name: None,
            lab_dialog: None,
            beside: None,
            simulation: None,
            simulating: None,
            knobs: Knobs::default(),
            tells: None,
            kept: None,
            waiting: None,
            options,
        }
    }

    /// What is shown.
    pub const fn document(&self) -> &Document {
        &self.document
    }

    /// What is selected.
    pub const fn selection(&self) -> Selection {
        self.selection
    }

    /// Whether a program is running, or a simulation is being played.
    pub const fn is_running(&self) -> bool {
        self.session.is_some() || self.simulating.is_some()
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

    /// Gives the context what the reader chose the last time. Call it once,
    /// before the first frame.
    pub fn prepare(&self, ctx: &Context) {
        super::prepare(ctx);
        theme::set_contrast(ctx, self.settings.contrast);
        ctx.set_zoom_factor(self.settings.size);
        if let Some(dark) = self.settings.dark {
            ctx.set_theme(if dark { egui::Theme::Dark } else { egui::Theme::Light });
        }
    }

    /// Paints one frame and carries out what was asked for.
    pub fn show(&mut self, ui: &mut Ui) {
        self.take_updates(ui.ctx());
        self.take_frames();
        self.take_loaded();
        self.take_simulated(ui.ctx());
        if self.document.follow() || self.document.is_fetching() {
            ui.ctx().request_repaint_after(SOON);
        }
        self.take_live();
        self.take_exported();
        let mut commands = self.keys(ui);
        commands.extend(self.packets.keys(ui));
        let bar = |ui: &Ui| Frame::NONE.fill(Theme::of(ui).panel).inner_margin(Margin::symmetric(14, 8));
        egui::Panel::top("top").frame(bar(ui)).show(ui, |ui| commands.extend(self.top_bar(ui)));
        egui::Panel::bottom("status").frame(bar(ui)).show(ui, |ui| self.status_bar(ui));
        let side = |ui: &Ui| Frame::NONE.fill(Theme::of(ui).panel).inner_margin(Margin::symmetric(12, 12));
        let sizes = self.settings.panels;
        if self.is_shown(ui.ctx(), Panel::Library) {
            let width = sizes.library_width.unwrap_or(190.0);
            let shown = egui::Panel::left("library").frame(side(ui)).default_size(width).show(ui, |ui| {
                commands.extend(library::show(ui, self.shelf, &self.settings.recent, &self.words));
            });
            self.settings.panels.library_width = Some(shown.response.rect.width().round());
        }
        if self.knobs_beside(ui.ctx()) {
            let knobs = egui::Panel::right("knobs").frame(side(ui)).default_size(KNOBS);
            knobs.show(ui, |ui| commands.extend(self.knobs_panel(ui)));
        } else if self.is_shown(ui.ctx(), Panel::Inspector) {
            let width = sizes.inspector_width.unwrap_or(372.0);
            let shown = egui::Panel::right("inspector").frame(side(ui)).default_size(width).show(ui, |ui| {
                commands.extend(self.what_if(ui));
                let (document, selection) = match &self.beside {
                    Some(beside) if beside.side == Side::Left => (&beside.left, beside.selection),
                    _ => (&self.document, self.selection),
                };
                let asked = self.inspector.show(ui, document, selection, self.absolute, &self.words);
                commands.extend(asked);
            });
            self.settings.panels.inspector_width = Some(shown.response.rect.width().round());
        }
        if self.is_shown(ui.ctx(), Panel::Below) {
            // What programs write needs less room than tables and graphs.
            let is_console = self.settings.tab == Tab::Consoles;
            let (name, height) = if is_console {
                ("consoles", sizes.consoles_height.unwrap_or(170.0))
            } else {
                ("tables", sizes.tables_height.unwrap_or(280.0))
            };
            let most = ui.ctx().content_rect().height() * BELOW;
            let below = egui::Panel::bottom(name).frame(side(ui)).resizable(true);
            let below = below.default_size(height.min(most * 0.6)).max_size(most);
            let shown = below.show(ui, |ui| commands.extend(self.below(ui)));
            let height = Some(shown.response.rect.height().round());
            let panels = &mut self.settings.panels;
            *(if is_console { &mut panels.consoles_height } else { &mut panels.tables_height }) = height;
        }
        if self.shows_network() {
            self.hops.follow(ui, &self.document, self.selection);
            egui::Panel::bottom("passage").frame(transport::frame(ui)).show(ui, |ui| {
                commands.extend(self.hops.transport(ui, &self.document, &self.words));
            });
        } else if let Some((picture, _)) = self.document.picture().filter(|_| self.beside.is_none()) {
            egui::Panel::bottom("transport").frame(transport::frame(ui)).show(ui, |ui| {
                commands.extend(self.playback.show(ui, &picture, self.selection, &self.words));
            });
        }
        let page = Frame::NONE.fill(Theme::of(ui).background).inner_margin(Margin::symmetric(14, 10));
        CentralPanel::default().frame(page).show(ui, |ui| commands.extend(self.page(ui)));
        commands.extend(self.dialogs(ui));
        for command in commands {
            self.remember(ui.ctx(), &command);
            self.carry_out(ui.ctx(), command);
        }
        self.keep_settings(ui.ctx());
    }

    /// Whether the picture has more than two lifelines.
    fn shows_several(&self) -> bool {
        self.pictures.shown(&self.document) != lanes::Choice::One
    }

    /// Whether the picture is the network itself.
    fn shows_network(&self) -> bool {
        // Two runs side by side stand in its place.
        self.beside.is_none() && self.pictures.shown(&self.document) == lanes::Choice::Network
    }

    /// Whether a panel is shown: as the reader wants it, or as there is room
    /// beside a picture with all its columns.
    fn is_shown(&self, ctx: &Context, panel: Panel) -> bool {
        let size = ctx.content_rect().size();
        match panel {
            // Two runs need the room.
            Panel::Library => self.settings.panels.library.unwrap_or(size.x >= 1400.0 && self.beside.is_none()),
            Panel::Inspector => self.settings.panels.inspector.unwrap_or(size.x >= 1200.0),
            Panel::Below => self.settings.panels.below.unwrap_or(size.y >= 560.0 && self.beside.is_none()),
        }
    }

    const fn has_dialog(&self) -> bool {
        self.dialog.is_some()
            || self.own.open
            || self.interfaces.is_some()
            || self.lab_dialog.is_some()
            || self.desk.is_some()
            || self.lists_keys
    }

    fn dialogs(&mut self, ui: &mut Ui) -> Vec<Command> {
        let mut commands = self.knobs_upon(ui);
        if let Some(dialog) = &mut self.dialog {
            commands.extend(dialog.show(ui, &self.words));
        }
        if self.own.open {
            commands.extend(self.own.show(ui, &self.words));
        }
        if let Some(interfaces) = &mut self.interfaces {
            commands.extend(interfaces.show(ui, &self.options.executable, &self.words));
        }
        if let Some(dialog) = &mut self.lab_dialog {
            commands.extend(dialog.show(ui, &self.options.executable, &self.words));
        }
        if let Some(desk) = &mut self.desk {
            commands.extend(desk.show(ui, &self.words));
        }
        if self.lists_keys && Self::key_list(ui, &self.words) {
            commands.push(Command::ShowKeys);
        }
        commands
    }

    /// Writes what is to be remembered, when it has changed and the reader is
    /// not just dragging.
    fn keep_settings(&mut self, ctx: &Context) {
        self.settings.size = ctx.zoom_factor();
        if self.settings.filters != self.filter.history() {
            self.settings.filters = self.filter.history().to_vec();
        }
        let Some(path) = &self.options.settings else { return };
        if self.settings == self.saved || ctx.input(|input| input.pointer.any_down()) {
            return;
        }
        self.saved = self.settings.clone();
        if let Err(error) = self.settings.save(path) {
            let path = crate::words::printable(path.to_string_lossy().as_bytes());
            let text = self.words.say("app-settings-not-saved", &[("path", &path), ("why", &error)]);
            self.message = Some(Message { text, remedy: None, is_error: true });
            // Said once: nothing more is written this time.
            self.options.settings = None;
        }
    }

    /// Consoles, packets or graphs.
    fn below(&mut self, ui: &mut Ui) -> Vec<Command> {
        let mut commands = Vec::new();
        // A panel is as high as what is in it, and remembers that.
        ui.take_available_height();
        ui.horizontal(|ui| {
            for (tab, key) in [
                (Tab::Consoles, "tab-consoles"),
                (Tab::Packets, "tab-packets"),
                (Tab::Conversations, "tab-conversations"),
                (Tab::Stream, "tab-stream"),
                (Tab::Graphs, "tab-graphs"),
            ] {
                if ui.selectable_label(self.settings.tab == tab, self.words.word(key)).clicked() {
                    commands.push(Command::ShowTab(tab));
                }
            }
        });
        match self.settings.tab {
            Tab::Consoles => {
                commands.extend(self.consoles.show(ui, self.document.trace(), &self.words));
            }
            Tab::Packets => commands.extend(self.packets.show(ui, &self.document, self.selection, &self.words)),
            Tab::Conversations => commands.extend(self.conversations.show(ui, &self.document, &self.words)),
            Tab::Stream => commands.extend(self.stream.show(ui, &self.document, &self.words)),
            Tab::Graphs => {
                if let Some((picture, _)) = self.document.picture() {
                    commands.extend(self.graphs.show(ui, &picture, self.selection, &self.words));
                }
            }
        }
        commands
    }

    fn take_updates(&mut self, ctx: &Context) {
        let Some(session) = &self.session else { return };
        let mut ended = None;
        for update in session.updates().try_iter().take(UPDATES_A_FRAME) {
            match update {
                Update::Place(place) => {
                    self.document.grow().add_place(place);
                }
                Update::Event(event) => {
                    self.consoles.take(&event);
                    self.document.insert(event);
                }
                Update::Notes(notes) => self.document.grow().notes = notes,
                Update::Ended(result) => ended = Some(result),
            }
        }
        if ended.is_some() {
            self.document.refresh_now();
        }
        self.document.refresh();
        if self.selection == Selection::None
            && let Some(first) = self.document.step(Selection::None, 0)
        {
            self.selection = Selection::Segment(first);
        }
        if let Some(result) = ended {
            self.session = None;
            self.consoles.close();
            let remarks = &self.document.trace().notes.remarks;
            if !remarks.is_empty() {
                let lines: Vec<String> = remarks.iter().map(|remark| self.words.command_remark(remark)).collect();
                self.message = Some(Message { text: lines.join("\n"), remedy: None, is_error: false });
            }
            if let Err(error) = result {
                let text = self.words.session_error(&error);
                let remedy = error.remedy(&self.options.executable);
                self.message = Some(Message { text, remedy, is_error: true });
                if self.document.trace().frame_count() == 0 {
                    self.give_back();
                }
            }
            self.go_on(ctx);
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
        self.selection = self.document.settle(self.selection);
        if self.selection == Selection::None
            && let Some(first) = self.document.step(Selection::None, 0)
        {
            self.selection = Selection::Segment(first);
        }
    }

    fn page(&mut self, ui: &mut Ui) -> Vec<Command> {
        let mut commands = Vec::new();
        let offer = self.offer();
        if let Some(message) = &self.message {
            commands.extend(show_message(ui, message, &self.words));
        }
        self.exporting(ui);
        commands.extend(self.opening(ui));
        commands.extend(self.reading(ui));
        commands.extend(self.simulating(ui));
        if self.settings.welcome {
            commands.extend(self.welcome_band(ui));
        }
        let source = self.beside.is_some().then(|| self.source());
        if source.is_some() {
            commands.extend(self.conversation_choice(ui));
        }
        if let (Some(beside), Some(source)) = (&mut self.beside, &source) {
            let view = beside::View {
                words: &self.words,
                source,
                right: &self.document,
                selection: self.selection,
                absolute: self.absolute,
                reveal: std::mem::take(&mut self.reveal),
                live: self.session.is_some(),
                offer,
                knobs: self.simulation.is_some().then_some(self.knobs.open),
            };
            commands.extend(beside.show(ui, &view));
            return commands;
        }
        if self.document.picture().is_none() && self.document.trace().frame_count() == 0 {
            commands.extend(self.nothing(ui));
            return commands;
        }
        // In the smallest windows the picture stands alone.
        if ui.ctx().content_rect().height() >= HEADS_FROM {
            commands.extend(self.simulation_head(ui));
            commands.extend(self.headline(ui));
            if ui.ctx().content_rect().height() >= CHAPTERS_FROM {
                let map = self.document.trace().notes.map.as_deref();
                commands.extend(chapters::show(ui, self.document.stories(), map, self.selection, &self.words));
            }
            commands.extend(self.filter.show(ui, &self.document, self.selection, &self.words));
        }
        if self.shows_network() {
            let look = hops::Look { words: &self.words, reveal: std::mem::take(&mut self.reveal) };
            commands.extend(self.hops.show(ui, &self.document, &look));
            return commands;
        }
        if self.shows_several() {
            let look = lanes::Look {
                words: &self.words,
                zoom: self.zoom,
                absolute: self.absolute,
                selection: self.selection,
                selected: self.document.selected(),
                reveal: std::mem::take(&mut self.reveal),
            };
            commands.extend(self.pictures.show(ui, &self.document, &look));
            return commands;
        }
        let Some((picture, layout)) = self.document.picture() else { return commands };
        let look = ladder::Look {
            words: &self.words,
            live: self.session.is_some(),
            absolute: self.absolute,
            selection: self.selection,
            selected: self.document.selected(),
            reveal: self.reveal,
            now: self.playback.now(),
            abreast: None,
            offer,
        };
        let asked = ladder::show(ui, &mut self.viewport, &picture, layout, &look);
        commands.extend(asked.selected.map(Command::Select));
        commands.extend(asked.fault.map(|(frame, fault)| Command::WhatIf(Side::Right, frame, fault)));
        self.reveal = false;
        commands
    }
}
