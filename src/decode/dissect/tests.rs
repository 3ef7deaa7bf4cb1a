//! A frame of every protocol, whole, cut and bent.

use super::*;
use crate::decode::{self, Carried, Kind};

/// Frames made by hand.
mod samples;

/// Collects everything as `name=value`, and holds each span against the frame.
#[derive(Default)]
struct Checked {
    length: usize,
    depth: usize,
    all: Vec<(FieldId, String)>,
    /// The segments found: where, and whether a packet is quoted there.
    segments: Vec<(usize, bool)>,
    open: Vec<FieldId>,
    unwanted: Option<FieldId>,
}

impl Checked {
    fn of(link_type: LinkType, bytes: &[u8], original_length: u32) -> Self {
        let mut checked = Self { length: bytes.len(), ..Self::default() };
        dissect(link_type, bytes, original_length, &mut checked);
        assert_eq!(checked.depth, 0, "what was opened was closed");
        checked
    }

    fn whole(link_type: LinkType, bytes: &[u8]) -> Self {
        Self::of(link_type, bytes, u32::try_from(bytes.len()).unwrap())
    }

    fn add(&mut self, field: FieldId, span: &Range<usize>, value: &FieldValue<'_>) {
        assert!(span.start <= span.end && span.end <= self.length, "{} at {span:?}", field.name());
        let mut text = String::new();
        decode::print(field.kind(), value, &mut text);
        self.all.push((field, text));
    }

    fn value(&self, name: &str) -> String {
        let field = FieldId::named(name).unwrap_or_else(|| panic!("{name} is no field"));
        let values = self.all.iter().filter(|(found, _)| *found == field).map(|(_, text)| text.as_str());
        values.collect::<Vec<_>>().join(",")
    }
}

impl FieldSink for Checked {
    fn wants(&self, group: FieldId) -> bool {
        self.unwanted != Some(group)
    }

    fn open(&mut self, field: FieldId, span: Range<usize>, bytes: &[u8]) {
        if field == FieldId::TCP {
            let quoted = self.open.iter().any(|open| matches!(*open, FieldId::ICMP | FieldId::ICMPV6));
            self.segments.push((span.start, quoted));
        }
        let value = if field.kind() == Kind::Bytes { FieldValue::Bytes(bytes) } else { FieldValue::Present };
        self.add(field, &span, &value);
        self.open.push(field);
        self.depth += 1;
    }

    fn field(&mut self, field: FieldId, span: Range<usize>, value: FieldValue<'_>) {
        let fits = match value {
            FieldValue::Present => matches!(field.kind(), Kind::Present),
            FieldValue::Boolean(_) => field.kind() == Kind::Boolean,
            FieldValue::Number(_) => matches!(field.kind(), Kind::Number | Kind::Hex(_)),
            FieldValue::Checksum(..) => field.kind() == Kind::Hex(4),
            FieldValue::Signed(_) => field.kind() == Kind::Signed,
            FieldValue::Mac(_) => field.kind() == Kind::Mac,
            FieldValue::Address(IpAddr::V4(_)) => field.kind() == Kind::Ipv4,
            FieldValue::Address(IpAddr::V6(_)) => field.kind() == Kind::Ipv6,
            FieldValue::Bytes(bytes) => field.kind() == Kind::Bytes && bytes.len() == span.len(),
            FieldValue::Text(_) => field.kind() == Kind::Text,
            FieldValue::Nanos(_) => false,
        };
        assert!(fits, "{} is {:?}, not {value:?}", field.name(), field.kind());
        self.add(field, &span, &value);
    }

    fn close(&mut self) {
        self.depth = self.depth.checked_sub(1).expect("nothing is closed twice");
        self.open.pop();
    }
}

fn sample(name: &str) -> Checked {
    let (_, link_type, bytes) = samples::all().into_iter().find(|(found, ..)| *found == name).unwrap();
    Checked::whole(link_type, &bytes)
}

#[track_caller]
fn says(name: &str, expected: &[(&str, &str)]) {
    let checked = sample(name);
    for (field, value) in expected {
        assert_eq!(checked.value(field), *value, "{field} of {name}: {:?}", checked.all);
    }
}

#[test]
fn ethernet_ip_and_tcp_are_said() {
    says(
        "tcp",
        &[
            ("eth.addr", "02:00:00:00:00:02,02:00:00:00:00:01"),
            ("eth.type", "0x0800"),
            ("ip.id", "0x1c46"),
            ("ip.dsfield", "0xb9"),
            ("ip.dsfield.dscp", "46"),
            ("ip.dsfield.ecn", "1"),
            ("ip.flags", "0x02"),
            ("ip.flags.df", "1"),
            ("ip.checksum.status", "1"),
            ("ip.addr", "10.0.0.1,10.0.0.2"),
            ("tcp.port", "40000,80"),
            ("tcp.len", "5"),
            ("tcp.flags", "0x0158"),
            ("tcp.flags.ae", "1"),
            ("tcp.flags.ece", "1"),
            ("tcp.flags.push", "1"),
            ("tcp.flags.syn", "0"),
            ("tcp.checksum", "0xfffe"),
            ("tcp.checksum.status", "0"),
            ("tcp.urgent_pointer", "3"),
            ("tcp.payload", "68656c6c6f"),
        ],
    );
}

#[test]
fn options_are_said() {
    says(
        "options 1",
        &[
            ("tcp.option_kind", "2,1,3,4,8,34,28,0,0"),
            ("tcp.options.mss_val", "1460"),
            ("tcp.options.wscale.shift", "7"),
            ("tcp.options.wscale.multiplier", "128"),
            ("tcp.options.timestamp.tsval", "41"),
            ("tcp.options.timestamp.tsecr", "42"),
            ("tcp.options.tfo.cookie", "01020304"),
            ("tcp.options.user_to_val", "5"),
        ],
    );
    says(
        "options 2",
        &[("tcp.options.sack_le", "10,30"), ("tcp.options.sack_re", "20,40"), ("tcp.options.sack.count", "2")],
    );
    says(
        "options 3",
        &[
            ("tcp.options.mptcp.subtype", "0,3"),
            ("tcp.options.mptcp.sendkey", "72623859790382856"),
            ("tcp.options.mptcp.ipv4", "10.9.9.9"),
            ("tcp.options.acc_ecn.ee1b", "3"),
        ],
    );
    says(
        "options 4",
        &[
            ("tcp.options.mptcp.rawdataack", "9"),
            ("tcp.options.mptcp.datalvllen", "100"),
            ("tcp.options.tfo.request", "1"),
            ("tcp.options.unknown.payload", "01"),
        ],
    );
    says(
        "ip options",
        &[
            ("ip.cur_rt", "10.0.0.7"),
            ("ip.src_rt", "10.0.0.9"),
            ("ip.opt.time_stamp_addr", "10.0.0.3"),
            ("ip.opt.ra", "0"),
            ("ip.empty_rt", "0.0.0.0"),
        ],
    );
}

#[test]
fn extension_headers_lead_to_the_segment() {
    says(
        "extensions",
        &[
            ("ipv6.tclass", "0x000000b9"),
            ("ipv6.flow", "0x0abcde"),
            ("ipv6.nxt", "0"),
            ("ipv6.opt.router_alert", "0"),
            ("ipv6.opt.mipv6.home_address", "fe80::9"),
            ("ipv6.routing.src.addr", "fe80::8"),
            ("ipv6.fraghdr.ident", "0x00000005"),
            ("ah.icv", "0102030405060708090a0b0c"),
            ("tcp.srcport", "40000"),
        ],
    );
    says("tunnel", &[("ip.src", "10.0.0.1,10.0.0.1"), ("tcp.srcport", "40000")]);
}

#[test]
fn link_layers_are_said() {
    says("arp", &[("arp.opcode", "1"), ("arp.src.proto_ipv4", "10.0.0.1"), ("arp.isgratuitous", "1")]);
    says("vlan", &[("vlan.id", "5,7"), ("vlan.priority", "5,0"), ("vlan.dei", "1,0"), ("tcp.srcport", "40000")]);
    says("llc", &[("eth.len", "53"), ("llc.oui", "0"), ("llc.type", "0x0800"), ("tcp.srcport", "40000")]);
    says("mpls", &[("mpls.label", "20,36"), ("mpls.bottom", "0,1"), ("tcp.srcport", "40000")]);
    says("pppoe", &[("pppoe.session_id", "0x0007"), ("ppp.protocol", "0x0021"), ("tcp.srcport", "40000")]);
    says("null", &[("null.family", "2"), ("tcp.srcport", "40000")]);
    says("sll", &[("sll.src.eth", "02:00:00:00:00:01"), ("sll.etype", "0x0800"), ("tcp.srcport", "40000")]);
    says("sll2", &[("sll.ifindex", "3"), ("sll.halen", "6"), ("tcp.srcport", "40000")]);
    says("ppp", &[("ppp.address", "0xff"), ("ppp.protocol", "0x0021"), ("tcp.srcport", "40000")]);
    says("chdlc", &[("chdlc.protocol", "0x0800"), ("tcp.srcport", "40000")]);
}

#[test]
fn errors_show_what_they_quote() {
    says("icmp echo", &[("icmp.type", "8"), ("icmp.ident", "258"), ("icmp.seq", "3"), ("icmp.seq_le", "768")]);
    says(
        "icmp error",
        &[("icmp.code", "3"), ("ip.proto", "1,17"), ("udp.dstport", "53"), ("udp.checksum.status", "3")],
    );
    says(
        "icmpv6 error",
        &[("icmpv6.code", "4"), ("tcp.port", "40000,80"), ("tcp.len", ""), ("tcp.checksum.status", "2")],
    );
    assert_eq!(sample("icmp error").open, []);
}

#[test]
fn neighbors_are_said() {
    says(
        "router advertisement",
        &[
            ("icmpv6.nd.ra.flag", "0xc8"),
            ("icmpv6.nd.ra.flag.prf", "1"),
            ("icmpv6.nd.ra.router_lifetime", "1800"),
            ("icmpv6.opt.src_linkaddr", "02:00:00:00:00:01"),
            ("icmpv6.opt.mtu", "1500"),
            ("icmpv6.opt.prefix", "2001:db8::"),
            ("icmpv6.opt.rdnss", "2001:db8::"),
        ],
    );
    says("neighbor advertisement", &[("icmpv6.nd.na.flag.s", "1"), ("icmpv6.nd.na.target_address", "fe80::1")]);
    says("listener report", &[("icmpv6.mldr.mar.multicast_address", "ff02::fb")]);
    says("listener query", &[("icmpv6.mld.qqi", "125"), ("icmpv6.mld.flag.qrv", "2")]);
}

#[test]
fn names_are_said() {
    says(
        "dns",
        &[
            ("dns.id", "0x1234"),
            ("dns.flags.response", "1"),
            ("dns.qry.name", "www.example"),
            ("dns.qry.type", "1"),
            ("dns.resp.name", "www.example,cdn.example,example,<Root>"),
            ("dns.cname", "cdn.example"),
            ("dns.a", "192.0.2.1"),
            ("dns.mx.mail_exchange", "mail.example"),
            ("dns.rr.udp_payload_size", "1232"),
            ("dns.resp.z.do", "1"),
            ("dns.opt.data", "61626364"),
        ],
    );
    says(
        "mdns",
        &[
            ("mdns", "1"),
            ("dns.qry.qu", "1"),
            ("dns.ptr.domain_name", "me._ssh._tcp.local"),
            ("dns.srv.port", "22"),
            ("dns.srv.target", "me.local"),
            ("dns.txt", "a=b,c=d"),
            ("dns.soa.serial_number", "1"),
            ("dns.aaaa", "fe80::9"),
        ],
    );
    says("dns over tcp", &[("dns.length", "103"), ("tcp.pdu.size", "105"), ("dns.a", "192.0.2.1")]);
}

#[test]
fn applications_are_said() {
    says(
        "http request",
        &[
            ("http.request.method", "GET,POST"),
            ("http.request.uri", "/a?b=c,/d"),
            ("http.request.uri.query", "b=c"),
            ("http.request.version", "HTTP/1.1,HTTP/1.0"),
            ("http.host", "example.com"),
            ("http.request.full_uri", "http://example.com/a?b=c"),
            ("http.content_length", "2"),
        ],
    );
    says(
        "http response",
        &[
            ("http.response.code", "302"),
            ("http.response.phrase", "Found"),
            ("http.location", "http://example.org/"),
            ("http.response.line", "Location: http://example.org/\\r\\n,Server: me\\r\\n,Content-Length: 3\\r\\n"),
        ],
    );
    says(
        "tls",
        &[
            ("tls.record.content_type", "22,20,21,23"),
            ("tls.handshake.type", "1"),
            ("tls.handshake.ciphersuite", "0x1301,0xc02b"),
            ("tls.handshake.extensions_server_name", "example.com"),
            ("tls.handshake.extensions_alpn_str", "h2,http/1.1"),
            ("tls.handshake.extensions.supported_version", "0x0304,0x0303"),
            ("tls.alert_message.level", "1"),
            ("tls.app_data", "01020304"),
        ],
    );
    says("ssh", &[("ssh", "1")]);
    says("bgp", &[("bgp", "1")]);
}

/// A control character never leaves raw.
#[test]
fn what_packets_say_is_printed_safe() {
    let (_, link_type, bytes) = samples::all().into_iter().find(|(name, ..)| *name == "http request").unwrap();
    let bent = String::from_utf8_lossy(&bytes).contains('\u{202e}');
    let checked = Checked::whole(link_type, &bytes);
    let raw = |character: char| character.is_control() || decode::is_hidden(character);
    assert!(bent && checked.all.iter().all(|(_, text)| !text.contains(raw)));
    assert_eq!(checked.value("http.user_agent"), "x\\u{202e}y");
}

#[test]
fn unwanted_headers_are_opened_and_nothing_more() {
    let (_, link_type, bytes) = samples::all().into_iter().next().unwrap();
    for unwanted in [FieldId::ETH, FieldId::IP, FieldId::TCP] {
        let mut checked = Checked { length: bytes.len(), unwanted: Some(unwanted), ..Checked::default() };
        dissect(link_type, &bytes, u32::try_from(bytes.len()).unwrap(), &mut checked);
        let inside: Vec<&str> = checked
            .all
            .iter()
            .map(|(field, _)| field)
            .filter(|field| field.is_in(unwanted))
            .map(|f| f.name())
            .collect();
        assert_eq!(inside, [unwanted.name()]);
        assert!(checked.all.iter().any(|(field, _)| *field == FieldId::TCP));
    }
    let mut checked = Checked { length: bytes.len(), unwanted: Some(FieldId::TCP_CHECKSUM), ..Checked::default() };
    dissect(link_type, &bytes, u32::try_from(bytes.len()).unwrap(), &mut checked);
    assert_eq!(
        (checked.value("tcp.checksum.status").as_str(), checked.value("tcp.urgent_pointer").as_str()),
        ("", "3")
    );
}

/// Conversations are made from one reader's words and shown with the other's:
/// both find the same segment.
fn agrees_with_headers(name: &str, link_type: LinkType, bytes: &[u8], checked: &Checked, original_length: u32) {
    let headers = decode::headers(link_type, bytes, original_length);
    let found: Option<usize> = match headers.carried {
        Carried::Tcp(tcp) => usize::try_from(tcp.offset).ok(),
        Carried::Udp(_)
        | Carried::IcmpError(..)
        | Carried::Icmp
        | Carried::Arp
        | Carried::Fragment
        | Carried::Other
        | Carried::Unreadable
        | Carried::UnknownLink => None,
    };
    if let Some(offset) = found {
        assert!(checked.segments.contains(&(offset, false)), "{name}: a segment at {offset}: {:?}", checked.segments);
    }
}

#[test]
fn every_prefix_of_every_frame_shows_what_is_there() {
    for (name, link_type, bytes) in samples::all() {
        let whole = Checked::whole(link_type, &bytes);
        assert!(whole.all.len() > 20 || link_type != LinkType::ETHERNET || name == "arp", "{name}");
        let mut before = 0;
        for length in 0..=bytes.len() {
            let checked = Checked::of(link_type, &bytes[..length], u32::try_from(bytes.len()).unwrap());
            agrees_with_headers(name, link_type, &bytes[..length], &checked, u32::try_from(bytes.len()).unwrap());
            // More bytes never say less, but for what a protocol is taken for.
            let fields = checked.all.len();
            assert!(fields + 12 >= before, "{name}: {fields} fields in {length} bytes, {before} in one less");
            before = fields;
        }
    }
}

/// Flipped bytes, lengths of 0 and 255, cut anywhere: no panic, no span past
/// the end, no endless loop.
#[test]
fn mutants_do_no_harm() {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state >> 33).unwrap() % below
    };
    let mut mutants = 0;
    for (name, link_type, sample) in samples::all() {
        for _ in 0..1_000 {
            let mut bytes = sample.clone();
            for _ in 0..=random(4) {
                let at = random(bytes.len());
                bytes[at] = match random(4) {
                    0 => 0,
                    1 => 0xFF,
                    2 => bytes[at] ^ 1 << random(8),
                    _ => u8::try_from(random(256)).unwrap(),
                };
            }
            bytes.truncate(if random(3) == 0 { 1 + random(bytes.len()) } else { bytes.len() });
            let original = [u32::try_from(sample.len()).unwrap(), 0, u32::MAX, 65_535][random(4)];
            let checked = Checked::of(link_type, &bytes, original);
            agrees_with_headers(name, link_type, &bytes, &checked, original);
            mutants += 1;
        }
    }
    assert!(mutants > 30_000);
}
