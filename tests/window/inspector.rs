//! The inspector in the window, found by what is written in it.

use eframe::egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use wirelens::view::window::App;
use wirelens::words::Language;

use crate::app::window;
use crate::harness::Screen;

const TALL: [f32; 2] = [1440.0, 2000.0];

fn syn_ack(language: Language) -> Harness<'static, App> {
    let mut harness = window(Screen::dark(TALL), language, "greeting");
    harness.key_press(eframe::egui::Key::ArrowRight);
    harness.run();
    harness
}

#[test]
fn a_syn_ack_is_explained_bit_by_bit() {
    let mut harness = syn_ack(Language::English);
    for cell in [
        "source port: 9999, bits 0–15",
        "data offset (header length): 10, bits 96–99",
        "ACK: 1, bit 107",
        "SYN: 1, bit 110",
        "FIN: 0, bit 111",
        "maximum segment size: 1460, bits 176–191",
    ] {
        harness.get_by_role_and_label(Role::Button, cell);
    }
    // ack = seq + length + SYN of the client's SYN; and what will answer this.
    assert_eq!(harness.get_all_by_label("0 + 0 B + SYN = 1").count(), 2);
    harness.get_by_label("in words").click();
    harness.run();
    harness.get_by_label("the numbers of the client's frame 1, added up: the next byte the server expects");
    harness.get_by_label_contains("× 2^0 = ");
    harness.get_by_label_contains("t(2) − t(1) = ");
    harness.get_by_label_contains("left to the hardware: 0xfe30 is the sum of the pseudo-header alone");
    // Both machines, with the section that says so.
    harness.get_by_label("server, sender: SYN-RECEIVED");
    harness.get_by_label("client, receiver: SYN-SENT → ESTABLISHED");
    harness.get_by_label("· first, ACK: 0 < 1 ≤ 1 (ISS, SEG.ACK, SND.NXT): acceptable  §3.10.7.3");
    // Options, and whether they are in force.
    harness.get_by_label("MSS 1460");
    harness.get_by_label_contains("each binds the other");
    assert!(harness.get_all_by_label("In force: both SYNs have it.").count() >= 3);

    // Grid, tree, both.
    assert!(harness.query_by_label("control bits  SYN ACK (0x012)").is_none());
    harness.get_by_label("tree").click();
    harness.run();
    harness.get_by_label("control bits  SYN ACK (0x012)");
    assert!(harness.query_by_label("SYN: 1, bit 110").is_none());
    // The choice stays with the next segment.
    harness.key_press(eframe::egui::Key::ArrowRight);
    harness.run();
    harness.get_by_label("control bits  ACK (0x010)");
}

#[test]
fn a_frame_that_adds_up_is_one_click_away() {
    let mut harness = syn_ack(Language::English);
    let links: Vec<_> = harness.get_all_by_role_and_label(Role::Link, "frame 1").collect();
    assert!(links.len() >= 2, "{}", links.len());
    links[0].click();
    harness.run();
    harness.get_by_label("The client asks to connect and says from which number it counts its bytes.");
}

#[test]
fn the_state_diagram_has_both_ends() {
    let mut harness = syn_ack(Language::English);
    harness.get_by_label("State machine").click();
    harness.run();
    harness.get_by_role_and_label(Role::Button, "ESTABLISHED, now: client");
    harness.get_by_role_and_label(Role::Button, "SYN-RECEIVED, now: server");
    harness.get_by_role_and_label(Role::Button, "CLOSING, not visited");
    let edge = "SYN-SENT to ESTABLISHED: rcv SYN,ACK / snd ACK, taken 1 ×, by this segment";
    harness.get_by_role_and_label(Role::Button, edge).click();
    harness.run();
    harness.get_by_label_contains("client: SYN-SENT → ESTABLISHED").click();
    harness.run();
    // The tab stays while the reader steps on.
    harness.key_press(eframe::egui::Key::ArrowRight);
    harness.run();
    harness.get_by_role_and_label(Role::Button, "ESTABLISHED, now: client, server");
    harness.get_by_label("TIME-WAIT, visited").click();
    harness.run();
    harness.get_by_label_contains("client: FIN-WAIT-2 → TIME-WAIT");
}

#[test]
fn the_inspector_speaks_chinese() {
    let mut harness = syn_ack(Language::Chinese);
    harness.get_by_role_and_label(Role::Button, "源端口: 9999, 第 0–15 位");
    assert_eq!(harness.get_all_by_label("0 + 0 B + SYN = 1").count(), 2);
    harness.get_by_label("客户端（接收方）：SYN-SENT → ESTABLISHED");
    harness.get_by_label("状态机").click();
    harness.run();
    harness.get_by_role_and_label(Role::Button, "ESTABLISHED，当前：客户端");
    harness.get_by_role_and_label(
        Role::Button,
        "SYN-SENT 到 ESTABLISHED：收 SYN,ACK / 发 ACK，经过 1 次，由这个报文段引起",
    );
}

#[test]
fn an_error_message_shows_what_it_quotes() {
    for language in Language::ALL {
        let mut harness = window(Screen::light(TALL), language, "udp-hello-port-unreachable");
        harness.key_press(eframe::egui::Key::ArrowRight);
        harness.run();
        let (cell, quoted, machine) = match language {
            Language::English => ("code: 3, bits 8–15", "quoted UDP · 8 B", "State machine"),
            Language::Chinese => ("代码: 3, 第 8–15 位", "被引用的 UDP · 8 B", "状态机"),
        };
        harness.get_by_role_and_label(Role::Button, cell);
        harness.get_by_label(quoted);
        harness.get_by_label(machine).click();
        harness.run();
        harness.get_by_label_contains("RFC 768");
    }
}
