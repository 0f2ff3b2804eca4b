//! The fields of a test case under every spelling that models use.

/// What a key of the object means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Id,
    Type,
    Title,
    /// Becomes the title if there is no other.
    Description,
    Priority,
    Preconditions,
    Steps,
    Expected,
    /// Data for the whole case.
    Data,
    Score,
    Objective,
    Technique,
    Covers,
    Quote,
    Assumptions,
    Postconditions,
    Tags,
    Unknown,
}

/// What a key of a step means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StepField {
    /// The number of the step, or a text that is the action if there is no other.
    Step,
    Number,
    Action,
    Data,
    Expected,
    Unknown,
}

/// Longest spelling that is known.
const LONGEST: usize = 32;

/// The letters and digits of a key in small letters; the result of `f` on them, or of `f` on nothing if they are more
/// than any known key has.
fn plain<T>(key: &str, f: impl FnOnce(&[u8]) -> T) -> T {
    let mut buffer = [0u8; LONGEST];
    let mut len = 0;
    for byte in key.bytes().filter(|byte| byte.is_ascii_alphanumeric() || *byte >= 0x80) {
        if len == LONGEST {
            return f(b"");
        }
        buffer[len] = byte.to_ascii_lowercase();
        len += 1;
    }
    f(&buffer[..len])
}

impl Field {
    /// The field, and how close the spelling is to the field's own name: 0 is the name itself.
    pub(super) fn of(key: &str) -> (Self, u8) {
        plain(key, |plain| match plain {
            b"id" | b"testcaseid" | b"testid" | b"caseid" | b"tcid" | b"identifier" => (Self::Id, 0),
            b"number" | b"no" | b"testcasenumber" => (Self::Id, 1),
            b"type" | b"testtype" | b"testcasetype" | b"casetype" | b"kind" | b"category" | b"polarity" => {
                (Self::Type, u8::from(plain != b"type"))
            }
            b"title" => (Self::Title, 0),
            b"testtitle" | b"testcasetitle" | b"casetitle" => (Self::Title, 1),
            b"name" | b"testname" | b"testcasename" | b"casename" => (Self::Title, 2),
            b"summary" | b"headline" => (Self::Title, 3),
            b"scenario" | b"testscenario" | b"scenarioname" | b"testcase" => (Self::Title, 4),
            b"description" | b"testdescription" | b"testcasedescription" => (Self::Description, 0),
            b"priority" | b"testpriority" | b"severity" | b"importance" | b"prio" => {
                (Self::Priority, u8::from(plain != b"priority"))
            }
            b"preconditions" | b"precondition" | b"prerequisites" | b"prerequisite" | b"given" | b"setup" => {
                (Self::Preconditions, u8::from(plain != b"preconditions"))
            }
            b"steps" => (Self::Steps, 0),
            b"teststeps" | b"testcasesteps" | b"executionsteps" | b"stepstoexecute" | b"stepstoreproduce"
            | b"steplist" => (Self::Steps, 1),
            b"actions" | b"procedure" | b"testprocedure" | b"instructions" | b"when" => (Self::Steps, 2),
            b"expectedresult" => (Self::Expected, 0),
            b"expectedresults" | b"expected" | b"expectedoutcome" | b"expectedoutcomes" | b"expectedoutput"
            | b"expectedbehavior" | b"expectedbehaviour" | b"expectation" | b"expectations" | b"expectedresponse"
            | b"expects" | b"then" => (Self::Expected, 1),
            b"testdata" | b"data" | b"inputdata" | b"inputs" => (Self::Data, 0),
            b"qualityscore" | b"quality" | b"score" | b"selfscore" => (Self::Score, u8::from(plain != b"qualityscore")),
            b"objective" | b"testobjective" | b"purpose" | b"goal" | b"rationale" => {
                (Self::Objective, u8::from(plain != b"objective"))
            }
            b"technique" | b"testtechnique" | b"testdesigntechnique" | b"designtechnique" | b"method" => {
                (Self::Technique, u8::from(plain != b"technique"))
            }
            b"covers" | b"coverageitemids" | b"coverageitems" | b"coverageitem" | b"coverageitemid" | b"coverage"
            | b"coveragids" | b"covereditems" | b"itemids" => (Self::Covers, u8::from(plain != b"covers")),
            b"quote" | b"basisquote" | b"evidence" | b"sourcequote" => (Self::Quote, u8::from(plain != b"quote")),
            b"assumptions" | b"assumption" | b"assumed" => (Self::Assumptions, u8::from(plain != b"assumptions")),
            b"postconditions" | b"postcondition" | b"cleanup" | b"teardown" => {
                (Self::Postconditions, u8::from(plain != b"postconditions"))
            }
            b"tags" | b"tag" | b"labels" | b"keywords" => (Self::Tags, u8::from(plain != b"tags")),
            _ => (Self::Unknown, 0),
        })
    }

    /// The field's own name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Type => "type",
            Self::Title => "title",
            Self::Description => "description",
            Self::Priority => "priority",
            Self::Preconditions => "preconditions",
            Self::Steps => "steps",
            Self::Expected => "expected_result",
            Self::Data => "test_data",
            Self::Score => "quality_score",
            Self::Objective => "objective",
            Self::Technique => "technique",
            Self::Covers => "covers",
            Self::Quote => "quote",
            Self::Assumptions => "assumptions",
            Self::Postconditions => "postconditions",
            Self::Tags => "tags",
            Self::Unknown => "",
        }
    }
}

impl StepField {
    pub(super) fn of(key: &str) -> Self {
        plain(key, |plain| match plain {
            b"step" | b"teststep" => Self::Step,
            b"number" | b"no" | b"id" | b"stepnumber" | b"stepno" | b"stepid" | b"index" | b"order" | b"sequence"
            | b"seq" | b"num" => Self::Number,
            b"action" | b"description" | b"do" | b"stepdescription" | b"stepaction" | b"instruction" | b"text"
            | b"details" | b"name" | b"title" | b"actions" | b"activity" | b"task" | b"operation" | b"when"
            | b"content" | b"value" | b"userAction" | b"useraction" => Self::Action,
            b"data" | b"input" | b"inputs" | b"testdata" | b"inputdata" | b"parameters" | b"params" | b"with"
            | b"values" => Self::Data,
            b"expected" | b"expectedresult" | b"expectedresults" | b"expectedoutcome" | b"result" | b"outcome"
            | b"expectedoutput" | b"expectedbehavior" | b"expectedbehaviour" | b"expectation" | b"then" | b"verify"
            | b"verification" | b"response" | b"expectedresponse" => Self::Expected,
            _ => Self::Unknown,
        })
    }
}
