//! From documents to a directory, and what `kubectl` makes of it.

use serde_json::{Value, json};
use statefulapp_core::output::{
    Document, File, KUSTOMIZATION, Keep, Layout, OutputDirectory, OutputError, Report, WriteOptions, secrets::generate,
    several_namespaces, sort, yaml,
};
use std::{collections::BTreeSet, fs, path::Path, process::Command, str::FromStr as _};

fn document(api_version: &str, kind: &str, namespace: Option<&str>, name: &str) -> Document {
    let mut object = json!({"apiVersion": api_version, "kind": kind, "metadata": {"name": name}});
    if let Some(namespace) = namespace {
        object["metadata"]["namespace"] = namespace.into();
    }
    match kind {
        "Secret" => object["stringData"] = json!({"password": "x"}),
        "ConfigMap" => object["data"] = json!({"k": "v"}),
        _ => object["spec"] = json!({"replicas": 1}),
    }
    Document {
        kind: kind.into(),
        api_version: api_version.into(),
        name: name.into(),
        namespace: namespace.map(str::to_owned),
        app: (kind == "StatefulSet").then(|| name.to_owned()),
        secret: kind == "Secret",
        yaml: yaml::to_yaml(&object).unwrap(),
    }
}

fn documents(namespaces: &[Option<&str>]) -> Vec<Document> {
    let mut documents = vec![document("v1", "Namespace", None, "db")];
    for namespace in namespaces {
        documents.extend([
            document("networking.k8s.io/v1", "Ingress", *namespace, "a"),
            document("apps/v1", "StatefulSet", *namespace, "a"),
            document("apps/v1", "StatefulSet", *namespace, "b"),
            document("v1", "Secret", *namespace, "a"),
            document("v1", "Service", *namespace, "a"),
            document("v1", "ConfigMap", *namespace, "a"),
            document("example.com/v1", "Thing", *namespace, "a"),
        ]);
    }
    documents
}

fn files(layout: Layout, documents: &[Document]) -> Vec<File> {
    let several = several_namespaces(documents);
    layout.files(documents.iter().cloned().map(Ok), several).collect::<Result<_, _>>().unwrap()
}

fn names(files: &[File]) -> Vec<&str> {
    files.iter().map(|file| file.path.as_str()).collect()
}

fn write(directory: &Path, files: Vec<File>) -> Report {
    let output = OutputDirectory::open(directory, "stack", &WriteOptions::default()).unwrap();
    output.write(files.into_iter().map(Ok)).unwrap()
}

#[test]
fn a_file_for_each_object() {
    let flat = files(Layout::Flat, &documents(&[Some("db")]));
    let mut names = names(&flat);
    names.sort();
    let expected = [
        "10-namespace-db.yaml",
        "20-secret-a.yaml",
        "25-configmap-a.yaml",
        "40-service-a.yaml",
        "60-statefulset-a.yaml",
        "60-statefulset-b.yaml",
        "80-ingress-a.yaml",
        "90-thing.example.com-a.yaml",
        KUSTOMIZATION,
    ];
    assert_eq!(names, expected);
    let secrets: Vec<_> = flat.iter().filter(|file| file.secret).map(|file| file.path.as_str()).collect();
    assert_eq!(secrets, ["20-secret-a.yaml"]);
    // The order of the resources is that of the names, and the objects may come in any order.
    let kustomization: Value = serde_yaml::from_str(&flat.last().unwrap().content).unwrap();
    assert_eq!(kustomization["resources"], json!(expected[..8]));
    let mut shuffled = documents(&[Some("db")]);
    shuffled.reverse();
    assert_eq!(files(Layout::Flat, &shuffled).last(), flat.last());
}

#[test]
fn namespaces_are_in_the_names_if_there_are_several() {
    for (namespaces, several) in [
        (&[None][..], false),
        (&[Some("db")], false),
        (&[Some("db"), Some("other")], true),
        (&[None, Some("other")], true),
    ] {
        assert_eq!(several_namespaces(&documents(namespaces)), several, "{namespaces:?}");
        let files = files(Layout::Flat, &documents(namespaces));
        assert_eq!(names(&files).contains(&"60-statefulset-other.a.yaml"), several);
        assert_eq!(names(&files).into_iter().collect::<BTreeSet<_>>().len(), files.len());
        assert!(names(&files).contains(&"10-namespace-db.yaml"));
    }
}

#[test]
fn two_objects_with_one_name_are_an_error() {
    let twice = [document("v1", "Service", None, "a"), document("v1", "Service", None, "a")];
    for layout in [Layout::Flat, Layout::ByApp] {
        let result: Result<Vec<_>, OutputError> = layout.files(twice.iter().cloned().map(Ok), false).collect();
        assert!(result.unwrap_err().to_string().contains("two files have the name `40-service-a.yaml`"));
    }
}

#[test]
fn one_file_and_one_for_its_secrets() {
    let mut documents = documents(&[Some("db"), Some("other")]);
    sort(&mut documents);
    let files = files(Layout::OneFile, &documents);
    let directory = tempfile::tempdir().unwrap();
    let report = write(&directory.path().join("out"), files);
    assert_eq!(report.created, ["manifests.yaml", "secrets.yaml", KUSTOMIZATION, ".gitignore"]);
    let read = |name| {
        let text = fs::read_to_string(report.directory.join(name)).unwrap();
        let documents = serde_yaml::Deserializer::from_str(&text);
        documents.map(|document| serde::Deserialize::deserialize(document).unwrap()).collect::<Vec<Value>>()
    };
    let kinds: Vec<_> =
        read("manifests.yaml").iter().map(|object| object["kind"].as_str().unwrap().to_owned()).collect();
    assert_eq!(kinds[..4], ["Namespace", "ConfigMap", "ConfigMap", "Service"]);
    assert_eq!(kinds.len(), 13);
    assert!(read("secrets.yaml").iter().all(|object| object["kind"] == "Secret"));
}

#[test]
fn each_app_in_a_directory() {
    let by_app = files(Layout::ByApp, &documents(&[Some("db")]));
    assert_eq!(
        names(&by_app)[1..],
        [
            "80-ingress-a.yaml",
            "a/60-statefulset-a.yaml",
            "b/60-statefulset-b.yaml",
            "20-secret-a.yaml",
            "40-service-a.yaml",
            "25-configmap-a.yaml",
            "90-thing.example.com-a.yaml",
            KUSTOMIZATION
        ]
    );
    let kustomization: Value = serde_yaml::from_str(&by_app.last().unwrap().content).unwrap();
    assert_eq!(kustomization["resources"][4], "a/60-statefulset-a.yaml");
}

#[test]
fn kustomize_reads_every_layout_in_the_order_that_is_written() {
    let temporary = tempfile::tempdir().unwrap();
    // A chart is read by helm.
    for (name, layout) in Layout::ALL.into_iter().filter(|(_, layout)| *layout != Layout::Helm) {
        let directory = temporary.path().join(name);
        let mut documents = documents(&[Some("db"), Some("other")]);
        sort(&mut documents);
        write(&directory, files(layout, &documents));
        let Ok(output) = Command::new("kubectl").arg("kustomize").arg(&directory).output() else {
            eprintln!("skipped: kubectl is not installed");
            return;
        };
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).unwrap();
        let objects = serde_yaml::Deserializer::from_str(&text);
        let mut kinds: Vec<String> = objects
            .map(|object| {
                let object: Value = serde::Deserialize::deserialize(object).unwrap();
                object["kind"].as_str().unwrap().to_owned()
            })
            .collect();
        assert_eq!(kinds.len(), documents.len());
        kinds.dedup();
        let mut expected = ["Namespace", "Secret", "ConfigMap", "Service", "StatefulSet", "Ingress", "Thing"]
            .map(str::to_owned)
            .to_vec();
        if layout == Layout::OneFile {
            let secret = expected.remove(1);
            expected.push(secret);
        }
        assert_eq!(kinds, expected);
    }
}

#[test]
fn kubectl_apply_meets_nothing_but_objects() {
    // `kubectl apply -f DIR` takes every file with one of these extensions, also hidden ones.
    let directory = tempfile::tempdir().unwrap();
    let report = write(&directory.path().join("out"), files(Layout::Flat, &documents(&[None])));
    for entry in fs::read_dir(report.directory).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| ["yaml", "yml", "json"].iter().any(|taken| extension == *taken)) {
            let object: Value = serde_yaml::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
            assert!(object["kind"].is_string() && object["kind"] != "Kustomization", "{}", path.display());
        }
    }
}

#[test]
fn layouts_have_names() {
    for (name, layout) in Layout::ALL {
        assert_eq!(Layout::from_str(name), Ok(layout));
        assert_eq!(layout.to_string(), name);
    }
    assert!(Layout::from_str("flatt").unwrap_err().to_string().contains("write one of `flat`"));
}

/// A run of a stack with one Secret of which `password` is generated.
fn generating_run(directory: &Path, extra_key: bool) -> Result<Report, OutputError> {
    let output = OutputDirectory::open(directory, "stack", &WriteOptions::default())?;
    let mut keep = output.kept()?;
    let mut data = json!({});
    for key in ["password", "extra"].into_iter().take(1 + usize::from(extra_key)) {
        let value = keep.get_or_generate(None, "a", key, 32)?.into_bytes();
        data[key] = String::from_utf8(value).unwrap().into();
    }
    let object = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}, "stringData": data});
    let secret = Document { yaml: yaml::to_yaml(&object)?, ..document("v1", "Secret", None, "a") };
    output.write(Layout::Flat.files([Ok(secret)], false))
}

#[test]
fn generated_secrets_are_kept_from_the_earlier_output() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path().join("out");
    generating_run(&directory, false).unwrap();
    let password = || {
        let keep = Keep::from_dir(&directory, "stack").unwrap();
        keep.get(None, "a", "password").unwrap().to_vec()
    };
    let first = password();
    assert_eq!(first.len(), 32);
    assert!(generating_run(&directory, false).unwrap().unchanged);
    assert_eq!(generating_run(&directory, true).unwrap().updated, ["20-secret-a.yaml"]);
    assert_eq!(password(), first);
    assert!(Keep::from_dir(&directory, "other").is_err());

    // A fresh clone has the record, and the secret is where version control did not bring it.
    fs::remove_file(directory.join("20-secret-a.yaml")).unwrap();
    let error = generating_run(&directory, true).unwrap_err().to_string();
    assert!(error.contains("20-secret-a.yaml`, which is missing") && error.contains("--keep FILE"), "{error}");
    assert!(!directory.join("20-secret-a.yaml").exists());
    // The values from elsewhere do.
    let lost = Keep::from_dir(&directory, "stack").unwrap();
    let mut found = Keep::new();
    found.get_or_generate(None, "a", "password", 32).unwrap();
    let mut both = found.clone().or(lost);
    assert_eq!(
        both.get_or_generate(None, "a", "password", 32).unwrap().into_bytes(),
        found.get(None, "a", "password").unwrap()
    );
    assert!(both.get_or_generate(None, "a", "extra", 32).is_err());
    assert!(both.without_the_lost().get_or_generate(None, "a", "extra", 32).is_ok());
    assert!(generate(8).is_ok());
}

#[test]
fn two_first_runs_at_once_make_one_secret() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path().join("out");
    let reports = std::thread::scope(|scope| {
        let runs = [0; 4].map(|_| scope.spawn(|| generating_run(&directory, false).unwrap()));
        runs.map(|run| run.join().unwrap().unchanged)
    });
    assert_eq!(reports.iter().filter(|unchanged| !**unchanged).count(), 1, "{reports:?}");
}
