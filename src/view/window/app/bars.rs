//! The bar at the top, the bar at the bottom and the lines above the picture.

use super::super::command::Command;
use super::super::egui::{self, Align, Layout, RichText, Ui};
use super::super::fonts;
use super::super::library::Shelf;
use super::super::theme::Theme;
use super::App;
use crate::conversation::Conversation;
use crate::source::programs::{self, Program};
use crate::timeline::layout::Scale;
use crate::view::Picture;
use crate::words::Language;

/// The list of conversations, in points.
const LIST_WIDTH: f32 = 420.0;
const LIST_HEIGHT: f32 = 360.0;
/// The field of the filter, in points.
const FILTER_WIDTH: f32 = 420.0;

impl App {
    pub(super) fn program(&self) -> Option<&'static Program> {
        match self.shelf {
            Shelf::Program(id) => programs::find(id),
            Shelf::None | Shelf::Shipped(_) => programs::PROGRAMS.first().copied(),
            Shelf::Own => None,
        }
    }

    pub(super) fn top_bar(&mut self, ui: &mut Ui) -> Vec<Command> {
        let words = &self.words;
        let mut commands = Vec::new();
        let theme = Theme::of(ui);
        ui.horizontal(|ui| {
            ui.label(RichText::new("wirelens").font(fonts::strong(fonts::TITLE)));
            ui.add_space(10.0);
            let program = self.program().map(|program| program.id);
            let run =
                ui.add_enabled(self.session.is_none(), theme.primary_button(format!("▶ {}", words.word("ui-run"))));
            if run.on_hover_text(program.unwrap_or_default()).clicked() {
                commands.push(program.map_or(Command::RunOwn, Command::Run));
            }
            let stop = egui::Button::new(format!("■ {}", words.word("ui-stop")));
            if ui.add_enabled(self.session.is_some(), stop).clicked() {
                commands.push(Command::Stop);
            }
            if self.program().is_some_and(|program| !program.readers().is_empty()) {
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
            if ui.button(words.word("ui-open-dialog")).clicked() {
                commands.push(Command::AskOpen);
            }
            let has_events = !self.document.trace().events().is_empty();
            if ui.add_enabled(has_events, egui::Button::new(words.word("ui-save-dialog"))).clicked() {
                commands.push(Command::AskSave);
            }
            ui.add_space(8.0);
            for (scale, key) in
                [(Scale::True, "ui-scale-true"), (Scale::Even, "ui-scale-even"), (Scale::Folded, "ui-scale-folded")]
            {
                let chosen = self.document.scale() == scale;
                if ui
                    .selectable_label(chosen, words.word(key))
                    .on_hover_text(words.word(&format!("{key}-hint")))
                    .clicked()
                {
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
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| commands.extend(self.preferences(ui)));
        });
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
            let running = self.session.is_some();
            let dot = RichText::new("●").color(if running { theme.data } else { theme.faint });
            ui.label(dot);
            let trace = self.document.trace();
            if trace.events().is_empty() {
                ui.label(small(words.word(if running { "ui-starting" } else { "ui-nothing-open" })));
                return;
            }
            let mut parts = words.provenance(trace);
            if let Some(opening) = self.document.opening()
                && let Some(frames) = parts.get_mut(1)
            {
                *frames = words.say("frames", &[("count", &opening.progress().frames)]);
            }
            if running {
                parts.insert(0, words.word("ui-running"));
            }
            if let Some((Picture { conversation: Conversation::Tcp(tcp), .. }, _)) = self.document.picture() {
                parts.push(words.word("states-inferred"));
                parts.extend(words.kernel_agreement(tcp));
            }
            ui.label(small(parts.join(" · ")));
            if let Some(outside) = words.outside(&self.document.all().outside) {
                ui.label(small(outside));
            }
            if !trace.notes.pinned.is_empty() {
                let list: Vec<String> =
                    trace.notes.pinned.iter().map(|(name, value)| format!("{name} = {value}")).collect();
                ui.label(small(words.word("ui-pinned"))).on_hover_text(list.join("\n"));
            }
        });
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

    /// The display filter: what it selects is marked », what is wrong with it
    /// stands below.
    pub(super) fn filter_field(&self, ui: &mut Ui) -> Option<Command> {
        let mut command = None;
        let theme = Theme::of(ui);
        ui.horizontal(|ui| {
            let label = ui.label(RichText::new(self.words.word("ui-filter")).font(fonts::words(fonts::LABEL)));
            let mut text = self.filter.clone();
            let mut edit = egui::TextEdit::singleline(&mut text)
                .font(fonts::numbers(fonts::LABEL))
                .hint_text(RichText::new("tcp.analysis.retransmission").color(theme.faint))
                .desired_width(FILTER_WIDTH);
            if self.filter_error.is_some() {
                edit = edit.text_color(theme.rst);
            }
            if ui.add(edit).labelled_by(label.id).changed() {
                command = Some(Command::LookFor(text));
            }
            let selected = self.document.selected().filter(|_| self.filter_error.is_none());
            if let Some(selected) = selected {
                let count = self.words.say("ui-selected", &[("count", &selected.len())]);
                ui.label(RichText::new(count).font(fonts::words(fonts::LABEL)).color(theme.soft));
            }
        });
        if let Some(error) = &self.filter_error {
            let text = self.words.filter_error(&self.filter, error);
            let text = RichText::new(text).font(fonts::numbers(fonts::NOTE)).color(theme.rst);
            ui.add(egui::Label::new(text).selectable(true));
        }
        ui.add_space(4.0);
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
            let text = self.words.say("ui-reading", &[("count", &progress.frames)]);
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

    /// Both addresses, and in one line how the conversation went.
    pub(super) fn headline(&self, ui: &mut Ui) -> Vec<Command> {
        let mut commands = Vec::new();
        let Some((picture, _)) = self.document.picture() else { return commands };
        let theme = Theme::of(ui);
        let conversation = picture.conversation;
        ui.horizontal(|ui| {
            let ends = conversation.addresses();
            let title = format!("{}  ⇄  {}", ends.client, ends.server);
            ui.label(RichText::new(title).font(fonts::strong(fonts::TITLE)));
            let count = self.document.count();
            if count > 1 {
                let shown = self.document.shown();
                let name = self.document.titles(shown..shown + 1, &self.words).concat();
                let label = self.words.word("ui-conversation");
                egui::ComboBox::from_label(label).selected_text(name).show_ui(ui, |ui| {
                    commands.extend(self.conversation_list(ui, count, shown));
                });
            }
        });
        let mut story = format!("{} · {}", self.words.story(conversation), self.words.sums(conversation));
        if let Some((kept, all)) = self.document.part() {
            story.push_str(" · ");
            story.push_str(&self.words.say("ui-part", &[("kept", &kept), ("all", &all)]));
        }
        ui.label(RichText::new(story).font(fonts::words(fonts::LABEL)).color(theme.soft));
        let program = self.document.trace().notes.program.as_deref().and_then(programs::find);
        if let Some(program) = program {
            let look = self.words.word(&format!("program-{}-look", program.id));
            ui.label(RichText::new(look).font(fonts::words(fonts::LABEL)).color(theme.faint));
        }
        ui.add_space(4.0);
        commands
    }
}
