//! A picture that we keep, as one model takes it.

use super::image;
use crate::error::{Code, Error, Result};

/// What a model takes of pictures.
#[derive(Clone, Copy, Debug, Default)]
pub struct Limits<'a> {
    /// How large one may be, in bytes as it is sent.
    pub size: Option<usize>,
    /// The kinds that it takes; with none named, those that every model takes.
    pub media_types: &'a [String],
}

/// A picture ready to be sent.
#[derive(Debug, PartialEq, Eq)]
pub struct Fit {
    /// Its bytes.
    pub content: Vec<u8>,
    /// Its kind.
    pub media_type: String,
}

/// A side shorter than this tells a model nothing, in pixels.
const SHORTEST_SIDE: u32 = 64;

const JPEG: &str = "image/jpeg";

impl Limits<'_> {
    fn hold(&self, bytes: usize) -> bool {
        // Sent as base64; which of the two sizes is meant the list does not say.
        self.size.is_none_or(|limit| bytes.div_ceil(3) * 4 <= limit)
    }

    fn takes(&self, media_type: &str) -> bool {
        self.media_types.is_empty() || self.media_types.iter().any(|known| known == media_type)
    }

    /// The picture within these limits; as it is when it is within them already. Blocks. `PictureTooLarge` when no
    /// picture is small enough.
    pub fn fit(&self, content: Vec<u8>, media_type: &str) -> Result<Fit> {
        // Who takes no JPEG but something else is unheard of: then it goes as it is.
        if self.hold(content.len()) && (self.takes(media_type) || !self.takes(JPEG)) {
            return Ok(Fit { content, media_type: media_type.to_owned() });
        }
        let mut image = image::kept(&content).ok_or(Code::AttachmentDamaged)?;
        let mut quality = 90;
        loop {
            let content = image::jpeg(&image, quality)?;
            if self.hold(content.len()) {
                return Ok(Fit { content, media_type: JPEG.to_owned() });
            }
            // First a little coarser, then smaller.
            if quality > 75 {
                quality = 75;
                continue;
            }
            let side = image.width().max(image.height()) * 3 / 4;
            if side < SHORTEST_SIDE {
                return Err(Error::new(Code::PictureTooLarge));
            }
            image = image::within(image, side);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(side: u32) -> Vec<u8> {
        // Nothing that any encoder could make small.
        let mut state = 1_u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_be_bytes()[0]
        };
        let image = ::image::RgbImage::from_fn(side, side, |_, _| ::image::Rgb([next(), next(), next()]));
        image::png(&image.into()).expect("a picture of our own")
    }

    #[test]
    fn what_is_within_the_limits_goes_as_it_is() {
        let png = image::tests::png(20, 10);
        let types = ["image/jpeg".to_owned(), "image/png".to_owned()];
        let limits = Limits { size: Some(3_145_728), media_types: &types };
        let fit = limits.fit(png.clone(), "image/png").expect("a small picture");
        assert_eq!((fit.content, fit.media_type.as_str()), (png.clone(), "image/png"), "not a bit of it changes");
        let unlimited = Limits::default().fit(png.clone(), "image/png").expect("no limit is named");
        assert_eq!(unlimited.content, png, "what is not forbidden goes");
    }

    #[test]
    fn a_picture_is_made_as_small_as_the_model_takes_it() {
        let (png, size) = (noise(600), 60_000);
        assert!(png.len() > 1_000_000, "too large by far: {}", png.len());
        let fit = Limits { size: Some(size), media_types: &[] }.fit(png, "image/png").expect("smaller, it fits");
        assert!(fit.content.len().div_ceil(3) * 4 <= size, "as it is sent: {}", fit.content.len());
        assert_eq!(fit.media_type, "image/jpeg", "as a photograph is written");
        let image = image::kept(&fit.content).expect("still a picture");
        assert_eq!(image.width(), image.height(), "not squeezed");
        let refused = Limits { size: Some(300), media_types: &[] }.fit(noise(600), "image/png");
        assert_eq!(refused.err().map(|it| it.code), Some(Code::PictureTooLarge), "and what cannot fit says so");
    }

    #[test]
    fn a_kind_that_the_model_does_not_take_becomes_one_that_it_does() {
        let types = ["image/jpeg".to_owned()];
        let fit = Limits { size: None, media_types: &types }.fit(image::tests::png(9, 9), "image/png");
        assert_eq!(fit.expect("written anew").media_type, "image/jpeg", "no PNG for who takes none");
    }
}
