//! The kernel settings that may be changed in a lab: those that shape the
//! picture, and that a reader can be told of in a sentence
//! (ip-sysctl in the kernel's documentation).

use crate::source::programs::nearest_of;

/// The names below `/proc/sys/` with dots.
pub const SETTINGS: &[&str] = &[
    // How fast it sends.
    "net.ipv4.tcp_congestion_control",
    "net.ipv4.tcp_slow_start_after_idle",
    "net.ipv4.tcp_autocorking",
    // What is offered in a SYN.
    "net.ipv4.tcp_sack",
    "net.ipv4.tcp_dsack",
    "net.ipv4.tcp_timestamps",
    "net.ipv4.tcp_window_scaling",
    "net.ipv4.tcp_ecn",
    "net.ipv4.tcp_fastopen",
    // How often and how long it tries.
    "net.ipv4.tcp_syn_retries",
    "net.ipv4.tcp_synack_retries",
    "net.ipv4.tcp_syn_linear_timeouts",
    "net.ipv4.tcp_retries1",
    "net.ipv4.tcp_retries2",
    "net.ipv4.tcp_orphan_retries",
    "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_keepalive_time",
    "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes",
    // How it finds losses.
    "net.ipv4.tcp_early_retrans",
    "net.ipv4.tcp_recovery",
    "net.ipv4.tcp_frto",
    "net.ipv4.tcp_reordering",
    "net.ipv4.tcp_mtu_probing",
    // The doors: full queues, old connections, ports.
    "net.ipv4.tcp_syncookies",
    "net.ipv4.tcp_abort_on_overflow",
    "net.ipv4.tcp_max_syn_backlog",
    "net.core.somaxconn",
    "net.ipv4.tcp_tw_reuse",
    "net.ipv4.tcp_rfc1337",
    "net.ipv4.ip_local_port_range",
    // The windows.
    "net.ipv4.tcp_rmem",
    "net.ipv4.tcp_wmem",
    "net.ipv4.tcp_moderate_rcvbuf",
    // The hops.
    "net.ipv4.ip_default_ttl",
    "net.ipv4.ip_no_pmtu_disc",
];

/// The name without what stands before the last dot: `tcp_sack`.
pub fn short_name(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

/// The full name for a full or a short one.
pub fn find_setting(name: &str) -> Option<&'static str> {
    SETTINGS.iter().find(|known| **known == name || short_name(known) == name).copied()
}

/// The short name that looks most like one that there is not.
pub fn nearest_setting(name: &str) -> Option<&'static str> {
    nearest_of(short_name(name), SETTINGS.iter().map(|known| short_name(known)))
}
