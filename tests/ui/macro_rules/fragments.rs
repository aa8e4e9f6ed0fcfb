//! What a `macro_rules!` variable stands for is judged as if it stood there.
#![allow(deprecated)]

use statefulapp::stateful_app;

macro_rules! app {
    ($kind:ident $name:ident, $key:ident: $value:expr, $image:literal, $port:tt) => {
        stateful_app! { $kind $name { image: $image, $key: $value, ports: { http: $port } } }
    };
}

fn main() {
    let good = app!(App web, replicas: 1 + 2, "b:1", 80);
    println!("{}", good.web.name());
    println!("{}", app!(Ap web, replicas: 1, "b:1", 80).web.name());
    println!("{}", app!(App web, replica: 1, "b:1", 80).web.name());
    println!("{}", app!(App web, replicas: "1", "b:1", 80).web.name());
    println!("{}", app!(App web, replicas: -1, "B:1", 99999).web.name());
    println!("{}", app!(App web, replicas: main, "b:1", 80).web.name());
}
