//! What the reader can ask the window to do. Widgets push commands; the app
//! carries them out once a frame, after everything is painted.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::document::Selection;
use super::egui::Theme;
use super::lanes::Choice;
use super::transport::Transport;
use super::what_if::Fault;
use crate::model::Role;
use crate::session::simulating::{Profile, SimulationRequest};
use crate::timeline::compare::Side;
use crate::timeline::layout::Scale;
use crate::trace::FrameNumber;
use crate::words::Language;

/// What stands below the picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Tab {
    /// What the programs wrote, and what is typed into them.
    #[default]
    Consoles,
    /// Every packet of the capture.
    Packets,
    /// Every conversation of the capture.
    Conversations,
    /// What both sides of the conversation that is shown said.
    Stream,
    /// Graphs of the conversation that is shown.
    Graphs,
}

/// A panel that can be hidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Panel {
    /// On the left.
    Library,
    /// On the right.
    Inspector,
    /// Below the picture.
    Below,
}

/// Whose TCP plays a simulation beside the one that is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Whose {
    /// Ours, with these habits.
    Ours(Profile),
    /// This machine's kernel's.
    Kernel,
}

/// One thing the reader asked for.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Command {
    /// Run this bundled program.
    Run(&'static str),
    /// Show the dialog for programs of the reader's own.
    AskOwn,
    /// Run what was typed there.
    RunOwn,
    /// Show the dialog that runs something on this topology of the lab.
    AskLab(&'static str),
    /// Run what the dialog asks for.
    RunLab,
    /// Run again what was run in the lab.
    LabAgain,
    /// Do something to the frame of an arrow, in the same run again.
    WhatIf(Side, FrameNumber, Fault),
    /// Play this simulation in place of what is shown.
    Simulate(Box<SimulationRequest>),
    /// Play the simulation that is shown so, and keep to its place.
    Resimulate(Box<SimulationRequest>),
    /// Play the simulation that is shown beside another one of the same.
    SimulateBeside(Whose),
    /// Show what can be set of a simulation, or hide it.
    ShowKnobs(bool),
    /// Tell what is said of a simulation, or no longer.
    TellSimulation(bool),
    /// Select something in the left one of two runs.
    SelectLeft(Selection),
    /// Leave the right one of two runs.
    BackToOne,
    /// End the running program.
    Stop,
    /// Type a line into one side of the running program.
    Type(Role, String),
    /// End the input of one side, as Ctrl-D does.
    EndInput(Role),
    /// From the next run on: type into the programs oneself, or let them be
    /// given the lines that come with them.
    SetTyping(bool),
    /// Show the dialog that opens a file.
    AskOpen,
    /// Show the dialog that saves.
    AskSave,
    /// Show the dialog that exports.
    AskExport,
    /// Export what is shown to this file, as its ending says.
    Export(PathBuf),
    /// Open this file.
    Open(PathBuf),
    /// Open one of the recordings that come with the program, by its place in
    /// the list.
    OpenShipped(usize),
    /// Show the dialog that opens a file beside what is shown.
    AskBeside,
    /// Open this file beside what is shown.
    OpenBeside(PathBuf),
    /// Save to this file.
    Save(PathBuf),
    /// Close the dialog or the message.
    Dismiss,
    /// Show another kind of picture.
    ShowPicture(Choice),
    /// Show another conversation of the trace.
    ShowConversation(usize),
    /// Select something.
    Select(Selection),
    /// Select the segment before (−1) or after (+1), and bring it into view.
    Step(isize),
    /// Play the recording that explains a handshake.
    Watch,
    /// Answer one of the newcomer's questions.
    Answer(usize, usize),
    /// Show or hide the newcomer's cards.
    SetWelcome(bool),
    /// Show the list of keys, or hide it.
    ShowKeys,
    /// Show or hide a panel.
    TogglePanel(Panel),
    /// Back to the view before.
    Back,
    /// To the view that was taken back.
    Forward,
    /// Stronger colours, or as designed.
    SetContrast(bool),
    /// How large everything is; 1 is as designed.
    SetSize(f32),
    /// Play, pause, step.
    Transport(Transport),
    /// Select this frame, whichever conversation it belongs to, and bring it
    /// into view.
    GoTo(FrameNumber),
    /// A message on its way through the network is at this frame: select it.
    Pass(FrameNumber),
    /// Show one of the tabs below the picture.
    ShowTab(Tab),
    /// Show the dialog that chooses an interface.
    AskInterface,
    /// Capture this interface, by name.
    Capture(String),
    /// Show the address desk, with this on it.
    AskAddress(String),
    /// Mark the frames that a display filter selects; none where it is empty.
    LookFor(String),
    /// Look no further; what was found stays.
    StopLooking,
    /// Change how time becomes height.
    SetScale(Scale),
    /// Multiply the zoom.
    Zoom(f64),
    /// Back to 100 %.
    ResetZoom,
    /// Sequence numbers as they stand in the header, or relative.
    SetAbsolute(bool),
    /// Speak another language.
    SetLanguage(Language),
    /// Dark or light.
    SetTheme(Theme),
}
