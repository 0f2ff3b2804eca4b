//! Addresses of people and of machines.

use super::Kind;
use super::find::{is_edge, is_edge_after};
use std::net::{Ipv4Addr, Ipv6Addr};
use std::ops::Range;

type Places = Vec<(Range<usize>, Kind)>;

/// Longest part before and after the `@`, in bytes.
const LONGEST_LOCAL: usize = 64;
const LONGEST_DOMAIN: usize = 255;

/// E-mail addresses with a domain that has a dot.
pub(super) fn emails(text: &str) -> Places {
    text.match_indices('@').filter_map(|(at, _)| email(text, at)).collect()
}

fn email(text: &str, at: usize) -> Option<(Range<usize>, Kind)> {
    let is_local = |c: char| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
    let is_domain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '.');
    let local: usize = text[..at]
        .chars()
        .rev()
        .take_while(|c| is_local(*c))
        .map(char::len_utf8)
        .sum();
    let local = text[at - local..at].trim_start_matches(['.', '\'', '`', '/', '=', '*', '{', '|']);
    let domain = text[at + 1..]
        .find(|c: char| !is_domain(c))
        .unwrap_or(text.len() - at - 1);
    let domain = text[at + 1..at + 1 + domain].trim_end_matches(['.', '-']);
    let (host, top) = domain.rsplit_once('.')?;
    let sound = !local.is_empty()
        && local.len() <= LONGEST_LOCAL
        && domain.len() <= LONGEST_DOMAIN
        && !host.is_empty()
        && host.split('.').all(|label| !label.is_empty())
        && top.chars().count() >= 2
        && top.chars().all(char::is_alphabetic);
    sound.then(|| (at - local.len()..at + 1 + domain.len(), Kind::Email))
}

/// IP addresses but those of this machine and of none.
pub(super) fn ips(text: &str) -> Places {
    let is_part = |c: char| c.is_ascii_hexdigit() || matches!(c, '.' | ':');
    let mut found = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        if is_part(c) {
            start.get_or_insert(at);
        } else if let Some(start) = start.take() {
            found.extend(ip(text, start, at).map(|range| (range, Kind::IpAddress)));
        }
    }
    found
}

/// An address in a run of its signs; a port and a full stop after it are none of it.
fn ip(text: &str, start: usize, end: usize) -> Option<Range<usize>> {
    let run = text[start..end].trim_end_matches('.');
    let run = if run.ends_with("::") {
        run
    } else {
        run.trim_end_matches(':')
    };
    let whole = |length: usize| is_edge(text, start, '0') && is_edge_after(text, start + length, '0') && length > 0;
    let without_port = run.split_once(':').map_or(run, |(host, _)| host);
    if let Ok(address) = without_port.parse::<Ipv4Addr>() {
        let nobody = address.is_loopback() || address.is_unspecified() || address.is_broadcast();
        return (!nobody && whole(without_port.len())).then(|| start..start + without_port.len());
    }
    let address = run.parse::<Ipv6Addr>().ok()?;
    let nobody = address.is_loopback() || address.is_unspecified();
    (!nobody && whole(run.len())).then(|| start..start + run.len())
}
