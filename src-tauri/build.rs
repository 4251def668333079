//! Makes a permission for each command and embeds the pages.
#![allow(missing_docs, reason = "a build script has no callers")]

macro_rules! commands {
    ($($domain:ident::$name:ident($($argument:ident: $type:ty),*) $(streams($item:ty))? $(from($window:ident))? -> $answer:ty;)*) => {
        const COMMANDS: &[&str] = &[$(stringify!($name)),*];
    };
}

include!("src/commands/list.rs");

fn main() {
    println!("cargo::rerun-if-changed=src/commands/list.rs");
    // The pages are embedded: a new build of them is a new build of the program.
    println!("cargo::rerun-if-changed=../ui/dist");
    for name in ["WINGMAN_CLIENT_ID", "WINGMAN_CLIENT_SECRET"] {
        println!("cargo::rerun-if-env-changed={name}");
    }
    let manifest = tauri_build::AppManifest::new().commands(COMMANDS);
    tauri_build::try_build(tauri_build::Attributes::new().app_manifest(manifest)).expect("tauri-build accepts the app");
}
