//! The dialog that chooses an interface to capture.
//!
//! ```text
//!   interface  kind      state  capturing            addresses
//!   lo         loopback  up     ✓ can be captured    127.0.0.1/8     [Capture]
//!   eth0       Ethernet  up     ✕ not permitted      192.0.2.2/24    [Capture]
//!   cannot capture on eth0: …                                            (selectable)
//!   sudo setcap …                                                        [Copy]
//! ```

use std::path::Path;
use std::thread;

use crossbeam_channel::{Receiver, TryRecvError, bounded};

use super::command::Command;
use super::egui::{self, Align2, Grid, Key, Label, RichText, Role, ScrollArea, Ui, WidgetInfo};
use super::fonts;
use super::theme::Theme;
use crate::session::live::{self, Interface, InterfaceError};
use crate::words::{self, Words, printable};

/// The width of the dialog, in points.
const WIDTH: f32 = 760.0;
/// The longest list without scrolling, in points.
const HEIGHT: f32 = 320.0;
/// The widest column of addresses, in points.
const ADDRESSES: f32 = 230.0;

/// What trying the interfaces comes to.
type Tried = Result<Vec<Interface>, InterfaceError>;

/// The dialog, while it is open.
#[derive(Debug, Default)]
pub(super) struct Interfaces {
    /// Where the answer comes from, while it is waited for: trying takes the
    /// kernel longer than a frame.
    coming: Option<Receiver<Tried>>,
    tried: Option<Tried>,
}

impl Interfaces {
    /// Shows the dialog; returns what was asked for.
    pub(super) fn show(&mut self, ui: &mut Ui, executable: &Path, words: &Words) -> Option<Command> {
        self.take(ui.ctx());
        let mut command = None;
        egui::Window::new(words.word("ui-interfaces-title"))
            .collapsible(false)
            .resizable(false)
            .anchor(Align2::CENTER_CENTER, [0.0, -40.0])
            .show(ui.ctx(), |ui| {
                ui.set_width(WIDTH);
                ui.label(RichText::new(words.word("ui-interfaces-about")).color(Theme::of(ui).soft));
                ui.add_space(8.0);
                match &self.tried {
                    None => {
                        ui.horizontal(|ui| {
                            ui.spinner();
                            ui.label(words.word("ui-interfaces-looking"));
                        });
                    }
                    Some(Ok(interfaces)) if interfaces.is_empty() => {
                        ui.label(words.word("interface-none"));
                    }
                    Some(Ok(interfaces)) => {
                        command = table(ui, interfaces, words);
                        reasons(ui, interfaces, executable, words);
                    }
                    Some(Err(error)) => reason(ui, error, executable, words),
                }
                ui.add_space(8.0);
                ui.horizontal(|ui| {
                    let again = egui::Button::new(format!("↻ {}", words.word("ui-interfaces-again")));
                    if ui.add_enabled(self.coming.is_none(), again).clicked() {
                        self.tried = None;
                    }
                    if ui.button(words.word("ui-cancel")).clicked() || ui.input(|input| input.key_pressed(Key::Escape))
                    {
                        command = Some(Command::Dismiss);
                    }
                });
            });
        command
    }

    /// Takes the answer, or asks.
    fn take(&mut self, ctx: &egui::Context) {
        match self.coming.as_ref().map(Receiver::try_recv) {
            Some(Ok(tried)) => {
                self.tried = Some(tried);
                self.coming = None;
            }
            Some(Err(TryRecvError::Empty)) => {}
            // Its thread has ended without a word; or nobody was asked.
            Some(Err(TryRecvError::Disconnected)) | None => {
                self.coming = None;
                if self.tried.is_none() {
                    let (sender, coming) = bounded(1);
                    let ctx = ctx.clone();
                    let ask = move || {
                        // The dialog may have been closed meanwhile.
                        sender.send(live::interfaces()).ok();
                        ctx.request_repaint();
                    };
                    // Where no thread can be started it is tried again with the
                    // next frame.
                    self.coming = thread::Builder::new().name("interfaces".into()).spawn(ask).ok().map(|_| coming);
                }
            }
        }
    }
}

/// One row an interface.
fn table(ui: &mut Ui, interfaces: &[Interface], words: &Words) -> Option<Command> {
    let mut command = None;
    let theme = Theme::of(ui);
    ScrollArea::vertical().id_salt("interfaces").max_height(HEIGHT).auto_shrink([false, true]).show(ui, |ui| {
        Grid::new("interfaces").num_columns(8).spacing([16.0, 7.0]).striped(true).show(ui, |ui| {
            for column in ["name", "kind", "state", "capture", "addresses", "mtu", "mac"] {
                let head = words.word(&format!("interface-column-{column}"));
                ui.label(RichText::new(head).text_style(fonts::section()).color(theme.faint));
            }
            ui.end_row();
            for interface in interfaces {
                let name = printable(interface.name.as_bytes());
                let can = interface.capture.is_ok();
                let colour = if can { theme.text } else { theme.soft };
                ui.label(RichText::new(&name).font(fonts::numbers(fonts::BODY)).color(colour));
                ui.label(RichText::new(words.interface_kind(&interface.kind)).color(colour));
                ui.label(RichText::new(words.interface_state(interface)).color(colour));
                let (sign, mark) = if can { ('✓', theme.established) } else { ('✕', theme.fin) };
                ui.label(RichText::new(format!("{sign} {}", words.interface_capture(interface))).color(mark));
                addresses(ui, interface);
                let numbers = |text: String| RichText::new(text).font(fonts::numbers(fonts::LABEL)).color(theme.soft);
                ui.label(numbers(interface.mtu.to_string()));
                ui.label(numbers(interface.mac.map(words::mac).unwrap_or_default()));
                let button = ui.add_enabled(can, theme.primary_button(words.word("ui-interfaces-capture")));
                let label = words.say("ui-interfaces-capture-name", &[("interface", &name)]);
                button.widget_info(|| WidgetInfo::labeled(Role::Button, can, &label));
                if button.clicked() {
                    command = Some(Command::Capture(interface.name.clone()));
                }
                ui.end_row();
            }
        });
    });
    command
}

/// The first two addresses; all of them where the pointer rests.
fn addresses(ui: &mut Ui, interface: &Interface) {
    let theme = Theme::of(ui);
    let addresses = words::addresses(interface);
    let more = if addresses.len() > 2 { ", …" } else { "" };
    let text = addresses.iter().take(2).cloned().collect::<Vec<_>>().join(", ") + more;
    let text = RichText::new(text).font(fonts::numbers(fonts::LABEL)).color(theme.soft);
    let label = ui.scope(|ui| {
        ui.set_max_width(ADDRESSES);
        ui.add(Label::new(text).wrap())
    });
    if !more.is_empty() {
        label.inner.on_hover_text(addresses.join("\n"));
    }
}

/// What is wrong, of each kind the first, and what helps.
fn reasons(ui: &mut Ui, interfaces: &[Interface], executable: &Path, words: &Words) {
    let mut told: Vec<&InterfaceError> = Vec::new();
    for error in interfaces.iter().filter_map(|interface| interface.capture.as_ref().err()) {
        if told.iter().any(|other| std::mem::discriminant(*other) == std::mem::discriminant(error)) {
            continue;
        }
        told.push(error);
        ui.add_space(8.0);
        reason(ui, error, executable, words);
    }
}

/// What is wrong, to be selected; below it each command that helps, to be
/// copied.
fn reason(ui: &mut Ui, error: &InterfaceError, executable: &Path, words: &Words) {
    let theme = Theme::of(ui);
    ui.add(Label::new(RichText::new(words.interface_error(error)).color(theme.fin)).selectable(true).wrap());
    let remedy = error.remedy(executable);
    let detour = error.detour().filter(|detour| Some(detour) != remedy.as_ref());
    let helps = [(words.interface_help(error), remedy), (Some(words.word("interface-detour")), detour)];
    for (sentence, command) in helps {
        let Some(command) = command else { continue };
        ui.label(RichText::new(sentence.unwrap_or_default()).color(theme.soft));
        ui.horizontal_wrapped(|ui| {
            let text = RichText::new(&command).font(fonts::numbers(fonts::LABEL));
            ui.add(Label::new(text).selectable(true));
            if ui.small_button(words.word("ui-copy")).clicked() {
                ui.ctx().copy_text(command.clone());
            }
        });
    }
}
