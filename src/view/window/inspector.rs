//! The right-hand panel: explains the selected segment or call before it lists
//! its fields and bytes.

use super::document::{Document, Selection};
use super::egui::text::LayoutJob;
use super::egui::{CollapsingHeader, RichText, ScrollArea, Sense, Ui, WidgetInfo, accesskit::Role, vec2};
use super::fonts;
use super::hexdump;
use super::theme::Theme;
use crate::conversation::{
    CallIndex, Cause, Conversation, Datagram, DatagramContent, End, Segment, StateChange, TcpConversation,
};
use crate::decode::{self, Field, FieldId, Value};
use crate::model::{CallOutcome, LinkType, Place};
use crate::timeline::ArrowKind;
use crate::trace::FrameNumber;
use crate::view::Picture;
use crate::words::{Words, span};

/// Which field the reader points at or has chosen; kept between frames.
#[derive(Clone, Debug, Default)]
pub(super) struct Inspector {
    /// Under the pointer, in the tree or in the bytes.
    hovered: Option<std::ops::Range<usize>>,
    /// Clicked; shown while nothing is under the pointer.
    chosen: Option<std::ops::Range<usize>>,
    /// What the choice belongs to.
    of: Selection,
}

/// Headers that are open until the reader closes them.
const OPEN: [FieldId; 7] =
    [FieldId::TCP, FieldId::TCP_OPTIONS, FieldId::UDP, FieldId::ICMP, FieldId::ICMPV6, FieldId::DNS, FieldId::HTTP];

impl Inspector {
    /// Shows what is selected; returns what the reader asked to see instead.
    pub(super) fn show(
        &mut self,
        ui: &mut Ui,
        document: &Document,
        selection: Selection,
        words: &Words,
    ) -> Option<Selection> {
        if self.of != selection {
            *self = Self { of: selection, ..Self::default() };
        }
        let Some((picture, _)) = document.picture() else {
            ui.label(RichText::new(words.word("ui-nothing-selected")).color(Theme::of(ui).faint));
            return None;
        };
        let scroll = ScrollArea::vertical().id_salt("inspector").auto_shrink([false, false]);
        scroll
            .show(ui, |ui| match selection {
                Selection::Segment(frame) => match picture.conversation {
                    Conversation::Tcp(tcp) => self.segment(ui, &picture, tcp, tcp.segment_in(frame)?, words),
                    Conversation::Udp(udp) => {
                        let datagram = udp.datagrams.iter().find(|datagram| datagram.frame == frame)?;
                        self.datagram(ui, &picture, datagram, words)
                    }
                },
                Selection::Call(call) => show_call(ui, &picture, call, words),
                Selection::Frame(frame) => {
                    self.fields(ui, &picture, frame, words);
                    None
                }
                Selection::None => {
                    ui.label(RichText::new(words.word("ui-nothing-selected")).color(Theme::of(ui).faint));
                    None
                }
            })
            .inner
    }

    fn segment(
        &mut self,
        ui: &mut Ui,
        picture: &Picture<'_>,
        conversation: &TcpConversation,
        segment: &Segment,
        words: &Words,
    ) -> Option<Selection> {
        title(ui, picture, segment.frame, &segment.flags.to_string(), segment.from, words);
        ui.label(words.caption(conversation, segment));
        let theme = Theme::of(ui);
        if let Some(fate) = words.fate(picture.trace, segment.fate) {
            ui.label(RichText::new(format!("✕ {fate}")).color(theme.rst));
        }
        for finding in &segment.findings {
            let name = RichText::new(format!("⚠ {}", words.finding(*finding))).color(theme.fin);
            ui.label(name);
            ui.label(small(ui, words.finding_means(*finding)));
        }
        ui.add_space(2.0);
        for end in End::BOTH {
            let moved = |change: &&StateChange| change.by.frame() == Some(segment.frame);
            for change in conversation.states.of(end).iter().filter(moved) {
                ui.label(small(ui, words.moved(end, change)));
            }
        }
        let asked = causes(ui, picture, segment.frame, segment.from, segment.cause, words);
        let seen = words.sightings(picture.trace, &segment.seen_at);
        if !seen.is_empty() {
            section(ui, &words.word("ui-seen-at"));
            for line in seen {
                ui.label(small(ui, line));
            }
        }
        section(ui, &words.word("ui-why"));
        for why in &segment.why {
            ui.label(RichText::new(words.why(segment, *why)).font(fonts::words(fonts::LABEL)));
        }
        self.fields(ui, picture, segment.frame, words);
        asked
    }

    fn datagram(
        &mut self,
        ui: &mut Ui,
        picture: &Picture<'_>,
        datagram: &Datagram,
        words: &Words,
    ) -> Option<Selection> {
        let name = match datagram.content {
            DatagramContent::Data => "UDP".to_owned(),
            DatagramContent::Error { meaning, .. } => format!("ICMP {}", words.icmp(meaning)),
        };
        title(ui, picture, datagram.frame, &name, datagram.from, words);
        ui.label(words.datagram_caption(datagram));
        ui.add_space(2.0);
        let asked = causes(ui, picture, datagram.frame, datagram.from, datagram.cause, words);
        section(ui, &words.word("ui-why"));
        for why in words.why_datagram(datagram) {
            ui.label(RichText::new(why).font(fonts::words(fonts::LABEL)));
        }
        self.fields(ui, picture, datagram.frame, words);
        asked
    }

    fn fields(&mut self, ui: &mut Ui, picture: &Picture<'_>, number: FrameNumber, words: &Words) {
        let Some((_, place, frame)) = picture.trace.frame(number) else { return };
        let link_type = match picture.trace.place(place) {
            Some(Place::Interface { link_type, .. }) => *link_type,
            Some(Place::Program { .. } | Place::Kernel { .. } | Place::Wire { .. }) | None => LinkType::ETHERNET,
        };
        let theme = Theme::of(ui);
        for remark in &decode::packet(link_type, frame).remarks {
            ui.label(RichText::new(words.remark(remark)).color(theme.fin));
        }
        let headers = decode::fields(link_type, frame);
        let marked = self.hovered.take().or_else(|| self.chosen.clone());
        section(ui, &words.word("ui-fields"));
        for header in &headers {
            self.header(ui, header, &frame.bytes, marked.as_ref(), words);
        }
        section(ui, &words.word("ui-bytes"));
        if let Some(byte) = hexdump::show(ui, &frame.bytes, marked.as_ref(), words) {
            self.hovered = deepest(&headers, byte).map(|field| field.span.clone());
            if self.hovered.is_some() && ui.input(|input| input.pointer.primary_clicked()) {
                self.chosen.clone_from(&self.hovered);
            }
        }
    }

    fn header(
        &mut self,
        ui: &mut Ui,
        header: &Field,
        bytes: &[u8],
        marked: Option<&std::ops::Range<usize>>,
        words: &Words,
    ) {
        if header.children.is_empty() {
            self.field(ui, header, bytes, marked, words);
            return;
        }
        let name = words.field_name(header.id);
        let value = words.field_value(header, bytes.get(header.span.clone()).unwrap_or_default());
        // A header tells how long it is, a value with pieces tells itself.
        let title = if value.is_empty() {
            format!("{name}  ·  {}", words.bytes(u32::try_from(header.span.len()).unwrap_or(0)))
        } else {
            format!("{name}  {value}")
        };
        let text = RichText::new(title).font(fonts::strong(fonts::LABEL));
        let shown = CollapsingHeader::new(text)
            .id_salt((header.id.name(), header.span.start))
            .default_open(OPEN.contains(&header.id))
            .show(ui, |ui| {
                ui.spacing_mut().item_spacing.y = 0.0;
                for child in &header.children {
                    self.header(ui, child, bytes, marked, words);
                }
            });
        if shown.header_response.hovered() {
            self.hovered = Some(header.span.clone());
        }
        shown.header_response.on_hover_text(explanation(header.id, words));
    }

    fn field(
        &mut self,
        ui: &mut Ui,
        field: &Field,
        bytes: &[u8],
        marked: Option<&std::ops::Range<usize>>,
        words: &Words,
    ) {
        let theme = Theme::of(ui);
        let name = words.field_name(field.id);
        let value = words.field_value(field, bytes.get(field.span.clone()).unwrap_or_default());
        let is_marked = marked == Some(&field.span);
        let painter = ui.painter().clone();
        let galley = |text: &str, font, colour, width: f32| {
            painter.layout_job(LayoutJob::simple(text.to_owned(), font, colour, width))
        };
        let room = ui.available_width();
        let column = (room * 0.48).min(168.0);
        let ink = if is_marked { theme.accent } else { theme.text };
        let name_text = galley(&name, fonts::words(fonts::LABEL), theme.soft, column - 8.0);
        let value_text = galley(&value, fonts::numbers(fonts::LABEL), ink, room - column - 4.0);
        let height = name_text.size().y.max(value_text.size().y) + 3.0;
        let (rect, response) = ui.allocate_exact_size(vec2(room, height), Sense::click());
        if is_marked {
            painter.rect_filled(rect, 3.0, theme.selection);
        }
        painter.galley(rect.min + vec2(4.0, 1.5), name_text, theme.soft);
        painter.galley(rect.min + vec2(column, 1.5), value_text, ink);
        response.widget_info(|| WidgetInfo::selected(Role::Button, true, is_marked, format!("{name}: {value}")));
        if response.hovered() {
            self.hovered = Some(field.span.clone());
        }
        if response.clicked() {
            self.chosen = Some(field.span.clone());
        }
        response.on_hover_text(explanation(field.id, words));
    }
}

/// What a field is for, and what Wireshark calls it.
fn explanation(field: FieldId, words: &Words) -> String {
    format!("{}\n{}", words.field_meaning(field), field.name())
}

/// Which frame it is, what it is, and which way it went.
fn title(ui: &mut Ui, picture: &Picture<'_>, frame: FrameNumber, name: &str, from: End, words: &Words) {
    let theme = Theme::of(ui);
    let arrow = picture.timeline.arrows.iter().find(|arrow| arrow.frame == frame);
    let colour = theme.arrow(arrow.map_or(ArrowKind::Ack, |arrow| arrow.kind));
    ui.horizontal_wrapped(|ui| {
        let title = format!("#{} {name}", frame.0);
        ui.label(RichText::new(title).font(fonts::strong(fonts::HEADING)).color(colour));
        let way = format!("{} → {}", words.end(from), words.end(from.peer()));
        ui.label(RichText::new(way).color(theme.soft));
    });
}

fn small(ui: &Ui, text: String) -> RichText {
    RichText::new(text).font(fonts::words(fonts::LABEL)).color(Theme::of(ui).soft)
}

/// Which call sent it, which calls it released; returns the call that was
/// clicked.
fn causes(
    ui: &mut Ui,
    picture: &Picture<'_>,
    frame: FrameNumber,
    from: End,
    cause: Cause,
    words: &Words,
) -> Option<Selection> {
    let mut asked = None;
    let text = small(ui, words.cause(picture.all, from, cause));
    if let Cause::Call(call) = cause {
        if ui.link(text).clicked() {
            asked = Some(Selection::Call(call));
        }
    } else {
        ui.label(text);
    }
    for end in End::BOTH {
        for call in picture.conversation.calls().of(end) {
            if picture.all.link(*call).and_then(|link| link.released_by) == Some(frame) {
                let name = words.call_name(picture.all, *call);
                let text = words.say("releases", &[("who", &words.end(end)), ("call", &name)]);
                if ui.link(small(ui, text)).clicked() {
                    asked = Some(Selection::Call(*call));
                }
            }
        }
    }
    asked
}

/// A small heading above a part of the panel.
fn section(ui: &mut Ui, title: &str) {
    ui.add_space(10.0);
    ui.label(RichText::new(title).text_style(fonts::section()).color(Theme::of(ui).faint));
}

/// The smallest field that covers this byte; single bits do not count.
fn deepest(fields: &[Field], byte: usize) -> Option<&Field> {
    let covering =
        fields.iter().filter(|field| field.span.contains(&byte) && !matches!(field.value, Value::Boolean(_)));
    let inner = covering.map(|field| deepest(&field.children, byte).unwrap_or(field));
    inner.min_by_key(|field| field.span.len())
}

fn show_call(ui: &mut Ui, picture: &Picture<'_>, index: CallIndex, words: &Words) -> Option<Selection> {
    let theme = Theme::of(ui);
    let record = picture.all.call(index)?;
    let link = picture.all.link(index)?;
    let mut asked = None;
    ui.label(RichText::new(record.call.to_string()).font(fonts::numbers(fonts::TITLE)));
    if let Some(Place::Program { name, role, pid, .. }) = picture.trace.place(record.program) {
        let who = words.say("ui-process", &[("who", &words.program_role(*role)), ("name", name), ("pid", pid)]);
        ui.label(RichText::new(who).color(theme.soft));
    }
    section(ui, &words.word("ui-call-result"));
    ui.label(RichText::new(words.outcome(record)).font(fonts::numbers(fonts::BODY)));
    if let Some(CallOutcome::Failed { errno, error }) = &record.outcome {
        ui.label(format!("{error} ({errno})"));
    }
    let start = span(picture.timeline.since_start(record.entered));
    ui.label(words.say("ui-call-entered", &[("at", &start)]));
    if let Some(returned) = record.returned {
        ui.label(words.say("ui-call-blocked", &[("span", &span(returned.since(record.entered)))]));
    }
    section(ui, &words.word("ui-call-segments"));
    let name = format!("{}()", record.call.name());
    if link.causes.is_empty() {
        ui.label(words.say("call-no-causes", &[("call", &name)]));
    }
    for frame in &link.causes {
        if ui.link(words.say("call-causes", &[("call", &name), ("frames", &frame.0)])).clicked() {
            asked = Some(Selection::Segment(*frame));
        }
    }
    if let Some(frame) = link.released_by
        && ui.link(words.say("call-released-by", &[("frame", &frame.0)])).clicked()
    {
        asked = Some(Selection::Segment(frame));
    }
    let payload = match (&record.call, &record.outcome) {
        (crate::model::Call::Send { bytes, .. }, _) => Some(bytes),
        (_, Some(CallOutcome::Received { received, .. })) => Some(received),
        _ => None,
    };
    if let Some(bytes) = payload.filter(|bytes| !bytes.is_empty()) {
        section(ui, &words.word("ui-bytes"));
        hexdump::show(ui, bytes, None, words);
    }
    asked
}
