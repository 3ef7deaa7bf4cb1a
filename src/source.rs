//! Where traces come from.
//!
//! Owns everything that touches the world: files, sockets, processes, clocks,
//! privileges. Has no opinion on what a byte means or how an event is drawn:
//! whatever comes out of here is a [`Trace`](crate::trace::Trace) and nothing
//! else.

pub mod file;
