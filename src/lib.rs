//! wirelens runs real TCP and UDP programs, captures their packets and draws
//! what happened.
//!
//! Data flows one way, and the modules are in that order:
//!
//! ```text
//! source ──► trace ──► decode ──► conversation ──► timeline ──► view
//! (live,     (events,   (bytes →   (memory across   (lanes,       (window,
//!  file)      places)    fields)    packets: states)  arrows)       terminal)
//! ```
//!
//! Everything after [`source`] is a pure function of a [`trace::Trace`]: live,
//! replay and test are the same. `tests/layering.rs` keeps the walls.

pub mod cli;
pub mod conversation;
pub mod decode;
pub mod filter;
pub mod model;
pub mod session;
pub mod source;
pub mod timeline;
pub mod trace;
pub mod view;
pub mod words;
