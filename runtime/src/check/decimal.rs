//! Numbers as the decimals that people write. The generator compiles this file too: a value in the contract is a multiple
//! there if it is one here.

use std::fmt::{self, Write};

/// Up to here a whole number is as likely written in full: 2^64.
const WRITTEN_IN_FULL: f64 = 18_446_744_073_709_551_616.0;

/// Whether a number is a multiple of another, both as the shortest decimals that stand for them: 0.3 is three times 0.1,
/// though no binary fraction is either. From 2^53 on the shortest need not be the number itself (that of 2^56 ends in 40, not
/// in 36), and either may have been written: to be a multiple as one of the two is enough. What is not finite is no multiple,
/// and 0 has none.
pub(crate) fn is_multiple(value: f64, divisor: f64) -> bool {
    // The remainder of two numbers of 64 bits is exact, and one that is 0 says that a whole divisor divides.
    if value.abs() < WRITTEN_IN_FULL && divisor.fract() == 0.0 && value % divisor == 0.0 {
        return true;
    }
    let (Some(value), Some(divisor)) = (Decimal::of(value), Decimal::of(divisor)) else {
        return false;
    };
    if divisor.digits == 0 {
        return false;
    }
    let zeros = value.exponent - divisor.exponent;
    match u32::try_from(zeros) {
        Ok(zeros) => {
            let rest = u128::from(value.digits % divisor.digits);
            let divisor = u128::from(divisor.digits);
            (rest * power_of_ten(zeros, divisor)).is_multiple_of(divisor)
        }
        // The divisor has the zeros then. One that does not fit is more than any value but 0.
        Err(_) => {
            let scaled = 10_u64
                .checked_pow(zeros.unsigned_abs())
                .and_then(|power| power.checked_mul(divisor.digits));
            scaled.map_or(value.digits == 0, |scaled| {
                value.digits.is_multiple_of(scaled)
            })
        }
    }
}

/// The rest of a power of ten, by squaring. The modulus has at most 17 digits, so no product has more than 34.
fn power_of_ten(mut exponent: u32, modulus: u128) -> u128 {
    let (mut power, mut square) = (1 % modulus, 10 % modulus);
    while exponent > 0 {
        if !exponent.is_multiple_of(2) {
            power = power * square % modulus;
        }
        square = square * square % modulus;
        exponent /= 2;
    }
    power
}

/// `digits * 10^exponent`, without the sign.
#[derive(Debug, Default)]
struct Decimal {
    /// At most 17 digits tell every number of 64 bits from all others.
    digits: u64,
    exponent: i32,
}

impl Decimal {
    fn of(number: f64) -> Option<Self> {
        let mut reading = Reading::default();
        write!(reading, "{:e}", number.abs()).ok()?;
        let Reading { digits, places, .. } = reading;
        let exponent = if reading.below { -1 } else { 1 } * reading.exponent;
        number.is_finite().then_some(Self {
            digits,
            exponent: exponent - places,
        })
    }
}

/// Reads `1.25e-7` while it is being written, so that nothing is allocated.
#[derive(Default)]
struct Reading {
    digits: u64,
    /// How many of the digits are behind the point.
    places: i32,
    exponent: i32,
    point: bool,
    power: bool,
    below: bool,
}

impl Write for Reading {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for byte in text.bytes() {
            match byte {
                b'.' => self.point = true,
                b'e' => self.power = true,
                b'-' => self.below = true,
                b'0'..=b'9' if self.power => {
                    self.exponent = self.exponent * 10 + i32::from(byte - b'0');
                }
                b'0'..=b'9' => {
                    self.digits = self.digits * 10 + u64::from(byte - b'0');
                    self.places += i32::from(self.point);
                }
                // Infinite, or no number.
                _ => return Err(fmt::Error),
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn multiples_are_those_of_the_decimals() {
        for (value, divisor) in [
            (0.0, 0.1),
            (-0.0, 1e300),
            (0.3, 0.1),
            (-0.3, 0.1),
            (4.35, 0.01),
            (1e22, 0.01),
            (1e23, 1e23),
            (1e300, 1e-300),
            (1e300, 2.5),
            (9e300, 3.0),
            (f64::MAX, 1.0),
            (f64::MAX, f64::MAX),
            (5e-324, 5e-324),
            (1.0, 5e-324),
            (123_456_789.012_345_67, 0.000_000_01),
            (72_057_594_037_927_936.0, 8.0),
            (72_057_594_037_927_940.0, 8.0),
            (144_115_188_075_855_872.0, 4.0),
            (1_152_921_504_606_846_976.0, 64.0),
        ] {
            assert!(is_multiple(value, divisor), "{value:e} {divisor:e}");
        }
        for (value, divisor) in [
            (0.35, 0.1),
            (0.1, 0.3),
            (4.355, 0.01),
            (1.0, 1e300),
            (1e-300, 1e300),
            (5e-324, 1e-323),
            (1e300, 3.0),
            (1e300, 1.5e-10),
            (1e308, 0.3),
            (1e16, 7.0),
            (9_007_199_254_740_992.0, 3.0),
            (f64::INFINITY, 1.0),
            (f64::NAN, 1.0),
            (1.0, f64::NAN),
            (0.0, 0.0),
        ] {
            assert!(!is_multiple(value, divisor), "{value:e} {divisor:e}");
        }
    }

    #[test]
    fn multiples_of_integers_are_those_of_integers() {
        for value in 0..500_u32 {
            for divisor in 1..50_u32 {
                let scaled = (f64::from(value) / 100.0, f64::from(divisor) / 100.0);
                for (value_as, divisor_as) in [(f64::from(value), f64::from(divisor)), scaled] {
                    assert_eq!(
                        is_multiple(value_as, divisor_as),
                        value.is_multiple_of(divisor),
                        "{value_as} {divisor_as}"
                    );
                }
            }
        }
    }
}
