//! What is typed into the programs of a run.
//!
//! Owns reading and refusing `--input`. Has no opinion on how it reaches the
//! programs.

use std::collections::BTreeMap;

use super::{Program, Settings};
use crate::model::Role;

/// What each side of a run finds on its standard input.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inputs {
    /// What is there from the start, by side, each line with its end. Where a
    /// side is started more than once, each finds all of it.
    pub lines: BTreeMap<Role, Vec<u8>>,
    /// Whether somebody may type more while the run lasts. Otherwise the input
    /// ends after the lines.
    pub open: bool,
}

/// Why `--input` was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InputError {
    /// That side of the program reads nothing.
    #[error("the {} of {program} reads no input", role.name())]
    NotRead {
        /// The program.
        program: &'static str,
        /// The side that was to read.
        role: Role,
        /// The sides that do.
        readers: Vec<Role>,
    },
}

impl Inputs {
    /// What is there from the start for one side.
    pub fn of(&self, role: Role) -> &[u8] {
        self.lines.get(&role).map(Vec::as_slice).unwrap_or_default()
    }
}

impl Program {
    /// The sides that read lines.
    pub fn readers(&self) -> Vec<Role> {
        self.roles.iter().copied().filter(|role| self.reads.contains(role)).collect()
    }

    /// The inputs of a run: what `texts` gives, and for the sides they leave
    /// out what the program brings with it.
    ///
    /// A text is `client=LINES` or `server=LINES`; without either it is the
    /// client's. Between lines stands `\n` (or an end of line), a backslash is
    /// `\\`; a text for a side that had one goes on where that ended. A server
    /// that brings its own answers has one for each of the client's lines.
    ///
    /// # Errors
    /// The first text for a side that reads nothing.
    pub fn read_inputs<S: AsRef<str>>(&self, settings: &Settings, texts: &[S]) -> Result<Inputs, InputError> {
        let mut lines: BTreeMap<Role, Vec<u8>> = BTreeMap::new();
        for text in texts {
            let text = text.as_ref();
            let (role, text) = [Role::Client, Role::Server]
                .into_iter()
                .find_map(|role| Some((role, text.strip_prefix(role.name())?.strip_prefix('=')?)))
                .unwrap_or((Role::Client, text));
            if !self.readers().contains(&role) {
                return Err(InputError::NotRead { program: self.id, role, readers: self.readers() });
            }
            lines.entry(role).or_default().extend(unescaped(text));
        }
        let brought = (self.script)(settings);
        for (role, script) in brought {
            let asked = lines.get(&Role::Client).map_or(0, |client| line_count(client));
            let script = if role == Role::Server { repeated(script, asked) } else { script };
            lines.entry(role).or_insert_with(|| script.into_bytes());
        }
        Ok(Inputs { lines, open: false })
    }
}

/// Lines as they were meant, each with its end.
fn unescaped(text: &str) -> Vec<u8> {
    let mut lines = String::with_capacity(text.len() + 1);
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match (character, characters.peek()) {
            ('\\', Some('n')) => {
                characters.next();
                lines.push('\n');
            }
            ('\\', Some('\\')) => {
                characters.next();
                lines.push('\\');
            }
            _ => lines.push(character),
        }
    }
    if !lines.ends_with('\n') {
        lines.push('\n');
    }
    lines.into_bytes()
}

fn line_count(lines: &[u8]) -> usize {
    lines.split_inclusive(|byte| *byte == b'\n').count()
}

/// The script again and again until it has `wanted` lines.
fn repeated(script: String, wanted: usize) -> String {
    let count = line_count(script.as_bytes());
    if count == 0 || wanted <= count {
        return script;
    }
    script.split_inclusive('\n').cycle().take(wanted).collect()
}

#[cfg(test)]
mod tests {
    use super::super::find;
    use super::*;

    fn read(id: &str, texts: &[&str]) -> Result<Inputs, InputError> {
        let program = find(id).unwrap();
        program.read_inputs(&program.read_settings::<&str>(&[]).unwrap(), texts)
    }

    #[test]
    fn lines_are_for_the_side_that_is_named() {
        let inputs = read("tcp-chat", &["a\\nb\\\\n", "server=c", "client=", "d\n"]).unwrap();
        assert_eq!(inputs.of(Role::Client), b"a\nb\\n\n\nd\n");
        assert_eq!(inputs.of(Role::Server), b"c\n");
    }

    #[test]
    fn a_server_has_an_answer_to_everything() {
        let inputs = read("tcp-chat", &["1\\n2\\n3\\n4\\n5\\n6\\n7"]).unwrap();
        assert_eq!(line_count(inputs.of(Role::Server)), 7);
        assert!(inputs.of(Role::Server).ends_with(b"\n"));
    }

    #[test]
    fn who_reads_nothing_is_given_nothing() {
        let refused = InputError::NotRead { program: "tcp-greeting", role: Role::Client, readers: Vec::new() };
        assert_eq!(read("tcp-greeting", &["x"]), Err(refused));
        let refused = InputError::NotRead { program: "tcp-thanks", role: Role::Server, readers: vec![Role::Client] };
        assert_eq!(read("tcp-thanks", &["server=x"]), Err(refused));
        assert_eq!(read("tcp-greeting", &[]), Ok(Inputs::default()));
    }
}
