//! The window on a display.

use std::time::Instant;

use super::app::{App, Options};
use super::egui;

/// Why there is no window.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoWindow {
    /// The window toolkit said this.
    #[error("{0}")]
    Toolkit(String),
    /// A library that the toolkit loads while it runs is missing or broken.
    #[error("{0}")]
    Library(String),
}

struct Native {
    app: App,
    opened: Instant,
    first_frame: bool,
    verbose: bool,
}

impl eframe::App for Native {
    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        self.app.show(ui);
        if std::mem::take(&mut self.first_frame) && self.verbose {
            use std::io::Write as _;
            writeln!(std::io::stderr(), "first frame after {} ms", self.opened.elapsed().as_millis()).ok();
        }
    }
}

/// Opens the window with this bundled program running and returns when it is
/// closed.
///
/// # Errors
/// Where there is no display, or no way to draw on it.
pub fn run(options: Options, program: &'static str, verbose: bool) -> Result<(), NoWindow> {
    #[expect(clippy::disallowed_methods, reason = "measures how long the window takes to open")]
    let opened = Instant::now();
    let native = eframe::NativeOptions {
        viewport: egui::ViewportBuilder::default()
            .with_title("wirelens")
            .with_app_id("wirelens")
            .with_inner_size([1440.0, 900.0])
            .with_min_inner_size([320.0, 240.0]),
        ..eframe::NativeOptions::default()
    };
    let create: eframe::AppCreator<'_> = Box::new(move |context| {
        let mut app = App::new(options);
        app.prepare(&context.egui_ctx);
        app.run_program(&context.egui_ctx, program);
        Ok(Box::new(Native { app, opened, first_frame: true, verbose }))
    });
    // A missing libxkbcommon-x11 panics inside the toolkit. The panic's own
    // message would frighten: the error is told by who called us.
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let result =
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| eframe::run_native("wirelens", native, create)));
    std::panic::set_hook(hook);
    match result {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(NoWindow::Toolkit(reason(&error.to_string()))),
        Err(panic) => {
            let text = panic.downcast_ref::<String>().cloned();
            let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
            Err(NoWindow::Library(reason(&text.unwrap_or_default())))
        }
    }
}

/// The toolkit's words without the source lines it puts before them.
fn reason(text: &str) -> String {
    let parts = text.split(": ");
    let telling: Vec<&str> = parts.filter(|part| !part.contains(".rs:")).collect();
    telling.join(": ")
}

#[cfg(test)]
mod tests {
    use super::reason;

    #[test]
    fn source_lines_are_left_out() {
        let text = "winit EventLoopError: os error at /home/x/winit/src/linux/mod.rs:788: Failed to open connection";
        assert_eq!(reason(text), "winit EventLoopError: Failed to open connection");
        assert_eq!(reason("no display"), "no display");
    }
}
