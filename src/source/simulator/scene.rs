//! A scene: programs that talk over a simulated network, and the trace of it.

/// Who does what when.
mod programs;

use std::net::IpAddr;
use std::time::Duration;

use super::network::{Network, NetworkError, Recorder, Rule, Step};
use super::scenario::{Faults, Stopped};
use super::tcp::Knobs;
use super::{Link, Moment};
use crate::model::{NodeId, Timestamp, Topology};
use crate::trace::Trace;
use programs::Talk;

/// How the programs behave. Each client connects and says something; where
/// nothing else is said, the server sends it back, the client closes, then the
/// server does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum App {
    /// Just so.
    #[default]
    Echo,
    /// The server reads a thousand bytes, then pauses: the window closes.
    SlowReader,
    /// The server pauses before it closes as well: CLOSE-WAIT.
    LateClose,
    /// The server never calls `accept()`.
    NeverAccepts,
    /// The server dies while data waits to be read: its host sends a reset.
    Crash,
    /// The server dies once it has read: its host sends a FIN.
    CrashAfterReading,
    /// The server's host loses power while data waits to be read, and has it
    /// back after the pause: a half-open connection, then a reset.
    PowerLoss,
    /// The server closes as soon as it has sent everything back.
    ServerClosesFirst,
    /// Both close at the same moment.
    BothClose,
}

impl App {
    /// Every behaviour with its word in settings.
    pub const WORDS: &'static [(&'static str, Self)] = &[
        ("echo", Self::Echo),
        ("slow-reader", Self::SlowReader),
        ("late-close", Self::LateClose),
        ("never-accepts", Self::NeverAccepts),
        ("crash", Self::Crash),
        ("crash-after-reading", Self::CrashAfterReading),
        ("power-loss", Self::PowerLoss),
        ("server-closes-first", Self::ServerClosesFirst),
        ("both-close", Self::BothClose),
    ];

    /// Whether the pause means something to it.
    pub const fn pauses(self) -> bool {
        matches!(self, Self::SlowReader | Self::LateClose | Self::PowerLoss)
    }
}

/// By which IP the programs talk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Family {
    /// IPv4 where both have it, else IPv6.
    #[default]
    Any,
    /// IPv4.
    V4,
    /// IPv6.
    V6,
}

/// What is played.
pub struct Greeting {
    /// Both ends' TCP.
    pub knobs: Knobs,
    /// What chance begins with: the same seed gives the same bytes.
    pub seed: u64,
    /// What each client says.
    pub says: Vec<u8>,
    /// How the programs behave.
    pub app: App,
    /// How long a program waits whose behaviour is to wait.
    pub pause: Duration,
    /// How many clients there are, all on one host, all at once.
    pub clients: u16,
    /// How many connections may wait in each of the server's queues.
    pub backlog: usize,
    /// IPv4 or IPv6.
    pub family: Family,
    /// What every cable does, instead of what the topology has.
    pub link: Option<Link>,
    /// Judges every frame first.
    pub rule: Option<Rule>,
    /// What is done to frames on purpose, where there is no rule.
    pub faults: Option<Faults>,
    /// When the scene is stopped if it does not end by itself.
    pub limit: Duration,
    /// After how many frames it is stopped: two switches in a ring pass a
    /// broadcast on for ever.
    pub most_frames: usize,
    /// The date on the frames.
    pub epoch: Timestamp,
}

/// What was played.
pub struct Played {
    /// Every frame and every change of state.
    pub trace: Trace,
    /// Every step of every host's TCP, with its rule.
    pub steps: Vec<Step>,
    /// What the first client got back.
    pub heard: Vec<u8>,
    /// When the last thing happened; `None` where the scene was stopped.
    pub ended: Option<Moment>,
    /// Whether it ended by itself, or why it was stopped.
    pub stopped: Stopped,
    /// Frames sent, over all cables.
    pub frames: u64,
}

impl Greeting {
    /// `hello`, with these knobs, for ten minutes at most.
    pub fn new(knobs: Knobs) -> Self {
        Self {
            knobs,
            seed: 1,
            says: b"hello\n".to_vec(),
            app: App::Echo,
            pause: Duration::from_secs(5),
            clients: 1,
            backlog: 5,
            family: Family::Any,
            link: None,
            rule: None,
            faults: None,
            limit: Duration::from_mins(10),
            most_frames: 1_000_000,
            epoch: Timestamp::default(),
        }
    }

    /// Plays it.
    ///
    /// # Errors
    /// [`NetworkError`]: the topology asks for what the simulator has not.
    pub fn play(mut self, topology: &Topology) -> Result<Played, NetworkError> {
        let mut network = Network::new(topology, self.knobs, self.seed)?;
        if let Some(link) = self.link {
            (0..topology.cables.len()).for_each(|cable| network.set_link(cable, link));
        }
        if let Some(rule) = self.rule.take().or_else(|| self.faults.as_ref().map(Faults::rule)) {
            network.set_rule(rule);
        }
        let mut recorder = Recorder::new(topology, self.knobs.counterfactual(), self.epoch);
        let mut talk =
            Talk::new([topology.client, topology.server], addresses(topology, &network, self.family)?, &self);
        let limit = Moment::START + self.limit;
        let mut last = Moment::START;
        let stopped = loop {
            talk.act(&mut network);
            let wakes = talk.wakes(network.now());
            let until = wakes.map_or(limit, |at| at.min(limit));
            let went_on = network.step(until, &mut |at, seen| {
                recorder.see(at, seen);
                for (at, cable, action) in self.faults.iter().flat_map(Faults::take_told) {
                    recorder.see_action(at, cable, action);
                }
            });
            recorder.after_step(&network);
            if went_on {
                last = network.now();
            }
            if recorder.frame_count() >= self.most_frames {
                break Stopped::Frames(self.most_frames);
            }
            if !went_on && until >= limit {
                let more = network.next().is_some() || talk.wakes(limit).is_some();
                break if more { Stopped::Limit(self.limit) } else { Stopped::Ended };
            }
        };
        let ended = (stopped == Stopped::Ended).then_some(last);
        let (trace, steps) = recorder.finish();
        Ok(Played { trace, steps, heard: talk.heard(), ended, stopped, frames: network.sent() })
    }
}

/// From where to where the client speaks: the first of the server's addresses
/// that it has a way to.
fn addresses(topology: &Topology, network: &Network, family: Family) -> Result<[IpAddr; 2], NetworkError> {
    let interfaces = topology.host(topology.server).map(|host| &host.interfaces);
    let all = interfaces.into_iter().flat_map(|all| all.values()).flat_map(|interface| &interface.addresses);
    let mut addresses: Vec<IpAddr> = all.map(|own| own.address).collect();
    addresses.sort_by_key(IpAddr::is_ipv6);
    addresses.retain(|address| match family {
        Family::Any => true,
        Family::V4 => address.is_ipv4(),
        Family::V6 => address.is_ipv6(),
    });
    let ways = addresses.into_iter().filter_map(|to| Some([network.source_for(topology.client, to)?, to]));
    let name = |id: NodeId| topology.get(id).map(|node| node.name.clone()).unwrap_or_default();
    let no_way = || NetworkError::NoWay { client: name(topology.client), server: name(topology.server) };
    ways.into_iter().next().ok_or_else(no_way)
}
