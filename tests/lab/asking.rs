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
        (&["lab", "cable", "nobody: true"][..], "the hosts are: client, server"),
    ] {
        let output = command(arguments).output().unwrap();
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
