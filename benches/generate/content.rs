use std::sync::LazyLock;

/// What a message says.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Letters.
    Plain,
    /// An HTTP/1.1 request, from [`REQUEST`] bytes on.
    HttpRequest,
    /// An HTTP/1.1 response, from [`RESPONSE`] bytes on.
    HttpResponse,
    /// A TLS `ClientHello` of [`hello_size`] bytes.
    ClientHello,
    /// TLS records of application data.
    TlsData,
}

/// The size of the smallest HTTP request and response there are here.
pub(crate) const REQUEST: u64 = 100;
pub(crate) const RESPONSE: u64 = 200;

/// A TLS record with its header, in bytes.
const RECORD: usize = 16_384 + 5;

/// A piece of a message.
#[derive(Clone, Copy)]
pub(crate) struct Content {
    pub(crate) kind: Kind,
    /// The size of the whole message, in bytes.
    pub(crate) size: u32,
    /// Where in it the piece starts.
    pub(crate) offset: u32,
    /// How long the piece is.
    pub(crate) length: u32,
}

impl Content {
    pub(crate) const NONE: Self = Self { kind: Kind::Plain, size: 0, offset: 0, length: 0 };

    pub(crate) fn plain(length: u64) -> Self {
        Self { kind: Kind::Plain, size: length as u32, offset: 0, length: length as u32 }
    }

    /// Appends it to `out`.
    pub(crate) fn append(&self, out: &mut Vec<u8>) {
        let (offset, length, size) = (self.offset as usize, self.length as usize, self.size as usize);
        let start = offset % (LETTERS.len() / 2);
        let written = out.len();
        out.extend_from_slice(&LETTERS[start..start + length]);
        let out = &mut out[written..];
        let mut put = |at: usize, bytes: &[u8]| {
            let first = at.max(offset);
            let last = (at + bytes.len()).min(offset + length);
            if first < last {
                out[first - offset..last - offset].copy_from_slice(&bytes[first - at..last - at]);
            }
        };
        match self.kind {
            Kind::HttpRequest => {
                put(0, b"GET /page/of/letters HTTP/1.1\r\nHost: www.example.com\r\nX-Letters: ");
                put(size - 4, b"\r\n\r\n");
            }
            Kind::HttpResponse if offset < RESPONSE as usize => {
                let head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: ";
                let body = size - head.len() - 12;
                put(0, format!("{head}{body:08}\r\n\r\n").as_bytes());
            }
            Kind::HttpResponse | Kind::Plain => {}
            Kind::ClientHello => put(0, &HELLO),
            Kind::TlsData => {
                let first = offset / RECORD * RECORD;
                for at in (first..(offset + length).min(size)).step_by(RECORD) {
                    let record = (size - at).min(RECORD).saturating_sub(5) as u16;
                    let [high, low] = record.to_be_bytes();
                    put(at, &[23, 3, 3, high, low]);
                }
            }
        }
    }
}

/// A size near `size` of which no TLS record is cut in its header.
pub(crate) fn tls_size(size: u64) -> u64 {
    if size % (RECORD as u64) < 30 { size + 30 } else { size }
}

pub(crate) fn hello_size() -> u64 {
    HELLO.len() as u64
}

/// What messages are filled with: long enough for the longest piece to start
/// anywhere in its first half.
static LETTERS: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut random = super::Random::new(7);
    (0..1 << 17).map(|_| b'a' + random.below(26) as u8).collect()
});

/// A `ClientHello` (RFC 8446 §4.1.2) that asks for www.example.com.
static HELLO: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let name = b"www.example.com";
    let counted = |bytes: &[u8]| [&(bytes.len() as u16).to_be_bytes(), bytes].concat();
    let server_name = counted(&[&[0], &*counted(name)].concat());
    let extensions = [
        [&[0, 0], &*counted(&server_name)].concat(),
        [&[0, 10], &*counted(&counted(&[0, 29, 0, 23]))].concat(),
        [&[0, 13], &*counted(&counted(&[4, 3, 8, 4, 4, 1]))].concat(),
        [&[0, 43], &*counted(&[4, 3, 4, 3, 3])].concat(),
        [&[0, 21], &*counted(&[0; 120])].concat(),
    ]
    .concat();
    let mut body = vec![3, 3];
    body.extend((0..32).map(|index| index * 7));
    body.push(0); // no session
    body.extend(counted(&[0x13, 1, 0x13, 2, 0x13, 3, 0xc0, 0x2f]));
    body.extend([1, 0]); // no compression
    body.extend(counted(&extensions));
    let handshake = [&[1, 0], &*counted(&body)].concat();
    [&[22, 3, 1], &*counted(&handshake)].concat()
});
