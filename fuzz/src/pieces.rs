//! One text, cut in many ways.

/// Pieces of 1 to 16 bytes, or of up to 300, as a seed decides.
#[derive(Debug)]
pub struct Pieces<'a> {
    rest: &'a [u8],
    state: u32,
    most: u32,
}

impl<'a> Pieces<'a> {
    pub fn of(text: &'a [u8], seed: u8) -> Self {
        Self {
            rest: text,
            state: u32::from(seed) * 2_654_435 + 12_345,
            most: if seed & 0x80 == 0 { 16 } else { 300 },
        }
    }
}

impl<'a> Iterator for Pieces<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        if self.rest.is_empty() {
            return None;
        }
        self.state = self.state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let size = ((self.state >> 16) % self.most + 1) as usize;
        let (piece, rest) = self.rest.split_at(size.min(self.rest.len()));
        self.rest = rest;
        Some(piece)
    }
}
