//! The program as a user without any privilege runs it.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

const NOBODY: u32 = 65_534;

/// The program, where nobody may execute it: one copy for each checkout, which
/// takes the place of the one before.
pub(crate) fn wirelens() -> &'static PathBuf {
    static COPY: OnceLock<PathBuf> = OnceLock::new();
    COPY.get_or_init(|| {
        let built = env!("CARGO_BIN_EXE_wirelens");
        let mut hasher = DefaultHasher::new();
        built.hash(&mut hasher);
        let folder = std::env::temp_dir().join(format!("wirelens-tests-{:016x}", hasher.finish()));
        fs::create_dir_all(&folder).unwrap();
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
        let (copy, part) = (folder.join("wirelens"), folder.join(format!("part-{}", std::process::id())));
        fs::copy(built, &part).unwrap();
        fs::set_permissions(&part, fs::Permissions::from_mode(0o755)).unwrap();
        fs::rename(&part, &copy).unwrap();
        copy
    })
}

/// `wirelens` with these words; as root it is run as nobody, so that nothing
/// rests on a privilege.
pub(crate) fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(wirelens());
    command.args(arguments).current_dir("/").stdin(Stdio::null()).env("LANG", "C");
    if is_root() {
        command.uid(NOBODY).gid(NOBODY);
    }
    command
}

/// Whether these tests run as root.
fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0)
}
