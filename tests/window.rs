//! The window, used as a reader would: by what is written on it.
//!
//! Pictures are compared with `tests/snapshots/*.png`; after a wanted change
//! `UPDATE_SNAPSHOTS=1 cargo test --test window` writes them anew.

#[path = "window/app.rs"]
mod app;
#[path = "window/harness.rs"]
mod harness;
#[path = "window/packets.rs"]
mod packets;
#[path = "support/skip.rs"]
mod skip;
#[path = "window/widgets.rs"]
mod widgets;
