//! The processes below this one.
//!
//! Has no opinion on what becomes of them.

use std::fs;

/// Every process below this one.
pub(crate) fn descendants() -> Vec<i32> {
    let mut parents: Vec<(i32, i32)> = Vec::new();
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Ok(pid) = entry.file_name().to_string_lossy().parse() else { continue };
        // "pid (name) state parent …", and the name may hold anything.
        let parent = fs::read_to_string(entry.path().join("stat"))
            .ok()
            .and_then(|stat| stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok());
        parents.extend(parent.map(|parent| (pid, parent)));
    }
    let mut below = Vec::new();
    let mut of = vec![rustix::process::getpid().as_raw_nonzero().get()];
    while let Some(parent) = of.pop() {
        let children = parents.iter().filter(|(_, its)| *its == parent).map(|(pid, _)| *pid);
        let children: Vec<i32> = children.collect();
        below.extend(&children);
        of.extend(children);
    }
    below
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn children_are_found() {
        let mut child = std::process::Command::new("sleep").arg("10").spawn().unwrap();
        assert!(descendants().contains(&child.id().cast_signed()));
        child.kill().unwrap();
        child.wait().unwrap();
    }
}
