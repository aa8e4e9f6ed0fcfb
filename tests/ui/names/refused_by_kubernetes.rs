use statefulapp::stateful_app;

fn main() {
    let stack = stateful_app! {
        StatefulApp "My_Db" { image: "example.org/db:1" }
    };
    println!("{}", stack.kubernetes());
}
