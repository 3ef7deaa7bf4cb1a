use std::path::PathBuf;
use std::time::Duration;

use super::*;
use crate::model::{ExitStatus, LinkType};
use crate::source::file::Compression;
use crate::source::programs::{self, PROGRAMS};
use crate::words::Language;

fn file_errors() -> Vec<FileError> {
    let gone = || io::Error::from_raw_os_error(2);
    vec![
        FileError::Open { source: gone(), path: PathBuf::from("x") },
        FileError::Read { source: gone() },
        FileError::Empty,
        FileError::NotACapture { found: b"hello".to_vec() },
        FileError::Compressed { by: Compression::Gzip },
        FileError::Unsupported(Unsupported::Format { name: "snoop" }),
        FileError::Unsupported(Unsupported::PcapVersion { major: 1, minor: 0 }),
        FileError::Unsupported(Unsupported::PcapngVersion { major: 2, minor: 0 }),
        FileError::Unpack { kind: DamageKind::PackedCorrupt { by: Compression::Zstandard, packed: 40 } },
        FileError::Spool { source: gone() },
        FileError::MixedLinkTypes { first: LinkType::ETHERNET, second: LinkType::RAW, path: PathBuf::from("x") },
        FileError::Save { source: io::Error::other("odd"), path: PathBuf::from("x") },
    ]
}

fn damages() -> Vec<Damage> {
    let kinds = [
        DamageKind::Cut { needed: 28, available: 3 },
        DamageKind::ImpossibleLength { length: 1, least: 12, most: 100 },
        DamageKind::LengthsDiffer { block_type: 6, first: 32, last: 36 },
        DamageKind::CorruptBlock { block_type: 6, length: 32 },
        DamageKind::UnknownInterface { interface: 3, described: 1 },
        DamageKind::Unsupported(Unsupported::PcapngVersion { major: 2, minor: 0 }),
        DamageKind::PackedCut { by: Compression::Gzip, packed: 40 },
        DamageKind::PackedCorrupt { by: Compression::Gzip, packed: 40 },
        DamageKind::UnpacksTooFar { by: Compression::Gzip, packed: 40, unpacked: 4000 },
        DamageKind::SpoolFailed { error: io::ErrorKind::StorageFull },
        DamageKind::ReadFailed { error: io::ErrorKind::UnexpectedEof },
    ];
    kinds.into_iter().map(|kind| Damage { offset: 1234, kind, frames_read: 7 }).collect()
}

fn session_errors() -> Vec<SessionError> {
    let bind = Call::Bind { address: "127.0.0.1:9999".parse().unwrap() };
    let ended = |failed| SessionError::ServerEnded { port: 9999, status: ExitStatus::Code(1), failed };
    let mut errors = vec![
        SessionError::NotStarted { errno: 12 },
        SessionError::ProgramNotStarted { role: Role::Server, errno: 2 },
        ended(None),
        ended(Some((bind.clone(), 13))),
        ended(Some((bind, 98))),
        SessionError::CommandNotStarted { command: "nosuch x".into(), status: 127 },
        SessionError::CommandNotStarted { command: "./server.py".into(), status: 126 },
        SessionError::TracerEnded { command: "python3 x".into() },
        SessionError::ServerNotReady { port: 9999, seconds: 5 },
        SessionError::Standstill { seconds: 5 },
        SessionError::Capture(CaptureError::InterfaceDown),
        SessionError::Capture(CaptureError::Deaf { interface: "lo".into(), millis: 500 }),
        SessionError::Capture(CaptureError::Read { errno: 5 }),
        SessionError::Capture(CaptureError::Open { interface: "lo".into(), errno: 1 }),
        SessionError::EndNotMarked { errno: 105 },
        SessionError::EndNotSeen { seconds: 2 },
        SessionError::Miscounted { received: 3, dropped: 1, read: 1 },
        SessionError::Unstamped { count: 2 },
        SessionError::BadReports { count: 2 },
        SessionError::WireMissed { count: 1 },
        SessionError::Vanished,
    ];
    let live = [
        LiveError::HelperNotStarted { errno: 2, executable: "/gone".into() },
        LiveError::HelperEnded,
        LiveError::HelperSilent { seconds: 5 },
        LiveError::Talk { errno: 32 },
        LiveError::Capture(CaptureError::InterfaceDown),
    ];
    errors.extend(live.into_iter().chain(refusals().into_iter().map(LiveError::Refused)).map(SessionError::Live));
    errors
}

fn remarks() -> Vec<CommandRemark> {
    let kinds = [
        RemarkKind::Untraced { errno: 1 },
        RemarkKind::NotReady { millis: 1000 },
        RemarkKind::Failed { status: ExitStatus::Code(1) },
        RemarkKind::Failed { status: ExitStatus::Signal(11) },
        RemarkKind::StillRunning { millis: 1500 },
        RemarkKind::Killed { millis: 1000 },
        RemarkKind::LeftBehind { count: 1 },
        RemarkKind::LeftBehind { count: 2 },
        RemarkKind::OutputCut { bytes: 12345 },
        RemarkKind::CallsCut { bytes: 12345 },
    ];
    kinds.map(|what| CommandRemark { command: "python3 server.py".into(), what }).into()
}

fn refusals() -> Vec<Refusal> {
    let steps = [
        Step::Unshare,
        Step::Setgroups,
        Step::UidMap,
        Step::GidMap,
        Step::Netlink,
        Step::LoopbackMtu,
        Step::LoopbackSegments,
        Step::LoopbackUp,
        Step::LoopbackCheck,
        Step::PacketSocket,
        Step::PacketOptions,
        Step::PacketBind,
        Step::EndMark,
        Step::LoopbackAddress,
        Step::LabPlan,
        Step::LabHost,
        Step::LabSetting,
        Step::LabBridge,
        Step::LabCable,
        Step::LabOffload,
        Step::LabPort,
        Step::LabUp,
        Step::LabAddress,
        Step::LabRoute,
        Step::LabTranslation,
        Step::LabFirewall,
        Step::LabCarrier,
        Step::LabWire,
    ];
    let remedies = [
        Some(Remedy::MoreUserNamespaces),
        Some(Remedy::MoreNetworkNamespaces),
        Some(Remedy::UnprivilegedNamespaces),
        Some(Remedy::AppArmor),
        Some(Remedy::ContainerFilter),
        Some(Remedy::CaptureCapability),
        Some(Remedy::ContainerCapability),
        None,
    ];
    let networks = [Network::Private, Network::Host, Network::Lab];
    steps
        .into_iter()
        .zip(remedies.into_iter().cycle())
        .zip(networks.into_iter().cycle())
        .map(|((step, remedy), network)| Refusal { network, step, errno: 1, remedy, about: None })
        .collect()
}

fn program_errors() -> Vec<ProgramError> {
    let connect = Call::Connect { address: "127.0.0.1:9999".parse().unwrap() };
    vec![
        ProgramError::Call(CallError { call: connect.clone(), errno: 111 }),
        ProgramError::Call(CallError { call: connect, errno: 110 }),
        ProgramError::PortTaken { port: 9999 },
        ProgramError::Thread { errno: 11 },
        ProgramError::Report { errno: 9 },
        ProgramError::NoAnswer { waited: Duration::from_millis(2500), pending: 0 },
        ProgramError::NoAnswer { waited: Duration::from_secs(2), pending: 111 },
        ProgramError::ReadsNothing { reads: 1 },
        ProgramError::ReadsNothing { reads: 5 },
        ProgramError::InputEnded,
        ProgramError::Input { errno: 21 },
        ProgramError::NotAnAddress { found: "here\x1b".into() },
        ProgramError::NotAPort { found: "0".into() },
        ProgramError::NotAName { found: "a..b".into() },
        ProgramError::NotAPath { found: "a b".into() },
        ProgramError::NoNameServer {
            server: "192.0.2.53:53".parse().unwrap(),
            tries: 2,
            waited: std::time::Duration::from_secs(1),
        },
        ProgramError::NoSuchName { name: "a.example".into(), code: "NXDOMAIN".into() },
        ProgramError::NoAddress { name: "b.example".into() },
        ProgramError::NotHttp { why: "invalid HTTP version".into() },
        ProgramError::NotInEncoding { encoding: "GBK", character: '\u{1b}' },
    ]
}

fn setting_errors() -> Vec<SettingError> {
    let pairs =
        ["port", "prot=1", "zzzzzzzz=1", "port=0", "pause=1", "pause=61s", "names=a,,b", "clients=x", "server=no"];
    let greeting = pairs.map(|pair| PROGRAMS[0].read_settings(&[pair]).unwrap_err());
    let others = [("udp-hello", "client-port=x"), ("tcp-chat", "buffer=0")];
    let others = others.map(|(id, pair)| programs::find(id).unwrap().read_settings(&[pair]).unwrap_err());
    let kind = SettingKind::Text { longest: 65_507 };
    let long = SettingError::OutOfRange { key: "answer", kind, value: "…".into() };
    greeting.into_iter().chain(others).chain([long]).collect()
}

fn input_errors() -> Vec<InputError> {
    let (program, role) = ("tcp-thanks", Role::Server);
    let readers = [Vec::new(), vec![Role::Client]];
    readers.map(|readers| InputError::NotRead { program, role, readers }).into()
}

/// Everything that can be said, in both languages, as one text to read.
#[test]
fn every_error_is_a_sentence_in_both_languages() {
    let path = Path::new("dir/a b.pcapng");
    for language in Language::ALL {
        let words = Words::new(language);
        let mut sentences: Vec<String> = Vec::new();
        sentences.extend(file_errors().iter().map(|error| words.file_error_at(error, path)));
        sentences.extend(damages().iter().map(|damage| words.damage_at(damage, path)));
        let first = damages().into_iter().nth(3).unwrap();
        sentences.push(words.broken(&Broken { first, count: 2 }));
        let skipped = [(6, 1)].into();
        let opened = Opened { skipped, not_kept: 3, not_understood: 2, untimed: 1, ..Opened::default() };
        sentences.extend(words.skipped(&opened));
        sentences.extend(session_errors().iter().map(|error| words.session_error(error)));
        sentences.extend(remarks().iter().map(|remark| words.command_remark(remark)));
        sentences.extend(program_errors().iter().map(|error| words.program_error(error)));
        sentences.extend(setting_errors().iter().map(|error| words.setting_error(error)));
        sentences.extend(input_errors().iter().map(|error| words.input_error(error)));
        sentences.push(words.unknown_program("tcp-greetin", Some("tcp-greeting")));
        sentences.push(words.unknown_program("007\x1b", None));
        sentences.push(words.no_such_role(PROGRAMS[0], "judge"));
        let text = sentences.join("\n");
        assert!(!text.contains(['⟨', '{', '}', '\x1b']), "{text}");
        insta::assert_snapshot!(format!("errors-{}", language.name()), text);
    }
}

#[test]
fn the_path_stands_last() {
    let words = Words::new(Language::English);
    for error in file_errors() {
        assert!(words.file_error_at(&error, Path::new("a\x1b.pcap")).ends_with(": a\\x1b.pcap"), "{error}");
    }
}

#[test]
fn every_program_and_setting_is_described() {
    for language in Language::ALL {
        let words = Words::new(language);
        for program in PROGRAMS {
            let mut keys = vec![format!("program-{}-title", program.id), format!("program-{}-look", program.id)];
            keys.extend(program.settings.iter().map(|setting| setting.meaning.to_owned()));
            for key in keys {
                assert!(words.has(&key), "{language:?}: {key}");
            }
        }
    }
}
