//! Throwaway.
use eframe::egui::Key;
use eframe::egui::accesskit::Role;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

#[test]
fn look_flake() {
    let path = crate::packets::large("flake", 3);
    let mut harness = crate::packets::window_with(&path);
    crate::packets::wait_until(&mut harness, "read", crate::packets::is_read);
    harness.get_by_role_and_label(Role::Button, "Packets").click();
    harness.run();
    for round in 0..40 {
        harness.key_press_modifiers(eframe::egui::Modifiers::COMMAND, Key::G);
        harness.step();
        harness.step();
        harness.get_by_role_and_label(Role::TextInput, "Go to frame").type_text("50");
        harness.step();
        harness.key_press(Key::Enter);
        harness.step();
        harness.step();
        harness.get_by_role_and_label(Role::Button, "Conversations").click();
        harness.run();
        let wanted = round % 3;
        let label = format!("No. {wanted}, Protocol TCP");
        let node = harness.get_by_label_contains(&label);
        let rect = node.rect();
        node.click();
        let mut ok = false;
        for _ in 0..200 {
            harness.step();
            if harness.state().document().all().tcp.first().is_some_and(|tcp| tcp.id == wanted) {
                ok = true;
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        println!(
            "round {round} wanted {wanted} ok {ok} rect {rect:?} shown {} fetching {} tcp {:?}",
            harness.state().document().shown(),
            harness.state().document().is_fetching(),
            harness.state().document().all().tcp.first().map(|t| t.id)
        );
        if !ok {
            let rect = harness.get_by_label_contains(&format!("No. {wanted}, Protocol TCP")).rect();
            println!("rect now {rect:?}");
            harness.render().unwrap().save("/tmp/pk-flake.png").unwrap();
            break;
        }
        harness.get_by_role_and_label(Role::Button, "Packets").click();
        harness.run();
    }
    let _ = harness.get_by_role(Role::ComboBox).accesskit_node().label();
    std::fs::remove_file(path).unwrap();
    std::mem::forget(harness);
}
