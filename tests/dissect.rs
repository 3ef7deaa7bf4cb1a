//! Every field of every frame as tshark prints it: over a sample of a corpus of
//! real captures that is not part of the project (see tests/corpus.rs). Skips
//! loudly where there is no corpus, or no tshark.

#[cfg(test)]
#[path = "support/skip.rs"]
mod skip;

#[cfg(test)]
mod dissect {
    use std::collections::BTreeMap;
    use std::ops::Range;
    use std::path::{Path, PathBuf};
    use std::process::{Command, Stdio};

    use wirelens::decode::{self, FieldId, FieldSink, FieldValue, Kind};
    use wirelens::model::{LinkType, Place};
    use wirelens::source::file;

    use super::skip::skip;

    /// Between the values of one field in one frame.
    const BETWEEN: char = '\u{1f}';

    /// What tshark is asked to leave out: whatever needs another frame.
    const PREFERENCES: [&str; 12] = [
        "tcp.desegment_tcp_streams:FALSE",
        "tcp.check_checksum:TRUE",
        "tcp.relative_sequence_numbers:FALSE",
        "tcp.try_heuristic_first:FALSE",
        "udp.check_checksum:TRUE",
        "ip.check_checksum:TRUE",
        "ip.defragment:FALSE",
        "ipv6.defragment:FALSE",
        "tls.desegment_ssl_records:FALSE",
        "tls.desegment_ssl_application_data:FALSE",
        "http.desegment_headers:FALSE",
        "http.desegment_body:FALSE",
    ];

    /// Fields that take a memory across frames, or the file's: not dissect's.
    fn is_of_the_bytes(field: FieldId) -> bool {
        let name = field.name();
        let remembered = [
            "tcp.stream",
            "tcp.completeness",
            "tcp.seq",
            "tcp.ack",
            "tcp.nxtseq",
            "tcp.window_size",
            "tcp.window_size_scalefactor",
            "tcp.flags.str",
            "tcp.time_relative",
            "tcp.time_delta",
            "tcp.segment_data",
            "tcp.reassembled_in",
            "udp.stream",
            "udp.time_relative",
            "udp.time_delta",
        ];
        !name.starts_with("frame") && !name.starts_with("tcp.analysis") && !remembered.contains(&name)
    }

    /// All values of one frame, by field.
    #[derive(Default)]
    struct Printed(BTreeMap<FieldId, String>);

    impl Printed {
        fn add(&mut self, field: FieldId, value: &FieldValue<'_>) {
            let text = self.0.entry(field).or_default();
            if !text.is_empty() {
                text.push(BETWEEN);
            }
            decode::print(field.kind(), value, text);
        }
    }

    impl FieldSink for Printed {
        fn open(&mut self, field: FieldId, _span: Range<usize>, bytes: &[u8]) {
            let value = if field.kind() == Kind::Bytes { FieldValue::Bytes(bytes) } else { FieldValue::Present };
            self.add(field, &value);
        }

        fn field(&mut self, field: FieldId, _span: Range<usize>, value: FieldValue<'_>) {
            self.add(field, &value);
        }

        fn close(&mut self) {}
    }

    fn corpus() -> PathBuf {
        let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
        std::env::var_os("WIRELENS_CORPUS").map_or_else(beside, PathBuf::from)
    }

    /// tshark's answer: a row per frame, its protocols and then each field.
    fn tshark(path: &Path, fields: &[FieldId]) -> Option<Vec<Vec<String>>> {
        let mut command = Command::new("tshark");
        command.args(["-n", "-T", "fields", "-E", "occurrence=a", "-E", &format!("aggregator={BETWEEN}")]);
        for preference in PREFERENCES {
            command.args(["-o", preference]);
        }
        command.args(["-e", "frame.protocols"]);
        for field in fields {
            command.args(["-e", field.name()]);
        }
        let output = command.arg("-r").arg(path).stderr(Stdio::null()).output().ok()?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        Some(text.lines().map(|line| line.split('\t').map(str::to_owned).collect()).collect())
    }

    /// Whether tshark found something of ours behind something that is not ours:
    /// a tunnel we do not open.
    fn is_tunnel(protocols: &str) -> bool {
        let ours = FieldId::all().filter(|field| field.kind() == Kind::Protocol).map(FieldId::name).collect::<Vec<_>>();
        let neither = ["ethertype", "raw", "ppp_hdlc", "data"];
        let mut foreign = false;
        for protocol in protocols.split(':') {
            if ours.contains(&protocol) {
                if foreign {
                    return true;
                }
            } else if !neither.contains(&protocol) {
                foreign = true;
            }
        }
        false
    }

    #[test]
    fn report() {
        let corpus = corpus();
        let Ok(index) = std::fs::read_to_string(corpus.join("INDEX.tsv")) else { return skip("no corpus") };
        let fields: Vec<FieldId> = FieldId::all().filter(|field| is_of_the_bytes(*field)).collect();
        let filter = std::env::var("ONLY").unwrap_or_default();
        let step: usize = std::env::var("STEP").ok().and_then(|step| step.parse().ok()).unwrap_or(1);
        let mut counts: BTreeMap<&str, [usize; 4]> = BTreeMap::new();
        let mut examples: BTreeMap<(&str, usize), Vec<String>> = BTreeMap::new();
        for (number, line) in index.lines().skip(1).enumerate() {
            let columns: Vec<&str> = line.split('\t').collect();
            let (name, packets) = (columns[0], columns[5].parse().unwrap_or(0_usize));
            if !name.contains(&filter) || number % step != 0 || packets > 3000 {
                continue;
            }
            let path = corpus.join(name);
            let Ok(opened) = file::open(&path) else { continue };
            let Some(rows) = tshark(&path, &fields) else { return skip("no tshark") };
            for (number, row) in (1_u32..).zip(&rows) {
                let Some((_, place, frame)) = opened.trace.frame(wirelens::trace::FrameNumber(number)) else { break };
                let Some(Place::Interface { link_type, .. }) = opened.trace.place(place) else { continue };
                if is_tunnel(&row[0]) {
                    continue;
                }
                let mut ours = Printed::default();
                decode::dissect(*link_type, &frame.bytes, frame.original_length, &mut ours);
                for (field, theirs) in fields.iter().zip(&row[1..]) {
                    let ours = ours.0.get(field).map_or("", String::as_str);
                    if ours.is_empty() && theirs.is_empty() {
                        continue;
                    }
                    let same = if field.kind() == Kind::Protocol {
                        ours.is_empty() == theirs.is_empty()
                    } else {
                        ours == theirs
                    };
                    if theirs.contains("<none>") || theirs.contains("<MISSING>") {
                        continue;
                    }
                    let class = match (same, ours.is_empty(), theirs.is_empty()) {
                        (true, ..) => 0,
                        (_, true, _) => 1,
                        (_, _, true) => 2,
                        _ => 3,
                    };
                    counts.entry(field.name()).or_default()[class] += 1;
                    if class > 0 {
                        let list = examples.entry((field.name(), class)).or_default();
                        if list.len() < 400 {
                            let clip = |text: &str| text.chars().take(60).collect::<String>().replace(BETWEEN, ",");
                            list.push(format!(
                                "{name} {number} ours {:?} theirs {:?} [{}]",
                                clip(ours),
                                clip(theirs),
                                row[0]
                            ));
                        }
                    }
                }
            }
        }
        for (name, [same, missed, extra, differ]) in &counts {
            eprintln!("FIELD {name} {same} missed {missed} extra {extra} differ {differ}");
            for class in 1..4 {
                for example in examples.get(&(name, class)).into_iter().flatten() {
                    eprintln!("   EX {name} {class} {example}");
                }
            }
        }
        let _ = LinkType::RAW;
    }
}
