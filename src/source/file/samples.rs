//! Tiny captures made by hand, in either byte order.

use std::io::Read as _;

use super::bytes::ByteOrder;
use super::pcapng::block_type;

/// Bytes being put together.
pub(super) struct Sample {
    pub(super) bytes: Vec<u8>,
    order: ByteOrder,
}

impl Sample {
    pub(super) const fn new(order: ByteOrder) -> Self {
        Self { bytes: Vec::new(), order }
    }

    pub(super) fn u16(mut self, value: u16) -> Self {
        self.bytes.extend(match self.order {
            ByteOrder::Big => value.to_be_bytes(),
            ByteOrder::Little => value.to_le_bytes(),
        });
        self
    }

    pub(super) fn u32(mut self, value: u32) -> Self {
        self.bytes.extend(match self.order {
            ByteOrder::Big => value.to_be_bytes(),
            ByteOrder::Little => value.to_le_bytes(),
        });
        self
    }

    pub(super) fn u64(mut self, value: u64) -> Self {
        self.bytes.extend(match self.order {
            ByteOrder::Big => value.to_be_bytes(),
            ByteOrder::Little => value.to_le_bytes(),
        });
        self
    }

    pub(super) fn raw(mut self, bytes: &[u8]) -> Self {
        self.bytes.extend_from_slice(bytes);
        self
    }

    pub(super) fn padded(mut self, bytes: &[u8]) -> Self {
        self.bytes.extend_from_slice(bytes);
        self.bytes.resize(self.bytes.len().next_multiple_of(4), 0);
        self
    }

    /// A pcap header, version 2.4.
    pub(super) fn pcap(self, magic: u32, link_type: u32) -> Self {
        self.u32(magic).u16(2).u16(4).u32(0).u32(0).u32(262_144).u32(link_type)
    }

    /// A pcap record.
    pub(super) fn record(self, seconds: u32, units: u32, frame: &[u8], original_length: u32) -> Self {
        self.u32(seconds).u32(units).u32(u32::try_from(frame.len()).unwrap()).u32(original_length).raw(frame)
    }

    /// A pcapng option.
    pub(super) fn option(self, code: u16, value: &[u8]) -> Self {
        self.u16(code).u16(u16::try_from(value.len()).unwrap()).padded(value)
    }

    /// What `body` puts together, with type and length around it.
    pub(super) fn block(self, block_type: u32, body: impl FnOnce(Self) -> Self) -> Self {
        let body = body(Self::new(self.order)).bytes;
        let length = u32::try_from(body.len() + 12).unwrap();
        self.u32(block_type).u32(length).raw(&body).u32(length)
    }

    pub(super) fn section(self) -> Self {
        self.block(block_type::SECTION_HEADER, |body| body.u32(0x1a2b_3c4d).u16(1).u16(0).u64(u64::MAX))
    }

    /// An interface with these options.
    pub(super) fn interface(self, link_type: u16, snap_length: u32, options: impl FnOnce(Self) -> Self) -> Self {
        self.block(block_type::INTERFACE_DESCRIPTION, |body| options(body.u16(link_type).u16(0).u32(snap_length)))
    }

    /// A whole frame in an Enhanced Packet Block with these options.
    pub(super) fn packet(self, interface: u32, ticks: u64, frame: &[u8], options: impl FnOnce(Self) -> Self) -> Self {
        let length = u32::try_from(frame.len()).unwrap();
        self.block(block_type::ENHANCED_PACKET, |body| {
            options(body.u32(interface).time(ticks).u32(length).u32(length).padded(frame))
        })
    }

    /// A time, its upper half first.
    pub(super) fn time(self, ticks: u64) -> Self {
        self.u32(u32::try_from(ticks >> 32).unwrap()).u32(u32::try_from(ticks & 0xffff_ffff).unwrap())
    }
}

/// No options.
pub(super) const fn none(sample: Sample) -> Sample {
    sample
}

/// Three frames of 0, 3 and 60 bytes in pcap.
pub(super) fn small_pcap(order: ByteOrder) -> Vec<u8> {
    Sample::new(order)
        .pcap(0xa1b2_c3d4, 1)
        .record(1, 500_000, &[], 0)
        .record(2, 0, b"abc", 1500)
        .record(3, 999_999, &[7; 60], 60)
        .bytes
}

/// Three frames of 0, 3 and 60 bytes, a comment and a block nobody knows.
pub(super) fn small_pcapng(order: ByteOrder) -> Vec<u8> {
    Sample::new(order)
        .section()
        .interface(1, 0, |options| options.option(2, b"eth0").option(9, &[9]).option(0, &[]))
        .packet(0, 1, &[], none)
        .packet(0, 2, b"abc", |options| options.option(1, "你好".as_bytes()).option(0, &[]))
        .block(0x0000_0777, |body| body.u32(0))
        .packet(0, 3, &[7; 60], none)
        .bytes
}

/// One frame in pcap with record headers of 24 bytes.
pub(super) fn long_headers(order: ByteOrder) -> Vec<u8> {
    let records = |sample: Sample| sample.u32(1).u32(2).u32(3).u32(9).u32(7).u16(8).raw(&[4, 0]).raw(b"abc");
    records(records(Sample::new(order).pcap(0xa1b2_cd34, 1))).bytes
}

/// Two frames as Ixia's tools write them: the length of all records comes
/// behind the header.
pub(super) fn lcap(order: ByteOrder) -> Vec<u8> {
    let sample = Sample::new(order).pcap(0x1c00_01ac, 1).u32(38);
    sample.record(1, 2, b"abc", 9).record(3, 4, b"def", 3).bytes
}

/// One of everything that others write: options of every block, names,
/// statistics, secrets, custom blocks, two sections.
pub(super) fn rich_pcapng(order: ByteOrder) -> Vec<u8> {
    let number = |number: u64| Sample::new(order).u64(number).bytes;
    let custom = |text: &[u8]| Sample::new(order).u32(9999).raw(text).bytes;
    let section = |application: &'static [u8]| {
        let custom = custom(b"theirs");
        move |body: Sample| {
            let body = body.u32(0x1a2b_3c4d).u16(1).u16(0).u64(u64::MAX);
            let body = body.option(1, b"about it").option(2, b"x86").option(3, b"Linux 6.1").option(4, application);
            body.option(2988, &custom).option(0, &[])
        }
    };
    let sample = Sample::new(order).block(block_type::SECTION_HEADER, section(b"Dumpcap"));
    let sample = sample.interface(1, 96, |options| {
        let options = options.option(2, b"eth0").option(1, b"the uplink").option(8, &number(1_000_000_000));
        options.option(14, &number(3)).option(9, &[9]).option(11, b"\0port 80").option(0, &[])
    });
    let names = |body: Sample| {
        let body = body.u16(1).u16(12).padded(b"\x7f\0\0\x01local\0\0");
        let body = body.u16(2).u16(22).padded(&[&[0; 15][..], &[1], b"a.b\0c\0"].concat());
        body.u16(0).u16(0).option(2, b"dns").option(0, &[])
    };
    let flags = |options: Sample| {
        let flags = Sample::new(order).u32(1).bytes;
        options.option(1, b"first").option(2, &flags).option(1, b"second").option(0, &[])
    };
    sample
        .block(block_type::NAME_RESOLUTION, names)
        .packet(0, 5, b"abc", flags)
        .block(10, |body| body.u32(0x544c_534b).u32(6).padded(b"secret"))
        .interface(101, 0, none)
        .packet(1, 6, b"defg", none)
        .block(0x0bad, |body| body.u32(9999).raw(b"four"))
        .block(block_type::INTERFACE_STATISTICS, |body| {
            body.u32(0).time(9).option(5, &number(4)).option(7, &number(2)).option(0, &[])
        })
        .block(block_type::SECTION_HEADER, section(b"another"))
        .interface(228, 0, none)
        .packet(0, 7, b"hi", none)
        .block(0x4000_0bad, |body| body.u32(1))
        .bytes
}

pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = Vec::new();
    flate2::read::GzEncoder::new(bytes, flate2::Compression::default()).read_to_end(&mut packed).unwrap();
    packed
}

pub(super) fn zstd(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
}
