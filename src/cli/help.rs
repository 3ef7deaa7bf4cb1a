//! Help in the reader's language: every text of the clap command comes from
//! the Fluent files.
//!
//! A command has `help-COMMAND` (what it does) and `help-COMMAND-more`
//! (examples); an argument of its own has `help-COMMAND-NAME`, an option
//! `help-option-NAME`, the same wherever it is offered.

use std::ffi::OsString;

use clap::{Arg, Command, CommandFactory as _};

use super::arguments::Arguments;
use crate::words::{Language, Words};

/// The language asked for: `--lang`, or else the environment's, read before
/// anything else because help and errors of the arguments need it.
pub(super) fn language(arguments: &[OsString], environment: impl Fn(&str) -> Option<String>) -> Language {
    let words: Vec<&str> = arguments.iter().map_while(|argument| argument.to_str()).collect();
    let asked = words.iter().enumerate().find_map(|(index, word)| match word.strip_prefix("--lang")? {
        "" => words.get(index + 1).copied(),
        rest => rest.strip_prefix('='),
    });
    if let Some(language) = asked.and_then(|name| name.parse().ok()) {
        return language;
    }
    // The first that is set decides, as for every program (locale(7)).
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .find_map(|name| environment(name).filter(|value| !value.is_empty()));
    Language::of_locale(&locale.unwrap_or_default())
}

/// The command with its texts.
pub(super) fn command(words: &Words) -> Command {
    let mut command = Arguments::command();
    // Hands what works everywhere down to every command.
    command.build();
    let about = words.word("help-wirelens");
    let command = described(command, words, "wirelens").about(about).after_help(words.word("help-wirelens-more"));
    let names: Vec<String> = command.get_subcommands().map(|command| command.get_name().to_owned()).collect();
    names.into_iter().fold(command, |command, name| {
        command.mut_subcommand(&name, |subcommand| {
            let about = words.word(&format!("help-{name}"));
            let more = words.word(&format!("help-{name}-more"));
            described(subcommand, words, &name).about(about).after_help(more)
        })
    })
}

/// A command whose arguments and headings have their texts.
fn described(command: Command, words: &Words, name: &str) -> Command {
    let template = format!(
        "{{about-with-newline}}\n{}\n  {{usage}}\n\n{{all-args}}{{after-help}}",
        words.word("help-heading-usage")
    );
    // clap keeps headings for as long as the program lives.
    let [commands, arguments, options] =
        ["help-heading-commands", "help-heading-arguments", "help-heading-options"].map(|key| &*words.word(key).leak());
    command.help_template(template).subcommand_help_heading(commands).subcommand_value_name("COMMAND").mut_args(
        |argument| {
            let heading = if argument.is_positional() { arguments } else { options };
            let text = words.word(&key(name, &argument));
            argument.help(text).help_heading(heading)
        },
    )
}

/// Under which key the text of an argument is.
fn key(command: &str, argument: &Arg) -> String {
    if argument.is_positional() {
        format!("help-{command}-{}", argument.get_id())
    } else {
        format!("help-option-{}", argument.get_id())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(line: &str, set: &[(&str, &str)]) -> Language {
        let arguments: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        let value = |name: &str| set.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        language(&arguments, value)
    }

    #[test]
    fn the_language_is_asked_for_or_the_environments() {
        use Language::{Chinese, English};
        let chinese = [("LANG", "zh_CN.UTF-8")];
        assert_eq!(chosen("wirelens", &[]), English);
        assert_eq!(chosen("wirelens", &chinese), Chinese);
        assert_eq!(chosen("wirelens", &[("LANG", "zh_CN.UTF-8"), ("LC_ALL", "C")]), English);
        assert_eq!(chosen("wirelens", &[("LANG", "zh_CN.UTF-8"), ("LC_ALL", "")]), Chinese);
        assert_eq!(chosen("wirelens run x --lang en", &chinese), English);
        assert_eq!(chosen("wirelens --lang=zh --help", &[]), Chinese);
        assert_eq!(chosen("wirelens --lang fr", &chinese), Chinese);
    }

    #[test]
    fn every_command_and_argument_has_its_text_in_both_languages() {
        let mut command = Arguments::command();
        command.build();
        let mut keys = vec!["help-wirelens".to_owned(), "help-wirelens-more".to_owned()];
        keys.extend(command.get_arguments().map(|argument| key("wirelens", argument)));
        for subcommand in command.get_subcommands() {
            let name = subcommand.get_name();
            keys.extend([format!("help-{name}"), format!("help-{name}-more")]);
            keys.extend(subcommand.get_arguments().map(|argument| key(name, argument)));
        }
        assert!(keys.len() > 20, "{keys:?}");
        for words in Language::ALL.map(Words::new) {
            for key in &keys {
                assert!(words.has(key), "{:?}: {key}", words.language());
            }
        }
    }

    #[test]
    fn the_arguments_agree_with_each_other() {
        for words in Language::ALL.map(Words::new) {
            command(&words).debug_assert();
        }
    }
}
