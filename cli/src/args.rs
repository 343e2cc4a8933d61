//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// Temperature CSV files to statistics, a verdict on their quality and a report.
#[derive(Debug, Parser)]
#[command(version, about)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the pipeline on files of this machine
    Run(RunArguments),
    /// Say how files would be read, without running anything
    Inspect(InspectArguments),
    /// List the kinds of files that are known, or print how one of them is read
    Profiles(ProfilesArguments),
}

/// Arguments of `isotherm profiles`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "Save a profile to a file, change it, and read files by it with --profile FILE.")]
pub struct ProfilesArguments {
    /// The profile to print
    #[arg(value_name = "NAME")]
    pub name: Option<String>,
}

/// Arguments of `isotherm run`.
#[derive(Debug, Clone, Args)]
#[command(
    after_help = "Exit status: 0 all files processed, 3 at least one file cannot be read as temperatures, \
                        2 wrong usage, 1 anything else."
)]
pub struct RunArguments {
    /// Tables of temperatures: .csv, .tsv, .txt, also .csv.gz and .csv.zst
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Folder for the results
    #[arg(long, value_name = "DIR", default_value = "isotherm-out")]
    pub out: PathBuf,
    /// How to read the files.
    #[command(flatten)]
    pub reading: ReadingArguments,
    /// Print the statistics alone, as one JSON object per file and line
    #[arg(long)]
    pub json: bool,
    /// Name of the bucket that the statistics give as their source
    #[arg(long, value_name = "NAME", default_value = "local", hide = true)]
    pub bucket: String,
    /// Bytes per split
    #[arg(long, value_name = "BYTES", hide = true, value_parser = clap::value_parser!(u64).range(1..))]
    pub split_bytes: Option<u64>,
}

/// Arguments of `isotherm inspect`.
#[derive(Debug, Clone, Args)]
#[command(
    after_help = "Exit status: 0 all files would be processed, 3 at least one cannot be read as temperatures, \
                        2 wrong usage, 1 anything else."
)]
pub struct InspectArguments {
    /// Tables of temperatures, as for `run`
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// How to read the files.
    #[command(flatten)]
    pub reading: ReadingArguments,
    /// Print the plans alone, as one JSON object per file and line
    #[arg(long)]
    pub json: bool,
}

/// How files are to be read.
#[derive(Debug, Clone, Args)]
pub struct ReadingArguments {
    /// How to read the files: a profile's name, or a file with one (TOML or JSON)
    #[arg(long, value_name = "NAME|FILE")]
    pub profile: Option<String>,
    /// Name of a temperature column, where the search by name takes the wrong ones or none; may be given several
    /// times, the primary one first
    #[arg(long = "column", value_name = "NAME")]
    pub columns: Vec<String>,
    /// Every column of numbers is a station, named by the header; with --column, the named ones are
    #[arg(long)]
    pub wide: bool,
}
