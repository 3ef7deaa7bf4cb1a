//! The kernel settings that shape the picture: pinned in a private network,
//! read on the host.
//!
//! Owns their names and values. Has no opinion on what they mean for a
//! conversation. The values are Linux's own defaults (ip-sysctl in the kernel's
//! documentation), so that the same picture comes out of a host that was tuned.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

/// Name below `/proc/sys/` with dots, and value.
const PINNED: [(&str, &str); 39] = [
    // How fast it sends.
    ("net.ipv4.tcp_congestion_control", "reno"),
    ("net.ipv4.tcp_slow_start_after_idle", "1"),
    ("net.ipv4.tcp_autocorking", "1"),
    ("net.ipv4.tcp_no_metrics_save", "1"),
    // What is offered in a SYN.
    ("net.ipv4.tcp_sack", "1"),
    ("net.ipv4.tcp_dsack", "1"),
    ("net.ipv4.tcp_timestamps", "1"),
    ("net.ipv4.tcp_window_scaling", "1"),
    ("net.ipv4.tcp_ecn", "2"),
    ("net.ipv4.tcp_fastopen", "1"),
    // How often and how long it tries.
    ("net.ipv4.tcp_syn_retries", "6"),
    ("net.ipv4.tcp_synack_retries", "5"),
    ("net.ipv4.tcp_syn_linear_timeouts", "4"),
    ("net.ipv4.tcp_retries1", "3"),
    ("net.ipv4.tcp_retries2", "15"),
    ("net.ipv4.tcp_orphan_retries", "0"),
    ("net.ipv4.tcp_fin_timeout", "60"),
    ("net.ipv4.tcp_keepalive_time", "7200"),
    ("net.ipv4.tcp_keepalive_intvl", "75"),
    ("net.ipv4.tcp_keepalive_probes", "9"),
    // How it finds losses.
    ("net.ipv4.tcp_early_retrans", "3"),
    ("net.ipv4.tcp_recovery", "1"),
    ("net.ipv4.tcp_frto", "2"),
    ("net.ipv4.tcp_reordering", "3"),
    ("net.ipv4.tcp_mtu_probing", "0"),
    // The doors: full queues, old connections, ports.
    ("net.ipv4.tcp_syncookies", "1"),
    ("net.ipv4.tcp_abort_on_overflow", "0"),
    // Linux takes these two from the size of its table of connections; so
    // large they are on a host with 16 GB.
    ("net.ipv4.tcp_max_syn_backlog", "1024"),
    ("net.ipv4.tcp_max_tw_buckets", "65536"),
    ("net.core.somaxconn", "4096"),
    ("net.ipv4.tcp_tw_reuse", "2"),
    ("net.ipv4.tcp_rfc1337", "0"),
    ("net.ipv4.ip_local_port_range", "32768 60999"),
    // A program in a private network may take any port, as its owner may not.
    ("net.ipv4.ip_unprivileged_port_start", "0"),
    // The windows.
    ("net.ipv4.tcp_rmem", "4096 131072 6291456"),
    ("net.ipv4.tcp_wmem", "4096 16384 4194304"),
    ("net.ipv4.tcp_moderate_rcvbuf", "1"),
    ("net.ipv4.tcp_adv_win_scale", "1"),
    // The hops.
    ("net.ipv4.ip_default_ttl", "64"),
];

/// What is told of a setting this kernel does not have.
const ABSENT: &str = "absent";

/// Sets what can be set and tells what each is afterwards. A setting that this
/// kernel lacks or does not let us change is no failure: what is told is what
/// there is.
pub(in crate::source) fn pin() -> BTreeMap<String, String> {
    told(|name, value| {
        let found = value_of(name)?;
        // A refusal shows in what is read back.
        if found == value || fs::write(path(name), value).is_err() { Some(found) } else { value_of(name) }
    })
}

/// Tells what each is, changing nothing.
pub(super) fn read() -> BTreeMap<String, String> {
    told(|name, _| value_of(name))
}

/// The kernel, `Linux 6.18.0`.
pub(super) fn system() -> String {
    let name = rustix::system::uname();
    format!("{} {}", name.sysname().to_string_lossy(), name.release().to_string_lossy())
}

fn told(value: impl Fn(&str, &str) -> Option<String>) -> BTreeMap<String, String> {
    PINNED
        .iter()
        .map(|(name, pinned)| ((*name).to_owned(), value(name, pinned).unwrap_or_else(|| ABSENT.to_owned())))
        .collect()
}

/// The value with one space between numbers, as it is written in [`PINNED`].
fn value_of(name: &str) -> Option<String> {
    let text = fs::read_to_string(path(name)).ok()?;
    Some(text.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn path(name: &str) -> PathBuf {
    PathBuf::from("/proc/sys").join(name.replace('.', "/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_written_as_we_write_it() {
        let told = read();
        assert_eq!(told.len(), PINNED.len(), "a name stands twice");
        let ports = told.get("net.ipv4.ip_local_port_range").unwrap();
        assert!(ports == ABSENT || ports.split(' ').count() == 2, "{ports:?}");
    }
}
