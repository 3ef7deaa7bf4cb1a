use std::sync::Arc;

use proptest::prelude::*;

use super::super::egui::epaint::text::{Fonts, TextOptions};
use super::super::egui::text::LayoutJob;
use super::super::egui::{Galley, Rect};
use super::super::{fonts, theme};
use super::declutter::overlap;
use super::*;
use crate::conversation::story::{faults, story};
use crate::conversation::{Conversations, conversations};
use crate::timeline::Timeline;
use crate::timeline::layout::Scale;
use crate::trace::Trace;
use crate::words::Language;

/// A story, understood.
struct Told {
    trace: Trace,
    all: Conversations,
    timeline: Timeline,
}

fn told(lines: &str) -> Told {
    let trace = story(lines);
    let all = conversations(&trace);
    let timeline = Timeline::new(&trace, &all, Conversation::Tcp(&all.tcp[0]));
    Told { trace, all, timeline }
}

impl Told {
    fn picture(&self) -> Picture<'_> {
        let conversation = Conversation::Tcp(&self.all.tcp[0]);
        Picture { trace: &self.trace, all: &self.all, conversation, timeline: &self.timeline }
    }
}

fn look(words: &Words) -> Look<'_> {
    Look {
        words,
        absolute: false,
        selection: Selection::None,
        selected: None,
        reveal: false,
        now: None,
        live: false,
        abreast: None,
        offer: Offer::Nothing("what-if-saved"),
    }
}

fn sight(layout: &Layout, width: f32, height: f32, unit: f64, offset: f64) -> Sight {
    let columns = Columns::fit(width);
    let rect = Rect::from_min_size(pos2(30.0, 100.0), vec2(columns.width, height));
    Sight { columns, rect, offset, unit, height: layout.height, tail: 92.0 }
}

/// Our faces, without a window.
fn typesetter() -> impl FnMut(LayoutJob) -> Arc<Galley> {
    let mut fonts = Fonts::new(TextOptions::default(), fonts::definitions());
    move |job| fonts.with_pixels_per_point(1.0).layout_job(job)
}

/// What somebody sent: to the server or back, which flags, how long after.
fn segments() -> impl Strategy<Value = Vec<(bool, usize, i64)>> {
    let gap = prop_oneof![0..40_i64, 100..5000_i64, 100_000..3_000_000_i64];
    prop::collection::vec((any::<bool>(), 0..5_usize, gap), 3..90)
}

/// Data, ACKs, repeats, a close and a reset, as they come.
fn lines(segments: &[(bool, usize, i64)]) -> String {
    let (mut at, mut next) = (20, [1_u32, 1]);
    let mut lines = vec!["0 > S 0 - 0".to_owned(), "10 < S. 0 1 0".to_owned(), "20 > . 1 1 0".to_owned()];
    for (to_server, kind, gap) in segments {
        at += gap;
        let own = usize::from(*to_server);
        let (flags, seq, length) = match kind {
            0 | 1 => ("P.", next[own], 40),
            2 => ("P.", next[own].saturating_sub(40).max(1), 40),
            3 => (".", next[own], 0),
            _ => ("F.", next[own], 0),
        };
        next[own] = next[own].max(seq + length);
        let arrow = if *to_server { '>' } else { '<' };
        lines.push(format!("{at} {arrow} {flags} {seq} {} {length}", next[1 - own]));
    }
    lines.join("\n")
}

fn check(scene: &Scene) -> Result<(), TestCaseError> {
    let rects: Vec<(Rect, String)> = scene
        .labels
        .iter()
        .chain(scene.hidden.iter().map(|(label, _)| label))
        .map(|label| (label.rect, label.galley.text().to_owned()))
        .collect();
    for (index, one) in rects.iter().enumerate() {
        for other in &rects[index + 1..] {
            prop_assert!(!overlap(one.0, other.0), "{one:?} {other:?}");
        }
    }
    let hidden: u32 = scene.hidden.iter().map(|(_, count)| count).sum();
    prop_assert_eq!(scene.labelled + hidden, scene.wanted);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    /// Whatever was captured, however it is looked at: no two labels overlap,
    /// and every thing in view is labelled, or counted.
    #[test]
    fn labels_never_overlap(
        segments in segments(),
        zoom in -8.0..8.0_f64,
        part in 0.0..1.0_f64,
        size in (500.0..1400.0_f32, 60.0..900.0_f32),
        chinese in any::<bool>(),
    ) {
        let told = told(&lines(&segments));
        let words = Words::new(if chinese { Language::Chinese } else { Language::English });
        let (picture, look) = (told.picture(), look(&words));
        let texts = Texts { picture: &picture, look: &look, theme: &theme::DARK };
        let mut typeset = typesetter();
        for scale in [Scale::Folded, Scale::Even, Scale::True] {
            let layout = Layout::new(picture.timeline, scale);
            let natural = if scale == Scale::True { layout.fitting(f64::from(size.1)) } else { 40.0 };
            // Downwards only where rows are looked at: from 5 % to 400 %.
            let unit = if scale == Scale::True { natural * 10_f64.powf(zoom.abs()) } else { 40.0 * 1.4_f64.powf(zoom) };
            let offset = part * layout.height * unit;
            let sight = sight(&layout, size.0, size.1, unit, offset);
            let scene = Scene::new(&texts, &layout, &sight, &mut typeset);
            check(&scene)?;
            // Every arrow in view is there, alone or in a crowd.
            let (top, bottom) = (sight.height_at(sight.rect.top()), sight.height_at(sight.rect.bottom()));
            let alone = |index: usize| scene.arrows.iter().any(|arrow| arrow.index == index);
            for (index, (leaves, _)) in layout.arrows.iter().enumerate() {
                if (top..bottom).contains(leaves) && !alone(index) {
                    let place = (0..layout.index.arrows.len())
                        .find(|place| layout.index.arrows.get(*place).unwrap().index == index)
                        .unwrap();
                    let counted = scene.clusters.iter().any(|cluster| cluster.places.contains(&place));
                    prop_assert!(counted, "arrow {index} is nowhere");
                }
            }
        }
    }
}

fn texts_of(scene: &Scene) -> Vec<String> {
    scene.labels.iter().map(|label| label.galley.text().to_owned()).collect()
}

#[test]
fn microseconds_apart_in_a_second_are_told_apart_after_zooming() {
    let told = told("0 > S 0 - 0 \n 14 < S. 0 1 0 \n 28 > . 1 1 0 \n 900000 > P. 1 1 7 \n 900030 < . 1 8 0");
    let words = Words::new(Language::English);
    let (picture, look) = (told.picture(), look(&words));
    let texts = Texts { picture: &picture, look: &look, theme: &theme::DARK };
    let layout = Layout::new(picture.timeline, Scale::True);
    let far = sight(&layout, 900.0, 600.0, layout.fitting(600.0), 0.0);
    let scene = Scene::new(&texts, &layout, &far, &mut typesetter());
    assert_eq!(scene.arrows.len(), 0);
    let counts: Vec<usize> = scene.clusters.iter().map(|cluster| cluster.crowd.total()).collect();
    assert_eq!(counts, [3, 2]);
    assert!(texts_of(&scene).iter().any(|text| text == "SYN 3 segments · 28.0 µs"), "{:?}", texts_of(&scene));
    // 5 µs are 100 points.
    let near = sight(&layout, 900.0, 700.0, 100.0 / 5000.0, 0.0);
    let scene = Scene::new(&texts, &layout, &near, &mut typesetter());
    assert_eq!(scene.arrows.len(), 3);
    let seen = texts_of(&scene);
    for label in ["SYNseq 0", "SYN ACKseq 0  ack 1", "ACKseq 1  ack 1"] {
        assert!(seen.iter().any(|text| text.starts_with(label)), "{label}: {seen:?}");
    }
}

#[test]
fn what_was_sent_again_is_tied_to_its_original_and_says_so() {
    let told =
        told("0 > S 0 - 0 \n 10 < S. 0 1 0 \n 20 > . 1 1 0 \n 100 > P. 1 1 7 \n 300000 > P. 1 1 7 \n 300050 < . 1 8 0");
    let words = Words::new(Language::English);
    let (picture, look) = (told.picture(), look(&words));
    let texts = Texts { picture: &picture, look: &look, theme: &theme::DARK };
    let layout = Layout::new(picture.timeline, Scale::Folded);
    let sight = sight(&layout, 1000.0, 700.0, 40.0, 0.0);
    let scene = Scene::new(&texts, &layout, &sight, &mut typesetter());
    assert_eq!(scene.ties.len(), 1);
    let (end, from, to) = scene.ties[0];
    assert_eq!(end, End::Client);
    assert!((from - sight.y(layout.arrows[3].0)).abs() < 0.01 && (to - sight.y(layout.arrows[4].0)).abs() < 0.01);
    let seen = texts_of(&scene);
    assert!(seen.iter().any(|text| text.starts_with("↻ PSH ACK") && text.contains("retransmission")), "{seen:?}");
}

#[test]
fn what_has_not_happened_is_not_labelled() {
    let told = told("0 > S 0 - 0 \n 10 < S. 0 1 0 \n 20 > . 1 1 0 \n 100 > P. 1 1 7");
    let words = Words::new(Language::English);
    let picture = told.picture();
    let layout = Layout::new(picture.timeline, Scale::Folded);
    let answer = picture
        .timeline
        .moments
        .iter()
        .position(|moment| moment.what == crate::timeline::MomentKind::Arrow(1))
        .unwrap();
    let look = Look { now: Some(Now { moment: answer, part: 0.5 }), ..look(&words) };
    let texts = Texts { picture: &picture, look: &look, theme: &theme::DARK };
    let sight = sight(&layout, 1000.0, 700.0, 40.0, 0.0);
    let scene = Scene::new(&texts, &layout, &sight, &mut typesetter());
    assert_eq!(scene.arrows.len(), 4, "ghosts are there");
    let seen = texts_of(&scene);
    assert!(seen.iter().any(|text| text.starts_with("SYN ACK")));
    assert!(!seen.iter().any(|text| text.starts_with("PSH")), "{seen:?}");
    assert!(!seen.iter().any(|text| text == "ESTABLISHED"), "the SYN ACK has not arrived: {seen:?}");
    let present = scene.present.unwrap();
    assert!((present - sight.y(f64::midpoint(layout.arrows[1].0, layout.arrows[1].1))).abs() < 0.01);
    for state in scene.states.iter().filter(|state| !state.future) {
        assert!(state.bottom <= present + 2.0, "{state:?} goes on behind {present}");
    }
}

#[test]
fn time_wait_says_what_was_not_captured() {
    let told = told("0 > S 0 - 0 \n 10 < S. 0 1 0 \n 20 > . 1 1 0 \n 30 > F. 1 1 0 \n 40 < F. 1 2 0 \n 50 > . 2 2 0");
    let words = Words::new(Language::English);
    let (picture, look) = (told.picture(), look(&words));
    let texts = Texts { picture: &picture, look: &look, theme: &theme::DARK };
    for scale in [Scale::Folded, Scale::True] {
        let layout = Layout::new(picture.timeline, scale);
        let unit = layout.fitting(400.0);
        let scene = Scene::new(&texts, &layout, &sight(&layout, 1000.0, 700.0, unit, 0.0), &mut typesetter());
        let seen = texts_of(&scene);
        assert!(seen.iter().any(|text| text.starts_with("TIME-WAIT: 60 s on Linux")), "{scale:?}: {seen:?}");
    }
}

/// What a frame needs does not grow with what there is.
#[test]
fn a_hundred_times_more_arrows_do_not_make_more_to_paint() {
    let words = Words::new(Language::English);
    for scale in [Scale::Folded, Scale::True] {
        let sizes = [200_u32, 20_000].map(|count| {
            let lines: Vec<String> =
                (0..count).map(|index| format!("{} > P. {} 1 5", index * 50, 1 + index * 5)).collect();
            let told = told(&lines.join("\n"));
            let (picture, look) = (told.picture(), look(&words));
            let texts = Texts { picture: &picture, look: &look, theme: &theme::DARK };
            let layout = Layout::new(picture.timeline, scale);
            let unit = if scale == Scale::True { layout.fitting(600.0) } else { 40.0 };
            let scene = Scene::new(&texts, &layout, &sight(&layout, 1000.0, 600.0, unit, 0.0), &mut typesetter());
            if scale == Scale::True {
                let all: usize = scene.clusters.iter().map(|cluster| cluster.crowd.total()).sum();
                assert_eq!(all + scene.arrows.len(), usize::try_from(count).unwrap(), "all of them are counted");
            }
            scene.arrows.len() + scene.rows.len()
        });
        assert!(sizes[1] <= 260 && sizes[0] <= 260, "{scale:?}: {sizes:?}");
    }
}

#[test]
fn what_was_lost_says_so() {
    let mut told = told("0 > S 0 - 0 \n 10 < S. 0 1 0 \n 20 > . 1 1 0 \n 100 > P. 1 1 7 \n 300 < . 1 8 0");
    told.timeline.arrows[3].lost = true;
    for (language, word) in [(Language::English, "lost"), (Language::Chinese, "丢失")] {
        let words = Words::new(language);
        let (picture, look) = (told.picture(), look(&words));
        let texts = Texts { picture: &picture, look: &look, theme: &theme::LIGHT };
        let layout = Layout::new(picture.timeline, Scale::Even);
        let scene = Scene::new(&texts, &layout, &sight(&layout, 1000.0, 700.0, 40.0, 0.0), &mut typesetter());
        let seen = texts_of(&scene);
        assert!(seen.iter().any(|text| text.starts_with("✕ PSH ACK") && text.contains(word)), "{seen:?}");
    }
}

#[test]
fn what_is_selected_is_seen_in_a_crowd() {
    let lines: Vec<String> = (0..4000).map(|index| format!("{} > P. {} 1 5", index * 50, 1 + index * 5)).collect();
    let told = told(&lines.join("\n"));
    let words = Words::new(Language::English);
    let picture = told.picture();
    let look = Look { selection: Selection::Segment(picture.timeline.arrows[2000].frame), ..look(&words) };
    let texts = Texts { picture: &picture, look: &look, theme: &theme::DARK };
    let layout = Layout::new(picture.timeline, Scale::True);
    let sight = sight(&layout, 1000.0, 600.0, layout.fitting(600.0), 0.0);
    let scene = Scene::new(&texts, &layout, &sight, &mut typesetter());
    assert_eq!(scene.arrows.iter().map(|arrow| arrow.index).collect::<Vec<_>>(), [2000]);
    assert!(texts_of(&scene).iter().any(|text| text.starts_with("PSH ACK") && text.contains("seq")));
}

/// Lost, delayed, duplicated and swapped: each says so, and is where it arrived.
#[test]
fn what_a_wire_did_on_purpose_is_drawn() {
    let trace = faults();
    let all = conversations(&trace);
    let conversation = Conversation::Tcp(&all.tcp[0]);
    let timeline = Timeline::new(&trace, &all, conversation);
    let told = Told { trace, all, timeline };
    for (language, did) in [
        (Language::English, ["lost", "delayed", "duplicated", "swapped"].map(|did| format!("{did} on purpose: data"))),
        (Language::Chinese, ["丢失", "延迟", "重复", "交换"].map(|did| format!("故意{did}：data"))),
    ] {
        let words = Words::new(language);
        let (picture, look) = (told.picture(), look(&words));
        let texts = Texts { picture: &picture, look: &look, theme: &theme::DARK };
        let layout = Layout::new(picture.timeline, Scale::Folded);
        let scene = Scene::new(&texts, &layout, &sight(&layout, 1200.0, 1600.0, 44.0, 0.0), &mut typesetter());
        let seen = texts_of(&scene);
        for did in &did {
            assert!(seen.iter().any(|text| text.contains(did)), "no {did} in {seen:?}");
        }
        assert_eq!(scene.copies.iter().map(|copy| copy.index).collect::<Vec<_>>(), [10]);
        assert!(scene.copies[0].to > layout_y(&scene, 10).1);
        // It was overtaken: the lines cross.
        for (late, early) in [(6, 7), (13, 14)] {
            let (late, early) = (layout_y(&scene, late), layout_y(&scene, early));
            assert!(late.0 < early.0 && late.1 > early.1, "{late:?} {early:?}");
        }
        for arrow in [3, 6, 10, 13] {
            let spoken = texts.spoken(&picture.timeline.arrows[arrow]);
            assert!(spoken.contains("client:eth0–server:eth0"), "{spoken}");
        }
    }
}

/// Where an arrow leaves and arrives.
fn layout_y(scene: &Scene, index: usize) -> (f32, f32) {
    let seen = scene.arrows.iter().find(|arrow| arrow.index == index).unwrap();
    (seen.from, seen.to)
}
