//! Seeded randomness with the shapes of a real service: busy hours, few users who do much, many who do little.
//!
//! Reproducible by construction: the same seed draws the same numbers. Never used for passwords.

use fastrand::Rng;

/// How busy each hour of the day is, relative to the others: quiet nights, a peak before noon and one in the evening.
const HOURS: [u32; 24] = [8, 5, 3, 2, 2, 3, 6, 12, 25, 38, 46, 44, 33, 36, 44, 47, 45, 40, 36, 42, 52, 55, 40, 20];
const HOURS_SUM: u32 = 684;

/// A generator of its own for each part of the data, so that one part can grow without changing another.
pub fn generator(seed: u64, part: u64, day: i64) -> Rng {
    let mut rng = Rng::with_seed(seed ^ part.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    Rng::with_seed(rng.u64(..) ^ day.cast_unsigned().wrapping_mul(0xD1B5_4A32_D192_ED03))
}

/// How busy an hour (0 to 23) is, 1.0 on average.
pub fn busyness(hour: i64) -> f64 {
    let hour = usize::try_from(hour.rem_euclid(24)).unwrap_or_default();
    f64::from(HOURS[hour]) * 24.0 / f64::from(HOURS_SUM)
}

/// `count` seconds of a day along the daily curve, in order.
pub fn moments(rng: &mut Rng, count: u32) -> Vec<i64> {
    let mut seconds: Vec<i64> = (0..count).map(|_| hour(rng) * 3_600 + rng.i64(0..3_600)).collect();
    seconds.sort_unstable();
    seconds
}

fn hour(rng: &mut Rng) -> i64 {
    let mut left = rng.u32(0..HOURS_SUM);
    for (hour, weight) in (0..).zip(HOURS) {
        if left < weight {
            return hour;
        }
        left -= weight;
    }
    23
}

/// A rank from 0 to `count` - 1 after Zipf's law (the density falls as 1/rank): the first ones come up most.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and count")]
pub fn rank(rng: &mut Rng, count: usize) -> usize {
    let rank = ((count as f64 + 1.0).powf(rng.f64()) - 1.0) as usize;
    rank.min(count.saturating_sub(1))
}

/// One of the choices, each as likely.
pub fn pick<'a, T: ?Sized>(rng: &mut Rng, choices: &[&'a T]) -> &'a T {
    choices[rng.usize(0..choices.len())]
}

/// One of the choices, by weight.
pub fn weighted<T: Copy>(rng: &mut Rng, choices: &[(u32, T)]) -> T {
    let mut left = rng.u32(0..choices.iter().map(|choice| choice.0).sum());
    for &(weight, choice) in choices {
        if left < weight {
            return choice;
        }
        left -= weight;
    }
    choices[0].1
}

/// A random UUID (version 4).
pub fn uuid(rng: &mut Rng) -> String {
    let (high, low) = (rng.u64(..), rng.u64(..));
    let variant = 0x8000 | (low >> 48 & 0x3fff);
    let (node, version) = (low & 0xffff_ffff_ffff, high & 0xfff);
    format!("{:08x}-{:04x}-4{version:03x}-{variant:04x}-{node:012x}", high >> 32, high >> 16 & 0xffff)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_curve_adds_up() {
        assert_eq!(HOURS.iter().sum::<u32>(), HOURS_SUM);
        let mean = (0..24).map(busyness).sum::<f64>() / 24.0;
        assert!((mean - 1.0).abs() < 1e-9);
    }

    #[test]
    fn few_do_much_and_everybody_something() {
        let mut rng = generator(1, 2, 3);
        let mut counts = [0; 100];
        (0..20_000).for_each(|_| counts[rank(&mut rng, 100)] += 1);
        assert!(counts[0] > 20 * counts[90] && counts[99] > 0, "{counts:?}");
    }

    #[test]
    fn a_seed_draws_the_same_again() {
        let draw = |seed| (uuid(&mut generator(seed, 1, 2)), moments(&mut generator(seed, 1, 2), 9));
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
    }

    #[test]
    fn a_uuid_looks_like_one() {
        let text = uuid(&mut generator(1, 1, 1));
        let parts: Vec<usize> = text.split('-').map(str::len).collect();
        assert_eq!(parts, [8, 4, 4, 4, 12], "{text}");
    }
}
