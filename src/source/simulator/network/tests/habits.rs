//! Each behaviour of the programs, and what it must show.

use super::*;
use crate::source::simulator::scenario::Stopped;
use crate::source::simulator::scene::App;

fn played(greeting: Greeting) -> Played {
    greeting.play(&topology("cable")).unwrap()
}

fn with(app: App) -> Greeting {
    Greeting { app, ..Greeting::new(quiet()) }
}

/// The states that a host's connections passed through.
fn states(played: &Played, node: usize) -> Vec<TcpState> {
    let of = played.steps.iter().filter(|step| step.node.0 == node);
    of.filter_map(|step| if let Effect::State { to, .. } = step.effect { Some(to) } else { None }).collect()
}

/// When a rule was followed, in seconds.
fn followed(played: &Played, why: Reason) -> Vec<u64> {
    let by = |effect: &Effect| match effect {
        Effect::Sent { why, .. } | Effect::State { why, .. } | Effect::Ignored { why, .. } => *why,
    };
    let steps = played.steps.iter().filter(|step| by(&step.effect) == why);
    steps.map(|step| step.at.nanos() / 1_000_000_000).collect()
}

#[test]
fn a_slow_reader_closes_the_window() {
    let knobs = Knobs { window: 4_000, ..quiet() };
    let says = vec![b'x'; 20_000];
    let greeting = Greeting { says: says.clone(), knobs, pause: Duration::from_secs(3), ..with(App::SlowReader) };
    let played = played(greeting);
    assert_eq!(played.heard, says);
    assert!(!followed(&played, Reason::WindowProbe).is_empty());
    assert!(!followed(&played, Reason::WindowUpdate).is_empty());
}

#[test]
fn who_closes_late_stays_in_close_wait() {
    let played = played(Greeting { pause: Duration::from_secs(40), ..with(App::LateClose) });
    assert_eq!(played.stopped, Stopped::Ended);
    assert_eq!(followed(&played, Reason::Close), [0, 0, 40, 40], "{:?}", states(&played, 1));
}

#[test]
fn who_never_accepts_leaves_the_client_waiting_and_the_queue_fills() {
    let one = played(with(App::NeverAccepts));
    assert!(one.heard.is_empty() && one.stopped == Stopped::Ended);
    assert_eq!(states(&one, 0).last(), Some(&TcpState::Established));
    let knobs = Knobs { one_more: true, ..quiet() };
    let many = played(Greeting { clients: 5, backlog: 1, knobs, ..with(App::NeverAccepts) });
    let established = states(&many, 1).iter().filter(|state| **state == TcpState::Established).count();
    assert_eq!(established, 2, "one more than the backlog");
    assert!(!followed(&many, Reason::QueueFull).is_empty());
}

#[test]
fn a_crash_resets_where_data_is_unread_and_closes_where_it_is_not() {
    let unread = played(with(App::Crash));
    assert_eq!(followed(&unread, Reason::UnreadData).len(), 2, "a segment and a change of state");
    assert_eq!(states(&unread, 0).last(), Some(&TcpState::Closed));
    let read = played(with(App::CrashAfterReading));
    assert!(followed(&read, Reason::UnreadData).is_empty());
    assert!(followed(&read, Reason::FinReceived).len() >= 2 && read.heard.is_empty());
}

/// RFC 9293 §3.5.1: silence, then the rebooted host knows of no connection.
#[test]
fn power_loss_leaves_half_a_connection() {
    let played = played(Greeting { pause: Duration::from_secs(20), ..with(App::PowerLoss) });
    let (again, reset) = (followed(&played, Reason::RetransmissionTimeout), followed(&played, Reason::NoConnection));
    assert_eq!((again, reset), (vec![1, 3, 7, 15, 31], vec![31]));
    assert_eq!(states(&played, 0).last(), Some(&TcpState::Closed));
    assert_eq!(followed(&played, Reason::Reset), [31]);
}

#[test]
fn whoever_closes_first_waits() {
    let server_first = played(with(App::ServerClosesFirst));
    assert!(states(&server_first, 1).contains(&TcpState::TimeWait));
    assert!(!states(&server_first, 0).contains(&TcpState::TimeWait));
    let both = played(with(App::BothClose));
    for node in 0..2 {
        assert!(states(&both, node).contains(&TcpState::Closing), "{:?}", states(&both, node));
        assert!(states(&both, node).contains(&TcpState::TimeWait));
    }
}

/// Two hosts behind two switches that are joined twice: a broadcast goes round
/// for ever, and the scene says that it was stopped.
#[test]
fn a_storm_is_stopped() {
    let text = "[title]\nen = \"x\"\nzh = \"x\"\n[about]\nen = \"x\"\nzh = \"x\"\n[play]\nclient = \"a\"\nserver = \"b\"\n\
        [[host]]\nname = \"a\"\naddress = \"192.0.2.1/24\"\n[[host]]\nname = \"b\"\naddress = \"192.0.2.2/24\"\n\
        [[switch]]\nname = \"s\"\n[[switch]]\nname = \"t\"\n[[switch]]\nname = \"u\"\n\
        [[cable]]\nfrom = \"a\"\nto = \"s\"\n[[cable]]\nfrom = \"b\"\nto = \"t\"\n[[cable]]\nfrom = \"s\"\nto = \"t\"\n\
        [[cable]]\nfrom = \"t\"\nto = \"u\"\n";
    let mut topology = crate::source::lab::topology::read(text).unwrap();
    // A file may not have a ring.
    let [s, u] = ["s", "u"].map(|name| topology.node(name).unwrap());
    let end = |node, interface: &str| crate::model::Port { node, interface: interface.to_owned() };
    topology.cables.push(crate::model::Cable { ends: [end(u, "s"), end(s, "u")], quality: Quality::default() });
    let greeting = Greeting { most_frames: 20_000, ..Greeting::new(quiet()) };
    let played = greeting.play(&topology).unwrap();
    assert_eq!((played.stopped, played.ended), (Stopped::Frames(20_000), None));
}

/// A run that would go on is stopped at its limit, and says so.
#[test]
fn what_never_ends_is_stopped_at_a_stated_moment() {
    let keep_alive = crate::source::simulator::tcp::KeepAlive {
        idle: Duration::from_secs(10),
        interval: Duration::from_secs(10),
        probes: 3,
    };
    let knobs = Knobs { keep_alive: Some(keep_alive), ..quiet() };
    let limit = Duration::from_mins(3);
    let played = played(Greeting { knobs, limit, ..with(App::NeverAccepts) });
    assert_eq!((played.stopped, played.ended), (Stopped::Limit(limit), None));
    assert!(followed(&played, Reason::KeepAlive).len() > 15);
}
