//! Topologies as files.
//!
//! Owns the file's form and everything that can be wrong with it. Touches no
//! interface: the lab builds what stands here, the simulator plays it.

/// What is wrong with a topology, and where.
mod error;
/// The file as it is written.
mod file;
/// The topologies that come with the program.
mod shipped;

pub use error::{Position, TopologyError, Wrong};
pub use file::{rate, read, time};
pub use shipped::{SHIPPED, Shipped, find};

/// The longest name of a node, in bytes: a switch's port is called after it.
pub const LONGEST_NAME: usize = 15;
/// The most nodes.
pub const MOST_NODES: usize = 64;

/// The largest packet that an interface may send, in bytes: from the least
/// every host must take (RFC 791 §3.2) to jumbo frames.
pub const MTU: std::ops::RangeInclusive<u32> = 576..=9000;

#[cfg(test)]
mod tests;
