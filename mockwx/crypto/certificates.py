"""Certificates for WeChat's hosts, by an authority that is good for nothing else.

The root is unconstrained, because Java 17 ignores constraints on what it trusts; its
key signs once and is thrown away. The intermediate may only vouch for WeChat's domains.
"""

import ipaddress
import warnings
from collections.abc import Iterable
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from datetime import timedelta
from datetime import timezone

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization import NoEncryption
from cryptography.hazmat.primitives.serialization import PrivateFormat
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID
from cryptography.x509.oid import NameOID

from mockwx.domain.hosts import DOMAINS


AUTHORITY_VALID_FOR = timedelta(days=730)
# Apple's clients refuse a certificate that is good for longer.
LEAF_VALID_FOR = timedelta(days=397)

ROOT_NAME = "mockwx root (this machine only)"
INTERMEDIATE_NAME = "mockwx for WeChat's hosts (this machine only)"
ALIAS = "mockwx"

# A client whose clock is a little slow shall believe us too.
_SLOW_CLOCK = timedelta(days=1)
_EVERY_ADDRESS = ("0.0.0.0/0", "::/0")


@dataclass(frozen=True, slots=True)
class Authority:
    """Who vouches for WeChat's hosts; each part in PEM."""

    root: str
    """What clients trust; its key exists no more."""
    intermediate: str
    key: str
    """The intermediate's private key."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """What a server shows: its key, and its certificate with the intermediate's."""

    key: str
    chain: str


def make_authority(now: int) -> Authority:
    """Make a root and an intermediate, both good from this second on."""
    root_key, key = _make_key(), _make_key()
    since = datetime.fromtimestamp(now, timezone.utc)
    until = since + AUTHORITY_VALID_FOR
    root = _sign(
        _unsigned(ROOT_NAME, ROOT_NAME, root_key.public_key(), since, until),
        _authority_extensions(path_length=1),
        root_key.public_key(),
        root_key,
    )
    intermediate = _sign(
        _unsigned(INTERMEDIATE_NAME, ROOT_NAME, key.public_key(), since, until),
        [
            *_authority_extensions(path_length=0),
            (_for_servers(), False),
            (_only_wechat(), True),
        ],
        root_key.public_key(),
        root_key,
    )
    return Authority(root=_pem(root), intermediate=_pem(intermediate), key=_secret(key))


def make_leaf(authority: Authority, hosts: Sequence[str], now: int) -> Leaf:
    """Vouch for hosts, on whose names clients insist; the first is the common name."""
    issuer_key = load_pem_private_key(authority.key.encode(), None)
    if not isinstance(issuer_key, EllipticCurvePrivateKey):
        raise ValueError("the authority's key is not an elliptic curve key")
    key, since = _make_key(), datetime.fromtimestamp(now, timezone.utc)
    until = min(since + LEAF_VALID_FOR, _end(authority.intermediate))
    certificate = _sign(
        _unsigned(hosts[0], INTERMEDIATE_NAME, key.public_key(), since, until),
        [
            (x509.BasicConstraints(ca=False, path_length=None), True),
            (_key_usage(digital_signature=True), True),
            (_for_servers(), False),
            (
                x509.SubjectAlternativeName([x509.DNSName(each) for each in hosts]),
                False,
            ),
        ],
        issuer_key.public_key(),
        issuer_key,
    )
    return Leaf(key=_secret(key), chain=_pem(certificate) + authority.intermediate)


def seconds_left(authority: Authority, now: int) -> int:
    """Return for how long the authority is good."""
    return int(_end(authority.intermediate).timestamp()) - now


def java_trust_store(certificates: Iterable[str], password: str) -> bytes:
    """Pack certificates into PKCS#12 as Java wants to be told whom to trust.

    Its ciphers are those that Java 8 can read; there is no secret inside.
    """
    sealing = (
        PrivateFormat.PKCS12.encryption_builder()
        .key_cert_algorithm(pkcs12.PBES.PBESv1SHA1And3KeyTripleDESCBC)
        .hmac_hash(SHA1())
        .build(password.encode())
    )
    return pkcs12.serialize_java_truststore(_trust_entries(certificates), sealing)


def _trust_entries(certificates: Iterable[str]) -> list[pkcs12.PKCS12Certificate]:
    entries = []
    for number, pem in enumerate(certificates):
        try:
            certificate = _read_leniently(pem)
        except ValueError:
            continue  # Some systems trust what breaks today's rules.
        name = f"{ALIAS}-{number}".encode()
        entries.append(pkcs12.PKCS12Certificate(certificate, name))
    return entries


def _read_leniently(pem: str) -> x509.Certificate:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return x509.load_pem_x509_certificate(pem.encode())


def _make_key() -> EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _unsigned(
    name: str,
    issuer: str,
    key: EllipticCurvePublicKey,
    since: datetime,
    until: datetime,
) -> x509.CertificateBuilder:
    def named(text: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

    return (
        x509.CertificateBuilder()
        .subject_name(named(name))
        .issuer_name(named(issuer))
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(since - _SLOW_CLOCK)
        .not_valid_after(until)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _sign(
    unsigned: x509.CertificateBuilder,
    extensions: Iterable[tuple[x509.ExtensionType, bool]],
    issuer: EllipticCurvePublicKey,
    issuer_key: EllipticCurvePrivateKey,
) -> x509.Certificate:
    signer = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer)
    for extension, critical in [*extensions, (signer, False)]:
        unsigned = unsigned.add_extension(extension, critical=critical)
    return unsigned.sign(issuer_key, SHA256())


def _authority_extensions(path_length: int) -> list[tuple[x509.ExtensionType, bool]]:
    return [
        (x509.BasicConstraints(ca=True, path_length=path_length), True),
        (_key_usage(key_cert_sign=True), True),
    ]


def _only_wechat() -> x509.NameConstraints:
    """Permit WeChat's domains; exclude addresses, which no permitted name excludes."""
    addresses = [ipaddress.ip_network(each) for each in _EVERY_ADDRESS]
    return x509.NameConstraints(
        permitted_subtrees=[x509.DNSName(each) for each in DOMAINS],
        excluded_subtrees=[x509.IPAddress(each) for each in addresses],
    )


def _for_servers() -> x509.ExtendedKeyUsage:
    return x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])


def _key_usage(
    *, digital_signature: bool = False, key_cert_sign: bool = False
) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=key_cert_sign,
        crl_sign=key_cert_sign,
        encipher_only=False,
        decipher_only=False,
    )


def _end(certificate: str) -> datetime:
    return x509.load_pem_x509_certificate(certificate.encode()).not_valid_after_utc


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(Encoding.PEM).decode()


def _secret(key: EllipticCurvePrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
