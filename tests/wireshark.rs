//! What tshark, capinfos and editcap say about a file that was written. Skips
//! loudly where they are not installed.

#[cfg(test)]
mod wireshark {
    use std::fs;
    use std::path::{Path, PathBuf};
    use std::process::Command;

    use wirelens::model::{Event, ExitStatus, Frame, LinkType, OutputStream, Place, PlaceId, Role, Timestamp, What};
    use wirelens::source::file;
    use wirelens::trace::{Notes, Trace};

    /// What a tool printed, and its complaints; `None` where it is missing.
    fn run(tool: &str, arguments: &[&str]) -> Option<(String, String)> {
        let output = match Command::new(tool).args(arguments).output() {
            Ok(output) => output,
            Err(error) => {
                eprintln!("SKIPPED 1 part: cannot run {tool}: {error}");
                return None;
            }
        };
        let complaints = String::from_utf8_lossy(&output.stderr);
        // Not about the file: tshark dislikes being root.
        let complaints: Vec<&str> = complaints.lines().filter(|line| !line.starts_with("Running as user")).collect();
        Some((String::from_utf8_lossy(&output.stdout).into_owned(), complaints.join("\n")))
    }

    /// An empty directory, gone when the test ends.
    struct Directory(PathBuf);

    impl Drop for Directory {
        fn drop(&mut self) {
            fs::remove_dir_all(&self.0).expect("the directory was made by this test");
        }
    }

    /// An Ethernet frame with an IPv4 datagram that carries four bytes of UDP.
    fn frame(comment: Option<&str>) -> What {
        let mut bytes = vec![0; 12];
        bytes.extend([0x08, 0x00]);
        bytes.extend([0x45, 0, 0, 32, 0, 0, 0x40, 0, 64, 17, 0, 0, 127, 0, 0, 1, 127, 0, 0, 1]);
        bytes.extend([0x13, 0x88, 0x13, 0x89, 0, 12, 0, 0, 1, 2, 3, 4]);
        What::Frame(Frame { comment: comment.map(str::to_owned), ..Frame::whole(bytes) })
    }

    /// Programs, two interfaces, and events before, between and behind three
    /// packets.
    fn trace() -> Trace {
        let mut trace = Trace::new(Notes { system: Some("Linux 6.18.0".to_owned()), ..Notes::default() });
        let program = |role| Place::Program { name: "udp-greeting".to_owned(), role, pid: 7, command: Vec::new() };
        let interface = |name: &str| Place::Interface {
            name: name.to_owned(),
            description: Some("环回".to_owned()),
            link_type: LinkType::ETHERNET,
        };
        for place in [program(Some(Role::Client)), interface("lo"), program(Some(Role::Server)), interface("veth0")] {
            trace.add_place(place);
        }
        let output = || What::Output { stream: OutputStream::Stdout, bytes: "你好\n".repeat(20_000).into_bytes() };
        let whats = [
            (0, output()),
            (1, frame(None)),
            (2, output()),
            (3, frame(Some("第一次握手"))),
            (1, frame(Some("two\nlines"))),
            (0, What::Exit(ExitStatus::Code(0))),
        ];
        for ((place, what), number) in whats.into_iter().zip(0..) {
            let at = Timestamp::from_nanos(1_700_000_000_123_456_789 + number);
            trace.push(Event { at, place: PlaceId(place), what });
        }
        trace
    }

    fn text(path: &Path) -> &str {
        path.to_str().expect("a temporary path is UTF-8")
    }

    #[test]
    fn a_written_file_is_an_ordinary_capture_to_others() {
        let directory = Directory(std::env::temp_dir().join(format!("wirelens-wireshark-{}", std::process::id())));
        fs::create_dir(&directory.0).unwrap();
        let path = directory.0.join("story.pcapng");
        let mut trace = trace();
        file::save(&trace, &path).unwrap();

        let fields = ["frame.number", "frame.time_epoch", "frame.interface_name", "udp.length", "frame.comment"];
        let mut arguments = vec!["-n", "-r", text(&path), "-T", "fields"];
        arguments.extend(fields.iter().flat_map(|field| ["-e", field]));
        if let Some((printed, complaints)) = run("tshark", &arguments) {
            assert_eq!(complaints, "");
            let expected = "1\t1700000000.123456790\tlo\t12\t\n\
                            2\t1700000000.123456792\tveth0\t12\t第一次握手\n\
                            3\t1700000000.123456793\tlo\t12\ttwo\\nlines\n";
            assert_eq!(printed, expected);
        }

        trace.notes.drops = Some(5);
        let counted = directory.0.join("counted.pcapng");
        file::save(&trace, &counted).unwrap();
        if let Some((printed, complaints)) = run("capinfos", &[text(&counted)]) {
            assert_eq!(complaints, "");
            for said in ["Number of packets:   3", "Linux 6.18.0", "wirelens 0", "Description = 环回"] {
                assert!(printed.contains(said), "{said}: {printed}");
            }
        }

        let copy = directory.0.join("copy.pcapng");
        if let Some((_, complaints)) = run("editcap", &[text(&path), text(&copy)]) {
            assert_eq!(complaints, "");
            let copied = file::open(&copy).unwrap();
            assert_eq!((copied.damage, copied.not_understood), (None, 0));
            assert_eq!(copied.trace.events().len(), trace.events().len(), "a copy loses nothing");
        }
    }
}
