//! Protocols made of lines of text, of which the first is shown: HTTP, RTSP,
//! SMTP, FTP, WHOIS, SSH's greeting.

/// What is known of a port's protocol.
struct Protocol {
    name: &'static str,
    /// Stands behind `[|` where something is missing.
    short: &'static str,
    ports: &'static [u64],
    shown: Shown,
}

/// Which first lines are shown.
enum Shown {
    /// Every line.
    All,
    /// Requests with one of these words, and lines with a status code.
    Known(&'static [&'static str]),
}

const HTTP: [&str; 38] = [
    "GET",
    "PUT",
    "COPY",
    "HEAD",
    "LOCK",
    "MOVE",
    "POLL",
    "POST",
    "BCOPY",
    "BMOVE",
    "MKCOL",
    "TRACE",
    "LABEL",
    "MERGE",
    "DELETE",
    "SEARCH",
    "UNLOCK",
    "REPORT",
    "UPDATE",
    "NOTIFY",
    "BDELETE",
    "CONNECT",
    "OPTIONS",
    "CHECKIN",
    "PROPFIND",
    "CHECKOUT",
    "CCM_POST",
    "SUBSCRIBE",
    "PROPPATCH",
    "BPROPFIND",
    "BPROPPATCH",
    "UNCHECKOUT",
    "MKACTIVITY",
    "MKWORKSPACE",
    "UNSUBSCRIBE",
    "RPC_CONNECT",
    "VERSION-CONTROL",
    "BASELINE-CONTROL",
];

const RTSP: [&str; 11] = [
    "OPTIONS",
    "DESCRIBE",
    "ANNOUNCE",
    "SETUP",
    "PLAY",
    "PAUSE",
    "TEARDOWN",
    "GET_PARAMETER",
    "SET_PARAMETER",
    "REDIRECT",
    "RECORD",
];

const PROTOCOLS: [Protocol; 5] = [
    Protocol { name: "FTP", short: "ftp", ports: &[21], shown: Shown::All },
    Protocol { name: "SMTP", short: "smtp", ports: &[25], shown: Shown::All },
    Protocol { name: "WHOIS", short: "whois", ports: &[43], shown: Shown::All },
    Protocol { name: "HTTP", short: "http", ports: &[80, 8080], shown: Shown::Known(&HTTP) },
    Protocol { name: "RTSP", short: "rtsp", ports: &[554, 8554], shown: Shown::Known(&RTSP) },
];

/// Where the first line ends.
#[derive(PartialEq, Eq)]
enum End {
    /// At a line break.
    Broken,
    /// The payload ends before it does.
    Open,
    /// It is not text.
    Binary,
}

/// The first line without its line break.
fn first_line(payload: &[u8], cut: bool) -> (&[u8], End) {
    let is_text = |byte: &u8| byte.is_ascii_graphic() || matches!(byte, b' ' | b'\t');
    let length = payload.iter().take_while(|byte| is_text(byte)).count();
    let (line, rest) = payload.split_at_checked(length).unwrap_or_default();
    let end = match rest {
        [] => End::Open,
        [b'\r'] if cut => End::Open,
        [b'\n', ..] | [b'\r', b'\n', ..] => End::Broken,
        _ => End::Binary,
    };
    (line, end)
}

fn is_shown(shown: &Shown, line: &[u8]) -> bool {
    let Shown::Known(words) = shown else { return true };
    let mut parts = line.split(|byte| *byte == b' ').filter(|word| !word.is_empty());
    let first = parts.next().unwrap_or_default();
    let request = line.split(u8::is_ascii_whitespace).next().unwrap_or_default();
    let status = parts.next().is_some_and(|code| code.len() == 3 && code.iter().all(u8::is_ascii_digit));
    words.iter().any(|word| request.eq_ignore_ascii_case(word.as_bytes())) || (status && !first.contains(&b'\t'))
}

/// Appends what the line says of a payload, if one of the ports has a protocol
/// of lines. `cut`: the capture did not keep all of it.
pub(super) fn append(out: &mut String, ports: [u64; 2], payload: &[u8], cut: bool) {
    let text = |line: &[u8]| String::from_utf8_lossy(line).into_owned();
    let (line, end) = first_line(payload, cut);
    if ports.contains(&22) {
        if b"SSH-".starts_with(payload) && payload.len() < 4
            || (cut && end == End::Open && payload.starts_with(b"SSH-"))
        {
            out.push_str(" [|ssh]");
        } else if payload.starts_with(b"SSH-") && end == End::Broken {
            out.push_str(": SSH: ");
            out.push_str(&text(line));
        }
        return;
    }
    let Some(protocol) = PROTOCOLS.iter().find(|known| ports.iter().any(|port| known.ports.contains(port))) else {
        if ports.contains(&179) {
            out.push_str(": BGP");
        }
        return;
    };
    out.push_str(": ");
    out.push_str(protocol.name);
    if end == End::Binary || !is_shown(&protocol.shown, line) {
        return;
    }
    let whole = end == End::Broken || !cut;
    if whole {
        out.push_str(": ");
        out.push_str(&text(line));
    }
    if end == End::Open {
        out.push_str(" [|");
        out.push_str(protocol.short);
        out.push(']');
    }
}
