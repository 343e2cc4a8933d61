//! One run, or several that meet, of one class of faults.

use std::sync::Arc;
use std::time::Duration;

use isotherm_tests::{Pipeline, disturbed};
use local::s3::faults::{Class, Faults, mix};
use local::states::{ExecutionFailure, Tasks};
use shared::{ObjectRef, Outcome, OutcomeKind};
use tokio::time::Instant;

use crate::functions::{Clock, Lateness, Mishap, Mishaps, Remembering};
use crate::inputs::{EARLIER, Input};
use crate::verdict::{Wrong, at_any_time, at_the_end, clear};

/// The workflow ends any run after two days: one that takes longer hangs.
const HANGS: Duration = Duration::from_secs(50 * 3_600);

/// A class of faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Between function and S3.
    Requests(Class),
    /// In the functions.
    Functions(Mishap),
    Clock,
    /// The event of one upload comes twice.
    Doubled,
    /// Events come an hour late, when a newer upload is long there.
    Late,
    /// The event of a newer upload comes before that of an older one.
    Reordered,
    /// A key is uploaded again while its run goes on.
    TwoUploads,
}

impl Kind {
    /// All of them, with their names.
    pub fn all() -> Vec<(&'static str, Kind)> {
        let requests = Class::ALL.into_iter().filter(|(_, class)| *class != Class::ClockSkewed);
        let others = [
            ("killed", Kind::Functions(Mishap::Killed)),
            ("unanswered", Kind::Functions(Mishap::Unanswered)),
            ("abandoned", Kind::Functions(Mishap::Abandoned)),
            ("clock", Kind::Clock),
            ("doubled", Kind::Doubled),
            ("late", Kind::Late),
            ("reordered", Kind::Reordered),
            ("two-uploads", Kind::TwoUploads),
        ];
        requests.map(|(name, class)| (name, Kind::Requests(class))).chain(others).collect()
    }

    /// One of these a failure must name.
    fn words(self) -> &'static [&'static str] {
        match self {
            Kind::Requests(Class::InternalError) => &["InternalError", "500"],
            Kind::Requests(Class::SlowDown) => &["SlowDown", "503"],
            Kind::Requests(Class::TooManyRequests) => &["TooManyRequests", "429"],
            Kind::Requests(Class::Reset | Class::ResetInBody) => &["connection reset"],
            Kind::Requests(Class::Truncated) => {
                &["Invalid Content-Length", "connection to S3 ended", "connection reset"]
            }
            Kind::Requests(Class::OtherRange | Class::WholeObject) => &["were asked for"],
            Kind::Requests(Class::Stalled | Class::Slow) => &["no answer within", "minimum throughput"],
            Kind::Requests(Class::Denied) => &["may not"],
            Kind::Requests(Class::DiskFull) => &["No space left on device"],
            Kind::Requests(Class::ClockSkewed) => &["RequestTimeTooSkewed"],
            Kind::Functions(_) => {
                &["Task timed out", "signal: killed", "the service failed", "too long", "reset"]
            }
            Kind::Clock => &[
                "RequestTimeTooSkewed",
                // All that a HEAD can say.
                "HTTP 403",
                "no answer within",
                "was changed while it was read",
                "took longer than",
            ],
            Kind::Doubled | Kind::Late | Kind::Reordered | Kind::TwoUploads => &["was replaced"],
        }
    }
}

/// How a run ended.
pub struct Ended {
    /// It failed at first.
    pub redriven: bool,
    /// What is wrong.
    pub wrong: Option<Wrong>,
    /// How many faults it met.
    pub met: u64,
    /// How long it took on the clock of the runs.
    pub took: Duration,
}

/// The run with the seed `seed`.
pub async fn run(kind: Kind, seed: u64, input: &Input) -> Ended {
    fastrand::seed(seed);
    let mut run = Run {
        kind,
        seed,
        input,
        pipeline: input.pipeline().await,
        redriven: false,
        met: 0,
        took: Duration::ZERO,
    };
    let ended = match kind {
        Kind::Requests(_) | Kind::Functions(_) | Kind::Clock => run.one_upload().await,
        Kind::Doubled => run.doubled().await,
        Kind::Late | Kind::Reordered | Kind::TwoUploads => run.two_uploads().await,
    };
    Ended { redriven: run.redriven, wrong: ended.err(), met: run.met, took: run.took }
}

struct Run<'a> {
    kind: Kind,
    seed: u64,
    input: &'a Input,
    pipeline: Pipeline,
    redriven: bool,
    met: u64,
    took: Duration,
}

impl Run<'_> {
    fn draw(&self, salt: u64) -> u64 {
        mix(&[self.seed, salt, 99])
    }

    async fn execute(
        &self,
        object: &ObjectRef,
        sequencer: &str,
        functions: Arc<dyn Tasks>,
    ) -> Result<Result<Outcome, ExecutionFailure>, Wrong> {
        let execution =
            self.pipeline.execute_event(object, sequencer, self.input.options(), functions, Arc::new(()));
        let ended = tokio::time::timeout(HANGS, execution).await;
        ended.map_err(|_| Wrong::Unclear(format!("no end within {} h", HANGS.as_secs() / 3_600)))
    }

    /// One upload, in half of the runs where an earlier one had results; its run is disturbed, and redriven if it fails.
    async fn one_upload(&mut self) -> Result<(), Wrong> {
        let input = self.input;
        let is_second = self.draw(1).is_multiple_of(2);
        if is_second {
            let earlier = self.pipeline.upload(input.key, EARLIER).await;
            self.pipeline.run(&earlier, input.options()).await;
        }
        let object = input.upload(&self.pipeline).await;
        let (s3, seed) = (self.pipeline.s3.clone(), self.seed);
        let mut faults = None;
        let (mut mishaps, mut clock) = (None, None);
        let functions: Arc<dyn Tasks> = match self.kind {
            Kind::Functions(mishap) => mishaps.insert(Mishaps::new(&s3, mishap, seed)).clone(),
            Kind::Clock => {
                clock.insert(Arc::new(Clock::new(&s3, self.pipeline.upload_path(input.key), seed))).clone()
            }
            Kind::Requests(class) => {
                disturbed(&s3, faults.insert(Arc::new(Faults::new(class, seed))).clone())
            }
            _ => Arc::clone(&self.pipeline.functions),
        };
        let remembering = Remembering::new(functions);
        let begun = Instant::now();
        let ended = self.execute(&object, "", remembering.clone()).await;
        self.took = begun.elapsed();
        if let Some(clock) = &clock {
            clock.lift();
        }
        self.met = faults.as_ref().map_or(0, |faults| faults.injected())
            + mishaps.as_ref().map_or(0, |mishaps| mishaps.met())
            + clock.as_ref().map_or(0, |clock| clock.met());
        match ended? {
            Ok(outcome) => whole(&outcome)?,
            Err(failure) => {
                clear(&failure, self.kind.words())?;
                let (versions, expected) = ([&input.earlier, &input.after_earlier], [&input.results]);
                let versions: &[_] = if is_second { &versions } else { &expected };
                at_any_time(input, &self.pipeline.results(), versions)?;
                self.redriven = true;
                // A redriven execution repeats no finished step; the same upload once more repeats them all.
                let undisturbed: Arc<dyn Tasks> = match self.draw(2).is_multiple_of(2) {
                    true => {
                        remembering.redriven(Arc::clone(&self.pipeline.functions));
                        remembering
                    }
                    false => Arc::clone(&self.pipeline.functions),
                };
                let again = self.execute(&object, "", undisturbed).await?;
                whole(
                    &again.map_err(|failure| Wrong::Lost(format!("redriven, it fails again: {failure}")))?,
                )?;
            }
        }
        if let Some(mishaps) = &mishaps {
            mishaps.settled().await;
        }
        let expected = if is_second { &input.after_earlier } else { &input.results };
        at_the_end(input, &self.pipeline.results(), expected, &input.results)
    }

    /// Two runs of one upload, side by side.
    async fn doubled(&mut self) -> Result<(), Wrong> {
        let object = self.input.upload(&self.pipeline).await;
        // The event of one delivery starts one run; what was told twice starts two, which a caller by hand may name alike.
        let sequencer = if self.draw(1).is_multiple_of(2) { "" } else { "2" };
        let behind = Duration::from_millis(self.draw(2) % 40_000);
        self.met = 1;
        self.both(&[(object.clone(), "", Duration::ZERO), (object, sequencer, behind)], None).await?;
        at_the_end(self.input, &self.pipeline.results(), &self.input.results, &self.input.results)
    }

    /// Two uploads of one key, and their events at other times than theirs.
    async fn two_uploads(&mut self) -> Result<(), Wrong> {
        let input = self.input;
        let earlier = self.pipeline.upload(input.key, EARLIER).await;
        let behind = Duration::from_millis(self.draw(1) % 60_000);
        self.met = 1;
        if self.kind == Kind::TwoUploads {
            self.both(&[(earlier, "", Duration::ZERO)], Some(behind)).await?;
        } else {
            if self.kind == Kind::Late && self.draw(2).is_multiple_of(2) {
                self.pipeline.run(&earlier, input.options()).await;
            }
            let object = input.upload(&self.pipeline).await;
            if self.kind == Kind::Late {
                self.pipeline.run(&object, input.options()).await;
                tokio::time::sleep(Duration::from_secs(3_600)).await;
            }
            let (first, second) = match self.draw(3).is_multiple_of(3) && self.kind == Kind::Late {
                true => (earlier, object),
                false => (object, earlier),
            };
            self.both(&[(first, "late", Duration::ZERO), (second, "late", behind)], None).await?;
        }
        at_the_end(input, &self.pipeline.results(), &input.results, &input.earlier)
    }

    /// Runs side by side, each begun when it says; and the run of a new upload at `upload_after`.
    async fn both(
        &mut self,
        runs: &[(ObjectRef, &str, Duration)],
        upload_after: Option<Duration>,
    ) -> Result<(), Wrong> {
        let begun = Instant::now();
        let (this, s3) = (&*self, &self.pipeline.s3);
        let execution = async |number: u64, (object, sequencer, after): &(ObjectRef, &str, Duration)| {
            tokio::time::sleep(*after).await;
            let functions = disturbed(s3, Lateness::new(this.draw(10 + number)));
            (object.clone(), this.execute(object, sequencer, functions).await)
        };
        let uploaded = async {
            let after = upload_after?;
            tokio::time::sleep(after).await;
            let object = this.input.upload(&this.pipeline).await;
            Some(execution(9, &(object, "", Duration::ZERO)).await)
        };
        let (first, second, third) = tokio::join!(
            execution(0, &runs[0]),
            async {
                match runs.get(1) {
                    Some(run) => Some(execution(1, run).await),
                    None => None,
                }
            },
            uploaded
        );
        let took = begun.elapsed();
        let mut again = Vec::new();
        for (object, ended) in [Some(first), second, third].into_iter().flatten() {
            if let Err(failure) = ended? {
                clear(&failure, self.kind.words())?;
                again.push(object);
            }
        }
        self.took = took;
        for object in again {
            self.redriven = true;
            let functions = Arc::clone(&self.pipeline.functions);
            self.execute(&object, "", functions)
                .await?
                .map_err(|failure| Wrong::Lost(format!("redriven, it fails again: {failure}")))?;
        }
        Ok(())
    }
}

/// Nobody replaced the upload.
fn whole(outcome: &Outcome) -> Result<(), Wrong> {
    match outcome.outcome {
        OutcomeKind::Superseded => Err(Wrong::Lost(format!("superseded: {:?}", outcome.cause))),
        _ => Ok(()),
    }
}
