#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::env::Environment;
use super::file::File;
use super::source::{CommandDefaults, Flags, Origin, Source};
use super::*;
use insta::assert_snapshot;

fn environment(variables: &[(&str, &str)]) -> Environment {
    Environment::of(variables.iter().copied())
}

/// What one source alone gives.
fn alone(source: &dyn Source) -> Result<Config, String> {
    load(&[source])
        .map(|loaded| loaded.config)
        .map_err(|mistakes| mistakes.to_string())
}

fn set(name: &str, value: &str) -> Result<Config, String> {
    let mut flags = Flags::default();
    flags.assign(&format!("{name}={value}"));
    alone(&flags)
}

#[test]
fn nothing_set_gives_the_defaults() {
    let loaded = load(&[&Environment::default()]).unwrap();
    assert_eq!(loaded.config, Config::default());
    assert!(loaded.origins.iter().all(|origin| *origin == Origin::Default));
}

#[test]
fn every_default_is_accepted_by_its_own_setting() {
    for setting in SETTINGS {
        let shown = setting.field.show(&Config::default());
        let mut config = Config::default();
        assert!(
            setting.field.set(&mut config, &shown),
            "{} does not accept its default {shown:?}",
            setting.name
        );
        assert_eq!(
            config,
            Config::default(),
            "{} does not read back what it shows",
            setting.name
        );
    }
}

#[test]
fn names_and_variables_are_unique() {
    let mut all: Vec<String> = SETTINGS.iter().flat_map(Setting::variables).collect();
    let count = all.len();
    all.sort();
    all.dedup();
    assert_eq!(all.len(), count);
}

#[test]
fn flags_win_over_the_environment_which_wins_over_the_file() {
    let mut flags = Flags::default();
    flags.set("--model", "ollama.model", "from-flag");
    let environment = environment(&[
        ("TESTGEN_OLLAMA_MODEL", "from-environment"),
        ("TESTGEN_OLLAMA_NUM_CTX", "4096"),
        ("PATH", "/bin"),
    ]);
    let file = File::of(
        "x.toml",
        "[ollama]\nmodel = 'from-file'\nnum_ctx = 2048\nthink = true\n",
    );
    let defaults = CommandDefaults(&[("log.level", "warn"), ("ollama.think", "false")]);
    let loaded = load(&[&flags, &environment, &file, &defaults]).unwrap();
    assert_eq!(loaded.config.ollama.model, "from-flag");
    assert_eq!(loaded.config.ollama.num_ctx.get(), 4096);
    assert!(loaded.config.ollama.think);
    assert_eq!(loaded.config.log.level, LevelFilter::WARN);
    let origin = |name: &str| {
        loaded
            .rows()
            .into_iter()
            .find(|row| row.name == name)
            .unwrap()
            .origin
            .to_string()
    };
    assert_eq!(origin("ollama.model"), "--model");
    assert_eq!(origin("ollama.num_ctx"), "TESTGEN_OLLAMA_NUM_CTX");
    assert_eq!(origin("ollama.think"), "x.toml: [ollama] think");
    assert_eq!(origin("log.level"), "default of this command");
}

#[test]
fn the_last_assignment_of_a_name_wins() {
    let mut flags = Flags::default();
    flags.assign("ollama.model=first");
    flags.assign("ollama.model=second");
    assert_eq!(alone(&flags).unwrap().ollama.model, "second");
}

#[test]
fn plain_names_are_understood_and_our_own_win_over_them() {
    let plain = environment(&[
        ("OLLAMA_SERVICE_HOST", "http://models:11434"),
        ("LOG_LEVEL", "WARNING"),
        ("LOG_FORMAT", "text"),
        ("ENVIRONMENT", "production"),
        ("SERVICE_VERSION", "1.2.3"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4317"),
    ]);
    let config = alone(&plain).unwrap();
    assert_eq!(config.ollama.urls[0].as_str(), "http://models:11434/");
    assert_eq!(
        config.log,
        Log {
            level: LevelFilter::WARN,
            format: LogFormat::Text,
            file: None,
        }
    );
    assert_eq!(
        (config.service.environment.as_str(), config.service.version.as_str()),
        ("production", "1.2.3")
    );
    assert_eq!(config.otel.endpoint.unwrap().as_str(), "http://collector:4317/");

    let both = environment(&[
        ("OLLAMA_SERVICE_HOST", "http://plain:1"),
        ("TESTGEN_OLLAMA_URL", "http://own:2"),
    ]);
    assert_eq!(alone(&both).unwrap().ollama.urls[0].as_str(), "http://own:2/");
}

#[test]
fn an_empty_variable_is_not_set() {
    let config = alone(&environment(&[
        ("TESTGEN_OLLAMA_URL", ""),
        ("OLLAMA_SERVICE_HOST", "ollama:11434"),
    ]))
    .unwrap();
    assert_eq!(config.ollama.urls[0].as_str(), "http://ollama:11434/");
}

#[test]
fn all_mistakes_are_listed_at_once() {
    let mut flags = Flags::default();
    flags.set("--backend", "backend", "chatgpt");
    flags.assign("generation.max_attempts=0");
    flags.assign("nonsense");
    let environment = environment(&[
        ("TESTGEN_OLLAMA_URI", "http://x"),
        ("TESTGEN_SERVER_DRAIN", "20"),
        ("LOG_LEVEL", "loud"),
        ("OLLAMA_SERVICE_HOST", "ftp://models"),
    ]);
    let file = File::of(
        "testgen.toml",
        "backend = 'rules'\nlisten = '0.0.0.0:1'\n[server]\nlistne = 'x'\ndrain = 2.5\nmax_request_bytes = '2 GB'\n",
    );
    let mistakes = load(&[&flags, &environment, &file]).unwrap_err();
    assert_snapshot!(mistakes, @r#"
    11 settings are wrong:
      --backend: accepts auto, ollama, openai or rules, not "chatgpt"
      --set nonsense: there is no such setting; `testgen config list` shows all of them
      --set generation.max_attempts: accepts a whole number from 1 to 10, not "0"
      OLLAMA_SERVICE_HOST (ollama.url): accepts an http or https URL such as http://localhost:11434, or several with commas between them, not "ftp://models"
      TESTGEN_SERVER_DRAIN (server.drain): accepts a time from 0s to 1h with its unit: ms, s, m or h, not "20"
      LOG_LEVEL (log.level): accepts off, error, warn, info, debug or trace, not "loud"
      TESTGEN_OLLAMA_URI: there is no such setting; did you mean TESTGEN_OLLAMA_URL?
      testgen.toml: listen: there is no such setting; did you mean [server] listen?
      testgen.toml: [server] drain (server.drain): accepts a time from 0s to 1h with its unit: ms, s, m or h, not the decimal number 2.5
      testgen.toml: [server] listne: there is no such setting; did you mean [server] listen?
      testgen.toml: [server] max_request_bytes (server.max_request_bytes): accepts a number of bytes from 1 KiB to 64 MiB: B, KiB or MiB, not "2 GB"
    "#);
}

#[test]
fn a_value_of_the_wrong_kind_is_refused_with_its_key() {
    let file = File::of(
        "t.toml",
        "backend = true\n[ollama]\nurl = 3\nmodel = 5\nnum_ctx = '4096'\nkeep_alive = 300\nthink = 'yes'\n\
         schema = 1\n[generation]\nmax_attempts = 2.0\nidle_timeout = [30]\n[server]\nlisten = 50051\n\
         drain = 1979-05-27\n[log.level]\nx = 1\n[service]\nname = { a = 1 }\nversion = 1.2\n[nothing]\n",
    );
    assert_snapshot!(alone(&file).unwrap_err());
}

#[test]
fn a_value_of_the_right_kind_is_accepted() {
    let file = File::of(
        "t.toml",
        "backend = 'rules'\n[ollama]\nnum_ctx = 4096\nkeep_alive = 0\nthink = true\n[server]\ndrain = '5s'\n\
         max_request_bytes = 65536\nmax_header_bytes = '8 KiB'\n\
         allowed_origins = ['https://a.example', 'http://localhost:8080']\n[log]\n[service]\nversion = '1.2'\n",
    );
    let config = alone(&file).unwrap();
    assert_eq!(config.ollama.num_ctx.get(), 4096);
    assert_eq!(config.ollama.keep_alive, KeepAlive::For(Duration::ZERO));
    assert_eq!(config.server.max_request_bytes.get(), 65_536);
    assert_eq!(
        config.server.allowed_origins,
        AllowedOrigins::Listed(vec!["https://a.example".to_owned(), "http://localhost:8080".to_owned()])
    );
    assert_eq!(config.service.version, "1.2");
}

#[test]
fn an_ensemble_is_two_models_or_none() {
    let models = |value: &str| set("model_policy.ensemble", value).map(|config| config.model_policy.ensemble);
    assert_eq!(models(" a:1b ,b:2b ").unwrap(), ["a:1b", "b:2b"]);
    assert!(models("").unwrap().is_empty());
    for wrong in [
        "a",
        "a, a",
        "a, b, c",
        "a, a:latest",
        "a:1, A:1",
        "a, auto",
        "Ensemble, a",
    ] {
        let told = models(wrong).unwrap_err();
        assert!(told.contains("accepts the names of two models"), "{told}");
    }
}

#[test]
fn origins_are_bare_or_refused() {
    let origins = |text: &str| {
        set("server.allowed_origins", text)
            .map(|config| config.server.allowed_origins)
            .ok()
    };
    let listed = |names: &[&str]| Some(AllowedOrigins::Listed(names.iter().map(ToString::to_string).collect()));
    assert_eq!(origins("*"), Some(AllowedOrigins::Any));
    assert_eq!(origins(""), listed(&[]));
    assert_eq!(
        origins("https://A.example:443, http://b:81/"),
        listed(&["https://a.example", "http://b:81"])
    );
    for wrong in [
        "a.example",
        "https://a.example/x",
        "https://me@a.example",
        "file:///x",
        "https://a, *",
        "null",
    ] {
        assert_eq!(origins(wrong), None, "{wrong}");
    }
}

#[test]
fn tls_needs_both_files() {
    for (one, other) in [
        ("server.tls_cert", "server.tls_key"),
        ("server.tls_key", "server.tls_cert"),
    ] {
        let said = set(one, "/etc/testgen/tls.pem").unwrap_err();
        assert!(said.contains(&format!("{other}: must be set too")), "{said}");
    }
}

#[test]
fn a_broken_or_missing_file_is_one_clear_mistake() {
    assert_snapshot!(alone(&File::of("a.toml", "[ollama]\nurl = 'x\n")).unwrap_err(), @"
    1 setting is wrong:
      a.toml: line 2: invalid literal string, expected `'`
    ");
    let missing = alone(&File::read(std::path::Path::new("/nonexistent/testgen.toml"))).unwrap_err();
    assert!(
        missing.contains("/nonexistent/testgen.toml: cannot be read: "),
        "{missing}"
    );
}

#[test]
fn the_example_file_of_the_deployment_is_accepted() {
    let config = alone(&File::of("testgen.toml", include_str!("../../deploy/testgen.toml"))).unwrap();
    assert_eq!(config.service.environment, "production");
}

#[test]
fn settings_that_contradict_each_other_are_named() {
    assert_snapshot!(set("story.min_chars", "501").unwrap_err(), @"
    1 setting is wrong:
      story.min_chars: must not be greater than story.max_chars
    ");
}

#[test]
fn a_password_in_a_url_is_shown_nowhere() {
    let mut flags = Flags::default();
    flags.assign("ollama.url=http://me:very-secret@models:11434");
    let loaded = load(&[&flags]).unwrap();
    assert_eq!(loaded.config.ollama.urls[0].password(), Some("very-secret"));
    assert!(loaded.rows().iter().all(|row| !row.value.contains("very-secret")));
    assert!(
        !set("ollama.url", "ftp://me:very-secret@models")
            .unwrap_err()
            .contains("very-secret")
    );
}

#[test]
fn several_hosts_are_a_list() {
    let hosts = |config: Config| config.ollama.urls.iter().map(ToString::to_string).collect::<Vec<_>>();
    let two = ["http://one:11434", "https://two/ollama"];
    assert_eq!(
        hosts(set("ollama.url", "one:11434, https://me:pw@two/ollama/").unwrap()),
        two
    );
    let file = File::of("t.toml", "[ollama]\nurl = ['http://one:11434', 'https://two/ollama']\n");
    assert_eq!(hosts(alone(&file).unwrap()), two);
    assert_eq!(
        hosts(alone(&environment(&[("OLLAMA_SERVICE_HOST", "one:11434,https://two/ollama")])).unwrap()),
        two
    );
    for wrong in ["http://one,", ",", "http://one, ftp://two", "one:1, http://one:1"] {
        assert!(set("ollama.url", wrong).is_err(), "{wrong}");
    }
}

#[test]
fn a_key_is_shown_nowhere() {
    let secret = "sk-very-secret";
    let loaded = load(&[&environment(&[("TESTGEN_OPENAI_API_KEY", secret)])]).unwrap();
    assert_eq!(loaded.config.openai.api_key.as_ref().unwrap().expose(), secret);
    let row = loaded
        .rows()
        .into_iter()
        .find(|row| row.name == "openai.api_key")
        .unwrap();
    assert_eq!(row.value, "********");
    assert!(!format!("{loaded:?}").contains(secret));
    for wrong in [
        format!("{secret} with blanks"),
        format!("{secret}\u{e9}"),
        secret.repeat(80),
    ] {
        let said = set("openai.api_key", &wrong).unwrap_err();
        assert!(
            said.contains("openai.api_key: accepts a key") && !said.contains(secret),
            "{said}"
        );
    }
    let said = alone(&File::of("t.toml", "[openai]\napi_key = ['sk-very-secret']\n")).unwrap_err();
    assert!(said.contains("[openai] api_key") && !said.contains(secret), "{said}");
}

#[test]
fn times_and_sizes_need_units_that_cannot_be_misread() {
    let drain = |text: &str| {
        set("server.drain", text)
            .map(|config| config.server.drain.as_millis())
            .ok()
    };
    assert_eq!(drain("250ms"), Some(250));
    assert_eq!(drain("20s"), Some(20_000));
    assert_eq!(drain("2 m"), Some(120_000));
    assert_eq!(drain("1h"), Some(3_600_000));
    assert_eq!(drain("0"), Some(0));
    for wrong in ["20", "-1s", "1.5s", "s", "", "2h", "99999999999999999999h", "1d", "१s"] {
        assert_eq!(drain(wrong), None, "{wrong}");
    }
    let size = |text: &str| {
        set("server.max_request_bytes", text)
            .map(|c| c.server.max_request_bytes.get())
            .ok()
    };
    assert_eq!(size("1024"), Some(1_024));
    assert_eq!(size("64 KiB"), Some(65_536));
    assert_eq!(size("1_048_576 B"), Some(1 << 20));
    for wrong in [
        "1023",
        "1 KB",
        "1 GB",
        "64 MiBs",
        "65 MiB",
        "_1",
        "18446744073709551615 MiB",
    ] {
        assert_eq!(size(wrong), None, "{wrong}");
    }
    let keep = |text: &str| {
        set("ollama.keep_alive", text)
            .map(|config| config.ollama.keep_alive)
            .ok()
    };
    assert_eq!(keep("Forever"), Some(KeepAlive::Forever));
    assert_eq!(keep("0"), Some(KeepAlive::For(Duration::ZERO)));
    assert_eq!(keep("-1"), None);
}

#[test]
fn addresses_and_urls() {
    let listen = |text: &str| {
        set("server.listen", text)
            .map(|config| config.server.listen.to_string())
            .ok()
    };
    assert_eq!(listen("localhost:1").as_deref(), Some("127.0.0.1:1"));
    assert_eq!(listen("[::1]:50051").as_deref(), Some("[::1]:50051"));
    assert_eq!(listen("50051"), None);
    assert_eq!(listen("localhost:70000"), None);
    let url = |text: &str| {
        set("ollama.url", text)
            .map(|config| config.ollama.urls[0].to_string())
            .ok()
    };
    assert_eq!(
        url("https://models.example/ollama").as_deref(),
        Some("https://models.example/ollama")
    );
    for wrong in ["", "http://", "file:///etc/passwd", "http://a b", "unix:///run/x"] {
        assert_eq!(url(wrong), None, "{wrong}");
    }
}

#[test]
fn the_listing_shows_every_setting() {
    let rows = load(&[&environment(&[("LOG_LEVEL", "debug")])]).unwrap().rows();
    let lines: Vec<String> = rows
        .iter()
        .map(|row| format!("{} = {} ({})", row.name, row.value, row.origin))
        .collect();
    assert_snapshot!(lines.join("\n"));
}
