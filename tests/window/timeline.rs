//! The picture of a conversation, used by key and by pointer.
