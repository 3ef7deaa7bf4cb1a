//! What a program asks of a connection (RFC 9293 §3.10.1–3.10.5).

use super::Knobs;
use super::{CallError, Connection, Failure, Reason, State};
use crate::model::{SeqNumber, TcpFlags};
use crate::source::simulator::Moment;

impl Connection {
    /// OPEN, active (§3.10.1, CLOSED): `<SEQ=ISS><CTL=SYN>`, SYN-SENT.
    pub(super) fn open(knobs: Knobs, iss: SeqNumber, now: Moment) -> Self {
        let mut connection = Self::new(knobs, iss, now);
        connection.go(State::SynSent, Reason::ActiveOpen);
        connection.record(now, 1);
        connection.emit(now, TcpFlags::SYN, iss, Vec::new(), Reason::ActiveOpen);
        connection.arm(now);
        connection
    }

    /// SEND (§3.10.2): takes as many bytes as there is room for, and says how
    /// many.
    pub(super) fn send(&mut self, now: Moment, bytes: &[u8]) -> Result<usize, CallError> {
        if self.state == State::Closed {
            return Err(self.gone());
        }
        let open = self.is_opening() || matches!(self.state, State::Established | State::CloseWait);
        if !open || self.out.closing {
            return Err(CallError::Closing { state: self.state.name() });
        }
        // In SYN-SENT and SYN-RECEIVED it is queued until ESTABLISHED.
        let taken = self.out.take(bytes, self.knobs.send_buffer);
        self.flush(now, Reason::Send);
        Ok(taken)
    }

    /// RECEIVE (§3.10.3): up to `most` bytes; `None` where the peer has
    /// closed and everything is read.
    pub(super) fn receive(&mut self, now: Moment, most: usize) -> Result<Option<Vec<u8>>, CallError> {
        let Some(incoming) = &mut self.incoming else {
            return if self.state == State::Closed { Err(self.gone()) } else { Ok(Some(Vec::new())) };
        };
        if incoming.unread() == 0 {
            return match self.state {
                State::CloseWait | State::Closing | State::LastAck | State::TimeWait { .. } => Ok(None),
                State::Closed if self.failure.is_none() => Ok(None),
                State::Closed => Err(self.gone()),
                State::SynSent | State::SynReceived { .. } | State::Established | State::FinWait1 | State::FinWait2 => {
                    Ok(Some(Vec::new()))
                }
            };
        }
        let bytes = incoming.read(most);
        if self.state.receives() && incoming.worth_an_update() {
            self.acknowledge(now, Reason::WindowUpdate);
            self.arm(now);
        }
        Ok(Some(bytes))
    }

    /// CLOSE (§3.10.4). With `both`, the program will not read any more
    /// either: what waits to be read, or comes later, is answered with a reset
    /// (§3.6.1, SHLD-3).
    pub(super) fn close(&mut self, now: Moment, both: bool) -> Result<(), CallError> {
        if both {
            self.abandoned = true;
            let unread = self.incoming.as_ref().map_or(0, super::receive::Incoming::unread);
            if unread > 0 && self.state != State::Closed && !matches!(self.state, State::TimeWait { .. }) {
                self.reset(self.out.nxt, None, Reason::UnreadData);
                self.end(Reason::UnreadData, Some(Failure::Aborted));
                return Ok(());
            }
            if let Some(incoming) = &mut self.incoming {
                incoming.discard();
            }
        }
        match self.state {
            State::Closed => return Err(self.gone()),
            // "Delete the TCB."
            State::SynSent => {
                self.end(Reason::Close, None);
                return Ok(());
            }
            // SYN-RECEIVED, nothing to send: a FIN at once; else once
            // established.
            State::SynReceived { .. } => {
                self.out.closing = true;
                if self.out.unsent() == 0 {
                    self.go(State::FinWait1, Reason::Close);
                }
            }
            // "Queue this until all preceding SENDs have been segmentized …
            // In any case, enter FIN-WAIT-1 state."
            State::Established => {
                self.out.closing = true;
                self.go(State::FinWait1, Reason::Close);
            }
            State::CloseWait if !self.out.closing => self.out.closing = true,
            // After a half-close, the other half: nothing is left to send.
            State::FinWait1
            | State::FinWait2
            | State::CloseWait
            | State::Closing
            | State::LastAck
            | State::TimeWait { .. } => {
                if both {
                    self.arm(now);
                    return Ok(());
                }
                return Err(CallError::Closing { state: self.state.name() });
            }
        }
        self.flush(now, Reason::Close);
        Ok(())
    }

    /// §3.10.4, CLOSE-WAIT: "send a FIN segment, enter LAST-ACK state".
    pub(super) fn fin_was_sent(&mut self, sent: bool) {
        if sent && self.state == State::CloseWait {
            self.go(State::LastAck, Reason::Close);
        }
    }

    /// ABORT (§3.10.5): `<SEQ=SND.NXT><CTL=RST>` where the peer knows of the
    /// connection.
    pub(super) fn abort(&mut self) -> Result<(), CallError> {
        match self.state {
            State::Closed => return Err(self.gone()),
            State::SynSent | State::Closing | State::LastAck | State::TimeWait { .. } => {}
            State::SynReceived { .. } | State::Established | State::FinWait1 | State::FinWait2 | State::CloseWait => {
                self.reset(self.out.nxt, None, Reason::Abort);
            }
        }
        self.abandoned = true;
        self.end(Reason::Abort, Some(Failure::Aborted));
        Ok(())
    }

    fn gone(&self) -> CallError {
        self.failure.map_or(CallError::NoConnection, CallError::Failed)
    }
}
