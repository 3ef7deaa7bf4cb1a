//! What went wrong, in sentences for a reader: what failed, what was expected
//! and found, what to do, the path last.
//!
//! The one place of `words` that names `source` and `session`, and of both only
//! their errors.

/// Those of hosts without their kernel's TCP.
mod core;
/// Scenarios, and what became of their claims.
mod scenario;
/// What cannot be simulated.
mod simulator;

use std::fmt::Write as _;
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use super::{Words, printable};
use crate::model::{Call, Role, Span};
use crate::session::SessionError;
use crate::source::errno;
use crate::source::file::{Broken, Compression, Damage, DamageKind, FileError, Opened, Unsupported};
use crate::source::live::{CaptureError, InterfaceError, LiveError, Refusal, Remedy, Step};
use crate::source::programs::{
    CallError, InputError, Program, ProgramError, REPORT_VARIABLE, SettingError, SettingKind,
};
use crate::trace::{CommandRemark, Network, RemarkKind};

impl Words {
    /// A sentence marked as an error.
    pub fn error(&self, sentence: &str) -> String {
        self.say("error", &[("sentence", &sentence)])
    }

    /// A sentence marked as something to know.
    pub fn notice(&self, sentence: &str) -> String {
        self.say("notice", &[("sentence", &sentence)])
    }

    /// Why there is no trace, or no file; with the path, where the error has
    /// it.
    pub fn file_error(&self, error: &FileError) -> String {
        match error {
            FileError::Open { path, .. } | FileError::Save { path, .. } | FileError::MixedLinkTypes { path, .. } => {
                self.file_error_at(error, path)
            }
            FileError::Read { .. }
            | FileError::Unpack { .. }
            | FileError::Spool { .. }
            | FileError::Empty
            | FileError::NotACapture { .. }
            | FileError::Compressed { .. }
            | FileError::Unsupported(_) => self.file_sentence(error),
        }
    }

    /// The same with the path that was asked for.
    pub fn file_error_at(&self, error: &FileError, path: &Path) -> String {
        self.at(&self.file_sentence(error), path)
    }

    /// A sentence about what is at a path.
    pub fn at(&self, sentence: &str, path: &Path) -> String {
        self.say("at-path", &[("sentence", &sentence), ("path", &printable(path.as_os_str().as_bytes()))])
    }

    fn file_sentence(&self, error: &FileError) -> String {
        match error {
            FileError::Open { source, .. } => self.say("file-open", &[("reason", &self.io_reason(source))]),
            FileError::Read { source } => self.say("file-read", &[("reason", &self.io_reason(source))]),
            FileError::Empty => self.word("file-empty"),
            FileError::NotACapture { found } => self.say("file-not-a-capture", &[("bytes", &hexadecimal(found))]),
            FileError::Compressed { by } => self.say("file-compressed", &[("tool", &by.name())]),
            FileError::Unpack { kind } => self.say("file-unpack", &[("kind", &self.damage_kind(kind))]),
            FileError::Spool { source } => self.say("file-spool", &[("reason", &self.io_reason(source))]),
            FileError::MixedLinkTypes { first, second, .. } => {
                self.say("file-mixed-link-types", &[("first", &first.0), ("second", &second.0)])
            }
            FileError::Unsupported(what) => self.say("file-unsupported", &[("what", &self.unsupported(*what))]),
            FileError::Save { source, .. } => self.say("file-save", &[("reason", &self.io_reason(source))]),
        }
    }

    fn unsupported(&self, what: Unsupported) -> String {
        match what {
            Unsupported::Format { name } => self.say("unsupported-format", &[("name", &name)]),
            Unsupported::PcapVersion { major, minor } => {
                self.say("unsupported-pcap-version", &[("version", &format!("{major}.{minor}"))])
            }
            Unsupported::PcapngVersion { major, minor } => {
                self.say("unsupported-pcapng-version", &[("version", &format!("{major}.{minor}"))])
            }
        }
    }

    /// Where a capture breaks off, and how.
    pub fn damage(&self, damage: &Damage) -> String {
        let frames = self.say("frames", &[("count", &damage.frames_read)]);
        let kind = self.damage_kind(&damage.kind);
        self.say("damage", &[("offset", &damage.offset), ("frames", &frames), ("kind", &kind)])
    }

    fn damage_kind(&self, kind: &DamageKind) -> String {
        let packed = |key, by: Compression, packed: u64| self.say(key, &[("tool", &by.name()), ("packed", &packed)]);
        match kind {
            DamageKind::Cut { needed, available } => {
                self.say("damage-cut", &[("needed", needed), ("available", available)])
            }
            DamageKind::ImpossibleLength { length, least, most } => {
                self.say("damage-impossible-length", &[("length", length), ("least", least), ("most", most)])
            }
            DamageKind::LengthsDiffer { block_type, first, last } => self
                .say("damage-lengths-differ", &[("type", &block_name(*block_type)), ("first", first), ("last", last)]),
            DamageKind::CorruptBlock { block_type, length } => {
                self.say("damage-corrupt-block", &[("type", &block_name(*block_type)), ("length", length)])
            }
            DamageKind::UnknownInterface { interface, described } => {
                self.say("damage-unknown-interface", &[("interface", interface), ("described", described)])
            }
            DamageKind::Unsupported(what) => self.say("damage-unsupported", &[("what", &self.unsupported(*what))]),
            DamageKind::PackedCut { by, packed: at } => packed("damage-packed-cut", *by, *at),
            DamageKind::PackedCorrupt { by, packed: at } => packed("damage-packed-corrupt", *by, *at),
            DamageKind::UnpacksTooFar { by, packed, unpacked } => {
                self.say("damage-unpacks-too-far", &[("tool", &by.name()), ("packed", packed), ("unpacked", unpacked)])
            }
            DamageKind::SpoolFailed { error } => self.say("damage-spool-failed", &[("reason", error)]),
            DamageKind::ReadFailed { error } => self.say("damage-read-failed", &[("reason", error)]),
        }
    }

    /// Blocks of a capture that were passed over because their content cannot
    /// be.
    pub fn broken(&self, broken: &Broken) -> String {
        let kind = self.damage_kind(&broken.first.kind);
        self.say("broken", &[("count", &broken.count), ("offset", &broken.first.offset), ("kind", &kind)])
    }

    /// The same with the path that was asked for.
    pub fn damage_at(&self, damage: &Damage, path: &Path) -> String {
        self.at(&self.damage(damage), path)
    }

    /// What of a capture was left out, one sentence each.
    pub fn skipped(&self, opened: &Opened) -> Vec<String> {
        let blocks = opened.skipped.iter().map(|(block_type, count)| {
            self.say("skipped-blocks", &[("count", count), ("type", &block_name(*block_type))])
        });
        let counts = [("skipped-not-understood", opened.not_understood), ("skipped-untimed", opened.untimed)];
        let counts = counts.into_iter().filter(|(_, count)| *count > 0);
        let counts = counts.map(|(key, count)| self.say(key, &[("count", &count)]));
        let not_kept = (opened.not_kept > 0).then(|| self.say("skipped-not-kept", &[("count", &opened.not_kept)]));
        blocks.chain(counts).chain(not_kept).collect()
    }

    /// Why a run did not go as it should. Where the system refused something,
    /// a second line says what helps; [`SessionError::remedy`] is the command.
    pub fn session_error(&self, error: &SessionError) -> String {
        match error {
            SessionError::Live(error) => self.live_error(error),
            SessionError::NotStarted { errno } => self.failed("session-not-started", *errno),
            SessionError::ProgramNotStarted { role, errno } => {
                let who = self.role(*role);
                self.say("session-program-not-started", &[("who", &who), ("reason", &self.reason(*errno))])
            }
            SessionError::CommandNotStarted { command, status } => {
                let key = if *status == 126 { "session-command-not-executable" } else { "session-command-not-found" };
                self.say(key, &[("command", &in_quotes(command)), ("status", status)])
            }
            SessionError::TracerEnded { command } => {
                self.say("session-tracer-ended", &[("command", &in_quotes(command))])
            }
            SessionError::ServerEnded { port, status, failed } => match (error.taken_port(), failed) {
                (Some(port), _) => self.port_taken(port),
                (None, Some((call, errno))) => self.say(
                    "session-server-call-failed",
                    &[("port", port), ("call", call), ("reason", &self.reason(*errno))],
                ),
                (None, None) => self.say("session-server-ended", &[("port", port), ("exit", &self.exit(*status))]),
            },
            SessionError::ServerNotReady { port, seconds } => {
                self.say("session-server-not-ready", &[("port", port), ("seconds", seconds)])
            }
            SessionError::Standstill { seconds } => self.say("session-standstill", &[("seconds", seconds)]),
            SessionError::Capture(error) => self.capture_error(error),
            SessionError::EndNotMarked { errno } => self.failed("session-end-not-marked", *errno),
            SessionError::EndNotSeen { seconds } => self.say("session-end-not-seen", &[("seconds", seconds)]),
            SessionError::Miscounted { received, dropped, read } => {
                self.say("session-miscounted", &[("received", received), ("dropped", dropped), ("read", read)])
            }
            SessionError::Unstamped { count } => self.say("session-unstamped", &[("count", count)]),
            SessionError::BadReports { count } => self.say("session-bad-reports", &[("count", count)]),
            SessionError::WireMissed { count } => self.say("session-wire-missed", &[("count", count)]),
            SessionError::Vanished => self.word("session-vanished"),
        }
    }

    /// What there is to say about a command of the reader's.
    pub fn command_remark(&self, remark: &CommandRemark) -> String {
        let command = in_quotes(&remark.command);
        let seconds = |millis: u64| crate::words::span(Span::from_millis(i64::try_from(millis).unwrap_or(i64::MAX)));
        match &remark.what {
            RemarkKind::Untraced { errno } => {
                self.say("remark-untraced", &[("command", &command), ("reason", &self.reason(*errno))])
            }
            RemarkKind::NotReady { millis } => {
                self.say("remark-not-ready", &[("command", &command), ("span", &seconds(*millis))])
            }
            RemarkKind::Failed { status } => {
                self.say("remark-failed", &[("command", &command), ("exit", &self.exit(*status))])
            }
            RemarkKind::StillRunning { millis } => {
                self.say("remark-still-running", &[("command", &command), ("span", &seconds(*millis))])
            }
            RemarkKind::Killed { millis } => {
                self.say("remark-killed", &[("command", &command), ("span", &seconds(*millis))])
            }
            RemarkKind::LeftBehind { count } => {
                self.say("remark-left-behind", &[("command", &command), ("count", count)])
            }
            RemarkKind::OutputCut { bytes } => {
                self.say("remark-output-cut", &[("command", &command), ("bytes", bytes)])
            }
            RemarkKind::CallsCut { bytes } => self.say("remark-calls-cut", &[("command", &command), ("bytes", bytes)]),
        }
    }

    /// Why there is no network, or no more.
    pub fn live_error(&self, error: &LiveError) -> String {
        match error {
            LiveError::Refused(refusal) => self.refusal(refusal),
            LiveError::HelperNotStarted { errno, executable } => {
                let path = printable(executable.as_bytes());
                self.say("live-helper-not-started", &[("reason", &self.reason(*errno)), ("path", &path)])
            }
            LiveError::HelperEnded => self.word("live-helper-ended"),
            LiveError::HelperSilent { seconds } => self.say("live-helper-silent", &[("seconds", seconds)]),
            LiveError::Talk { errno } => self.failed("live-talk", *errno),
            LiveError::Capture(error) => self.capture_error(error),
        }
    }

    fn capture_error(&self, error: &CaptureError) -> String {
        match error {
            CaptureError::Open { interface, errno } => {
                self.say("capture-open", &[("interface", interface), ("reason", &self.reason(*errno))])
            }
            CaptureError::Deaf { interface, millis } => {
                self.say("capture-deaf", &[("interface", interface), ("millis", millis)])
            }
            CaptureError::InterfaceDown => self.word("capture-interface-down"),
            CaptureError::Read { errno } => self.failed("capture-read", *errno),
        }
    }

    /// The step that was refused, why, and on a line of its own what the
    /// command that helps will do, where there is one.
    pub fn refusal(&self, refusal: &Refusal) -> String {
        let key = match refusal.network {
            Network::Private => "refusal-private",
            Network::Host => "refusal-host",
            Network::Lab => "refusal-lab",
        };
        let refused = self.say(key, &self.refused(refusal).each_ref().map(|(name, value)| (*name, value as _)));
        if refusal.about.is_some() {
            // What was asked for is wrong, not this system.
            return refused;
        }
        format!("{refused}\n{}", self.remedy(refusal.remedy))
    }

    /// The step that was refused, and why.
    fn refused(&self, refusal: &Refusal) -> [(&'static str, String); 2] {
        let step = self.word(step_key(refusal.step));
        let step = match &refusal.about {
            Some(about) => self.say("step-about", &[("step", &step), ("about", &printable(about.as_bytes()))]),
            None => step,
        };
        [("step", step), ("reason", self.reason(refusal.errno))]
    }

    /// What the command that helps will do.
    fn remedy(&self, remedy: Option<Remedy>) -> String {
        self.word(remedy.map_or("remedy-none", remedy_key))
    }

    /// Why an interface cannot be captured, in one sentence.
    pub fn interface_error(&self, error: &InterfaceError) -> String {
        let interface = |name: &str| printable(name.as_bytes());
        match error {
            InterfaceError::NotListed { errno } => self.failed("interfaces-not-listed", *errno),
            InterfaceError::Unknown { name, nearest: Some(nearest), .. } => {
                let nearest = interface(nearest);
                self.say("interface-unknown-nearest", &[("found", &in_quotes(name)), ("nearest", &nearest)])
            }
            InterfaceError::Unknown { name, nearest: None, known } => {
                let known: Vec<String> = known.iter().map(|name| interface(name)).collect();
                self.say("interface-unknown", &[("found", &in_quotes(name)), ("known", &known.join(", "))])
            }
            InterfaceError::Refused { interface: name, refusal } => {
                let [step, reason] = self.refused(refusal);
                self.say(
                    "interface-refused",
                    &[("interface", &interface(name)), (step.0, &step.1), (reason.0, &reason.1)],
                )
            }
            InterfaceError::Down { interface: name } => self.say("interface-down", &[("interface", &interface(name))]),
            InterfaceError::Gone { interface: name } => self.say("interface-gone", &[("interface", &interface(name))]),
            InterfaceError::WentDown { interface: name } => {
                self.say("interface-went-down", &[("interface", &interface(name))])
            }
            InterfaceError::Hardware { interface: name, hardware } => {
                self.say("interface-hardware", &[("interface", &interface(name)), ("hardware", hardware)])
            }
            InterfaceError::Capture(error) => self.capture_error(error),
        }
    }

    /// What the command that helps will do, where
    /// [`InterfaceError::remedy`] has one.
    pub fn interface_help(&self, error: &InterfaceError) -> Option<String> {
        match error {
            InterfaceError::Refused { refusal, .. } => Some(self.remedy(refusal.remedy)),
            InterfaceError::Down { .. } | InterfaceError::WentDown { .. } => Some(self.word("interface-help-up")),
            InterfaceError::Hardware { .. } => Some(self.word("interface-help-detour")),
            InterfaceError::NotListed { .. }
            | InterfaceError::Unknown { .. }
            | InterfaceError::Gone { .. }
            | InterfaceError::Capture(_) => None,
        }
    }

    /// Why a program ended before its work was done.
    pub fn program_error(&self, error: &ProgramError) -> String {
        match error {
            ProgramError::Call(error) => self.call_error(error),
            ProgramError::PortTaken { port } => self.port_taken(*port),
            ProgramError::Thread { errno } => self.failed("program-thread", *errno),
            ProgramError::Report { errno } => {
                self.say("program-report", &[("variable", &REPORT_VARIABLE), ("reason", &self.reason(*errno))])
            }
            ProgramError::NoAnswer { waited, pending } => {
                let waited = format!("{} s", waited.as_secs_f64());
                if *pending == 0 {
                    self.say("program-no-answer", &[("waited", &waited)])
                } else {
                    self.say("program-no-answer-error", &[("waited", &waited), ("reason", &self.reason(*pending))])
                }
            }
            ProgramError::ReadsNothing { reads } => self.say("program-reads-nothing", &[("reads", reads)]),
            ProgramError::CutShort { came, expected } => {
                self.say("program-error-cut-short", &[("came", came), ("expected", expected)])
            }
            ProgramError::Altered { place } => self.say("program-error-altered", &[("place", place)]),
            ProgramError::InputEnded => self.word("program-input-ended"),
            ProgramError::Input { errno } => self.failed("program-input", *errno),
            ProgramError::NotAnAddress { found } => self.say("program-not-an-address", &[("found", &in_quotes(found))]),
            ProgramError::NotAPort { found } => self
                .say("program-not-a-port", &[("expected", &self.word("expected-port")), ("found", &in_quotes(found))]),
            ProgramError::NotAName { found } => self.say("program-not-a-name", &[("found", &in_quotes(found))]),
            ProgramError::NotAPath { found } => self.say("program-not-a-path", &[("found", &in_quotes(found))]),
            ProgramError::NoNameServer { server, tries, waited } => {
                let waited = format!("{} s", waited.as_secs_f64());
                self.say("program-no-name-server", &[("server", server), ("tries", tries), ("waited", &waited)])
            }
            ProgramError::NoSuchName { name, code } => {
                self.say("program-no-such-name", &[("name", &in_quotes(name)), ("code", &printable(code.as_bytes()))])
            }
            ProgramError::NoAddress { name } => self.say("program-no-address", &[("name", &in_quotes(name))]),
            ProgramError::NotHttp { why } => self.say("program-not-http", &[("why", &printable(why.as_bytes()))]),
            ProgramError::NotInEncoding { encoding, character } => self.say(
                "program-not-in-encoding",
                &[("encoding", encoding), ("character", &in_quotes(&character.to_string()))],
            ),
        }
    }

    fn call_error(&self, error: &CallError) -> String {
        let CallError { call, errno } = error;
        if matches!(call, Call::Connect { .. }) && errno::name(*errno) == "ECONNREFUSED" {
            return self.say("connect-refused", &[("call", call)]);
        }
        self.say("call-failed", &[("call", call), ("reason", &self.reason(*errno))])
    }

    /// There is no program called `found`.
    pub fn unknown_program(&self, found: &str, nearest: Option<&str>) -> String {
        let found = &in_quotes(found);
        match nearest {
            Some(nearest) => self.say("unknown-program-nearest", &[("found", found), ("nearest", &nearest)]),
            None => self.say("unknown-program", &[("found", found)]),
        }
    }

    /// `program` has no side called `found`.
    pub fn no_such_role(&self, program: &Program, found: &str) -> String {
        let mut roles = program.roles.iter().map(|role| format!("`{}`", role.name()));
        let first = roles.next().unwrap_or_default();
        let expected =
            roles.fold(first, |first, second| self.say("one-or-other", &[("first", &first), ("second", &second)]));
        self.say("no-such-role", &[("program", &program.id), ("found", &in_quotes(found)), ("expected", &expected)])
    }

    /// Why an input was refused.
    pub fn input_error(&self, error: &InputError) -> String {
        let InputError::NotRead { program, role, readers } = error;
        match readers.first() {
            None => self.say("input-nobody-reads", &[("program", program)]),
            Some(reader) => {
                let (who, reader) = (self.role(*role), self.role(*reader));
                self.say("input-not-read", &[("program", program), ("who", &who), ("reader", &reader)])
            }
        }
    }

    /// Why a setting was refused.
    pub fn setting_error(&self, error: &SettingError) -> String {
        match error {
            SettingError::NotAPair { found } => self.say("setting-not-a-pair", &[("found", &in_quotes(found))]),
            SettingError::Unknown { key, nearest: Some(nearest), .. } => {
                self.say("setting-unknown-nearest", &[("found", &in_quotes(key)), ("nearest", nearest)])
            }
            SettingError::Unknown { key, nearest: None, known } => {
                self.say("setting-unknown", &[("found", &in_quotes(key)), ("known", &known.join(", "))])
            }
            SettingError::Malformed { key, kind, value } | SettingError::OutOfRange { key, kind, value } => {
                let expected = self.expected(*kind);
                self.say("setting-malformed", &[("key", key), ("expected", &expected), ("found", &in_quotes(value))])
            }
        }
    }

    fn expected(&self, kind: SettingKind) -> String {
        match kind {
            SettingKind::Port => self.word("expected-port"),
            SettingKind::OtherPort => self.word("expected-other-port"),
            SettingKind::Size { most } => self.say("expected-size", &[("most", &most)]),
            SettingKind::Text { longest } => self.say("expected-text", &[("longest", &longest)]),
            SettingKind::Duration { longest } => self.say("expected-duration", &[("longest", &longest.as_secs())]),
            SettingKind::Words { longest } => self.say("expected-words", &[("longest", &longest)]),
            SettingKind::Count { highest } => self.say("expected-count", &[("highest", &highest)]),
            SettingKind::Choice(choices) => self.say("expected-choice", &[("choices", &choices.join(", "))]),
        }
    }

    fn port_taken(&self, port: u16) -> String {
        self.say("port-taken", &[("port", &port)])
    }

    fn role(&self, role: Role) -> String {
        self.word(role.name())
    }

    fn failed(&self, key: &str, errno: i32) -> String {
        self.say(key, &[("reason", &self.reason(errno))])
    }

    /// An error number in words and by name: `permission denied (EACCES)`.
    pub(crate) fn reason(&self, errno: i32) -> String {
        let name = errno::name(errno);
        let key = format!("errno-{}", name.to_ascii_lowercase());
        let text = if self.has(&key) { self.word(&key) } else { errno::description(errno) };
        self.say("with-errno", &[("text", &text), ("name", &name)])
    }

    /// Why reading or writing failed.
    pub(crate) fn io_reason(&self, error: &io::Error) -> String {
        error.raw_os_error().map_or_else(|| printable(error.to_string().as_bytes()), |errno| self.reason(errno))
    }
}

const fn step_key(step: Step) -> &'static str {
    match step {
        Step::Unshare => "step-unshare",
        Step::Setgroups => "step-setgroups",
        Step::UidMap => "step-uid-map",
        Step::GidMap => "step-gid-map",
        Step::Netlink => "step-netlink",
        Step::LoopbackMtu => "step-loopback-mtu",
        Step::LoopbackSegments => "step-loopback-segments",
        Step::LoopbackUp => "step-loopback-up",
        Step::LoopbackAddress => "step-loopback-address",
        Step::LoopbackCheck => "step-loopback-check",
        Step::PacketSocket => "step-packet-socket",
        Step::PacketOptions => "step-packet-options",
        Step::PacketBind => "step-packet-bind",
        Step::EndMark => "step-end-mark",
        Step::LabPlan => "step-lab-plan",
        Step::LabHost => "step-lab-host",
        Step::LabSetting => "step-lab-setting",
        Step::LabBridge => "step-lab-bridge",
        Step::LabCable => "step-lab-cable",
        Step::LabOffload => "step-lab-offload",
        Step::LabPort => "step-lab-port",
        Step::LabUp => "step-lab-up",
        Step::LabAddress => "step-lab-address",
        Step::LabRoute => "step-lab-route",
        Step::LabTranslation => "step-lab-translation",
        Step::LabFirewall => "step-lab-firewall",
        Step::LabCarrier => "step-lab-carrier",
        Step::LabWire => "step-lab-wire",
    }
}

const fn remedy_key(remedy: Remedy) -> &'static str {
    match remedy {
        Remedy::MoreUserNamespaces => "remedy-more-user-namespaces",
        Remedy::MoreNetworkNamespaces => "remedy-more-network-namespaces",
        Remedy::UnprivilegedNamespaces => "remedy-unprivileged-namespaces",
        Remedy::AppArmor => "remedy-app-armor",
        Remedy::ContainerFilter => "remedy-container-filter",
        Remedy::CaptureCapability => "remedy-capture-capability",
        Remedy::ContainerCapability => "remedy-container-capability",
    }
}

/// What a person typed, as it was typed and safe for a screen.
fn in_quotes(text: &str) -> String {
    format!("`{}`", printable(text.as_bytes()))
}

fn block_name(block_type: u32) -> String {
    format!("{block_type:#010x}")
}

fn hexadecimal(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in bytes {
        let space = if text.is_empty() { "" } else { " " };
        // Writing to a String cannot fail.
        write!(text, "{space}{byte:02x}").unwrap_or_default();
    }
    text
}

#[cfg(test)]
mod tests;
