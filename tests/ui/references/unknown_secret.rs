use statefulapp::stateful_app;

fn main() {
    let stack = stateful_app! {
        Secret credentials { password: generate(32) }
        StatefulApp db { image: "example.org/db:1", env: { PASSWORD: credential.password } }
    };
    println!("{}", stack.kubernetes());
}
