use super::story::{datagrams, story};
use super::*;
use crate::model::TcpState;
use crate::trace::{Notes, Trace};

/// The only conversation of a story.
fn conversation(lines: &str) -> TcpConversation {
    let mut all = conversations(&story(lines)).tcp;
    assert_eq!(all.len(), 1, "one conversation");
    all.remove(0)
}

/// An end's states in order, the first one included.
fn path(changes: &[StateChange]) -> String {
    let first = changes.first().and_then(|change| change.from);
    let names = first.into_iter().chain(changes.iter().map(|change| change.to)).map(TcpState::name);
    names.collect::<Vec<_>>().join(" ")
}

/// One row of the table: a story, and what must be understood.
struct Row {
    title: &'static str,
    story: &'static str,
    opening: Opening,
    closing: Closing,
    client: &'static str,
    server: &'static str,
}

const HANDSHAKE: &str = "
    0 > S 0 - 0
    1 < S. 0 1 0
    2 > . 1 1 0
";

/// RFC 9293 figures 6 to 13 and their neighbours.
#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn openings_closings_and_states() {
    use Closing::{FourSegment, HalfClosed, Open, Reset, SimultaneousClose, ThreeSegment};
    use Opening::{Incomplete, NotSeen, Refused, SimultaneousOpen, ThreeWayHandshake, Unanswered};
    let rows = [
        Row {
            title: "figure 12: normal close, four segments",
            story: "10 > F. 1 1 0 \n 11 < . 1 2 0 \n 12 < F. 1 2 0 \n 13 > . 2 2 0",
            opening: ThreeWayHandshake,
            closing: FourSegment,
            client: "CLOSED SYN-SENT ESTABLISHED FIN-WAIT-1 FIN-WAIT-2 TIME-WAIT",
            server: "LISTEN SYN-RECEIVED ESTABLISHED CLOSE-WAIT LAST-ACK CLOSED",
        },
        Row {
            title: "the ACK rides on the FIN",
            story: "10 > F. 1 1 0 \n 12 < F. 1 2 0 \n 13 > . 2 2 0",
            opening: ThreeWayHandshake,
            closing: ThreeSegment,
            client: "CLOSED SYN-SENT ESTABLISHED FIN-WAIT-1 TIME-WAIT",
            server: "LISTEN SYN-RECEIVED ESTABLISHED CLOSE-WAIT LAST-ACK CLOSED",
        },
        Row {
            title: "figure 13: the FINs cross",
            story: "10 > F. 1 1 0 \n 11 < F. 1 1 0 \n 12 > . 2 2 0 \n 13 < . 2 2 0",
            opening: ThreeWayHandshake,
            closing: SimultaneousClose,
            client: "CLOSED SYN-SENT ESTABLISHED FIN-WAIT-1 CLOSING TIME-WAIT",
            server: "LISTEN SYN-RECEIVED ESTABLISHED FIN-WAIT-1 CLOSING TIME-WAIT",
        },
        Row {
            title: "the server closes first",
            story: "10 < F. 1 1 0 \n 11 > . 1 2 0 \n 12 > F. 1 2 0 \n 13 < . 2 2 0",
            opening: ThreeWayHandshake,
            closing: FourSegment,
            client: "CLOSED SYN-SENT ESTABLISHED CLOSE-WAIT LAST-ACK CLOSED",
            server: "LISTEN SYN-RECEIVED ESTABLISHED FIN-WAIT-1 FIN-WAIT-2 TIME-WAIT",
        },
        Row {
            title: "one direction closed, the other still speaks",
            story: "10 > F. 1 1 0 \n 11 < . 1 2 0 \n 12 < P. 1 2 8 \n 13 > . 2 9 0",
            opening: ThreeWayHandshake,
            closing: HalfClosed,
            client: "CLOSED SYN-SENT ESTABLISHED FIN-WAIT-1 FIN-WAIT-2",
            server: "LISTEN SYN-RECEIVED ESTABLISHED CLOSE-WAIT",
        },
        Row {
            title: "data sent before the FIN had arrived does not acknowledge it",
            story: "10 > F. 1 1 0 \n 11 < P. 1 1 8 \n 12 < . 9 2 0",
            opening: ThreeWayHandshake,
            closing: HalfClosed,
            client: "CLOSED SYN-SENT ESTABLISHED FIN-WAIT-1 FIN-WAIT-2",
            server: "LISTEN SYN-RECEIVED ESTABLISHED CLOSE-WAIT",
        },
        Row {
            title: "a reset in the middle",
            story: "10 > P. 1 1 8 \n 11 < R 1 - 0",
            opening: ThreeWayHandshake,
            closing: Reset,
            client: "CLOSED SYN-SENT ESTABLISHED CLOSED",
            server: "LISTEN SYN-RECEIVED ESTABLISHED CLOSED",
        },
        Row {
            title: "a reset with a number nobody expects is ignored by its receiver",
            story: "10 < R 700 - 0 \n 11 > P. 1 1 8",
            opening: ThreeWayHandshake,
            closing: Reset,
            client: "CLOSED SYN-SENT ESTABLISHED",
            server: "LISTEN SYN-RECEIVED ESTABLISHED CLOSED",
        },
        Row {
            title: "a FIN that comes before its data waits for it",
            story: "10 > FP. 9 1 4 \n 11 < . 1 1 0 \n 12 > P. 1 1 8 \n 13 < . 1 14 0",
            opening: ThreeWayHandshake,
            closing: HalfClosed,
            client: "CLOSED SYN-SENT ESTABLISHED FIN-WAIT-1 FIN-WAIT-2",
            server: "LISTEN SYN-RECEIVED ESTABLISHED CLOSE-WAIT",
        },
        Row {
            title: "no end in the capture",
            story: "",
            opening: ThreeWayHandshake,
            closing: Open,
            client: "CLOSED SYN-SENT ESTABLISHED",
            server: "LISTEN SYN-RECEIVED ESTABLISHED",
        },
    ];
    let whole = [
        Row {
            title: "figure 7: both ask at once",
            story: "0 > S 0 - 0 \n 1 < S 0 - 0 \n 2 > S. 0 1 0 \n 3 < S. 0 1 0",
            opening: SimultaneousOpen,
            closing: Open,
            client: "CLOSED SYN-SENT SYN-RECEIVED ESTABLISHED",
            server: "CLOSED SYN-SENT SYN-RECEIVED ESTABLISHED",
        },
        Row {
            title: "nobody listens",
            story: "0 > S 0 - 0 \n 1 < R. 0 1 0",
            opening: Refused,
            closing: Reset,
            client: "CLOSED SYN-SENT CLOSED",
            server: "",
        },
        Row {
            title: "nobody answers",
            story: "0 > S 0 - 0 \n 1000000 > S 0 - 0 \n 2000000 > S 0 - 0",
            opening: Unanswered,
            closing: Open,
            client: "CLOSED SYN-SENT",
            server: "",
        },
        Row {
            title: "the last ACK of the handshake is missing",
            story: "0 > S 0 - 0 \n 1 < S. 0 1 0",
            opening: Incomplete,
            closing: Open,
            client: "CLOSED SYN-SENT ESTABLISHED",
            server: "LISTEN SYN-RECEIVED",
        },
        Row {
            title: "the capture starts in the middle",
            story: "0 > P. 1 1 8 \n 1 < . 1 9 0",
            opening: NotSeen,
            closing: Open,
            client: "ESTABLISHED",
            server: "ESTABLISHED",
        },
    ];
    let with_handshake = rows.into_iter().map(|row| (format!("{HANDSHAKE}{}", row.story), row));
    for (story, row) in with_handshake.chain(whole.into_iter().map(|row| (row.story.to_owned(), row))) {
        let found = conversation(&story);
        assert_eq!(found.opening, row.opening, "{}", row.title);
        assert_eq!(found.closing, row.closing, "{}", row.title);
        assert_eq!(path(&found.states.client), row.client, "{}: client", row.title);
        assert_eq!(path(&found.states.server), row.server, "{}: server", row.title);
    }
}

#[test]
fn every_number_has_its_reason() {
    let found = conversation(&format!(
        "{HANDSHAKE}
        3 < P. 1 1 8
        4 > . 1 9 0
        5 > P. 1 9 7
        6 > F. 8 9 0
        7 < . 9 9 0
        8 > P. 1 9 7
        9 > . 20 9 0"
    ));
    let reasons = |index: usize| &found.segments[index].why[..2];
    let sum = |from, bytes, syn, fin| Sum { from, bytes, syn, fin };
    let raw = super::story::SERVER_ISN.raw();
    assert_eq!(reasons(1), [Why::SeqInitial { raw }, Why::AckNext(sum(0, 0, true, false))]);
    assert_eq!(reasons(2), [Why::SeqNext(sum(0, 0, true, false)), Why::AckNext(sum(0, 0, true, false))]);
    assert_eq!(reasons(4), [Why::SeqNext(sum(0, 0, true, false)), Why::AckNext(sum(1, 8, false, false))]);
    assert_eq!(reasons(6), [Why::SeqNext(sum(1, 7, false, false)), Why::AckUnmoved { ack: 9 }]);
    assert_eq!(reasons(7)[1], Why::AckNext(sum(1, 7, false, true)));
    assert_eq!(reasons(8)[0], Why::SeqAgain { seq: 1, next: 9 });
    assert_eq!(found.segments[8].repeats, Some(5));
    assert_eq!(found.segments[8].cause, Cause::Kernel(KernelReason::SendsAgain));
    assert_eq!(reasons(9)[0], Why::SeqAhead { seq: 20, missing: 11 });
    for segment in &found.segments {
        for why in &segment.why {
            if let Why::SeqNext(sum) = why {
                assert_eq!(sum.total(), segment.relative_seq);
            }
            if let Why::AckNext(sum) = why {
                assert_eq!(Some(sum.total()), segment.relative_ack);
            }
        }
    }
    assert_eq!(found.bytes(), Ends { client: 7, server: 8 });
}

/// tshark calls the SYN+ACKs of a simultaneous open retransmissions; they are
/// its second step (RFC 9293 figure 7). Sent twice, they are.
#[test]
fn crossed_syns_are_answered_not_repeated() {
    let crossed = "0 > S 0 - 0 \n 1 < S 0 - 0 \n 2 > S. 0 1 0 \n 3 < S. 0 1 0";
    let found = conversation(&format!("{crossed} \n 9 < S. 0 1 0"));
    let repeats: Vec<Option<usize>> = found.segments.iter().map(|segment| segment.repeats).collect();
    assert_eq!(repeats, [None, None, None, None, Some(1)]);
    assert_eq!(found.segments[2].cause, Cause::Kernel(KernelReason::AnswersCrossedSyn));
}

#[test]
fn an_ack_without_news_is_not_called_an_acknowledgment_of_data() {
    let found = conversation(&format!("{HANDSHAKE} 3 > P. 1 1 8 \n 4 < . 1 9 0 \n 5 < . 1 9 0"));
    let causes: Vec<Cause> = found.segments[4..].iter().map(|segment| segment.cause).collect();
    assert_eq!(causes, [KernelReason::Acknowledges, KernelReason::NothingNew].map(Cause::Kernel));
}

/// The kernel's own segments are told apart even when no calls were recorded.
#[test]
fn a_kernel_answers_by_itself() {
    let found = conversation(&format!("{HANDSHAKE} 3 > P. 1 1 8 \n 4 < . 1 9 0 \n 5 > F. 9 1 0 \n 6 < . 1 10 0"));
    let causes: Vec<Cause> = found.segments.iter().map(|segment| segment.cause).collect();
    assert_eq!(
        causes,
        [
            Cause::Unknown,
            Cause::Kernel(KernelReason::AnswersSyn),
            Cause::Kernel(KernelReason::FinishesHandshake),
            Cause::Unknown,
            Cause::Kernel(KernelReason::Acknowledges),
            Cause::Unknown,
            Cause::Kernel(KernelReason::AcknowledgesFin),
        ]
    );
}

#[test]
fn a_new_initial_number_is_a_new_conversation() {
    let mut trace = story(&format!("{HANDSHAKE} 3 > F. 1 1 0 \n 4 < F. 1 2 0 \n 5 > . 2 2 0"));
    for event in story("9 > S 77 - 0 \n 10 < S. 99 78 0").events() {
        trace.push(event.clone());
    }
    let all = conversations(&trace).tcp;
    assert_eq!(all.len(), 2);
    assert_eq!((all[1].segments[0].relative_seq, all[1].segments[1].relative_ack), (0, Some(1)));
    assert_eq!(all[1].addresses, all[0].addresses);
}

#[test]
fn datagrams_keep_their_boundaries_and_errors_find_their_datagram() {
    let all = conversations(&datagrams("0 > 7 \n 10 < 15 \n 20 > 0 \n 30 > 5 \n 40 ! 0"));
    assert_eq!((all.tcp.len(), all.udp.len()), (0, 1));
    assert!(all.outside.is_empty());
    let udp = &all.udp[0];
    assert_eq!(udp.addresses.client, "10.0.0.1:40000".parse().unwrap());
    let seen: Vec<_> = udp.datagrams.iter().map(|datagram| (datagram.from, datagram.length)).collect();
    let (client, server) = (End::Client, End::Server);
    assert_eq!(seen, [(client, 7), (server, 15), (client, 0), (client, 5), (server, 0)]);
    let error = &udp.datagrams[4];
    let about = Some(crate::trace::FrameNumber(4));
    let meaning = crate::decode::IcmpMeaning::PortUnreachable;
    let address = "10.0.0.2".parse().unwrap();
    let notice = Notice { meaning, kind: 3, code: 3, mtu: None, address, sender: Sender::Destination };
    assert_eq!(error.content, DatagramContent::Error { notice, about });
    assert_eq!(error.cause, Cause::Kernel(KernelReason::PortClosed));
    assert_eq!(udp.bytes(), Ends { client: 12, server: 15 });
}

/// The quoted header, not the order, tells which datagram an error is about.
#[test]
fn an_error_is_about_the_datagram_it_quotes() {
    let all = conversations(&datagrams("0 > 7 \n 10 > 5 \n 20 ! 1"));
    let about = all.udp[0].datagrams.iter().find_map(|datagram| match datagram.content {
        DatagramContent::Error { about, .. } => about,
        DatagramContent::Data => None,
    });
    assert_eq!(about, Some(crate::trace::FrameNumber(1)));
}

/// Who sent first is the client, whatever the ports.
#[test]
fn an_error_without_its_datagram_is_counted() {
    let whole = datagrams("0 < 3 \n 10 ! 0");
    assert_eq!(conversations(&whole).udp[0].addresses.client, "10.0.0.2:53".parse().unwrap());
    let mut alone = Trace::new(Notes::default());
    for (_, place) in whole.places() {
        alone.add_place(place.clone());
    }
    alone.push(whole.events()[1].clone());
    let all = conversations(&alone);
    assert!(all.udp.is_empty());
    assert_eq!(all.outside.get(&Outside::Icmp), Some(&1));
}
