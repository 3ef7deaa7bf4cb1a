//! The window, used as a reader would: by what is written on it.
//!
//! Pictures are compared with `tests/snapshots/*.png`; after a wanted change
//! `UPDATE_SNAPSHOTS=1 cargo test --test window` writes them anew.

#[path = "window/app.rs"]
mod app;
#[path = "window/graphs.rs"]
mod graphs;
#[path = "window/harness.rs"]
mod harness;
#[path = "window/inspector.rs"]
mod inspector;
#[path = "window/interfaces.rs"]
mod interfaces;
#[path = "window/lanes.rs"]
mod lanes;
#[path = "support/namespace.rs"]
mod namespace;
#[path = "window/packets.rs"]
mod packets;
#[path = "window/shell.rs"]
mod shell;
#[path = "support/skip.rs"]
mod skip;
#[path = "window/step.rs"]
mod step;
#[path = "window/timeline.rs"]
mod timeline;
#[path = "window/widgets.rs"]
mod widgets;
#[path = "window/zz.rs"]
mod zz;
