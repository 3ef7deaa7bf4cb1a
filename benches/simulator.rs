//! How fast virtual time passes: segments a second of a long transfer, with
//! and without loss; hours of keep-alive. Prints and judges nothing.
#![expect(clippy::print_stdout, clippy::disallowed_methods, reason = "a benchmark reads clocks and prints")]

use std::process::ExitCode;
use std::time::{Duration, Instant};

use wirelens::source::simulator::tcp::{CallError, KeepAlive, Knobs, Profile, Received};
use wirelens::source::simulator::wire::{Side, Wire, address};
use wirelens::source::simulator::{Link, Moment};

/// Sends `bytes` from A to B; how many packets went, and the virtual time.
fn transfer(bytes: usize, link: Link) -> Result<(u64, Moment), CallError> {
    let knobs = Knobs { window: 1 << 20, send_buffer: 1 << 20, ..Profile::LinuxLike.knobs() };
    let mut wire = Wire::new(knobs, knobs, link, 1);
    let (local, peer) = (address(Side::A, 40_000), address(Side::B, 80));
    let listener = wire.stack_mut(Side::B).listen(peer, 1)?;
    let client = wire.stack_mut(Side::A).connect(Moment::START, local, peer)?;
    let mut server = None;
    let block = vec![7; 1 << 16];
    let (mut written, mut read) = (0, 0);
    let limit = Moment::START + Duration::from_hours(24);
    while read < bytes {
        let now = wire.now();
        while written < bytes {
            let part = block.get(..block.len().min(bytes - written)).unwrap_or_default();
            match wire.stack_mut(Side::A).send(now, client, part)? {
                0 => break,
                taken => written += taken,
            }
        }
        server = server.or_else(|| wire.stack_mut(Side::B).accept(listener));
        if let Some(server) = server {
            while let Received::Bytes(bytes) = wire.stack_mut(Side::B).receive(now, server, usize::MAX)? {
                read += bytes.len();
            }
        }
        if !wire.step(limit, &mut |_, _| {}) {
            break;
        }
    }
    Ok((wire.sent(), wire.now()))
}

/// A silent connection with keep-alive; how many packets went.
fn silence(hours: u64) -> Result<u64, CallError> {
    let settings = KeepAlive { idle: Duration::from_hours(2), interval: Duration::from_secs(75), probes: 9 };
    let knobs = Knobs { keep_alive: Some(settings), ..Profile::LinuxLike.knobs() };
    let mut wire = Wire::new(knobs, knobs, Link::default(), 1);
    wire.stack_mut(Side::B).listen(address(Side::B, 80), 1)?;
    wire.stack_mut(Side::A).connect(Moment::START, address(Side::A, 40_000), address(Side::B, 80))?;
    wire.run(Moment::START + Duration::from_hours(hours), &mut |_, _| {});
    Ok(wire.sent())
}

fn run() -> Result<(), CallError> {
    let link =
        Link { delay: Duration::from_millis(5), bandwidth: Some(1_000_000_000), queue: Some(1_000), ..Link::default() };
    for (name, loss) in [("no loss", 0), ("0.1 % loss", 1_000), ("1 % loss", 10_000)] {
        let begun = Instant::now();
        let (packets, end) = transfer(1_000_000_000, Link { loss, ..link })?;
        let took = begun.elapsed();
        let rate = u128::from(packets) * 1_000_000 / took.as_micros().max(1);
        println!("1 GB, {name}: {packets} packets in {took:.2?}, {rate} a second; {end} s of virtual time");
    }
    let begun = Instant::now();
    let packets = silence(3)?;
    println!("3 h of silence with keep-alive: {packets} packets in {:.2?}", begun.elapsed());
    Ok(())
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
