use super::*;
use crate::source::lab::topology::find;

fn topology(id: &str) -> Topology {
    find(id).unwrap().read().unwrap()
}

fn lose(topology: &Topology, text: &str) -> Result<Conditions, ConditionError> {
    read(topology, &ConditionTexts { lose: vec![text.to_owned()], ..ConditionTexts::default() })
}

#[test]
fn what_is_read_is_written_the_same() {
    let internet = topology("internet");
    let all = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    let given = ConditionTexts {
        lose: all(&["data>#3", "syn@servers-web", "tcp.len > 100#2@home-provider", "http.host == \"a@b\""]),
        delay: all(&["data=300ms", "fin#*@servers-dns=1500us"]),
        duplicate: all(&["ack"]),
        swap: all(&["data<@switch-home"]),
        unplug: all(&["data>#2=3s"]),
        cable: all(&["home-provider:delay=20ms,bandwidth=10000000bit,queue=20,mtu=1400"]),
        firewall: all(&["web:80=drop", "home:53/udp=reject", "web:443/tcp=reject-icmp"]),
        sysctl: all(&["tcp_sack=0", "web:tcp_syncookies=0", "tcp_rmem=4096 8192 16384"]),
    };
    let conditions = read(&internet, &given).unwrap();
    assert_eq!(texts(&internet, &conditions), given);
    assert_eq!(given.options().count(), 16);
    assert_eq!(conditions.faults[3].cable, None);
    assert!(read(&internet, &ConditionTexts::default()).unwrap().is_empty());
}

#[test]
fn a_cable_is_named_by_what_it_joins() {
    let internet = topology("internet");
    let cable = |text: &str| lose(&internet, &format!("syn@{text}")).map(|read| read.faults[0].cable.unwrap().0);
    assert_eq!(cable("web"), Ok(6));
    assert_eq!(cable("web-servers"), Ok(6));
    assert_eq!(cable("home:eth1"), Ok(3));
    assert_eq!(cable("provider:eth0-home"), Ok(3));
    let several = ConditionError::SeveralCables {
        found: "home".into(),
        cables: vec!["switch-home".into(), "home-provider".into()],
    };
    assert_eq!(cable("home"), Err(several));
    assert!(
        matches!(cable("client-web"), Err(ConditionError::NoCable { between, .. }) if between == ["client", "web"])
    );
    assert!(matches!(cable("nowhere"), Err(ConditionError::NoNode { found, .. }) if found == "nowhere"));
    assert!(matches!(cable("home-home"), Err(ConditionError::SeveralCables { .. })));
    assert!(matches!(cable("web-web"), Err(ConditionError::NoCable { .. })));
}

#[test]
fn what_is_wrong_is_told() {
    let router = topology("router");
    let wrong = |make: fn(&mut ConditionTexts, String), text: &str| {
        let mut texts = ConditionTexts::default();
        make(&mut texts, text.to_owned());
        read(&router, &texts).unwrap_err()
    };
    let delay = |text| wrong(|texts, text| texts.delay.push(text), text);
    let cable = |text| wrong(|texts, text| texts.cable.push(text), text);
    let firewall = |text| wrong(|texts, text| texts.firewall.push(text), text);
    let sysctl = |text| wrong(|texts, text| texts.sysctl.push(text), text);
    assert!(matches!(lose(&router, "sin"), Err(ConditionError::Pattern(PatternError::Unknown { .. }))));
    assert!(matches!(lose(&router, "tcp.lenn > 3"), Err(ConditionError::Filter { .. })));
    for text in ["data", "data=3", "data=61s", "=data"] {
        assert_eq!(delay(text), ConditionError::NotTimed { found: text.into() });
    }
    for text in ["client-router", "delay=20ms", "client-router:", "client-router:delay=20ms,x"] {
        assert_eq!(cable(text), ConditionError::NotCableChange { found: text.into() });
    }
    assert_eq!(cable("client-router:colour=red"), ConditionError::NoQuality { found: "colour".into() });
    assert_eq!(cable("client-router:delay=90s"), ConditionError::NotTime { found: "90s".into() });
    assert_eq!(cable("client-router:bandwidth=fast"), ConditionError::NotRate { found: "fast".into() });
    let range = ConditionError::Range { key: "mtu", found: "100".into(), least: 576, most: 9000 };
    assert_eq!(cable("client-router:mtu=100"), range);
    for text in ["server:80", "server=drop", "server:80=lose", "server:80/sctp=drop"] {
        assert_eq!(firewall(text), ConditionError::NotFirewall { found: text.into() });
    }
    assert!(matches!(firewall("web:80=drop"), ConditionError::NoHost { found, .. } if found == "web"));
    for text in ["server:0=drop", "server:65536=drop", "server:http=drop"] {
        assert!(matches!(firewall(text), ConditionError::Range { key: "port", .. }), "{text}");
    }
    assert_eq!(sysctl("tcp_sack"), ConditionError::NotSetting { found: "tcp_sack".into() });
    assert_eq!(sysctl("tcp_sack= "), ConditionError::NotSetting { found: "tcp_sack= ".into() });
    assert_eq!(sysctl("tcp_sak=0"), ConditionError::NoSetting { found: "tcp_sak".into(), nearest: Some("tcp_sack") });
    // Not every setting there is.
    assert_eq!(
        sysctl("kernel.hostname=x"),
        ConditionError::NoSetting { found: "kernel.hostname".into(), nearest: None }
    );
    assert!(matches!(sysctl("switch:tcp_sack=0"), ConditionError::NoHost { .. }));
}
