//! Draws the pictures of the README with the program's own painter, on the
//! CPU: no display, no GPU.
//!
//!     cargo run --example pictures -- docs/pictures

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use wirelens::source::shipped::SHIPPED;
use wirelens::trace::Network;
use wirelens::view::window::{App, Options, egui, prepare, raster};
use wirelens::words::Language;

fn main() -> ExitCode {
    let mut stderr = std::io::stderr();
    let Some(folder) = std::env::args_os().nth(1).map(PathBuf::from) else {
        writeln!(stderr, "usage: pictures FOLDER").ok();
        return ExitCode::from(2);
    };
    let pictures = [
        ("window-dark-en.png", egui::Theme::Dark, Language::English),
        ("window-light-zh.png", egui::Theme::Light, Language::Chinese),
    ];
    for (name, theme, language) in pictures {
        let path = folder.join(name);
        let written =
            draw(theme, language).and_then(|png| std::fs::write(&path, png).map_err(|error| error.to_string()));
        if let Err(error) = written {
            writeln!(stderr, "cannot draw {}: {error}", path.display()).ok();
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

/// The greeting that comes with the program, as the window shows it.
fn draw(theme: egui::Theme, language: Language) -> Result<Vec<u8>, String> {
    let greeting = SHIPPED.iter().position(|capture| capture.id == "greeting").ok_or("there is no greeting")?;
    let context = egui::Context::default();
    prepare(&context);
    context.set_theme(theme);
    let mut app = App::new(Options { executable: PathBuf::new(), language, network: Network::Private });
    app.open_shipped(&context, greeting);
    let image = raster::render(&context, egui::vec2(1440.0, 900.0), 1.0, 4, |ui| app.show(ui));
    raster::encode_png(&image).map_err(|error| error.to_string())
}
