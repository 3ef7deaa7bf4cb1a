//! Random but plausible TCP: what two hosts, a bad network, a forger and a
//! stingy capture may leave in a file. The same seed gives the same frames.

/// A small generator of random numbers (xorshift64*).
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 16
    }

    /// Less than `bound`.
    pub(crate) fn below(&mut self, bound: u32) -> u32 {
        u32::try_from(self.next() % u64::from(bound)).unwrap()
    }

    /// One of `bound` times.
    fn one_in(&mut self, bound: u32) -> bool {
        self.below(bound) == 0
    }

    fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[usize::try_from(self.below(u32::try_from(of.len()).unwrap())).unwrap()]
    }

    fn bytes(&mut self, count: u32) -> Vec<u8> {
        (0..count).map(|_| u8::try_from(self.below(256)).unwrap()).collect()
    }
}

const FIN: u8 = 1;
const SYN: u8 = 2;
const RST: u8 = 4;
const PSH: u8 = 8;
const ACK: u8 = 16;

/// One frame as a capture file holds it.
pub(crate) struct Captured {
    pub(crate) nanos: i64,
    pub(crate) bytes: Vec<u8>,
    pub(crate) wire: u32,
}

/// What one end would say next.
#[derive(Clone)]
struct End {
    first: u32,
    next: u32,
    /// What it expects.
    expects: u32,
    window: u16,
    shift: u8,
    /// What it sent: number, length, flags.
    sent: Vec<(u32, u32, u8)>,
    /// Its last segment: number, acknowledgment, window.
    last: (u32, u32, u16),
    opened: bool,
}

struct Flow {
    ends: [End; 2],
    ports: [u16; 2],
    hosts: [u8; 2],
    version_6: bool,
    vlan: bool,
    multipath: bool,
}

impl Flow {
    fn new(random: &mut Random) -> Self {
        let mut end = || {
            let first = match random.below(8) {
                0 => 0,
                1 => u32::MAX,
                2..=4 => 0_u32.wrapping_sub(random.below(5_000)),
                5 => (1 << 31) - random.below(3_000),
                _ => random.below(u32::MAX),
            };
            let window = random.pick(&[0, 1, 10, 64, 500, 1_000, 8_192, 65_535]);
            let shift = u8::try_from(random.below(16)).unwrap();
            End { first, next: first, expects: 0, window, shift, sent: Vec::new(), last: (0, 0, 0), opened: false }
        };
        let ends = [end(), end()];
        // Few ports: they are used again.
        let ports =
            [40_000 + u16::try_from(random.below(4)).unwrap(), 50_000 + u16::try_from(random.below(2)).unwrap()];
        let same = random.one_in(60);
        let ports = if same { [ports[0]; 2] } else { ports };
        let hosts = if same || random.one_in(10) { [1, 1] } else { [1, 2 + u8::try_from(random.below(2)).unwrap()] };
        // Keys of two connections on the same ports make tshark 4.0 give up.
        let multipath = random.one_in(4);
        let ports = if multipath { [40_100 + u16::try_from(random.below(9_000)).unwrap(), ports[1]] } else { ports };
        Self { ends, ports, hosts, version_6: random.one_in(4), vlan: random.one_in(6), multipath }
    }
}

/// One segment about to be sent.
struct Segment {
    seq: u32,
    ack: u32,
    flags: u8,
    reserved: u8,
    window: u16,
    length: u32,
    options: Vec<u8>,
}

/// A capture of `count` frames.
pub(crate) fn capture(seed: u64, count: usize) -> Vec<Captured> {
    let mut random = Random::new(seed);
    let mut flows: Vec<Flow> = (0..8).map(|_| Flow::new(&mut random)).collect();
    let mut nanos = if random.one_in(10) { 0 } else { 1_700_000_000_000_000_000 };
    let mut frames = Vec::new();
    while frames.len() < count {
        let index = usize::try_from(random.below(8)).unwrap();
        if random.one_in(120) {
            flows[index] = Flow::new(&mut random);
        }
        // A few steps of one flow in a row make its answers fit.
        for _ in 0..=random.below(6) {
            nanos += match random.below(12) {
                0 => 0,
                1 => i64::from(random.below(1_000)),
                2 => 20_000_000 - 2 + i64::from(random.below(4)),
                3 => 3_000_000 - 2 + i64::from(random.below(4)),
                4 => i64::from(random.below(2_000_000_000)),
                5 if random.one_in(20) => -i64::from(random.below(30_000_000)),
                _ => i64::from(random.below(2_000_000)),
            };
            nanos = nanos.max(0);
            let flow = &mut flows[index];
            let side = usize::from(random.one_in(2));
            for segment in step(&mut random, flow, side) {
                frames.push(frame(&mut random, flow, side, &segment, nanos));
                nanos += i64::from(random.below(30_000));
            }
        }
    }
    frames.truncate(count);
    frames
}

/// What this end does now.
fn step(random: &mut Random, flow: &mut Flow, side: usize) -> Vec<Segment> {
    // Without a key first, tshark 4.0 gives up at it ("Dissector bug").
    let multipath = flow.multipath && (!flow.ends[side].opened || flow.ends[1 - side].opened);
    let peer = flow.ends[1 - side].clone();
    let end = &mut flow.ends[side];
    if !end.opened && !random.one_in(12) {
        return vec![open(random, end, &peer, multipath)];
    }
    let mut again = 1;
    let mut segment = plain(end, ACK);
    if !random.one_in(4) {
        // It has received what the peer sent.
        end.expects = peer.next;
        segment.ack = end.expects;
    }
    match random.below(40) {
        0..=9 => {
            segment.length = random.pick(&[1, 1, 2, 10, 100, 1_000, 1_460]);
            segment.flags |= random.pick(&[0, PSH]);
        }
        10..=15 => {}
        16 | 17 => again = 1 + random.below(5),
        18 => {
            (segment.seq, segment.ack, segment.window) = end.last;
            again = 1 + random.below(4);
        }
        19..=21 => {
            if !end.sent.is_empty() {
                let (seq, length, flags) = end.sent[random_index(random, end.sent.len())];
                let cut = if random.one_in(4) { random.below(length + 1) } else { 0 };
                segment.seq = seq.wrapping_add(cut);
                segment.length = length - cut + if random.one_in(6) { random.below(30) } else { 0 };
                segment.flags = flags;
            }
        }
        22 | 23 => {
            end.next = end.next.wrapping_add(1 + random.below(3_000));
            segment.seq = end.next;
            segment.length = random.pick(&[0, 1, 500]);
        }
        24 => segment.ack = segment.ack.wrapping_add(random.below(4_000)),
        25 => segment.ack = segment.ack.wrapping_sub(random.below(4_000)),
        26 => {
            end.window = random.pick(&[0, 0, 0, 1, 100, 5_000, 65_535]);
            segment.window = end.window;
        }
        27 | 28 => {
            segment.seq = end.next;
            segment.length = 1;
            if random.one_in(3) {
                (segment.ack, segment.window) = (end.last.1, end.last.2);
            }
            let mut probe = segment;
            probe.options = options(random, multipath);
            // A probe's byte is not counted as sent.
            end.last = (probe.seq, probe.ack, probe.window);
            return vec![probe];
        }
        29 | 30 => {
            segment.seq = end.next.wrapping_sub(1);
            segment.length = random.below(2);
        }
        31 => {
            let scale = u32::from(if random.one_in(2) { peer.shift.min(14) } else { 0 });
            let edge = peer.last.1.wrapping_add(u32::from(peer.last.2) << scale);
            segment.length = edge.wrapping_sub(segment.seq).min(random.pick(&[9_000, 1_460]));
        }
        32 => segment.flags = FIN | random.pick(&[ACK, ACK, ACK, 0, PSH | ACK, SYN]),
        33 => segment.flags = RST | random.pick(&[ACK, 0, 0, SYN, FIN | ACK]),
        34 => {
            segment.flags = SYN | random.pick(&[0, ACK, ACK]);
            segment.seq = if random.one_in(2) { end.first } else { end.first.wrapping_add(random.below(100_000)) };
            // A second key makes tshark 4.0 give up ("Dissector bug").
            segment.options = syn_options(random, end.shift, false);
        }
        35 => segment.flags = random.pick(&[0, PSH, 0xFF, 0x20, 0xC0 | ACK, 0x40]),
        36 => segment.reserved = u8::try_from(random.below(16)).unwrap(),
        37 => {
            // The answer to what the peer did last.
            segment.ack = peer.last.0.wrapping_add(random.below(2));
            (segment.seq, segment.window) = (end.next, end.last.2);
        }
        38 => {
            segment.seq = random.below(u32::MAX);
            segment.ack = random.below(u32::MAX);
        }
        _ => return burst(end),
    }
    if segment.options.is_empty() {
        segment.options = options(random, multipath);
    }
    let length = segment.length + u32::from(segment.flags & (SYN | FIN) != 0);
    let ends = segment.seq.wrapping_add(length);
    if ends.wrapping_sub(end.next) < 1 << 20 {
        end.next = ends;
    }
    remember(end, &segment);
    (0..again).map(|_| Segment { options: segment.options.clone(), ..segment }).collect()
}

/// Its first segment.
fn open(random: &mut Random, end: &mut End, peer: &End, multipath: bool) -> Segment {
    end.opened = true;
    let flags = if peer.opened && !random.one_in(8) { SYN | ACK } else { SYN };
    end.expects = if peer.opened { peer.first.wrapping_add(1) } else { 0 };
    let mut segment = plain(end, flags);
    segment.seq = end.first;
    segment.options = syn_options(random, end.shift, multipath);
    segment.length = if random.one_in(12) { random.below(200) } else { 0 };
    segment.reserved = u8::from(random.one_in(5));
    if segment.reserved == 1 || random.one_in(4) {
        segment.flags |= random.pick(&[0xC0, 0x40, 0x80]);
    }
    end.next = end.first.wrapping_add(1).wrapping_add(segment.length);
    remember(end, &segment);
    segment
}

/// Three segments, the middle one late.
fn burst(end: &mut End) -> Vec<Segment> {
    let mut burst = Vec::new();
    for place in [0, 2, 1] {
        let mut one = plain(end, ACK);
        one.seq = end.next.wrapping_add(place * 100);
        one.length = 100;
        burst.push(one);
    }
    end.next = end.next.wrapping_add(300);
    for one in &burst {
        remember(end, one);
    }
    burst
}

fn random_index(random: &mut Random, length: usize) -> usize {
    usize::try_from(random.below(u32::try_from(length).unwrap())).unwrap()
}

fn plain(end: &End, flags: u8) -> Segment {
    let (seq, ack, window) = (end.next, end.expects, end.window);
    Segment { seq, ack, flags, reserved: 0, window, length: 0, options: Vec::new() }
}

fn remember(end: &mut End, segment: &Segment) {
    end.last = (segment.seq, segment.ack, segment.window);
    if segment.length > 0 || segment.flags & (SYN | FIN) != 0 {
        end.sent.push((segment.seq, segment.length, segment.flags));
        if end.sent.len() > 6 {
            end.sent.remove(0);
        }
    }
}

fn syn_options(random: &mut Random, shift: u8, multipath: bool) -> Vec<u8> {
    let mut options = vec![2, 4, 5, 0xB4];
    if !random.one_in(4) {
        options.extend([1, 3, 3, shift]);
    }
    if random.one_in(2) {
        options.extend([4, 2, 1, 1]);
    }
    if multipath {
        options.extend([30, 12, 0, 0x81]);
        options.extend(random.bytes(8));
    }
    options
}

fn options(random: &mut Random, multipath: bool) -> Vec<u8> {
    if multipath && random.one_in(3) {
        let subtype = u8::try_from(random.below(9)).unwrap() << 4;
        return match subtype >> 4 {
            // Data sequence signal: nothing but a data ACK.
            2 => vec![30, 8, 0x20, 1, 0, 0, 0, 9],
            3 => vec![30, 8, 0x30, 1, 10, 0, 0, 9],
            4 => vec![30, 4, 0x40, 1],
            5 => vec![30, 4, 0x50, 1],
            6 => vec![30, 12, 0x60, 0, 0, 0, 0, 0, 0, 0, 0, 1],
            7 => vec![30, 12, 0x70, 0, 0, 0, 0, 0, 0, 0, 0, 1],
            _ => Vec::new(),
        };
    }
    match random.below(24) {
        0..=3 => {
            let mut options = vec![1, 1, 8, 10];
            options.extend(random.bytes(8));
            options
        }
        4..=7 => {
            let blocks = 1 + random.below(4);
            let mut options = vec![1, 1, 5, u8::try_from(2 + blocks * 8).unwrap()];
            for _ in 0..blocks {
                let left = random.below(u32::MAX);
                options.extend(left.to_be_bytes());
                let width = random.pick(&[1, 100, 1_000, 0, 0x8000_0000]);
                options.extend(left.wrapping_add(width).to_be_bytes());
            }
            options
        }
        8 => random
            .pick(&[
                &[5, 2, 1, 1][..],
                &[5, 6, 0, 0, 0, 1, 1, 1],
                &[5, 12, 0, 0, 0, 1, 0, 0, 0, 9, 0, 0],
                &[3, 3, 5, 1],
                &[3, 3, 15, 0],
                &[3, 4, 5, 1],
                &[2, 3, 5, 1],
                &[1, 1, 1, 3],
                &[0, 0, 0, 0],
                &[0, 3, 3, 9],
                &[8, 9, 0, 0],
                &[99, 0, 1, 1],
                &[99, 1, 1, 1],
                &[99, 4, 1, 1],
                &[1, 3, 3, 7, 5, 2, 0, 0],
                &[28, 4, 0x80, 1],
                &[254, 4, 0xF9, 0x89],
                &[34, 2, 1, 1],
            ])
            .to_vec(),
        _ => Vec::new(),
    }
}

fn frame(random: &mut Random, flow: &Flow, side: usize, segment: &Segment, nanos: i64) -> Captured {
    let mut tcp = Vec::new();
    for port in [flow.ports[side], flow.ports[1 - side]] {
        tcp.extend(port.to_be_bytes());
    }
    tcp.extend(segment.seq.to_be_bytes());
    tcp.extend(segment.ack.to_be_bytes());
    let mut words = u8::try_from(5 + segment.options.len() / 4).unwrap();
    if random.one_in(150) {
        words = u8::try_from(random.below(16)).unwrap();
    }
    tcp.extend([words << 4 | segment.reserved, segment.flags]);
    tcp.extend(segment.window.to_be_bytes());
    tcp.extend([0, 0, 0, 0]);
    tcp.extend(&segment.options);
    tcp.resize(tcp.len() + usize::try_from(segment.length).unwrap(), 0);
    let mut packet = ip(flow, side, 6, &tcp);
    // What of MPTCP a quote cuts off is nobody's rule.
    if random.one_in(100) && !segment.options.contains(&30) {
        let keep = packet.len().min(if flow.version_6 { 40 } else { 20 } + random.pick(&[8, 16, 18, 20, 40, 60]));
        let (kind, protocol) = if flow.version_6 { (1, 58) } else { (3, 1) };
        let message = [&[kind, 1, 0, 0, 0, 0, 0, 0], &packet[..keep]].concat();
        packet = ip(flow, 1 - side, protocol, &message);
    }
    let mut bytes = vec![2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2];
    if flow.vlan {
        bytes.extend([0x81, 0, 0, 5]);
    }
    bytes.extend(if flow.version_6 { [0x86, 0xDD] } else { [8, 0] });
    let start = bytes.len() + if flow.version_6 { 40 } else { 20 };
    bytes.extend(packet);
    if bytes.len() < 60 && random.one_in(2) {
        bytes.resize(60, 0);
    }
    let wire = u32::try_from(bytes.len()).unwrap();
    if random.one_in(25) {
        bytes.truncate(start + usize::try_from(random.below(64)).unwrap());
    }
    Captured { nanos, bytes, wire }
}

fn ip(flow: &Flow, side: usize, protocol: u8, payload: &[u8]) -> Vec<u8> {
    let hosts = [flow.hosts[side], flow.hosts[1 - side]];
    let length = u16::try_from(payload.len()).unwrap();
    let mut packet = Vec::new();
    if flow.version_6 {
        packet.extend([0x60, 0, 0, 0]);
        packet.extend(length.to_be_bytes());
        packet.extend([protocol, 64]);
        for host in hosts {
            packet.extend([0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, host]);
        }
    } else {
        packet.extend([0x45, 0]);
        packet.extend((length + 20).to_be_bytes());
        packet.extend([0, 1, 0x40, 0, 64, protocol, 0, 0]);
        for host in hosts {
            packet.extend([10, 0, 0, host]);
        }
    }
    packet.extend(payload);
    packet
}

/// The frames as a pcap file with nanoseconds.
pub(crate) fn pcap(frames: &[Captured]) -> Vec<u8> {
    let mut file = Vec::new();
    for word in [0xA1B2_3C4D_u32, 0x0004_0002, 0, 0, 0x0004_0000, 1] {
        file.extend(word.to_le_bytes());
    }
    for frame in frames {
        let (seconds, rest) = (frame.nanos / 1_000_000_000, frame.nanos % 1_000_000_000);
        let kept = u32::try_from(frame.bytes.len()).unwrap();
        for word in [u32::try_from(seconds).unwrap(), u32::try_from(rest).unwrap(), kept, frame.wire] {
            file.extend(word.to_le_bytes());
        }
        file.extend(&frame.bytes);
    }
    file
}
