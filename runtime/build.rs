//! Takes the files of the documentation page out of Swagger UI's archive, and only those: it has four megabytes more of
//! sources and maps, which every binary would carry.

#[cfg(not(feature = "docs"))]
fn main() {
    println!("cargo::rerun-if-changed=build.rs");
}

#[cfg(feature = "docs")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    use std::io::Cursor;
    use std::path::PathBuf;
    use std::{env, fs, io};

    use utoipa_swagger_ui_vendored::SWAGGER_UI_VENDORED;

    println!("cargo::rerun-if-changed=build.rs");
    let folder = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?);
    let mut archive = zip::ZipArchive::new(Cursor::new(SWAGGER_UI_VENDORED))?;
    for name in [
        "swagger-ui.css",
        "swagger-ui-bundle.js",
        "favicon-32x32.png",
    ] {
        let path = format!("/dist/{name}");
        let mut names = archive.file_names();
        let full = names
            .find_map(|full| Some(full.ok()?.into_owned()).filter(|full| full.ends_with(&path)));
        drop(names);
        let full = full.ok_or(format!("Swagger UI has no {path}"))?;
        let mut file = fs::File::create(folder.join(name))?;
        io::copy(&mut archive.by_name(&full)?, &mut file)?;
    }
    Ok(())
}
