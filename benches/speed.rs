//! How fast, on this machine, now: `cargo bench`. Prints and judges nothing.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark reads clocks, prints, and stops at the first surprise"
)]

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream, UdpSocket};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use wirelens::conversation::conversations;
use wirelens::model::{Call, OutputStream, Place, Role, SocketCallPhase, What};
use wirelens::session::{CommandLine, Commands, Request, Session, collect};
use wirelens::source::live::{CaptureEnd, HELPER_ARGUMENT, LiveNetwork, ProgramNumber, Sighting, Wakeup, helper_main};
use wirelens::source::programs::{self, Inputs};
use wirelens::source::syscalls::{TRACE_ARGUMENT, trace_main};
use wirelens::trace::Network;

/// This benchmark is its own helper and its own programs.
const ITSELF: &str = "/proc/self/exe";
const RUNS: usize = 20;
/// Datagrams of 32 bytes in a second, for so many seconds.
const RATE: u32 = 100_000;
const SECONDS: u32 = 3;
/// Datagrams for the price of one call.
const CALLS: u32 = 20_000;
/// Short connections in a row.
const CONNECTIONS: usize = 200;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.as_slice() {
        [first, rest @ ..] if first == HELPER_ARGUMENT => return helper_main(rest, |_| None),
        [first, id, role, rest @ ..] if first == "program" => {
            let program = programs::find(id).unwrap();
            let pairs: Vec<&String> = rest.iter().filter(|word| *word != "--set").collect();
            let role = if role == Role::Server.name() { Role::Server } else { Role::Client };
            program.play(role, &program.read_settings(&pairs).unwrap()).unwrap();
        }
        [first, rest @ ..] if first == TRACE_ARGUMENT => return trace_main(rest),
        [first] if first == "send" => send(),
        [first] if first == "sendto" => sendto(),
        [first] if first == "connect" => connect(),
        // What cargo says to a benchmark, perhaps with `cargo bench -- traced`.
        arguments => {
            if arguments.iter().any(|word| word == "traced") {
                traced_sendto();
                traced_connections();
                return ExitCode::SUCCESS;
            }
            network_ready();
            whole_run();
            capture_load(false);
            capture_load(true);
            traced_sendto();
            traced_connections();
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
        let is_client = |place| matches!(trace.place(place), Some(Place::Program { role: Some(Role::Client), .. }));
        let client = trace.events().iter().find(|event| is_client(event.place)).unwrap();
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

/// The price of one `sendto`, alone, traced by us and by strace, each on a
/// network that is captured.
fn traced_sendto() {
    let this = std::env::current_exe().unwrap().display().to_string();
    let price = |start: &dyn Fn(&mut LiveNetwork) -> ProgramNumber| -> Option<f64> {
        let mut prices: Vec<f64> = Vec::new();
        for _ in 0..5 {
            let mut network = open()?;
            let number = start(&mut network);
            let mut seen = Seen::default();
            while !seen.exited.contains(&number) {
                seen.wait(&mut network);
            }
            prices.push(seen.text.lines().find_map(|line| line.strip_prefix("sendto ")?.parse().ok())?);
        }
        prices.sort_by(f64::total_cmp);
        prices.get(prices.len() / 2).copied()
    };
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let Some(alone) = price(&|network| network.start(None, words(&["wirelens", "sendto"])).unwrap()) else { return };
    println!("sendto on a captured network, median of 5 × {CALLS}: untraced {alone:.1} µs");
    if let Some(traced) = price(&|network| network.start_traced(None, &format!("{this} sendto"), None).unwrap()) {
        println!("  traced by wirelens {traced:.1} µs, {:.2} × untraced", traced / alone);
    }
    let strace = words(&["strace", "-f", "-ttt", "-e", "trace=network", "-o", "/dev/null", &this, "sendto"]);
    match price(&|network| network.start(Some("strace"), strace.clone()).unwrap()) {
        Some(traced) => println!("  traced by strace {traced:.1} µs, {:.2} × untraced", traced / alone),
        None => println!("  strace does not run here"),
    }
}

/// Short connections, one after the other, from one thread to another.
fn traced_connections() {
    let this = std::env::current_exe().unwrap().display().to_string();
    let commands = Commands {
        commands: vec![CommandLine { text: format!("{this} connect"), host: None, input: None }],
        addresses: Vec::new(),
        wait: Duration::from_secs(1),
        executable: ITSELF.into(),
    };
    let start = Instant::now();
    let (trace, ended) = collect(Session::start(commands, || {}).unwrap());
    if let Err(error) = ended {
        println!("short connections: {error}");
        return;
    }
    let asked = |name: &str| {
        let is = |call: &Call| call.name() == name;
        trace
            .events()
            .iter()
            .filter(|event| {
                matches!(&event.what, What::SocketCall(told) if matches!(&told.phase, SocketCallPhase::Entered { call } if is(call)))
            })
            .count()
    };
    let all = conversations(&trace);
    println!(
        "{CONNECTIONS} short connections traced: {} connect, {} accept4, {} conversations, {} dropped, {:.0} ms",
        asked("connect"),
        asked("accept4"),
        all.tcp.len(),
        trace.notes.drops.unwrap_or_default(),
        start.elapsed().as_secs_f64() * 1000.0
    );
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
            } else if let Sighting::CaptureEnded(_, end) = sighting {
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

/// The price of one call, which is told.
fn sendto() {
    let sink = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = sink.local_addr().unwrap();
    let start = Instant::now();
    for _ in 0..CALLS {
        socket.send_to(&[0x55; 32], address).unwrap();
    }
    println!("sendto {}", start.elapsed().as_secs_f64() * 1e6 / f64::from(CALLS));
}

/// Connections that carry one byte each way.
fn connect() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    let server = std::thread::Builder::new().name("server".into()).spawn(move || {
        for _ in 0..CONNECTIONS {
            let (mut stream, _) = listener.accept().unwrap();
            stream.read_exact(&mut [0]).unwrap();
            stream.write_all(b"y").unwrap();
        }
    });
    for _ in 0..CONNECTIONS {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(b"x").unwrap();
        stream.read_exact(&mut [0]).unwrap();
    }
    server.unwrap().join().unwrap();
}
