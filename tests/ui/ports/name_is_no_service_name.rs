use statefulapp::stateful_app;

fn main() {
    let stack = stateful_app! {
        StatefulApp db { image: "example.org/db:1", ports: { "client_port": 5432, a_name_longer_than_15: 5433 } }
    };
    println!("{}", stack.kubernetes());
}
