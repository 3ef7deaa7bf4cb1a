//! A capture takes its name when it is complete.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::super::error::{FileError, WriteError};
use super::super::reader::Reader;
use super::{Format, Writer, Written, write_as};
use crate::trace::Trace;

/// Writes `trace` to `path` in the format that [`Format::of`] gives; see
/// [`save_as`].
///
/// # Errors
///
/// As [`save_as`].
pub fn save(trace: &Trace, path: &Path) -> Result<(), FileError> {
    save_as(trace, Format::of(trace, path), path).map(|_| ())
}

/// Writes `trace` to `path`, into a file beside it that takes its name when it
/// is complete: where this fails, what was there before still is. What is there
/// and is no regular file (a pipe, `/dev/null`) is written to directly.
///
/// # Errors
///
/// [`FileError::Save`] and [`FileError::MixedLinkTypes`].
pub fn save_as(trace: &Trace, format: Format, path: &Path) -> Result<Written, FileError> {
    save_with(path, |out| write_as(trace, format, out))
}

/// As [`save_as`], for a capture that `write` brings bit by bit.
///
/// # Errors
///
/// As [`save_as`].
pub fn save_with<T>(path: &Path, write: impl FnOnce(&mut dyn Write) -> Result<T, WriteError>) -> Result<T, FileError> {
    save_beside(path, write).map_err(|error| match error {
        WriteError::MixedLinkTypes { first, second } => {
            FileError::MixedLinkTypes { first, second, path: path.to_owned() }
        }
        WriteError::Io(_) | WriteError::Moment { .. } | WriteError::TooLong { .. } | WriteError::Misplaced { .. } => {
            FileError::Save { source: error.into(), path: path.to_owned() }
        }
    })
}

fn save_beside<T>(path: &Path, write: impl FnOnce(&mut dyn Write) -> Result<T, WriteError>) -> Result<T, WriteError> {
    // The file behind a symbolic link, not the link.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    if fs::metadata(&target).is_ok_and(|found| !found.is_file()) {
        return write(&mut OpenOptions::new().write(true).open(&target)?);
    }
    let (part, file) = create_beside(&target)?;
    let outcome = complete(&file, write).and_then(|written| {
        fs::rename(&part, &target)?;
        Ok(written)
    });
    if outcome.is_err() {
        // The first failure is the one to tell; a part left behind is only
        // untidy.
        drop(fs::remove_file(&part));
    }
    outcome
}

/// All of it in `file`, and on the disk.
fn complete<T>(file: &File, write: impl FnOnce(&mut dyn Write) -> Result<T, WriteError>) -> Result<T, WriteError> {
    let mut out = BufWriter::new(file);
    let written = write(&mut out)?;
    out.flush()?;
    file.sync_all()?;
    Ok(written)
}

/// Writes the capture at `source` to `path`, item by item: blocks and options
/// that have no meaning here too.
///
/// # Errors
///
/// As [`save_as`], and where `source` cannot be read; damage of it is where the
/// copy ends.
pub fn copy(source: &Path, path: &Path) -> Result<(), FileError> {
    let mut reader =
        Reader::new(File::open(source).map_err(|error| FileError::Open { source: error, path: source.to_owned() })?)?;
    let pcap = path.extension().is_some_and(|end| end == "pcap");
    let format = if pcap { Format::Pcap { nanoseconds: true } } else { Format::Pcapng };
    save_with(path, |out| {
        let mut writer = Writer::new(out, format);
        while let Ok(Some(item)) = reader.next() {
            writer.item(&item)?;
        }
        writer.finish(reader.summary().notes.drops)
    })
    .map(drop)
}

/// A new file beside `target`, under a name nobody has.
fn create_beside(target: &Path) -> io::Result<(PathBuf, File)> {
    let name = target.file_name().ok_or(io::ErrorKind::InvalidFilename)?;
    let mut attempt = 0;
    loop {
        let mut part = OsString::from(".");
        part.push(name);
        part.push(format!(".{}-{attempt}.part", std::process::id()));
        let part = target.with_file_name(part);
        match OpenOptions::new().write(true).create_new(true).open(&part) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && attempt < 100 => attempt += 1,
            outcome => return outcome.map(|file| (part, file)),
        }
    }
}
