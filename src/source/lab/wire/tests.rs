use super::*;

const CLIENT: [u8; 4] = [192, 168, 1, 105];
const SERVER: [u8; 4] = [192, 168, 1, 104];

/// A segment in its frame; the client has the higher address.
fn segment(from_client: bool, flags: u8, seq: u32, ack: u32, payload: usize) -> Vec<u8> {
    let (source, destination) = if from_client { (CLIENT, SERVER) } else { (SERVER, CLIENT) };
    let (from, to): (u16, u16) = if from_client { (40_000, 80) } else { (80, 40_000) };
    let mut frame = vec![2; 12];
    frame.extend([8, 0, 0x45, 0]);
    frame.extend(u16::try_from(40 + payload).unwrap().to_be_bytes());
    frame.extend([0, 1, 0x40, 0, 64, 6, 0, 0]);
    frame.extend(source);
    frame.extend(destination);
    frame.extend(from.to_be_bytes());
    frame.extend(to.to_be_bytes());
    frame.extend(seq.to_be_bytes());
    frame.extend(ack.to_be_bytes());
    frame.extend([0x50, flags, 1, 0, 0, 0, 0, 0]);
    frame.extend(vec![b'x'; payload]);
    frame
}

/// Which frames of a whole conversation a pattern means: the client begins
/// just before its numbers wrap around.
fn meant(pattern: &str) -> Vec<usize> {
    let fault = Fault { kind: FaultKind::Lose, pattern: pattern.parse().unwrap() };
    let mut wire = Wire::new(vec![fault], |_| None).unwrap();
    let c = u32::MAX;
    let frames = [
        segment(true, peek::SYN, c, 0, 0),
        segment(false, peek::SYN | peek::ACK, 100, 0, 0),
        segment(true, peek::ACK, 0, 101, 0),
        segment(false, peek::ACK, 101, 0, 8),
        segment(true, peek::ACK, 0, 109, 0),
        segment(true, peek::ACK, 0, 109, 5),
        segment(false, peek::ACK, 109, 5, 0),
        segment(true, peek::ACK | peek::FIN, 5, 109, 0),
        segment(false, peek::ACK, 109, 6, 0),
        segment(false, peek::ACK | peek::FIN, 109, 6, 0),
        segment(true, peek::ACK, 6, 110, 0),
        segment(false, peek::RST, 110, 0, 0),
    ];
    (0..).zip(&frames).filter(|(_, frame)| wire.judge(frame).fault.is_some()).map(|(index, _)| index).collect()
}

#[test]
fn patterns_mean_what_they_say() {
    let cases: [(&str, &[usize]); 18] = [
        ("syn", &[0]),
        ("syn<", &[]),
        ("syn#2", &[]),
        ("syn-ack", &[1]),
        ("handshake-ack", &[2]),
        ("handshake-ack#*", &[2]),
        ("data", &[3]),
        ("data>", &[5]),
        ("data#2", &[5]),
        ("data#*", &[3, 5]),
        ("ack", &[2]),
        ("ack<#*", &[6, 8]),
        ("fin", &[7]),
        ("fin<", &[9]),
        ("fin#*", &[7, 9]),
        ("last-ack", &[10]),
        ("last-ack#*", &[10]),
        ("rst", &[11]),
    ];
    for (pattern, expected) in cases {
        assert_eq!(meant(pattern), expected, "{pattern}");
    }
}

#[test]
fn patterns_are_written_as_they_are_read() {
    for text in ["syn", "syn-ack<", "data>#3", "fin#*", "last-ack>"] {
        assert_eq!(text.parse::<Pattern>().unwrap().to_string(), text);
    }
    assert_eq!("data#1".parse::<Pattern>().unwrap().to_string(), "data");
    assert_eq!("sin".parse::<Pattern>(), Err(PatternError::Unknown { found: "sin".into() }));
    for count in ["", "0", "x", "-1"] {
        let error = format!("syn#{count}").parse::<Pattern>().unwrap_err();
        assert_eq!(error, PatternError::Count { found: count.into() });
    }
}

#[test]
fn the_same_sockets_again_are_another_conversation() {
    let fault = Fault { kind: FaultKind::Lose, pattern: "handshake-ack#*".parse().unwrap() };
    let mut wire = Wire::new(vec![fault], |_| None).unwrap();
    for first in [10_u32, 5_000] {
        assert_eq!(wire.judge(&segment(true, peek::SYN, first, 0, 0)).fault, None);
        assert_eq!(wire.judge(&segment(false, peek::SYN | peek::ACK, first + 7, first + 1, 0)).fault, None);
        let ack = segment(true, peek::ACK, first + 1, first + 8, 0);
        assert_eq!(wire.judge(&ack), Verdict { fault: Some(0), packet: true });
    }
}

#[test]
fn what_cannot_be_read_is_carried() {
    let fault = Fault { kind: FaultKind::Lose, pattern: "data#*".parse().unwrap() };
    let mut wire = Wire::new(vec![fault], |_| None).unwrap();
    let whole = segment(true, peek::ACK, 1, 1, 9);
    // The header's own length counts, not what is left of it.
    for length in 0..14 + 40 {
        assert_eq!(wire.judge(&whole[..length]).fault, None, "{length}");
    }
    let mut arp = whole.clone();
    arp[13] = 6;
    assert_eq!(wire.judge(&arp), Verdict { fault: None, packet: false });
    let mut fragment = whole;
    fragment[21] = 1;
    assert_eq!(wire.judge(&fragment), Verdict { fault: None, packet: true });
}

#[test]
fn a_display_filter_is_asked_of_every_frame() {
    let pattern = Pattern::of_filter("tcp.len > 3<#2").unwrap();
    assert_eq!(pattern.what, Chosen::Filter("tcp.len > 3".into()));
    assert_eq!((pattern.way, pattern.nth), (Some(Way::ToClient), Some(2)));
    assert_eq!(pattern.to_string(), "tcp.len > 3<#2");
    let fault = Fault { kind: FaultKind::Lose, pattern };
    assert!(Wire::new(vec![fault.clone()], |_| None).is_none());
    let mut wire = Wire::new(vec![fault], |_| Some(Box::new(|frame| frame.len() > 57))).unwrap();
    let frames = [(true, 9), (false, 9), (false, 3), (true, 9), (false, 4), (false, 4)];
    let lost: Vec<bool> = frames
        .into_iter()
        .map(|(from_client, length)| wire.judge(&segment(from_client, peek::ACK, 1, 1, length)).fault.is_some())
        .collect();
    assert_eq!(lost, [false, false, false, false, true, false]);
}
