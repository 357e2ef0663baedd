"""HTTPS for WeChat's hosts: takes the TLS off, under a certificate of our own."""

import ssl
import tempfile
from pathlib import Path

from mockwx.crypto.certificates import Leaf


def server_context(leaf: Leaf) -> ssl.SSLContext:
    """Show one certificate, which names all of WeChat's hosts, to every client.

    So those that say no server name are served as well.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_alpn_protocols(["http/1.1"])
    # Python reads keys from files alone.
    with tempfile.TemporaryDirectory(prefix="mockwx-") as folder:
        shown = Path(folder) / "leaf.pem"
        shown.touch(mode=0o600)
        shown.write_text(leaf.key + leaf.chain, "ascii")
        context.load_cert_chain(shown)
    return context
