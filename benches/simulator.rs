//! How fast virtual time passes: segments a second of a long transfer, with
//! and without loss; hours of keep-alive. Prints and judges nothing.
#![expect(clippy::print_stdout, clippy::disallowed_methods, reason = "a benchmark reads clocks and prints")]

use std::process::ExitCode;
use std::time::{Duration, Instant};

use wirelens::model::{Bilingual, Cable, Host, Interface, IpNetwork, Node, NodeId, NodeKind, Port, Quality, Topology};
use wirelens::source::simulator::network::Network;
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

/// So many hosts on switches of a hundred ports, which all hang on one.
fn campus(hosts: usize) -> Topology {
    let titles = || Bilingual { en: "campus".to_owned(), zh: "campus".to_owned() };
    let end = |node, interface: String| Port { node: NodeId(node), interface };
    let switches = hosts.div_ceil(100);
    let (mut nodes, mut cables) = (Vec::new(), Vec::new());
    for host in 0..hosts {
        let [high, low] = u16::try_from(host).unwrap_or(u16::MAX).to_be_bytes();
        let address = IpNetwork { address: [10, 0, high, low].into(), prefix: 16 };
        let interface = Interface { mac: [2, 0, 0, 0, high, low], addresses: vec![address], mtu: 1_500 };
        let interfaces = std::iter::once(("eth0".to_owned(), interface)).collect();
        nodes.push(Node { name: format!("h{host}"), kind: NodeKind::Host(Host { interfaces, ..Host::default() }) });
        let ends = [end(host, "eth0".to_owned()), end(hosts + host / 100, format!("h{host}"))];
        cables.push(Cable { ends, quality: Quality::default() });
    }
    for switch in 0..=switches {
        nodes.push(Node { name: format!("s{switch}"), kind: NodeKind::Switch });
        if switch < switches {
            let ends = [end(hosts + switch, "core".to_owned()), end(hosts + switches, format!("s{switch}"))];
            cables.push(Cable { ends, quality: Quality::default() });
        }
    }
    Topology {
        title: titles(),
        about: titles(),
        nodes,
        cables,
        client: NodeId(0),
        server: NodeId(hosts - 1),
        name_server: None,
    }
}

/// Every host asks who its neighbour is, and sends it something; how many
/// frames went.
fn flood(hosts: usize) -> Option<u64> {
    let topology = campus(hosts);
    let mut network = Network::new(&topology, Profile::LinuxLike.knobs(), 1).ok()?;
    for host in 0..hosts {
        let to = topology.address(NodeId((host + 1) % hosts))?;
        network.ping(NodeId(host), to, 1, 1, b"there?");
    }
    network.run(Moment::START + Duration::from_mins(1), &mut |_, _| {});
    (0..hosts).all(|host| network.take_echo(NodeId(host)).is_some()).then(|| network.sent())
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
    let begun = Instant::now();
    let frames = flood(1_000).ok_or(CallError::NoConnection)?;
    println!("1,000 hosts that ask for each other by ARP: {frames} frames in {:.2?}", begun.elapsed());
    Ok(())
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
