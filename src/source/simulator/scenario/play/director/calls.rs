//! What programs do: calls that return at once, calls that wait, and what is
//! claimed of both.

use super::{Director, Waiting};
use crate::model::CallOutcome;
use crate::source::simulator::Moment;
use crate::source::simulator::scenario::play::sockets::{Asked, Tried, error_of};
use crate::source::simulator::scenario::play::stage::Stage;
use crate::source::simulator::scenario::play::{CALL, Missed, TOLERANCE};
use crate::source::simulator::scenario::{Deed, Line, Outcome, SystemCall, Until, When};

impl Director<'_> {
    pub(super) fn call(&mut self, number: usize, line: &Line, host: &str, call: &SystemCall, result: Option<&Outcome>) {
        let now = self.now();
        let Some(player) = self.players.get_mut(host) else { return };
        if let Some(fd) = player.makes(call) {
            let (mut asked, entered) = player.ask(SystemCall::Socket, fd, self.topology);
            let Stage { network, recorder, .. } = &mut self.stage;
            recorder.tell(now, player.place, entered);
            if let Tried::Returns(outcome) = player.attempt(&mut asked, network, self.topology) {
                self.run_until(now + CALL);
                let (now, Some(player)) = (self.now(), self.players.get(host)) else { return };
                self.stage.recorder.tell(now, player.place, player.answer(&asked, outcome));
                self.run_until(now + CALL);
            }
        }
        let now = self.now();
        let Some(player) = self.players.get_mut(host) else { return };
        let gives = match result {
            Some(Outcome::Value(value)) => i32::try_from(*value).unwrap_or(0),
            Some(Outcome::Error(_)) | None => -1,
        };
        let (mut asked, entered) = player.ask(call.clone(), gives, self.topology);
        let place = player.place;
        let Stage { network, recorder, .. } = &mut self.stage;
        recorder.tell(now, place, entered);
        let tried = player.attempt(&mut asked, network, self.topology);
        self.settle();
        if !matches!((&tried, line.when), (Tried::Waits(..), When::Blocking(..))) {
            self.run_until(now + CALL);
        }
        match (tried, line.when) {
            (Tried::Returns(outcome), _) => self.returns(number, host, &asked, outcome, None),
            (Tried::Waits(..), When::Blocking(_, to)) => {
                let to = to.map(|to| self.moment_from(line, to));
                self.waiting.push(Waiting { line: number, host: host.to_owned(), asked, to });
            }
            (Tried::Waits(error, errno), _) => {
                let outcome = CallOutcome::Failed { errno, error: error.to_owned() };
                self.returns(number, host, &asked, outcome, None);
            }
        }
        // The next call of a program is not in the same moment.
        let next = self.now() + CALL;
        self.run_until(next);
    }

    /// The end of a call that waits: counted as its beginning is.
    fn moment_from(&self, line: &Line, to: Until) -> Moment {
        let When::Blocking(from, _) = line.when else { return self.base };
        if to.relative { self.base + to.after.saturating_sub(from.after) } else { Moment::START + to.after }
    }

    /// Calls that wait and need not any more; whether there was one.
    pub(super) fn look_after_calls(&mut self) -> bool {
        let mut went_on = false;
        let mut index = 0;
        while let Some(mut waiting) = (index < self.waiting.len()).then(|| self.waiting.remove(index)) {
            let Some(player) = self.players.get_mut(&waiting.host) else { continue };
            match player.attempt(&mut waiting.asked, &mut self.stage.network, self.topology) {
                Tried::Returns(outcome) => {
                    went_on = true;
                    self.settle();
                    let Waiting { line, host, asked, to } = waiting;
                    self.returns(line, &host, &asked, outcome, to);
                    index = 0;
                }
                Tried::Waits(..) => {
                    self.waiting.insert(index, waiting);
                    index += 1;
                }
            }
        }
        went_on
    }

    /// A call returns: tells it, and looks at what is claimed of it.
    fn returns(&mut self, number: usize, host: &str, asked: &Asked, outcome: CallOutcome, to: Option<Moment>) {
        let now = self.now();
        let Some(player) = self.players.get(host) else { return };
        let line = self.scenario.lines.get(number);
        let wanted =
            line.and_then(|line| if let Deed::Call { result, .. } = &line.deed { result.clone() } else { None });
        let mut found = match &outcome {
            CallOutcome::Failed { error, .. } => format!("-1 {error}"),
            CallOutcome::Received { received, .. } => received.len().to_string(),
            CallOutcome::Returned { returned } => returned.to_string(),
        };
        let mut missed = match &wanted {
            None => None,
            Some(Outcome::Error(name)) => (found != format!("-1 {name}")).then_some(()),
            Some(Outcome::Value(value)) => (found != value.to_string()).then_some(()),
        };
        let mut claims = wanted.is_some();
        if let SystemCall::GetError { fd, error } = &asked.call {
            let stack = self.stage.network.stack(player.node);
            let failure = player.connection(*fd).and_then(|id| stack?.failure(id));
            let name = failure.map(|failure| error_of(failure).0);
            claims = true;
            if name != error.as_deref() {
                (found, missed) = (format!("[{}]", name.unwrap_or("0")), Some(()));
            }
        }
        let (place, what) = (player.place, player.answer(asked, outcome));
        self.stage.recorder.tell(now, place, what);
        let late = to.filter(|to| now > *to + TOLERANCE);
        let missed = match (missed, late) {
            (Some(()), _) => Some(Missed::Result { found }),
            (None, Some(to)) => Some(Missed::Returned { to, found: now }),
            (None, None) => None,
        };
        if claims || to.is_some() {
            self.claim(number, missed);
        }
    }
}
