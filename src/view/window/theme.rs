//! The colours, by what they mean, in a dark and a light theme, and the look
//! of standard widgets made of them.
//!
//! The only place with raw colours: everything else asks for a meaning. The
//! hues are Okabe and Ito's (2008), tuned so that every colour in which text
//! is written reaches a contrast of 4.5:1 (WCAG 2.2 §1.4.3) on every surface
//! it is written on. No opinion on glyphs and line styles: no meaning is
//! carried by colour alone, and the painters see to that.
#![expect(clippy::disallowed_methods, reason = "raw colours live here and nowhere else")]

use super::egui::epaint::Shadow;
use super::egui::style::{ScrollFadeStyle, ScrollStyle, Selection, Spacing, TextCursorStyle, WidgetVisuals, Widgets};
use super::egui::{self, Button, Color32, Context, CornerRadius, Margin, RichText, Stroke, Style, Ui, Visuals, vec2};
use super::fonts;
use crate::model::TcpState;
use crate::timeline::ArrowKind;

/// Corner radius of everything that has corners, in points.
pub const RADIUS: u8 = 6;

/// One theme: a colour for every meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Theme {
    /// Light text on dark surfaces.
    pub dark: bool,
    /// The page the conversation is drawn on; the halo of its labels.
    pub background: Color32,
    /// Side panels, bars at the top and bottom, cards, popups.
    pub panel: Color32,
    /// What lifts off a panel: buttons, the current item of a list, grid cells.
    pub raised: Color32,
    /// A raised thing under the pointer.
    pub hover: Color32,
    /// Behind the selected arrow or packet, with an outline in `accent`.
    pub selection: Color32,
    /// Separators and outlines of quiet things. Decoration: it carries nothing.
    pub line: Color32,
    /// Text.
    pub text: Color32,
    /// Text beside the text: numbers of a segment, field names, list items.
    pub soft: Color32,
    /// Text that may be overlooked: times, section heads, folded gaps; and
    /// lifelines, the edges of call bars.
    pub faint: Color32,
    /// What can be pressed or is chosen; the field under the pointer.
    pub accent: Color32,
    /// Text on `accent`.
    pub on_accent: Color32,
    /// A segment with SYN.
    pub syn: Color32,
    /// A segment or datagram with payload.
    pub data: Color32,
    /// A bare ACK.
    pub ack: Color32,
    /// A segment with FIN; a warning.
    pub fin: Color32,
    /// A segment with RST; an error.
    pub rst: Color32,
    /// A lost frame; a prediction.
    pub lost: Color32,
    /// CLOSED and LISTEN: nothing is open.
    pub closed: Color32,
    /// SYN-SENT and SYN-RECEIVED.
    pub opening: Color32,
    /// ESTABLISHED.
    pub established: Color32,
    /// FIN-WAIT-1, FIN-WAIT-2, CLOSE-WAIT, CLOSING and LAST-ACK.
    pub closing: Color32,
    /// TIME-WAIT.
    pub waiting: Color32,
    /// The bar of a socket call, outlined in `faint`.
    pub call: Color32,
    /// The shadow under popups and windows.
    pub shadow: Color32,
}

const fn rgb(hex: u32) -> Color32 {
    let [_, r, g, b] = hex.to_be_bytes();
    Color32::from_rgb(r, g, b)
}

/// Light text on dark surfaces.
pub const DARK: Theme = Theme {
    dark: true,
    background: rgb(0x12_15_1A),
    panel: rgb(0x18_1C_23),
    raised: rgb(0x1F_25_2E),
    hover: rgb(0x2A_32_3D),
    selection: rgb(0x1A_27_34),
    line: rgb(0x2C_34_3F),
    text: rgb(0xE6_EA_F0),
    soft: rgb(0x9A_A6_B5),
    faint: rgb(0x84_91_A1),
    accent: rgb(0x56_B4_E9),
    on_accent: rgb(0x12_15_1A),
    syn: rgb(0x56_B4_E9),
    data: rgb(0x2F_BF_9B),
    ack: rgb(0x8D_99_A9),
    fin: rgb(0xE6_9F_00),
    rst: rgb(0xF0_74_3E),
    lost: rgb(0xD9_8B_BB),
    closed: rgb(0x84_91_A1),
    opening: rgb(0x56_B4_E9),
    established: rgb(0x2F_BF_9B),
    closing: rgb(0xE6_9F_00),
    waiting: rgb(0xB9_8F_41),
    call: rgb(0x39_42_4E),
    shadow: Color32::from_black_alpha(110),
};

/// Dark text on light surfaces.
pub const LIGHT: Theme = Theme {
    dark: false,
    background: rgb(0xF6_F7_F9),
    panel: rgb(0xFF_FF_FF),
    raised: rgb(0xEE_F1_F5),
    hover: rgb(0xE2_E7_ED),
    selection: rgb(0xE8_F2_FA),
    line: rgb(0xD5_DB_E3),
    text: rgb(0x1A_20_29),
    soft: rgb(0x4A_55_63),
    faint: rgb(0x5F_6B_7B),
    accent: rgb(0x00_72_B2),
    on_accent: rgb(0xFF_FF_FF),
    syn: rgb(0x00_72_B2),
    data: rgb(0x00_7A_5A),
    ack: rgb(0x62_6C_79),
    fin: rgb(0x93_5F_00),
    rst: rgb(0xB8_4A_00),
    lost: rgb(0xA3_48_7F),
    closed: rgb(0x5F_6B_7B),
    opening: rgb(0x00_72_B2),
    established: rgb(0x00_7A_5A),
    closing: rgb(0x93_5F_00),
    waiting: rgb(0x86_66_1D),
    call: rgb(0xDD_E3_EA),
    shadow: Color32::from_black_alpha(38),
};

/// Stronger contrast on dark surfaces: every colour of text reaches 7:1
/// (WCAG 2.2 §1.4.6).
pub const DARK_CONTRAST: Theme = Theme {
    background: rgb(0x00_00_00),
    panel: rgb(0x00_00_00),
    raised: rgb(0x14_17_1B),
    hover: rgb(0x2A_32_3D),
    selection: rgb(0x0A_1C_2B),
    line: rgb(0x8A_94_A0),
    text: rgb(0xFF_FF_FF),
    soft: rgb(0xD8_DE_E6),
    faint: rgb(0xC2_CB_D6),
    accent: rgb(0x7C_C9_F5),
    on_accent: rgb(0x00_00_00),
    syn: rgb(0x7C_C9_F5),
    data: rgb(0x45_DD_B5),
    ack: rgb(0xBA_C4_D0),
    fin: rgb(0xFF_BC_33),
    rst: rgb(0xFF_96_69),
    lost: rgb(0xF0_AC_D6),
    closed: rgb(0xC2_CB_D6),
    opening: rgb(0x7C_C9_F5),
    established: rgb(0x45_DD_B5),
    closing: rgb(0xFF_BC_33),
    waiting: rgb(0xE3_BE_78),
    call: rgb(0x5A_66_74),
    ..DARK
};

/// Stronger contrast on light surfaces.
pub const LIGHT_CONTRAST: Theme = Theme {
    background: rgb(0xFF_FF_FF),
    panel: rgb(0xFF_FF_FF),
    raised: rgb(0xF2_F4_F7),
    hover: rgb(0xE2_E7_ED),
    selection: rgb(0xEE_F6_FD),
    line: rgb(0x5C_66_73),
    text: rgb(0x00_00_00),
    soft: rgb(0x2A_31_3A),
    faint: rgb(0x3A_43_4F),
    accent: rgb(0x00_4E_7C),
    on_accent: rgb(0xFF_FF_FF),
    syn: rgb(0x00_4E_7C),
    data: rgb(0x00_53_3D),
    ack: rgb(0x42_4B_57),
    fin: rgb(0x66_41_00),
    rst: rgb(0x83_33_00),
    lost: rgb(0x7C_2B_5C),
    closed: rgb(0x3A_43_4F),
    opening: rgb(0x00_4E_7C),
    established: rgb(0x00_53_3D),
    closing: rgb(0x66_41_00),
    waiting: rgb(0x5C_45_0F),
    call: rgb(0xC8_D0_DA),
    ..LIGHT
};

/// Where a context keeps whether the contrast is to be strong.
fn contrast_id() -> egui::Id {
    egui::Id::unique("strong contrast")
}

impl Theme {
    /// The theme this piece of the window is shown in.
    pub fn of(ui: &Ui) -> &'static Self {
        let strong = ui.ctx().data(|data| data.get_temp(contrast_id())).unwrap_or(false);
        match (ui.visuals().dark_mode, strong) {
            (true, false) => &DARK,
            (true, true) => &DARK_CONTRAST,
            (false, false) => &LIGHT,
            (false, true) => &LIGHT_CONTRAST,
        }
    }

    /// The colour of a segment.
    pub const fn arrow(&self, kind: ArrowKind) -> Color32 {
        match kind {
            ArrowKind::Syn => self.syn,
            ArrowKind::Data => self.data,
            ArrowKind::Ack => self.ack,
            ArrowKind::Fin => self.fin,
            ArrowKind::Rst => self.rst,
        }
    }

    /// The colour of a state's bar and of its name.
    pub const fn state(&self, state: TcpState) -> Color32 {
        match state {
            TcpState::Closed | TcpState::Listen => self.closed,
            TcpState::SynSent | TcpState::SynReceived => self.opening,
            TcpState::Established => self.established,
            TcpState::FinWait1 | TcpState::FinWait2 | TcpState::CloseWait | TcpState::Closing | TcpState::LastAck => {
                self.closing
            }
            TcpState::TimeWait => self.waiting,
        }
    }

    /// The one button of a place that does what the place is for ("Run").
    pub fn primary_button<'a>(&self, text: impl Into<String>) -> Button<'a> {
        Button::new(RichText::new(text).color(self.on_accent)).fill(self.accent).stroke(Stroke::new(1.0, self.accent))
    }

    /// The colours of standard widgets.
    pub fn visuals(&self) -> Visuals {
        let base = if self.dark { Visuals::dark() } else { Visuals::light() };
        let shadow = |blur| Shadow { offset: [0, 4], blur, spread: 0, color: self.shadow };
        Visuals {
            weak_text_color: Some(self.soft),
            widgets: self.widgets(),
            selection: Selection { bg_fill: self.accent, stroke: Stroke::new(1.0, self.on_accent) },
            hyperlink_color: self.accent,
            faint_bg_color: self.raised.gamma_multiply(0.5),
            extreme_bg_color: self.background,
            text_edit_bg_color: Some(self.background),
            code_bg_color: self.raised,
            warn_fg_color: self.fin,
            error_fg_color: self.rst,
            window_corner_radius: CornerRadius::same(RADIUS + 2),
            window_shadow: shadow(24),
            window_fill: self.panel,
            window_stroke: Stroke::new(1.0, self.line),
            window_highlight_topmost: false,
            menu_corner_radius: CornerRadius::same(RADIUS),
            panel_fill: self.panel,
            popup_shadow: shadow(14),
            text_cursor: TextCursorStyle {
                stroke: Stroke::new(1.5, self.accent),
                blink: false,
                ..TextCursorStyle::default()
            },
            slider_trailing_fill: true,
            indent_has_left_vline: false,
            ..base
        }
    }

    /// Standard widgets at rest, under the pointer, pressed or focused, open.
    fn widgets(&self) -> Widgets {
        let widget = |fill, edge, mark| WidgetVisuals {
            bg_fill: fill,
            weak_bg_fill: fill,
            bg_stroke: Stroke::new(1.0, edge),
            corner_radius: CornerRadius::same(RADIUS),
            fg_stroke: Stroke::new(1.0, mark),
            expansion: 0.0,
        };
        Widgets {
            noninteractive: widget(self.panel, self.line, self.text),
            inactive: widget(self.raised, self.line, self.text),
            hovered: widget(self.hover, self.faint, self.text),
            active: widget(self.hover, self.accent, self.text),
            open: widget(self.raised, self.accent, self.text),
        }
    }

    /// Colours, text styles and distances of standard widgets.
    pub fn style(&self) -> Style {
        Style {
            text_styles: fonts::text_styles(),
            visuals: self.visuals(),
            spacing: Spacing {
                item_spacing: vec2(8.0, 6.0),
                button_padding: vec2(9.0, 4.0),
                interact_size: vec2(24.0, 24.0),
                window_margin: Margin::same(12),
                menu_margin: Margin::same(6),
                indent: 14.0,
                slider_rail_height: 4.0,
                icon_spacing: 6.0,
                tooltip_width: 360.0,
                scroll: ScrollStyle {
                    bar_width: 8.0,
                    fade: ScrollFadeStyle { strength: 0.0, ..ScrollFadeStyle::default() },
                    ..ScrollStyle::floating()
                },
                ..Spacing::default()
            },
            ..Style::default()
        }
    }
}

/// Gives the context both themes; [`Context::set_theme`] picks one.
pub fn install(ctx: &Context) {
    set_contrast(ctx, false);
}

/// Makes the contrast of both themes strong, or as designed.
pub fn set_contrast(ctx: &Context, strong: bool) {
    let (dark, light) = if strong { (&DARK_CONTRAST, &LIGHT_CONTRAST) } else { (&DARK, &LIGHT) };
    ctx.set_style_of(egui::Theme::Dark, dark.style());
    ctx.set_style_of(egui::Theme::Light, light.style());
    ctx.data_mut(|data| data.insert_temp(contrast_id(), strong));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance, 0…1 (WCAG 2.2, "relative luminance").
    fn luminance(color: Color32) -> f64 {
        let linear = |byte: u8| {
            let c = f64::from(byte) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(color.r()) + 0.7152 * linear(color.g()) + 0.0722 * linear(color.b())
    }

    /// Contrast ratio, 1…21 (WCAG 2.2, "contrast ratio").
    fn contrast(a: Color32, b: Color32) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// Every colour in which something is written.
    fn inks(theme: &Theme) -> Vec<(&'static str, Color32)> {
        vec![
            ("text", theme.text),
            ("soft", theme.soft),
            ("faint", theme.faint),
            ("accent", theme.accent),
            ("syn", theme.syn),
            ("data", theme.data),
            ("ack", theme.ack),
            ("fin", theme.fin),
            ("rst", theme.rst),
            ("lost", theme.lost),
            ("closed", theme.closed),
            ("opening", theme.opening),
            ("established", theme.established),
            ("closing", theme.closing),
            ("waiting", theme.waiting),
        ]
    }

    #[test]
    fn the_measure_agrees_with_the_standard() {
        assert!((contrast(Color32::BLACK, Color32::WHITE) - 21.0).abs() < 1e-9);
        // #767676 on white is the well-known lightest grey that passes 4.5:1.
        assert!((contrast(rgb(0x76_76_76), Color32::WHITE) - 4.54).abs() < 0.01);
    }

    #[test]
    fn everything_written_can_be_read() {
        for (theme, least) in [(&DARK, 4.5), (&LIGHT, 4.5), (&DARK_CONTRAST, 7.0), (&LIGHT_CONTRAST, 7.0)] {
            let surfaces = [theme.background, theme.panel, theme.raised, theme.selection];
            for (name, ink) in inks(theme) {
                for surface in surfaces {
                    let ratio = contrast(ink, surface);
                    assert!(ratio >= least, "{name} on {surface:?}, dark {}: {ratio:.2}", theme.dark);
                }
            }
            assert!(contrast(theme.on_accent, theme.accent) >= 4.5);
            assert!(contrast(theme.text, theme.hover) >= 4.5);
        }
    }

    #[test]
    fn the_visuals_write_in_checked_colours_only() {
        for theme in [&DARK, &LIGHT] {
            let visuals = theme.visuals();
            let checked: Vec<Color32> = inks(theme).into_iter().map(|(_, ink)| ink).collect();
            for ink in [
                visuals.text_color(),
                visuals.weak_text_color(),
                visuals.strong_text_color(),
                visuals.hyperlink_color,
                visuals.warn_fg_color,
                visuals.error_fg_color,
            ] {
                assert!(checked.contains(&ink), "{ink:?}");
            }
            assert_eq!(visuals.dark_mode, theme.dark);
        }
    }

    #[test]
    fn kinds_of_segments_and_surfaces_differ() {
        for theme in [&DARK, &LIGHT] {
            let kinds = [theme.syn, theme.data, theme.ack, theme.fin, theme.rst, theme.lost];
            let surfaces = [theme.background, theme.panel, theme.raised, theme.hover, theme.line];
            for group in [&kinds[..], &surfaces[..]] {
                for (i, a) in group.iter().enumerate() {
                    assert!(!group[i + 1..].contains(a), "{a:?} means two things");
                }
            }
        }
    }
}
