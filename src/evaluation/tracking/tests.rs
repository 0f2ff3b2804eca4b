#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::fake::{FakeMlflow, Fault};
use super::record::Record;
use super::sending::Outcome;
use super::spool::{Spool, Turn};
use super::{keep, send};
use crate::config::Mlflow;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

/// A spool of its own, which goes with it.
struct Trial {
    config: Mlflow,
    folder: PathBuf,
}

impl Trial {
    fn at(url: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("testgen-mlflow-{}", uuid::Uuid::now_v7()));
        let config = Mlflow {
            tracking_url: Some(url.parse().unwrap()),
            experiment: "trials".to_owned(),
            spool: folder.clone(),
            timeout: Duration::from_secs(5),
            ..Mlflow::default()
        };
        Self { config, folder }
    }

    fn keep(&self, records: &[Record]) {
        keep(&self.config, records).unwrap();
    }

    async fn send(&self) -> Outcome {
        send(&self.config).await
    }
}

impl Drop for Trial {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// The server has exactly this run, once and whole.
fn is_whole(mlflow: &FakeMlflow, record: &Record) {
    let store = mlflow.store();
    let found: Vec<_> = store.runs.iter().filter(|run| run.name == record.name).collect();
    assert_eq!(found.len(), 1, "{}", record.name);
    let run = found[0];
    assert_eq!(run.params, record.params);
    let points: Vec<_> = record
        .metrics
        .iter()
        .map(|point| (point.key.clone(), point.value, point.step))
        .collect();
    assert_eq!(run.metrics, points);
    let files: Vec<_> = record.files.iter().map(|file| (&file.name, &file.text)).collect();
    assert_eq!(run.files.iter().collect::<Vec<_>>(), files);
    assert_eq!((run.status.as_str(), run.end_time), ("FINISHED", record.ended_ms));
    assert_eq!(run.tags["mlflow.source.name"], "testgen evaluate");
}

#[tokio::test]
async fn a_run_arrives_whole_in_batches_that_the_server_takes() {
    let mlflow = FakeMlflow::start().await;
    let trial = Trial::at(&mlflow.url);
    // Parameters need three requests, figures three.
    let record = Record::sample("large", 250, 2_500);
    trial.keep(std::slice::from_ref(&record));
    let outcome = trial.send().await;
    assert_eq!((outcome.kept, outcome.warnings.len()), (0, 0), "{outcome:?}");
    assert_eq!(
        outcome.arrived[0].page,
        format!("{}/#/experiments/0/runs/run0", mlflow.url)
    );
    is_whole(&mlflow, &record);
    let batches = |store: &super::fake::Store| store.requests.iter().filter(|one| one.ends_with("log-batch")).count();
    assert_eq!(batches(&mlflow.store()), 6);
    assert_eq!(mlflow.store().experiments, ["trials"]);
    assert_eq!(trial.send().await, Outcome::default(), "nothing is left to be sent");
}

#[tokio::test]
async fn whatever_fails_in_the_middle_is_mended_without_doubling_anything() {
    for path in [
        "get-by-name",
        "experiments/create",
        "runs/search",
        "runs/create",
        "log-batch",
        "artifacts/0",
        "runs/update",
    ] {
        for fault in [Fault::Before, Fault::After] {
            for after in [0, 1] {
                let mlflow = FakeMlflow::start().await;
                let trial = Trial::at(&mlflow.url);
                mlflow.fault(path, after, fault);
                let record = Record::sample("once", 120, 1_200);
                trial.keep(std::slice::from_ref(&record));
                let outcome = trial.send().await;
                assert_eq!(
                    (outcome.kept, outcome.warnings.len()),
                    (0, 0),
                    "{path} {fault:?} {outcome:?}"
                );
                is_whole(&mlflow, &record);
            }
        }
    }
}

#[tokio::test]
async fn a_process_that_ends_between_two_steps_leaves_what_the_next_one_finishes() {
    for path in ["log-batch", "artifacts/0", "runs/update"] {
        let mlflow = FakeMlflow::start().await;
        let trial = Trial::at(&mlflow.url);
        let record = Record::sample("broken off", 10, 2_100);
        trial.keep(std::slice::from_ref(&record));
        // One batch passes, and then nothing does, however often it is tried: as if the process had ended there.
        let passes = usize::from(path == "log-batch");
        for _ in 0..3 {
            mlflow.fault(path, 0, Fault::Before);
        }
        mlflow.store().faults[0].1 = passes;
        let outcome = trial.send().await;
        assert_eq!((outcome.kept, outcome.arrived.len()), (1, 0), "{path}");
        assert!(outcome.warnings[0].contains("503"), "{outcome:?}");
        assert_eq!(mlflow.store().runs.len(), 1);
        assert_eq!(mlflow.store().runs[0].status, "RUNNING");
        let outcome = trial.send().await;
        assert_eq!((outcome.kept, outcome.arrived.len()), (0, 1), "{path} {outcome:?}");
        is_whole(&mlflow, &record);
    }
}

#[tokio::test]
async fn a_server_that_is_away_loses_nothing_and_holds_nobody_up() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let mut trial = Trial::at(&url);
    let records = [Record::sample("one", 1, 1), Record::sample("two", 1, 1)];
    trial.keep(&records);
    let began = std::time::Instant::now();
    let outcome = trial.send().await;
    assert_eq!(
        (outcome.kept, outcome.warnings.len()),
        (2, 1),
        "the second is not even tried"
    );
    assert!(outcome.warnings[0].ends_with("connection refused"), "{outcome:?}");
    assert!(began.elapsed() < Duration::from_secs(10));
    let mlflow = FakeMlflow::start().await;
    trial.config.tracking_url = Some(mlflow.url.parse().unwrap());
    assert_eq!(trial.send().await.arrived.len(), 2);
    records.iter().for_each(|record| is_whole(&mlflow, record));
}

#[tokio::test]
async fn a_server_that_never_answers_is_left_after_so_many_tries() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mut trial = Trial::at(&format!("http://{}", listener.local_addr().unwrap()));
    trial.config.timeout = Duration::from_millis(50);
    trial.keep(&[Record::sample("one", 1, 1)]);
    let outcome = trial.send().await;
    assert_eq!(outcome.kept, 1);
    assert!(outcome.warnings[0].contains("no answer in time"), "{outcome:?}");
}

#[tokio::test]
async fn what_one_run_is_refused_for_does_not_keep_the_others() {
    let mlflow = FakeMlflow::start().await;
    let trial = Trial::at(&mlflow.url);
    mlflow.fault("runs/create", 0, Fault::Refuses);
    let records = [Record::sample("refused", 1, 1), Record::sample("fine", 1, 1)];
    trial.keep(&records);
    fs::write(trial.folder.join("zzz.json"), "{}").unwrap();
    let outcome = trial.send().await;
    assert_eq!((outcome.kept, outcome.arrived.len()), (2, 1), "{outcome:?}");
    assert!(outcome.warnings[0].contains("does not take refused: 400 INVALID_PARAMETER_VALUE not so"));
    assert!(outcome.warnings[1].contains("zzz.json: is no run that was kept"));
    is_whole(&mlflow, &records[1]);
}

#[tokio::test]
async fn a_door_that_is_closed_is_told_with_the_setting_and_without_the_key() {
    let mlflow = FakeMlflow::start().await;
    let mut trial = Trial::at(&mlflow.url.replace("http://", "http://me:hidden-word@"));
    trial.keep(&[Record::sample("one", 1, 1)]);
    mlflow.fault("get-by-name", 0, Fault::Closed);
    let outcome = trial.send().await;
    assert!(outcome.warnings[0].contains("403 (mlflow.token"), "{outcome:?}");
    assert_eq!(mlflow.store().requests.len(), 1, "it is not tried again");
    assert_eq!(mlflow.store().authorizations[0], "Basic bWU6aGlkZGVuLXdvcmQ=");
    trial.config.token = Some(crate::backend::masked::Secret::new("hidden-token"));
    let arrived = trial.send().await;
    assert_eq!(mlflow.store().authorizations[1], "Bearer hidden-token");
    let shown = format!("{outcome:?} {arrived:?} {:?}", trial.config);
    assert!(!shown.contains("hidden-"), "{shown}");
}

#[tokio::test]
async fn a_server_that_keeps_no_files_gets_the_figures_and_somebody_is_told() {
    let mlflow = FakeMlflow::start().await;
    mlflow.store().files_at = Some("/srv/mlruns/0/run0/artifacts");
    let trial = Trial::at(&mlflow.url);
    trial.keep(&[Record::sample("one", 1, 3)]);
    let outcome = trial.send().await;
    assert_eq!((outcome.kept, outcome.arrived.len(), outcome.warnings.len()), (0, 1, 1));
    let store = mlflow.store();
    assert_eq!((store.runs[0].metrics.len(), store.runs[0].files.len()), (3, 0));
}

#[tokio::test]
async fn a_part_waits_for_the_run_above_it_and_a_run_that_somebody_deleted_stays_deleted() {
    let mlflow = FakeMlflow::start().await;
    let trial = Trial::at(&mlflow.url);
    let above = Record::sample("above", 1, 1);
    let mut part = Record::sample("part", 1, 1);
    part.parent = Some(above.key.clone());
    trial.keep(&[above.clone(), part.clone()]);
    mlflow.fault("runs/create", 0, Fault::Refuses);
    let outcome = trial.send().await;
    assert_eq!(outcome.kept, 2, "{outcome:?}");
    assert_eq!(trial.send().await.arrived.len(), 2);
    assert_eq!(mlflow.store().runs[1].tags["mlflow.parentRunId"], "run0");
    // Sent again, as if the file had not been removed.
    mlflow.store().runs[0].deleted = true;
    trial.keep(&[above, part]);
    let outcome = trial.send().await;
    assert_eq!((outcome.kept, outcome.arrived.len()), (0, 1), "{outcome:?}");
    let store = mlflow.store();
    assert_eq!((store.runs.len(), store.runs[1].metrics.len()), (2, 1));
}

#[tokio::test]
async fn two_processes_do_not_send_at_once() {
    let mlflow = FakeMlflow::start().await;
    let trial = Trial::at(&mlflow.url);
    let record = Record::sample("one", 1, 1);
    trial.keep(std::slice::from_ref(&record));
    let Ok(Turn::Ours(lock)) = Spool::at(&trial.folder).turn() else {
        panic!("nobody sends, so it is our turn");
    };
    // Silent for an hour, as behind a slow server or on a machine that slept: its turn it is still.
    let long_ago = std::time::SystemTime::now() - Duration::from_secs(3_600);
    let file = fs::File::options()
        .append(true)
        .open(trial.folder.join("sending"))
        .unwrap();
    file.set_modified(long_ago).unwrap();
    let outcome = trial.send().await;
    assert_eq!((outcome.kept, mlflow.store().requests.len()), (1, 0));
    assert!(outcome.warnings[0].contains("another process is sending"));
    // The system gives it back, whatever the file says; that there is one says nothing.
    drop(lock);
    assert!(trial.folder.join("sending").exists());
    assert_eq!(trial.send().await.arrived.len(), 1);
    is_whole(&mlflow, &record);
}

#[test]
fn of_many_who_come_at_once_one_sends() {
    let folder = std::env::temp_dir().join(format!("testgen-mlflow-{}", uuid::Uuid::now_v7()));
    let turn = || Spool::at(&folder).turn().unwrap();
    assert!(
        matches!(turn(), Turn::Idle),
        "without a folder there is nothing to send"
    );
    assert!(!folder.exists());
    fs::create_dir_all(&folder).unwrap();
    for round in 0..20 {
        // What a process left that is dead, and what an earlier version took for a lock.
        fs::write(folder.join("sending"), "1").unwrap();
        let long_ago = std::time::SystemTime::now() - Duration::from_secs(3_600);
        let left = fs::File::options().append(true).open(folder.join("sending")).unwrap();
        left.set_modified(long_ago).unwrap();
        let start = std::sync::Barrier::new(16);
        let ours = std::thread::scope(|scope| {
            let come = || {
                start.wait();
                turn()
            };
            let all: Vec<_> = (0..16).map(|_| scope.spawn(come)).collect();
            // Nobody's turn ends before all have come.
            let turns: Vec<Turn> = all.into_iter().map(|one| one.join().unwrap()).collect();
            turns.iter().filter(|turn| matches!(turn, Turn::Ours(_))).count()
        });
        assert_eq!(ours, 1, "round {round}");
    }
    fs::remove_dir_all(&folder).unwrap();
}
