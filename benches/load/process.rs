//! The service and the relay as processes of their own, so that what they use is theirs alone; figures from the kernel
//! (Linux).

use std::fs;
use std::net::TcpListener;
use std::process::Stdio;
use std::time::Duration;
use testgen::rpc::pb::test_gen_client::TestGenClient;
use tokio::process::{Child, Command};
use tonic::transport::Channel;

/// A process that listens on a port of the loopback address.
pub struct Process {
    child: Child,
    pub pid: u32,
    pub url: String,
}

/// What a process used and holds.
#[derive(Clone, Copy, Debug, Default)]
pub struct Look {
    pub cpu: Duration,
    pub resident: u64,
    pub most_resident: u64,
    pub files: usize,
}

impl Process {
    /// The service with these settings, asking this model server.
    pub async fn service(model: &str, settings: &[&str]) -> Self {
        let port = free_port();
        let mut command = Command::new(env!("CARGO_BIN_EXE_testgen"));
        command
            .arg("serve")
            .env("TESTGEN_SERVER_LISTEN", format!("127.0.0.1:{port}"))
            .env("TESTGEN_OLLAMA_URL", model)
            .current_dir(std::env::temp_dir());
        for setting in settings {
            command.args(["--set", setting]);
        }
        Self::start(command, port).await
    }

    /// The bare relay before this model server.
    pub async fn relay(model: &str) -> Self {
        let port = free_port();
        let mut command = Command::new(std::env::current_exe().expect("this program"));
        command.args(["relay", &port.to_string(), model]);
        Self::start(command, port).await
    }

    async fn start(mut command: Command, port: u16) -> Self {
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("the process starts");
        let pid = child.id().expect("a process id");
        let url = format!("http://127.0.0.1:{port}");
        let process = Self { child, pid, url };
        for _ in 0..200 {
            if TestGenClient::connect(process.url.clone()).await.is_ok() {
                return process;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("nothing listens on {}", process.url);
    }

    /// So many connections to it.
    pub async fn connections(&self, count: usize) -> Vec<TestGenClient<Channel>> {
        let mut clients = Vec::new();
        for _ in 0..count {
            let client = TestGenClient::connect(self.url.clone()).await.expect("a connection");
            clients.push(client.max_decoding_message_size(16 << 20));
        }
        clients
    }

    pub fn look(&self) -> Look {
        let read = |name: &str| fs::read_to_string(format!("/proc/{}/{name}", self.pid)).unwrap_or_default();
        let stat = read("stat");
        let ticks: u64 = stat
            .rsplit_once(')')
            .map(|(_, fields)| {
                let fields: Vec<&str> = fields.split_whitespace().collect();
                let of = |at: usize| fields.get(at).and_then(|field| field.parse::<u64>().ok()).unwrap_or(0);
                of(11) + of(12)
            })
            .unwrap_or(0);
        let status = read("status");
        let bytes = |name: &str| -> u64 {
            let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or("0");
            line.trim().trim_end_matches("kB").trim().parse::<u64>().unwrap_or(0) * 1_024
        };
        Look {
            cpu: Duration::from_millis(ticks * 10),
            resident: bytes("VmRSS:"),
            most_resident: bytes("VmHWM:"),
            files: fs::read_dir(format!("/proc/{}/fd", self.pid)).map_or(0, Iterator::count),
        }
    }

    /// Ends it as an operator would; its exit code.
    pub async fn terminate(mut self) -> Option<i32> {
        let _ = Command::new("kill")
            .args(["-TERM", &self.pid.to_string()])
            .status()
            .await;
        let ended = tokio::time::timeout(Duration::from_secs(60), self.child.wait()).await;
        ended.ok()?.ok()?.code()
    }
}

/// A port that nobody listens on.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("an address").port()
}
