//! What the simulator plays takes the path of what was captured: its frames
//! are whole and right, its states are the ones inferred from them, and a file
//! keeps everything.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::process::{Command, Output};

use wirelens::conversation::{Agreement, End, conversations};
use wirelens::decode::{self, Transport, Verdict};
use wirelens::model::Topology;
use wirelens::model::{LinkType, TcpState};
use wirelens::source::file;
use wirelens::source::lab::topology::{SHIPPED, find};
use wirelens::source::simulator::Link;
use wirelens::source::simulator::scene::{Greeting, Played};
use wirelens::source::simulator::tcp::{Handshake, Knobs, Profile};
use wirelens::trace::{Origin, Trace};

fn topology(id: &str) -> Topology {
    find(id).unwrap().read().unwrap()
}

fn play(id: &str, greeting: Greeting) -> Played {
    greeting.play(&topology(id)).unwrap()
}

/// Every frame is read to its end without a remark, and every checksum is
/// right; how many TCP segments there were.
fn sound(trace: &Trace) -> usize {
    let mut segments = 0;
    for (number, _, _, frame) in trace.frames() {
        let packet = decode::packet(LinkType::ETHERNET, frame);
        assert!(packet.remarks.is_empty(), "{number:?}: {:?}", packet.remarks);
        assert!(!matches!(packet.transport, Transport::Other), "{number:?}");
        if let Transport::Tcp(tcp) = packet.transport {
            assert_eq!(tcp.checksum, Verdict::Right, "{number:?}");
            segments += 1;
        }
    }
    segments
}

#[test]
fn every_frame_is_sound_on_every_topology() {
    let link = Link { loss: 50_000, duplication: 30_000, reordering: 100_000, ..Link::default() };
    for shipped in SHIPPED {
        for profile in [Profile::Rfc, Profile::LinuxLike] {
            let says = vec![b'x'; 30_000];
            let played = play(shipped.id, Greeting { says, link: Some(link), ..Greeting::new(profile.knobs()) });
            assert_eq!(played.heard.len(), 30_000, "{}", shipped.id);
            assert!(sound(&played.trace) > 40, "{}", shipped.id);
        }
    }
}

/// What our TCP says of its state is what is inferred from its frames.
#[test]
fn the_states_are_those_that_the_frames_show() {
    for profile in [Profile::Rfc, Profile::LinuxLike] {
        let link = Some(Link::default());
        let played = play("cable", Greeting { link, ..Greeting::new(profile.knobs()) });
        let all = conversations(&played.trace);
        assert_eq!(all.tcp.len(), 1);
        let tcp = &all.tcp[0];
        let samples = End::BOTH.into_iter().flat_map(|end| tcp.samples.of(end).iter());
        let mut agreed = 0;
        for sample in samples {
            let closed = sample.said.state == Some(TcpState::Closed);
            assert!(closed || !matches!(sample.agreement, Agreement::Differs { .. }), "{sample:#?}");
            agreed += usize::from(matches!(sample.agreement, Agreement::Agrees | Agreement::Between));
        }
        assert!(agreed >= 8, "{agreed}");
    }
}

/// Saved and opened again nothing is lost: not the states, not the reasons,
/// not that it was simulated.
#[test]
fn a_file_keeps_what_was_simulated() {
    let played = play("router", Greeting::new(Profile::Rfc.knobs()));
    assert_eq!(played.trace.notes.origin, Origin::Simulated);
    let mut bytes = Vec::new();
    file::write(&played.trace, &mut bytes).unwrap();
    let opened = file::read(bytes.as_slice()).unwrap().trace;
    assert_eq!(opened.notes, played.trace.notes);
    assert_eq!(opened.events(), played.trace.events());
    assert!(opened.frames().any(|(.., frame)| frame.comment.is_some()));
}

/// A run with a rule removed says so, in its file too.
#[test]
fn a_counterfactual_is_labelled() {
    let knobs = Knobs { handshake: Handshake::TwoWay, ..Profile::Rfc.knobs() };
    let played = play("cable", Greeting::new(knobs));
    let mut bytes = Vec::new();
    file::write(&played.trace, &mut bytes).unwrap();
    assert_eq!(file::read(bytes.as_slice()).unwrap().trace.notes.origin, Origin::Counterfactual);
}

fn wirelens(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wirelens"));
    command.args(arguments).args(["--lang", "en"]).env("COLUMNS", "80").output().unwrap()
}

#[test]
fn a_simulation_is_drawn() {
    let done = wirelens(&["simulate", "--set", "isn=4294967290", "--set", "delay=20ms"]);
    assert_eq!(String::from_utf8_lossy(&done.stderr), "");
    insta::assert_snapshot!(String::from_utf8(done.stdout).unwrap());
    let json = wirelens(&["simulate", "--format", "json"]);
    let json = String::from_utf8(json.stdout).unwrap();
    assert!(json.contains("\"sampled\": false") && !json.contains("\"sampled\": true"));
    let help = String::from_utf8(wirelens(&["simulate", "--help"]).stdout).unwrap();
    assert!(help.contains("--seed") && !help.contains('\u{27e8}'), "{help}");
}

#[test]
fn what_cannot_be_simulated_is_refused() {
    for (arguments, said) in
        [(["simulate", "moon", "--quiet"], "`moon`"), (["simulate", "--set", "mss=9000"], "from 64 to 1460")]
    {
        let done = wirelens(&arguments);
        let err = String::from_utf8(done.stderr).unwrap();
        assert_eq!(done.status.code(), Some(2), "{err}");
        assert!(err.contains(said), "{err}");
    }
}

/// The same seed gives the same file, byte for byte.
#[test]
fn a_seed_is_a_file() {
    let file = |seed| {
        let set = ["--set", "loss=10%", "--set", "bytes=20000"];
        wirelens(&[&["simulate", "router", "-w", "-", "--seed", seed], set.as_slice()].concat()).stdout
    };
    assert!(file("1").len() > 40_000);
    assert_eq!(file("1"), file("1"));
    assert_ne!(file("1"), file("2"));
}
