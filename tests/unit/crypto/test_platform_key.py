"""A key to sign answers with, and the certificate that goes with it."""

from datetime import datetime
from datetime import timezone

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization import PublicFormat

from mockwx.crypto.api_signature import load_private_key
from mockwx.crypto.platform_key import VALID_FOR
from mockwx.crypto.platform_key import make_platform_key


NOW = 1_700_000_000
MADE = make_platform_key("5" * 32, appid="wx0123456789abcdef", now=NOW)
CERTIFICATE = x509.load_pem_x509_certificate(MADE.certificate.encode())


def pem(key):
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def test_certificate_is_of_the_key():
    private = load_private_key(MADE.private_key)

    assert pem(CERTIFICATE.public_key()) == pem(private.public_key())
    assert private.key_size == 2048
    CERTIFICATE.verify_directly_issued_by(CERTIFICATE)


def test_certificate_is_valid_from_now_in_the_worlds_time():
    made_at = datetime.fromtimestamp(NOW, timezone.utc)

    assert CERTIFICATE.not_valid_before_utc == made_at
    assert CERTIFICATE.not_valid_after_utc == made_at + VALID_FOR


def test_certificate_says_whose_it_is_and_that_it_is_no_real_one():
    subject = CERTIFICATE.subject.rfc4514_string()

    assert "CN=wx0123456789abcdef" in subject
    assert "not Tencent" in subject


def test_private_key_is_not_shown():
    assert "PRIVATE KEY" not in repr(MADE)
    assert MADE.as_json() == {"serial": "5" * 32, "certificate": MADE.certificate}
