use statefulapp::stateful_app;

fn main() {
    let stack = stateful_app! {
        StatefulApp db { image: ["example.org/db:1"], replicas: "3", ports: 5432 }
    };
    println!("{}", stack.kubernetes());
}
