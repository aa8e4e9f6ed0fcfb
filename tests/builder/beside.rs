//! What is no key: items that exist, documentation, values of their own types, handles of a declaration.

use crate::table::agreed;
use crate::world::{Result, built, declared};
use statefulapp::builder::*;
use statefulapp::grammar::{self, Kind};
use statefulapp::value::{AppName, Duration, Image, MountPath, Port as PortNumber, ResourceAmount, StorageSize};
use statefulapp::{Stack, handle, stateful_app};

#[test]
fn what_exists_in_the_cluster() {
    let same: Vec<(&str, Result<Stack>)> = vec![
        ("Secret extern it { a, \"b.c\" }", Secret::existing("it", ["a", "b.c"]).and_then(built)),
        ("ConfigMap extern it { a }", ConfigMap::existing("it", ["a"]).and_then(built)),
        ("Service extern it { ports: [http] }", Service::existing("it").and_then(|it| built(it.port("http")?))),
        ("ServiceAccount extern it {}", ServiceAccount::existing("it").and_then(built)),
    ];
    for (text, built) in same {
        agreed(declared(text), built).unwrap_or_else(|error| panic!("{text}: {error}"));
    }
}

#[test]
fn documentation_of_each_item() {
    let documented: Vec<(&str, Result<Stack>)> = vec![
        (
            "StatefulApp it { image: \"a:1\" }",
            StatefulApp::new("it").and_then(|it| built(it.image("a:1")?.doc("What it is for."))),
        ),
        ("App it { image: \"a:1\" }", App::new("it").and_then(|it| built(it.image("a:1")?.doc("What it is for.")))),
        ("Job it { image: \"a:1\" }", Job::new("it").and_then(|it| built(it.image("a:1")?.doc("What it is for.")))),
        (
            "CronJob it { schedule: \"@daily\", image: \"a:1\" }",
            CronJob::new("it", "@daily").and_then(|it| built(it.image("a:1")?.doc("What it is for."))),
        ),
        (
            "Secret it { a: from_env(\"A\") }",
            Secret::new("it").and_then(|it| built(it.from_env("a", "A")?.doc("What it is for."))),
        ),
        (
            "ConfigMap it { a: \"x\" }",
            ConfigMap::new("it").and_then(|it| built(it.data("a", "x")?.doc("What it is for."))),
        ),
        ("ServiceAccount it {}", ServiceAccount::new("it").and_then(|it| built(it.doc("What it is for.")))),
        (
            "NetworkPolicy it { ingress: [] }",
            NetworkPolicy::new("it").and_then(|it| built(it.ingress([]).doc("What it is for."))),
        ),
        (
            "Service it { selects: postgres, ports: [database] }",
            Service::new("it").and_then(|it| built(it.selects("postgres")?.port("database")?.doc("What it is for."))),
        ),
        (
            "Ingress it { rules: [{ service: web, port: http }] }",
            Ingress::new("it").and_then(|it| built(it.rule(IngressRule::new("web", "http")?).doc("What it is for."))),
        ),
    ];
    for block in grammar::ITEMS.iter().filter(|block| !["AppGroup", "Raw"].contains(&block.name)) {
        let is_here = |text: &str| text.split(' ').next() == Some(block.name);
        assert!(documented.iter().any(|(text, _)| is_here(text)), "{}", block.name);
    }
    for (text, built) in documented {
        agreed(declared(&format!("/// What it is for.\n{text}")), built)
            .unwrap_or_else(|error| panic!("{text}: {error}"));
    }
}

/// Values that a program has already are taken as they are, and owned text and borrowed text alike.
#[test]
fn values_of_their_own_types() {
    let typed = || -> Result<Stack> {
        let (name, path): (AppName, MountPath) = ("other".parse()?, "/data".parse()?);
        let (image, grace): (Image, Duration) = ("a:1".parse()?, "30s".parse()?);
        let (size, memory): (StorageSize, ResourceAmount) = ("1Gi".parse()?, "64Mi".parse()?);
        let port = PortNumber::new(5432).map_or_else(|| "5432".parse(), Ok)?;
        built(
            StatefulApp::new(name)?
                .image(image)?
                .grace(grace)?
                .port("database", port)?
                .memory(memory)?
                .storage(Volume::new("data".to_owned(), size)?.mount(path)?),
        )
    };
    let text = || -> Result<Stack> {
        let (name, image, size) = ("other".to_owned(), "a:1".to_owned(), "1Gi".to_owned());
        built(
            StatefulApp::new(&name)?
                .image(&image)?
                .grace(std::time::Duration::from_secs(30))?
                .port("database", "5432".to_owned())?
                .memory("64Mi")?
                .storage(Volume::new("data", &size)?.mount("/data")?),
        )
    };
    assert_eq!(typed().unwrap(), text().unwrap());
}

#[test]
fn handles_of_a_declaration() {
    let db = stateful_app! {
        stack: "shop",
        Secret login { password: generate(16) }
        ConfigMap settings { LEVEL: "info" }
        StatefulApp postgres {
            engine: postgres { user: "shop", password: login.password },
            storage: { data: { size: 1Gi } },
            allow: [no_backup],
        }
    };
    let web = || -> Result<App> {
        App::new("web")?
            .image("a:1")?
            .env("PGPASSWORD", &db.login.password)?
            .env("LEVEL", db.settings.LEVEL.clone())?
            .env("DATABASE_URL", db.postgres.url("shop"))
    };
    let reports = || -> Result<StatefulApp> {
        let engine = Engine::named("mariadb")?.root_password(&db.login.password)?;
        Ok(StatefulApp::new("reports")?.engine(engine).storage(Volume::new("data", "1Gi")?))
    };
    let of_config = Engine::named("redis").and_then(|engine| engine.password(&db.settings.LEVEL));
    assert_eq!(of_config.unwrap_err().message, "engine redis: password `settings` is a ConfigMap, not a Secret");
    let (web, reports) = (web().unwrap(), reports().unwrap());
    let stack = Stack::from(db).with(web).with(reports);
    assert_eq!(stack.check().errors(), None);
    let postgres = handle::App::find(&stack, "postgres").unwrap();
    let web = stack.app("web").unwrap();
    assert_eq!(web.main.env("DATABASE_URL"), Some(&postgres.url("shop").into()));
}

/// A word of the language is read from data as it is from a declaration.
#[test]
fn words_from_data() {
    macro_rules! words {
        ($($type:ident $kind:ident;)*) => {
            $(
                let words: Vec<&str> = Kind::$kind.words().iter().map(|word| word.word).collect();
                assert_eq!($type::WORDS.iter().map(|(word, _)| *word).collect::<Vec<_>>(), words, stringify!($type));
                for (word, value) in $type::WORDS {
                    assert_eq!(word.parse::<$type>().as_ref(), Ok(value));
                    assert_eq!(format!("{value:?}"), *word);
                }
            )*
        };
    }
    words! {
        AccessMode Access;
        Concurrency Concurrency;
        DnsPolicy DnsPolicy;
        FsGroupChange FsGroupChange;
        PodManagement PodManagement;
        Protocol Protocol;
        PullPolicy Pull;
        Retention Retention;
        ServiceKind ServiceType;
        Strength Strength;
        TaintEffect TaintEffect;
    }
    let error = "NodePrt".parse::<ServiceKind>().unwrap_err();
    let said = "\"NodePrt\" is not a type of Service\n  help: did you mean NodePort?\n  rule: word-unknown";
    assert_eq!(format!("{error:#}"), said);
}
