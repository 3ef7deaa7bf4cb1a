//! Our host against smoltcp's over the same lossy wire. Known differences of
//! smoltcp 0.14: a SYN on ESTABLISHED is dropped without an answer, closing
//! with unread data sends no reset, no SACK as a sender, a TIME-WAIT of 10 s.

use std::collections::VecDeque;

use smoltcp::iface::{Config, Interface, SocketHandle, SocketSet};
use smoltcp::phy::{Device, DeviceCapabilities, Medium, RxToken, TxToken};
use smoltcp::socket::tcp::{Socket, SocketBuffer, State as TheirState};
use smoltcp::time::Instant;
use smoltcp::wire::{EthernetAddress, IpAddress, IpCidr};

use super::super::host::Host;
use super::*;
use crate::source::simulator::tcp::{Received, SocketId};

/// What is on the way to smoltcp and from it.
#[derive(Default)]
struct Cable {
    to_them: VecDeque<Vec<u8>>,
    from_them: VecDeque<Vec<u8>>,
}

struct Arriving(Vec<u8>);
struct Leaving<'a>(&'a mut VecDeque<Vec<u8>>);

impl RxToken for Arriving {
    fn consume<R, F: FnOnce(&[u8]) -> R>(self, read: F) -> R {
        read(&self.0)
    }
}

impl TxToken for Leaving<'_> {
    fn consume<R, F: FnOnce(&mut [u8]) -> R>(self, length: usize, fill: F) -> R {
        let mut frame = vec![0; length];
        let answer = fill(&mut frame);
        self.0.push_back(frame);
        answer
    }
}

impl Device for Cable {
    type RxToken<'a> = Arriving;
    type TxToken<'a> = Leaving<'a>;

    fn receive(&mut self, _: Instant) -> Option<(Arriving, Leaving<'_>)> {
        self.to_them.pop_front().map(|frame| (Arriving(frame), Leaving(&mut self.from_them)))
    }

    fn transmit(&mut self, _: Instant) -> Option<Leaving<'_>> {
        Some(Leaving(&mut self.from_them))
    }

    fn capabilities(&self) -> DeviceCapabilities {
        let mut capabilities = DeviceCapabilities::default();
        capabilities.medium = Medium::Ethernet;
        capabilities.max_transmission_unit = 1_514;
        capabilities
    }
}

/// Both hosts and the frames between them.
struct Match {
    now: Moment,
    ours: Host,
    theirs: Interface,
    sockets: SocketSet<'static>,
    socket: SocketHandle,
    cable: Cable,
    lanes: [Lane; 2],
    link: Link,
    random: Random,
    /// When, in which order, whether to us, what.
    underway: std::collections::BTreeMap<(Moment, u64), (bool, Vec<u8>)>,
    sent: u64,
}

const OURS: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 1);
const THEIRS: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 2);

fn instant(now: Moment) -> Instant {
    Instant::from_micros(i64::try_from(now.nanos() / 1_000).unwrap())
}

impl Match {
    fn new(knobs: Knobs, link: Link, seed: u64) -> Self {
        let text = "[title]\nen = \"x\"\nzh = \"x\"\n[about]\nen = \"x\"\nzh = \"x\"\n[play]\nclient = \"a\"\nserver = \"b\"\n\
             [[host]]\nname = \"a\"\naddress = \"192.0.2.1/24\"\n[[host]]\nname = \"b\"\naddress = \"192.0.2.2/24\"\n\
             [[cable]]\nfrom = \"a\"\nto = \"b\"\n";
        let topology = crate::source::lab::topology::read(text).unwrap();
        let ours = Host::new(topology.host(topology.client).unwrap(), knobs);
        let mut cable = Cable::default();
        let mac = EthernetAddress([2, 0, 0, 0, 9, 9]);
        let mut theirs = Interface::new(Config::new(mac.into()), &mut cable, Instant::ZERO);
        theirs.update_ip_addrs(|addresses| {
            addresses.push(IpCidr::new(IpAddress::Ipv4(THEIRS), 24)).unwrap();
        });
        let mut sockets = SocketSet::new(Vec::new());
        let buffer = || SocketBuffer::new(vec![0; 60_000]);
        let socket = sockets.add(Socket::new(buffer(), buffer()));
        let (lanes, random) = ([Lane::default(), Lane::default()], Random::new(seed));
        let (underway, now) = (std::collections::BTreeMap::new(), Moment::START);
        Self { now, ours, theirs, sockets, socket, cable, lanes, link, random, underway, sent: 0 }
    }

    fn theirs(&mut self) -> &mut Socket<'static> {
        self.sockets.get_mut(self.socket)
    }

    /// Puts what both have sent on the cable.
    fn collect(&mut self) {
        while let Some(effect) = self.ours.stack.take_effect() {
            self.ours.send_effect(self.now, effect);
        }
        let ours = std::mem::take(&mut self.ours.out).into_iter().map(|(_, frame)| (false, frame.bytes()));
        let theirs = self.cable.from_them.drain(..).map(|frame| (true, frame));
        for (to_us, frame) in ours.chain(theirs).collect::<Vec<_>>() {
            let lane = &mut self.lanes[usize::from(to_us)];
            // ARP must get through, or smoltcp's rate limit decides the run.
            let link = if frame[12..14] == [8, 6] { Link { loss: 0, ..self.link } } else { self.link };
            let bytes = u64::try_from(frame.len()).unwrap();
            let arrivals = match lane.send(&link, &mut self.random, self.now, bytes, Verdict::Pass) {
                Fate::Lost | Fate::Overflow | Fate::Held => vec![],
                Fate::Arrives(at) => vec![at],
                Fate::ArrivesTwice(at, again) => vec![at, again],
            };
            for at in arrivals {
                self.sent += 1;
                self.underway.insert((at, self.sent), (to_us, frame.clone()));
            }
        }
    }

    /// On to the next happening; false where there is none.
    fn step(&mut self) -> bool {
        self.theirs.poll(instant(self.now), &mut self.cable, &mut self.sockets);
        self.collect();
        let arrival = self.underway.keys().next().map(|(at, _)| *at);
        let due = self.theirs.poll_at(instant(self.now), &self.sockets);
        let due = due.map(|at| Moment::from_nanos(u64::try_from(at.total_micros()).unwrap() * 1_000).max(self.now));
        // smoltcp counts in microseconds.
        let due = due.map(|at| if at == self.now { at + Duration::from_micros(1) } else { at });
        let Some(next) = [arrival, due, self.ours.deadline()].into_iter().flatten().min() else { return false };
        self.now = self.now.max(next);
        while let Some(entry) = self.underway.first_entry()
            && entry.key().0 <= self.now
        {
            match entry.remove() {
                (true, frame) => self.ours.receive(self.now, 0, Ethernet::parse(&frame).unwrap()),
                (false, frame) => self.cable.to_them.push_back(frame),
            }
        }
        self.ours.pass(self.now);
        self.collect();
        true
    }
}

/// Both send so many bytes to the other and close; we connect or listen.
fn both_ways(knobs: Knobs, link: Link, seed: u64, bytes: usize, we_listen: bool) {
    let mut game = Match::new(knobs, link, seed);
    let (mut ours, mut listener) = (None::<SocketId>, None);
    if we_listen {
        listener = Some(game.ours.stack.listen((OURS, 80).into(), 1).unwrap());
        let socket = game.sockets.get_mut::<Socket<'_>>(game.socket);
        socket.connect(game.theirs.context(), (IpAddress::Ipv4(OURS), 80), 40_000).unwrap();
    } else {
        game.theirs().listen(80).unwrap();
        ours = Some(game.ours.stack.connect(game.now, (OURS, 40_000).into(), (THEIRS, 80).into()).unwrap());
    }
    let stream: Vec<u8> = (0..bytes).map(|index| u8::try_from(index % 251).unwrap()).collect();
    let (mut we_wrote, mut they_wrote, mut we_read, mut they_read) = (0, 0, Vec::new(), Vec::new());
    let (mut we_closed, mut they_closed, mut we_heard_end) = (false, false, false);
    let end = Moment::START + Duration::from_hours(3);
    while game.now < end {
        ours = ours.or_else(|| listener.and_then(|listener| game.ours.stack.accept(listener)));
        let now = game.now;
        if let Some(socket) = ours {
            let stack = &mut game.ours.stack;
            let opening = stack.state(socket) == Some(TcpState::SynSent);
            if !we_closed && !opening {
                we_wrote += stack.send(now, socket, &stream[we_wrote..]).unwrap();
                if we_wrote == bytes {
                    stack.shutdown(now, socket).unwrap();
                    we_closed = true;
                }
            }
            while !we_heard_end && !opening {
                match stack.receive(now, socket, usize::MAX).unwrap() {
                    Received::Bytes(bytes) => we_read.extend(bytes),
                    Received::Nothing => break,
                    Received::End => we_heard_end = true,
                }
            }
        }
        let socket = game.theirs();
        if socket.may_send() && they_wrote < bytes {
            they_wrote += socket.send_slice(&stream[they_wrote..]).unwrap();
        }
        if socket.can_recv() {
            socket.recv(|bytes| (bytes.len(), they_read.extend_from_slice(bytes))).unwrap();
        }
        if !they_closed && they_wrote == bytes && socket.may_send() {
            socket.close();
            they_closed = true;
        }
        let they_are_done = matches!(game.theirs().state(), TheirState::Closed | TheirState::TimeWait);
        let we_are_done = ours.is_some_and(|socket| game.ours.stack.state(socket) == Some(TcpState::Closed));
        if (we_are_done && they_are_done) || !game.step() {
            break;
        }
    }
    assert!(we_read == stream, "we read {} of {bytes} by {}", we_read.len(), game.now);
    assert!(they_read == stream, "they read {} of {bytes} by {}", they_read.len(), game.now);
    assert!(we_heard_end, "we heard their end");
    assert_eq!(game.ours.stack.failure(ours.unwrap()), None);
}

#[test]
fn a_megabyte_each_way_over_a_lossy_wire() {
    let link = Link {
        delay: Duration::from_millis(5),
        bandwidth: Some(20_000_000),
        queue: Some(100),
        loss: 20_000,
        duplication: 10_000,
        reordering: 20_000,
    };
    for profile in [Profile::Rfc, Profile::LinuxLike] {
        for we_listen in [false, true] {
            for seed in 0..3 {
                both_ways(profile.knobs(), link, seed, 1_000_000, we_listen);
            }
        }
    }
}

#[test]
fn a_clean_wire_needs_no_retransmission() {
    let link = Link { bandwidth: Some(20_000_000), ..Link::default() };
    both_ways(Profile::Rfc.knobs(), link, 1, 200_000, false);
    both_ways(Profile::LinuxLike.knobs(), link, 1, 200_000, true);
}
