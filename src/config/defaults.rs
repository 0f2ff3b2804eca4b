//! What every setting is where nobody says otherwise.

use super::*;

impl Default for Config {
    fn default() -> Self {
        Self {
            backend: BackendChoice::Auto,
            ollama: Ollama::default(),
            openai: OpenAi::default(),
            generation: Generation::default(),
            prompt: Prompt::default(),
            retrieval: Retrieval::default(),
            story: story::Limits::default(),
            privacy: privacy::Config::default(),
            coverage: Coverage { boundary_values: 2 },
            server: Server::default(),
            log: Log {
                level: LevelFilter::INFO,
                format: LogFormat::Json,
                file: None,
            },
            service: Service {
                name: "testgen".to_owned(),
                environment: "development".to_owned(),
                version: env!("CARGO_PKG_VERSION").to_owned(),
            },
            otel: Otel {
                endpoint: None,
                timeout: Duration::from_secs(3),
                metrics_interval: Duration::from_secs(15),
                content: false,
            },
            cost: Cost {
                monthly: 100.0,
                requests_a_day: literal(5_000),
                input_tokens: 0.0,
                output_tokens: 0.0,
            },
            model_policy: ModelPolicy::default(),
            mlflow: Mlflow::default(),
            experiment: Experiment::default(),
        }
    }
}

impl Default for Ollama {
    fn default() -> Self {
        Self {
            urls: vec![literal_url("http://localhost:11434")],
            model: "llama3.2:1b".to_owned(),
            num_ctx: literal(8_192),
            keep_alive: KeepAlive::For(Duration::from_secs(300)),
            think: false,
            schema: true,
            connect_timeout: Duration::from_secs(2),
            probe_timeout: Duration::from_secs(2),
            probe_interval: Duration::from_secs(10),
            failures_to_open: literal(3),
            open_time: Duration::from_secs(10),
            retries: 2,
            retry_pause: Duration::from_millis(200),
            pull: PullChoice::Never,
            leak_after: Duration::from_secs(60),
        }
    }
}

impl Default for OpenAi {
    fn default() -> Self {
        Self {
            url: None,
            model: String::new(),
            api_key: None,
            schema: true,
            context_tokens: literal(8_192),
            connect_timeout: Duration::from_secs(2),
            probe_timeout: Duration::from_secs(2),
            probe_interval: Duration::from_secs(10),
        }
    }
}

impl Default for Generation {
    fn default() -> Self {
        Self {
            max_attempts: literal(3),
            first_token_timeout: Duration::from_secs(120),
            idle_timeout: Duration::from_secs(30),
            lifetime: Duration::from_secs(300),
            deadline_margin: Duration::from_millis(250),
            max_answer_bytes: literal(512 << 10),
            max_log_bytes: literal(4 << 20),
            max_total_bytes: literal(512 << 20),
            heartbeat: Duration::from_secs(15),
            max_running: literal(64),
            max_queued: 256,
            max_per_caller: literal(160),
            resume_grace: Duration::from_secs(30),
            keep_finished: Duration::from_secs(300),
            max_finished: 256,
        }
    }
}

impl Default for Server {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 50_051)),
            operator_listen: Some(DEFAULT_OPERATOR_LISTEN),
            max_request_bytes: literal(1 << 20),
            max_header_bytes: literal(16 << 10),
            max_concurrent_streams: literal(256),
            drain: Duration::from_secs(20),
            slow_call: Duration::from_secs(5),
            keepalive_interval: Duration::from_secs(30),
            keepalive_timeout: Duration::from_secs(10),
            allowed_origins: AllowedOrigins::Listed(Vec::new()),
            tls_cert: None,
            tls_key: None,
            reflection: true,
        }
    }
}

/// A default that is written above; a zero would become one.
const fn literal(number: usize) -> NonZeroUsize {
    match NonZeroUsize::new(number) {
        Some(number) => number,
        None => NonZeroUsize::MIN,
    }
}

/// A default that is written above; the tests build every default.
#[expect(clippy::expect_used, reason = "the text is a literal of this file")]
pub(super) fn literal_url(text: &str) -> ServerUrl {
    text.parse().expect("a literal URL")
}
