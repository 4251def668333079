//! The bill of materials: CycloneDX 1.6 in JSON.
//!
//! Written by hand, for the few fields that it has; that it is one by the format's own schema is for the library of its
//! makers to say (`supply/tests/schema.mjs`). Theirs for Rust is compiled longer than all the rest of this crate.

use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use spdx::Expression;

use crate::part::{Hash, Kind, Part};

/// The bill of a version of Wingman. The same parts give the same bytes.
pub fn write(parts: &[Part], version: &str) -> Result<Vec<u8>> {
    let own = format!("pkg:generic/wingman@{version}");
    let mut needs: Vec<&str> = parts.iter().map(|part| part.purl.as_str()).collect();
    needs.sort_unstable();
    let mut dependencies = vec![json!({ "ref": own, "dependsOn": needs })];
    dependencies.extend(parts.iter().map(|part| json!({ "ref": part.purl, "dependsOn": part.needs })));
    let bill = json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": own,
                "name": "wingman",
                "version": version,
                "licenses": [{ "expression": "MIT" }],
                "purl": own,
            },
        },
        "components": parts.iter().map(component).collect::<Vec<_>>(),
        "dependencies": dependencies,
    });
    serde_json::to_vec_pretty(&bill).context("writing the bill")
}

fn component(part: &Part) -> Value {
    let kind = match part.kind {
        Kind::Runtime => "runtime",
        Kind::Crate => "crate",
        Kind::Npm => "npm",
        Kind::Library => "library",
    };
    let mut properties = vec![json!({ "name": "wingman:kind", "value": kind })];
    properties.extend(part.linkage.map(|linkage| json!({ "name": "wingman:linkage", "value": linkage })));
    let mut component = json!({
        "type": "library",
        "bom-ref": part.purl,
        "name": part.name,
        "version": part.version,
        "licenses": [licence(part)],
        "purl": part.purl,
        "properties": properties,
    });
    if let Some(hash) = &part.hash {
        let (algorithm, digits) = match hash {
            Hash::Sha256(digits) => ("SHA-256", digits),
            Hash::Sha512(digits) => ("SHA-512", digits),
        };
        component["hashes"] = json!([{ "alg": algorithm, "content": digits }]);
    }
    if let Some(source) = part.source.as_ref().filter(|source| source.starts_with("https://")) {
        component["externalReferences"] = json!([{ "type": "vcs", "url": source }]);
    }
    component
}

/// An expression where SPDX knows all of it, and else the licence's own name with its text.
fn licence(part: &Part) -> Value {
    if Expression::parse(&part.licence).is_ok() {
        return json!({ "expression": part.licence });
    }
    let text = part.texts.first().map(|text| json!({ "contentType": "text/plain", "content": text }));
    json!({ "license": { "name": part.licence, "text": text } })
}
