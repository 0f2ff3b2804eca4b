//! R11 Authentication: signing in and out, second factors, biometrics, and a password that was forgotten.
//!
//! Gives: the wrong secret, the unknown account (whose answer must tell nothing), the page behind the back button after
//! signing out, links and codes that were used. Asks for what no story may leave open: lock-out, validity, fallback.
//!
//! Refuses: a lock-out, a validity or a fallback that the story does not state; and every `log` that is a record.

use super::credentials::{Identity, Secret};
use crate::basis::VerbClass;
use crate::coverage::{Found, Proposal, Scene};
use crate::test_case::{Priority, Step, Technique, TestCaseType};

/// Looks for an act of authentication in the goal.
pub(super) fn propose(scene: &Scene<'_>, found: &mut Found) {
    for action in scene.actions() {
        let password = action.object.contains("password");
        if action.class != VerbClass::Authenticate && !(action.class == VerbClass::Update && password) {
            continue;
        }
        let scene = scene.focus_on(action);
        if action.verb.ends_with("out") || action.verb.ends_with("off") {
            sign_out(&scene, found);
        } else if ["reset", "recover", "restore", "forget"].contains(&action.verb.as_str()) {
            forgotten(&scene, found);
        } else if password {
            change_password(&scene, found);
        } else {
            sign_in(&scene, found);
        }
    }
}

fn sign_in(scene: &Scene<'_>, found: &mut Found) {
    if let Some(feature) = biometric(scene) {
        return biometric_sign_in(scene, feature, found);
    }
    let code = scene.mentions(&[
        "two factor",
        "2fa",
        "second factor",
        "one time code",
        "otp",
        "authenticator",
        "mfa",
        "verification code",
    ]);
    if code.is_some() {
        return second_factor(scene, found);
    }
    let identity = Identity::of(scene);
    let secret = Secret::of(scene);
    found.propose_untold(
        scene,
        &["wrong", "incorrect", "invalid"],
        wrong_secret(scene, &identity, &secret),
    );
    found.propose_untold(
        scene,
        &["unknown", "not registered", "unregistered"],
        unknown_account(scene, &identity, &secret),
    );
    found.propose(inner_page(scene));
    if secret.known && scene.mentions(&["attempt", "lock", "block"]).is_none() {
        found.ask(
            "sign-in/lock-out",
            "After how many failed sign-ins in a row is the account locked or slowed down, if at all, and for how long?",
            Some(scene.action_span()),
        );
    }
    if !secret.known {
        found.ask(
            "sign-in/method",
            format!(
                "With what does the {} prove who they are: a password, a code that is sent, or another account?",
                scene.actor()
            ),
            Some(scene.action_span()),
        );
    }
}

fn wrong_secret(scene: &Scene<'_>, identity: &Identity, secret: &Secret) -> Proposal {
    Proposal::new(
        "negative/sign-in/wrong secret",
        format!("sign-in with a wrong {}", secret.name),
        Technique::EquivalencePartitioning,
        TestCaseType::Negative,
        scene.action_span(),
    )
    .titled(format!("Sign-in with a wrong {} is refused", secret.name))
    .because("Nobody gets into an account without its secret")
    .priority(scene.risk())
    .given(identity.exists())
    .given(format!("The {} is not signed in", scene.actor()))
    .step(scene.open())
    .step(identity.enter_known())
    .step(secret.enter_wrong())
    .act("Submit the form")
    .seen("A message says that the sign-in failed")
    .expect(format!(
        "The sign-in is refused; the {} is not signed in and a page that needs a sign-in still cannot be opened",
        scene.actor()
    ))
    .with_values(identity.value())
    .with_values(secret.value())
}

fn unknown_account(scene: &Scene<'_>, identity: &Identity, secret: &Secret) -> Proposal {
    Proposal::new(
        "negative/sign-in/unknown account",
        format!("sign-in with {} that no account has", identity.an_unknown()),
        Technique::ErrorGuessing,
        TestCaseType::Negative,
        scene.action_span(),
    )
    .titled(format!("An unknown {} gets the same answer as a wrong {}", identity.name, secret.name))
    .because("The answer of the sign-in must not tell which accounts exist")
    .priority(Priority::Medium)
    .given(identity.exists())
    .given(identity.is_unknown())
    .given(format!("The {} is not signed in", scene.actor()))
    .step(scene.open())
    .step(identity.enter_unknown().expecting(""))
    .step(secret.enter_wrong())
    .act("Submit the form")
    .seen("A message says that the sign-in failed")
    .act(format!("Submit the form again with the {} of the account that exists", identity.name))
    .seen("The same message is shown, word for word")
    .expect("Both sign-ins are refused with the same message; nothing on the page tells that one of the accounts does not exist")
    .with_values(identity.value())
    .with_values(identity.unknown_value())
    .with_values(secret.value())
}

fn inner_page(scene: &Scene<'_>) -> Proposal {
    let actor = scene.actor();
    Proposal::new(
        "edge/sign-in/inner page",
        "a page of the account is opened before signing in",
        Technique::Scenario,
        TestCaseType::EdgeCase,
        scene.action_span(),
    )
    .titled("A saved address of a page of the account leads through the sign-in")
    .because("Saved addresses must neither get around the sign-in nor get lost in it")
    .priority(Priority::Medium)
    .given(format!("The {actor} is not signed in"))
    .given(format!(
        "The address of a page is known that only {} sees who is signed in",
        scene.an_actor()
    ))
    .act("Open this address")
    .seen("The sign-in is asked for; nothing of the page is shown")
    .act("Sign in")
    .expect("The page of the saved address is shown")
}

fn second_factor(scene: &Scene<'_>, found: &mut Found) {
    let base = |key: &str, condition: &str| {
        Proposal::new(
            key,
            condition,
            Technique::EquivalencePartitioning,
            TestCaseType::Negative,
            scene.action_span(),
        )
        .given(format!(
            "An account of the {} exists for which the second step is turned on",
            scene.actor()
        ))
        .priority(scene.risk())
    };
    found.propose(
        base("negative/sign-in/wrong code", "a code that is not the current one")
            .titled("A wrong code is refused at the second step")
            .because("The first secret alone must not open the account")
            .act("Sign in as far as the request for the code")
            .act("Enter the current code with its last digit changed")
            .act("Submit the code")
            .seen("A message says that the code is wrong")
            .expect(format!(
                "The sign-in is refused; no page of the account is shown and the {} is not signed in",
                scene.actor()
            )),
    );
    found.propose(
        base(
            "negative/sign-in/code used twice",
            "a code that was used for an earlier sign-in",
        )
        .titled("A code that was used once is refused the second time")
        .because("A code that somebody saw over the shoulder must be worthless")
        .priority(Priority::Medium)
        .act("Sign in with a new code")
        .seen("The sign-in succeeds")
        .act("Sign out")
        .act("Sign in as far as the request for the code")
        .act("Enter the code of the first sign-in again")
        .seen("A message says that the code is not accepted")
        .expect(format!(
            "The second sign-in is refused; the {} is not signed in",
            scene.actor()
        )),
    );
    if scene
        .mentions(&["minute", "second", "hour", "expire", "valid"])
        .is_none()
    {
        found.ask(
            "sign-in/code validity",
            "For how long is a code accepted?",
            Some(scene.action_span()),
        );
    }
    found.ask(
        "sign-in/lost factor",
        format!(
            "How does {} sign in who has lost the device that shows or receives the codes?",
            scene.an_actor()
        ),
        Some(scene.action_span()),
    );
}

fn biometric(scene: &Scene<'_>) -> Option<&'static str> {
    ["fingerprint", "face", "voice", "iris"]
        .into_iter()
        .find(|feature| scene.goal_mentions(&[feature]).is_some())
}

fn biometric_sign_in(scene: &Scene<'_>, feature: &str, found: &mut Found) {
    found.propose(
        Proposal::new(
            "negative/sign-in/other person",
            format!("a {feature} that is not enrolled"),
            Technique::EquivalencePartitioning,
            TestCaseType::Negative,
            scene.action_span(),
        )
        .titled(format!("A {feature} that is not enrolled does not sign in"))
        .because("Nobody else who holds the device gets into the account")
        .priority(scene.risk())
        .given(format!(
            "The {feature} of the {} is enrolled on the device",
            scene.actor()
        ))
        .given(format!("The {} is not signed in", scene.actor()))
        .act("Open the sign-in")
        .act(format!("Present the {feature} of another person"))
        .seen(format!("A message says that the {feature} was not recognised"))
        .expect(format!(
            "The sign-in is refused; no page of the account of the {} is shown",
            scene.actor()
        )),
    );
    found.propose(
        Proposal::new(
            "edge/sign-in/second try",
            format!("a {feature} that is recognised at the second try only"),
            Technique::ErrorGuessing,
            TestCaseType::EdgeCase,
            scene.action_span(),
        )
        .titled(format!("A {feature} that is recognised at the second try signs in"))
        .because("A wet finger or bad light must not shut anybody out")
        .priority(Priority::Medium)
        .given(format!(
            "The {feature} of the {} is enrolled on the device",
            scene.actor()
        ))
        .given(format!("The {} is not signed in", scene.actor()))
        .act("Open the sign-in")
        .act(format!("Present the {feature} of another person"))
        .seen(format!("A message says that the {feature} was not recognised"))
        .act(format!("Present the enrolled {feature}"))
        .expect(format!("The page of the signed-in {} is shown", scene.actor())),
    );
    found.ask(
        "sign-in/biometric fallback",
        format!(
            "How does the {} sign in when the {feature} is not recognised or none is enrolled?",
            scene.actor()
        ),
        Some(scene.action_span()),
    );
}

fn sign_out(scene: &Scene<'_>, found: &mut Found) {
    let actor = scene.actor();
    let base = |key: &str, condition: &str, case_type| {
        Proposal::new(key, condition, Technique::ErrorGuessing, case_type, scene.action_span())
            .given(format!("The {actor} is signed in"))
    };
    found.propose(
        base(
            "edge/sign-out/back",
            "going back after signing out",
            TestCaseType::EdgeCase,
        )
        .titled("The back button shows no page of the account after signing out")
        .because("The next person at the same device must not see what the last one left")
        .priority(scene.risk())
        .act(format!(
            "Open a page that only {} sees who is signed in",
            scene.an_actor()
        ))
        .act("Sign out")
        .seen("A page for people who are not signed in is shown")
        .act("Go back to the page before")
        .act("Load the page again")
        .expect("The sign-in is asked for; nothing of the earlier page can be read"),
    );
    found.propose(
        base(
            "negative/sign-out/other tab",
            "a second tab of the same session",
            TestCaseType::Negative,
        )
        .titled("Signing out in one tab ends the session in the other")
        .because("A session that lives on in a forgotten tab defeats the sign-out")
        .act("Open a page of the account in two tabs")
        .act("Sign out in the first tab")
        .act("Load the page again in the second tab")
        .seen("The sign-in is asked for")
        .expect("Neither tab shows a page of the account"),
    );
    found.ask(
        "sign-out/other devices",
        format!("Does signing out also end the sessions of the {actor} on other devices?"),
        Some(scene.action_span()),
    );
}

fn change_password(scene: &Scene<'_>, found: &mut Found) {
    let actor = scene.actor();
    found.propose(
        Proposal::new(
            "negative/password/old one",
            "sign-in with the password before the change",
            Technique::StateTransition,
            TestCaseType::Negative,
            scene.action_span(),
        )
        .titled("The old password is refused after the change")
        .because("A changed password must lock out whoever knows the old one")
        .priority(scene.risk())
        .given(format!("The {actor} has changed the password"))
        .given(format!("The {actor} is not signed in"))
        .act("Open the sign-in page")
        .act(format!("Enter the sign-in name of the {actor}"))
        .act("Enter the old password")
        .act("Submit the form")
        .seen("A message says that the sign-in failed")
        .expect(format!("The sign-in is refused; the {actor} is not signed in")),
    );
    found.ask(
        "password/current one",
        "Must the current password be entered before a new one is set?",
        Some(scene.action_span()),
    );
    found.ask(
        "password/other sessions",
        "Do sessions on other devices end when the password is changed?",
        Some(scene.action_span()),
    );
}

fn forgotten(scene: &Scene<'_>, found: &mut Found) {
    let actor = scene.actor();
    let token = if scene.mentions(&["code", "pin", "sms"]).is_some() {
        "reset code"
    } else {
        "reset link"
    };
    let identity = Identity::of(scene);
    let base = |key: &str, condition: String| {
        Proposal::new(
            key,
            condition,
            Technique::StateTransition,
            TestCaseType::Negative,
            scene.action_span(),
        )
        .priority(scene.risk())
    };
    found.propose(
        base("negative/password reset/used twice", format!("a {token} that was used"))
            .titled(format!("A {token} works only once"))
            .because(format!(
                "Whoever finds the {token} later must not take over the account"
            ))
            .given(format!("The {actor} has set a new password with a {token}"))
            .act(format!("Use the same {token} again"))
            .seen(format!("A message says that the {token} is no longer valid"))
            .act("Sign in with the new password")
            .expect(format!(
                "No other password can be set with the {token}; the password that was set first still signs in"
            )),
    );
    found.propose(
        base(
            "negative/password/old one",
            "sign-in with the password before the reset".to_owned(),
        )
        .titled("The old password is refused after the reset")
        .because("A reset must lock out whoever knows the old password")
        .given(format!("The {actor} has set a new password with a {token}"))
        .given(format!("The {actor} is not signed in"))
        .act("Open the sign-in page")
        .step(identity.enter_own())
        .act("Enter the old password")
        .act("Submit the form")
        .seen("A message says that the sign-in failed")
        .expect(format!("The sign-in is refused; the {actor} is not signed in")),
    );
    found.propose(
        base(
            "negative/password reset/unknown account",
            format!("a reset for {} that no account has", identity.an_unknown()),
        )
        .titled(format!(
            "A reset for an unknown {} gets the same answer as for a known one",
            identity.name
        ))
        .because("The answer must not tell which accounts exist")
        .priority(Priority::Medium)
        .given(identity.exists())
        .given(identity.is_unknown())
        .step(Step::new("Open the form for a forgotten password."))
        .step(identity.enter_unknown())
        .act("Submit the form")
        .act(format!(
            "Submit the form again with the {} of the account that exists",
            identity.name
        ))
        .seen("The same message is shown, word for word")
        .expect(format!(
            "Both answers are the same; only the account that exists receives a {token}"
        ))
        .with_values(identity.value())
        .with_values(identity.unknown_value()),
    );
    if scene.mentions(&["minute", "hour", "day", "expire", "valid"]).is_none() {
        found.ask(
            "password reset/validity",
            format!("For how long is a {token} accepted?"),
            Some(scene.action_span()),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::propose;
    use crate::coverage::families::snapshot::{given_by, keys};

    #[test]
    fn sign_in_with_email_and_password() {
        let story = "As a customer, I want to log in with my email and password so that I can see my orders";
        insta::assert_snapshot!(given_by(propose, story, &[]));
    }

    #[test]
    fn sign_out() {
        let story = "As a user, I want to log out so that nobody else uses my account";
        insta::assert_snapshot!(given_by(propose, story, &[]));
    }

    #[test]
    fn forgotten_password() {
        let story = "As a user, I want to reset my forgotten password by email so that I can log in again";
        insta::assert_snapshot!(given_by(propose, story, &[]));
    }

    #[test]
    fn second_factor() {
        let story = "As a user, I want to log in with a one-time code so that my account is safe";
        insta::assert_snapshot!(given_by(propose, story, &[]));
    }

    #[test]
    fn fingerprint() {
        let story = "As a user, I want to log in with my fingerprint so that I am faster";
        insta::assert_snapshot!(given_by(propose, story, &[]));
    }

    #[test]
    fn a_story_near_by_calls_for_nothing() {
        for story in [
            "As an auditor, I want to view the log of changes so that I know who did what",
            "As a user, I want to view my profile so that I see what others see",
            "As a logged-in user, I want to rename a folder so that I find it again",
        ] {
            assert_eq!(keys(propose, story), Vec::<String>::new(), "{story}");
        }
    }
}
