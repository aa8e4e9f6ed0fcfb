use statefulapp::stateful_app;

fn main() {
    let cluster = stateful_app! {
        Secret credentials { password: generate(32) }

        StatefulApp postgres {
            image: "Postgres:15",
            replica: 3,
            ports: { database: 99999, metrics: 9187 },
            env: { PGPASSWORD: credentials.pasword },
            storage: { data: { mount: "/data", size: 10GB } },
            resources: { cpu: 2..1 },
            readiness: tcp(databse),
            grace: "soon",
        }

        Servce other { selects: postgres }

        Service read { selects: postgress, ports: [database] }
    };
    println!("{} {}", cluster.postgres.host(0), cluster.postgres.ports.metrics);
}
