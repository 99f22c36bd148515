"""A signature counts by a certificate somebody here trusts, over the whole message, while that is in time."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from lxml import etree
from signxml.algorithms import SignatureMethod
from signxml.signer import XMLSigner

from cityalert.exchange.cap.signatures import Seal, Signed, look, trusted_certificates
from tests.exchange.samples import alert, of_agencies

NOW = datetime(2026, 3, 5, 17, 0, tzinfo=UTC)


def somebody(name: str, until: datetime = NOW + timedelta(days=30)):
    key = ec.generate_private_key(ec.SECP256R1())
    called = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, name)])
    certificate = (
        x509.CertificateBuilder(called, called, key.public_key(), x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=300))
        .not_valid_after(until)
        .sign(key, hashes.SHA256())
    )
    return key, certificate.public_bytes(serialization.Encoding.PEM).decode()


@pytest.fixture(scope="module")
def gas_works():
    return somebody("City gas works")


def signed(raw: bytes, who) -> bytes:
    key, pem = who
    return etree.tostring(
        XMLSigner(signature_algorithm=SignatureMethod.ECDSA_SHA256).sign(
            etree.fromstring(raw), key=key, cert=pem
        )
    )


def test_a_signature_by_a_trusted_certificate_holds(gas_works):
    raw = signed(alert(), gas_works)

    assert look(raw, trusted_certificates(gas_works[1]), at=NOW) == Signed(Seal.VALID, "City gas works")
    assert look(raw, [], at=NOW) == Signed(Seal.UNKNOWN, "City gas works")
    assert look(alert(), trusted_certificates(gas_works[1]), at=NOW) == Signed(Seal.NONE)


def test_whoever_brings_a_certificate_of_the_same_name_is_not_trusted(gas_works):
    impostor = somebody("City gas works")

    assert look(signed(alert(), impostor), trusted_certificates(gas_works[1]), at=NOW).seal == Seal.UNKNOWN


def test_a_changed_word_breaks_the_signature(gas_works):
    raw = signed(alert(), gas_works).replace(b"Keep away.", b"Come here.")

    assert look(raw, trusted_certificates(gas_works[1]), at=NOW).seal == Seal.INVALID


def test_a_certificate_out_of_time_is_not_trusted_any_more():
    late = somebody("City gas works", until=NOW - timedelta(days=1))

    assert look(signed(alert(), late), trusted_certificates(late[1]), at=NOW).seal == Seal.UNKNOWN


def test_a_signature_over_a_part_is_no_signature(gas_works):
    key, pem = gas_works
    root = etree.fromstring(alert())
    root[-1].set("Id", "part")
    raw = etree.tostring(
        XMLSigner(signature_algorithm=SignatureMethod.ECDSA_SHA256).sign(
            root, key=key, cert=pem, reference_uri="part"
        )
    )

    assert look(raw, trusted_certificates(pem), at=NOW).seal == Seal.INVALID


def test_a_second_signature_does_not_hide_the_first(gas_works):
    root = etree.fromstring(signed(alert(), gas_works))
    root.append(etree.fromstring(signed(alert(), somebody("Relay")))[-1])

    assert look(etree.tostring(root), trusted_certificates(gas_works[1]), at=NOW).seal == Seal.VALID


def test_what_an_agency_signed_with_an_old_algorithm_is_shown_as_such():
    trusted = trusted_certificates(of_agencies("environment_canada_x509_cert.pem").decode())

    assert look(of_agencies("canada_signed.cap"), trusted, at=NOW) == Signed(Seal.WEAK, "Environment Canada")
