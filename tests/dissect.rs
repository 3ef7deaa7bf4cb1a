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
    use wirelens::model::Place;
    use wirelens::source::file;
    use wirelens::trace::FrameNumber;

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

    /// A frame where a field is not what tshark prints.
    struct Difference<'a> {
        file: &'a str,
        /// tshark's protocols, `eth:ethertype:ip:tcp`.
        protocols: &'a str,
        field: &'static str,
        ours: &'a str,
        theirs: &'a str,
    }

    /// Why it differs, where it is meant to.
    fn argued(difference: &Difference<'_>) -> Option<&'static str> {
        let Difference { file, protocols, field, ours, theirs } = *difference;
        let of = |prefix: &str| field == prefix || field.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('.'));
        let (missed, extra) = (ours.is_empty(), theirs.is_empty());
        let is_application = of("http") || of("tls") || of("dns") || of("bgp") || of("ssh") || of("mdns");
        Some(match () {
            () if theirs.contains("<none>") || theirs.contains("<MISSING>") => "no bytes are no field",
            () if of("http") && missed => {
                "the middle of a message, HTTP/0.9, HTTP over UDP or over a proxy's connection"
            }
            () if of("tls") && missed => "the middle of a record, or TLS found by what went before",
            () if is_application && extra => "out of order, sent again, or tshark takes it for another protocol",
            () if of("tls") => "a record that goes on in the next segment is shown where it starts",
            () if of("http") => "more messages in one segment than whole ones",
            () if field == "dns.resp.name" => "Wireshark splits the name of a service record in three",
            () if field == "dns.resp.type" => "Wireshark lists the types that NSEC says exist under the same name",
            () if of("dns") && file.contains("edns") => "tshark gives up at the broken option",
            () if of("dns") && file.contains("dns_udp") => "of a cut record, what is there is shown",
            () if of("tcp.pdu") => "of protocols other than DNS",
            () if of("dns") && (file.contains("quic") || file.contains("someip")) => "tshark guesses from the bytes",
            () if theirs.contains("<Name too long>") || file.contains("badlabel") || file.contains("fwdptr") => {
                "pointers forwards, labels of no kind: such a name is none"
            }
            () if file.contains("max-compression") => "an empty name has no labels, or one",
            () if field == "udp.payload" => "tshark's goes on behind the length that the header states",
            () if protocols.contains("icmp:ip:tcp") => "of what is quoted, tshark says less",
            () if protocols.contains("udp:mpls") || protocols.contains("routing:eth") => "a tunnel not opened",
            () if protocols.contains(":ip:ipv6") => "IPv6 announced as IPv4",
            () if protocols.starts_with("eth:eth:") => "Cisco's ISL, guessed from the address",
            () if protocols == "eth" => "a frame shorter than its header: what is there is shown",
            () if file.contains("length-zero") || file.contains("missing_jumbo") || file.contains("negative_len") => {
                "a length of 0 is left to the hardware, not a packet without payload"
            }
            () if of("ipv6.opt") && missed => "an option that runs past its header",
            () if file.contains("mobility-dst-opts") => "an option that runs past its header: what follows is shown",
            () if field == "icmpv6.opt.prefix" || field == "icmpv6.opt.prefix.length" => "route information",
            () if of("tcp.options.unknown") && extra => "an option tshark names but does not show",
            () if matches!(field, "tcp.flags.ae" | "tcp.flags.cwr" | "tcp.flags.ece") && extra => {
                "where both agreed on accurate ECN, tshark shows one counter instead"
            }
            () if of("tcp.options.mptcp.checksum") => "tshark shows it only where the connection agreed on checksums",
            () if field == "tcp.payload" => "a reset's reason is payload, too",
            () if field == "llc.pid" => "Wireshark names it after the organization",
            () if field == "sll.etype" => "Wireshark names it after GRE on a GRE interface",
            () if matches!(field, "eth.padding" | "eth.trailer" | "eth.fcs") => {
                "behind a VLAN tag, a cooked header, or a protocol whose length is not read"
            }
            () if of("bgp") => "a marker in the middle of another message",
            () if protocols.contains("malformed") => "of a malformed packet, what is there is shown",
            () if MADE_TO_BREAK.iter().any(|part| file.contains(part)) => {
                "made to break a reader: what is there is shown"
            }
            () if of("icmpv6") && missed => "messages and options not read: RPL, router renumbering",
            () => return None,
        })
    }

    /// Files whose frames contradict themselves on purpose.
    const MADE_TO_BREAK: [&str; 7] = ["oobr", "asan", "heapoverflow", "trunc", "invalid", "bigtcp", "too-long"];

    /// How often a field agreed, and every difference without a reason.
    #[derive(Default)]
    struct Tally {
        same: BTreeMap<&'static str, usize>,
        argued: BTreeMap<&'static str, usize>,
        unexplained: Vec<String>,
    }

    impl Tally {
        fn compare(&mut self, path: &Path, name: &str, fields: &[FieldId]) -> Option<()> {
            let Ok(opened) = file::open(path) else { return Some(()) };
            let rows = tshark(path, fields)?;
            for (number, row) in (1_u32..).zip(&rows) {
                let Some((_, place, frame)) = opened.trace.frame(FrameNumber(number)) else { break };
                let Some(Place::Interface { link_type, .. }) = opened.trace.place(place) else { continue };
                let protocols = &row[0];
                if is_tunnel(protocols) {
                    continue;
                }
                let mut ours = Printed::default();
                decode::dissect(*link_type, &frame.bytes, frame.original_length, &mut ours);
                for (field, theirs) in fields.iter().zip(&row[1..]) {
                    let ours = ours.0.get(field).map_or("", String::as_str);
                    // Of a header, tshark prints a whole sentence.
                    let same = if field.kind() == Kind::Protocol {
                        ours.is_empty() == theirs.is_empty()
                    } else {
                        ours == theirs
                    };
                    if same {
                        *self.same.entry(field.name()).or_default() += usize::from(!ours.is_empty());
                        continue;
                    }
                    let difference = Difference { file: name, protocols, field: field.name(), ours, theirs };
                    if argued(&difference).is_some() {
                        *self.argued.entry(field.name()).or_default() += 1;
                    } else {
                        let clip = |text: &str| text.chars().take(60).collect::<String>().replace(BETWEEN, ",");
                        let (ours, theirs) = (clip(ours), clip(theirs));
                        let field = field.name();
                        let line = format!("{name} {number} {field}: ours {ours:?} theirs {theirs:?} [{protocols}]");
                        self.unexplained.push(line);
                    }
                }
            }
            Some(())
        }
    }

    /// One file of sixteen; `WIRELENS_CORPUS_STEP=1` takes all.
    #[test]
    fn every_field_is_what_tshark_prints() {
        let corpus = corpus();
        let Ok(index) = std::fs::read_to_string(corpus.join("INDEX.tsv")) else { return skip("no corpus") };
        let fields: Vec<FieldId> = FieldId::all().filter(|field| is_of_the_bytes(*field)).collect();
        let step = std::env::var("WIRELENS_CORPUS_STEP").ok().and_then(|step| step.parse().ok()).unwrap_or(16);
        let mut tally = Tally::default();
        for line in index.lines().skip(1).step_by(step) {
            let columns: Vec<&str> = line.split('\t').collect();
            let (name, packets) = (columns[0], columns[5].parse().unwrap_or(0_usize));
            if packets < 3_000 && tally.compare(&corpus.join(name), name, &fields).is_none() {
                return skip("no tshark");
            }
        }
        let all = |counts: &BTreeMap<&str, usize>| counts.values().sum::<usize>();
        let (same, argued, unexplained) = (all(&tally.same), all(&tally.argued), tally.unexplained.len());
        let names = tally.same.values().filter(|same| **same > 0).count();
        eprintln!("{same} values of {names} fields as tshark prints them, {argued} argued, {unexplained} unexplained");
        if let Ok(path) = std::env::var("WIRELENS_DISSECT_REPORT") {
            let lines = fields.iter().map(|field| {
                let count = |counts: &BTreeMap<&str, usize>| counts.get(field.name()).copied().unwrap_or(0);
                format!("{}\t{}\t{}\n", field.name(), count(&tally.same), count(&tally.argued))
            });
            std::fs::write(path, lines.collect::<String>()).unwrap();
        }
        assert!(tally.unexplained.is_empty(), "{unexplained} unexplained:\n{}", tally.unexplained.join("\n"));
        assert!(same > 20_000 && argued * 50 < same, "{same} the same, {argued} argued");
    }
}
