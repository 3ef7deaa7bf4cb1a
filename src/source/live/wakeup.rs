//! Ending a wait from another thread.

use std::io;
use std::os::fd::{AsFd as _, BorrowedFd, OwnedFd};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::event::{EventfdFlags, eventfd};

/// Ends a [`super::LiveNetwork::wait`] from another thread.
#[derive(Clone, Debug)]
pub struct Wakeup {
    descriptor: Arc<OwnedFd>,
    /// Whether it has been called since the last wait.
    called: Arc<AtomicBool>,
}

impl Wakeup {
    /// A new one.
    ///
    /// # Errors
    /// eventfd(2)'s: no descriptors left.
    pub fn new() -> io::Result<Self> {
        let descriptor = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?;
        Ok(Self { descriptor: Arc::new(descriptor), called: Arc::default() })
    }

    /// Ends the wait that runs, or the next one.
    pub fn call(&self) {
        if !self.called.swap(true, Ordering::AcqRel) {
            // It is empty, so there is room for 1.
            rustix::io::write(&*self.descriptor, &1_u64.to_ne_bytes()).ok();
        }
    }

    /// What becomes readable when it is called.
    pub(super) fn descriptor(&self) -> BorrowedFd<'_> {
        self.descriptor.as_fd()
    }

    /// Forgets that it was called.
    pub(super) fn reset(&self) {
        // Nothing to read is as good.
        rustix::io::read(&*self.descriptor, &mut [0; 8]).ok();
        self.called.store(false, Ordering::Release);
    }
}
