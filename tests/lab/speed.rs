//! How fast a lab is.

use std::time::{Duration, Instant};

use wirelens::source::lab::conditions::Conditions;
use wirelens::source::lab::plan::{HostNumber, Plan};
use wirelens::source::lab::topology;
use wirelens::source::live::{LiveNetwork, Sighting, Wakeup};

use crate::nobody::wirelens;
use crate::skip::skip;
use crate::support::*;

/// The speed of a wire, and how much longer frames take over it: what a socket
/// of a program sees, and the stamps at both ends.
#[test]
#[ignore = "measures: run it alone, with --release"]
fn a_wire_is_fast_enough() {
    let topology = topology::find("cable").unwrap().read().unwrap();
    let plan = Plan::of(&topology, &Conditions::default());
    let begun = Instant::now();
    let opened = LiveNetwork::open_lab(&plan, wirelens(), Wakeup::new().unwrap());
    let mut lab = match opened {
        Err(error) if error.is_permission() => return skip(&error.to_string()),
        opened => opened.unwrap(),
    };
    let ready = begun.elapsed();
    let python = |lab: &mut LiveNetwork, host, code: &str| {
        let words = ["python3", "-c", code].map(str::to_owned).to_vec();
        lab.start_on(HostNumber(host), Some("python3"), words).unwrap()
    };
    let server = python(
        &mut lab,
        1,
        "import socket,time\ns=socket.create_server((\"0.0.0.0\",7000))\nu=socket.socket(2,2);u.bind((\"\",7001))\n\
         c,a=s.accept();n=0;t=time.time()\nwhile b:=c.recv(1<<20): n+=len(b)\n\
         print(n*8/(time.time()-t)/1e6)",
    );
    std::thread::sleep(Duration::from_millis(300));
    python(
        &mut lab,
        0,
        "import socket,time\nu=socket.socket(2,2)\nfor i in range(1000):\n \
         u.sendto(b\"x\"*32,(\"192.168.1.105\",7001));time.sleep(0.001)\n\
         c=socket.create_connection((\"192.168.1.105\",7000))\nfor i in range(4000): c.sendall(b\"x\"*65536)\nc.close()",
    );
    let (mut written, mut ended, mut datagrams) = (Vec::new(), 0, [Vec::new(), Vec::new()]);
    let deadline = Instant::now() + Duration::from_mins(1);
    while ended < 2 && Instant::now() < deadline {
        for sighting in lab.wait(Duration::from_millis(100)).unwrap() {
            ended += u32::from(matches!(sighting, Sighting::Exited(..)));
            if let Sighting::Frame(tap, at, frame) = sighting {
                if frame.bytes.len() == 74 && frame.bytes[23] == 17 {
                    datagrams[usize::try_from(tap.0).unwrap()].push(at.nanos());
                }
            } else if let Sighting::Output(program, _, _, bytes) = sighting
                && program == server
            {
                written.extend(bytes);
            }
        }
    }
    let megabits: f64 = String::from_utf8(written).unwrap().trim().parse().unwrap();
    let mut lag: Vec<i64> = datagrams[0].iter().zip(&datagrams[1]).map(|(sent, seen)| seen - sent).collect();
    lag.sort_unstable();
    lab.count_wires().unwrap();
    let counts = (0..20)
        .flat_map(|_| lab.wait(Duration::from_millis(100)).unwrap())
        .find_map(|sighting| if let Sighting::Wires(counts) = sighting { Some(counts[0]) } else { None })
        .unwrap();
    println!(
        "ready after {ready:?}; {megabits:.0} Mbit/s; lag of {} datagrams: median {} us, worst {} us; {counts:?}",
        lag.len(),
        lag[lag.len() / 2] / 1000,
        lag[lag.len() - 1] / 1000,
    );
    assert_eq!((lag.len(), counts.missed, counts.lost), (1000, 0, 0));
    assert!(megabits >= 300.0 && lag[lag.len() / 2] <= 500_000);
}

/// How long each topology takes until it can be used: the helper started,
/// everything built, every capture ready.
#[test]
#[ignore = "measures: run it alone, with --release"]
fn every_topology_is_ready_soon() {
    for id in BUILT {
        let topology = topology::find(id).unwrap().read().unwrap();
        let plan = Plan::of(&topology, &Conditions::default());
        let mut took = Vec::new();
        for _ in 0..11 {
            let begun = Instant::now();
            match LiveNetwork::open_lab(&plan, wirelens(), Wakeup::new().unwrap()) {
                Err(error) if error.is_permission() => return skip(&error.to_string()),
                Err(error) => panic!("{id}: {error}"),
                Ok(lab) => {
                    took.push(begun.elapsed());
                    drop(lab);
                }
            }
        }
        took.sort_unstable();
        println!("{id}: ready after {:?} (median of 11; {:?} to {:?})", took[5], took[0], took[10]);
        assert!(took[5] <= Duration::from_millis(if id == "internet" { 150 } else { 100 }), "{id}: {:?}", took[5]);
    }
}
