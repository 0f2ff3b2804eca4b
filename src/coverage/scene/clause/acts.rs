//! The verbs that part a clause, as a table: known verbs part it better than endings do.

/// Verbs of acts and events that criteria use, in the base form.
#[rustfmt::skip] // A table of words.
pub(super) const ACTS: &[&str] = &[
    "abort", "accept", "access", "acknowledge", "activate", "add", "adjust", "allow",
    "answer", "appear", "apply", "approve", "archive", "arrive", "ask", "assign",
    "attach", "attempt", "begin", "block", "book", "borrow", "browse", "buy",
    "calculate", "call", "cancel", "change", "charge", "check", "choose", "clear",
    "click", "close", "come", "compare", "complete", "confirm", "connect", "continue",
    "convert", "copy", "correct", "count", "create", "decline", "decrease", "deduct",
    "delete", "deliver", "deny", "detect", "display", "disable", "disappear", "disconnect",
    "download", "drag", "drop", "edit", "enable", "end", "enter", "expire",
    "export", "fail", "fall", "fill", "filter", "find", "finish", "follow",
    "get", "give", "go", "grant", "happen", "hide", "ignore", "import", "increase",
    "install", "invite", "issue", "join", "keep", "land", "launch", "leave",
    "list", "load", "lock", "log", "look", "lose", "make", "mark",
    "merge", "move", "navigate", "notice", "notify", "offer", "open", "order",
    "pass", "pause", "pay", "pick", "place", "play", "post", "press",
    "print", "proceed", "process", "provide", "publish", "purchase", "reach", "read",
    "receive", "recover", "redeem", "redirect", "reduce", "refresh", "refund", "refuse",
    "register", "reject", "release", "reload", "remove", "rename", "renew", "reopen",
    "repeat", "replace", "reply", "report", "request", "reschedule", "reserve", "reset",
    "resolve", "respond", "restart", "restore", "resubmit", "resume", "retry", "return",
    "review", "revoke", "rise", "run", "save", "scan", "schedule", "scroll",
    "search", "see", "select", "send", "sense", "set", "share", "ship",
    "show", "sign", "skip", "sort", "start", "stop", "store", "submit",
    "subscribe", "suspend", "switch", "sync", "tap", "test", "transfer", "trigger", "try",
    "turn", "type", "unlock", "unsubscribe", "update", "upgrade", "upload", "use",
    "verify", "view", "visit", "warn", "wait", "withdraw", "work", "write",
];

/// Verbs that are as often nouns, so that they part no clause; a participle leaves no doubt.
#[rustfmt::skip] // A table of words.
pub(super) const FURTHER: &[&str] = &[
    "sell", "lend", "rate", "rent", "freeze", "overwrite", "modify", "combine",
    "extend", "undo", "unblock", "forward", "hire", "deactivate", "duplicate", "exchange",
    "convert", "upgrade", "postpone", "vote", "quote", "grade",
];
