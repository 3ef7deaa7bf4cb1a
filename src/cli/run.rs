//! `wirelens run`: a bundled program, both sides of it, captured.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal as _, Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::thread;

use signal_hook::consts::{SIGINT, SIGTERM};

use super::arguments::{Drawing, Run, WhichNetwork};
use super::output::Output;
use super::{Failure, Status, picture, program};
use crate::conversation::Survey;
use crate::model::{OutputStream, Place, PlaceId, What};
use crate::session::{Command, Plan, Request, Session, SessionError, Update, collect_observing};
use crate::source::clock;
use crate::source::lab::topology;
use crate::trace::Trace;
use crate::view::terminal::{self, Column};
use crate::words::{self, Words, printable};

/// This program, also where its file was replaced or cannot be reached by its
/// path.
pub(super) const ITSELF: &str = "/proc/self/exe";

/// How many of a wire's actions are told one by one.
const MOST_ACTIONS: usize = 20;

/// Runs what was asked for and draws it.
pub(super) fn run(asked: &Run, words: &Words, output: &Output<'_>) -> Result<(), Failure> {
    picture::check(&asked.drawing, words)?;
    let first = request(&asked.program, asked, words)?;
    let Some(beside) = &asked.beside else { return perform(first, &asked.drawing, words, output) };
    // Both are looked at before either runs.
    let second = request(beside, asked, words)?;
    let traces = [record(first, words, output)?, record(second, words, output)?];
    let ended = traces.iter().find_map(|(_, ended)| ended.as_ref().err());
    if let Some(error) = ended {
        return Err(failure(error, None, words));
    }
    let columns = traces.each_ref().map(|(trace, _)| Column::of(&trace.notes, &Survey::of(trace), words));
    output.print(&terminal::summary(&columns, words))
}

/// A program with what was set and is typed.
fn request(id: &str, asked: &Run, words: &Words) -> Result<Request, Failure> {
    let (program, settings) = program::find(id, &asked.set, words)?;
    let inputs = program
        .read_inputs(&settings, &asked.input)
        .map_err(|error| Failure::new(Status::Usage, words.input_error(&error)))?;
    Ok(Request { program, settings, inputs, network: asked.network.into(), executable: PathBuf::from(ITSELF) })
}

/// Runs a program as it comes and draws what was seen.
pub(super) fn play_default(id: &str, words: &Words, output: &Output<'_>) -> Result<(), Failure> {
    let asked = Run {
        program: id.to_owned(),
        network: WhichNetwork::Private,
        set: Vec::new(),
        input: Vec::new(),
        beside: None,
        drawing: Drawing::default(),
    };
    run(&asked, words, output)
}

/// Lets a session unfold and draws what was seen, even where it did not go as
/// it should.
pub(super) fn perform(
    plan: impl Into<Plan>,
    drawing: &Drawing,
    words: &Words,
    output: &Output<'_>,
) -> Result<(), Failure> {
    let plan = plan.into();
    let simulated = simulated(&plan);
    let (trace, ended) = record(plan, words, output)?;
    // Where nothing was captured because there was no network, there is
    // nothing to draw.
    if ended.is_ok() || trace.frame_count() > 0 {
        picture::show(&trace, drawing, words, output)?;
    }
    ended.map_err(|error| failure(&error, simulated, words))
}

/// The topology of a lab that the simulator plays too.
pub(super) fn simulated(plan: &Plan) -> Option<&'static str> {
    let Plan::Lab(lab) = plan else { return None };
    topology::find(&lab.topology).map(|shipped| shipped.id)
}

/// Lets a session unfold; what the programs write and what is to be remarked
/// is passed on as it comes.
pub(super) fn record(
    plan: impl Into<Plan>,
    words: &Words,
    output: &Output<'_>,
) -> Result<(Trace, Result<(), SessionError>), Failure> {
    let plan = plan.into();
    let patterns = patterns(&plan);
    let simulated = simulated(&plan);
    let start = clock::now();
    let since_start = || words::span(clock::now().since(start));
    let session = Session::start(plan, || {}).map_err(|error| failure(&error, simulated, words))?;
    // Where signals cannot be handled Ctrl-C still ends us, only less politely.
    let commander = session.commander();
    stop_on_signal(move || {
        commander.command(Command::Stop);
    })
    .ok();
    let mut consoles = Consoles::new(words, output);
    let mut ready = false;
    let (trace, ended) = collect_observing(session, |update| {
        if let Update::Place(Place::Interface { .. }) = update
            && !ready
        {
            ready = true;
            output.detail(&words.say("timing-network", &[("span", &since_start())]));
        }
        consoles.observe(update);
    });
    consoles.finish();
    for remark in &trace.notes.remarks {
        output.note(&words.command_remark(remark));
    }
    told_of_wires(&trace, &patterns, words, output);
    output.detail(&words.say("timing-run", &[("span", &since_start())]));
    if !trace.notes.pinned.is_empty() {
        output.detail(&terminal::pinned(&trace, words));
    }
    Ok((trace, ended))
}

/// The patterns of the faults that a plan asks for.
fn patterns(plan: &Plan) -> Vec<String> {
    let Plan::Lab(lab) = plan else { return Vec::new() };
    let faults = lab.plan.wires().flat_map(|wire| &wire.faults);
    faults.map(|fault| fault.pattern.to_string()).collect()
}

/// Says what the wires did on purpose, and what they had no occasion to do.
fn told_of_wires(trace: &Trace, patterns: &[String], words: &Words, output: &Output<'_>) {
    let mut idle: Vec<&String> = patterns.iter().collect();
    let mut told = 0;
    for event in trace.events() {
        let What::LinkAction(action) = &event.what else { continue };
        idle.retain(|pattern| Some(*pattern) != action.pattern.as_ref());
        told += 1;
        if told <= MOST_ACTIONS {
            let frame = trace.frame_of(event.at, action).map(|frame| frame.0);
            output.note(&words.link_action(action, frame));
        }
    }
    if told > MOST_ACTIONS {
        output.note(&words.say("wire-more", &[("count", &(told - MOST_ACTIONS))]));
    }
    for pattern in idle {
        output.note(&words.say("wire-idle", &[("pattern", pattern)]));
    }
}

/// Why a session did not go as it should, for the reader.
pub(super) fn failure(error: &SessionError, simulated: Option<&str>, words: &Words) -> Failure {
    // Only for a command that the reader may type.
    let executable = std::env::current_exe().unwrap_or_else(|_| Path::new("wirelens").to_owned());
    let mut text = words.session_error(error);
    if let Some(command) = error.remedy(&executable) {
        text.extend(["\n    ", &command]);
    }
    if error.is_permission() {
        if let Some(topology) = simulated {
            text.extend(["\n", &words.say("simulate-instead", &[("topology", &topology)])]);
        }
        text.extend(["\n", &words.word("captures-instead")]);
        return Failure::new(Status::NoPermission, text);
    }
    Failure::new(Status::Failed, text)
}

/// Lets the first Ctrl-C (or SIGTERM) call `stop`, on a thread of its own; a
/// second one ends this program at once.
pub(super) fn stop_on_signal(stop: impl Fn() + Send + 'static) -> io::Result<()> {
    let (mut signalled, signals) = UnixStream::pair()?;
    let again = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        signal_hook::flag::register_conditional_default(signal, Arc::clone(&again))?;
        signal_hook::flag::register(signal, Arc::clone(&again))?;
        signal_hook::low_level::pipe::register(signal, signals.try_clone()?)?;
    }
    thread::Builder::new().name("signals".into()).spawn(move || {
        while signalled.read_exact(&mut [0]).is_ok() {
            stop();
        }
    })?;
    Ok(())
}

/// What the programs write, passed on line by line as it comes.
struct Consoles<'a> {
    words: &'a Words,
    output: &'a Output<'a>,
    /// Whether a person reads standard error.
    person: bool,
    next_place: u32,
    names: BTreeMap<PlaceId, String>,
    /// Lines whose end has not come yet.
    lines: BTreeMap<(PlaceId, OutputStream), Vec<u8>>,
}

impl<'a> Consoles<'a> {
    fn new(words: &'a Words, output: &'a Output<'a>) -> Self {
        let person = io::stderr().is_terminal();
        Self { words, output, person, next_place: 0, names: BTreeMap::new(), lines: BTreeMap::new() }
    }

    fn observe(&mut self, update: &Update) {
        match update {
            Update::Place(place) => {
                if let Place::Program { name, role, .. } = place {
                    let who = role.map_or_else(|| printable(name.as_bytes()), |role| self.words.word(role.name()));
                    self.names.insert(PlaceId(self.next_place), who);
                }
                self.next_place += 1;
            }
            Update::Event(event) => {
                if let What::Output { stream, bytes } = &event.what {
                    self.hear(event.place, *stream, bytes);
                }
            }
            Update::Notes(_) | Update::Ended(_) => {}
        }
    }

    fn hear(&mut self, place: PlaceId, stream: OutputStream, bytes: &[u8]) {
        let line = self.lines.entry((place, stream)).or_default();
        line.extend(bytes);
        let Some(end) = line.iter().rposition(|byte| *byte == b'\n') else { return };
        let rest = line.split_off(end + 1);
        let whole = std::mem::replace(line, rest);
        for line in whole.split_inclusive(|byte| *byte == b'\n') {
            self.pass_on(place, line);
        }
    }

    /// Passes on lines that never ended.
    fn finish(&mut self) {
        for ((place, _), line) in std::mem::take(&mut self.lines) {
            if !line.is_empty() {
                self.pass_on(place, &line);
            }
        }
    }

    fn pass_on(&self, place: PlaceId, line: &[u8]) {
        if self.output.quiet {
            return;
        }
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let who = self.names.get(&place).cloned().unwrap_or_default();
        let mut text = format!("{who} │ ").into_bytes();
        if self.person {
            // A payload must not move a person's cursor.
            text.extend(printable(line).into_bytes());
        } else {
            text.extend(line);
        }
        text.push(b'\n');
        // One write a line, so that lines of others do not come between.
        io::stderr().write_all(&text).ok();
    }
}
