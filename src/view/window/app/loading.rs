//! A capture of moderate size, read and understood on a thread of its own.

use std::io;
use std::path::{Path, PathBuf};
use std::thread;

use crossbeam_channel::{Receiver, TryRecvError, bounded};

use super::super::document::Document;
use super::super::egui::Context;
use crate::source::file::{self, Damage, FileError};

/// What was read: a document, and what was wrong with its file.
pub(super) type Loaded = Result<(Box<Document>, Option<Damage>), FileError>;

/// A capture on its way. Dropping it forgets it.
#[derive(Debug)]
pub(super) struct Loading {
    pub(super) path: PathBuf,
    /// When it was asked for, in egui's seconds.
    pub(super) since: f64,
    receiver: Receiver<Loaded>,
}

impl Loading {
    /// Begins to read the capture at `path`.
    ///
    /// # Errors
    /// Where no thread can be started.
    pub(super) fn start(ctx: &Context, path: &Path) -> Result<Self, FileError> {
        let (sender, receiver) = bounded(1);
        let (file, waking) = (path.to_owned(), ctx.clone());
        let read = move || {
            let loaded = file::open(&file).map(|opened| (Box::new(Document::new(opened.trace)), opened.damage));
            // Nobody waits any more if another file was opened meanwhile.
            sender.send(loaded).ok();
            waking.request_repaint();
        };
        let failed = |source: io::Error| FileError::Read { source };
        thread::Builder::new().name("loading".into()).spawn(read).map_err(failed)?;
        Ok(Self { path: path.to_owned(), since: ctx.input(|input| input.time), receiver })
    }

    /// What was read, once it was.
    pub(super) fn take(&self) -> Option<Loaded> {
        match self.receiver.try_recv() {
            Ok(loaded) => Some(loaded),
            Err(TryRecvError::Empty) => None,
            // It panicked, and told so on standard error.
            Err(TryRecvError::Disconnected) => {
                Some(Err(FileError::Read { source: io::Error::other("the reading thread has ended") }))
            }
        }
    }
}
