//! `isotherm run`: from arguments to exit status.

use futures::StreamExt;
use shared::OutcomeKind;

use crate::args::RunArguments;
use crate::fault::Fault;
use crate::inputs;
use crate::one_line::one_line;
use crate::say;
use crate::side_by_side::SideBySide;
use crate::status::Status;
use crate::table::{self, Row};

/// Runs every file and prints what came out.
///
/// # Errors
/// When nothing can be run. A file that fails does not keep the others from being run.
pub async fn run(arguments: RunArguments) -> Result<Status, Fault> {
    let files = inputs::check(&arguments.files)?;
    inputs::check_places(&files, &arguments.out)?;
    let runs = SideBySide::new(&arguments, inputs::options(&arguments.reading)?)?;

    let mut rows = Vec::new();
    let (mut failed, mut rejected) = (false, false);
    let mut ended = std::pin::pin!(runs.run(files));
    while let Some((file, run)) = ended.next().await {
        match run {
            Ok(run) => {
                rejected |= run.outcome.outcome == OutcomeKind::Rejected;
                if arguments.json {
                    let mut line = one_line(&run.json);
                    line.push(b'\n');
                    say::print(&line)?;
                    table::complaints(&run).iter().for_each(say::tell);
                } else {
                    rows.push(Row::new(&run));
                }
            }
            Err(fault) => {
                failed = true;
                let file = shared::shown::line(&file.path.display().to_string());
                say::tell(format_args!("isotherm: {file}: {fault}"));
            }
        }
    }
    if !rows.is_empty() {
        say::print(table::render(&rows))?;
    }
    Ok(match (failed, rejected) {
        (true, _) => Status::Failed,
        (false, true) => Status::Rejected,
        (false, false) => Status::Processed,
    })
}
