//! A story's chapters above the picture, found by what is written on them.

use eframe::egui::accesskit::Role;
use egui_kittest::kittest::Queryable as _;
use wirelens::trace::FrameNumber;
use wirelens::view::window::document::Selection;
use wirelens::words::Language;

use crate::app::window;
use crate::harness::Screen;

const SIZE: [f32; 2] = [1440.0, 900.0];

#[test]
fn a_click_on_a_chapter_goes_to_its_first_frame() {
    let mut harness = window(Screen::dark(SIZE), Language::English, "internet");
    harness.get_by_label("From www.example to the page, in 6 chapters");
    harness
        .get_by_role_and_label(
            Role::Button,
            "chapter 3: TCP: connect, frames 27–30, 36–49. three-way handshake with web (198.51.100.80), port 80: 3 \
             segments",
        )
        .click();
    harness.run();
    assert_eq!(harness.state().selection(), Selection::Segment(FrameNumber(27)));
    harness.get_by_label_contains("three-way handshake with web (198.51.100.80), port 80: 3 segments · frames 27–30");
    // ARP belongs to no conversation.
    harness.get_by_role_and_label(Role::Button, ARP).click();
    harness.run();
    assert_eq!(harness.state().selection(), Selection::Frame(FrameNumber(31)));
    harness.get_by_label_contains("02:00:00:00:04:01 · frames 31–35");
}

const ARP: &str = "chapter 4: ARP: who is next?, frames 31–35. provider (198.51.100.1) asks for the MAC address of web \
                   (198.51.100.80): 02:00:00:00:04:01";

#[test]
fn a_capture_without_a_lookup_has_no_chapters() {
    let harness = window(Screen::dark(SIZE), Language::Chinese, "greeting");
    assert!(harness.query_by_label_contains("共 6 章").is_none());
    let harness = window(Screen::dark(SIZE), Language::Chinese, "internet");
    harness.get_by_label("从 www.example 到网页，共 6 章");
}
