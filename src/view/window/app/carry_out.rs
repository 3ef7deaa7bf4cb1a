//! What the reader asked for is done.

use std::net::IpAddr;

use super::super::command::{Command, Panel};
use super::super::desk::Desk;
use super::super::document::Selection;
use super::super::egui::{self, Context};
use super::super::files::{FileDialog, Purpose};
use super::super::interfaces::Interfaces;
use super::super::lab_dialog::LabDialog;
use super::super::library::Shelf;
use super::super::settings::SIZES;
use super::super::transport::Transport;
use super::super::{lanes, theme, welcome};
use super::App;
use super::message::Message;
use crate::model::Topology;
use crate::session;
use crate::source::shipped::SHIPPED;
use crate::timeline::compare::Side;
use crate::trace::FrameNumber;
use crate::words::Words;

/// The zooms within which pictures with more than two lifelines can be read.
const ZOOMS: std::ops::RangeInclusive<f64> = 0.05..=400.0;

impl App {
    #[expect(clippy::too_many_lines, reason = "one arm a command")]
    pub(super) fn carry_out(&mut self, ctx: &Context, command: Command) {
        match command {
            Command::Run(id) => self.run(ctx, id),
            Command::AskOwn => self.own.open = true,
            Command::RunOwn => self.run_own(ctx),
            Command::AskLab(topology) => self.lab_dialog = Some(LabDialog::new(topology)),
            Command::RunLab => self.run_asked(ctx),
            Command::LabAgain => self.lab_again(ctx),
            Command::WhatIf(side, frame, fault) => self.again(ctx, side, frame, fault),
            Command::Simulate(request) => self.simulate_this(ctx, *request),
            Command::Resimulate(request) => self.simulate_again(ctx, *request),
            Command::SimulateBeside(whose) => self.simulate_beside(ctx, whose),
            Command::ShowKnobs(shown) => self.knobs.open = shown,
            Command::TellSimulation(told) => self.tells = Some(told),
            Command::SelectLeft(selection) => {
                if let Some(beside) = &mut self.beside {
                    self.selection = beside.select(selection, &self.document);
                }
            }
            Command::BackToOne => self.back_to_one(),
            Command::Stop => {
                if self.simulating.take().is_some() || self.loading.take().is_some() {
                    // What was shown stays.
                } else if let Some(session) = &self.session {
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
            Command::AskOpen => self.dialog = Some(FileDialog::new(Purpose::Open, &self.folder())),
            Command::AskSave => {
                if self.document.has_events() {
                    self.dialog = Some(FileDialog::new(Purpose::Save, &self.folder()));
                }
            }
            Command::AskExport => {
                if self.document.picture().is_some() {
                    self.dialog = Some(FileDialog::new(Purpose::Export, &self.folder()));
                }
            }
            Command::Export(path) => self.export(ctx, &path),
            Command::Open(path) => self.open(ctx, &path),
            Command::OpenShipped(index) => {
                if let Some(shipped) = SHIPPED.get(index) {
                    self.opened(shipped.open());
                    self.shelf = Shelf::Shipped(index);
                    self.name = Some(shipped.id.to_owned());
                }
            }
            Command::AskBeside => {
                if self.document.picture().is_some() && self.document.opening().is_none() {
                    self.dialog = Some(FileDialog::new(Purpose::Beside, &self.folder()));
                }
            }
            Command::OpenBeside(path) => self.open_beside(&path),
            Command::Save(path) => self.save(ctx, &path),
            Command::Dismiss => {
                let closed = self.dialog.take().is_some()
                    || self.interfaces.take().is_some()
                    || self.lab_dialog.take().is_some()
                    || self.desk.take().is_some()
                    || std::mem::take(&mut self.own.open)
                    || self.message.take().is_some();
                if !closed {
                    self.carry_out(ctx, Command::Transport(Transport::Leave));
                }
            }
            Command::ShowPicture(choice) => {
                self.pictures.choose(choice);
                self.reveal = true;
            }
            Command::ShowConversation(index) => {
                self.document.show(index);
                self.take_frames();
                self.select(self.document.step(Selection::None, 0).map_or(Selection::None, Selection::Segment));
            }
            Command::Select(selection) => {
                if let Some(beside) = &mut self.beside {
                    beside.side = Side::Right;
                }
                self.reveal = true;
                self.select(selection);
            }
            Command::Step(by) if self.shows_network() => self.carry_out(ctx, Command::Transport(Transport::Step(by))),
            Command::Step(by) => {
                if let Some(frame) = self.document.step(self.selection, by) {
                    self.reveal = true;
                    self.select(Selection::Segment(frame));
                }
            }
            Command::Transport(asked) if self.shows_network() => {
                if let Some(frame) = self.hops.carry_out(asked, &self.document) {
                    self.carry_out(ctx, Command::Pass(frame));
                }
            }
            Command::Pass(frame) => {
                let selection = self.document.go_to(frame);
                self.take_frames();
                self.reveal = true;
                let selection = match selection {
                    Selection::Segment(_) => Selection::Segment(frame),
                    other @ (Selection::None | Selection::Frame(_) | Selection::Call(_)) => other,
                };
                self.hops.knows(selection);
                self.select(selection);
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
                let selection = self.document.go_to(frame);
                self.take_frames();
                self.reveal = true;
                // Hop by hop it is this sighting that is meant, not the segment's first.
                let shown = self.pictures.shown(&self.document);
                let is_hop = matches!(shown, lanes::Choice::Hops | lanes::Choice::Network);
                let sighting = matches!(selection, Selection::Segment(_)) && is_hop;
                self.select(if sighting { Selection::Segment(frame) } else { self.document.settle(selection) });
            }
            Command::ShowTab(tab) => self.settings.tab = tab,
            Command::Watch => self.watch(ctx),
            Command::Answer(question, answer) => self.answer(question, answer),
            Command::SetWelcome(shown) => self.settings.welcome = shown,
            Command::ShowKeys => {
                egui::Popup::close_all(ctx);
                self.lists_keys = !self.lists_keys;
            }
            Command::TogglePanel(panel) => {
                let shown = Some(!self.is_shown(ctx, panel));
                let panels = &mut self.settings.panels;
                match panel {
                    Panel::Library => panels.library = shown,
                    Panel::Inspector => panels.inspector = shown,
                    Panel::Below => panels.below = shown,
                }
            }
            Command::Back => self.travel(true),
            Command::Forward => self.travel(false),
            Command::SetContrast(strong) => {
                self.settings.contrast = strong;
                theme::set_contrast(ctx, strong);
            }
            Command::SetSize(size) => {
                ctx.set_zoom_factor(((size * 10.0).round() / 10.0).clamp(*SIZES.start(), *SIZES.end()));
            }
            Command::AskInterface => self.interfaces = Some(Interfaces::default()),
            Command::AskAddress(text) => self.desk = Some(Desk::new(self.with_mask(text))),
            Command::Capture(name) => self.capture(ctx, &name),
            Command::LookFor(text) => self.filter.look_for(text, &mut self.document, &self.words),
            Command::StopLooking => self.document.stop_looking(),
            Command::SetScale(scale) => self.document.set_scale(scale),
            Command::Zoom(by) if self.shows_network() => self.hops.zoom(by),
            Command::ResetZoom if self.shows_network() => self.hops.reset_zoom(),
            Command::Zoom(by) if self.beside.is_some() => {
                if let Some(beside) = &mut self.beside {
                    beside.zoom(by);
                }
            }
            Command::ResetZoom if self.beside.is_some() => {
                if let Some(beside) = &mut self.beside {
                    beside.reset_zoom();
                }
            }
            Command::Zoom(by) if self.shows_several() => {
                self.zoom = (self.zoom * by).clamp(*ZOOMS.start(), *ZOOMS.end());
            }
            Command::ResetZoom if self.shows_several() => self.zoom = 1.0,
            Command::Zoom(by) => self.viewport.zoom(by),
            Command::ResetZoom => self.viewport.reset(),
            Command::SetAbsolute(absolute) => self.absolute = absolute,
            Command::SetLanguage(language) => {
                self.words = Words::new(language);
                self.settings.language = Some(language.name().to_owned());
            }
            Command::SetTheme(theme) => {
                ctx.set_theme(theme);
                self.settings.dark = Some(theme == egui::Theme::Dark);
            }
        }
        ctx.request_repaint();
    }

    /// An address with its mask, where the map of the network says it.
    fn with_mask(&self, text: String) -> String {
        let Ok(address) = text.parse::<IpAddr>() else { return text };
        let map = self.document.trace().notes.map.as_deref();
        let hosts = map.into_iter().flat_map(Topology::hosts);
        let mut networks = hosts.flat_map(|(_, _, host)| host.interfaces.values()).flat_map(|one| &one.addresses);
        let network = networks.find(|network| network.address == address);
        network.map_or(text, ToString::to_string)
    }

    /// Plays the recording that explains a handshake, slowly.
    fn watch(&mut self, ctx: &Context) {
        let Some(index) = SHIPPED.iter().position(|shipped| shipped.id == welcome::WATCHED) else { return };
        self.carry_out(ctx, Command::OpenShipped(index));
        self.carry_out(ctx, Command::Transport(Transport::First));
        self.carry_out(ctx, Command::Transport(Transport::Toggle));
    }

    /// Shows the recording that answers a question, and says whether the
    /// answer was right.
    fn answer(&mut self, question: usize, answer: usize) {
        let Some(asked) = welcome::QUESTIONS.get(question) else { return };
        let Some(index) = SHIPPED.iter().position(|shipped| shipped.id == asked.recording) else { return };
        let Some(shipped) = SHIPPED.get(index) else { return };
        self.opened(shipped.open());
        self.shelf = Shelf::Shipped(index);
        self.reveal = true;
        self.select(Selection::Segment(FrameNumber(asked.frame)));
        let why = self.words.word(&format!("{}-why", asked.key));
        let right = self.words.word(&format!("{}-{}", asked.key, asked.right));
        let key = if answer == asked.right { "app-right" } else { "app-wrong" };
        let text = self.words.say(key, &[("right", &right), ("why", &why)]);
        self.message = Some(Message { text, remedy: None, is_error: false });
        self.welcome.next();
    }

    pub(super) const fn select(&mut self, selection: Selection) {
        self.selection = selection;
    }
}
