//! The bytes of single frames, read again by their offset: from the capture
//! itself, or from a temporary file that what cannot be read twice was copied
//! to while it was read.

use std::fs::File;
use std::io;
use std::os::unix::fs::{FileExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, OFlags};
use thiserror::Error;

/// Access to the frames of a capture by their offset. Any number may read at
/// the same time.
#[derive(Debug)]
pub struct Frames {
    file: File,
    /// What a file of somebody else looked like at the start; our own does not
    /// change.
    seen: Option<Seen>,
}

/// When a file was changed last, and how long it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Seen {
    changed: (i64, i64),
    length: u64,
}

impl Seen {
    fn now(file: &File) -> io::Result<Self> {
        let found = file.metadata()?;
        Ok(Self { changed: (found.mtime(), found.mtime_nsec()), length: found.len() })
    }
}

/// A capture is no longer what it was when it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Changed {
    /// It ends before the frame does.
    #[error("the capture was cut since it was read: needed {needed} bytes, found {found}")]
    Shrunk {
        /// How long it has to be for this frame, in bytes.
        needed: u64,
        /// How long it is.
        found: u64,
    },
    /// It was written to, and is not longer than before.
    #[error("the capture was written over since it was read")]
    WrittenOver,
}

impl Frames {
    /// Access to a file that others may write to.
    pub(super) fn of_file(file: File) -> io::Result<Self> {
        let seen = Some(Seen::now(&file)?);
        Ok(Self { file, seen })
    }

    /// Access to a temporary file of ours.
    pub(super) const fn of_spool(file: File) -> Self {
        Self { file, seen: None }
    }

    /// Whether nobody else can open the file any more: it was deleted, or
    /// another one took its place. What is open is still there.
    pub fn is_gone(&self) -> bool {
        self.seen.is_some() && self.file.metadata().is_ok_and(|found| found.nlink() == 0)
    }

    /// Reads the `length` bytes at `offset` to `into`, whose content they
    /// replace.
    ///
    /// A capture that became longer since it was read is as good as before.
    ///
    /// # Errors
    ///
    /// What the system says; [`Changed`] inside an [`io::Error`] of the kind
    /// [`io::ErrorKind::InvalidData`] where the file is not what it was.
    /// `into` is empty then.
    pub fn bytes(&self, offset: u64, length: u32, into: &mut Vec<u8>) -> io::Result<()> {
        into.clear();
        let needed = offset.saturating_add(u64::from(length));
        let found = match self.seen {
            Some(seen) => {
                let now = Seen::now(&self.file)?;
                if now != seen && now.length <= seen.length && now.length >= needed {
                    return Err(changed(Changed::WrittenOver));
                }
                now.length
            }
            None => self.file.metadata()?.len(),
        };
        if found < needed {
            return Err(changed(Changed::Shrunk { needed, found }));
        }
        into.resize(usize::try_from(length).unwrap_or(usize::MAX), 0);
        self.file.read_exact_at(into, offset).inspect_err(|_| into.clear())
    }
}

fn changed(how: Changed) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, how)
}

/// A file without a name, gone with its last descriptor: in `TMPDIR`, or in
/// `/var/tmp`, which is made for large ones.
pub(super) fn temporary() -> io::Result<File> {
    let directory = std::env::var_os("TMPDIR").map_or_else(|| PathBuf::from("/var/tmp"), PathBuf::from);
    let unnamed = OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC;
    match rustix::fs::open(&directory, unnamed, Mode::RUSR | Mode::WUSR) {
        Ok(file) => Ok(File::from(file)),
        // Not every file system can.
        Err(_) => named(&directory),
    }
}

/// The same by way of a name that is taken away at once.
fn named(directory: &Path) -> io::Result<File> {
    let mut attempt = 0;
    loop {
        let path = directory.join(format!(".wirelens-{}-{attempt}", std::process::id()));
        let flags = OFlags::CREATE | OFlags::EXCL | OFlags::RDWR | OFlags::CLOEXEC;
        match rustix::fs::open(&path, flags, Mode::RUSR | Mode::WUSR) {
            Ok(file) => {
                std::fs::remove_file(&path)?;
                return Ok(File::from(file));
            }
            Err(rustix::io::Errno::EXIST) if attempt < 100 => attempt += 1,
            Err(error) => return Err(error.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn a_temporary_file_has_no_name_either_way() {
        for mut file in [temporary().unwrap(), named(&std::env::temp_dir()).unwrap()] {
            file.write_all(b"0123456789").unwrap();
            assert_eq!(file.metadata().unwrap().nlink(), 0);
            let frames = Frames::of_spool(file);
            let mut bytes = vec![1];
            frames.bytes(3, 4, &mut bytes).unwrap();
            assert_eq!(bytes, b"3456");
            frames.bytes(10, 0, &mut bytes).unwrap();
            assert_eq!(bytes, b"");
            let error = frames.bytes(8, 3, &mut bytes).unwrap_err();
            assert_eq!(error.to_string(), "the capture was cut since it was read: needed 11 bytes, found 10");
        }
    }

    #[test]
    fn a_file_that_changed_is_refused_and_one_that_grew_is_not() {
        let mut file = temporary().unwrap();
        file.write_all(b"0123456789").unwrap();
        let frames = Frames::of_file(file.try_clone().unwrap()).unwrap();
        assert!(frames.is_gone(), "it never had a name");
        let mut bytes = Vec::new();
        frames.bytes(0, 10, &mut bytes).unwrap();
        file.write_all(b"more").unwrap();
        frames.bytes(6, 4, &mut bytes).unwrap();
        assert_eq!(bytes, b"6789");
        file.set_len(8).unwrap();
        assert!(frames.bytes(6, 4, &mut bytes).unwrap_err().to_string().contains("needed 10 bytes, found 8"));
        let later = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1);
        file.set_modified(later).unwrap();
        let error = frames.bytes(0, 4, &mut bytes).unwrap_err();
        assert_eq!(error.get_ref().unwrap().downcast_ref(), Some(&Changed::WrittenOver));
        assert_eq!(bytes, b"");
    }
}
