use super::*;
use crate::model::IpNetwork;

#[test]
fn every_shipped_topology_reads() {
    for shipped in SHIPPED {
        let topology = shipped.read().unwrap_or_else(|error| panic!("{}: {error}\n{}", shipped.id, error.line));
        assert_ne!(topology.client, topology.server, "{}", shipped.id);
        assert!(!topology.title.zh.is_empty() && !topology.about.en.is_empty(), "{}", shipped.id);
        assert!(topology.address(topology.server).is_some());
    }
}

const HEAD: &str = "
[title]
en = 'a'
zh = 'b'
[about]
en = 'c'
zh = 'd'
[play]
client = 'a'
server = 'b'
";

fn wrong(body: &str) -> (usize, Wrong) {
    let error = read(&format!("{HEAD}{body}")).unwrap_err();
    (error.position.line - HEAD.lines().count(), error.wrong)
}

#[test]
fn what_is_wrong_is_said_with_its_line() {
    let pair = "host = [{ name = 'a', address = '10.0.0.1/24' },\n  { name = 'b', address = '10.0.0.2/24' }]\n";
    // In `[play]` still: a key of no meaning there.
    assert!(matches!(wrong(pair).1, Wrong::Form(text) if text.contains("host")));
    let hosts = |rest: &str| {
        format!(
            "[[host]]\nname = 'a'\naddress = '10.0.0.1/24'\n{rest}\n[[host]]\nname = 'b'\naddress = '10.0.0.2/24'\n"
        )
    };
    let outside = wrong(&hosts("gateway = '10.0.1.1'"));
    let expected = Wrong::GatewayOutside { gateway: "10.0.1.1".into(), networks: vec!["10.0.0.1/24".into()] };
    assert_eq!(outside, (4, expected));
    assert!(matches!(wrong(&hosts("colour = 'red'")), (4, Wrong::Form(text)) if text.contains("colour")));
    assert!(matches!(wrong(&hosts("mtu = 20")), (4, Wrong::Range { found: 20, .. })));
    assert_eq!(wrong(&hosts("")), (2, Wrong::NoCable("a:eth0".into())));
    let cabled = |rest: &str| hosts("") + "[[cable]]\nfrom = 'a'\nto = 'b'\n" + rest;
    let nobody = cabled("").replacen("24'\n\n", "24'\ngateway = '10.0.0.9'\n", 1);
    assert_eq!(wrong(&nobody), (4, Wrong::GatewayNobody("10.0.0.9".into())));
    assert_eq!(wrong(&cabled("delay = 'soon'")), (11, Wrong::NotTime("soon".into())));
    assert_eq!(wrong(&cabled("bandwidth = '10'")), (11, Wrong::NotRate("10".into())));
    assert_eq!(wrong(&cabled("[[cable]]\nfrom = 'a'\nto = 'b'")), (12, Wrong::CableTwice("a:eth0".into())));
    assert_eq!(wrong(&cabled("[[cable]]\nfrom = 'a'\nto = 'c'")), (13, Wrong::Unknown("c".into())));
    let circle =
        "[[switch]]\nname = 's'\n[[hub]]\nname = 'h'\n[[cable]]\nfrom = 's'\nto = 'h'\n[[cable]]\nfrom = 'h'\nto = 's'";
    assert_eq!(wrong(&cabled(circle)).1, Wrong::Circle(vec!["s".into(), "h".into()]));
    let same = hosts("").replace("10.0.0.2", "10.0.0.1");
    assert_eq!(wrong(&same), (7, Wrong::AddressTwice("10.0.0.1".into())));
    let everybody = hosts("").replace("10.0.0.2/24", "10.0.0.255/24");
    assert_eq!(wrong(&everybody), (7, Wrong::Reserved("10.0.0.255/24".into())));
    let named = hosts("").replace("'b'", "'b c'");
    assert_eq!(wrong(&named), (6, Wrong::Name("b c".into())));
}

#[test]
fn networks_know_their_members() {
    let network = |text: &str| IpNetwork::parse(text).unwrap();
    let contains = |text: &str, address: &str| network(text).contains(address.parse().unwrap());
    assert!(contains("192.168.1.10/24", "192.168.1.255") && !contains("192.168.1.10/24", "192.168.2.10"));
    assert!(contains("0.0.0.0/0", "8.8.8.8") && !contains("0.0.0.0/0", "::1"));
    assert!(contains("fd00::1/64", "fd00::2") && !contains("fd00::1/64", "fd00:0:0:1::2"));
    assert!(network("10.0.0.0/24").is_reserved() && network("10.0.0.255/24").is_reserved());
    assert!(!network("10.0.0.0/31").is_reserved() && !network("10.0.0.1/24").is_reserved());
    assert_eq!(network("192.168.1.10/25").network(), network("192.168.1.0/25").address);
    assert_eq!(network("fd00::1/64").network(), network("fd00::/64").address);
    assert_eq!(IpNetwork::parse("10.0.0.1/33"), None);
    assert_eq!(IpNetwork::parse("10.0.0.1"), None);
}
