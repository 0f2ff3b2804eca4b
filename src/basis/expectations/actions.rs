//! The actions of the goal: verb, class, object, circumstances.

use super::*;

fn show(goal: &str) -> String {
    let actions = read(&format!("As a customer, I want {goal} so that I am happy"), &[], "")
        .story
        .actions;
    actions.iter().map(show_action).collect::<Vec<_>>().join(" & ")
}

#[test]
fn object_and_circumstances() {
    table(
        &[
            (
                "to apply a discount code of up to 20 characters at checkout",
                "apply Redeem <discount code> +at checkout",
            ),
            (
                "to filter products by price, brand and rating",
                "filter Filter <products> +by price, brand and rating",
            ),
            ("to track my order", "track Read <order>"),
            ("to add products to my cart", "add Create <products> +to my cart"),
            ("to upload up to 5 photos", "upload Upload <photos>"),
            (
                "to upload a profile picture of at most 5 MB",
                "upload Upload <profile picture>",
            ),
            ("to see the details of my order", "see Read <details of my order>"),
            (
                "to transfer between 10 and 5000 euros to another account",
                "transfer Pay <money> +to another account",
            ),
            (
                "to register with a password of 8 to 64 characters",
                "register Register <> +with a password",
            ),
            ("to withdraw up to $500 at an ATM", "withdraw Pay <money> +at an ATM"),
            ("free shipping", "use Other <free shipping>"),
            (
                "to transfer money between my accounts",
                "transfer Pay <money> +between my accounts",
            ),
            ("to book a room for 2 to 6 guests", "book Create <room>"),
            ("to cancel my order within 30 minutes", "cancel Delete <order>"),
            ("to edit my profile on my phone", "edit Update <profile> +on my phone"),
            (
                "to download the invoice as a PDF file",
                "download Download <invoice> +as a PDF file",
            ),
            (
                "to sort the list by date from newest to oldest",
                "sort Filter <list> +by date +from newest to oldest",
            ),
            (
                "to delete my account without calling support",
                "delete Delete <account> +without calling support",
            ),
            (
                "to receive an email when my order ships",
                "receive Notify <email> +when my order ships",
            ),
            ("to pay by credit card", "pay Pay <> +by credit card"),
            ("to enter my delivery address", "enter Create <delivery address>"),
        ],
        show,
    );
}

#[test]
fn classes_by_verb_and_object() {
    table(
        &[
            ("to apply a coupon", "apply Redeem <coupon>"),
            ("to apply a filter", "apply Filter <filter>"),
            ("to apply for a loan", "apply for Create <loan>"),
            ("to redeem my points", "redeem Redeem <points>"),
            ("to use a voucher", "use Redeem <voucher>"),
            ("to reset my password", "reset Authenticate <password>"),
            ("to change my password", "change Update <password>"),
            ("to receive alerts", "receive Notify <alerts>"),
            ("to receive a monthly report", "receive Read <monthly report>"),
            ("to check my balance", "check Read <balance>"),
            ("to check the status of my claim", "check Read <status of my claim>"),
            ("to set a reminder", "set Create <reminder>"),
            ("to set my preferred language", "set Configure <preferred language>"),
            ("to manage users", "manage Manage <users>"),
            ("to approve leave requests", "approve Transition <leave requests>"),
            ("to invite a friend", "invite Share <friend>"),
            ("to calculate my monthly rate", "calculate Calculate <monthly rate>"),
            ("to connect my calendar", "connect Integrate <calendar>"),
            ("to search for flights", "search for Search <flights>"),
            ("to find a doctor near me", "find Search <doctor> +near me"),
            ("to order a pizza", "order Create <pizza>"),
            ("to buy a ticket", "buy Pay <ticket>"),
            ("to return an item", "return Transition <item>"),
            ("to export my invoices", "export Download <invoices>"),
            (
                "to import contacts from a file",
                "import Upload <contacts> +from a file",
            ),
            ("to subscribe to the newsletter", "subscribe to Register <newsletter>"),
            (
                "to unsubscribe from the newsletter",
                "unsubscribe from Delete <newsletter>",
            ),
            ("to enable dark mode", "enable Configure <dark mode>"),
            ("to open an account", "open Register <account>"),
            ("to view my orders", "view Read <orders>"),
            ("to compare two plans", "compare Filter <plans>"),
        ],
        show,
    );
}

#[test]
fn phrasal_verbs() {
    table(
        &[
            (
                "to log in with my email address",
                "log in Authenticate <> +with my email address",
            ),
            ("to log in to my account", "log in Authenticate <> +to my account"),
            ("to login with Google", "log in Authenticate <> +with Google"),
            ("to log out", "log out Authenticate <>"),
            ("to sign in", "sign in Authenticate <>"),
            ("to sign up for an account", "sign up Register <> +for an account"),
            ("to check out as a guest", "check out Pay <> +as a guest"),
            (
                "to look up a customer by phone number",
                "look up Search <customer> +by phone number",
            ),
            ("to turn on notifications", "turn on Configure <notifications>"),
            ("to turn notifications off", "turn off Configure <notifications>"),
            (
                "to opt out of marketing emails",
                "opt out of Configure <marketing emails>",
            ),
            ("to check in for my flight", "check in for Transition <flight>"),
        ],
        show,
    );
}

#[test]
fn several_verbs() {
    table(
        &[
            (
                "to create, edit and delete invoices",
                "create Create <invoices> & edit Update <invoices> & delete Delete <invoices>",
            ),
            (
                "to search for and filter products",
                "search for Search <products> & filter Filter <products>",
            ),
            (
                "to view and download my invoices",
                "view Read <invoices> & download Download <invoices>",
            ),
            (
                "to view my orders and cancel them",
                "view Read <orders> & cancel Delete <orders>",
            ),
            (
                "to add products to my cart and pay by card",
                "add Create <products> +to my cart & pay Pay <> +by card",
            ),
            (
                "to approve or reject a request",
                "approve Transition <request> & reject Transition <request>",
            ),
            (
                "to enter my name, email and password",
                "enter Create <name, email and password>",
            ),
        ],
        show,
    );
}

#[test]
fn nested_and_passive_goals() {
    table(
        &[
            (
                "to be notified when my order ships",
                "be notified Notify <> +when my order ships",
            ),
            ("to be reminded of my appointment", "be reminded Notify <appointment>"),
            ("to be able to rename a folder", "rename Update <folder>"),
            ("the system to send me a reminder", "send Notify <reminder>"),
            ("my password to be reset", "reset Authenticate <password>"),
            ("a way to archive old tickets", "archive Delete <old tickets>"),
            ("the ability to export reports", "export Download <reports>"),
            ("to easily find a product", "find Search <product>"),
            ("to quickly and easily reorder a meal", "reorder Create <meal>"),
            (
                "to have my order delivered to a neighbour",
                "deliver Transition <order> +to a neighbour",
            ),
        ],
        show,
    );
}
