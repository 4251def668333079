//! An authority that no system knows, and the certificates that it gives out.

use anyhow::Result;
use openssl::asn1::Asn1Time;
use openssl::bn::{BigNum, MsbOption};
use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::x509::extension::{BasicConstraints, KeyUsage, SubjectAlternativeName};
use openssl::x509::{X509, X509Builder, X509Name};

/// The authority.
#[derive(Debug)]
pub struct Authority {
    certificate: X509,
    key: PKey<Private>,
}

/// A certificate with its key.
#[derive(Clone, Debug)]
pub struct Identity {
    pub(crate) certificate: X509,
    pub(crate) key: PKey<Private>,
}

impl Authority {
    /// A new one.
    pub fn new() -> Result<Self> {
        let key = new_key()?;
        let mut builder = begun("A company's own authority", &key)?;
        let own = builder.build_name()?;
        builder.inner.set_issuer_name(&own)?;
        builder.inner.append_extension(BasicConstraints::new().critical().ca().build()?)?;
        builder.inner.append_extension(KeyUsage::new().critical().key_cert_sign().build()?)?;
        builder.inner.sign(&key, MessageDigest::sha256())?;
        Ok(Self { certificate: builder.inner.build(), key })
    }

    /// Its certificate, as a company hands it out.
    pub fn pem(&self) -> Result<Vec<u8>> {
        Ok(self.certificate.to_pem()?)
    }

    /// A certificate for these host names.
    pub fn certify(&self, names: &[&str]) -> Result<Identity> {
        let key = new_key()?;
        let mut builder = begun("A server", &key)?;
        builder.inner.set_issuer_name(self.certificate.subject_name())?;
        let mut all = SubjectAlternativeName::new();
        for name in names {
            all.dns(name);
        }
        let all = all.build(&builder.inner.x509v3_context(Some(&self.certificate), None))?;
        builder.inner.append_extension(all)?;
        builder.inner.sign(&self.key, MessageDigest::sha256())?;
        Ok(Identity { certificate: builder.inner.build(), key })
    }
}

fn new_key() -> Result<PKey<Private>> {
    let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1)?;
    Ok(PKey::from_ec_key(EcKey::generate(&group)?)?)
}

struct Begun {
    inner: X509Builder,
    name: &'static str,
}

impl Begun {
    fn build_name(&self) -> Result<X509Name> {
        let mut name = X509Name::builder()?;
        name.append_entry_by_nid(Nid::COMMONNAME, self.name)?;
        Ok(name.build())
    }
}

/// What all certificates have: a number, a name, a key, and a day of life.
fn begun(name: &'static str, key: &PKey<Private>) -> Result<Begun> {
    let mut begun = Begun { inner: X509::builder()?, name };
    let subject = begun.build_name()?;
    let mut number = BigNum::new()?;
    number.rand(127, MsbOption::MAYBE_ZERO, false)?;
    let number = number.to_asn1_integer()?;
    let (from, until) = (Asn1Time::from_unix(yesterday())?, Asn1Time::days_from_now(1)?);
    let builder = &mut begun.inner;
    builder.set_version(2)?;
    builder.set_serial_number(&number)?;
    builder.set_subject_name(&subject)?;
    builder.set_pubkey(key)?;
    builder.set_not_before(&from)?;
    builder.set_not_after(&until)?;
    Ok(begun)
}

fn yesterday() -> i64 {
    let now = std::time::UNIX_EPOCH.elapsed().unwrap_or_default().as_secs();
    i64::try_from(now).unwrap_or_default() - 86_400
}
