//! The faces of the program: the window, and what paints without a window.
//!
//! Owns painting, zoom and selection. A view is a function of what it is
//! shown: it opens no socket, decodes no packet and changes the model only by
//! sending a command.

#[cfg(feature = "window")]
pub mod window;
