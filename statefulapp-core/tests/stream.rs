//! The objects as a stream: each is built when those before it are written.

use statefulapp_core::cli::{Terminal, run};
use statefulapp_core::model::*;
use statefulapp_core::render::Error;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex};

const APPS: usize = 300;

/// What may wait to be written: the buffer of the stream, and one object.
const WAITS: usize = (1 << 16) + (1 << 14);

/// Counts what was written; the reader goes away behind so many bytes.
struct Reader {
    text: Vec<u8>,
    written: Arc<AtomicUsize>,
    most: usize,
}

impl Reader {
    fn new(written: &Arc<AtomicUsize>, most: usize) -> Self {
        written.store(0, Relaxed);
        Self { text: Vec::new(), written: written.clone(), most }
    }
}

impl Write for Reader {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.text.len() >= self.most {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        self.text.extend_from_slice(bytes);
        self.written.store(self.text.len(), Relaxed);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// How much was written when the StatefulSet of an app was built last.
type Built = Arc<Mutex<BTreeMap<String, usize>>>;

/// Apps, in another order than that in which they are applied, each with a patch that tells when it is built.
fn stack(written: &Arc<AtomicUsize>, built: &Built) -> Stack {
    let app = |n: usize| {
        let mut app = App::new(Workload::StatefulSet, format!("app-{n:03}").parse().unwrap());
        app.main.image = Some("example.com/team/server:1".parse().unwrap());
        app.meta.annotations = vec![("example.com/notes".parse().unwrap(), "long ".repeat(500))];
        let (written, built) = (written.clone(), built.clone());
        app.patch = Patch::stateful_set(move |set| {
            let name = set.metadata.name.clone().unwrap_or_default();
            built.lock().unwrap().insert(name, written.load(Relaxed));
        });
        Item::App(Box::new(app))
    };
    let mut stack = Stack::default();
    stack.name = Some("many".parse().unwrap());
    stack.items = (0..APPS).rev().map(app).collect();
    stack
}

#[test]
fn an_object_is_built_when_those_before_it_are_written() {
    let (written, built) = <(Arc<AtomicUsize>, Built)>::default();
    let stack = stack(&written, &built);
    let text = stack.yaml().unwrap();
    let mut reader = Reader::new(&written, usize::MAX);
    stack.write_yaml(&mut reader, None).unwrap();
    assert!(reader.text == text.as_bytes(), "the stream is not the text");
    assert!(text.len() > 10 * WAITS, "{} bytes show nothing", text.len());
    for (name, written) in built.lock().unwrap().iter() {
        let place = text.find(&format!("kind: StatefulSet\nmetadata:\n  name: {name}\n")).unwrap();
        assert!(*written <= place && place - written < WAITS, "{name} at {place} was built at {written}");
    }
}

#[test]
fn nothing_is_built_for_a_reader_that_went_away() {
    let (written, built) = <(Arc<AtomicUsize>, Built)>::default();
    let stack = stack(&written, &built);
    let whole = stack.yaml().unwrap().len();
    let most = whole / 2;
    let error = stack.write_yaml(&mut Reader::new(&written, most), None).unwrap_err();
    assert!(matches!(&error, Error::Stream(error) if error.kind() == io::ErrorKind::BrokenPipe), "{error}");
    assert!(built.lock().unwrap().values().all(|written| *written < most + WAITS));

    // For a command that is no mistake.
    let mut errors = Vec::new();
    let mut reader = Reader::new(&written, most);
    assert_eq!(run(&stack, ["many", "render"].map(Into::into), &mut Terminal::plain(&mut reader, &mut errors)), 0);
    assert_eq!(String::from_utf8(errors).unwrap(), "");
    assert!((most..most + WAITS).contains(&reader.text.len()));
}

#[test]
fn a_service_for_each_of_many_pods_stands_in_the_same_order() {
    let (written, built) = <(Arc<AtomicUsize>, Built)>::default();
    let mut stack = stack(&written, &built);
    stack.items.truncate(1);
    let Some(Item::App(app)) = stack.items.first_mut() else { unreachable!() };
    app.replicas = Some(40);
    app.meta.annotations.clear();
    app.main.ports = vec![ContainerPort {
        name: "http".parse().unwrap(),
        number: statefulapp_core::value::Port::try_from(80i64).unwrap(),
        protocol: Protocol::TCP,
        host_port: None,
    }];
    let app = app.name.clone();
    let service = Service {
        selects: Some(Selects { app, pod: None }),
        ports: vec![ServicePort {
            name: None,
            number: None,
            target: PortRef::Name("http".parse().unwrap()),
            protocol: None,
            node_port: None,
            app_protocol: None,
        }],
        each_pod: true,
        ..Service::of("pod".parse().unwrap())
    };
    stack.items.push(Item::Service(service));
    let objects = stack.objects().unwrap();
    let text = stack.yaml().unwrap();
    assert_eq!(text.split("---\n").count(), objects.len());
    let names: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("  name: pod-")).collect();
    assert!(names.len() == 40 && names.is_sorted(), "{names:?}");
}
