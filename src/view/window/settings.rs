//! What the window remembers from one time to the next.
//!
//! Owns the file and what stands in it. A file that cannot be understood is
//! told, and kept beside the new one; nothing else depends on it.

use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::command::Tab;
use crate::words::Language;

/// Files remembered.
const RECENT: usize = 10;
/// Filters remembered.
pub(super) const FILTERS: usize = 50;

/// Everything that is remembered. What a file does not say is as at the first
/// start; what we do not know in it is left out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Settings {
    /// The language chosen in the window, `en` or `zh`; none: the system's.
    pub(super) language: Option<String>,
    /// Dark or light; none: the system's.
    pub(super) dark: Option<bool>,
    /// Stronger colours.
    pub(super) contrast: bool,
    /// How large everything is, 1 is as designed.
    pub(super) size: f32,
    /// The newcomer's cards are shown.
    pub(super) welcome: bool,
    /// What stands below the picture.
    pub(super) tab: Tab,
    /// The panels the reader shows or hides; none: as the window has room.
    pub(super) panels: Panels,
    /// The folder of the last capture.
    pub(super) folder: Option<PathBuf>,
    /// Captures opened, the last one first.
    pub(super) recent: Vec<PathBuf>,
    /// Filters used, the last one last.
    pub(super) filters: Vec<String>,
}

/// Which panels are shown, and how large they are, in points.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Panels {
    pub(super) library: Option<bool>,
    pub(super) inspector: Option<bool>,
    pub(super) below: Option<bool>,
    pub(super) library_width: Option<f32>,
    pub(super) inspector_width: Option<f32>,
    pub(super) consoles_height: Option<f32>,
    pub(super) tables_height: Option<f32>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            language: None,
            dark: None,
            contrast: false,
            size: 1.0,
            welcome: true,
            tab: Tab::default(),
            panels: Panels::default(),
            folder: None,
            recent: Vec::new(),
            filters: Vec::new(),
        }
    }
}

/// The sizes within which everything can be read and reached.
pub(super) const SIZES: std::ops::RangeInclusive<f32> = 0.5..=3.0;

impl Settings {
    /// Reads the file at `path`; the first start's settings where there is
    /// none.
    ///
    /// # Errors
    /// Where it cannot be read or understood: what is wrong with it.
    pub(super) fn load(path: &Path) -> Result<Self, String> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(error.to_string()),
        };
        let mut settings: Self = toml::from_str(&text).map_err(|error| error.to_string().trim_end().to_owned())?;
        settings.size = if settings.size.is_finite() { settings.size } else { 1.0 };
        settings.size = settings.size.clamp(*SIZES.start(), *SIZES.end());
        settings.recent.truncate(RECENT);
        settings.filters.truncate(FILTERS);
        Ok(settings)
    }

    /// Writes the file at `path`, whole or not at all.
    ///
    /// # Errors
    /// What the system says.
    pub(super) fn save(&self, path: &Path) -> io::Result<()> {
        let text = toml::to_string(self).map_err(io::Error::other)?;
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let new = path.with_extension("toml.new");
        std::fs::write(&new, text)?;
        std::fs::rename(new, path)
    }

    /// Puts a capture at the head of those opened.
    pub(super) fn opened(&mut self, path: &Path) {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        self.folder = path.parent().map(Path::to_owned);
        self.recent.retain(|other| *other != path);
        self.recent.insert(0, path);
        self.recent.truncate(RECENT);
    }

    /// The language chosen in the window.
    pub(super) fn language(&self) -> Option<Language> {
        self.language.as_deref()?.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_saved_is_read_again_and_nonsense_is_told() {
        let folder = std::env::temp_dir().join(format!("wirelens-settings-{}", std::process::id()));
        let path = folder.join("deep").join("settings.toml");
        assert_eq!(Settings::load(&path), Ok(Settings::default()), "no file is no error");
        let mut settings = Settings { language: Some("zh".into()), size: 1.5, ..Settings::default() };
        settings.opened(Path::new("/one.pcapng"));
        settings.opened(Path::new("/two.pcapng"));
        settings.opened(Path::new("/one.pcapng"));
        assert_eq!(settings.recent, [Path::new("/one.pcapng"), Path::new("/two.pcapng")]);
        settings.save(&path).unwrap();
        assert_eq!(Settings::load(&path), Ok(settings.clone()));
        assert_eq!(settings.language(), Some(Language::Chinese));
        // Another version's file: what we do not know is passed over.
        std::fs::write(&path, "size = 99.0\nlater = true\n").unwrap();
        assert_eq!(Settings::load(&path).map(|settings| settings.size), Ok(*SIZES.end()));
        std::fs::write(&path, "size = \"large\"\n").unwrap();
        assert!(Settings::load(&path).unwrap_err().contains("size"));
        std::fs::remove_dir_all(folder).unwrap();
    }
}
