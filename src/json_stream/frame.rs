//! What the scanner knows of an object or an array that is open.

/// An object or an array that is open.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Frame {
    pub(super) object: bool,
    /// A part of a wanted object, and never one itself.
    pub(super) beneath: bool,
    /// The value of the current key is a part of this object.
    pub(super) key_inner: bool,
    /// It holds wanted objects, or what it holds cannot be put into JSON: it is none itself.
    pub(super) wrapper: bool,
    /// Its verdict was given.
    pub(super) settled: bool,
    /// It became too long before it was known to be wanted.
    pub(super) overgrown: bool,
    /// It began where no value was due, or as the only object among other values.
    pub(super) irregular: bool,
    /// A closing brace inside it was taken for a slip; perhaps it was the end.
    pub(super) suspect: bool,
    /// It has the opening bracket of the other kind.
    pub(super) mistaken: bool,
    /// A text or a bracket in it can be read in two ways.
    pub(super) ambiguous: bool,
    /// A second opening brace was dropped.
    pub(super) doubled: bool,
    /// An array that held an object, a wanted one, something else.
    pub(super) held_object: bool,
    pub(super) held_wanted: bool,
    pub(super) held_plain: bool,
    /// Groups of the keys that it has, of those whose value was closed, and of the current key.
    pub(super) marks: u32,
    pub(super) closed: u32,
    pub(super) group: u32,
    /// Its opening bracket.
    pub(super) start: usize,
    /// The first byte that must be kept for it.
    pub(super) keep: usize,
    /// The end of the last value that was closed in it, and of the one before; 0 if none.
    pub(super) value_end: usize,
    pub(super) previous_end: usize,
    /// The last comma in it.
    pub(super) comma: usize,
    /// Where its fields begin that are compared with those of other objects.
    pub(super) body: usize,
    /// The key that it stands under.
    pub(super) key: (usize, usize),
    pub(super) first_key: u64,
    /// How many keys it has, and a hash of them in their order.
    pub(super) keys: u32,
    pub(super) chain: u64,
    /// Its keys begin as all those of the object around it do; of a part, at least three of them.
    pub(super) like_outer: bool,
    /// Of an array: the first key of the first object in it.
    pub(super) held_first_key: u64,
    /// How many edits were noted before it, and up to its last closed value.
    pub(super) edits_from: usize,
    pub(super) edits_to: usize,
}

impl Frame {
    /// Whether a comma is the last thing in it.
    pub(super) fn has_comma_last(&self) -> bool {
        self.comma >= self.value_end && self.comma > self.start
    }
}
