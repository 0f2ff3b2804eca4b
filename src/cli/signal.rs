//! Ctrl-C and SIGTERM. A [`Signals`] listens from its making on, so that a signal between two waits is not lost.

use super::trouble::Trouble;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Listens for the signals that ask a process to stop.
#[derive(Debug)]
pub(super) struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    /// Begins to listen; from now on these signals do not end the process by themselves.
    pub(super) fn listen() -> Result<Self, Trouble> {
        let listen = |kind: SignalKind| {
            signal(kind).map_err(|error| Trouble::Failed(format!("signals cannot be listened for: {error}")))
        };
        Ok(Self {
            interrupt: listen(SignalKind::interrupt())?,
            terminate: listen(SignalKind::terminate())?,
        })
    }

    /// Waits for the next signal. Cancelling the wait loses none.
    pub(super) async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}
