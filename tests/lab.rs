//! The lab, as a user meets it: real hosts, what every hop does to a frame, and
//! what Linux does when one is lost. Skips loudly where namespaces are
//! forbidden.
//!
//! As root the program is run as nobody (65534), so that nothing rests on a
//! privilege.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test stops at the first surprise")]
#![expect(clippy::disallowed_methods, reason = "a test that waits is bounded by a clock")]

#[path = "lab/asking.rs"]
mod asking;
#[path = "lab/hops.rs"]
mod hops;
#[path = "lab/leftovers.rs"]
mod leftovers;
#[path = "lab/loss.rs"]
mod loss;
#[path = "support/marked.rs"]
mod marked;
#[path = "support/nobody.rs"]
mod nobody;
#[path = "lab/notes.rs"]
mod notes;
#[path = "lab/paths.rs"]
mod paths;
#[path = "lab/pointing.rs"]
mod pointing;
#[path = "lab/queues.rs"]
mod queues;
#[path = "lab/simultaneous.rs"]
mod simultaneous;
#[path = "support/skip.rs"]
mod skip;
#[path = "lab/speed.rs"]
mod speed;
#[path = "lab/support.rs"]
mod support;
#[path = "lab/wires.rs"]
mod wires;
