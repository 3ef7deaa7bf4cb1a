//! Each of tshark's rules shown by a tiny capture.

use super::TcpRow;
use super::scene::{rows, tshark};
use crate::model::Span;
use crate::trace::FrameNumber;

/// A handshake of 10 ms, and what follows.
fn after_handshake(lines: &str) -> String {
    format!("0 > S 0 0 0 ws=2\n5000 < S. 0 1 0 ws=3\n10000 > . 1 1 0\n{lines}")
}

/// What tshark finds in the lines after a handshake.
fn found(lines: &str) -> Vec<String> {
    let mut found = tshark(&after_handshake(lines));
    let rest = found.split_off(3);
    assert_eq!(found, ["", "", ""]);
    rest
}

fn said(lines: &str) -> Vec<TcpRow> {
    rows(&after_handshake(lines)).split_off(3)
}

#[test]
fn zero_window_and_its_probe() {
    let lines = "20000 < . 1 1 0 win=0\n30000 > . 1 1 1\n40000 < . 1 1 0 win=0\n50000 < . 1 1 0 win=50";
    assert_eq!(
        found(lines),
        ["zero_window", "zero_window_probe", "zero_window zero_window_probe_ack", "window_update"]
    );
}

#[test]
fn lost_segment() {
    assert_eq!(found("20000 > . 101 1 10\n30000 > . 211 1 0"), ["lost_segment", "lost_segment"]);
    assert_eq!(found("20000 > R. 101 1 0"), [""]);
}

#[test]
fn keep_alive_and_its_answer() {
    assert_eq!(found("20000 > . 0 1 0\n30000 < . 1 1 0 win=1000"), ["keep_alive", "keep_alive_ack"]);
    assert_eq!(found("20000 > . 0 1 1\n30000 > . 0 1 2"), ["keep_alive", ""]);
}

#[test]
fn window_full() {
    // The server's window is 1000 shifted by 3 once it has sent an ACK.
    let lines = "20000 > . 1 1 10\n30000 < . 1 11 0\n40000 > . 11 1 7999\n50000 > . 8010 1 1";
    assert_eq!(found(lines), ["", "", "", "window_full"]);
    // Right after the SYN+ACK its window is not scaled.
    assert_eq!(found("20000 > . 1 1 1000"), ["window_full"]);
}

#[test]
fn duplicate_acks_count_from_the_first() {
    let lines = "20000 > . 1 1 100\n21000 > . 101 1 100\n30000 < . 1 1 0 win=999\n31000 < . 1 1 0 win=999\n32000 < . 1 1 0 win=999";
    assert_eq!(found(lines), ["", "", "window_update", "duplicate_ack", "duplicate_ack"]);
    let counts: Vec<_> = said(lines).iter().map(|row| row.duplicate_ack).collect();
    // The row began with the SYN+ACK, which said the same.
    assert_eq!(counts[3..], [Some((1, FrameNumber(2))), Some((2, FrameNumber(2)))]);
}

#[test]
fn acknowledging_what_is_not_there_is_told_once() {
    assert_eq!(found("20000 < . 1 500 0\n30000 < . 1 600 0"), ["ack_lost_segment", ""]);
    assert_eq!(found("20000 > . 101 1 10\n30000 < . 1 111 0"), ["lost_segment", "ack_lost_segment"]);
}

#[test]
fn four_names_for_numbers_sent_again() {
    let sent = "20000 > . 1 1 100\n20100 > . 101 1 100";
    let again = |lines: &str| found(&format!("{sent}\n{lines}")).pop().unwrap();
    // The round trip of the handshake is 10 ms.
    assert_eq!(again("25000 > . 1 1 100"), "out_of_order");
    assert_eq!(again("31000 > . 1 1 100"), "retransmission");
    assert_eq!(again("30000 < . 1 201 0\n40000 > . 1 1 100"), "retransmission spurious_retransmission");
    let duplicates = "30000 < . 1 1 0\n30001 < . 1 1 0\n30002 < . 1 1 0";
    assert_eq!(again(&format!("{duplicates}\n50001 > . 1 1 100")), "retransmission fast_retransmission");
    assert_eq!(again(&format!("{duplicates}\n50002 > . 1 1 100")), "retransmission");
    let row = said(&format!("{sent}\n31000 > . 101 1 100")).pop().unwrap();
    assert_eq!(row.rto, Some((Span::from_millis(11), FrameNumber(4))));
}

#[test]
fn reused_ports_begin_a_connection() {
    let rows = said("20000 > R 1 0 0\n30000 > S 7000 0 0\n40000 < S. 7000 7001 0\n50000 < S. 9000 7001 0");
    let streams: Vec<_> = rows.iter().map(|row| (row.stream, row.opens)).collect();
    assert_eq!(streams, [(0, false), (1, true), (1, false), (1, false)]);
    assert_eq!(found("20000 > S 7000 0 0"), ["reused_ports"]);
    assert_eq!(found("20000 < S. 7000 1 0"), ["reused_ports lost_segment"]);
}

#[test]
fn values_of_a_small_exchange() {
    let rows = said("20000 > P. 1 1 100\n20010 > . 101 1 50\n27000 < . 1 101 0\n28000 < . 1 151 0");
    let flights: Vec<_> = rows.iter().map(|row| (row.bytes_in_flight, row.push_bytes_sent)).collect();
    assert_eq!(flights, [(Some(100), Some(100)), (Some(150), Some(50)), (None, None), (None, None)]);
    let acks: Vec<_> = rows.iter().map(|row| row.acks_frame.zip(row.ack_rtt)).collect();
    let rtt = |micros: i64| Span::from_nanos(micros * 1_000);
    assert_eq!(acks[2..], [Some((FrameNumber(4), rtt(7_000))), Some((FrameNumber(5), rtt(7_990)))]);
    let first = rows[0];
    assert_eq!((first.seq, first.ack, first.next_seq, first.length), (1, Some(1), Some(101), Some(100)));
    assert_eq!((first.window, first.scale_factor), (Some(4_000), Some(4)));
    assert_eq!(first.initial_rtt, Some(Span::from_millis(10)));
    assert_eq!((first.completeness, first.from_first), (7, true));
    assert_eq!(first.time_delta, Some(Span::from_millis(10)));
}

#[test]
fn completeness_adds_up() {
    let bits: Vec<_> = said("20000 > P. 1 1 5\n30000 > F. 6 1 0\n40000 < R. 1 7 0\n50000 > . 7 1 0")
        .iter()
        .map(|row| row.completeness)
        .collect();
    assert_eq!(bits, [7, 15, 31, 63]);
}

#[test]
fn one_syn_without_the_option_means_no_scaling() {
    let rows = rows("0 > S 0 0 0 ws=7\n1 < S. 0 1 0\n2 > . 1 1 0\n3 < . 1 1 0");
    let factors: Vec<_> = rows.iter().map(|row| row.scale_factor).collect();
    assert_eq!(factors, [None, None, Some(-2), Some(-2)]);
}
