//! The chapters of a story through several conversations, above the picture: a
//! row to click on, and below it what happens in the chapter that is looked at.
//!
//! ```text
//!   From www.example to the page, in 6 chapters
//!   [1 ARP: who is next?] [2 DNS: where is it?] [3 TCP: connect] …
//!   dns (198.51.100.53) is asked for www.example once; it answers that …
//! ```

use super::command::Command;
use super::document::Selection;
use super::egui::{Button, Label, RichText, Role, Ui, WidgetInfo};
use super::fonts;
use super::theme::Theme;
use crate::conversation::chapters::{Chapter, Story};
use crate::model::Topology;
use crate::words::Words;

/// The stories that are offered.
const MOST: usize = 3;

/// Shows the stories of what is shown; returns what was picked.
pub(super) fn show(
    ui: &mut Ui,
    stories: &[Story],
    map: Option<&Topology>,
    selection: Selection,
    words: &Words,
) -> Option<Command> {
    let mut command = None;
    let theme = Theme::of(ui);
    let small = |text: String| RichText::new(text).font(fonts::words(fonts::LABEL));
    for story in stories.iter().take(MOST) {
        let shown = selected(story, selection);
        ui.label(small(words.story_title(story)).color(theme.soft));
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing.x = 4.0;
            for (number, chapter) in (1..).zip(&story.chapters) {
                let title = words.chapter_title(chapter);
                let is_shown = shown.is_some_and(|shown| std::ptr::eq(shown, chapter));
                let button = ui.add(Button::selectable(is_shown, small(format!("{number} {title}"))));
                let text = words.chapter(story, chapter, map);
                let frames = words.frame_ranges(&chapter.frames);
                let label = words.say(
                    "chapter-label",
                    &[("number", &number), ("title", &title), ("frames", &frames), ("text", &text)],
                );
                button.widget_info(|| WidgetInfo::selected(Role::Button, true, is_shown, &label));
                if button.on_hover_text(format!("{text}\n{frames}")).clicked() {
                    command = chapter.frames.first().copied().map(Command::GoTo);
                }
            }
        });
        if let Some(chapter) = shown {
            let text = format!("{} · {}", words.chapter(story, chapter, map), words.frame_ranges(&chapter.frames));
            ui.add(Label::new(small(text).color(theme.text)).wrap());
        }
        ui.add_space(4.0);
    }
    if stories.len() > MOST {
        let more = words.say("story-more", &[("count", &(stories.len() - MOST))]);
        ui.label(small(more).color(theme.faint));
    }
    command
}

/// The chapter that the selected frame is in.
fn selected(story: &Story, selection: Selection) -> Option<&Chapter> {
    let frame = selection.frame()?;
    story.chapters.iter().find(|chapter| chapter.frames.binary_search(&frame).is_ok())
}
