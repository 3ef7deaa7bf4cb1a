//! What the kernel says of its sockets is what was inferred from the packets,
//! in real runs. Skips loudly where the system forbids them.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

#[path = "support/skip.rs"]
mod skip;

use std::collections::BTreeSet;
use std::io::Write as _;
use std::process::Command;

use wirelens::conversation::{Agreement, Conversations, End, Sample, conversations};
use wirelens::model::{Place, Protocol, TcpState, What};
use wirelens::session::{Request, Session, collect};
use wirelens::source::file;
use wirelens::source::programs;
use wirelens::trace::{Network, Trace};

/// How often each run is made: whatever the machine does meanwhile, none may
/// disagree.
const RUNS: usize = 20;

/// What was seen, or `None` where it is forbidden here.
fn run(pairs: &[&str]) -> Option<Trace> {
    run_on(Network::Private, "tcp-greeting", pairs, &[])
}

fn run_on(network: Network, id: &str, pairs: &[&str], lines: &[&str]) -> Option<Trace> {
    let program = programs::find(id).unwrap();
    let settings = program.read_settings(pairs).unwrap();
    let inputs = program.read_inputs(&settings, lines).unwrap();
    let request = Request { program, settings, inputs, network, executable: env!("CARGO_BIN_EXE_wirelens").into() };
    let (trace, ended) = collect(Session::start(request, || {}).unwrap());
    match ended {
        Err(error) if error.is_permission() => {
            skip::skip(&format!("not permitted here: {error}"));
            None
        }
        ended => {
            assert_eq!(ended, Ok(()));
            if let Some(why) = trace.notes.pinned.get("sock_diag.ended") {
                skip::skip(&format!("this kernel does not tell of its sockets: {why}"));
                return None;
            }
            assert!(!trace.notes.pinned.contains_key("sock_diag.unreadable"), "{:?}", trace.notes.pinned);
            Some(trace)
        }
    }
}

/// Every sample of every conversation's end; none may disagree.
fn agreeing(all: &Conversations) -> Vec<(End, Sample)> {
    for tcp in &all.tcp {
        let disagreements: Vec<_> = tcp.disagreements().collect();
        assert!(disagreements.is_empty(), "{disagreements:#?}\n{:#?}", tcp.states);
    }
    let of = |end: End| all.tcp.iter().flat_map(move |tcp| tcp.samples.of(end)).map(move |sample| (end, *sample));
    let samples: Vec<_> = End::BOTH.into_iter().flat_map(of).collect();
    assert!(samples.iter().all(|(_, sample)| sample.agreement != Agreement::NothingInferred), "{samples:#?}");
    samples
}

/// The states that an end's living sockets were seen in.
fn states(samples: &[(End, Sample)], wanted: End) -> BTreeSet<TcpState> {
    let of = |(end, sample): &(End, Sample)| sample.said.state.filter(|_| *end == wanted && !sample.said.destroyed);
    samples.iter().filter_map(of).collect()
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

#[test]
fn twenty_quick_greetings_agree() {
    let mut destroyed = Vec::new();
    for _ in 0..RUNS {
        let Some(trace) = run(&["pause=0ms"]) else { return };
        let all = conversations(&trace);
        let samples = agreeing(&all);
        // Whoever closed first is in TIME-WAIT until long after the end.
        let waiting = End::BOTH.map(|end| states(&samples, end).contains(&TcpState::TimeWait));
        assert!(waiting.contains(&true), "{samples:#?}");
        destroyed.extend(samples.iter().filter(|(_, sample)| sample.said.destroyed).map(|(end, _)| *end));
    }
    // The kernel tells of a socket's end when it finds the time: nearly always
    // before ours.
    assert!(End::BOTH.iter().all(|end| destroyed.contains(end)), "{destroyed:?}");
    assert!(destroyed.len() <= 2 * RUNS, "{destroyed:?}");
}

#[test]
fn a_slow_greeting_is_sampled_in_every_state_that_lasts() {
    for _ in 0..5 {
        let Some(trace) = run(&["pause=60ms"]) else { return };
        let all = conversations(&trace);
        let samples = agreeing(&all);
        for end in End::BOTH {
            assert!(states(&samples, end).contains(&TcpState::Established), "{samples:#?}");
        }
        for (_, sample) in &samples {
            if sample.said.state == Some(TcpState::Established) {
                let metrics = sample.said.metrics.unwrap();
                assert!(metrics.cwnd > 0 && metrics.rtt_us > 0 && metrics.retransmits == 0, "{sample:?}");
            }
        }
        let listened = all.samples_bound_to(all.tcp.first().unwrap().addresses.server);
        let listened: Vec<_> = listened.filter(|sample| sample.said.state == Some(TcpState::Listen)).collect();
        let limits: BTreeSet<u32> = listened.iter().map(|sample| sample.said.queues.unwrap().send).collect();
        assert_eq!(limits, BTreeSet::from([5]), "the backlog: {listened:#?}");
        // Nobody else's sockets are on a private network, and ours are not told.
        assert!(
            all.other_samples.iter().all(|sample| sample.said.protocol == Protocol::Tcp),
            "{:#?}",
            all.other_samples
        );
        // The kernel is one place, and nothing else is seen there.
        let kernels: Vec<_> = trace.places().filter(|(_, place)| matches!(place, Place::Kernel { .. })).collect();
        assert_eq!(kernels.len(), 1);
        for event in trace.events() {
            assert_eq!(event.place == kernels[0].0, matches!(event.what, What::SocketState(_)), "{event:?}");
        }
        assert!(trace.notes.pinned.contains_key("sock_diag.period"), "{:?}", trace.notes.pinned);
        // Saved and opened again it says the same.
        let mut bytes = Vec::new();
        file::write(&trace, &mut bytes).unwrap();
        let opened = file::read(bytes.as_slice()).unwrap().trace;
        assert_eq!(agreeing(&conversations(&opened)), samples);
    }
}

#[test]
fn several_clients_at_a_time_agree() {
    let Some(trace) = run(&["pause=5ms", "clients=3"]) else { return };
    agreeing(&conversations(&trace));
}

#[test]
fn every_program_over_tcp_agrees() {
    let runs: [(&str, &[&str], &[&str]); 10] = [
        ("tcp-thanks", &[], &[r"127.0.0.1\n7788\n苯"]),
        ("tcp-short-connections", &[], &[]),
        ("tcp-long-connection", &[], &[]),
        ("tcp-listener-closed", &[], &[]),
        ("tcp-clock", &[], &[r"hello\n"]),
        ("tcp-simple", &[], &[]),
        ("tcp-turns", &[], &["hi"]),
        ("tcp-turns", &["mended=no"], &["hi"]),
        ("tcp-one-way", &[], &[]),
        ("tcp-chat", &[], &[r"hello\nexit"]),
    ];
    for (id, pairs, lines) in runs {
        for _ in 0..RUNS {
            let Some(trace) = run_on(Network::Private, id, pairs, lines) else { return };
            let all = conversations(&trace);
            assert!(!all.tcp.is_empty(), "{id}");
            agreeing(&all);
        }
    }
}

#[test]
fn on_the_host_only_the_programs_port_is_sampled() {
    let other = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let Some(trace) = run_on(Network::Host, "tcp-greeting", &["pause=20ms", &format!("port={port}")], &[]) else {
        return;
    };
    drop(other);
    let all = conversations(&trace);
    assert!(states(&agreeing(&all), End::Client).contains(&TcpState::Established));
    for sample in &all.other_samples {
        assert_eq!(sample.said.local.port(), port, "{sample:?}");
    }
}

#[test]
fn without_root_it_is_the_same() {
    if !is_root() {
        return skip::skip("this is no root's test run; the other tests show it");
    }
    // Through a shell, so that a missing setpriv and a closed directory are
    // exit codes and not failures to start.
    let output = Command::new("sh")
        .args(["-c", r#"exec setpriv --reuid 65534 --regid 65534 --clear-groups "$0" "$@""#])
        .arg(std::env::current_exe().unwrap())
        .args(["greeting", "--nocapture"])
        .output()
        .unwrap();
    // What it skipped is skipped here.
    std::io::stderr().write_all(&output.stderr).unwrap();
    match output.status.code() {
        Some(126 | 127) => skip::skip("setpriv is not here, or this directory is closed to others"),
        Some(0) => assert!(String::from_utf8_lossy(&output.stdout).contains(" 2 passed"), "{output:?}"),
        _ => panic!("{}", String::from_utf8_lossy(&output.stdout)),
    }
}
