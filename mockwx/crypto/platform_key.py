"""A key pair to sign with, and a certificate to check it by."""

from __future__ import annotations

from datetime import datetime
from datetime import timedelta
from datetime import timezone

from mockwx.domain.api_security import PlatformKey


VALID_FOR = timedelta(days=5 * 365)

# WeChat's certificates have the same organisation in their subject.
_ORGANIZATION = "mockwx (not Tencent Inc.)"


def make_platform_key(serial: str, *, appid: str, now: int) -> PlatformKey:
    """Make a key and its certificate.

    The key is no function of the seed: RSA keys cannot be drawn from one.
    """
    # Imported here: few apps sign, and every start of the server would pay for it.
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import Encoding
    from cryptography.hazmat.primitives.serialization import NoEncryption
    from cryptography.hazmat.primitives.serialization import PrivateFormat
    from cryptography.x509.oid import NameOID

    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, appid),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, _ORGANIZATION),
        ]
    )
    made_at = datetime.fromtimestamp(now, timezone.utc)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(made_at)
        .not_valid_after(made_at + VALID_FOR)
        .sign(key, SHA256())
    )
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return PlatformKey(
        serial=serial,
        private_key=pem.decode(),
        certificate=certificate.public_bytes(Encoding.PEM).decode(),
    )
