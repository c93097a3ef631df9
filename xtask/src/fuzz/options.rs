//! What to fuzz, and for how long.

use std::path::PathBuf;

use super::target::{TARGETS, Target};

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Options {
    /// All, if none is named.
    targets: Vec<String>,
    /// For each target.
    pub(super) seconds: u64,
    /// Whether the committed corpora take what was found.
    pub(super) keep: bool,
    /// An input to be tried again instead, once.
    pub(super) repeat: Option<PathBuf>,
}

impl Options {
    /// Reads `[TARGET]... [--seconds N] [--keep]` or `TARGET --repeat FILE`.
    pub(super) fn read(words: &[&str]) -> Result<Self, String> {
        let wrong = || {
            let names: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
            let names = names.join(", ");
            format!(
                "write `cargo xtask fuzz [TARGET]... [--seconds N] [--keep]` or `cargo xtask fuzz TARGET --repeat FILE`; targets: {names}"
            )
        };
        let mut options = Self {
            targets: Vec::new(),
            seconds: 60,
            keep: false,
            repeat: None,
        };
        let (mut words, mut timed) = (words.iter(), false);
        while let Some(word) = words.next() {
            match *word {
                "--seconds" => {
                    let number = words.next().and_then(|number| number.parse().ok());
                    options.seconds = number.filter(|seconds| *seconds > 0).ok_or_else(wrong)?;
                    timed = true;
                }
                "--keep" => options.keep = true,
                "--repeat" => {
                    options.repeat = Some(words.next().map(PathBuf::from).ok_or_else(wrong)?);
                }
                name if TARGETS.iter().any(|target| target.name == name) => {
                    options.targets.push(name.to_owned());
                }
                _ => return Err(wrong()),
            }
        }
        let one = options.targets.len() == 1;
        if options.repeat.is_some() && (!one || options.keep || timed) {
            return Err(wrong());
        }
        Ok(options)
    }

    pub(super) fn chooses(&self, target: &Target) -> bool {
        self.targets.is_empty() || self.targets.iter().any(|name| name == target.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_and_seconds_are_read() {
        let options = Options::read(&["token", "--seconds", "5", "--keep"]).unwrap();
        assert_eq!(
            options,
            Options {
                targets: vec!["token".to_owned()],
                seconds: 5,
                keep: true,
                repeat: None,
            }
        );
        assert!(Options::read(&[]).unwrap().chooses(&TARGETS[0]));
        assert!(Options::read(&["token", "--repeat", "x"]).is_ok());
        for wrong in [
            &["nothing"][..],
            &["--seconds"],
            &["--seconds", "0"],
            &["--repeat", "x"],
            &["token", "contract", "--repeat", "x"],
            &["token", "--repeat"],
            &["token", "--repeat", "x", "--keep"],
            &["token", "--repeat", "x", "--seconds", "60"],
        ] {
            assert!(Options::read(wrong).is_err(), "{wrong:?}");
        }
    }
}
