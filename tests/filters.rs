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

    use wirelens::conversation::{self, Glance, Label, Survey};
    use wirelens::filter::{Collected, Filter, Wanted};
    use wirelens::model::Place;
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

    /// What selects other frames than tshark's, in the order of the table.
    const DIFFERENT: [&str; 8] = [
        // Frame 243 asks by a method that is not in tshark's list; a request it
        // is all the same (RFC 9110 §9.1).
        "http.request",
        "http.request.method != \"GET\"",
        // Frames 221 to 224 carry one response: tshark names the last, we the
        // one that it begins in.
        "http.response.code == 200",
        "http.host",
        "http.request.uri contains \"/\"",
        // tshark verifies no TCP checksum unless it is told to.
        "tcp.checksum.status == 1",
        // Only what puts segments together knows which were.
        "tcp.segment_data",
        // A repeated segment, which tshark does not look into.
        "ssh",
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

    /// Everything that is known of each frame, given all before it.
    fn surveyed(path: &Path, wanted: &Wanted, each: &mut dyn FnMut(u32, &Collected)) {
        let trace = file::open(path).unwrap().trace;
        let mut survey = Survey::default();
        survey.set_places(trace.places().count());
        let mut collected = Collected::new(wanted);
        for number in 1.. {
            let Some((at, place, frame)) = trace.frame(FrameNumber(number)) else { break };
            let Some(Place::Interface { link_type, .. }) = trace.place(place) else { panic!("{place:?}") };
            let glance = Glance {
                number: FrameNumber(number),
                at,
                place,
                link_type: *link_type,
                original_length: frame.original_length,
                bytes: &frame.bytes,
            };
            let row = survey.take(&glance);
            collected.clear();
            conversation::fields(&glance, row, &Label::default(), &mut collected);
            each(number, &collected);
        }
    }

    #[test]
    fn the_same_frames_are_selected() {
        let Some(rows) = rows() else { return };
        let differ = disagreements(&rows, &surveyed);
        let told: Vec<&str> = differ.iter().map(|(_, told)| told.as_str()).collect();
        let filters: Vec<&str> = differ.iter().map(|(filter, _)| filter.as_str()).collect();
        assert_eq!(filters, DIFFERENT, "{}", told.join("\n"));
    }
}
