//! The people of this GitHub and their faces.

use std::{io::Write as _, sync::LazyLock};

use flate2::{Compression, Crc, write::ZlibEncoder};

use crate::access::{Access, Copilot};

/// Someone who can sign in.
#[derive(Debug)]
pub(crate) struct Person {
    pub(crate) id: u64,
    pub(crate) login: &'static str,
    pub(crate) name: &'static str,
    access: Access,
    /// Of the avatar, red, green, blue.
    colour: [u8; 3],
}

/// Those whom a page proposes, the first one first.
pub(crate) const PEOPLE: [Person; 4] = [
    Person { id: 1001, login: "ada-lind", name: "Ada Lind", access: Access::Pro, colour: [0x2f, 0x6f, 0x66] },
    Person { id: 1002, login: "lin-wei", name: "林薇", access: Access::Business, colour: [0xb3, 0x5a, 0x1f] },
    Person { id: 1003, login: "nia-okoro", name: "Nia Okoro", access: Access::NoAccess, colour: [0x66, 0x39, 0xba] },
    Person { id: 1004, login: "sam-reyes", name: "Sam Reyes", access: Access::Free, colour: [0x09, 0x69, 0xda] },
];

/// `colleague-01` to `colleague-20`, for stories of many people at once: they have Copilot by their company, and no
/// page proposes them.
static COLLEAGUES: LazyLock<Vec<Person>> = LazyLock::new(|| {
    let colleague = |number: u8| Person {
        id: 2000 + u64::from(number),
        login: format!("colleague-{number:02}").leak(), // once for each, as long as the program runs
        name: format!("Colleague {number}").leak(),
        access: Access::Business,
        colour: [0x20, 12 * number, 0x80],
    };
    (1..=20).map(colleague).collect()
});

fn everyone() -> impl Iterator<Item = &'static Person> {
    PEOPLE.iter().chain(COLLEAGUES.iter())
}

pub(crate) fn by_login(login: &str) -> Option<&'static Person> {
    everyone().find(|person| person.login.eq_ignore_ascii_case(login))
}

pub(crate) fn by_id(id: u64) -> Option<&'static Person> {
    everyone().find(|person| person.id == id)
}

impl Person {
    /// The Copilot that the person has until somebody says otherwise.
    pub(crate) fn copilot(&self) -> Copilot {
        let organization = (self.access == Access::Business).then(|| "lumen-works".to_owned());
        Copilot { organization, ..Copilot::of(self.access) }
    }

    /// A PNG of 5 × 5 fields, mirrored, drawn from the id.
    pub(crate) fn avatar(&self) -> Vec<u8> {
        const FIELD: usize = 16;
        const SIDE: usize = 7 * FIELD; // five fields and a margin of one
        let pattern = self.id.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 17;
        let filled = |x: usize, y: usize| {
            let (column, row) = (x / FIELD, y / FIELD);
            let inside = (1..=5).contains(&column) && (1..=5).contains(&row);
            inside && {
                let mirrored = (column - 1).min(5 - column);
                pattern >> ((row - 1) * 3 + mirrored) & 1 == 1
            }
        };
        let mut rows = Vec::with_capacity(SIDE * (1 + SIDE * 3));
        for y in 0..SIDE {
            rows.push(0); // this row is not filtered
            for x in 0..SIDE {
                rows.extend(if filled(x, y) { self.colour } else { [0xf0, 0xf3, 0xf6] });
            }
        }
        png(u32::try_from(SIDE).unwrap_or_default(), &rows)
    }
}

/// A true-colour PNG of `side` × `side` pixels from rows that each begin with their filter.
fn png(side: u32, rows: &[u8]) -> Vec<u8> {
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut chunk = |kind: &[u8; 4], data: &[u8]| {
        file.extend(u32::try_from(data.len()).unwrap_or_default().to_be_bytes());
        let start = file.len();
        file.extend(kind);
        file.extend(data);
        let mut crc = Crc::new();
        crc.update(&file[start..]);
        file.extend(crc.sum().to_be_bytes());
    };
    let mut header = [side.to_be_bytes(), side.to_be_bytes()].concat();
    header.extend([8, 2, 0, 0, 0]); // eight bits, true colour, the standard methods, not interlaced
    let mut deflate = ZlibEncoder::new(Vec::new(), Compression::best());
    let pixels = deflate.write_all(rows).and_then(|()| deflate.finish());
    chunk(b"IHDR", &header);
    chunk(b"IDAT", &pixels.expect("writing into memory does not fail"));
    chunk(b"IEND", &[]);
    file
}
