//! Build script: takes the four Liberation Serif files out of `oxml-layout`
//! and lists them as `include_bytes!`, so that no font is committed.
use std::{env, fmt::Write, fs, io, path::PathBuf};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=src/documents/fonts_build.rs");
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("OUT_DIR"))?);
    let mut list = String::from("[\n");
    let serif = oxml_layout::bundled_fonts::bundled_font_data()
        .into_iter()
        .filter(|(family, _)| *family == "Liberation Serif");
    for (face, (_, bytes)) in serif.enumerate() {
        let file = out.join(format!("serif-{face}.ttf"));
        fs::write(&file, bytes)?;
        writeln!(
            list,
            "    include_bytes!(\"{}\").as_slice(),",
            file.display()
        )
        .map_err(io::Error::other)?;
    }
    list.push_str("]\n");
    fs::write(out.join("fonts.rs"), list)
}
