//! Runs that are the same, and runs in which something went wrong.

use super::*;
use crate::conversation::{conversations, story::datagrams, story::story};
use crate::model::{Event, Frame, LinkAction, LinkActionKind, What};
use crate::trace::FrameNumber;

const WELL: &str = "
    0 > S 0 - 0
    100 < S. 0 1 0
    200 > . 1 1 0
    300 > P. 1 1 6
    400 < . 1 7 0
    500 < P. 1 7 8
    600 > . 7 9 0
    700 > F. 7 9 0
    800 < F. 9 8 0
    900 > . 8 10 0";

/// The data of `WELL` is lost.
const LOST: &str = "
    0 > S 0 - 0
    130 < S. 0 1 0
    200 > . 1 1 0
    300 > P. 1 1 6
    208300 > P. 1 1 6
    208400 < . 1 7 0
    208500 < P. 1 7 8
    208600 > . 7 9 0
    208700 > F. 7 9 0
    208800 < F. 9 8 0
    208900 > . 8 10 0";

/// The same with other numbers: the client's port, both initial sequence
/// numbers and the time of day.
fn elsewhere(trace: &Trace) -> Trace {
    let mut moved = Trace::new(trace.notes.clone());
    for (_, place) in trace.places() {
        moved.add_place(place.clone());
    }
    for (number, event) in (0_i64..).zip(trace.events()) {
        let What::Frame(frame) = &event.what else { panic!("frames alone") };
        let mut bytes = frame.bytes.to_vec();
        let port = if bytes[20..22] == 40_000_u16.to_be_bytes() { 20 } else { 22 };
        bytes[port..port + 2].copy_from_slice(&50_123_u16.to_be_bytes());
        for (at, by) in [(24, 1_000_000), (28, 9_000_000)] {
            let by: u32 = if port == 20 { by } else { 10_000_000 - by };
            let number = u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
            bytes[at..at + 4].copy_from_slice(&number.wrapping_add(by).to_be_bytes());
        }
        // A few microseconds are noise.
        let at = event.at + Span::from_nanos(3_600_000_000_000 + number * 40_000);
        moved.push(Event { at, place: event.place, what: What::Frame(Frame::whole(bytes)) });
    }
    moved
}

/// A wire did this to a frame.
fn done(mut trace: Trace, what: LinkActionKind, frame: u32) -> Trace {
    let (at, place, bytes) =
        trace.frame(FrameNumber(frame)).map(|(at, place, frame)| (at, place, frame.bytes.clone())).unwrap();
    trace.push(Event { at, place, what: What::LinkAction(LinkAction::new(what, Some("data>".to_owned()), &bytes)) });
    trace
}

fn compare(left: &Trace, right: &Trace) -> Comparison {
    let (one, other) = (conversations(left), conversations(right));
    Comparison::new(Run { trace: left, all: &one }, Run { trace: right, all: &other })
}

/// Each row in short: `3=4` for both, `3·` and `·4` for one.
fn short(pair: &Pair) -> String {
    let side = |index: Option<usize>| index.map_or_else(|| "·".to_owned(), |index| index.to_string());
    let row = |row: &Row| {
        let sign = if row.differences.is_empty() { "=" } else { "~" };
        format!("{}{sign}{}", side(row.arrows.left), side(row.arrows.right))
    };
    pair.rows.iter().map(row).collect::<Vec<_>>().join(" ")
}

#[test]
fn the_same_run_twice_is_the_same() {
    let (left, right) = (story(WELL), elsewhere(&story(WELL)));
    let found = compare(&left, &right);
    assert!(found.is_same(), "{found:#?}");
    assert_eq!(found.pairs.len(), 1);
    assert!(found.pairs[0].rows.iter().all(|row| !row.differs()));
    assert_eq!(found.pairs[0].lasted.right.nanos() - found.pairs[0].lasted.left.nanos(), 360_000);
}

#[test]
fn a_lost_segment_is_the_one_that_is_told() {
    let found = compare(&story(WELL), &done(elsewhere(&story(LOST)), LinkActionKind::Lost, 4));
    let pair = &found.pairs[0];
    assert_eq!(short(pair), "0=0 1=1 2=2 3~3 ·=4 4~5 5=6 6=7 7=8 8=9 9=10");
    assert_eq!(pair.rows[3].differences, [Difference::Fate(Sides { left: None, right: Some(LinkActionKind::Lost) })]);
    assert_eq!(pair.rows[4].only(), Some(Side::Right));
    assert!(matches!(pair.rows[5].differences[..], [Difference::Wait(waits)] if waits.right.nanos() > 208_000_000));
    let [deed] = &pair.deeds[..] else { panic!("{:?}", pair.deeds) };
    assert_eq!((deed.side, deed.arrow, deed.row, deed.length), (Side::Right, 3, 3, 6));
    assert_eq!(deed.pattern.as_deref(), Some("data>"));
    let again = deed.again.unwrap();
    assert_eq!((again.arrow, again.after.nanos() / 1_000_000), (4, 208));
    assert_eq!(pair.repeated, Sides { left: 0, right: 1 });
    assert_eq!(pair.closing.and_then(Sides::differing), None);
    assert!(!found.is_same());
    assert_eq!(pair.partner(Side::Left, 4), Some(5));
    assert_eq!(pair.partner(Side::Right, 4), None);
}

/// A third segment of five is lost: its receiver says so at each of those
/// behind it, and it is sent again at once.
#[test]
fn duplicate_acknowledgments_stand_beside_what_was_acknowledged_else() {
    let opening = "0 > S 0 - 0\n100 < S. 0 1 0\n200 > . 1 1 0\n";
    let data = |at: u32, seq: u32| format!("{at} > . {seq} 1 100\n");
    let ack = |at: u32, ack: u32| format!("{at} < . 1 {ack} 0\n");
    let mut well = opening.to_owned();
    let mut lost = opening.to_owned();
    for index in 0..5 {
        well += &(data(300 + index * 100, 1 + index * 100) + &ack(350 + index * 100, 101 + index * 100));
        lost += &data(300 + index * 100, 1 + index * 100);
        if index != 2 {
            lost += &ack(350 + index * 100, 101 + index.min(1) * 100);
        }
    }
    lost += &(data(900, 201) + &ack(950, 501));
    let found = compare(&story(&well), &elsewhere(&story(&lost)));
    let pair = &found.pairs[0];
    // Segment 7 is the third: its acknowledgment 8 has no equal, those of the
    // fourth say less, and that of the fifth comes behind what is sent again.
    assert_eq!(short(pair), "0=0 1=1 2=2 3=3 4=4 5=5 6=6 7=7 8=· 9=8 10~9 11=10 ·=11 ·=12 12=13");
    let Difference::Acknowledges(acks) = pair.rows[10].differences[0] else { panic!("{:?}", pair.rows[10]) };
    assert_eq!(acks, Sides { left: Some(401), right: Some(201) });
    assert_eq!(pair.repeated, Sides { left: 0, right: 1 });
}

/// Two segments that crossed on the way are not lost and found again.
#[test]
fn another_order_is_told_as_such() {
    let left = story("0 > S 0 - 0\n100 < S. 0 1 0\n200 > . 1 1 0\n300 > P. 1 1 6\n310 < P. 1 1 8\n400 > . 7 9 0");
    let right = story("0 > S 0 - 0\n100 < S. 0 1 0\n200 > . 1 1 0\n300 < P. 1 1 8\n310 > P. 1 1 6\n400 > . 7 9 0");
    let found = compare(&left, &right);
    let rows = &found.pairs[0].rows;
    assert_eq!(rows.iter().filter(|row| row.elsewhere.is_some()).count(), 2);
    assert!(rows.iter().all(|row| row.only().is_none()));
    assert_eq!(found.pairs[0].partner(Side::Left, 3), Some(4));
    assert_eq!(found.pairs[0].partner(Side::Right, 3), Some(4));
    assert!(found.is_same());
}

#[test]
fn what_is_in_a_segment_is_compared() {
    let left = story("0 > S 0 - 0\n100 < S. 0 1 0\n200 > . 1 1 0 win=500\n300 > P. 1 1 6\n400 < . 1 7 0 win=500");
    let right = story("0 > S 0 - 0\n100 < S. 0 1 0\n200 > . 1 1 0 win=0\n300 > F. 1 1 4\n400 < . 1 6 0 win=480");
    let found = compare(&left, &right);
    let rows = &found.pairs[0].rows;
    assert_eq!(rows[2].differences, [Difference::Window(Sides { left: 500, right: 0 })]);
    let [Difference::Flags(_), Difference::Length(Sides { left: 6, right: 4 })] = rows[3].differences[..] else {
        panic!("{:?}", rows[3])
    };
    assert_eq!(rows[4].differences, [Difference::Acknowledges(Sides { left: Some(7), right: Some(6) })]);
}

#[test]
fn states_that_only_one_run_reached_are_told() {
    let found = compare(&story(WELL), &story("0 > S 0 - 0\n100 < R. 0 1 0"));
    let pair = &found.pairs[0];
    assert_eq!(pair.opening, Some(Sides { left: Opening::ThreeWayHandshake, right: Opening::Refused }));
    let client: Vec<_> = pair
        .states
        .client
        .iter()
        .map(|row| (row.state, row.indexes.left.is_some(), row.indexes.right.is_some()))
        .collect();
    assert_eq!(client[0], (TcpState::SynSent, true, true));
    assert_eq!(client[1], (TcpState::Established, true, false));
    assert!(client.contains(&(TcpState::Closed, false, true)));
}

#[test]
fn datagrams_are_matched_by_direction_and_length() {
    let left = datagrams("0 > 9\n100 < 9\n200 > 4");
    let right = datagrams("0 > 9\n100 ! 0\n200 > 4");
    let found = compare(&left, &right);
    assert_eq!(short(&found.pairs[0]), "0=0 1=· ·=1 2=2");
}

#[test]
fn conversations_are_paired_by_protocol() {
    let found = compare(&story(WELL), &datagrams("0 > 9"));
    assert_eq!((found.pairs.len(), found.alone), (0, Sides { left: vec![0], right: vec![0] }));
}

#[test]
fn bands_are_no_difference() {
    let ms = Span::from_millis;
    assert!(!times_differ(ms(208), ms(260)));
    assert!(!times_differ(ms(1000), ms(1100)));
    assert!(!times_differ(ms(0), ms(20)));
    assert!(times_differ(ms(0), ms(21)));
    assert!(times_differ(ms(200), ms(300)));
    assert!(windows_differ(0, 1));
    assert!(!windows_differ(64_240, 65_535));
    assert!(windows_differ(64_240, 32_120));
}
