//! How fast, on this machine, now: `cargo bench`. Prints and judges nothing.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark reads clocks, prints, and stops at the first surprise"
)]

use std::net::{Ipv4Addr, UdpSocket};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use wirelens::model::{OutputStream, Role, What};
use wirelens::session::{Request, Session, collect};
use wirelens::source::live::{CaptureEnd, HELPER_ARGUMENT, LiveNetwork, ProgramNumber, Sighting, Wakeup, helper_main};
use wirelens::source::programs::{self, Inputs};
use wirelens::trace::Network;

/// This benchmark is its own helper and its own programs.
const ITSELF: &str = "/proc/self/exe";
const RUNS: usize = 20;
/// Datagrams of 32 bytes in a second, for so many seconds.
const RATE: u32 = 100_000;
const SECONDS: u32 = 3;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.as_slice() {
        [first, rest @ ..] if first == HELPER_ARGUMENT => return helper_main(rest),
        [first, id, role, rest @ ..] if first == "program" => {
            let program = programs::find(id).unwrap();
            let pairs: Vec<&String> = rest.iter().filter(|word| *word != "--set").collect();
            let role = if role == Role::Server.name() { Role::Server } else { Role::Client };
            program.play(role, &program.read_settings(&pairs).unwrap()).unwrap();
        }
        [first] if first == "send" => send(),
        // What cargo says to a benchmark.
        _ => {
            network_ready();
            whole_run();
            capture_load(false);
            capture_load(true);
        }
    }
    ExitCode::SUCCESS
}

fn open() -> Option<LiveNetwork> {
    LiveNetwork::open(Network::Private, &[9999], ITSELF.as_ref(), Wakeup::new().unwrap())
        .inspect_err(|error| println!("not here: {error}"))
        .ok()
}

fn spread(mut times: Vec<Duration>) -> String {
    times.sort();
    let millis = |index: usize| times.get(index).map_or(0.0, Duration::as_secs_f64) * 1000.0;
    format!("median {:.1} ms, slowest {:.1} ms of {}", millis(times.len() / 2), millis(times.len() - 1), times.len())
}

/// From starting the helper to a capture that misses nothing.
fn network_ready() {
    let mut times = Vec::new();
    for _ in 0..RUNS {
        let start = Instant::now();
        let Some(network) = open() else { return };
        times.push(start.elapsed());
        drop(network);
    }
    println!("private network ready: {}", spread(times));
}

fn whole_run() {
    let program = programs::find("tcp-greeting").unwrap();
    let (mut walls, mut beyond) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let settings = program.read_settings(&["pause=0ms"]).unwrap();
        let inputs = Inputs::default();
        let request = Request { program, settings, inputs, network: Network::Private, executable: ITSELF.into() };
        let start = Instant::now();
        let (trace, ended) = collect(Session::start(request, || {}).unwrap());
        let wall = start.elapsed();
        if let Err(error) = ended {
            println!("run tcp-greeting: {error}");
            return;
        }
        // The programs' own exchange: from the client's first call to the last
        // program's end.
        let client = trace.events().iter().find(|event| event.place.0 == 2).unwrap();
        let last = trace.events().iter().rfind(|event| matches!(event.what, What::Exit(_))).unwrap();
        let exchange = Duration::from_nanos(last.at.since(client.at).nanos().try_into().unwrap());
        walls.push(wall);
        beyond.push(wall.saturating_sub(exchange));
    }
    println!("run tcp-greeting pause=0ms: {}", spread(walls));
    println!("  beyond the exchange itself: {}", spread(beyond));
}

/// Our capture under load, alone or with tcpdump beside it.
fn capture_load(with_tcpdump: bool) {
    let Some(mut network) = open() else { return };
    let mut tcpdump = None;
    if with_tcpdump {
        let words = ["tcpdump", "-i", "lo", "-w", "/dev/null", "udp"].map(str::to_owned).to_vec();
        let number = network.start(Some("tcpdump"), words).unwrap();
        let mut said = Vec::new();
        while !String::from_utf8_lossy(&said).contains("listening on") {
            for sighting in network.wait(Duration::from_secs(1)).unwrap() {
                if let Sighting::Output(_, _, OutputStream::Stderr, bytes) = sighting {
                    said.extend(bytes);
                } else if matches!(sighting, Sighting::NotStarted(..) | Sighting::Exited(..)) {
                    println!("tcpdump does not run here: {}", String::from_utf8_lossy(&said));
                    return;
                }
            }
        }
        tcpdump = Some(number);
    }
    let sender = network.start(None, vec!["wirelens".into(), "send".into()]).unwrap();
    let mut seen = Seen::default();
    while !seen.exited.contains(&sender) {
        seen.wait(&mut network);
    }
    if let Some(tcpdump) = tcpdump {
        // It reads in blocks: what it has not read when it is asked to end it
        // does not count as captured.
        std::thread::sleep(Duration::from_secs(1));
        network.signal(tcpdump, 2).unwrap();
        while !seen.exited.contains(&tcpdump) {
            seen.wait(&mut network);
        }
    }
    network.mark_end().unwrap();
    while seen.end.is_none() {
        seen.wait(&mut network);
    }
    let end = seen.end.unwrap();
    let statistics = end.statistics.unwrap();
    println!(
        "capture {RATE} packets/s for {SECONDS} s{}: {}",
        if with_tcpdump { ", tcpdump beside it" } else { "" },
        seen.text.lines().find(|line| line.contains(" sent in ")).unwrap_or_default()
    );
    println!("  wirelens: {} frames told, {} dropped by the kernel", seen.frames, statistics.dropped);
    if with_tcpdump {
        let lines: Vec<&str> = seen.text.lines().filter(|line| line.contains("packets")).collect();
        println!("  tcpdump: {}", lines.join(", "));
    }
}

#[derive(Default)]
struct Seen {
    frames: u64,
    text: String,
    exited: Vec<ProgramNumber>,
    end: Option<CaptureEnd>,
}

impl Seen {
    fn wait(&mut self, network: &mut LiveNetwork) {
        for sighting in network.wait(Duration::from_secs(1)).unwrap() {
            if let Sighting::Frame(..) = sighting {
                self.frames += 1;
            } else if let Sighting::Output(_, _, _, bytes) = sighting {
                self.text.push_str(&String::from_utf8_lossy(&bytes));
            } else if let Sighting::Exited(number, ..) = sighting {
                self.exited.push(number);
            } else if let Sighting::CaptureEnded(end) = sighting {
                self.end = Some(end);
            }
        }
    }
}

/// The load: datagrams to a socket of our own, a hundredth of a second's worth
/// at most at once.
fn send() {
    let sink = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    socket.connect(sink.local_addr().unwrap()).unwrap();
    let start = Instant::now();
    let total = RATE * SECONDS;
    let mut sent = 0;
    while sent < total {
        let due = (start.elapsed().as_secs_f64() * f64::from(RATE)).min(f64::from(total));
        let mut burst = 0;
        while f64::from(sent) < due && burst < RATE / 100 {
            socket.send(&[0x55; 32]).unwrap();
            sent += 1;
            burst += 1;
        }
        std::thread::sleep(Duration::from_micros(200));
    }
    println!("{sent} sent in {:.2} s", start.elapsed().as_secs_f64());
}
