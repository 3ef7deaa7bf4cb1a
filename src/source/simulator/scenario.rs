//! Scenarios: what two hosts' programs call, what is lost on the way, and what
//! must be seen, as small text files.
//!
//! The language is a subset of packetdrill's notation with two hosts instead
//! of one: `docs/scenarios.md` has its grammar. Owns reading such files, and
//! playing them: a pure function of the file, a topology and settings, to a
//! trace and what became of every claim. Has no opinion on how a claim that
//! failed is told to a person.

/// A line and where one is in it.
mod cursor;
/// What is wrong with a scenario, and where.
mod error;
/// What wires do on purpose.
mod faults;
/// Playing.
mod play;
/// Reading.
mod read;
/// The scenarios that come with the program.
mod shipped;
/// What can be written.
mod syntax;

pub use error::{ScenarioError, Wanted, Wrong};
pub use faults::Faults;
pub use play::{Branch, Claim, Missed, PlayError, Played, Run, Stopped, play};
pub use read::read;
pub use shipped::{SHIPPED, Shipped, find};
pub use syntax::{
    Cited, Deed, Endpoint, Field, Line, Numbers, OptionPattern, Order, Outcome, PacketPattern, Place, Scenario, Set,
    SocketOption, SystemCall, Until, Value, When,
};
