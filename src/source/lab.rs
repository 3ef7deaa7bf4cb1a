//! The lab: hosts, hubs, switches and routers of real Linux, and cables on
//! which a chosen frame can be lost.
//!
//! A topology is read and checked without any privilege
//! ([`topology`]); the simulator runs the same files.

/// What is connected to what, as text and as a checked plan.
pub mod topology;
