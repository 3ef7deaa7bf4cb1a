//! The two programs' consoles: what they really wrote.

use std::collections::BTreeMap;

use super::command::Command;
use super::egui::{
    Frame, Key, Margin, Panel, RichText, ScrollArea, TextEdit, Ui, WidgetInfo, accesskit::Role as Accessible,
};
use super::fonts;
use super::theme::Theme;
use crate::model::{Event, OutputStream, Place, PlaceId, Role, What};
use crate::trace::Trace;
use crate::words::{Words, printable};

/// Lines kept on the screen; a program that floods is cut at the top, and the
/// console says so.
const LINES: usize = 500;

/// What the reader is typing, kept between frames.
#[derive(Clone, Debug, Default)]
pub(super) struct Typing {
    /// The sides of the running program that wait for lines.
    pub(super) readers: Vec<Role>,
    /// The unfinished line of each side.
    lines: BTreeMap<Role, String>,
}

/// Shows the consoles of all programs side by side, the server first; returns
/// what was typed.
pub(super) fn show(ui: &mut Ui, trace: &Trace, typing: &mut Typing, words: &Words) -> Vec<Command> {
    let mut commands = Vec::new();
    let mut programs: Vec<(PlaceId, Option<Role>, u32, &str)> = trace
        .places()
        .filter_map(|(id, place)| match place {
            Place::Program { name, role, pid, .. } => Some((id, *role, *pid, name.as_str())),
            Place::Interface { .. } | Place::Kernel { .. } => None,
        })
        .collect();
    programs.sort_by_key(|(id, role, ..)| (std::cmp::Reverse(*role), *id));
    if programs.is_empty() {
        ui.label(RichText::new(words.word("ui-no-consoles")).color(Theme::of(ui).faint));
        return commands;
    }
    ui.columns(programs.len(), |columns| {
        for (ui, (id, role, pid, name)) in columns.iter_mut().zip(programs) {
            let ended = trace.events().iter().any(|event| event.place == id && matches!(event.what, What::Exit(_)));
            let reader = role.filter(|role| typing.readers.contains(role) && !ended);
            if let Some(role) = reader {
                Panel::bottom(("typing", id.0)).frame(Frame::NONE).resizable(false).show(ui, |ui| {
                    commands.extend(input(ui, typing.lines.entry(role).or_default(), role, words));
                });
            }
            console(ui, trace, words, id, role, pid, name);
        }
    });
    commands
}

/// The line below a console that waits for one.
fn input(ui: &mut Ui, line: &mut String, role: Role, words: &Words) -> Option<Command> {
    let mut command = None;
    let who = words.word(role.name());
    ui.add_space(4.0);
    ui.horizontal(|ui| {
        let hint = words.say("ui-type", &[("who", &who)]);
        let width = ui.available_width() - 92.0;
        let edit = TextEdit::singleline(line).font(fonts::numbers(fonts::LABEL)).hint_text(&hint).desired_width(width);
        let response = ui.add(edit);
        response.widget_info(|| WidgetInfo::labeled(Accessible::TextInput, true, &hint));
        if response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter)) {
            command = Some(Command::Type(role, std::mem::take(line)));
            response.request_focus();
        }
        if ui.button(words.word("ui-end-input")).on_hover_text(words.word("ui-end-input-hint")).clicked() {
            command = Some(Command::EndInput(role));
        }
    });
    command
}

fn console(ui: &mut Ui, trace: &Trace, words: &Words, id: PlaceId, role: Option<Role>, pid: u32, name: &str) {
    let theme = Theme::of(ui);
    let events = || trace.events().iter().filter(|event| event.place == id);
    let exit = events().find_map(|event| match event.what {
        What::Exit(status) => Some(words.exit(status)),
        What::Frame(_) | What::SocketCall(_) | What::Output { .. } | What::SocketState(_) => None,
    });
    let who = words.say("ui-process", &[("who", &words.program_role(role)), ("name", &name), ("pid", &pid)]);
    ui.horizontal(|ui| {
        ui.label(RichText::new(&who).text_style(fonts::section()).color(theme.soft));
        let state = exit.unwrap_or_else(|| words.word("ui-running"));
        ui.label(RichText::new(state).font(fonts::words(fonts::NOTE)).color(theme.faint));
    });
    let lines = lines(events());
    let frame = Frame::NONE.fill(theme.background).corner_radius(4).inner_margin(Margin::symmetric(8, 5));
    let response = frame.show(ui, |ui| {
        ScrollArea::vertical().id_salt(("console", id.0)).auto_shrink([false, false]).stick_to_bottom(true).show(
            ui,
            |ui| {
                ui.spacing_mut().item_spacing.y = 1.0;
                if lines.len() > LINES {
                    let text = words.say("ui-lines-above", &[("count", &(lines.len() - LINES))]);
                    ui.label(RichText::new(text).color(theme.faint));
                }
                for (stream, line) in lines.iter().skip(lines.len().saturating_sub(LINES)) {
                    let colour = if *stream == OutputStream::Stderr { theme.fin } else { theme.text };
                    ui.label(RichText::new(line).font(fonts::numbers(fonts::LABEL)).color(colour));
                }
            },
        );
    });
    response.response.widget_info(|| WidgetInfo::labeled(Accessible::Group, true, &who));
}

/// A program's output cut into lines, each made safe for the screen.
fn lines<'a>(events: impl Iterator<Item = &'a Event>) -> Vec<(OutputStream, String)> {
    let mut lines = Vec::new();
    let mut unfinished: [(OutputStream, Vec<u8>); 2] =
        [(OutputStream::Stdout, Vec::new()), (OutputStream::Stderr, Vec::new())];
    for event in events {
        let What::Output { stream, bytes } = &event.what else { continue };
        let Some((_, line)) = unfinished.iter_mut().find(|(other, _)| other == stream) else { continue };
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            line.extend(piece);
            if line.ends_with(b"\n") {
                line.pop();
                lines.push((*stream, printable(line)));
                line.clear();
            }
        }
    }
    for (stream, line) in unfinished {
        if !line.is_empty() {
            lines.push((stream, printable(&line)));
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Timestamp;

    #[test]
    fn output_is_cut_into_lines_however_it_came() {
        let output = |stream, text: &str| Event {
            at: Timestamp::default(),
            place: PlaceId(0),
            what: What::Output { stream, bytes: text.into() },
        };
        let events = [
            output(OutputStream::Stdout, "Wel"),
            output(OutputStream::Stderr, "oops\n"),
            output(OutputStream::Stdout, "come!\nHello\x1b[2J"),
        ];
        let expected = [
            (OutputStream::Stderr, "oops"),
            (OutputStream::Stdout, "Welcome!"),
            (OutputStream::Stdout, "Hello\\x1b[2J"),
        ];
        assert_eq!(lines(events.iter()), expected.map(|(stream, line)| (stream, line.to_owned())));
    }
}
