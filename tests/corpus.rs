//! Reads a corpus of real captures that is not part of the project: from
//! `WIRELENS_CORPUS`, or `../shared/corpus` beside the project. Skips loudly
//! where there is none.

#[cfg(test)]
mod corpus {
    use std::io::Cursor;
    use std::path::{Path, PathBuf};

    use wirelens::source::file::{self, Format, Item, Opened, Reader, Writer};

    /// A row of INDEX.tsv.
    struct Row {
        path: PathBuf,
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
            Row { path: corpus.join(fields[0]), packets: fields[5].parse().ok() }
        };
        Some(index.lines().skip(1).map(row).collect())
    }

    /// Packet counts are capinfos's, and what was read can be written and read
    /// again.
    #[test]
    fn every_capture_is_read_to_its_last_packet() {
        let Some(rows) = rows() else { return };
        let (mut counted, mut uncounted, mut damaged, mut broken) = (0, 0, 0, 0);
        let mut wrong = Vec::new();
        for row in &rows {
            let opened = match file::open(&row.path) {
                Ok(opened) => opened,
                Err(error) => {
                    wrong.push(format!("{error}: {}", row.path.display()));
                    continue;
                }
            };
            let frames = opened.trace.frame_count();
            match row.packets {
                Some(packets) if packets == frames => counted += 1,
                Some(packets) => {
                    let reasons = (&opened.damage, &opened.broken);
                    wrong.push(format!("{frames} of {packets} packets, {reasons:?}: {}", row.path.display()));
                }
                None => uncounted += 1,
            }
            damaged += usize::from(opened.damage.is_some());
            broken += usize::from(opened.broken.is_some());
            if let Err(reason) = comes_back(&opened).and_then(|()| is_copied(&row.path, &opened)) {
                wrong.push(format!("{reason}: {}", row.path.display()));
            }
        }
        eprintln!(
            "{} captures: {counted} with capinfos's count, {uncounted} that capinfos does not count; \
             {damaged} damaged, {broken} with broken blocks",
            rows.len()
        );
        assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
        assert!(counted > 1_000);
    }

    fn comes_back(opened: &Opened) -> Result<(), String> {
        let mut written = Vec::new();
        file::write(&opened.trace, &mut written).map_err(|error| error.to_string())?;
        let again = file::read(&written[..]).map_err(|error| error.to_string())?;
        let Opened { trace, skipped, names, .. } = opened.clone();
        // All that is left to say of it is what it says itself.
        if again == (Opened { trace, skipped, names, ..Opened::default() }) {
            Ok(())
        } else {
            Err(format!("written and read again, it differs: {:?} {:?}", again.damage, again.broken))
        }
    }

    /// Item by item it is the same, and each frame can be read again by its
    /// offset.
    fn is_copied(path: &Path, opened: &Opened) -> Result<(), String> {
        let (mut reader, frames) = Reader::open(path).map_err(|error| error.to_string())?;
        let mut copy = Vec::new();
        let mut writer = Writer::new(Cursor::new(&mut copy), Format::Pcapng);
        let mut bytes = Vec::new();
        while let Ok(Some(item)) = reader.next() {
            if let Item::Frame(frame) = &item {
                let length = u32::try_from(frame.bytes.len()).map_err(|error| error.to_string())?;
                frames.bytes(frame.offset, length, &mut bytes).map_err(|error| error.to_string())?;
                if bytes != frame.bytes {
                    return Err(format!("at byte {} is something else", frame.offset));
                }
            }
            writer.item(&item).map_err(|error| error.to_string())?;
        }
        writer.finish(None).map_err(|error| error.to_string())?;
        let again = file::read(&copy[..]).map_err(|error| error.to_string())?;
        if again.trace == opened.trace { Ok(()) } else { Err("copied item by item, it differs".to_owned()) }
    }
}
