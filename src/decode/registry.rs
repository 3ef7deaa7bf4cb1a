//! Every field there is a name for: Wireshark's name, and the kind of its
//! values. Fields of a frame's bytes come from [`super::dissect`], those that
//! take a memory across frames (`tcp.stream`, `tcp.analysis.*`) from
//! [`crate::conversation`]; the names stand here together because a filter
//! asks for both.

/// The table itself.
mod table;

use table::FIELDS;

/// A field, by its place in the table of all fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldId(u16);

/// What values a field has, and how they are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A header: it is there or not, and its bytes can be searched.
    Protocol,
    /// True or false, written `1` and `0`.
    Boolean,
    /// A whole number, written in decimal.
    Number,
    /// A signed whole number.
    Signed,
    /// A whole number, written in hexadecimal with this many digits.
    Hex(u8),
    /// A hardware address.
    Mac,
    /// An IPv4 address.
    Ipv4,
    /// An IPv6 address.
    Ipv6,
    /// Bytes.
    Bytes,
    /// Text.
    Text,
    /// A span of time, written in seconds with nine decimals.
    Span,
    /// A moment, written as seconds since 1970 with nine decimals.
    Moment,
    /// A moment, written as a date and time of day in UTC.
    Date,
    /// The number of a frame.
    Frame,
    /// It is there, and that is all it says.
    Present,
}

/// A field's name and kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldInfo {
    /// Wireshark's name for it, `tcp.window_size_value`.
    pub name: &'static str,
    /// What its values are.
    pub kind: Kind,
}

impl FieldId {
    /// Every field, in the order of the table.
    pub fn all() -> impl Iterator<Item = Self> {
        (0_u16..).zip(FIELDS).map(|(index, _)| Self(index))
    }

    /// Its place in the table, less than [`FieldId::count`].
    pub fn index(self) -> usize {
        usize::from(self.0)
    }

    /// How many fields there are.
    pub fn count() -> usize {
        FIELDS.len()
    }

    /// Whether the field is `group` or belongs to it by its name: everything
    /// of `tcp.flags.syn` is in `tcp.flags` and in `tcp`.
    pub fn is_in(self, group: Self) -> bool {
        self.name().strip_prefix(group.name()).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }

    /// The field of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::all().find(|field| field.name() == name)
    }

    /// Its name and kind.
    pub fn info(self) -> FieldInfo {
        FIELDS.get(self.index()).copied().unwrap_or(FieldInfo { name: "", kind: Kind::Present })
    }

    /// Wireshark's name for it.
    pub fn name(self) -> &'static str {
        self.info().name
    }

    /// What its values are.
    pub fn kind(self) -> Kind {
        self.info().kind
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_the_group() {
        let in_group = |field, group| FieldId::named(field).unwrap().is_in(FieldId::named(group).unwrap());
        assert!(in_group("tcp.flags.syn", "tcp.flags") && in_group("tcp.flags.syn", "tcp") && in_group("tcp", "tcp"));
        assert!(!in_group("ipv6.src", "ip") && !in_group("tcp.flags", "tcp.flags.syn"));
    }

    #[test]
    fn a_name_names_one_field() {
        for field in FieldId::all() {
            assert_eq!(FieldId::named(field.name()), Some(field), "{} twice", field.name());
        }
    }
}
