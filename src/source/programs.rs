//! The teaching programs: small clients and servers with real sockets, each
//! an ordinary operating-system process.
//!
//! Owns what the programs do and reporting their socket calls. Has no opinion
//! on the network they run in or on who watches.

/// Sockets that report their calls.
mod recorded;
/// The lines they report in.
mod report;
/// What can be set.
mod setting;
/// The greeting over TCP.
mod tcp_greeting;

pub use recorded::CallError;
pub(crate) use recorded::inherited_pipe;
pub use report::{REPORT_VARIABLE, Report};
pub use setting::{Setting, SettingError, SettingKind, Settings};

use std::io::{self, Write as _};
use std::sync::Arc;
use std::time::Duration;

use rustix::process::{Signal, set_parent_process_death_signal};

use crate::model::Role;
use crate::source::errno;
use recorded::Recorder;

/// A bundled program: what it is called, who takes part, what can be set.
#[derive(Debug)]
pub struct Program {
    /// Its stable name, `tcp-greeting`.
    pub id: &'static str,
    /// Its sides, in the order they are to be started.
    pub roles: &'static [Role],
    /// What can be set, the same for both sides.
    pub settings: &'static [Setting],
    /// The call that, once it has returned to the server, lets a client
    /// succeed: `listen`.
    pub ready_call: &'static str,
    /// What a server that should end with its client is set to beyond what the
    /// reader set.
    pub whole_run: &'static [&'static str],
    /// How to play one side.
    play: fn(Role, &Settings, &Arc<Recorder>) -> Result<(), ProgramError>,
}

/// Why a program ended before its work was done.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProgramError {
    /// A socket call failed.
    #[error(transparent)]
    Call(#[from] CallError),
    /// Somebody else has the port.
    #[error(
        "port {port} is taken (EADDRINUSE): `ss -ltnp 'sport = :{port}'` tells by whom; \
         `--set port=NUMBER` chooses another"
    )]
    PortTaken {
        /// The port.
        port: u16,
    },
    /// No thread for a connection.
    #[error("cannot start a thread for a connection: {} ({})", errno::description(*errno), errno::name(*errno))]
    Thread {
        /// The number of the error on this system.
        errno: i32,
    },
    /// The descriptor to report to is not usable.
    #[error("{REPORT_VARIABLE} does not name an open descriptor: {}", errno::name(*errno))]
    Report {
        /// The number of the error on this system.
        errno: i32,
    },
}

/// Every bundled program.
pub static PROGRAMS: [&Program; 1] = [&tcp_greeting::PROGRAM];

/// The program called `id`.
pub fn find(id: &str) -> Option<&'static Program> {
    PROGRAMS.iter().find(|program| program.id == id).copied()
}

/// The program whose name looks most like `id`, if one does.
pub fn nearest(id: &str) -> Option<&'static str> {
    setting::nearest(id, PROGRAMS.iter().map(|program| program.id))
}

impl Program {
    /// Reads `pairs` of the form `KEY=VALUE`.
    ///
    /// # Errors
    /// The first pair that does not fit.
    pub fn read_settings<S: AsRef<str>>(&self, pairs: &[S]) -> Result<Settings, SettingError> {
        Settings::read(self.settings, pairs)
    }

    /// Whether it has this side.
    pub fn has_role(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// The port its server is asked on.
    pub fn port(&self, settings: &Settings) -> u16 {
        settings.port("port")
    }

    /// The longest a side that still has work to do goes without a call
    /// beginning or ending: its pause, and a second for a busy machine.
    pub fn longest_silence(&self, settings: &Settings) -> Duration {
        settings.duration("pause").saturating_add(Duration::from_secs(1))
    }

    /// Plays one side in this process until it ends by itself. Ctrl-C ends it
    /// quietly with status 0.
    ///
    /// # Errors
    /// What kept it from doing its work.
    pub fn play(&self, role: Role, settings: &Settings) -> Result<(), ProgramError> {
        // Started from /proc/self/exe it would be called `exe`, and `ss -p`
        // would say so.
        rustix::thread::set_name(c"wirelens").ok();
        let always = Arc::new(std::sync::atomic::AtomicBool::new(true));
        // Where the handler cannot be set Ctrl-C still ends the program, with
        // the shell's status 130.
        signal_hook::flag::register_conditional_shutdown(libc::SIGINT, 0, always).ok();
        let recorder =
            Recorder::from_environment().map_err(|error| ProgramError::Report { errno: errno::number(&error) })?;
        if recorder.is_heard() {
            // Whoever started us asked for this before, which the kernel
            // forgets when it starts an executable with file capabilities.
            set_parent_process_death_signal(Some(Signal::KILL)).ok();
        }
        (self.play)(role, settings, &recorder)
    }
}

/// Prints a line on standard output, whole. Where nobody listens any more the
/// program goes on: its conversation does not depend on it.
fn say(line: &[u8]) {
    let mut text = line.to_vec();
    text.push(b'\n');
    io::stdout().write_all(&text).ok();
}

/// Prints an error on standard error.
fn complain(error: &ProgramError) {
    writeln!(io::stderr(), "{error}").ok();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_program_accepts_its_own_defaults() {
        for program in PROGRAMS {
            let settings = program.read_settings::<&str>(&[]).unwrap();
            assert!(settings.given().is_empty());
            assert_ne!(program.port(&settings), 0, "{}", program.id);
            program.read_settings(program.whole_run).unwrap();
            assert_eq!(find(program.id).unwrap().id, program.id);
        }
        assert_eq!(nearest("tcp-greetings"), Some("tcp-greeting"));
    }
}
