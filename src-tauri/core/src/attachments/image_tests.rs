//! Pictures that were made for it: turned by EXIF, too large, torn, and with things in them that must not go along.

use image::{Rgb, RgbImage, Rgba};

use super::*;

/// A picture of this size, as a PNG.
pub(in crate::attachments) fn png(width: u32, height: u32) -> Vec<u8> {
    super::png(&quarters(width, height).into()).expect("a picture of our own")
}

const RED: [u8; 3] = [220, 30, 30];
const GREEN: [u8; 3] = [30, 200, 30];
const BLUE: [u8; 3] = [30, 30, 220];
const WHITE: [u8; 3] = [240, 240, 240];

/// Four quarters: red and green above, blue and white below.
fn quarters(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        Rgb(match (x < width / 2, y < height / 2) {
            (true, true) => RED,
            (false, true) => GREEN,
            (true, false) => BLUE,
            (false, false) => WHITE,
        })
    })
}

/// The colour in the middle of each quarter, in the order of [`quarters`].
fn seen(content: &[u8]) -> [[u8; 3]; 4] {
    let image = kept(content).expect("a picture").into_rgb8();
    let (w, h) = image.dimensions();
    let near = |x: u32, y: u32| {
        let got = image.get_pixel(x, y).0;
        let far = |known: &[u8; 3]| -> u32 { known.iter().zip(got).map(|(a, b)| u32::from(a.abs_diff(b))).sum() };
        [RED, GREEN, BLUE, WHITE].into_iter().min_by_key(far).expect("there are four")
    };
    [near(w / 4, h / 4), near(3 * w / 4, h / 4), near(w / 4, 3 * h / 4), near(3 * w / 4, 3 * h / 4)]
}

/// A JPEG as a camera writes it: with its orientation, and a word that says where it was taken.
fn photograph(width: u32, height: u32, orientation: u8) -> Vec<u8> {
    let plain = jpeg(&quarters(width, height).into(), 95).expect("a picture of our own");
    let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x02\0".to_vec();
    exif.extend([0x12, 1, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0]);
    exif.extend([0x0e, 1, 2, 0, 16, 0, 0, 0, 38, 0, 0, 0]);
    exif.extend([0, 0, 0, 0]);
    exif.extend(b"taken-at-my-home");
    let length = u16::try_from(exif.len() + 2).expect("it is short").to_be_bytes();
    [&plain[..2], &[0xff, 0xe1], &length, &exif, &plain[2..]].concat()
}

#[test]
fn a_photograph_stands_upright_however_the_camera_was_held() {
    // What a viewer makes of each, by the standard: rows and columns of the stored picture, told anew.
    let upright: [(u8, [[u8; 3]; 4]); 8] = [
        (1, [RED, GREEN, BLUE, WHITE]),
        (2, [GREEN, RED, WHITE, BLUE]),
        (3, [WHITE, BLUE, GREEN, RED]),
        (4, [BLUE, WHITE, RED, GREEN]),
        (5, [RED, BLUE, GREEN, WHITE]),
        (6, [BLUE, RED, WHITE, GREEN]),
        (7, [WHITE, GREEN, BLUE, RED]),
        (8, [GREEN, WHITE, RED, BLUE]),
    ];
    for (orientation, expected) in upright {
        let picture = read(&photograph(160, 96, orientation)).expect("a JPEG").expect("whole");
        assert_eq!(seen(&picture.content), expected, "orientation {orientation}: what is sent");
        assert_eq!(seen(&picture.thumbnail), expected, "orientation {orientation}: what is shown");
        let size = if orientation < 5 { (160, 96) } else { (96, 160) };
        assert_eq!((picture.width, picture.height), size, "orientation {orientation}: lying or standing");
    }
}

#[test]
fn where_a_photograph_was_taken_is_told_nobody() {
    let photograph = photograph(160, 96, 6);
    let holds = |bytes: &[u8], word: &[u8]| bytes.windows(word.len()).any(|window| window == word);
    assert!(holds(&photograph, b"taken-at-my-home"), "it is in the file, so it could be found");
    let picture = read(&photograph).expect("a JPEG").expect("whole");
    for (what, bytes) in [("what is sent", &picture.content), ("what is shown", &picture.thumbnail)] {
        assert!(!holds(bytes, b"taken-at-my-home") && !holds(bytes, b"Exif"), "{what} holds the picture alone");
    }
}

#[test]
fn a_large_picture_becomes_one_that_models_look_at() {
    let picture = read(&photograph(5000, 2500, 1)).expect("a JPEG").expect("whole");
    assert_eq!((picture.width, picture.height), (2000, 1000), "the longest side, and the other in proportion");
    assert_eq!(seen(&picture.content), [RED, GREEN, BLUE, WHITE], "the same picture");
    let small = kept(&picture.thumbnail).expect("a picture");
    assert_eq!((small.width(), small.height()), (480, 240), "and a small one to show");
}

#[test]
fn a_screenshot_stays_sharp_and_a_drawing_keeps_its_holes() {
    let screenshot = quarters(300, 200);
    let picture = read(&super::png(&screenshot.clone().into()).unwrap()).expect("a PNG").expect("whole");
    assert_eq!(picture.media_type, "image/png", "letters must not blur");
    assert_eq!(kept(&picture.content).expect("a picture").into_rgb8(), screenshot, "not a pixel is another");

    let drawing = RgbaImage::from_fn(40, 40, |x, _| if x < 20 { Rgba([9, 9, 9, 255]) } else { Rgba([0, 0, 0, 0]) });
    let picture = read(&super::png(&drawing.clone().into()).unwrap()).expect("a PNG").expect("whole");
    assert_eq!(kept(&picture.content).expect("a picture").into_rgba8(), drawing, "what shines through still does");
    let flat = kept(&jpeg(&drawing.into(), 95).unwrap()).expect("a picture").into_rgb8();
    assert!(flat.get_pixel(30, 20).0.iter().all(|&colour| colour > 245), "as a JPEG it stands on white, not on black");
}

#[test]
fn every_common_kind_of_picture_is_read() {
    for (format, kind) in [
        (ImageFormat::Png, "image/png"),
        (ImageFormat::Jpeg, "image/jpeg"),
        (ImageFormat::Gif, "image/png"),
        (ImageFormat::WebP, "image/jpeg"),
        (ImageFormat::Bmp, "image/png"),
        (ImageFormat::Tiff, "image/png"),
    ] {
        let mut file = Cursor::new(Vec::new());
        DynamicImage::from(quarters(64, 64)).write_to(&mut file, format).expect("it writes what it reads");
        let picture = read(file.get_ref()).expect("known by its content").expect("whole");
        assert_eq!(picture.media_type, kind, "{format:?} goes as something that every model takes");
        assert_eq!(seen(&picture.content), [RED, GREEN, BLUE, WHITE], "{format:?} shows what it showed");
    }
}

#[test]
fn a_screenshot_that_is_no_file_is_a_picture_too() {
    let shot: RgbaImage = DynamicImage::from(quarters(300, 200)).into_rgba8();
    let picture = read_pixels(300, 200, shot.into_raw()).expect("so many pixels");
    assert_eq!((picture.media_type, seen(&picture.content)), ("image/png", [RED, GREEN, BLUE, WHITE]), "and sharp");
    for (width, height, pixels) in [(300, 200, vec![0; 8]), (0, 0, vec![]), (50_000, 50_000, vec![])] {
        assert!(read_pixels(width, height, pixels).is_err(), "{width} × {height} pixels that are not there");
    }
}

/// The head of a PNG that says it is so large, and nothing behind it.
fn bomb(width: u32, height: u32) -> Vec<u8> {
    let mut file = png(1, 1);
    file[16..20].copy_from_slice(&width.to_be_bytes());
    file[20..24].copy_from_slice(&height.to_be_bytes());
    // The checksum of the head must be right, or it is refused for that.
    let sum = file[12..29].iter().fold(u32::MAX, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 })
    });
    file[29..33].copy_from_slice(&(!sum).to_be_bytes());
    file
}

#[test]
fn a_picture_that_would_fill_the_memory_is_refused_by_its_head() {
    let begun = std::time::Instant::now();
    let refused = read(&bomb(50_000, 50_000)).expect("a PNG").err().expect("2.5 thousand million pixels");
    assert_eq!(refused.code, Code::PictureTooLarge, "why: {refused:?}");
    assert_eq!(
        (refused.params["width"].as_str(), refused.params["limit"].as_str()),
        ("50000", "64"),
        "and by how much"
    );
    assert!(begun.elapsed().as_millis() < 500, "nothing was made for it: {:?}", begun.elapsed());
    let lying = read(&bomb(6000, 6000)).expect("a PNG").err().expect("there is one pixel in it");
    assert_eq!(lying.code, Code::AttachmentDamaged, "a head that promises too much");
}

#[test]
fn a_torn_file_is_told_as_that_and_takes_nothing_along() {
    let whole = png(200, 200);
    for length in [33, 60, whole.len() / 2, whole.len() - 20] {
        let torn = read(&whole[..length]).expect("its head says what it is");
        assert_eq!(torn.err().map(|it| it.code), Some(Code::AttachmentDamaged), "the first {length} bytes");
    }
    // Whatever is wrong with it, it is read or refused.
    let photograph = photograph(64, 64, 6);
    for at in 0..photograph.len() {
        let mut broken = photograph.clone();
        broken[at] ^= 0x55;
        let _ = read(&broken);
        let _ = read(&photograph[..at]);
    }
}
