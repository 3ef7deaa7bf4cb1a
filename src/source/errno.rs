//! Error numbers by the name errno(3) gives them.
//!
//! Has no opinion on what to do about an error.

use std::io;

/// Defines the table once for the numbers and the names.
macro_rules! names {
    ($($name:ident)*) => {
        /// The name of an error number, `ECONNREFUSED` for 111; `errno 250`
        /// for one that no call we make is known to return.
        pub(crate) fn name(errno: i32) -> String {
            match errno {
                $(libc::$name => stringify!($name).to_owned(),)*
                other => format!("errno {other}"),
            }
        }
    };
}

names! {
    E2BIG EACCES EADDRINUSE EADDRNOTAVAIL EAFNOSUPPORT EAGAIN
    EALREADY EBADF EBUSY ECONNABORTED ECONNREFUSED ECONNRESET
    EDESTADDRREQ EEXIST EFAULT EFBIG EHOSTDOWN EHOSTUNREACH
    EINPROGRESS EINTR EINVAL EIO EISCONN EISDIR
    ELOOP EMFILE EMSGSIZE ENAMETOOLONG ENETDOWN ENETRESET
    ENETUNREACH ENFILE ENOBUFS ENODEV ENOENT ENOEXEC
    ENOMEM ENOPROTOOPT ENOSPC ENOSYS ENOTCONN ENOTDIR
    ENOTSOCK EOPNOTSUPP EPERM EPIPE EPROTO EPROTONOSUPPORT
    EPROTOTYPE EROFS ESHUTDOWN ESOCKTNOSUPPORT ESRCH ETIMEDOUT
    ETXTBSY EUSERS
}

/// What the system says about an error number, `Connection refused`.
pub(crate) fn description(errno: i32) -> String {
    let text = io::Error::from_raw_os_error(errno).to_string();
    match text.rsplit_once(" (os error") {
        Some((description, _)) => description.to_owned(),
        None => text,
    }
}

/// The error number behind an I/O error; 0 where the system gave none.
pub(crate) fn number(error: &io::Error) -> i32 {
    error.raw_os_error().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_their_names() {
        assert_eq!(name(libc::ECONNREFUSED), "ECONNREFUSED");
        assert_eq!(name(libc::EWOULDBLOCK), "EAGAIN");
        assert_eq!(name(9999), "errno 9999");
        assert_eq!(description(libc::ECONNREFUSED), "Connection refused");
    }
}
