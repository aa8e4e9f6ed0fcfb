//! Every value's verdict against that of a real API server.
//!
//! The tables are read from `$VERDICTS_DIR`, else from `shared/verdicts` beside the workspace, else from
//! `tests/verdicts` in it; without any, the test says that it skipped. A row may differ only where a rule that is
//! named as stricter refuses what the server accepts.

use serde_json::Value;
use statefulapp_core::value::*;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::str::FromStr;

type Verdict = Result<(), ValueError>;

/// What is wrong with a table's rows; empty if the test can pass.
#[derive(Default)]
struct Report {
    faults: String,
}

fn tables() -> Option<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let given = std::env::var_os("VERDICTS_DIR").map(PathBuf::from);
    let beside = ["../../shared/verdicts", "../../../shared/verdicts", "../tests/verdicts"].map(|path| here.join(path));
    given.into_iter().chain(beside).find(|path| path.is_dir())
}

fn rows(directory: &Path, table: &str) -> Vec<Value> {
    let path = directory.join(format!("{table}.jsonl"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    text.lines().map(|line| serde_json::from_str(line).expect("a row is JSON")).collect()
}

fn accepts(row: &Value) -> bool {
    row["verdict"] == "accept"
}

fn parse<T: FromStr<Err = ValueError>>(text: &str) -> Verdict {
    text.parse::<T>().map(drop)
}

impl Report {
    /// Compares; `ours` gives nothing for a row that is not about the value.
    fn table(
        &mut self,
        directory: &Path,
        table: &str,
        server: fn(&Value) -> bool,
        ours: impl Fn(&Value) -> Option<Verdict>,
    ) {
        let (mut agree, mut count, mut stricter) = (0, 0, BTreeMap::new());
        for row in rows(directory, table) {
            let Some(verdict) = ours(&row) else { continue };
            count += 1;
            if let Err(error) = &verdict {
                assert!(RULES.iter().any(|(id, ..)| *id == error.rule), "no such rule: {error:?}");
                assert!(!error.message.is_empty() && !error.help.is_empty(), "{error:?}");
            }
            match (server(&row), verdict) {
                (true, Ok(())) | (false, Err(_)) => agree += 1,
                (false, Ok(())) => drop(writeln!(self.faults, "{table}: looser: {row}")),
                (true, Err(error)) if error.strictness() == Strictness::Stricter => {
                    *stricter.entry(error.rule).or_insert(0) += 1;
                }
                (true, Err(error)) => drop(writeln!(self.faults, "{table}: refused: {error:?}: {row}")),
            }
        }
        assert!(count > 0, "{table} has no rows");
        let rules: Vec<String> = stricter.iter().map(|(rule, n)| format!("{rule}: {n}")).collect();
        println!(
            "{table} agree {agree} of {count}, stricter {} ({})",
            stricter.values().sum::<i32>(),
            rules.join(", ")
        );
    }

    fn text<T: FromStr<Err = ValueError>>(&mut self, directory: &Path, table: &str) {
        self.table(directory, table, accepts, |row| row["value"].as_str().map(parse::<T>));
    }
}

/// Runs `check` over the tables, or says that there are none.
fn against_the_server(check: impl Fn(&Path, &mut Report)) {
    let Some(directory) = tables() else {
        println!("skipped: no tables of verdicts, set VERDICTS_DIR");
        return;
    };
    let mut report = Report::default();
    check(&directory, &mut report);
    assert!(report.faults.is_empty(), "\n{}", report.faults);
}

#[test]
fn quantities() {
    against_the_server(|directory, report| {
        report.text::<StorageSize>(directory, "storage-quantity");
        report.text::<CpuAmount>(directory, "cpu-quantity");
        report.text::<MemoryAmount>(directory, "memory-quantity");
        for table in ["storage-quantity", "cpu-quantity", "memory-quantity"] {
            for row in rows(directory, table).iter().filter(|row| accepts(row)) {
                let Ok(quantity) = row["value"].as_str().unwrap_or_default().parse::<Quantity>() else { continue };
                assert_eq!(quantity.canonical(), row["canonical"].as_str().unwrap_or_default(), "{table}: {row}");
            }
        }
    });
}

#[test]
fn requests_and_limits() {
    fn pair<T: FromStr<Err = ValueError> + PartialOrd>(row: &Value) -> Option<Verdict> {
        let side = |name: &str| row["value"][name].as_str().map(str::parse::<T>).transpose();
        Some(match (side("request"), side("limit")) {
            (Err(error), _) | (_, Err(error)) => Err(error),
            // Stands for the rule of the model, which compares the amounts.
            (Ok(Some(request)), Ok(Some(limit))) if request > limit => Err(ValueError {
                rule: "resource-negative",
                message: "the limit minus the request is negative".to_owned(),
                help: "write a limit of at least the request".to_owned(),
            }),
            _ => Ok(()),
        })
    }
    against_the_server(|directory, report| {
        report.table(directory, "request-limit-cpu", accepts, pair::<CpuAmount>);
        report.table(directory, "request-limit-memory", accepts, pair::<MemoryAmount>);
        // A claim's limit is not compared with its request, and may be any amount.
        report.table(directory, "request-limit-storage", accepts, |row| {
            let limit = row["value"]["limit"].as_str().map_or(Ok(()), parse::<Quantity>);
            row["value"]["request"].as_str().map(|request| parse::<StorageSize>(request).and(limit))
        });
    });
}

#[test]
fn names() {
    const LABELS: [&str; 6] =
        ["service-name", "namespace-name", "vct-name", "container-name", "init-container-name", "volume-name"];
    const SUBDOMAINS: [&str; 5] =
        ["configmap-name", "secret-name", "serviceaccount-name", "pvc-name", "networkpolicy-name"];
    against_the_server(|directory, report| {
        report.text::<AppName>(directory, "statefulset-name");
        LABELS.iter().for_each(|table| report.text::<Label>(directory, table));
        SUBDOMAINS.iter().for_each(|table| report.text::<Subdomain>(directory, table));
        // "" means the default there.
        report.table(directory, "sts-service-name-field", accepts, |row| {
            row["value"].as_str().filter(|text| !text.is_empty()).map(parse::<Label>)
        });
        report.table(directory, "service-account-name-field", accepts, |row| {
            row["value"].as_str().filter(|text| !text.is_empty()).map(parse::<Subdomain>)
        });
        report.text::<CronJobName>(directory, "cronjob-name");
        report.text::<PdbName>(directory, "pdb-name");
        report.text::<StorageClassName>(directory, "pvc-storage-class-name");
        report.text::<StorageClassName>(directory, "vct-storage-class-name");
        report.text::<PortName>(directory, "container-port-name");
    });
}

/// What the controllers can make of a name that the server accepts.
#[test]
fn names_that_work() {
    let works = |row: &Value| accepts(row) && row["pod_created"] == true;
    against_the_server(|directory, report| {
        report.table(directory, "beyond-sts-name", works, |row| row["value"].as_str().map(parse::<AppName>));
        report.table(directory, "beyond-sts-name-53", works, |row| row["value"].as_str().map(parse::<AppName>));
        report.table(directory, "beyond-cronjob-name", works, |row| row["value"].as_str().map(parse::<CronJobName>));
        report.table(directory, "beyond-job-name", works, |row| row["value"].as_str().map(parse::<JobName>));
    });
}

#[test]
fn labels_and_annotations() {
    against_the_server(|directory, report| {
        report.text::<LabelKey>(directory, "label-key");
        report.text::<LabelValue>(directory, "label-value");
        report.text::<AnnotationKey>(directory, "annotation-key");
        report.table(directory, "label-places", accepts, |row| {
            // The labels of a claim template are not looked at, until there is no claim and no pod.
            if row["field"].as_str().is_some_and(|field| field.contains("volumeClaimTemplates")) {
                return None;
            }
            let [key, value] = ["key", "value"].map(|part| row["value"][part].as_str());
            Some(parse::<LabelKey>(key?).and(parse::<LabelValue>(value?)))
        });
    });
}

#[test]
fn environment() {
    against_the_server(|directory, report| {
        report.text::<EnvName>(directory, "env-name");
        report.text::<EnvPrefix>(directory, "envfrom-prefix");
        report.text::<DataKey>(directory, "configmap-key");
        report.text::<DataKey>(directory, "secret-key");
    });
}

#[test]
fn ports() {
    against_the_server(|directory, report| {
        report.table(directory, "container-port-number", accepts, |row| {
            let number = row["value"].as_i64()?;
            // No host port is an option, not a port of number 0.
            (row["field"] != "hostPort" || number != 0).then(|| Port::try_from(number).map(drop))
        });
    });
}

#[test]
fn paths() {
    against_the_server(|directory, report| {
        report.text::<MountPath>(directory, "mount-path");
        report.text::<SubPath>(directory, "sub-path");
    });
}

#[test]
fn images() {
    let works = |row: &Value| row["kubelet_ok"] == true && row["pod_verdict"] == "accept";
    against_the_server(|directory, report| {
        report.text::<Image>(directory, "image");
        report.table(directory, "image", works, |row| row["value"].as_str().map(parse::<Image>));
        for row in rows(directory, "image").iter().filter(|row| works(row)) {
            let Ok(image) = row["value"].as_str().unwrap_or_default().parse::<Image>() else { continue };
            assert_eq!(image.full_repository(), row["name"].as_str().unwrap_or_default(), "{row}");
            assert_eq!(image.digest().unwrap_or_default(), row["digest"].as_str().unwrap_or_default(), "{row}");
            let default = if image.digest().is_none() { "latest" } else { "" };
            assert_eq!(image.tag().unwrap_or(default), row["tag"].as_str().unwrap_or_default(), "{row}");
            let is_pulled_always = row["pull_policy"] == "Always";
            assert_eq!(image.tag().unwrap_or(default) == "latest", is_pulled_always, "{row}");
        }
    });
}

#[test]
fn schedules() {
    let fires = |row: &Value| accepts(row) && row["next"] != Value::Array(Vec::new());
    against_the_server(|directory, report| {
        report.text::<CronSchedule>(directory, "cron-schedule");
        report.table(directory, "cron-schedule", fires, |row| row["value"].as_str().map(parse::<CronSchedule>));
        for row in rows(directory, "cron-schedule").iter().filter(|row| accepts(row)) {
            // What the server makes of it is the reason, not something else that is odd about it.
            let never_fires = row["next"] == Value::Array(Vec::new());
            let rule = row["value"].as_str().unwrap_or_default().parse::<CronSchedule>().err().map(|error| error.rule);
            assert_eq!(rule == Some("cron-never-fires"), never_fires, "{row}");
        }
        report.text::<TimeZone>(directory, "cron-timezone");
        report.text::<TimeZone>(directory, "cron-timezone-iana");
    });
}

#[test]
fn resources() {
    /// What the model compares, so that a table of whole objects can be used for the names.
    fn resources(value: &Value) -> Option<Verdict> {
        let refused = |message: String| {
            Some(Err(ValueError { rule: "resource-name-invalid", message, help: "a rule of the model".to_owned() }))
        };
        let side = |name: &str| value[name].as_object().cloned().unwrap_or_default();
        let (requests, limits) = (side("requests"), side("limits"));
        for (name, amount) in requests.iter().chain(&limits) {
            let name = match name.parse::<ResourceName>() {
                Ok(name) => name,
                Err(error) => return Some(Err(error)),
            };
            let amount = match amount {
                Value::String(text) => text.clone(),
                Value::Number(number) => number.to_string(),
                _ => return refused(format!("{amount} is not an amount")),
            };
            let amount = match amount.parse::<ResourceAmount>() {
                Ok(amount) => amount,
                Err(error) => return Some(Err(error)),
            };
            let side = |side: &serde_json::Map<_, Value>| {
                side.get(name.as_str()).map(|v| v.as_str().map_or_else(|| v.to_string(), str::to_owned))
            };
            let (request, limit) = (side(&requests), side(&limits));
            let amounts = (request.and_then(|t| t.parse::<Quantity>().ok()), limit.and_then(|t| t.parse().ok()));
            match amounts {
                (Some(_), None) if name.must_be_equal() => return refused(format!("{name} has no limit")),
                (Some(r), Some(l)) if r > l || (r != l && name.must_be_equal()) => return refused(format!("{name}")),
                _ => {}
            }
            let unit = name.page_size().unwrap_or_else(|| "1".parse().expect("1 is a quantity"));
            if name.must_be_equal() && amount.milli() % unit.milli() != 0 {
                return refused(format!("{name} {amount} is not a multiple of {unit}"));
            }
            let others = ["cpu", "memory"];
            let has_others = others.iter().any(|other| requests.contains_key(*other) || limits.contains_key(*other));
            if name.is_huge_pages() && !has_others {
                return refused(format!("{name} without cpu and memory"));
            }
        }
        Some(Ok(()))
    }
    against_the_server(|directory, report| {
        report.table(directory, "resource-names", accepts, |row| resources(&row["value"]));
    });
}

#[test]
fn disruption_budgets() {
    against_the_server(|directory, report| {
        report.table(directory, "pdb-field", accepts, |row| {
            if row["field"] != "minAvailable" && row["field"] != "maxUnavailable" {
                return None;
            }
            match &row["value"] {
                // A number in quotes is a number to us, and written without them.
                Value::String(text) => {
                    (!text.parse::<i64>().is_ok_and(|n| n >= 0)).then(|| parse::<IntOrPercent>(text))
                }
                value => value.as_i64().map(|number| IntOrPercent::try_from(number).map(drop)),
            }
        });
    });
}

#[test]
fn hosts_and_networks() {
    against_the_server(|directory, report| {
        report.table(directory, "service-spec", accepts, |row| {
            let is_external = row["value"]["type"] == "ExternalName" && row["group"] == "type x externalName";
            row["value"]["externalName"].as_str().filter(|_| is_external).map(parse::<Hostname>)
        });
        report.table(directory, "service-spec", accepts, |row| {
            let [network] = row["value"]["loadBalancerSourceRanges"].as_array()?.as_slice() else { return None };
            network.as_str().filter(|_| row["value"]["type"] == "LoadBalancer").map(parse::<Cidr>)
        });
    });
}

#[test]
fn every_rule_is_named_once() {
    let ids: Vec<_> = RULES.iter().map(|(id, ..)| *id).collect();
    assert!(ids.is_sorted_by(|a, b| a < b), "rules are listed by id, each once");
    assert!(ids.iter().all(|id| id.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')));
}
