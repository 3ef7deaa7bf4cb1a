//! Draws what egui made on the CPU: no graphics card, driver or display.
//!
//! For the pictures the program writes and for the tests that compare
//! pictures. It does what egui's own painter does on a graphics card:
//! triangles with a colour and a texture coordinate at each corner, blended
//! with premultiplied alpha in sRGB. Corners are rounded to 1/256 pixel and
//! covered pixels are found in integers, so that a pixel on the edge between
//! two triangles is painted by exactly one of them and the same meshes give
//! the same bytes on every machine. No opinion on what is drawn.

use std::collections::BTreeMap;
use std::ops::Range;

use super::egui::epaint::{ClippedPrimitive, ImageDelta, Mesh, Primitive, Vertex};
use super::egui::{Color32, Context, FullOutput, ImageData, Pos2, RawInput, Rect, TextureId, TexturesDelta, Ui, Vec2};

/// Parts of a pixel that corners are rounded to.
const SUBPIXEL: i64 = 256;

/// An opaque picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Red, green, blue and alpha of each pixel, row by row from the top:
    /// `4 * width * height` bytes.
    pub rgba: Vec<u8>,
}

struct Texture {
    width: usize,
    height: usize,
    texels: Vec<Color32>,
}

/// The painter: the textures egui has handed out so far.
#[derive(Default)]
pub struct Raster {
    textures: BTreeMap<TextureId, Texture>,
    /// To forget before the next update: the last pass may still show them.
    retired: Vec<TextureId>,
}

impl Raster {
    /// Takes the changes of one pass and empties `delta`. Call it for every
    /// pass, in order: egui never says a change twice.
    #[expect(clippy::iter_over_hash_type, reason = "each texture is changed on its own: the order shows nowhere")]
    pub fn update(&mut self, delta: &mut TexturesDelta) {
        for id in self.retired.drain(..) {
            self.textures.remove(&id);
        }
        for (id, changes) in &delta.set {
            for change in changes {
                self.change(*id, change);
            }
        }
        self.retired.extend(&delta.free);
        delta.clear();
    }

    /// A whole new texture, or a rectangle of one we have.
    fn change(&mut self, id: TextureId, change: &ImageDelta) {
        let ImageData::Color(image) = &change.image;
        let [width, height] = image.size;
        let Some([left, top]) = change.pos else {
            self.textures.insert(id, Texture { width, height, texels: image.pixels.clone() });
            return;
        };
        let Some(texture) = self.textures.get_mut(&id).filter(|texture| texture.width > 0) else { return };
        let rows = texture.texels.chunks_exact_mut(texture.width).skip(top);
        for (row, new) in rows.zip(image.pixels.chunks_exact(width.max(1))) {
            if let Some(old) = row.get_mut(left..left + width) {
                old.copy_from_slice(new);
            }
        }
    }

    /// Paints one pass over `background`. `size` is in pixels.
    pub fn paint(
        &self,
        primitives: &[ClippedPrimitive],
        pixels_per_point: f32,
        size: [u32; 2],
        background: Color32,
    ) -> Image {
        let [width, height] = size;
        let mut canvas = Canvas::new(i64::from(width), i64::from(height), background);
        for ClippedPrimitive { clip_rect, primitive } in primitives {
            // A callback needs a graphics card; this program makes none.
            let Primitive::Mesh(mesh) = primitive else { continue };
            let Some(texture) = self.textures.get(&mesh.texture_id) else { continue };
            let clip = canvas.clip(*clip_rect, pixels_per_point);
            for corners in triangles(mesh) {
                canvas.triangle(corners, pixels_per_point, clip, texture);
            }
        }
        let rgba = canvas.pixels.iter().flat_map(Color32::to_array).collect();
        Image { width, height, rgba }
    }

    /// Runs `ui` once without a window and takes what became of the textures.
    /// `size` is in points; the clock shows `number`/60 s.
    pub(super) fn pass(
        &mut self,
        ctx: &Context,
        size: Vec2,
        pixels_per_point: f32,
        number: u32,
        ui: impl FnMut(&mut Ui),
    ) -> FullOutput {
        let mut input = RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, size)),
            time: Some(f64::from(number) / 60.0),
            ..RawInput::default()
        };
        input.viewports.entry(input.viewport_id).or_default().native_pixels_per_point = Some(pixels_per_point);
        let mut output = ctx.run_ui(input, ui);
        self.update(&mut output.textures_delta);
        output
    }

    /// Paints the output of the pass whose changes [`Raster::update`] took last.
    pub fn paint_output(&self, ctx: &Context, output: &FullOutput, size: Vec2, background: Color32) -> Image {
        let scale = output.pixels_per_point;
        let primitives = ctx.tessellate(output.shapes.clone(), scale);
        self.paint(&primitives, scale, [pixels(size.x * scale), pixels(size.y * scale)], background)
    }
}

fn triangles(mesh: &Mesh) -> impl Iterator<Item = [&Vertex; 3]> {
    let vertex = |index: u32| usize::try_from(index).ok().and_then(|index| mesh.vertices.get(index));
    mesh.triangles().filter_map(move |[a, b, c]| Some([vertex(a)?, vertex(b)?, vertex(c)?]))
}

/// Left, top, right, bottom in pixels; right and bottom excluded.
type Bounds = [i64; 4];

/// A point in parts of a pixel.
#[derive(Clone, Copy)]
struct Point {
    x: i64,
    y: i64,
}

/// Twice the signed area of `a b p`: positive where `p` is on the inner side
/// of the edge from `a` to `b`. Exact.
const fn edge(a: Point, b: Point, p: Point) -> i64 {
    (b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x)
}

/// The least value of [`edge`] that counts as inside: a pixel exactly on an
/// edge belongs to the triangle on whose top or left side the edge lies.
const fn threshold(a: Point, b: Point) -> i64 {
    let top_or_left = b.y < a.y || (b.y == a.y && b.x > a.x);
    if top_or_left { 0 } else { 1 }
}

struct Canvas {
    width: i64,
    height: i64,
    pixels: Vec<Color32>,
}

impl Canvas {
    fn new(width: i64, height: i64, background: Color32) -> Self {
        Self { width, height, pixels: vec![background; index(width * height)] }
    }

    fn clip(&self, rect: Rect, scale: f32) -> Bounds {
        let within = |points: f32, end: i64| nearest(points * scale).clamp(0, end);
        [
            within(rect.min.x, self.width),
            within(rect.min.y, self.height),
            within(rect.max.x, self.width),
            within(rect.max.y, self.height),
        ]
    }

    fn triangle(&mut self, [a, mut b, mut c]: [&Vertex; 3], scale: f32, clip: Bounds, texture: &Texture) {
        #[expect(clippy::cast_precision_loss, reason = "256 is exact")]
        let to_subpixel = scale * SUBPIXEL as f32;
        let point = |v: &Vertex| Point { x: nearest(v.pos.x * to_subpixel), y: nearest(v.pos.y * to_subpixel) };
        let (pa, mut pb, mut pc) = (point(a), point(b), point(c));
        let mut area = edge(pa, pb, pc);
        if area == 0 {
            return;
        }
        if area < 0 {
            (b, c, pb, pc, area) = (c, b, pc, pb, -area);
        }
        let first = |p: i64, q: i64, r: i64| p.min(q).min(r).div_euclid(SUBPIXEL);
        let end = |p: i64, q: i64, r: i64| p.max(q).max(r).div_euclid(SUBPIXEL) + 1;
        let [left, top, right, bottom] = clip;
        let columns = first(pa.x, pb.x, pc.x).max(left)..end(pa.x, pb.x, pc.x).min(right);
        let rows = first(pa.y, pb.y, pc.y).max(top)..end(pa.y, pb.y, pc.y).min(bottom);
        let least = [threshold(pb, pc), threshold(pc, pa), threshold(pa, pb)];
        // Most triangles are of one colour: it is worked out once.
        let flat = [b, c].iter().all(|corner| corner.color == a.color && corner.uv == a.uv);
        let flat = flat.then(|| shade([a, b, c], [area, 0, 0], texture));
        for y in rows {
            // What an edge says changes evenly along a row: where it begins
            // and ends to be inside is worked out, not looked for.
            let edges = [Row::new(pb, pc, y), Row::new(pc, pa, y), Row::new(pa, pb, y)];
            let mut inside = columns.clone();
            for (edge, least) in edges.iter().zip(least) {
                inside = edge.inside(least, inside);
            }
            if let Some(color) = flat {
                self.fill(y, inside, color);
                continue;
            }
            for x in inside {
                if let Some(pixel) = self.pixels.get_mut(index(y * self.width + x)) {
                    let color = shade([a, b, c], edges.map(|edge| edge.at(x)), texture);
                    *pixel = blend(*pixel, color);
                }
            }
        }
    }

    /// Some pixels of a row in one colour.
    fn fill(&mut self, y: i64, columns: Range<i64>, color: [f32; 4]) {
        let (from, to) = (index(y * self.width + columns.start), index(y * self.width + columns.end));
        let Some(pixels) = self.pixels.get_mut(from..to) else { return };
        let [.., alpha] = color;
        if alpha >= 255.0 {
            pixels.fill(blend(Color32::TRANSPARENT, color));
        } else {
            for pixel in pixels {
                *pixel = blend(*pixel, color);
            }
        }
    }
}

/// [`edge`] at the centres of one row's pixels: a line through whole numbers.
#[derive(Clone, Copy)]
struct Row {
    /// At column 0.
    first: i64,
    /// From one column to the next.
    step: i64,
}

impl Row {
    const fn new(a: Point, b: Point, y: i64) -> Self {
        let centre = Point { x: SUBPIXEL / 2, y: y * SUBPIXEL + SUBPIXEL / 2 };
        Self { first: edge(a, b, centre), step: (a.y - b.y) * SUBPIXEL }
    }

    const fn at(self, x: i64) -> i64 {
        self.first + x * self.step
    }

    /// The columns of these whose value is at least `least`; an empty range
    /// where there are none.
    fn inside(self, least: i64, columns: Range<i64>) -> Range<i64> {
        let Range { start, end } = columns;
        let missing = least - self.first;
        let (start, end) = match self.step.signum() {
            // The first column that reaches it, and the last one.
            1 => (start.max(-(-missing).div_euclid(self.step)), end),
            -1 => (start, end.min((-missing).div_euclid(-self.step) + 1)),
            _ if missing > 0 => (start, start),
            _ => (start, end),
        };
        start..end.max(start)
    }
}

/// The colour in a triangle: corners weighted by the areas opposite to them,
/// times the texture. Four premultiplied channels, 0…255.
fn shade(corners: [&Vertex; 3], areas: [i64; 3], texture: &Texture) -> [f32; 4] {
    let whole: i64 = areas.iter().sum();
    let mut uv = Pos2::ZERO;
    let mut color = [0.0; 4];
    for (corner, area) in corners.into_iter().zip(areas) {
        #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "a ratio in 0…1")]
        let weight = (area as f64 / whole as f64) as f32;
        uv += corner.uv.to_vec2() * weight;
        for (sum, channel) in color.iter_mut().zip(corner.color.to_array()) {
            *sum += f32::from(channel) * weight;
        }
    }
    for (channel, factor) in color.iter_mut().zip(texture.sample(uv)) {
        *channel *= factor / 255.0;
    }
    color
}

/// `source` over `under`, both premultiplied.
fn blend(under: Color32, source: [f32; 4]) -> Color32 {
    let [.., alpha] = source;
    let through = 1.0 - alpha / 255.0;
    let mut out = under.to_array();
    for (channel, added) in out.iter_mut().zip(source) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "rounded and clamped to 0…255")]
        let byte = (added + f32::from(*channel) * through + 0.5).clamp(0.0, 255.0) as u8;
        *channel = byte;
    }
    let [r, g, b, a] = out;
    Color32::from_rgba_premultiplied(r, g, b, a)
}

impl Texture {
    /// Bilinear, clamped to the edge: what egui's textures ask for by default.
    fn sample(&self, uv: Pos2) -> [f32; 4] {
        #[expect(clippy::cast_precision_loss, reason = "textures are a few thousand texels wide")]
        let (x, y) = (uv.x * self.width as f32 - 0.5, uv.y * self.height as f32 - 0.5);
        let (left, top) = (x.floor(), y.floor());
        let (right_part, bottom_part) = (x - left, y - top);
        let mut out = [0.0; 4];
        for (column, across) in [(0, 1.0 - right_part), (1, right_part)] {
            for (row, down) in [(0, 1.0 - bottom_part), (1, bottom_part)] {
                let texel = self.texel(nearest(left) + column, nearest(top) + row);
                for (sum, channel) in out.iter_mut().zip(texel.to_array()) {
                    *sum += f32::from(channel) * across * down;
                }
            }
        }
        out
    }

    fn texel(&self, x: i64, y: i64) -> Color32 {
        let column = index(x).min(self.width.saturating_sub(1));
        let row = index(y).min(self.height.saturating_sub(1));
        self.texels.get(row * self.width + column).copied().unwrap_or(Color32::TRANSPARENT)
    }
}

/// The nearest whole number; what is not a number is 0.
fn nearest(value: f32) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "`as` saturates; coordinates are far below 2^63")]
    let whole = value.round() as i64;
    // Beyond any screen, and small enough that a product of two fits in 64 bits.
    whole.clamp(-(1 << 28), 1 << 28)
}

/// A place in a list; what lies before it is its first place.
fn index(value: i64) -> usize {
    usize::try_from(value.max(0)).unwrap_or(usize::MAX)
}

/// A size in whole pixels.
fn pixels(size: f32) -> u32 {
    u32::try_from(nearest(size)).unwrap_or(0)
}

/// Runs `ui` without a window `passes` times, as egui needs more than one pass
/// to settle sizes, and paints the last. `size` is in points; the clock goes
/// on by 1/60 s a pass and shows no other time.
pub fn render(ctx: &Context, size: Vec2, pixels_per_point: f32, passes: u32, mut ui: impl FnMut(&mut Ui)) -> Image {
    let mut raster = Raster::default();
    let mut last = FullOutput::default();
    for number in 0..passes.max(1) {
        last = raster.pass(ctx, size, pixels_per_point, number, &mut ui);
    }
    let background = ctx.global_style().visuals.extreme_bg_color;
    raster.paint_output(ctx, &last, size, background)
}

/// The picture as a PNG file.
///
/// # Errors
/// Where `rgba` is not `4 * width * height` bytes, or a side is 0.
pub fn encode_png(image: &Image) -> Result<Vec<u8>, image::ImageError> {
    let mut file = Vec::new();
    let encoder = image::codecs::png::PngEncoder::new(&mut file);
    let Image { width, height, rgba } = image;
    let expected = u64::from(*width) * u64::from(*height) * 4;
    if u64::try_from(rgba.len()) != Ok(expected) {
        let kind = image::error::ParameterErrorKind::DimensionMismatch;
        return Err(image::ImageError::Parameter(image::error::ParameterError::from_kind(kind)));
    }
    image::ImageEncoder::write_image(encoder, rgba, *width, *height, image::ExtendedColorType::Rgba8)?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::super::egui::{CentralPanel, Mesh, Shape, Theme, pos2, vec2};
    use super::*;

    const INK: Color32 = Color32::WHITE;
    const PAPER: Color32 = Color32::BLACK;

    /// Paints triangles of one colour on 8 × 8 pixels with the white texel
    /// that plain shapes use.
    fn paint(triangles: &[[(f32, f32); 3]], color: Color32, scale: f32, clip: Rect) -> Vec<[u8; 4]> {
        let mut mesh = Mesh::default();
        for corners in triangles {
            let first = u32::try_from(mesh.vertices.len()).unwrap();
            mesh.add_triangle(first, first + 1, first + 2);
            mesh.vertices.extend(corners.map(|(x, y)| Vertex::untextured(pos2(x, y), color)));
        }
        let white = Texture { width: 1, height: 1, texels: vec![Color32::WHITE] };
        let raster = Raster { textures: BTreeMap::from([(TextureId::default(), white)]), retired: Vec::new() };
        let primitives = [ClippedPrimitive { clip_rect: clip, primitive: Primitive::Mesh(mesh) }];
        let image = raster.paint(&primitives, scale, [8, 8], PAPER);
        image.rgba.chunks_exact(4).map(|pixel| pixel.try_into().unwrap()).collect()
    }

    /// One line of text per row, `#` where the pixel is pure ink.
    fn picture(pixels: &[[u8; 4]]) -> Vec<String> {
        let sign = |pixel: &[u8; 4]| if *pixel == INK.to_array() { '#' } else { '.' };
        pixels.chunks_exact(8).map(|row| row.iter().map(sign).collect()).collect()
    }

    fn rectangle(x: f32, y: f32, to_x: f32, to_y: f32) -> [[(f32, f32); 3]; 2] {
        [[(x, y), (to_x, y), (to_x, to_y)], [(x, y), (to_x, to_y), (x, to_y)]]
    }

    #[test]
    fn a_rectangle_covers_its_pixels_and_no_other() {
        let expected = ["........", "..####..", "..####..", "..####..", "........", "........", "........", "........"];
        let pixels = paint(&rectangle(2.0, 1.0, 6.0, 4.0), INK, 1.0, Rect::EVERYTHING);
        assert_eq!(picture(&pixels), expected);
        let twice = paint(&rectangle(1.0, 0.5, 3.0, 2.0), INK, 2.0, Rect::EVERYTHING);
        assert_eq!(picture(&twice), expected);
    }

    #[test]
    fn a_triangle_covers_the_pixels_whose_centres_it_holds() {
        let expected = ["#######.", "######..", "#####...", "####....", "###.....", "##......", "#.......", "........"];
        for corners in [[(0.0, 0.0), (8.0, 0.0), (0.0, 8.0)], [(0.0, 8.0), (8.0, 0.0), (0.0, 0.0)]] {
            assert_eq!(picture(&paint(&[corners], INK, 1.0, Rect::EVERYTHING)), expected);
        }
    }

    #[test]
    fn a_shared_edge_is_painted_once() {
        let half = Color32::from_rgba_premultiplied(60, 60, 60, 128);
        let pixels = paint(&rectangle(0.0, 0.0, 8.0, 8.0), half, 1.0, Rect::EVERYTHING);
        assert!(pixels.iter().all(|pixel| *pixel == [60, 60, 60, 255]), "{pixels:?}");
    }

    #[test]
    fn nothing_is_painted_outside_the_clip_rectangle_or_the_picture() {
        let clip = Rect::from_min_max(pos2(3.0, 3.0), pos2(5.0, 4.0));
        let pixels = paint(&rectangle(-1e9, -40.0, 1e9, 40.0), INK, 1.0, clip);
        assert_eq!(picture(&pixels).concat().matches('#').count(), 2);
        assert_eq!(picture(&pixels)[3], "...##...");
    }

    #[test]
    fn colours_change_evenly_between_corners() {
        let mut mesh = Mesh::default();
        for (x, color) in [(0.0, PAPER), (8.0, INK)] {
            for y in [0.0, 8.0] {
                mesh.vertices.push(Vertex::untextured(pos2(x, y), color));
            }
        }
        mesh.indices = vec![0, 1, 2, 2, 1, 3];
        let white = Texture { width: 1, height: 1, texels: vec![Color32::WHITE] };
        let raster = Raster { textures: BTreeMap::from([(TextureId::default(), white)]), retired: Vec::new() };
        let primitives = [ClippedPrimitive { clip_rect: Rect::EVERYTHING, primitive: Primitive::Mesh(mesh) }];
        let image = raster.paint(&primitives, 1.0, [8, 8], PAPER);
        let row: Vec<u8> = image.rgba.chunks_exact(4).skip(24).take(8).map(|pixel| pixel[0]).collect();
        assert_eq!(row, [16, 48, 80, 112, 143, 175, 207, 239]);
    }

    fn page(ui: &mut Ui) {
        CentralPanel::default().show(ui, |ui| {
            ui.heading("SYN + ACK");
            ui.label("服务器同意，并反过来请求同步。seq 0 ack 1 ⧉ ⏱");
            ui.monospace("00 3c 00 00 40 00");
            ui.painter().add(Shape::circle_filled(pos2(150.0, 60.0), 9.0, ui.visuals().hyperlink_color));
        });
    }

    fn picture_of_a_page(theme: Theme, scale: f32) -> Image {
        let ctx = Context::default();
        super::super::prepare(&ctx);
        ctx.set_theme(theme);
        render(&ctx, vec2(320.0, 90.0), scale, 3, page)
    }

    #[test]
    fn text_comes_out_the_same_twice() {
        for scale in [1.0, 2.0] {
            let first = picture_of_a_page(Theme::Dark, scale);
            assert_eq!([first.width, first.height], [pixels(320.0 * scale), pixels(90.0 * scale)]);
            assert_eq!(first, picture_of_a_page(Theme::Dark, scale));
            assert_ne!(first, picture_of_a_page(Theme::Light, scale));
            let colors: std::collections::BTreeSet<&[u8]> = first.rgba.chunks_exact(4).collect();
            assert!(colors.len() > 50, "text has soft edges: {}", colors.len());
            assert!(colors.iter().all(|color| color[3] == 255), "the picture is opaque");
        }
    }

    #[test]
    fn a_png_holds_the_picture() {
        let picture = picture_of_a_page(Theme::Light, 1.0);
        let png = encode_png(&picture).unwrap();
        let read = image::load_from_memory_with_format(&png, image::ImageFormat::Png).unwrap().into_rgba8();
        assert_eq!((read.width(), read.height()), (picture.width, picture.height));
        assert_eq!(read.into_raw(), picture.rgba);
        assert!(encode_png(&Image { width: 2, ..picture }).is_err());
    }
}
