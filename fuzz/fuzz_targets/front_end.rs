#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| statefulapp_fuzz::check(text));
