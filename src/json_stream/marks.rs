//! Which keys mark a wanted object: the groups of the configuration in a small hash table, so that a key costs one pass.

use std::sync::{Arc, LazyLock};

/// A title, steps and an expected result: what a test case has and little else has together.
pub(super) static TEST_CASE: &[&[&str]] = &[
    &[
        "title",
        "name",
        "summary",
        "test_title",
        "test_name",
        "test_case_title",
        "test_case_name",
        "case_title",
        "case_name",
        "headline",
        "description",
        "test_description",
        "test_case_description",
        "scenario",
        "test_scenario",
        "scenario_name",
        "test_case",
        "objective",
        "test_objective",
    ],
    &[
        "steps",
        "test_steps",
        "actions",
        "step_list",
        "test_case_steps",
        "steps_to_execute",
        "steps_to_reproduce",
        "execution_steps",
        "procedure",
        "test_procedure",
        "instructions",
        "when",
    ],
    &[
        "expected_result",
        "expected_results",
        "expected",
        "expected_outcome",
        "expected_outcomes",
        "expected_output",
        "expected_behavior",
        "expected_behaviour",
        "expectation",
        "expectations",
        "expected_response",
        "expects",
        "then",
    ],
];

/// Values of these keys are parts of a test case, or a schema of one, and never test cases themselves.
pub(super) static INSIDE_TEST_CASE: &[&str] = &[
    "steps",
    "test_steps",
    "actions",
    "step_list",
    "test_case_steps",
    "steps_to_execute",
    "steps_to_reproduce",
    "execution_steps",
    "procedure",
    "test_procedure",
    "instructions",
    "when",
    "expected_result",
    "expected_results",
    "expected",
    "expected_outcome",
    "expected_outcomes",
    "expected_output",
    "expected_behavior",
    "expected_behaviour",
    "expectation",
    "expectations",
    "expected_response",
    "expects",
    "then",
    "preconditions",
    "precondition",
    "pre_condition",
    "prerequisites",
    "given",
    "postconditions",
    "post_conditions",
    "postcondition",
    "test_data",
    "properties",
    "$defs",
    "definitions",
];

/// What a key tells.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct KeyInfo {
    /// Bits of the groups that it belongs to.
    pub(super) groups: u32,
    /// Whether its value is a part of the object.
    pub(super) inner: bool,
    /// Hash of its plain spelling.
    pub(super) hash: u64,
}

/// The keys of a configuration.
#[derive(Debug)]
pub(super) struct Keys {
    slots: Vec<KeyInfo>,
    /// Bits of all groups.
    pub(super) all: u32,
}

/// The table of the default configuration: to build it would cost as much as to read a short answer's first object.
static OF_TEST_CASES: LazyLock<Arc<Keys>> = LazyLock::new(|| Arc::new(Keys::new(TEST_CASE, INSIDE_TEST_CASE)));

impl Keys {
    /// The keys of a configuration; those of the default one are built once.
    pub(super) fn of(marks: &[&[&str]], inner: &[&str]) -> Arc<Self> {
        if std::ptr::eq(marks, TEST_CASE) && std::ptr::eq(inner, INSIDE_TEST_CASE) {
            Arc::clone(&OF_TEST_CASES)
        } else {
            Arc::new(Self::new(marks, inner))
        }
    }

    pub(super) fn new(marks: &[&[&str]], inner: &[&str]) -> Self {
        let entries = marks.iter().map(|group| group.len()).sum::<usize>() + inner.len();
        let size = (entries * 4).next_power_of_two().max(16);
        let mut keys = Self {
            slots: vec![KeyInfo::default(); size],
            all: 0,
        };
        for (number, group) in marks.iter().take(32).enumerate() {
            keys.all |= 1 << number;
            for key in *group {
                keys.slot(spelling_hash(key.as_bytes())).groups |= 1 << number;
            }
        }
        for key in inner {
            keys.slot(spelling_hash(key.as_bytes())).inner = true;
        }
        keys
    }

    fn slot(&mut self, hash: u64) -> &mut KeyInfo {
        let mask = self.slots.len() - 1;
        let mut at = (hash >> 32) as usize & mask;
        while self.slots[at].hash != 0 && self.slots[at].hash != hash {
            at = (at + 1) & mask;
        }
        self.slots[at].hash = hash;
        &mut self.slots[at]
    }

    /// What this key tells; unknown keys tell only their hash.
    pub(super) fn look_up(&self, key: &[u8]) -> KeyInfo {
        let hash = spelling_hash(key);
        let mask = self.slots.len() - 1;
        let mut at = (hash >> 32) as usize & mask;
        loop {
            let slot = self.slots[at];
            if slot.hash == hash {
                return slot;
            }
            if slot.hash == 0 {
                return KeyInfo {
                    hash,
                    ..KeyInfo::default()
                };
            }
            at = (at + 1) & mask;
        }
    }
}

/// What each byte of a key counts as: small letters, digits and everything that is no ASCII; 0 for the rest.
const PLAIN: [u8; 256] = {
    let mut plain = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let one = byte as u8;
        if one.is_ascii_alphanumeric() || one >= 0x80 || one == b'$' {
            plain[byte] = one.to_ascii_lowercase();
        }
        byte += 1;
    }
    plain
};

/// Hash of a key's letters and digits without case, never 0. Signs do not count: a bracket or a colon that slipped into
/// a key does not make it another one.
fn spelling_hash(key: &[u8]) -> u64 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for &byte in key {
        let plain = PLAIN[usize::from(byte)];
        if plain != 0 {
            hash = (hash ^ u64::from(plain)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    // The low bytes of the product are the weak ones; fold them so that the table can use the high half.
    (hash ^ (hash >> 29)).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1
}

#[cfg(test)]
mod tests {
    use super::{INSIDE_TEST_CASE, Keys, TEST_CASE};

    #[test]
    fn spelling_does_not_matter_but_the_word_does() {
        let keys = Keys::new(TEST_CASE, INSIDE_TEST_CASE);
        for key in [
            "title",
            "Title",
            "TEST-TITLE",
            "Test Title",
            "testTitle",
            "title]",
            "{title:",
        ] {
            assert_eq!(keys.look_up(key.as_bytes()).groups, 1, "{key}");
        }
        assert_eq!(keys.look_up(b"expectedResult").groups, 4);
        assert!(keys.look_up(b"expectedResult").inner);
        assert!(keys.look_up(b"properties").inner);
        for key in ["titles", "test_cases", "", "result", "id"] {
            assert_eq!(keys.look_up(key.as_bytes()).groups, 0, "{key}");
            assert!(!keys.look_up(key.as_bytes()).inner, "{key}");
        }
    }
}
