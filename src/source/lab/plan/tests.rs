use super::super::topology::SHIPPED;
use super::*;

fn plan(id: &str) -> Plan {
    Plan::of(&super::super::topology::find(id).unwrap().read().unwrap(), &Conditions::default())
}

#[test]
fn two_hosts_and_a_cable_are_two_veth_pairs_and_us() {
    let plan = plan("cable");
    assert_eq!(plan.hosts(), 2);
    assert_eq!(plan.taps.iter().map(|tap| tap.name.as_str()).collect::<Vec<_>>(), ["client:eth0", "server:eth0"]);
    let wires: Vec<_> = plan.wires().collect();
    assert_eq!(wires.len(), 1);
    assert_eq!(wires[0].ends, ["client:eth0", "server:eth0"]);
    let cables: Vec<_> = plan
        .steps
        .iter()
        .filter_map(|step| if let BuildStep::Cable { ends } = step { Some(ends) } else { None })
        .collect();
    assert_eq!(cables.len(), 2);
    assert_eq!(cables[0][0].mac, Some([2, 0, 0, 0, 1, 1]));
    assert_eq!(cables[0][1].at, At::Middle);
    assert_eq!(wires[0].indices, [cables[0][1].index, cables[1][1].index]);
}

#[test]
fn every_shipped_topology_has_a_plan() {
    for shipped in SHIPPED {
        let topology = shipped.read().unwrap();
        let plan = Plan::of(&topology, &Conditions::default());
        assert_eq!(plan.hosts(), topology.hosts().count());
        // The client's own cable alone.
        assert_eq!(plan.wires().count(), 1, "{}", shipped.id);
        assert!(plan.wires().all(|wire| wire.ends[0] == "client:eth0"), "{}", shipped.id);
        let interfaces: usize = topology.hosts().map(|(_, _, host)| host.interfaces.len()).sum();
        assert_eq!(plan.taps.len(), interfaces);
        let mut indices: Vec<u32> = Vec::new();
        for step in &plan.steps {
            if let BuildStep::Cable { ends } = step {
                assert!(ends.iter().all(|end| end.name.len() <= 15), "{ends:?}");
                indices.extend(ends.iter().map(|end| end.index));
            } else if let BuildStep::Bridge { index, .. } = step {
                indices.push(*index);
            }
        }
        let count = indices.len();
        indices.sort_unstable();
        indices.dedup();
        assert_eq!(indices.len(), count, "an index stands twice");
        let hidden = plan.steps.iter().filter(|step| matches!(step, BuildStep::Masquerade { .. })).count();
        assert_eq!(hidden, usize::from(matches!(shipped.id, "nat" | "internet")), "{}", shipped.id);
    }
}

#[test]
fn routers_forward_and_hubs_do_not_learn() {
    let plan = plan("lan-router-lan");
    let forwards: Vec<(&str, bool)> = plan
        .steps
        .iter()
        .filter_map(|step| {
            let BuildStep::Host { name, settings, .. } = step else { return None };
            Some((name.as_str(), settings[0] == ("net.ipv4.ip_forward".to_owned(), "1".to_owned())))
        })
        .collect();
    assert_eq!(forwards.iter().filter(|(_, forwards)| *forwards).collect::<Vec<_>>(), [&("router", true)]);
    let learns: Vec<bool> = plan
        .steps
        .iter()
        .filter_map(|step| if let BuildStep::Bridge { learns, .. } = step { Some(*learns) } else { None })
        .collect();
    assert_eq!(learns.len(), 2);
    assert_ne!(learns[0], learns[1]);
    let ports = plan.steps.iter().filter(|step| matches!(step, BuildStep::Port { .. })).count();
    assert_eq!(ports, 6);
    let json = serde_json::to_vec(&plan).unwrap();
    assert_eq!(serde_json::from_slice::<Plan>(&json).unwrap(), plan);
}
