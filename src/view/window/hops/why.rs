//! Why this MAC address was asked for: own address and target bit by bit, and
//! where the mask ends.

use super::super::egui::text::LayoutJob;
use super::super::egui::{Frame, Label, Margin, RichText, Stroke, TextFormat, Ui, WidgetInfo, accesskit::Role};
use super::super::fonts;
use super::super::theme::{RADIUS, Theme};
use super::Page;
use crate::conversation::journey::{Asked, GatewayChoice, Journey, Leg};
use crate::words::journey;

impl Page<'_> {
    /// How the sender of this message decided, where it is known.
    pub(super) fn decision(&self, journey: &Journey) -> Option<GatewayChoice> {
        let first: &Leg = journey.way().map(|(_, leg)| leg).next().or_else(|| journey.legs.first())?;
        self.choice(journey, first)
    }

    /// The card that explains it.
    pub(super) fn why(&self, ui: &mut Ui, choice: &GatewayChoice) {
        let theme = Theme::of(ui);
        let words = self.look.words;
        let asked = match choice.asks {
            Asked::Target(address) | Asked::Gateway(address) => address.to_string(),
            Asked::Nobody | Asked::Itself => String::new(),
        };
        let frame = Frame::new()
            .fill(theme.panel)
            .stroke(Stroke::new(1.0, theme.line))
            .corner_radius(RADIUS + 2)
            .inner_margin(Margin::symmetric(10, 8));
        frame
            .show(ui, |ui| {
                ui.set_width(ui.available_width().min(WIDTH - 22.0));
                ui.spacing_mut().item_spacing.y = 4.0;
                let title = if asked.is_empty() {
                    words.word("net-why-nobody")
                } else {
                    words.say("journey-gateway-title", &[("asked", &asked)])
                };
                ui.add(Label::new(RichText::new(title).font(fonts::strong(fonts::BODY)).color(theme.text)).wrap());
                let node = journey::node(Some(self.topology), choice.node);
                let lines = [format!("{node}  {}", choice.own), choice.target.to_string()];
                let ink = if choice.same_network { theme.data } else { theme.fin };
                for (text, bits) in lines.iter().zip(&choice.binary) {
                    let heading = RichText::new(text).font(fonts::numbers(fonts::LABEL)).color(theme.text);
                    ui.add(Label::new(heading).wrap());
                    let format =
                        |color| TextFormat { font_id: fonts::numbers(fonts::NOTE), color, ..TextFormat::default() };
                    let (network, host) = bits.split_at_checked(choice.edge).unwrap_or((bits, ""));
                    let mut job = LayoutJob::default();
                    job.append(network, 0.0, format(ink));
                    job.append("┊", 0.0, format(theme.soft));
                    job.append(host, 0.0, format(theme.faint));
                    ui.add(Label::new(job).wrap());
                }
                let network = crate::model::IpNetwork { address: choice.own.network(), prefix: choice.own.prefix };
                let key = if choice.same_network { "net-why-same" } else { "net-why-other" };
                let verdict = words.say(key, &[("target", &choice.target), ("network", &network)]);
                ui.add(Label::new(RichText::new(verdict).font(fonts::words(fonts::LABEL)).color(ink)).wrap());
                let so = match choice.asks {
                    Asked::Target(_) => words.say("net-why-direct", &[("target", &choice.target)]),
                    Asked::Gateway(gateway) => words.say("net-why-gateway", &[("gateway", &gateway)]),
                    Asked::Nobody => words.word("net-why-no-route"),
                    Asked::Itself => words.word("net-why-itself"),
                };
                ui.add(Label::new(RichText::new(so).font(fonts::words(fonts::LABEL)).color(theme.text)).wrap());
            })
            .response
            .widget_info(|| WidgetInfo::labeled(Role::Group, true, words.word("net-why-card")));
    }
}

/// The width of the card, in points: both addresses in binary.
pub(super) const WIDTH: f32 = 274.0;
