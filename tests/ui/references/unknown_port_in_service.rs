use statefulapp::stateful_app;

fn main() {
    let stack = stateful_app! {
        StatefulApp db { image: "example.org/db:1", ports: { client: 5432 } }
        Service read { selects: db, ports: [database] }
    };
    println!("{}", stack.kubernetes());
}
