//! Pictures of the network with one message on its way through it.

use super::super::document::{Document, Selection};
use super::super::egui::{
    self, Context, CornerRadius, Label, Rect, RichText, Sense, Stroke, Ui, UiBuilder, pos2, vec2,
};
use super::super::hops::Hops;
use super::super::raster::{Raster, encode_png};
use super::super::theme::Theme;
use super::super::{fonts, prepare, svg};
use super::{MARGIN, Options};
use crate::trace::FrameNumber;
use crate::words::{Language, date, printable};

/// What egui made of it.
struct Painted {
    ctx: Context,
    raster: Raster,
    output: egui::FullOutput,
    size: egui::Vec2,
}

/// Draws the network with the message in `frame` as a PNG file; `None` where
/// the trace does not say what the network was, or the frame is no message on
/// it.
///
/// # Errors
/// Where the picture cannot be encoded.
pub fn network_png(
    document: &Document,
    frame: FrameNumber,
    options: &Options<'_>,
) -> Result<Option<Vec<u8>>, image::ImageError> {
    let Some(Painted { ctx, raster, output, size }) = paint(document, frame, options, options.pixels_per_point) else {
        return Ok(None);
    };
    let image = raster.paint_output(&ctx, &output, size, ctx.global_style().visuals.extreme_bg_color);
    encode_png(&image).map(Some)
}

/// The same as an SVG file.
pub fn network_svg(document: &Document, frame: FrameNumber, options: &Options<'_>) -> Option<String> {
    let painted = paint(document, frame, options, 1.0)?;
    let map = document.trace().notes.map.as_deref()?;
    let (lang, title, about) = match options.words.language() {
        Language::English => ("en", &map.title.en, &map.about.en),
        Language::Chinese => ("zh-CN", &map.title.zh, &map.about.zh),
    };
    let [title, about] = [title, about].map(|text| printable(text.as_bytes()));
    Some(svg::write(&painted.output.shapes, painted.size, lang, &title, &about).text)
}

fn paint(document: &Document, frame: FrameNumber, options: &Options<'_>, pixels_per_point: f32) -> Option<Painted> {
    let ctx = Context::default();
    prepare(&ctx);
    ctx.set_theme(if options.dark { egui::Theme::Dark } else { egui::Theme::Light });
    let mut hops = Hops::default();
    let mut raster = Raster::default();
    // What it takes shows when the message is known: nothing is painted yet.
    raster.pass(&ctx, vec2(options.width, 1.0), pixels_per_point, 0, |ui| {
        hops.follow(ui, document, Selection::Frame(frame));
    });
    if !hops.shows(frame) {
        return None;
    }
    let margins = f32::from(MARGIN.left) + f32::from(MARGIN.right);
    let width = options.width.max(hops.least_width() + margins).ceil();
    let mut height = 0.0;
    // A height in which everything can be seen, then the right one.
    for (number, room) in [(1, f32::from(u16::MAX)), (2, 0.0)] {
        let size = vec2(width, if number == 1 { room } else { height });
        let output = raster.pass(&ctx, size, pixels_per_point, number, |ui| {
            height = page(ui, &hops, document, options);
        });
        if number == 2 {
            return Some(Painted { ctx, raster, output, size });
        }
    }
    None
}

/// What the network is, the picture, and where it comes from; its height.
fn page(ui: &Ui, hops: &Hops, document: &Document, options: &Options<'_>) -> f32 {
    let theme = Theme::of(ui);
    let whole = ui.max_rect();
    ui.painter().rect_filled(whole, CornerRadius::ZERO, theme.background);
    let inside = Rect::from_min_max(
        whole.min + MARGIN.left_top(),
        pos2(whole.right() - f32::from(MARGIN.right), whole.bottom()),
    );
    let mut page = Ui::new(ui.ctx().clone(), ui.scope_id().with("network"), UiBuilder::new().max_rect(inside));
    let words = options.words;
    if let Some(map) = document.trace().notes.map.as_deref() {
        let (title, about) = match words.language() {
            Language::English => (&map.title.en, &map.about.en),
            Language::Chinese => (&map.title.zh, &map.about.zh),
        };
        let title = RichText::new(printable(title.as_bytes())).font(fonts::strong(fonts::TITLE)).color(theme.text);
        page.add(Label::new(title).wrap());
        let about = RichText::new(printable(about.as_bytes())).font(fonts::words(fonts::LABEL)).color(theme.soft);
        page.add(Label::new(about).wrap());
    }
    page.add_space(6.0);
    hops.whole(&mut page, document, words);
    page.add_space(6.0);
    let (line, _) = page.allocate_exact_size(vec2(page.available_width(), 1.0), Sense::hover());
    page.painter().hline(line.x_range(), line.center().y, Stroke::new(1.0, theme.line));
    let trace = document.trace();
    let mut parts: Vec<String> = options.source.iter().map(|name| printable(name.as_bytes())).collect();
    parts.extend(trace.notes.program.as_deref().map(|name| printable(name.as_bytes())));
    parts.extend(words.provenance_of(trace, options.frames));
    parts.extend(trace.events().first().map(|first| date(first.at)));
    parts.push(concat!("wirelens ", env!("CARGO_PKG_VERSION")).to_owned());
    let text = RichText::new(parts.join(" · ")).font(fonts::words(fonts::NOTE)).color(theme.faint);
    page.add(Label::new(text).wrap());
    (page.min_rect().bottom() + f32::from(MARGIN.bottom)).ceil()
}
