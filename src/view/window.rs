//! The window, and the pictures it can draw without one.
//!
//! Owns everything that names `egui`: faces, colours, widgets. It has no
//! opinion on what happened on the wire and none on the words it shows.
//!
//! - [`fonts`]: the embedded faces and the text sizes.
//! - [`theme`]: the colours by meaning, dark and light. The only place with
//!   raw colours.
//! - [`raster`]: draws what egui made on the CPU, for pictures and tests.

pub mod fonts;
pub mod raster;
pub mod theme;

pub use eframe::egui;

/// Gives a context our faces and our two themes. Call it once, before the
/// first pass; which theme is shown stays `egui`'s decision
/// ([`egui::Context::set_theme`]).
pub fn prepare(ctx: &egui::Context) {
    fonts::install(ctx);
    theme::install(ctx);
}
