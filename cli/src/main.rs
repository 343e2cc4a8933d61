//! `isotherm`: runs the pipeline on one machine, without a cloud account.

#![deny(clippy::print_stdout, clippy::print_stderr)]

use std::io::{self, Write};
use std::process::ExitCode;

use aws::telemetry;
use clap::Parser;
use isotherm::args::{Arguments, Command};
use isotherm::{fault::Fault, inspect, memory, profiles, run, say, side_by_side, status::Status};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(message) => return explain(&message),
    };
    if !matches!(&arguments.command, Command::Run(arguments) if side_by_side::are_small(&arguments.files)) {
        memory::share_one_heap();
    }
    if !matches!(arguments.command, Command::Profiles(_)) {
        std::thread::spawn(validate::prepare);
    }
    start_logging();
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&Fault::other(format!("cannot start threads: {error}"))),
    };
    let status = match arguments.command {
        Command::Run(arguments) => runtime.block_on(run::run(arguments)),
        Command::Inspect(arguments) => runtime.block_on(inspect::inspect(arguments)),
        Command::Profiles(arguments) => profiles::profiles(&arguments),
    };
    if matches!(status, Ok(Status::Processed | Status::Rejected)) {
        // All that was begun has ended. To wait until each idle thread is gone takes a fifteenth of the time of a large file.
        runtime.shutdown_background();
    }
    match status {
        Ok(status) => ExitCode::from(status.code()),
        Err(fault) => fail(&fault),
    }
}

fn fail(fault: &Fault) -> ExitCode {
    say::tell(format_args!("isotherm: {fault}"));
    ExitCode::from(fault.code())
}

/// What clap has to say: the help and the version that were asked for, or what is wrong with the arguments.
fn explain(message: &clap::Error) -> ExitCode {
    let printed = message.print().and_then(|()| io::stdout().flush());
    match say::written(printed) {
        Err(fault) if !message.use_stderr() => fail(&fault),
        _ => u8::try_from(message.exit_code()).map_or(ExitCode::FAILURE, ExitCode::from),
    }
}

/// Silent unless `RUST_LOG` asks for more: what matters to the caller is printed anyway.
fn start_logging() {
    let lines = tracing_subscriber::fmt::layer().with_writer(|| say::Diagnostics);
    tracing_subscriber::registry().with(lines).with(telemetry::filter(LevelFilter::OFF)).init();
}
