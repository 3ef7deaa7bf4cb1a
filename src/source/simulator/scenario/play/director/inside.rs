//! What is claimed of states and of what no packet shows.

use std::time::Duration;

use super::Director;
use crate::model::{NodeId, TcpState};
use crate::source::simulator::scenario::play::Missed;
use crate::source::simulator::scenario::play::sockets::Kind;
use crate::source::simulator::scenario::{Field, Order, Value};
use crate::source::simulator::tcp::{Inside, SocketId};

impl Director<'_> {
    /// The connection that is meant.
    pub(super) fn socket(&self, host: &str, fd: Option<i32>) -> Option<(NodeId, SocketId)> {
        let player = self.players.get(host)?;
        let id = match fd {
            Some(fd) => player.connection(fd)?,
            None => self.stage.log.newest(player.node)?,
        };
        Some((player.node, id))
    }

    pub(super) fn state(&self, host: &str, fd: Option<i32>) -> Option<TcpState> {
        let player = self.players.get(host)?;
        let stack = self.stage.network.stack(player.node)?;
        if let Some(fd) = fd {
            let socket = player.sockets.get(&fd)?;
            return Some(match socket.kind {
                Kind::Fresh => TcpState::Closed,
                Kind::Listener(id) | Kind::Connection(id) => stack.state(id).unwrap_or(TcpState::Closed),
            });
        }
        let newest = self.stage.log.newest(player.node);
        if let Some(state) = newest.and_then(|id| stack.state(id)) {
            return Some(state);
        }
        // One that came and went before anybody accepted it.
        let listens = player.listener().is_some() && newest.is_none_or(|id| !player.owned.contains(&id));
        Some(if listens { TcpState::Listen } else { TcpState::Closed })
    }

    pub(super) fn inner(
        &self,
        host: &str,
        fd: Option<i32>,
        field: Field,
        order: Order,
        value: Value,
    ) -> Option<Missed> {
        let nothing = Some(Missed::Value { found: None });
        if matches!(field, Field::SynQueue | Field::AcceptQueue) {
            let player = self.players.get(host)?;
            let queues = player.listener().and_then(|id| self.stage.network.stack(player.node)?.queues(id));
            let Some((opening, finished)) = queues else { return nothing };
            let count = if field == Field::SynQueue { opening } else { finished };
            return compare(u64::try_from(count).unwrap_or(u64::MAX), order, value, 1);
        }
        let inside: Option<Inside> =
            self.socket(host, fd).and_then(|(node, id)| self.stage.network.stack(node)?.inside(id));
        let Some(inside) = inside else { return nothing };
        let bytes = match field {
            Field::Timeout | Field::RoundTrip => {
                let time = if field == Field::Timeout { Some(inside.rto) } else { inside.srtt };
                let Some(time) = time else { return nothing };
                return compare_times(time, order, value);
            }
            Field::CongestionWindow => inside.cwnd,
            Field::Threshold => inside.ssthresh,
            Field::Flight => inside.flight,
            Field::PeerWindow => inside.peer_window,
            Field::Window => inside.window,
            Field::Unread => inside.unread,
            Field::Unacknowledged => inside.unacknowledged,
            Field::Retransmissions => inside.retransmissions,
            Field::Mss => inside.mss,
            Field::SynQueue | Field::AcceptQueue => return nothing,
        };
        compare(u64::from(bytes), order, value, inside.mss)
    }
}

fn compare(found: u64, order: Order, value: Value, mss: u32) -> Option<Missed> {
    let infinite = u64::from(u32::MAX);
    let wanted = match value {
        Value::Number(number) => number,
        Value::Segments(count) => count.saturating_mul(u64::from(mss)),
        Value::Infinity => infinite,
        Value::Time(_) => return Some(Missed::Value { found: None }),
    };
    let text = if found == infinite { "infinity".to_owned() } else { found.to_string() };
    (!order.holds(&found, &wanted)).then_some(Missed::Value { found: Some(text) })
}

/// Equal to the millisecond.
fn compare_times(found: Duration, order: Order, value: Value) -> Option<Missed> {
    let Value::Time(wanted) = value else { return Some(Missed::Value { found: None }) };
    let holds = match order {
        Order::Equal => found.abs_diff(wanted) < Duration::from_millis(1),
        Order::Other => found.abs_diff(wanted) >= Duration::from_millis(1),
        Order::Less | Order::AtMost | Order::More | Order::AtLeast => order.holds(&found, &wanted),
    };
    (!holds).then(|| Missed::Value { found: Some(format!("{found:?}")) })
}
