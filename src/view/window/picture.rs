//! Pictures of one conversation, without a window, a display or a graphics
//! card.
//!
//! ```text
//!  10.9.0.1:40588  ⇄  10.9.0.2:7000
//!  TCP · three-way handshake · teardown, four segments · …
//!              client 10.9.0.1:40588        server 10.9.0.2:7000
//!  ┃ …                       the picture                       ┃
//!  ─────────────────────────────────────────────────────────────
//!  talk.pcapng · captured · 20 frames · 0 lost · 2026-02-28 … UTC
//! ```
//!
//! Owns what stands above and below the picture, so that one out of its
//! context says where it comes from, and how high it may be. The same trace
//! gives the same bytes.

/// The network with a message on its way.
mod network;

use std::collections::BTreeSet;

use super::document::Selection;
use super::egui::{
    self, Context, CornerRadius, FullOutput, Label, Margin, Rect, RichText, Sense, Stroke, Ui, UiBuilder, Vec2, pos2,
    vec2,
};
use super::ladder::whole;
use super::raster::{Raster, encode_png};
use super::theme::Theme;
use super::what_if::Offer;
use super::{fonts, ladder, svg};
use crate::conversation::Conversation;
use crate::timeline::layout::{Layout, Scale};
use crate::trace::{FrameNumber, Origin};
use crate::view::Picture;
use crate::words::{Language, Words, date, printable};

pub use network::{network_png, network_svg};

/// No picture is higher than this, in pixels: most programs that show pictures
/// stop at 32,767.
pub const MOST_PIXELS: u32 = 30_000;

/// Below the last arrow of a picture that is cut, in points.
const BELOW: f32 = 12.0;
/// No SVG picture is higher than this, in points: some five thousand segments,
/// which browsers still scroll through.
pub const MOST_POINTS: u32 = 200_000;

/// Around everything, in points.
const MARGIN: Margin = Margin::symmetric(18, 14);

/// How a conversation is drawn.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    /// The language.
    pub words: &'a Words,
    /// How time becomes height.
    pub scale: Scale,
    /// Light on dark.
    pub dark: bool,
    /// The width in points; it becomes larger where the columns need more.
    pub width: f32,
    /// Pixels of a point.
    pub pixels_per_point: f32,
    /// Sequence numbers as they stand in the header.
    pub absolute: bool,
    /// The frames that a filter selected, to be marked.
    pub selected: Option<&'a BTreeSet<FrameNumber>>,
    /// What the capture is called.
    pub source: Option<&'a str>,
    /// How many frames the capture has; the trace may be a part of it.
    pub frames: usize,
}

/// A picture, and what had no room in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawn<T> {
    /// The picture.
    pub picture: T,
    /// Segments or datagrams below its lower edge. The picture says so itself.
    pub left_out: usize,
}

/// Draws a conversation as a PNG file.
///
/// # Errors
/// Where the picture cannot be encoded.
pub fn png(picture: &Picture<'_>, options: &Options<'_>) -> Result<Drawn<Vec<u8>>, image::ImageError> {
    let Painted { ctx, raster, output, size, left_out } =
        paint(picture, options, MOST_PIXELS, options.pixels_per_point);
    let image = raster.paint_output(&ctx, &output, size, ctx.global_style().visuals.extreme_bg_color);
    Ok(Drawn { picture: encode_png(&image)?, left_out })
}

/// Draws a conversation as an SVG file; `pixels_per_point` only decides to
/// what fraction of a point letters are placed.
pub fn svg(picture: &Picture<'_>, options: &Options<'_>) -> Drawn<String> {
    let painted = paint(picture, options, MOST_POINTS, 1.0);
    let title = title(picture);
    let about = story(picture, options.words);
    let lang = match options.words.language() {
        Language::English => "en",
        Language::Chinese => "zh-CN",
    };
    let svg = svg::write(&painted.output.shapes, painted.size, lang, &title, &about);
    debug_assert_eq!(svg.unknown, 0, "every shape we paint has a word in SVG");
    Drawn { picture: svg.text, left_out: painted.left_out }
}

/// What egui made of a conversation.
struct Painted {
    ctx: Context,
    raster: Raster,
    output: FullOutput,
    /// In points.
    size: Vec2,
    left_out: usize,
}

/// `limit` is the greatest height in units of which there are `to_a_point`.
fn paint(picture: &Picture<'_>, options: &Options<'_>, limit: u32, to_a_point: f32) -> Painted {
    let ctx = Context::default();
    super::prepare(&ctx);
    ctx.set_theme(if options.dark { egui::Theme::Dark } else { egui::Theme::Light });
    let margins = f32::from(MARGIN.left) + f32::from(MARGIN.right);
    let width = whole::width(options.width - margins) + margins;
    #[expect(clippy::cast_precision_loss, reason = "both limits are exact")]
    let most = (limit as f32 / to_a_point).floor();
    let page = Page { picture, options, layout: Layout::new(picture.timeline, options.scale), most, limit };
    let mut raster = Raster::default();
    // How high it is shows when it has been laid out: nothing of the picture
    // itself is, where only one row of points can be seen.
    let mut measured = Measured::default();
    raster.pass(&ctx, vec2(width, 1.0), options.pixels_per_point, 0, |ui| measured = page.show(ui, None));
    let size = vec2(width, measured.height.ceil());
    let output = raster.pass(&ctx, size, options.pixels_per_point, 1, |ui| {
        page.show(ui, Some(measured));
    });
    Painted { ctx, raster, output, size, left_out: measured.left_out }
}

/// What the first pass found out.
#[derive(Clone, Copy, Debug, Default)]
struct Measured {
    /// Of everything, in points.
    height: f32,
    /// Of the ladder, in points.
    ladder: f32,
    left_out: usize,
}

/// Who talks to whom.
fn title(picture: &Picture<'_>) -> String {
    let ends = picture.conversation.addresses();
    format!("{}  ⇄  {}", ends.client, ends.server)
}

/// How it went, and how much was sent.
fn story(picture: &Picture<'_>, words: &Words) -> String {
    format!("{} · {}", words.story(picture.conversation), words.sums(picture.conversation))
}

struct Page<'a> {
    picture: &'a Picture<'a>,
    options: &'a Options<'a>,
    layout: Layout,
    /// The greatest height of everything, in points.
    most: f32,
    /// The same as the reader is told.
    limit: u32,
}

impl Page<'_> {
    fn show(&self, ui: &mut Ui, measured: Option<Measured>) -> Measured {
        let theme = Theme::of(ui);
        let whole = ui.max_rect();
        ui.painter().rect_filled(whole, CornerRadius::ZERO, theme.background);
        let inside = Rect::from_min_max(
            whole.min + MARGIN.left_top(),
            pos2(whole.right() - f32::from(MARGIN.right), f32::INFINITY),
        );
        let mut found = measured.unwrap_or_default();
        let mut page = ui.new_child(UiBuilder::new().max_rect(inside));
        self.head(&mut page);
        let ladder = whole::height(self.picture, &self.layout);
        if measured.is_none() {
            found.ladder = ladder;
            let foot = self.foot_height(&mut page);
            let room = (self.most - page.min_rect().bottom() - ladder::HEAD - foot).max(ladder::HEAD);
            if ladder > room {
                (found.ladder, found.left_out) = self.cut(room);
            }
        }
        self.ladder(&mut page, found.ladder);
        self.foot(&mut page, found.left_out);
        found.height = page.min_rect().bottom() + f32::from(MARGIN.bottom);
        found
    }

    /// Who talks to whom, how it went, and both ends' names.
    fn head(&self, ui: &mut Ui) {
        let theme = Theme::of(ui);
        let words = self.options.words;
        ui.add(
            Label::new(RichText::new(title(self.picture)).font(fonts::strong(fonts::TITLE)).color(theme.text)).wrap(),
        );
        let origin = self.picture.trace.notes.origin;
        if origin == Origin::Counterfactual {
            let red = RichText::new(words.origin(origin)).font(fonts::strong(fonts::LABEL)).color(theme.rst);
            ui.add(Label::new(red).wrap());
        }
        ui.add(
            Label::new(RichText::new(story(self.picture, words)).font(fonts::words(fonts::LABEL)).color(theme.soft))
                .wrap(),
        );
        ui.add_space(8.0);
    }

    /// The picture itself, its first `height` points.
    fn ladder(&self, ui: &mut Ui, height: f32) {
        let look = ladder::Look {
            words: self.options.words,
            absolute: self.options.absolute,
            selection: Selection::None,
            selected: self.options.selected,
            reveal: false,
            now: None,
            live: false,
            abreast: None,
            offer: Offer::Nothing("what-if-saved"),
        };
        whole::show(ui, height, self.picture, &self.layout, &look);
    }

    /// The height of the ladder where it is cut so that it fits into `room`
    /// points, above the first arrow that does not, and how many follow.
    fn cut(&self, room: f32) -> (f32, usize) {
        let bottom = |arrow: &(f64, f64)| whole::at(&self.layout, arrow.1);
        let kept = self.layout.arrows.partition_point(|arrow| bottom(arrow) + BELOW <= room);
        let last = kept.checked_sub(1).and_then(|last| self.layout.arrows.get(last));
        let height = last.map_or(room, |last| bottom(last) + BELOW);
        (height, self.layout.arrows.len() - kept)
    }

    /// What is not in the picture, and where all of it comes from.
    fn foot(&self, ui: &mut Ui, left_out: usize) {
        let theme = Theme::of(ui);
        let small = |text: String| RichText::new(text).font(fonts::words(fonts::NOTE));
        ui.add_space(6.0);
        if left_out > 0 {
            let text = self.options.words.say("export-cut", &[("count", &left_out), ("pixels", &self.limit)]);
            ui.add(Label::new(small(text).color(theme.fin)).wrap());
            ui.add_space(4.0);
        }
        let (line, _) = ui.allocate_exact_size(vec2(ui.available_width(), 1.0), Sense::hover());
        ui.painter().hline(line.x_range(), line.center().y, Stroke::new(1.0, theme.line));
        ui.add_space(2.0);
        let removed = self.picture.trace.notes.origin == Origin::Counterfactual;
        let colour = if removed { theme.rst } else { theme.faint };
        ui.add(Label::new(small(self.provenance()).color(colour)).wrap());
    }

    fn foot_height(&self, ui: &mut Ui) -> f32 {
        let place = Rect::from_min_size(pos2(0.0, 0.0), vec2(ui.available_width(), f32::INFINITY));
        let mut unseen = ui.new_child(UiBuilder::new().max_rect(place).invisible());
        self.foot(&mut unseen, self.picture.timeline.arrows.len());
        unseen.min_rect().height() + ui.spacing().item_spacing.y + f32::from(MARGIN.bottom)
    }

    /// How we come to know what is drawn, and with what.
    fn provenance(&self) -> String {
        let Options { words, source, frames, .. } = self.options;
        let mut parts: Vec<String> = source.iter().map(|name| printable(name.as_bytes())).collect();
        let program = self.picture.trace.notes.program.as_deref();
        parts.extend(program.map(|name| printable(name.as_bytes())));
        parts.extend(words.provenance_of(self.picture.trace, *frames));
        parts.push(date(self.picture.timeline.zero));
        parts.extend(words.knowledge(self.picture.trace, self.picture.conversation));
        if let Conversation::Tcp(tcp) = self.picture.conversation {
            parts.extend(words.kernel_agreement(tcp));
        }
        parts.push(concat!("wirelens ", env!("CARGO_PKG_VERSION")).to_owned());
        parts.join(" · ")
    }
}
