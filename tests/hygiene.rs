//! The expansion names nothing of the place that it stands in.
#![no_implicit_prelude]

extern crate statefulapp as renamed;

/// Names that the expansion must not see.
#[allow(dead_code, non_camel_case_types)]
mod shadows {
    pub(crate) struct Option;
    pub(crate) struct Result;
    pub(crate) struct String;
    pub(crate) struct Vec;
    pub(crate) struct Stack;
    pub(crate) mod core {}
    pub(crate) mod std {}
}

#[allow(unused_imports)]
mod test {
    use super::shadows::*;

    #[::std::prelude::v1::test]
    fn a_renamed_crate_without_a_prelude() {
        let cluster = ::renamed::stateful_app! {
            allow: [user_unknown],
            Secret secret { password: generate(32) }
            StatefulApp db {
                image: "example.org/db:1",
                ports: { client: 5432 },
                env: { PASSWORD: secret.password },
                storage: { data: { mount: "/data", size: 1Gi } },
            }
        };
        ::std::assert_eq!(cluster.db.host(0), "db-0.db");
        ::std::assert_eq!(cluster.db.ports.client.get(), 5432);
        ::std::assert_eq!(cluster.secret.password.object(), "secret");
    }
}
