//! The steps, one after another; the first failure ends them.

use std::time::{Duration, Instant};

use portfolio_client::{Client, Error};
use uuid::Uuid;

use crate::arguments::{Arguments, Caller};
use crate::raw;

/// What failed, as a sentence.
pub(crate) type Outcome<T = ()> = Result<T, String>;

/// A test under way.
pub(crate) struct Journey {
    pub(crate) arguments: Arguments,
    pub(crate) http: reqwest::Client,
    /// Without a token.
    pub(crate) visitor: Client,
    /// With the owner's, if there is one.
    pub(crate) owner: Option<Client>,
    /// What names this run's post, and no other's.
    pub(crate) title: String,
    /// A post may exist.
    pub(crate) has_created: bool,
    /// The post that exists.
    pub(crate) post: Option<Uuid>,
    /// A session of ours is open.
    pub(crate) is_signed_in: bool,
    say: fn(&str),
    steps: u32,
    begin: Instant,
}

impl Journey {
    pub(crate) fn new(arguments: Arguments, say: fn(&str)) -> Outcome<Self> {
        let build = |token: Option<&str>| {
            let mut builder = Client::builder(&arguments.url);
            if let Some(token) = token {
                builder = builder.token(token);
            }
            builder.build().map_err(|error| error.to_string())
        };
        let visitor = build(None)?;
        let owner = match &arguments.caller {
            Caller::Visitor => None,
            Caller::Password { .. } => Some(build(None)?),
            Caller::Token(token) => Some(build(Some(token))?),
        };
        Ok(Self {
            http: raw::http()?,
            visitor,
            owner,
            title: format!("Smoke test {}", Uuid::new_v4()),
            has_created: false,
            post: None,
            is_signed_in: false,
            say,
            steps: 0,
            begin: Instant::now(),
            arguments,
        })
    }

    /// All steps.
    pub(crate) async fn run(&mut self) -> Outcome {
        self.as_visitor().await?;
        match self.owner.clone() {
            Some(owner) => self.as_owner(&owner).await,
            None => {
                self.skip("the owner's steps: no --email and --password-env, no --token-env");
                Ok(())
            }
        }
    }

    /// Takes a step and says how long it took.
    pub(crate) async fn step<T>(
        &mut self,
        name: &str,
        step: impl Future<Output = Outcome<T>>,
    ) -> Outcome<T> {
        let begin = Instant::now();
        let outcome = step.await;
        let time = milliseconds(begin.elapsed());
        self.steps += 1;
        match outcome {
            Ok(value) => {
                (self.say)(&format!("  ok   {time:>6} ms  {name}"));
                Ok(value)
            }
            Err(reason) => {
                (self.say)(&format!("  FAIL {time:>6} ms  {name}"));
                Err(format!("{name}: {reason}"))
            }
        }
    }

    /// Says what is not looked at.
    pub(crate) fn skip(&self, what: &str) {
        (self.say)(&format!("  --             not done: {what}"));
    }

    pub(crate) fn summary(&self) -> String {
        format!(
            "{} is well: {} steps in {} ms",
            self.arguments.url,
            self.steps,
            milliseconds(self.begin.elapsed())
        )
    }
}

fn milliseconds(duration: Duration) -> u128 {
    duration.as_millis()
}

/// A failed call, as a sentence.
pub(crate) fn said(error: Error) -> String {
    match &error {
        Error::Communication { cause, .. } => raw::unreachable(cause),
        Error::Authentication { cause, .. } => match &**cause {
            Error::Communication { cause, .. } => raw::unreachable(cause),
            cause => cause.to_string(),
        },
        error => error.to_string(),
    }
}

/// Succeeds if the call failed with this status, in the contract's shape.
pub(crate) fn refused<T>(outcome: Result<T, Error>, status: u16) -> Outcome {
    let error = match outcome {
        Ok(_) => return Err(format!("answered with success instead of {status}")),
        Err(error) => error,
    };
    match error.body() {
        Some(body) if error.status().is_some_and(|found| found == status) => {
            if body.status_code == u64::from(status) {
                Ok(())
            } else {
                Err(format!(
                    "the body says {} instead of {status}",
                    body.status_code
                ))
            }
        }
        _ => Err(format!("{status} was expected: {}", said(error))),
    }
}

/// How long a read may be behind a write, and how often it is tried in that time. The server's reads are eventually
/// consistent: DynamoDB answers them with what was written "usually within one second" (Developer Guide, "Read
/// consistency"), longer under load.
const PATIENCE: Duration = Duration::from_secs(5);
const INTERVAL: Duration = Duration::from_millis(250);

/// Asks until it succeeds, or until the last answer within [`PATIENCE`] is a failure.
pub(crate) async fn eventually(mut ask: impl AsyncFnMut() -> Outcome) -> Outcome {
    let begin = Instant::now();
    loop {
        let outcome = ask().await;
        if outcome.is_ok() || begin.elapsed() >= PATIENCE {
            return outcome;
        }
        tokio::time::sleep(INTERVAL).await;
    }
}

/// Fails with a sentence where something does not hold.
pub(crate) fn ensure(holds: bool, otherwise: impl FnOnce() -> String) -> Outcome {
    if holds { Ok(()) } else { Err(otherwise()) }
}
