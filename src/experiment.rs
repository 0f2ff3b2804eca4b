//! Online experiments: which variant words a request that leaves it open, what came of it, and whether it helped.
//!
//! The flow never knows this room. A request carries names and an observer ([`Exposure`]); the generation tells the
//! observer how it ended, and that is all. A request that names a backend, a model or a prompt has chosen for itself and
//! takes no part: it is neither assigned nor recorded.
//!
//! - `definition`: the small file that says which variants there are; read again when it changes
//! - `assignment`: unit → variant, by a hash alone
//! - `guard`: when a rollout goes on and when it goes back; pure
//! - `live`: all of that in a running service
//! - `record`: one line a generation, without any text of the story
//! - `online`: what such a record says
//! - `decision`: the logs that whatever decides writes to
//! - `evidence`: what they say for and against a prompt
//!
//! What it refuses: to go on by a definition that cannot be read. Then everybody gets what the settings say.
//!
//! [`Exposure`]: crate::generation::exposure::Exposure

pub mod definition;
pub mod assignment;
pub mod guard;
pub mod record;
pub mod live;
pub mod online;
pub mod decision;
pub mod evidence;
#[cfg(test)]
mod tests;
