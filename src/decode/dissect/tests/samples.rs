//! A frame of every protocol, made by hand.

use crate::model::LinkType;

pub(super) const MACS: [u8; 12] = [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1];

/// Ethernet with this type.
pub(super) fn ethernet(ether_type: u16, payload: &[u8]) -> Vec<u8> {
    [&MACS, &ether_type.to_be_bytes()[..], payload].concat()
}

/// IPv4 from 10.0.0.1 to 10.0.0.2.
pub(super) fn v4(protocol: u8, options: &[u8], payload: &[u8]) -> Vec<u8> {
    let header = 20 + options.len();
    let mut bytes = vec![0x40 | u8::try_from(header / 4).unwrap(), 0xB9];
    bytes.extend(u16::try_from(header + payload.len()).unwrap().to_be_bytes());
    bytes.extend([0x1c, 0x46, 0x40, 0, 64, protocol, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2]);
    bytes.extend(options);
    let sum = checksum(&bytes);
    bytes[10..12].copy_from_slice(&sum.to_be_bytes());
    bytes.extend(payload);
    bytes
}

/// IPv6 from `fe80::1` to `fe80::2`.
pub(super) fn v6(next: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0x6b, 0x9a, 0xbc, 0xde];
    bytes.extend(u16::try_from(payload.len()).unwrap().to_be_bytes());
    bytes.extend([next, 255]);
    for last in [1, 2] {
        bytes.extend([0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, last]);
    }
    bytes.extend(payload);
    bytes
}

fn checksum(bytes: &[u8]) -> u16 {
    let mut sum: u32 = bytes.chunks(2).map(|two| u32::from(two[0]) << 8 | u32::from(*two.get(1).unwrap_or(&0))).sum();
    while sum > 0xFFFF {
        sum = (sum & 0xFFFF) + (sum >> 16);
    }
    !u16::try_from(sum).unwrap()
}

/// A segment, its options padded to whole words.
pub(super) fn tcp(from: u16, to: u16, options: &[u8], payload: &[u8]) -> Vec<u8> {
    let mut options = options.to_vec();
    options.resize(options.len().next_multiple_of(4), 0);
    let mut bytes = [from.to_be_bytes(), to.to_be_bytes()].concat();
    let words = u8::try_from(5 + options.len() / 4).unwrap();
    bytes.extend([0, 0, 0, 1, 0, 0, 0, 2, words << 4 | 1, 0x58, 0x12, 0x34, 0xff, 0xfe, 0, 3]);
    bytes.extend(options);
    bytes.extend(payload);
    bytes
}

pub(super) fn udp(from: u16, to: u16, payload: &[u8]) -> Vec<u8> {
    let length = u16::try_from(8 + payload.len()).unwrap();
    [&from.to_be_bytes()[..], &to.to_be_bytes(), &length.to_be_bytes(), &[0, 0], payload].concat()
}

/// Every option of TCP, more than fit into one header: in two parts.
pub(super) const OPTIONS: [&[u8]; 4] = [
    &[2, 4, 5, 0xb4, 1, 3, 3, 7, 4, 2, 8, 10, 0, 0, 0, 41, 0, 0, 0, 42, 34, 6, 1, 2, 3, 4, 28, 4, 0x80, 5],
    &[5, 18, 0, 0, 0, 10, 0, 0, 0, 20, 0, 0, 0, 30, 0, 0, 0, 40, 19, 18, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13],
    &[
        30, 12, 0, 0x81, 1, 2, 3, 4, 5, 6, 7, 8, 30, 8, 0x32, 7, 10, 9, 9, 9, 29, 6, 1, 2, 3, 4, 172, 11, 0, 0, 1, 0,
        0, 2, 0, 0, 3,
    ],
    &[30, 20, 0x20, 5, 0, 0, 0, 9, 0, 0, 0, 8, 0, 0, 0, 7, 0, 100, 0xab, 0xcd, 254, 4, 0xf9, 0x89, 200, 3, 1, 77, 0],
];

/// A question and two answers, the names of which point back.
pub(super) const DNS: &[u8] = b"\x12\x34\x81\x80\0\x01\0\x03\0\0\0\x01\x03www\x07example\0\0\x01\0\x01\
    \xc0\x0c\0\x05\0\x01\0\0\0\x3c\0\x06\x03cdn\xc0\x10\
    \xc0\x29\0\x01\0\x01\0\0\0\x3c\0\x04\xc0\0\x02\x01\
    \xc0\x10\0\x0f\0\x01\0\0\0\x3c\0\x09\0\x0a\x04mail\xc0\x10\
    \0\0\x29\x04\xd0\0\0\x80\0\0\x08\0\x0a\0\x04abcd";

/// Records of other types: SRV, TXT, PTR, SOA, AAAA.
pub(super) const MDNS: &[u8] = b"\0\0\x84\0\0\x01\0\x05\0\0\0\0\x04_ssh\x04_tcp\x05local\0\0\x0c\x80\x01\
    \xc0\x0c\0\x0c\0\x01\0\0\0\x78\0\x05\x02me\xc0\x0c\
    \xc0\x2d\0\x21\x80\x01\0\0\0\x78\0\x0b\0\0\0\0\0\x16\x02me\xc0\x16\
    \xc0\x2d\0\x10\x80\x01\0\0\0\x78\0\x08\x03a=b\x03c=d\
    \xc0\x16\0\x06\0\x01\0\0\0\x78\0\x18\xc0\x16\xc0\x0c\0\0\0\x01\0\0\0\x02\0\0\0\x03\0\0\0\x04\0\0\0\x05\
    \xc0\x16\0\x1c\0\x01\0\0\0\x78\0\x10\xfe\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\x09";

pub(super) const REQUEST: &[u8] = b"GET /a?b=c HTTP/1.1\r\nHost: example.com\r\nUser-Agent: x\xe2\x80\xaey\r\n\r\n\
    POST /d HTTP/1.0\r\nContent-Length: 2\r\n\r\nhi";

pub(super) const RESPONSE: &[u8] =
    b"HTTP/1.1 302 Found\r\nLocation: http://example.org/\r\nServer: me\r\nContent-Length: 3\r\n\r\nabc";

/// A `ClientHello` for example.com with ALPN and versions, then data.
pub(super) fn client_hello() -> Vec<u8> {
    let extensions: Vec<u8> = [
        &b"\0\0\0\x10\0\x0e\0\0\x0bexample.com"[..],
        b"\0\x10\0\x0e\0\x0c\x02h2\x08http/1.1",
        b"\0\x2b\0\x05\x04\x03\x04\x03\x03",
    ]
    .concat();
    let mut hello = vec![3, 3];
    hello.extend([7; 32]);
    hello.extend([2, 0xAA, 0xBB, 0, 4, 0x13, 1, 0xc0, 0x2b, 1, 0]);
    hello.extend(u16::try_from(extensions.len()).unwrap().to_be_bytes());
    hello.extend(extensions);
    let length = u16::try_from(hello.len()).unwrap();
    let record = [&[22, 3, 1][..], &(length + 4).to_be_bytes(), &[1, 0], &length.to_be_bytes(), &hello].concat();
    [&record[..], &[20, 3, 3, 0, 1, 1], &[21, 3, 3, 0, 2, 1, 0], &[23, 3, 3, 0, 4, 1, 2, 3, 4]].concat()
}

/// Every link layer and every protocol, by what it shows.
pub(super) fn all() -> Vec<(&'static str, LinkType, Vec<u8>)> {
    let eth = LinkType::ETHERNET;
    let segment = tcp(40_000, 80, &[], b"hello");
    let packet = v4(6, &[], &segment);
    let arp = [0, 1, 8, 0, 6, 4, 0, 1, 2, 0, 0, 0, 0, 1, 10, 0, 0, 1, 0, 0, 0, 0, 0, 0, 10, 0, 0, 1];
    let route = [131, 11, 4, 10, 0, 0, 7, 10, 0, 0, 9, 1];
    let ip_options =
        [&route[..], &[68, 12, 5, 0x11, 10, 0, 0, 3, 0, 0, 0, 9], &[148, 4, 0, 0, 7, 7, 4, 0, 0, 0, 0, 0]].concat();
    let hop_by_hop = [60, 0, 5, 2, 0, 0, 1, 0];
    let destination = [43, 2, 201, 16, 0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 99, 0];
    let routing = [&[44, 2, 0, 1, 0, 0, 0, 0, 0xfe, 0x80][..], &[0; 13], &[8]].concat();
    let fragment = [51, 0, 0, 0, 0, 0, 0, 5];
    let authentication = [6, 4, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
    let extensions = [&hop_by_hop[..], &destination, &routing, &fragment, &authentication, &segment].concat();
    let quoted_udp = [&[3, 3, 0, 0, 0, 0, 0, 0][..], &v4(17, &[], &udp(5000, 53, DNS))].concat();
    let quoted_tcp = [&[1, 4, 0, 0, 0, 0, 0, 0][..], &v6(6, &segment)].concat();
    let advertisement = [
        &[134, 0, 0, 0, 64, 0xC8, 7, 8, 0, 0, 0, 1, 0, 0, 0, 2, 1, 1, 2, 0, 0, 0, 0, 1, 5, 1, 0, 0, 0, 0, 5, 220][..],
        &[3, 4, 64, 0xC0, 0, 0, 0, 9, 0, 0, 0, 8, 0, 0, 0, 0, 0x20, 1, 0xd, 0xb8],
        &[0; 12],
        &[25, 3, 0, 0, 0, 0, 0, 60, 0x20, 1, 0xd, 0xb8],
        &[0; 12],
    ]
    .concat();
    let neighbor = [&[136, 0, 0, 0, 0x60, 0, 0, 0, 0xfe, 0x80][..], &[0; 13], &[1, 2, 1, 2, 0, 0, 0, 0, 1]].concat();
    let report = [&[143, 0, 0, 0, 0, 0, 0, 1, 4, 0, 0, 0, 0xff, 2][..], &[0; 13], &[0xfb]].concat();
    let query = [&[130, 0, 0, 0, 0x27, 0x10, 0, 0][..], &[0; 16], &[2, 125, 0, 0]].concat();
    let llc = [&[0xAA, 0xAA, 3, 0, 0, 0, 8, 0][..], &packet].concat();
    let dns_tcp = [&u16::try_from(DNS.len()).unwrap().to_be_bytes()[..], DNS].concat();
    let bgp = [&[0xFF; 16][..], &[0, 19, 4]].concat();
    let pppoe = [&[0x11, 0, 0, 7, 0, 47, 0, 0x21][..], &packet].concat();
    let sll = [&[0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, 8, 0][..], &packet].concat();
    let sll2 = [&[8, 0, 0, 0, 0, 0, 0, 3, 0, 1, 4, 6, 2, 0, 0, 0, 0, 1, 0, 0][..], &packet].concat();
    let ip = |protocol, payload: &[u8]| ethernet(0x0800, &v4(protocol, &[], payload));
    let ip6 = |protocol, payload: &[u8]| ethernet(0x86DD, &v6(protocol, payload));
    let with = |options| ip(6, &tcp(179, 40_000, options, b"x"));
    vec![
        ("tcp", eth, ip(6, &segment)),
        ("options 1", eth, with(OPTIONS[0])),
        ("options 2", eth, with(OPTIONS[1])),
        ("options 3", eth, with(OPTIONS[2])),
        ("options 4", eth, with(OPTIONS[3])),
        ("ip options", eth, ethernet(0x0800, &v4(6, &ip_options, &segment))),
        ("extensions", eth, ip6(0, &extensions)),
        ("tunnel", eth, ip(41, &v6(4, &packet))),
        ("arp", eth, ethernet(0x0806, &arp)),
        ("vlan", eth, ethernet(0x88A8, &[&[0xB0, 5, 0x81, 0, 0, 7, 8, 0][..], &packet].concat())),
        ("llc", eth, ethernet(u16::try_from(llc.len()).unwrap(), &llc)),
        ("mpls", eth, ethernet(0x8847, &[&[0, 1, 0x40, 64, 0, 2, 0x41, 63][..], &packet].concat())),
        ("pppoe", eth, ethernet(0x8864, &pppoe)),
        ("icmp echo", eth, ip(1, &[8, 0, 0, 0, 1, 2, 0, 3, 9, 9])),
        ("icmp error", eth, ip(1, &quoted_udp)),
        ("icmpv6 error", eth, ip6(58, &quoted_tcp)),
        ("router advertisement", eth, ip6(58, &advertisement)),
        ("neighbor advertisement", eth, ip6(58, &neighbor)),
        ("listener report", eth, ip6(58, &report)),
        ("listener query", eth, ip6(58, &query)),
        ("dns", eth, ip(17, &udp(53, 5000, DNS))),
        ("mdns", eth, ip6(17, &udp(5353, 5353, MDNS))),
        ("dns over tcp", eth, ip(6, &tcp(53, 40_000, &[], &dns_tcp))),
        ("http request", eth, ip(6, &tcp(40_000, 8080, &[], REQUEST))),
        ("http response", eth, ip(6, &tcp(80, 40_000, &[], RESPONSE))),
        ("tls", eth, ip(6, &tcp(40_000, 443, &[], &client_hello()))),
        ("ssh", eth, ip(6, &tcp(22, 40_000, &[], b"SSH-2.0-x\r\n"))),
        ("bgp", eth, ip(6, &tcp(179, 40_000, &[], &bgp))),
        ("raw", LinkType::RAW, packet.clone()),
        ("null", LinkType::NULL, [&[2, 0, 0, 0][..], &packet].concat()),
        ("sll", LinkType::LINUX_SLL, sll),
        ("sll2", LinkType::LINUX_SLL2, sll2),
        ("ppp", LinkType::PPP, [&[0xFF, 3, 0x21][..], &packet].concat()),
        ("chdlc", LinkType::C_HDLC, [&[0x0F, 0, 8, 0][..], &packet].concat()),
    ]
}
