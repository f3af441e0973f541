//! Simulated years. One is the same for its size and seed, so where `MOTCUA_TEST_YEARS`
//! names a folder (`tests/run` does, for one run) it is made once, and whoever asks for it
//! again, on whichever engine, has a copy.
use std::{fs, path::Path};

use motcua::{
    app::App,
    config::Settings,
    demo::{self, Wanted},
};

/// The demo's office with that year, in a folder of its own.
pub async fn open(settings: Settings, folder: &Path, wanted: Wanted) -> App {
    let Some(kept) = std::env::var_os("MOTCUA_TEST_YEARS") else {
        return Box::pin(demo::build(settings, folder, wanted))
            .await
            .unwrap();
    };
    let kept = Path::new(&kept);
    let name = format!("{}-{}-{}", wanted.year, wanted.dossiers, wanted.seed);
    let year = kept.join(name);
    if !year.exists() {
        let made = tempfile::tempdir_in(kept).unwrap();
        let built = demo::build(settings.clone(), made.path(), wanted);
        let app = Box::pin(built).await.unwrap();
        // Its log goes into the file.
        app.store.clone().close().await.unwrap();
        // Another test may have been faster; its year is the same.
        if fs::rename(made.path(), &year).is_err() {
            assert!(year.exists(), "{} cannot be kept", year.display());
        }
    }
    copy(&year, folder);
    demo::open(settings, folder, wanted.year).await.unwrap()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let there = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &there);
        } else {
            fs::copy(entry.path(), there).unwrap();
        }
    }
}
