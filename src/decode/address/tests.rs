use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::*;

fn placed(text: &str) -> Placed {
    let Subject::Ip(placed) = read(text).unwrap().subject else { panic!("{text}") };
    placed
}

fn wrong(text: &str) -> (&str, Wrong) {
    let error = read(text).unwrap_err();
    (&text[error.span], error.wrong)
}

/// Every row of a network by hand: mask, wildcard, network, broadcast, first
/// and last host, addresses.
#[test]
fn a_network_has_its_edges() {
    let rows = [
        ("192.168.1.10/24", "255.255.255.0 0.0.0.255 192.168.1.0 192.168.1.255 192.168.1.1 192.168.1.254 256"),
        ("172.16.5.236/20", "255.255.240.0 0.0.15.255 172.16.0.0 172.16.15.255 172.16.0.1 172.16.15.254 4096"),
        ("10.1.2.3/30", "255.255.255.252 0.0.0.3 10.1.2.0 10.1.2.3 10.1.2.1 10.1.2.2 4"),
        ("10.1.2.3/31", "255.255.255.254 0.0.0.1 10.1.2.2 - 10.1.2.2 10.1.2.3 2"),
        ("10.1.2.3/32", "255.255.255.255 0.0.0.0 10.1.2.3 - 10.1.2.3 10.1.2.3 1"),
        ("10.1.2.3/0", "0.0.0.0 255.255.255.255 0.0.0.0 255.255.255.255 0.0.0.1 255.255.255.254 4294967296"),
        ("2001:db8::1/127", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe ::1 2001:db8:: - 2001:db8:: 2001:db8::1 2"),
    ];
    for (text, expected) in rows {
        let network = placed(text).network;
        let broadcast = network.broadcast().map_or_else(|| "-".to_owned(), |address| address.to_string());
        let (first, last) = network.hosts();
        let told = format!(
            "{} {} {} {broadcast} {first} {last} {}",
            network.mask(),
            network.wildcard(),
            network.network(),
            network.size().unwrap()
        );
        assert_eq!(told, expected, "{text}");
    }
    assert_eq!(placed("::1/0").network.size(), None);
}

/// The classes as RFC 791 §3.2 and RFC 1112 §4 draw them.
#[test]
fn classes_are_told_by_the_first_bits() {
    for (first, letter) in [(1, 'A'), (126, 'A'), (128, 'B'), (191, 'B'), (192, 'C'), (223, 'C'), (224, 'D')] {
        assert_eq!(Class::of(Ipv4Addr::new(first, 0, 0, 1)).letter(), letter, "{first}");
    }
    assert_eq!(Class::of(Ipv4Addr::BROADCAST), Class::E);
    for class in Class::ALL {
        let (from, to) = class.first_octets();
        for octet in from..=to {
            assert_eq!(Class::of(Ipv4Addr::new(octet, 1, 2, 3)), class, "{octet}");
            assert!(format!("{octet:08b}").starts_with(class.first_bits()));
        }
    }
    assert_eq!((Class::A.networks(), Class::A.hosts()), (Some(126), Some(16_777_214)));
    assert_eq!((Class::B.networks(), Class::B.hosts()), (Some(16_384), Some(65_534)));
    assert_eq!((Class::C.networks(), Class::C.hosts()), (Some(2_097_152), Some(254)));
}

/// First and last address of each block, and the neighbours outside.
#[test]
fn blocks_begin_and_end_where_the_registries_say() {
    let rows = [
        ("0.0.0.0", "this-host"),
        ("0.0.0.1", "this-network"),
        ("1.0.0.0", "global"),
        ("9.255.255.255", "global"),
        ("10.0.0.0", "private"),
        ("10.255.255.255", "private"),
        ("11.0.0.0", "global"),
        ("100.63.255.255", "global"),
        ("100.64.0.0", "shared"),
        ("100.127.255.255", "shared"),
        ("100.128.0.0", "global"),
        ("127.0.0.1", "loopback"),
        ("127.255.255.255", "loopback"),
        ("169.254.7.7", "link-local"),
        ("172.15.255.255", "global"),
        ("172.16.0.0", "private"),
        ("172.31.255.255", "private"),
        ("172.32.0.0", "global"),
        ("192.0.0.7", "service-continuity"),
        ("192.0.0.9", "anycast"),
        ("192.0.0.171", "nat64-discovery"),
        ("192.0.0.200", "protocol-assignments"),
        ("192.0.2.255", "documentation"),
        ("192.167.255.255", "global"),
        ("192.168.0.0", "private"),
        ("192.168.255.255", "private"),
        ("192.169.0.0", "global"),
        ("198.17.255.255", "global"),
        ("198.18.0.0", "benchmark"),
        ("198.19.255.255", "benchmark"),
        ("198.51.100.53", "documentation"),
        ("203.0.113.2", "documentation"),
        ("223.255.255.255", "global"),
        ("224.0.0.251", "multicast-link"),
        ("224.0.1.0", "multicast"),
        ("239.1.1.1", "multicast-scoped"),
        ("240.0.0.1", "reserved"),
        ("255.255.255.255", "broadcast"),
        ("::", "unspecified"),
        ("::1", "loopback"),
        ("::2", "v4-compatible"),
        ("::ffff:10.0.0.1", "v4-mapped"),
        ("64:ff9b::1", "nat64"),
        ("64:ff9b:1::1", "nat64-local"),
        ("100::1", "discard"),
        ("2001::1", "teredo"),
        ("2001:2::1", "benchmark"),
        ("2001:db8::1", "documentation"),
        ("2001:db9::1", "global"),
        ("2002:c000:201::", "six-to-four"),
        ("2606:4700::1", "global"),
        ("3fff:fff::1", "documentation"),
        ("3fff:1000::1", "global"),
        ("5f00::1", "segment-routing"),
        ("4000::1", "unassigned"),
        ("fd12:3456::1", "unique-local"),
        ("fe80::1", "link-local"),
        ("febf::1", "link-local"),
        ("fec0::1", "site-local"),
        ("ff0e::1", "multicast"),
        ("ff02::1", "multicast-link"),
        ("ff12::1", "multicast-link"),
        ("ff05::1", "multicast-scoped"),
    ];
    for (text, name) in rows {
        let address: IpAddr = text.parse().unwrap();
        assert_eq!(special(address).unwrap().name, name, "{text}");
    }
}

#[test]
fn no_mask_is_what_the_class_or_the_habit_says() {
    for (text, prefix, mask) in [
        ("10.1.1.1", 8, MaskFrom::Class),
        ("172.16.5.236", 16, MaskFrom::Class),
        ("192.168.1.104", 24, MaskFrom::Class),
        ("224.0.0.1", 32, MaskFrom::None),
        ("fe80::1", 64, MaskFrom::Usual),
        ("::1", 128, MaskFrom::None),
        ("192.168.1.10 255.255.255.128", 25, MaskFrom::Said),
        ("192.168.1.10/255.255.255.128", 25, MaskFrom::Said),
        ("192.168.1.10/0", 0, MaskFrom::Said),
    ] {
        let found = placed(text);
        assert_eq!((found.network.prefix, found.mask), (prefix, mask), "{text}");
    }
}

#[test]
fn neighbours_have_the_same_network() {
    let asked = read("192.168.1.10/24 192.168.1.200").unwrap();
    let compare = |asked: &Asked| {
        let Subject::Ip(placed) = asked.subject else { panic!() };
        placed.compare(asked.other.unwrap().address())
    };
    assert!(compare(&asked).same);
    assert!(!compare(&read("192.168.1.10/25 192.168.1.200").unwrap()).same);
    let far = compare(&read("192.168.1.10 255.255.255.0 192.168.2.10").unwrap());
    assert_eq!((far.own.to_string(), far.other.to_string()), ("192.168.1.0".into(), "192.168.2.0".into()));
    assert!(!far.same);
    assert!(compare(&read("2001:db8::1/64 2001:db8::ffff").unwrap()).same);
    // Five lines of bits, all with the same edge.
    let bits = asked.bits();
    assert_eq!(bits.len(), 5);
    assert!(bits.iter().all(|line| line.edge == 24 && line.octets.len() == 4));
    assert_eq!(bits[2].octets, [192, 168, 1, 0]);
}

#[test]
fn the_edge_is_drawn_where_the_hosts_part_begins() {
    let lines = |text: &str| read(text).unwrap().bits().remove(0).lines();
    assert_eq!(lines("192.168.1.10/24"), ["11000000 10101000 00000001│00001010"]);
    assert_eq!(lines("192.168.1.10/26"), ["11000000 10101000 00000001 00│001010"]);
    assert_eq!(lines("192.168.1.10/0"), ["11000000 10101000 00000001 00001010"]);
    assert_eq!(lines("192.168.1.10/32"), ["11000000 10101000 00000001 00001010"]);
    let six = lines("2001:db8::1/32");
    assert_eq!(six[0], "00100000 00000001 00001101 10111000│");
    assert_eq!(six[1], "00000000 00000000 00000000 00000000");
    assert_eq!(six[3], "00000000 00000000 00000000 00000001");
}

#[test]
fn what_is_written_is_recognized() {
    let subject = |text: &str| read(text).unwrap().subject;
    for text in ["02:00:00:00:01:01", "02-00-00-00-01-01", "0200.0000.0101", "2:0:0:0:1:1"] {
        assert_eq!(subject(text), Subject::Mac(MacAddress([2, 0, 0, 0, 1, 1])), "{text}");
    }
    for text in ["443", ":443", "443/tcp", "UDP/443", "https", "HTTPS"] {
        assert_eq!(subject(text), Subject::Port(443), "{text}");
    }
    let socket = read(" 192.168.1.10:80 ").unwrap();
    assert_eq!(socket.port, Some(80));
    assert_eq!(read("[::1]:9999").unwrap().port, Some(9999));
    assert_eq!(read("fe80::1%eth0/64").unwrap().zone.as_deref(), Some("eth0"));
    assert_eq!(placed("::ffff:192.0.2.1").address(), "::ffff:c000:201".parse::<IpAddr>().unwrap());
}

#[test]
fn what_is_wrong_is_pointed_at() {
    let text = |found: &str| found.to_owned();
    assert_eq!(wrong("192.168.1.256/24"), ("256", Wrong::Octet { found: text("256") }));
    assert_eq!(wrong("192.168.01.1"), ("01", Wrong::LeadingZero { found: text("01") }));
    assert_eq!(wrong("192.168.1"), ("192.168.1", Wrong::OctetCount { found: 3 }));
    assert_eq!(wrong("192.168..1"), ("", Wrong::Octet { found: text("") }));
    assert_eq!(wrong("1.2.3.4/33"), ("33", Wrong::Prefix { found: text("33"), most: 32 }));
    assert_eq!(wrong("1.2.3.4/"), ("", Wrong::Prefix { found: text(""), most: 32 }));
    assert_eq!(wrong("1.2.3.4/+8"), ("+8", Wrong::Prefix { found: text("+8"), most: 32 }));
    let holes = Wrong::Mask { found: Ipv4Addr::new(255, 0, 255, 0), nearest: Ipv4Addr::new(255, 0, 0, 0) };
    assert_eq!(wrong("1.2.3.4 255.0.255.0"), ("255.0.255.0", holes));
    assert_eq!(wrong("fe80::1::2"), ("::", Wrong::TwoGaps));
    assert_eq!(wrong("fe80::g"), ("g", Wrong::Ipv6Character { found: 'g' }));
    assert_eq!(wrong("fe80::12345"), ("12345", Wrong::Group { found: text("12345") }));
    assert_eq!(wrong("1:2:3:4:5:6:7"), ("1:2:3:4:5:6:7", Wrong::GroupCount { found: 7 }));
    assert_eq!(wrong("fe80::1/129"), ("129", Wrong::Prefix { found: text("129"), most: 128 }));
    assert_eq!(wrong("02:00:00:00:01:0g"), ("0g", Wrong::Mac { found: text("0g") }));
    assert_eq!(wrong("65536"), ("65536", Wrong::Port { found: text("65536") }));
    assert_eq!(wrong("10.0.0.1 fe80::1"), ("fe80::1", Wrong::Versions));
    assert_eq!(wrong("80 81"), ("81", Wrong::Extra { found: text("81") }));
    assert_eq!(wrong("1.2.3.4 5.6.7.8 9"), ("9", Wrong::Extra { found: text("9") }));
    assert_eq!(wrong("hello"), ("hello", Wrong::Nothing { found: text("hello") }));
    assert_eq!(wrong("  "), ("  ", Wrong::Empty));
    assert!(matches!(wrong(&"1".repeat(300)).1, Wrong::TooLong { length: 300 }));
    // Nobody is asked to resolve names.
    assert_eq!(wrong("www.example").1, Wrong::Octet { found: text("www") });
}

#[test]
fn an_ipv6_address_has_forms_and_an_interface() {
    let address: Ipv6Addr = "fe80::200:ff:fe00:101".parse().unwrap();
    assert_eq!(full_form(address), "fe80:0000:0000:0000:0200:00ff:fe00:0101");
    let interface = Interface::of(address).unwrap();
    assert_eq!(interface.text(), "0200:00ff:fe00:0101");
    // The U/L bit is turned round.
    assert_eq!(interface.mac, Some(MacAddress([0, 0, 0, 0, 1, 1])));
    assert_eq!(MacAddress([0, 0, 0, 0, 1, 1]).link_local(), address);
    assert_eq!(Interface::of("2001:db8::1".parse().unwrap()).unwrap().mac, None);
    assert_eq!(Interface::of("::1".parse().unwrap()), None);
    assert_eq!(Interface::of("ff02::1".parse().unwrap()), None);
    // RFC 4291 §2.7.1's own example.
    let solicited = solicited_node("4037::01:800:200e:8c6c".parse().unwrap());
    assert_eq!(solicited.to_string(), "ff02::1:ff0e:8c6c");
    assert_eq!(group(solicited.into()).unwrap().name, "solicited-node");
    assert_eq!(group("224.0.0.251".parse().unwrap()).unwrap().name, "mdns");
    assert_eq!(GroupScope::of("ff0e::1".parse().unwrap()), Some(GroupScope::Global));
    assert_eq!(GroupScope::of(address), None);
    for (text, inside) in
        [("::ffff:10.1.2.3", "10.1.2.3"), ("64:ff9b::192.0.2.33", "192.0.2.33"), ("2002:c000:204::1", "192.0.2.4")]
    {
        assert_eq!(embedded(text.parse().unwrap()).unwrap().to_string(), inside);
    }
    assert_eq!(embedded(address), None);
}

#[test]
fn a_mac_address_says_what_it_is_for() {
    let used = |octets| MacUse::of(MacAddress(octets));
    assert_eq!(used([0xff; 6]), MacUse::Broadcast);
    assert_eq!(used([0; 6]), MacUse::Null);
    assert_eq!(used([2, 0, 0, 0, 1, 1]), MacUse::Local);
    assert_eq!(used([0, 0x1b, 0x21, 1, 2, 3]), MacUse::Universal);
    assert_eq!(used([1, 0, 0x5e, 0, 0, 0xfb]), MacUse::Ipv4Group(Ipv4Addr::new(224, 0, 0, 251)));
    assert_eq!(used([1, 0, 0x5e, 0x80, 0, 1]), MacUse::Group);
    assert_eq!(used([0x33, 0x33, 0, 0, 0, 1]), MacUse::Ipv6Group([0, 0, 0, 1]));
    assert_eq!(used([1, 0x80, 0xc2, 0, 0, 0]), MacUse::Bridges);
    assert_eq!(used([0, 0, 0x5e, 0, 1, 7]), MacUse::VirtualRouter(7));
    // 239.128.0.1 and 224.0.0.1 share one: 23 bits fit.
    let of = |text: &str| mac_of_group(text.parse().unwrap()).map(|mac| mac.to_string());
    assert_eq!(of("239.128.0.1").as_deref(), Some("01:00:5e:00:00:01"));
    assert_eq!(of("224.0.0.1"), of("239.128.0.1"));
    assert_eq!(of("ff02::1:ff00:1").as_deref(), Some("33:33:ff:00:00:01"));
    assert_eq!(of("10.0.0.1"), None);
}

#[test]
fn a_port_is_in_one_of_three_ranges() {
    use PortRange::{Dynamic, System, User, Zero};
    for (port, range) in [(0, Zero), (1, System), (1023, System), (1024, User), (49_151, User), (49_152, Dynamic)] {
        assert_eq!(PortRange::of(port), range, "{port}");
    }
    assert_eq!(services_at(53).next().unwrap().called, "DNS");
    assert!(SERVICES.is_sorted_by_key(|service| service.port));
    assert!(services_at(9999).next().is_none());
}
