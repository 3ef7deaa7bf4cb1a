//! The window, and the pictures it can draw without one.
//!
//! Owns everything that names `egui`: faces, colours, widgets. It has no
//! opinion on what happened on the wire and none on the words it shows.
//! Widgets never change the model: they return commands, which the app
//! carries out when the frame is painted.

/// The window's state, its panels and its commands.
mod app;
/// Two runs beside each other.
mod beside;
/// Stories through several conversations.
mod chapters;
/// What the reader can ask for.
mod command;
/// The two programs' consoles.
mod console;
/// The list of conversations.
mod conversations;
/// The address desk.
mod desk;
/// A trace, understood, with its timelines.
pub mod document;
/// The dialogs that open and save.
mod files;
/// The field for a display filter.
mod filter_field;
/// The embedded faces and the text sizes.
pub mod fonts;
/// Graphs of one conversation.
mod graphs;
/// Bytes in hexadecimal.
mod hexdump;
/// The network, with every message on its way through it.
mod hops;
/// The right-hand panel.
mod inspector;
/// The dialog that chooses an interface to capture.
mod interfaces;
/// What can be set of a simulation.
mod knobs;
/// The dialog that runs something in the lab.
mod lab_dialog;
/// The conversation's picture.
mod ladder;
/// The pictures with a lifeline for each host, or for each place.
mod lanes;
/// The left-hand panel.
mod library;
/// What lists of any length have in common.
mod listing;
/// The window on a display.
mod native;
/// The dialog for programs of the reader's own.
mod own;
/// The packet table.
mod packets;
/// Pictures of a conversation, without a window.
pub mod picture;
/// Draws what egui made on the CPU, for pictures and tests.
pub mod raster;
/// Scrolling through more than `f32` can count.
mod scroll;
/// What is remembered from one time to the next.
mod settings;
/// What stands above the picture of a simulation.
mod simulation;
/// TCP's state diagram.
mod state_diagram;
/// What both sides of a conversation said.
mod stream;
/// What egui made, as SVG.
mod svg;
/// The colours by meaning, dark and light: the only place with raw colours.
pub mod theme;
/// The transport bar.
mod transport;
/// For a newcomer: three cards.
mod welcome;
/// What if this packet were lost?
mod what_if;

pub use eframe::egui;

pub use app::{App, Options};
pub use native::{NoWindow, run};

/// Gives a context our faces and our two themes. Call it once, before the
/// first pass; which theme is shown stays `egui`'s decision
/// ([`egui::Context::set_theme`]).
pub fn prepare(ctx: &egui::Context) {
    fonts::install(ctx);
    theme::install(ctx);
}
