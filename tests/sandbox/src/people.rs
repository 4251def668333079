//! The people of this GitHub, their organisations and their faces.

use std::io::Write as _;

use flate2::{Compression, Crc, write::ZlibEncoder};

/// What Copilot a person has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Plan {
    /// Paid by the person.
    Pro,
    /// Paid by an organisation.
    Business,
    /// The free plan with its small quota.
    Free,
    /// No access.
    None,
}

/// Someone who can sign in.
#[derive(Debug)]
pub(crate) struct Person {
    pub(crate) id: u64,
    pub(crate) login: &'static str,
    pub(crate) name: &'static str,
    pub(crate) plan: Plan,
    /// Of the avatar, red, green, blue.
    colour: [u8; 3],
}

/// Everyone, the one a page proposes first.
pub(crate) const PEOPLE: [Person; 4] = [
    Person { id: 1001, login: "ada-lind", name: "Ada Lind", plan: Plan::Pro, colour: [0x2f, 0x6f, 0x66] },
    Person { id: 1002, login: "lin-wei", name: "林薇", plan: Plan::Business, colour: [0xb3, 0x5a, 0x1f] },
    Person { id: 1003, login: "nia-okoro", name: "Nia Okoro", plan: Plan::None, colour: [0x66, 0x39, 0xba] },
    Person { id: 1004, login: "sam-reyes", name: "Sam Reyes", plan: Plan::Free, colour: [0x09, 0x69, 0xda] },
];

pub(crate) fn by_login(login: &str) -> Option<&'static Person> {
    PEOPLE.iter().find(|person| person.login.eq_ignore_ascii_case(login))
}

pub(crate) fn by_id(id: u64) -> Option<&'static Person> {
    PEOPLE.iter().find(|person| person.id == id)
}

impl Person {
    /// Organisations as `/user/orgs` lists them: id and login. Ada's `Acme-Corp` stands on the second page and in
    /// another case than people write it, which is what careless clients get wrong.
    pub(crate) fn organizations(&self) -> Vec<(u64, String)> {
        match self.login {
            "ada-lind" => (1..=33)
                .map(|number| (5000 + number, format!("guild-{number:02}")))
                .chain([(5100, "Acme-Corp".into())])
                .collect(),
            "lin-wei" => vec![(5200, "lumen-works".into())],
            _ => Vec::new(),
        }
    }

    /// The person's membership: `active`, `pending`, or none.
    pub(crate) fn membership(&self, organization: &str) -> Option<&'static str> {
        let member = self.organizations().iter().any(|(_, login)| login.eq_ignore_ascii_case(organization));
        if member {
            return Some("active");
        }
        (self.login == "lin-wei" && organization.eq_ignore_ascii_case("acme-corp")).then_some("pending")
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
