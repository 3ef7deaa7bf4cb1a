//! Taking numbers off the front of a slice, in either byte order.

/// Which end of a number comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ByteOrder {
    Big,
    Little,
}

impl ByteOrder {
    /// The order in which a section's byte-order magic `0x1A2B3C4D` was
    /// written; `None` where it is something else.
    pub(super) fn of_magic(magic: &[u8]) -> Option<Self> {
        match magic.get(..4)? {
            [0x1a, 0x2b, 0x3c, 0x4d] => Some(Self::Big),
            [0x4d, 0x3c, 0x2b, 0x1a] => Some(Self::Little),
            _ => None,
        }
    }

    /// As a trace keeps it.
    pub(super) const fn of(big_endian: bool) -> Self {
        if big_endian { Self::Big } else { Self::Little }
    }

    /// As a trace keeps it.
    pub(super) const fn is_big(self) -> bool {
        matches!(self, Self::Big)
    }

    /// The bytes of a number in this order.
    pub(super) const fn bytes16(self, number: u16) -> [u8; 2] {
        match self {
            Self::Big => number.to_be_bytes(),
            Self::Little => number.to_le_bytes(),
        }
    }

    /// The bytes of a number in this order.
    pub(super) const fn bytes32(self, number: u32) -> [u8; 4] {
        match self {
            Self::Big => number.to_be_bytes(),
            Self::Little => number.to_le_bytes(),
        }
    }

    /// The bytes of a number in this order.
    pub(super) const fn bytes64(self, number: u64) -> [u8; 8] {
        match self {
            Self::Big => number.to_be_bytes(),
            Self::Little => number.to_le_bytes(),
        }
    }

    const fn u16(self, bytes: [u8; 2]) -> u16 {
        match self {
            Self::Big => u16::from_be_bytes(bytes),
            Self::Little => u16::from_le_bytes(bytes),
        }
    }

    const fn u32(self, bytes: [u8; 4]) -> u32 {
        match self {
            Self::Big => u32::from_be_bytes(bytes),
            Self::Little => u32::from_le_bytes(bytes),
        }
    }

    /// The number that `bytes` are, where they are eight.
    pub(super) fn u64(self, bytes: &[u8]) -> Option<u64> {
        let bytes = bytes.try_into().ok()?;
        Some(match self {
            Self::Big => u64::from_be_bytes(bytes),
            Self::Little => u64::from_le_bytes(bytes),
        })
    }

    /// As [`ByteOrder::u64`], signed.
    pub(super) fn i64(self, bytes: &[u8]) -> Option<i64> {
        self.u64(bytes).map(u64::cast_signed)
    }
}

/// What is left of a record's bytes.
#[derive(Clone, Copy)]
pub(super) struct Bytes<'a> {
    left: &'a [u8],
    order: ByteOrder,
}

impl<'a> Bytes<'a> {
    pub(super) const fn new(left: &'a [u8], order: ByteOrder) -> Self {
        Self { left, order }
    }

    pub(super) fn u16(&mut self) -> Option<u16> {
        let (bytes, left) = self.left.split_first_chunk()?;
        self.left = left;
        Some(self.order.u16(*bytes))
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        let (bytes, left) = self.left.split_first_chunk()?;
        self.left = left;
        Some(self.order.u32(*bytes))
    }

    /// The next `length` bytes, and the padding to a multiple of four behind
    /// them where it is there.
    pub(super) fn padded(&mut self, length: u32) -> Option<&'a [u8]> {
        let length = usize::try_from(length).ok()?;
        let (bytes, left) = self.left.split_at_checked(length)?;
        self.left = left.get(length.wrapping_neg() % 4..).unwrap_or_default();
        Some(bytes)
    }

    /// What was not taken.
    pub(super) const fn left(&self) -> &'a [u8] {
        self.left
    }
}
