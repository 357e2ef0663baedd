"""Certificates: good for WeChat's hosts, refused for every other, by real clients."""

import socket
import ssl
import subprocess
import threading
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtensionOID

from mockwx.clock import SystemClock
from mockwx.crypto.certificates import AUTHORITY_VALID_FOR
from mockwx.crypto.certificates import Authority
from mockwx.crypto.certificates import java_trust_store
from mockwx.crypto.certificates import make_authority
from mockwx.crypto.certificates import make_leaf
from mockwx.crypto.certificates import seconds_left
from mockwx.domain.hosts import HOSTS
from mockwx.domain.hosts import is_wechat


NOW = SystemClock().now()
WECHAT = ["api.weixin.qq.com", "hk.api.weixin.qq.com", "weixin.qq.com", "a.wechat.com"]
OTHERS = ["shop.example", "qq.com", "weixin.qq.com.shop.example", "notweixin.qq.com"]


@pytest.fixture(scope="module")
def authority() -> Authority:
    return make_authority(NOW)


def _handshake(authority: Authority, certified: str, asked: str, folder: Path) -> None:
    """Serve with a leaf, connect as a client that trusts our root alone."""
    leaf = make_leaf(authority, [certified], NOW)
    shown = folder / "leaf.pem"
    shown.write_text(leaf.key + leaf.chain, "ascii")
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_side.load_cert_chain(shown)
    client_side = ssl.create_default_context(cadata=authority.root)
    ours, theirs = socket.socketpair()

    def serve() -> None:
        try:
            server_side.wrap_socket(ours, server_side=True).close()
        except OSError:
            ours.close()

    server = threading.Thread(target=serve)
    server.start()
    try:
        client_side.wrap_socket(theirs, server_hostname=asked).close()
    finally:
        theirs.close()
        server.join(10)


@pytest.mark.parametrize("host", WECHAT)
def test_python_believes_a_leaf_for_wechat(
    host: str, authority: Authority, tmp_path: Path
) -> None:
    _handshake(authority, host, host, tmp_path)


@pytest.mark.parametrize("host", [*OTHERS, "127.0.0.1"])
def test_python_refuses_a_leaf_for_another_host(
    host: str, authority: Authority, tmp_path: Path
) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        _handshake(authority, host, host, tmp_path)


@pytest.mark.needs("openssl")
@pytest.mark.parametrize(
    ("host", "believed"),
    [*((host, True) for host in WECHAT), *((host, False) for host in OTHERS)],
)
def test_openssl_says_the_same(
    host: str, believed: bool, authority: Authority, tmp_path: Path
) -> None:
    (tmp_path / "root").write_text(authority.root, "ascii")
    (tmp_path / "intermediate").write_text(authority.intermediate, "ascii")
    (tmp_path / "leaf").write_text(make_leaf(authority, [host], NOW).chain, "ascii")

    said = subprocess.run(
        "openssl verify -x509_strict -purpose sslserver -CAfile root"
        f" -untrusted intermediate -verify_hostname {host} leaf".split(),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (said.returncode == 0) is believed
    assert ("permitted subtree violation" in said.stderr) is not believed


def test_leaf_names_every_host_it_was_made_for(authority: Authority) -> None:
    leaf = x509.load_pem_x509_certificate(
        make_leaf(authority, HOSTS, NOW).chain.encode()
    )

    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert tuple(names.get_values_for_type(x509.DNSName)) == HOSTS


def test_constraints_are_critical_and_on_the_intermediate_alone(
    authority: Authority,
) -> None:
    of_root, of_intermediate = (
        {
            each.oid: each.critical
            for each in x509.load_pem_x509_certificate(pem.encode()).extensions
        }
        for pem in (authority.root, authority.intermediate)
    )

    assert of_intermediate[ExtensionOID.NAME_CONSTRAINTS] is True
    assert ExtensionOID.NAME_CONSTRAINTS not in of_root


def test_key_of_the_root_is_not_kept(authority: Authority) -> None:
    root = x509.load_pem_x509_certificate(authority.root.encode())
    intermediate = x509.load_pem_x509_certificate(authority.intermediate.encode())

    assert authority.key.count("PRIVATE KEY") == 2
    assert root.public_key() != intermediate.public_key()
    intermediate.verify_directly_issued_by(root)


def test_leaf_ends_with_its_authority(authority: Authority) -> None:
    nearly = NOW + int(AUTHORITY_VALID_FOR.total_seconds()) - 60

    leaf = make_leaf(authority, HOSTS, nearly)

    certificate = x509.load_pem_x509_certificate(leaf.chain.encode())
    assert certificate.not_valid_after_utc.timestamp() == nearly + 60
    assert seconds_left(authority, nearly) == 60


def test_java_trust_store_holds_what_can_be_read(authority: Authority) -> None:
    damaged = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"

    packed = java_trust_store([damaged, authority.root], "changeit")

    held = pkcs12.load_pkcs12(packed, b"changeit").additional_certs
    assert [each.certificate for each in held] == [
        x509.load_pem_x509_certificate(authority.root.encode())
    ]


@pytest.mark.slow
@pytest.mark.needs("keytool")
def test_java_lists_the_root_as_trusted(authority: Authority, tmp_path: Path) -> None:
    store = tmp_path / "store.p12"
    store.write_bytes(java_trust_store([authority.root], "changeit"))

    said = subprocess.run(
        ["keytool", "-list", "-keystore", store, "-storepass", "changeit"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert said.returncode == 0
    assert "trustedCertEntry" in said.stdout


@pytest.mark.parametrize(
    ("host", "ours"),
    [
        ("api.weixin.qq.com", True),
        ("API.weixin.qq.com.", True),
        ("open.weixin.qq.com", True),
        ("weixin.qq.com", False),
        ("api.weixin.qq.com.shop.example", False),
        ("127.0.0.1", False),
        ("", False),
    ],
)
def test_hosts_of_wechat_are_known(host: str, ours: bool) -> None:
    assert is_wechat(host) is ours
