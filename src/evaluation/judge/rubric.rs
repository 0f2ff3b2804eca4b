//! What is judged, and what 1, 3 and 5 mean. A change of a word here changes the rubric's hash, and with it the key of
//! every judgement.

/// A criterion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Criterion {
    /// Its name, in prompts, files and figures.
    pub name: &'static str,
    /// What is asked.
    pub question: &'static str,
    /// What 1, 3 and 5 mean.
    pub anchors: [&'static str; 3],
    /// What people rate under another name in a review; empty where they rate no such thing.
    pub rating: &'static str,
}

/// What is judged of each case.
pub const OF_CASE: [Criterion; 6] = [
    Criterion {
        name: "relevance",
        question: "Does it test what the story and its criteria say, and nothing that they contradict?",
        anchors: [
            "unrelated to the story, or its expected result contradicts it",
            "the right feature, but a detail is missed or a rule is bent",
            "exactly one behaviour that the story or a criterion states",
        ],
        rating: "traceability",
    },
    Criterion {
        name: "preconditions",
        question: "Is everything that must hold before step 1 stated, so that a tester can check it?",
        anchors: [
            "missing or meaningless",
            "stated, but vague or not all of it",
            "all of it, each a state that can be checked",
        ],
        rating: "preconditions",
    },
    Criterion {
        name: "steps",
        question: "Could a tester who does not know the product carry the steps out as they are written?",
        anchors: [
            "cannot be carried out",
            "clear in general, but something has to be guessed",
            "one clear act each, nothing to be guessed",
        ],
        rating: "steps",
    },
    Criterion {
        name: "data",
        question: "Are the values that are entered or looked up concrete, and right for what is tested?",
        anchors: [
            "none, or values that break another rule of the story",
            "some, but a value that matters is left open",
            "every value that matters is concrete and right",
        ],
        rating: "",
    },
    Criterion {
        name: "expected_result",
        question: "Does the expected result say what a tester then sees, so that pass and fail can be told apart?",
        anchors: [
            "cannot be observed, or only repeats the demand",
            "can be observed, but leaves room for argument",
            "says exactly what is seen, and what must not have happened",
        ],
        rating: "expected_result",
    },
    Criterion {
        name: "singularity",
        question: "Does it test one thing?",
        anchors: [
            "many things at once",
            "one thing, and a second beside it",
            "one thing alone",
        ],
        rating: "singularity",
    },
];

/// What is judged of a suite as a whole.
pub const OF_SUITE: [Criterion; 1] = [Criterion {
    name: "completeness",
    question: "Do the cases together try what the story and its criteria say?",
    anchors: [
        "most of what is said is not tried",
        "what should work and what should be refused are tried, but limits or special circumstances are missing",
        "every criterion is tried, with its refusals, its limits and its special circumstances",
    ],
    rating: "",
}];
