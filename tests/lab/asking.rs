//! What can be asked for, and what is said of what cannot.

use std::fs;

use serde_json::Value;

use crate::support::*;

#[test]
fn what_is_wrong_with_a_topology_is_shown() {
    let file = std::env::temp_dir().join(format!("wirelens-lab-{}.toml", std::process::id()));
    let shipped = include_str!("../../topologies/router.toml");
    fs::write(&file, shipped.replace("gateway = \"172.16.5.1\"", "gateway = \"172.16.6.1\"")).unwrap();
    let output = command(&["lab", file.to_str().unwrap(), "--lang", "en"]).output().unwrap();
    fs::remove_file(&file).unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{told}");
    let lines: Vec<&str> = told.lines().collect();
    assert!(lines[0].contains("the gateway 172.16.6.1 is in none of the host's networks: 172.16.5.236/24"), "{told}");
    assert_eq!(lines[1].trim(), "gateway = \"172.16.6.1\"");
    assert_eq!(lines[2].find('^'), lines[1].find('"'), "{told}");
    for (arguments, expected) in [
        (&["lab", "nowhere"][..], "there is no topology nowhere"),
        (&["lab", "cable", "--lose", "sin"][..], "there is no fault pattern `sin`"),
        (&["lab", "cable", "--lose", "tcp.lenn > 3"][..], "tcp.len"),
        (&["lab", "cable", "--delay", "data"][..], "expected a pattern and a time"),
        (&["lab", "cable", "--unplug", "data=2h"][..], "expected a pattern and a time of at most 60 s"),
        (&["lab", "router", "--lose", "syn@router"][..], "client-router, router-server"),
        (&["lab", "router", "--lose", "syn@nowhere"][..], "there are: client, server, router"),
        (&["lab", "router", "--lose", "syn@client-server"][..], "there is no cable between client and server"),
        (&["lab", "router", "--cable", "client-router:speed=3"][..], "delay, bandwidth, queue, mtu"),
        (&["lab", "router", "--cable", "client-router:mtu=10"][..], "expected mtu from 576 to 9000"),
        (&["lab", "router", "--firewall", "server:9999=burn"][..], "`server:9999=drop`"),
        (&["lab", "switch", "--firewall", "switch:9999=drop"][..], "the hosts are: client, server, bystander"),
        (&["lab", "cable", "--sysctl", "tcp_sak=0"][..], "the nearest is `tcp_sack`"),
        (&["lab", "cable", "--sysctl", "kernel.panic=1"][..], "wirelens list settings"),
        (&["lab", "cable", "nobody: true"][..], "the hosts are: client, server"),
    ] {
        let output = command(arguments).env("LANG", "C").output().unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && told.contains(expected), "{arguments:?}: {told}");
    }
}

#[test]
fn every_lab_is_listed() {
    let output = command(&["list", "labs", "--format", "json"]).output().unwrap();
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    let ids: Vec<&str> = list(&document, "labs").iter().map(|lab| text(lab, "id")).collect();
    assert!(BUILT.iter().all(|id| ids.contains(id)), "{ids:?}");
    assert_eq!(document["labs"][0]["hosts"]["client"][0], "192.168.1.104/24");
}

#[test]
fn a_value_that_the_kernel_refuses_is_named() {
    for (setting, expected) in [
        (
            "tcp_congestion_control=cubix",
            "client: net.ipv4.tcp_congestion_control = cubix; tcp_allowed_congestion_control =",
        ),
        ("server:tcp_syn_retries=300", "server: net.ipv4.tcp_syn_retries = 300"),
        ("server:tcp_rmem=many", "server: net.ipv4.tcp_rmem = many"),
    ] {
        let Some(output) = lab(&["cable", "--sysctl", setting, "--lang", "en"]) else { return };
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{told}");
        assert!(told.contains("kernel setting") && told.contains(expected), "{setting}: {told}");
    }
}

#[test]
fn every_setting_that_is_listed_can_be_set() {
    let output = command(&["list", "settings", "--format", "json"]).output().unwrap();
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    let names: Vec<&str> = list(&document, "settings").iter().map(|setting| text(setting, "id")).collect();
    assert!(names.contains(&"tcp_sack") && names.contains(&"ip_no_pmtu_disc"), "{names:?}");
    // To what it is: the kernel takes its own values.
    let Some(plain) = json(&["cable", "--set", "pause=0ms"]) else { return };
    let pinned = &plain["notes"]["pinned"];
    let full = |name: &&str| text(list(&document, "settings").iter().find(|it| it["id"] == **name).unwrap(), "name");
    let known = names.iter().filter_map(|name| Some(format!("{name}={}", pinned[full(name)].as_str()?)));
    let known: Vec<String> = known.filter(|setting| !setting.ends_with("=absent")).collect();
    assert!(known.len() >= names.len() - 2, "{known:?}");
    let asked: Vec<&str> = known.iter().flat_map(|setting| ["--sysctl", setting.as_str()]).collect();
    let same = json(&[&["cable", "--set", "pause=0ms"], &asked[..]].concat()).unwrap();
    let settings = |document: &Value| {
        let pinned = document["notes"]["pinned"].as_object().unwrap().clone();
        pinned.into_iter().filter(|(name, _)| name.contains("net.")).collect::<Vec<_>>()
    };
    assert_eq!(settings(&same), settings(&plain));
}
