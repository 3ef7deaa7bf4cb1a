//! What can be asked, as clap sees it. The help texts are not here but in the
//! Fluent files, under the names of these fields.

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::session::conditions::ConditionTexts;
use crate::source::simulator::tcp::Profile;
use crate::trace::Network;
use crate::words::Language;

/// Everything that was asked for.
#[derive(Debug, Parser)]
#[command(name = "wirelens", version, disable_help_subcommand = true, max_term_width = 100)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) ask: Option<Ask>,
    #[command(flatten)]
    pub(super) common: Common,
}

/// What works with every command.
#[derive(Debug, Args)]
pub(super) struct Common {
    #[arg(long, global = true, value_name = "en|zh", value_enum, hide_possible_values = true)]
    pub(super) lang: Option<Language>,
    #[arg(long, global = true, value_name = "auto|always|never", value_enum, hide_possible_values = true)]
    #[arg(default_value = "auto", hide_default_value = true)]
    pub(super) color: Color,
    #[arg(short, long, global = true)]
    pub(super) quiet: bool,
    #[arg(short, long, global = true)]
    pub(super) verbose: bool,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(super) enum Ask {
    List(List),
    Run(Run),
    Exec(Exec),
    Lab(Lab),
    Program(Side),
    Show(Show),
    Simulate(Simulate),
    Fields(Fields),
    Export(Export),
    Capture(Capture),
    Interfaces(Interfaces),
    Address(Address),
}

/// `wirelens list`.
#[derive(Debug, Args)]
pub(super) struct List {
    #[arg(value_name = "programs|labs|simulations|settings|captures", value_enum, hide_possible_values = true)]
    pub(super) what: Option<Listed>,
    #[arg(long, value_name = "text|json", value_enum, hide_possible_values = true)]
    #[arg(default_value = "text", hide_default_value = true)]
    pub(super) format: ListFormat,
}

/// `wirelens run`.
#[derive(Debug, Args)]
pub(super) struct Run {
    #[arg(value_name = "PROGRAM")]
    pub(super) program: String,
    #[arg(long, value_name = "private|host", value_enum, hide_possible_values = true)]
    #[arg(default_value = "private", hide_default_value = true)]
    pub(super) network: WhichNetwork,
    #[arg(long, value_name = "KEY=VALUE")]
    pub(super) set: Vec<String>,
    #[arg(long, value_name = "[ROLE=]TEXT", allow_hyphen_values = true)]
    pub(super) input: Vec<String>,
    #[arg(long, value_name = "PROGRAM", conflicts_with_all = ["write", "filter", "conversation", "format", "absolute"])]
    pub(super) beside: Option<String>,
    #[command(flatten)]
    pub(super) drawing: Drawing,
}

/// `wirelens exec`.
#[derive(Debug, Args)]
pub(super) struct Exec {
    #[arg(value_name = "COMMAND", required = true)]
    pub(super) commands: Vec<String>,
    #[arg(long, value_name = "ADDRESS")]
    pub(super) address: Vec<IpAddr>,
    #[arg(id = "command-input", long = "input", value_name = "TEXT", allow_hyphen_values = true)]
    pub(super) input: Vec<String>,
    #[command(flatten)]
    pub(super) drawing: Drawing,
}

/// `wirelens lab`.
#[derive(Debug, Args)]
pub(super) struct Lab {
    #[arg(value_name = "TOPOLOGY")]
    pub(super) topology: String,
    #[arg(value_name = "COMMAND", conflicts_with_all = ["run", "set"])]
    pub(super) commands: Vec<String>,
    #[arg(long, value_name = "PROGRAM")]
    pub(super) run: Option<String>,
    #[arg(long, value_name = "KEY=VALUE")]
    pub(super) set: Vec<String>,
    #[arg(long, value_name = "HOST", conflicts_with = "commands")]
    pub(super) core: Vec<String>,
    #[arg(long, value_name = "rfc|linux-like", value_enum, hide_possible_values = true, requires = "core")]
    #[arg(default_value = "rfc", hide_default_value = true)]
    pub(super) profile: WhichProfile,
    #[arg(long, value_name = "KEY=VALUE", requires = "core")]
    pub(super) knob: Vec<String>,
    #[command(flatten)]
    pub(super) conditions: Conditions,
    #[arg(id = "beside-plain", long = "beside", conflicts_with_all = ["write", "filter"])]
    pub(super) beside: bool,
    #[command(flatten)]
    pub(super) drawing: Drawing,
}

/// What is made different from a topology as it stands.
#[derive(Debug, Args)]
pub(super) struct Conditions {
    #[arg(long, value_name = "PATTERN")]
    pub(super) lose: Vec<String>,
    #[arg(long, value_name = "PATTERN=TIME")]
    pub(super) delay: Vec<String>,
    #[arg(long, value_name = "PATTERN")]
    pub(super) duplicate: Vec<String>,
    #[arg(long, value_name = "PATTERN")]
    pub(super) swap: Vec<String>,
    #[arg(long, value_name = "PATTERN=TIME")]
    pub(super) unplug: Vec<String>,
    #[arg(long, value_name = "NODE-NODE:KEY=VALUE,…")]
    pub(super) cable: Vec<String>,
    #[arg(long, value_name = "HOST:PORT=drop|reject")]
    pub(super) firewall: Vec<String>,
    #[arg(long, value_name = "[HOST:]NAME=VALUE")]
    pub(super) sysctl: Vec<String>,
}

impl Conditions {
    /// As they were typed.
    pub(super) fn texts(&self) -> ConditionTexts {
        let Self { lose, delay, duplicate, swap, unplug, cable, firewall, sysctl } = self;
        ConditionTexts {
            lose: lose.clone(),
            delay: delay.clone(),
            duplicate: duplicate.clone(),
            swap: swap.clone(),
            unplug: unplug.clone(),
            cable: cable.clone(),
            firewall: firewall.clone(),
            sysctl: sysctl.clone(),
        }
    }
}

/// `wirelens program`.
#[derive(Debug, Args)]
pub(super) struct Side {
    #[arg(value_name = "PROGRAM")]
    pub(super) program: String,
    #[arg(value_name = "ROLE")]
    pub(super) role: String,
    #[arg(id = "server-address", long = "address", value_name = "ADDRESS")]
    pub(super) address: Option<Ipv4Addr>,
    #[arg(id = "name-server", long, value_name = "ADDRESS")]
    pub(super) name_server: Option<Ipv4Addr>,
    #[arg(long, value_name = "KEY=VALUE")]
    pub(super) set: Vec<String>,
}

/// `wirelens show`.
#[derive(Debug, Args)]
pub(super) struct Show {
    #[arg(value_name = "FILE")]
    pub(super) file: PathBuf,
    #[arg(id = "beside-file", long = "beside", value_name = "FILE", conflicts_with_all = ["write", "filter"])]
    pub(super) beside: Option<PathBuf>,
    #[command(flatten)]
    pub(super) drawing: Drawing,
}

/// `wirelens simulate`.
#[derive(Debug, Args)]
pub(super) struct Simulate {
    #[arg(value_name = "SCENARIO", default_value = "cable", hide_default_value = true)]
    pub(super) scenario: String,
    #[arg(long, value_name = "rfc|linux", value_enum, hide_possible_values = true)]
    pub(super) profile: Option<WhichProfile>,
    #[arg(long, value_name = "KEY=VALUE")]
    pub(super) set: Vec<String>,
    #[arg(long, value_name = "N", default_value = "1", hide_default_value = true)]
    pub(super) seed: u64,
    #[arg(long, value_name = "PATTERN")]
    pub(super) lose: Vec<String>,
    #[arg(long, value_name = "PATTERN=TIME")]
    pub(super) delay: Vec<String>,
    #[arg(long, value_name = "PATTERN")]
    pub(super) duplicate: Vec<String>,
    #[arg(long, value_name = "PATTERN")]
    pub(super) swap: Vec<String>,
    #[arg(long, value_name = "PATTERN=TIME")]
    pub(super) unplug: Vec<String>,
    #[arg(long, value_name = "N: CHANGE")]
    pub(super) branch: Vec<String>,
    #[arg(long)]
    pub(super) kernel: bool,
    #[arg(
        id = "beside-tcp",
        long = "beside",
        value_name = "rfc|linux|kernel",
        value_enum,
        hide_possible_values = true
    )]
    #[arg(conflicts_with_all = ["write", "filter"])]
    pub(super) beside: Option<WhoseTcp>,
    #[command(flatten)]
    pub(super) drawing: Drawing,
}

/// Whose TCP plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum WhoseTcp {
    /// The simulator's, as the RFCs recommend.
    Rfc,
    /// The simulator's, as Linux was seen to do.
    #[value(name = "linux", alias = "linux-like")]
    LinuxLike,
    /// The real kernel's, in the lab.
    Kernel,
}

/// `wirelens fields`.
#[derive(Debug, Args)]
pub(super) struct Fields {
    #[arg(value_name = "FILE")]
    pub(super) file: PathBuf,
    #[arg(short = 'e', long, value_name = "NAME", required = true)]
    pub(super) field: Vec<String>,
    #[arg(short = 'Y', long, value_name = "FILTER", allow_hyphen_values = true)]
    pub(super) filter: Option<String>,
}

/// `wirelens export`.
#[derive(Debug, Args)]
pub(super) struct Export {
    #[arg(value_name = "FILE")]
    pub(super) file: PathBuf,
    #[arg(value_name = "OUT")]
    pub(super) out: PathBuf,
    #[arg(short = 'Y', long, value_name = "FILTER", allow_hyphen_values = true)]
    pub(super) filter: Option<String>,
    #[arg(long, value_name = "N")]
    pub(super) conversation: Option<u32>,
    #[arg(long)]
    pub(super) absolute: bool,
    #[arg(id = "network-frame", long = "network", value_name = "FRAME", conflicts_with_all = ["conversation", "filter", "absolute", "scale"])]
    pub(super) network: Option<u32>,
    #[arg(long, value_name = "folded|even|true", value_enum, hide_possible_values = true)]
    pub(super) scale: Option<ScaleName>,
    #[arg(long, value_name = "light|dark", value_enum, hide_possible_values = true)]
    pub(super) theme: Option<ThemeName>,
    #[arg(long, value_name = "POINTS", value_parser = clap::value_parser!(u16).range(320..=4000))]
    pub(super) width: Option<u16>,
    #[arg(id = "pixels-per-point", long, value_name = "1…4", value_parser = clap::value_parser!(u8).range(1..=4))]
    pub(super) pixels_per_point: Option<u8>,
}

/// How time becomes height.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ScaleName {
    Folded,
    Even,
    True,
}

/// The colours of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ThemeName {
    Light,
    Dark,
}

/// `wirelens capture`.
#[derive(Debug, Args)]
pub(super) struct Capture {
    #[arg(short, long, value_name = "IFACE")]
    pub(super) interface: String,
    #[arg(short, long, value_name = "COUNT")]
    pub(super) count: Option<u64>,
    #[arg(id = "capture-filter", short = 'f', long, value_name = "FILTER", allow_hyphen_values = true)]
    pub(super) keep: Option<String>,
    #[command(flatten)]
    pub(super) drawing: Drawing,
}

/// `wirelens interfaces`.
#[derive(Debug, Args)]
pub(super) struct Interfaces {
    #[arg(long, value_name = "text|json", value_enum, hide_possible_values = true)]
    #[arg(default_value = "text", hide_default_value = true)]
    pub(super) format: ListFormat,
}

/// `wirelens address`.
#[derive(Debug, Args)]
pub(super) struct Address {
    #[arg(value_name = "ADDRESS", required = true, num_args = 1..)]
    pub(super) address: Vec<String>,
    #[arg(long, value_name = "text|json", value_enum, hide_possible_values = true)]
    #[arg(default_value = "text", hide_default_value = true)]
    pub(super) format: ListFormat,
}

/// What a trace becomes.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct Drawing {
    #[arg(short = 'w', long, value_name = "FILE")]
    pub(super) write: Option<PathBuf>,
    #[arg(short = 'Y', long, value_name = "FILTER", allow_hyphen_values = true)]
    pub(super) filter: Option<String>,
    #[arg(long, value_name = "N")]
    pub(super) conversation: Option<u32>,
    #[arg(long, value_name = "ladder|hops|json|tcpdump|summary|table", value_enum, hide_possible_values = true)]
    pub(super) format: Option<Format>,
    #[arg(long)]
    pub(super) absolute: bool,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    /// On a terminal.
    Auto,
    /// Everywhere.
    Always,
    /// Nowhere.
    Never,
}

/// What can be listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Listed {
    Programs,
    Labs,
    Simulations,
    Settings,
    Captures,
}

/// How a list is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ListFormat {
    Text,
    Json,
}

/// How a trace is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    Ladder,
    Hops,
    Json,
    Tcpdump,
    Summary,
    Table,
}

/// Where a program runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum WhichNetwork {
    Private,
    Host,
}

impl From<WhichNetwork> for Network {
    fn from(which: WhichNetwork) -> Self {
        match which {
            WhichNetwork::Private => Self::Private,
            WhichNetwork::Host => Self::Host,
        }
    }
}

/// Both hosts' habits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum WhichProfile {
    Rfc,
    #[value(alias = "linux-like")]
    Linux,
}

impl From<WhichProfile> for Profile {
    fn from(which: WhichProfile) -> Self {
        match which {
            WhichProfile::Rfc => Self::Rfc,
            WhichProfile::Linux => Self::LinuxLike,
        }
    }
}

impl ValueEnum for Language {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::English, Self::Chinese]
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(clap::builder::PossibleValue::new(self.name()))
    }
}
