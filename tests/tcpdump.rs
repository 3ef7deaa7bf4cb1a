//! `--format tcpdump` against tcpdump itself.

#[path = "support/skip.rs"]
mod skip;

#[cfg(test)]
mod tcpdump {
    use std::collections::BTreeMap;
    use std::fmt::Write as _;
    use std::path::{Path, PathBuf};
    use std::process::{Command, Stdio};

    use wirelens::decode::dissect;
    use wirelens::model::{LinkType, Place, Timestamp};
    use wirelens::source::file;
    use wirelens::view::tcpdump::{Captured, Fields, TcpdumpLines};

    use crate::skip::skip;

    /// Our lines, the clock being UTC; `None` where the file cannot be read to
    /// its end.
    fn ours(path: &Path) -> Option<Vec<String>> {
        let opened = file::open(path).ok()?;
        let (mut lines, mut fields, mut out) = (TcpdumpLines::default(), Fields::default(), String::new());
        for (_, at, place, frame) in opened.trace.frames() {
            let Some(Place::Interface { link_type, .. }) = opened.trace.place(place) else { return None };
            let (link_type, original_length) = (*link_type, frame.original_length);
            fields.clear();
            dissect(link_type, &frame.bytes, original_length, &mut fields);
            lines.append(&Captured { at, utc_offset: 0, link_type, original_length }, &fields, &mut out);
        }
        Some(out.lines().map(str::to_owned).collect())
    }

    /// tcpdump's lines, the first one of each packet.
    fn theirs(path: &Path) -> Option<Vec<String>> {
        let mut command = Command::new("tcpdump");
        let command = command.arg("-n").arg("-r").arg(path).env("TZ", "UTC").stdin(Stdio::null());
        let said = command.stderr(Stdio::null()).output().ok()?.stdout;
        let lines: String = said.iter().map(|byte| char::from(*byte)).collect();
        // What else is said of a packet is indented.
        Some(
            lines
                .split('\n')
                .filter(|line| line.starts_with(|first: char| first.is_ascii_digit()))
                .map(str::to_owned)
                .collect(),
        )
    }

    fn corpus() -> PathBuf {
        let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
        std::env::var_os("WIRELENS_CORPUS").map_or_else(beside, PathBuf::from)
    }

    /// What a line of tcpdump's is about, of what we decode.
    fn subject(line: &str) -> Option<&'static str> {
        let (_, line) = line.split_once(' ')?;
        if line.starts_with("ARP, ") {
            return Some("ARP");
        }
        let line = line.strip_prefix("IP ").or_else(|| line.strip_prefix("IP6 "))?;
        let (way, rest) = line.split_once(": ")?;
        let (_, to) = way.split_once(" > ")?;
        // The ports of protocols that we do not decode, but tcpdump does.
        let dns = to.ends_with(".53") || to.ends_with(".5353") || way.contains(".53 > ") || way.contains(".5353 > ");
        match rest {
            _ if ["igmp", "ICMP6, RPL", "ICMP6, who-are", "ICMP6, router re"]
                .iter()
                .any(|other| rest.starts_with(other)) =>
            {
                None
            }
            _ if rest.starts_with("Flags [") => Some("TCP"),
            _ if rest.starts_with("UDP, ") => Some("UDP"),
            _ if rest.starts_with("ICMP ") => Some("ICMP"),
            _ if rest.starts_with("ICMP6, ") => Some("ICMPv6"),
            _ if rest.starts_with("HBH ICMP6, ") => Some("ICMPv6"),
            _ if dns => Some("DNS"),
            _ => None,
        }
    }

    fn captures() -> Vec<PathBuf> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("captures");
        let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let mut files: Vec<PathBuf> =
            files.filter(|path| path.extension().is_some_and(|kind| kind == "pcapng")).collect();
        files.sort();
        files
    }

    fn installed() -> bool {
        Command::new("tcpdump").arg("--version").output().is_ok()
    }

    #[test]
    fn lines_of_the_shipped_captures() {
        let mut text = String::new();
        for path in captures() {
            writeln!(text, "{}", path.file_name().unwrap().display()).unwrap();
            for line in ours(&path).unwrap() {
                writeln!(text, "    {line}").unwrap();
            }
        }
        insta::assert_snapshot!(text);
    }

    #[test]
    fn the_shipped_captures_read_as_in_tcpdump() {
        if !installed() {
            return skip("no tcpdump");
        }
        for path in captures() {
            assert_eq!(ours(&path), theirs(&path), "{}", path.display());
        }
    }

    /// The line of an IPv4 datagram with this payload behind its header.
    fn line_of(protocol: u8, payload: &[u8]) -> String {
        let mut packet = vec![0x45, 0, 0, 0, 0, 0, 0, 0, 64, protocol, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2];
        packet.extend(payload);
        let length = u16::try_from(packet.len()).unwrap();
        packet[2..4].copy_from_slice(&length.to_be_bytes());
        let (link_type, original_length) = (LinkType::RAW, length.into());
        let (mut fields, mut out) = (Fields::default(), String::new());
        dissect(link_type, &packet, original_length, &mut fields);
        let at = Timestamp::from_nanos(-1);
        let captured = Captured { at, utc_offset: 3600, link_type, original_length };
        TcpdumpLines::default().append(&captured, &fields, &mut out);
        out
    }

    #[test]
    fn what_a_terminal_obeys_never_comes_through() {
        let query =
            [&[0, 53, 0, 53, 0, 34, 0, 0, 0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0][..], b"\x08a\x1b[31m\x07b\0\0\x01\0\x01"]
                .concat();
        assert_eq!(line_of(17, &query), "00:59:59.999999 IP 10.0.0.1.53 > 10.0.0.2.53: 7+ A? a^[[31m^Gb. (26)\n");
        let request =
            [&[0, 80, 0, 80, 0, 0, 0, 1, 0, 0, 0, 1, 0x50, 16, 1, 0, 0, 0, 0, 0][..], b"GET \x1b]0;x\x07\r\n"].concat();
        let line = line_of(6, &request);
        assert_eq!(
            line,
            "00:59:59.999999 IP 10.0.0.1.80 > 10.0.0.2.80: Flags [.], seq 1:13, ack 1, win 256, length 12: HTTP\n"
        );
    }

    #[derive(Default)]
    struct Score {
        same: u32,
        beyond: u32,
        all: u32,
        /// The first differences.
        differences: String,
    }

    /// Line by line over all of a corpus that is not part of the project.
    #[test]
    fn lines_are_those_of_tcpdump() {
        let Ok(index) = std::fs::read_to_string(corpus().join("INDEX.tsv")) else {
            return skip("no corpus");
        };
        if !installed() {
            return skip("no tcpdump");
        }
        let mut scores: BTreeMap<&str, Score> = BTreeMap::new();
        let (mut compared, mut uneven, mut unread) = (0, 0, 0);
        for row in index.lines().skip(1) {
            let name = row.split('\t').next().unwrap();
            let path = corpus().join(name);
            let (Some(ours), Some(theirs)) = (ours(&path), theirs(&path)) else { continue };
            if ours.len() != theirs.len() {
                uneven += 1;
                continue;
            }
            compared += 1;
            for (number, (ours, theirs)) in ours.iter().zip(&theirs).enumerate() {
                assert!(!ours.chars().any(|character| character.is_control() && character != '\t'), "{name}: {ours:?}");
                let Some(subject) = subject(theirs) else { continue };
                // A link layer, or a tunnel's, that we do not read.
                if [" link type ", " ethertype Unknown "].iter().any(|unread| ours.contains(unread)) {
                    unread += 1;
                    continue;
                }
                let score = scores.entry(subject).or_default();
                // The same, and then a protocol that only tcpdump reads.
                if subject == "TCP" && ours != theirs && theirs.starts_with(ours.as_str()) && ours.contains(", length ")
                {
                    score.beyond += 1;
                    continue;
                }
                score.all += 1;
                if ours == theirs {
                    score.same += 1;
                } else if score.all - score.same <= 60 {
                    writeln!(score.differences, "{name} {}\n  tcpdump  {theirs}\n  wirelens {ours}", number + 1)
                        .unwrap();
                }
            }
        }
        println!(
            "{compared} files compared, {uneven} with another number of packets, {unread} lines of link layers not read"
        );
        for (subject, score) in &scores {
            let Score { same, all, beyond, differences } = score;
            println!(
                "{subject}: {same} of {all} lines the same ({beyond} more up to a protocol inside that we do not decode)\n{differences}"
            );
        }
        for (subject, least) in [("TCP", 990), ("UDP", 990), ("ARP", 990), ("DNS", 900), ("ICMP", 900), ("ICMPv6", 900)]
        {
            let score = &scores[subject];
            assert!(score.same * 1000 >= score.all * least, "{subject}: {} of {}", score.same, score.all);
        }
    }
}
