use statefulapp::stateful_app;

fn main() {
    let stack = stateful_app! {
        StatefulApp db { image: "example.org/db:1", replica: 3 }
    };
    println!("{}", stack.kubernetes());
}
