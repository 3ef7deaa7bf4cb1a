//! Capturing an interface from the window.

use std::net::UdpSocket;
use std::path::PathBuf;
use std::time::Duration;

use eframe::egui::OutputCommand;
use eframe::egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use wirelens::source::file;
use wirelens::trace::Network;
use wirelens::view::window::{App, Options};
use wirelens::words::Language;

use crate::harness::{Screen, harness};
use crate::namespace::{inside, ip, without_rights};

fn empty<'a>(screen: Screen, language: Language) -> Harness<'a, App> {
    let executable = PathBuf::from("/opt/wire lens/wirelens");
    let app =
        App::new(Options { executable, language, network: Network::Private, language_asked: true, settings: None });
    harness(screen, app, |ui, app: &mut App| app.show(ui))
}

/// Steps until it is so, at most 5 s.
fn until(harness: &mut Harness<'_, App>, what: &str, so: impl Fn(&Harness<'_, App>) -> bool) {
    for _ in 0..500 {
        harness.step();
        if so(harness) {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("{what}");
}

fn open_dialog(harness: &mut Harness<'_, App>) {
    harness.get_by_label("live interface…").click();
    until(harness, "the interfaces are not listed", |harness| harness.query_by_label("kind").is_some());
    harness.step();
}

/// Two sockets on the loopback interface.
fn pair() -> (UdpSocket, UdpSocket) {
    let [one, other] = [(); 2].map(|()| UdpSocket::bind("127.0.0.1:0").unwrap());
    one.connect(other.local_addr().unwrap()).unwrap();
    (one, other)
}

#[test]
fn an_interface_is_captured_while_it_is_looked_at() {
    if !inside("interfaces::an_interface_is_captured_while_it_is_looked_at") {
        return;
    }
    ip("link set lo up");
    let mut harness = empty(Screen::dark([1440.0, 900.0]), Language::English);
    open_dialog(&mut harness);
    harness.get_by_label("✓ can be captured");
    harness.get_by_role_and_label(Role::Button, "Capture lo").click();
    until(&mut harness, "it does not begin", |harness| {
        harness.query_by_label("Waiting for the first TCP segment or UDP datagram.").is_some()
    });
    let (one, _other) = pair();
    for count in 1..=3 {
        one.send(b"hello").unwrap();
        until(&mut harness, "the datagram is not shown", |harness| {
            harness.state().document().trace().frame_count() == count
        });
    }
    until(&mut harness, "the status does not say it", |harness| {
        harness.query_by_label_contains("capturing lo · 3 frames · 0 lost").is_some()
    });
    harness.get_by_label_contains("frame 3, client → server");
    harness.get_by_label_contains("Capturing lo: 3 frames, 0 dropped by the kernel");

    // It goes on while it is saved.
    let path = std::env::temp_dir().join(format!("wirelens-live-{}.pcapng", std::process::id()));
    harness.get_by_label("Save…").click();
    until(&mut harness, "nobody asks where to", |harness| {
        harness.query_by_role_and_label(Role::TextInput, "Path").is_some()
    });
    let field = harness.get_by_role_and_label(Role::TextInput, "Path");
    field.focus();
    harness.key_press_modifiers(eframe::egui::Modifiers::COMMAND, eframe::egui::Key::A);
    harness.step();
    harness.get_by_role_and_label(Role::TextInput, "Path").type_text(path.to_str().unwrap());
    harness.step();
    harness.get_by_label("Save").click();
    until(&mut harness, "it is not saved", |harness| harness.query_by_label_contains("Saved to /").is_some());
    harness.get_by_label(&format!("Saved to {} · 3 frames", path.display()));
    let saved = file::open(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    assert_eq!((saved.trace.frame_count(), saved.damage.is_none()), (3, true));
    one.send(b"more").unwrap();
    until(&mut harness, "the fourth is not shown", |harness| harness.state().document().trace().frame_count() == 4);

    harness.get_by_label("Close").click();
    harness.step();
    harness.get_all_by_label("■ Stop").next().unwrap().click();
    until(&mut harness, "it does not stop", |harness| {
        harness.query_by_label_contains("captured on lo · 4 frames · 0 lost").is_some()
    });
    one.send(b"unheard").unwrap();
    harness.run_ok();
    assert_eq!(harness.state().document().trace().frame_count(), 4);
}

#[test]
fn an_interface_that_goes_away_ends_the_capture_and_nothing_else() {
    if !inside("interfaces::an_interface_that_goes_away_ends_the_capture_and_nothing_else") {
        return;
    }
    ip("link set lo up");
    ip("link add v0 type veth peer name v1");
    for end in ["v0", "v1"] {
        ip(&format!("link set {end} up"));
    }
    ip("addr add 10.9.0.1/24 dev v0");
    ip("neigh add 10.9.0.2 lladdr 02:00:00:00:00:02 dev v0");
    let mut harness = empty(Screen::dark([1440.0, 900.0]), Language::English);
    open_dialog(&mut harness);
    harness.get_by_role_and_label(Role::Button, "Capture v0").click();
    harness.step();
    let socket = UdpSocket::bind("10.9.0.1:0").unwrap();
    socket.send_to(b"hello", "10.9.0.2:9999").unwrap();
    until(&mut harness, "the datagram is not shown", |harness| harness.state().document().trace().frame_count() == 1);
    ip("link del v0");
    until(&mut harness, "it does not say that it is gone", |harness| {
        harness.query_by_label("the interface v0 is gone: the capture ends there").is_some()
    });
    harness.get_by_label_contains("client → server, UDP, 5 B “hello”");
    assert_eq!(harness.state().document().trace().frame_count(), 1, "what was seen stays");

    // Downed, it is listed with what helps.
    ip("link add v0 type veth peer name v1");
    open_dialog(&mut harness);
    assert_eq!(harness.get_all_by_label("✕ it is down").count(), 2);
    // Of each kind of trouble one is explained: the first there is.
    harness.get_by_label("cannot capture on v1: it is down");
    harness.get_by_label("sudo ip link set v1 up");
    assert!(harness.get_by_role_and_label(Role::Button, "Capture v0").accesskit_node().is_disabled());
    harness.get_all_by_label("Copy").next().unwrap().click();
    let copied = |harness: &Harness<'_, App>| {
        let copy = OutputCommand::CopyText("sudo ip link set v1 up".into());
        harness.output().platform_output.commands.contains(&copy)
    };
    until(&mut harness, "it is not copied", copied);
    harness.get_by_label("Cancel").click();
    harness.run_ok();
    assert!(harness.query_by_label("kind").is_none());
}

/// In a user namespace of its own a process has no right to the network it
/// came from, be it root's.
#[test]
fn who_may_not_capture_reads_why_and_what_helps() {
    if !without_rights("interfaces::who_may_not_capture_reads_why_and_what_helps") {
        return;
    }
    let mut harness = empty(Screen::light([1440.0, 900.0]), Language::Chinese);
    harness.get_by_label("在接口上抓包…").click();
    until(&mut harness, "the interfaces are not listed", |harness| harness.query_by_label("类型").is_some());
    harness.step();
    assert!(harness.get_all_by_label("✕ 没有权限").count() >= 1);
    let refused = "无法在 lo 上抓包：socket(AF_PACKET, SOCK_RAW)：操作不被允许（EPERM）";
    harness.get_by_label(refused);
    harness.get_by_label("sudo setcap cap_net_raw+ep '/opt/wire lens/wirelens'");
    harness.get_by_label("sudo tcpdump -U -w - -i lo | wirelens show -");
    assert!(harness.get_by_role_and_label(Role::Button, "在 lo 上抓包").accesskit_node().is_disabled());

    // Asked for all the same it says so above the picture.
    let ctx = harness.ctx.clone();
    harness.state_mut().capture(&ctx, "lo");
    until(&mut harness, "it is not refused", |harness| {
        harness.query_by_label_contains("权能（capability）").is_some() && harness.query_by_label("类型").is_none()
    });
    harness.get_by_label_contains(refused);
}
