//! The packet table, the filter, conversations and streams, as a reader uses
//! them.

use std::path::{Path, PathBuf};
use std::time::Duration;

use eframe::egui::accesskit::Role;
use eframe::egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use wirelens::model::{Event, Frame, Span, What};
use wirelens::source::file;
use wirelens::source::shipped::SHIPPED;
use wirelens::trace::{FrameNumber, Trace};
use wirelens::view::window::App;
use wirelens::view::window::document::Selection;
use wirelens::words::{Language, grouped};

use crate::app::window;
use crate::harness::{Screen, harness};

const SIZE: [f32; 2] = [1600.0, 1000.0];

/// The window with a file.
fn window_with<'a>(path: &Path) -> Harness<'a, App> {
    let app = App::new(crate::app::options(Language::English));
    let (mut opened, path) = (false, path.to_owned());
    harness(Screen::dark(SIZE), app, move |ui, app: &mut App| {
        if !std::mem::replace(&mut opened, true) {
            app.open_file(ui.ctx(), &path);
        }
        app.show(ui);
    })
}

/// Steps until something is so, 20 s at most.
fn wait_until(harness: &mut Harness<'_, App>, what: &str, is_so: impl Fn(&Harness<'_, App>) -> bool) {
    for _ in 0..2000 {
        harness.step();
        if is_so(harness) {
            harness.step();
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    let told: Vec<String> = harness
        .query_all_by_role(Role::Label)
        .filter_map(|node| node.accesskit_node().value())
        .filter(|text| text.len() > 12)
        .collect();
    let document = harness.state().document();
    let state = (document.shown(), document.is_fetching(), harness.state().selection());
    panic!("{what}: not within 20 s; {state:?}; {told:#?}");
}

fn show_tab(harness: &mut Harness<'_, App>, tab: &str) {
    harness.get_by_role_and_label(Role::Button, tab).click();
    harness.run();
}

fn type_filter(harness: &mut Harness<'_, App>, text: &str) {
    harness.get_by_role_and_label(Role::TextInput, "Filter").focus();
    harness.step();
    harness.get_by_role_and_label(Role::TextInput, "Filter").type_text(text);
    harness.step();
    harness.step();
}

fn filter_text(harness: &Harness<'_, App>) -> String {
    let field = harness.get_by_role_and_label(Role::TextInput, "Filter");
    field.accesskit_node().value().unwrap_or_default()
}

fn selected(harness: &Harness<'_, App>) -> Option<u32> {
    harness.state().selection().frame().map(|frame| frame.0)
}

/// What a frame's row says.
fn row(harness: &Harness<'_, App>, number: u32) -> String {
    let start = format!("frame {number}, ");
    let rows = harness.query_all_by_label_contains(&start).filter(|node| node.accesskit_node().role() == Role::Row);
    let labels: Vec<String> = rows.filter_map(|row| row.accesskit_node().label()).collect();
    let mut labels = labels.into_iter().filter(|label| label.starts_with(&start));
    labels.next().unwrap_or_else(|| panic!("no row for frame {number}"))
}

/// Keys go to the table once a row was clicked.
fn click_row(harness: &mut Harness<'_, App>, label: &str) {
    harness.get_by_label_contains(label).click();
    harness.run();
}

#[test]
fn every_packet_has_a_row_and_a_click_or_a_key_selects_it() {
    let mut harness = window(Screen::dark(SIZE), Language::English, "greeting");
    show_tab(&mut harness, "Packets");
    harness.get_by_role_and_label(Role::Table, "20 packets");
    harness.get_by_role_and_label(Role::ColumnHeader, "Info");
    harness.get_by_label_contains("frame 1, 0.000000000 s, 127.0.0.1 → 127.0.0.1, TCP, ");
    harness.get_by_label_contains("[SYN, ACK] Seq=0 Ack=1 Win=");
    click_row(&mut harness, "frame 2, 0.0000");
    assert_eq!(harness.state().selection(), Selection::Segment(FrameNumber(2)));
    harness.get_by_label("The server agrees (ACK) and asks back (SYN) in one segment.");
    for (key, expected) in
        [(Key::ArrowDown, 3), (Key::ArrowUp, 2), (Key::End, 20), (Key::Home, 1), (Key::PageDown, 3), (Key::PageUp, 1)]
    {
        harness.key_press(key);
        harness.run();
        let found = selected(&harness).unwrap();
        let near = matches!(key, Key::PageDown) && (2..=20).contains(&found) || found == expected;
        assert!(near, "{key:?}: frame {found}");
    }
    // The last row is in view when it is selected, in the picture too.
    harness.key_press(Key::End);
    harness.run();
    row(&harness, 20);
}

#[test]
fn the_rows_speak_chinese_and_have_other_times_and_colours() {
    let mut harness = window(Screen::light(SIZE), Language::Chinese, "tcp-listener-closed");
    show_tab(&mut harness, "数据包");
    harness.get_by_role_and_label(Role::ColumnHeader, "信息");
    harness.get_by_label_contains("第 1 帧, 0.000000");
    harness.get_by_label("着色").click();
    harness.run();
    harness.get_by_role_and_label(Role::ColumnHeader, "时间").click();
    harness.run();
    harness.get_by_role_and_label(Role::ColumnHeader, "时间").click();
    harness.run();
    harness.get_by_role_and_label(Role::ColumnHeader, "时间 (UTC)");
}

#[test]
fn what_a_filter_selects_is_marked_listed_alone_and_gone_through() {
    let mut harness = window(Screen::dark(SIZE), Language::English, "greeting");
    show_tab(&mut harness, "Packets");
    type_filter(&mut harness, "tcp.flags.fin == 1");
    harness.run();
    let hits = harness.state().document().look_at_hits(|hits| (0..).map_while(|at| hits.get(at)).collect::<Vec<_>>());
    let hits: Vec<u32> = hits.unwrap().into_iter().map(|frame| frame.0).collect();
    assert_eq!(hits.len(), 2);
    harness.get_by_label("2 frames, marked »");
    harness.get_by_label("only what the filter selects").click();
    harness.run();
    harness.get_by_role_and_label(Role::Table, "2 packets");
    row(&harness, hits[0]);

    for (modifiers, expected) in [
        (Modifiers::NONE, hits[0]),
        (Modifiers::NONE, hits[1]),
        (Modifiers::NONE, hits[0]),
        (Modifiers::SHIFT, hits[1]),
    ] {
        harness.key_press_modifiers(modifiers, Key::F3);
        harness.run();
        assert_eq!(selected(&harness), Some(expected));
    }
    harness.get_by_label("Clear the filter").click();
    harness.run();
    assert_eq!(filter_text(&harness), "");
    harness.get_by_role_and_label(Role::Table, "20 packets");
}

#[test]
fn names_are_completed_and_old_filters_come_back() {
    let mut harness = window(Screen::dark(SIZE), Language::English, "greeting");
    harness.key_press_modifiers(Modifiers::COMMAND, Key::F);
    harness.run();
    harness.get_by_role_and_label(Role::TextInput, "Filter").type_text("tcp.po");
    harness.run();
    harness.get_by_role_and_label(Role::Button, "tcp.port");
    harness.get_by_label_contains("there is no field `tcp.po`");
    harness.key_press(Key::Tab);
    harness.run();
    assert_eq!(filter_text(&harness), "tcp.port");
    assert!(harness.query_by_label_contains("there is no field").is_none());
    harness.get_by_label("20 frames, marked »");

    // Escape closes the list and loses nothing.
    harness.get_by_role_and_label(Role::TextInput, "Filter").type_text(" == 9999 && tcp.fl");
    harness.run();
    harness.get_by_role_and_label(Role::Button, "tcp.flags.syn");
    harness.key_press(Key::Escape);
    harness.run();
    assert!(harness.query_by_role_and_label(Role::Button, "tcp.flags.syn").is_none());
    assert_eq!(filter_text(&harness), "tcp.port == 9999 && tcp.fl");
    harness.get_by_role_and_label(Role::TextInput, "Filter").type_text("ags.syn == 1");
    harness.run();
    harness.key_press(Key::Enter);
    harness.run();
    harness.get_by_label("2 frames, marked »");

    harness.get_by_label("Clear the filter").click();
    harness.run();
    harness.get_by_role_and_label(Role::TextInput, "Filter").focus();
    harness.run();
    harness.key_press(Key::ArrowUp);
    harness.run();
    assert_eq!(filter_text(&harness), "tcp.port == 9999 && tcp.flags.syn == 1");
    harness.get_by_label("2 frames, marked »");
    harness.key_press(Key::ArrowDown);
    harness.run();
    assert_eq!(filter_text(&harness), "");
    harness.get_by_label("Filters asked before").click();
    harness.run();
    harness.get_by_label("tcp.port == 9999 && tcp.flags.syn == 1").click();
    harness.run();
    harness.get_by_label("2 frames, marked »");
}

#[test]
fn go_to_a_number_and_hear_which_there_are() {
    let mut harness = window(Screen::dark(SIZE), Language::English, "greeting");
    harness.key_press_modifiers(Modifiers::COMMAND, Key::G);
    harness.run();
    let field = |harness: &mut Harness<'_, App>, text: &str| {
        harness.get_by_role_and_label(Role::TextInput, "Go to frame").focus();
        harness.step();
        harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
        harness.step();
        harness.get_by_role_and_label(Role::TextInput, "Go to frame").type_text(text);
        harness.step();
        harness.key_press(Key::Enter);
        harness.run();
    };
    field(&mut harness, "17");
    assert_eq!(selected(&harness), Some(17));
    row(&harness, 17);
    for wrong in ["21", "0", "many"] {
        field(&mut harness, wrong);
        let told = format!("{wrong} is not in this capture: its frames are numbered 1 to 20.");
        harness.get_by_label_contains(&told);
        assert_eq!(selected(&harness), Some(17));
    }
}

#[test]
fn conversations_are_sorted_found_and_shown() {
    let mut harness = window(Screen::dark(SIZE), Language::English, "tcp-short-connections");
    let count = harness.state().document().count();
    assert!(count > 2, "{count} conversations");
    show_tab(&mut harness, "Conversations");
    harness.get_by_role_and_label(Role::Table, &format!("{count} conversations"));
    let first = harness.get_by_label_contains("No. 0, Protocol TCP, Client 127.0.0.1:").accesskit_node().label();
    assert!(first.unwrap().contains("Opening three-way handshake, Closing teardown, three segments, Packets 10"));
    harness.get_by_role_and_label(Role::ColumnHeader, "No. ↑").click();
    harness.run();
    harness.get_by_role_and_label(Role::ColumnHeader, "No. ↓");
    let last = format!("No. {}, Protocol TCP", count - 1);
    let first_row = harness.get_by_label_contains(&last).rect().top();
    let second_row = harness.get_by_label_contains(&format!("No. {}, Protocol TCP", count - 2)).rect().top();
    assert!(first_row < second_row);
    harness.get_by_label_contains(&last).click();
    harness.run();
    assert_eq!(harness.state().document().shown(), count - 1);
    harness.key_press(Key::ArrowDown);
    harness.run();
    assert_eq!(harness.state().document().shown(), count - 2);

    let client = harness.state().document().brief(1).unwrap().addresses.client;
    harness.get_by_role_and_label(Role::TextInput, "Address").focus();
    harness.step();
    harness.get_by_role_and_label(Role::TextInput, "Address").type_text(&client.port().to_string());
    harness.run();
    harness.get_by_label(&format!("1 of {count} conversations"));
    harness.get_by_label_contains("No. 1, Protocol TCP");
}

/// The greeting, its payload in GBK, opened from a file.
fn in_gbk() -> PathBuf {
    let greeting = SHIPPED[0].open().unwrap().trace;
    let mut trace = Trace::default();
    for (_, place) in greeting.places() {
        trace.add_place(place.clone());
    }
    let gbk = b"\xca\xd5\xb5\xbd\xc1\xcb!!"; // 收到了!!
    for (_, at, place, frame) in greeting.frames() {
        let mut frame = frame.clone();
        let found = frame.bytes.windows(8).position(|bytes| bytes == b"Welcome!");
        if let Some(found) = found {
            frame.bytes[found..found + 8].copy_from_slice(gbk);
        }
        trace.push(Event { at, place, what: What::Frame(frame) });
    }
    let path = std::env::temp_dir().join(format!("wirelens-gbk-{}.pcapng", std::process::id()));
    file::save(&trace, &path).unwrap();
    path
}

#[test]
fn both_sides_are_heard_in_the_spelling_that_is_chosen() {
    let path = in_gbk();
    let mut harness = window_with(&path);
    harness.run();
    show_tab(&mut harness, "Stream");
    harness.get_by_label_contains("server: \\xca\\xd5\\xb5\\xbd");
    harness.get_by_role_and_label(Role::Button, "GBK").click();
    harness.run();
    harness.get_by_label_contains("server: 收到了!!");
    harness.get_by_role_and_label(Role::Button, "→ client").click();
    harness.run();
    assert!(harness.query_by_label_contains("server: 收到了!!").is_none());
    harness.get_by_role_and_label(Role::Button, "both").click();
    harness.get_by_role_and_label(Role::Button, "hex").click();
    harness.run();
    harness.get_by_label_contains("server: 00000000  ca d5 b5 bd");
    let frame = harness.state().document().conversations()[0].frames().into_iter().find(|frame| {
        let bytes = harness.state().document().trace().frame(*frame).unwrap().2.bytes.clone();
        bytes.windows(4).any(|bytes| bytes == b"\xca\xd5\xb5\xbd")
    });
    let frame = frame.unwrap();
    harness.get_by_role_and_label(Role::Link, &format!("frame {}", frame.0)).click();
    harness.run();
    assert_eq!(selected(&harness), Some(frame.0));
    // Saving writes the bytes of the side that is chosen.
    harness.get_by_role_and_label(Role::Button, "← server").click();
    harness.get_by_label("Save bytes…").click();
    harness.run();
    let target = path.with_extension("bin");
    harness.get_by_role_and_label(Role::TextInput, "Path").focus();
    harness.step();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness.step();
    harness.get_by_role_and_label(Role::TextInput, "Path").type_text(&target.to_string_lossy());
    harness.step();
    harness.get_by_label("Save").click();
    harness.run();
    assert!(std::fs::read(&target).unwrap().starts_with(b"\xca\xd5\xb5\xbd\xc1\xcb!!"));
    std::fs::remove_file(target).unwrap();
    std::fs::remove_file(path).unwrap();
}

/// A capture of more bytes than are read at once: `rounds` greetings, told
/// apart by the client's port, with much else between them.
fn large(name: &str, rounds: u8) -> PathBuf {
    let greeting = SHIPPED[0].open().unwrap().trace;
    let mut trace = Trace::default();
    for (_, place) in greeting.places() {
        trace.add_place(place.clone());
    }
    let filler = vec![0; 60_000];
    for round in 0..rounds {
        for (_, at, place, frame) in greeting.frames() {
            let mut frame = frame.clone();
            let offset = if frame.bytes[36..38] == [0x27, 0x0f] { 34 } else { 36 };
            frame.bytes[offset..offset + 2].copy_from_slice(&[0x90, round]);
            trace.push(Event { at, place, what: What::Frame(frame) });
        }
        let (_, at, place, _) = greeting.frames().next().unwrap();
        for _ in 0..300 / usize::from(rounds) {
            trace.push(Event { at, place, what: What::Frame(Frame::whole(filler.as_slice())) });
        }
    }
    let path = std::env::temp_dir().join(format!("wirelens-{name}-{}.pcapng", std::process::id()));
    file::save(&trace, &path).unwrap();
    assert!(std::fs::metadata(&path).unwrap().len() > 16 * 1024 * 1024);
    path
}

fn is_read(harness: &Harness<'_, App>) -> bool {
    let document = harness.state().document();
    document.opening().is_some_and(wirelens::session::opening::Opening::has_ended)
        && document.picture().is_some()
        && !document.is_fetching()
}

#[test]
fn a_large_capture_is_listed_searched_and_gone_through() {
    let path = large("listed", 3);
    let mut harness = window_with(&path);
    wait_until(&mut harness, "read", is_read);
    show_tab(&mut harness, "Packets");
    harness.get_by_role_and_label(Role::Table, "360 packets");
    wait_until(&mut harness, "the second row", |harness| {
        harness.query_by_label_contains("[SYN, ACK] Seq=0 Ack=1 Win=").is_some()
    });

    // The whole file is searched, not only the conversation in memory.
    type_filter(&mut harness, "tcp.flags.fin == 1");
    wait_until(&mut harness, "searched", |harness| harness.state().document().searched().is_none());
    harness.get_by_label("6 frames, marked »");
    let expected = harness.state().document().look_at_hits(|hits| (hits.get(2), hits.get(5))).unwrap();
    let (third, last) = (expected.0.unwrap(), expected.1.unwrap());
    assert!(third.0 > 120 && last.0 > 240);
    for _ in 0..3 {
        harness.key_press(Key::F3);
        harness.step();
        harness.step();
    }
    wait_until(&mut harness, "the second conversation", |harness| {
        harness.state().document().all().tcp.first().is_some_and(|tcp| tcp.id == 1)
    });
    assert_eq!(harness.state().selection(), Selection::Segment(third));
    // Numbers of its connection, though nobody looked at its beginning yet.
    wait_until(&mut harness, "relative numbers", |harness| {
        let row = row(harness, third.0);
        row.contains("[FIN, ACK] Seq=") && !row.contains('…')
    });
    assert!(row(&harness, third.0).ends_with("selected by the filter"), "{}", row(&harness, third.0));

    // A frame of no conversation is selected all the same.
    harness.key_press_modifiers(Modifiers::COMMAND, Key::G);
    harness.run();
    harness.get_by_role_and_label(Role::TextInput, "Go to frame").type_text("50");
    harness.step();
    harness.key_press(Key::Enter);
    harness.step();
    harness.step();
    assert_eq!(harness.state().selection(), Selection::Frame(FrameNumber(50)));

    show_tab(&mut harness, "Conversations");
    harness.get_by_role_and_label(Role::Table, "3 conversations");
    harness.get_by_label_contains("No. 2, Protocol TCP").click();
    wait_until(&mut harness, "the third conversation", |harness| {
        harness.state().document().all().tcp.first().is_some_and(|tcp| tcp.id == 2)
    });
    std::fs::remove_file(path).unwrap();
}

#[test]
fn a_file_that_goes_away_or_is_written_over_is_told_and_survived() {
    let path = large("gone", 1);
    let mut harness = window_with(&path);
    wait_until(&mut harness, "read", is_read);
    std::fs::remove_file(&path).unwrap();
    show_tab(&mut harness, "Packets");
    wait_until(&mut harness, "told that it is gone", |harness| {
        harness.query_by_label_contains("The file was deleted or replaced").is_some()
    });
    // What is open is still there.
    wait_until(&mut harness, "a row", |harness| harness.query_by_label_contains("[SYN, ACK] Seq=0").is_some());

    let path = large("cut", 1);
    harness.state_mut().open_file(&eframe::egui::Context::default(), &path);
    wait_until(&mut harness, "read again", is_read);
    std::fs::OpenOptions::new().write(true).open(&path).unwrap().set_len(100).unwrap();
    harness.get_by_role_and_label(Role::Table, "320 packets").focus();
    harness.step();
    harness.key_press(Key::End);
    wait_until(&mut harness, "told that it was cut", |harness| {
        harness.query_all_by_label_contains("not readable").next().is_some()
            && harness.query_by_label_contains("was cut since it was read").is_some()
    });
    std::fs::remove_file(path).unwrap();
}

/// One connection of more segments than are shown at once.
fn endless(segments: u32) -> PathBuf {
    let greeting = SHIPPED[0].open().unwrap().trace;
    let mut trace = Trace::default();
    for (_, place) in greeting.places() {
        trace.add_place(place.clone());
    }
    let frames: Vec<_> = greeting.frames().map(|(_, at, place, frame)| (at, place, frame.clone())).collect();
    let data = frames.iter().find(|(_, _, frame)| frame.bytes.windows(8).any(|bytes| bytes == b"Welcome!"));
    let (at, place, data) = data.unwrap().clone();
    for (at, place, frame) in &frames[..3] {
        trace.push(Event { at: *at, place: *place, what: What::Frame(frame.clone()) });
    }
    let seq = u32::from_be_bytes(data.bytes[38..42].try_into().unwrap());
    let kept = 66;
    let payload = 400_u32;
    for index in 0..segments {
        let mut bytes = data.bytes[..kept].to_vec();
        let total = u16::try_from(kept - 14).unwrap() + u16::try_from(payload).unwrap();
        bytes[16..18].copy_from_slice(&total.to_be_bytes());
        bytes[38..42].copy_from_slice(&seq.wrapping_add(index * payload).to_be_bytes());
        bytes.extend(vec![b'x'; usize::try_from(payload).unwrap()]);
        let at = at + Span::from_nanos(i64::from(index) * 1_000);
        trace.push(Event { at, place, what: What::Frame(Frame::whole(bytes)) });
    }
    let path = std::env::temp_dir().join(format!("wirelens-endless-{}.pcapng", std::process::id()));
    file::save(&trace, &path).unwrap();
    path
}

#[test]
fn any_part_of_an_endless_connection_is_shown_with_its_own_numbers() {
    let path = endless(50_100);
    let mut harness = window_with(&path);
    wait_until(&mut harness, "read", is_read);
    let [all, most, next] = [50_103, 50_000, 50_001].map(grouped);
    harness.get_by_label_contains(&format!("part 1 of 2: its frames 1 to {most} of {all}"));
    harness.key_press_modifiers(Modifiers::COMMAND, Key::G);
    harness.run();
    harness.get_by_role_and_label(Role::TextInput, "Go to frame").type_text("50050");
    harness.step();
    harness.key_press(Key::Enter);
    wait_until(&mut harness, "the second part", |harness| harness.state().document().trace().frame_count() < 1000);
    let second = format!("part 2 of 2: its frames {next} to {all} of {all}; times count from the first one shown");
    harness.get_by_label_contains(&second);
    assert_eq!(harness.state().selection(), Selection::Segment(FrameNumber(50_050)));
    let document = harness.state().document();
    let (picture, _) = document.picture().unwrap();
    let wirelens::conversation::Conversation::Tcp(tcp) = picture.conversation else { panic!("TCP") };
    let segment = tcp.segment_in(FrameNumber(50_050)).unwrap();
    // Three segments of the opening come first.
    assert_eq!(segment.relative_seq, 1 + (50_050 - 4) * 400);
    assert_eq!(segment.row.seq, segment.relative_seq);
    assert!(segment.findings.is_empty(), "{:?}", segment.findings);
    assert_eq!(tcp.opening.name(), "three-way-handshake");
    for end in wirelens::conversation::End::BOTH {
        let states: Vec<&str> = tcp.states.of(end).iter().map(|change| change.to.name()).collect();
        assert_eq!(states, ["ESTABLISHED"], "it is open all the time");
    }

    // The table's rows have the numbers of the connection, forwards and back.
    show_tab(&mut harness, "Packets");
    for number in [50_050_u32, 20_000, 9_000, 9_001, 40_000] {
        harness.get_by_role_and_label(Role::TextInput, "Go to frame").focus();
        harness.step();
        harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
        harness.step();
        harness.get_by_role_and_label(Role::TextInput, "Go to frame").type_text(&number.to_string());
        harness.step();
        harness.key_press(Key::Enter);
        harness.step();
        wait_until(&mut harness, "its row", |harness| {
            selected(harness) == Some(number)
                && row(harness, number).contains(&format!("Seq={} ", 1 + (number - 4) * 400))
        });
    }
    std::fs::remove_file(path).unwrap();
}
