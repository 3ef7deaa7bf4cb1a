//! The window, used as a reader would: by what is written on it.
//!
//! Pictures are compared with `tests/snapshots/*.png`; after a wanted change
//! `UPDATE_SNAPSHOTS=1 cargo test --test window` writes them anew.

#[cfg(test)]
#[path = "window/address.rs"]
mod address;
#[cfg(test)]
#[path = "window/app.rs"]
mod app;
#[path = "window/chapters.rs"]
mod chapters;
#[cfg(test)]
#[path = "window/compare.rs"]
mod compare;
#[path = "window/exporting.rs"]
mod exporting;
#[cfg(test)]
#[path = "window/graphs.rs"]
mod graphs;
#[path = "window/harness.rs"]
mod harness;
#[cfg(test)]
#[path = "window/hops.rs"]
mod hops;
#[cfg(test)]
#[path = "window/icmp.rs"]
mod icmp;
#[cfg(test)]
#[path = "window/inspector.rs"]
mod inspector;
#[cfg(test)]
#[path = "window/interfaces.rs"]
mod interfaces;
#[cfg(test)]
#[path = "window/lanes.rs"]
mod lanes;
#[path = "support/namespace.rs"]
mod namespace;
#[cfg(test)]
#[path = "window/odd.rs"]
mod odd;
#[cfg(test)]
#[path = "window/packets.rs"]
mod packets;
#[cfg(test)]
#[path = "window/shell.rs"]
mod shell;
#[cfg(test)]
#[path = "window/simulations.rs"]
mod simulations;
#[path = "support/skip.rs"]
mod skip;
#[cfg(test)]
#[path = "window/step.rs"]
mod step;
#[cfg(test)]
#[path = "window/timeline.rs"]
mod timeline;
#[cfg(test)]
#[path = "window/widgets.rs"]
mod widgets;
