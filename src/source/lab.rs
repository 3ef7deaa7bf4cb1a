//! The lab: hosts, hubs, switches and routers of real Linux, and cables on
//! which a chosen frame can be lost.
//!
//! A topology is read and checked without any privilege
//! (`topology`); the simulator runs the same files.

/// Doing what a plan says.
pub(in crate::source) mod build;
/// What is made different from the topology as it stands.
pub mod conditions;
/// What it takes to build a topology.
pub mod plan;
/// Carrying frames from one end of a wire to the other.
pub mod relay;
/// What is connected to what, as text and as a checked plan.
pub mod topology;
/// What a wire does to a frame.
pub mod wire;
