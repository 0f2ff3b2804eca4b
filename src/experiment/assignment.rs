//! Who gets which variant: decided by a hash alone, so that the same unit gets the same variant from every instance and
//! after every restart, and nothing has to be kept.
//!
//! Weighted rendezvous hashing: each variant draws a number for the unit, made of salt, unit and the variant's name, and
//! the least `-ln(number) / share` wins. Shares are exact within sampling error. When a share grows, units move only
//! to that variant; a new variant takes from the others in proportion, and nobody moves between two that were there. That
//! is the least that can move.

use super::definition::Definition;
use crate::evaluation::dataset::hex;
use sha2::{Digest as _, Sha256};

/// The variant of a unit, as a place in the definition; `shares` are percent in the same order. The control if no share
/// is above 0.
#[must_use]
pub fn variant_of(definition: &Definition, shares: &[f64], unit: &str) -> usize {
    definition
        .variants
        .iter()
        .zip(shares)
        .enumerate()
        .filter(|(_, (_, share))| **share > 0.0)
        .map(|(place, (variant, share))| {
            let digest = digest(&[&definition.salt, unit, &variant.name]);
            let bits = digest
                .iter()
                .take(8)
                .fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
            // Above 0 and up to 1.
            let drawn = ((bits >> 11) + 1) as f64 / (1_u64 << 53) as f64;
            (place, -drawn.ln() / share)
        })
        .min_by(|(_, one), (_, other)| one.total_cmp(other))
        .map_or(Definition::CONTROL, |(place, _)| place)
}

/// What stands for a text in records: a hash with the salt, so that the text cannot be looked up.
#[must_use]
pub fn anonymous(salt: &str, parts: &[&str]) -> String {
    let all: Vec<&str> = [salt, "record"].iter().chain(parts).copied().collect();
    hex(&digest(&all)[..8])
}

/// A hash of texts, each with its length before it.
fn digest(parts: &[&str]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize().into()
}
