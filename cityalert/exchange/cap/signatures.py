"""Who signed a document, and whether it is what was signed (XML signatures, enveloped, over the whole message).

A signature counts only by a certificate somebody here has put down as trusted: what a document brings along
proves nothing but that it agrees with itself.
"""

from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from lxml import etree
from signxml.algorithms import DigestAlgorithm, SignatureMethod
from signxml.exceptions import SignXMLException
from signxml.verifier import SignatureConfiguration, XMLVerifier

from cityalert.exchange.cap.document import SIGNATURES

_DS = f"{{{SIGNATURES}}}"
MOST_SIGNATURES = 4
# Only the whole message, without the signature itself: anything else leaves room for what nobody signed.
_TRANSFORMS = frozenset(
    {
        "http://www.w3.org/2000/09/xmldsig#enveloped-signature",
        "http://www.w3.org/2001/10/xml-exc-c14n#",
        "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
        "http://www.w3.org/2006/12/xml-c14n11",
    }
)


class Seal(TextChoices):
    """What became of looking at the signatures, from the best to the worst."""

    VALID = "valid", _("Signed, and the signature holds")
    UNKNOWN = "unknown", _("Signed by somebody we do not know")
    WEAK = "weak", _("Signed in a way that can be forged")
    INVALID = "invalid", _("The signature does not hold")
    NONE = "none", _("Not signed")


@dataclass(frozen=True)
class Signed:
    """What is known of a document's signature; `by` is a certificate's own name, for what that is worth."""

    seal: Seal
    by: str = ""


def trusted_certificates(text: str) -> list[x509.Certificate]:
    """The certificates in a PEM text. Raises ValueError."""
    return x509.load_pem_x509_certificates(text.encode()) if text.strip() else []


def look(raw: bytes, trusted: Iterable[x509.Certificate], *, at: datetime) -> Signed:
    """The best of its signatures, if it has any. For what `opening` let pass."""
    # With its comments and processing instructions: they may be part of what was signed.
    root = etree.fromstring(raw, _parser())
    found = [child for child in root if child.tag == f"{_DS}Signature"][:MOST_SIGNATURES]
    known = {one.fingerprint(SHA256()) for one in trusted}
    looked = [_look_at(root, place, known, at) for place in range(len(found))]
    return min(looked, key=lambda one: list(Seal).index(one.seal), default=Signed(Seal.NONE))


def _look_at(root: etree._Element, place: int, known: set[bytes], at: datetime) -> Signed:
    alone = _alone(root, place)
    signature = alone.find(f"{_DS}Signature")
    certificate = _certificate(signature)
    by = _name(certificate) if certificate else ""
    for seal, method in ((Seal.VALID, _STRONG), (Seal.WEAK, _ANY)):
        if _holds(alone, signature, certificate, method):
            if seal is Seal.WEAK:
                return Signed(Seal.WEAK, by)
            is_known = certificate is not None and certificate.fingerprint(SHA256()) in known
            in_time = certificate is not None and (
                certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc
            )
            return Signed(Seal.VALID if is_known and in_time else Seal.UNKNOWN, by)
    return Signed(Seal.INVALID, by)


_METHODS = frozenset(one for one in SignatureMethod if not one.name.startswith("HMAC"))
_STRONG: dict[str, Any] = {
    "signature_methods": frozenset(one for one in _METHODS if "SHA1" not in one.name),
    "digest_algorithms": frozenset(one for one in DigestAlgorithm if "SHA1" not in one.name),
}
_ANY: dict[str, Any] = {"signature_methods": _METHODS, "digest_algorithms": frozenset(DigestAlgorithm)}


def _holds(
    alone: etree._Element,
    signature: etree._Element | None,
    certificate: x509.Certificate | None,
    method: dict[str, Any],
) -> bool:
    if signature is None or not _covers_all(signature):
        return False
    config = SignatureConfiguration(
        require_x509=certificate is not None,
        location="./",
        # Whether it was in time is asked of a certificate that is trusted; here only whether it fits.
        verification_time=certificate.not_valid_before_utc if certificate else None,
        **method,
    )
    try:
        # Not against the schema of signatures: those of Canada's agencies have ids that it forbids.
        XMLVerifier().verify(alone, x509_cert=certificate, expect_config=config, validate_schema=False)
    except (
        SignXMLException,
        InvalidSignature,
        UnsupportedAlgorithm,
        etree.LxmlError,
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
    ):
        return False
    return True


def _covers_all(signature: etree._Element) -> bool:
    references = signature.findall(f"{_DS}SignedInfo/{_DS}Reference")
    transforms = {
        one.get("Algorithm")
        for one in signature.iterfind(f"{_DS}SignedInfo/{_DS}Reference/{_DS}Transforms/*")
    }
    return len(references) == 1 and references[0].get("URI") == "" and transforms <= _TRANSFORMS


def _alone(root: etree._Element, place: int) -> etree._Element:
    """The message with one of its signatures: each was made before the others were there."""
    copy = etree.fromstring(etree.tostring(root), _parser())
    for number, one in enumerate(copy.findall(f"{_DS}Signature")):
        if number != place:
            # What follows an element belongs to it in lxml, and to the message in XML.
            before = one.getprevious()
            if one.tail:
                if before is not None:
                    before.tail = (before.tail or "") + one.tail
                else:
                    copy.text = (copy.text or "") + one.tail
            copy.remove(one)
    return copy


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)


def _certificate(signature: etree._Element | None) -> x509.Certificate | None:
    if signature is None:
        return None
    text = signature.findtext(f"{_DS}KeyInfo/{_DS}X509Data/{_DS}X509Certificate") or ""
    try:
        return x509.load_der_x509_certificate(b64decode(text)) if text.strip() else None
    except (ValueError, Base64Error):
        return None


def _name(certificate: x509.Certificate) -> str:
    for oid in (NameOID.ORGANIZATION_NAME, NameOID.COMMON_NAME):
        if names := certificate.subject.get_attributes_for_oid(oid):
            return str(names[0].value)[:120]
    return ""
