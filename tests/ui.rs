//! What only rustc shows: that each mistake is one error, on its token, and that rustc adds none of its own.
//!
//! `TRYBUILD=overwrite cargo test --test ui` writes the expected output anew; read the difference before you commit it.

#[test]
fn mistakes_do_not_compile() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/ui/*.rs");
    cases.compile_fail("tests/ui/*/*.rs");
}
