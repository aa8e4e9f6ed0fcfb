//! Probes of known servers: what they ask, and when it is true.

use super::{Known, known};
use crate::finding::{Finding, Path};
use crate::model::{EngineKind, Handler, Probe};
use crate::view::View;

/// Programs that only start after a second or more: they bring a runtime of their own.
const SLOW: [&str; 13] = [
    "mongosh",
    "mongo",
    "nodetool",
    "cqlsh",
    "rabbitmqctl",
    "rabbitmq-diagnostics",
    "kafka-broker-api-versions.sh",
    "kafka-topics.sh",
    "kafka-metadata-quorum.sh",
    "mysqlsh",
    "zkServer.sh",
    "zkCli.sh",
    "elasticsearch-node",
];

/// What such a program needs at least, in seconds.
const SLOW_TIMEOUT: u32 = 5;

/// The least time, in seconds, that a server gets to start: a recovery takes minutes.
const STARTUP: u64 = 300;

/// Programs that ask over a socket in the container where no host is named.
const OVER_SOCKETS: [&str; 6] = ["pg_isready", "psql", "mysqladmin", "mysql", "mariadb-admin", "mariadb"];

/// A command of a probe: its key, the place of its words, and its words as a shell would divide them.
struct Command<'a> {
    key: &'static str,
    at: Path,
    probe: &'a Probe,
    words: Vec<&'a str>,
}

fn commands<'a>(known: &Known<'a>) -> Vec<Command<'a>> {
    let main = &known.declared.main;
    let probes = [("startup", &main.startup), ("readiness", &main.readiness), ("liveness", &main.liveness)];
    let command = |(key, probe): (&'static str, &'a Option<Probe>)| {
        let probe = probe.as_ref()?;
        let Handler::Exec(words) = &probe.handler else { return None };
        let divide = |word: &'a String| {
            word.split(|c: char| c.is_whitespace() || ";&|()`\"'$".contains(c)).filter(|word| !word.is_empty())
        };
        Some(Command { key, at: known.at.key(key), probe, words: words.iter().flat_map(divide).collect() })
    };
    probes.into_iter().filter_map(command).collect()
}

impl Command<'_> {
    /// The first of these programs that it runs.
    fn runs(&self, programs: &[&str]) -> Option<&str> {
        let mut names = self.words.iter().map(|word| word.rsplit('/').next().unwrap_or(word));
        names.find(|name| programs.contains(name))
    }
}

/// Where the image's first start has a server of its own, which listens to a socket only, a probe asks over the network.
/// <https://github.com/docker-library/postgres>, <https://github.com/docker-library/mysql>
pub(super) fn during_init(view: &View<'_>, out: &mut Vec<Finding>) {
    let kinds = [EngineKind::Postgres, EngineKind::Mysql, EngineKind::Mariadb];
    for known in known(view).filter(|known| kinds.contains(&known.facts.kind) && known.runs_entrypoint()) {
        let hosts = ["PGHOST", "PGHOSTADDR", "MYSQL_HOST"];
        if hosts.iter().any(|name| known.has_env(name) != Some(false)) {
            continue;
        }
        for command in commands(&known).iter().filter(|command| command.key != "liveness") {
            // What the clients of MySQL call `localhost` is the socket, too.
            let names_host = command.words.iter().any(|word| {
                let long = ["--host", "--protocol", "-h"];
                long.iter().any(|option| word.starts_with(option))
            });
            let local = known.facts.kind != EngineKind::Postgres && command.words.contains(&"localhost");
            let own: Vec<&str> =
                OVER_SOCKETS.into_iter().filter(|program| known.facts.programs.contains(program)).collect();
            let Some(program) = command.runs(&own).filter(|_| !names_host || local) else { continue };
            let finding = Finding::warning(
                "probe-during-init",
                command.at.clone(),
                format!(
                    "`{program}` asks over the socket, where {} answers while the image still initialises it",
                    known.facts.title
                ),
            )
            .help("add `-h 127.0.0.1`: the server of the first start does not listen to the network");
            out.push(known.without_env(finding));
        }
    }
}

/// A program that brings a runtime of its own gets the time to start.
pub(super) fn slow_program(view: &View<'_>, out: &mut Vec<Finding>) {
    for known in known(view) {
        for command in commands(&known) {
            let timeout = command.probe.timeout.map_or(1, |timeout| timeout.seconds());
            let Some(program) = command.runs(&SLOW).filter(|_| timeout < SLOW_TIMEOUT) else { continue };
            let given = if command.probe.timeout.is_some() { "" } else { " by default" };
            let finding = Finding::warning(
                "probe-program-slow",
                command.at.clone(),
                format!("`{program}` takes a second or more to start, and the probe gives it {timeout} s{given}"),
            )
            .help("add `timeout: 10s`")
            .looked_at(command.at.key("timeout"));
            out.push(known.of(finding));
        }
    }
}

/// A server gets the time that a recovery takes: killed, it begins it again.
pub(super) fn startup_short(view: &View<'_>, out: &mut Vec<Finding>) {
    for known in known(view).filter(|known| known.facts.probes.startup.is_some()) {
        let Some(probe) = known.declared.main.startup.as_ref().filter(|probe| probe.handler != Handler::Off) else {
            continue;
        };
        let budget = probe.budget_seconds();
        if budget < STARTUP {
            let at = known.at.key("startup");
            let finding = Finding::warning(
                "startup-too-short",
                at.clone(),
                format!(
                    "{} is killed when it has not started after {budget} s, and a recovery that is killed begins again",
                    known.facts.title
                ),
            )
            .help("leave `startup` out, which gives it an hour, or write `period: 10s, failures: 360`");
            let keys = ["period", "failures", "initial_delay"];
            out.push(known.of(keys.iter().fold(finding, |finding, key| finding.looked_at(at.key(*key)))));
        }
    }
}

/// A server that recovers is not killed for it.
/// <https://www.postgresql.org/docs/current/app-pg-isready.html>
pub(super) fn recovery_killed(view: &View<'_>, out: &mut Vec<Finding>) {
    for known in known(view).filter(|known| known.facts.kind == EngineKind::Postgres) {
        for command in commands(&known).iter().filter(|command| command.key == "liveness") {
            // A test of the exit code may let 1 pass, which a server in recovery gives.
            let tests = ["-le", "-lt", "-ne", "-eq", "!=", "-ge", "-gt"];
            if let Some(program) = command.runs(&["pg_isready", "psql"])
                && !command.words.iter().any(|word| tests.contains(word))
            {
                let finding = Finding::warning(
                    "liveness-kills-recovery",
                    command.at.clone(),
                    format!("`{program}` fails while PostgreSQL recovers: the server is killed, and begins its recovery again"),
                )
                .help("leave `liveness` out, or write `exec(\"sh\", \"-c\", \"pg_isready; [ $? -le 1 ]\")`");
                out.push(known.of(finding));
            }
        }
    }
}

/// ZooKeeper answers the words that it is told to, and of itself only `srvr`.
/// <https://zookeeper.apache.org/doc/current/zookeeperAdmin.html#sc_clusterOptions>
pub(super) fn four_letters(view: &View<'_>, out: &mut Vec<Finding>) {
    const WORDS: [&str; 15] = [
        "ruok", "stat", "mntr", "conf", "cons", "crst", "dump", "envi", "srst", "wchs", "wchc", "wchp", "isro", "dirs",
        "gtmk",
    ];
    for known in known(view).filter(|known| known.facts.kind == EngineKind::Zookeeper) {
        let lists = ["ZOO_4LW_COMMANDS_WHITELIST", "4lw.commands.whitelist", "KAFKA_OPTS", "SERVER_JVMFLAGS"];
        let settings = known.declared.engine.iter().flat_map(|engine| &engine.settings);
        let listed = settings.into_iter().any(|(name, _)| name.contains("4lw")) || known.says(&lists);
        if listed || known.has_unknown_files() || lists.iter().any(|name| known.has_env(name).is_none()) {
            continue;
        }
        for command in commands(&known) {
            // A word of its own, not a program: `echo ruok | nc localhost 2181`.
            let asks = command.words.iter().any(|word| matches!(*word, "nc" | "ncat" | "telnet" | "echo" | "printf"));
            let Some(word) = command.words.iter().find(|word| WORDS.contains(word)).filter(|_| asks) else { continue };
            let finding = Finding::error(
                "zookeeper-word-refused",
                command.at.clone(),
                format!("ZooKeeper does not answer `{word}`: of itself it answers only `srvr`"),
            )
            .help(format!("leave the probe out, or write `ZOO_4LW_COMMANDS_WHITELIST: \"srvr,{word}\"` in `env`"));
            out.push(known.without_env(known.after_texts(finding)));
        }
    }
}
