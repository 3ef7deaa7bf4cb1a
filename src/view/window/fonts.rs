//! The embedded faces, the families made of them and the text sizes.
//!
//! Owns which face draws which character. The same text looks the same on
//! every machine: the families name every face they use and never egui's
//! optional emoji faces, so a test sees the glyphs the program has. Only in a
//! real window may the system be asked for a character that none of these
//! faces has (`eframe`'s `system_fonts`); a context made by anything else
//! never asks.
//!
//! How the files were made: `assets/fonts/README.md`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::egui::epaint::text::{FontTweak, Fonts, TextOptions};
use super::egui::{Context, FontData, FontDefinitions, FontFamily, FontId, TextStyle};

/// The embedded files: name, bytes.
const EMBEDDED: [(&str, &[u8]); 5] = [
    ("Inter", include_bytes!("../../../assets/fonts/Inter-Regular.otf")),
    ("Inter SemiBold", include_bytes!("../../../assets/fonts/Inter-SemiBold.otf")),
    ("Signs", include_bytes!("../../../assets/fonts/NotoSansSymbols2-Signs.ttf")),
    ("Signs Math", include_bytes!("../../../assets/fonts/NotoSansMath-Signs.ttf")),
    ("CJK", include_bytes!("../../../assets/fonts/NotoSansCJKsc-Subset.otf")),
];

/// From egui: the monospaced face, and a last resort for rarer Latin,
/// Cyrillic and Greek.
const FROM_EGUI: [&str; 2] = ["Hack", "Ubuntu-Light"];

/// Size of remarks, section heads and small labels, in points.
pub const NOTE: f32 = 11.0;
/// Size of arrow labels, numbers and bytes, in points.
pub const LABEL: f32 = 12.0;
/// Size of sentences, lists and buttons, in points.
pub const BODY: f32 = 13.0;
/// Size of a conversation's or a card's title, in points.
pub const TITLE: f32 = 14.5;
/// Size of the one heading of a panel, in points.
pub const HEADING: f32 = 18.0;

/// The proportional face for words, `size` in points.
pub const fn words(size: f32) -> FontId {
    FontId::new(size, FontFamily::Proportional)
}

/// The monospaced face for numbers and bytes, `size` in points.
pub const fn numbers(size: f32) -> FontId {
    FontId::new(size, FontFamily::Monospace)
}

/// The semi-bold face for flags, titles and heads, `size` in points. Chinese
/// characters in it are of regular weight.
pub fn strong(size: f32) -> FontId {
    FontId::new(size, semibold())
}

/// The family behind [`strong`].
pub fn semibold() -> FontFamily {
    FontFamily::Name("semibold".into())
}

/// The text style of titles: semi-bold, [`TITLE`] points.
pub fn title() -> TextStyle {
    TextStyle::Name("title".into())
}

/// The text style of section heads: semi-bold, [`NOTE`] points.
pub fn section() -> TextStyle {
    TextStyle::Name("section".into())
}

/// The faces and families, ready for [`Context::set_fonts`].
pub fn definitions() -> FontDefinitions {
    let mut from_egui = FontDefinitions::default().font_data;
    from_egui.retain(|name, _| FROM_EGUI.contains(&name.as_str()));
    let mut font_data = from_egui;
    for (name, bytes) in EMBEDDED {
        // Half an em of a Latin face is too wide for the gap in `1 234 567`.
        let tweak = FontTweak { thin_space_width: 0.6, ..FontTweak::default() };
        font_data.insert(name.to_owned(), Arc::new(FontData::from_static(bytes).tweak(tweak)));
    }
    let family = |faces: &[&str]| faces.iter().map(|face| (*face).to_owned()).collect::<Vec<_>>();
    let families = BTreeMap::from([
        (FontFamily::Proportional, family(&["Inter", "Signs", "Signs Math", "CJK", "Ubuntu-Light", "Hack"])),
        (FontFamily::Monospace, family(&["Hack", "Signs", "Signs Math", "CJK", "Inter", "Ubuntu-Light"])),
        (semibold(), family(&["Inter SemiBold", "Signs", "Signs Math", "CJK", "Ubuntu-Light", "Hack"])),
    ]);
    FontDefinitions { font_data, families }
}

/// What each text style is drawn with.
pub fn text_styles() -> BTreeMap<TextStyle, FontId> {
    BTreeMap::from([
        (TextStyle::Small, words(NOTE)),
        (TextStyle::Body, words(BODY)),
        (TextStyle::Button, words(BODY)),
        (TextStyle::Monospace, numbers(LABEL)),
        (TextStyle::Heading, strong(HEADING)),
        (title(), strong(TITLE)),
        (section(), strong(NOTE)),
    ])
}

/// Gives the context the faces and the text styles. The faces are used from
/// the next pass on.
pub fn install(ctx: &Context) {
    ctx.set_fonts(definitions());
    ctx.all_styles_mut(|style| style.text_styles = text_styles());
}

/// The characters of `text` that one of our families could only draw as a
/// box, without asking the system. Control characters are never drawn and
/// never missing.
pub fn missing_glyphs(text: &str) -> BTreeSet<char> {
    let mut fonts = Fonts::new(TextOptions::default(), definitions());
    let families = [words(BODY), numbers(BODY), strong(BODY)];
    let mut lacks = |c: char| families.iter().any(|family| !fonts.has_glyph(family, c));
    text.chars().filter(|c| !c.is_control()).collect::<BTreeSet<_>>().into_iter().filter(|&c| lacks(c)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Signs the interface uses, with the ones a graph or the terminal ladder
    /// may lend it.
    const SIGNS: &str = "»⚠→←↑↓⇄⇅↻✕⧉⏱▶■●○◐…·“”×µ≥≤≠−┊◀⋯✎✔✓│─├└▸▾⏸⏮⏭±≈Δ²–—‑\u{202f}\u{2009}";

    #[test]
    fn every_sign_has_a_glyph_in_every_family() {
        assert_eq!(missing_glyphs(SIGNS), BTreeSet::new());
    }

    #[test]
    fn chinese_has_glyphs_and_a_rare_character_is_reported() {
        assert_eq!(missing_glyphs("真实抓包：服务器同意，并反过来请求同步（第 2 帧）。《三次握手》"), BTreeSet::new());
        assert_eq!(missing_glyphs("ok 𠮷\n"), BTreeSet::from(['𠮷']));
    }

    #[test]
    fn emoji_faces_of_other_crates_are_not_relied_on() {
        assert_eq!(missing_glyphs("🦀"), BTreeSet::from(['🦀']));
    }

    #[test]
    fn a_chinese_character_does_not_make_the_line_higher() {
        let mut fonts = Fonts::new(TextOptions::default(), definitions());
        let mut view = fonts.with_pixels_per_point(1.0);
        let mut height = |text: &str, font: FontId| {
            view.layout_no_wrap(text.to_owned(), font, super::super::egui::Color32::WHITE).size().y
        };
        for size in [NOTE, LABEL, BODY, TITLE, HEADING] {
            for font in [words(size), numbers(size), strong(size)] {
                assert!((height("seq 1", font.clone()) - height("seq 序号 ⧉", font.clone())).abs() < 0.01, "{font:?}");
            }
        }
    }

    #[test]
    fn every_text_style_names_a_family_we_define() {
        let families = definitions().families;
        for (style, font) in text_styles() {
            assert!(families.contains_key(&font.family), "{style:?}");
            assert!((11.0..=18.0).contains(&font.size), "{style:?}");
        }
    }
}
