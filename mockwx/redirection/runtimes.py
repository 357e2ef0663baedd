"""What each runtime has to be told so that its calls to WeChat reach the mock.

A table: what obeys the environment is told by it; what does not is told by a hook.
"""

import json
import os
import shutil
from collections.abc import Iterable
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mockwx.domain.hosts import HOSTS


HOOKS = Path(__file__).parent / "hooks"

_NO_PROXY = "localhost,127.0.0.1,::1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """Where a running mock is, and what lets clients trust it."""

    host: str
    port: int
    https_port: int
    proxy_port: int
    ca: Path
    bundle: Path
    trust_store: Path
    trust_store_password: str
    php_folder: Path


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable; its text may name whereabouts in braces."""

    name: str
    text: str
    joined_by: str = ""
    """What stands between ours and an inherited value, which is lost without."""
    last: bool = False
    """Ours comes behind what is inherited: of two that differ, the last counts."""
    once_inherited: bool = False
    """It is told only where it is set already, as it would overrule others of ours."""


PROXY = (
    Variable("HTTP_PROXY", "{proxy}"),
    Variable("HTTPS_PROXY", "{proxy}"),
    Variable("NO_PROXY", _NO_PROXY),
    Variable("http_proxy", "{proxy}"),
    Variable("https_proxy", "{proxy}"),
    Variable("no_proxy", _NO_PROXY),
)
# Go, Ruby, .NET and OpenSSL itself; it replaces what they trust.
OPENSSL = Variable("SSL_CERT_FILE", "{bundle}")
# Programs look here for the mock's control API, hooks for where to lead whom.
ADDRESS = Variable("MOCKWX_URL", "{url}")
REDIRECT = Variable("MOCKWX_REDIRECT", "{redirect}")

_JAVA = (
    "-Dhttp.proxyHost={host}",
    "-Dhttp.proxyPort={proxy_port}",
    "-Dhttps.proxyHost={host}",
    "-Dhttps.proxyPort={proxy_port}",
    "-Dhttp.nonProxyHosts=localhost|127.*|[::1]",
    '-Djavax.net.ssl.trustStore="{trust_store}"',
    "-Djavax.net.ssl.trustStoreType=PKCS12",
    "-Djavax.net.ssl.trustStorePassword={trust_store_password}",
)
_JAVA_AGENT = '-javaagent:"{hooks}/java/redirect.jar"'
_JAVA_ALL = " ".join((*_JAVA, _JAVA_AGENT))

RUNTIMES: Mapping[str, tuple[Variable, ...]] = {
    "python": (
        *PROXY,
        OPENSSL,
        Variable("REQUESTS_CA_BUNDLE", "{bundle}"),
        Variable("PYTHONPATH", "{hooks}/python", joined_by=os.pathsep),
        REDIRECT,
    ),
    "node": (
        *PROXY,
        Variable("NODE_EXTRA_CA_CERTS", "{ca}"),
        Variable("DENO_CERT", "{ca}"),
        Variable("NODE_OPTIONS", "--require {node_hook}", joined_by=" "),
        REDIRECT,
    ),
    "java": (
        Variable("JAVA_TOOL_OPTIONS", _JAVA_ALL, joined_by=" ", last=True),
        *(
            Variable(name, " ".join(_JAVA), " ", last=True, once_inherited=True)
            for name in ("JDK_JAVA_OPTIONS", "_JAVA_OPTIONS")
        ),
        REDIRECT,
    ),
    "go": (*PROXY, OPENSSL),
    # The empty path stands for the folder that PHP scans by itself.
    "php": (
        *PROXY,
        OPENSSL,
        Variable("PHP_INI_SCAN_DIR", os.pathsep + "{php_folder}", last=True),
    ),
    "dotnet": (*PROXY, OPENSSL),
    "ruby": (*PROXY, OPENSSL),
    "curl": (*PROXY, OPENSSL, Variable("CURL_CA_BUNDLE", "{bundle}")),
}

LEADERS: Mapping[str, str] = {
    **dict.fromkeys(RUNTIMES, "HTTPS_PROXY"),
    "python": "PYTHONPATH",
    "node": "NODE_OPTIONS",
    "java": "JAVA_TOOL_OPTIONS",
}
"""The variable of each runtime without which most of its clients go elsewhere."""


def environment(
    where: Whereabouts, inherited: Mapping[str, str], runtimes: Iterable[str]
) -> dict[str, str]:
    """Return the variables that lead these runtimes to the mock.

    They overwrite inherited ones, or stand beside what those say besides.
    """
    words = _words(where, inherited)
    told: dict[str, str] = {}
    for variable in (ADDRESS, *(each for name in runtimes for each in RUNTIMES[name])):
        had = inherited.get(variable.name, "")
        if had or not variable.once_inherited:
            ours = variable.text.format_map(words)
            told[variable.name] = _beside(variable, ours, had)
    return told


def shadowing(inherited: Mapping[str, str]) -> dict[str, str]:
    """Return the PATH on which a script finds our node before its own.

    It need not obey NODE_OPTIONS then, which scripts like to set anew. For children of
    ours alone: elsewhere a PATH is not ours to tell.
    """
    known = inherited.get("PATH", "")
    if os.name != "posix" or shutil.which("node", path=known) is None:
        return {}
    return {"PATH": _joined(f"{HOOKS}/node/bin", known, os.pathsep)}


def runtime_of(program: str) -> str | None:
    """Guess the runtime behind a command's name: python3.12 is python."""
    name = Path(program).name.lower().removesuffix(".exe")
    for runtime, programs in _PROGRAMS.items():
        if name.rstrip("0123456789.") in programs:
            return runtime
    return None


_PROGRAMS: Mapping[str, tuple[str, ...]] = {
    "python": (
        *("python", "pypy", "pytest", "flask", "django-admin", "celery"),
        *("uvicorn", "gunicorn", "hypercorn", "granian", "waitress-serve", "uv"),
    ),
    "node": (
        *("node", "npm", "npx", "yarn", "pnpm", "tsx", "ts-node", "nodemon"),
        *("next", "nest", "bun", "deno"),
    ),
    "java": ("java", "mvn", "mvnw", "gradle", "gradlew"),
    "go": ("go",),
    "php": ("php", "php-fpm", "composer"),
    "dotnet": ("dotnet",),
    "ruby": ("ruby", "rails", "rake", "bundle", "puma"),
    "curl": ("curl",),
}


def _beside(variable: Variable, ours: str, had: str) -> str:
    """Put ours where it counts, beside what there was if that is kept."""
    if variable.last:
        rest = had.replace(ours, "").rstrip(variable.joined_by or None)
        return f"{rest}{variable.joined_by}{ours}" if rest else ours
    return _joined(ours, had if variable.joined_by else "", variable.joined_by)


def _joined(ours: str, kept: str, separator: str) -> str:
    """Put ours before what is kept, once however often it is told."""
    rest = kept.replace(ours, "").strip(separator)
    return f"{ours}{separator}{rest}" if rest else ours


def _node_word(path: Path) -> str:
    """Write a path in NODE_OPTIONS, which before Node 12 knew no quotes.

    A backslash would be an escape there.
    """
    text = path.as_posix()
    return f'"{text}"' if " " in text else text


def _had_proxy(inherited: Mapping[str, str], ours: str) -> bool:
    """Tell whether a proxy was set before, the one of an earlier telling aside."""
    if f'"proxy":"{ours}"' in inherited.get(REDIRECT.name, ""):
        return False
    return any(inherited.get(each.name) for each in PROXY if "{proxy}" in each.text)


def _words(where: Whereabouts, inherited: Mapping[str, str]) -> dict[str, object]:
    host = f"[{where.host}]" if ":" in where.host else where.host
    proxy = f"http://{host}:{where.proxy_port}"
    ports = {"443": where.https_port, "https": where.https_port}
    ports |= {"80": where.port, "http": where.port}
    redirect = {
        "hosts": HOSTS,
        "to": where.host,
        "ports": ports,
        "bundle": str(where.bundle),
    }
    if not _had_proxy(inherited, proxy):
        # For who can do without it, and would meet other hosts through it.
        redirect["proxy"] = proxy
    return {
        "host": where.host,
        "proxy_port": where.proxy_port,
        "url": f"http://{host}:{where.port}",
        "proxy": proxy,
        "ca": where.ca,
        "bundle": where.bundle,
        "trust_store": where.trust_store,
        "trust_store_password": where.trust_store_password,
        "php_folder": where.php_folder,
        "hooks": HOOKS.as_posix(),
        "node_hook": _node_word(HOOKS / "node" / "redirect.cjs"),
        "redirect": json.dumps(redirect, separators=(",", ":")),
    }
