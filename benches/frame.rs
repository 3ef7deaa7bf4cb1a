//! What the window costs: `cargo bench --bench frame`. Prints figures beside
//! their targets, and judges nothing.
//!
//! No display and no graphics card: the whole window runs in a context of its
//! own, as in the tests, and its shapes are cut into triangles, which is what
//! is left to a graphics card otherwise. A frame's cost is the CPU time of the
//! thread that paints. Each capture is looked at by a process of its own, so
//! that its memory can be told. Makes its captures in a temporary folder
//! (2.1 GB) and removes them. `-- idle` measures only what needs none,
//! `-- profile SECONDS` paints an idle window for so long, for a profiler.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark reads clocks, prints, and stops at the first surprise"
)]

/// The captures.
#[path = "generate/main.rs"]
mod generate;

use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};
use wirelens::model::{Event as Seen, Frame, LinkType, Place, PlaceId, Timestamp, What};
use wirelens::session::opening::Opening;
use wirelens::source::file;
use wirelens::source::shipped::SHIPPED;
use wirelens::trace::{Network, Notes, Trace};
use wirelens::view::window::egui::{
    Context, Event, Modifiers, MouseWheelSource, MouseWheelUnit, Pos2, RawInput, Rect, TouchPhase, Vec2, ViewportId,
    pos2, vec2,
};
use wirelens::view::window::{App, Options};
use wirelens::words::Language;

/// As large as the targets are for.
const SIZE: Vec2 = Vec2::new(1600.0, 1000.0);
/// In the picture, and in the tables below it.
const PICTURE: Pos2 = pos2(700.0, 480.0);
const BELOW: Pos2 = pos2(700.0, 900.0);
/// Frames for one figure.
const FRAMES: usize = 600;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        // This benchmark is its own generator, and looks at each capture in a
        // process of its own.
        ["--packets", ..] => return generate::main(),
        ["look", path] => look(Path::new(path)),
        ["profile", seconds] => profile(seconds.parse().unwrap()),
        ["idle"] => idle(),
        _ => {
            idle();
            let folder = Folder::new();
            let one = folder.one_conversation(50_000);
            told("one conversation of 50,000 segments", &one);
            std::fs::remove_file(&one).unwrap();
            for (name, packets, snaplen) in [
                ("1,000,000 packets of at most 96 bytes", 1_000_000, 96),
                ("10,000,000 packets of at most 96 bytes", 10_000_000, 96),
                ("1,400,000 whole packets", 1_400_000, 262_144),
            ] {
                let path = folder.generated(packets, snaplen);
                told(name, &path);
                std::fs::remove_file(&path).unwrap();
            }
        }
    }
    ExitCode::SUCCESS
}

/// Where the captures are; removed when it is dropped.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let path = std::env::temp_dir().join(format!("wirelens-frame-{}", std::process::id()));
        std::fs::create_dir(&path).unwrap();
        Self(path)
    }

    fn generated(&self, packets: u64, snaplen: u32) -> PathBuf {
        let path = self.0.join(format!("{packets}.pcap"));
        let (packets, snaplen) = (packets.to_string(), snaplen.to_string());
        let words = ["--packets", &packets, "--snaplen", &snaplen];
        let made = Command::new(std::env::current_exe().unwrap()).args(words).arg(&path).status().unwrap();
        assert!(made.success());
        path
    }

    /// A client that sends, acknowledged after every second segment.
    fn one_conversation(&self, segments: u32) -> PathBuf {
        let mut trace = Trace::new(Notes::default());
        let ethernet = LinkType::ETHERNET;
        trace.add_place(Place::Interface { name: "eth0".into(), description: None, link_type: ethernet });
        let ends = [(Ipv4Addr::new(10, 0, 0, 1), 40_000), (Ipv4Addr::new(10, 0, 0, 2), 80)];
        let (mut sent, mut at) = (1_001_u32, 1_700_000_000_000_000_000_i64);
        let mut push = |from: usize, seq: u32, ack: u32, flags: &str, payload: &[u8]| {
            let ((source, port), (destination, other)) = (ends[from], ends[1 - from]);
            let mut header = etherparse::PacketBuilder::ethernet2([2; 6], [4; 6])
                .ipv4(source.octets(), destination.octets(), 64)
                .tcp(port, other, seq, 64_000)
                .ack(ack);
            if flags == "S" {
                header = header.syn();
            }
            let mut bytes = Vec::with_capacity(header.size(payload.len()));
            header.write(&mut bytes, payload).unwrap();
            at += 20_000;
            let original_length = u32::try_from(bytes.len()).unwrap();
            let frame = Frame { bytes: bytes.into(), original_length, comment: None };
            trace.push(Seen { at: Timestamp::from_nanos(at), place: PlaceId(0), what: What::Frame(frame) });
        };
        push(0, 1_000, 0, "S", b"");
        push(1, 5_000, 1_001, "S", b"");
        push(0, 1_001, 5_001, "", b"");
        for number in 3..segments {
            if number % 3 == 2 {
                push(1, 5_001, sent, "", b"");
            } else {
                push(0, sent, 5_001, "", &[b'x'; 500]);
                sent += 500;
            }
        }
        let path = self.0.join("one.pcap");
        file::save(&trace, &path).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).unwrap();
    }
}

/// Has another process look at a capture and say what it found.
fn told(name: &str, path: &Path) {
    println!("\n{name}, {:.1} GB", gigabytes(std::fs::metadata(path).unwrap().len()));
    let done = Command::new(std::env::current_exe().unwrap()).arg("look").arg(path).status().unwrap();
    assert!(done.success());
}

fn cpu(clock: ClockId) -> Duration {
    let now = clock_gettime(clock);
    Duration::new(now.tv_sec.try_into().unwrap(), now.tv_nsec.try_into().unwrap())
}

/// The window, and the clock it sees.
struct Window {
    ctx: Context,
    app: App,
    number: u32,
}

/// What one frame took, and how soon the window wants the next.
struct Painted {
    cost: Duration,
    repaint: Duration,
}

impl Window {
    /// `settings` is what the window remembers.
    fn new(settings: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("wirelens-frame-settings-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("settings.toml");
        std::fs::write(&path, settings).unwrap();
        let app = App::new(Options {
            executable: "/proc/self/exe".into(),
            language: Language::English,
            language_asked: true,
            network: Network::Private,
            settings: Some(path),
        });
        std::fs::remove_dir_all(folder).unwrap();
        let ctx = Context::default();
        app.prepare(&ctx);
        Self { ctx, app, number: 0 }
    }

    fn frame(&mut self, events: Vec<Event>) -> Painted {
        let begun = cpu(ClockId::ThreadCPUTime);
        let input = RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, SIZE)),
            time: Some(f64::from(self.number) / 60.0),
            events,
            ..RawInput::default()
        };
        self.number += 1;
        let mut output = self.ctx.run_ui(input, |ui| self.app.show(ui));
        // They would go to the graphics card.
        output.textures_delta.clear();
        std::hint::black_box(self.ctx.tessellate(output.shapes, output.pixels_per_point));
        let cost = cpu(ClockId::ThreadCPUTime).saturating_sub(begun);
        Painted { cost, repaint: output.viewport_output[&ViewportId::ROOT].repaint_delay }
    }

    /// Frames until the window wants no more; whether that came to be.
    fn settle(&mut self) -> bool {
        (0..600).any(|_| self.frame(Vec::new()).repaint == Duration::MAX)
    }

    /// The cost of frames with these events each.
    fn measure(&mut self, mut events: impl FnMut(usize) -> Vec<Event>) -> String {
        let mut costs: Vec<Duration> = (0..FRAMES).map(|number| self.frame(events(number)).cost).collect();
        costs.sort();
        let millis = |part: usize| costs[(costs.len() - 1) * part / 1000].as_secs_f64() * 1e3;
        format!(
            "median {:.2} ms (target 1), p99 {:.2} ms (target 4), worst {:.2}",
            millis(500),
            millis(990),
            millis(1000)
        )
    }
}

fn pointer(at: Pos2) -> Event {
    Event::PointerMoved(at)
}

fn wheel(delta: f32) -> Event {
    Event::MouseWheel {
        unit: MouseWheelUnit::Point,
        delta: vec2(0.0, delta),
        phase: TouchPhase::Move,
        source: MouseWheelSource::Unknown,
        modifiers: Modifiers::NONE,
    }
}

/// There and back again.
const fn swing(number: usize, period: usize) -> bool {
    (number / period).is_multiple_of(2)
}

#[expect(clippy::cast_precision_loss, reason = "a tenth of it is told")]
const fn gigabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e9
}

fn idle() {
    let begun = Instant::now();
    let cpu_begun = cpu(ClockId::ProcessCPUTime);
    let mut window = Window::new("welcome = true\n");
    window.frame(Vec::new());
    println!(
        "first frame, newcomer's cards: {:.0} ms wall, {:.0} ms CPU (target 500)",
        begun.elapsed().as_secs_f64() * 1e3,
        cpu(ClockId::ProcessCPUTime).saturating_sub(cpu_begun).as_secs_f64() * 1e3
    );
    for (name, settings) in [("newcomer's cards", "welcome = true\n"), ("the picture", "welcome = false\n")] {
        let mut window = Window::new(settings);
        window.frame(Vec::new());
        let greeting = SHIPPED.iter().position(|capture| capture.id == "greeting").unwrap();
        window.app.open_shipped(&window.ctx.clone(), greeting);
        let settled = window.settle();
        println!("greeting, {name}: an idle window asks for {} repaint", if settled { "no" } else { "another" });
        println!("  the same frame again: {}", window.measure(|_| Vec::new()));
        println!("  the pointer moves:    {}", window.measure(|number| vec![pointer(PICTURE + moved(number))]));
    }
}

fn moved(number: usize) -> Vec2 {
    let step = f32::from(u16::try_from(number % 200).unwrap());
    vec2(step, step / 2.0)
}

/// Resident memory of this process in MiB.
fn resident() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<f64>().unwrap() / 1024.0
}

/// Opens a capture and goes through it.
fn look(path: &Path) {
    for tab in ["packets", "graphs"] {
        let mut window = Window::new(&format!("welcome = false\ntab = \"{tab}\"\n"));
        window.settle();
        let before = resident();
        let (begun, cpu_begun) = (Instant::now(), cpu(ClockId::ProcessCPUTime));
        window.app.open_file(&window.ctx.clone(), path);
        let (mut shown, mut costs) = (None, Vec::new());
        loop {
            let painted = window.frame(Vec::new());
            costs.push(painted.cost);
            let document = window.app.document();
            if shown.is_none() && document.picture().is_some() {
                shown = Some(begun.elapsed());
            }
            if document.picture().is_some() && document.opening().is_none_or(Opening::has_ended) {
                break;
            }
            // A screen shows 60 frames in a second.
            std::thread::sleep(Duration::from_millis(16).saturating_sub(painted.cost));
        }
        let (wall, used) = (begun.elapsed(), cpu(ClockId::ProcessCPUTime).saturating_sub(cpu_begun));
        window.settle();
        costs.sort();
        println!(
            "  below: {tab}. Shown after {:.0} ms, read after {:.2} s, {:.2} s CPU (target 2) of which {:.2} s painting \
             {} frames, the worst {:.1} ms",
            shown.unwrap_or_default().as_secs_f64() * 1e3,
            wall.as_secs_f64(),
            used.as_secs_f64(),
            costs.iter().sum::<Duration>().as_secs_f64(),
            costs.len(),
            costs.last().copied().unwrap_or_default().as_secs_f64() * 1e3
        );
        println!("    memory: {:.0} MiB before, {:.0} MiB after", before, resident());
        println!("    the same frame again: {}", window.measure(|_| Vec::new()));
        println!(
            "    scrolling the picture: {}",
            window.measure(|number| vec![pointer(PICTURE), wheel(if swing(number, 150) { -90.0 } else { 90.0 })])
        );
        println!(
            "    zooming the picture:   {}",
            window.measure(|number| vec![
                pointer(PICTURE),
                Event::Zoom(if swing(number, 60) { 0.95 } else { 1.0 / 0.95 })
            ])
        );
        println!(
            "    scrolling below:       {}",
            window.measure(|number| vec![pointer(BELOW), wheel(if swing(number, 300) { -7000.0 } else { 7000.0 })])
        );
    }
}

/// Paints an idle window of 1440 × 900 again and again.
fn profile(seconds: u64) {
    let mut window = Window::new("welcome = false\n");
    window.frame(Vec::new());
    let greeting = SHIPPED.iter().position(|capture| capture.id == "greeting").unwrap();
    window.app.open_shipped(&window.ctx.clone(), greeting);
    window.settle();
    let begun = Instant::now();
    let mut frames = 0;
    while begun.elapsed() < Duration::from_secs(seconds) {
        window.frame(Vec::new());
        frames += 1;
    }
    println!("{frames} frames in {seconds} s");
}
