use super::content::{self, Content, Kind};
use super::frame::{Body, Flags, Packet, Path, Segment};
use super::random::Random;
use super::round;
use super::{MS, START};

/// One end of a connection.
pub(crate) struct End {
    /// The next sequence number it sends.
    pub(crate) next: u32,
    /// The window it announces, not scaled.
    pub(crate) window: u16,
    pub(crate) scale: u8,
    /// From the capture to it, one way, in nanoseconds.
    pub(crate) leg: u64,
    /// Its `TSval` at [`START`].
    clock: u32,
    /// Segments it sends in one go.
    pub(crate) burst: u64,
}

/// A message under way.
#[derive(Clone, Copy)]
pub(crate) struct Message {
    pub(crate) from: usize,
    pub(crate) kind: Kind,
    /// In bytes.
    pub(crate) size: u64,
    pub(crate) sent: u64,
}

/// What comes next.
enum Step {
    Open,
    Send(Message),
    /// Nothing is sent for a while.
    Idle,
    Close,
    /// Over; perhaps the same ports are used again.
    Over,
}

/// What the two ends talk about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Application {
    Http,
    Tls,
    /// Keystrokes and their echoes.
    Typing,
    /// Requests and responses in letters.
    Other,
    /// The client sends much, the server little.
    Upload,
}

/// A connection: it goes on step by step.
pub(crate) struct Connection {
    pub(crate) ends: [End; 2],
    pub(crate) mss: u32,
    pub(crate) timestamps: bool,
    pub(crate) sack: bool,
    /// Between two segments of a burst, in nanoseconds.
    pub(crate) gap: u64,
    /// When the next step begins.
    pub(crate) at: u64,
    application: Application,
    /// Requests that are still to come.
    requests: u64,
    greeted: bool,
    step: Step,
}

impl Connection {
    pub(crate) fn new(at: u64, path: &mut Path, random: &mut Random) -> Self {
        let (application, port, requests) = match random.below(100) {
            0..45 => (Application::Tls, 443, random.between(1, 8)),
            45..65 => (Application::Http, 80, random.between(1, 6)),
            65..78 => (Application::Typing, 9_022, random.between(5, 60)),
            78..95 => (Application::Other, random.between(9_100, 9_140) as u16, random.between(1, 8)),
            _ => (Application::Upload, 9_200, 1),
        };
        path.port = [random.between(32_768, 61_000) as u16, port];
        let round_trip = random.scale(0.2, 120.0) * MS + random.below(MS);
        // The capture is at the client, at the server, or somewhere between.
        let near = match random.below(10) {
            0..6 => 20_000,
            6..8 => round_trip / 2,
            _ => random.below(round_trip / 2 + 1),
        };
        let mut end = |leg| End {
            next: random.next() as u32,
            window: random.between(900, 60_000) as u16,
            scale: random.between(5, 9) as u8,
            leg,
            clock: random.next() as u32,
            burst: 10,
        };
        let ends = [end(near), end((round_trip / 2).saturating_sub(near) + 20_000)];
        Self {
            ends,
            mss: [1460, 1460, 1460, 1400, 1360][random.below(5) as usize] - if path.v6 { 20 } else { 0 },
            timestamps: random.chance(85, 100),
            sack: random.chance(95, 100),
            gap: random.between(12_000, 130_000),
            at,
            application,
            requests,
            greeted: false,
            step: Step::Open,
        }
    }

    /// A segment of it, with the options that every segment has.
    pub(crate) fn segment(&self, at: u64, from: usize, flags: u8, sequence: u32, acknowledgment: u32) -> Segment {
        let mut segment = Segment::new(from, flags, sequence, acknowledgment, self.ends[from].window);
        if self.timestamps {
            let ticks =
                |end: usize, ago: u64| self.ends[end].clock.wrapping_add((at.saturating_sub(START + ago) / MS) as u32);
            let echo = if flags & Flags::ACK == 0 { 0 } else { ticks(1 - from, 2 * self.ends[from].leg) };
            segment.timestamps = Some((ticks(from, 0), echo));
        }
        segment
    }

    /// Both ends' next numbers, the sender's first.
    pub(crate) fn numbers(&self, from: usize) -> (u32, u32) {
        (self.ends[from].next, self.ends[1 - from].next)
    }

    /// There and back between the capture and one end.
    pub(crate) fn answer(&self, end: usize) -> u64 {
        2 * self.ends[end].leg + 15_000
    }

    /// Sends a segment without data that takes up `length` numbers (SYN, FIN:
    /// 1).
    fn say(&mut self, from: usize, flags: u8, length: u32, packets: &mut Vec<Packet>) {
        let (sequence, acknowledgment) = self.numbers(from);
        let segment = self.segment(self.at, from, flags, sequence, acknowledgment);
        packets.push(Packet { at: self.at, body: Body::Tcp(segment) });
        self.ends[from].next = sequence.wrapping_add(length);
    }

    /// The packets of its next step; false when it is over.
    pub(crate) fn go_on(&mut self, packets: &mut Vec<Packet>, random: &mut Random) -> bool {
        match self.step {
            Step::Open => self.open(packets, random),
            Step::Send(message) => {
                self.step = Step::Send(round::go_on(self, message, packets, random));
                if let Step::Send(message) = self.step
                    && message.sent == message.size
                {
                    self.after(message.from, random);
                }
            }
            Step::Idle => {
                if random.chance(1, 30) {
                    self.keep_alive(packets, random);
                }
                self.at += random.scale(1.0, 3_000.0) * MS;
                self.step = self.request(random);
            }
            Step::Close => {
                self.close(packets, random);
                self.step = Step::Over;
            }
            Step::Over => {
                if !random.chance(1, 150) {
                    return false;
                }
                for end in &mut self.ends {
                    end.next = end.next.wrapping_add(random.between(1_000_000, 1_000_000_000) as u32);
                }
                self.at += random.between(200, 2_000) * MS;
                self.requests = 1;
                self.greeted = false;
                self.open(packets, random);
            }
        }
        // A step may have no packets, but not for ever.
        if packets.is_empty() { self.go_on(packets, random) } else { true }
    }

    fn after(&mut self, from: usize, random: &mut Random) {
        self.step = if from == 0 {
            self.at += random.scale(0.1, 80.0) * MS;
            self.response(random)
        } else if self.requests == 0 {
            Step::Close
        } else {
            Step::Idle
        };
    }

    fn request(&mut self, random: &mut Random) -> Step {
        self.requests -= 1;
        let hello = self.application == Application::Tls && !self.greeted;
        let (kind, size) = match self.application {
            Application::Tls if hello => (Kind::ClientHello, content::hello_size()),
            Application::Tls => (Kind::TlsData, random.between(100, 1_200)),
            Application::Http => (Kind::HttpRequest, random.between(content::REQUEST, 900)),
            Application::Typing => (Kind::Plain, random.between(1, 90)),
            Application::Other => (Kind::Plain, random.scale(20.0, 3_000.0)),
            Application::Upload => (Kind::Plain, random.scale(20_000.0, 600_000.0)),
        };
        self.greeted = true;
        Step::Send(Message { from: 0, kind, size, sent: 0 })
    }

    fn response(&mut self, random: &mut Random) -> Step {
        let large = random.scale(content::RESPONSE as f64, 120_000.0);
        let (kind, size) = match self.application {
            Application::Tls => (Kind::TlsData, content::tls_size(large)),
            Application::Http => (Kind::HttpResponse, large),
            Application::Typing | Application::Upload => (Kind::Plain, random.between(10, 400)),
            Application::Other => (Kind::Plain, large),
        };
        Step::Send(Message { from: 1, kind, size, sent: 0 })
    }

    /// The handshake (RFC 9293 §3.5), or what comes instead.
    fn open(&mut self, packets: &mut Vec<Packet>, random: &mut Random) {
        let syn = |connection: &Self, from: usize, flags: u8, sequence: u32, acknowledgment: u32, at: u64| {
            let mut segment = connection.segment(at, from, flags, sequence, acknowledgment);
            segment.mss = Some(connection.mss as u16);
            segment.sack_permitted = connection.sack;
            segment.scale = Some(connection.ends[from].scale);
            segment.window = 64_240;
            Packet { at, body: Body::Tcp(segment) }
        };
        let (first, second) = self.numbers(0);
        packets.push(syn(self, 0, Flags::SYN, first, 0, self.at));
        match random.below(600) {
            // Nobody answers.
            0..5 => {
                for seconds in [1, 3, 7] {
                    packets.push(syn(self, 0, Flags::SYN, first, 0, self.at + seconds * 1_000 * MS));
                }
                self.step = Step::Over;
                self.at += 8_000 * MS;
                return;
            }
            // Nobody listens.
            5..15 => {
                self.at += self.answer(1);
                self.ends[0].next = first.wrapping_add(1);
                let mut refusal = self.segment(self.at, 1, Flags::RST | Flags::ACK, 0, first.wrapping_add(1));
                (refusal.window, refusal.timestamps) = (0, None);
                packets.push(Packet { at: self.at, body: Body::Tcp(refusal) });
                self.step = Step::Over;
                return;
            }
            // The first SYN is lost.
            15..22 => {
                self.at += 1_000 * MS;
                packets.push(syn(self, 0, Flags::SYN, first, 0, self.at));
            }
            _ => {}
        }
        self.at += self.answer(1);
        self.ends[0].next = first.wrapping_add(1);
        packets.push(syn(self, 1, Flags::SYN | Flags::ACK, second, first.wrapping_add(1), self.at));
        // The first SYN-ACK is lost behind the capture.
        if random.chance(1, 150) {
            self.at += 1_000 * MS;
            packets.push(syn(self, 1, Flags::SYN | Flags::ACK, second, first.wrapping_add(1), self.at));
        }
        self.ends[1].next = second.wrapping_add(1);
        self.at += self.answer(0);
        self.say(0, Flags::ACK, 0, packets);
        self.at += random.scale(0.02, 3.0) * MS + 20_000;
        self.step = self.request(random);
    }

    /// Keep-alives (RFC 9293 §3.8.4), each with its answer.
    fn keep_alive(&mut self, packets: &mut Vec<Packet>, random: &mut Random) {
        for _ in 0..random.between(1, 4) {
            self.at += 15_000 * MS;
            let (sequence, acknowledgment) = self.numbers(0);
            let mut probe = self.segment(self.at, 0, Flags::ACK, sequence.wrapping_sub(1), acknowledgment);
            if random.chance(1, 4) {
                probe.content = Content::plain(1);
            }
            packets.push(Packet { at: self.at, body: Body::Tcp(probe) });
            self.at += self.answer(1);
            self.say(1, Flags::ACK, 0, packets);
        }
    }

    /// The end, in one of its ways (RFC 9293 §3.6).
    fn close(&mut self, packets: &mut Vec<Packet>, random: &mut Random) {
        const FIN: u8 = Flags::FIN | Flags::ACK;
        let first = usize::from(random.chance(2, 5));
        self.at += random.scale(0.05, 100.0) * MS + 50_000;
        match random.below(100) {
            // Nothing: the capture shows no end.
            0..3 => {}
            // A reset ends it.
            3..9 => self.say(first, Flags::RST | Flags::ACK, 0, packets),
            // Both at the same time.
            9..12 => {
                let (mine, yours) = self.numbers(first);
                self.say(first, FIN, 1, packets);
                let fin = self.segment(self.at + 5_000, 1 - first, FIN, yours, mine);
                packets.push(Packet { at: self.at + 5_000, body: Body::Tcp(fin) });
                self.ends[1 - first].next = yours.wrapping_add(1);
                self.at += self.answer(first) + self.answer(1 - first);
                self.say(first, Flags::ACK, 0, packets);
                self.at += 5_000;
                self.say(1 - first, Flags::ACK, 0, packets);
            }
            // The FIN is answered with a reset.
            12..18 => {
                self.say(first, FIN, 1, packets);
                self.at += self.answer(1 - first);
                self.say(1 - first, Flags::ACK, 0, packets);
                self.say(1 - first, Flags::RST | Flags::ACK, 0, packets);
            }
            // Three segments.
            18..60 => {
                self.say(first, FIN, 1, packets);
                self.at += self.answer(1 - first);
                self.say(1 - first, FIN, 1, packets);
                self.at += self.answer(first);
                self.say(first, Flags::ACK, 0, packets);
            }
            // Four; between them perhaps data (half-closed), or the FIN again.
            kind => {
                self.say(first, FIN, 1, packets);
                self.at += self.answer(1 - first);
                self.say(1 - first, Flags::ACK, 0, packets);
                if kind > 95 {
                    let message =
                        Message { from: 1 - first, kind: Kind::Plain, size: random.between(100, 4_000), sent: 0 };
                    round::go_on(self, message, packets, random);
                }
                self.at += random.scale(0.1, 200.0) * MS + 50_000;
                self.say(1 - first, FIN, 1, packets);
                if random.chance(1, 60) {
                    self.at += 210 * MS;
                    self.ends[1 - first].next = self.ends[1 - first].next.wrapping_sub(1);
                    self.say(1 - first, FIN, 1, packets);
                }
                self.at += self.answer(first);
                self.say(first, Flags::ACK, 0, packets);
            }
        }
    }
}
