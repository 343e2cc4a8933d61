//! `isotherm`: runs the pipeline on one machine, without a cloud account.

use std::process::ExitCode;

use clap::Parser;
use isotherm::args::{Arguments, Command};
use isotherm::{fault::Fault, memory, run};

fn main() -> ExitCode {
    memory::share_one_heap();
    let arguments = Arguments::parse();
    start_logging();
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&Fault::other(format!("cannot start threads: {error}"))),
    };
    match arguments.command {
        Command::Run(arguments) => match runtime.block_on(run::run(arguments)) {
            Ok(status) => ExitCode::from(status.code()),
            Err(fault) => fail(&fault),
        },
    }
}

fn fail(fault: &Fault) -> ExitCode {
    eprintln!("isotherm: {fault}");
    ExitCode::from(fault.code())
}

/// Silent unless `RUST_LOG` asks for more: what matters to the caller is printed anyway.
fn start_logging() {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("off"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
}
