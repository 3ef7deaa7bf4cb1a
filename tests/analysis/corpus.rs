//! Against tshark's stored answers on a corpus that is not part of the
//! project: from `WIRELENS_CORPUS`, or `../shared/corpus` beside the project.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use wirelens::source::file;

use crate::skip;
use crate::truth::{self, Analysed, Score};

/// Captures with these in them are left out: one frame has several segments,
/// or none before others complete it.
const LEFT_OUT: [&str; 12] = [
    "gre",
    "vxlan",
    "ip-in-ip",
    "tcp-in-icmp",
    "ip-frag",
    "wlan",
    "ppp",
    "link:ieee-802-11-radiotap",
    "link:ieee-802-11",
    "gtp",
    "geneve",
    "file-damaged",
];

/// The corpus, and its captures that count.
pub(crate) fn captures() -> Option<(PathBuf, Vec<String>)> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let corpus = std::env::var_os("WIRELENS_CORPUS").map_or_else(beside, PathBuf::from);
    let index = match std::fs::read_to_string(corpus.join("INDEX.tsv")) {
        Ok(index) => index,
        Err(error) => {
            skip::skip(&format!("no corpus: {error}: {}", corpus.join("INDEX.tsv").display()));
            return None;
        }
    };
    let counts = |line: &&str| {
        let features = line.split('\t').nth(8).unwrap_or_default();
        !features.split(',').any(|feature| {
            let mark =
                if feature.starts_with("link:") { feature } else { feature.split(':').next().unwrap_or_default() };
            LEFT_OUT.contains(&mark)
        })
    };
    let paths = index.lines().skip(1).filter(counts).map(|line| line.split('\t').next().unwrap_or_default().to_owned());
    Some((corpus, paths.collect()))
}

fn rows_of(path: &Path) -> Option<(Vec<Analysed>, wirelens::conversation::Tracker)> {
    file::open(path).ok().map(|opened| truth::analyse(&opened.trace))
}

#[test]
fn the_corpus_is_analysed_as_tshark_does() {
    let Some((corpus, paths)) = captures() else { return };
    let mut scores: BTreeMap<String, Score> = BTreeMap::new();
    let (mut files, mut wrong) = (0, Vec::new());
    for path in paths {
        let Ok(truth) = std::fs::read_to_string(corpus.join(format!("{path}.tshark.tsv"))) else { continue };
        let Some((ours, _)) = rows_of(&corpus.join(&path)) else { continue };
        files += 1;
        let mut lines = truth.lines().map(|line| line.split('\t').collect::<Vec<&str>>());
        let names = lines.next().unwrap();
        let theirs: BTreeMap<u32, Vec<&str>> =
            lines.filter_map(|fields| Some((fields.first()?.parse().ok()?, fields))).collect();
        let ours: BTreeMap<u32, Analysed> = ours.into_iter().map(|row| (row.frame, row)).collect();
        let mut frames: Vec<u32> = theirs.keys().chain(ours.keys()).copied().collect();
        frames.sort_unstable();
        frames.dedup();
        for frame in frames {
            for (index, name) in names.iter().enumerate() {
                if *name == "tcp.checksum.status" {
                    continue;
                }
                let said = theirs.get(&frame).and_then(|row| row.get(index)).copied().unwrap_or_default();
                let ours = match ours.get(&frame) {
                    Some(row) => truth::field(name, frame, &row.tcp, &row.row),
                    None => Some(String::new()),
                };
                let Some(ours) = ours else { continue };
                if !scores.entry((*name).to_owned()).or_default().take(said, &ours) {
                    wrong.push(format!("{path} {frame} {name}: tshark {said:?}, ours {ours:?}"));
                }
            }
        }
    }
    eprintln!("{files} captures\n{}", truth::table(&scores));
    let list = std::env::var_os("WIRELENS_DIFFERENCES");
    if let Some(list) = list {
        std::fs::write(list, wrong.join("\n")).unwrap();
    }
    assert!(files > 500, "{files} captures");
    // One pass and FTP's announcements: see docs/tshark-differences.md.
    scores.remove("tcp.completeness");
    for (name, score) in scores {
        let all = score.same + score.wrong();
        assert!(score.wrong() * 1_000 <= all, "{name}: {score:?}\n{}", wrong.join("\n"));
    }
}

/// `tcp.completeness` after the last frame.
#[test]
fn the_completeness_of_whole_connections_is_tsharks() {
    let Some((corpus, paths)) = captures() else { return };
    let list = std::fs::read_to_string(corpus.join("COMPLETENESS.tsv")).unwrap();
    let mut truth: BTreeMap<&str, Vec<(u32, u8)>> = BTreeMap::new();
    for line in list.lines().skip(1) {
        let fields: Vec<&str> = line.split('\t').collect();
        let (Ok(stream), Ok(bits)) = (fields[1].parse(), fields[2].parse()) else { continue };
        truth.entry(fields[0]).or_default().push((stream, bits));
    }
    let mut score = Score::default();
    let mut wrong = Vec::new();
    for path in paths {
        let Some(streams) = truth.get(path.as_str()) else { continue };
        let Some((_, tracker)) = rows_of(&corpus.join(&path)) else { continue };
        for (stream, bits) in streams {
            let ours = tracker.completeness(*stream).map_or(String::new(), |bits| bits.to_string());
            if !score.take(&bits.to_string(), &ours) {
                wrong.push(format!("{path} {stream}: tshark {bits}, ours {ours:?}"));
            }
        }
    }
    eprintln!("completeness: {score:?}\n{}", wrong.join("\n"));
    assert!(score.same > 1_000);
}
