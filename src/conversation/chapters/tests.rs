use super::*;
use crate::conversation::conversations;
use crate::model::{Frame, LinkType, Place, TcpFlags};
use crate::trace::Notes;

const START: Timestamp = Timestamp::from_nanos(1_800_000_000_000_000_000);
const CLIENT: ([u8; 4], u8) = ([192, 168, 1, 2], 2);
const GATEWAY: ([u8; 4], u8) = ([192, 168, 1, 1], 1);
/// Both servers are behind the gateway.
const NAMES: [u8; 4] = [198, 51, 100, 53];
const WEB: [u8; 4] = [198, 51, 100, 80];

/// A capture on the client's link, made frame by frame.
struct Maker {
    trace: Trace,
    micros: i64,
}

impl Maker {
    fn new() -> Self {
        let mut trace = Trace::new(Notes::default());
        trace.add_place(Place::Interface { name: "eth0".into(), description: None, link_type: LinkType::ETHERNET });
        Self { trace, micros: 0 }
    }

    fn frame(&mut self, destination: u8, source: u8, ether_type: u16, payload: &[u8]) -> &mut Self {
        let mut bytes = vec![2, 0, 0, 0, 0, destination, 2, 0, 0, 0, 0, source];
        bytes.extend(ether_type.to_be_bytes());
        bytes.extend(payload);
        let at = START + crate::model::Span::from_nanos(self.micros * 1000);
        self.micros += 100;
        let (place, what) = (crate::model::PlaceId(0), crate::model::What::Frame(Frame::whole(bytes)));
        self.trace.push(crate::model::Event { at, place, what });
        self
    }

    fn arp(&mut self, opcode: u8, by: ([u8; 4], u8), of: ([u8; 4], u8)) -> &mut Self {
        let mut bytes = vec![0, 1, 8, 0, 6, 4, 0, opcode, 2, 0, 0, 0, 0, by.1];
        bytes.extend(by.0);
        bytes.extend([2, 0, 0, 0, 0, if opcode == 1 { 0 } else { of.1 }]);
        bytes.extend(of.0);
        self.frame(of.1, by.1, 0x0806, &bytes)
    }

    fn ip(&mut self, to_server: bool, server: [u8; 4], protocol: u8, payload: &[u8]) -> &mut Self {
        let (from, to) = if to_server { (CLIENT.0, server) } else { (server, CLIENT.0) };
        let mut bytes = vec![0x45, 0];
        bytes.extend(u16::try_from(20 + payload.len()).unwrap().to_be_bytes());
        bytes.extend([0, 0, 0x40, 0, 64, protocol, 0, 0]);
        bytes.extend(from);
        bytes.extend(to);
        bytes.extend(payload);
        let (destination, source) = if to_server { (GATEWAY.1, CLIENT.1) } else { (CLIENT.1, GATEWAY.1) };
        self.frame(destination, source, 0x0800, &bytes)
    }

    fn dns(&mut self, to_server: bool, message: &[u8]) -> &mut Self {
        let ports = if to_server { [0x9c40_u16, DNS] } else { [DNS, 0x9c40] };
        let mut bytes = [ports[0].to_be_bytes(), ports[1].to_be_bytes()].concat();
        bytes.extend(u16::try_from(8 + message.len()).unwrap().to_be_bytes());
        bytes.extend([0, 0]);
        bytes.extend(message);
        self.ip(to_server, NAMES, 17, &bytes)
    }

    /// A question for `www.example`, or its answer.
    fn lookup(&mut self, id: u8, answer: Option<(u8, &[[u8; 4]])>) -> &mut Self {
        let (code, addresses) = answer.unwrap_or_default();
        let flags = if answer.is_some() { [0x85, code] } else { [1, 0] };
        let count = u8::try_from(addresses.len()).unwrap();
        let mut message = vec![0, id, flags[0], flags[1], 0, 1, 0, count, 0, 0, 0, 0];
        message.extend(b"\x03www\x07example\0\0\x01\0\x01");
        for address in addresses {
            message.extend(b"\xc0\x0c\0\x01\0\x01\0\0\x01\x2c\0\x04");
            message.extend(address);
        }
        self.dns(answer.is_none(), &message)
    }

    fn tcp(&mut self, to_server: bool, flags: TcpFlags, seq: u32, ack: u32, payload: &[u8]) -> &mut Self {
        let ports = if to_server { [0x9c41_u16, 80] } else { [80, 0x9c41] };
        let mut bytes = [ports[0].to_be_bytes(), ports[1].to_be_bytes()].concat();
        bytes.extend((1000 + seq).to_be_bytes());
        bytes.extend(if flags.ack() { 1000 + ack } else { 0 }.to_be_bytes());
        bytes.extend([0x50, flags.bits(), 0xfa, 0xf0, 0, 0, 0, 0]);
        bytes.extend(payload);
        self.ip(to_server, WEB, 6, &bytes)
    }

    /// Handshake, one request with its answer, and three segments to close.
    fn page(&mut self) -> &mut Self {
        let (syn, ack, fin) = (TcpFlags::SYN, TcpFlags::ACK, TcpFlags::FIN);
        self.tcp(true, syn, 0, 0, b"").tcp(false, syn.with(ack), 0, 1, b"").tcp(true, ack, 1, 1, b"");
        self.tcp(true, ack, 1, 1, b"GET /a HTTP/1.1\r\n\r\n");
        self.tcp(false, ack, 1, 20, b"HTTP/1.1 404 Not Found\r\n\r\n");
        self.tcp(true, ack.with(fin), 20, 27, b"").tcp(false, ack.with(fin), 27, 21, b"");
        self.tcp(true, ack, 21, 28, b"")
    }

    fn told(&self) -> Vec<Story> {
        stories(&self.trace, &conversations(&self.trace))
    }
}

fn names(story: &Story) -> Vec<(&'static str, Vec<u32>)> {
    let frames = |chapter: &Chapter| chapter.frames.iter().map(|frame| frame.0).collect();
    story.chapters.iter().map(|chapter| (chapter.what.name(), frames(chapter))).collect()
}

#[test]
fn a_name_leads_to_a_page_in_five_chapters() {
    let mut maker = Maker::new();
    maker.arp(1, CLIENT, GATEWAY).arp(2, GATEWAY, CLIENT);
    maker.lookup(7, None).lookup(7, Some((0, &[WEB]))).page();
    let stories = maker.told();
    assert_eq!(stories.len(), 1);
    assert_eq!(
        names(&stories[0]),
        [
            ("neighbours", vec![1, 2]),
            ("lookup", vec![3, 4]),
            ("opening", vec![5, 6, 7]),
            ("exchange", vec![8, 9]),
            ("closing", vec![10, 11, 12]),
        ]
    );
    let [neighbours, lookup, _, exchange, closing] = &stories[0].chapters[..] else { panic!() };
    let mac = Some(decode::MacAddress([2, 0, 0, 0, 0, 1]));
    assert_eq!(neighbours.what, Event::Neighbours(vec![Neighbour { by: CLIENT.0.into(), of: GATEWAY.0.into(), mac }]));
    assert!(matches!(&lookup.what, Event::Lookup { questions: 1, answers: 1, addresses, refused: None, .. }
        if *addresses == [IpAddr::from(WEB)]));
    let request = Some("GET /a".to_owned());
    let bytes = Ends { client: 19, server: 26 };
    assert_eq!(exchange.what, Event::Exchange { request, status: Some(404), bytes, segments: 2 });
    assert!(matches!(closing.what, Event::Closing { first: End::Client, segments: 3, .. }));
}

#[test]
fn a_question_that_is_asked_again_is_one_lookup() {
    let mut maker = Maker::new();
    maker.lookup(7, None);
    maker.micros += 1_000_000;
    maker.lookup(7, None).lookup(7, Some((0, &[WEB]))).page();
    let stories = maker.told();
    assert_eq!(names(&stories[0])[0], ("lookup", vec![1, 2, 3]));
    assert!(matches!(stories[0].chapters[0].what, Event::Lookup { questions: 2, answers: 1, .. }));
}

#[test]
fn a_lookup_that_led_to_nothing_is_told_if_nothing_follows() {
    let mut maker = Maker::new();
    maker.lookup(7, None).lookup(7, Some((3, &[])));
    let stories = maker.told();
    assert!(matches!(stories[0].chapters[0].what, Event::Lookup { refused: Some(3), .. }));
    assert_eq!(names(&stories[0]).len(), 1);
    // Another connection follows: nobody knows what it has to do with it.
    maker.page();
    assert_eq!(maker.told(), []);
}

#[test]
fn a_connection_to_another_address_or_before_the_answer_is_no_part() {
    let mut maker = Maker::new();
    maker.lookup(7, None).lookup(7, Some((0, &[[198, 51, 100, 81]]))).page();
    assert_eq!(maker.told(), []);
    let mut maker = Maker::new();
    maker.page().lookup(7, None).lookup(7, Some((0, &[WEB])));
    assert_eq!(maker.told(), []);
    assert_eq!(stories(&Trace::default(), &Conversations::default()), []);
}
