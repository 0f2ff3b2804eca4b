use super::demanded;

#[test]
fn a_demand_is_read_with_what_it_demands() {
    for (sentence, things) in [
        ("Deletion needs the password and a tick at the warning", vec!["passw"]),
        ("Changes need the parent's PIN", vec!["pin"]),
        ("Landlord's confirmation is mandatory", vec!["confi"]),
        (
            "The frame number, the police reference and the place of the theft are mandatory",
            vec!["numbe", "refer", "place"],
        ),
        ("Leave longer than 15 days needs the department head", vec![]),
        ("No account is needed", vec![]),
        ("The list is sorted by date", vec![]),
    ] {
        assert_eq!(demanded(sentence), things, "{sentence}");
    }
}
