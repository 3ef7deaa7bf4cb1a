//! The filters of a corpus that is not part of the project (see
//! tests/corpus.rs), each with the frames that tshark selects by it. Skips
//! loudly where there is no corpus.

#[cfg(test)]
#[path = "support/skip.rs"]
mod skip;

#[cfg(test)]
mod filters {
    use std::fs;
    use std::path::{Path, PathBuf};

    use wirelens::decode::{self, FieldId, FieldSink as _, FieldValue};
    use wirelens::filter::{Collected, Filter, Wanted};
    use wirelens::model::{Place, Timestamp};
    use wirelens::source::file;
    use wirelens::trace::FrameNumber;
    use wirelens::words::{Language, Words};

    use super::skip::skip;

    /// What our filters read though Wireshark 4.0 does not: sets without
    /// commas, as before 4.0, and `xor`, as since 4.2.
    const READ_ALL_THE_SAME: [&str; 8] = [
        "tcp.port in {80 443 53}",
        "tcp.stream in {0 2 4}",
        "ip.addr in {127.0.0.1 192.168.1.1}",
        "ip.proto in {6 17}",
        "icmp.type in {0 8}",
        "frame.number in {1..5 20 30..33}",
        "http.request.method in {\"GET\" \"POST\"}",
        "tcp xor http",
    ];

    fn corpus() -> PathBuf {
        let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
        std::env::var_os("WIRELENS_CORPUS").map_or_else(beside, PathBuf::from)
    }

    /// The lines of a table, without the one that names its columns.
    fn table(name: &str) -> Option<Vec<String>> {
        let path = corpus().join(name);
        match fs::read_to_string(&path) {
            Ok(text) => Some(text.lines().skip(1).map(str::to_owned).collect()),
            Err(error) => {
                skip(&format!("no corpus: {error}: {}", path.display()));
                None
            }
        }
    }

    /// A filter and the frames that tshark selects by it.
    struct Row {
        filter: Filter,
        frames: Vec<u32>,
    }

    fn rows() -> Option<Vec<Row>> {
        let row = |line: String| {
            let mut columns = line.split('\t');
            let text = columns.next().unwrap();
            let filter = Filter::parse(text).unwrap_or_else(|error| {
                panic!("{}", Words::new(Language::English).filter_error(text, &error));
            });
            let count: usize = columns.next().unwrap().parse().unwrap();
            let ranges = columns.next().unwrap_or_default().split_whitespace();
            let frames: Vec<u32> = ranges
                .flat_map(|range| {
                    let (first, last) = range.split_once('-').unwrap_or((range, range));
                    first.parse().unwrap()..=last.parse().unwrap()
                })
                .collect();
            assert_eq!(frames.len(), count, "{text}");
            Row { filter, frames }
        };
        Some(table("filters.tsv")?.into_iter().map(row).collect())
    }

    #[test]
    fn every_filter_of_the_corpus_is_one() {
        let Some(rows) = rows() else { return };
        assert_eq!(rows.len(), 163);
    }

    #[test]
    fn nonsense_is_refused_with_its_place() {
        let Some(lines) = table("filters-refused.tsv") else { return };
        let words = Words::new(Language::English);
        let mut told = String::new();
        for text in &lines {
            match Filter::parse(text) {
                Ok(_) => assert!(READ_ALL_THE_SAME.contains(&text.as_str()), "accepted: {text}"),
                Err(error) => {
                    told.push_str(&words.filter_error(text, &error));
                    told.push_str("\n\n");
                }
            }
        }
        insta::assert_snapshot!(told);
    }

    /// Hands over each frame's fields: `each` is called once for each frame in
    /// order, with `collected` holding what is wanted of it.
    type Fields = dyn Fn(&Path, &Wanted, &mut dyn FnMut(u32, &Collected));

    /// The filters that do not select tshark's frames, and how they differ.
    fn disagreements(rows: &[Row], fields: &Fields) -> Vec<(String, String)> {
        let wanted = rows.iter().fold(Wanted::default(), |wanted, row| wanted.union(row.filter.wanted()));
        let mut selected = vec![Vec::new(); rows.len()];
        fields(&corpus().join("filters.pcapng"), &wanted, &mut |frame, collected| {
            for (row, selected) in rows.iter().zip(&mut selected) {
                if row.filter.matches(collected) {
                    selected.push(frame);
                }
            }
        });
        let differs = rows.iter().zip(&selected).filter(|(row, selected)| row.frames != **selected);
        differs
            .map(|(row, selected)| {
                let missing: Vec<&u32> = row.frames.iter().filter(|frame| !selected.contains(frame)).collect();
                let extra: Vec<&u32> = selected.iter().filter(|frame| !row.frames.contains(frame)).collect();
                let filter = row.filter.to_string();
                let told = format!("{filter}: missing {missing:?}, extra {extra:?}");
                (filter, told)
            })
            .collect()
    }

    /// What a frame's own bytes and its record say. Nothing of it takes a
    /// memory across frames but the times.
    fn from_bytes(path: &Path, wanted: &Wanted, each: &mut dyn FnMut(u32, &Collected)) {
        let trace = file::open(path).unwrap().trace;
        let mut collected = Collected::new(wanted);
        let mut ends: Option<(Timestamp, Timestamp)> = None;
        for number in 1.. {
            let Some((at, place, frame)) = trace.frame(FrameNumber(number)) else { break };
            let Some(Place::Interface { link_type, .. }) = trace.place(place) else { panic!("{place:?}") };
            let (first, last) = ends.unwrap_or((at, at));
            ends = Some((first, at));
            collected.clear();
            collected.open(FieldId::FRAME, 0..frame.bytes.len(), &frame.bytes);
            collected.add(FieldId::FRAME_NUMBER, FieldValue::Number(number.into()));
            collected.add(FieldId::FRAME_LEN, FieldValue::Number(frame.original_length.into()));
            collected.add(FieldId::FRAME_INTERFACE_ID, FieldValue::Number(place.0.into()));
            collected.add(FieldId::FRAME_TIME_RELATIVE, FieldValue::Nanos(at.since(first).nanos()));
            collected.add(FieldId::FRAME_TIME_DELTA, FieldValue::Nanos(at.since(last).nanos()));
            collected.close();
            decode::dissect(*link_type, &frame.bytes, frame.original_length, &mut collected);
            each(number, &collected);
        }
    }

    /// Where one frame's bytes do not say what tshark says, having put
    /// together the pieces of several.
    const PUT_TOGETHER: [&str; 11] = [
        // The second piece of a fragmented datagram is frame 305.
        "dns",
        "dns.flags.response == 1",
        "dns.qry.name",
        "dns.qry.name matches \"^[a-z]\"",
        "dns.a",
        // A request of a made-up method in 243, a response in 221 to 224.
        "http.request",
        "http.request.method != \"GET\"",
        "http.response.code == 200",
        "http.host",
        "http.request.uri contains \"/\"",
        // A repeated segment is not read again.
        "ssh",
    ];

    /// tshark does not look at TCP's checksums unless it is told to.
    const VERIFIED: &str = "tcp.checksum.status == 1";

    #[test]
    fn the_same_frames_are_selected() {
        let Some(mut rows) = rows() else { return };
        rows.retain(|row| !row.filter.needs().conversation);
        assert!(rows.len() > 120, "{}", rows.len());
        let mut differ = disagreements(&rows, &from_bytes);
        differ.retain(|(filter, _)| filter != VERIFIED);
        let told: Vec<&str> = differ.iter().map(|(_, told)| told.as_str()).collect();
        let filters: Vec<&str> = differ.iter().map(|(filter, _)| filter.as_str()).collect();
        assert_eq!(filters, PUT_TOGETHER, "{}", told.join("\n"));
    }
}
