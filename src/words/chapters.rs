//! Stories through several conversations, chapter by chapter.

use std::fmt::Display;
use std::net::IpAddr;

use super::{Words, printable};
use crate::conversation::chapters::{Chapter, Event, Neighbour, Story};
use crate::model::Topology;
use crate::trace::FrameNumber;

/// Response codes of DNS that everybody meets, by number (RFC 1035 §4.1.1).
const CODES: [&str; 6] = ["NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED"];

impl Words {
    /// What a story is about.
    pub fn story_title(&self, story: &Story) -> String {
        let name = printable(story.name.as_bytes());
        let led = story.chapters.iter().any(|chapter| matches!(chapter.what, Event::Opening { .. }));
        let key = if led { "story-title" } else { "story-title-nowhere" };
        self.say(key, &[("name", &name), ("count", &story.chapters.len())])
    }

    /// What a chapter is, in a few words.
    pub fn chapter_title(&self, chapter: &Chapter) -> String {
        let key = match &chapter.what {
            Event::Exchange { request: None, status: None, .. } => "chapter-exchange-title-other",
            Event::Neighbours(_)
            | Event::Lookup { .. }
            | Event::Opening { .. }
            | Event::Exchange { .. }
            | Event::Closing { .. } => &format!("chapter-{}-title", chapter.what.name()),
        };
        self.word(key)
    }

    /// What happens in a chapter of `story`; hosts have their names where the
    /// `map` knows them.
    pub fn chapter(&self, story: &Story, chapter: &Chapter, map: Option<&Topology>) -> String {
        let name = printable(story.name.as_bytes());
        match &chapter.what {
            Event::Neighbours(neighbours) => {
                let told = neighbours.iter().map(|neighbour| self.neighbour(neighbour, map)).collect::<Vec<_>>();
                told.join(self.choose("; ", "；"))
            }
            Event::Lookup { server, questions, answers, addresses, refused } => {
                let server = host(server.ip(), map);
                let came = match (refused, addresses.as_slice()) {
                    (Some(code), _) => {
                        let number = code.to_string();
                        let code = CODES.get(usize::from(*code)).copied().unwrap_or(&number);
                        self.say("chapter-lookup-refused", &[("code", &code)])
                    }
                    (None, _) if *answers == 0 => self.word("chapter-lookup-silence"),
                    (None, []) => self.word("chapter-lookup-none"),
                    (None, addresses) => {
                        let list = addresses.iter().map(ToString::to_string).collect::<Vec<_>>();
                        let list = list.join(self.choose(", ", "、"));
                        self.say("chapter-lookup-addresses", &[("name", &name), ("addresses", &list)])
                    }
                };
                let facts: [(&str, &dyn Display); 4] =
                    [("server", &server), ("name", &name), ("count", questions), ("came", &came)];
                self.say("chapter-lookup", &facts)
            }
            Event::Opening { server, opening, segments } => {
                let port = server.port();
                let facts: [(&str, &dyn Display); 4] = [
                    ("server", &host(server.ip(), map)),
                    ("port", &port),
                    ("opening", &self.opening(*opening)),
                    ("count", segments),
                ];
                self.say("chapter-opening", &facts)
            }
            Event::Exchange { request, status, bytes, segments } => {
                let mut told = Vec::new();
                if let Some(request) = request {
                    told.push(self.say("chapter-request", &[("request", &printable(request.as_bytes()))]));
                }
                if let Some(status) = status {
                    told.push(self.say("chapter-status", &[("status", status)]));
                }
                let facts: [(&str, &dyn Display); 3] =
                    [("client", &bytes.client), ("server", &bytes.server), ("count", segments)];
                told.push(self.say("chapter-exchange", &facts));
                told.join(self.choose("; ", "；"))
            }
            Event::Closing { closing, first, segments } => {
                let facts: [(&str, &dyn Display); 3] =
                    [("who", &self.end(*first)), ("closing", &self.closing(*closing)), ("count", segments)];
                self.say("chapter-closing", &facts)
            }
        }
    }

    fn neighbour(&self, neighbour: &Neighbour, map: Option<&Topology>) -> String {
        let mac = neighbour.mac.map(|mac| mac.to_string()).unwrap_or_default();
        let (by, of) = (host(neighbour.by, map), host(neighbour.of, map));
        self.say("chapter-neighbour", &[("by", &by), ("of", &of), ("mac", &mac)])
    }

    /// Which frames: `1–5, 8`.
    pub fn frame_ranges(&self, frames: &[FrameNumber]) -> String {
        let mut ranges: Vec<(u32, u32)> = Vec::new();
        for frame in frames {
            match ranges.last_mut() {
                Some((_, last)) if last.checked_add(1) == Some(frame.0) => *last = frame.0,
                _ => ranges.push((frame.0, frame.0)),
            }
        }
        let text =
            |(first, last): (u32, u32)| if first == last { first.to_string() } else { format!("{first}–{last}") };
        let list = ranges.into_iter().map(text).collect::<Vec<_>>().join(self.choose(", ", "、"));
        self.say("chapter-frames", &[("count", &frames.len()), ("frames", &list)])
    }
}

/// A host by its name and address, or by its address alone.
fn host(address: IpAddr, map: Option<&Topology>) -> String {
    let name = map.and_then(|map| {
        let (_, node, _) = map.hosts().find(|(id, ..)| map.addresses(*id).any(|own| own == address))?;
        Some(&node.name)
    });
    name.map_or_else(|| address.to_string(), |name| format!("{name} ({address})"))
}
