//! The teaching programs: small clients and servers with real sockets, each
//! an ordinary operating-system process.
//!
//! Owns what the programs do and reporting their socket calls. Has no opinion
//! on the network they run in or on who watches.

/// The clocks over TCP and UDP.
mod clock_answers;
/// What is printed and typed.
mod console;
/// Our own TCP in place of the kernel's.
mod core;
/// The time of day as C's `ctime` writes it.
mod ctime;
/// Settings that several programs declare.
mod declared;
/// What is typed into a run.
mod input;
/// Sockets that report their calls.
mod recorded;
/// The lines they report in.
mod report;
/// Socket calls at given moments.
mod scripted;
/// What can be set.
mod setting;
/// Many bytes over TCP.
mod tcp_bulk;
/// Typed both ways over TCP.
mod tcp_chat;
/// The greeting over TCP.
mod tcp_greeting;
/// What closing the listening socket ends, and what it does not.
mod tcp_listener_closed;
/// Many requests, over many connections or one.
mod tcp_requests;
/// One message over TCP, answered or not.
mod tcp_simple;
/// One message in GBK, and thanks.
mod tcp_thanks;
/// Both sides type in turn over TCP.
mod tcp_turns;
/// Bytes as text.
mod text;
/// Named peers over UDP.
mod udp_chat;
/// The greeting over UDP.
mod udp_hello;
/// One datagram, answered or not.
mod udp_single;
/// From a name to a page: name server, web server, client.
mod web_page;

pub use core::{CORE_VARIABLE, CoreSetup};
pub use input::{InputError, Inputs};
pub use recorded::CallError;
pub(crate) use recorded::inherited_pipe;
pub use report::{REPORT_VARIABLE, Report, StateReport};
pub use scripted::{SCRIPT_ARGUMENT, SETTABLE, Script, ScriptCall, Timed, script_main};
pub use setting::{Setting, SettingError, SettingKind, Settings};

use std::sync::Arc;
use std::time::Duration;

use rustix::process::{Signal, set_parent_process_death_signal};

use crate::model::{Call, Role};
use crate::source::errno;
use console::{complain, say};
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
    /// succeed: `listen`, and over UDP `bind`.
    ready_call: &'static str,
    /// The sides that read lines from their standard input.
    reads: &'static [Role],
    /// What these lines are where nobody gives others.
    script: fn(&Settings) -> Vec<(Role, String)>,
    /// What a server that should end with its clients is set to, given what
    /// each client will find on its standard input.
    whole_run: fn(&Settings, &[u8]) -> Vec<String>,
    /// The ports of its conversations, the server's first.
    ports: fn(&Settings) -> Vec<u16>,
    /// How to play one of its sides; it is asked for no other.
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
        "port {port} is taken (EADDRINUSE): `ss -lntup 'sport = :{port}'` tells by whom; \
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
    /// Nothing came for as long as the patience lasted.
    #[error(
        "no answer within {} s: given up, where the program in the notes waits for ever; \
         the kernel has {} for this socket (SO_ERROR {pending})",
        waited.as_secs_f64(),
        if *pending == 0 { "no error".to_owned() } else { errno::name(*pending) },
    )]
    NoAnswer {
        /// How long it was waited for.
        waited: Duration,
        /// The error that the kernel kept for the socket, by its number on
        /// this system; 0 for none.
        pending: i32,
    },
    /// The client is gone, which the program in the notes never notices.
    #[error(
        "recv() has returned nothing {reads} times: the client is gone, and the server in the notes asks on for ever"
    )]
    ReadsNothing {
        /// How often nothing was read.
        reads: u32,
    },
    /// The peer ended before everything had come.
    #[error("the peer ended after {came} of {expected} bytes")]
    CutShort {
        /// How many bytes came.
        came: usize,
        /// How many were to come.
        expected: usize,
    },
    /// A byte came that was not sent.
    #[error("the byte at place {place} of the stream is not the one that was sent")]
    Altered {
        /// Its place, from 0.
        place: usize,
    },
    /// Standard input ended before the program had what it needs.
    #[error("standard input ended before the program had what it needs")]
    InputEnded,
    /// Standard input could not be read.
    #[error("cannot read standard input: {} ({})", errno::description(*errno), errno::name(*errno))]
    Input {
        /// The number of the error on this system.
        errno: i32,
    },
    /// What was typed is no IPv4 address.
    #[error("expected an IPv4 address such as 127.0.0.1, found `{found}`")]
    NotAnAddress {
        /// What was typed.
        found: String,
    },
    /// What was typed is no port.
    #[error("expected a port from 1 to 65535, found `{found}`")]
    NotAPort {
        /// What was typed.
        found: String,
    },
    /// What was set is no domain name.
    #[error("expected a domain name such as www.example, found `{found}`")]
    NotAName {
        /// What was set.
        found: String,
    },
    /// What was set is no path.
    #[error("expected a path such as /index.html, found `{found}`")]
    NotAPath {
        /// What was set.
        found: String,
    },
    /// The name server did not answer.
    #[error("the name server {server} did not answer, asked {tries} times, {} s each", waited.as_secs_f64())]
    NoNameServer {
        /// Who was asked.
        server: std::net::SocketAddr,
        /// How often.
        tries: u32,
        /// How long each answer was waited for.
        waited: Duration,
    },
    /// The name server knows no such name, or does not say.
    #[error("the name server answers {code}: it has nothing for {name}")]
    NoSuchName {
        /// What was asked for.
        name: String,
        /// Its response code, `NXDOMAIN`.
        code: String,
    },
    /// The name is there, an IPv4 address is not.
    #[error("{name} has no IPv4 address")]
    NoAddress {
        /// What was asked for.
        name: String,
    },
    /// What came is no response of HTTP, or not all of it.
    #[error("expected a response of HTTP: {why}")]
    NotHttp {
        /// What is wrong with it.
        why: String,
    },
    /// A character that the encoding does not have.
    #[error("{encoding} has no bytes for `{character}`")]
    NotInEncoding {
        /// The encoding's name.
        encoding: &'static str,
        /// The first such character.
        character: char,
    },
}

/// Every bundled program: those of the notes from the first to the last, then
/// our own.
pub static PROGRAMS: [&Program; 20] = [
    &tcp_greeting::PROGRAM,
    &udp_hello::PROGRAM,
    &tcp_thanks::PROGRAM,
    &udp_single::SEND,
    &udp_single::ASK,
    &udp_single::RECEIVE,
    &tcp_requests::SHORT,
    &tcp_requests::LONG,
    &tcp_listener_closed::PROGRAM,
    &clock_answers::TCP,
    &clock_answers::UDP,
    &udp_single::SIMPLE,
    &udp_chat::PROGRAM,
    &tcp_simple::SIMPLE,
    &tcp_turns::PROGRAM,
    &udp_single::ONE_WAY,
    &tcp_simple::ONE_WAY,
    &tcp_chat::PROGRAM,
    &web_page::PROGRAM,
    &tcp_bulk::PROGRAM,
];

/// The program called `id`.
pub fn find(id: &str) -> Option<&'static Program> {
    PROGRAMS.iter().find(|program| program.id == id).copied()
}

/// The program whose name looks most like `id`, if one does.
pub fn nearest(id: &str) -> Option<&'static str> {
    setting::nearest(id, PROGRAMS.iter().map(|program| program.id))
}

/// The name among `known` that looks most like `name`, if one does.
pub(crate) fn nearest_of<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    setting::nearest(name, known)
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

    /// The call that, once it has returned to this side, lets a client succeed:
    /// `listen`, and over UDP `bind`.
    pub fn ready_call(&self, role: Role) -> &'static str {
        if role == Role::NameServer { "bind" } else { self.ready_call }
    }

    /// The port on which a side is asked.
    pub fn port_of(&self, role: Role, settings: &Settings) -> u16 {
        settings.port(if role == Role::NameServer { "dns-port" } else { "port" })
    }

    /// How often a run starts a side.
    pub fn times(&self, role: Role, settings: &Settings) -> u32 {
        match role {
            Role::Server => u32::from(settings.choice("server") != "none"),
            Role::NameServer => u32::from(settings.choice("dns") != "none"),
            Role::Client => self.clients(settings),
        }
    }

    /// The port its server is asked on.
    pub fn port(&self, settings: &Settings) -> u16 {
        settings.port("port")
    }

    /// Every port of its conversations beside the clients' own, the server's
    /// first.
    pub fn ports(&self, settings: &Settings) -> Vec<u16> {
        (self.ports)(settings)
    }

    /// How many clients a run starts, one after another.
    pub fn clients(&self, settings: &Settings) -> u32 {
        settings.count("clients").max(1)
    }

    /// What the sides of a run are set to: what the reader set, and what lets
    /// the server end with its clients.
    pub fn whole_run(&self, settings: &Settings, inputs: &Inputs) -> Settings {
        if inputs.open {
            // Nobody knows how much will be typed.
            return settings.clone();
        }
        let given = settings.given().iter().map(|(key, value)| format!("{key}={value}"));
        let pairs: Vec<String> = (self.whole_run)(settings, inputs.of(Role::Client)).into_iter().chain(given).collect();
        // Refused only where it would be too much: then the server is ended
        // when its clients have.
        let whole = self.read_settings(&pairs);
        let whole = whole.map(|whole| whole.at(settings.address()).named_by(settings.name_server()));
        whole.unwrap_or_else(|_| settings.clone())
    }

    /// The longest a run whose inputs have ended can be silent while something
    /// may still come: a pause, a patience, and time for a busy machine.
    pub fn longest_standstill(&self, settings: &Settings) -> Duration {
        let own = settings.duration("pause").saturating_add(settings.duration("patience"));
        own.saturating_add(Duration::from_secs(5))
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
        let played = (self.play)(role, settings, &recorder);
        if let Some(core) = recorder.core() {
            core.finish();
            recorder.end();
        }
        played
    }
}

/// Tells a taken port from other failures.
fn taken(error: CallError) -> ProgramError {
    match error {
        CallError { call: Call::Bind { address }, errno: libc::EADDRINUSE } => {
            ProgramError::PortTaken { port: address.port() }
        }
        error => error.into(),
    }
}

/// The script of a program that reads nothing.
fn nothing_to_type(_: &Settings) -> Vec<(Role, String)> {
    Vec::new()
}

/// The one port of a program.
fn one_port(settings: &Settings) -> Vec<u16> {
    vec![settings.port("port")]
}

/// What a server that serves clients for ever is set to for a whole run.
fn one_client(_: &Settings, _: &[u8]) -> Vec<String> {
    vec!["clients=1".into()]
}

/// What a server that ends by itself needs for a whole run.
fn as_it_is(_: &Settings, _: &[u8]) -> Vec<String> {
    Vec::new()
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
            assert_eq!(program.ports(&settings)[0], program.port(&settings), "{}", program.id);
            let inputs = program.read_inputs::<&str>(&settings, &[]).unwrap();
            let run = program.whole_run(&settings, &inputs);
            let needs_help = program.settings.iter().any(|setting| matches!(setting.key, "clients" | "datagrams"));
            assert_eq!(needs_help, !run.given().is_empty(), "{}", program.id);
            assert!(program.readers().iter().eq(inputs.lines.keys().rev()), "{}", program.id);
            assert_eq!(find(program.id).unwrap().id, program.id);
        }
        assert_eq!(nearest("tcp-greetings"), Some("tcp-greeting"));
    }
}
