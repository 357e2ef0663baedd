"""The authority of this installation: made on first use, in the user's data folder.

Everything lives in one file that appears whole or not at all, so two processes that
start at once end up with the same authority. What clients want to be given is derived
from it each time: certificates of the system come and go.
"""

import os
import re
import shutil
import ssl
import tempfile
from collections.abc import Iterable
from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from mockwx import config
from mockwx.clock import SystemClock
from mockwx.crypto.certificates import Authority
from mockwx.crypto.certificates import Leaf
from mockwx.crypto.certificates import java_trust_store
from mockwx.crypto.certificates import make_authority
from mockwx.crypto.certificates import make_leaf
from mockwx.crypto.certificates import seconds_left
from mockwx.domain.hosts import HOSTS
from mockwx.domain.refusal import RefusalError


FOLDER = "ca"
AUTHORITY = "authority.pem"

# What clients are given, by the formats of `mockwx ca export`.
FORMATS: Mapping[str, str] = {
    "pem": "ca.pem",
    "bundle": "bundle.pem",
    "p12": "truststore.p12",
}

PHP = "mockwx.ini"
_PHP_SETTINGS = 'curl.cainfo="{bundle}"\nopenssl.cafile="{bundle}"\n'

STORE_PASSWORD = "changeit"  # Java's own; the store holds nothing secret.

LEAST_LEFT = 30 * 86_400
"""With fewer seconds left, the authority is made anew."""

UNUSED_FOR = 90 * 86_400
"""After so many seconds without a reader, what one list of trust was given goes."""

# What replaces the trust list of a client that obeys it: what it says stays trusted.
TRUST_VARIABLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
_SYSTEM_BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)

# Of runs that trusted something else than the system, or of one that was killed.
_OF_SOME_RUNS = re.compile(
    r"(bundle|truststore|php)-[0-9a-f]{12}(\.\w+)?|\.(new|old)-.+"
)
_PEM = re.compile(r"-----BEGIN ([A-Z ]+)-----.*?-----END \1-----\n?", re.S)
_CERTIFICATE = "CERTIFICATE"


class AuthorityError(RefusalError):
    """The authority cannot be used; the text says what to do."""


class AuthorityFolder:
    """The files of one installation's authority."""

    def __init__(self, data_folder: Path, environ: Mapping[str, str]) -> None:
        """Name the user's data folder; nothing is made before it is asked for."""
        self._folder = data_folder / FOLDER
        self._environ = environ

    @classmethod
    def of_user(cls) -> "AuthorityFolder":
        """Find the folder of whoever runs this process."""
        environ = config.environ_with()
        return cls(config.data_folder(environ), environ)

    def load(self) -> Authority:
        """Return the authority; make one if there is none, or if it ends soon."""
        found = self._read()
        if found is None:
            return self._keep(make_authority(_now()), replace=False)
        if seconds_left(found, _now()) < LEAST_LEFT:
            return self.renew()
        return found

    def renew(self) -> Authority:
        """Make a new authority; what the old one vouched for is trusted no more."""
        return self._keep(make_authority(_now()), replace=True)

    def leaf(self) -> Leaf:
        """Make the certificate that our servers show: for all of WeChat's hosts."""
        return make_leaf(self.load(), HOSTS, _now())

    def content(self, form: str) -> bytes:
        """Return what clients are given, in one of the formats."""
        root = self.load().root
        if form == "pem":
            return root.encode()
        trusted = [*self._trusted_already(), root]
        if form == "bundle":
            return "".join(trusted).encode()
        return java_trust_store(trusted, STORE_PASSWORD)

    def path(self, form: str) -> Path:
        """Write what clients are given to a file of ours; return where it is."""
        name = Path(FORMATS[form])
        mark = "" if form == "pem" else self._mark()
        file = self._folder / f"{name.stem}{mark}{name.suffix}"
        return self._placed(file, self.content(form))

    def php_folder(self) -> Path:
        """Write PHP's settings, which know no environment; return their folder."""
        settings = _PHP_SETTINGS.format(bundle=self.path("bundle"))
        file = self._folder / f"php{self._mark()}" / PHP
        return self._placed(file, settings.encode()).parent

    def _read(self) -> Authority | None:
        file = self._folder / AUTHORITY
        try:
            text = file.read_text("ascii")
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise AuthorityError(
                f"{file} cannot be read ({_reason(error)}); see that you may read it, "
                "or name another folder in MOCKWX_DATA.",
                f"无法读取 {file}（{_reason(error)}）；"
                "请检查读取权限，或用 MOCKWX_DATA 指定另一个目录。",
            ) from None
        parts = [found.group(0) for found in _PEM.finditer(text)]
        try:
            authority = Authority(*parts)
            make_leaf(authority, HOSTS, _now())
        except (TypeError, ValueError):
            raise AuthorityError(
                f"{file} is damaged; make a new one with 'mockwx ca renew'.",
                f"{file} 已损坏；请用 'mockwx ca renew' 重新生成。",
            ) from None
        return authority

    def _keep(self, authority: Authority, *, replace: bool) -> Authority:
        """Put an authority into its file; return the one that is there then."""
        text = authority.root + authority.intermediate + authority.key
        file = self._folder / AUTHORITY
        try:
            written = self._written(text.encode())
            if replace:
                os.replace(written, file)
            else:
                _move_if_first(written, file)
        except OSError as error:
            raise self._unwritable(error) from None
        return self._read() or authority

    def _placed(self, file: Path, content: bytes) -> Path:
        is_new = not file.exists()
        try:
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.replace(self._written(content), file)
        except OSError as error:
            raise self._unwritable(error) from None
        if is_new:
            self._tidy_up()
        return file

    def _tidy_up(self) -> None:
        """Remove what nobody has used for long; others may be at it too."""
        latest = _now() - UNUSED_FOR
        for each in list(self._folder.iterdir()):
            # One that is gone, another process has removed.
            with suppress(OSError):
                if _OF_SOME_RUNS.fullmatch(each.name) and _last_used(each) < latest:
                    _remove_unused_since(each, latest)

    def _written(self, content: bytes) -> Path:
        """Write a file beside its place, which only its owner can read."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=self._folder, prefix=".new-")
        try:
            with open(descriptor, "wb") as file:
                file.write(content)
        except OSError:
            os.unlink(name)
            raise
        return Path(name)

    def _trusted_already(self) -> list[str]:
        """Return the certificates that this machine trusts without us, each once."""
        named = (self._environ.get(variable, "") for variable in TRUST_VARIABLES)
        default = ssl.get_default_verify_paths().openssl_cafile
        files = [Path(each) for each in (*named, default, *_SYSTEM_BUNDLES) if each]
        found = dict.fromkeys(each for file in files for each in self._foreign(file))
        return list(found) or _certificates_of_the_system()

    def _mark(self) -> str:
        """Name what is trusted beside the system's: runs at once may differ in it."""
        if not any(self._environ.get(variable) for variable in TRUST_VARIABLES):
            return ""
        trusted = self._trusted_already()
        if trusted == AuthorityFolder(self._folder.parent, {})._trusted_already():
            return ""
        return "-" + sha256("".join(trusted).encode()).hexdigest()[:12]

    def _foreign(self, file: Path) -> list[str]:
        """Return a file's certificates; in one of ours, ours is the last.

        What it held besides may stand nowhere else: told of it, a program asks us anew.
        """
        found = list(_certificates([file]))
        return found[:-1] if self._folder in file.parents else found

    def _unwritable(self, error: OSError) -> AuthorityError:
        return AuthorityError(
            f"{self._folder} cannot be written ({error.strerror}); "
            "name another folder in MOCKWX_DATA.",
            f"无法写入 {self._folder}（{error.strerror}）；"
            "请用 MOCKWX_DATA 指定另一个目录。",
        )


def _reason(error: OSError | ValueError) -> str:
    return getattr(error, "strerror", None) or str(error)


def _now() -> int:
    # Never the mock's clock: clients go by the machine's.
    return SystemClock().now()


def _move_if_first(written: Path, file: Path) -> None:
    """Move a file to its place unless one is there: who comes second yields."""
    try:
        os.link(written, file)
    except FileExistsError:
        pass
    except OSError:
        os.replace(written, file)  # No links in this file system.
        return
    written.unlink()


def _last_used(path: Path) -> float:
    """Return when a file, or what lies in a folder, was last written or read."""
    if path.is_dir():
        # To look into it is to read it, so that says nothing.
        return max([path.stat().st_mtime, *map(_last_used, path.iterdir())])
    found = path.stat()
    return max(found.st_mtime, found.st_atime)


def _remove_unused_since(path: Path, latest: float) -> None:
    """Remove a file or a folder, unless it is written anew just now."""
    aside = path.with_name(f".old-{os.getpid()}-{path.name}")
    with suppress(OSError):
        os.rename(path, aside)
        if _last_used(aside) >= latest and not path.exists():
            os.rename(aside, path)
        elif aside.is_dir():
            shutil.rmtree(aside, ignore_errors=True)
        else:
            aside.unlink()


def _certificates(files: Iterable[Path]) -> Iterable[str]:
    for file in files:
        with suppress(OSError):
            for found in _PEM.finditer(file.read_text("utf-8", "replace")):
                if found.group(1) == _CERTIFICATE:
                    yield found.group(0).rstrip("\n") + "\n"


def _certificates_of_the_system() -> list[str]:
    """Ask OpenSSL, which on Windows asks the system."""
    trusted = ssl.create_default_context().get_ca_certs(binary_form=True)
    return [ssl.DER_cert_to_PEM_cert(each) for each in trusted]
