//! Pictures: decoded within limits, turned upright, made no larger than a model looks at, and written anew, so that
//! nothing of what a camera wrote beside the picture (place, time, serial number) goes along.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType as PngFilter, PngEncoder};
use image::imageops::FilterType;
use image::{DynamicImage, ImageDecoder as _, ImageError, ImageFormat, ImageReader, Limits, RgbImage, RgbaImage};

use crate::error::{Code, Error, Result};

/// What a picture may have of pixels: any telephone's, and nothing that fills the memory.
const MOST_PIXELS: u64 = 64_000_000;

/// What decoding one may take of memory, in bytes: those pixels with sixteen bits for each colour.
const MOST_MEMORY: u64 = 8 * MOST_PIXELS;

/// The longest side that is kept, in pixels: the runtime makes a larger one smaller to this, and a model sees no more.
const LONGEST_SIDE: u32 = 2000;

/// What is kept without loss when it is no larger, in bytes: screenshots and drawings, whose letters must stay sharp.
const LARGEST_LOSSLESS: usize = 2 * 1024 * 1024;

/// The longest side of the small picture, in pixels.
const THUMBNAIL_SIDE: u32 = 480;

/// Of a hundred. What is kept looks like the original; what is only looked at small need not.
const FINE: u8 = 90;
const COARSE: u8 = 80;

/// A picture as it is kept.
pub(super) struct Picture {
    pub content: Vec<u8>,
    pub media_type: &'static str,
    pub width: u32,
    pub height: u32,
    pub thumbnail: Vec<u8>,
}

/// The picture; none when it is none of a kind that is known.
pub(super) fn read(bytes: &[u8]) -> Option<Result<Picture>> {
    let reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().ok()?;
    let format = reader.format()?;
    // A decoder that stumbles over a file made to make it stumble is no reason to.
    let kept = catch_unwind(AssertUnwindSafe(|| keep(decoded(reader)?, format)));
    Some(kept.unwrap_or_else(|_panic| Err(Code::AttachmentDamaged.into())))
}

/// The picture of so many pixels, four bytes for each.
pub(super) fn read_pixels(width: u32, height: u32, pixels: Vec<u8>) -> Result<Picture> {
    small_enough(width, height)?;
    let image = RgbaImage::from_raw(width, height, pixels).filter(|image| !image.is_empty());
    keep(image.ok_or(Code::AttachmentDamaged)?.into(), ImageFormat::Png)
}

fn small_enough(width: u32, height: u32) -> Result<()> {
    if u64::from(width) * u64::from(height) <= MOST_PIXELS {
        return Ok(());
    }
    let error = Error::new(Code::PictureTooLarge).with("width", width).with("height", height);
    Err(error.with("limit", MOST_PIXELS / 1_000_000))
}

/// Decodes within the limits and turns it upright.
fn decoded(mut reader: ImageReader<Cursor<&[u8]>>) -> Result<DynamicImage> {
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MOST_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|error| refused(&error))?;
    // Looked at in the head of the file, before anything is made for so many pixels.
    let (width, height) = decoder.dimensions();
    small_enough(width, height)?;
    let orientation = decoder.orientation();
    let mut image = DynamicImage::from_decoder(decoder).map_err(|error| refused(&error))?;
    if let Ok(orientation) = orientation {
        image.apply_orientation(orientation);
    }
    Ok(image)
}

fn refused(error: &ImageError) -> Error {
    match error {
        ImageError::Limits(_) => Error::new(Code::PictureTooLarge).with("limit", MOST_PIXELS / 1_000_000),
        _ => Code::AttachmentDamaged.into(),
    }
}

fn keep(image: DynamicImage, format: ImageFormat) -> Result<Picture> {
    let image = eight_bits(within(image, LONGEST_SIDE));
    let (width, height) = (image.width(), image.height());
    let drawn = !matches!(format, ImageFormat::Jpeg | ImageFormat::WebP) || has_holes(&image);
    let lossless = if drawn { Some(png(&image)?).filter(|png| png.len() <= LARGEST_LOSSLESS) } else { None };
    let (content, media_type) = match lossless {
        Some(png) => (png, "image/png"),
        None => (jpeg(&image, FINE)?, "image/jpeg"),
    };
    let small = within(image, THUMBNAIL_SIDE);
    let thumbnail = if has_holes(&small) { png(&small)? } else { jpeg(&small, COARSE)? };
    Ok(Picture { content, media_type, width, height, thumbnail })
}

/// Decodes what we have kept.
pub(super) fn kept(content: &[u8]) -> Option<DynamicImage> {
    ImageReader::new(Cursor::new(content)).with_guessed_format().ok()?.decode().ok()
}

/// The picture with no side longer than this; one that is small enough is left as it is.
pub(super) fn within(image: DynamicImage, side: u32) -> DynamicImage {
    let longest = image.width().max(image.height());
    if longest <= side {
        return image;
    }
    // The fine filter looks at every pixel many times: a much larger picture is made smaller coarsely first.
    let image = if longest > 3 * side { image.thumbnail(2 * side, 2 * side) } else { image };
    image.resize(side, side, FilterType::Lanczos3)
}

/// Eight bits for each colour, with or without holes: what both encoders write.
fn eight_bits(image: DynamicImage) -> DynamicImage {
    match image {
        DynamicImage::ImageRgb8(_) | DynamicImage::ImageRgba8(_) => image,
        other if other.color().has_alpha() => other.into_rgba8().into(),
        other => other.into_rgb8().into(),
    }
}

/// Whether something shines through.
fn has_holes(image: &DynamicImage) -> bool {
    image.as_rgba8().is_some_and(|image| image.pixels().any(|pixel| pixel.0[3] != u8::MAX))
}

/// As a PNG, without loss.
pub(super) fn png(image: &DynamicImage) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let encoder = PngEncoder::new_with_quality(&mut bytes, CompressionType::Default, PngFilter::Adaptive);
    match opaque(image) {
        Some(image) => image.write_with_encoder(encoder),
        None => image.write_with_encoder(encoder),
    }
    .map_err(unwritten)?;
    Ok(bytes)
}

/// As a JPEG; what shines through becomes white, as paper would.
pub(super) fn jpeg(image: &DynamicImage, quality: u8) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut bytes, quality);
    let flat = match image.as_rgba8() {
        Some(image) => on_white(image),
        None => image.to_rgb8(),
    };
    flat.write_with_encoder(encoder).map_err(unwritten)?;
    Ok(bytes)
}

/// The same without a channel for holes when there are none: a third smaller.
fn opaque(image: &DynamicImage) -> Option<DynamicImage> {
    (image.color().has_alpha() && !has_holes(image)).then(|| image.to_rgb8().into())
}

fn on_white(image: &RgbaImage) -> RgbImage {
    let white = |colour: u8, alpha: u8| {
        let mixed = u32::from(colour) * u32::from(alpha) + 255 * u32::from(u8::MAX - alpha);
        u8::try_from(mixed / 255).unwrap_or(u8::MAX)
    };
    RgbImage::from_fn(image.width(), image.height(), |x, y| {
        let [r, g, b, a] = image.get_pixel(x, y).0;
        image::Rgb([white(r, a), white(g, a), white(b, a)])
    })
}

#[allow(clippy::needless_pass_by_value, reason = "for `map_err`")]
fn unwritten(error: ImageError) -> Error {
    Error::new(Code::Internal).with("reason", error)
}

#[cfg(test)]
#[path = "image_tests.rs"]
pub(super) mod tests;
