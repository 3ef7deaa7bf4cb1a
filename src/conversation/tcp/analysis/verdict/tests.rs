//! Each of our rules shown by a tiny capture. `A/B` is A instead of tshark's B.

use super::super::scene::{ours, rows, tshark};
use crate::model::Span;

fn after_handshake(lines: &str) -> Vec<String> {
    ours(&format!("0 > S 0 0 0 ws=2\n5000 < S. 0 1 0 ws=3\n10000 > . 1 1 0\n{lines}")).split_off(3)
}

#[test]
fn one_byte_again_is_a_retransmission() {
    let lines = "20000 > P. 1 1 1\n300000 > P. 1 1 1\n700000 > P. 1 1 1\n710000 < . 1 2 0";
    assert_eq!(
        after_handshake(lines),
        ["", "retransmission/keep_alive", "retransmission/keep_alive wirelens.retransmission_timeout", ""]
    );
    // The byte was acknowledged: a keep-alive.
    let lines = "20000 > P. 1 1 1\n30000 < . 1 2 0\n9000000 > . 1 1 1\n9010000 < . 1 2 0";
    assert_eq!(after_handshake(lines), ["", "", "keep_alive", "keep_alive_ack"]);
}

#[test]
fn simultaneous_open_repeats_nothing() {
    let lines = "0 > S 0 0 0 ws=10 win=64240\n100 < S 0 0 0 ws=10 win=64240\n200000 > S. 0 1 0 ws=10 win=64240\n\
                 200100 < S. 0 1 0 ws=10 win=64240\n400000 > . 1 1 0 win=63\n400100 < . 1 1 0 win=63";
    assert_eq!(tshark(lines)[2..], ["retransmission", "retransmission", "window_update", "window_update"]);
    assert_eq!(
        ours(lines),
        ["", "", "wirelens.simultaneous_open/retransmission", "wirelens.simultaneous_open/retransmission", "", ""]
    );
    // A second SYN+ACK is a retransmission.
    let again = format!("{lines}\n900000 > S. 0 1 0 win=64240");
    assert!(ours(&again)[6].contains("retransmission"), "{:?}", ours(&again));
    assert!(!ours(&again)[6].contains("simultaneous"));
}

#[test]
fn an_ack_again_with_nothing_outstanding_is_no_duplicate_ack() {
    let lines = "20000 > F. 1 1 0\n25000 < . 1 2 0\n225000 > F. 1 1 0\n230000 < . 1 2 0";
    assert_eq!(
        after_handshake(lines),
        ["", "", "spurious_retransmission/retransmission", "wirelens.repeated_ack/duplicate_ack"]
    );
    let lines = "20000 > . 1 1 100\n20100 > . 101 1 100\n25000 < . 1 1 0\n25001 < . 1 1 0";
    assert_eq!(after_handshake(lines)[2..], ["duplicate_ack", "duplicate_ack"]);
}

/// RFC 9293 §3.5.1, figure 9: the client restarted and knows nothing of the
/// connection that the server still has.
#[test]
fn half_open_recovery_begins_with_a_challenge_ack() {
    let lines = "20000 > S 7000 0 0\n30000 < . 1 1 0\n40000 > R 1 0 0\n50000 > S 7000 0 0\n60000 < S. 9000 7001 0\n70000 > . 7001 9001 0";
    let all = format!("0 > S 0 0 0\n5000 < S. 0 1 0\n10000 > . 1 1 0\n{lines}");
    let says = tshark(&all);
    assert_eq!(says[3], "reused_ports");
    assert_eq!(says[7], "reused_ports lost_segment");
    assert_eq!(says[8], "ack_lost_segment");
    let ours = ours(&all);
    assert_eq!(ours[3..], ["reused_ports", "wirelens.challenge_ack", "", "retransmission", "", ""]);
}

/// RFC 5961 §3.2 and §4.2.
#[test]
fn a_syn_or_a_reset_beside_the_next_number_is_challenged() {
    let lines = "20000 > . 1 1 100\n25000 < . 1 101 0\n30000 > S 0 0 0\n35000 < . 1 101 0";
    assert_eq!(after_handshake(lines)[3], "wirelens.challenge_ack/duplicate_ack");
    let lines = "20000 > . 1 1 100\n25000 < . 1 101 0\n30000 > R 90 0 0\n35000 < . 1 101 0";
    assert_eq!(after_handshake(lines)[3], "wirelens.challenge_ack/duplicate_ack");
}

#[test]
fn a_d_sack_tells_of_bytes_that_came_twice() {
    let lines = "20000 > . 1 1 100\n25000 < . 1 101 0\n225000 > . 1 1 100\n230000 < . 1 101 0 sack=1-101";
    assert_eq!(after_handshake(lines)[2..], ["spurious_retransmission", "wirelens.d_sack/duplicate_ack"]);
    let lines = "20000 > . 101 1 100\n25000 < . 1 1 0 sack=120-130,101-201";
    assert_eq!(after_handshake(lines)[1], "wirelens.d_sack/duplicate_ack");
    let lines = "20000 > . 101 1 100\n25000 < . 1 1 0 sack=101-201";
    assert_eq!(after_handshake(lines)[1], "duplicate_ack");
}

#[test]
fn probes_of_other_kinds() {
    // Linux: the number before the next one, without a byte.
    let closed = "20000 > . 1 1 100\n25000 < . 1 101 0 win=0";
    let lines = format!("{closed}\n225000 > . 100 1 0\n230000 < . 1 101 0 win=0");
    assert_eq!(after_handshake(&lines)[2..], ["zero_window_probe/keep_alive", "zero_window zero_window_probe_ack"]);
    // More than one byte from the edge of the window on, and again.
    let filled = "20000 > . 1 1 1000\n25000 < . 1 1001 0 win=0";
    let lines = format!("{filled}\n225000 > . 1001 1 20\n425000 > . 1001 1 20");
    assert_eq!(after_handshake(&lines)[2..], ["zero_window_probe", "zero_window_probe/retransmission"]);
}

#[test]
fn a_copy_of_what_is_on_its_way_is_not_out_of_order() {
    let lines = "20000 > . 1 1 100\n20010 > . 101 1 100\n20020 > . 1 1 100";
    assert_eq!(after_handshake(lines)[2], "retransmission/out_of_order");
    let late = "20000 > . 101 1 100\n20020 > . 1 1 100";
    assert_eq!(after_handshake(late)[1], "out_of_order");
}

#[test]
fn without_the_ack_bit_nothing_is_acknowledged() {
    let lines = "20000 > - 1 0 0\n30000 > - 1 0 0";
    let says = after_handshake(lines);
    assert_eq!(says[1], "wirelens.no_ack_bit/duplicate_ack");
}

#[test]
fn what_made_the_sender_send_again() {
    let sent = "20000 > . 1 1 100\n20010 > . 101 1 100\n20020 > . 201 1 100\n20030 > . 301 1 100";
    let last = |lines: &str| after_handshake(&format!("{sent}\n{lines}")).pop().unwrap();
    // The first of several, and nobody asked: the timer.
    assert_eq!(last("320000 > . 1 1 100"), "retransmission wirelens.retransmission_timeout");
    // The last of several: a probe.
    assert_eq!(last("60000 > . 301 1 100"), "retransmission wirelens.tail_loss_probe");
    // Three duplicate ACKs: fast, though more than 20 ms later.
    let duplicates = "30000 < . 1 101 0\n30100 < . 1 101 0\n30200 < . 1 101 0\n30300 < . 1 101 0";
    let slow = format!("{duplicates}\n55000 > . 101 1 100");
    assert_eq!(last(&slow), "fast_retransmission/retransmission");
    let one = after_handshake("20000 > . 1 1 100\n320000 > . 1 1 100\n920000 > . 1 1 100");
    assert_eq!(one[1..], ["retransmission", "retransmission wirelens.retransmission_timeout"]);
}

/// A SYN that is sent again has no other reason.
#[test]
fn a_syn_again_is_a_timeout() {
    let says = ours("0 > S 0 0 0\n1000000 > S 0 0 0");
    assert_eq!(says[1], "retransmission wirelens.retransmission_timeout");
}

/// A mark that tshark sets where bytes were acknowledged that are not in the
/// capture is no count of duplicate ACKs.
#[test]
fn a_mark_is_no_duplicate_ack() {
    let lines = "20000 > . 1 1 100\n21000 < F. 1 101 0\n22000 > . 101 1 50\n22500 < F. 1 300 0";
    let all = format!("0 > S 0 0 0\n5000 < S. 0 1 0\n10000 > . 1 1 0\n{lines}");
    assert_eq!(tshark(&all)[6], "ack_lost_segment retransmission fast_retransmission");
    assert_eq!(ours(&all)[6], "ack_lost_segment retransmission/fast_retransmission");
}

#[test]
fn only_a_handshake_has_the_round_trip_of_a_handshake() {
    let refused = rows("0 > S 0 0 0\n7000 < R. 0 1 0");
    assert_eq!((refused[1].initial_rtt, refused[1].handshake_rtt), (Some(Span::from_millis(7)), None));
    let hole = rows("0 > S 0 0 0\n5000 < S. 0 1 0\n90000 > P. 1 1 10");
    assert_eq!((hole[2].initial_rtt, hole[2].handshake_rtt), (Some(Span::from_millis(90)), None));
    let good = rows("0 > S 0 0 0\n5000 < S. 0 1 0\n9000 > . 1 1 0\n10000 > P. 1 1 10");
    assert_eq!((good[3].initial_rtt, good[3].handshake_rtt), (Some(Span::from_millis(9)), Some(Span::from_millis(9))));
}

/// Nothing is wrong with these.
#[test]
fn every_kind_of_end_is_quiet() {
    let quiet = |lines: &str| after_handshake(lines).iter().all(String::is_empty);
    // Four segments; simultaneous close; half-close; reset.
    assert!(quiet("20000 > F. 1 1 0\n25000 < . 1 2 0\n30000 < F. 1 2 0\n35000 > . 2 2 0"));
    assert!(quiet("20000 > F. 1 1 0\n20001 < F. 1 1 0\n25000 > . 2 2 0\n25001 < . 2 2 0"));
    assert!(quiet("20000 > F. 1 1 0\n25000 < . 1 2 0\n30000 < P. 1 2 100\n35000 > . 2 101 0"));
    assert!(quiet("20000 > R. 1 1 0"));
    assert_eq!(ours("0 > S 0 0 0\n5000 < R. 0 1 0"), ["", ""]);
}
