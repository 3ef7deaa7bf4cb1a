//! The calls that wait for any of several descriptors: poll, select, epoll.
//!
//! Owns finding a socket among them. Has no opinion on what it is waited for.

use std::time::Duration;

use super::filter::SYS_EPOLL_PWAIT2;
use super::memory::{Buffer, Memory};
use super::table::Table;
use crate::model::Call;

/// The most descriptors that are looked at in one call.
const MOST: u64 = 4096;

/// The call and the first socket it waits for; `None` where it waits for none,
/// or is another call.
pub(super) fn wait(number: i64, arguments: [u64; 6], memory: Memory, table: &Table) -> Option<(i32, Call)> {
    let [first, second, third, fourth, fifth, _] = arguments;
    let (name, fd, timeout) = match number {
        #[cfg(target_arch = "x86_64")]
        libc::SYS_poll => ("poll", polled(memory, first, second, table), milliseconds(third)),
        #[cfg(target_arch = "x86_64")]
        libc::SYS_select => ("select", selected(memory, arguments, table), timeval(memory, fifth)),
        #[cfg(target_arch = "x86_64")]
        libc::SYS_epoll_wait => ("epoll_wait", table.watched(int(first)), milliseconds(fourth)),
        libc::SYS_ppoll => ("ppoll", polled(memory, first, second, table), timespec(memory, third)),
        libc::SYS_pselect6 => ("pselect6", selected(memory, arguments, table), timespec(memory, fifth)),
        libc::SYS_epoll_pwait => ("epoll_pwait", table.watched(int(first)), milliseconds(fourth)),
        SYS_EPOLL_PWAIT2 => ("epoll_pwait2", table.watched(int(first)), timespec(memory, fourth)),
        _ => return None,
    };
    let timeout_ms = timeout.map(|timeout| i64::try_from(timeout.as_millis()).unwrap_or(i64::MAX));
    Some((fd?, Call::Wait { name: name.to_owned(), timeout_ms }))
}

/// The first socket of an array of `struct pollfd`.
fn polled(memory: Memory, address: u64, count: u64, table: &Table) -> Option<i32> {
    let entries = memory.words(address, count.min(MOST));
    entries.into_iter().map(int).find(|fd| table.get(*fd).is_some())
}

/// The first socket of the three sets of `select`.
fn selected(memory: Memory, arguments: [u64; 6], table: &Table) -> Option<i32> {
    let [count, sets @ .., _, _] = arguments;
    let count = count.min(MOST);
    let words = sets.map(|address| if address == 0 { Vec::new() } else { memory.words(address, count.div_ceil(64)) });
    let is_set = |fd: u64| {
        let word = |set: &Vec<u64>| set.get(usize::try_from(fd / 64).ok()?).copied();
        words.iter().any(|set| word(set).is_some_and(|word| word >> (fd % 64) & 1 == 1))
    };
    (0..count).filter(|fd| is_set(*fd)).map(int).find(|fd| table.get(*fd).is_some())
}

/// A number of milliseconds; below zero it is for ever.
fn milliseconds(argument: u64) -> Option<Duration> {
    u64::try_from(int(argument)).ok().map(Duration::from_millis)
}

fn timespec(memory: Memory, address: u64) -> Option<Duration> {
    span(memory, address, 1)
}

#[cfg(target_arch = "x86_64")]
fn timeval(memory: Memory, address: u64) -> Option<Duration> {
    span(memory, address, 1000)
}

/// Seconds and a fraction of so many nanoseconds.
pub(super) fn span(memory: Memory, address: u64, fraction: u64) -> Option<Duration> {
    let bytes = memory.bytes(Buffer { address, length: 16 });
    let (words, _) = bytes.as_chunks::<8>();
    let &[seconds, parts] = words else { return None };
    let parts = u64::from_ne_bytes(parts).checked_mul(fraction)?;
    Duration::from_secs(u64::from_ne_bytes(seconds)).checked_add(Duration::from_nanos(parts))
}

/// The `int` in the lower half of an argument.
#[expect(clippy::cast_possible_truncation, reason = "the kernel takes the lower half of the register, and so do we")]
pub(super) const fn int(argument: u64) -> i32 {
    (argument as u32).cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::syscalls::table::Socket;

    fn own() -> (Memory, Table) {
        let pid = std::process::id().try_into().unwrap();
        let mut table = Table::new(pid);
        table.insert(70, Socket::new(libc::AF_INET, libc::SOCK_STREAM));
        (Memory(pid), table)
    }

    fn address<T>(of: &[T]) -> u64 {
        of.as_ptr().addr() as u64
    }

    #[test]
    fn only_waits_for_sockets_are_told() {
        let (memory, table) = own();
        // fd, events and revents of poll: the socket is the second.
        let entries: [u64; 2] = [0x0001_0000_0003, 0x0001_0000_0046];
        let ppoll = |count| wait(libc::SYS_ppoll, [address(&entries), count, 0, 0, 0, 0], memory, &table);
        assert_eq!(ppoll(1), None);
        assert_eq!(ppoll(2), Some((70, Call::Wait { name: "ppoll".into(), timeout_ms: None })));

        let set: [u64; 2] = [1 << 3, 1 << 6];
        let time: [i64; 2] = [2, 500_000_000];
        let select = |count| wait(libc::SYS_pselect6, [count, address(&set), 0, 0, address(&time), 0], memory, &table);
        assert_eq!(select(70), None);
        assert_eq!(select(71), Some((70, Call::Wait { name: "pselect6".into(), timeout_ms: Some(2500) })));
    }

    #[test]
    fn epoll_waits_for_what_it_was_told_to_watch() {
        let (memory, mut table) = own();
        let wait = |table: &Table| wait(libc::SYS_epoll_pwait, [5, 0, 1, u64::from(u32::MAX), 0, 0], memory, table);
        assert_eq!(wait(&table), None);
        table.watch(5, 70, true);
        assert_eq!(wait(&table), Some((70, Call::Wait { name: "epoll_pwait".into(), timeout_ms: None })));
        table.remove(70);
        assert_eq!(wait(&table), None);
    }
}
