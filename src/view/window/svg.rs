//! Writes what egui made as SVG: lines stay lines and text stays text, which
//! can be selected, searched and read aloud.
//!
//! Each run of text carries the length it was laid out with: where a reader
//! has none of our faces, another one takes the same room. No opinion on what
//! is drawn. The same shapes give the same bytes.

use std::fmt::Write as _;

use super::egui::epaint::{
    CircleShape, ClippedShape, ColorMode, CubicBezierShape, PathShape, PathStroke, QuadraticBezierShape, RectShape,
    TextShape, text::Glyph,
};
use super::egui::text::{LayoutJob, LayoutSection};
use super::egui::{Color32, FontFamily, Pos2, Rect, Shape, Stroke, StrokeKind, Vec2};
use super::fonts;

/// Faces for words, and for numbers, with what stands in where they are
/// missing.
const WORDS: &str = "Inter, 'Noto Sans CJK SC', 'Noto Sans SC', 'PingFang SC', 'Microsoft YaHei', sans-serif";
const NUMBERS: &str = "Hack, 'DejaVu Sans Mono', monospace";

/// A picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Svg {
    /// The file.
    pub(super) text: String,
    /// Shapes that SVG has no word for, or that only a graphics card draws.
    pub(super) unknown: usize,
}

/// Writes the shapes of one pass as an SVG file. `size` is in points, which
/// become CSS pixels; `title` and `about` are what is read aloud, in the
/// language `lang` (BCP 47).
pub(super) fn write(shapes: &[ClippedShape], size: Vec2, lang: &str, title: &str, about: &str) -> Svg {
    let mut svg = Writer { out: String::new(), clips: 0, unknown: 0 };
    let (width, height) = (number(size.x), number(size.y));
    svg.put(&format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" xml:lang=\"{lang}\" role=\"img\" aria-labelledby=\"title about\" \
         font-family=\"{WORDS}\" xml:space=\"preserve\">\n<title id=\"title\">{}</title>\n<desc id=\"about\">{}</desc>\n",
        escaped(title),
        escaped(about)
    ));
    let whole = Rect::from_min_size(Pos2::ZERO, size);
    let mut rest = shapes;
    while let Some(first) = rest.first() {
        let clip = first.clip_rect;
        let same = rest.iter().take_while(|shape| shape.clip_rect == clip).count();
        let (group, after) = rest.split_at(same);
        svg.group(clip.intersect(whole), whole, group);
        rest = after;
    }
    svg.put("</svg>\n");
    Svg { text: svg.out, unknown: svg.unknown }
}

struct Writer {
    out: String,
    clips: usize,
    unknown: usize,
}

impl Writer {
    fn put(&mut self, text: &str) {
        self.out.push_str(text);
    }

    /// Shapes of which only what lies in `clip` is seen.
    fn group(&mut self, clip: Rect, whole: Rect, shapes: &[ClippedShape]) {
        let seen = |shape: &&ClippedShape| clip.intersects(shape.shape.visual_bounding_rect());
        let seen: Vec<&ClippedShape> = shapes.iter().filter(seen).collect();
        let is_cut = clip != whole && seen.iter().any(|shape| !clip.contains_rect(shape.shape.visual_bounding_rect()));
        if is_cut {
            self.clips += 1;
            let id = self.clips;
            self.put(&format!("<clipPath id=\"clip{id}\"><rect {}/></clipPath>\n", rectangle(clip)));
            self.put(&format!("<g clip-path=\"url(#clip{id})\">\n"));
        }
        for shape in seen {
            self.shape(&shape.shape);
        }
        if is_cut {
            self.put("</g>\n");
        }
    }

    fn shape(&mut self, shape: &Shape) {
        match shape {
            Shape::Noop => {}
            Shape::Vec(shapes) => shapes.iter().for_each(|shape| self.shape(shape)),
            Shape::Circle(CircleShape { center, radius, fill, stroke }) => {
                let (x, y, r) = (number(center.x), number(center.y), number(*radius));
                let paint = format!("{}{}", filled(*fill), stroked(*stroke));
                self.put(&format!("<circle cx=\"{x}\" cy=\"{y}\" r=\"{r}\"{paint}/>\n"));
            }
            Shape::LineSegment { points: [from, to], stroke } => {
                let (x1, y1, x2, y2) = (number(from.x), number(from.y), number(to.x), number(to.y));
                let paint = stroked(*stroke);
                self.put(&format!("<line x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\"{paint}/>\n"));
            }
            Shape::Path(path) => self.path(path),
            Shape::Rect(rect) => self.rect(rect),
            Shape::Text(text) => self.text(text),
            Shape::QuadraticBezier(QuadraticBezierShape { points, closed, fill, stroke }) => {
                self.curve('Q', points, *closed, *fill, stroke);
            }
            Shape::CubicBezier(CubicBezierShape { points, closed, fill, stroke }) => {
                self.curve('C', points, *closed, *fill, stroke);
            }
            Shape::Ellipse(_) | Shape::Band(_) | Shape::Mesh(_) | Shape::Callback(_) => self.unknown += 1,
        }
    }

    fn path(&mut self, path: &PathShape) {
        let Some(paint) = self.paint(path.fill, &path.stroke) else { return };
        let name = if path.closed { "polygon" } else { "polyline" };
        let points = points(&path.points);
        self.put(&format!("<{name} points=\"{points}\"{paint}/>\n"));
    }

    /// A Bézier curve, whose first point is its beginning.
    fn curve(&mut self, kind: char, all: &[Pos2], closed: bool, fill: Color32, stroke: &PathStroke) {
        let Some(paint) = self.paint(fill, stroke) else { return };
        let (from, rest) = all.split_at(1.min(all.len()));
        let close = if closed { " Z" } else { "" };
        self.put(&format!("<path d=\"M{} {kind}{}{close}\"{paint}/>\n", points(from), points(rest)));
    }

    /// Fill and outline; none, and counted, where the colour changes along the
    /// line.
    fn paint(&mut self, fill: Color32, stroke: &PathStroke) -> Option<String> {
        let ColorMode::Solid(color) = stroke.color else {
            self.unknown += 1;
            return None;
        };
        Some(format!("{}{}", filled(fill), stroked(Stroke::new(stroke.width, color))))
    }

    fn rect(&mut self, shape: &RectShape) {
        // SVG's outlines are half inside, half outside.
        let half = shape.stroke.width / 2.0;
        let rect = match shape.stroke_kind {
            _ if shape.stroke.is_empty() => shape.rect,
            StrokeKind::Inside => shape.rect.shrink(half),
            StrokeKind::Middle => shape.rect,
            StrokeKind::Outside => shape.rect.expand(half),
        };
        let corner = match shape.corner_radius.nw {
            0 => String::new(),
            radius => format!(" rx=\"{radius}\""),
        };
        let paint = format!("{}{}", filled(shape.fill), stroked(shape.stroke));
        self.put(&format!("<rect {}{corner}{paint}/>\n", rectangle(rect)));
    }

    /// Each run of characters of one look.
    fn text(&mut self, text: &TextShape) {
        let turn = if text.angle == 0.0 {
            String::new()
        } else {
            let (x, y) = (number(text.pos.x), number(text.pos.y));
            format!(" transform=\"rotate({} {x} {y})\"", number(text.angle.to_degrees()))
        };
        let job = &text.galley.job;
        let mut offset = 0;
        for row in &text.galley.rows {
            let corner = text.pos + row.pos.to_vec2();
            let mut glyphs = row.row.glyphs.as_slice();
            while !glyphs.is_empty() {
                let Some(section) = section_at(job, offset) else { return };
                // What was cut off ends in `…`, which stands for the rest.
                let (mut count, mut end) = (0, offset);
                for character in job.text.get(offset..section.byte_range.end.0).unwrap_or_default().chars() {
                    if count == glyphs.len() {
                        break;
                    }
                    count += 1;
                    end += character.len_utf8();
                }
                let (run, rest) = glyphs.split_at(count.max(1));
                self.run(run, corner, section, text, &turn);
                (glyphs, offset) = (rest, end);
            }
            offset += usize::from(row.ends_with_newline);
        }
    }

    fn run(&mut self, run: &[Glyph], corner: Pos2, section: &LayoutSection, text: &TextShape, turn: &str) {
        let (Some(first), Some(last)) = (run.first(), run.last()) else { return };
        let letters: String = run.iter().map(|glyph| glyph.chr).collect();
        if letters.trim().is_empty() {
            return;
        }
        let length = last.pos.x + last.advance_width - first.pos.x;
        let color = text.override_text_color.unwrap_or(section.format.color);
        let color = if color == Color32::PLACEHOLDER { text.fallback_color } else { color };
        let font = &section.format.font_id;
        let face = match &font.family {
            FontFamily::Monospace => format!(" font-family=\"{NUMBERS}\""),
            family if *family == fonts::semibold() => " font-weight=\"600\"".to_owned(),
            FontFamily::Proportional | FontFamily::Name(_) => String::new(),
        };
        self.put(&format!(
            "<text x=\"{}\" y=\"{}\"{face} font-size=\"{}\"{} textLength=\"{}\" \
             lengthAdjust=\"spacingAndGlyphs\"{turn}>{}</text>\n",
            number(corner.x + first.pos.x),
            number(corner.y + first.pos.y),
            number(font.size),
            filled(color.gamma_multiply(text.opacity_factor)),
            number(length),
            escaped(&letters)
        ));
    }
}

/// The section that the byte at `offset` is in; the last one behind the end.
fn section_at(job: &LayoutJob, offset: usize) -> Option<&LayoutSection> {
    job.sections.iter().find(|section| offset < section.byte_range.end.0).or(job.sections.last())
}

fn points(points: &[Pos2]) -> String {
    let points: Vec<String> = points.iter().map(|point| format!("{},{}", number(point.x), number(point.y))).collect();
    points.join(" ")
}

fn rectangle(rect: Rect) -> String {
    let (x, y, width, height) = (number(rect.left()), number(rect.top()), number(rect.width()), number(rect.height()));
    format!("x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"")
}

/// `fill` with a space before it.
fn filled(color: Color32) -> String {
    if color == Color32::TRANSPARENT { " fill=\"none\"".to_owned() } else { colored("fill", color) }
}

/// `stroke` with a space before it; nothing where there is none.
fn stroked(stroke: Stroke) -> String {
    if stroke.is_empty() {
        return String::new();
    }
    format!("{} stroke-width=\"{}\"", colored("stroke", stroke.color), number(stroke.width))
}

fn colored(name: &str, color: Color32) -> String {
    let [r, g, b, a] = color.to_srgba_unmultiplied();
    let mut text = format!(" {name}=\"#{r:02x}{g:02x}{b:02x}\"");
    if a < 255 {
        // Writing to a String cannot fail.
        write!(text, " {name}-opacity=\"{}\"", number(f32::from(a) / 255.0)).unwrap_or_default();
    }
    text
}

/// To a hundredth, without zeros at the end.
fn number(value: f32) -> String {
    if !value.is_finite() {
        return "0".to_owned();
    }
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// Text as XML has it: what has a meaning there is written otherwise, and what
/// may not stand there (XML 1.0 §2.2) is left out; everything shown was made
/// printable before.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' => out.push(' '),
            '\u{fffe}' | '\u{ffff}' => {}
            character if character.is_control() => {}
            character => out.push(character),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::egui::epaint::Shape as EguiShape;
    use super::super::egui::text::{TextFormat, TextWrapping};
    use super::super::egui::{Context, RawInput, pos2, vec2};
    use super::*;

    /// What is painted, as SVG, without its first three lines.
    fn painted(paint: impl Fn(&super::super::egui::Painter)) -> String {
        let ctx = Context::default();
        super::super::prepare(&ctx);
        let size = vec2(200.0, 100.0);
        let screen = Rect::from_min_size(Pos2::ZERO, size);
        let input = RawInput { screen_rect: Some(screen), ..RawInput::default() };
        let mut output = ctx.run_ui(input, |ui| paint(ui.painter()));
        output.textures_delta.clear();
        let svg = write(&output.shapes, size, "en", "a < b", "about");
        assert_eq!(svg.unknown, 0);
        let (head, body) = svg.text.split_once("</desc>\n").unwrap();
        assert!(head.contains("<title id=\"title\">a &lt; b</title>"), "{head}");
        body.strip_suffix("</svg>\n").unwrap().to_owned()
    }

    #[test]
    fn text_keeps_its_colours_its_faces_and_its_meaning() {
        let svg = painted(|painter| {
            let mut job = LayoutJob::default();
            let format = |font_id, color| TextFormat { font_id, color, ..TextFormat::default() };
            job.append("SYN & <ACK>", 0.0, format(fonts::strong(12.0), Color32::RED));
            job.append("seq \"0\"", 8.0, format(fonts::numbers(11.0), Color32::BLUE));
            let galley = painter.layout_job(job);
            painter.galley(pos2(10.0, 10.0), galley, Color32::WHITE);
        });
        let lines: Vec<&str> = svg.lines().collect();
        assert_eq!(lines.len(), 2, "{svg}");
        assert!(lines[0].contains(" font-weight=\"600\"") && lines[0].contains("fill=\"#ff0000\""), "{svg}");
        assert!(lines[0].ends_with(">SYN &amp; &lt;ACK&gt;</text>"), "{svg}");
        assert!(lines[1].contains("font-family=\"Hack") && lines[1].contains("fill=\"#0000ff\""), "{svg}");
        assert!(lines[1].ends_with(">seq &quot;0&quot;</text>"), "{svg}");
    }

    #[test]
    fn wrapped_and_shortened_text_is_what_is_seen() {
        let svg = painted(|painter| {
            let job = LayoutJob::simple("one two\nthree".to_owned(), fonts::words(12.0), Color32::RED, 40.0);
            painter.galley(pos2(0.0, 0.0), painter.layout_job(job), Color32::WHITE);
            let long = "a very long line of text".to_owned();
            let mut job = LayoutJob::simple_singleline(long, fonts::words(12.0), Color32::RED);
            job.wrap = TextWrapping { max_width: 60.0, max_rows: 1, break_anywhere: true, ..TextWrapping::default() };
            painter.galley(pos2(0.0, 60.0), painter.layout_job(job), Color32::WHITE);
        });
        let said: Vec<&str> = svg.lines().map(|line| line.split(['>', '<']).nth(2).unwrap()).collect();
        assert_eq!(said[..3], ["one ", "two", "three"], "{svg}");
        assert!(said[3].starts_with("a very") && said[3].ends_with('…'), "{svg}");
    }

    #[test]
    fn what_is_outside_is_left_out_and_what_crosses_the_edge_is_cut() {
        let clip = Rect::from_min_max(pos2(20.0, 20.0), pos2(80.0, 60.0));
        let svg = painted(|painter| {
            let painter = painter.with_clip_rect(clip);
            for x in [30.0, 75.0, 150.0] {
                painter.add(EguiShape::circle_filled(pos2(x, 40.0), 10.0, Color32::GREEN));
            }
        });
        assert_eq!(svg.matches("<circle").count(), 2, "{svg}");
        assert!(svg.contains("<clipPath id=\"clip1\"><rect x=\"20\" y=\"20\" width=\"60\" height=\"40\"/>"), "{svg}");
    }

    #[test]
    fn an_outline_inside_stays_inside_and_half_clear_is_half_clear() {
        let svg = painted(|painter| {
            let rect = Rect::from_min_max(pos2(10.0, 10.0), pos2(20.0, 20.0));
            let clear = Color32::from_rgba_unmultiplied(255, 0, 0, 128);
            painter.rect(rect, 3.0, clear, Stroke::new(2.0, Color32::BLUE), StrokeKind::Inside);
        });
        let expected = "<rect x=\"11\" y=\"11\" width=\"8\" height=\"8\" rx=\"3\" fill=\"#ff0000\" \
                        fill-opacity=\"0.5\" stroke=\"#0000ff\" stroke-width=\"2\"/>\n";
        assert_eq!(svg, expected);
    }
}
