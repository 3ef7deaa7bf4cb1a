//! Port numbers: whose they are by their size, and the names of the usual
//! ones.

/// A third of the numbers (RFC 6335 §6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PortRange {
    /// 0: nobody's; for `bind` it means "choose one for me".
    Zero,
    /// 1–1023, the well-known ports: services of the system. Unix lets only
    /// the privileged listen there.
    System,
    /// 1024–49151, the registered ports.
    User,
    /// 49152–65535: never given to a service.
    Dynamic,
}

/// From where to where Linux chooses the port of a client, unless it is told
/// otherwise (ip-sysctl, `ip_local_port_range`). It begins below the dynamic
/// ports.
pub const LINUX_EPHEMERAL: (u16, u16) = (32_768, 60_999);

/// A service by its usual port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Service {
    /// Its name in IANA's registry of service names and port numbers.
    pub name: &'static str,
    /// The port.
    pub port: u16,
    /// Over what: `tcp`, `udp`, or both.
    pub over: &'static str,
    /// What people call it.
    pub called: &'static str,
    /// Where it is specified; empty where only the registry says.
    pub cite: &'static str,
}

const fn service(
    name: &'static str,
    port: u16,
    over: &'static str,
    called: &'static str,
    cite: &'static str,
) -> Service {
    Service { name, port, over, called, cite }
}

/// The usual ones, by port. Names and ports are those of IANA's registry.
pub const SERVICES: &[Service] = &[
    service("echo", 7, "tcp, udp", "Echo", "RFC 862"),
    service("discard", 9, "tcp, udp", "Discard", "RFC 863"),
    service("daytime", 13, "tcp, udp", "Daytime", "RFC 867"),
    service("ftp-data", 20, "tcp", "FTP, data", "RFC 959"),
    service("ftp", 21, "tcp", "FTP, control", "RFC 959"),
    service("ssh", 22, "tcp", "SSH", "RFC 4253"),
    service("telnet", 23, "tcp", "Telnet", "RFC 854"),
    service("smtp", 25, "tcp", "SMTP", "RFC 5321"),
    service("time", 37, "tcp, udp", "Time", "RFC 868"),
    service("domain", 53, "tcp, udp", "DNS", "RFC 1035"),
    service("bootps", 67, "udp", "DHCP, server", "RFC 2131"),
    service("bootpc", 68, "udp", "DHCP, client", "RFC 2131"),
    service("tftp", 69, "udp", "TFTP", "RFC 1350"),
    service("http", 80, "tcp", "HTTP", "RFC 9110"),
    service("kerberos", 88, "tcp, udp", "Kerberos", "RFC 4120"),
    service("pop3", 110, "tcp", "POP3", "RFC 1939"),
    service("sunrpc", 111, "tcp, udp", "ONC RPC", "RFC 5531"),
    service("nntp", 119, "tcp", "NNTP", "RFC 3977"),
    service("ntp", 123, "udp", "NTP", "RFC 5905"),
    service("netbios-ssn", 139, "tcp", "NetBIOS session", "RFC 1002"),
    service("imap", 143, "tcp", "IMAP", "RFC 9051"),
    service("snmp", 161, "udp", "SNMP", "RFC 3417"),
    service("snmptrap", 162, "udp", "SNMP traps", "RFC 3417"),
    service("bgp", 179, "tcp", "BGP", "RFC 4271"),
    service("ldap", 389, "tcp", "LDAP", "RFC 4511"),
    service("https", 443, "tcp, udp", "HTTPS; over UDP: HTTP/3", "RFC 9110, RFC 9114"),
    service("microsoft-ds", 445, "tcp", "SMB", ""),
    service("submissions", 465, "tcp", "mail submission over TLS", "RFC 8314"),
    service("isakmp", 500, "udp", "IKE", "RFC 7296"),
    service("syslog", 514, "udp", "Syslog", "RFC 5426"),
    service("router", 520, "udp", "RIP", "RFC 2453"),
    service("dhcpv6-client", 546, "udp", "DHCPv6, client", "RFC 8415"),
    service("dhcpv6-server", 547, "udp", "DHCPv6, server", "RFC 8415"),
    service("submission", 587, "tcp", "mail submission", "RFC 6409"),
    service("ipp", 631, "tcp", "IPP (printing)", "RFC 8010"),
    service("ldaps", 636, "tcp", "LDAP over TLS", ""),
    service("domain-s", 853, "tcp, udp", "DNS over TLS, over QUIC", "RFC 7858, RFC 9250"),
    service("imaps", 993, "tcp", "IMAP over TLS", "RFC 8314"),
    service("pop3s", 995, "tcp", "POP3 over TLS", "RFC 8314"),
    service("socks", 1080, "tcp", "SOCKS", "RFC 1928"),
    service("ms-sql-s", 1433, "tcp", "Microsoft SQL Server", ""),
    service("mqtt", 1883, "tcp", "MQTT", ""),
    service("nfs", 2049, "tcp, udp", "NFS", "RFC 7530"),
    service("mysql", 3306, "tcp", "MySQL", ""),
    service("ms-wbt-server", 3389, "tcp, udp", "Remote Desktop (RDP)", ""),
    service("stun", 3478, "tcp, udp", "STUN, TURN", "RFC 8489"),
    service("sip", 5060, "tcp, udp", "SIP", "RFC 3261"),
    service("xmpp-client", 5222, "tcp", "XMPP", "RFC 6120"),
    service("mdns", 5353, "udp", "Multicast DNS", "RFC 6762"),
    service("postgresql", 5432, "tcp", "PostgreSQL", ""),
    service("amqp", 5672, "tcp", "AMQP", ""),
    service("redis", 6379, "tcp", "Redis", ""),
    service("http-alt", 8080, "tcp", "HTTP, another server", ""),
    service("memcache", 11211, "tcp, udp", "Memcached", ""),
    service("mongodb", 27017, "tcp", "MongoDB", ""),
];

/// The services whose usual port this is.
pub fn services_at(port: u16) -> impl Iterator<Item = &'static Service> {
    SERVICES.iter().filter(move |service| service.port == port)
}

impl PortRange {
    /// Which third a port is in.
    pub const fn of(port: u16) -> Self {
        match port {
            0 => Self::Zero,
            1..=1023 => Self::System,
            1024..=49_151 => Self::User,
            49_152.. => Self::Dynamic,
        }
    }

    /// The word in JSON and in the keys of sentences.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Zero => "zero",
            Self::System => "well-known",
            Self::User => "registered",
            Self::Dynamic => "dynamic",
        }
    }
}
