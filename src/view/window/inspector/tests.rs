use eframe::egui::accesskit::{Role, Toggled};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use egui_kittest::{Harness, HarnessBuilder};

use super::*;
use crate::model::{Event, Frame, LinkType, Place, Timestamp, What};
use crate::source::shipped::SHIPPED;
use crate::trace::{FrameNumber, Notes, Trace};
use crate::words::Language;

/// What the tests look at and touch.
struct Panel {
    inspector: Inspector,
    document: Document,
    selection: Selection,
    words: Words,
    commands: Vec<Command>,
}

/// The panel alone, as wide as in the window.
fn panel<'a>(trace: Trace, selection: Selection, language: Language) -> Harness<'a, Panel> {
    let panel = Panel {
        inspector: Inspector::default(),
        document: Document::new(trace),
        selection,
        words: Words::new(language),
        commands: Vec::new(),
    };
    let mut harness =
        HarnessBuilder::default().with_size([364.0, 2400.0]).with_context_setup(super::super::prepare).build_ui_state(
            |ui, panel: &mut Panel| {
                let Panel { inspector, document, selection, words, commands } = panel;
                commands.extend(inspector.show(ui, document, *selection, false, words));
            },
            panel,
        );
    harness.run();
    harness
}

fn ethernet(frames: &[&[u8]], original_length: Option<u32>) -> Trace {
    let mut trace = Trace::new(Notes::default());
    let link_type = LinkType::ETHERNET;
    let place = trace.add_place(Place::Interface { name: "eth0".into(), description: None, link_type });
    for (frame, second) in frames.iter().zip(0..) {
        let mut frame = Frame::whole(*frame);
        frame.original_length = original_length.unwrap_or(frame.original_length);
        let at = Timestamp::from_nanos(second * 1_000_000_000);
        trace.push(Event { at, place, what: What::Frame(frame) });
    }
    trace
}

const ARP: [u8; 42] = [
    255, 255, 255, 255, 255, 255, 2, 0, 0, 0, 0, 1, 8, 6, // Ethernet
    0, 1, 8, 0, 6, 4, 0, 1, 2, 0, 0, 0, 0, 1, 10, 0, 0, 1, 0, 0, 0, 0, 0, 0, 10, 0, 0, 2,
];

fn shipped(id: &str) -> Trace {
    SHIPPED.iter().find(|shipped| shipped.id == id).unwrap().open().unwrap().trace
}

#[test]
fn an_arp_frame_is_described_and_laid_out() {
    let harness = panel(ethernet(&[&ARP], None), Selection::Frame(FrameNumber(1)), Language::English);
    harness.get_by_label("#1 ARP");
    harness.get_by_label("10.0.0.1 asks everybody: which hardware address has 10.0.0.2?");
    harness.get_by_label("Who has 10.0.0.2? Tell 10.0.0.1");
    for cell in [
        "operation: 1, bits 48–63",
        "sender's MAC: 02:00:00:00:00:01, bits 64–111",
        "target's IP: 10.0.0.2, bits 192–223",
    ] {
        harness.get_by_role_and_label(Role::Button, cell);
    }
    let harness = panel(ethernet(&[&ARP], None), Selection::Frame(FrameNumber(1)), Language::Chinese);
    harness.get_by_label("10.0.0.1 询问所有主机：谁的地址是 10.0.0.2？它的硬件地址是什么？");
}

#[test]
fn an_ipv6_frame_is_described_and_laid_out() {
    let mut frame = vec![51, 51, 255, 0, 0, 2, 2, 0, 0, 0, 0, 1, 0x86, 0xdd];
    frame.extend([0x60, 0, 0, 0, 0, 32, 58, 255]);
    frame.extend([0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
    frame.extend([0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, 0, 0, 2]);
    frame.extend([135, 0, 0, 0, 0, 0, 0, 0, 0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2]);
    frame.extend([1, 1, 2, 0, 0, 0, 0, 1]);
    let mut harness = panel(ethernet(&[&frame], None), Selection::Frame(FrameNumber(1)), Language::English);
    harness.get_by_label("Asks which hardware address has fe80::2: IPv6's ARP (RFC 4861 §4.3).");
    harness.get_by_role_and_label(Role::Button, "source link-layer address: 02:00:00:00:00:01, bits 208–255");
    // The outer headers are folded; they open by a click.
    assert!(harness.query_by_label("hop limit: 255, bits 56–63").is_none());
    harness.get_by_label("IPv6 · 40 B").click();
    harness.run();
    harness.get_by_label("hop limit: 255, bits 56–63");
    harness.get_by_label("in words").click();
    harness.run();
    harness.get_by_label_contains("wrong: over pseudo-header, header and payload it should be 0x");
}

#[test]
fn a_cut_frame_says_what_was_not_captured() {
    let greeting = shipped("greeting");
    let (_, _, frame) = greeting.frame(FrameNumber(1)).unwrap();
    let cut = ethernet(&[&frame.bytes[..50]], Some(frame.original_length));
    let harness = panel(cut, Selection::Segment(FrameNumber(1)), Language::English);
    harness.get_by_label("the capture kept 50 of 74 bytes");
    harness.get_by_role_and_label(Role::Button, "destination port: 9999, bits 16–31");
    harness.get_by_role_and_label(Role::Button, "checksum: not captured, bits 128–143");
}

#[test]
fn a_field_is_marked_everywhere_and_can_be_looked_for() {
    let mut harness = panel(shipped("greeting"), Selection::Segment(FrameNumber(1)), Language::English);
    harness.get_by_label("grid and tree").click();
    harness.run();
    harness.get_by_label("74 bytes in hexadecimal");
    harness.get_by_role_and_label(Role::Button, "destination port: 9999, bits 16–31").hover();
    harness.run();
    harness.get_by_label("74 bytes in hexadecimal; marked, from byte 36: 27 0f");
    let line = harness.get_by_role_and_label(Role::Button, "destination port: 9999");
    assert_eq!(line.accesskit_node().toggled(), Some(Toggled::True), "the tree's line is marked too");

    // A click keeps it, and offers what can be done with it.
    harness.get_by_role_and_label(Role::Button, "destination port: 9999, bits 16–31").click();
    harness.run();
    harness.get_by_label("apply as filter").click();
    harness.run();
    assert_eq!(harness.state().commands, [Command::LookFor("tcp.dstport == 9999".to_owned())]);

    // The keyboard reaches cells as well.
    harness.get_by_role_and_label(Role::Button, "window: 64240, bits 112–127").focus();
    harness.run();
    harness.get_by_label_contains("marked, from byte 48: fa f0");
}

#[test]
fn a_byte_under_the_pointer_marks_its_cell() {
    let mut harness = panel(shipped("greeting"), Selection::Segment(FrameNumber(1)), Language::English);
    let dump = harness.get_by_label("74 bytes in hexadecimal").rect();
    let step = dump.width();
    assert!(step > 0.0);
    // Byte 0x24, the destination port's first, in the fifth line of eight.
    let line = dump.height() / 10.0;
    let at = super::super::egui::pos2(dump.left() + 5.25 * 6.7 + 4.0 * 2.6 * 6.7 + 6.0, dump.top() + 4.5 * line);
    harness.hover_at(at);
    harness.run();
    let cell = harness.get_by_role_and_label(Role::Button, "destination port: 9999, bits 16–31");
    assert_eq!(cell.accesskit_node().toggled(), Some(Toggled::True));
}

/// While nothing changes the page is not made again; the language makes it
/// anew.
#[test]
fn a_page_is_made_once() {
    let mut harness = panel(shipped("greeting"), Selection::Segment(FrameNumber(2)), Language::English);
    // The same texts in the same memory: they were kept, not made again.
    let made = |harness: &Harness<'_, Panel>| {
        harness.state().inspector.page.as_ref().map(|(_, page)| (page.title.as_ptr(), page.kind.as_ptr()))
    };
    let first = made(&harness);
    harness.step();
    harness.step();
    assert!(first.is_some() && made(&harness) == first);
    harness.state_mut().words = Words::new(Language::Chinese);
    harness.run();
    harness.get_by_label("报文段");
    harness.get_by_label("服务器同意（ACK），并反过来请求同步（SYN），合在一个报文段里。");
    // Another trace under the same number is another page.
    harness.state_mut().document = Document::new(shipped("tcp-clock"));
    harness.state_mut().selection = Selection::Frame(FrameNumber(2));
    harness.run();
    assert!(harness.query_by_label("服务器同意（ACK），并反过来请求同步（SYN），合在一个报文段里。").is_none());
}
