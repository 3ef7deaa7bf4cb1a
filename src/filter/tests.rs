use std::net::IpAddr;

use proptest::prelude::*;

use super::*;
use crate::decode::{FieldId, FieldSink, FieldValue, MacAddress};

/// A segment from 10.0.0.1:80 to 192.168.1.2:40000 and what else can be of use.
fn feed(sink: &mut impl FieldSink) {
    let ip = |text: &str| FieldValue::Address(text.parse::<IpAddr>().unwrap());
    let payload = b"GET /index.html";
    sink.field(FieldId::FRAME_NUMBER, 0..0, FieldValue::Number(7));
    sink.field(FieldId::FRAME_TIME, 0..0, FieldValue::Nanos(1_593_866_096_000_000_000));
    sink.field(FieldId::FRAME_TIME_RELATIVE, 0..0, FieldValue::Nanos(1_500_000_000));
    sink.open(FieldId::ETH, 0..14, payload);
    for (field, last) in [(FieldId::ETH_DST, 2), (FieldId::ETH_ADDR, 2), (FieldId::ETH_SRC, 1), (FieldId::ETH_ADDR, 1)]
    {
        sink.field(field, 0..6, FieldValue::Mac(MacAddress([2, 0, 0, 0, 0, last])));
    }
    sink.close();
    sink.open(FieldId::IP, 14..34, payload);
    for field in [FieldId::IP_SRC, FieldId::IP_ADDR] {
        sink.field(field, 26..30, ip("10.0.0.1"));
    }
    for field in [FieldId::IP_DST, FieldId::IP_ADDR] {
        sink.field(field, 30..34, ip("192.168.1.2"));
    }
    sink.field(FieldId::IPV6_SRC, 0..16, ip("fe80::1"));
    sink.close();
    sink.open(FieldId::TCP, 34..54, payload);
    for (field, port) in [
        (FieldId::TCP_SRCPORT, 80),
        (FieldId::TCP_PORT, 80),
        (FieldId::TCP_DSTPORT, 40_000),
        (FieldId::TCP_PORT, 40_000),
    ] {
        sink.field(field, 34..36, FieldValue::Number(port));
    }
    sink.field(FieldId::TCP_LEN, 34..36, FieldValue::Number(15));
    sink.field(FieldId::TCP_FLAGS, 46..48, FieldValue::Number(0x18));
    sink.field(FieldId::TCP_FLAGS_SYN, 46..48, FieldValue::Boolean(false));
    sink.field(FieldId::TCP_FLAGS_ACK, 46..48, FieldValue::Boolean(true));
    sink.field(FieldId::TCP_WINDOW_SIZE_SCALEFACTOR, 46..48, FieldValue::Signed(-2));
    sink.field(FieldId::TCP_ANALYSIS_RETRANSMISSION, 0..0, FieldValue::Present);
    sink.field(FieldId::TCP_PAYLOAD, 54..69, FieldValue::Bytes(payload));
    sink.close();
    sink.open(FieldId::HTTP, 54..69, payload);
    sink.field(FieldId::HTTP_REQUEST_METHOD, 54..57, FieldValue::Text("GET"));
    sink.field(FieldId::HTTP_HOST, 54..57, FieldValue::Text("你好.Example.org"));
    sink.close();
}

fn selects(text: &str) -> bool {
    let filter = Filter::parse(text).unwrap_or_else(|error| panic!("{text}: {error} at {:?}", error.span));
    let mut collected = Collected::new(filter.wanted());
    feed(&mut collected);
    filter.matches(&collected)
}

fn all_select(texts: &[&str]) {
    for text in texts {
        assert!(selects(text), "does not select: {text}");
    }
}

fn none_selects(texts: &[&str]) {
    for text in texts {
        assert!(!selects(text), "selects: {text}");
    }
}

#[test]
fn a_name_asks_whether_it_is_there() {
    all_select(&[
        "",
        "  ",
        "tcp",
        "tcp.flags.syn",
        "tcp.analysis.retransmission",
        "!udp",
        "not udp && http",
        "((tcp))",
    ]);
    none_selects(&["udp", "tcp.stream", "tcp and udp", "!tcp", "tcp.analysis.flags"]);
}

#[test]
fn joined_tests() {
    all_select(&["tcp or udp", "udp or tcp and ip", "tcp xor udp", "tcp xor ip xor http", "!(udp or arp)"]);
    none_selects(&["tcp xor ip", "udp xor arp", "(udp or tcp) and arp"]);
}

#[test]
fn one_of_several_values_is_enough_except_for_unequal() {
    all_select(&[
        "tcp.port == 80",
        "tcp.port == 40000",
        "tcp.port != 443",
        "any tcp.port != 80",
        "tcp.port !== 80",
        "tcp.port ~= 80",
        "tcp.port any_ne 80",
        "all tcp.port >= 80",
        "tcp.port > 80",
        "tcp.srcport === 80",
        "not tcp.port == 443",
        "all tcp.port not in {80}",
        "all tcp.port in {80, 40000}",
        "tcp.port not in {1, 2}",
        "udp.port not in {1, 2}",
    ]);
    none_selects(&[
        "tcp.port != 80",
        "tcp.port all_ne 80",
        "tcp.port === 80",
        "all tcp.port > 80",
        "udp.port != 80",
        "all udp.port == 80",
        "udp.port === 80",
        "tcp.port not in {80}",
        "any tcp.port not in {80}",
        "all tcp.port not in {80, 40000}",
    ]);
}

#[test]
fn numbers_and_truths() {
    all_select(&[
        "tcp.port == 0x50",
        "tcp.port == 0b1010000",
        "tcp.port == 0120",
        "tcp.port == 'P'",
        "80 == tcp.srcport",
        "1 < tcp.srcport < 1000",
        "tcp.srcport eq 80 and tcp.dstport gt 39999 and tcp.dstport ge 40000 and tcp.len lt 16 and tcp.len le 15",
        "tcp.flags.ack == 1",
        "tcp.flags.ack == 2",
        "tcp.flags.ack == True",
        "tcp.flags.syn == FALSE",
        "tcp.flags.syn == 0",
        "tcp.flags.syn < tcp.flags.ack",
        "tcp.window_size_scalefactor == -2",
        "tcp.window_size_scalefactor < 0",
        "frame.number == 7",
        "tcp.flags == 0x018",
    ]);
    none_selects(&[
        "tcp.flags.ack == False",
        "tcp.len > 15",
        "1 < tcp.dstport < 1000",
        "tcp.window_size_scalefactor > -2",
    ]);
}

#[test]
fn sets_and_ranges() {
    all_select(&[
        "tcp.port in {22, 80}",
        "tcp.port in {1..1023}",
        "tcp.port in {80 443}",
        "tcp.srcport in {80..80}",
        "frame.number in {1..5 20 7..9}",
        "ip.addr in {192.168.0.0/16, 1.1.1.1}",
        "ip.addr in {10.0.0.0..10.0.0.9}",
        "http.request.method in {\"POST\", \"GET\"}",
        "frame.time_relative in {1..2}",
        "tcp.window_size_scalefactor in {-3..-1}",
    ]);
    none_selects(&["tcp.port in {22, 443}", "tcp.srcport in {81..90}", "ip.src in {192.168.0.0/16}"]);
}

#[test]
fn addresses() {
    all_select(&[
        "ip.addr == 10.0.0.1",
        "ip.src == 10.0.0.0/8",
        "ip.src == 10.9.9.9/255.0.0.0",
        "ip.src != 192.168.0.0/16",
        "ip.src < 192.168.0.0/16",
        "ip.dst >= 192.168.0.0/16",
        "ip.src < ip.dst",
        "ip.addr == ip.src",
        "ip.src & 255.0.0.0 == 10.0.0.0",
        "ipv6.src == fe80::/10",
        "ipv6.src == fe80::1",
        "eth.src == 02:00:00:00:00:01",
        "eth.src == 02-00-00-00-00-01",
        "eth.src == 0200.0000.0001",
        "eth.addr[0] & 2",
        "eth.src[0:3] == 02:00:00",
        "eth.src contains 00:01",
        "ip.src[0] == 0a",
        "len(ip.src) == 4",
    ]);
    none_selects(&[
        "ip.addr != 10.0.0.1",
        "ip.src == ip.dst",
        "ipv6.src == 2001::/16",
        "eth.src[0] & 1",
        "ip.src > 10.0.0.0/8",
    ]);
}

#[test]
fn bytes_and_text() {
    all_select(&[
        "tcp contains \"GET\"",
        "tcp contains 47:45:54",
        "tcp contains 0x47",
        "tcp contains 'G'",
        "tcp.payload contains \"\\x47ET\"",
        "tcp.payload[0:3] == \"GET\"",
        "tcp.payload[0] == 47",
        "tcp.payload[0,1,4:2] == \"GE/i\"",
        "tcp.payload[-4:] == r\"html\"",
        "tcp.payload[0:4]",
        "tcp.payload[0] < 0x48",
        "tcp.payload[0:4] > \"ZZZ\"",
        "tcp.payload matches \"^get .*\\\\.html$\"",
        "tcp.payload ~ \"\\.html$\"",
        "tcp.payload matches \"\\x47\"",
        "http.host contains \"你好\"",
        "http.host matches \"^..\\.example\"",
        "http.request.method == GET",
        "http.request.method > \"FZZZ\"",
        "http.host[-3:] == \"org\"",
        "tcp == tcp.payload",
        "tcp contains http.request.method",
        "lower(http.host) contains \"example\"",
        "upper(http.request.method) == \"GET\"",
        "upper(http.host)[-3:3] == \"ORG\"",
    ]);
    none_selects(&[
        "tcp contains \"get\"",
        "tcp.payload matches \"(?-i)^get\"",
        "tcp.payload[20]",
        "tcp.payload[0:20] == \"GET\"",
        "tcp.payload[14:2]",
        "http.host contains \"example\"",
        "tcp.payload[0:4] > \"ZZZZ\"",
        "udp contains \"\"",
    ]);
}

#[test]
fn functions_and_calculations() {
    all_select(&[
        "len(tcp.payload) == 15",
        "len(tcp) == 20 and len(eth) == 14",
        "len(http.request.method) == 3",
        "count(tcp.port) == 2",
        "count(ip.addr) > 1",
        "max(tcp.srcport, tcp.dstport) == 40000",
        "min(tcp.srcport, tcp.dstport) == 80",
        "max(tcp.port) == 40000",
        "max(ip.src, ip.dst) == 192.168.1.2",
        "max(tcp.len, 1000) == 1000",
        "abs(tcp.window_size_scalefactor) == 2",
        "string(tcp.srcport) == \"80\"",
        "string(ip.src) matches \"^10\\.\"",
        "string(eth.src) contains \"02:00\"",
        "string(ipv6.src) == \"fe80::1\"",
        "tcp.flags & 0x10",
        "tcp.flags & 0x18 == 0x18",
        "tcp.srcport + 1 == 81",
        "tcp.dstport == tcp.srcport * 500",
        "tcp.len - 10 == 5",
        "tcp.len-10 == 5",
        "-tcp.len == -15",
        "tcp.len / 2 == 7 and tcp.len % 2 == 1",
        "{tcp.len + 1} * 2 == 32",
        "(tcp.len + 1) * 2 == 32",
        "tcp.len == 5 * 3",
        "frame.time_relative - 1 == 0.5",
        "tcp.payload[0:2] & ff:00 == 47:00",
    ]);
    none_selects(&[
        "tcp.flags & 2",
        "count(udp.port) == 0",
        "tcp.len / 0 == 0",
        "tcp.len % 0 == 0",
        "tcp.payload[0:2] & ff",
        "max(udp.port, udp.length) > 0",
    ]);
}

#[test]
fn times() {
    all_select(&[
        "frame.time_relative == 1.5",
        "frame.time_relative > 1499ms",
        "frame.time_relative > -1",
        "frame.time == \"2020-07-04 12:34:56\"",
        "frame.time == \"Jul  4, 2020 12:34:56 UTC\"",
        "frame.time > 2020-07-04T12:34:55",
        "frame.time < \"2021-01-01\"",
    ]);
    none_selects(&["frame.time_relative < 1.5", "frame.time > \"2020-07-05\""]);
}

#[test]
fn only_what_is_wanted_is_kept() {
    let filter = Filter::parse("tcp.port == 80 && tcp.flags.syn && http contains \"x\" && tls").unwrap();
    let wanted: Vec<&str> = filter.wanted().fields().map(FieldId::name).collect();
    assert_eq!(wanted, ["tcp.port", "tcp.flags.syn", "http", "tls"]);
    let wanted = filter.wanted();
    assert!(wanted.value(FieldId::TCP_PORT) && !wanted.value(FieldId::TCP_FLAGS_SYN));
    // To find a flag, TCP and its flags are looked into; that HTTP and TLS are
    // there is told in any case.
    assert!(wanted.header(FieldId::TCP) && wanted.header(FieldId::TCP_FLAGS));
    assert!(!wanted.header(FieldId::HTTP) && !wanted.header(FieldId::TLS) && !wanted.header(FieldId::TCP_CHECKSUM));
    let mut collected = Collected::new(wanted);
    feed(&mut collected);
    assert_eq!(collected.count(FieldId::TCP_PORT), 2);
    assert_eq!(collected.count(FieldId::IP_SRC), 0);
    collected.clear();
    assert_eq!(collected.count(FieldId::TCP_PORT), 0);

    // What a status is part of must be looked into as well.
    let status = Filter::parse("tcp.checksum.status == 1").unwrap();
    assert!(status.wanted().header(FieldId::TCP_CHECKSUM));
}

#[test]
fn one_collection_serves_several_filters() {
    let filters = ["tcp.port == 80", "ip.src == 10.0.0.1 and tcp.port", "udp"].map(|text| Filter::parse(text).unwrap());
    let wanted = filters.iter().fold(Wanted::default(), |wanted, filter| wanted.union(filter.wanted()));
    let mut collected = Collected::new(&wanted);
    for _ in 0..2 {
        collected.clear();
        feed(&mut collected);
        assert_eq!(filters.each_ref().map(|filter| filter.matches(&collected)), [true, true, false]);
    }
}

#[test]
fn needs_follow_from_the_fields() {
    let needs = |text: &str| {
        let needs = Filter::parse(text).unwrap().needs();
        (needs.headers, needs.conversation, needs.application)
    };
    assert_eq!(needs(""), (false, false, false));
    assert_eq!(needs("frame.len > 1000 and frame.time_relative < 1 or frame.interface_id == 0"), (false, false, false));
    assert_eq!(needs("frame contains \"SSH\""), (true, false, false));
    assert_eq!(needs("tcp.port == 80 && tcp.flags.syn == 1"), (true, false, false));
    assert_eq!(needs("tcp.stream == 1"), (true, true, false));
    assert_eq!(needs("tcp.analysis.retransmission"), (true, true, false));
    assert_eq!(needs("tcp.seq_raw == 1"), (true, false, false));
    assert_eq!(needs("tcp.seq == 1"), (true, true, false));
    assert_eq!(needs("http.host"), (true, false, true));
    assert_eq!(needs("frame.protocols contains \"tls\""), (true, false, true));
}

#[test]
fn a_filter_goes_to_any_thread() {
    fn shared<T: Clone + Send + Sync + 'static>(_: &T) {}
    let filter: Filter = "tcp.port == 80 and tcp matches \"x\"".parse().unwrap();
    shared(&filter);
    shared(&Collected::new(filter.wanted()));
    assert_eq!(filter.clone().text(), filter.to_string());
}

#[test]
fn an_error_has_its_place() {
    let span = |text: &str| Filter::parse(text).unwrap_err().span;
    assert_eq!(span("tcp.port == 80 and tcp.prot == 1"), 19..27);
    assert_eq!(span("ip.src == 10.0.0.0/33"), 19..21);
    assert_eq!(span("http.host == \"ab\\q\""), 16..18);
    assert_eq!(span("http.host == \"\\\\q\\q\""), 17..19);
    assert_eq!(span("tcp.port in {1, abc}"), 16..19);
    assert_eq!(span("\"你好\" == http.hots"), 12..21);
}

#[test]
fn nesting_is_bounded() {
    for (open, close) in [("(", ")"), ("!", ""), ("{", "}"), ("-", ""), ("len(", ")")] {
        let text = open.repeat(10_000) + "tcp" + &close.repeat(10_000);
        assert!(Filter::parse(&text).is_err(), "{open}");
    }
    let deep = "(".repeat(90) + "tcp" + &")".repeat(90);
    assert!(selects(&deep));
    let long = "tcp and ".repeat(8_000) + "tcp";
    assert!(selects(&long));
    let long = format!("tcp.port in {{{}80}}", "1,".repeat(20_000));
    assert!(selects(&long));
}

/// Pieces of filters, in an order that may or may not be one.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "tcp",
        "ip.addr",
        "tcp.port",
        "tcp.payload",
        "http.host",
        "tcp.flags.syn",
        "frame.time_relative",
        "tcp.prot",
        "==",
        "!=",
        "===",
        "~=",
        "<",
        ">=",
        "contains",
        "matches",
        "in",
        "not",
        "and",
        "or",
        "xor",
        "any",
        "all",
        "&",
        "+",
        "-",
        "*",
        "/",
        "%",
        "(",
        ")",
        "{",
        "}",
        ",",
        "..",
        "[0:4]",
        "[-1]",
        "[",
        "]",
        "\"GET\"",
        "r\"\\d\"",
        "\"",
        "'a'",
        "'",
        "80",
        "0x1f",
        "10.0.0.0/8",
        "fe80::1",
        "01:02",
        "1.5",
        "len(",
        "max(",
        "count",
        "True",
        "#",
        "$",
        "（",
        "你",
        "\\",
    ]);
    prop::collection::vec(piece, 0..16).prop_map(|pieces| pieces.join(" "))
}

/// Filters that are ones.
fn sound() -> impl Strategy<Value = String> {
    let number =
        prop::sample::select(vec!["tcp.port", "tcp.len", "-tcp.len", "len(tcp.payload)", "{tcp.len + 2 * 3 - 1}"]);
    let test = prop_oneof![
        prop::sample::select(vec![
            "tcp",
            "http.host matches \"a\\\\.b\"",
            "tcp.payload[0:2,-1] == 01:02:03",
            "ip.src == 10.0.0.0/8",
            "any tcp.port not in {1, 2..3}",
            "eth.src[0] & 01",
        ])
        .prop_map(str::to_owned),
        (number, prop::sample::select(vec!["==", "!=", "<", "ge", "===", "any_ne"]), 0..65_536_u32)
            .prop_map(|(left, relation, right)| format!("{left} {relation} {right}")),
    ];
    test.prop_recursive(5, 40, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|test| format!("!({test})")),
            inner.clone().prop_map(|test| format!("not {test}")),
            (inner.clone(), prop::sample::select(vec!["and", "||", "xor"]), inner.clone())
                .prop_map(|(left, join, right)| format!("{left} {join} {right}")),
            (inner.clone(), inner).prop_map(|(left, right)| format!("({left}) or {right}")),
        ]
    })
}

proptest! {
    #[test]
    fn any_text_is_a_filter_or_an_error_in_it(text in prop_oneof![pieces(), any::<String>(), "[ -~]{0,40}"]) {
        match Filter::parse(&text) {
            Ok(filter) => {
                let mut collected = Collected::new(filter.wanted());
                feed(&mut collected);
                filter.matches(&collected);
            }
            Err(error) => {
                prop_assert!(text.get(error.span.clone()).is_some(), "{:?} of {text:?}", error.span);
            }
        }
        for cursor in 0..=text.len() {
            let completions = complete(&text, cursor);
            prop_assert!(text.get(completions.replaces).is_some());
        }
    }

    #[test]
    fn a_tree_reads_back_as_itself(text in sound()) {
        let tree = parser::parse(&text).unwrap().unwrap();
        let printed = tree.to_string();
        let again = parser::parse(&printed).unwrap().unwrap();
        prop_assert_eq!(again.to_string(), printed.clone());
        prop_assert_eq!(selects(&text), selects(&printed), "{} and {}", text, printed);
    }
}
