//! The window, or why there is none and the terminal instead.

use super::output::Output;
use super::{Failure, run};
use crate::words::Words;

/// What is run where there is no window.
const PROGRAM: &str = "tcp-greeting";

/// Why there is no window.
enum NoWindow {
    /// There is nothing to show it on.
    #[cfg(feature = "window")]
    NoDisplay,
    /// It could not be opened.
    #[cfg(feature = "window")]
    Failed(String),
    /// This program was built without it.
    #[cfg(not(feature = "window"))]
    NotBuilt,
}

/// Opens the window and returns when it is closed; without one, runs a program
/// and draws it in the terminal.
pub(super) fn open_or_run(words: &Words, output: &Output<'_>) -> Result<(), Failure> {
    let sentence = match open(words, output) {
        Ok(()) => return Ok(()),
        #[cfg(feature = "window")]
        Err(NoWindow::NoDisplay) => words.word("no-window-no-display"),
        #[cfg(feature = "window")]
        Err(NoWindow::Failed(reason)) => words.say("no-window-failed", &[("reason", &reason)]),
        #[cfg(not(feature = "window"))]
        Err(NoWindow::NotBuilt) => words.word("no-window-not-built"),
    };
    output.note(&sentence);
    run::play_default(PROGRAM, words, output)
}

#[cfg(not(feature = "window"))]
const fn open(_words: &Words, _output: &Output<'_>) -> Result<(), NoWindow> {
    Err(NoWindow::NotBuilt)
}

#[cfg(feature = "window")]
fn open(words: &Words, output: &Output<'_>) -> Result<(), NoWindow> {
    // What winit looks at to choose between Wayland and X11.
    let display = ["WAYLAND_DISPLAY", "WAYLAND_SOCKET", "DISPLAY"]
        .into_iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()));
    if display { open_window(words, output) } else { Err(NoWindow::NoDisplay) }
}

/// Opens the window.
#[cfg(feature = "window")]
fn open_window(words: &Words, output: &Output<'_>) -> Result<(), NoWindow> {
    use crate::trace::Network;
    use crate::view::window;

    // The window tells the reader this path where a command needs it.
    let executable = std::env::current_exe().unwrap_or_else(|_| std::path::PathBuf::from("/proc/self/exe"));
    let folder = etcetera::choose_base_strategy().ok().map(|strategy| etcetera::BaseStrategy::config_dir(&strategy));
    let options = window::Options {
        executable,
        language: words.language(),
        language_asked: output.language_asked,
        network: Network::Private,
        settings: folder.map(|folder| folder.join("wirelens").join("settings.toml")),
    };
    window::run(options, PROGRAM, output.verbose).map_err(|error| NoWindow::Failed(error.to_string()))
}
