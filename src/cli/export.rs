//! `wirelens export`: pictures, texts, rows and captures, by the ending of the
//! name they get.

use std::collections::BTreeSet;
use std::io;

use super::arguments::{Drawing, Export, Format, Show};
use super::output::Output;
use super::pass::{self, Chosen};
use super::{Failure, Status, show};
use crate::conversation::{Conversations, conversations};
use crate::filter;
use crate::session::capture::{Reading, Step};
use crate::source::file::{FileError, Opened};
use crate::timeline::Timeline;
use crate::trace::{FrameNumber, Trace};
use crate::view::export::{ENDINGS, Kind, ending};
use crate::view::rows::{self, Rows};
use crate::view::{Picture, Wanted, mermaid};
use crate::words::Words;

/// Writes what the ending of the name says.
pub(super) fn export(asked: &Export, words: &Words, output: &Output<'_>) -> Result<(), Failure> {
    let kind = kind(asked, words)?;
    refuse_senseless(asked, kind, words)?;
    match kind {
        Kind::Png | Kind::Svg | Kind::Mermaid => picture(asked, kind, words, output),
        Kind::Text => text(asked, words, output),
        Kind::Rows(format) => rows(asked, format, words, output),
        Kind::Capture => {
            let mut chosen = Chosen::new(asked.filter.as_deref(), words)?.of(asked.conversation);
            let passed = pass::print(&asked.file, Some(&asked.out), &mut chosen, words, output, |_, _| Ok(()))?;
            passed.finish(&asked.file, words, output)
        }
    }
}

fn kind(asked: &Export, words: &Words) -> Result<Kind, Failure> {
    Kind::of(&asked.out).ok_or_else(|| {
        let known = ENDINGS.iter().map(|(name, _)| *name);
        Failure::new(Status::Usage, words.unknown_ending(&asked.out, known))
    })
}

/// An option that would change nothing is a mistake.
fn refuse_senseless(asked: &Export, kind: Kind, words: &Words) -> Result<(), Failure> {
    let drawn = matches!(kind, Kind::Png | Kind::Svg);
    let labelled = drawn || matches!(kind, Kind::Mermaid | Kind::Text);
    let given = [
        ("--network", asked.network.is_some(), drawn),
        ("--scale", asked.scale.is_some(), drawn),
        ("--theme", asked.theme.is_some(), drawn),
        ("--width", asked.width.is_some(), drawn),
        ("--pixels-per-point", asked.pixels_per_point.is_some(), kind == Kind::Png),
        ("--absolute", asked.absolute, labelled),
    ];
    match given.iter().find(|(_, given, has_meaning)| *given && !has_meaning) {
        None => Ok(()),
        Some((option, ..)) => {
            let sentence = words.say("export-not-for", &[("option", option), ("ending", &ending(&asked.out))]);
            Err(Failure::new(Status::Usage, sentence))
        }
    }
}

/// The ladders, as in a terminal of 100 columns.
fn text(asked: &Export, words: &Words, output: &Output<'_>) -> Result<(), Failure> {
    let drawing = Drawing {
        filter: asked.filter.clone(),
        conversation: asked.conversation,
        absolute: asked.absolute,
        format: Some(Format::Ladder),
        write: None,
    };
    show::show(&Show { beside: None, file: asked.file.clone(), drawing }, words, &output.to_file(&asked.out))
}

fn rows(asked: &Export, format: rows::Format, words: &Words, output: &Output<'_>) -> Result<(), Failure> {
    let mut chosen = Chosen::new(asked.filter.as_deref(), words)?.of(asked.conversation);
    let mut rows = Rows::new(format);
    let mut line = String::new();
    rows.head(&mut line);
    let file = output.to_file(&asked.out);
    let passed = pass::print(&asked.file, None, &mut chosen, words, &file, |frame, out| {
        rows.append(&frame.glance, frame.row, &frame.label(), &mut line);
        out.write_all(line.as_bytes())?;
        line.clear();
        Ok(())
    })?;
    if !line.is_empty() {
        // There was no row.
        file.write(|out| out.write_all(line.as_bytes()))?;
    }
    passed.finish(&asked.file, words, output)
}

/// What a picture is made of.
struct Subject {
    trace: Trace,
    all: Conversations,
    /// Which of them.
    id: u32,
    /// How many the capture has.
    count: usize,
    /// How many frames the capture has.
    frames: usize,
    chosen: Option<BTreeSet<FrameNumber>>,
    /// What there is to say of the file.
    opened: Opened,
}

/// Captures up to this many frames are understood as a whole: then calls have
/// their place too.
const SMALL: usize = 100_000;
/// No more frames of one conversation are fetched: more than any picture has
/// room for.
const MOST_FRAMES: usize = 50_000;
/// Items that are read in one step.
const ITEMS: usize = 1 << 16;

fn picture(asked: &Export, kind: Kind, words: &Words, output: &Output<'_>) -> Result<(), Failure> {
    let subject = subject(asked, words)?;
    if let Some(frame) = asked.network {
        let opened = subject.opened.clone();
        let bytes = network(subject, FrameNumber(frame), kind, asked, words)?;
        output.to_file(&asked.out).write(|out| out.write_all(&bytes))?;
        return pass::told_of_file(&opened, &asked.file, words, output);
    }
    let conversations = subject.all.all();
    let conversation = conversations.iter().find(|conversation| conversation.id() == subject.id).copied();
    let Some(conversation) = conversation else {
        return Err(Failure::new(Status::Failed, words.word("export-no-conversation")));
    };
    if asked.conversation.is_none() && subject.count > 1 {
        output.note(&words.say("export-one-of", &[("id", &subject.id), ("count", &subject.count)]));
    }
    let timeline = Timeline::new(&subject.trace, &subject.all, conversation);
    let picture = Picture { trace: &subject.trace, all: &subject.all, conversation, timeline: &timeline };
    let bytes = match kind {
        Kind::Png | Kind::Svg => drawn(&picture, &subject, kind, asked, words, output)?,
        Kind::Mermaid | Kind::Text | Kind::Rows(_) | Kind::Capture => {
            let wanted = Wanted { conversation: None, frames: subject.chosen.as_ref() };
            let diagram = mermaid::diagram(&picture, words, asked.absolute, wanted, subject.frames);
            let length = diagram.chars().count();
            if length > mermaid::MOST_CHARACTERS {
                let most = mermaid::MOST_CHARACTERS;
                output.note(&words.say("export-mermaid-long", &[("count", &length), ("most", &most)]));
            }
            diagram.into_bytes()
        }
    };
    output.to_file(&asked.out).write(|out| out.write_all(&bytes))?;
    pass::told_of_file(&subject.opened, &asked.file, words, output)
}

#[cfg(feature = "window")]
fn file_name(asked: &Export) -> Option<String> {
    asked.file.file_name().map(|name| name.to_string_lossy().into_owned())
}

/// How a picture is drawn, as the options say.
#[cfg(feature = "window")]
fn options<'a>(
    asked: &Export,
    words: &'a Words,
    name: Option<&'a str>,
    selected: Option<&'a BTreeSet<FrameNumber>>,
    frames: usize,
) -> crate::view::window::picture::Options<'a> {
    use super::arguments::{ScaleName, ThemeName};
    use crate::timeline::layout::Scale;

    crate::view::window::picture::Options {
        words,
        scale: match asked.scale {
            Some(ScaleName::True) => Scale::True,
            Some(ScaleName::Even) => Scale::Even,
            Some(ScaleName::Folded) | None => Scale::Folded,
        },
        dark: asked.theme == Some(ThemeName::Dark),
        width: f32::from(asked.width.unwrap_or(1000)),
        pixels_per_point: f32::from(asked.pixels_per_point.unwrap_or(2)),
        absolute: asked.absolute,
        selected,
        source: name.filter(|name| *name != "-"),
        frames,
    }
}

/// The network with the message in a frame, as a file.
#[cfg(feature = "window")]
fn network(
    subject: Subject,
    frame: FrameNumber,
    kind: Kind,
    asked: &Export,
    words: &Words,
) -> Result<Vec<u8>, Failure> {
    use crate::view::window::document::Document;
    use crate::view::window::picture::{network_png, network_svg};

    let document = Document::new(subject.trace);
    let name = file_name(asked);
    let options = options(asked, words, name.as_deref(), None, subject.frames);
    let drawn = if kind == Kind::Svg {
        network_svg(&document, frame, &options).map(String::into_bytes)
    } else {
        network_png(&document, frame, &options)
            .map_err(|error| Failure::new(Status::Failed, words.say("export-not-encoded", &[("reason", &error)])))?
    };
    drawn.ok_or_else(|| Failure::new(Status::Failed, words.say("export-no-message", &[("frame", &frame.0)])))
}

#[cfg(not(feature = "window"))]
fn network(
    _subject: Subject,
    _frame: FrameNumber,
    _kind: Kind,
    asked: &Export,
    words: &Words,
) -> Result<Vec<u8>, Failure> {
    let sentence = words.say("export-no-window", &[("ending", &ending(&asked.out))]);
    Err(Failure::new(Status::Failed, sentence))
}

/// The picture's file.
#[cfg(feature = "window")]
fn drawn(
    picture: &Picture<'_>,
    subject: &Subject,
    kind: Kind,
    asked: &Export,
    words: &Words,
    output: &Output<'_>,
) -> Result<Vec<u8>, Failure> {
    use crate::view::window::picture::{self, Drawn, MOST_PIXELS, MOST_POINTS};

    let name = file_name(asked);
    let options = options(asked, words, name.as_deref(), subject.chosen.as_ref(), subject.frames);
    let (bytes, left_out, most) = if kind == Kind::Svg {
        let Drawn { picture, left_out } = picture::svg(picture, &options);
        (picture.into_bytes(), left_out, MOST_POINTS)
    } else {
        let Drawn { picture, left_out } = picture::png(picture, &options)
            .map_err(|error| Failure::new(Status::Failed, words.say("export-not-encoded", &[("reason", &error)])))?;
        (picture, left_out, MOST_PIXELS)
    };
    if left_out > 0 {
        output.note(&words.say("export-cut-note", &[("count", &left_out), ("pixels", &most)]));
    }
    Ok(bytes)
}

#[cfg(not(feature = "window"))]
fn drawn(
    _picture: &Picture<'_>,
    _subject: &Subject,
    _kind: Kind,
    asked: &Export,
    words: &Words,
    _output: &Output<'_>,
) -> Result<Vec<u8>, Failure> {
    let sentence = words.say("export-no-window", &[("ending", &ending(&asked.out))]);
    Err(Failure::new(Status::Failed, sentence))
}

/// Reads the capture and fetches one conversation's frames: the one that is
/// asked for, or the first that has a chosen frame.
fn subject(asked: &Export, words: &Words) -> Result<Subject, Failure> {
    let failed = |error: FileError| Failure::new(Status::Failed, words.file_error_at(&error, &asked.file));
    let reread = |source: io::Error| failed(FileError::Read { source });
    let filter = asked.filter.as_deref().map(|text| pass::parse(text, words)).transpose()?;
    let capture = if asked.file.is_file() {
        let (mut reading, mut capture) = Reading::open(&asked.file).map_err(failed)?;
        while reading.step(&mut capture, ITEMS, |_, _| {}) == Step::More {}
        capture
    } else {
        let source = pass::source(&asked.file).map_err(failed)?;
        let (mut reading, mut capture) = Reading::stream(source).map_err(failed)?;
        while reading.step(&mut capture, ITEMS, |_, _| {}) == Step::More {}
        capture
    };
    let (count, frames) = (capture.survey().len(), capture.index().len());
    if let Some(id) = asked.conversation
        && capture.survey().conversation(id).is_none()
    {
        let sentence = words.say("no-conversation", &[("id", &id), ("count", &count)]);
        return Err(Failure::new(Status::Usage, sentence));
    }
    let whole = frames <= SMALL;
    let mut trace = if whole || filter.is_some() { capture.whole().map_err(reread)? } else { Trace::default() };
    let chosen = filter.map(|filter| filter::select(&trace, &filter));
    let of = |frame: FrameNumber| capture.index().get(frame).and_then(|entry| entry.conversation);
    let first = chosen.iter().flatten().find_map(|frame| of(*frame));
    let id = asked.conversation.or(first).unwrap_or(0);
    if !whole {
        let numbers = capture.frames_of(id).into_iter().take(MOST_FRAMES);
        trace = capture.trace(numbers).map_err(reread)?;
    }
    let mut all = conversations(&trace);
    if !whole {
        all.number(id);
    }
    Ok(Subject { trace, all, id, count, frames, chosen, opened: capture.opened().clone() })
}
