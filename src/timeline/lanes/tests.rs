use std::net::Ipv4Addr;

use proptest::prelude::*;

use super::heights::Heights;
use super::*;
use crate::conversation::story::{faults, story};
use crate::conversation::{Conversations, conversations};
use crate::model::{Event, LinkType, Place, What};
use crate::timeline::layout::Scale;
use crate::trace::Trace;

const SCALES: [Scale; 3] = [Scale::Folded, Scale::Even, Scale::True];

fn host(number: u8) -> Host {
    Host::ip(Ipv4Addr::new(10, 0, 0, number).into())
}

fn crossing(frame: u32, micros: i64, from: u8, to: Option<u8>) -> Crossing {
    Crossing {
        frame: FrameNumber(frame),
        at: Timestamp::from_nanos(micros * 1000),
        from: host(from),
        to: to.map(host),
        ports: None,
        conversation: None,
        index: None,
        kind: CrossingKind::Other,
        again: false,
        lost: false,
    }
}

/// The same segments seen at `places` places, the client's first, each `delay`
/// microseconds after the one before; not those that `missing` names.
fn seen_along(lines: &str, places: u32, delay: i64, missing: impl Fn(usize, u32) -> bool) -> Trace {
    let one = story(lines);
    let mut events: Vec<Event> = Vec::new();
    for (number, (_, at, _, frame)) in one.frames().enumerate() {
        let to_server = frame.bytes[15] == 1;
        for step in 0..places {
            let place = if to_server { step } else { places - 1 - step };
            if !missing(number, place) {
                let mut frame = frame.clone();
                frame.bytes[8] -= u8::try_from(step).unwrap();
                let at = at + Span::from_nanos(i64::from(step) * delay * 1000);
                events.push(Event { at, place: PlaceId(place), what: What::Frame(frame) });
            }
        }
    }
    events.sort_by_key(|event| event.at);
    let mut trace = Trace::default();
    for number in 0..places {
        let name = format!("eth{number}");
        trace.add_place(Place::Interface { name, description: None, link_type: LinkType::RAW });
    }
    for event in events {
        trace.push(event);
    }
    trace
}

fn by_hop(all: &Conversations) -> Lanes {
    Lanes::hops(Conversation::Tcp(&all.tcp[0])).unwrap()
}

const HANDSHAKE: &str = "0 > S 0 - 0 \n 1000 < S. 0 1 0 \n 2000 > . 1 1 0 \n 3000 > P. 1 1 5 \n 4000 < . 1 6 0";

#[test]
fn two_hosts_have_two_lifelines_in_the_order_of_their_appearance() {
    let lanes = Lanes::hosts(vec![crossing(2, 10, 2, Some(1)), crossing(1, 5, 1, Some(2))]);
    assert_eq!(lanes.lanes, [Lane::Host(host(1)), Lane::Host(host(2))]);
    let ends: Vec<Vec<usize>> =
        lanes.arrows.iter().map(|arrow| lanes.stops_of(arrow).iter().map(|stop| stop.lane).collect()).collect();
    assert_eq!(ends, [[0, 1], [1, 0]]);
    assert_eq!(lanes.zero, Timestamp::from_nanos(5000));
    assert_eq!(lanes.folded(), None);
}

#[test]
fn what_is_for_all_touches_its_senders_lifeline_alone() {
    let lanes = Lanes::hosts(vec![crossing(1, 0, 1, None), crossing(2, 1, 2, Some(1))]);
    assert_eq!(lanes.stops_of(&lanes.arrows[0]).len(), 1);
    assert_eq!(lanes.lanes.len(), 2);
}

#[test]
fn the_quiet_hosts_share_one_lifeline_and_are_counted() {
    let mut crossings: Vec<Crossing> =
        (1..=20).map(|number| crossing(u32::from(number), number.into(), number, Some(100))).collect();
    // The last one talks most.
    crossings.extend((30..60).map(|frame| crossing(frame, frame.into(), 20, Some(100))));
    let lanes = Lanes::hosts(crossings);
    assert_eq!(lanes.lanes.len(), MOST_HOSTS + 1);
    assert_eq!(lanes.lanes[..3], [host(100), host(20), host(1)].map(Lane::Host));
    assert_eq!(lanes.folded(), Some(21 - MOST_HOSTS));
    let folded = lanes.arrows.iter().find(|arrow| arrow.what.from == host(19)).unwrap();
    assert_eq!(lanes.stops_of(folded)[0].lane, MOST_HOSTS);
}

#[test]
fn too_many_arrows_are_counted() {
    let crossings = (0..60_000).map(|frame| crossing(frame, frame.into(), 1, Some(2))).collect();
    let lanes = Lanes::hosts(crossings);
    assert_eq!((lanes.arrows.len(), lanes.left_out), (MOST_ARROWS, 10_000));
}

#[test]
fn places_stand_in_the_order_in_which_segments_pass_them() {
    let all = conversations(&seen_along(HANDSHAKE, 4, 20, |_, _| false));
    assert_eq!(all.tcp[0].segments.len(), 5);
    let lanes = by_hop(&all);
    let places: Vec<u32> = lanes
        .lanes
        .iter()
        .filter_map(|lane| match lane {
            Lane::Place { place, .. } => Some(place.0),
            Lane::Host(_) | Lane::Others { .. } | Lane::End(..) => None,
        })
        .collect();
    assert_eq!(places, [0, 1, 2, 3]);
    let way = |arrow: usize| lanes.stops_of(&lanes.arrows[arrow]).iter().map(|stop| stop.lane).collect::<Vec<_>>();
    assert_eq!(way(0), [0, 1, 2, 3, 4, 5]);
    assert_eq!(way(1), [5, 4, 3, 2, 1, 0]);
    assert!(lanes.arrows.iter().all(|arrow| arrow.lost_between.is_none()));
}

#[test]
fn a_lost_segment_ends_between_two_places() {
    // The data is seen at the first two places and sent again later.
    let story = format!("{HANDSHAKE} \n 5000 > P. 6 1 7 \n 900000 > P. 6 1 7 \n 901000 < . 1 13 0");
    let all = conversations(&seen_along(&story, 4, 20, |number, place| number == 5 && place > 1));
    let lanes = by_hop(&all);
    let lost = &lanes.arrows[5];
    assert_eq!(lost.lost_between, Some((2, 3)));
    assert_eq!(lanes.stops_of(lost).iter().map(|stop| stop.lane).collect::<Vec<_>>(), [0, 1, 2]);
    assert!(lanes.arrows[6].what.again && lanes.arrows[6].lost_between.is_none());
}

#[test]
fn one_place_has_no_hops() {
    let all = conversations(&seen_along(HANDSHAKE, 1, 0, |_, _| false));
    assert!(!Lanes::has_hops(Conversation::Tcp(&all.tcp[0])));
    assert!(Lanes::hops(Conversation::Tcp(&all.tcp[0])).is_none());
}

#[test]
fn in_true_time_a_piece_is_as_steep_as_it_took() {
    let all = conversations(&seen_along(HANDSHAKE, 3, 100, |_, _| false));
    let lanes = by_hop(&all);
    let heights = Heights::new(&lanes, Scale::True);
    let [unseen, first, second, third, end] = heights.stops[..5] else { panic!("five stops") };
    let piece = second - first;
    assert!(piece > 0.0 && (third - second - piece).abs() < 1e-9);
    assert!((unseen - first).abs() < 1e-9 && (end - third).abs() < 1e-9, "what nobody saw has no slant");
}

fn check(lanes: &Lanes, scale: Scale) -> Result<(), TestCaseError> {
    let heights = Heights::new(lanes, scale);
    prop_assert_eq!(heights.arrows.len(), lanes.arrows.len());
    prop_assert_eq!(heights.stops.len(), lanes.stops.len());
    prop_assert_eq!(heights.quiets.len(), lanes.quiets.len());
    let mut behind = 0;
    for arrow in &lanes.arrows {
        prop_assert_eq!(arrow.stops.start, behind);
        behind = arrow.stops.end;
        prop_assert!(!arrow.stops.is_empty());
        prop_assert!(lanes.stops_of(arrow).iter().all(|stop| stop.lane < lanes.lanes.len()));
        let fits = |lane: usize| lane < lanes.lanes.len();
        prop_assert!(arrow.lost_between.is_none_or(|(one, other)| fits(one) && fits(other)));
    }
    prop_assert_eq!(behind, lanes.stops.len());
    let least = if scale == Scale::True { 0.0 } else { 1.0 };
    for [one, next] in heights.arrows.array_windows() {
        prop_assert!(next.0 - one.0 >= least - 1e-9, "{:?} {:?}", one, next);
    }
    for (top, bottom) in &heights.arrows {
        prop_assert!(top <= bottom && *bottom <= heights.height && *top >= 0.0);
    }
    for [one, next] in heights.quiets.array_windows() {
        prop_assert!(one.0 <= one.1 && one.1 <= next.0 + 1e-9, "{:?} {:?}", one, next);
    }
    // What is found without looking at the rest is what is there.
    for tenth in 0..10 {
        let top = heights.height * f64::from(tenth) / 10.0;
        let bottom = top + 2.5;
        let range = heights.between(top, bottom);
        for (index, (begins, ends)) in heights.arrows.iter().enumerate() {
            prop_assert!(range.contains(&index) || *ends < top || *begins > bottom, "{} {:?}", index, range);
        }
    }
    Ok(())
}

proptest! {
    /// Whatever the times and whoever talks: arrows keep their distance, every
    /// number names something that is there, nothing is above the picture or
    /// below it.
    #[test]
    fn hosts_keep_their_distance(
        crossings in prop::collection::vec((0_i64..3_000_000, 0_u8..30, prop::option::of(0_u8..30)), 0..60)
    ) {
        let crossings =
            crossings.iter().zip(1..).map(|((at, from, to), frame)| crossing(frame, *at, *from, *to)).collect();
        let lanes = Lanes::hosts(crossings);
        for scale in SCALES {
            check(&lanes, scale)?;
        }
    }

    #[test]
    fn hops_keep_their_distance(
        gaps in prop::collection::vec(0_i64..40_000, 1..30),
        delay in 0_i64..5000,
        places in 2_u32..6,
        missing in 0_usize..40,
    ) {
        let mut at = 0;
        let lines: Vec<String> = gaps
            .iter()
            .enumerate()
            .map(|(index, gap)| {
                at += gap;
                format!("{at} {} P. {} 1 5", if gap % 2 == 0 { '>' } else { '<' }, 1 + 5 * index)
            })
            .collect();
        let trace = seen_along(&lines.join("\n"), places, delay, |number, place| (number + place as usize) % 40 == missing);
        let all = conversations(&trace);
        for tcp in &all.tcp {
            if let Some(lanes) = Lanes::hops(Conversation::Tcp(tcp)) {
                for scale in SCALES {
                    check(&lanes, scale)?;
                }
            }
        }
    }
}

/// What was duplicated comes a second time from the way, and what was lost ends
/// there.
#[test]
fn a_duplicate_has_a_way_of_its_own() {
    let trace = faults();
    let all = conversations(&trace);
    let lanes = Lanes::hops(Conversation::Tcp(&all.tcp[0])).unwrap();
    assert_eq!(lanes.arrows.len(), all.tcp[0].segments.len() + 1);
    let copies: Vec<&LaneArrow> = lanes.arrows.iter().filter(|arrow| arrow.copy).collect();
    let [copy] = copies.as_slice() else { panic!("{copies:?}") };
    // From the server: seen again at the client's place, then at its end.
    let stops: Vec<(usize, bool)> = lanes.stops_of(copy).iter().map(|stop| (stop.lane, stop.seen.is_some())).collect();
    assert_eq!((copy.what.index, stops), (Some(10), vec![(1, true), (0, false)]));
    let lost = lanes.arrows.iter().find(|arrow| arrow.what.lost).unwrap();
    assert_eq!((lost.what.index, lost.lost_between), (Some(3), Some((1, 2))));
    assert!(lanes.arrows.iter().is_sorted_by_key(|arrow| arrow.what.at));
}
