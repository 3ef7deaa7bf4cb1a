//! The loop: waits for threads that stop at a call, tells of the call, lets
//! them go on.
//!
//! Owns which process is whose and what is told of it. Has no opinion on what a
//! call's arguments mean.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::Write as _;
use std::os::fd::OwnedFd;
use std::process::ExitCode;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process, set_child_subreaper, set_parent_process_death_signal};

use super::KILL_SIGNAL;
use super::decode::{self, Answered, Asked};
use super::line::TraceLine;
use super::memory::Memory;
use super::ptrace::{self, Resume, Stop, Syscall, Waited};
use super::start::{self, Started};
use super::table::Table;
use crate::model::{CallId, ExitStatus, SocketCall, SocketCallPhase, Timestamp};
use crate::source::clock::{self, Deadline};
use crate::source::errno;
use crate::source::process::descendants;
use crate::source::programs::{Report, inherited_pipe};

/// How long lines wait for more, about.
const QUICK: Duration = Duration::from_millis(2);
/// How often we look while nothing happens: a signal could come just before a
/// wait begins.
const SLOW: Duration = Duration::from_millis(100);
/// How many bytes of them wait at most.
const FULL: usize = 32 << 10;
/// How long a command may become another program (a shell, a wrapper) before
/// it is named.
const NAMING: Duration = Duration::from_millis(300);
/// What the kernel returns to itself where a signal interrupts a call that may
/// be begun again: `ERESTARTSYS`, `ERESTARTNOINTR`, `ERESTARTNOHAND`,
/// `ERESTART_RESTARTBLOCK`.
const RESTARTS: [i64; 4] = [-512, -513, -514, -516];

/// The work of a tracer process. `arguments` are those after
/// [`super::TRACE_ARGUMENT`]: the command for a shell, and what it reads on its
/// standard input if that is not nothing. Ends when every process of the
/// command has. Must be called before this process starts a thread.
///
/// Not for people: started by hand it fails with status 2.
pub fn trace_main(arguments: &[String]) -> ExitCode {
    let (command, input) = match arguments {
        [command] => (command, None),
        [command, input] => (command, Some(input.as_str())),
        _ => return ExitCode::from(2),
    };
    let Ok(Some(pipe)) = inherited_pipe() else { return ExitCode::from(2) };
    rustix::thread::set_name(c"wirelens trace").ok();
    // Asked for before by the helper; the kernel forgets it when it starts an
    // executable with file capabilities.
    set_parent_process_death_signal(Some(Signal::KILL)).ok();
    // What the command leaves behind stays below us.
    set_child_subreaper(Some(rustix::process::getpid())).ok();
    let traced = ptrace::hear_signals().and_then(|()| start::start(command, input));
    match traced {
        Ok(started) => {
            Tracer::new(started, command, pipe).run();
            ExitCode::SUCCESS
        }
        Err(_) => ExitCode::FAILURE,
    }
}

/// A thread that is traced.
#[derive(Debug)]
struct Thread {
    /// Its process.
    pid: i32,
    /// Its number among those that have called.
    number: Option<u32>,
    /// The call it is in.
    call: Option<InCall>,
    /// A call a signal has interrupted, and when: it goes on or has failed.
    interrupted: Option<(Timestamp, InCall)>,
}

/// A call that has not returned.
#[derive(Debug)]
struct InCall {
    number: i64,
    arguments: [u64; 6],
    entered_at: Timestamp,
    /// `None` where it is not told.
    id: Option<CallId>,
    asked: Asked,
}

/// A process.
#[derive(Debug)]
struct Process {
    table: Table,
    /// The words it was started with, as last seen.
    command: Vec<String>,
    told: bool,
    calls: u32,
    threads: u32,
}

struct Tracer {
    pipe: File,
    lines: Vec<u8>,
    /// How often the clock interrupts us.
    ticking: Option<Duration>,
    started: Started,
    threads: BTreeMap<i32, Thread>,
    processes: BTreeMap<i32, Process>,
    /// New threads that stopped before their parent told of them.
    early: BTreeSet<i32>,
    /// How often something became another program.
    executed: u64,
    /// When the first process is named, unless it calls before.
    naming: Deadline,
    /// The end was asked for.
    ending: bool,
    /// Bytes of calls that were not read.
    cut: u64,
    /// Once said, not said again.
    said_untraced: bool,
}

impl Tracer {
    fn new(started: Started, command: &str, pipe: OwnedFd) -> Self {
        let pid = started.pid;
        let mut tracer = Self {
            pipe: pipe.into(),
            lines: Vec::new(),
            ticking: None,
            started,
            threads: BTreeMap::new(),
            processes: BTreeMap::new(),
            early: BTreeSet::new(),
            executed: 0,
            naming: Deadline::after(NAMING),
            ending: false,
            cut: 0,
            said_untraced: false,
        };
        let words = command.split_whitespace().map(str::to_owned).collect();
        tracer.add_process(pid, Table::new(pid), words);
        if let Err(errno) = tracer.started.traced {
            tracer.say_untraced(errno);
        }
        tracer
    }

    fn run(&mut self) {
        self.tick(QUICK);
        loop {
            match ptrace::wait() {
                Waited::Thread(tid, stop) => self.handle(tid, stop),
                Waited::Interrupted => self.ticked(),
                Waited::Nobody => break,
            }
            if let Some(signal) = ptrace::signalled() {
                self.obey(signal);
            }
        }
        if self.cut > 0 {
            self.say(&TraceLine::Cut { bytes: self.cut });
        }
        self.flush();
    }

    /// The clock ticked: lines have waited long enough, and perhaps a name.
    fn ticked(&mut self) {
        let nothing = self.lines.is_empty();
        self.flush();
        let unnamed = self.first().is_some_and(|process| !process.told);
        if unnamed && self.naming.has_passed() {
            self.introduce(self.started.pid);
        }
        if nothing {
            self.tick(SLOW);
        }
    }

    fn tick(&mut self, every: Duration) {
        if self.ticking != Some(every) {
            self.ticking = Some(every);
            ptrace::tick(every);
        }
    }

    fn obey(&mut self, signal: i32) {
        let signal = match signal {
            libc::SIGTERM => Signal::TERM,
            KILL_SIGNAL => Signal::KILL,
            _ => return,
        };
        let first = self.started.pid;
        let running: Vec<i32> =
            if self.started.traced.is_ok() { self.processes.keys().copied().collect() } else { descendants() };
        if !std::mem::replace(&mut self.ending, true) {
            for pid in &running {
                self.introduce(*pid);
            }
            let left = running.iter().filter(|pid| **pid != first).count();
            if left > 0 && !running.contains(&first) {
                self.say(&TraceLine::LeftBehind { count: u32::try_from(left).unwrap_or(u32::MAX) });
            }
            self.flush();
        }
        for pid in running {
            if let Some(pid) = Pid::from_raw(pid) {
                // It may have ended a moment ago.
                kill_process(pid, signal).ok();
            }
        }
    }

    fn handle(&mut self, tid: i32, stop: Stop) {
        if let Stop::Ended(status) = stop {
            self.ended(tid, status);
            return;
        }
        if !self.threads.contains_key(&tid) {
            // Its parent's word is on its way.
            self.early.insert(tid);
            return;
        }
        let resume = match stop {
            Stop::Entering => return self.entering(tid),
            Stop::Returning => return self.returning(tid),
            Stop::Forked => {
                self.forked(tid);
                self.onwards(tid, 0)
            }
            Stop::Executed => {
                self.executed(tid);
                Resume::Run(0)
            }
            Stop::GroupStopped => Resume::StayStopped,
            Stop::Signalled(signal) => self.onwards(tid, signal),
            Stop::New | Stop::Ended(_) => self.onwards(tid, 0),
        };
        ptrace::resume(tid, resume);
    }

    /// On with what it does; a call's return is not to be missed.
    fn onwards(&self, tid: i32, signal: i32) -> Resume {
        if self.threads.get(&tid).is_some_and(|thread| thread.call.is_some()) {
            Resume::UntilReturn(signal)
        } else {
            Resume::Run(signal)
        }
    }

    fn entering(&mut self, tid: i32) {
        let (number, arguments) = match ptrace::syscall(tid) {
            Ok(Syscall::Entering(number, arguments)) => (number, arguments),
            Ok(Syscall::Returning(_)) => return ptrace::resume(tid, Resume::Run(0)),
            Err(error) => {
                self.say_untraced(errno::number(&error));
                return ptrace::resume(tid, Resume::Run(0));
            }
        };
        let Some(thread) = self.threads.get_mut(&tid) else { return };
        let pid = thread.pid;
        if let Some((at, call)) = thread.interrupted.take() {
            if number == libc::SYS_restart_syscall || (number, arguments) == (call.number, call.arguments) {
                // It goes on as if nothing had been.
                thread.call = Some(call);
                return ptrace::resume(tid, Resume::UntilReturn(0));
            }
            self.tell_return(tid, &call, at, -i64::from(libc::EINTR));
        }
        let asked =
            self.processes.get(&pid).and_then(|process| decode::asked(number, arguments, Memory(tid), &process.table));
        let Some(mut asked) = asked else { return ptrace::resume(tid, Resume::Run(0)) };
        if asked.closes()
            && let Some(process) = self.processes.get_mut(&pid)
        {
            // Not when it returns: another thread may have the number by then.
            process.table.remove(asked.fd);
        }
        self.cut = self.cut.saturating_add(asked.cut);
        let id = if asked.call.is_some() { self.next_call(tid) } else { None };
        // Told below, where the thread no longer waits for us.
        let told = if id.is_some() { asked.call.take() } else { None };
        let fd = asked.fd;
        let entered_at = clock::now();
        if let Some(thread) = self.threads.get_mut(&tid) {
            thread.call = Some(InCall { number, arguments, entered_at, id, asked });
        }
        ptrace::resume(tid, Resume::UntilReturn(0));
        if let (Some(id), Some(call)) = (id, told) {
            self.tell_call(tid, entered_at, None, id, fd, SocketCallPhase::Entered { call });
        }
    }

    fn returning(&mut self, tid: i32) {
        let at = clock::now();
        let call = self.threads.get_mut(&tid).and_then(|thread| thread.call.take());
        let value = match (call, ptrace::syscall(tid)) {
            (Some(call), Ok(Syscall::Returning(value))) if RESTARTS.contains(&value) => {
                if let Some(thread) = self.threads.get_mut(&tid) {
                    thread.interrupted = Some((at, call));
                }
                None
            }
            (Some(call), Ok(Syscall::Returning(value))) => Some((call, value)),
            _ => None,
        };
        let Some((call, value)) = value else { return ptrace::resume(tid, Resume::Run(0)) };
        let answered = self.answered(tid, &call, value);
        ptrace::resume(tid, Resume::Run(0));
        if let Some(answered) = answered {
            self.tell_answer(tid, &call, at, answered);
        }
    }

    fn answered(&mut self, tid: i32, call: &InCall, value: i64) -> Option<Answered> {
        let pid = self.threads.get(&tid)?.pid;
        let process = self.processes.get_mut(&pid)?;
        Some(decode::answered(&call.asked, value, Memory(tid), &mut process.table))
    }

    fn tell_return(&mut self, tid: i32, call: &InCall, at: Timestamp, value: i64) {
        if let Some(answered) = self.answered(tid, call, value) {
            self.tell_answer(tid, call, at, answered);
        }
    }

    fn tell_answer(&mut self, tid: i32, call: &InCall, at: Timestamp, answered: Answered) {
        let Answered { outcome, identity, cut } = answered;
        self.cut = self.cut.saturating_add(cut);
        if let Some(id) = call.id {
            let phase = SocketCallPhase::Returned { outcome, socket: identity };
            self.tell_call(tid, at, Some(call.entered_at), id, call.asked.fd, phase);
        }
    }

    fn tell_call(
        &mut self,
        tid: i32,
        at: Timestamp,
        entered_at: Option<Timestamp>,
        id: CallId,
        fd: i32,
        phase: SocketCallPhase,
    ) {
        let Some(Thread { pid, number, .. }) = self.threads.get(&tid) else { return };
        let (pid, thread) = (*pid, number.unwrap_or_default());
        self.introduce(pid);
        let report = Report { at, entered_at, call: SocketCall { id, thread, fd, phase } };
        self.say(&TraceLine::Call { pid: pid.cast_unsigned(), report });
    }

    /// The number of the next call of the thread's process.
    fn next_call(&mut self, tid: i32) -> Option<CallId> {
        let thread = self.threads.get_mut(&tid)?;
        let process = self.processes.get_mut(&thread.pid)?;
        if thread.number.is_none() {
            thread.number = Some(process.threads);
            process.threads += 1;
        }
        let id = CallId(process.calls);
        process.calls += 1;
        Some(id)
    }

    fn forked(&mut self, tid: i32) {
        let (Some(new), Some(parent)) = (ptrace::forked(tid), self.threads.get(&tid).map(|thread| thread.pid)) else {
            return;
        };
        if process_of(new) == Some(parent) {
            self.threads.insert(new, Thread { pid: parent, number: None, call: None, interrupted: None });
        } else if let Some(process) = self.processes.get(&parent) {
            let (table, command) = (process.table.forked(new), process.command.clone());
            self.add_process(new, table, command);
        }
        if self.early.remove(&new) {
            ptrace::resume(new, Resume::Run(0));
        }
    }

    fn executed(&mut self, tid: i32) {
        self.executed += 1;
        // The other threads are gone, and their ends are not told.
        self.threads.retain(|other, thread| thread.pid != tid || *other == tid);
        if let Some(thread) = self.threads.get_mut(&tid) {
            thread.call = None;
            thread.interrupted = None;
        }
        let command = words_of(tid);
        if let Some(process) = self.processes.get_mut(&tid) {
            process.table.look();
            if let Some(command) = command {
                process.command = command;
            }
        }
        if tid == self.started.pid {
            self.naming = Deadline::after(NAMING);
            if let Some(errno) = self.started.failure() {
                self.say_untraced(errno);
            }
        }
    }

    fn ended(&mut self, tid: i32, status: ExitStatus) {
        let at = clock::now();
        self.threads.remove(&tid);
        self.early.remove(&tid);
        let Some(process) = self.processes.get(&tid) else { return };
        let first = tid == self.started.pid;
        if first || !process.table.is_empty() {
            self.introduce(tid);
        }
        // The shell was the last thing that could be started.
        if first
            && self.executed <= 1
            && let ExitStatus::Code(status @ (126 | 127)) = status
        {
            self.say(&TraceLine::NotStarted { status });
        }
        let told = self.processes.remove(&tid).is_some_and(|process| process.told);
        if told {
            self.say(&TraceLine::Ended { pid: tid.cast_unsigned(), at, status });
        }
    }

    fn add_process(&mut self, pid: i32, table: Table, command: Vec<String>) {
        self.threads.insert(pid, Thread { pid, number: None, call: None, interrupted: None });
        self.processes.insert(pid, Process { table, command, told: false, calls: 0, threads: 0 });
    }

    fn first(&self) -> Option<&Process> {
        self.processes.get(&self.started.pid)
    }

    /// Tells of a process, once.
    fn introduce(&mut self, pid: i32) {
        let first = pid == self.started.pid;
        let Some(process) = self.processes.get_mut(&pid).filter(|process| !process.told) else { return };
        process.told = true;
        let command = process.command.clone();
        self.say(&TraceLine::Process { pid: pid.cast_unsigned(), first, name: name(&command), command });
    }

    fn say_untraced(&mut self, errno: i32) {
        if !std::mem::replace(&mut self.said_untraced, true) {
            self.say(&TraceLine::Untraced { errno });
        }
    }

    fn say(&mut self, line: &TraceLine) {
        if self.lines.is_empty() {
            self.tick(QUICK);
        }
        // Writing to memory cannot fail, and every value has its JSON.
        serde_json::to_writer(&mut self.lines, line).ok();
        self.lines.push(b'\n');
        if self.lines.len() >= FULL {
            self.flush();
        }
    }

    /// Hands over what is waiting. Where nobody reads any more, we are about to
    /// be ended.
    fn flush(&mut self) {
        self.pipe.write_all(&self.lines).ok();
        self.lines.clear();
    }
}

/// What a person would call a program: the script it runs, or its own file's
/// name.
fn name(command: &[String]) -> String {
    let base = |word: &String| word.rsplit('/').next().unwrap_or_default().to_owned();
    let Some(program) = command.first().map(base) else { return String::new() };
    let runs_scripts = ["python", "sh", "bash", "dash", "perl", "ruby", "node", "lua", "php"];
    let is_interpreter = runs_scripts.iter().any(|name| {
        program.strip_prefix(name).is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit() || c == '.'))
    });
    match command.get(1) {
        Some(script) if is_interpreter && !script.starts_with('-') => base(script),
        _ => program,
    }
}

/// The process a thread belongs to.
fn process_of(tid: i32) -> Option<i32> {
    let status = fs::read_to_string(format!("/proc/{tid}/status")).ok()?;
    status.lines().find_map(|line| line.strip_prefix("Tgid:"))?.trim().parse().ok()
}

/// The words a process was started with; `None` where it is gone.
fn words_of(pid: i32) -> Option<Vec<String>> {
    let bytes = fs::read(format!("/proc/{pid}/cmdline")).ok().filter(|bytes| !bytes.is_empty())?;
    let bytes = bytes.strip_suffix(b"\0").unwrap_or(&bytes);
    Some(bytes.split(|byte| *byte == 0).map(|word| String::from_utf8_lossy(word).into_owned()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_called_by_what_they_run() {
        let name = |line: &str| super::name(&line.split(' ').map(str::to_owned).collect::<Vec<_>>());
        assert_eq!(name("/usr/bin/python3.11 dir/server.py 9"), "server.py");
        assert_eq!(name("python3 -c pass"), "python3");
        assert_eq!(name("/usr/bin/nc -l 5"), "nc");
        assert_eq!(name("sh -c x"), "sh");
        assert_eq!(super::name(&[]), "");
    }

    #[test]
    fn a_process_knows_its_own() {
        let own = std::process::id().cast_signed();
        assert_eq!(process_of(own), Some(own));
        assert!(words_of(own).unwrap()[0].contains("wirelens"));
    }
}
