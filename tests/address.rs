//! `wirelens address`, as a reader types it.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

use std::process::{Command, Output};

fn address(words: &[&str], columns: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wirelens"));
    command.arg("address").args(words).env("LC_ALL", "C").env("COLUMNS", columns);
    command.output().unwrap()
}

/// In lines as long as they like.
fn text(words: &[&str]) -> String {
    narrow(words, "1000")
}

fn narrow(words: &[&str], columns: &str) -> String {
    let output = address(words, columns);
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]), "{words:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// What stands behind each name.
fn line<'a>(text: &'a str, name: &str) -> &'a str {
    let found = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix("  "));
    found.unwrap_or_else(|| panic!("no {name}: {text}")).trim()
}

#[test]
fn a_network_is_told_line_by_line() {
    let told = text(&["172.16.5.236/20"]);
    for (name, value) in [
        ("address", "172.16.5.236  as one number 2886731244 = 0xac1005ec"),
        ("mask", "255.255.240.0  =  /20"),
        ("network", "172.16.0.0/20  address AND mask: the host's bits are 0"),
        ("broadcast", "172.16.15.255  the host's bits are 1: everybody in the network (RFC 922 §7)"),
        ("address AND mask", "10101100 00010000 0000│0000 00000000"),
    ] {
        assert_eq!(line(&told, name), value, "{told}");
    }
    assert!(line(&told, "class").starts_with("B  first bits 10"), "{told}");
    assert!(line(&told, "kind").starts_with("private: for networks"), "{told}");
    assert!(told.contains("4 094 hosts: 2^12 addresses"), "{told}");
    let narrow = narrow(&["172.16.5.236/20"], "60");
    assert!(narrow.lines().all(|line| line.chars().count() <= 60), "{narrow}");
    // A mask apart says the same.
    assert_eq!(text(&["172.16.5.236", "255.255.240.0"]), told);
    assert_eq!(text(&["172.16.5.236/255.255.240.0"]), told);
}

#[test]
fn two_addresses_are_compared_as_the_notes_do() {
    let near = text(&["192.168.1.10/24", "192.168.1.200"]);
    assert!(near.contains("the same network. 192.168.1.10 asks 192.168.1.200 itself"), "{near}");
    let far = text(&["192.168.1.10/24", "192.168.2.200"]);
    assert!(far.contains("192.168.2.200 AND /24 = 192.168.2.0: not the same network"), "{far}");
    assert!(far.contains("asks its gateway"), "{far}");
    // Each by its own mask, and they do not agree.
    let odd = text(&["192.168.1.10/24", "192.168.1.200/25"]);
    assert!(odd.contains("The two do not agree"), "{odd}");
    let chinese = text(&["192.168.1.10/24", "192.168.2.200", "--lang", "zh"]);
    assert!(chinese.contains("不在同一网络。192.168.1.10 询问网关的 MAC 地址"), "{chinese}");
}

#[test]
fn ipv6_mac_addresses_and_ports_are_told_too() {
    let six = text(&["fe80::200:ff:fe00:101"]);
    assert_eq!(line(&six, "full form"), "fe80:0000:0000:0000:0200:00ff:fe00:0101  RFC 4291 §2.2");
    assert!(six.contains("made from the MAC address 00:00:00:00:01:01"), "{six}");
    assert_eq!(line(&text(&["::FFFF:10.1.2.3"]), "IPv4 inside"), "10.1.2.3");
    let mac = text(&["02-00-00-00-01-01"]);
    assert_eq!(line(&mac, "bit U/L"), "1: local, chosen by whoever runs it  IEEE 802 §8.2");
    assert_eq!(line(&text(&["https"]), "port"), "443  0x01bb");
    let clients = text(&["50000"]);
    assert!(clients.contains("dynamic port, 49152–65535") && clients.contains("ephemeral port"), "{clients}");
}

#[test]
fn json_has_the_facts_and_no_sentence() {
    let json: serde_json::Value =
        serde_json::from_str(&text(&["198.51.100.53/24", "198.51.100.80", "--format", "json"])).unwrap();
    assert_eq!(json["format"], "wirelens/1");
    assert_eq!(json["kind"], "ip");
    assert_eq!(json["purpose"]["name"], "documentation");
    assert_eq!(json["purpose"]["cite"], "RFC 5737");
    assert_eq!(json["network"]["broadcast"], "198.51.100.255");
    assert_eq!(json["network"]["addresses"], "256");
    assert_eq!(json["comparison"]["same"], true);
    assert_eq!(json["bits"][1]["bits"], "11111111111111111111111100000000");
    let whole: serde_json::Value = serde_json::from_str(&text(&["2000::/0", "--format", "json"])).unwrap();
    assert_eq!(whole["network"]["addresses"], "340282366920938463463374607431768211456");
    let port: serde_json::Value = serde_json::from_str(&text(&["53", "--format", "json"])).unwrap();
    assert_eq!((&port["range"], &port["services"][0]["called"]), (&"well-known".into(), &"DNS".into()));
}

#[test]
fn what_is_wrong_is_pointed_at() {
    let cases: [(&[&str], &str); 5] = [
        (
            &["192.168.1.256/24"],
            "error: expected a number from 0 to 255, found `256`\n  192.168.1.256/24\n            ^^^\n",
        ),
        (&["10.0.0.1", "255.0.255.0"], "The nearest is 255.0.0.0\n  10.0.0.1 255.0.255.0\n           ^^^^^^^^^^^\n"),
        (&["fe80::1::2"], "  fe80::1::2\n         ^^\n"),
        (&["10.0.0.1/33"], "0 to 32, found `33`\n  10.0.0.1/33\n           ^^\n"),
        (&["\u{202e}地址"], "  \\u{202e}地址\n  ^^^^^^^^^^^^\n"),
    ];
    for (words, told) in cases {
        let output = address(words, "80");
        let errors = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{words:?}");
        assert!(errors.ends_with(told), "{words:?}: {errors}");
    }
    assert_eq!(address(&[], "80").status.code(), Some(2));
}
