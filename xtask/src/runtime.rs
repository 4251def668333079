//! The Copilot runtime: one native library out of GitHub's npm package, pinned by version and hash.
//!
//! npm fetches the package and checks it against the lock file in `xtask/runtime/`. Its one executable carries an
//! npm tarball, and in that lies `runtime.node`, the only file that chat in this process needs. The executable is
//! read, never run; but the tests of a shared runtime need it as their server, and keep it apart from what is shipped.

use std::env::consts::{ARCH, OS};
use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Write};
use std::path::Path;

use anyhow::{Context as _, Result, bail, ensure};
use flate2::read::GzDecoder;
use memchr::memmem;
use sha2::{Digest as _, Sha256};
use tar::Archive;

use crate::node;
use crate::packages::Purpose;
use crate::process::{self, announce};
use crate::project::Project;
use crate::stamp::hex;

/// The runtime's version and the SDK crate's: a pair, because the crate speaks this runtime's protocol.
pub const VERSION: &str = "1.0.102";
const SDK: (&str, &str) = ("github-copilot-sdk", "1.0.25");

/// A platform by npm's name, with the SHA-256 of its files.
struct Pins {
    platform: &'static str,
    /// Of `runtime.node`.
    library: &'static str,
    /// Of the executable.
    program: &'static str,
}

const PINS: [Pins; 6] = [
    Pins {
        platform: "linux-x64",
        library: "2de067cb7d490b5bbde7cc0e4a5d2c3fd56ffa263bf1ed4f7587fd83850b3d5d",
        program: "b673fa072f7e9ec6d01dcef14ae22807beba4bcaa945f1d8c1518ec464cec9fd",
    },
    Pins {
        platform: "linux-arm64",
        library: "cc18109b4a209af2f91e067484e0a11a234b20dced416cd20c11ead02209c888",
        program: "e80b611cc2198fca1c84fc9f10818123f8fbff00b5b0eeec5dcf7ade9ba203ba",
    },
    Pins {
        platform: "darwin-x64",
        library: "d8ed15713de7abb4abf3adf635ce1b54cd204709714bd9effd8d622ed8fad2c8",
        program: "432697eef90d253ee31ac9784909236dda6d23fd47576037c1bc88886af63acc",
    },
    Pins {
        platform: "darwin-arm64",
        library: "99df2aaa34bc8507f507d1dbfa963b095c97404cc1a32dd5134a89a7ca7ba236",
        program: "506d032ae26882d40f1396e9b2080c6d9c3a5d5392404f9ef13eb7540efb55ec",
    },
    Pins {
        platform: "win32-x64",
        library: "f101f6c847684bb8c0beb3430b64306dd3e9ca089bd45a90057ab5195e96d50f",
        program: "fba431339a5a9b790033f45fc976f7cc6206c344cffc64f3392d478ff3fa7e8b",
    },
    Pins {
        platform: "win32-arm64",
        library: "85789ac8bb41c803d9d55e08c184188d91d16e50719047f6ef63ae88705cc1c8",
        program: "f2c8addde80b4cc8b1692e54dae50b2b097ee95a55397f4d50cc0122b6df32a7",
    },
];

/// Puts `runtime.node` and its licence into `target/runtime/<version>/`, where the program looks for them; and for the
/// tests the executable into `target/runtime/server-<version>/`, where nothing that is shipped comes from. What is
/// there already is checked against the pin, not fetched again.
pub fn install(project: &Project, purpose: Purpose) -> Result<()> {
    check_pair(&fs::read_to_string(project.path("Cargo.lock")).context("reading Cargo.lock")?)?;
    let &Pins { platform, library: pin, program: program_pin } = platform()?;
    let home = project.path("target/runtime").join(VERSION);
    let library = home.join("runtime.node");
    let name = format!("copilot{}", std::env::consts::EXE_SUFFIX);
    let server = project.path("target/runtime").join(format!("server-{VERSION}"));
    let program = server.join(&name);
    let has_library = is_there(&library, pin)?;
    let has_program = purpose == Purpose::Run || is_there(&program, program_pin)?;
    if has_library && has_program {
        return Ok(());
    }

    announce(&format!("Fetching the Copilot runtime {VERSION} for {platform} (about 130 MB)"));
    let packages = project.path("target/runtime/npm");
    fs::create_dir_all(&packages)?;
    for file in ["package.json", "package-lock.json", ".npmrc"] {
        fs::copy(project.path("xtask/runtime").join(file), packages.join(file))?;
    }
    process::run(node::npm(project, "target/runtime/npm").args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]))?;

    announce("Unpacking and checking the Copilot runtime");
    let package = packages.join("node_modules/@github").join(format!("copilot-{platform}"));
    let executable = package.join(&name);
    let bytes = fs::read(&executable).with_context(|| format!("npm left no {}", executable.display()))?;
    if !has_library {
        fs::create_dir_all(&home)?;
        unpack(&bytes, platform, pin, &library)?;
        fs::copy(package.join("LICENSE.md"), home.join("LICENSE.md")).context("copying the runtime's licence")?;
    }
    if !has_program {
        matches(&hex(&Sha256::digest(&bytes)), program_pin, &executable.display().to_string())?;
        fs::create_dir_all(&server)?;
        // It appears under its name whole, and may be run as npm left it.
        fs::rename(&executable, &program).with_context(|| format!("writing {}", program.display()))?;
    }
    // 190 MB that nobody needs any more.
    fs::remove_dir_all(&packages)?;
    Ok(())
}

/// Whether the file is there, and the one that was pinned.
fn is_there(file: &Path, pin: &str) -> Result<bool> {
    if !file.is_file() {
        return Ok(false);
    }
    matches(&hash_of(file)?, pin, &file.display().to_string())
        .context("the Copilot runtime changed on disk; delete the file and run again to fetch it anew")?;
    Ok(true)
}

/// What is pinned for this machine.
fn platform() -> Result<&'static Pins> {
    let system = match OS {
        "macos" => "darwin",
        "windows" => "win32",
        other => other,
    };
    let processor = match ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        other => other,
    };
    let name = format!("{system}-{processor}");
    let known = PINS.iter().find(|pins| pins.platform == name && !cfg!(target_env = "musl"));
    known.with_context(|| {
        format!("there is no Copilot runtime for {name}{}", if cfg!(target_env = "musl") { " with musl" } else { "" })
    })
}

/// Fails when the SDK crate in the lock file is not the one that this runtime belongs to.
fn check_pair(lock: &str) -> Result<()> {
    let lock: toml::Table = lock.parse().context("Cargo.lock is no TOML")?;
    let packages = lock.get("package").and_then(toml::Value::as_array).context("Cargo.lock lists no package")?;
    let (name, wanted) = SDK;
    let versions: Vec<&str> = packages
        .iter()
        .filter(|package| package.get("name").and_then(toml::Value::as_str) == Some(name))
        .filter_map(|package| package.get("version")?.as_str())
        .collect();
    ensure!(
        versions == [wanted],
        "runtime {VERSION} belongs to {name} {wanted}, but Cargo.lock has {}; change both together, here and in Cargo.toml",
        if versions.is_empty() { "none".to_owned() } else { versions.join(" and ") }
    );
    Ok(())
}

/// Takes the platform's library out of the executable's bytes; it appears under its name only when its hash is right.
fn unpack(executable: &[u8], platform: &str, pin: &str, library: &Path) -> Result<()> {
    let wanted = format!("package/prebuilds/{platform}/runtime.node");
    let mut archive = Archive::new(GzDecoder::new(embedded_tarball(executable)?));
    for entry in archive.entries()? {
        let mut entry = entry.context("the tarball inside the executable is damaged")?;
        if entry.path_bytes() != wanted.as_bytes() {
            continue;
        }
        let partial = library.with_extension("partial");
        let found = copy_hashed(&mut entry, &partial)?;
        matches(&found, pin, &wanted).inspect_err(|_| drop(fs::remove_file(&partial)))?;
        return fs::rename(&partial, library).with_context(|| format!("writing {}", library.display()));
    }
    bail!("the tarball inside the executable has no {wanted}")
}

/// Where the npm tarball starts: the gzip member whose first file lies in `package/`. Other compressed data, and
/// bytes that only look like a gzip header, come before it.
fn embedded_tarball(executable: &[u8]) -> Result<&[u8]> {
    const GZIP: &[u8] = &[0x1f, 0x8b, 0x08];
    const FIRST: &[u8] = b"package/";
    memmem::find_iter(executable, GZIP)
        .map(|start| &executable[start..])
        .find(|member| {
            let mut head = [0; FIRST.len()];
            GzDecoder::new(*member).read_exact(&mut head).is_ok() && head == FIRST
        })
        .context("the executable carries no npm tarball: was it packed in another way?")
}

fn copy_hashed(source: &mut impl Read, target: &Path) -> Result<String> {
    let mut hash = Sha256::new();
    let mut file = BufWriter::new(File::create(target).with_context(|| format!("writing {}", target.display()))?);
    let mut block = vec![0; 1 << 20];
    loop {
        let length = source.read(&mut block)?;
        if length == 0 {
            break;
        }
        hash.update(&block[..length]);
        file.write_all(&block[..length])?;
    }
    file.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
    Ok(hex(&hash.finalize()))
}

/// The SHA-256 of a file, as sha256sum prints it.
pub fn hash_of(file: &Path) -> Result<String> {
    let mut source = File::open(file)?;
    let mut hash = Sha256::new();
    let mut block = vec![0; 1 << 20];
    loop {
        let length = source.read(&mut block).with_context(|| format!("reading {}", file.display()))?;
        if length == 0 {
            return Ok(hex(&hash.finalize()));
        }
        hash.update(&block[..length]);
    }
}

fn matches(found: &str, pin: &str, what: &str) -> Result<()> {
    ensure!(
        found == pin,
        "{what} is not the file that Wingman was built for\n  expected sha256 {pin}\n  found    sha256 {found}"
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::env;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use tar::{Builder, Header};

    use super::*;

    const LIBRARY: &[u8] = b"the library's bytes";

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn tarball(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut builder = Builder::new(Vec::new());
        for (name, bytes) in files {
            let mut header = Header::new_ustar();
            header.set_size(bytes.len() as u64);
            header.set_mode(0o644);
            builder.append_data(&mut header, name, *bytes).unwrap();
        }
        gzip(&builder.into_inner().unwrap())
    }

    /// Machine code, a false gzip header, another compressed thing, then the tarball, then more machine code.
    fn executable() -> Vec<u8> {
        let mut bytes = b"\x7fELF machine code \x1f\x8b\x08 no gzip at all ".to_vec();
        bytes.extend(gzip(b"some other resource"));
        bytes
            .extend(tarball(&[("package/package.json", b"{}"), ("package/prebuilds/linux-x64/runtime.node", LIBRARY)]));
        bytes.extend(b"more machine code");
        bytes
    }

    fn place(test: &str) -> std::path::PathBuf {
        let folder = env::temp_dir().join(format!("wingman-xtask-{}-{test}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    #[test]
    fn the_library_is_taken_out_of_the_tarball_inside_the_executable() {
        let folder = place("unpack");
        let library = folder.join("runtime.node");
        unpack(&executable(), "linux-x64", &hex(&Sha256::digest(LIBRARY)), &library).unwrap();
        assert_eq!(fs::read(&library).unwrap(), LIBRARY, "the library must come out byte for byte");
        assert_eq!(hash_of(&library).unwrap(), hex(&Sha256::digest(LIBRARY)), "a second look must find the same hash");
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_library_with_another_hash_is_told_with_both_hashes_and_never_installed() {
        let folder = place("mismatch");
        let library = folder.join("runtime.node");
        let pin = "00".repeat(32);
        let error = unpack(&executable(), "linux-x64", &pin, &library).expect_err("the hash differs").to_string();
        let found = hex(&Sha256::digest(LIBRARY));
        assert!(
            error.contains(&format!("expected sha256 {pin}")),
            "the person compares hashes, so both are told: {error}"
        );
        assert!(
            error.contains(&format!("found    sha256 {found}")),
            "the person compares hashes, so both are told: {error}"
        );
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 0, "nothing unchecked may stay where the program looks");
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_runtime_in_which_one_byte_changed_on_the_disk_is_refused() {
        let folder = place("changed");
        let library = folder.join("runtime.node");
        let pin = hex(&Sha256::digest(LIBRARY));
        assert!(!is_there(&library, &pin).unwrap(), "what is missing is fetched");
        fs::write(&library, LIBRARY).unwrap();
        assert!(is_there(&library, &pin).unwrap(), "what is as it was pinned is used");
        for at in [0, LIBRARY.len() / 2, LIBRARY.len() - 1] {
            let mut changed = LIBRARY.to_vec();
            changed[at] ^= 1;
            fs::write(&library, changed).unwrap();
            let error = is_there(&library, &pin).expect_err("one bit is enough");
            assert!(format!("{error:#}").contains("changed on disk"), "a person must learn what happened: {error:#}");
        }
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn an_executable_without_the_tarball_or_the_platform_says_so() {
        let folder = place("absent");
        let library = folder.join("runtime.node");
        let none = unpack(b"\x7fELF \x1f\x8b\x08 code", "linux-x64", "", &library).expect_err("no tarball in it");
        assert!(none.to_string().contains("carries no npm tarball"), "another packing needs our attention: {none}");
        let other = unpack(&executable(), "plan9-mips", "", &library).expect_err("not in the tarball");
        assert!(other.to_string().contains("prebuilds/plan9-mips/runtime.node"), "the missing file is named: {other}");
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn the_sdk_crate_and_the_runtime_change_only_together() {
        let lock = |version: &str| format!("[[package]]\nname = \"github-copilot-sdk\"\nversion = \"{version}\"\n");
        check_pair(&lock("1.0.25")).expect("this is the pair");
        let error = check_pair(&lock("1.0.29")).expect_err("another crate wants another runtime").to_string();
        assert!(error.contains("1.0.25") && error.contains("1.0.29"), "wanted and found version are named: {error}");
        check_pair("package = []").expect_err("a lock file without the crate cannot be checked");
    }
}
