use super::super::topology;
use super::super::wire::FaultKind;
use super::*;

#[test]
fn a_changed_cable_is_changed_at_both_ends() {
    let router = topology::find("router").unwrap().read().unwrap();
    let second = router.cable_at("server:eth0").unwrap();
    let change =
        CableChange { delay: Some(Duration::from_millis(20)), mtu: Some(1400), queue: Some(20), bandwidth: None };
    let conditions = Conditions { cables: BTreeMap::from([(second, change)]), ..Conditions::default() };
    let changed = conditions.applied_to(&router);
    let mtu = |place: &str| {
        let (node, interface) = place.split_once(':').unwrap();
        changed.host(changed.node(node).unwrap()).unwrap().interfaces[interface].mtu
    };
    let found = ["client:eth0", "router:eth0", "router:eth1", "server:eth0"].map(mtu);
    assert_eq!(found, [1500, 1500, 1400, 1400]);
    assert_eq!(changed.cables[second.0].quality.queue, Some(20));
    assert_eq!(changed.cables[0], router.cables[0]);
    assert_eq!(Conditions::default().applied_to(&router), router);
}

#[test]
fn faults_are_on_their_cable_or_next_to_the_client() {
    let router = topology::find("router").unwrap().read().unwrap();
    let fault = |pattern: &str| Fault { kind: FaultKind::Lose, pattern: pattern.parse().unwrap() };
    let far = router.cable_at("server:eth0");
    let faults = vec![
        CableFault { fault: fault("syn"), cable: None },
        CableFault { fault: fault("fin"), cable: far },
        CableFault { fault: fault("data"), cable: router.cable_at("client:eth0") },
    ];
    let conditions = Conditions { faults, ..Conditions::default() };
    assert_eq!(conditions.faults_of(&router, CableId(0)), [fault("syn"), fault("data")]);
    assert_eq!(conditions.faults_of(&router, far.unwrap()), [fault("fin")]);
}

#[test]
fn settings_have_short_names_that_differ() {
    for name in SETTINGS {
        assert_eq!(find_setting(short_name(name)), Some(*name), "another is shorter");
        assert_eq!(find_setting(name), Some(*name));
    }
    assert_eq!(nearest_setting("tcp_sak"), Some("tcp_sack"));
    assert_eq!(nearest_setting("net.ipv4.tcp_synretries"), Some("tcp_syn_retries"));
    assert_eq!(find_setting("tcp_nothing"), None);
}
