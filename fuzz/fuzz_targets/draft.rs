#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| testgen_fuzz::draft(data));
