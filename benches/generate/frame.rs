use super::content::Content;
use super::random::Random;

/// A packet before it has bytes.
pub(crate) struct Packet {
    /// When, in nanoseconds since 1970.
    pub(crate) at: u64,
    pub(crate) body: Body,
}

pub(crate) enum Body {
    Tcp(Segment),
    Udp {
        from: usize,
        content: Content,
    },
    /// A DNS message, made elsewhere.
    Dns {
        from: usize,
        message: Vec<u8>,
    },
    Echo {
        from: usize,
        sequence: u16,
    },
    /// Port unreachable, for a datagram of so many bytes that came from the
    /// other end.
    Unreachable {
        from: usize,
        length: u64,
    },
    /// Who has the other's address (ARP or neighbour discovery), or the answer.
    Neighbour {
        from: usize,
    },
}

/// TCP's flags (RFC 9293 §3.1).
pub(crate) struct Flags;

impl Flags {
    pub(crate) const FIN: u8 = 1;
    pub(crate) const SYN: u8 = 2;
    pub(crate) const RST: u8 = 4;
    pub(crate) const PSH: u8 = 8;
    pub(crate) const ACK: u8 = 16;
}

/// A TCP segment.
#[derive(Clone, Copy)]
pub(crate) struct Segment {
    /// Which end sends it: 0 or 1.
    pub(crate) from: usize,
    pub(crate) flags: u8,
    pub(crate) sequence: u32,
    pub(crate) acknowledgment: u32,
    pub(crate) window: u16,
    pub(crate) content: Content,
    pub(crate) mss: Option<u16>,
    /// Only with `mss`.
    pub(crate) scale: Option<u8>,
    /// Only with `mss`: SACK permitted.
    pub(crate) sack_permitted: bool,
    /// `TSval`, `TSecr`.
    pub(crate) timestamps: Option<(u32, u32)>,
    /// Blocks that arrived, as many as are not empty.
    pub(crate) sack: [(u32, u32); 3],
}

impl Segment {
    pub(crate) fn new(from: usize, flags: u8, sequence: u32, acknowledgment: u32, window: u16) -> Self {
        Self {
            from,
            flags,
            sequence,
            acknowledgment,
            window,
            content: Content::NONE,
            mss: None,
            scale: None,
            sack_permitted: false,
            timestamps: None,
            sack: [(0, 0); 3],
        }
    }

    fn options(&self, out: &mut Vec<u8>) {
        if let Some(mss) = self.mss {
            out.extend([2, 4]);
            out.extend(mss.to_be_bytes());
            if self.sack_permitted {
                out.extend([1, 1, 4, 2]);
            }
            if let Some(scale) = self.scale {
                out.extend([1, 3, 3, scale]);
            }
        }
        if let Some((value, echo)) = self.timestamps {
            out.extend([1, 1, 8, 10]);
            out.extend(value.to_be_bytes());
            out.extend(echo.to_be_bytes());
        }
        let blocks = self.sack.iter().filter(|(left, right)| left != right);
        let count = blocks.clone().count() as u8;
        if count > 0 {
            out.extend([1, 1, 5, 2 + 8 * count]);
            for (left, right) in blocks {
                out.extend(left.to_be_bytes());
                out.extend(right.to_be_bytes());
            }
        }
    }
}

/// The two ends of a flow, and what their packets share.
pub(crate) struct Path {
    pub(crate) v6: bool,
    vlan: Option<u16>,
    mac: [[u8; 6]; 2],
    address: [[u8; 16]; 2],
    pub(crate) port: [u16; 2],
    ttl: [u8; 2],
    identification: [u16; 2],
}

const UDP: u8 = 17;
const TCP: u8 = 6;

impl Path {
    pub(crate) fn any(random: &mut Random) -> Self {
        let v6 = random.chance(20, 100);
        let near = random.below(200) as u8 + 1;
        let far = random.next().to_be_bytes();
        let address = if v6 {
            let mut client = [0x20, 1, 0x0d, 0xb8, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, near];
            client[13] = 1;
            let server = [0x20, 1, 0x0d, 0xb8, 0, 2, far[0], 0, 0, 0, 0, 0, 0, 0, far[1], far[2] | 1];
            [client, server]
        } else {
            let pad = |[a, b, c, d]: [u8; 4]| [a, b, c, d, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
            // 192.168.1.0/24 and 198.18.0.0/15 (RFC 2544).
            [pad([192, 168, 1, near]), pad([198, 18 + (far[0] & 1), far[1], far[2] | 1])]
        };
        Self {
            v6,
            vlan: random.chance(4, 100).then_some(100),
            mac: [[2, 0, 0, 0, 1, near], [2, 0, 0, 0, 2, 1]],
            address,
            port: [0, 0],
            ttl: [64, 64 - random.between(5, 20) as u8],
            identification: [random.next() as u16, random.next() as u16],
        }
    }

    pub(crate) fn make_v4(&mut self) {
        self.v6 = false;
        self.vlan = None;
        self.address[1] = [198, 18, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    }

    pub(crate) fn set_v4_source(&mut self, address: u32) {
        self.address[0][..4].copy_from_slice(&address.to_be_bytes());
    }

    /// Ethernet's bytes of it into `out`, which is emptied first.
    pub(crate) fn frame(&mut self, packet: &Packet, out: &mut Vec<u8>) {
        out.clear();
        match &packet.body {
            Body::Tcp(segment) => {
                self.ip(segment.from, TCP, out);
                self.tcp(segment, out);
                self.finish_ip(segment.from, TCP, 16, out);
            }
            Body::Udp { from, content } => {
                self.ip(*from, UDP, out);
                self.udp(*from, out);
                content.append(out);
                self.finish_ip(*from, UDP, 6, out);
            }
            Body::Dns { from, message } => {
                self.ip(*from, UDP, out);
                self.udp(*from, out);
                out.extend(message);
                self.finish_ip(*from, UDP, 6, out);
            }
            Body::Echo { from, sequence } => {
                let kind = match (self.v6, from) {
                    (true, 0) => 128,
                    (true, _) => 129,
                    (false, 0) => 8,
                    (false, _) => 0,
                };
                self.ip(*from, self.icmp(), out);
                out.extend([kind, 0, 0, 0, 0x12, 0x34]);
                out.extend(sequence.to_be_bytes());
                Content::plain(56).append(out);
                self.finish_ip(*from, self.icmp(), 2, out);
            }
            Body::Unreachable { from, length } => self.unreachable(*from, *length, out),
            Body::Neighbour { from } => self.neighbour(*from, out),
        }
        // Ethernet's shortest frame, without its checksum.
        out.resize(out.len().max(60), 0);
    }

    fn icmp(&self) -> u8 {
        if self.v6 { 58 } else { 1 }
    }

    fn ethernet(&self, from: usize, ether_type: u16, out: &mut Vec<u8>) {
        out.extend(self.mac[1 - from]);
        out.extend(self.mac[from]);
        if let Some(vlan) = self.vlan {
            out.extend([0x81, 0]);
            out.extend(vlan.to_be_bytes());
        }
        out.extend(ether_type.to_be_bytes());
    }

    /// Where the network layer starts.
    fn network(&self) -> usize {
        if self.vlan.is_some() { 18 } else { 14 }
    }

    /// Where the transport layer starts.
    fn transport(&self) -> usize {
        self.network() + if self.v6 { 40 } else { 20 }
    }

    fn ip(&mut self, from: usize, protocol: u8, out: &mut Vec<u8>) {
        self.ethernet(from, if self.v6 { 0x86dd } else { 0x0800 }, out);
        self.ip_header(from, protocol, out);
    }

    fn ip_header(&mut self, from: usize, protocol: u8, out: &mut Vec<u8>) {
        if self.v6 {
            out.extend([0x60, 0, 0, 0, 0, 0, protocol, self.ttl[from]]);
            out.extend(self.address[from]);
            out.extend(self.address[1 - from]);
        } else {
            self.identification[from] = self.identification[from].wrapping_add(1);
            let [high, low] = self.identification[from].to_be_bytes();
            // Do not fragment.
            out.extend([0x45, 0, 0, 0, high, low, 0x40, 0, self.ttl[from], protocol, 0, 0]);
            out.extend(&self.address[from][..4]);
            out.extend(&self.address[1 - from][..4]);
        }
    }

    fn tcp(&self, segment: &Segment, out: &mut Vec<u8>) {
        let start = out.len();
        out.extend(self.port[segment.from].to_be_bytes());
        out.extend(self.port[1 - segment.from].to_be_bytes());
        out.extend(segment.sequence.to_be_bytes());
        out.extend(segment.acknowledgment.to_be_bytes());
        out.extend([0, segment.flags]);
        out.extend(segment.window.to_be_bytes());
        out.extend([0; 4]);
        segment.options(out);
        out[start + 12] = ((out.len() - start) / 4 * 16) as u8;
        segment.content.append(out);
    }

    fn udp(&self, from: usize, out: &mut Vec<u8>) {
        out.extend(self.port[from].to_be_bytes());
        out.extend(self.port[1 - from].to_be_bytes());
        out.extend([0; 4]);
    }

    /// Fills in lengths and checksums; that of the transport layer stands
    /// `checksum` bytes after its start.
    fn finish_ip(&self, from: usize, protocol: u8, checksum: usize, out: &mut [u8]) {
        let (network, transport) = (self.network(), self.transport());
        let length = (out.len() - transport) as u16;
        if protocol == UDP {
            out[transport + 4..transport + 6].copy_from_slice(&length.to_be_bytes());
        }
        let header = &mut out[network..transport];
        if self.v6 {
            header[4..6].copy_from_slice(&length.to_be_bytes());
        } else {
            let total = length + 20;
            header[2..4].copy_from_slice(&total.to_be_bytes());
            let sum = fold(add(header));
            header[10..12].copy_from_slice(&(!sum).to_be_bytes());
        }
        let pseudo_header = match (self.v6, protocol) {
            (false, 1) => 0,
            (false, _) => add(&self.address[from][..4]) + add(&self.address[1 - from][..4]),
            (true, _) => add(&self.address[from]) + add(&self.address[1 - from]),
        };
        let counted = if self.v6 || protocol != 1 { u64::from(protocol) + u64::from(length) } else { 0 };
        let sum = !fold(pseudo_header + counted + add(&out[transport..]));
        // UDP: 0 would say that there is none (RFC 768).
        let sum = if sum == 0 && protocol == UDP { 0xffff } else { sum };
        out[transport + checksum..transport + checksum + 2].copy_from_slice(&sum.to_be_bytes());
    }

    fn unreachable(&mut self, from: usize, length: u64, out: &mut Vec<u8>) {
        // What it quotes, made as it was sent.
        let mut quoted = Vec::new();
        self.ip(1 - from, UDP, &mut quoted);
        self.udp(1 - from, &mut quoted);
        Content::plain(length).append(&mut quoted);
        self.finish_ip(1 - from, UDP, 6, &mut quoted);
        self.ip(from, self.icmp(), out);
        out.extend(if self.v6 { [1, 4] } else { [3, 3] });
        out.extend([0; 6]);
        out.extend(&quoted[self.network()..]);
        self.finish_ip(from, self.icmp(), 2, out);
    }

    fn neighbour(&mut self, from: usize, out: &mut Vec<u8>) {
        let answer = from == 1;
        if self.v6 {
            self.ttl = [255, 255];
            self.ip(from, 58, out);
            out.extend([if answer { 136 } else { 135 }, 0, 0, 0, if answer { 0x60 } else { 0 }, 0, 0, 0]);
            out.extend(self.address[1]);
            out.extend([if answer { 2 } else { 1 }, 1]);
            out.extend(self.mac[from]);
            self.finish_ip(from, 58, 2, out);
        } else {
            self.ethernet(from, 0x0806, out);
            out.extend([0, 1, 8, 0, 6, 4, 0, if answer { 2 } else { 1 }]);
            out.extend(self.mac[from]);
            out.extend(&self.address[from][..4]);
            out.extend(if answer { self.mac[0] } else { [0; 6] });
            out.extend(&self.address[1 - from][..4]);
        }
    }
}

/// The sum of big-endian 16-bit words (RFC 1071), not yet folded.
fn add(bytes: &[u8]) -> u64 {
    let (words, rest) = bytes.as_chunks::<2>();
    let sum: u64 = words.iter().map(|word| u64::from(u16::from_be_bytes(*word))).sum();
    sum + rest.first().map_or(0, |last| u64::from(*last) << 8)
}

fn fold(mut sum: u64) -> u16 {
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    sum as u16
}
