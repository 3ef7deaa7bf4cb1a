#!/usr/bin/env python3
"""Measures wirelens against tshark, tcptrace, tcpdump and capinfos, in one go.

    cargo build --release --no-default-features --bins --examples
    python3 benches/compare.py [--quick] [--runs N] [--only NAME,NAME] [--clean]

Makes its captures with the `generate` example in $TMPDIR/wirelens-bench (kept
for the next run; `--clean` removes them at the end), reads each file once so
that it is in the page cache, then runs every program in turn, N times over.
CPU is user + system, of the process and what it waited for; the best run
counts. "peak" is the largest resident set; "anonymous" the largest sample of
RssAnon, without mapped files. A program that is not there is said and skipped.
"""

import argparse
import os
import platform
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
MIB = 1 << 20

# What `tshark -T fields` and `wirelens fields` are asked for.
FIELDS = """frame.number tcp.stream tcp.seq tcp.ack tcp.len tcp.flags
tcp.analysis.retransmission tcp.analysis.fast_retransmission
tcp.analysis.spurious_retransmission tcp.analysis.out_of_order
tcp.analysis.lost_segment tcp.analysis.duplicate_ack tcp.analysis.zero_window
tcp.analysis.window_update tcp.analysis.keep_alive tcp.analysis.window_full
tcp.analysis.ack_lost_segment tcp.completeness tcp.checksum.status
tcp.analysis.keep_alive_ack tcp.analysis.zero_window_probe
tcp.analysis.zero_window_probe_ack tcp.analysis.reused_ports
tcp.window_size_value""".split()
ASKED = [word for field in FIELDS for word in ("-e", field)]

SUMMARY = "wirelens show --format summary"
WALK = "walk"
CONV = "tshark -q -z conv,tcp"
TSHARK_FIELDS = "tshark -T fields"
WIRELENS_FIELDS = "wirelens fields"
TCPTRACE = "tcptrace -n -l"
TCPDUMP = "tcpdump -n"
WIRELENS_TCPDUMP = "wirelens show --format tcpdump"
CAPINFOS = "capinfos"


class Run:
    """What one run of a program took, in seconds and bytes."""

    def __init__(self, cpu, wall, peak, anonymous, status, complaint):
        self.cpu, self.wall, self.peak, self.anonymous = cpu, wall, peak, anonymous
        self.status, self.complaint = status, complaint


def anonymous_memory(pid):
    """RssAnon of a process, in bytes; 0 when it is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    found = re.search(r"^RssAnon:\s+(\d+) kB", status, re.M)
    return int(found[1]) * 1024 if found else 0


def run(words, sample, limit):
    """Runs a program, its output thrown away."""
    complaint = tempfile.TemporaryFile()
    # Sampling costs time on a machine with few cores: only where it is asked for.
    pause = 0.002 if sample else 0.02
    begun = time.perf_counter()
    child = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=complaint)
    anonymous = 0
    if not sample:
        _, status, usage = os.wait4(child.pid, 0)
    else:
        while True:
            anonymous = max(anonymous, anonymous_memory(child.pid))
            done, status, usage = os.wait4(child.pid, os.WNOHANG)
            if done:
                break
            if time.perf_counter() - begun > limit:
                child.kill()
            time.sleep(pause)
    wall = time.perf_counter() - begun
    child.returncode = os.waitstatus_to_exitcode(status)
    complaint.seek(0)
    lines = complaint.read(4096).decode(errors="replace").strip().splitlines()
    said = next((line for line in lines if "running as user" not in line.lower()), "")
    return Run(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss * 1024, anonymous, child.returncode, said)


class Case:
    """One capture and the programs that read it."""

    def __init__(self, name, title, packets, words, programs):
        self.name, self.title, self.packets, self.words, self.programs = name, title, packets, words, programs
        self.best = {}
        self.missing = {}
        self.connections = None

    def file(self, directory):
        suffix = "pcapng" if "pcapng" in self.words else "pcap"
        return directory / f"{self.name}-{self.packets}.{suffix}"


def cases(quick):
    def packets(full):
        return min(full, 100_000) if quick else full

    everything = [WALK, CAPINFOS, TCPTRACE, CONV, TSHARK_FIELDS, TCPDUMP, SUMMARY, WIRELENS_FIELDS, WIRELENS_TCPDUMP]
    return [
        Case("large", "full packets, about 1 GB", packets(1_400_000), [], everything),
        Case("short", "96 bytes of each packet", packets(10_000_000), ["--snaplen", "96"], [WALK, TCPTRACE, SUMMARY]),
        Case("flood", "SYNs to distinct ports", packets(1_000_000), ["--kind", "syn-flood"], [WALK, SUMMARY]),
        Case("nanos", "nanosecond pcapng", packets(500_000), ["--format", "pcapng"], [TCPTRACE, SUMMARY]),
    ]


def commands(args, file):
    wirelens, examples = str(args.wirelens), args.wirelens.parent / "examples"
    return {
        WALK: [str(examples / "walk"), file],
        CAPINFOS: ["capinfos", file],
        TCPTRACE: ["tcptrace", "-n", "-l", file],
        CONV: ["tshark", "-n", "-q", "-z", "conv,tcp", "-r", file],
        # Checksums verified, as we do where their status is asked for.
        TSHARK_FIELDS: ["tshark", "-n", "-r", file, "-o", "tcp.check_checksum:TRUE", "-T", "fields", *ASKED],
        TCPDUMP: ["tcpdump", "-n", "-r", file],
        SUMMARY: [wirelens, "show", "--format", "summary", file],
        WIRELENS_FIELDS: [wirelens, "fields", file, *ASKED],
        WIRELENS_TCPDUMP: [wirelens, "show", "--format", "tcpdump", file],
    }


def measure(case, args):
    """Runs every program of a case in turn, as often as asked."""
    file = case.file(args.directory)
    if not file.exists():
        print(f"making {file.name} …", file=sys.stderr, flush=True)
        unfinished = file.with_suffix(".part")
        generate = args.wirelens.parent / "examples" / "generate"
        subprocess.run([generate, "--packets", str(case.packets), *case.words, unfinished], check=True)
        unfinished.rename(file)
    with file.open("rb") as content:
        while content.read(MIB):
            pass
    programs = commands(args, str(file))
    # A run of another program of the case that takes a hundred times as long
    # would be repeated in vain.
    for turn in range(args.runs):
        for name in case.programs:
            ours = name.startswith("wirelens")
            if name in case.missing or (turn and not ours and case.best[name].cpu > args.long):
                continue
            words = programs[name]
            if not shutil.which(words[0]):
                case.missing[name] = "not installed" if "/" not in words[0] else "not built"
                continue
            result = run(words, ours and turn == 0, args.limit)
            if result.status != 0:
                case.missing[name] = f"not available: exit {result.status}: {result.complaint}"
                continue
            best = case.best.setdefault(name, result)
            best.cpu, best.wall = min(best.cpu, result.cpu), min(best.wall, result.wall)
            best.peak, best.anonymous = max(best.peak, result.peak), max(best.anonymous, result.anonymous)
    if any(name.startswith("wirelens") for name in case.best):
        case.connections = connections(case, str(file))
    return file


def connections(case, file):
    """TCP connections in it, as tcptrace counts; as the flood has them."""
    if case.name == "flood":
        return case.packets
    if not shutil.which("tcptrace"):
        return None
    last = None
    with subprocess.Popen(["tcptrace", "-n", file], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as said:
        for line in said.stdout:
            if found := re.match(r"\s*(\d+): ", line):
                last = int(found[1])
    return last


def table(case, file):
    size = file.stat().st_size
    print(f"\n## {case.name}: {case.packets:,} packets, {size / 1e6:,.0f} MB, {case.title}\n")
    print("| program | CPU s | wall s | peak MiB | anonymous MiB | times walk |")
    print("|---|---:|---:|---:|---:|---:|")
    walk = case.best.get(WALK)
    for name in case.programs:
        if name in case.missing:
            print(f"| {name} | {case.missing[name]} | | | | |")
            continue
        best = case.best[name]
        anonymous = f"{best.anonymous / MIB:,.1f}" if best.anonymous else ""
        times = f"{best.cpu / walk.cpu:,.1f}" if walk else ""
        # The largest resident set counts from before the program was loaded:
        # what is no larger than this script cannot be told.
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        peak = f"{best.peak / MIB:,.1f}" if best.peak > 1.1 * own else f"< {1.1 * own / MIB:,.0f}"
        print(f"| {name} | {best.cpu:.3f} | {best.wall:.3f} | {peak} | {anonymous} | {times} |")


def verdict(what, target, found, met):
    print(f"| {what} | {target} | {found} | {'met' if met else 'MISSED'} |")


def ratio(case, what, peer, ours, target):
    """The target is the largest part of the peer's CPU that ours may take."""
    words = f"≤ {target:g} ×" if target >= 1 else f"≤ 1/{1 / target:g}"
    if peer not in case.best or ours not in case.best:
        print(f"| {what} | {words} | not measured | |")
        return
    found = case.best[ours].cpu / case.best[peer].cpu
    shown = f"{found:.2f} ×" if found >= 1 else f"1/{1 / found:.1f}"
    verdict(what, words, shown, found <= target)


def targets(all_cases):
    named = {case.name: case for case in all_cases}
    print("\n## Targets\n\n| work | target | found | |\n|---|---|---|---|")
    if large := named.get("large"):
        ratio(large, "large: summary, against tshark -q -z conv,tcp", CONV, SUMMARY, 1 / 20)
        ratio(large, "large: fields, against tshark -T fields", TSHARK_FIELDS, WIRELENS_FIELDS, 1 / 30)
        ratio(large, "large: summary, against tcptrace -n -l", TCPTRACE, SUMMARY, 1 / 3)
        ratio(large, "large: summary, against the bare walk", WALK, SUMMARY, 4)
        ratio(large, "large: tcpdump's lines, against tcpdump -n", TCPDUMP, WIRELENS_TCPDUMP, 1)
    if short := named.get("short"):
        ratio(short, "short: summary, against tcptrace -n -l", TCPTRACE, SUMMARY, 1 / 5)
    for case in all_cases:
        if SUMMARY in case.best and case.connections is not None:
            allowed = 32 * case.packets + 1024 * case.connections
            found = case.best[SUMMARY].anonymous
            what = f"{case.name}: anonymous memory, 32 B a packet + 1 KB each of {case.connections:,} connections"
            verdict(what, f"≤ {allowed / MIB:,.0f} MiB", f"{found / MIB:,.1f} MiB", found <= allowed)
    if (flood := named.get("flood")) and SUMMARY in flood.best:
        best = flood.best[SUMMARY]
        verdict("flood: peak memory", "≤ 512 MiB", f"{best.peak / MIB:,.0f} MiB", best.peak <= 512 * MIB)
        verdict("flood: wall", "≤ 10 s", f"{best.wall:.2f} s", best.wall <= 10)


def version(words):
    try:
        said = subprocess.run(words, capture_output=True, text=True, check=False)
    except OSError:
        return f"{words[0]}: not installed"
    lines = (said.stdout + said.stderr).splitlines()
    return next((line.strip() for line in lines if re.search(r"\d+\.\d+", line)), f"{words[0]}: version unknown")


def machine(args):
    info = Path("/proc/cpuinfo").read_text()
    model = re.search(r"^model name\s*: (.*)$", info, re.M)
    memory = re.search(r"^MemTotal:\s+(\d+) kB", Path("/proc/meminfo").read_text(), re.M)
    print(f"{model[1] if model else platform.machine()}, {os.cpu_count()} cores, ", end="")
    print(f"{int(memory[1]) / MIB:.0f} GiB, Linux {platform.release()}; best of {args.runs} runs")
    for words in (["tshark", "--version"], ["tcptrace", "-v"], ["tcpdump", "--version"], [str(args.wirelens), "--version"]):
        print(f"- {version(words)}")


def main():
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    target = Path(os.environ.get("CARGO_TARGET_DIR", PROJECT / "target"))
    words.add_argument("--wirelens", type=Path, default=target / "release" / "wirelens", help="the program to measure")
    words.add_argument("--directory", type=Path, default=Path(tempfile.gettempdir()) / "wirelens-bench")
    words.add_argument("--runs", type=int, default=3, help="how often each program runs (3)")
    words.add_argument("--long", type=float, default=20, help="other programs that take longer run once (20 s)")
    words.add_argument("--limit", type=float, default=300, help="wirelens is ended after so many seconds (300)")
    words.add_argument("--quick", action="store_true", help="100,000 packets in each capture")
    words.add_argument("--only", help="of large, short, flood, nanos: these, with commas")
    words.add_argument("--clean", action="store_true", help="remove the captures at the end")
    args = words.parse_args()
    args.wirelens = args.wirelens.resolve()
    args.directory.mkdir(parents=True, exist_ok=True)
    chosen = [case for case in cases(args.quick) if not args.only or case.name in args.only.split(",")]
    machine(args)
    try:
        for case in chosen:
            table(case, measure(case, args))
            sys.stdout.flush()
        targets(chosen)
    finally:
        if args.clean:
            for case in chosen:
                case.file(args.directory).unlink(missing_ok=True)
            if not any(args.directory.iterdir()):
                args.directory.rmdir()


if __name__ == "__main__":
    main()
