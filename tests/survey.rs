//! A capture in outline and the same one in full tell the same: over the
//! captures that ship, and over a corpus that is not part of the project (see
//! tests/corpus.rs). Skips loudly where there is no corpus.

#[cfg(test)]
#[path = "support/skip.rs"]
mod skip;

#[cfg(test)]
mod survey {
    use std::path::{Path, PathBuf};
    use std::process::Command;

    use wirelens::conversation::{Brief, Conversation, Survey, conversations};
    use wirelens::model::Protocol;
    use wirelens::source::file;
    use wirelens::source::shipped::SHIPPED;
    use wirelens::trace::Trace;

    use super::skip::skip;

    fn corpus() -> PathBuf {
        let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
        std::env::var_os("WIRELENS_CORPUS").map_or_else(beside, PathBuf::from)
    }

    /// What of a conversation both know.
    fn brief(conversation: Conversation<'_>) -> Brief {
        let frames = conversation.frames();
        let known = Brief {
            id: conversation.id(),
            protocol: Protocol::Udp,
            addresses: conversation.addresses(),
            opening: None,
            closing: None,
            bytes: conversation.bytes(),
            messages: u32::try_from(frames.len()).unwrap(),
            first: frames[0],
            began: wirelens::model::Timestamp::default(),
            ended: wirelens::model::Timestamp::default(),
            found: 0,
        };
        match conversation {
            Conversation::Tcp(tcp) => Brief {
                protocol: Protocol::Tcp,
                opening: Some(tcp.opening),
                closing: Some(tcp.closing),
                messages: u32::try_from(tcp.segments.len()).unwrap(),
                found: u32::try_from(tcp.segments.iter().filter(|segment| segment.row.has_findings()).count()).unwrap(),
                ..known
            },
            Conversation::Udp(udp) => {
                let data = |datagram: &&wirelens::conversation::Datagram| {
                    datagram.content == wirelens::conversation::DatagramContent::Data
                };
                let messages = udp.datagrams.iter().filter(data).count();
                Brief { messages: u32::try_from(messages).unwrap(), ..known }
            }
        }
    }

    /// What differs between the two.
    fn differences(trace: &Trace) -> Vec<String> {
        let full = conversations(trace);
        let all = full.all();
        let outline = Survey::of(trace);
        let mut wrong = Vec::new();
        for conversation in &all {
            let known = brief(*conversation);
            let found =
                outline.conversation(known.id).map(|brief| Brief { began: known.began, ended: known.ended, ..brief });
            if found != Some(known) {
                wrong.push(format!("in full {known:?}\n in outline {found:?}"));
            }
        }
        if outline.len() != all.len() {
            wrong.push(format!("{} in full, {} in outline", all.len(), outline.len()));
        }
        wrong
    }

    #[test]
    fn an_outline_tells_what_the_whole_tells() {
        for shipped in SHIPPED {
            assert_eq!(differences(&shipped.open().unwrap().trace), Vec::<String>::new(), "{}", shipped.id);
        }
        let Ok(index) = std::fs::read_to_string(corpus().join("INDEX.tsv")) else {
            return skip("no corpus");
        };
        let mut wrong = Vec::new();
        for line in index.lines().skip(1) {
            let path = corpus().join(line.split('\t').next().unwrap());
            let Ok(opened) = file::open(&path) else { continue };
            let found = differences(&opened.trace);
            if let Some(first) = found.first() {
                wrong.push(format!("{}: {} differ: {first}", path.display(), found.len()));
            }
        }
        assert!(wrong.is_empty(), "{} captures:\n{}", wrong.len(), wrong.join("\n"));
    }

    /// One connection at four interfaces of a real network: 60 frames, 15
    /// segments.
    #[test]
    fn four_interfaces_show_one_connection() {
        let path = corpus().join("lab-linux/clean-four-hops.pcapng");
        let Ok(opened) = file::open(&path) else { return skip("no corpus") };
        let all = conversations(&opened.trace);
        assert_eq!(all.tcp.len(), 1);
        let segments = &all.tcp[0].segments;
        assert_eq!(segments.len(), 15);
        for segment in segments {
            assert_eq!(segment.seen_at.len(), 4, "frame {}", segment.frame.0);
            assert_eq!(segment.findings, []);
        }
        let fields = Command::new(env!("CARGO_BIN_EXE_wirelens"))
            .args(["fields", "-Y", "tcp.analysis.flags", "-e", "frame.number"])
            .arg(&path)
            .output()
            .unwrap();
        assert_eq!(String::from_utf8(fields.stdout).unwrap(), "");
    }
}
