//! Writes captures that look like real traffic, the same for the same words:
//!
//! ```text
//! cargo run --release --no-default-features --example generate -- \
//!     --packets 1400000 --format pcap --snaplen 262144 --seed 1 --kind mixed OUT
//! ```
//!
//! Hundreds of flows are open at a time and their packets are written in the
//! order of time, so the memory needed does not grow with the file. Reads no
//! clock: time is counted from 2023-11-14 22:13:20 UTC.
#![expect(
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    clippy::print_stderr,
    reason = "a generator of test data: every number in it is its own"
)]

/// What the packets carry.
mod content;
/// Flows that are not TCP.
mod exchange;
/// Headers, and the checksums in them.
mod frame;
/// pcap and pcapng.
mod output;
/// Chance that can be repeated.
mod random;
/// One transfer of data, with all that can happen to it.
mod round;
/// TCP connections from the first SYN to the end.
mod tcp;

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::process::ExitCode;

use exchange::Exchange;
use frame::{Body, Flags, Packet, Path, Segment};
use output::{Format, Output};
use random::Random;
use tcp::Connection;

/// Flows that are open at a time.
const FLOWS: usize = 256;
/// 2023-11-14 22:13:20 UTC, in nanoseconds.
const START: u64 = 1_700_000_000_000_000_000;
/// A millisecond in nanoseconds.
const MS: u64 = 1_000_000;

const USAGE: &str = "generate [--packets N] [--format pcap|pcap-ns|pcapng] [--snaplen BYTES] [--seed N] \
                     [--kind mixed|syn-flood] OUT";

/// What the reader asked for.
struct Wish {
    packets: u64,
    format: Format,
    snaplen: usize,
    seed: u64,
    flood: bool,
    out: String,
}

impl Wish {
    fn read(mut words: impl Iterator<Item = String>) -> Option<Self> {
        let mut wish = Self {
            packets: 100_000,
            format: Format::Pcap,
            snaplen: 262_144,
            seed: 1,
            flood: false,
            out: String::new(),
        };
        while let Some(word) = words.next() {
            match word.as_str() {
                "--packets" => wish.packets = words.next()?.parse().ok()?,
                "--format" => wish.format = Format::named(&words.next()?)?,
                "--snaplen" => wish.snaplen = words.next()?.parse().ok()?,
                "--seed" => wish.seed = words.next()?.parse().ok()?,
                "--kind" => {
                    wish.flood = match words.next()?.as_str() {
                        "mixed" => false,
                        "syn-flood" => true,
                        _ => return None,
                    }
                }
                option if option.starts_with("--") => return None,
                _ if wish.out.is_empty() => wish.out = word,
                _ => return None,
            }
        }
        (!wish.out.is_empty()).then_some(wish)
    }
}

pub(crate) fn main() -> ExitCode {
    let Some(wish) = Wish::read(std::env::args().skip(1)) else {
        eprintln!("usage: {USAGE}");
        return ExitCode::from(2);
    };
    let written = File::create(&wish.out)
        .and_then(|file| Output::new(file, wish.format, wish.snaplen))
        .and_then(|output| if wish.flood { flood(&wish, output) } else { mixed(&wish, output) });
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("not written: {error}: {}", wish.out);
            ExitCode::FAILURE
        }
    }
}

/// One flow, and those of its packets that are not written yet.
struct Flow {
    kind: Kind,
    path: Path,
    packets: Vec<Packet>,
    /// How many of them are written.
    written: usize,
}

enum Kind {
    Tcp(Box<Connection>),
    Other(Exchange),
}

impl Flow {
    fn start(at: u64, random: &mut Random) -> Self {
        let mut path = Path::any(random);
        let kind = if random.chance(60, 100) {
            Kind::Tcp(Box::new(Connection::new(at, &mut path, random)))
        } else {
            Kind::Other(Exchange::new(at, &mut path, random))
        };
        Self { kind, path, packets: Vec::new(), written: 0 }
    }

    /// When its next packet is due; `None` when there is none left.
    fn next(&mut self, random: &mut Random) -> Option<u64> {
        while self.written == self.packets.len() {
            self.packets.clear();
            self.written = 0;
            let more = match &mut self.kind {
                Kind::Tcp(connection) => connection.go_on(&mut self.packets, random),
                Kind::Other(exchange) => exchange.go_on(&mut self.packets),
            };
            if !more {
                return None;
            }
            self.packets.sort_by_key(|packet| packet.at);
        }
        self.packets.get(self.written).map(|packet| packet.at)
    }
}

fn mixed(wish: &Wish, mut output: Output) -> std::io::Result<()> {
    let mut random = Random::new(wish.seed);
    let mut due = BinaryHeap::new();
    let mut flows = Vec::new();
    for index in 0..FLOWS {
        let mut flow = Flow::start(START + random.below(2_000 * MS), &mut random);
        if let Some(at) = flow.next(&mut random) {
            due.push(Reverse((at, index)));
        }
        flows.push(flow);
    }
    let mut bytes = Vec::with_capacity(2048);
    let mut count = 0;
    while count < wish.packets
        && let Some(Reverse((at, index))) = due.pop()
    {
        let flow = &mut flows[index];
        let packet = &flow.packets[flow.written];
        flow.written += 1;
        flow.path.frame(packet, &mut bytes);
        output.packet(packet.at, &bytes)?;
        count += 1;
        let next = flow.next(&mut random).or_else(|| {
            *flow = Flow::start(at + random.below(20 * MS), &mut random);
            flow.next(&mut random)
        });
        due.extend(next.map(|at| Reverse((at, index))));
    }
    output.finish()
}

/// SYNs that nobody answers, each from another address and port to another
/// port.
fn flood(wish: &Wish, mut output: Output) -> std::io::Result<()> {
    let mut random = Random::new(wish.seed);
    let mut path = Path::any(&mut random);
    path.make_v4();
    let mut bytes = Vec::with_capacity(128);
    let mut at = START;
    for index in 0..wish.packets {
        at += 5_000 + random.below(5_000);
        // A bijection on 32 bits (an odd factor): no address comes twice.
        path.set_v4_source((index as u32).wrapping_mul(0x9e37_79b1));
        path.port = [1024 + (index % 64_000) as u16, 1 + (index % 65_535) as u16];
        let mut segment = Segment::new(0, Flags::SYN, random.next() as u32, 0, 64_240);
        segment.mss = Some(1460);
        path.frame(&Packet { at, body: Body::Tcp(segment) }, &mut bytes);
        output.packet(at, &bytes)?;
    }
    output.finish()
}
