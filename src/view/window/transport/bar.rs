//! Buttons, slider and caption.

use super::super::egui::text::{LayoutJob, TextWrapping};
use super::super::egui::{
    Align, Color32, ComboBox, Layout, Rect, Response, RichText, Sense, Shape, Slider, Stroke, StrokeKind, Ui,
    WidgetInfo, accesskit::Role, pos2, vec2,
};
use super::super::fonts;
use super::super::theme::Theme;
use super::{Playback, Transport, ends};
use crate::conversation::Conversation;
use crate::timeline::playback::StepSize;
use crate::view::Picture;
use crate::words::Words;

/// The speeds there are.
const SPEEDS: [f64; 10] = [0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0];

/// Below this height of the window the picture needs the room, in points.
const LOW: f32 = 480.0;
/// A button's size, in points.
pub(in super::super) const BUTTON: [f32; 2] = [28.0, 22.0];
/// Points of width from which everything is in one line, or in two.
pub(in super::super) const ONE_LINE: f32 = 600.0;
const TWO_LINES: f32 = 320.0;
/// Points of width from which there is more than one button.
pub(in super::super) const ONE_HAND: f32 = 140.0;
/// Points of width from which caption and both ends stand side by side.
const SIDE_BY_SIDE: f32 = 680.0;
/// Lines of the caption, side by side with both ends or above them.
const CAPTION_LINES: [usize; 2] = [3, 2];

/// What is painted on a button.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Icon {
    First,
    Back,
    Play,
    Pause,
    Forward,
    Last,
}

impl Playback {
    /// Paints the bar; returns what was asked for.
    pub(super) fn bar(&mut self, ui: &mut Ui, picture: &Picture<'_>, words: &Words) -> Vec<Transport> {
        let mut asked = Vec::new();
        ui.spacing_mut().item_spacing = vec2(4.0, 4.0);
        ui.spacing_mut().interact_size.y = BUTTON[1];
        ui.spacing_mut().button_padding.y = 2.0;
        let width = ui.available_width();
        let Some((player, loaded)) = self.player.as_ref().zip(self.loaded.as_ref()) else {
            ui.horizontal(|ui| {
                buttons(ui, words, width, false, &mut asked);
                if width >= TWO_LINES {
                    let hint = RichText::new(words.word("step-hint")).font(fonts::words(fonts::LABEL));
                    ui.add(super::egui::Label::new(hint.color(Theme::of(ui).faint)).truncate());
                }
            });
            return asked;
        };
        let playing = player.is_playing();
        let now = player.now(&loaded.steps, picture.timeline, self.size);
        let (index, stop) = self.told(&loaded.steps, player, now);
        let count = loaded.steps.stops(self.size).len();
        let time = words.time_at(picture.timeline, now);
        let place = Place { index, count, time };
        ui.horizontal(|ui| {
            buttons(ui, words, width, playing, &mut asked);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if width >= ONE_HAND {
                    leave(ui, words, width, &mut asked);
                }
                if width >= ONE_LINE {
                    self.choices(ui, picture, words, &mut asked);
                }
                if width >= ONE_HAND + 20.0 {
                    place.label(ui, words, width);
                }
                if width >= ONE_LINE {
                    place.slider(ui, words, &mut asked);
                }
            });
        });
        let is_low = ui.ctx().content_rect().height() < LOW;
        if (TWO_LINES..ONE_LINE).contains(&width) && !is_low {
            ui.horizontal(|ui| {
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    self.choices(ui, picture, words, &mut asked);
                    place.slider(ui, words, &mut asked);
                });
            });
        }
        let mut caption = match &stop {
            Some(stop) => {
                let (trace, timeline) = (picture.trace, picture.timeline);
                words.stop(trace, picture.all, picture.conversation, timeline, &loaded.steps, stop)
            }
            None => words.word("step-start"),
        };
        if let Some(span) = player.shortened(&loaded.steps, picture.timeline, self.size) {
            let shortened = words.say("step-shortened", &[("span", &crate::words::span(span))]);
            caption = format!("⏱ {shortened} · {caption}");
        }
        let spoken = words.say("step-caption", &[("index", &index), ("count", &count), ("what", &caption)]);
        let snapshot = loaded.steps.snapshot(picture.all, picture.conversation, picture.timeline, now);
        let table = ends::Table::new(ui, &loaded.steps, snapshot, words);
        if is_low {
            show_caption(ui, &caption, &spoken, width, 1);
        } else if width >= SIDE_BY_SIDE {
            ui.horizontal_top(|ui| {
                let width = ui.available_width();
                let table_width = table.width(width * 0.62);
                show_caption(ui, &caption, &spoken, width - table_width - 18.0, CAPTION_LINES[0]);
                ui.add_space(10.0);
                table.show(ui, table_width, words);
            });
        } else if width >= ONE_HAND + 20.0 {
            show_caption(ui, &caption, &spoken, width, CAPTION_LINES[1]);
            table.show(ui, table.width(width), words);
        }
        asked
    }

    /// How far a step goes, how fast time passes; from right to left.
    fn choices(&self, ui: &mut Ui, picture: &Picture<'_>, words: &Words, asked: &mut Vec<Transport>) {
        speed_choice(ui, words, self.speed, asked);
        let small = |text: String| RichText::new(text).font(fonts::words(fonts::LABEL));
        let segment = match picture.conversation {
            Conversation::Tcp(_) => "step-size-segment",
            Conversation::Udp(_) => "step-size-datagram",
        };
        let name = |size: StepSize| match size {
            StepSize::Segment => words.word(segment),
            StepSize::Event => words.word("step-size-event"),
        };
        let size = ComboBox::from_id_salt("size").width(92.0).selected_text(small(name(self.size)));
        let size = size.show_ui(ui, |ui| {
            for size in StepSize::ALL {
                if ui.selectable_label(size == self.size, name(size)).clicked() {
                    asked.push(Transport::Size(size));
                }
            }
        });
        name_combo(&size.response, &words.word("step-size"), &name(self.size));
        size.response.on_hover_text(words.word("step-size-hint"));
    }
}

/// Play, pause, step; as many buttons as there is width for.
pub(in super::super) fn buttons(ui: &mut Ui, words: &Words, width: f32, playing: bool, asked: &mut Vec<Transport>) {
    let (play, name) = if playing { (Icon::Pause, "step-pause") } else { (Icon::Play, "step-play") };
    let all = [
        (Icon::First, "step-first", Transport::First),
        (Icon::Back, "step-back", Transport::Step(-1)),
        (play, name, Transport::Toggle),
        (Icon::Forward, "step-forward", Transport::Step(1)),
        (Icon::Last, "step-last", Transport::Last),
    ];
    for (icon, key, transport) in all {
        let least = match icon {
            Icon::Play | Icon::Pause => 0.0,
            Icon::Back | Icon::Forward => ONE_HAND,
            Icon::First | Icon::Last => TWO_LINES,
        };
        if width < least {
            continue;
        }
        if button(ui, icon, &words.word(key)).clicked() {
            asked.push(transport);
        }
    }
}

/// How fast time passes.
pub(in super::super) fn speed_choice(ui: &mut Ui, words: &Words, speed: f64, asked: &mut Vec<Transport>) {
    let label = |speed: f64| format!("{speed}×");
    let text = RichText::new(label(speed)).font(fonts::words(fonts::LABEL));
    let list = ComboBox::from_id_salt("speed").width(52.0).selected_text(text);
    let list = list.show_ui(ui, |ui| {
        for other in SPEEDS {
            let chosen = (other - speed).abs() < f64::EPSILON;
            if ui.selectable_label(chosen, label(other)).clicked() {
                asked.push(Transport::Speed(other));
            }
        }
    });
    name_combo(&list.response, &words.word("step-speed"), &label(speed));
    list.response.on_hover_text(words.word("step-speed-hint"));
}

/// Gives a list its accessible name and value.
fn name_combo(response: &Response, name: &str, value: &str) {
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::ComboBox, true, name);
        info.current_text_value = Some(value.to_owned());
        info
    });
}

fn leave(ui: &mut Ui, words: &Words, width: f32, asked: &mut Vec<Transport>) {
    let name = words.word("step-leave");
    let text = if width >= TWO_LINES { name.clone() } else { "✕".to_owned() };
    let response = ui.button(RichText::new(text).font(fonts::words(fonts::LABEL)));
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
    if response.on_hover_text(words.word("step-leave-hint")).clicked() {
        asked.push(Transport::Leave);
    }
}

/// Where the reader is.
pub(in super::super) struct Place {
    /// The stop's number, from 1; 0 before the first.
    pub(in super::super) index: usize,
    pub(in super::super) count: usize,
    pub(in super::super) time: String,
}

impl Place {
    /// `7/42 · 118 µs`, in a place wide enough for the last one.
    pub(in super::super) fn label(&self, ui: &mut Ui, words: &Words, width: f32) {
        let count = |index: usize| words.say("step-count", &[("index", &index), ("count", &self.count)]);
        let (text, widest) = if width >= TWO_LINES {
            (format!("{} · {}", count(self.index), self.time), format!("{} · 00.00 ms", count(self.count)))
        } else {
            (count(self.index), count(self.count))
        };
        let font = fonts::words(fonts::LABEL);
        let colour = Theme::of(ui).soft;
        let galley = |ui: &Ui, text: String| ui.painter().layout_no_wrap(text, font.clone(), colour);
        let room = galley(ui, widest).size().x;
        let galley = galley(ui, text.clone());
        let (rect, response) = ui.allocate_exact_size(vec2(room.max(galley.size().x), BUTTON[1]), Sense::hover());
        let at = pos2(rect.left(), rect.center().y - galley.size().y / 2.0);
        ui.painter().galley(at, galley, colour);
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &text));
    }

    /// The slider over all stops, as wide as there is room.
    pub(in super::super) fn slider(&self, ui: &mut Ui, words: &Words, asked: &mut Vec<Transport>) {
        let mut index = self.index;
        ui.spacing_mut().slider_width = (ui.available_width() - 12.0).max(40.0);
        let response = ui.add(Slider::new(&mut index, 0..=self.count).show_value(false));
        #[expect(clippy::cast_precision_loss, reason = "a slider's place")]
        response.widget_info(|| WidgetInfo::slider(true, index as f64, words.word("step-scrub")));
        if response.changed() && index != self.index {
            asked.push(Transport::Seek(index));
        }
    }
}

/// What has just happened, in at most `lines` lines; all of it under the
/// pointer. The room is the same whatever it is: nothing below jumps.
fn show_caption(ui: &mut Ui, caption: &str, spoken: &str, width: f32, lines: usize) {
    let theme = Theme::of(ui);
    let mut job = LayoutJob::simple(caption.to_owned(), fonts::words(fonts::LABEL), theme.text, width);
    job.wrap = TextWrapping { max_width: width.max(0.0), max_rows: lines, ..TextWrapping::default() };
    let galley = ui.painter().layout_job(job);
    let line = ui.painter().layout_no_wrap("0".to_owned(), fonts::words(fonts::LABEL), theme.text).size().y;
    #[expect(clippy::cast_precision_loss, reason = "two or three lines")]
    let height = line * lines as f32;
    let (rect, response) = ui.allocate_exact_size(vec2(width.max(0.0), height), Sense::hover());
    let whole = !galley.elided;
    ui.painter().galley(rect.min, galley, theme.text);
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, spoken));
    if !whole {
        response.on_hover_text(caption);
    }
}

/// A button with a painted sign and an accessible name.
fn button(ui: &mut Ui, icon: Icon, name: &str) -> Response {
    let (rect, response) = ui.allocate_exact_size(BUTTON.into(), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, name));
    let theme = Theme::of(ui);
    let visuals = *super::look(ui, &response);
    let main = matches!(icon, Icon::Play | Icon::Pause);
    let (fill, edge, ink) = if main {
        (theme.accent, theme.accent, theme.on_accent)
    } else {
        (visuals.weak_bg_fill, visuals.bg_stroke.color, visuals.fg_stroke.color)
    };
    ui.painter().rect(rect, visuals.corner_radius, fill, Stroke::new(1.0, edge), StrokeKind::Inside);
    if main && (response.hovered() || response.has_focus()) {
        let inner = rect.shrink(2.0);
        ui.painter().rect_stroke(inner, visuals.corner_radius, Stroke::new(1.0, ink), StrokeKind::Inside);
    }
    sign(ui, icon, rect, ink);
    response.on_hover_text(name)
}

fn sign(ui: &Ui, icon: Icon, rect: Rect, ink: Color32) {
    let middle = rect.center();
    let (half, reach) = (5.0, 4.5);
    // A triangle whose tip is `x` and which points to the right (+1) or left.
    let triangle = |x: f32, way: f32| {
        let base = x - way * 2.0 * reach;
        let corners = vec![pos2(x, middle.y), pos2(base, middle.y - half), pos2(base, middle.y + half)];
        ui.painter().add(Shape::convex_polygon(corners, ink, Stroke::NONE));
    };
    let bar = |x: f32, width: f32| {
        let rect = Rect::from_center_size(pos2(x, middle.y), vec2(width, 2.0 * half));
        ui.painter().rect_filled(rect, 0.0, ink);
    };
    match icon {
        Icon::First => {
            bar(middle.x - 6.0, 2.0);
            triangle(middle.x - 5.0, -1.0);
            triangle(middle.x + 0.5, -1.0);
        }
        Icon::Back => {
            triangle(middle.x - 5.5, -1.0);
            bar(middle.x + 5.5, 2.0);
        }
        Icon::Play => triangle(middle.x + 5.0, 1.0),
        Icon::Pause => {
            bar(middle.x - 3.0, 3.0);
            bar(middle.x + 3.0, 3.0);
        }
        Icon::Forward => {
            bar(middle.x - 5.5, 2.0);
            triangle(middle.x + 5.5, 1.0);
        }
        Icon::Last => {
            triangle(middle.x - 0.5, 1.0);
            triangle(middle.x + 5.0, 1.0);
            bar(middle.x + 6.0, 2.0);
        }
    }
}
