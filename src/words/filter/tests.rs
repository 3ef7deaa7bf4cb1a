use std::fmt::Write as _;

use super::*;
use crate::filter::Filter;
use crate::words::Language;

/// One filter for each way to be wrong.
const WRONG: &[&str] = &[
    "tcp.prot == 80",
    "port == 80",
    "http.method == \"GET\"",
    "tcp.srcport == tcp.prot",
    "TCP",
    "zzzzzz",
    "tcp.port == ",
    "tcp.port == abc",
    "tcp and",
    "(tcp",
    "tcp)",
    "()",
    "not",
    "tcp AND udp",
    "tcp tcp",
    "tcp or and udp",
    "ip.addr == 300.1.1.1",
    "ip.addr == 1.2.3",
    "ip.addr == 10.0.0.0/33",
    "ip.addr == \"10.0.0.1\"",
    "ipv6.addr == fe80:",
    "eth.src == 00:00:00",
    "tcp.port == 65536",
    "tcp.port == -1",
    "ip.ttl & 256",
    "tcp.flags.syn == foo",
    "frame.time_relative > 1e-3",
    "frame.time > \"yesterday\"",
    "tcp contains SSH",
    "tcp.port in {}",
    "tcp.port in 80",
    "tcp.port in {443..80}",
    "tcp.port in {tcp.srcport}",
    "\"tcp\"",
    "80",
    "80 == 80",
    "tcp.len + 1",
    "len(tcp)",
    "(tcp.port == 80) == 1",
    "any tcp",
    "ip.src == eth.src",
    "ip.src contains 1",
    "tcp.port[0] == 1",
    "tcp.analysis.retransmission == 1",
    "upper(tcp.port) == \"A\"",
    "tcp & udp == 1",
    "foo(tcp) > 1",
    "len(tcp, udp) > 1",
    "http.host matches bro",
    "http.host matches \"[\"",
    "http.host matches \"(a{500}){500}\"",
    "http.host == \"a\\q\"",
    "http.host == \"a",
    "tcp.port == 'ab'",
    "tcp.payload[a]",
    "tcp.payload[2-1]",
    "tcp.payload[0",
    "tcp = 1",
    "tcp | udp",
    "ip.addr#2 == 1.2.3.4",
    "${tcp.port} == 1",
    "@tcp",
    "（tcp）",
    "http.host == “bro”",
    "http.host contains \"你好\" and 文本",
    "http.host == \"你好\" and tcp.prot",
    "tcp.port\t==\t\u{202e}",
];

/// The sentence, the carets and the nearest names of each.
fn told(language: Language) -> String {
    let words = Words::new(language);
    let mut told = String::new();
    for text in WRONG {
        let error = Filter::parse(text).expect_err(text);
        writeln!(told, "{}\n", words.filter_error(text, &error)).unwrap();
    }
    told
}

#[test]
fn errors_in_english() {
    insta::assert_snapshot!(told(Language::English));
}

#[test]
fn errors_in_chinese() {
    insta::assert_snapshot!(told(Language::Chinese));
}

#[test]
fn carets_stand_under_wide_text() {
    let words = Words::new(Language::English);
    let text = "http.host == \"你好\" and tcp.prot";
    let error = Filter::parse(text).unwrap_err();
    let lines = words.filter_error(text, &error);
    let lines: Vec<&str> = lines.lines().collect();
    assert_eq!(lines[1], format!("  {text}"));
    // Each of the two characters takes two columns.
    assert_eq!(lines[2].find('^'), Some(2 + "http.host == \"xxxx\" and ".len()));
    assert_eq!(lines[2].trim(), "^".repeat("tcp.prot".len()));
}

#[test]
fn what_is_too_long_is_not_repeated() {
    let text = " ".repeat(Filter::LONGEST + 1);
    let error = Filter::parse(&text).unwrap_err();
    assert_eq!(Words::new(Language::English).filter_error(&text, &error).lines().count(), 1);
    let text = "(".repeat(10_000);
    let error = Filter::parse(&text).unwrap_err();
    assert!(matches!(error.kind, FilterErrorKind::TooDeep { .. }));
}
