//! Every size of the icon, drawn from `icons/icon.svg`. The results are committed: only a new drawing needs this.

use anyhow::Result;

use crate::project::Project;

/// Starts this program again with the drawing library compiled in, which a newcomer's first build does without.
#[cfg(not(feature = "icons"))]
pub fn draw(project: &Project) -> Result<()> {
    use crate::process;
    process::run(project.cargo().args(["run", "--quiet", "--package", "xtask", "--features", "icons", "--", "icons"]))
}

#[cfg(feature = "icons")]
pub use drawing::draw;

#[cfg(feature = "icons")]
mod drawing {
    use std::fs::{self, File};
    use std::io::Write as _;
    use std::path::Path;

    use anyhow::Context as _;
    use ico::{IconDir, IconDirEntry, IconImage, ResourceType};
    use resvg::tiny_skia::{Pixmap, Transform};
    use resvg::usvg::{Options, Tree};

    use super::{Project, Result};
    use crate::process::announce;

    /// The pictures that Linux and Tauri's window take, in pixels.
    const PNG: [(&str, u32); 4] = [("32x32.png", 32), ("128x128.png", 128), ("128x128@2x.png", 256), ("icon.png", 512)];

    /// Windows: every size that Explorer and the task bar ask for; the first is what a window shows by default.
    const ICO: [u32; 7] = [32, 16, 24, 48, 64, 128, 256];

    /// Apple's element types that hold a PNG. The smallest, `ic11`, serves 16 points on every display of today.
    const ICNS: [(&[u8; 4], u32); 7] =
        [(b"ic11", 32), (b"ic12", 64), (b"ic07", 128), (b"ic13", 256), (b"ic08", 256), (b"ic09", 512), (b"ic10", 1024)];

    /// Draws every size anew.
    pub fn draw(project: &Project) -> Result<()> {
        announce("Drawing the icons");
        let folder = project.path("icons");
        let svg = fs::read(folder.join("icon.svg")).context("reading icons/icon.svg")?;
        let tree = Tree::from_data(&svg, &Options::default()).context("icons/icon.svg is no drawing")?;
        for (name, size) in PNG {
            fs::write(folder.join(name), picture(&tree, size)?.encode_png()?)?;
        }
        write_ico(&tree, &folder.join("icon.ico"))?;
        write_icns(&tree, &folder.join("icon.icns"))
    }

    fn picture(tree: &Tree, size: u32) -> Result<Pixmap> {
        let mut picture = Pixmap::new(size, size).context("a picture has a size")?;
        #[allow(clippy::cast_precision_loss, reason = "at most 1024")]
        let (x, y) = (size as f32 / tree.size().width(), size as f32 / tree.size().height());
        resvg::render(tree, Transform::from_scale(x, y), &mut picture.as_mut());
        Ok(picture)
    }

    fn write_ico(tree: &Tree, file: &Path) -> Result<()> {
        let mut icon = IconDir::new(ResourceType::Icon);
        for size in ICO {
            let png = picture(tree, size)?.encode_png()?;
            let image = IconImage::read_png(png.as_slice())?;
            // Only 256 pixels may be compressed: older readers take the smaller sizes as bitmaps.
            icon.add_entry(if size == 256 {
                IconDirEntry::encode_as_png(&image)?
            } else {
                IconDirEntry::encode_as_bmp(&image)?
            });
        }
        icon.write(File::create(file)?).context("writing icon.ico")
    }

    /// The format is a header and one length-prefixed element for each size.
    fn write_icns(tree: &Tree, file: &Path) -> Result<()> {
        const HEADER: usize = 8;
        let mut elements = Vec::new();
        for (kind, size) in ICNS {
            let png = picture(tree, size)?.encode_png()?;
            elements.extend_from_slice(kind);
            elements.extend(u32::try_from(png.len() + HEADER)?.to_be_bytes());
            elements.extend(png);
        }
        let mut file = File::create(file)?;
        file.write_all(b"icns")?;
        file.write_all(&u32::try_from(elements.len() + HEADER)?.to_be_bytes())?;
        file.write_all(&elements).context("writing icon.icns")
    }
}
