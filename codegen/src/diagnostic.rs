//! What is wrong with a contract, where, and what to write instead.

use std::fmt;

use crate::source::Position;

/// What kind of mistake a diagnostic reports. Codes are stable; messages may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Code {
    /// `C001`: the source is not YAML that the generator reads.
    Syntax,
    /// `C002`: a key is given twice.
    DuplicateKey,
    /// `C003`: a field or keyword that is unknown, misspelt or not enforced.
    UnknownField,
    /// `C004`: a value of the wrong type.
    WrongType,
    /// `C005`: a required field is missing.
    MissingField,
    /// `C006`: a reference that leads nowhere, or somewhere it may not.
    Reference,
    /// `C007`: OpenAPI allows it, this generator does not enforce it and so refuses it.
    Unsupported,
    /// `C008`: a value that cannot be meant, such as a minimum above its maximum.
    InvalidValue,
    /// `C009`: a default or an example that breaks its own schema.
    BrokenValue,
    /// `C010`: a missing, repeated or unusable `operationId`.
    OperationId,
    /// `C011`: a path or its parameters do not fit together, or the path is the runtime's own.
    Path,
    /// `C012`: two names of the contract become one name in Rust.
    NameCollision,
    /// `C013`: an operation does not declare a status that it can answer.
    UndeclaredStatus,
    /// `C014`: a response that the layer answers does not have the contract's error schema, or requires a header that the
    /// layer does not set.
    ErrorShape,
    /// `C015`: a security requirement that cannot be enforced.
    Security,
    /// `C016`: a rate limit that is unknown or not declared on the responses.
    RateLimit,
    /// `C017`: what the generated client could not express.
    Client,
    /// `C018`: what Amazon API Gateway, or a function behind it, could not take.
    Gateway,
    /// `C019`: operations that share a handler and differ in what it takes or answers.
    Handler,
}

impl Code {
    /// The code as it is printed.
    pub const fn as_str(self) -> &'static str {
        match self {
            Code::Syntax => "C001",
            Code::DuplicateKey => "C002",
            Code::UnknownField => "C003",
            Code::WrongType => "C004",
            Code::MissingField => "C005",
            Code::Reference => "C006",
            Code::Unsupported => "C007",
            Code::InvalidValue => "C008",
            Code::BrokenValue => "C009",
            Code::OperationId => "C010",
            Code::Path => "C011",
            Code::NameCollision => "C012",
            Code::UndeclaredStatus => "C013",
            Code::ErrorShape => "C014",
            Code::Security => "C015",
            Code::RateLimit => "C016",
            Code::Client => "C017",
            Code::Gateway => "C018",
            Code::Handler => "C019",
        }
    }
}

/// One mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Where it is.
    pub at: Position,
    /// What kind it is.
    pub code: Code,
    /// What is wrong and what to write instead.
    pub message: String,
}

impl Diagnostic {
    /// A mistake. The message is one line, whatever the contract's names hold: a build script
    /// prints it where a further line would be an instruction to cargo.
    pub fn new(at: Position, code: Code, message: &str) -> Self {
        let mut line = String::with_capacity(message.len());
        for letter in message.chars() {
            if letter.is_control() {
                line.extend(letter.escape_default());
            } else {
                line.push(letter);
            }
        }
        Self {
            at,
            code,
            message: line,
        }
    }
}

/// Every mistake of one contract, in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostics {
    /// The file's name, as it is printed before each mistake.
    pub file: String,
    /// The mistakes; never empty.
    pub list: Vec<Diagnostic>,
}

impl Diagnostics {
    /// One line per mistake: `openapi.yml:LINE:COL: CODE message`.
    pub fn lines(&self) -> impl Iterator<Item = String> {
        self.list.iter().map(|diagnostic| {
            let Diagnostic { at, code, message } = diagnostic;
            format!(
                "{}:{}:{}: {} {message}",
                self.file,
                at.line,
                at.column,
                code.as_str()
            )
        })
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.lines()
            .try_for_each(|line| writeln!(formatter, "{line}"))
    }
}

impl std::error::Error for Diagnostics {}

/// The diagnostics found so far.
#[derive(Debug, Default)]
pub(crate) struct Sink {
    list: Vec<Diagnostic>,
}

impl Sink {
    pub(crate) fn add(&mut self, at: Position, code: Code, message: impl Into<String>) {
        self.list.push(Diagnostic::new(at, code, &message.into()));
    }

    /// The diagnostics in the order of the file, without repetitions: a component that is read
    /// for each of its uses reports its mistakes once.
    pub(crate) fn finish(mut self, file: &str) -> Result<(), Diagnostics> {
        if self.list.is_empty() {
            return Ok(());
        }
        self.list
            .sort_by(|a, b| (a.at, a.code, &a.message).cmp(&(b.at, b.code, &b.message)));
        self.list.dedup();
        Err(Diagnostics {
            file: file.to_owned(),
            list: self.list,
        })
    }

    pub(crate) const fn len(&self) -> usize {
        self.list.len()
    }
}
