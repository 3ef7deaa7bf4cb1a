//! A conversation with the kernel about interfaces, addresses and routes:
//! rtnetlink(7), one question and its answer at a time.
//!
//! Owns the socket and what an answer is. Has no opinion on what is asked.

use std::io;

use netlink_packet_core::{
    NLM_F_ACK, NLM_F_CREATE, NLM_F_EXCL, NLM_F_REQUEST, NetlinkHeader, NetlinkMessage, NetlinkPayload,
};
use netlink_packet_route::RouteNetlinkMessage;
use netlink_packet_route::link::LinkMessage;
use netlink_sys::{Socket, SocketAddr, protocols::NETLINK_ROUTE};

/// A socket of the network namespace it was opened in, whichever thread asks.
pub(in crate::source) struct Route {
    socket: Socket,
    sequence: u32,
}

impl Route {
    pub(in crate::source) fn open() -> io::Result<Self> {
        let socket = Socket::new(NETLINK_ROUTE)?;
        socket.connect(&SocketAddr::new(0, 0))?;
        Ok(Self { socket, sequence: 0 })
    }

    /// Makes something that must not be there yet.
    pub(in crate::source) fn add(&mut self, request: RouteNetlinkMessage) -> io::Result<()> {
        self.ask(request, NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL).map(|_| ())
    }

    /// Changes an interface.
    pub(in crate::source) fn set(&mut self, link: LinkMessage) -> io::Result<()> {
        self.ask(RouteNetlinkMessage::SetLink(link), NLM_F_REQUEST | NLM_F_ACK).map(|_| ())
    }

    /// Asks how an interface is.
    pub(in crate::source) fn get(&mut self, link: LinkMessage) -> io::Result<LinkMessage> {
        match self.ask(RouteNetlinkMessage::GetLink(link), NLM_F_REQUEST)? {
            Some(RouteNetlinkMessage::NewLink(link)) => Ok(link),
            _ => Err(io::Error::from_raw_os_error(libc::EPROTO)),
        }
    }

    /// Sends one request and reads its one answer: `None` where it says no
    /// more than "done".
    fn ask(&mut self, request: RouteNetlinkMessage, flags: u16) -> io::Result<Option<RouteNetlinkMessage>> {
        self.sequence += 1;
        let mut message = NetlinkMessage::new(NetlinkHeader::default(), NetlinkPayload::from(request));
        message.header.flags = flags;
        message.header.sequence_number = self.sequence;
        message.finalize();
        let mut bytes = vec![0; message.buffer_len()];
        message.serialize(&mut bytes);
        self.socket.send(&bytes, 0)?;
        loop {
            let (bytes, _) = self.socket.recv_from_full()?;
            let answer = NetlinkMessage::<RouteNetlinkMessage>::deserialize(&bytes)
                .map_err(|_| io::Error::from_raw_os_error(libc::EPROTO))?;
            if answer.header.sequence_number != self.sequence {
                continue;
            }
            return match answer.payload {
                NetlinkPayload::InnerMessage(message) => Ok(Some(message)),
                NetlinkPayload::Error(error) if error.code.is_some() => {
                    Err(io::Error::from_raw_os_error(error.raw_code().saturating_neg()))
                }
                NetlinkPayload::Error(_) => Ok(None),
                // The type may grow; none of the rest answers our questions.
                NetlinkPayload::Done(_) | NetlinkPayload::Noop | NetlinkPayload::Overrun(_) | _ => {
                    Err(io::Error::from_raw_os_error(libc::EPROTO))
                }
            };
        }
    }
}
