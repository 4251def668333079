//! The bill of materials: CycloneDX 1.5 in JSON, as the library of its makers writes it.

use anyhow::{Context as _, Result};
use cyclonedx_bom::external_models::normalized_string::NormalizedString;
use cyclonedx_bom::external_models::uri::{Purl, Uri};
use cyclonedx_bom::models::attached_text::AttachedText;
use cyclonedx_bom::models::bom::{Bom, SpecVersion};
use cyclonedx_bom::models::component::{Classification, Component, Components};
use cyclonedx_bom::models::dependency::{Dependencies, Dependency};
use cyclonedx_bom::models::external_reference::{ExternalReference, ExternalReferenceType, ExternalReferences};
use cyclonedx_bom::models::hash::{Hash as BomHash, HashAlgorithm, HashValue, Hashes};
use cyclonedx_bom::models::license::{License, LicenseChoice, Licenses};
use cyclonedx_bom::models::metadata::Metadata;
use cyclonedx_bom::models::property::{Properties, Property};
use cyclonedx_bom::models::tool::Tools;
use spdx::Expression;

use crate::part::{Hash, Kind, Part};

/// The bill of a version of Wingman.
pub fn write(parts: &[Part], version: &str) -> Result<Vec<u8>> {
    let own = format!("pkg:generic/wingman@{version}");
    let mut wingman = component(Classification::Application, "wingman", version, &own)?;
    wingman.licenses = Some(Licenses(vec![LicenseChoice::expression("MIT")]));
    let tool = component(Classification::Application, "wingman-supply", version, "wingman-supply")?;
    let mut metadata = Metadata::new().context("what time is it?")?;
    metadata.component = Some(wingman);
    metadata.tools = Some(Tools::Object { services: None, components: Some(Components(vec![tool])) });

    let mut components = Vec::new();
    let mut dependencies =
        vec![Dependency { dependency_ref: own, dependencies: parts.iter().map(|part| part.purl.clone()).collect() }];
    for part in parts {
        components.push(describe(part)?);
        dependencies.push(Dependency { dependency_ref: part.purl.clone(), dependencies: part.needs.clone() });
    }
    let bom = Bom {
        spec_version: SpecVersion::V1_5,
        metadata: Some(metadata),
        components: Some(Components(components)),
        dependencies: Some(Dependencies(dependencies)),
        ..Bom::default()
    };
    let mut json = Vec::new();
    bom.output_as_json(&mut json, SpecVersion::V1_5).context("writing the bill")?;
    Ok(json)
}

fn component(kind: Classification, name: &str, version: &str, reference: &str) -> Result<Component> {
    let mut component = Component::new(kind, name, version, Some(reference.to_owned()));
    if reference.starts_with("pkg:") {
        component.purl =
            Some(reference.parse::<Purl>().map_err(|()| anyhow::anyhow!("{reference} is no package URL"))?);
    }
    Ok(component)
}

fn describe(part: &Part) -> Result<Component> {
    let mut component = component(Classification::Library, &part.name, &part.version, &part.purl)?;
    component.licenses = Some(Licenses(vec![licence(part)]));
    component.hashes = part.hash.as_ref().map(|hash| {
        let (alg, content) = match hash {
            Hash::Sha256(digits) => (HashAlgorithm::SHA_256, digits),
            Hash::Sha512(digits) => (HashAlgorithm::SHA_512, digits),
        };
        Hashes(vec![BomHash { alg, content: HashValue(content.clone()) }])
    });
    if let Some(source) = &part.source {
        // An address that is none is left out; the part counts.
        if let Ok(uri) = Uri::try_from(source.clone()) {
            component.external_references =
                Some(ExternalReferences(vec![ExternalReference::new(ExternalReferenceType::Vcs, uri)]));
        }
    }
    let kind = match part.kind {
        Kind::Runtime => "runtime",
        Kind::Crate => "crate",
        Kind::Npm => "npm",
        Kind::Library => "library",
    };
    let mut properties = vec![Property::new("wingman:kind", kind)];
    properties.extend(part.linkage.map(|linkage| Property::new("wingman:linkage", linkage)));
    component.properties = Some(Properties(properties));
    Ok(component)
}

/// An expression where SPDX knows all of it, and else the licence's own name with its text.
fn licence(part: &Part) -> LicenseChoice {
    if Expression::parse(&part.licence).is_ok() {
        return LicenseChoice::expression(&part.licence);
    }
    let mut license = License::named_license(&part.licence);
    license.text = part.texts.first().map(|text| AttachedText {
        content_type: Some(NormalizedString::new("text/plain")),
        encoding: None,
        content: text.clone(),
    });
    LicenseChoice::License(license)
}
