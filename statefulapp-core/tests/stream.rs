//! The objects as a stream.

use statefulapp_core::cli::{Terminal, run};
use statefulapp_core::model::*;
use statefulapp_core::render::Error;
use std::io::{self, Write};

/// Counts what was written, and goes away behind so many bytes.
struct Reader {
    length: usize,
    most: usize,
}

impl Reader {
    fn new(most: usize) -> Self {
        Self { length: 0, most }
    }
}

impl Write for Reader {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.length >= self.most {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        self.length += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Apps, in another order than that in which they are applied, each with an annotation of so many bytes.
fn stack(apps: usize, bytes: usize) -> Stack {
    let app = |n: usize| {
        let mut app = App::new(Workload::StatefulSet, format!("app-{n:03}").parse().unwrap());
        app.main.image = Some("example.com/team/server:1".parse().unwrap());
        app.meta.annotations = vec![("example.com/notes".parse().unwrap(), "long ".repeat(bytes / 5))];
        Item::App(Box::new(app))
    };
    let mut stack = Stack::default();
    stack.name = Some("many".parse().unwrap());
    stack.items = (0..apps).rev().map(app).collect();
    stack
}

#[test]
fn a_stream_is_the_text() {
    let stack = stack(300, 2_500);
    let mut stream = Vec::new();
    stack.write_yaml(&mut stream, None).unwrap();
    assert!(stream == stack.yaml().unwrap().as_bytes());
}

#[test]
fn a_reader_that_goes_away_is_no_mistake_of_a_command() {
    let stack = stack(300, 2_500);
    let whole = stack.yaml().unwrap().len();
    let error = stack.write_yaml(&mut Reader::new(whole / 2), None).unwrap_err();
    assert!(matches!(&error, Error::Stream(error) if error.kind() == io::ErrorKind::BrokenPipe), "{error}");

    let mut errors = Vec::new();
    let mut reader = Reader::new(whole / 2);
    assert_eq!(run(&stack, ["many", "render"].map(Into::into), &mut Terminal::plain(&mut reader, &mut errors)), 0);
    assert_eq!(String::from_utf8(errors).unwrap(), "");
    assert!((whole / 2..whole).contains(&reader.length));
}

#[test]
fn a_service_for_each_of_many_pods_stands_in_the_same_order() {
    let mut stack = stack(1, 5);
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
