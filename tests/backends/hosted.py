"""The five open backends: what each is, and how it is started unchanged.

Nothing of a package is patched; each lies in the smallest host that its README
describes, and is led to the mock from outside, as by `mockwx run`.
"""

import shlex
from collections.abc import Callable
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mockwx.config import DEFAULT_APPID
from mockwx.config import DEFAULT_SECRET
from tests.environments import node_environment
from tests.environments import python_environment


ROOT = Path(__file__).parent.parent.parent
HOSTS = Path(__file__).parent / "hosts"

Words = Sequence[str | Path]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hosted:
    """One backend; its name is that of its files in fixtures."""

    name: str
    package: str
    version: str
    program: Callable[[Path], Words]
    """Installs it; returns the words before appid, secret and port."""
    on_node: bool = False

    @property
    def needs(self) -> tuple[str, ...]:
        """The tools that must be on the PATH."""
        return ("sh", "node", "npm") if self.on_node else ("sh",)

    @property
    def install(self) -> str:
        """How anybody gets it."""
        if self.on_node:
            return f"npm install {self.package}@{self.version}"
        return f"pip install {self.package}=={self.version}"

    @property
    def host(self) -> str:
        """The file of the program around it."""
        return f"{self.name}_host.{'js' if self.on_node else 'py'}"

    @property
    def file(self) -> Path:
        """How to talk to it."""
        return ROOT / "fixtures" / "backends" / f"{self.name}.backend.yaml"

    @property
    def verdicts(self) -> Path:
        """What an audit found."""
        return ROOT / "fixtures" / "audits" / f"{self.name}.json"

    @property
    def scenarios(self) -> list[Path]:
        """The stories that are played with it, in the order of their names."""
        folder = ROOT / "fixtures" / "scenarios" / "backends"
        return sorted(folder.glob(f"{self.name}_[0-9]*.scenario.yaml"))

    def line(self, folder: Path, port: int) -> str:
        """Install it and return the line for a shell that starts it."""
        words = (*self.program(folder), DEFAULT_APPID, DEFAULT_SECRET, port)
        # Without it Express shows the tracebacks that are meant for developers.
        return f"NODE_ENV=production exec {shlex.join(map(str, words))}"


def django_weapp_auth(folder: Path) -> Words:
    """Install django-weapp-auth and a Django of its time."""
    python = python_environment(
        "Django==3.2.25",
        "djangorestframework==3.14.0",
        "requests>=2.31",
        "pycryptodome>=3.20",
        *GONE_FROM_PYTHON,
        # It asks for pycrypto, which no longer builds; pycryptodome stands in for it.
        unresolved=["django-weapp-auth==1.0.7"],
    )
    return [python, HOSTS / "django_weapp_auth_host.py", folder]


def drf_jwt_wechat(folder: Path) -> Words:
    """Install drf-jwt-wechat and the last Django that has what it imports."""
    python = python_environment(
        "drf-jwt-wechat==1.11.9",
        "Django==2.2.28",
        "djangorestframework==3.11.2",
        *GONE_FROM_PYTHON,
    )
    return [python, HOSTS / "drf_jwt_wechat_host.py", folder]


def beside_express(name: str, *packages: str) -> Callable[[Path], Words]:
    """Return what installs packages of npm beside Express."""

    def program(_folder: Path) -> Words:
        folder = node_environment(*packages, "express@4.21.2")
        return ["node", HOSTS / f"{name}_host.js", folder]

    return program


GONE_FROM_PYTHON = (
    # Gone from the standard library, and still imported by these Djangos.
    'setuptools<81; python_version >= "3.12"',
    'legacy-cgi; python_version >= "3.13"',
)

BACKENDS = (
    Hosted(
        name="django_weapp_auth",
        package="django-weapp-auth",
        version="1.0.7",
        program=django_weapp_auth,
    ),
    Hosted(
        name="drf_jwt_wechat",
        package="drf-jwt-wechat",
        version="1.11.9",
        program=drf_jwt_wechat,
    ),
    Hosted(
        name="wafer_node_session",
        package="wafer-node-session",
        version="1.0.10",
        program=beside_express("wafer_node_session", "wafer-node-session@1.0.10"),
        on_node=True,
    ),
    Hosted(
        name="express_weapp_auth",
        package="express-weapp-auth",
        version="0.2.0",
        program=beside_express("express_weapp_auth", "express-weapp-auth@0.2.0"),
        on_node=True,
    ),
    Hosted(
        name="passport_weapp",
        package="passport-weapp",
        version="1.1.1",
        program=beside_express(
            # The second is what asks WeChat for it; any later 1.x would do.
            *("passport_weapp", "passport-weapp@1.1.1", "wechat-oauth-ts@1.10.1")
        ),
        on_node=True,
    ),
)
