//! The marks of thinking blocks: what a model writes for itself is never looked into, drafts of objects included.

/// An opening mark and the marks that close it. Compared without case.
struct Marks {
    open: &'static [u8],
    close: &'static [&'static [u8]],
}

/// A tag of the form `<name>` … `</name>`.
macro_rules! tag {
    ($name:literal) => {
        Marks {
            open: concat!("<", $name, ">").as_bytes(),
            close: &[concat!("</", $name, ">").as_bytes()],
        }
    };
}

/// What closes a channel of the harmony format.
const CHANNEL_END: &[&[u8]] = &[
    b"<|end|>",
    b"<|return|>",
    b"<|call|>",
    b"<|start|>",
    b"<|channel|>final",
];

/// Every known way to open a thinking block. None is the beginning of another.
const BLOCKS: &[Marks] = &[
    tag!("think"),
    tag!("thinking"),
    tag!("thought"),
    tag!("thoughts"),
    tag!("reasoning"),
    tag!("reason"),
    tag!("reflection"),
    tag!("scratchpad"),
    tag!("analysis"),
    tag!("inner_monologue"),
    tag!("seed:think"),
    Marks {
        open: b"<|channel|>analysis",
        close: CHANNEL_END,
    },
    Marks {
        open: b"<|channel|>commentary",
        close: CHANNEL_END,
    },
    Marks {
        open: b"<|channel>thought",
        close: &[b"<channel|>"],
    },
    Marks {
        open: b"<|begin_of_thought|>",
        close: &[b"<|end_of_thought|>"],
    },
    Marks {
        open: b"<|start_thinking|>",
        close: &[b"<|end_thinking|>"],
    },
    Marks {
        open: b"<|thinking|>",
        close: &[b"<|/thinking|>", b"</|thinking|>"],
    },
    Marks {
        open: b"<|think|>",
        close: &[b"<|/think|>", b"</|think|>"],
    },
    Marks {
        open: b"[think]",
        close: &[b"[/think]"],
    },
    Marks {
        open: "\u{25c1}think\u{25b7}".as_bytes(),
        close: &["\u{25c1}/think\u{25b7}".as_bytes()],
    },
];

/// Names of tags that may carry attributes, as in `<think budget="5">`.
const WITH_ATTRIBUTES: &[(&[u8], usize)] = &[
    (b"<think ", 0),
    (b"<thinking ", 1),
    (b"<thought ", 2),
    (b"<reasoning ", 4),
];

/// The block that a prompt template opened, whose kind nobody saw: any closing mark ends it.
pub(super) const UNSEEN: usize = usize::MAX;

/// What the bytes at a place are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// A mark of this block, this many bytes long.
    Mark { block: usize, len: usize },
    /// They may become one; more bytes are needed.
    More,
    /// Anything else.
    Nothing,
}

/// Whether a mark may begin with this byte.
#[inline]
pub(super) fn may_begin(byte: u8) -> bool {
    matches!(byte, b'<' | b'[' | 0xe2)
}

/// Whether an opening mark begins here.
pub(super) fn opening(bytes: &[u8]) -> Look {
    // Most brackets open a list; only one mark begins with them.
    if let [b'[', next, ..] = bytes
        && !next.eq_ignore_ascii_case(&b't')
    {
        return Look::Nothing;
    }
    let mut look = Look::Nothing;
    for (block, marks) in BLOCKS.iter().enumerate() {
        match compare(bytes, marks.open) {
            Look::Nothing => {}
            Look::More => look = Look::More,
            Look::Mark { len, .. } => return Look::Mark { block, len },
        }
    }
    for &(open, block) in WITH_ATTRIBUTES {
        match compare(bytes, open) {
            Look::Nothing => {}
            Look::More => look = Look::More,
            // The attributes are a part of the block; nobody reads them.
            Look::Mark { len, .. } => return Look::Mark { block, len },
        }
    }
    look
}

/// Whether a mark that closes this block begins here.
pub(super) fn closing(bytes: &[u8], block: usize) -> Look {
    let mut look = Look::Nothing;
    let blocks = BLOCKS.get(block..).map_or(BLOCKS, |rest| rest.get(..1).unwrap_or(rest));
    for close in blocks.iter().flat_map(|marks| marks.close) {
        match compare(bytes, close) {
            Look::Nothing => {}
            Look::More => look = Look::More,
            Look::Mark { len, .. } => return Look::Mark { block, len },
        }
    }
    look
}

fn compare(bytes: &[u8], mark: &[u8]) -> Look {
    let shared = bytes.len().min(mark.len());
    if !bytes[..shared].eq_ignore_ascii_case(&mark[..shared]) {
        Look::Nothing
    } else if shared == mark.len() {
        Look::Mark { block: 0, len: shared }
    } else {
        Look::More
    }
}

#[cfg(test)]
mod tests {
    use super::{BLOCKS, Look, UNSEEN, closing, may_begin, opening};

    #[test]
    fn no_opening_mark_begins_another_and_each_is_found_by_its_first_byte() {
        for (at, one) in BLOCKS.iter().enumerate() {
            assert!(may_begin(one.open[0]));
            assert_eq!(
                opening(one.open),
                Look::Mark {
                    block: at,
                    len: one.open.len()
                }
            );
            assert_eq!(opening(&one.open[..one.open.len() - 1]), Look::More);
            for close in one.close {
                assert!(may_begin(close[0]));
                assert_eq!(
                    closing(close, at),
                    Look::Mark {
                        block: at,
                        len: close.len()
                    }
                );
                assert!(matches!(closing(close, UNSEEN), Look::Mark { .. }));
            }
        }
    }

    #[test]
    fn other_tags_are_no_marks() {
        assert_eq!(opening(b"<div>"), Look::Nothing);
        assert_eq!(opening(b"[1] see"), Look::Nothing);
        assert_eq!(closing(b"</thinking>", 0), Look::Nothing);
        assert_eq!(opening(b"<THINK>"), Look::Mark { block: 0, len: 7 });
        assert_eq!(opening(b"<think mode=\"x\">"), Look::Mark { block: 0, len: 7 });
    }
}
