//! The two programs' consoles: what they really wrote.

use std::borrow::Cow;
use std::collections::{BTreeMap, VecDeque};
use std::fmt;

use super::command::Command;
use super::egui::text::{LayoutJob, TextFormat};
use super::egui::{
    Frame, Key, Label, Margin, Panel, RichText, ScrollArea, TextEdit, Ui, WidgetInfo, accesskit::Role as Accessible,
};
use super::fonts;
use super::theme::Theme;
use crate::model::{Event, ExitStatus, OutputStream, Place, PlaceId, Role, What};
use crate::trace::Trace;
use crate::words::{Words, printable};

/// Lines kept on the screen; a program that floods is cut at the top, and the
/// console says so.
const LINES: usize = 500;
/// A line longer than this is cut, in bytes.
const LONGEST: usize = 16 * 1024;

/// What was written and what is being typed, kept between frames.
#[derive(Clone, Debug, Default)]
pub(super) struct Consoles {
    /// The sides of the running program that wait for lines.
    readers: Vec<Role>,
    /// The unfinished line of each side.
    typed: BTreeMap<Role, String>,
    /// How many of the trace's events were looked at.
    seen: usize,
    /// What each program wrote.
    written: BTreeMap<PlaceId, Written>,
}

/// What one program has written so far.
#[derive(Clone, Debug, Default)]
struct Written {
    /// The last lines, each made safe for the screen.
    lines: VecDeque<(OutputStream, String)>,
    /// Lines that were there before these.
    above: usize,
    /// What has no end of line yet, of each stream.
    unfinished: [Vec<u8>; 2],
    /// How the program ended.
    exit: Option<ExitStatus>,
}

impl Written {
    fn take(&mut self, stream: OutputStream, bytes: &[u8]) {
        let place = usize::from(stream == OutputStream::Stderr);
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            let Some(line) = self.unfinished.get_mut(place) else { return };
            line.extend(piece);
            if line.ends_with(b"\n") || line.len() > LONGEST {
                let text = printable(line.strip_suffix(b"\n").unwrap_or(line));
                line.clear();
                self.lines.push_back((stream, text));
            }
        }
        while self.lines.len() > LINES {
            self.lines.pop_front();
            self.above += 1;
        }
    }

    /// The last lines, the unfinished ones too.
    fn lines(&self) -> impl Iterator<Item = (OutputStream, Cow<'_, str>)> {
        let finished = self.lines.iter().map(|(stream, line)| (*stream, Cow::from(line)));
        let streams = [OutputStream::Stdout, OutputStream::Stderr];
        let unfinished = streams.into_iter().zip(&self.unfinished).filter(|(_, line)| !line.is_empty());
        finished.chain(unfinished.map(|(stream, line)| (stream, printable(line).into())))
    }
}

impl Consoles {
    /// From now on these sides can be typed into.
    pub(super) fn open(&mut self, readers: Vec<Role>) {
        self.readers = readers;
    }

    /// Nothing can be typed any more.
    pub(super) fn close(&mut self) {
        self.readers.clear();
        self.typed.clear();
    }

    /// Takes an event of a run as it comes.
    pub(super) fn take(&mut self, event: &Event) {
        self.seen += 1;
        match &event.what {
            What::Output { stream, bytes } => self.written.entry(event.place).or_default().take(*stream, bytes),
            What::Exit(status) => self.written.entry(event.place).or_default().exit = Some(*status),
            What::Frame(_) | What::SocketCall(_) | What::SocketState(_) | What::LinkAction(_) | What::StackStep(_) => {}
        }
    }

    /// Takes a trace that was not taken event by event.
    fn update(&mut self, trace: &Trace) {
        if self.seen != trace.events().len() {
            (self.seen, self.written) = (0, BTreeMap::new());
            trace.events().iter().for_each(|event| self.take(event));
        }
    }

    /// Shows the consoles of all programs side by side, the server first;
    /// returns what was typed.
    pub(super) fn show(&mut self, ui: &mut Ui, trace: &Trace, words: &Words) -> Vec<Command> {
        self.update(trace);
        let mut commands = Vec::new();
        let mut programs: Vec<(PlaceId, Option<Role>, u32, &str)> = trace
            .places()
            .filter_map(|(id, place)| match place {
                Place::Program { name, role, pid, .. } => Some((id, *role, *pid, name.as_str())),
                Place::Interface { .. } | Place::Kernel { .. } | Place::Wire { .. } => None,
            })
            .collect();
        programs.sort_by_key(|(id, role, ..)| (std::cmp::Reverse(*role), *id));
        if programs.is_empty() {
            ui.label(RichText::new(words.word("ui-no-consoles")).color(Theme::of(ui).faint));
            return commands;
        }
        ui.columns(programs.len(), |columns| {
            for (ui, (id, role, pid, name)) in columns.iter_mut().zip(programs) {
                let written = self.written.entry(id).or_default();
                let reader = role.filter(|role| self.readers.contains(role) && written.exit.is_none());
                if let Some(role) = reader {
                    Panel::bottom(("typing", id.0)).frame(Frame::NONE).resizable(false).show(ui, |ui| {
                        commands.extend(input(ui, self.typed.entry(role).or_default(), role, words));
                    });
                }
                let who = [("who", &words.program_role(role) as &dyn fmt::Display), ("name", &name), ("pid", &pid)];
                console(ui, id, &words.say("ui-process", &who), written, words);
            }
        });
        commands
    }
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

fn console(ui: &mut Ui, id: PlaceId, who: &str, written: &Written, words: &Words) {
    let theme = Theme::of(ui);
    let state = written.exit.map_or_else(|| words.word("ui-running"), |exit| words.exit(exit));
    let format = |font_id, color| TextFormat { font_id, color, ..TextFormat::default() };
    let mut head = LayoutJob::default();
    head.append(who, 0.0, format(fonts::strong(fonts::NOTE), theme.soft));
    head.append(&state, 8.0, format(fonts::words(fonts::NOTE), theme.faint));
    if written.above > 0 {
        let above = words.say("ui-lines-above", &[("count", &written.above)]);
        head.append(&above, 8.0, format(fonts::words(fonts::NOTE), theme.fin));
    }
    ui.add(Label::new(head).truncate());
    let frame = Frame::NONE.fill(theme.background).corner_radius(4).inner_margin(Margin::symmetric(8, 5));
    let response = frame.show(ui, |ui| {
        let height = ui.fonts_mut(|fonts| fonts.row_height(&fonts::numbers(fonts::LABEL)));
        let lines: Vec<(OutputStream, Cow<'_, str>)> = written.lines().collect();
        // In a low window the line to type into comes first.
        let scroll = ScrollArea::both()
            .id_salt(("console", id.0))
            .auto_shrink([false, false])
            .min_scrolled_height(0.0)
            .stick_to_bottom(true);
        ui.spacing_mut().item_spacing.y = 1.0;
        scroll.show_rows(ui, height, lines.len(), |ui, rows| {
            for (stream, line) in lines.get(rows).unwrap_or_default() {
                let colour = if *stream == OutputStream::Stderr { theme.fin } else { theme.text };
                let text = RichText::new(line.as_ref()).font(fonts::numbers(fonts::LABEL)).color(colour);
                ui.add(Label::new(text).extend());
            }
        });
    });
    response.response.widget_info(|| WidgetInfo::labeled(Accessible::Group, true, who));
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
        let mut written = Written::default();
        for event in &events {
            let What::Output { stream, bytes } = &event.what else { panic!("only output here") };
            written.take(*stream, bytes);
        }
        let expected = [
            (OutputStream::Stderr, "oops"),
            (OutputStream::Stdout, "Welcome!"),
            (OutputStream::Stdout, "Hello\\x1b[2J"),
        ];
        let lines: Vec<_> = written.lines().map(|(stream, line)| (stream, line.into_owned())).collect();
        assert_eq!(lines, expected.map(|(stream, line)| (stream, line.to_owned())));
    }

    /// A program that floods costs no more than what is shown of it.
    #[test]
    fn a_flood_keeps_its_last_lines_and_says_how_many_went() {
        let mut written = Written::default();
        for line in 0..2000 {
            written.take(OutputStream::Stdout, format!("{line}\n").as_bytes());
        }
        written.take(OutputStream::Stdout, &vec![b'x'; 100_000]);
        assert_eq!(written.above, 2000 + 1 - LINES);
        assert!(written.lines().all(|(_, line)| line.len() <= 100_000));
        assert_eq!(written.unfinished[0].len(), 0, "a line without an end is cut");
    }
}
