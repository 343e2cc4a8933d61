//! Does nothing: without a build script Cargo would not select the features of the build dependencies.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
}
