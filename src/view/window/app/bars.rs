//! The bar at the top, the bar at the bottom and the lines above the picture.

use super::super::command::Command;
use super::super::egui::{self, Align, Label, Layout, RichText, Ui, WidgetInfo, accesskit::Role};
use super::super::fonts;
use super::super::lanes::Choice;
use super::super::library::Shelf;
use super::super::simulation;
use super::super::theme::Theme;
use super::App;
use super::menus::SCALES;
use crate::conversation::Conversation;
use crate::session::simulating::{Piece, SimulationRequest};
use crate::source::programs::{self, Program};
use crate::trace::Origin;
use crate::view::Picture;
use crate::words::{Language, printable};

/// From these widths on the bar has room for more than the buttons that run
/// and the menus, in points. Everything is in the menus too.
const LOGO_FROM: f32 = 560.0;
const FILES_FROM: f32 = 760.0;
const PREFERENCES_FROM: f32 = 900.0;
const SCALES_FROM: f32 = 1300.0;
/// From these heights on there is room for how the conversation went, and for
/// what to look for, in points.
const STORY_FROM: f32 = 400.0;
const LOOK_FROM: f32 = 700.0;
/// The newcomer's cards take no more of the page than this part.
const CARDS_PART: f32 = 0.5;
/// A capture that takes longer than this to open says so, in seconds.
const PATIENCE: f64 = 0.3;
/// The list of conversations, in points.
const LIST_WIDTH: f32 = 420.0;
const LIST_HEIGHT: f32 = 360.0;

impl App {
    pub(super) fn program(&self) -> Option<&'static Program> {
        match self.shelf {
            Shelf::Program(id) => programs::find(id),
            Shelf::None | Shelf::Shipped(_) => programs::PROGRAMS.first().copied(),
            Shelf::Own | Shelf::Lab(_) | Shelf::Simulation(_) | Shelf::Greeting(_) => None,
        }
    }

    /// What the Run button does where no bundled program is chosen.
    fn run_again(&self) -> Option<Command> {
        match self.shelf {
            Shelf::Lab(_) => Some(Command::LabAgain),
            Shelf::Simulation(id) => SimulationRequest::shipped(id).map(Box::new).map(Command::Simulate),
            Shelf::Greeting(id) => {
                let request = SimulationRequest::new(Piece::Topology(id.to_owned()));
                Some(Command::Simulate(Box::new(request)))
            }
            Shelf::None | Shelf::Program(_) | Shelf::Own | Shelf::Shipped(_) => Some(Command::RunOwn),
        }
    }

    pub(super) fn top_bar(&mut self, ui: &mut Ui) -> Vec<Command> {
        let words = &self.words;
        let mut commands = Vec::new();
        let theme = Theme::of(ui);
        let width = ui.available_width();
        ui.horizontal(|ui| {
            if width >= LOGO_FROM {
                ui.label(RichText::new("wirelens").font(fonts::strong(fonts::TITLE)));
                ui.add_space(10.0);
            }
            let program = self.program().map(|program| program.id);
            let run =
                ui.add_enabled(self.session.is_none(), theme.primary_button(format!("▶ {}", words.word("ui-run"))));
            if run.on_hover_text(program.unwrap_or_default()).clicked() {
                commands.extend(program.map(Command::Run).or_else(|| self.run_again()));
            }
            let stop = egui::Button::new(format!("■ {}", words.word("ui-stop")));
            if ui.add_enabled(self.session.is_some() || self.is_live(), stop).clicked() {
                commands.push(Command::Stop);
            }
            if width >= SCALES_FROM && self.program().is_some_and(|program| !program.readers().is_empty()) {
                let mut types = self.types;
                if ui
                    .checkbox(&mut types, words.word("ui-typing"))
                    .on_hover_text(words.word("ui-typing-hint"))
                    .changed()
                {
                    commands.push(Command::SetTyping(types));
                }
            }
            ui.add_space(8.0);
            commands.extend(self.file_menu(ui));
            commands.extend(self.view_menu(ui));
            if width >= FILES_FROM {
                ui.add_space(8.0);
                if ui.button(words.word("ui-open-dialog")).clicked() {
                    commands.push(Command::AskOpen);
                }
                let has_events = self.document.has_events();
                if ui.add_enabled(has_events, egui::Button::new(words.word("ui-save-dialog"))).clicked() {
                    commands.push(Command::AskSave);
                }
            }
            if width >= SCALES_FROM {
                ui.add_space(8.0);
                commands.extend(self.scales(ui));
            }
            if width >= PREFERENCES_FROM {
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| commands.extend(self.preferences(ui)));
            }
        });
        commands
    }

    /// How time becomes height, and the zoom.
    fn scales(&self, ui: &mut Ui) -> Vec<Command> {
        let words = &self.words;
        let mut commands = Vec::new();
        for (scale, key) in SCALES {
            let chosen = self.document.scale() == scale;
            let hint = words.word(&format!("{key}-hint"));
            if ui.selectable_label(chosen, words.word(key)).on_hover_text(hint).clicked() {
                commands.push(Command::SetScale(scale));
            }
        }
        ui.add_space(8.0);
        if ui.button("−").on_hover_text(words.word("ui-zoom-out")).clicked() {
            commands.push(Command::Zoom(0.8));
        }
        if ui.button(self.viewport.label(words)).on_hover_text(words.word("ui-zoom-reset")).clicked() {
            commands.push(Command::ResetZoom);
        }
        if ui.button("+").on_hover_text(words.word("ui-zoom-in")).clicked() {
            commands.push(Command::Zoom(1.25));
        }
        commands
    }

    /// Language, theme, numbers: at the right end of the bar, from right to left.
    fn preferences(&self, ui: &mut Ui) -> Vec<Command> {
        let mut commands = Vec::new();
        let dark = ui.visuals().dark_mode;
        let theme = if dark { egui::Theme::Light } else { egui::Theme::Dark };
        let label = self.words.word(if dark { "ui-light" } else { "ui-dark" });
        if ui.button(format!("◐ {label}")).clicked() {
            commands.push(Command::SetTheme(theme));
        }
        for (language, name) in [(Language::Chinese, "中文"), (Language::English, "EN")] {
            if ui.selectable_label(self.words.language() == language, name).clicked() {
                commands.push(Command::SetLanguage(language));
            }
        }
        let raw = ui.selectable_label(self.absolute, self.words.word("ui-absolute"));
        if raw.on_hover_text(self.words.word("ui-absolute-hint")).clicked() {
            commands.push(Command::SetAbsolute(!self.absolute));
        }
        commands
    }

    pub(super) fn status_bar(&self, ui: &mut Ui) {
        let theme = Theme::of(ui);
        let words = &self.words;
        ui.horizontal(|ui| {
            let small = |text: String| RichText::new(text).font(fonts::words(fonts::LABEL)).color(theme.soft);
            let running = self.session.is_some() || self.is_live();
            let dot = RichText::new("●").color(if running { theme.data } else { theme.faint });
            ui.label(dot);
            let trace = self.document.trace();
            let live = self.live_status();
            if trace.events().is_empty() && live.is_none() {
                let version = concat!("wirelens ", env!("CARGO_PKG_VERSION")).to_owned();
                ui.label(small(if running { words.word("ui-starting") } else { version }));
                return;
            }
            let mut parts = live.unwrap_or_else(|| words.provenance(trace));
            if let Some(opening) = self.document.opening()
                && let Some(frames) = parts.get_mut(1)
            {
                *frames = words.say("frames", &[("count", &opening.progress().frames)]);
            }
            if self.session.is_some() {
                parts.insert(0, words.word("ui-running"));
            }
            if let Some((Picture { conversation: Conversation::Tcp(tcp), .. }, _)) = self.document.picture() {
                parts.push(words.word("states-inferred"));
                parts.extend(words.kernel_agreement(tcp));
            }
            // The network shows those too.
            if !self.shows_network() {
                parts.extend(words.outside(&self.document.all().outside));
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if !trace.notes.pinned.is_empty() {
                    let list: Vec<String> =
                        trace.notes.pinned.iter().map(|(name, value)| format!("{name} = {value}")).collect();
                    ui.label(small(words.word("ui-pinned"))).on_hover_text(list.join("\n"));
                }
                // What has no room is told where the pointer rests.
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    let removed = trace.notes.origin == Origin::Counterfactual;
                    let text = small(parts.join(" · "));
                    let text = if removed { text.color(theme.rst) } else { text };
                    ui.add(Label::new(text).truncate());
                });
            });
        });
    }

    /// The conversation that is shown, where there are several.
    pub(super) fn conversation_choice(&self, ui: &mut Ui) -> Option<Command> {
        let count = self.document.count();
        if count < 2 {
            return None;
        }
        let shown = self.document.shown();
        let name = self.words.say("conversation-title", &[("id", &shown)]);
        let list = egui::ComboBox::from_id_salt("conversation").selected_text(name);
        let list = list.show_ui(ui, |ui| self.conversation_list(ui, count, shown));
        let label = self.words.word("ui-conversation");
        list.response.widget_info(|| WidgetInfo::labeled(Role::ComboBox, true, &label));
        list.inner.flatten()
    }

    /// The conversations to choose from; of many only those in view are made.
    fn conversation_list(&self, ui: &mut Ui, count: usize, shown: usize) -> Option<Command> {
        let mut chosen = None;
        let height = ui.spacing().interact_size.y;
        ui.set_min_width(LIST_WIDTH);
        egui::ScrollArea::vertical().max_height(LIST_HEIGHT).show_rows(ui, height, count, |ui, rows| {
            for (index, title) in rows.clone().zip(self.document.titles(rows, &self.words)) {
                if ui.selectable_label(index == shown, title).clicked() {
                    chosen = Some(Command::ShowConversation(index));
                }
            }
        });
        chosen
    }

    /// The newcomer's cards, with a way to hide them.
    pub(super) fn welcome_band(&mut self, ui: &mut Ui) -> Vec<Command> {
        let mut commands = Vec::new();
        // The picture below stays in view, however large the cards are.
        let most = ui.available_height() * CARDS_PART;
        egui::ScrollArea::vertical().id_salt("cards").max_height(most).auto_shrink([false, true]).show(ui, |ui| {
            commands.extend(self.welcome.show(ui, &self.settings.recent, &self.words));
        });
        // In a row of its own: alone, it would take all the height there is.
        ui.horizontal(|ui| {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if ui.button(self.words.word("welcome-dismiss")).clicked() {
                    commands.push(Command::SetWelcome(false));
                }
            });
        });
        ui.add_space(4.0);
        commands
    }

    /// The page while there is no picture.
    pub(super) fn nothing(&mut self, ui: &mut Ui) -> Vec<Command> {
        let mut commands = Vec::new();
        let is_coming = self.session.is_some() || self.loading.is_some() || self.document.opening().is_some();
        if is_coming || self.message.is_some() || self.settings.welcome {
            if self.session.is_some() || self.is_live() {
                let key = if self.session.is_some() { "ui-starting" } else { "ui-live-waiting" };
                ui.centered_and_justified(|ui| {
                    ui.label(RichText::new(self.words.word(key)).color(Theme::of(ui).faint))
                });
            }
            return commands;
        }
        egui::ScrollArea::vertical().id_salt("welcome").auto_shrink([false, false]).show(ui, |ui| {
            ui.add_space((ui.available_height() / 3.0 - 80.0).max(0.0));
            ui.vertical_centered(|ui| {
                ui.label(RichText::new(self.words.word("ui-nothing-open")).color(Theme::of(ui).soft));
                ui.add_space(10.0);
            });
            commands.extend(self.welcome.show(ui, &self.settings.recent, &self.words));
        });
        commands
    }

    /// A capture that is being opened and cannot be looked at yet.
    pub(super) fn opening(&self, ui: &mut Ui) -> Option<Command> {
        let loading = self.loading.as_ref()?;
        if ui.input(|input| input.time) - loading.since < PATIENCE {
            ui.ctx().request_repaint_after(std::time::Duration::from_millis(100));
            return None;
        }
        let name = loading.path.file_name().unwrap_or(loading.path.as_os_str());
        let name = crate::words::printable(name.to_string_lossy().as_bytes());
        let mut command = None;
        ui.horizontal(|ui| {
            if ui.button(format!("■ {}", self.words.word("ui-stop"))).clicked() {
                command = Some(Command::Stop);
            }
            ui.spinner();
            ui.label(self.words.say("app-opening", &[("name", &name)]));
        });
        ui.add_space(6.0);
        command
    }

    /// How far a large capture has been read, with a way to stop.
    pub(super) fn reading(&self, ui: &mut Ui) -> Option<Command> {
        let opening = self.document.opening()?;
        if opening.has_ended() {
            return None;
        }
        let progress = opening.progress();
        let mut command = None;
        ui.horizontal(|ui| {
            if ui.button(format!("■ {}", self.words.word("ui-stop"))).clicked() {
                command = Some(Command::Stop);
            }
            let text = match opening.interface() {
                Some(_) => self.live_line(opening),
                None => self.words.say("ui-reading", &[("count", &progress.frames)]),
            };
            match progress.total {
                Some(total) if total > 0 => {
                    let thousandths = u16::try_from(progress.read.min(total) * 1000 / total).unwrap_or(1000);
                    ui.add(egui::ProgressBar::new(f32::from(thousandths) / 1000.0).text(text));
                }
                _ => {
                    ui.spinner();
                    ui.label(text);
                }
            }
        });
        ui.add_space(6.0);
        command
    }

    /// What the network is, and what is to be seen in it.
    fn network_headline(&self, ui: &mut Ui) -> Vec<Command> {
        let mut commands = Vec::new();
        let Some(map) = &self.document.trace().notes.map else { return commands };
        let (title, about) = match self.words.language() {
            Language::English => (&map.title.en, &map.about.en),
            Language::Chinese => (&map.title.zh, &map.about.zh),
        };
        ui.horizontal_wrapped(|ui| {
            let title = RichText::new(printable(title.as_bytes())).font(fonts::strong(fonts::TITLE));
            ui.add(Label::new(title).truncate());
            commands.extend(self.pictures.buttons(ui, &self.document, &self.words));
        });
        if ui.ctx().content_rect().height() >= STORY_FROM {
            let about = RichText::new(printable(about.as_bytes())).font(fonts::words(fonts::LABEL));
            let about = Label::new(about.color(Theme::of(ui).soft));
            let is_low = ui.ctx().content_rect().height() < LOOK_FROM;
            ui.add(if is_low { about.truncate() } else { about.wrap() });
        }
        ui.add_space(4.0);
        commands
    }

    /// Both addresses, and in one line how the conversation went.
    pub(super) fn headline(&self, ui: &mut Ui) -> Vec<Command> {
        let mut commands = Vec::new();
        if self.pictures.shown(&self.document) == Choice::All {
            ui.horizontal_wrapped(|ui| {
                let all = self.document.all();
                let (conversations, frames) = (all.tcp.len() + all.udp.len(), self.document.trace().frame_count());
                let title = self.words.say("lanes-title", &[("conversations", &conversations), ("frames", &frames)]);
                ui.label(RichText::new(title).font(fonts::strong(fonts::TITLE)));
                if self.simulation.is_none() {
                    simulation::origin(ui, self.document.trace().notes.origin, &self.words);
                }
                commands.extend(self.pictures.buttons(ui, &self.document, &self.words));
                // Of a large capture one conversation is in memory.
                if self.document.opening().is_some() {
                    commands.extend(self.conversation_choice(ui));
                }
            });
            ui.add_space(4.0);
            return commands;
        }
        if self.pictures.shown(&self.document) == Choice::Network {
            commands.extend(self.network_headline(ui));
            return commands;
        }
        let Some((picture, _)) = self.document.picture() else { return commands };
        let theme = Theme::of(ui);
        let conversation = picture.conversation;
        ui.horizontal_wrapped(|ui| {
            let ends = conversation.addresses();
            let title = format!("{}  ⇄  {}", ends.client, ends.server);
            // A simulation has its own title above this line.
            let size = if self.simulation.is_some() { fonts::LABEL } else { fonts::TITLE };
            ui.add(egui::Label::new(RichText::new(title).font(fonts::strong(size))).truncate());
            if self.simulation.is_none() {
                simulation::origin(ui, self.document.trace().notes.origin, &self.words);
            }
            commands.extend(self.pictures.buttons(ui, &self.document, &self.words));
            commands.extend(self.conversation_choice(ui));
        });
        let mut story = format!("{} · {}", self.words.story(conversation), self.words.sums(conversation));
        if let Some(part) = self.document.part() {
            story.push_str(" · ");
            story.push_str(&self.words.part(part.number(), part.parts(), part.before, part.kept, part.total));
        }
        let story = Label::new(RichText::new(story).font(fonts::words(fonts::LABEL)).color(theme.soft));
        let height = ui.ctx().content_rect().height();
        if height < STORY_FROM {
            return commands;
        }
        let is_low = height < LOOK_FROM;
        ui.add(if is_low { story.truncate() } else { story.wrap() });
        let program = self.document.trace().notes.program.as_deref().and_then(programs::find).filter(|_| !is_low);
        if let Some(program) = program {
            let look = self.words.word(&format!("program-{}-look", program.id));
            ui.label(RichText::new(look).font(fonts::words(fonts::LABEL)).color(theme.faint));
        }
        ui.add_space(4.0);
        commands
    }
}
