use super::super::story::{START, story};
use super::super::{Conversation, Conversations, Fate, Notice, Sender, conversations};
use super::*;
use crate::decode::{self, Transport};
use crate::model::{Event, Frame, LinkType, Place, PlaceId, Span, What};
use crate::trace::{Notes, Trace};

const ROUTER: [u8; 4] = [10, 0, 9, 9];
const CLIENT: [u8; 4] = [10, 0, 0, 1];
const SERVER: [u8; 4] = [10, 0, 0, 2];
const PUBLIC: [u8; 4] = [203, 0, 113, 2];

/// An IPv4 packet; nobody looks at its checksum.
fn packet(from: [u8; 4], to: [u8; 4], protocol: u8, (ttl, identification): (u8, u16), payload: &[u8]) -> Vec<u8> {
    let length = u16::try_from(20 + payload.len()).unwrap().to_be_bytes();
    let [i0, i1] = identification.to_be_bytes();
    let head = [0x45, 0, length[0], length[1], i0, i1, 0, 0, ttl, protocol, 0, 0];
    [&head[..], &from, &to, payload].concat()
}

/// An ICMP error about a packet; `rest` is what stands behind the checksum.
fn icmp(from: [u8; 4], (kind, code): (u8, u8), rest: u32, about: &[u8]) -> Vec<u8> {
    let to: [u8; 4] = about[12..16].try_into().unwrap();
    let message = [&[kind, code, 0, 0][..], &rest.to_be_bytes(), &about[..28]].concat();
    packet(from, to, 1, (64, 7), &message)
}

fn interface(trace: &mut Trace, name: &str) -> PlaceId {
    trace.add_place(Place::Interface { name: name.into(), description: None, link_type: LinkType::RAW })
}

fn event(micros: i64, place: PlaceId, bytes: Vec<u8>) -> Event {
    Event { at: START + Span::from_nanos(micros * 1000), place, what: What::Frame(Frame::whole(bytes)) }
}

fn bytes_of(trace: &Trace, frame: u32) -> Vec<u8> {
    trace.frame(FrameNumber(frame)).unwrap().2.bytes.to_vec()
}

const NARROW: &str = "
    0    > S   0    -  0
    100  < S.  0    1  0
    200  > .   1    1  0
    300  > .   1    1  1448
    310  > .   1449 1  1448
    900  > .   1    1  1348
    910  > .   1349 1  1348
    1000 < .   1    2697 0";

/// The story with an error about its fourth segment after 500 µs.
fn with_error(from: [u8; 4], kind: (u8, u8), rest: u32) -> Trace {
    let mut trace = story(NARROW);
    let error = icmp(from, kind, rest, &bytes_of(&trace, 4));
    trace.insert(event(500, PlaceId(0), error));
    trace
}

fn notice(all: &Conversations) -> Notice {
    let [error] = &all.tcp[0].errors[..] else { panic!("one error") };
    let DatagramContent::Error { notice, .. } = error.content else { panic!("an error") };
    notice
}

#[test]
fn an_error_is_in_the_connection_it_quotes_and_tells_the_mtu() {
    let trace = with_error(ROUTER, (3, 4), 1400);
    let all = conversations(&trace);
    assert!(all.outside.is_empty(), "{:?}", all.outside);
    let tcp = &all.tcp[0];
    let error = &tcp.errors[0];
    assert_eq!((error.from, error.frame), (End::Server, FrameNumber(6)));
    assert!(matches!(error.content, DatagramContent::Error { about: Some(FrameNumber(4)), .. }), "{error:?}");
    let told = notice(&all);
    assert_eq!((told.meaning, told.mtu, told.sender), (IcmpMeaning::TooBig, Some(1400), Sender::Another));
    assert_eq!(told.address, std::net::IpAddr::from(ROUTER));
    assert_eq!(tcp.reaction(error, &all.links), Some(Reaction::SendsLess { before: 1448, after: 1348 }));
    let frames = Conversation::Tcp(tcp).frames();
    assert!(frames.is_sorted() && frames.len() == 9, "{frames:?}");
}

#[test]
fn what_a_router_did_not_pass_on_did_not_arrive() {
    let fates = |trace: &Trace| conversations(trace).tcp[0].segments.iter().map(|it| it.fate).collect::<Vec<_>>();
    let trace = with_error(ROUTER, (3, 1), 0);
    assert_eq!(fates(&trace)[3], Fate::Lost { after: PlaceId(0), before: PlaceId(0) });
    assert_ne!(fates(&story(NARROW))[3], fates(&trace)[3]);
    // The host itself has it, and does not want it.
    let host = fates(&with_error(SERVER, (3, 3), 0));
    assert!(!host[3].is_lost(), "{host:?}");
}

#[test]
fn an_open_connection_goes_on_after_an_error() {
    let all = conversations(&with_error(SERVER, (3, 3), 0));
    let tcp = &all.tcp[0];
    assert_eq!(notice(&all).sender, Sender::Destination);
    assert_eq!(tcp.reaction(&tcp.errors[0], &all.links), Some(Reaction::GoesOn(FrameNumber(7))));
    assert_eq!(tcp.errors[0].cause, super::super::Cause::Kernel(super::super::KernelReason::PortClosed));
}

#[test]
fn an_error_about_nothing_that_was_seen_is_counted() {
    let mut trace = story(NARROW);
    let mut strange = bytes_of(&trace, 4);
    strange[20] ^= 1;
    trace.insert(event(500, PlaceId(0), icmp(ROUTER, (3, 4), 1400, &strange)));
    let all = conversations(&trace);
    assert_eq!(all.tcp[0].errors.len(), 0);
    assert_eq!(all.outside.get(&super::super::Outside::Icmp), Some(&1));
}

/// On two hops it is one message; the next one is another.
#[test]
fn an_error_on_two_hops_is_one_message() {
    let mut trace = Trace::new(Notes::default());
    let (near, far) = (interface(&mut trace, "client:eth0"), interface(&mut trace, "router:eth0"));
    let one = story(NARROW);
    let syn = bytes_of(&one, 1);
    trace.push(event(0, near, syn.clone()));
    let mut error = icmp(ROUTER, (3, 1), 0, &syn);
    for (micros, identification) in [(100, 1), (5000, 2)] {
        error[5] = identification;
        error[8] = 64;
        trace.push(event(micros, far, error.clone()));
        error[8] = 63;
        trace.push(event(micros + 10, near, error.clone()));
    }
    let all = conversations(&trace);
    let seen: Vec<usize> = all.tcp[0].errors.iter().map(|error| error.seen_at.len()).collect();
    assert_eq!(seen, [2, 2]);
    assert!(all.outside.is_empty());
}

/// RFC 4443 §3.2: all four bytes are the MTU.
#[test]
fn an_icmpv6_error_tells_its_mtu() {
    let address = |last: u8| [&[0xfd][..], &[0; 14], &[last]].concat();
    let head = |next: u8, length: u8, from: u8, to: u8| {
        [&[0x60, 0, 0, 0, 0, length, next, 64][..], &address(from), &address(to)].concat()
    };
    let quoted = [head(6, 20, 1, 2), vec![0x9c, 0x40, 0, 80, 1, 2, 3, 4]].concat();
    let message = [&[2, 0, 0, 0, 0, 0, 5, 0][..], &quoted].concat();
    let bytes = [head(58, u8::try_from(message.len()).unwrap(), 9, 1), message].concat();
    let Transport::Icmp(icmp) = decode::packet(LinkType::RAW, &Frame::whole(bytes)).transport else { panic!("ICMPv6") };
    assert_eq!((icmp.meaning, icmp.mtu), (IcmpMeaning::TooBig, Some(1280)));
    assert_eq!(icmp.quoted.and_then(|quoted| quoted.seq), Some(0x0102_0304));
}

/// A datagram before a translator and behind it, with its answer; `change` is
/// what else differs behind it.
fn translated(change: impl Fn(&mut Vec<u8>), apart: i64) -> Conversations {
    let mut trace = Trace::new(Notes::default());
    let (inside, outside) = (interface(&mut trace, "inside"), interface(&mut trace, "outside"));
    let datagram = |ports: [u8; 4], payload: &[u8]| {
        [&ports[..], &[0, u8::try_from(8 + payload.len()).unwrap(), ports[1], ports[3]], payload].concat()
    };
    let (question, answer) = (b"who is there, and where?", b"me, here");
    trace.push(event(0, inside, packet(CLIENT, SERVER, 17, (64, 5), &datagram([0x9c, 0x40, 0, 53], question))));
    let mut behind = packet(PUBLIC, SERVER, 17, (63, 5), &datagram([0x13, 0x88, 0, 53], question));
    change(&mut behind);
    trace.push(event(apart, outside, behind));
    trace.push(event(apart + 50, outside, packet(SERVER, PUBLIC, 17, (64, 6), &datagram([0, 53, 0x13, 0x88], answer))));
    trace.push(event(apart + 60, inside, packet(SERVER, CLIENT, 17, (63, 6), &datagram([0, 53, 0x9c, 0x40], answer))));
    conversations(&trace)
}

#[test]
fn datagrams_are_followed_through_a_translator() {
    let all = translated(|_| (), 10);
    assert_eq!(all.udp.len(), 1);
    let udp = &all.udp[0];
    let seen: Vec<_> = udp.datagrams.iter().map(|it| (it.from, it.seen_at.len())).collect();
    assert_eq!(seen, [(End::Client, 2), (End::Server, 2)]);
    assert_eq!(udp.addresses.client, "10.0.0.1:40000".parse().unwrap());
    assert_eq!(udp.views.server, ("10.0.0.2:53".parse().unwrap(), "203.0.113.2:5000".parse().unwrap()));
}

/// Anything that a translator leaves alone tells two datagrams apart.
#[test]
fn datagrams_that_only_look_alike_are_not_joined() {
    let apart = |change: &dyn Fn(&mut Vec<u8>), micros: i64| translated(change, micros).udp.len();
    assert_eq!(apart(&|behind| behind[8] = 64, 10), 2, "no router was crossed");
    assert_eq!(apart(&|behind| behind[5] = 9, 10), 2, "another packet");
    assert_eq!(apart(&|behind| behind[45] ^= 1, 10), 2, "another payload");
    assert_eq!(apart(&|behind| behind[19] = 3, 10), 3, "to another host, which does not answer");
    assert_eq!(
        apart(&|behind| behind[12..16].copy_from_slice(&CLIENT), 10),
        3,
        "from the same host, which is not answered"
    );
    assert_eq!(apart(&|_| (), 2_000_000), 2, "too late");
}
