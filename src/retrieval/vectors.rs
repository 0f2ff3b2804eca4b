//! Unit vectors of examples, and the file that keeps them. The file names the embedder and carries a checksum; a vector
//! belongs to the hash of its text, so that after a change of the corpus only what is new has to be embedded. A file of
//! another embedder, or one that is damaged, is as good as none.

use super::corpus::Corpus;
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;
use std::io::{self, Read as _, Write as _};
use std::path::Path;

const MAGIC: &[u8; 8] = b"tgvec\x00\x01\n";
/// Most dimensions of a vector.
pub const MAX_DIMENSIONS: usize = 8_192;
/// Most bytes of a file of vectors.
const MAX_FILE_BYTES: u64 = 8 << 30;

/// Vectors by the hash of their text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Vectors {
    /// Who made them: `nomic-embed-text@<digest>`.
    pub embedder: String,
    dimensions: usize,
    by_hash: HashMap<[u8; 32], Box<[f32]>>,
}

/// Why a file of vectors cannot be used; it is made anew.
#[derive(Debug, thiserror::Error)]
pub enum VectorsError {
    /// It cannot be read or written.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// It is no such file, or it is damaged.
    #[error("it is damaged: {0}")]
    Damaged(&'static str),
    /// Another embedder made it.
    #[error("it was made by {0}")]
    OtherEmbedder(String),
}

impl Vectors {
    /// None yet, of this embedder.
    #[must_use]
    pub fn new(embedder: String) -> Self {
        Self {
            embedder,
            ..Self::default()
        }
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.by_hash.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_hash.is_empty()
    }

    /// The vector of a text with this hash.
    #[must_use]
    pub fn get(&self, hash: &[u8; 32]) -> Option<&[f32]> {
        self.by_hash.get(hash).map(AsRef::as_ref)
    }

    /// Keeps a vector, brought to unit length. `false` for one that is none: of other dimensions than the others, with a
    /// number that is not finite, or all zero.
    pub fn insert(&mut self, hash: [u8; 32], vector: Vec<f32>) -> bool {
        let fits = self.dimensions == 0 || vector.len() == self.dimensions;
        match unit(vector).filter(|vector| fits && vector.len() <= MAX_DIMENSIONS) {
            Some(vector) => {
                self.dimensions = vector.len();
                self.by_hash.insert(hash, vector.into_boxed_slice());
                true
            }
            None => false,
        }
    }

    /// Examples of the corpus that have no vector yet.
    #[must_use]
    pub fn missing(&self, corpus: &Corpus) -> Vec<usize> {
        let missing = corpus.iter().enumerate();
        missing
            .filter(|(_, example)| !self.by_hash.contains_key(&example.hash))
            .map(|(index, _)| index)
            .collect()
    }

    /// Forgets what the corpus has no longer.
    pub fn retain(&mut self, corpus: &Corpus) {
        let known: std::collections::HashSet<&[u8; 32]> = corpus.iter().map(|example| &example.hash).collect();
        self.by_hash.retain(|hash, _| known.contains(hash));
    }

    /// Reads a file.
    ///
    /// # Errors
    /// [`VectorsError`]: it is not there, damaged, or of another embedder.
    pub fn load(path: &Path, embedder: &str) -> Result<Self, VectorsError> {
        let mut bytes = Vec::new();
        std::fs::File::open(path)?
            .take(MAX_FILE_BYTES)
            .read_to_end(&mut bytes)?;
        Self::from_bytes(&bytes, embedder)
    }

    fn from_bytes(bytes: &[u8], embedder: &str) -> Result<Self, VectorsError> {
        let (body, checksum) = bytes
            .split_last_chunk::<32>()
            .ok_or(VectorsError::Damaged("it is too short"))?;
        if Sha256::digest(body).as_slice() != checksum.as_slice() {
            return Err(VectorsError::Damaged("its checksum is wrong"));
        }
        let mut rest = body
            .strip_prefix(MAGIC)
            .ok_or(VectorsError::Damaged("it is no file of vectors"))?;
        let mut number = || -> Result<usize, VectorsError> {
            let (number, left) = rest
                .split_first_chunk::<4>()
                .ok_or(VectorsError::Damaged("a number is missing"))?;
            rest = left;
            Ok(u32::from_le_bytes(*number) as usize)
        };
        let (dimensions, count, name) = (number()?, number()?, number()?);
        let short = || VectorsError::Damaged("it ends too early");
        let (name, rest) = rest.split_at_checked(name).ok_or_else(short)?;
        let name = String::from_utf8_lossy(name).into_owned();
        if name != embedder {
            return Err(VectorsError::OtherEmbedder(name));
        }
        let record = dimensions
            .checked_mul(4)
            .filter(|_| dimensions <= MAX_DIMENSIONS)
            .map(|bytes| bytes + 32)
            .ok_or(VectorsError::Damaged("it has too many dimensions"))?;
        if Some(rest.len()) != record.checked_mul(count) {
            return Err(short());
        }
        let mut vectors = Self::new(name);
        for record in rest.chunks_exact(record) {
            let Some((hash, floats)) = record.split_first_chunk::<32>() else {
                return Err(short());
            };
            let (floats, _) = floats.as_chunks::<4>();
            let vector = floats.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
            if !vectors.insert(*hash, vector) {
                return Err(VectorsError::Damaged("a vector is none"));
            }
        }
        Ok(vectors)
    }

    /// Writes the file whole or not at all: into a neighbour first, which then takes its place.
    ///
    /// # Errors
    /// The file system's.
    pub fn save(&self, path: &Path) -> Result<(), VectorsError> {
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}.new", std::process::id()));
        let neighbour = path.with_file_name(name);
        let written = (|| {
            let mut file = std::fs::File::create(&neighbour)?;
            file.write_all(&self.to_bytes())?;
            file.sync_all()?;
            std::fs::rename(&neighbour, path)
        })();
        if written.is_err() {
            let _ = std::fs::remove_file(&neighbour);
        }
        Ok(written?)
    }

    fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        for number in [self.dimensions, self.by_hash.len(), self.embedder.len()] {
            bytes.extend(u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes());
        }
        bytes.extend(self.embedder.as_bytes());
        let mut records: Vec<_> = self.by_hash.iter().collect();
        records.sort_unstable_by_key(|(hash, _)| **hash);
        for (hash, vector) in records {
            bytes.extend(hash);
            for number in vector {
                bytes.extend(number.to_le_bytes());
            }
        }
        let checksum = Sha256::digest(&bytes);
        bytes.extend(checksum);
        bytes
    }
}

/// The vector at unit length; `None` where it has none.
pub(super) fn unit(mut vector: Vec<f32>) -> Option<Vec<f32>> {
    let length = vector
        .iter()
        .map(|number| f64::from(*number).powi(2))
        .sum::<f64>()
        .sqrt();
    if !length.is_finite() || length < 1e-12 {
        return None;
    }
    for number in &mut vector {
        *number = (f64::from(*number) / length) as f32;
    }
    Some(vector)
}

/// The cosine of two unit vectors of the same dimensions. Eight sums at once, which the compiler turns into SIMD.
pub(super) fn cosine(one: &[f32], other: &[f32]) -> f32 {
    let (ones, ones_rest) = one.as_chunks::<8>();
    let (others, others_rest) = other.as_chunks::<8>();
    let mut sums = [0.0_f32; 8];
    for (one, other) in ones.iter().zip(others) {
        for at in 0..8 {
            sums[at] += one[at] * other[at];
        }
    }
    let rest: f32 = ones_rest.iter().zip(others_rest).map(|(one, other)| one * other).sum();
    sums.iter().sum::<f32>() + rest
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn vectors() -> Vectors {
        let mut vectors = Vectors::new("model@1".to_owned());
        assert!(vectors.insert([1; 32], vec![3.0, 4.0]));
        assert!(vectors.insert([2; 32], vec![0.0, -2.0]));
        vectors
    }

    #[test]
    fn vectors_have_unit_length_and_what_is_none_is_refused() {
        let mut vectors = vectors();
        assert_eq!(vectors.get(&[1; 32]).unwrap(), [0.6, 0.8]);
        for none in [
            vec![0.0, 0.0],
            vec![f32::NAN, 1.0],
            vec![f32::INFINITY, 1.0],
            vec![1.0],
            vec![],
        ] {
            assert!(!vectors.insert([3; 32], none.clone()), "{none:?}");
        }
    }

    #[test]
    fn a_file_gives_back_what_was_saved_and_any_damage_is_seen() {
        let bytes = vectors().to_bytes();
        assert_eq!(Vectors::from_bytes(&bytes, "model@1").unwrap(), vectors());
        let other = Vectors::from_bytes(&bytes, "model@2").unwrap_err().to_string();
        assert_eq!(other, "it was made by model@1");
        for at in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1;
            assert!(Vectors::from_bytes(&damaged, "model@1").is_err(), "byte {at}");
            assert!(Vectors::from_bytes(&bytes[..at], "model@1").is_err(), "cut at {at}");
        }
    }

    #[test]
    fn a_size_that_is_a_lie_takes_no_memory() {
        let mut body = MAGIC.to_vec();
        for number in [u32::MAX, u32::MAX, 7] {
            body.extend(number.to_le_bytes());
        }
        body.extend(b"model@1");
        let checksum = Sha256::digest(&body);
        body.extend(checksum);
        assert!(Vectors::from_bytes(&body, "model@1").is_err());
    }

    #[test]
    fn the_cosine_is_that_of_the_formula() {
        let one = unit((1..=19).map(|n| n as f32).collect()).unwrap();
        let other = unit((1..=19).map(|n| 20.0 - n as f32).collect()).unwrap();
        let plain: f32 = one.iter().zip(&other).map(|(one, other)| one * other).sum();
        assert!((cosine(&one, &other) - plain).abs() < 1e-6);
        assert!((cosine(&one, &one) - 1.0).abs() < 1e-6);
    }
}
