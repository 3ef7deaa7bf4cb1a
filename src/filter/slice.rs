use super::error::FilterErrorKind;

/// A piece of bytes: `[4:2]`, `[4-5]`, `[4]`, `[:4]`, `[4:]`. A negative start
/// counts from the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Slice {
    start: i32,
    end: End,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// So many bytes.
    Length(i32),
    /// Up to this byte, and with it.
    Inclusive(i32),
    /// To the end.
    Open,
}

/// What stands in square brackets, at commas apart.
pub(super) fn parse(inside: &str) -> Result<Vec<Slice>, FilterErrorKind> {
    inside
        .split(',')
        .map(|piece| {
            let piece = piece.trim();
            let slice = one(piece).ok_or_else(|| FilterErrorKind::BadSlice { found: piece.to_owned() })?;
            let empty = match slice.end {
                End::Length(length) => length <= 0,
                End::Inclusive(end) => end < slice.start || (slice.start < 0) != (end < 0),
                End::Open => false,
            };
            if empty { Err(FilterErrorKind::EmptySlice { found: piece.to_owned() }) } else { Ok(slice) }
        })
        .collect()
}

fn one(piece: &str) -> Option<Slice> {
    let number = |text: &str| text.trim().parse::<i32>().ok().filter(|_| !text.trim().starts_with('+'));
    if let Some((start, length)) = piece.split_once(':') {
        let start = if start.is_empty() { 0 } else { number(start)? };
        let end = if length.is_empty() { End::Open } else { End::Length(number(length)?) };
        return Some(Slice { start, end });
    }
    // A minus in front is a sign, a later one goes between start and end.
    let sign = usize::from(piece.starts_with('-'));
    match piece.get(sign..)?.split_once('-') {
        Some((start, end)) => {
            Some(Slice { start: number(piece.get(..sign + start.len())?)?, end: End::Inclusive(number(end)?) })
        }
        None => Some(Slice { start: number(piece)?, end: End::Length(1) }),
    }
}

impl Slice {
    /// Its bytes, if every one of them is there.
    pub(super) fn of(self, bytes: &[u8]) -> Option<&[u8]> {
        let from_start = |offset: i32| {
            let distance = usize::try_from(offset.unsigned_abs()).ok()?;
            if offset < 0 { bytes.len().checked_sub(distance) } else { Some(distance) }
        };
        let start = from_start(self.start)?;
        let end = match self.end {
            End::Length(length) => start.checked_add(usize::try_from(length).ok()?)?,
            End::Inclusive(end) => from_start(end)?.checked_add(1)?,
            End::Open => bytes.len(),
        };
        bytes.get(start..end).filter(|slice| !slice.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(inside: &str) -> Option<Vec<u8>> {
        let slices = parse(inside).unwrap();
        slices.iter().map(|slice| slice.of(b"0123456789")).collect::<Option<Vec<_>>>().map(|pieces| pieces.concat())
    }

    #[test]
    fn slices_are_wiresharks() {
        assert_eq!(cut("2:3").unwrap(), b"234");
        assert_eq!(cut("2-4").unwrap(), b"234");
        assert_eq!(cut("9").unwrap(), b"9");
        assert_eq!(cut(":2").unwrap(), b"01");
        assert_eq!(cut("8:").unwrap(), b"89");
        assert_eq!(cut("-2:").unwrap(), b"89");
        assert_eq!(cut("-4:2").unwrap(), b"67");
        assert_eq!(cut("-4--2").unwrap(), b"678");
        assert_eq!(cut("1,3-5,9:").unwrap(), b"13459");
    }

    #[test]
    fn what_is_not_all_there_is_nothing() {
        assert_eq!(cut("8:3"), None);
        assert_eq!(cut("10"), None);
        assert_eq!(cut("10:"), None);
        assert_eq!(cut("-11"), None);
        assert_eq!(cut("0,10"), None);
        assert_eq!(cut("2147483647:2147483647"), None);
        assert_eq!(cut("-2147483648:"), None);
    }

    #[test]
    fn nonsense_is_refused() {
        for inside in ["", "a", "1-", ":a", "1:2:3", "+1", "1,,2", "99999999999", "--1", "-"] {
            assert!(matches!(parse(inside), Err(FilterErrorKind::BadSlice { .. })), "{inside}");
        }
        for inside in ["0:0", "0:-1", "2-1", "-1-2", "1--1"] {
            assert!(matches!(parse(inside), Err(FilterErrorKind::EmptySlice { .. })), "{inside}");
        }
    }
}
