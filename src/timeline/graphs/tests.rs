use super::*;
use crate::conversation::conversations;
use crate::conversation::story::{CLIENT_ISN, datagrams, story};
use crate::model::{
    Did, Event, Inside, Place, PlaceId, Protocol, Rule, SocketState, Span, StackStep, TcpMetrics, What,
};

/// A graph of the only connection of a story; both initial numbers are just
/// before a wrap.
fn graph(lines: &str, kind: GraphKind, from: End) -> Result<Graph, Nothing> {
    let all = conversations(&story(lines));
    assert_eq!(all.tcp.len(), 1);
    Graph::new(Conversation::Tcp(&all.tcp[0]), kind, from)
}

/// A layer as frame, microseconds, low and high; nothing where it is not
/// there.
fn shown(graph: &Graph, meaning: Meaning) -> Vec<(u32, i64, i64, i64)> {
    let whole = |value: f64| format!("{value:.0}").parse::<i64>().unwrap();
    let elements = graph.layer(meaning).map_or(&[][..], Layer::elements);
    let row = |element: &Element| {
        (element.frame.map_or(0, |frame| frame.0), whole(element.at * 1e6), whole(element.low), whole(element.high))
    };
    elements.iter().map(row).collect()
}

/// The values of a layer in microseconds, with the frames they lie between.
fn times(graph: &Graph, meaning: Meaning) -> Vec<(u32, u32, i64)> {
    let elements = graph.layer(meaning).map_or(&[][..], Layer::elements);
    let number = |frame: Option<FrameNumber>| frame.map_or(0, |frame| frame.0);
    let row = |element: &Element| {
        let micros = format!("{:.0}", element.high * 1e6).parse().unwrap();
        (number(element.frame), number(element.answer), micros)
    };
    elements.iter().map(row).collect()
}

const CLIENT: End = End::Client;
const SERVER: End = End::Server;

/// Ten bytes are lost and sent again; the peer says what it holds.
const LOSS: &str = "
    0 > S 0 - 0 win=1000
    100 < S. 0 1 0 win=1000
    200 > . 1 1 0 win=1000
    1000 > P. 1 1 10 win=1000
    1010 > P. 11 1 10 win=1000
    1020 > P. 21 1 10 win=1000
    1100 < . 1 11 0 win=900
    1120 < . 1 11 0 win=900 sack=21-31
    400000 > P. 11 1 10 win=1000
    400100 < . 1 31 0 win=0 sack=11-21
    500000 > F. 31 1 0 win=1000
    500100 < . 1 32 0 win=800
    500200 < R. 1 32 0 win=0";

#[test]
fn tcptrace_draws_segments_between_acknowledgment_and_window() {
    let graph = graph(LOSS, GraphKind::Tcptrace, CLIENT).unwrap();
    assert_eq!(graph.base, Some(CLIENT_ISN));
    assert_eq!(graph.form(Meaning::Data), Form::Bars);
    assert_eq!(shown(&graph, Meaning::Data), [(4, 1000, 1, 11), (5, 1010, 11, 21), (6, 1020, 21, 31)]);
    assert_eq!(shown(&graph, Meaning::Again), [(9, 400_000, 11, 21)]);
    assert_eq!(shown(&graph, Meaning::Syn), [(1, 0, 0, 0)]);
    assert_eq!(shown(&graph, Meaning::Fin), [(11, 500_000, 31, 31)]);
    let acknowledged =
        [(2, 100, 1, 1), (7, 1100, 11, 11), (8, 1120, 11, 11), (10, 400_100, 31, 31), (12, 500_100, 32, 32)];
    assert_eq!(shown(&graph, Meaning::Acknowledged), acknowledged);
    let window = [(2, 100, 1001), (7, 1100, 911), (8, 1120, 911), (10, 400_100, 31), (12, 500_100, 832)];
    assert_eq!(shown(&graph, Meaning::WindowEdge), window.map(|(frame, at, edge)| (frame, at, edge, edge)));
    assert_eq!(shown(&graph, Meaning::Sack), [(8, 1120, 21, 31)]);
    assert_eq!(shown(&graph, Meaning::DuplicateSack), [(10, 400_100, 11, 21)], "below the acknowledgment");
    assert_eq!(shown(&graph, Meaning::DuplicateAck), [(8, 1120, 11, 11)]);
    assert_eq!(shown(&graph, Meaning::ZeroWindow), [(10, 400_100, 31, 31)]);
    assert_eq!(graph.count(Meaning::Reset), 0, "that is the other direction's");
    assert_eq!(graph.end.to_bits(), 0.5002_f64.to_bits());
}

#[test]
fn stevens_draws_points_and_no_answers() {
    let sent = graph(LOSS, GraphKind::Stevens, CLIENT).unwrap();
    assert_eq!(sent.form(Meaning::Data), Form::Dots);
    assert_eq!(shown(&sent, Meaning::Data), [(4, 1000, 1, 11), (5, 1010, 11, 21), (6, 1020, 21, 31)]);
    assert_eq!(shown(&sent, Meaning::Again), [(9, 400_000, 11, 21)]);
    assert_eq!(sent.count(Meaning::Acknowledged) + sent.count(Meaning::WindowEdge) + sent.count(Meaning::Sack), 0);
    let answers = graph(LOSS, GraphKind::Stevens, SERVER).unwrap();
    assert_eq!(shown(&answers, Meaning::Reset), [(13, 500_200, 1, 1)]);
    assert_eq!(answers.count(Meaning::Data), 0);
}

#[test]
fn a_window_far_above_everything_does_not_press_it_flat() {
    let far = "0 > S 0 - 0 \n 1 < S. 0 1 0 \n 2 > P. 1 1 8 \n 10 < . 1 9 0";
    let far = graph(far, GraphKind::Tcptrace, CLIENT).unwrap();
    assert_eq!(far.fit(|_| true), Some(Bounds { at: (0.0, 1e-5), value: (0.0, 9.0) }));
    let near = "0 > S 0 - 0 win=9 \n 1 < S. 0 1 0 win=9 \n 2 > P. 1 1 8 \n 10 < . 1 9 0 win=20";
    let near = graph(near, GraphKind::Tcptrace, CLIENT).unwrap();
    assert_eq!(near.fit(|_| true).unwrap().value, (0.0, 29.0));
    assert_eq!(near.fit(Meaning::is_limit).unwrap().value, (10.0, 29.0), "what alone is shown is seen");
    assert_eq!(near.fit(|_| false), None);
    let part = near.fit_between(5e-6, 9e-6, |_| true).unwrap();
    assert_eq!((part.at, part.value), ((5e-6, 9e-6), (1.0, 10.0)), "the levels of before");
}

/// A window without its scale is a number without a unit.
#[test]
fn without_the_syns_there_is_no_window() {
    let lines = "0 > P. 1 1 8 \n 10 < . 1 9 0";
    assert_eq!(graph(lines, GraphKind::Window, CLIENT).unwrap_err(), Nothing::ScaleNotSeen);
    let sequence = graph(lines, GraphKind::Tcptrace, CLIENT).unwrap();
    assert_eq!((sequence.count(Meaning::WindowEdge), sequence.remarks), (0, vec![Remark::ScaleNotSeen]));
}

#[test]
fn a_scaled_window_is_in_bytes() {
    let lines =
        "0 > S 0 - 0 win=100 scale=3 \n 1 < S. 0 1 0 win=100 scale=7 \n 2 > . 1 1 0 win=100 \n 3 < . 1 1 0 win=0";
    let window = graph(lines, GraphKind::Window, CLIENT).unwrap();
    assert_eq!(shown(&window, Meaning::Window), [(2, 1, 100, 100), (4, 3, 0, 0)]);
    assert_eq!(shown(&window, Meaning::ZeroWindow), [(4, 3, 0, 0)]);
    let window = graph(lines, GraphKind::Window, SERVER).unwrap();
    assert_eq!(shown(&window, Meaning::Window), [(1, 0, 100, 100), (3, 2, 800, 800)]);
}

/// Karn: what was sent twice gives no time; what waited for the delayed
/// acknowledgment of another is told apart.
#[test]
fn round_trips_are_those_that_are_certain() {
    let found = graph(LOSS, GraphKind::RoundTrip, CLIENT).unwrap();
    assert_eq!(times(&found, Meaning::RoundTrip), [(1, 2, 100), (4, 7, 100), (11, 12, 100)]);
    assert_eq!(times(&found, Meaning::RoundTripByTimestamps), []);
    assert_eq!(found.remarks, [Remark::SentAgain(1)], "bytes 11 to 20");
    // Bytes 21 to 30 had arrived, but their acknowledgment had to wait.
    assert_eq!(times(&found, Meaning::RoundTripBySack), [(6, 8, 100)]);
    assert_eq!(times(&found, Meaning::RoundTripCovered), []);
    let delayed = graph("0 > P. 1 1 10 \n 10 > P. 11 1 10 \n 40000 < . 1 21 0", GraphKind::RoundTrip, CLIENT).unwrap();
    assert_eq!(times(&delayed, Meaning::RoundTripCovered), [(1, 3, 40_000)]);
    assert_eq!(times(&delayed, Meaning::RoundTrip), [(2, 3, 39_990)]);
}

#[test]
fn a_timestamp_says_which_copy_was_acknowledged() {
    let lines = |echo: u32| {
        format!(
            "0 > P. 1 1 10 ts=700,0
            300000 > P. 1 1 10 ts=1000,0
            300050 < . 1 11 0 ts=5,{echo}"
        )
    };
    let second = graph(&lines(1000), GraphKind::RoundTrip, CLIENT).unwrap();
    assert_eq!(times(&second, Meaning::RoundTripByTimestamps), [(2, 3, 50)]);
    let first = graph(&lines(700), GraphKind::RoundTrip, CLIENT).unwrap();
    assert_eq!(times(&first, Meaning::RoundTripByTimestamps), [(1, 3, 300_050)]);
    assert_eq!(graph(&lines(1), GraphKind::RoundTrip, CLIENT).unwrap_err(), Nothing::AllSentAgain);
    let same = lines(700).replace("ts=1000,0", "ts=700,0");
    assert_eq!(graph(&same, GraphKind::RoundTrip, CLIENT).unwrap_err(), Nothing::AllSentAgain, "both say 700");
}

#[test]
fn what_is_never_acknowledged_has_no_round_trip() {
    let found = graph("0 > P. 1 1 10 \n 10 < P. 1 1 5", GraphKind::RoundTrip, CLIENT);
    assert_eq!(found.unwrap_err(), Nothing::NotAcknowledged);
    let found = graph("0 > P. 1 1 10 \n 10 > P. 11 1 5", GraphKind::RoundTrip, SERVER);
    assert_eq!(found.unwrap_err(), Nothing::NoSegment);
}

#[test]
fn flight_grows_by_sending_and_shrinks_by_acknowledgments_and_blocks() {
    let flight = graph(LOSS, GraphKind::InFlight, CLIENT).unwrap();
    let steps = [
        (1, 0, 0),
        (4, 1000, 10),
        (5, 1010, 20),
        (6, 1020, 30),
        (7, 1100, 20),
        (8, 1120, 10),
        (9, 400_000, 10),
        (10, 400_100, 0),
    ];
    assert_eq!(shown(&flight, Meaning::InFlight), steps.map(|(frame, at, bytes)| (frame, at, bytes, bytes)));
    let window = [(2, 100, 1000), (7, 1100, 900), (8, 1120, 900), (10, 400_100, 0), (12, 500_100, 800)];
    assert_eq!(shown(&flight, Meaning::Window), window.map(|(frame, at, bytes)| (frame, at, bytes, bytes)));
    assert_eq!(graph(LOSS, GraphKind::InFlight, SERVER).unwrap_err(), Nothing::NoData);
}

#[test]
fn blocks_that_overlap_count_once_and_leave_with_the_acknowledgment() {
    let lines = "
        0 > P. 1 1 10
        1 > P. 11 1 90
        2 < . 1 1 0 sack=11-31
        3 < . 1 1 0 sack=21-41 sack=51-61
        4 < . 1 26 0 sack=41-51
        5 < . 1 101 0";
    let flight = graph(lines, GraphKind::InFlight, CLIENT).unwrap();
    let bytes: Vec<i64> = shown(&flight, Meaning::InFlight).iter().map(|row| row.3).collect();
    assert_eq!(bytes, [10, 100, 80, 60, 40, 0]);
}

#[test]
fn throughput_counts_everything_and_goodput_what_arrived() {
    let found = graph(LOSS, GraphKind::Throughput, CLIENT).unwrap();
    // Half a second in buckets of 5 ms.
    assert_eq!(found.remarks, [Remark::Bucket(0.005)]);
    let bits = |meaning| {
        let rows = shown(&found, meaning);
        assert_eq!(rows.len(), 101);
        rows.into_iter().filter(|row| row.3 > 0).map(|(frame, at, _, rate)| (frame, at, rate)).collect::<Vec<_>>()
    };
    assert_eq!(bits(Meaning::Throughput), [(4, 0, 48_000), (9, 400_000, 16_000)]);
    assert_eq!(bits(Meaning::GoodputAcknowledged), [(7, 0, 16_000), (10, 400_000, 32_000)], "no SYN, no FIN");
    let alone = graph("0 > P. 1 1 10 \n 1000 > P. 1 1 10 \n 2000 > P. 11 1 10", GraphKind::Throughput, CLIENT).unwrap();
    let sum = |meaning| -> i64 { shown(&alone, meaning).iter().map(|row| row.3).sum() };
    assert_eq!((sum(Meaning::Throughput), sum(Meaning::GoodputFirstSent)), (30 * 8 * 100_000, 20 * 8 * 100_000));
    assert_eq!(graph("0 > P. 1 1 10", GraphKind::Throughput, CLIENT).unwrap_err(), Nothing::OneMoment);
}

/// A reset may bring a text with its reason: no piece of the stream.
#[test]
fn what_a_reset_carries_is_no_data() {
    let lines = "0 > P. 1 1 8 \n 10 < . 1 9 0 \n 20 < R. 1 9 5";
    let sent = graph(lines, GraphKind::Stevens, SERVER).unwrap();
    assert_eq!((sent.count(Meaning::Data), sent.count(Meaning::Reset)), (0, 1));
    for kind in [GraphKind::InFlight, GraphKind::Throughput] {
        assert_eq!(graph(lines, kind, SERVER).unwrap_err(), Nothing::NoData);
    }
}

#[test]
fn what_the_kernel_said_is_drawn_as_sampled() {
    let mut trace = story("0 > S 0 - 0 \n 100 < S. 0 1 0 \n 200 > . 1 1 0");
    let kernel = trace.add_place(Place::Kernel { system: "Linux".into(), host: None });
    assert_eq!(kernel, PlaceId(1));
    let said = SocketState {
        protocol: Protocol::Tcp,
        local: "10.0.0.1:40000".parse().unwrap(),
        peer: Some("10.0.0.2:80".parse().unwrap()),
        state: None,
        within: Span::from_nanos(1000),
        destroyed: false,
        queues: None,
        timer: None,
        metrics: Some(TcpMetrics { rtt_us: 90, rttvar_us: 1, cwnd: 10, retransmits: 0 }),
    };
    let at = crate::conversation::story::START + Span::from_nanos(300_000);
    trace.push(Event { at, place: kernel, what: What::SocketState(said) });
    let all = conversations(&trace);
    let tcp = Conversation::Tcp(&all.tcp[0]);
    let congestion = Graph::new(tcp, GraphKind::Congestion, CLIENT).unwrap();
    assert_eq!(shown(&congestion, Meaning::CongestionSampled), [(0, 300, 10, 10)]);
    assert!(congestion.end > 0.000_29);
    let round_trip = Graph::new(tcp, GraphKind::RoundTrip, CLIENT).unwrap();
    assert_eq!(times(&round_trip, Meaning::RoundTripSampled), [(0, 0, 90)]);
    assert_eq!(Graph::new(tcp, GraphKind::Congestion, SERVER).unwrap_err(), Nothing::NotSampled);
}

#[test]
fn what_a_simulated_tcp_told_is_drawn_as_such() {
    let mut trace = story("0 > S 0 - 0 \n 100 < S. 0 1 0 \n 200 > . 1 1 0");
    let own = trace.add_place(Place::Kernel { system: crate::model::SIMULATOR.into(), host: None });
    let inside = |cwnd, ssthresh| Inside {
        cwnd: Some(cwnd),
        ssthresh,
        mss: 1000,
        srtt: None,
        rto: Span::from_nanos(0),
        send_window: 0,
        receive_window: 0,
        in_flight: 0,
        unacknowledged: 0,
        unread: 0,
        out_of_order: 0,
        retransmissions: 0,
        timers: Vec::new(),
    };
    for (micros, inside) in [(300, inside(10_000, None)), (400, inside(5_000, Some(5_000)))] {
        let step = StackStep {
            local: "10.0.0.1:40000".parse().unwrap(),
            peer: Some("10.0.0.2:80".parse().unwrap()),
            did: Did::Ignored,
            rule: Rule { name: "no-ack-bit".into(), citation: None, counterfactual: false },
            state: None,
            made: None,
            took: None,
            inside: Some(inside),
        };
        let at = crate::conversation::story::START + Span::from_nanos(micros * 1_000);
        trace.push(Event { at, place: own, what: What::StackStep(Box::new(step)) });
    }
    let all = conversations(&trace);
    let graph = Graph::new(Conversation::Tcp(&all.tcp[0]), GraphKind::Congestion, CLIENT).unwrap();
    assert_eq!(shown(&graph, Meaning::CongestionSimulated), [(0, 300, 10, 10), (0, 400, 5, 5)]);
    assert_eq!(shown(&graph, Meaning::ThresholdSimulated), [(0, 400, 5, 5)], "none before the first loss");
    assert_eq!(shown(&graph, Meaning::CongestionSampled), []);
}

#[test]
fn udp_has_sizes_and_a_rate_and_says_what_it_has_not() {
    let all = conversations(&datagrams("0 > 7 \n 10 < 15 \n 20 > 0 \n 30 > 5 \n 40 ! 0"));
    let udp = Conversation::Udp(&all.udp[0]);
    let sizes = Graph::new(udp, GraphKind::Stevens, CLIENT).unwrap();
    assert_eq!(shown(&sizes, Meaning::Datagram), [(1, 0, 7, 7), (3, 20, 0, 0), (4, 30, 5, 5)]);
    assert_eq!(shown(&sizes, Meaning::Error), [(5, 40, 5, 5)]);
    let rate = Graph::new(udp, GraphKind::Throughput, SERVER).unwrap();
    assert_eq!(shown(&rate, Meaning::Rate).iter().map(|row| row.3).sum::<i64>(), 15 * 8 * 5_000_000);
    for kind in
        [GraphKind::Tcptrace, GraphKind::RoundTrip, GraphKind::InFlight, GraphKind::Window, GraphKind::Congestion]
    {
        assert_eq!(Graph::new(udp, kind, CLIENT).unwrap_err(), Nothing::NotInUdp(kind));
    }
}
