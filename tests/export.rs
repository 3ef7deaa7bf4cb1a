//! `wirelens export`, as its readers use it: by the ending of a name.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use wirelens::source::file;

/// The program in a plain environment: English, no display.
fn wirelens(arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wirelens"));
    command.args(arguments).stdin(Stdio::null());
    for name in ["LC_ALL", "LC_MESSAGES", "LANG", "DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET"] {
        command.env_remove(name);
    }
    let output = command.output().unwrap();
    assert_eq!(output.stdout, b"", "{arguments:?}: everything goes into the file");
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

/// A folder for one test's files, gone when the test ends.
struct Folder(PathBuf);

impl Folder {
    fn new(test: &str) -> Self {
        let path = std::env::temp_dir().join(format!("wirelens-export-{test}-{}", std::process::id()));
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }

    /// What `wirelens export FILE NAME …` writes.
    fn export(&self, file: &str, name: &str, more: &[&str]) -> Vec<u8> {
        let path = self.path(name);
        let arguments = [&["export", file, &path], more].concat();
        let (code, err) = wirelens(&arguments);
        assert_eq!((code, err.as_str()), (Some(0), ""), "{arguments:?}");
        fs::read(path).unwrap()
    }

    fn text(&self, file: &str, name: &str, more: &[&str]) -> String {
        String::from_utf8(self.export(file, name, more)).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).ok();
    }
}

#[test]
fn rows_have_the_same_columns_in_both_formats() {
    let folder = Folder::new("rows");
    let csv = folder.text("greeting", "rows.csv", &[]);
    let lines: Vec<&str> = csv.split_terminator("\r\n").collect();
    assert_eq!(lines[0], "number,time,since_start,conversation,source,destination,protocol,length,info");
    assert_eq!(lines.len(), 21, "{csv}");
    assert!(lines[1].starts_with("1,20") && lines[1].contains("Z,0.000000000,0,127.0.0.1,127.0.0.1,TCP,74,"), "{csv}");
    let ndjson = folder.text("greeting", "rows.ndjson", &[]);
    let rows: Vec<Value> = ndjson.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(rows.len(), 20);
    assert_eq!(rows[1]["number"], 2);
    assert_eq!(rows[1]["protocol"], "TCP");
    assert!(rows[1]["info"].as_str().unwrap().contains("[SYN, ACK] Seq=0 Ack=1"));
    let names: Vec<&String> = rows[0].as_object().unwrap().keys().collect();
    let mut columns: Vec<&str> = lines[0].split(',').collect();
    columns.sort_unstable();
    assert_eq!(names, columns);
}

#[test]
fn a_filter_and_a_conversation_choose_rows_and_frames() {
    let folder = Folder::new("chosen");
    let syn = ["-Y", "tcp.flags.syn == 1"];
    let rows = folder.text("greeting", "syn.ndjson", &syn);
    let numbers: Vec<Value> =
        rows.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["number"].clone()).collect();
    assert_eq!(numbers, [1, 2]);
    // A table without a row still says what its columns are.
    let empty = folder.text("greeting", "none.csv", &["-Y", "udp"]);
    assert_eq!(empty.lines().count(), 1);
    for name in ["syn.pcap", "syn.pcapng"] {
        folder.export("greeting", name, &["--quiet", "-Y", "tcp.flags.syn == 1"]);
        assert_eq!(file::open(Path::new(&folder.path(name))).unwrap().trace.frame_count(), 2, "{name}");
    }
    let many = folder.text("tcp-short-connections", "all.csv", &[]);
    let second = folder.text("tcp-short-connections", "second.csv", &["--conversation", "1"]);
    assert!(second.lines().count() > 5 && second.lines().count() < many.lines().count());
    assert!(second.lines().skip(1).all(|line| line.split(',').nth(3) == Some("1")), "{second}");
}

/// Everything that was captured is in the copy.
#[test]
fn a_capture_is_exported_whole() {
    let folder = Folder::new("whole");
    let original = Path::new(env!("CARGO_MANIFEST_DIR")).join("captures/greeting.pcapng");
    folder.export(original.to_str().unwrap(), "copy.pcapng", &[]);
    let copy = file::open(Path::new(&folder.path("copy.pcapng"))).unwrap();
    assert_eq!(copy.trace, file::open(&original).unwrap().trace);
}

#[test]
fn a_text_is_what_the_terminal_shows() {
    let folder = Folder::new("text");
    let text = folder.text("greeting", "greeting.txt", &["-Y", "tcp.flags.syn == 1"]);
    assert!(text.contains("SYN-RECEIVED") && text.contains("» SYN ACK") && !text.contains('\x1b'), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 100));
}

#[test]
fn a_diagram_has_every_segment_and_no_stray_syntax() {
    let folder = Folder::new("mermaid");
    let text = folder.text("greeting", "greeting.mmd", &[]);
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("sequenceDiagram"));
    assert_eq!(text.matches("->>").count(), 20);
    assert!(text.contains("client->>server: SYN seq 0"), "{text}");
    assert!(text.contains("Note right of server: SYN-RECEIVED"), "{text}");
    for line in lines {
        let (_, said) = line.trim().split_once(": ").unwrap_or_default();
        // A `;` ends an entity or, wrongly, the line.
        let mut rest = said;
        while let Some(at) = rest.find(';') {
            let entity = rest[..at].rsplit('#').next().unwrap();
            assert!(!entity.is_empty() && entity.chars().all(|digit| digit.is_ascii_digit()), "{line}");
            rest = &rest[at + 1..];
        }
        assert!(!said.contains(['<', '>', '%', '$']), "{line}");
    }
    let chinese = folder.text("udp-hello", "hello.mmd", &["--lang", "zh"]);
    assert!(chinese.contains("participant client as 客户端"), "{chinese}");
}

#[test]
fn what_cannot_be_meant_is_refused_and_nothing_is_written() {
    let folder = Folder::new("refused");
    let kept = folder.path("kept.csv");
    fs::write(&kept, "before").unwrap();
    let broken = folder.path("broken.pcap");
    fs::write(&broken, "this is no capture").unwrap();
    let (unknown, none) = (folder.path("x.docx"), folder.path("x"));
    let (csv, mmd) = (folder.path("y.csv"), folder.path("y.mmd"));
    let cases: [(&[&str], i32, &str); 9] = [
        (&["greeting", &unknown], 2, "unknown ending `.docx`; known are .png, .svg, .mmd, .txt, .csv"),
        (&["greeting", &none], 2, "the name has no ending"),
        (&["greeting", &csv, "--theme", "dark"], 2, "--theme has no meaning for .csv"),
        (&["greeting", &csv, "-Y", "tcp.prot == 1"], 2, "tcp.port"),
        (&["greeting", &kept, "--conversation", "9"], 2, "conversation 9"),
        (&["greeting", &mmd, "--conversation", "9"], 2, "conversation 9"),
        (&["nothing-there", &kept], 1, "cannot open"),
        (&[&broken, &kept], 1, "broken.pcap"),
        (&["greeting", "/nowhere/at/all.csv"], 1, "/nowhere/at/all.csv"),
    ];
    for (arguments, code, told) in cases {
        let (found, err) = wirelens(&[&["export"], arguments].concat());
        assert!(found == Some(code) && err.contains(told), "{arguments:?}: {found:?} {err}");
    }
    assert_eq!(fs::read(&kept).unwrap(), b"before");
    let mut left: Vec<_> = fs::read_dir(&folder.0).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["broken.pcap", "kept.csv"], "nothing is left behind");
}

#[cfg(not(feature = "window"))]
#[test]
fn a_build_without_window_says_so() {
    let folder = Folder::new("no-window");
    for name in ["x.png", "x.svg"] {
        let (code, err) = wirelens(&["export", "greeting", &folder.path(name)]);
        assert!(code == Some(1) && err.contains("this build has no window"), "{err}");
    }
}

#[cfg(feature = "window")]
mod pictures {
    use super::*;

    fn size(png: &[u8]) -> (u32, u32) {
        let picture = image::load_from_memory_with_format(png, image::ImageFormat::Png).unwrap();
        (picture.width(), picture.height())
    }

    #[test]
    fn a_picture_is_the_same_each_time_and_as_large_as_asked() {
        let folder = Folder::new("png");
        let first = folder.export("refused", "one.png", &[]);
        assert!(first == folder.export("refused", "other.png", &["--theme", "light"]), "the same bytes");
        let (width, height) = size(&first);
        assert_eq!(width, 2000);
        let small = folder.export("refused", "small.png", &["--pixels-per-point", "1"]);
        let (half, half_height) = size(&small);
        assert_eq!(half, 1000);
        assert!(half_height.abs_diff(height / 2) <= 8, "{half_height} {height}");
        for more in [
            &["--theme", "dark"][..],
            &["--scale", "true"],
            &["--absolute"],
            &["--lang", "zh"],
            &["-Y", "tcp.flags.syn == 1"],
        ] {
            assert!(first != folder.export("refused", "other.png", more), "{more:?} changes nothing");
        }
        // Where the columns need more room than asked for, they get it.
        assert!(size(&folder.export("refused", "narrow.png", &["--width", "320"])).0 > 1600);
    }

    #[test]
    fn every_recording_can_be_drawn() {
        let folder = Folder::new("recordings");
        for shipped in wirelens::source::shipped::SHIPPED {
            for (name, lang) in [("x.svg", "zh"), ("x.png", "en")] {
                let picture = folder.export(
                    shipped.id,
                    name,
                    &["--quiet", "--lang", lang, "--pixels-per-point", "1"][..if name == "x.png" { 5 } else { 3 }],
                );
                assert!(picture.len() > 2_000, "{}", shipped.id);
            }
        }
    }

    #[test]
    fn text_in_an_svg_is_text() {
        let folder = Folder::new("svg");
        let svg = folder.text("greeting", "x.svg", &[]);
        assert!(svg.starts_with("<svg xmlns=") && svg.ends_with("</svg>\n"));
        for said in [
            ">SYN-RECEIVED</text>",
            ">SYN ACK</text>",
            "<title id=\"title\">127.0.0.1:",
            "states inferred by RFC 9293",
            ">listen()</text>",
        ] {
            assert!(svg.contains(said), "{said}");
        }
        let chinese = folder.text("greeting", "x.svg", &["--lang", "zh"]);
        assert!(chinese.contains("xml:lang=\"zh-CN\"") && chinese.contains("客户端"));
    }

    /// The pictures in `docs/pictures`, and how each is drawn.
    const PICTURES: [(&str, &[&str]); 2] = [
        ("refused-en.png", &["refused", "--width", "900"]),
        ("refused-zh.png", &["refused", "--width", "900", "--lang", "zh"]),
    ];

    /// After a wanted change, `UPDATE_SNAPSHOTS=1 cargo test --test export`
    /// draws them anew.
    #[test]
    fn the_documents_pictures_are_as_the_program_draws_them() {
        let folder = Folder::new("documents");
        let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/pictures");
        for (name, arguments) in PICTURES {
            let fresh = folder.export(arguments[0], name, &arguments[1..]);
            if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
                fs::write(kept.join(name), &fresh).unwrap();
            }
            let pixels = |png: &[u8]| image::load_from_memory(png).unwrap().into_rgba8();
            let old = fs::read(kept.join(name)).unwrap();
            assert!(pixels(&old) == pixels(&fresh), "docs/pictures/{name} is older than what the program draws");
        }
    }

    /// A picture that no test compares grows old unseen.
    #[test]
    fn every_picture_in_the_documents_is_compared_by_a_test() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let window: String = fs::read_dir(root.join("tests/window"))
            .unwrap()
            .map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap())
            .collect();
        let mut found = 0;
        let documents = fs::read_dir(root.join("docs")).unwrap().map(|entry| entry.unwrap().path());
        let readmes = ["README.md", "README.zh-CN.md"].map(|name| root.join(name));
        for document in documents.chain(readmes).filter(|path| path.extension().is_some_and(|end| end == "md")) {
            let text = fs::read_to_string(&document).unwrap();
            for link in text.split("](").skip(1).map(|rest| rest.split(')').next().unwrap()) {
                let path = document.parent().unwrap().join(link);
                if path.extension().is_none_or(|end| end != "png") || link.contains("://") {
                    continue;
                }
                found += 1;
                let name = path.file_name().unwrap().to_str().unwrap();
                let compared = if path.parent().unwrap().ends_with("tests/snapshots") {
                    window.contains(&format!("\"{}\"", name.trim_end_matches(".png")))
                } else {
                    PICTURES.iter().any(|(picture, _)| *picture == name)
                };
                assert!(compared && path.is_file(), "{}: no test compares {link}", document.display());
            }
        }
        assert!(found >= 2, "the READMEs have pictures");
    }

    /// Higher than any program shows: cut, and said on the picture and aloud.
    #[test]
    fn a_picture_that_is_too_high_is_cut_and_says_so() {
        let folder = Folder::new("high");
        let long = long_conversation(3_000);
        let file = folder.path("long.pcap");
        file::save(&long, Path::new(&file)).unwrap();
        let out = folder.path("long.png");
        let (code, err) = wirelens(&["export", &file, &out, "--pixels-per-point", "1", "--width", "320"]);
        assert_eq!(code, Some(0), "{err}");
        assert!(err.contains("segments have no room in the picture, which is at most 30000 pixels high"), "{err}");
        let (_, height) = size(&fs::read(out).unwrap());
        assert!((29_900..=30_000).contains(&height), "{height}");
        let svg = folder.text(&file, "long.svg", &[]);
        assert!(svg.contains("seq 29991") && !svg.contains("more segments follow"), "an SVG has room for all");
    }

    /// So many segments of ten bytes, as fast as they can.
    fn long_conversation(segments: u32) -> wirelens::trace::Trace {
        use wirelens::model::{Event, Frame, LinkType, Place, PlaceId, Timestamp, What};
        let mut trace = wirelens::trace::Trace::default();
        trace.add_place(Place::Interface { name: "lo".into(), description: None, link_type: LinkType::ETHERNET });
        for number in 0..segments {
            let header = etherparse::PacketBuilder::ethernet2([2; 6], [4; 6])
                .ipv4([10, 0, 0, 1], [10, 0, 0, 2], 64)
                .tcp(4000, 80, number * 10, 1000)
                .ack(1);
            let mut bytes = Vec::new();
            header.write(&mut bytes, b"0123456789").unwrap();
            let original_length = u32::try_from(bytes.len()).unwrap();
            let frame = Frame { bytes: bytes.into(), original_length, comment: None };
            let at = Timestamp::from_nanos(1_700_000_000_000_000_000 + i64::from(number) * 1_000);
            trace.push(Event { at, place: PlaceId(0), what: What::Frame(frame) });
        }
        trace
    }
}
