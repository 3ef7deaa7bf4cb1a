//! Reads a corpus of real captures that is not part of the project: from
//! `WIRELENS_CORPUS`, or `../shared/corpus` beside the project. Skips loudly
//! where there is none.

#[cfg(test)]
mod corpus {
    use std::path::{Path, PathBuf};

    use wirelens::source::file::{self, FileError, Opened};

    /// A row of INDEX.tsv.
    struct Row {
        path: PathBuf,
        format: String,
        /// As capinfos counts; `None` where it could not.
        packets: Option<usize>,
    }

    fn rows() -> Option<Vec<Row>> {
        let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
        let corpus = std::env::var_os("WIRELENS_CORPUS").map_or_else(beside, PathBuf::from);
        let index = match std::fs::read_to_string(corpus.join("INDEX.tsv")) {
            Ok(index) => index,
            Err(error) => {
                eprintln!("SKIPPED 1 test: no corpus: {error}: {}", corpus.join("INDEX.tsv").display());
                return None;
            }
        };
        let row = |line: &str| {
            let fields: Vec<&str> = line.split('\t').collect();
            Row { path: corpus.join(fields[0]), format: fields[3].to_owned(), packets: fields[5].parse().ok() }
        };
        Some(index.lines().skip(1).map(row).collect())
    }

    /// Packet counts are capinfos's, and what was read can be written and read
    /// again.
    #[test]
    fn every_capture_is_read_to_its_last_packet() {
        let Some(rows) = rows() else { return };
        let (mut counted, mut uncounted, mut compressed, mut damaged) = (0, 0, 0, 0);
        let mut wrong = Vec::new();
        for row in &rows {
            let opened = match file::open(&row.path) {
                Ok(opened) => opened,
                Err(FileError::Compressed { .. }) if row.format == "gz" => {
                    compressed += 1;
                    continue;
                }
                Err(error) => {
                    wrong.push(format!("{error}: {}", row.path.display()));
                    continue;
                }
            };
            let frames = opened.trace.frame_count();
            match row.packets {
                Some(packets) if packets == frames => counted += 1,
                Some(packets) => {
                    wrong.push(format!("{frames} of {packets} packets, {:?}: {}", opened.damage, row.path.display()));
                }
                None => uncounted += 1,
            }
            damaged += usize::from(opened.damage.is_some());
            if let Err(reason) = comes_back(&opened) {
                wrong.push(format!("{reason}: {}", row.path.display()));
            }
        }
        eprintln!(
            "{} captures: {counted} with capinfos's count, {uncounted} that capinfos does not count, \
             {compressed} compressed; {damaged} damaged",
            rows.len()
        );
        assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
        assert!(counted > 1_000);
    }

    fn comes_back(opened: &Opened) -> Result<(), String> {
        let mut written = Vec::new();
        file::write(&opened.trace, &mut written).map_err(|error| error.to_string())?;
        let again = file::read(&written[..]).map_err(|error| error.to_string())?;
        if again == (Opened { trace: opened.trace.clone(), ..Opened::default() }) {
            Ok(())
        } else {
            Err(format!("written and read again, it differs: {:?}", again.damage))
        }
    }
}
