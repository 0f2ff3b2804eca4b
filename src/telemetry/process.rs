//! Processor time and memory of a process on this machine, where the kernel tells (Linux).

use std::fs;
use std::time::Duration;

/// Ticks of the kernel's clock in a second; 100 on every Linux that people run.
const TICKS: u64 = 100;

/// A look at a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Process {
    /// Processor time since its start, user and system.
    pub cpu: Duration,
    /// Resident memory.
    pub resident_bytes: u64,
    /// The most that was ever resident.
    pub most_resident_bytes: u64,
}

/// What a process used between two looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Used {
    /// Processor time, user and system.
    pub cpu: Duration,
    /// Resident memory at the beginning.
    pub before_bytes: u64,
    /// Resident memory at the end.
    pub after_bytes: u64,
    /// The most that was ever resident.
    pub most_bytes: u64,
}

impl Process {
    /// Looks at a process.
    ///
    /// # Errors
    /// There is no such process, or the kernel does not tell.
    pub fn look(pid: u32) -> Result<Self, String> {
        let read = |name: &str| {
            let path = format!("/proc/{pid}/{name}");
            fs::read_to_string(&path).map_err(|error| format!("process {pid}: {path} cannot be read: {error}"))
        };
        Self::parse(&read("stat")?, &read("status")?)
            .ok_or_else(|| format!("process {pid}: the kernel's figures cannot be understood"))
    }

    fn parse(stat: &str, status: &str) -> Option<Self> {
        // The second field is the name in brackets and may hold blanks: fields are counted behind it.
        let (_, fields) = stat.rsplit_once(')')?;
        let mut fields = fields.split_whitespace().skip(11);
        let user: u64 = fields.next()?.parse().ok()?;
        let system: u64 = fields.next()?.parse().ok()?;
        let kib = |name: &str| -> Option<u64> {
            let line = status.lines().find_map(|line| line.strip_prefix(name))?;
            line.trim().trim_end_matches("kB").trim().parse().ok()
        };
        Some(Self {
            cpu: Duration::from_millis((user + system) * 1_000 / TICKS),
            resident_bytes: kib("VmRSS:")? * 1_024,
            most_resident_bytes: kib("VmHWM:")? * 1_024,
        })
    }

    /// What was used from this look until a later one.
    #[must_use]
    pub fn until(&self, later: &Self) -> Used {
        Used {
            cpu: later.cpu.saturating_sub(self.cpu),
            before_bytes: self.resident_bytes,
            after_bytes: later.resident_bytes,
            most_bytes: later.most_resident_bytes,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_blanks_and_brackets_does_not_shift_the_fields() {
        let stat = "42 (a ) b) S 1 2 3 4 5 6 7 8 9 10 150 50 0 0 20 0 9 0 1 2 3";
        let status = "Name:\ttestgen\nVmHWM:\t    2048 kB\nVmRSS:\t    1024 kB\n";
        let looked = Process::parse(stat, status);
        let expected = Process {
            cpu: Duration::from_secs(2),
            resident_bytes: 1 << 20,
            most_resident_bytes: 2 << 20,
        };
        assert_eq!(looked, Some(expected));
        assert_eq!(Process::parse("", ""), None);
    }

    #[test]
    fn a_process_that_is_not_there_is_named() {
        assert!(Process::look(u32::MAX).is_err_and(|told| told.contains("4294967295")));
    }
}
