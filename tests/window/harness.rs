//! A window without a display: our faces and themes, painted on the CPU.
//!
//! The clock is the harness's: a step is 1/4 s and nothing else passes. The
//! harness panics as soon as a character is laid out that no embedded face
//! has, and when a picture is taken of an input without an accessible name.

use eframe::egui::{self, Ui, UiBuilder};
use egui_kittest::{Harness, HarnessBuilder, TestRenderer};
use wirelens::view::window::{prepare, raster::Raster};

/// Paints for the harness with the program's own rasterizer.
#[derive(Default)]
struct Painter(Raster);

impl TestRenderer for Painter {
    fn handle_delta(&mut self, delta: &mut egui::TexturesDelta) {
        self.0.update(delta);
    }

    fn render(&mut self, ctx: &egui::Context, output: &egui::FullOutput) -> Result<image::RgbaImage, String> {
        let background = ctx.global_style().visuals.extreme_bg_color;
        let picture = self.0.paint_output(ctx, output, ctx.content_rect().size(), background);
        image::RgbaImage::from_raw(picture.width, picture.height, picture.rgba)
            .ok_or_else(|| "the rasterizer returned a picture of another size".to_owned())
    }
}

/// What the window is shown on.
#[derive(Clone, Copy)]
pub(crate) struct Screen {
    /// Width and height of the window in points.
    pub(crate) size: [f32; 2],
    pub(crate) theme: egui::Theme,
    /// Pixels per point: 2 on a sharp screen.
    pub(crate) scale: f32,
}

impl Screen {
    pub(crate) fn dark(size: [f32; 2]) -> Self {
        Self { size, theme: egui::Theme::Dark, scale: 1.0 }
    }

    pub(crate) fn light(size: [f32; 2]) -> Self {
        Self { theme: egui::Theme::Light, ..Self::dark(size) }
    }

    pub(crate) fn sharp(self) -> Self {
        Self { scale: 2.0, ..self }
    }
}

/// A harness around `ui`, which fills the window, and the state it works on;
/// settled and ready to be asked. One picture-taking harness per test: the
/// second would panic when the first is dropped.
pub(crate) fn harness<'a, State: 'a>(
    screen: Screen,
    state: State,
    mut ui: impl FnMut(&mut Ui, &mut State) + 'a,
) -> Harness<'a, State> {
    let mut harness = HarnessBuilder::default()
        .with_size(screen.size)
        .with_pixels_per_point(screen.scale)
        .with_theme(screen.theme)
        .with_render_cursor(false)
        .with_context_setup(prepare)
        .renderer(Painter::default())
        .build_ui_state(
            // The harness leaves a margin that a window does not have.
            move |inner: &mut Ui, state: &mut State| {
                let whole = UiBuilder::new().max_rect(inner.ctx().content_rect());
                inner.scope_builder(whole, |whole| ui(whole, state));
            },
            state,
        );
    harness.run();
    harness
}
