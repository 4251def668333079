//! A list in JSON, read one piece at a time: what is in memory is the file's own bytes and one piece of it.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::error::{Code, Error, Result};

/// Hands over each piece of the list that the file is.
pub(super) fn of_list<'b>(bytes: &'b [u8], take: impl FnMut(&'b str) -> Result<()>) -> Result<()> {
    read(bytes, None, take)
}

/// Hands over each piece of the list of that name in the object that the file is.
pub(super) fn of_object<'b>(bytes: &'b [u8], name: &str, take: impl FnMut(&'b str) -> Result<()>) -> Result<()> {
    read(bytes, Some(name), take)
}

fn read<'b>(bytes: &'b [u8], name: Option<&str>, mut take: impl FnMut(&'b str) -> Result<()>) -> Result<()> {
    let mut failed = None;
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let read = Each { name, take: &mut take, failed: &mut failed }.deserialize(&mut json).and_then(|()| json.end());
    match (failed, read) {
        (Some(error), _) => Err(error),
        (None, Err(_)) => Err(Code::ImportUnreadable.into()),
        (None, Ok(())) => Ok(()),
    }
}

struct Each<'a, F> {
    /// Of the list, where it is in an object.
    name: Option<&'a str>,
    take: &'a mut F,
    /// Why no more was taken.
    failed: &'a mut Option<Error>,
}

impl<'de, F: FnMut(&'de str) -> Result<()>> DeserializeSeed<'de> for Each<'_, F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> std::result::Result<(), D::Error> {
        if self.name.is_some() { json.deserialize_map(self) } else { json.deserialize_seq(self) }
    }
}

impl<'de, F: FnMut(&'de str) -> Result<()>> Visitor<'de> for Each<'_, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of conversations")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> std::result::Result<(), A::Error> {
        while let Some(piece) = list.next_element::<&RawValue>()? {
            if let Err(error) = (self.take)(piece.get()) {
                *self.failed = Some(error);
                return Err(A::Error::custom("no more is taken"));
            }
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> std::result::Result<(), A::Error> {
        let Self { name, take, failed } = self;
        let mut found = false;
        while let Some(key) = object.next_key::<std::borrow::Cow<'_, str>>()? {
            if name == Some(&*key) && !found {
                found = true;
                object.next_value_seed(Each { name: None, take: &mut *take, failed: &mut *failed })?;
            } else {
                object.next_value::<IgnoredAny>()?;
            }
        }
        if found { Ok(()) } else { Err(A::Error::custom("no conversations")) }
    }
}
