//! Building proposals, one readable chain for each item.

use super::{Found, Proposal, Scene, values};
use crate::basis::Question;
use crate::coverage::scene::grammar::sentence;
use crate::test_case::{Draft, Priority, Span, Step, Technique, TestCaseType, Value, ValueOrigin};

impl Proposal {
    /// An item of medium priority without words for its case yet.
    #[must_use]
    pub fn new(
        key: impl Into<String>,
        condition: impl Into<String>,
        technique: Technique,
        case_type: TestCaseType,
        span: Span,
    ) -> Self {
        Self {
            key: key.into(),
            condition: condition.into(),
            technique,
            case_type,
            priority: Priority::Medium,
            spans: vec![span],
            values: Vec::new(),
            draft: Draft::default(),
            waits_for: Vec::new(),
        }
    }

    /// The title: names the behaviour in one line, without full stop.
    #[must_use]
    pub fn titled(mut self, title: impl Into<String>) -> Self {
        self.draft.title = title.into();
        self
    }

    /// Why the case exists, in one sentence.
    #[must_use]
    pub fn because(mut self, objective: impl AsRef<str>) -> Self {
        self.draft.objective = sentence(objective.as_ref());
        self
    }

    /// Another kind of case than it began with.
    #[must_use]
    pub fn kind(mut self, case_type: TestCaseType) -> Self {
        self.case_type = case_type;
        self
    }

    /// How much it matters.
    #[must_use]
    pub fn priority(mut self, priority: Priority) -> Self {
        self.priority = priority;
        self
    }

    /// Another place that it rests on.
    #[must_use]
    pub fn also(mut self, span: Span) -> Self {
        if !self.spans.contains(&span) {
            self.spans.push(span);
        }
        self
    }

    /// A state that must hold before step 1.
    #[must_use]
    pub fn given(mut self, precondition: impl AsRef<str>) -> Self {
        let precondition = sentence(precondition.as_ref());
        if !precondition.is_empty() && !self.draft.preconditions.contains(&precondition) {
            self.draft.preconditions.push(precondition);
        }
        self
    }

    /// Several states that must hold before step 1.
    #[must_use]
    pub fn givens<T: AsRef<str>>(self, preconditions: impl IntoIterator<Item = T>) -> Self {
        preconditions.into_iter().fold(self, Self::given)
    }

    /// The next step.
    #[must_use]
    pub fn step(mut self, step: Step) -> Self {
        self.draft.steps.push(step);
        self
    }

    /// The next step, an action alone.
    #[must_use]
    pub fn act(self, action: impl AsRef<str>) -> Self {
        self.step(Step::new(sentence(action.as_ref())))
    }

    /// Several steps.
    #[must_use]
    pub fn steps(mut self, steps: impl IntoIterator<Item = Step>) -> Self {
        self.draft.steps.extend(steps);
        self
    }

    /// What is seen right after the step added last.
    #[must_use]
    pub fn seen(mut self, expected: impl AsRef<str>) -> Self {
        if let Some(last) = self.draft.steps.last_mut() {
            last.expected = sentence(expected.as_ref());
        }
        self
    }

    /// What shows that the case passed: what is seen where, and for a refusal what must not have happened.
    #[must_use]
    pub fn expect(mut self, expected: impl AsRef<str>) -> Self {
        self.draft.expected_result = sentence(expected.as_ref());
        self
    }

    /// State after the last step, where it matters.
    #[must_use]
    pub fn after(mut self, postcondition: impl AsRef<str>) -> Self {
        self.draft.postconditions.push(sentence(postcondition.as_ref()));
        self
    }

    /// A value of the case, with its origin; the note says how it was computed or which class it samples.
    #[must_use]
    pub fn value(
        mut self,
        text: impl Into<String>,
        origin: ValueOrigin,
        note: impl Into<String>,
        span: Option<Span>,
    ) -> Self {
        self.add(Value {
            text: text.into(),
            origin,
            span,
            note: note.into(),
        });
        self
    }

    /// A value that the basis states.
    #[must_use]
    pub fn stated(mut self, text: impl Into<String>, span: Span) -> Self {
        self.add(values::stated(text, span));
        self
    }

    /// A value that was computed, and how: `20 + 1`.
    #[must_use]
    pub fn computed(mut self, text: impl Into<String>, how: impl Into<String>, from: Span) -> Self {
        self.add(values::computed(text, how, Some(from)));
        self
    }

    /// Any member of a class; the class in plain words.
    #[must_use]
    pub fn sample(mut self, text: impl Into<String>, class: impl Into<String>) -> Self {
        self.add(values::sample(text, class));
        self
    }

    /// Values made elsewhere.
    #[must_use]
    pub fn with_values(mut self, values: impl IntoIterator<Item = Value>) -> Self {
        for value in values {
            self.add(value);
        }
        self
    }

    /// The item cannot be run until the question with this key is answered.
    #[must_use]
    pub fn waits_for(mut self, question_key: impl Into<String>) -> Self {
        self.waits_for.push(question_key.into());
        self
    }

    fn add(&mut self, value: Value) {
        if !value.text.is_empty() && !self.values.iter().any(|known| known.text == value.text) {
            self.values.push(value);
        }
    }
}

impl Found {
    /// Adds an item.
    pub fn propose(&mut self, proposal: Proposal) {
        self.proposals.push(proposal);
    }

    /// Adds an item unless a criterion speaks of any of the words: its own case tells it in the author's words.
    pub fn propose_untold(&mut self, scene: &Scene<'_>, phrases: &[&str], proposal: Proposal) {
        if !scene.is_told(phrases) {
            self.propose(proposal);
        }
    }

    /// Asks the author; the key names what is asked, so that the same question is asked once.
    pub fn ask(&mut self, key: impl Into<String>, text: impl Into<String>, span: Option<Span>) {
        let question = Question {
            key: key.into(),
            text: text.into(),
            span,
            blocks_everything: false,
        };
        if !self.questions.iter().any(|known| known.key == question.key) {
            self.questions.push(question);
        }
    }
}
