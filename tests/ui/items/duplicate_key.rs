use statefulapp::stateful_app;

fn main() {
    let stack = stateful_app! {
        StatefulApp db { image: "example.org/db:1", replicas: 1, replicas: 2 }
    };
    println!("{}", stack.kubernetes());
}
