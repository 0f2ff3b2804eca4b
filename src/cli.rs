//! The command line: the door for people in a terminal. It holds no logic of the flow: it reads arguments, asks the app
//! or a running service, and shows the proto's events. Both ways share one renderer.

pub mod args;
pub mod terminal;
pub mod render;
pub mod json;
pub mod trouble;
mod words;
#[cfg(test)]
mod samples;
