//! What makes a request the same one as another: a hash of everything that decides what is made, and of nothing that only
//! says how it is asked for or delivered. A request is hashed as this server writes it, so that the order of its fields and
//! fields that are unknown here make no difference.

use crate::app::Repeat;
use crate::generation::registry::Body;
use crate::rpc::pb;
use prost::Message;
use sha2::{Digest as _, Sha256};

/// A request that can be asked twice.
pub trait Repeatable: Message + Clone {
    /// What is asked for. Two calls that ask for the same share a name.
    const CALL: &'static str;

    /// The caller's id of the request.
    fn request_id(&self) -> &str;

    /// Whether its generation may be shared.
    fn share(&self) -> bool {
        false
    }

    /// Unsets what does not decide what is made.
    fn strip(&mut self);
}

/// What makes this request the same one as another. Nothing is hashed where nobody asks for it.
#[must_use]
pub fn repeat<R: Repeatable>(request: &R) -> Repeat {
    let share = request.share();
    let request_id = request.request_id().to_owned();
    Repeat {
        body: (share || !request_id.is_empty()).then(|| body(request)),
        request_id,
        share,
    }
}

fn body<R: Repeatable>(request: &R) -> Body {
    let mut stripped = request.clone();
    stripped.strip();
    let mut hash = Sha256::new();
    hash.update(R::CALL);
    hash.update([0]);
    hash.update(stripped.encode_to_vec());
    hash.finalize().into()
}

impl Repeatable for pb::GenerateTestsRequest {
    const CALL: &'static str = "suite";

    fn request_id(&self) -> &str {
        &self.request_id
    }

    fn share(&self) -> bool {
        self.share_identical()
    }

    fn strip(&mut self) {
        self.request_id.clear();
        self.share_identical = None;
    }
}

impl Repeatable for pb::FillGapsRequest {
    const CALL: &'static str = "gaps";

    fn request_id(&self) -> &str {
        &self.request_id
    }

    fn strip(&mut self) {
        self.request_id.clear();
        self.include_tokens = None;
    }
}

impl Repeatable for pb::ReviseTestsRequest {
    const CALL: &'static str = "revision";

    fn request_id(&self) -> &str {
        &self.request_id
    }

    fn strip(&mut self) {
        self.request_id.clear();
        self.include_tokens = None;
    }
}

impl Repeatable for pb::RegenerateTestCaseRequest {
    const CALL: &'static str = "rewording";

    fn request_id(&self) -> &str {
        &self.request_id
    }

    fn strip(&mut self) {
        self.request_id.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(change: impl Fn(&mut pb::GenerateTestsRequest)) -> Repeat {
        let mut request = pb::GenerateTestsRequest {
            user_story: "As a member, I want to borrow up to 5 books".to_owned(),
            request_id: "one".to_owned(),
            ..Default::default()
        };
        change(&mut request);
        repeat(&request)
    }

    #[test]
    fn what_decides_what_is_made_counts_and_the_rest_does_not() {
        let body = asked(|_| ()).body;
        assert!(body.is_some());
        assert_eq!(asked(|request| request.request_id = "two".to_owned()).body, body);
        assert_eq!(asked(|request| request.share_identical = Some(true)).body, body);
        let changes: [fn(&mut pb::GenerateTestsRequest); 4] = [
            |request| request.user_story.push('!'),
            |request| request.max_test_cases = Some(3),
            |request| request.fill_with_rules = Some(false),
            |request| request.acceptance_criteria.push(String::new()),
        ];
        for change in changes {
            assert_ne!(asked(change).body, body);
        }
    }

    #[test]
    fn nothing_is_hashed_where_nobody_asks_for_it() {
        assert_eq!(asked(|request| request.request_id.clear()), Repeat::default());
        let shared = asked(|request| {
            request.request_id.clear();
            request.share_identical = Some(true);
        });
        assert!(shared.share && shared.body.is_some());
    }

    #[test]
    fn calls_that_make_something_else_differ() {
        let gaps = repeat(&pb::FillGapsRequest {
            request_id: "one".to_owned(),
            ..Default::default()
        });
        let revision = repeat(&pb::ReviseTestsRequest {
            request_id: "one".to_owned(),
            ..Default::default()
        });
        assert_ne!(gaps.body, revision.body);
    }
}
