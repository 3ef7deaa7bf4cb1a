//! The packet list: golden lines for captures that come with the program, and
//! what tshark says of a corpus of real captures, line by line.
//!
//! The corpus is no part of the project: it is looked for in
//! `WIRELENS_CORPUS`, or in `../shared/corpus` beside the project. Every
//! twentieth of its files is compared, all where `WIRELENS_CORPUS_WHOLE` is set.

#[path = "support/skip.rs"]
mod skip;

#[cfg(test)]
mod table {
    use std::collections::BTreeMap;
    use std::ops::Range;
    use std::path::{Path, PathBuf};
    use std::process::Command;

    use wirelens::decode::{FieldId, FieldSink, FieldValue, MacAddress, dissect};
    use wirelens::model::{Frame, LinkType, Place};
    use wirelens::source::file;
    use wirelens::trace::Trace;
    use wirelens::view::table::{Options, TableLine};

    use super::skip;

    /// What takes a memory across frames is fed from outside the bytes.
    const NOWHERE: Range<usize> = 0..0;

    fn feed(line: &mut TableLine, field: FieldId, value: u64) {
        line.field(field, NOWHERE, FieldValue::Number(value));
    }

    /// Every frame with its link type, its number and its time since the first.
    fn frames(trace: &Trace) -> Vec<(u64, i64, LinkType, &Frame)> {
        let first = trace.frames().next().map(|(_, at, ..)| at);
        let frame = |(number, (_, at, place, frame)): (u64, (_, wirelens::model::Timestamp, _, _))| {
            let Some(Place::Interface { link_type, .. }) = trace.place(place) else {
                panic!("frames are of interfaces")
            };
            (number, at.since(first.unwrap()).nanos(), *link_type, frame)
        };
        (1..).zip(trace.frames()).map(frame).collect()
    }

    fn read(line: &mut TableLine, (number, time, link_type, frame): (u64, i64, LinkType, &Frame)) {
        line.clear();
        line.set_link_type(link_type);
        feed(line, FieldId::FRAME_NUMBER, number);
        feed(line, FieldId::FRAME_LEN, frame.original_length.into());
        line.field(FieldId::FRAME_TIME_RELATIVE, NOWHERE, FieldValue::Nanos(time));
        dissect(link_type, &frame.bytes, frame.original_length, line);
    }

    /// The little of a memory that undisturbed connections need.
    #[derive(Default)]
    struct Connections {
        /// By ports, from and to: the first number and the scale of the window.
        ends: BTreeMap<(u64, u64), (u64, u64)>,
    }

    /// The numbers of one segment.
    #[derive(Default)]
    struct Segment(BTreeMap<&'static str, u64>);

    impl FieldSink for Segment {
        fn open(&mut self, field: FieldId, _: Range<usize>, _: &[u8]) {
            self.0.insert(field.name(), 1);
        }

        fn field(&mut self, field: FieldId, _: Range<usize>, value: FieldValue<'_>) {
            if let FieldValue::Number(number) = value {
                self.0.insert(field.name(), number);
            }
        }

        fn close(&mut self) {}
    }

    impl Connections {
        fn feed(&mut self, line: &mut TableLine, link_type: LinkType, frame: &Frame) {
            let mut segment = Segment::default();
            dissect(link_type, &frame.bytes, frame.original_length, &mut segment);
            let get = |name| segment.0.get(name).copied();
            let (Some(from), Some(to), Some(seq)) = (get("tcp.srcport"), get("tcp.dstport"), get("tcp.seq_raw")) else {
                return;
            };
            let syn = get("tcp.flags").unwrap() & 2 != 0;
            if syn {
                self.ends.insert((from, to), (seq, get("tcp.options.wscale.multiplier").unwrap_or(1)));
            }
            if let Some((start, scale)) = self.ends.get(&(from, to)) {
                feed(line, FieldId::TCP_SEQ, seq - start);
                feed(
                    line,
                    FieldId::TCP_WINDOW_SIZE,
                    get("tcp.window_size_value").unwrap() * if syn { 1 } else { *scale },
                );
            }
            if let Some((start, _)) = self.ends.get(&(to, from)) {
                feed(line, FieldId::TCP_ACK, get("tcp.ack_raw").unwrap() - start);
            }
        }
    }

    fn table(capture: &str, options: Options) -> String {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("captures").join(capture).with_extension("pcapng");
        let opened = file::open(&path).unwrap();
        let (mut line, mut out, mut connections) = (TableLine::new(options), String::new(), Connections::default());
        line.header(&mut out);
        for item in frames(&opened.trace) {
            read(&mut line, item);
            connections.feed(&mut line, item.2, item.3);
            line.line(&mut out);
        }
        out
    }

    /// A refused connection, an unreachable port, data one way.
    #[test]
    fn shipped_captures_are_listed() {
        insta::assert_snapshot!(table("refused", Options::default()), @r"
    No.       Time             Source → Destination     Protocol Length Info
      1   0.000000          127.0.0.1 → 127.0.0.1       TCP          74 42674 → 9999 [SYN] Seq=0 Win=64240 Len=0 MSS=1460 SACK_PERM TSval=757556208 TSecr=0 WS=128
      2   0.000013200       127.0.0.1 → 127.0.0.1       TCP          54 9999 → 42674 [RST, ACK] Seq=0 Ack=1 Win=0 Len=0
    ");
        insta::assert_snapshot!(table("udp-hello-port-unreachable", Options::default()), @r"
    No.       Time             Source → Destination     Protocol Length Info
      1   0.000000          127.0.0.1 → 127.0.0.1       UDP          49 60573 → 9999 Len=7
      2   0.000017886       127.0.0.1 → 127.0.0.1       ICMP         77 Destination unreachable (Port unreachable)
    ");
        insta::assert_snapshot!(table("tcp-one-way", Options::default()), @r"
    No.       Time             Source → Destination     Protocol Length Info
      1   0.000000          127.0.0.1 → 127.0.0.1       TCP          74 55792 → 12346 [SYN] Seq=0 Win=64240 Len=0 MSS=1460 SACK_PERM TSval=4189502877 TSecr=0 WS=128
      2   0.000015814       127.0.0.1 → 127.0.0.1       TCP          74 12346 → 55792 [SYN, ACK] Seq=0 Ack=1 Win=65160 Len=0 MSS=1460 SACK_PERM TSval=1734154785 TSecr=4189502877 WS=128
      3   0.000027661       127.0.0.1 → 127.0.0.1       TCP          66 55792 → 12346 [ACK] Seq=1 Ack=1 Win=64256 Len=0 TSval=4189502877 TSecr=1734154785
      4   0.000153269       127.0.0.1 → 127.0.0.1       TCP          78 55792 → 12346 [PSH, ACK] Seq=1 Ack=1 Win=64256 Len=12 TSval=4189502877 TSecr=1734154785
      5   0.000160149       127.0.0.1 → 127.0.0.1       TCP          66 12346 → 55792 [ACK] Seq=1 Ack=13 Win=65152 Len=0 TSval=1734154785 TSecr=4189502877
      6   0.000226257       127.0.0.1 → 127.0.0.1       TCP          66 55792 → 12346 [FIN, ACK] Seq=13 Ack=1 Win=64256 Len=0 TSval=4189502877 TSecr=1734154785
      7   0.002375453       127.0.0.1 → 127.0.0.1       TCP          66 12346 → 55792 [FIN, ACK] Seq=1 Ack=14 Win=65152 Len=0 TSval=1734154787 TSecr=4189502877
      8   0.002401061       127.0.0.1 → 127.0.0.1       TCP          66 55792 → 12346 [ACK] Seq=14 Ack=2 Win=64256 Len=0 TSval=4189502879 TSecr=1734154787
    ");
    }

    /// A colour is around a line, never instead of a word in it.
    #[test]
    fn colours_change_nothing_but_the_colour() {
        for capture in ["refused", "udp-hello-port-unreachable", "tcp-one-way"] {
            let (plain, coloured) = (table(capture, Options::default()), table(capture, Options { colour: true }));
            let mut pieces = coloured.split('\x1b');
            let mut text = pieces.next().unwrap().to_owned();
            for piece in pieces {
                let (code, rest) = piece.split_once('m').unwrap();
                assert!(code.starts_with('['), "{code}");
                text.push_str(rest);
            }
            assert_eq!(text, plain);
            assert!(coloured.contains("\x1b[0m\n"));
        }
    }

    /// A frame by hand: Ethernet, then what an `EtherType` stands for.
    fn by_hand(ether_type: [u8; 2], payload: &[u8]) -> String {
        let mut bytes = vec![2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2];
        bytes.extend(ether_type);
        bytes.extend(payload);
        of(LinkType::ETHERNET, bytes)
    }

    fn of(link_type: LinkType, bytes: Vec<u8>) -> String {
        let (mut line, mut out) = (TableLine::new(Options::default()), String::new());
        read(&mut line, (1, 0, link_type, &Frame::whole(bytes)));
        line.line(&mut out);
        out
    }

    #[test]
    fn what_is_not_read_is_named() {
        insta::assert_snapshot!(by_hand([0x88, 0xCC], &[0; 46]), @"    1   0.000000    02:00:00:00:00:02 → 02:00:00:00:00:01 LLDP         60 Link Layer Discovery Protocol (0x88cc)");
        insta::assert_snapshot!(by_hand([0x88, 0xB5], &[0; 46]), @"    1   0.000000    02:00:00:00:00:02 → 02:00:00:00:00:01 0x88b5       60 Ethernet II");
        insta::assert_snapshot!(by_hand([0x81, 0x00], &[0, 5, 0x88, 0xCC, 0, 0]), @"    1   0.000000    02:00:00:00:00:02 → 02:00:00:00:00:01 LLDP         20 Link Layer Discovery Protocol (0x88cc)");
        insta::assert_snapshot!(of(LinkType(127), vec![0; 30]), @"    1   0.000000                    →                 802.11       30 IEEE 802.11 with radiotap header (link type 127)");
        insta::assert_snapshot!(of(LinkType(4_000), vec![0; 30]), @"    1   0.000000                    →                 LINK4000     30 Unknown link type 4000");
        let ospf = [&[0x45, 0, 0, 24, 0, 0, 0, 0, 1, 89, 0, 0, 10, 0, 0, 1, 224, 0, 0, 5][..], &[0; 4]].concat();
        insta::assert_snapshot!(by_hand([0x08, 0x00], &ospf), @"    1   0.000000           10.0.0.1 → 224.0.0.5       OSPF         38 OSPF IGP (89)");
        let piece =
            [&[0x45, 0, 0, 28, 0x12, 0x34, 0x20, 5, 9, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2][..], &[0; 8]].concat();
        insta::assert_snapshot!(by_hand([0x08, 0x00], &piece), @"    1   0.000000           10.0.0.1 → 10.0.0.2        IPv4         42 Fragmented IP protocol (proto=UDP 17, off=40, ID=1234)");
    }

    /// What a packet says cannot command the terminal or turn the line around.
    #[test]
    fn nothing_hidden_reaches_the_terminal() {
        let mut request = b"GET /\x1b[31m\xe2\x80\xae HTTP/1.1\r\n\r\n".to_vec();
        let mut name = vec![0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 4, 0x1B, b'[', 7, b'm', 0, 0, 1, 0, 1];
        let length = |bytes: &[u8], header: u16| (u16::try_from(bytes.len()).unwrap() + header).to_be_bytes();
        let ip = |protocol, length: [u8; 2]| {
            let mut header = vec![0x45, 0, length[0], length[1], 0, 0, 0, 0, 64, protocol, 0, 0];
            header.extend([10, 0, 0, 1, 10, 0, 0, 2]);
            header
        };
        let mut tcp = ip(6, length(&request, 40));
        tcp.extend([0x9C, 0x40, 0, 80, 0, 0, 0, 1, 0, 0, 0, 1, 0x50, 0x18, 1, 0, 0, 0, 0, 0]);
        tcp.append(&mut request);
        let mut udp = ip(17, length(&name, 28));
        udp.extend([0x9C, 0x40, 0, 53]);
        udp.extend(length(&name, 8));
        udp.extend([0, 0]);
        udp.append(&mut name);
        for line in [by_hand([0x08, 0x00], &tcp), by_hand([0x08, 0x00], &udp)] {
            assert!(!line.trim_end_matches('\n').contains(|c: char| c.is_control() || c == '\u{202e}'), "{line:?}");
        }
        insta::assert_snapshot!(by_hand([0x08, 0x00], &udp), @r#"    1   0.000000           10.0.0.1 → 10.0.0.2        DNS          64 Standard query 0x1234 A \x1b[\x07m"#);
    }

    /// Columns grow and stay: a line depends on those before it alone.
    #[test]
    fn a_wide_address_moves_the_lines_behind_it() {
        let mut line = TableLine::new(Options::default());
        let mut out = String::new();
        let wide: std::net::IpAddr = "2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff".parse().unwrap();
        let narrow: std::net::IpAddr = "10.0.0.1".parse().unwrap();
        for (number, address, nanos) in [(1, narrow, 0), (2, wide, 1_000), (3, narrow, 1_500), (4, narrow, 2_000)] {
            line.clear();
            feed(&mut line, FieldId::FRAME_NUMBER, number);
            line.field(FieldId::FRAME_TIME_RELATIVE, NOWHERE, FieldValue::Nanos(nanos));
            line.field(FieldId::IP_SRC, NOWHERE, FieldValue::Address(address));
            line.field(FieldId::ETH_DST, NOWHERE, FieldValue::Mac(MacAddress([2, 0, 0, 0, 0, 1])));
            line.line(&mut out);
        }
        insta::assert_snapshot!(out, @r"
    1   0.000000           10.0.0.1 → 02:00:00:00:00:01               0 [Malformed Packet]
    2   0.000001    2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff → 02:00:00:00:00:01               0 [Malformed Packet]
    3   0.000001500                               10.0.0.1 → 02:00:00:00:00:01               0 [Malformed Packet]
    4   0.000002000                               10.0.0.1 → 02:00:00:00:00:01               0 [Malformed Packet]
    ");
    }

    /// Each finding in its brackets, in tshark's order, whatever order they come
    /// in; data out of its turn is TCP's to tell.
    #[test]
    fn findings_stand_before_the_rest() {
        let found = |fields: &[(FieldId, u64)]| {
            let mut line = TableLine::new(Options::default());
            line.open(FieldId::TCP, NOWHERE, &[]);
            for (field, value) in
                [(FieldId::TCP_SRCPORT, 40_000), (FieldId::TCP_DSTPORT, 80), (FieldId::TCP_FLAGS, 0x10)]
            {
                feed(&mut line, field, value);
            }
            for (field, value) in fields {
                feed(&mut line, *field, *value);
            }
            let mut info = String::new();
            line.info(&mut info);
            info
        };
        insta::assert_snapshot!(found(&[(FieldId::TCP_ANALYSIS_DUPLICATE_ACK_NUM, 1), (FieldId::TCP_ANALYSIS_DUPLICATE_ACK_FRAME, 5)]), @"[TCP Dup ACK 5#1] 40000 → 80 [ACK] Seq=0 Ack=0 Win=0");
        insta::assert_snapshot!(found(&[(FieldId::TCP_ANALYSIS_LOST_SEGMENT, 1), (FieldId::TCP_ANALYSIS_ACK_LOST_SEGMENT, 1)]), @"[TCP ACKed unseen segment] [TCP Previous segment not captured] 40000 → 80 [ACK] Seq=0 Ack=0 Win=0");
        insta::assert_snapshot!(found(&[(FieldId::TCP_ANALYSIS_RETRANSMISSION, 1), (FieldId::TCP_ANALYSIS_FAST_RETRANSMISSION, 1)]), @"[TCP Fast Retransmission] 40000 → 80 [ACK] Seq=0 Ack=0 Win=0");
        let blocks = [(FieldId::TCP_ACK_RAW, 5_000), (FieldId::TCP_ACK, 1), (FieldId::TCP_OPTIONS_SACK_LE, 6_000)];
        insta::assert_snapshot!(found(&blocks), @"40000 → 80 [ACK] Seq=0 Ack=1 Win=0 SLE=1001");
    }

    /// What tshark is asked for each frame, after its number.
    const ASKED: [&str; 28] = [
        "frame.protocols",
        "_ws.col.Source",
        "_ws.col.Destination",
        "_ws.col.Protocol",
        "_ws.col.Info",
        "icmp.resp_to",
        "icmpv6.resp_to",
        "tcp.seq",
        "tcp.ack",
        "tcp.window_size",
        "tcp.segment_data",
        "tcp.analysis.duplicate_ack_num",
        "tcp.analysis.duplicate_ack_frame",
        "tcp.analysis.retransmission",
        "tcp.analysis.fast_retransmission",
        "tcp.analysis.spurious_retransmission",
        "tcp.analysis.out_of_order",
        "tcp.analysis.lost_segment",
        "tcp.analysis.ack_lost_segment",
        "tcp.analysis.zero_window",
        "tcp.analysis.zero_window_probe",
        "tcp.analysis.zero_window_probe_ack",
        "tcp.analysis.window_full",
        "tcp.analysis.window_update",
        "tcp.analysis.keep_alive",
        "tcp.analysis.keep_alive_ack",
        "tcp.analysis.reused_ports",
        "_ws.malformed",
    ];

    /// Protocols we read, by tshark's names, and what may follow them without a
    /// name in the list: a frame with any other is not compared.
    const READ: &str = " eth ethertype vlan llc sll raw null ppp chdlc pppoes pppoed mpls ip ipv6 ipv6.hopopts ipv6.dstopts \
    ipv6.routing ipv6.fraghdr ah arp icmp icmpv6 tcp mptcp udp dns mdns http tls x509sat x509ce data \
    data-text-lines json xml urlencoded-form ";

    /// tshark's lines of one capture: its number, then what was [`ASKED`].
    fn tshark(path: &Path) -> std::io::Result<Vec<(usize, Vec<String>)>> {
        let mut command = Command::new("tshark");
        command.args(["-n", "-T", "fields", "-E", "occurrence=a", "-e", "frame.number", "-r"]).arg(path);
        let output = command.args(ASKED.iter().flat_map(|name| ["-e", name])).output()?;
        let text = String::from_utf8_lossy(&output.stdout);
        let row = |line: &str| {
            let mut values = line.split('\t').map(str::to_owned);
            Some((values.next()?.parse().ok()?, values.collect()))
        };
        Ok(text.lines().filter_map(row).filter(|(_, values): &(_, Vec<_>)| values.len() == ASKED.len()).collect())
    }

    fn corpus() -> Option<Vec<PathBuf>> {
        let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
        let corpus = std::env::var_os("WIRELENS_CORPUS").map_or_else(beside, PathBuf::from);
        let index = match std::fs::read_to_string(corpus.join("INDEX.tsv")) {
            Ok(index) => index,
            Err(error) => {
                skip::skip(&format!("no corpus: {error}: {}", corpus.join("INDEX.tsv").display()));
                return None;
            }
        };
        let step = if std::env::var_os("WIRELENS_CORPUS_WHOLE").is_some() { 1 } else { 20 };
        let paths = index.lines().skip(1).map(|line| corpus.join(line.split('\t').next().unwrap()));
        Some(paths.step_by(step).collect())
    }

    /// What each side says that the other cannot or need not say, taken off, with
    /// a name for every kind. These differences are meant:
    ///
    /// - *cut*, *malformed*: tshark's remark that a reader of it gave up; ours is
    ///   what could be read;
    /// - *duplicate address*: it remembers who had an address before;
    /// - *server name*: we say it, tshark does from version 4.2 on;
    /// - *glue*: an empty message's `, ` between a finding and what follows.
    ///
    /// Where tshark puts pieces of a message together (HTTP bodies, TLS records
    /// and DNS over several segments, IP fragments), it says the message in the
    /// last frame, and of some the first line in each; we say what stands in each.
    /// So `HTTP` and `TLS` agree less, and such pieces stand for themselves. Of DNS
    /// we read fewer types of records (HINFO, NAPTR, NSEC, WKS … are named, not
    /// told).
    fn told(info: &str, kinds: &mut BTreeMap<&'static str, usize>) -> String {
        let mut text = info.to_owned();
        let mut off = |kind, from: &str, to: &str, with: &str| {
            if let Some(start) = text.find(from) {
                let end = text[start..].find(to).map_or(text.len(), |end| start + end + to.len());
                text.replace_range(start..end, with);
                *kinds.entry(kind).or_insert(0) += 1;
            }
        };
        for _ in 0..2 {
            off("cut", "[Packet size limited during capture", "]", "");
            off("malformed", "[Malformed Packet", "]", "");
        }
        off("duplicate address", " (duplicate use of ", "detected!)", "");
        off("server name", " (SNI=", ")", "");
        off("glue", "] , ", "", "] ");
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[derive(Default)]
    struct Agreement {
        lines: usize,
        info: usize,
        addresses: usize,
    }

    /// tshark's answers to what takes a memory, fed as whoever has one would;
    /// `None` where there are several, of tunnels or quoted packets.
    fn remember(line: &mut TableLine, values: &BTreeMap<&str, &str>) -> Option<()> {
        for (name, value) in values {
            let number = || value.parse().ok();
            match *name {
                "icmp.resp_to" | "icmpv6.resp_to" if !value.is_empty() => line.set_answered(number()?),
                name if !name.starts_with("tcp.") || value.is_empty() => {}
                "tcp.seq" | "tcp.ack" | "tcp.window_size" => feed(line, FieldId::named(name)?, number()?),
                name => feed(line, FieldId::named(name)?, value.split(',').next()?.parse().unwrap_or(1)),
            }
        }
        Some(())
    }

    #[test]
    fn lines_are_those_of_tshark() {
        let Some(paths) = corpus() else { return };
        let mut agreement = BTreeMap::<String, Agreement>::new();
        let (mut kinds, mut examples, mut left_out) = (BTreeMap::new(), BTreeMap::<String, Vec<String>>::new(), 0);
        for path in &paths {
            let rows = match tshark(path) {
                Ok(rows) => rows,
                Err(error) => return skip::skip(&format!("cannot run tshark: {error}")),
            };
            let Ok(opened) = file::open(path) else { continue };
            let frames = frames(&opened.trace);
            let mut line = TableLine::new(Options::default());
            for (number, values) in &rows {
                let values: BTreeMap<_, _> = ASKED.into_iter().zip(values.iter().map(String::as_str)).collect();
                let mut protocols = values["frame.protocols"].split(':');
                // Behind PPP, labels are not read yet.
                let known = !values["frame.protocols"].starts_with("ppp:mpls")
                    && protocols.all(|protocol| READ.contains(&format!(" {protocol} ")));
                let Some(frame) = frames.get(number - 1).filter(|_| known && values["_ws.malformed"].is_empty()) else {
                    left_out += 1;
                    continue;
                };
                read(&mut line, *frame);
                if remember(&mut line, &values).is_none() {
                    left_out += 1;
                    continue;
                }
                let mut protocol = values["_ws.col.Protocol"].to_owned();
                if protocol == "TCP" && !values["_ws.col.Info"].contains(" → ") {
                    protocol = "TCP, a piece that is told as the message".to_owned();
                }
                if protocol.starts_with("TLS") || protocol.starts_with("SSL") {
                    protocol = "TLS".to_owned();
                }
                let (mut source, mut destination, mut info) = (String::new(), String::new(), String::new());
                line.source(&mut source);
                line.destination(&mut destination);
                line.info(&mut info);
                let theirs = told(&values["_ws.col.Info"].replace("\\\"", "\""), &mut kinds);
                let ours = told(&info, &mut kinds);
                let sum = agreement.entry(protocol.clone()).or_default();
                sum.lines += 1;
                sum.info += usize::from(theirs == ours);
                sum.addresses +=
                    usize::from(values["_ws.col.Source"] == source && values["_ws.col.Destination"] == destination);
                if theirs != ours {
                    let name = path.file_name().unwrap().display();
                    examples
                        .entry(protocol)
                        .or_default()
                        .push(format!("{name} {number}\n  tshark: {theirs}\n  ours:   {ours}"));
                }
            }
        }
        for (protocol, sum) in &agreement {
            eprintln!(
                "{protocol:<12} {:>6} lines, {:>6} with tshark's Info, {:>6} with its addresses",
                sum.lines, sum.info, sum.addresses
            );
        }
        eprintln!(
            "{left_out} frames left out: other protocols, several headers of one kind, malformed; taken off: {kinds:?}"
        );
        let of = |names: &[&str]| {
            let sums = names.iter().filter_map(|name| agreement.get(*name));
            sums.fold((0, 0), |(lines, info), sum| (lines + sum.lines, info + sum.info))
        };
        assert!(of(&["TCP"]).0 > 100, "tshark said nothing");
        let wanted = [
            (&["TCP", "MPTCP"][..], 98),
            (&["UDP"], 95),
            (&["ARP", "RARP"], 98),
            (&["ICMP", "ICMPv6"], 96),
            (&["DNS", "MDNS"], 94),
        ];
        for (names, percent) in wanted {
            let (lines, info) = of(names);
            let shown: Vec<&String> = names.iter().filter_map(|name| examples.get(*name)).flatten().take(20).collect();
            // A few lines of broken packets say nothing.
            assert!(lines < 100 || info * 100 >= lines * percent, "{info} of {lines} lines of {names:?}: {shown:#?}");
        }
    }
}
