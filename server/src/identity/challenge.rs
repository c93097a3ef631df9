//! What an account wants before it lets its user in.

use std::fmt;

/// Why a right password is not enough. Each is for the account's owner to settle with the identity provider; this
/// service signs in with a password and nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Challenge {
    /// The account was never confirmed.
    Confirmation,
    /// The password is one that somebody else has set.
    NewPassword,
    /// The password must be reset.
    PasswordReset,
    /// A code from another device.
    SecondFactor,
    /// A second factor must be chosen and set up.
    SecondFactorSetup,
    /// Something else than a password.
    AnotherWay,
}

impl Challenge {
    /// What the user is told: what is wanted, and what to do.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Confirmation => {
                "The account is not confirmed yet; confirm it with the code that was sent to you, then sign in again."
            }
            Self::NewPassword => {
                "The password is a temporary one; set your own with the identity provider, then sign in with that."
            }
            Self::PasswordReset => {
                "The password must be reset; reset it with the identity provider, then sign in with the new one."
            }
            Self::SecondFactor => {
                "The account asks for a second factor, which cannot be given here; turn it off for this account."
            }
            Self::SecondFactorSetup => {
                "The user pool demands a second factor, which cannot be given here; make it optional for the pool."
            }
            Self::AnotherWay => {
                "The account asks for another way to sign in than a password; allow the password for this account."
            }
        }
    }
}

impl fmt::Display for Challenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.sentence())
    }
}
