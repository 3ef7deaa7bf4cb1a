use std::fs::File;
use std::io::{BufWriter, Result, Write as _};

/// How the file is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// pcap, microseconds.
    Pcap,
    /// pcap, nanoseconds.
    PcapNanos,
    /// pcapng, nanoseconds.
    Pcapng,
}

impl Format {
    pub(crate) fn named(name: &str) -> Option<Self> {
        match name {
            "pcap" => Some(Self::Pcap),
            "pcap-ns" => Some(Self::PcapNanos),
            "pcapng" => Some(Self::Pcapng),
            _ => None,
        }
    }
}

/// A capture file of Ethernet frames that grows.
pub(crate) struct Output {
    file: BufWriter<File>,
    format: Format,
    snaplen: usize,
}

impl Output {
    pub(crate) fn new(file: File, format: Format, snaplen: usize) -> Result<Self> {
        let mut file = BufWriter::with_capacity(1 << 20, file);
        let limit = (snaplen as u32).to_le_bytes();
        match format {
            Format::Pcap | Format::PcapNanos => {
                let magic: u32 = if format == Format::Pcap { 0xa1b2_c3d4 } else { 0xa1b2_3c4d };
                file.write_all(&magic.to_le_bytes())?;
                file.write_all(&[2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0])?;
                file.write_all(&limit)?;
                file.write_all(&[1, 0, 0, 0])?;
            }
            Format::Pcapng => {
                // Section header: byte order, version 1.0, length unknown.
                file.write_all(&[0x0a, 0x0d, 0x0d, 0x0a, 28, 0, 0, 0, 0x4d, 0x3c, 0x2b, 0x1a, 1, 0, 0, 0])?;
                file.write_all(&[0xff; 8])?;
                file.write_all(&[28, 0, 0, 0])?;
                // Interface: Ethernet, if_tsresol (9) of 1 byte = 10^-9 s.
                file.write_all(&[1, 0, 0, 0, 32, 0, 0, 0, 1, 0, 0, 0])?;
                file.write_all(&limit)?;
                file.write_all(&[9, 0, 1, 0, 9, 0, 0, 0, 0, 0, 0, 0, 32, 0, 0, 0])?;
            }
        }
        Ok(Self { file, format, snaplen })
    }

    /// One record. `at` in nanoseconds since 1970.
    pub(crate) fn packet(&mut self, at: u64, frame: &[u8]) -> Result<()> {
        let kept = &frame[..frame.len().min(self.snaplen)];
        let lengths = [kept.len() as u32, frame.len() as u32].map(u32::to_le_bytes);
        let mut header = [0; 28];
        if self.format == Format::Pcapng {
            let padding = kept.len().next_multiple_of(4) - kept.len();
            let block = ((32 + kept.len() + padding) as u32).to_le_bytes();
            header[0] = 6;
            header[4..8].copy_from_slice(&block);
            header[12..16].copy_from_slice(&((at >> 32) as u32).to_le_bytes());
            header[16..20].copy_from_slice(&(at as u32).to_le_bytes());
            header[20..28].copy_from_slice(lengths.as_flattened());
            self.file.write_all(&header)?;
            self.file.write_all(kept)?;
            self.file.write_all(&[0; 3][..padding])?;
            return self.file.write_all(&block);
        }
        let unit = if self.format == Format::Pcap { 1_000 } else { 1 };
        header[..4].copy_from_slice(&((at / 1_000_000_000) as u32).to_le_bytes());
        header[4..8].copy_from_slice(&((at % 1_000_000_000 / unit) as u32).to_le_bytes());
        header[8..16].copy_from_slice(lengths.as_flattened());
        self.file.write_all(&header[..16])?;
        self.file.write_all(kept)
    }

    pub(crate) fn finish(mut self) -> Result<()> {
        self.file.flush()
    }
}
